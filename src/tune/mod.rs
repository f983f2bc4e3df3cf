//! From false positives to a filter: what they show and no true positive does, so that the rule is silent on the first and keeps all
//! of the second.
//!
//! Candidates are the [observations](crate::draft::Observation) of the connections on which the rule raised notices. Each is put into the
//! rule, all of these rules are tried at once, and what quiets false positives and loses nothing is chosen.

mod change;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::change::{Change, EditableRule};
use crate::draft::{
    DraftError, Ephemeral, LeftOut, ObservedCondition, Observer, Sighting, files_at, observe,
    pack_of,
};
use crate::evaluation::{Evaluator, Output, RecordEvaluator, RulesOff};
use crate::finding::{Finding, Severity, Source};
use crate::plan::{self, PackPlan};
use crate::replay::CaptureError;
use crate::replay::captures::is_named_as_capture;
use crate::rule::pack::Pack;
use crate::rule::{self, Document, files};
use crate::score::Score;
use crate::text::{counted, listed};
use crate::trial;

/// What to tune a rule with.
#[derive(Debug)]
pub struct TuningInput<'a> {
    /// The file of the rule.
    pub rule: &'a Path,
    /// The rule's title or id, where the file has several of which more than one fires on the false positives.
    pub named: Option<&'a str>,
    /// Captures or logs on which it must be silent.
    pub false_positives: &'a [PathBuf],
    /// Captures or logs of which it must keep every notice.
    pub true_positives: &'a [PathBuf],
    /// Whether names of hosts, domains and users may be in the filter.
    pub keep: bool,
}

/// What came of it.
#[derive(Debug)]
pub enum TuningOutcome {
    /// A filter or a change.
    Tuned(Box<Tuned>),
    /// The rule is silent on the false positives as it is.
    Quiet,
    /// The rule is silent on these files, which were to be true positives.
    Missed(Vec<PathBuf>),
    /// Nothing but what changes from one time to the next separates the two.
    Refused(Box<Refused>),
    /// What is wrong with the rule.
    Wrong(Vec<Finding>),
}

/// A rule that was tuned.
#[derive(Debug)]
pub struct Tuned {
    /// What is excluded, or asked for in addition.
    pub conditions: Vec<ObservedCondition>,
    /// Whether the conditions are asked for, not excluded.
    pub narrows: bool,
    /// The document to write: a filter, or the rule as it is changed.
    pub document: String,
    /// A file of a pack with the rule and what was made of it, to be tried elsewhere.
    pub proof: String,
    /// The `pack.yml` of that pack.
    pub description: Option<PathBuf>,
    /// The titles of the correlations in the rule's file.
    pub correlations: Vec<String>,
    /// The matches on the false positives, before and after, those of suppressed notices included.
    pub false_positives: [usize; 2],
    /// The matches on the true positives, before and after.
    pub true_positives: [usize; 2],
    /// How many notices each file of the true positives keeps.
    pub kept: Vec<(PathBuf, usize)>,
    /// The files of the false positives.
    pub quieted: Vec<PathBuf>,
    /// The rule's score, before and after.
    pub score: [Option<Score>; 2],
    /// The title of the rule.
    pub title: String,
}

/// That nothing separates false from true positives.
#[derive(Debug)]
pub struct Refused {
    /// The best that loses no true positive, and how many of how many false positives it would quiet.
    pub best: Option<(ObservedCondition, usize)>,
    /// The matches on the false positives.
    pub false_positives: usize,
    /// Values that were not looked at: the field, why, and how often.
    pub left_out: BTreeMap<(String, Ephemeral), u64>,
}

/// Why a rule was not tuned.
#[derive(Debug, thiserror::Error)]
pub enum TuneError {
    /// The file of the rule cannot be read.
    #[error("{}: {error}", path.display())]
    Rule {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The file holds no rules, or filters.
    #[error(
        "{}: has {rules} and {filters}; tune takes a file with rules and no filter, which may have correlations beside them",
        path.display(),
        rules = counted(*rules, "rule"),
        filters = counted(*filters, "filter")
    )]
    NotRules {
        /// The file.
        path: PathBuf,
        /// How many rules it has.
        rules: usize,
        /// How many filters it has.
        filters: usize,
    },
    /// No rule of the file has the title or id.
    #[error("{}: no rule has the title or id `{named}`; there are {}", path.display(), quoted(titles))]
    NotThere {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        named: String,
        /// The titles of the rules.
        titles: Vec<String>,
    },
    /// Several rules of the file fire on the false positives.
    #[error("{}: several rules fire on the false positives: {}; name one with --rule", path.display(), quoted(titles))]
    Several {
        /// The file.
        path: PathBuf,
        /// The titles of these rules.
        titles: Vec<String>,
    },
    /// A file of the positives cannot be read.
    #[error(transparent)]
    Input(#[from] DraftError),
}

