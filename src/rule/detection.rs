//! Search identifiers: maps and lists of fields with modifiers and values.

use std::ops::Range;

use rsigma_ir::lower::lower_detection_item;
use rsigma_ir::{IrMatcher, LowerOptions};
use rsigma_parser::{DetectionItem, FieldSpec, Modifier, SigmaValue};

use super::Spanned;
use super::modifiers;
use super::number::Number;
use super::reader::Diagnostics;
use super::yaml::{Entry, Node, NodeKind, YamlScalar};
use crate::finding::{Code, Finding, Source};

/// A named search of a rule's `detection`.
#[derive(Debug, Clone)]
pub struct Search {
    /// The search identifier.
    pub name: Spanned<String>,
    /// What it looks for.
    pub detection: Detection,
}

/// What a search looks for.
#[derive(Debug, Clone)]
pub enum Detection {
    /// A map: every part must match.
    All(Vec<Detection>),
    /// A list: one part must match.
    Any(Vec<Detection>),
    /// A field, or the whole event, with what it is compared to.
    Item(Item),
}

/// One field with its modifiers and values, such as `uri|startswith: /wsman`.
#[derive(Debug, Clone)]
pub struct Item {
    /// The field; `None` for a keyword, which is sought in the whole event.
    pub field: Option<Spanned<String>>,
    /// The modifiers in the order given, without `all` and `neq`.
    pub modifiers: Vec<Modifier>,
    /// Whether all values must match (`all`) and not just one.
    pub all: bool,
    /// Whether the item matches where its values do not (`neq`).
    pub negated: bool,
    /// The values; never empty in a sound rule.
    pub values: Vec<Value>,
    /// The key's place.
    pub span: Range<usize>,
}

/// One value that a field is compared to.
#[derive(Debug, Clone)]
pub struct Value {
    /// The value's place.
    pub span: Range<usize>,
    /// The value as it was written, after YAML's unescaping.
    pub text: String,
    /// How the field is compared to it, as Sigma has it.
    pub matcher: IrMatcher,
}

/// Reads a rule's `detection`: its searches, and the texts of its conditions.
pub(super) fn read(
    file: &Diagnostics<'_>,
    node: &Node,
) -> Option<(Vec<Search>, Vec<Spanned<String>>)> {
    let NodeKind::Mapping(entries) = &node.kind else {
        let message = format!("detection is {}, not a mapping", node.describe());
        let help = "give it search identifiers and a condition";
        file.report(Code::WrongType, &node.span, message, help);
        return None;
    };
    let reading = DetectionReader { file };
    let mut searches = Vec::new();
    let mut conditions = Vec::new();
    for entry in entries {
        match entry.key.as_str() {
            "condition" => conditions = reading.conditions(&entry.value),
            _ => match counting_of_sigma_1(file, entry) {
                Some(finding) => file.push(finding),
                None => searches.push(reading.search(entry)),
            },
        }
    }
    if !entries.iter().any(|entry| entry.key == "condition") {
        let span = file.first_line(node);
        let help = "add `condition:`, such as `condition: selection`";
        file.report(
            Code::MissingKey,
            &span,
            "detection has no `condition`",
            help,
        );
    }
    Some((searches, conditions))
}

/// An error for what Sigma 1, or another tool, counts over time with. A search may have any of the names.
pub(super) fn counting_of_sigma_1(file: &Diagnostics<'_>, entry: &Entry) -> Option<Finding> {
    const KEYS: &[&str] = &["timeframe", "timespan", "threshold", "group-by"];
    let is_search = match &entry.value.kind {
        NodeKind::Mapping(_) => true,
        NodeKind::Sequence(items) => !items
            .iter()
            .all(|item| matches!(item.kind, NodeKind::Scalar(_))),
        NodeKind::Scalar(_) => false,
    };
    if !KEYS.contains(&entry.key.as_str()) || is_search {
        return None;
    }
    let message = format!("Sigma 2 has no `{}` in a rule", entry.key);
    let finding = file.finding(Code::UnsupportedDocument, &entry.key_span, message);
    Some(finding.help("counting over time is the work of a correlation, a document of its own"))
}

