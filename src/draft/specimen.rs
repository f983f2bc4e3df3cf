//! The captures and logs that go with a drafted rule: cut out of the attack, near misses out of the baseline, and from `synth`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::evidence::{Baseline, Evidence, names_at};
use super::observation::Observation;
use super::proof;
use super::sighting::{Observer, Sighting};
use super::text::RuleText;
use super::{DraftError, Tried};
use crate::cut::anonymise::{UNREAD, anonymise, anonymise_lines};
use crate::cut::minimise::needed;
use crate::cut::{self, Answer, CutError};
use crate::evaluation::{Evaluator, RecordEvaluator, RulesOff};
use crate::logs::{self, Excerpt, LogError, ZeekLogs};
use crate::plan::correlation::MatchSource;
use crate::plan::{self, PackPlan};
use crate::replay::{self, CaptureError};
use crate::synth::{self, FileKind, Synthesised};
use crate::text::listed;
use crate::trial::written_at;

/// How many near misses are taken from `synth`.
const MAX_MISSES: usize = 4;
/// How many near misses are taken from the baseline.
const MAX_NEAR: usize = 4;
/// How many records that a rule matches are looked at.
const MAX_RECORDS: usize = 1000;

/// The captures and logs, and what could not be made.
pub(super) fn of(
    text: &RuleText,
    tried: &Tried,
    evidence: &Evidence,
    baseline: &Baseline,
    keep: bool,
) -> Result<(Vec<Synthesised>, Vec<String>), DraftError> {
    let pack = proof::pack(&text.document());
    let plans = plan::packs(std::slice::from_ref(&pack), &mut Vec::new());
    let mut making = Making {
        plans: &plans,
        id: &text.id,
        keep,
        captures: Vec::new(),
        without: Vec::new(),
    };
    for (number, path) in evidence.files.iter().enumerate() {
        making.attack(number, path)?;
    }
    let near = nearest(tried, evidence, baseline).into_iter();
    for (path, near) in near.take(MAX_NEAR) {
        making.near(&near, path)?;
    }
    making.synthesised(match tried.correlated {
        None => MatchSource::Rule(0),
        Some(_) => MatchSource::Correlation(0),
    });
    Ok((making.captures, making.without))
}

/// What the baseline has that is nearest to what a rule asks for, and where.
fn nearest<'b>(
    tried: &Tried,
    evidence: &Evidence,
    baseline: &'b Baseline,
) -> Vec<(&'b Path, Near)> {
    let file = |observation: &Observation| {
        let seen = baseline.has(observation)?;
        Some(baseline.files.get(seen.file)?.as_path())
    };
    let was_seen = |it: &&Observation| evidence.observations.contains_key(*it);
    let asked = tried.selection.observations.iter().filter(was_seen);
    let asked: Vec<&Observation> = asked.collect();
    if tried.correlated.is_some() {
        // The steps, in another order.
        let mut by_file: BTreeMap<&Path, BTreeSet<Observation>> = BTreeMap::new();
        for step in &asked {
            if let Some(path) = file(step) {
                by_file.entry(path).or_default().insert((*step).clone());
            }
        }
        let near = by_file.into_iter();
        return near.map(|(path, all)| (path, Near::All(all))).collect();
    }
    let generals: BTreeSet<Observation> = asked.iter().filter_map(|it| it.general()).collect();
    if let Some(first) = asked.first().filter(|_| generals.is_empty()) {
        let near = |path| (path, Near::Service(first.service.clone()));
        let files = baseline.files.iter().map(|path| near(path.as_path()));
        return files.collect();
    }
    let near = generals.into_iter();
    near.filter_map(|general| Some((file(&general)?, Near::All(BTreeSet::from([general])))))
        .collect()
}

/// What is near to what a rule asks for.
enum Near {
    /// All of this.
    All(BTreeSet<Observation>),
    /// Anything that rules of this service look at.
    Service(String),
}

impl Near {
    /// What of it an observation is.
    fn part(&self, seen: &Observation) -> Option<String> {
        match self {
            Self::All(all) => {
                let mut next = Some(seen.clone());
                while let Some(observation) = next {
                    if all.contains(&observation) {
                        return Some(observation.to_string());
                    }
                    next = observation.general();
                }
                None
            }
            Self::Service(service) => (seen.service == *service).then(|| self.to_string()),
        }
    }