/// How many conditions are tried.
const MAX_TRIED: usize = 200;

/// A match: the file, the ends of its connection, and what it says.
type Hit = (usize, Option<[SocketAddr; 2]>, Vec<u8>);
/// Matches of each rule, by the rule's id.
type Hits = BTreeMap<String, BTreeMap<Hit, usize>>;

/// Tunes a rule.
///
/// # Errors
///
/// See [`TuneError`].
pub fn tune(assignment: &TuningInput<'_>) -> Result<TuningOutcome, TuneError> {
    let (mut rules, findings) = read(assignment.rule)?;
    if rules.is_empty() {
        return Ok(TuningOutcome::Wrong(findings));
    }
    let positives = Positives {
        wrong: files_at(assignment.false_positives)?,
        right: files_at(assignment.true_positives)?,
    };
    let rule = match (assignment.named, rules.len()) {
        (None, 1) => rules.remove(0),
        (Some(named), _) => rule_named(rules, named, assignment.rule)?,
        (None, _) => match rule_that_fires(rules, &positives.wrong, assignment.rule)? {
            Some(rule) => rule,
            None => return Ok(TuningOutcome::Quiet),
        },
    };
    let asked = vec![rule.as_it_is()];
    let (wrong, right) = (
        rule.hits(&asked, &positives.wrong)?,
        rule.hits(&asked, &positives.right)?,
    );
    let wrong = wrong
        .get(rule.id_of(0).as_str())
        .cloned()
        .unwrap_or_default();
    let right = right
        .get(rule.id_of(0).as_str())
        .cloned()
        .unwrap_or_default();
    if wrong.is_empty() {
        return Ok(TuningOutcome::Quiet);
    }
    let seen: BTreeSet<usize> = right.keys().map(|(file, ..)| *file).collect();
    let missed = positives.right.iter().enumerate();
    let missed: Vec<PathBuf> = missed
        .filter(|(number, _)| !seen.contains(number))
        .map(|(_, path)| path.clone())
        .collect();
    if !missed.is_empty() || right.is_empty() {
        return Ok(TuningOutcome::Missed(missed));
    }
    let mut search = FilterSearch {
        rule: &rule,
        positives: &positives,
        wrong: &wrong,
        right: &right,
        left_out: LeftOut::default(),
        best: None,
    };
    let change = search.run(assignment.keep)?;
    match change {
        Some(change) => Ok(TuningOutcome::Tuned(Box::new(search.tuned(&change)?))),
        None => Ok(TuningOutcome::Refused(Box::new(Refused {
            best: search.best,
            false_positives: wrong.values().sum(),
            left_out: search.left_out.0,
        }))),
    }
}

/// The rule of a title or an id.
fn rule_named(
    rules: Vec<EditableRule>,
    named: &str,
    path: &Path,
) -> Result<EditableRule, TuneError> {
    let titles = rules.iter().map(|rule| rule.title.clone()).collect();
    let mut rules = rules.into_iter();
    rules
        .find(|rule| rule.is_named(named))
        .ok_or_else(|| TuneError::NotThere {
            path: path.to_owned(),
            named: named.to_owned(),
            titles,
        })
}

/// The one of some rules that fires on files; `None` if none does.
fn rule_that_fires(
    rules: Vec<EditableRule>,
    files: &[PathBuf],
    path: &Path,
) -> Result<Option<EditableRule>, TuneError> {
    let mut fires = Vec::new();
    for rule in rules {
        let hits = rule.hits(&[rule.as_it_is()], files)?;
        fires.extend((!hits.is_empty()).then_some(rule));
    }
    match fires.len() {
        0 | 1 => Ok(fires.pop()),
        _ => Err(TuneError::Several {
            path: path.to_owned(),
            titles: fires.into_iter().map(|rule| rule.title).collect(),
        }),
    }
}

fn quoted(titles: &[String]) -> String {
    let titles: Vec<String> = titles.iter().map(|title| format!("`{title}`")).collect();
    listed(&titles)
}