struct DetectionReader<'a> {
    file: &'a Diagnostics<'a>,
}

impl DetectionReader<'_> {
    fn conditions(&self, node: &Node) -> Vec<Spanned<String>> {
        let items = node.items();
        if items.is_empty() {
            let help = "write `condition: selection`";
            self.file.report(
                Code::EmptyDetection,
                &node.span,
                "condition is an empty list",
                help,
            );
        }
        items
            .iter()
            .filter_map(|item| match &item.kind {
                NodeKind::Scalar(scalar) => Some(Spanned::new(scalar.text.clone(), &item.span)),
                _ => {
                    let message = format!("a condition is {}, not a string", item.describe());
                    let help = "write `condition: selection`, or a list of such strings";
                    self.file.report(Code::WrongType, &item.span, message, help);
                    None
                }
            })
            .collect()
    }

    fn search(&self, entry: &Entry) -> Search {
        let detection = self.detection(&entry.value, &entry.key_span);
        Search {
            name: Spanned::new(entry.key.clone(), &entry.key_span),
            // A search that is in error still has its name in the condition.
            detection: detection.unwrap_or(Detection::Any(Vec::new())),
        }
    }

    fn detection(&self, node: &Node, name: &Range<usize>) -> Option<Detection> {
        match &node.kind {
            // What is in error is left out, so that the rest can be looked at; the rule is not built then.
            NodeKind::Mapping(entries) if !entries.is_empty() => Some(Detection::All(
                entries
                    .iter()
                    .filter_map(|entry| self.item(entry).map(Detection::Item))
                    .collect(),
            )),
            NodeKind::Sequence(items) if !items.is_empty() => Some(Detection::Any(
                items
                    .iter()
                    .filter_map(|item| self.detection(item, name))
                    .collect(),
            )),
            NodeKind::Scalar(scalar) if node.describe() != "null" => {
                self.keyword(node, scalar).map(Detection::Item)
            }
            _ => {
                let message = "search identifier has nothing to look for";
                let help = "give it a map of fields, a list of maps, or a list of keywords";
                self.file.report(Code::EmptyDetection, name, message, help);
                None
            }
        }
    }

    /// A bare value: a keyword, sought anywhere in the event.
    fn keyword(&self, node: &Node, scalar: &YamlScalar) -> Option<Item> {
        let spec = FieldSpec::new(None, vec![Modifier::Contains]);
        let value = self.value(&spec, node, scalar)?;
        Some(Item {
            field: None,
            modifiers: spec.modifiers,
            all: false,
            negated: false,
            values: vec![value],
            span: node.span.clone(),
        })
    }

    fn item(&self, entry: &Entry) -> Option<Item> {
        let (field, modifiers) = self.key(entry)?;
        let Some(mut modifiers) = modifiers else {
            // The field can be looked up all the same.
            return field.map(|field| Item {
                field: Some(field),
                modifiers: Vec::new(),
                all: false,
                negated: false,
                values: Vec::new(),
                span: entry.key_span.clone(),
            });
        };
        let all = remove(&mut modifiers, Modifier::All);
        let negated = remove(&mut modifiers, Modifier::Neq);
        if field.is_none()
            && !modifiers
                .iter()
                .any(|modifier| decides_comparison(*modifier))
        {
            modifiers.push(Modifier::Contains);
        }
        let nodes = entry.value.items();
        if nodes.is_empty() {
            let help = "give it a value, or a list of values";
            self.file.report(
                Code::EmptyDetection,
                &entry.key_span,
                "field has no values",
                help,
            );
            return None;
        }
        if all && nodes.len() == 1 {
            let message = "`all` needs more than one value";
            let span = within(self.file.source, &entry.key_span, "all");
            let finding = self.file.finding(Code::ModifierConflict, &span, message);
            let fix = modifiers::without(self.file.source, "all", &span);
            let help = "leave `|all` out, or give a list of values";
            self.file.push(finding.help(help).fix(fix));
            return None;
        }
        if modifiers.contains(&Modifier::Exists) && nodes.len() > 1 {
            let span = self.file.first_line(&entry.value);
            let message = "`exists` takes one value, not a list";
            let help = "write `|exists: true` or `|exists: false`";
            self.file.report(Code::InvalidMatch, &span, message, help);
            return None;
        }
        let spec = FieldSpec::new(field.as_ref().map(|field| field.value.clone()), modifiers);
        let values = nodes
            .iter()
            .filter_map(|node| self.field_value(&spec, entry, node))
            .collect();
        Some(Item {
            field,
            all,
            negated,
            values,
            span: entry.key_span.clone(),
            modifiers: spec.modifiers,
        })
    }

    /// The field, which keywords have none of, and its modifiers.
    fn key(&self, entry: &Entry) -> Option<FieldAndModifiers> {
        let key = modifiers::read(self.file, entry);
        if entry.key.is_empty() {
            let help = "name a field; keywords are a list without a key";
            self.file.report(
                Code::UnknownField,
                &entry.key_span,
                "field has no name",
                help,
            );
            return None;
        }
        let field =
            (!key.field.is_empty()).then(|| Spanned::new(key.field.to_owned(), &key.field_span));
        Some((field, key.modifiers))
    }

    fn field_value(&self, spec: &FieldSpec, entry: &Entry, node: &Node) -> Option<Value> {
        match &node.kind {
            NodeKind::Scalar(scalar) => self.value(spec, node, scalar),
            _ => {
                let message = format!("the value of `{}` is {}", entry.key, node.describe());
                let help = "a field is compared to a value, or to a list of values";
                self.file
                    .report(Code::WrongType, &self.file.first_line(node), message, help);
                None
            }
        }
    }

    fn value(&self, spec: &FieldSpec, node: &Node, scalar: &YamlScalar) -> Option<Value> {
        if scalar.text.is_empty()
            && !scalar.plain
            && spec.modifiers.iter().copied().any(is_found_empty)
        {
            let message = "an empty text is found in any text";
            let help = "give a text; to ask whether the field is there, write `|exists: true`";
            self.file.report(Code::EmptyText, &node.span, message, help);
        }
        match lower(spec, scalar) {
            Ok(matcher) => Some(Value {
                span: node.span.clone(),
                text: scalar.text.clone(),
                matcher,
            }),
            Err((message, help)) => {
                self.file
                    .report(Code::InvalidMatch, &node.span, message, help);
                None
            }
        }
    }
}

