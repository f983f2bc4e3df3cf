//! Packs: the rules that become one Zeek package, and what `pack.yml` says of them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::declared_log::{self, DeclaredLog};
use super::files::stem;
use super::package_details::{self, PackageDetails};
use super::reader::{Diagnostics, MappingReader, UnknownKeys};
use super::{Correlation, Document, Filter, Rule, Spanned};
use crate::finding::{Code, Finding, PackIgnores, Place, Source};

/// The file that describes a pack.
pub const PACK_FILE: &str = "pack.yml";

/// Leaves out the warnings that packs accept. Returns a warning for each code that a pack accepts in vain.
pub fn leave_out_accepted(packs: &[Pack], findings: &mut Vec<Finding>) -> Vec<Finding> {
    let ignores = packs.iter().filter_map(Pack::ignores);
    ignores
        .flat_map(|ignores| ignores.apply(findings))
        .collect()
}

/// Rules that become one Zeek package.
#[derive(Debug)]
pub struct Pack {
    /// The folder or file that holds the rules.
    pub path: PathBuf,
    /// The folder's name, or the file's without its ending.
    pub name: String,
    /// What `pack.yml` says.
    pub description: Description,
    /// The rules in the order of their files' names.
    pub rules: Vec<NamedRule>,
    /// The correlations, in the same order.
    pub correlations: Vec<NamedCorrelation>,
    /// The filters, in the same order.
    pub filters: Vec<Filter>,
}

/// A rule with the text from which its names in Zeek are made.
#[derive(Debug)]
pub struct NamedRule {
    /// The rule.
    pub rule: Rule,
    /// The rule's `name`, its file's name where the file holds one rule, or its title.
    pub name: String,
}

/// A correlation with the text from which its names in Zeek are made.
#[derive(Debug)]
pub struct NamedCorrelation {
    /// The correlation.
    pub correlation: Correlation,
    /// The correlation's `name`, its file's name where the file holds nothing else, or its title.
    pub name: String,
}

/// What `pack.yml` says of a pack.
#[derive(Debug, Default)]
pub struct Description {
    /// What the pack detects, in a sentence.
    pub text: Option<String>,
    /// The Zeek module, where it is not to be the pack's name.
    pub module: Option<Module>,
    /// What the notices of its rules look like.
    pub notice_style: NoticeStyle,
    /// Codes of warnings that are accepted in all of the pack's files.
    pub ignore: Vec<Spanned<String>>,
    /// The file.
    pub source: Option<Arc<Source>>,
    /// What its package says of itself.
    pub package: PackageDetails,
    /// Logs and columns that its rules can look at beside Zeek's own.
    pub logs: Vec<DeclaredLog>,
    /// Whether `smb_files.log` gains lines and columns for what is written.
    pub log_file_writes: bool,
}

/// What the notices of a pack's rules look like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NoticeStyle {
    /// A type of notices for each rule, in the pack's module.
    #[default]
    Rule,
    /// The types that MITRE's BZAR has: `ATTACK::` and a tactic.
    Attack,
}

/// A name for a pack's Zeek module.
#[derive(Debug)]
pub struct Module {
    /// The name.
    pub name: String,
    /// Where `pack.yml` gives it.
    pub place: Place,
}

impl Pack {
    /// A pack without rules.
    pub fn new(path: PathBuf, name: String) -> Self {
        Self {
            path,
            name,
            description: Description::default(),
            rules: Vec::new(),
            correlations: Vec::new(),
            filters: Vec::new(),
        }
    }

    /// The warnings that its `pack.yml` accepts.
    pub fn ignores(&self) -> Option<PackIgnores<'_>> {
        let source = self.description.source.as_ref()?;
        let codes = self.description.ignore.iter();
        Some(PackIgnores {
            folder: source.path.parent()?,
            source,
            codes: codes
                .map(|code| (code.value.as_str(), &code.span))
                .collect(),
        })
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.correlations.is_empty() && self.filters.is_empty()
    }

    /// Takes a document of one of the pack's files, in which it is alone or not.
    pub fn add(&mut self, document: Document, file: &Path, alone: bool) {
        match document {
            Document::Rule(rule) => {
                let name = naming(rule.name.as_ref(), &rule.title, file, alone);
                self.rules.push(NamedRule { rule: *rule, name });
            }
            Document::Correlation(correlation) => {
                let (own, title) = (correlation.name.as_ref(), &correlation.title);
                self.correlations.push(NamedCorrelation {
                    name: naming(own, title, file, alone),
                    correlation: *correlation,
                });
            }
            Document::Filter(filter) => self.filters.push(*filter),
        }
    }
}

/// The text that names a document: its own `name`, else its file where it is alone there, else its title.
fn naming(
    name: Option<&Spanned<String>>,
    title: &Spanned<String>,
    file: &Path,
    alone: bool,
) -> String {
    match name {
        Some(name) => name.value.clone(),
        None if alone => stem(file),
        None => title.value.clone(),
    }
}

/// Reads a `pack.yml`.
pub(super) fn read(source: &Arc<Source>, findings: &mut Vec<Finding>) -> Description {
    let file = Diagnostics::new(source);
    let description = description(&file);
    findings.append(&mut file.into_findings());
    description.unwrap_or_default()
}

fn description(file: &Diagnostics<'_>) -> Option<Description> {
    const KEYS: &[&str] = &[
        "description",
        "module",
        "notice_style",
        "log_file_writes",
        "logs",
        "ignore",
    ];
    let keys = [KEYS, package_details::KEYS].concat();
    const STYLES: &[(&str, NoticeStyle)] =
        &[("rule", NoticeStyle::Rule), ("attack", NoticeStyle::Attack)];
    let documents = file.documents()?;
    // An empty file says nothing, and neither does a null.
    let document = match documents.as_slice() {
        [] => return None,
        [document] if document.describe() == "null" => return None,
        [document] => document,
        [_, second, ..] => {
            let message = "pack.yml holds more than one document";
            let help = "describe the pack in one";
            file.report(Code::InvalidPack, &file.first_line(second), message, help);
            return None;
        }
    };
    let reader = MappingReader::new(file, "pack", document, &keys, UnknownKeys::Refuse)?;
    let module = reader.string("module");
    if let Some(module) = &module
        && !is_module(&module.value)
    {
        let message = format!("`{}` is not a name for a Zeek module", module.value);
        let help = "use letters and digits with a capital first, such as RemoteExecution";
        reader.report(Code::InvalidValue, &module.span, message, help);
    }
    Some(Description {
        text: reader.string("description").map(|text| text.value),
        module: module
            .filter(|module| is_module(&module.value))
            .map(|module| Module {
                place: file.place(&module.span),
                name: module.value,
            }),
        notice_style: reader.word("notice_style", STYLES).unwrap_or_default(),
        ignore: reader.strings("ignore"),
        source: Some(Arc::clone(file.source)),
        package: package_details::read(&reader),
        logs: declared_log::read(&reader),
        log_file_writes: reader.switch("log_file_writes").unwrap_or_default(),
    })
}

fn is_module(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|first: char| first.is_ascii_uppercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
