//! Sequences: what the attack does in an order and a time span that the baseline does not have, where the baseline has each step.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;
use std::path::Path;

use super::candidate::{self, Candidate, Selection};
use super::evidence::{Evidence, read};
use super::observation::Observation;
use super::sighting::{Observer, Sighting};
use super::text::RuleText;
use super::{Correlated, DraftError, Tried};
use crate::event::Timestamp;
use crate::registry::attack::Technique;

/// Within what the steps of a sequence belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The fields that a correlation groups by.
    pub group: &'static [&'static str],
    /// The time span, as rules write it.
    pub timespan: &'static str,
    /// How long the attack took from the first step to the last, in seconds, rounded up.
    pub took: u64,
}

impl Window {
    /// Who does the steps, in words that follow them.
    #[must_use]
    pub fn by_whom(&self) -> &'static str {
        by_whom(self.group)
    }
}

/// Who does what a correlation groups by these fields, in words that follow it.
pub(super) fn by_whom(group: &[&str]) -> &'static str {
    match group {
        ["uid"] => "on one connection",
        [_] => "by one host",
        _ => "by one host on another",
    }
}

/// How many steps sequences are made of.
const MAX_STEPS: usize = 24;
/// How many sequences of a length are tried.
const MAX_TRIED: usize = 64;
/// The longest sequence that is looked for, in steps.
const LONGEST: usize = 3;
/// Originators whose steps are remembered; beyond, all of them are forgotten.
const MAX_ORIGINATORS: usize = 1024;
/// What a correlation groups by, what is hardest to evade without being noisy first.
pub(super) const GROUPS: [&[&str]; 3] = [&["id.orig_h", "id.resp_h"], &["id.orig_h"], &["uid"]];
/// Time spans in seconds.
const TIMESPANS: [(u64, &str); 7] = [
    (60, "1m"),
    (300, "5m"),
    (900, "15m"),
    (3600, "1h"),
    (21_600, "6h"),
    (86_400, "1d"),
    (604_800, "1w"),
];
/// How much slower than the attack others may be.
const SLOWER: u64 = 10;

/// The sequences of the attack, those first that are to be preferred. Each length is a batch, the shortest first.
///
/// # Errors
///
/// Where a file of the attack cannot be read.
pub(super) fn of(
    evidence: &Evidence,
    files: &BTreeSet<usize>,
    ranked: &[Candidate],
    asked: &[&'static Technique],
) -> Result<Vec<Vec<Tried>>, DraftError> {
    let steps: Vec<&Observation> = ranked
        .iter()
        .map(|candidate| &candidate.observation)
        .filter(|step| !candidate::is_broad(step))
        .take(MAX_STEPS)
        .collect();
    let mut found: BTreeMap<Vec<usize>, Found> = BTreeMap::new();
    for number in files {
        for (order, took) in orders(&evidence.files[*number], &steps)? {
            let known = found.entry(order).or_default();
            known.files += 1;
            known.took = known.took.max(took);
        }
    }
    let lengths = (2..=LONGEST).map(|length| {
        let mut of_length: Vec<_> = found
            .iter()
            .filter(|(order, _)| order.len() == length)
            .collect();
        of_length.sort_by_key(|(order, known)| {
            let worst = order.iter().max().copied();
            (usize::MAX - known.files, worst, *order)
        });
        of_length.truncate(MAX_TRIED);
        let sequences = of_length.into_iter().flat_map(|(order, known)| {
            let observations: Vec<Observation> =
                order.iter().map(|step| steps[*step].clone()).collect();
            let own = observations.iter();
            let own = own.flat_map(|it| candidate::techniques(it, asked));
            let own: Vec<_> = own.collect();
            let selection = Selection {
                techniques: candidate::tagged(&own, asked),
                observations,
            };
            windows(known.took).map(move |window| Tried {
                text: RuleText::of_sequence(&selection, &window),
                selection: selection.clone(),
                correlated: Some(Correlated::Ordered(window)),
            })
        });
        sequences.collect()
    });
    Ok(lengths.collect())
}

/// An order of steps in the attack.
#[derive(Debug, Default)]
struct Found {
    /// In how many files.
    files: usize,
    /// How long it took at most, in microseconds.
    took: i64,
}

/// The windows of a sequence that took so many microseconds, the most generous first.
fn windows(took: i64) -> impl Iterator<Item = Window> {
    let took = u64::try_from(took).unwrap_or(0).div_ceil(1_000_000).max(1);
    let at_least = |seconds: u64| TIMESPANS.iter().find(move |(known, _)| *known >= seconds);
    let mut timespans: Vec<&'static str> = Vec::new();
    for seconds in [took.saturating_mul(SLOWER), took] {
        timespans.extend(
            at_least(seconds)
                .map(|(_, text)| *text)
                .filter(|text| !timespans.contains(text)),
        );
    }
    timespans.into_iter().flat_map(move |timespan| {
        GROUPS.into_iter().map(move |group| Window {
            group,
            timespan,
            took,
        })
    })
}

/// The orders of up to three steps that one originator took in a file, each with the shortest time it took in microseconds.
fn orders(path: &Path, steps: &[&Observation]) -> Result<BTreeMap<Vec<usize>, i64>, DraftError> {
    let numbers: HashMap<&Observation, usize> = steps
        .iter()
        .enumerate()
        .map(|(n, step)| (*step, n))
        .collect();
    let mut orders = Orders {
        shortest: BTreeMap::new(),
        of_originators: HashMap::new(),
    };
    let mut take = |sighting: Sighting| {
        if let Some(step) = numbers.get(&sighting.observation) {
            orders.saw(*step, sighting.time, sighting.originator);
        }
    };
    read(path, &mut Observer::new(&mut take))?;
    Ok(orders.shortest)
}

struct Orders {
    shortest: BTreeMap<Vec<usize>, i64>,
    of_originators: HashMap<Option<IpAddr>, Chains>,
}

/// Steps and pairs of steps that an originator took.
#[derive(Default)]
struct Chains {
    /// When each step was last taken.
    steps: BTreeMap<usize, Timestamp>,
    /// When the second step of a pair was last taken, and when the first one was before it.
    pairs: BTreeMap<[usize; 2], (Timestamp, Timestamp)>,
}

impl Orders {
    fn saw(&mut self, step: usize, time: Timestamp, originator: Option<IpAddr>) {
        if self.of_originators.len() >= MAX_ORIGINATORS
            && !self.of_originators.contains_key(&originator)
        {
            self.of_originators.clear();
        }
        let chains = self.of_originators.entry(originator).or_default();
        let shortest = &mut self.shortest;
        let mut note = |order: Vec<usize>, began: Timestamp| {
            let took = time.micros_since(began);
            let known = shortest.entry(order).or_insert(took);
            *known = took.min(*known);
        };
        for ([first, second], (began, at)) in &chains.pairs {
            if *at < time && *first != step && *second != step {
                note(vec![*first, *second, step], *began);
            }
        }
        for (first, at) in &chains.steps {
            if *at < time && *first != step {
                note(vec![*first, step], *at);
                chains.pairs.insert([*first, step], (*at, time));
            }
        }
        chains.steps.insert(step, time);
    }
}
