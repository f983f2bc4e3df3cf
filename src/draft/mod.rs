//! From captures of an attack to a rule: what the attack shows and a baseline never has, as a condition that is hard to do
//! without, with captures that prove it.
//!
//! [`sighting`] and [`record`] make [`Observation`]s of events and of logs' records: what a rule could ask for.
//! [`evidence`] keeps those of the attack, and strikes out what the baseline has, which is read once and kept nothing of.
//! [`candidate`] ranks the rest by the [score](crate::score) of a rule on it. [`text`] writes the rule, and [`proof`] tries it as
//! any other rule: on all of the attack, and on all of the baseline. [`specimen`] cuts the captures out that go with it.
//!
//! Where the baseline has all of it, [`sequence`] looks for an order that the baseline does not have, and [`count`] for a number that it
//! comes nowhere near. Texts that the attacker chose are the last resort; [`known`] tells those that are the same in every attack.

mod candidate;
mod count;
mod ephemeral;
mod evidence;
mod known;
mod observation;
mod proof;
mod record;
mod sequence;
mod sighting;
mod specimen;
mod text;
mod unusual;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::path::PathBuf;

pub use self::candidate::Candidate;
use self::candidate::{Of, Origin, Selection};
pub use self::count::Tally;
pub use self::ephemeral::Ephemeral;
pub use self::evidence::Support;
use self::evidence::{Baseline, Evidence, with_what_lacks};
pub(crate) use self::evidence::{files as files_at, read as observe};
pub use self::observation::{Observation, ObservedComparison, ObservedCondition};
pub(crate) use self::proof::pack as pack_of;
pub use self::sequence::Window;
pub(crate) use self::sighting::{LeftOut, Observer, Sighting};
use self::text::RuleText;
use self::unusual::Usual;
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
    /// The rules: one for each technique that the attack shows, and as many as it takes to match every file of it.
    pub rules: Vec<DraftedRule>,
    /// What else distinguishes the attack, the best first.
    pub others: Vec<Candidate>,
    /// Of what rules ask for, values that were left out: the field, why, and how often.
    pub left_out: BTreeMap<(String, Ephemeral), u64>,
    /// Calls that were refused with a fault, so that no rule on the answered call matches them.
    pub refused: BTreeSet<Observation>,
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
    /// How it asks for several things or many of one; `None` where each thing does for itself.
    pub correlated: Option<Correlated>,
    /// Whether it rests on a text that the attacker chose.
    pub is_chosen_by_attacker: bool,
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
    /// Those of them that were named, but that nothing it asks for is known to belong to.
    pub claimed: Vec<&'static Technique>,
    /// Captures that prove it.
    pub captures: Vec<Synthesised>,
    /// What could not be made of captures, in a sentence each.
    pub without: Vec<String>,
}

/// What a correlation asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Correlated {
    /// Things in their order.
    Ordered(Window),
    /// So many of a thing.
    Counted(Tally),
}

impl Correlated {
    /// Whether the baseline does almost as much.
    fn is_narrow(&self) -> bool {
        matches!(self, Self::Counted(tally) if tally.is_narrow())
    }
}

/// That nothing distinguishes an attack.
#[derive(Debug)]
pub struct Nothing {
    /// What the attack shows, the best first, with the file of the baseline that has it, too, and how often.
    pub nearest: Vec<(Candidate, PathBuf, u64)>,
    /// Values that were left out.
    pub left_out: BTreeMap<(String, Ephemeral), u64>,
    /// Calls that were refused with a fault.
    pub refused: BTreeSet<Observation>,
    /// Why the attack showed nothing at all that rules look at, where it is so.
    pub emptiness: Option<Emptiness>,
}

/// Why an attack shows nothing that rules look at, as far as it can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Emptiness {
    /// The host that was named as the attacker asks for nothing. Others do.
    OtherHosts(IpAddr),
    /// The beginnings of so many connections were not captured.
    Headless(u64),
    /// There is nothing but what is not followed.
    NotFollowed,
}