/// The rules of a file; what is wrong with them, if they do not compile.
fn read(path: &Path) -> Result<(Vec<EditableRule>, Vec<Finding>), TuneError> {
    let text = fs::read_to_string(path).map_err(|error| TuneError::Rule {
        path: path.to_owned(),
        error,
    })?;
    let mut findings = Vec::new();
    let source = Arc::new(Source {
        path: path.to_owned(),
        text: text.clone(),
    });
    let documents = rule::parse(&source, &mut findings);
    let rules = documents
        .iter()
        .filter(|it| matches!(it, Document::Rule(_)));
    let rules = rules.count();
    let filters = documents
        .iter()
        .filter(|it| matches!(it, Document::Filter(_)));
    let filters = filters.count();
    if rules == 0 || filters != 0 {
        if rules == 0 && findings.iter().any(is_error) {
            return Ok((Vec::new(), findings));
        }
        return Err(TuneError::NotRules {
            path: path.to_owned(),
            rules,
            filters,
        });
    }
    let description = files::description_above(path);
    let pack = described(&text, description.as_deref(), &mut findings);
    let plans = plan::packs(std::slice::from_ref(&pack), &mut findings);
    let is_wrong = findings.iter().any(is_error);
    if is_wrong {
        return Ok((Vec::new(), findings));
    }
    let planned = plans.iter().flat_map(|plan| &plan.rules);
    let rules = planned.filter_map(|planned| {
        let title = &planned.rule.title.value;
        EditableRule::new(&text, title, planned.service.name(), description.clone())
    });
    Ok((rules.collect(), findings))
}

/// A text's rules as a pack of which a `pack.yml` says more.
fn described(text: &str, description: Option<&Path>, findings: &mut Vec<Finding>) -> Pack {
    let mut pack = pack_of(text);
    if let Some(path) = description {
        pack.description = files::description(path, findings);
    }
    pack
}

fn is_error(finding: &Finding) -> bool {
    finding.severity() == Severity::Error
}

/// The files to tune with.
struct Positives {
    wrong: Vec<PathBuf>,
    right: Vec<PathBuf>,
}

struct FilterSearch<'a> {
    rule: &'a EditableRule,
    positives: &'a Positives,
    /// The rule's matches on false positives.
    wrong: &'a BTreeMap<Hit, usize>,
    right: &'a BTreeMap<Hit, usize>,
    left_out: LeftOut,
    best: Option<(ObservedCondition, usize)>,
}

