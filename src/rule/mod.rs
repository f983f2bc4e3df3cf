//! Rules as their authors wrote them: YAML files in, validated rules with their places out.
//!
//! The language is Sigma 2.1 (<https://github.com/SigmaHQ/sigma-specification>). What a rule's fields mean is none of
//! this module's business; it knows the form of a rule, not Zeek.

pub mod condition;
pub mod correlation;
pub mod declared_log;
pub mod detection;
pub mod files;
pub mod filter;
mod header;
pub mod message;
mod metadata;
mod modifiers;
mod number;
mod other_product;
pub mod pack;
pub mod package_details;
mod quantity;
mod reader;
pub mod regression;
mod tags;
pub(crate) mod written;
pub mod yaml;
mod yaml_versions;
pub mod zeek_block;

use std::ops::{Deref, Range};
use std::path::PathBuf;
use std::sync::Arc;

use rsigma_parser::Status;

use crate::finding::{Code, Finding, Place, Severity, Source};
use crate::text::nearest;
pub use condition::Condition;
pub use correlation::Correlation;
pub use detection::{Detection, Item, Search, Value};
pub use filter::Filter;
pub use header::Header;
pub use message::NoticeText;
#[cfg(test)]
pub(crate) use metadata::KEYS as RULE_KEYS;
pub(crate) use metadata::{LEVELS, STATUSES};
pub(crate) use modifiers::MODIFIERS;
pub use number::Number;
pub use pack::NoticeStyle;
pub use quantity::Quantity;
use reader::Diagnostics;
pub use zeek_block::{
    Destination, FileExtraction, NoticeSettings, PayloadEncoding, PayloadLog, RaiseOn, ZeekBlock,
};

/// A value with its place in the rule's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Byte offsets into the file's text.
    pub span: Range<usize>,
}

/// One Sigma detection rule (Sigma rules specification 2.1.0).
#[derive(Debug, Clone)]
pub struct Rule {
    /// What it says of itself.
    pub header: Header,
    /// Which events the rule looks at.
    pub logsource: Logsource,
    /// The search identifiers in the order of the file.
    pub searches: Vec<Search>,
    /// The conditions; the rule matches where any of them does. None where one of them is wrong.
    pub conditions: Vec<Condition>,
    /// What only Zeek has.
    pub zeek: ZeekBlock,
}

/// A rule's `logsource`.
#[derive(Debug, Clone)]
pub struct Logsource {
    /// Where it stands.
    pub span: Range<usize>,
    /// `category`.
    pub category: Option<Spanned<String>>,
    /// `product`.
    pub product: Option<Spanned<String>>,
    /// `service`.
    pub service: Option<Spanned<String>>,
}

impl Logsource {
    /// Whether the product is Zeek.
    pub fn is_of_zeek(&self) -> bool {
        let product = self.product.as_ref();
        product.is_some_and(|product| product.value == "zeek")
    }
}

impl Rule {
    /// Where to point for what the rule as a whole looks for: at its first search identifier.
    pub fn first_search(&self) -> &Range<usize> {
        self.searches
            .first()
            .map_or(&self.title.span, |search| &search.name.span)
    }
}

impl Deref for Rule {
    type Target = Header;

    fn deref(&self) -> &Header {
        &self.header
    }
}

/// How far a rule is trusted, in the word that rules have for it.
pub fn status_word(status: Status) -> &'static str {
    let mut known = metadata::STATUSES.iter();
    let found = known.find(|(_, known)| *known == status);
    found.map_or("", |(word, _)| word)
}

/// What a YAML document of a rule file is (Sigma specification 2.1.0).
#[derive(Debug, Clone)]
pub enum Document {
    /// A detection rule.
    Rule(Box<Rule>),
    /// A correlation of rules.
    Correlation(Box<Correlation>),
    /// A filter of rules.
    Filter(Box<Filter>),
}

impl Document {
    fn header_mut(&mut self) -> &mut Header {
        match self {
            Self::Rule(rule) => &mut rule.header,
            Self::Correlation(correlation) => &mut correlation.header,
            Self::Filter(filter) => &mut filter.condition.header,
        }
    }
}