/// Why nothing could be drafted.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// A folder cannot be looked at.
    #[error(transparent)]
    Captures(#[from] CapturesError),
    /// A folder has no captures.
    #[error("{}: no capture in this folder; Zeek logs are named one by one, since a rule has to match each that is an attack", .0.display())]
    NoCapture(PathBuf),
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

/// What a rule asks for that the attack did not show, in words.
pub(crate) fn unseen(asks_for: &[(Observation, Support)]) -> Vec<String> {
    let unseen = asks_for.iter().filter(|(_, support)| support.count == 0);
    let unseen = unseen.map(|(observation, _)| observation);
    let (texts, operations): (Vec<_>, Vec<_>) =
        unseen.partition(|observation| known::of(observation).next().is_some());
    let mut listed: Vec<String> = operations.iter().map(ToString::to_string).collect();
    if listed.len() > MOST_LISTED {
        let more = listed.len() - MOST_LISTED;
        listed.truncate(MOST_LISTED);
        listed.push(format!("{more} more"));
    }
    if !texts.is_empty() {
        let field = |it: &Observation| it.conditions.last().map(|last| last.field.clone());
        let places: BTreeSet<_> = texts.iter().map(|it| (it.call, field(it))).collect();
        listed.push(format!(
            "{} of {} in {}",
            counted(texts.len(), "known text"),
            if texts.len() == 1 {
                "its kind"
            } else {
                "their kind"
            },
            counted(places.len(), "place")
        ));
    }
    listed
}
/// How many candidates are tried at once on the baseline.
const TRIED: usize = 32;

/// How many rules are drafted for what single events show.
const MOST_RULES: usize = 6;
/// How many parts of a technique get rules of their own.
const MOST_PARTS: usize = 3;

/// Drafts rules.
///
/// # Errors
///
/// See [`DraftError`].
pub fn draft(assignment: &Assignment<'_>) -> Result<Outcome, DraftError> {
    let asked = assignment.techniques;
    let mut evidence = Evidence::of(assignment)?;
    let observations = evidence.observations.keys();
    let wanted = observations
        .clone()
        .cloned()
        .chain(observations.clone().filter_map(with_what_lacks))
        .chain(observations.flat_map(|it| candidate::alike(it, asked)));
    let mut usual = Usual::of(&evidence);
    let mut baseline = Baseline::of(assignment.baseline, wanted, &mut usual)?;
    let unusual = usual.unusual(&evidence);
    baseline.sets_apart(unusual.keys().cloned());
    evidence.observations.extend(unusual);
    let candidates = candidate::rank(&evidence, &baseline, asked, Of::Attack);
    let mut drafting = Drafting {
        left: (0..evidence.files.len()).collect(),
        evidence: &evidence,
        baseline: &baseline,
        proven: Vec::new(),
    };
    let of_origin = |origin: Origin| {
        let best = candidates
            .iter()
            .filter(|it| candidate::origin(it) == origin);
        single(best, &candidates, &baseline, asked, asked)
    };
    let known = of_origin(Origin::Known);
    let is_of_none = |best: &Candidate| best.techniques.is_empty() && best.is_act();
    if asked.is_empty() && candidates.first().is_some_and(is_of_none) {
        // What shows the attack best need be no technique that is known.
        drafting.prove(known)?;
        drafting.techniques(&candidates, asked)?;
    } else {
        drafting.techniques(&candidates, asked)?;
        drafting.asked(asked)?;
        drafting.prove(known)?;
    }
    for origin in [Origin::Exception, Origin::Place, Origin::Coincidence] {
        if !drafting.left.is_empty() {
            drafting.prove(of_origin(origin))?;
        }
    }
    if !drafting.left.is_empty() {
        let mut all = candidate::rank(&evidence, &baseline, asked, Of::All);
        let chosen = all.extract_if(.., |it| {
            !matches!(candidate::origin(it), Origin::Known | Origin::Coincidence)
        });
        let chosen: Vec<Candidate> = chosen.collect();
        drafting.sequences(&all, asked)?;
        drafting.prove(of_origin(Origin::Absence))?;
        drafting.prove(of_origin(Origin::Passed))?;
        let narrow = drafting.numbers(&all, asked)?;
        drafting.prove(of_origin(Origin::Attacker))?;
        drafting.sequences(&chosen, asked)?;
        drafting.prove(narrow)?;
    }
    let Drafting { left, proven, .. } = drafting;
    if proven.is_empty() {
        let nothing = nothing(evidence, &baseline, assignment.attacker);
        return Ok(Outcome::Nothing(nothing));
    }
    let mut rules = Vec::new();
    for tried in &proven {
        let rule = DraftedRule::new(tried, &evidence, &baseline, assignment)?;
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
        refused: evidence.refused,
        baseline: baseline.files,
        baseline_sightings: baseline.sightings,
        is_cut: evidence.is_cut,
    })))
}

/// A rule that is tried.
#[derive(Debug)]
struct Tried {
    selection: Selection,
    correlated: Option<Correlated>,
    text: RuleText,
}