impl FilterSearch<'_> {
    /// What quiets all false positives and loses no true one: an exclusion, or else one more thing to ask for.
    fn run(&mut self, keep: bool) -> Result<Option<Change>, TuneError> {
        let wrong = self.conditions(&self.positives.wrong, self.wrong, keep)?;
        let right = self.conditions(&self.positives.right, self.right, keep)?;
        let excluded = ranked(
            wrong
                .iter()
                .filter(|(known, _)| !right.contains_key(*known)),
        );
        if let Some(change) = self.exclusion(&excluded)? {
            return Ok(Some(change));
        }
        let connections: BTreeSet<_> = self
            .right
            .keys()
            .map(|(file, ends, _)| (*file, *ends))
            .collect();
        let of_all = right
            .iter()
            .filter(|(known, seen)| seen.len() == connections.len() && !wrong.contains_key(*known));
        self.narrowing(&ranked(of_all))
    }

    /// The conditions that hold of something on the connections of notices, with the connections.
    fn conditions(
        &mut self,
        files: &[PathBuf],
        hits: &BTreeMap<Hit, usize>,
        keep: bool,
    ) -> Result<BTreeMap<ObservedCondition, BTreeSet<ConnectionInFile>>, TuneError> {
        let mut conditions: BTreeMap<ObservedCondition, BTreeSet<ConnectionInFile>> =
            BTreeMap::new();
        for (number, path) in files.iter().enumerate() {
            let of_file = hits.keys().filter(|(file, ..)| *file == number);
            let ends: BTreeSet<Option<[SocketAddr; 2]>> =
                of_file.map(|(_, ends, _)| *ends).collect();
            if ends.is_empty() {
                continue;
            }
            let mut take = |sighting: Sighting| {
                let place = sighting.connection.map(|connection| connection.ends());
                let is_there = place.is_none() || ends.contains(&place);
                let observation = sighting.observation;
                if is_there && observation.service == self.rule.service {
                    for condition in observation
                        .conditions
                        .into_iter()
                        .filter(ObservedCondition::is_plain)
                    {
                        conditions
                            .entry(condition)
                            .or_default()
                            .insert((number, place));
                    }
                }
            };
            let mut observer = Observer::new(&mut take);
            observe(path, &mut observer)?;
            let (names, left_out) = (observer.names, observer.left_out);
            self.left_out.extend(left_out);
            if !keep {
                let left_out = &mut self.left_out;
                conditions.retain(|condition, _| names.allow(condition, left_out));
            }
        }
        Ok(conditions)
    }

    /// The fewest conditions that together quiet all false positives when they are excluded.
    fn exclusion(&mut self, conditions: &[ObservedCondition]) -> Result<Option<Change>, TuneError> {
        let tried = self.tried(conditions, false)?;
        let mut left: BTreeSet<&Hit> = self.wrong.keys().collect();
        let mut chosen = Vec::new();
        while !left.is_empty() {
            let quieted = |(_, noisy): &&(ObservedCondition, BTreeSet<Hit>)| {
                left.iter().filter(|hit| !noisy.contains(**hit)).count()
            };
            // The first of the best: they are ranked.
            let best = tried.iter().rev().max_by_key(quieted);
            let Some(best) = best.filter(|best| quieted(best) > 0) else {
                break;
            };
            if self.best.is_none() {
                self.best = Some((best.0.clone(), quieted(&best)));
            }
            left.retain(|hit| best.1.contains(*hit));
            chosen.push(best.0.clone());
        }
        let change = Change {
            conditions: chosen,
            narrows: false,
        };
        Ok(if left.is_empty() && self.holds(&change)? {
            Some(change)
        } else {
            None
        })
    }

    /// A condition that all true positives meet, and no false one.
    fn narrowing(&mut self, conditions: &[ObservedCondition]) -> Result<Option<Change>, TuneError> {
        let tried = self.tried(conditions, true)?;
        let found = tried.into_iter().find(|(_, noisy)| noisy.is_empty());
        Ok(found.map(|(condition, _)| Change {
            conditions: vec![condition],
            narrows: true,
        }))
    }

    /// The conditions that lose no true positive, each with the false ones that it leaves. All are tried at once.
    fn tried(
        &self,
        conditions: &[ObservedCondition],
        narrows: bool,
    ) -> Result<Vec<(ObservedCondition, BTreeSet<Hit>)>, TuneError> {
        let changes: Vec<Change> = conditions
            .iter()
            .map(|condition| Change {
                conditions: vec![condition.clone()],
                narrows,
            })
            .collect();
        if changes.is_empty() {
            return Ok(Vec::new());
        }
        let asked = changes.iter().enumerate();
        let asked: Vec<String> = asked
            .map(|(number, change)| self.rule.changed(number, change))
            .collect();
        let right = self.rule.hits(&asked, &self.positives.right)?;
        let mut wrong = self.rule.hits(&asked, &self.positives.wrong)?;
        let numbered = conditions.iter().enumerate();
        Ok(numbered
            .filter(|(number, _)| right.get(&self.rule.id_of(*number)) == Some(self.right))
            .map(|(number, condition)| {
                let noisy = wrong.remove(&self.rule.id_of(number)).unwrap_or_default();
                (condition.clone(), noisy.into_keys().collect())
            })
            .collect())
    }

    /// Whether a change quiets all false positives and loses no true one.
    fn holds(&self, change: &Change) -> Result<bool, TuneError> {
        let asked = [self.rule.changed(0, change)];
        let id = self.rule.id_of(0);
        let right = self.rule.hits(&asked, &self.positives.right)?;
        let wrong = self.rule.hits(&asked, &self.positives.wrong)?;
        Ok(right.get(&id) == Some(self.right) && !wrong.contains_key(&id))
    }

    fn tuned(&self, change: &Change) -> Result<Tuned, TuneError> {
        let document = match change.narrows {
            true => self.rule.narrowed(change),
            false => self.rule.filter(change),
        };
        let proof = match change.narrows {
            true => self.rule.narrowed_alone(change),
            false => format!("{}---\n{document}", self.rule.document()),
        };
        let total = |hits: Option<&BTreeMap<Hit, usize>>| -> usize {
            hits.map_or(0, |hits| hits.values().sum())
        };
        let changed = [self.rule.changed(0, change)];
        let after = |files: &[PathBuf]| -> Result<usize, TuneError> {
            Ok(total(
                self.rule.hits(&changed, files)?.get(&self.rule.id_of(0)),
            ))
        };
        // It is the document that must hold, as it will be read, with what Zeek suppresses.
        let notices = self
            .rule
            .hits(std::slice::from_ref(&proof), &self.positives.right)?;
        let kept = self
            .positives
            .right
            .iter()
            .enumerate()
            .map(|(number, path)| {
                let all = notices.values().flatten();
                let of_file = all.filter(|((file, ..), _)| *file == number);
                (path.clone(), of_file.map(|(_, count)| count).sum())
            });
        Ok(Tuned {
            conditions: change.conditions.clone(),
            narrows: change.narrows,
            false_positives: [total(Some(self.wrong)), after(&self.positives.wrong)?],
            true_positives: [total(Some(self.right)), after(&self.positives.right)?],
            kept: kept.collect(),
            quieted: self.positives.wrong.clone(),
            score: [self.rule.as_it_is(), self.rule.changed(0, change)]
                .map(|text| self.rule.score(&text)),
            description: self.rule.description.clone(),
            correlations: self.rule.correlations(),
            title: self.rule.title.clone(),
            document,
            proof,
        })
    }
}