/// The documents of one file. What is wrong with them goes to `findings`; one that cannot be read is left out.
pub fn parse(source: &Arc<Source>, findings: &mut Vec<Finding>) -> Vec<Document> {
    parse_without(source, findings, |_| false)
}

/// Whether a text is a rule file that may be meant for Zeek: one with a key that tells, whose logsources are not all another product's.
pub fn is_of_zeek(text: &str) -> bool {
    let is_telling = |line: &str| CHARACTERISTIC.iter().any(|key| line.starts_with(key));
    if !text.lines().any(is_telling) {
        return false;
    }
    let source = Arc::new(Source {
        path: PathBuf::new(),
        text: text.to_owned(),
    });
    // What cannot be read yet is being written.
    yaml::parse(&source).map_or(true, |documents| {
        !documents.iter().all(other_product::is_of_one)
    })
}

/// The keys of which each document has one.
const CHARACTERISTIC: [&str; 3] = ["detection", "correlation", "filter"];

/// Reads the documents of a file but those that are to be left out.
fn parse_without(
    source: &Arc<Source>,
    findings: &mut Vec<Finding>,
    mut left_out: impl FnMut(&yaml::Node) -> bool,
) -> Vec<Document> {
    let file = Diagnostics::new(source);
    let documents = file.documents();
    findings.append(&mut file.into_findings());
    let Some(documents) = documents else {
        return Vec::new();
    };
    // A file may end with the line that separates documents.
    let documents: Vec<&yaml::Node> = documents
        .iter()
        .filter(|document| document.describe() != "null")
        .collect();
    if documents.is_empty() {
        let place = Place::new(source, &(0..0));
        let finding = Finding::new(Code::NoRule, place, "file holds no rule");
        findings.push(finding.help("write one, or delete the file"));
    }
    documents
        .into_iter()
        .filter(|document| !left_out(document))
        .filter_map(|document| read(source, document, findings))
        .collect()
}

/// Reads a document. It is sound where no error is found in it.
fn read(
    source: &Arc<Source>,
    document: &yaml::Node,
    findings: &mut Vec<Finding>,
) -> Option<Document> {
    let file = Diagnostics::new(source);
    let mut document = of_its_kind(&file, document);
    let mut own = file.into_findings();
    if let Some(document) = &mut document {
        let is_error = |finding: &Finding| finding.severity() == Severity::Error;
        document.header_mut().sound = !own.iter().any(is_error);
    }
    findings.append(&mut own);
    document
}

/// Reads a document. What it is, its one characteristic key tells.
fn of_its_kind(file: &Diagnostics<'_>, document: &yaml::Node) -> Option<Document> {
    let entries = document.entries();
    let keys: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
    let characteristic = CHARACTERISTIC;
    for entry in entries {
        if characteristic.contains(&entry.key.as_str()) {
            yaml_versions::check(file, &entry.value);
        }
    }
    let is_clear = keys.iter().any(|key| characteristic.contains(key));
    // Where none of the keys is there, a misspelt one tells.
    let has = |key: &str| {
        let is_meant = |own: &&str| *own == key || !is_clear && nearest(own, [key]).is_some();
        keys.iter().any(is_meant)
    };
    if keys.contains(&"regression_tests_info") {
        report_tests(file, document);
        None
    } else if has("detection") {
        metadata::rule(file, document).map(|rule| Document::Rule(Box::new(rule)))
    } else if has("correlation") {
        let correlation = correlation::read(file, document)?;
        Some(Document::Correlation(Box::new(correlation)))
    } else if has("filter") {
        let filter = filter::read(file, document)?;
        Some(Document::Filter(Box::new(filter)))
    } else {
        metadata::rule(file, document).map(|rule| Document::Rule(Box::new(rule)))
    }
}

/// An error for the list of a rule's regression tests where a rule is expected.
fn report_tests(file: &Diagnostics<'_>, document: &yaml::Node) {
    let span = file.first_line(document);
    let message = "file lists a rule's regression tests, and is no rule";
    let help = "keep it outside of the folder of rules, such as in `regression/`, and name it in the rule's `regression_tests_path`";
    file.report(Code::UnsupportedDocument, &span, message, help);
}