impl Tried {
    /// Whether another rule, for the same technique, adds a part of the attack to this one: another protocol, interface or argument.
    fn is_alike(&self, other: &Self) -> bool {
        let theirs = &other.selection.observations[0];
        let mut own = self.selection.observations.iter();
        own.any(|own| {
            own.service == theirs.service
                && match (own.call, theirs.call) {
                    (Some(own_call), Some(call)) if theirs.is_of_argument() => own_call == call,
                    (Some((own, _)), Some((uuid, _))) => own == uuid,
                    _ => known::kinds(own) == known::kinds(theirs),
                }
        })
    }

    /// Whether this one asks for the best of what another one asks for.
    fn has_best_of(&self, other: &Self) -> bool {
        let own = &self.selection.observations;
        other
            .selection
            .observations
            .first()
            .is_some_and(|best| own.contains(best))
    }
}

/// Rules on single events, each on the best of what there is.
fn single<'c>(
    best: impl Iterator<Item = &'c Candidate>,
    candidates: &[Candidate],
    baseline: &Baseline,
    asked: &[&'static Technique],
    goal: &[&'static Technique],
) -> Vec<Tried> {
    let mut tried: Vec<Tried> = Vec::new();
    for best in best {
        if tried.len() == TRIED {
            break;
        }
        let selection = candidate::select(candidates, best, baseline, asked, goal);
        let text = RuleText::of(&selection);
        if !tried.iter().any(|known| known.text.id == text.id) {
            tried.push(Tried {
                selection,
                correlated: None,
                text,
            });
        }
    }
    tried
}

/// What was drafted so far.
struct Drafting<'a> {
    evidence: &'a Evidence,
    baseline: &'a Baseline,
    proven: Vec<Tried>,
    /// The files of the attack that no rule matches.
    left: BTreeSet<usize>,
}