    fn parts(&self) -> usize {
        match self {
            Self::All(all) => all.len(),
            Self::Service(_) => 1,
        }
    }
}

impl std::fmt::Display for Near {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::All(all) => {
                let all: Vec<String> = all.iter().map(ToString::to_string).collect();
                f.write_str(&listed(&all))
            }
            Self::Service(service) => write!(f, "something that {service} rules look at"),
        }
    }
}

struct Making<'a> {
    plans: &'a [PackPlan<'a>],
    id: &'a str,
    keep: bool,
    captures: Vec<Synthesised>,
    without: Vec<String>,
}

/// What a file is called, and what the rule must do on it.
struct Label {
    name: String,
    shows: String,
    fires: bool,
}

impl Making<'_> {
    /// The part of an attack's capture or log on which the rule fires.
    fn attack(&mut self, number: usize, path: &Path) -> Result<(), DraftError> {
        let label = |shows: &str| Label {
            name: format!("fires-attack-{}", number + 1),
            shows: format!("attack {}, {shows}", number + 1),
            fires: true,
        };
        let mut evaluator = Evaluator::new(self.plans, RulesOff::AreTriedToo, &mut Vec::new());
        match cut::to_notices(path, &mut evaluator) {
            Ok((cut, _)) => self.add_cut(label("cut to what the rule needs"), cut.bytes, path),
            Err(CutError::Capture(CaptureError::NotACapture)) => {
                self.attack_log(label("the records that the rule needs"), path)
            }
            // The rule is about other files.
            Err(CutError::NothingFound | CutError::Capture(_)) => Ok(()),
            Err(error) => {
                self.not_cut(path, &error);
                Ok(())
            }
        }
    }

    fn not_cut(&mut self, path: &Path, error: &CutError) {
        let sentence = format!("{}: not cut: {error}", path.display());
        self.without.push(sentence);
    }

    /// The records of an attack's log on which the rule fires.
    fn attack_log(&mut self, label: Label, path: &Path) -> Result<(), DraftError> {
        let (plans, id) = (self.plans, self.id);
        let mut evaluator =
            RecordEvaluator::new(plans, RulesOff::AreTriedToo, &mut Vec::new()).telling_matches();
        let mut matched = BTreeSet::new();
        let mut log = None;
        let failed = |error| failed(path, error);
        let mut reader = logs::open(path, &ZeekLogs).map_err(failed)?;
        while let Some(record) = reader.next_record().map_err(failed)? {
            evaluator.record(&record, written_at(&record));
            if !evaluator.take_output().is_empty() && matched.len() < MAX_RECORDS {
                matched.insert(record.line_number());
                log.get_or_insert_with(|| record.log().to_owned());
            }
        }
        let Some(log) = log else { return Ok(()) };
        let mut excerpt = logs::excerpt(path, &matched).map_err(failed)?;
        excerpt.records = needed(excerpt.records.clone(), &mut |some| {
            proof::matches_of_log(plans, &log, &excerpt.file(some)).contains_key(id)
        });
        self.add_records(label, log, excerpt, path)
    }

    /// What the baseline has that is near to what the rule asks for.
    fn near(&mut self, near: &Near, path: &Path) -> Result<(), DraftError> {
        let label = Label {
            name: format!("silent-baseline-{}", self.captures.len()),
            shows: format!("{near}, of the baseline"),
            fires: false,
        };
        let cut = cut::to_answer(path, &mut |capture| {
            let mut answer = Answer::default();
            let mut take = |sighting: Sighting| {
                if let Some(part) = near.part(&sighting.observation)
                    && !answer.seen.contains_key(part.as_bytes())
                {
                    answer.add(part.into_bytes(), sighting.connection);
                }
            };
            let mut observer = Observer::new(&mut take);
            replay::replay_packets(capture, &mut observer, |_, _| {});
            observer.finish();
            answer
        });
        match cut {
            Ok(cut) => self.add_cut(label, cut.bytes, path),
            Err(CutError::Capture(CaptureError::NotACapture)) => self.near_log(label, near, path),
            Err(CutError::NothingFound | CutError::Capture(_)) => Ok(()),
            Err(error) => {
                self.not_cut(path, &error);
                Ok(())
            }
        }
    }

    /// Records of the baseline's log that are near to what the rule asks for.
    fn near_log(&mut self, label: Label, near: &Near, path: &Path) -> Result<(), DraftError> {
        let failed = |error| failed(path, error);
        let mut parts = BTreeSet::new();
        let mut lines = BTreeSet::new();
        let mut log = None;
        let mut reader = logs::open(path, &ZeekLogs).map_err(failed)?;
        while parts.len() < near.parts()
            && let Some(record) = reader.next_record().map_err(failed)?
        {
            let mut is_near = false;
            let mut take = |sighting: Sighting| {
                is_near |= near
                    .part(&sighting.observation)
                    .is_some_and(|part| parts.insert(part));
            };
            Observer::new(&mut take).record(&record);
            if is_near {
                lines.insert(record.line_number());
                log.get_or_insert_with(|| record.log().to_owned());
            }
        }
        let Some(log) = log else { return Ok(()) };
        let excerpt = logs::excerpt(path, &lines).map_err(failed)?;
        self.add_records(label, log, excerpt, path)
    }

    /// Adds records that were cut out of a log, anonymised unless they are to be kept.
    fn add_records(
        &mut self,
        label: Label,
        log: String,
        mut excerpt: Excerpt,
        from: &Path,
    ) -> Result<(), DraftError> {
        if !self.keep {
            let anonymous = anonymise_lines(&excerpt.records, names_at(from)?.iter());
            excerpt.records = anonymous.lines;
            if !anonymous.left.is_empty() {
                let left: Vec<String> = anonymous.left.into_iter().collect();
                let name = &label.name;
                let sentence = format!("{name}: could not be replaced in it: {}", listed(&left));
                self.without.push(sentence);
            }
        }
        let bytes = excerpt.file(&excerpt.records);
        self.add_own(label, bytes, FileKind::Log(log));
        Ok(())
    }

    fn synthesised(&mut self, source: MatchSource) {
        let Some(plan) = self.plans.first() else {
            return;
        };
        let synthesis = synth::synthesise(plan, source);
        let has_positive = self.captures.iter().any(|capture| capture.fires);
        let (positives, misses): (Vec<_>, Vec<_>) = synthesis
            .captures
            .into_iter()
            .partition(|capture| capture.fires);
        let positives = positives.into_iter().take(usize::from(!has_positive));
        for made in positives.chain(misses.into_iter().take(MAX_MISSES)) {
            let label = Label {
                name: made.name,
                shows: format!("{}, synthesised", made.shows),
                fires: made.fires,
            };
            self.add(label, made.bytes, made.kind);
        }
    }

    /// Adds a capture that was cut out of another one, anonymised unless it is to be kept.
    fn add_cut(&mut self, label: Label, bytes: Vec<u8>, from: &Path) -> Result<(), DraftError> {
        let bytes = match self.keep {
            true => bytes,
            false => {
                let anonymised = anonymise(&bytes, &names_at(from)?)?;
                let unread = anonymised.unread.iter();
                let sentences = unread
                    .map(|[one, other]| format!("{}: {one} -> {other}: {UNREAD}", label.name));
                self.without.extend(sentences);
                anonymised.bytes
            }
        };
        self.add_own(label, bytes, FileKind::Capture);
        Ok(())
    }

    /// Adds a file that was cut out of the user's, or says that it is left out.
    fn add_own(&mut self, label: Label, bytes: Vec<u8>, kind: FileKind) {
        let name = label.name.clone();
        if !self.add(label, bytes, kind) {
            let sentence = format!(
                "{name}: left out, since the rule takes it for another once it is cut and anonymised"
            );
            self.without.push(sentence);
        }
    }

    /// Adds a file, if the rule does on it what it should.
    fn add(&mut self, label: Label, bytes: Vec<u8>, kind: FileKind) -> bool {
        let matches = match &kind {
            FileKind::Capture => proof::matches_of(self.plans, &bytes),
            FileKind::Log(log) => proof::matches_of_log(self.plans, log, &bytes),
        };
        let Label { name, shows, fires } = label;
        let is_right = matches.contains_key(self.id) == fires;
        if is_right {
            self.captures.push(Synthesised {
                name,
                fires,
                shows,
                bytes,
                kind,
            });
        }
        is_right
    }
}

fn failed(path: &Path, error: LogError) -> DraftError {
    DraftError::Log {
        path: path.to_owned(),
        error,
    }
}