/// A key's field, which keywords have none of, and its modifiers, unless they are in error.
type FieldAndModifiers = (Option<Spanned<String>>, Option<Vec<Modifier>>);

/// What is wrong with a value: message and help.
type ValueProblem = (String, &'static str);

/// One value under its field's modifiers, as Sigma compares it.
fn lower(spec: &FieldSpec, scalar: &YamlScalar) -> Result<IrMatcher, ValueProblem> {
    let value = scalar.value();
    if let Some(refusal) = unfit(spec, scalar, &value) {
        return Err(refusal);
    }
    // A regular expression is never a wildcard string, and a number under an encoding is the text that was written.
    let number =
        Number::parse(&scalar.text).filter(|_| spec.modifiers.iter().any(|m| compares_number(*m)));
    let value = if let Some(number) = number {
        SigmaValue::Float(number.as_f64())
    } else if spec.has_modifier(Modifier::Re) {
        SigmaValue::from_raw_string(&scalar.text)
    } else if spec.modifiers.iter().any(|modifier| needs_text(*modifier)) {
        SigmaValue::from_yaml(&serde_yaml::Value::String(scalar.text.clone()))
    } else {
        SigmaValue::from_yaml(&value)
    };
    // Text such as `${jndi:...}` is text, not a reference to one of the evaluator's own data sources.
    let options = LowerOptions {
        permissive_placeholders: true,
    };
    let item = DetectionItem {
        field: spec.clone(),
        values: vec![value],
    };
    // What can be wrong has been said above in the author's terms.
    lower_detection_item(&item, &options)
        .map(|item| item.matcher)
        .map_err(|_| {
            let message = format!("`{}` cannot be compared with these modifiers", scalar.text);
            (
                message,
                "give a value of the kind that the modifiers compare",
            )
        })
}

/// Why a value is none that its modifiers compare to.
fn unfit(spec: &FieldSpec, scalar: &YamlScalar, value: &serde_yaml::Value) -> Option<ValueProblem> {
    let with = |is: fn(Modifier) -> bool| spec.modifiers.iter().copied().find(|m| is(*m));
    let text = scalar.text.as_str();
    if spec.has_modifier(Modifier::Exists) && !value.is_bool() {
        let message = format!("`exists` takes true or false, not `{text}`");
        return Some((
            message,
            "write `|exists: true` or `|exists: false`, without quotes",
        ));
    }
    if with(compares_numbers).is_some() && Number::parse(text).is_none() {
        let message = format!("an order takes a number, and `{text}` is none");
        return Some((message, "give a number, such as 1000"));
    }
    if with(compares_time).is_some() && Number::parse(text).and_then(Number::as_count).is_none() {
        let message = format!("a part of a time is a whole number, and `{text}` is none");
        return Some((message, "give a number, such as `ts|hour: 3`"));
    }
    with(needs_text)?;
    if !value.is_string() && !value.is_number() {
        let kind = if value.is_null() { "null" } else { "a boolean" };
        let message = format!("the modifiers of this field take a text, not {kind}");
        return Some((message, "put the value in quotes, or ask with `|exists`"));
    }
    if spec.has_modifier(Modifier::FieldRef) && text.contains(['*', '?']) {
        let message = "`fieldref` takes the name of one field, not a wildcard".to_owned();
        return Some((message, "name the other field"));
    }
    None
}

/// Modifiers with which an empty value is found in any text.
fn is_found_empty(modifier: Modifier) -> bool {
    use Modifier as M;
    matches!(modifier, M::Contains | M::StartsWith | M::EndsWith | M::Re)
}

/// Modifiers whose value is a number. What it is exactly is read of the value's text.
fn compares_number(modifier: Modifier) -> bool {
    compares_numbers(modifier) || compares_time(modifier)
}

fn compares_numbers(modifier: Modifier) -> bool {
    use Modifier as M;
    matches!(modifier, M::Lt | M::Lte | M::Gt | M::Gte)
}

fn compares_time(modifier: Modifier) -> bool {
    use Modifier as M;
    matches!(
        modifier,
        M::Minute | M::Hour | M::Day | M::Week | M::Month | M::Year
    )
}

/// Modifiers whose value is a text whatever it looks like.
fn needs_text(modifier: Modifier) -> bool {
    use Modifier as M;
    matches!(
        modifier,
        M::Contains
            | M::StartsWith
            | M::EndsWith
            | M::Re
            | M::Base64
            | M::Base64Offset
            | M::Wide
            | M::Utf16
            | M::Utf16be
            | M::WindAsh
            | M::Cidr
            | M::FieldRef
            | M::Expand
    )
}

/// Modifiers after which a keyword is no longer sought as a part of the event's text.
fn decides_comparison(modifier: Modifier) -> bool {
    use Modifier as M;
    !matches!(
        modifier,
        M::Cased
            | M::Base64
            | M::Base64Offset
            | M::Wide
            | M::Utf16
            | M::Utf16be
            | M::WindAsh
            | M::IgnoreCase
    )
}

fn remove(modifiers: &mut Vec<Modifier>, which: Modifier) -> bool {
    let before = modifiers.len();
    modifiers.retain(|modifier| *modifier != which);
    modifiers.len() < before
}

/// The part of a span that holds a word, or the whole span where it is not written like that.
pub(super) fn within(source: &Source, span: &Range<usize>, word: &str) -> Range<usize> {
    match source.text[span.clone()].rfind(word) {
        Some(offset) if !word.is_empty() => {
            let start = span.start + offset;
            start..start + word.len()
        }
        _ => span.clone(),
    }
}