impl Drafting<'_> {
    /// Drafts a rule for each technique, and for the parts of it that can be seen for themselves.
    fn techniques(
        &mut self,
        candidates: &[Candidate],
        asked: &[&'static Technique],
    ) -> Result<(), DraftError> {
        let goals = candidate::goals(candidates, asked);
        let of_goals: Vec<Vec<Tried>> = goals
            .iter()
            .map(|goal| {
                let best = candidates
                    .iter()
                    .filter(|candidate| candidate.is_of(goal) && candidate.is_act());
                single(best, candidates, self.baseline, asked, goal)
            })
            .collect();
        let files = (0..self.evidence.files.len()).collect();
        let trial = Trial::of(of_goals.iter().flatten(), &files, self)?;
        for of_goal in of_goals {
            let first = self.proven.len();
            for tried in of_goal {
                let Some(matched) = trial.right(&tried) else {
                    continue;
                };
                let mut own = self.proven[first..].iter();
                if self.proven.iter().any(|known| known.has_best_of(&tried))
                    || own.any(|known| known.is_alike(&tried))
                    || self.proven.len() - first == MOST_PARTS
                    || self.proven.len() == MOST_RULES
                {
                    continue;
                }
                self.left.retain(|number| !matched.contains(number));
                self.proven.push(tried);
            }
        }
        Ok(())
    }

    /// Drafts sequences and numbers of what belongs to the techniques that were asked for, before anything else that distinguishes the
    /// files that no rule matches.
    fn asked(&mut self, asked: &[&'static Technique]) -> Result<(), DraftError> {
        if self.left.is_empty() || asked.is_empty() {
            return Ok(());
        }
        let mut all = candidate::rank(self.evidence, self.baseline, asked, Of::All);
        all.retain(|it| it.is_of(asked) && candidate::origin(it) == Origin::Known);
        self.sequences(&all, asked)?;
        let narrow = self.numbers(&all, asked)?;
        self.prove(narrow)
    }

    /// Drafts sequences for the files that no rule matches.
    fn sequences(
        &mut self,
        ranked: &[Candidate],
        asked: &[&'static Technique],
    ) -> Result<(), DraftError> {
        if self.left.is_empty() {
            return Ok(());
        }
        for tried in sequence::of(self.evidence, &self.left, ranked, asked)? {
            self.prove(tried)?;
        }
        Ok(())
    }

    /// Drafts rules on numbers for the files that no rule matches. Gives back those that the baseline comes near to.
    fn numbers(
        &mut self,
        ranked: &[Candidate],
        asked: &[&'static Technique],
    ) -> Result<Vec<Tried>, DraftError> {
        if self.left.is_empty() {
            return Ok(Vec::new());
        }
        let (left, files) = (&self.left, &self.baseline.files);
        let tried = count::of(self.evidence, left, files, ranked, asked)?;
        let is_narrow = |tried: &Tried| {
            let correlated = tried.correlated.as_ref();
            correlated.is_some_and(Correlated::is_narrow)
        };
        let (narrow, wide) = tried.into_iter().partition(is_narrow);
        self.prove(wide)?;
        Ok(narrow)
    }

    /// Takes those of the rules that together match every file of the attack that is left, as far as there are some, and nothing of
    /// the baseline.
    fn prove(&mut self, tried: Vec<Tried>) -> Result<(), DraftError> {
        if self.left.is_empty() || tried.is_empty() {
            return Ok(());
        }
        let trial = Trial::of(tried.iter(), &self.left, self)?;
        for tried in tried {
            if let Some(matched) = trial.right(&tried)
                && !matched.is_disjoint(&self.left)
            {
                self.left.retain(|number| !matched.contains(number));
                self.proven.push(tried);
            }
        }
        Ok(())
    }
}

/// What rules that are tried match.
#[derive(Default)]
struct Trial {
    /// The files of the attack that each rule matches, by its id.
    found: BTreeMap<String, BTreeSet<usize>>,
    /// Rules that match something of the baseline.
    wrong: BTreeSet<String>,
}

impl Trial {
    /// Tries rules on files of the attack, and on the baseline.
    fn of<'t>(
        tried: impl Iterator<Item = &'t Tried>,
        files: &BTreeSet<usize>,
        drafting: &Drafting<'_>,
    ) -> Result<Self, DraftError> {
        let pack = proof::pack(&proof::documents(tried.map(|tried| &tried.text)));
        let plans = plan::packs(std::slice::from_ref(&pack), &mut Vec::new());
        let mut trial = Self::default();
        for number in files {
            for id in proof::matches(&plans, &drafting.evidence.files[*number])?.into_keys() {
                trial.found.entry(id).or_default().insert(*number);
            }
        }
        if !trial.found.is_empty() {
            for path in &drafting.baseline.files {
                trial
                    .wrong
                    .extend(proof::matches(&plans, path)?.into_keys());
            }
        }
        Ok(trial)
    }

    /// The files of the attack that a rule matches, if it matches nothing of the baseline.
    fn right(&self, tried: &Tried) -> Option<&BTreeSet<usize>> {
        let id = &tried.text.id;
        self.found.get(id).filter(|_| !self.wrong.contains(id))
    }
}

/// What the attack shows that would make the best rules, if the baseline had it not.
fn nothing(evidence: Evidence, baseline: &Baseline, attacker: Option<IpAddr>) -> Nothing {
    const MOST: usize = 10;
    let emptiness = match (attacker, evidence.headless) {
        (Some(attacker), _) if evidence.has_others => Emptiness::OtherHosts(attacker),
        (_, 0) => Emptiness::NotFollowed,
        (_, headless) => Emptiness::Headless(headless),
    };
    let ranked = candidate::rank(&evidence, baseline, &[], Of::All);
    let nearest = ranked.into_iter().filter_map(|candidate| {
        let seen = baseline.has(&candidate.observation)?;
        let path = baseline.files.get(seen.file)?.clone();
        Some((candidate, path, seen.count))
    });
    Nothing {
        nearest: nearest.take(MOST).collect(),
        emptiness: evidence.observations.is_empty().then_some(emptiness),
        left_out: evidence.left_out.0,
        refused: evidence.refused,
    }
}

impl DraftedRule {
    fn new(
        tried: &Tried,
        evidence: &Evidence,
        baseline: &Baseline,
        assignment: &Assignment<'_>,
    ) -> Result<Self, DraftError> {
        let Tried {
            selection,
            correlated,
            text,
        } = tried;
        let mut text = text.clone().with_own_steps();
        text.score = proof::scores(std::slice::from_ref(&text)).pop().flatten();
        let of = |observation: &Observation| {
            let support = evidence.observations.get(observation);
            (observation.clone(), support.cloned().unwrap_or_default())
        };
        let mut asks_for: Vec<_> = selection.observations.iter().map(of).collect();
        if correlated.is_none() {
            // What was seen comes first.
            asks_for.sort_by_key(|(_, support)| support.count == 0);
        }
        let mut chosen = selection.observations.iter();
        let is_chosen_by_attacker = chosen.any(candidate::is_chosen_by_attacker);
        text.description = description(
            &asks_for,
            correlated.as_ref(),
            &selection.techniques,
            evidence,
            baseline,
        );
        let claimed = claimed(selection, assignment.techniques);
        let any = |is: fn(&Observation) -> bool| selection.observations.iter().any(is);
        let is_narrow = correlated.as_ref().is_some_and(Correlated::is_narrow);
        let is_short = matches!(correlated, Some(Correlated::Counted(tally)) if !tally.is_covered);
        let advice = [
            (is_chosen_by_attacker, CHOSEN_BY_ATTACKER),
            (any(Observation::is_of_place), OF_PLACE),
            (any(Observation::is_of_absence), OF_ABSENCE),
            (is_narrow, OF_NARROW_NUMBER),
            (is_short, OF_SHORT_BASELINE),
            (!claimed.is_empty(), CLAIMED),
        ];
        for (_, sentence) in advice.into_iter().filter(|(is_so, _)| *is_so) {
            text.description.push('\n');
            text.description.push_str(sentence);
        }
        text.accepted = proof::accepted(&text);
        let variants: BTreeSet<Observation> = selection
            .observations
            .iter()
            .flat_map(candidate::variants)
            .filter(|variant| correlated.is_none() && baseline.has(variant).is_some())
            .collect();
        let (captures, without) = specimen::of(&text, tried, evidence, baseline, assignment.keep)?;
        Ok(Self {
            claimed,
            asks_for,
            excluded: variants.into_iter().collect(),
            score: text.score,
            improvements: match correlated {
                None => proof::improvements(&text),
                Some(_) => Vec::new(),
            },
            correlated: correlated.clone(),
            is_chosen_by_attacker,
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

    /// Its id.
    pub fn id(&self) -> &str {
        &self.text.id
    }

    /// The rule's document, with the path to its tests where it has one.
    pub fn document(&self, regression_tests_path: Option<String>) -> String {
        let mut text = self.text.clone();
        text.regression_tests_path = regression_tests_path;
        text.document()
    }
}

/// What to think of a rule on a text that the attacker chose.
const CHOSEN_BY_ATTACKER: &str = "This is the last resort: no operation and no known text distinguishes the attack. The attacker chose the \
     text, and evades the rule with another.";

/// What to know of a rule on where hosts are.
const OF_PLACE: &str = "Outside is what is routed on the internet. If the site has such addresses itself, add its networks to the filter.";

/// What to think of a rule on what the attack lacks.
const OF_ABSENCE: &str =
    "The baseline always has what the rule finds missing. A tool that sends it evades the rule.";

/// What to think of a rule on a number that the baseline comes near to.
const OF_NARROW_NUMBER: &str = "The baseline comes near to it. Find out whether that is an attack, too, and look at more of what is usual.";

/// What to know of a number where the baseline does not last as long as its time span.
const OF_SHORT_BASELINE: &str =
    "No file of the baseline lasts as long as the time span. More may be usual than it shows.";

/// What to think of a technique that was named and that nothing shows.
const CLAIMED: &str = "Nothing that the rule asks for is known to belong to the technique: whoever drafted it named it.";

/// The techniques of a rule that were asked for, and that nothing it asks for is known to belong to.
fn claimed(selection: &Selection, asked: &[&'static Technique]) -> Vec<&'static Technique> {
    let observations = selection.observations.iter();
    let shown: Vec<&Technique> = observations
        .flat_map(|it| candidate::techniques(it, asked))
        .collect();
    let named = selection.techniques.iter().copied();
    named
        .filter(|it| asked.contains(it) && !shown.contains(it))
        .collect()
}

/// What was seen, in sentences.
fn description(
    asks_for: &[(Observation, Support)],
    correlated: Option<&Correlated>,
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
    let mut text = match correlated {
        None => format!(
            "Drafted from {files} of an attack: {}. {of_baseline} of baseline {has} none of it.",
            listed(&seen),
        ),
        Some(Correlated::Ordered(window)) => format!(
            "Drafted from {files} of an attack: {}, in this order {}. {of_baseline} of baseline {has} each of them, but \
             {does} not have them in this order within {}. The attack took {} for it; the time span leaves others more.",
            seen.join(", then "),
            window.by_whom(),
            window.timespan,
            counted(as_usize(window.took), "second"),
        ),
        Some(Correlated::Counted(tally)) => format!(
            "Drafted from {files} of an attack: {}. It comes to {} {}. {of_baseline} of baseline {} to {} at most.",
            listed(&seen),
            tally.attack,
            tally.what(),
            if baseline.files.len() == 1 {
                "comes"
            } else {
                "come"
            },
            tally.baseline,
        ),
    };
    let unseen = unseen(asks_for);
    if !unseen.is_empty() {
        text += &format!(
            " The attack did not show {}, which would serve it as well.",
            listed(&unseen)
        );
    }
    for sentence in text::known_of(asks_for, techniques) {
        text.push('\n');
        text.push_str(&sentence);
    }
    text
}

fn as_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
