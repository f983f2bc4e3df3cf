//! Rules on log columns alone, as Sigma: other Sigma tools take them to a SIEM that has Zeek's logs.
//!
//! Only what has to change does: names stand for what a call is, columns for the parts of a URI and for the fields of a
//! category. A rule that asks for what only the wire has is left out, and a finding says what that is.

mod call;
mod document;
mod glob;
mod layout;
mod mapping;
mod uri;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::document::Edits;
use crate::finding::{Code, Edit, Finding, Place, Severity, Source};
use crate::plan::correlation::MatchSource;
use crate::plan::{self, PackPlan, RulePlan};
use crate::predicate::identity::Watched;
use crate::registry::{Registry, ZeekLog};
use crate::rule::Rule;
use crate::rule::yaml::{self, Node};
use crate::service::{FileAction, FileVerb, ShareKind};
use crate::text::listed;

/// A rule file on log columns alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Converted {
    /// The folder or file of its pack.
    pub pack: PathBuf,
    /// The rule file.
    pub path: PathBuf,
    /// The new text, without the documents that cannot be converted.
    pub text: String,
    /// How many rules, correlations and filters are in it.
    pub documents: usize,
}

/// A document's new text, or why it has none.
type ConvertedDocument = Result<String, Vec<Finding>>;

/// The documents of a file that are in the plan.
#[derive(Default)]
struct ConvertedFile {
    /// Each document's new text, by where its title stands.
    changes: BTreeMap<usize, ConvertedDocument>,
    /// Behind how many correlations it belongs: other tools want the rules before the correlations that name them.
    rank: usize,
}

