//! Search identifiers: maps and lists of fields with modifiers and values.

use std::ops::Range;
use std::sync::Arc;

use rsigma_ir::lower::lower_detection_item;
use rsigma_ir::{IrError, IrMatcher, LowerOptions};
use rsigma_parser::{DetectionItem, FieldSpec, Modifier, SigmaValue};

use super::Spanned;
use super::reader::{first_line, list, place};
use super::yaml::{Entry, Kind, Node, Scalar};
use crate::finding::{Code, Finding, Source};
use crate::report::nearest;

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
    /// The values; never empty.
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
    source: &Arc<Source>,
    node: &Node,
    findings: &mut Vec<Finding>,
) -> Option<(Vec<Search>, Vec<Spanned<String>>)> {
    let Kind::Mapping(entries) = &node.kind else {
        let message = format!("detection is {}, not a mapping", node.describe());
        let finding = Finding::new(Code::WrongType, place(source, &node.span), message);
        findings.push(finding.help("give it search identifiers and a condition"));
        return None;
    };
    let reading = Reading { source };
    let mut searches = Vec::new();
    let mut conditions = Vec::new();
    for entry in entries {
        match entry.key.as_str() {
            "condition" => conditions = reading.conditions(&entry.value, findings),
            "timeframe" => findings.push(reading.timeframe(entry)),
            _ => searches.extend(reading.search(entry, findings)),
        }
    }
    if !entries.iter().any(|entry| entry.key == "condition") {
        let span = first_line(source, &node.span);
        let finding = Finding::new(
            Code::MissingKey,
            place(source, &span),
            "detection has no `condition`",
        );
        findings.push(finding.help("add `condition:`, such as `condition: selection`"));
    }
    Some((searches, conditions))
}

struct Reading<'a> {
    source: &'a Arc<Source>,
}

