//! From captures of an attack to a rule: what the attack shows and a baseline never has, as a condition that is hard to do
//! without, with captures that prove it.
//!
//! [`sighting`] and [`record`] make [`Observation`]s of events and of logs' records: what a rule could ask for.
//! [`evidence`] keeps those of the attack, and strikes out what the baseline has, which is read once and kept nothing of.
//! [`candidate`] ranks the rest by the [score](crate::score) of a rule on it. [`text`] writes the rule, and [`proof`] tries it as
//! any other rule: on all of the attack, and on all of the baseline. [`specimen`] cuts the captures out that go with it.
//!
//! Where the baseline has all of it, [`sequence`] looks for an order that the baseline does not have.

mod candidate;
mod ephemeral;
mod evidence;
mod observation;
mod proof;
mod record;
mod sequence;
mod sighting;
mod specimen;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::path::PathBuf;

pub use self::candidate::Candidate;
use self::candidate::Selection;
pub use self::ephemeral::Ephemeral;
pub use self::evidence::Support;
use self::evidence::{Baseline, Evidence};
pub(crate) use self::evidence::{files as files_at, read as observe};
pub use self::observation::{Comparison, Condition, Observation};
pub(crate) use self::proof::pack as pack_of;
pub use self::sequence::Window;
pub(crate) use self::sighting::{LeftOut, Observer, Sighting};
use self::text::RuleText;
use crate::cut::CutError;
use crate::logs::LogError;
use crate::plan;
use crate::registry::attack::Technique;
use crate::replay::CaptureError;
use crate::replay::captures::CapturesError;
use crate::score::{Improvement, Score};
use crate::synth::Synthesised;
use crate::text::{counted, listed};

/// What to draft a rule from.
#[derive(Debug)]
pub struct Assignment<'a> {
    /// Captures or logs of the attack.
    pub attack: &'a [PathBuf],
    /// Captures, folders of them, or logs without it.
    pub baseline: &'a [PathBuf],
    /// The host whose doings alone are the attack, where the user knows.
    pub attacker: Option<IpAddr>,
    /// The techniques that the attack is, where the user knows.
    pub techniques: &'a [&'static Technique],
    /// Whether names of hosts, domains and users may be in the rule, and captures may stay as they are.
    pub keep: bool,
}

/// What came of it.
#[derive(Debug)]
pub enum Outcome {
    /// Rules that fire on the attack and stay silent on the baseline.
    Drafted(Box<Drafted>),
    /// Nothing distinguishes the attack.
    Nothing(Nothing),
}

/// Rules that distinguish an attack.
#[derive(Debug)]
pub struct Drafted {
    /// The rules: one, or as many as it takes to match every file of the attack.
    pub rules: Vec<DraftedRule>,
    /// What else distinguishes the attack, the best first.
    pub others: Vec<Candidate>,
    /// Of what rules ask for, values that were left out: the field, why, and how often.
    pub left_out: BTreeMap<(String, Ephemeral), u64>,
    /// Files of the attack that no rule matches.
    pub missed: Vec<PathBuf>,
    /// The files of the baseline.
    pub baseline: Vec<PathBuf>,
    /// How many things were seen in the baseline.
    pub baseline_sightings: u64,
    /// Whether the attack showed more than is looked at.
    pub is_cut: bool,
}

/// A rule that was drafted.
#[derive(Debug)]
pub struct DraftedRule {
    text: RuleText,
    /// Within what it asks for things in their order; `None` where each thing does for itself.
    pub window: Option<Window>,
    /// What it asks for, with how often the attack shows it.
    pub asks_for: Vec<(Observation, Support)>,
    /// Operations that do the same and that the baseline has, so that the rule leaves them out.
    pub excluded: Vec<Observation>,
    /// Its score.
    pub score: Option<Score>,
    /// What could be left out for a better score.
    pub improvements: Vec<Improvement>,
    /// Its techniques.
    pub techniques: Vec<&'static Technique>,
    /// Captures that prove it.
    pub captures: Vec<Synthesised>,
    /// What could not be made of captures, in a sentence each.
    pub without: Vec<String>,
}

/// That nothing distinguishes an attack.
#[derive(Debug)]
pub struct Nothing {
    /// What the attack shows, the best first, with the file of the baseline that has it, too, and how often.
    pub nearest: Vec<(Candidate, PathBuf, u64)>,
    /// Values that were left out.
    pub left_out: BTreeMap<(String, Ephemeral), u64>,
    /// Whether the attack showed nothing at all that rules look at.
    pub is_empty: bool,
}

