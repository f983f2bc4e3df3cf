//! Sigma filters: conditions that are put on other rules.
//!
//! A rule matches where its own condition and the filter's hold: both known implementations (pySigma, rsigma) put `and`
//! between the two, though the specification's example reads as if the filter's were negated.

use super::metadata;
use super::reader::{Diagnostics, MappingReader, UnknownKeys};
use super::yaml::{Node, NodeKind};
use super::{Detection, Header, Rule, Spanned, ZeekBlock, condition, detection};
use crate::finding::Code;

/// One Sigma filter (Sigma filters specification 2.1.0).
#[derive(Debug, Clone)]
pub struct Filter {
    /// The rules that it is put on.
    pub target: Target,
    /// What it asks for, in the form of a rule: title, id, logsource, searches and condition, all in the filter's file.
    pub condition: Rule,
}

/// The rules that a filter is put on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// All of the pack with the filter's logsource.
    Any,
    /// Those with these ids, names or titles.
    Named(Vec<Spanned<String>>),
}

impl Target {
    /// The ids, names or titles of the rules; none for all.
    pub fn names(&self) -> &[Spanned<String>] {
        match self {
            Self::Any => &[],
            Self::Named(names) => names,
        }
    }
}

/// The keys that the specification gives a filter, and those that rules have for people.
pub(crate) const KEYS: &[&str] = &[
    "title",
    "id",
    "name",
    "description",
    "date",
    "modified",
    "taxonomy",
    "sigma-version",
    "author",
    "references",
    "related",
    "license",
    "logsource",
    "filter",
];

/// Reads a document as a filter; `None` where it cannot be read.
pub(super) fn read(file: &Diagnostics<'_>, document: &Node) -> Option<Filter> {
    let reader = MappingReader::new(file, "filter", document, KEYS, UnknownKeys::RefuseMisspelt)?;
    let title = metadata::title(&reader);
    let logsource = reader
        .require("logsource")
        .and_then(|node| metadata::logsource(file, node));
    let id = metadata::identifier(&reader);
    metadata::check_dates(&reader);
    metadata::check_version(&reader);
    metadata::check_related(&reader);
    let node = reader.require("filter")?;
    let target = target(file, node);
    let (searches, texts) = detection::read(file, &without_rules(node))?;
    if let [_, second, ..] = texts.as_slice() {
        let message = "a filter has one condition";
        let help = "join the two with `or` or `and`";
        file.report(Code::ConditionSyntax, &second.span, message, help);
    }
    let conditions = condition::read(file, &searches, &texts);
    Some(Filter {
        target: target?,
        condition: Rule {
            header: Header {
                id,
                ..Header::titled(file.source, title?)
            },
            logsource: logsource?,
            searches,
            conditions,
            zeek: ZeekBlock::default(),
        },
    })
}

/// The filter's `rules`.
fn target(file: &Diagnostics<'_>, node: &Node) -> Option<Target> {
    // Its searches have whatever names they like.
    let NodeKind::Mapping(entries) = &node.kind else {
        return None;
    };
    let known: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
    let reader = MappingReader::new(file, "filter", node, &known, UnknownKeys::RefuseMisspelt)?;
    let rules = reader.require("rules")?;
    let names = reader.strings("rules");
    match names.as_slice() {
        [] => {
            let message = "filter names no rule";
            let help = "list the ids of rules, or write `rules: any`";
            file.report(Code::InvalidValue, &rules.span, message, help);
            None
        }
        [name] if name.value.eq_ignore_ascii_case("any") && !is_list(rules) => Some(Target::Any),
        _ => Some(Target::Named(names)),
    }
}

fn is_list(node: &Node) -> bool {
    matches!(node.kind, NodeKind::Sequence(_))
}

/// The searches and the condition of a filter.
fn without_rules(node: &Node) -> Node {
    let mut node = node.clone();
    if let NodeKind::Mapping(entries) = &mut node.kind {
        entries.retain(|entry| entry.key != "rules");
    }
    node
}

impl Filter {
    /// Whether a name among the filter's `rules` is a rule's.
    pub fn names(name: &str, rule: &Rule) -> bool {
        let is = |own: &Option<Spanned<String>>| own.as_ref().is_some_and(|own| own.value == name);
        let id = rule.id.as_ref();
        id.is_some_and(|id| id.value.eq_ignore_ascii_case(name))
            || is(&rule.name)
            || rule.title.value == name
    }

    /// Whether the condition asks nowhere for something not to be so: most likely it was meant to say what to leave out.
    pub fn is_all_positive(&self) -> bool {
        let conditions = &self.condition.conditions;
        let searches = &self.condition.searches;
        !conditions.iter().any(condition_negates)
            && !searches
                .iter()
                .any(|search| detection_negates(&search.detection))
    }
}

fn condition_negates(condition: &condition::Condition) -> bool {
    use condition::Condition::{And, AtLeast, Not, Or, Search};
    match condition {
        Not(_) => true,
        And(parts) | Or(parts) => parts.iter().any(condition_negates),
        Search(_) | AtLeast(..) => false,
    }
}

fn detection_negates(detection: &Detection) -> bool {
    match detection {
        Detection::All(parts) | Detection::Any(parts) => parts.iter().any(detection_negates),
        Detection::Item(item) => item.negated,
    }
}