/// Converts the rules, correlations and filters of packs, file by file. What cannot be converted goes to `findings`, and so does
/// what Zeek's logs do not have by default.
pub fn convert(plans: &[PackPlan<'_>], findings: &mut Vec<Finding>) -> Vec<Converted> {
    plans.iter().flat_map(|plan| pack(plan, findings)).collect()
}

fn pack(plan: &PackPlan<'_>, findings: &mut Vec<Finding>) -> Vec<Converted> {
    let mut files: BTreeMap<PathBuf, ConvertedFile> = BTreeMap::new();
    let mut documents = Documents::default();
    let mut add = |source: &Arc<Source>, title: usize, change: ConvertedDocument, rank: usize| {
        let file = files.entry(source.path.clone()).or_default();
        file.changes.insert(title, change);
        file.rank = file.rank.max(rank);
    };
    let mut failed_rules = Vec::new();
    for rule in &plan.rules {
        let own = rule.rule;
        let change = documents.of(own, |document| {
            document::rule(own, rule.service, document, "detection")
        });
        failed_rules.push(change.is_err());
        findings.extend(unlogged(rule).filter(|_| change.is_ok()));
        add(&own.source, own.title.span.start, change, 0);
    }
    let mut failed_correlations = Vec::new();
    for known in &plan.correlations {
        let own = known.correlation;
        let missing = known.inputs.iter().position(|input| match input.source {
            MatchSource::Rule(rule) => failed_rules[rule],
            MatchSource::Correlation(correlation) => failed_correlations[correlation],
        });
        let change = match missing.and_then(|place| own.rules.get(place)) {
            Some(rule) => {
                let message = format!(
                    "correlation needs `{}`, which cannot be converted",
                    rule.value
                );
                let finding = Finding::new(Code::NotConvertible, own.place(&rule.span), message);
                Err(vec![finding.help("correlate rules on log columns")])
            }
            None => {
                let rules = rules(plan, known);
                documents.at(&own.source, own.title.span.start, |document| {
                    document::correlation(known, &rules, document)
                })
            }
        };
        failed_correlations.push(change.is_err());
        add(
            &own.source,
            own.title.span.start,
            change,
            failed_correlations.len(),
        );
    }
    for filter in &plan.pack.filters {
        let own = &filter.condition;
        let Some(service) = plan::service_of(plan.pack, own) else {
            continue;
        };
        let change = documents.of(own, |document| {
            document::rule(own, service, document, "filter")
        });
        add(&own.source, own.title.span.start, change, 0);
    }
    let mut files: Vec<(PathBuf, ConvertedFile)> = files.into_iter().collect();
    files.sort_by_key(|(_, file)| file.rank);
    let files = files.into_iter().filter_map(|(path, file)| {
        let (texts, wrong): (Vec<_>, Vec<_>) = file.changes.into_values().partition(Result::is_ok);
        findings.extend(wrong.into_iter().filter_map(Result::err).flatten());
        let texts: Vec<String> = texts.into_iter().filter_map(Result::ok).collect();
        (!texts.is_empty()).then(|| Converted {
            pack: plan.pack.path.clone(),
            path,
            documents: texts.len(),
            text: texts.join("---\n"),
        })
    });
    files.collect()
}

/// The rules that a correlation is about, those of its correlations included.
fn rules<'p, 'a>(
    plan: &'p PackPlan<'a>,
    correlation: &plan::correlation::CorrelationPlan<'a>,
) -> Vec<&'p RulePlan<'a>> {
    let inputs = correlation.inputs.iter();
    let rules = inputs.flat_map(|input| match input.source {
        MatchSource::Rule(rule) => vec![&plan.rules[rule]],
        MatchSource::Correlation(inner) => rules(plan, &plan.correlations[inner]),
    });
    rules.collect()
}

/// The documents of files, each file read once.
#[derive(Default)]
struct Documents(BTreeMap<PathBuf, Vec<Node>>);

impl Documents {
    fn of(&mut self, rule: &Rule, change: impl FnOnce(&Node) -> Edits) -> ConvertedDocument {
        self.at(&rule.source, rule.title.span.start, change)
    }

    /// The new text of the document that has something at an offset.
    fn at(
        &mut self,
        source: &Arc<Source>,
        place: usize,
        change: impl FnOnce(&Node) -> Edits,
    ) -> ConvertedDocument {
        let nodes = match self.0.get(&source.path) {
            Some(nodes) => nodes,
            None => {
                let nodes = yaml::parse(source).map_err(|finding| vec![*finding])?;
                self.0.entry(source.path.clone()).or_insert(nodes)
            }
        };
        let mut nodes = nodes.iter();
        let edits = match nodes.find(|node| node.span.contains(&place)) {
            Some(document) => change(document)?,
            None => Vec::new(),
        };
        let mut parts = parts(&source.text).into_iter();
        let part = parts.find(|part| part.contains(&place));
        edited(source, part.unwrap_or(0..source.text.len()), edits)
    }
}

/// The documents of a text with all that is around them, without the lines that separate them.
fn parts(text: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    parts.push(0..text.len());
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let end = offset + line.len();
        if line.trim_end() == "---"
            && let Some(last) = parts.last_mut()
        {
            if text[last.start..offset].trim().is_empty() {
                last.start = end;
            } else {
                last.end = offset;
                parts.push(end..text.len());
            }
        }
        offset = end;
    }
    parts
}

/// A part of a file with its changes. That it can still be read is made sure of: columns can take each other's places.
fn edited(
    source: &Arc<Source>,
    part: Range<usize>,
    mut edits: Vec<Edit>,
) -> Result<String, Vec<Finding>> {
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    edits.dedup();
    let mut text = String::new();
    let mut done = part.start;
    for edit in &edits {
        if edit.span.start < done || edit.span.end > part.end {
            let place = Place::new(source, &edit.span);
            let message = "the rule would have to change in one place in several ways";
            let finding = Finding::new(Code::NotConvertible, place, message);
            return Err(vec![
                finding.help("write the search out without `&`, `*` and `<<`"),
            ]);
        }
        text.push_str(&source.text[done..edit.span.start]);
        text.push_str(&edit.text);
        done = edit.span.end;
    }
    text.push_str(&source.text[done..part.end]);
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let again = Arc::new(Source {
        path: source.path.clone(),
        text,
    });
    let mut findings = Vec::new();
    crate::rule::parse(&again, &mut findings);
    let Some(wrong) = findings
        .iter()
        .find(|finding| finding.severity() == Severity::Error)
    else {
        return Ok(again.text.clone());
    };
    let span = edits.first().map_or(0..0, |edit| edit.span.clone());
    let place = Place::new(source, &span);
    let message = match wrong.code {
        Code::DuplicateKey => "several conditions on one column come together in one search",
        _ => "the rule's layout does not allow what would have to change",
    };
    let finding = Finding::new(Code::NotConvertible, place, message);
    Err(vec![finding.help(
        "put each condition into a search of its own, in block style, and join them with `and`",
    )])
}