/// Why nothing could be drafted.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// A path has no captures.
    #[error(transparent)]
    Captures(#[from] CapturesError),
    /// A capture cannot be read.
    #[error("{}: {error}", path.display())]
    Capture {
        /// The capture.
        path: PathBuf,
        /// Why.
        error: CaptureError,
    },
    /// A file is neither a capture nor a log.
    #[error("{}: neither a capture nor a Zeek log: {error}", path.display())]
    Log {
        /// The file.
        path: PathBuf,
        /// Why.
        error: LogError,
    },
    /// A capture cannot be cut.
    #[error(transparent)]
    Cut(#[from] CutError),
}

/// How many operations are listed in a description.
const MOST_LISTED: usize = 8;
/// How many candidates are tried at once on the baseline.
const TRIED: usize = 32;

/// Drafts rules.
///
/// # Errors
///
/// See [`DraftError`].
pub fn draft(assignment: &Assignment<'_>) -> Result<Outcome, DraftError> {
    let evidence = Evidence::of(assignment)?;
    let observations = evidence.observations.keys();
    let asked = observations
        .clone()
        .cloned()
        .chain(observations.flat_map(candidate::variants));
    let baseline = Baseline::of(assignment.baseline, asked)?;
    let candidates = candidate::rank(&evidence, &baseline, assignment.techniques);
    let mut left: BTreeSet<usize> = (0..evidence.files.len()).collect();
    let tried = single(&candidates, &baseline, assignment.techniques);
    let mut proven = prove(tried, &evidence, &baseline, &mut left)?;
    if !left.is_empty() {
        let ranked = candidate::rank(&evidence, &Baseline::default(), assignment.techniques);
        for tried in sequence::of(&evidence, &left, &ranked, assignment.techniques)? {
            proven.append(&mut prove(tried, &evidence, &baseline, &mut left)?);
        }
    }
    if proven.is_empty() {
        return Ok(Outcome::Nothing(nothing(evidence, &baseline)));
    }
    let mut rules = Vec::new();
    for tried in &proven {
        let rule = DraftedRule::new(tried, &evidence, &baseline, assignment.keep)?;
        rules.push(rule);
    }
    let files = evidence.files.iter().enumerate();
    let missed = files.filter(|(number, _)| left.contains(number));
    let is_chosen = |candidate: &Candidate| {
        let mut chosen = proven
            .iter()
            .flat_map(|tried| &tried.selection.observations);
        chosen.any(|observation| *observation == candidate.observation)
    };
    Ok(Outcome::Drafted(Box::new(Drafted {
        missed: missed.map(|(_, path)| path.clone()).collect(),
        others: candidates
            .iter()
            .filter(|it| !is_chosen(it))
            .cloned()
            .collect(),
        rules,
        left_out: evidence.left_out.0,
        baseline: baseline.files,
        baseline_sightings: baseline.sightings,
        is_cut: evidence.is_cut,
    })))
}

/// A rule that is tried.
#[derive(Debug)]
struct Tried {
    selection: Selection,
    window: Option<Window>,
    text: RuleText,
}

/// Rules on single events.
fn single(
    candidates: &[Candidate],
    baseline: &Baseline,
    asked: &[&'static Technique],
) -> Vec<Tried> {
    let mut tried: Vec<Tried> = Vec::new();
    for best in candidates {
        if tried.len() == TRIED {
            break;
        }
        let selection = candidate::select(candidates, best, baseline, asked);
        let text = RuleText::of(&selection);
        if !tried.iter().any(|known| known.text.id == text.id) {
            tried.push(Tried {
                selection,
                window: None,
                text,
            });
        }
    }
    tried
}

/// Those of the rules that together match every file of the attack in `left`, as far as there are some, and nothing of the
/// baseline. What they match is taken out of `left`.
fn prove(
    tried: Vec<Tried>,
    evidence: &Evidence,
    baseline: &Baseline,
    left: &mut BTreeSet<usize>,
) -> Result<Vec<Tried>, DraftError> {
    let pack = proof::pack(&proof::documents(tried.iter().map(|tried| &tried.text)));
    let plans = plan::packs(std::slice::from_ref(&pack), &mut Vec::new());
    let mut found: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for number in left.iter() {
        for id in proof::matches(&plans, &evidence.files[*number])?.into_keys() {
            found.entry(id).or_default().insert(*number);
        }
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let mut wrong: BTreeSet<String> = BTreeSet::new();
    for path in &baseline.files {
        wrong.extend(proof::matches(&plans, path)?.into_keys());
    }
    let mut proven = Vec::new();
    for tried in tried {
        let id = &tried.text.id;
        let matched = found.get(id).filter(|_| !wrong.contains(id));
        if matched.is_some_and(|matched| !matched.is_disjoint(left)) {
            left.retain(|number| !matched.is_some_and(|matched| matched.contains(number)));
            proven.push(tried);
        }
    }
    Ok(proven)
}

/// What the attack shows that would make the best rules, if the baseline had it not.
fn nothing(evidence: Evidence, baseline: &Baseline) -> Nothing {
    const MOST: usize = 10;
    let ranked = candidate::rank(&evidence, &Baseline::default(), &[]);
    let nearest = ranked.into_iter().filter_map(|candidate| {
        let seen = baseline.has(&candidate.observation)?;
        let path = baseline.files.get(seen.file)?.clone();
        Some((candidate, path, seen.count))
    });
    Nothing {
        nearest: nearest.take(MOST).collect(),
        is_empty: evidence.observations.is_empty(),
        left_out: evidence.left_out.0,
    }
}

impl DraftedRule {
    fn new(
        tried: &Tried,
        evidence: &Evidence,
        baseline: &Baseline,
        keep: bool,
    ) -> Result<Self, DraftError> {
        let Tried {
            selection,
            window,
            text,
        } = tried;
        let mut text = text.clone().with_own_steps();
        text.score = proof::scores(std::slice::from_ref(&text)).pop().flatten();
        let of = |observation: &Observation| {
            let support = evidence.observations.get(observation);
            (observation.clone(), support.cloned().unwrap_or_default())
        };
        let mut asks_for: Vec<_> = selection.observations.iter().map(of).collect();
        if window.is_none() {
            // What was seen comes first.
            asks_for.sort_by_key(|(_, support)| support.count == 0);
        }
        text.description = description(
            &asks_for,
            *window,
            &selection.techniques,
            evidence,
            baseline,
        );
        let variants: BTreeSet<Observation> = selection
            .observations
            .iter()
            .flat_map(candidate::variants)
            .filter(|variant| window.is_none() && baseline.has(variant).is_some())
            .collect();
        let (captures, without) = specimen::of(&text, tried, evidence, baseline, keep)?;
        Ok(Self {
            asks_for,
            excluded: variants.into_iter().collect(),
            score: text.score,
            improvements: match window {
                None => proof::improvements(&text),
                Some(_) => Vec::new(),
            },
            window: *window,
            techniques: selection.techniques.clone(),
            captures,
            without,
            text,
        })
    }

    /// The rule's title.
    pub fn title(&self) -> &str {
        &self.text.title
    }

    /// The rule's document, with the path to its tests where it has one.
    pub fn document(&self, regression_tests_path: Option<String>) -> String {
        let mut text = self.text.clone();
        text.regression_tests_path = regression_tests_path;
        text.document()
    }
}

/// What was seen, in sentences.
fn description(
    asks_for: &[(Observation, Support)],
    window: Option<Window>,
    techniques: &[&'static Technique],
    evidence: &Evidence,
    baseline: &Baseline,
) -> String {
    let seen = asks_for.iter().filter(|(_, support)| support.count > 0);
    let seen: Vec<String> = seen
        .map(|(observation, support)| {
            let times = counted(as_usize(support.count), "time");
            format!("{observation} ({times})")
        })
        .collect();
    let files = counted(evidence.files.len(), "file");
    let of_baseline = counted(baseline.files.len(), "file");
    let (has, does) = match baseline.files.len() {
        1 => ("has", "does"),
        _ => ("have", "do"),
    };
    let mut text = match window {
        None => format!(
            "Drafted from {files} of an attack: {}. {of_baseline} of baseline {has} none of it.",
            listed(&seen),
        ),
        Some(window) => format!(
            "Drafted from {files} of an attack: {}, in this order {}. {of_baseline} of baseline {has} each of them, but \
             {does} not have them in this order within {}. The attack took {} for it; the time span leaves others more.",
            seen.join(", then "),
            window.by_whom(),
            window.timespan,
            counted(as_usize(window.took), "second"),
        ),
    };
    let unseen = asks_for.iter().filter(|(_, support)| support.count == 0);
    let mut unseen: Vec<String> = unseen
        .map(|(observation, _)| observation.to_string())
        .collect();
    if unseen.len() > MOST_LISTED {
        let more = unseen.len() - MOST_LISTED;
        unseen.truncate(MOST_LISTED);
        unseen.push(format!("{more} more"));
    }
    if !unseen.is_empty() {
        text += &format!(
            " The attack did not show {}, which would serve it as well.",
            listed(&unseen)
        );
    }
    let observations: Vec<Observation> = asks_for.iter().map(|(it, _)| it.clone()).collect();
    for sentence in text::known_of(&observations, techniques) {
        text.push('\n');
        text.push_str(&sentence);
    }
    text
}

fn as_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
