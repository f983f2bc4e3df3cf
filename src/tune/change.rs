//! A rule as it is written, with something excluded or asked for in addition.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde::Deserialize as _;
use serde_yaml::{Mapping, Value};

use crate::draft::ObservedCondition;
use crate::rule::written::{id, scalar};

/// Services whose notices say by themselves what was seen, whatever is asked for.
const OF_EVENTS: &[&str] = &["dce_rpc", "http", "smb_files", "smb_mapping", "smb_cmd"];

/// What is put into a rule.
#[derive(Debug, Clone)]
pub(super) struct Change {
    /// Any of them is enough.
    pub(super) conditions: Vec<ObservedCondition>,
    /// Whether they are asked for, not excluded.
    pub(super) narrows: bool,
}

/// A rule that can be changed.
#[derive(Debug)]
pub(super) struct EditableRule {
    document: Mapping,
    /// The rules and correlations of the file, in their order.
    documents: Vec<Mapping>,
    /// Which of them it is.
    place: usize,
    text: String,
    /// The `pack.yml` of its pack.
    pub(super) description: Option<PathBuf>,
    pub(super) title: String,
    /// Its id, or else its title, by which a filter names it.
    named: String,
    pub(super) service: String,
}

impl EditableRule {
    /// The rule of a title in a file, on a service; `None` if it is not written as a mapping.
    pub(super) fn new(
        text: &str,
        title: &str,
        service: &str,
        description: Option<PathBuf>,
    ) -> Option<Self> {
        let documents = serde_yaml::Deserializer::from_str(text);
        let documents: Vec<Mapping> = documents
            .filter_map(|it| Mapping::deserialize(it).ok())
            .collect();
        let string = |document: &Mapping, key: &str| {
            document.get(key).and_then(Value::as_str).map(str::to_owned)
        };
        let is_rule = |document: &Mapping| {
            document.contains_key("detection")
                && string(document, "title").as_deref() == Some(title)
        };
        let place = documents.iter().position(is_rule)?;
        let document = documents.get(place)?.clone();
        Some(Self {
            named: string(&document, "id").unwrap_or_else(|| title.to_owned()),
            title: title.to_owned(),
            service: service.to_owned(),
            text: match documents.len() {
                1 => text.to_owned(),
                _ => serde_yaml::to_string(&document).ok()?,
            },
            description,
            documents,
            place,
            document,
        })
    }

    /// Whether it has this title, in any case, or this id.
    pub(super) fn is_named(&self, named: &str) -> bool {
        self.title.to_lowercase() == named.to_lowercase() || self.named.eq_ignore_ascii_case(named)
    }

    /// The titles of the file's correlations that name the rule.
    pub(super) fn correlations(&self) -> Vec<String> {
        let own = ["id", "name", "title"].map(|key| self.document.get(key));
        let names_it = |document: &&Mapping| {
            let rules = document.get("correlation").and_then(|it| it.get("rules"));
            let rules = rules.and_then(Value::as_sequence);
            rules.is_some_and(|rules| rules.iter().any(|rule| own.contains(&Some(rule))))
        };
        let correlations = self.documents.iter().filter(names_it);
        let titles = correlations.filter_map(|it| it.get("title").and_then(Value::as_str));
        titles.map(str::to_owned).collect()
    }

    /// The rule's text.
    pub(super) fn document(&self) -> String {
        format!(
            "{}\n",
            self.text.trim_end().trim_end_matches("---").trim_end()
        )
    }

    /// The id that a variant of the rule has while it is tried.
    pub(super) fn id_of(&self, number: usize) -> String {
        id(&["variant of a rule that is tuned ", &number.to_string()])
    }

    /// The rule under the first variant's id.
    pub(super) fn as_it_is(&self) -> String {
        self.variant(0, &self.document)
    }

    /// The rule with a change, under the id of a variant.
    pub(super) fn changed(&self, number: usize, change: &Change) -> String {
        self.variant(number, &self.with(change))
    }