/// A warning for a rule on what Zeek leaves out of its log by default, wholly or in part.
pub fn unlogged(plan: &RulePlan<'_>) -> Option<Finding> {
    let script = ZeekLog::named(plan.service.name()).and_then(ZeekLog::script);
    let message = match script {
        Some(script) => Some((
            format!("Zeek writes {}.log only with {script}", plan.service.name()),
            "load the script in local.zeek",
        )),
        None => unlogged_call(plan)
            .or_else(|| unlogged_action(plan))
            .or_else(|| unlogged_column(plan)),
    };
    let place = plan.rule.place(plan.rule.first_search());
    message.map(|(message, help)| Finding::new(Code::NotLogged, place, message).help(help))
}

/// Columns of ssl.log that Zeek's own filter leaves out (`scripts/base/protocols/ssl/files.zeek`).
fn unlogged_column(plan: &RulePlan<'_>) -> Option<(String, &'static str)> {
    const OF_SERVER: &[&str] = &["subject", "issuer"];
    const OF_CLIENT: &[&str] = &["client_subject", "client_issuer"];
    if plan.service.name() != "ssl" {
        return None;
    }
    let fields = plan.fields();
    let unlogged = fields
        .iter()
        .filter(|field| OF_SERVER.contains(field) || OF_CLIENT.contains(field));
    let unlogged: Vec<String> = unlogged.map(|field| format!("`{field}`")).collect();
    let is_of_client = fields.iter().any(|field| OF_CLIENT.contains(field));
    let help = if is_of_client {
        "set `redef SSL::log_include_client_certificate_subject_issuer = T;` in local.zeek"
    } else {
        "set `redef SSL::log_include_server_certificate_subject_issuer = T;` in local.zeek"
    };
    (!unlogged.is_empty()).then(|| {
        let message = format!("Zeek does not log {} by default", listed(&unlogged));
        (message, help)
    })
}

fn unlogged_call(plan: &RulePlan<'_>) -> Option<(String, &'static str)> {
    let Some(Watched::Some { operations, .. }) = &plan.watched else {
        return None;
    };
    let registry = Registry::get();
    let known = operations.iter();
    let operation = known
        .filter_map(|(uuid, opnum)| registry.operation(*uuid, *opnum))
        .find(|operation| !plan::is_logged(operation))?;
    Some((
        format!(
            "Zeek does not log {}::{} by default",
            operation.endpoint, operation.operation
        ),
        "take the operation out of DCE_RPC::ignored_operations",
    ))
}

/// What Zeek does not log of files by default (`SMB::logged_file_actions`), where a rule names actions.
fn unlogged_action(plan: &RulePlan<'_>) -> Option<(String, &'static str)> {
    use FileVerb::{Close, Delete, Open, Rename};
    let is_logged = |action: &&FileAction| match action.kind {
        ShareKind::File => matches!(action.verb, Open | Rename | Delete),
        ShareKind::Print => matches!(action.verb, Open | Close),
        ShareKind::Pipe => false,
    };
    let unlogged = plan.actions.iter().filter(|action| !is_logged(action));
    let unlogged: Vec<String> = unlogged.map(|action| action.name().to_owned()).collect();
    let names_actions = plan.actions.len() < FileAction::all().count();
    (names_actions && !unlogged.is_empty()).then(|| {
        (
            format!("Zeek does not log {} by default", listed(&unlogged)),
            "add what is missing to SMB::logged_file_actions",
        )
    })
}

/// Where a converted file belongs below the folder that conversions go to.
impl Converted {
    /// Its path below the folder of its pack.
    pub fn below_pack(&self) -> &Path {
        let file = self.path.file_name().map_or(Path::new(""), Path::new);
        self.path
            .strip_prefix(&self.pack)
            .ok()
            .filter(|path| !path.as_os_str().is_empty())
            .unwrap_or(file)
    }
}