/// A file and the ends of a connection in it.
type ConnectionInFile = (usize, Option<[SocketAddr; 2]>);

/// Conditions, those first that hold on most connections, and of these the ones that say most.
fn ranked<'c>(
    conditions: impl Iterator<Item = (&'c ObservedCondition, &'c BTreeSet<ConnectionInFile>)>,
) -> Vec<ObservedCondition> {
    let mut ranked: Vec<_> = conditions.collect();
    ranked.sort_by_key(|(condition, seen)| {
        let length = condition.value.len();
        (
            std::cmp::Reverse(seen.len()),
            std::cmp::Reverse(length),
            *condition,
        )
    });
    let ranked = ranked.into_iter().map(|(condition, _)| condition.clone());
    ranked.take(MAX_TRIED).collect()
}

impl EditableRule {
    /// The rules of a text as a pack such as the rule's.
    fn pack(&self, text: &str) -> Pack {
        described(text, self.description.as_deref(), &mut Vec::new())
    }

    /// The notices that documents' rules raise on files.
    fn hits(&self, documents: &[String], files: &[PathBuf]) -> Result<Hits, TuneError> {
        let pack = self.pack(&documents.join("---\n"));
        let plans = plan::packs(std::slice::from_ref(&pack), &mut Vec::new());
        let mut hits = Hits::new();
        for (number, path) in files.iter().enumerate() {
            try_on(&plans, path, &mut |output| {
                if let Output::Notice(notice) = output {
                    let ends = notice.connection.map(|connection| connection.ends());
                    let of_rule = hits.entry(notice.rule.id.clone()).or_default();
                    *of_rule.entry((number, ends, notice.message)).or_default() += 1;
                }
            })?;
        }
        Ok(hits)
    }

    /// What the first rule of a text scores.
    fn score(&self, text: &str) -> Option<Score> {
        let pack = self.pack(text);
        let plans = plan::packs(std::slice::from_ref(&pack), &mut Vec::new());
        let mut rules = plans.into_iter().flat_map(|plan| plan.rules);
        rules.next()?.assessment().score
    }
}

/// Tries rules on a capture, or on what is none as a log.
fn try_on(
    plans: &[PackPlan<'_>],
    path: &Path,
    take: &mut dyn FnMut(Output),
) -> Result<(), DraftError> {
    let mut evaluator = Evaluator::new(plans, RulesOff::AreTriedToo, &mut Vec::new());
    match trial::replay_file(&mut evaluator, path, take) {
        Ok(_) => Ok(()),
        Err(CaptureError::NotACapture) if !is_named_as_capture(path) => {
            let mut evaluator = RecordEvaluator::new(plans, RulesOff::AreTriedToo, &mut Vec::new());
            let tried = trial::evaluate_log(&mut evaluator, path, take);
            tried.map(|_| ()).map_err(|error| DraftError::Log {
                path: path.to_owned(),
                error,
            })
        }
        Err(error) => Err(DraftError::Capture {
            path: path.to_owned(),
            error,
        }),
    }
}