    fn variant(&self, number: usize, document: &Mapping) -> String {
        let mut document = document.clone();
        document.insert("id".into(), self.id_of(number).into());
        document.insert("name".into(), format!("tune_{number}").into());
        document.remove("regression_tests_path");
        document.remove("related");
        // Every match counts, also where Zeek would suppress its notice.
        let zeek = document
            .entry("zeek".into())
            .or_insert_with(|| Mapping::new().into());
        if let Value::Mapping(zeek) = zeek {
            let notice = zeek
                .entry("notice".into())
                .or_insert_with(|| Mapping::new().into());
            if let Value::Mapping(notice) = notice {
                notice.insert("suppress_for".into(), "0s".into());
                // What a notice on a log says by itself names the columns that are asked for, which differ from variant to variant.
                if !OF_EVENTS.contains(&self.service.as_str()) {
                    notice
                        .entry("message".into())
                        .or_insert_with(|| "a match".into());
                }
            }
        }
        // A mapping that was read can be written.
        serde_yaml::to_string(&document).unwrap_or_default()
    }

    fn with(&self, change: &Change) -> Mapping {
        let mut document = self.document.clone();
        let Some(Value::Mapping(detection)) = document.get_mut("detection") else {
            return document;
        };
        let name = free_name(detection, if change.narrows { "required" } else { "usual" });
        let not = if change.narrows { "" } else { "not " };
        let conditions = match detection.get("condition") {
            Some(Value::Sequence(conditions)) => conditions.clone(),
            Some(condition) => vec![condition.clone()],
            None => Vec::new(),
        };
        let conditions: Vec<Value> = conditions
            .iter()
            .filter_map(Value::as_str)
            .map(|condition| format!("({condition}) and {not}{name}").into())
            .collect();
        let condition = match <[Value; 1]>::try_from(conditions) {
            Ok([only]) => only,
            Err(several) => Value::Sequence(several),
        };
        let search = serde_yaml::from_str(&search(change, "")).unwrap_or(Value::Null);
        detection.insert(name.into(), search);
        detection.insert("condition".into(), condition);
        document
    }

    /// The rule with what is asked for in addition.
    pub(super) fn narrowed_alone(&self, change: &Change) -> String {
        serde_yaml::to_string(&self.with(change)).unwrap_or_default()
    }

    /// The file with what the rule asks for in addition, as it is to be written.
    pub(super) fn narrowed(&self, change: &Change) -> String {
        let documents = self.documents.iter().enumerate();
        let documents = documents.map(|(place, document)| match place == self.place {
            true => self.narrowed_alone(change),
            false => serde_yaml::to_string(document).unwrap_or_default(),
        });
        documents.collect::<Vec<_>>().join("---\n")
    }

    /// A filter of the rule.
    pub(super) fn filter(&self, change: &Change) -> String {
        let mut text = String::new();
        let search = search(change, "        ");
        let title = format!("{}: What Is Usual", self.title);
        // Writing to a text does not fail.
        let _ = write!(
            text,
            "title: {}\nid: {}\ndescription: Drafted from false positives of the rule; it keeps every true positive that it was tried on.\n\
             logsource:\n    product: zeek\n    service: {}\nfilter:\n    rules:\n        - {}\n    usual:\n{search}    condition: not usual\n",
            scalar(&title),
            id(&["filter of ", &self.named, &search]),
            self.service,
            scalar(&self.named),
        );
        text
    }
}

/// A search with the conditions: a mapping, or a list of them, any of which is enough.
fn search(change: &Change, indent: &str) -> String {
    match change.conditions.as_slice() {
        [only] => format!("{indent}{only}\n"),
        several => {
            let items = several.iter();
            items.map(|it| format!("{indent}- {it}\n")).collect()
        }
    }
}

/// A name that no search of the rule has.
fn free_name(detection: &Mapping, base: &str) -> String {
    let mut name = base.to_owned();
    while detection.contains_key(name.as_str()) {
        name.push('_');
    }
    name
}