impl Reading<'_> {
    fn finding(&self, code: Code, span: &Range<usize>, message: impl Into<String>) -> Finding {
        Finding::new(code, place(self.source, span), message)
    }

    fn timeframe(&self, entry: &Entry) -> Finding {
        let message = "Sigma 2 has no `timeframe` in a detection";
        self.finding(Code::UnsupportedDocument, &entry.key_span, message)
            .help("counting over time is the work of a correlation rule")
    }

    fn conditions(&self, node: &Node, findings: &mut Vec<Finding>) -> Vec<Spanned<String>> {
        let items = match &node.kind {
            Kind::Sequence(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        if items.is_empty() {
            let finding = self.finding(
                Code::EmptyDetection,
                &node.span,
                "condition is an empty list",
            );
            findings.push(finding.help("write `condition: selection`"));
        }
        items
            .iter()
            .filter_map(|item| match &item.kind {
                Kind::Scalar(scalar) => Some(Spanned::new(scalar.text.clone(), &item.span)),
                _ => {
                    let message = format!("a condition is {}, not a string", item.describe());
                    let finding = self.finding(Code::WrongType, &item.span, message);
                    findings.push(
                        finding.help("write `condition: selection`, or a list of such strings"),
                    );
                    None
                }
            })
            .collect()
    }

    fn search(&self, entry: &Entry, findings: &mut Vec<Finding>) -> Option<Search> {
        let detection = self.detection(&entry.value, &entry.key_span, findings)?;
        Some(Search {
            name: Spanned::new(entry.key.clone(), &entry.key_span),
            detection,
        })
    }

    fn detection(
        &self,
        node: &Node,
        name: &Range<usize>,
        findings: &mut Vec<Finding>,
    ) -> Option<Detection> {
        match &node.kind {
            Kind::Mapping(entries) if !entries.is_empty() => entries
                .iter()
                .map(|entry| self.item(entry, findings).map(Detection::Item))
                .collect::<Vec<_>>()
                .into_iter()
                .collect::<Option<Vec<_>>>()
                .map(Detection::All),
            Kind::Sequence(items) if !items.is_empty() => items
                .iter()
                .map(|item| self.detection(item, name, findings))
                .collect::<Vec<_>>()
                .into_iter()
                .collect::<Option<Vec<_>>>()
                .map(Detection::Any),
            Kind::Scalar(scalar) if node.describe() != "null" => {
                self.keyword(node, scalar, findings).map(Detection::Item)
            }
            _ => {
                let finding = self.finding(
                    Code::EmptyDetection,
                    name,
                    "search identifier has nothing to look for",
                );
                findings.push(
                    finding.help("give it a map of fields, a list of maps, or a list of keywords"),
                );
                None
            }
        }
    }

    /// A bare value: a keyword, sought anywhere in the event.
    fn keyword(&self, node: &Node, scalar: &Scalar, findings: &mut Vec<Finding>) -> Option<Item> {
        let spec = FieldSpec::new(None, vec![Modifier::Contains]);
        let value = self.value(&spec, node, scalar, findings)?;
        Some(Item {
            field: None,
            modifiers: spec.modifiers,
            all: false,
            negated: false,
            values: vec![value],
            span: node.span.clone(),
        })
    }

    fn item(&self, entry: &Entry, findings: &mut Vec<Finding>) -> Option<Item> {
        let (field, mut modifiers) = self.key(entry, findings)?;
        let all = remove(&mut modifiers, Modifier::All);
        let negated = remove(&mut modifiers, Modifier::Neq);
        if field.is_none()
            && !modifiers
                .iter()
                .any(|modifier| decides_comparison(*modifier))
        {
            modifiers.push(Modifier::Contains);
        }
        let nodes = match &entry.value.kind {
            Kind::Sequence(items) => items.as_slice(),
            _ => std::slice::from_ref(&entry.value),
        };
        if nodes.is_empty() {
            let finding =
                self.finding(Code::EmptyDetection, &entry.key_span, "field has no values");
            findings.push(finding.help("give it a value, or a list of values"));
            return None;
        }
        if all && nodes.len() == 1 {
            let message = "`all` needs more than one value";
            let finding = self.finding(Code::ModifierConflict, &entry.key_span, message);
            findings.push(finding.help("leave `|all` out, or give a list of values"));
            return None;
        }
        let spec = FieldSpec::new(field.as_ref().map(|field| field.value.clone()), modifiers);
        let values: Vec<Option<Value>> = nodes
            .iter()
            .map(|node| self.field_value(&spec, entry, node, findings))
            .collect();
        Some(Item {
            field,
            all,
            negated,
            values: values.into_iter().collect::<Option<_>>()?,
            span: entry.key_span.clone(),
            modifiers: spec.modifiers,
        })
    }

    /// Splits `field|modifier|modifier`.
    fn key(
        &self,
        entry: &Entry,
        findings: &mut Vec<Finding>,
    ) -> Option<(Option<Spanned<String>>, Vec<Modifier>)> {
        let (name, rest) = match entry.key.split_once('|') {
            Some((name, rest)) => (name, Some(rest)),
            None => (entry.key.as_str(), None),
        };
        let mut modifiers = Vec::new();
        let mut sound = true;
        for word in rest.into_iter().flat_map(|rest| rest.split('|')) {
            match word.parse() {
                Ok(modifier) if is_sigma(word) => modifiers.push(modifier),
                _ => {
                    findings.push(self.unknown_modifier(entry, word));
                    sound = false;
                }
            }
        }
        let field = (!name.is_empty()).then(|| Spanned::new(name.to_owned(), &entry.key_span));
        sound.then_some((field, modifiers))
    }

    fn unknown_modifier(&self, entry: &Entry, word: &str) -> Finding {
        let message = format!("Sigma has no modifier `{word}`");
        let help = match word {
            "not" => "negate in the condition: `selection and not other`; or use `neq`".to_owned(),
            _ => match nearest(word, MODIFIERS.iter().copied()) {
                Some(modifier) => format!("did you mean `{modifier}`?"),
                None => format!("its modifiers are {}", list(MODIFIERS)),
            },
        };
        let span = within(self.source, &entry.key_span, word);
        self.finding(Code::UnknownModifier, &span, message)
            .help(help)
    }

    fn field_value(
        &self,
        spec: &FieldSpec,
        entry: &Entry,
        node: &Node,
        findings: &mut Vec<Finding>,
    ) -> Option<Value> {
        match &node.kind {
            Kind::Scalar(scalar) => self.value(spec, node, scalar, findings),
            _ => {
                let message = format!("value of `{}` is {}", entry.key, node.describe());
                let finding = self.finding(
                    Code::WrongType,
                    &first_line(self.source, &node.span),
                    message,
                );
                findings
                    .push(finding.help("a field is compared to a value, or to a list of values"));
                None
            }
        }
    }

    fn value(
        &self,
        spec: &FieldSpec,
        node: &Node,
        scalar: &Scalar,
        findings: &mut Vec<Finding>,
    ) -> Option<Value> {
        match lower(spec, scalar) {
            Ok(matcher) => Some(Value {
                span: node.span.clone(),
                text: scalar.text.clone(),
                matcher,
            }),
            Err(finding) => {
                let (code, message, help) = finding;
                findings.push(self.finding(code, &node.span, message).help(help));
                None
            }
        }
    }
}

/// What is wrong with a value: code, message and help.
type Refusal = (Code, String, String);

/// One value under its field's modifiers, as Sigma compares it.
fn lower(spec: &FieldSpec, scalar: &Scalar) -> Result<IrMatcher, Refusal> {
    let value = scalar.value();
    if spec.has_modifier(Modifier::Exists) && !value.is_bool() {
        let message = format!("`exists` takes true or false, not `{}`", scalar.text);
        return Err((
            Code::InvalidMatch,
            message,
            "write `|exists: true`".to_owned(),
        ));
    }
    let is_text = value.is_string() || value.is_number();
    if !is_text && spec.modifiers.iter().any(|modifier| needs_text(*modifier)) {
        let message = "a modifier of this field needs a string".to_owned();
        return Err((
            Code::InvalidMatch,
            message,
            "put the value in quotes".to_owned(),
        ));
    }
    // A regular expression is never a wildcard string, and a number under an encoding is the text that was written.
    let value = if spec.has_modifier(Modifier::Re) {
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
    match lower_detection_item(&item, &options) {
        Ok(item) => Ok(item.matcher),
        Err(error) => Err(refusal(&error)),
    }
}

fn refusal(error: &IrError) -> Refusal {
    let message = error.to_string();
    match error {
        IrError::InvalidModifiers(_) => (
            Code::ModifierConflict,
            message,
            "one comparison a field: use a second search identifier for the other".to_owned(),
        ),
        _ => (
            Code::InvalidMatch,
            message,
            "give a value of the kind that the modifier compares".to_owned(),
        ),
    }
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

/// The modifiers of the Sigma modifiers appendix 2.1.0.
const MODIFIERS: &[&str] = &[
    "all",
    "startswith",
    "endswith",
    "contains",
    "exists",
    "cased",
    "neq",
    "windash",
    "re",
    "i",
    "m",
    "s",
    "base64",
    "base64offset",
    "utf16le",
    "utf16be",
    "utf16",
    "wide",
    "lt",
    "lte",
    "gt",
    "gte",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "year",
    "cidr",
    "expand",
    "fieldref",
];

fn is_sigma(word: &str) -> bool {
    MODIFIERS.contains(&word)
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
