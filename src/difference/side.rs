//! One of the two sets of rules that are compared.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::package::Package;
use crate::plan::correlation::{CorrelationPlan, GroupValue};
use crate::plan::zeek_names::{ZeekNames, ZeekRule};
use crate::plan::{PackPlan, Subject};
use crate::predicate::Predicate;
use crate::predicate::identity::Watched;
use crate::rule::Number;
use crate::rule::correlation::Aggregation;
use crate::service::{Field, FileAction, Phase, Service};
use crate::words::Statement;

/// A set of rules, and what they compile to.
#[derive(Debug)]
pub struct CompiledRules<'p> {
    /// The folder or file that holds them.
    pub root: PathBuf,
    /// The rules.
    pub plans: &'p [PackPlan<'p>],
    /// What each pack's rules are called in Zeek, in the plans' order.
    pub names: Vec<Option<ZeekNames>>,
    /// The packages.
    pub packages: Vec<Package>,
}

/// A rule or correlation of a side.
#[derive(Debug)]
pub struct ComparedRule<'s> {
    /// The rule.
    pub subject: Subject<'s>,
    /// What it is called in Zeek.
    pub named: &'s ZeekRule,
    /// Its pack.
    pub pack: &'s PackPlan<'s>,
    /// Its file, below the side's folder.
    pub path: String,
    /// Whether it raises no notices until an operator has it raise them.
    pub silent: bool,
}

/// What a rule is known again by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum RuleKey {
    Id(String),
    /// The file, and the title, since a file may hold several.
    File(String, String),
}

/// When a rule raises its notice: rules with equal ones raise theirs on the same traffic.
#[derive(Debug, PartialEq)]
pub(super) struct Signature<'e> {
    matching: Matching<'e>,
    off: bool,
    silent: bool,
}

/// What a rule or a correlation matches.
#[derive(Debug, PartialEq)]
enum Matching<'e> {
    Rule {
        service: Service,
        watched: Option<&'e Watched>,
        actions: &'e BTreeSet<FileAction>,
        condition: Predicate,
        raised: Option<Phase>,
    },
    Correlation {
        /// What is counted, in words.
        what: String,
        aggregation: Aggregation,
        thresholds: &'e [Number],
        rules: Vec<CorrelatedRule<'e>>,
    },
}

/// A rule of a correlation, and how its matches are taken.
#[derive(Debug, PartialEq)]
struct CorrelatedRule<'e> {
    key: Option<&'e str>,
    group: &'e [GroupValue],
    values: &'e [Field],
    weight: u64,
}

impl CompiledRules<'_> {
    pub(super) fn entries(&self) -> impl Iterator<Item = (RuleKey, ComparedRule<'_>)> {
        let packs = self.plans.iter().zip(&self.names);
        packs.flat_map(|(pack, names)| {
            let names = names.iter().flat_map(ZeekNames::all);
            let known = pack.sources().zip(names);
            known.filter_map(|(source, named)| {
                let subject = pack.subject(source)?;
                let path = below(&self.root, subject.path());
                let key = match subject.id() {
                    Some(id) => RuleKey::Id(id.to_owned()),
                    None => RuleKey::File(path.clone(), subject.title().to_owned()),
                };
                let entry = ComparedRule {
                    subject,
                    named,
                    pack,
                    path,
                    silent: pack.starts_silent(source),
                };
                Some((key, entry))
            })
        })
    }
}

/// A file's path below the side's folder; its name where the side is the file.
fn below(root: &Path, path: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let below = if below.as_os_str().is_empty() {
        Path::new(path.file_name().unwrap_or_default())
    } else {
        below
    };
    below.to_string_lossy().into_owned()
}

impl<'s> ComparedRule<'s> {
    /// The rule's title.
    pub fn title(&self) -> &'s str {
        self.subject.title()
    }

    pub(super) fn signature(&self) -> Signature<'s> {
        Signature {
            matching: match self.subject {
                Subject::Rule(plan) => Matching::Rule {
                    service: plan.service,
                    watched: plan.watched.as_ref(),
                    actions: &plan.actions,
                    condition: plan.condition().normalised(),
                    raised: plan.stages.last().map(|stage| stage.phase),
                },
                Subject::Correlation(plan) => Matching::Correlation {
                    what: Statement::of_correlation(self.pack, plan)
                        .subject
                        .to_string(),
                    aggregation: plan.aggregation(),
                    thresholds: &plan.thresholds,
                    rules: self.correlated(plan),
                },
            },
            off: self.subject.starts_off(),
            silent: self.silent,
        }
    }

    /// The rules of a correlation; where their order does not matter, in one that is always the same.
    fn correlated(&self, plan: &'s CorrelationPlan<'s>) -> Vec<CorrelatedRule<'s>> {
        let inputs = plan.inputs.iter();
        let mut rules: Vec<CorrelatedRule<'_>> = inputs
            .map(|input| {
                let rule = self.pack.subject(input.source);
                CorrelatedRule {
                    key: rule.map(|rule| rule.id().unwrap_or(rule.title())),
                    group: &input.group,
                    values: &input.values,
                    weight: input.weight,
                }
            })
            .collect();
        if plan.aggregation() != Aggregation::TemporalOrdered {
            rules.sort_by_key(|rule| rule.key);
        }
        rules
    }

    /// What it matches, in lines, in whatever order its rule has it.
    pub(super) fn statement(&self) -> Vec<String> {
        let statement = match self.subject {
            Subject::Rule(plan) => Statement::new(plan, &plan.condition().in_order()),
            Subject::Correlation(plan) => Statement::of_correlation(self.pack, plan),
        };
        let mut lines = statement.lines();
        if self.subject.starts_off() {
            lines.push("it starts switched off".to_owned());
        }
        if self.silent {
            lines.push("it starts silent".to_owned());
        }
        lines
    }

    /// The rule's text: its file, or of a file with several documents its own.
    pub(super) fn text(&self) -> &'s str {
        let (text, place) = (self.subject.text(), self.subject.place().span.start);
        let start = text[..place].rfind("\n---").map_or(0, |start| start + 1);
        let end = text[place..]
            .find("\n---")
            .map_or(text.len(), |end| place + end);
        &text[start..end]
    }
}
