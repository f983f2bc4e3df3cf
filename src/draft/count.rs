//! Numbers: what the attack does so often in a time span that the baseline comes nowhere near, where the baseline does it, too.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use super::candidate::{self, Candidate, Selection};
use super::evidence::{Evidence, read};
use super::observation::Observation;
use super::sequence::{GROUPS, by_whom};
use super::sighting::{Observer, Sighting, number_of};
use super::text::RuleText;
use super::{Correlated, DraftError, Tried};
use crate::event::Timestamp;
use crate::registry::attack::Technique;

/// How often something is done in a time span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// The fields that a correlation groups by.
    pub group: &'static [&'static str],
    /// The time span, as rules write it.
    pub timespan: &'static str,
    /// The field of which different values count; `None` where each time does.
    pub field: Option<String>,
    /// From how many on a rule fires.
    pub at_least: u64,
    /// How many the attack comes to at most.
    pub attack: u64,
    /// How many the baseline does.
    pub baseline: u64,
    /// Whether a file of the baseline lasts as long as the time span.
    pub is_covered: bool,
}

impl Tally {
    /// Whether the baseline comes to almost as much as the attack.
    #[must_use]
    pub fn is_narrow(&self) -> bool {
        is_near(self.attack, self.baseline)
    }

    /// What is counted, in words that follow a number: within 5m by one host.
    #[must_use]
    pub fn what(&self) -> String {
        let (timespan, whom) = (self.timespan, by_whom(self.group));
        match &self.field {
            None => format!("within {timespan} {whom}"),
            Some(field) => format!("different {field} within {timespan} {whom}"),
        }
    }
}

/// Of how many things numbers are compared.
const MAX_COUNTED: usize = 24;
/// How many numbers become rules that are tried.
const MAX_TRIED: usize = 64;
/// How many times of a group are remembered; beyond, the oldest are forgotten.
const MAX_TIMES: usize = 10_000;
/// Groups in which something is counted; beyond, all of them are forgotten.
const MAX_GROUPS: usize = 4096;
/// The least number that is many.
const LEAST: u64 = 10;
/// The least number that is many where the baseline shows what is usual by coming near to it.
const LEAST_NEAR: u64 = 5;
/// How many times what the baseline comes to is much more.
const FACTOR: u64 = 5;
/// Attacks that come to this part of what the attack comes to are to be found, too.
const PART: u64 = 4;
/// Time spans in seconds, the shortest first.
const TIMESPANS: [(i64, &str); 3] = [(60, "1m"), (300, "5m"), (3600, "1h")];

/// Rules on numbers that the attack comes to and the baseline does not, the best first.
///
/// # Errors
///
/// Where a file of the attack or of the baseline cannot be read.
pub(super) fn of(
    evidence: &Evidence,
    files: &BTreeSet<usize>,
    baseline: &[PathBuf],
    ranked: &[Candidate],
    asked: &[&'static Technique],
) -> Result<Vec<Tried>, DraftError> {
    let things: Vec<&Observation> = ranked
        .iter()
        .map(|candidate| &candidate.observation)
        .filter(|thing| !candidate::is_broad(thing))
        .take(MAX_COUNTED)
        .collect();
    let mut of_attack: BTreeMap<Measure, Vec<u64>> = BTreeMap::new();
    for number in files {
        let counts = counts_in(&evidence.files[*number], &things)?;
        for (measure, most) in counts
            .most
            .into_iter()
            .filter(|(_, most)| *most >= LEAST_NEAR)
        {
            of_attack.entry(measure).or_default().push(most);
        }
    }
    let mut of_baseline: BTreeMap<Measure, u64> = BTreeMap::new();
    let mut longest = 0;
    if !of_attack.is_empty() {
        for path in baseline {
            let counts = counts_in(path, &things)?;
            longest = counts.lasts().max(longest);
            for (measure, most) in counts.most {
                let known = of_baseline.entry(measure).or_default();
                *known = most.max(*known);
            }
        }
    }
    let is_covered = |timespan: usize| longest >= micros(timespan);
    let mut numbers: Vec<(usize, Measure, u64, u64)> = Vec::new();
    for (measure, attack) in of_attack {
        let usual = of_baseline.get(&measure).copied().unwrap_or(0);
        let is_many = |it: &u64| *it >= LEAST || is_near(*it, usual);
        let more = attack.into_iter().filter(|it| *it > usual && is_many(it));
        let more: Vec<u64> = more.collect();
        let much_more = more.iter().copied().filter(|it| !is_near(*it, usual));
        let much_more: Vec<u64> = much_more.collect();
        for some in [much_more.as_slice(), &more] {
            if let Some(least) = some.iter().min() {
                numbers.push((some.len(), measure.clone(), *least, usual));
            }
        }
    }
    numbers.dedup();
    numbers.sort_by_key(|(files, measure, attack, usual)| {
        let times = attack / usual.max(&1);
        // Repeated attempts at the same do not count where their values do.
        let is_of_values = measure.field.is_some();
        let is_uncovered = !is_covered(measure.timespan);
        let span = match is_uncovered {
            // Where the baseline comes to the same within a longer one, whoever is slower does not evade it.
            false => (
                Reverse(attack * 100 / usual.max(&1)),
                Reverse(measure.timespan),
            ),
            // The shorter, the less of it the baseline does not show.
            true => (Reverse(0), Reverse(TIMESPANS.len() - measure.timespan)),
        };
        let rank = (measure.thing, span, measure.group);
        let times = (is_uncovered, Reverse(times.ilog2()));
        (Reverse(*files), times, !is_of_values, rank)
    });
    numbers.truncate(MAX_TRIED);
    let tried = numbers.into_iter().map(|(_, measure, attack, usual)| {
        let thing = things[measure.thing];
        let own = candidate::techniques(thing, asked);
        let selection = Selection {
            techniques: candidate::tagged(&own, asked),
            observations: with_variants(thing),
        };
        let tally = Tally {
            group: GROUPS[measure.group],
            timespan: TIMESPANS[measure.timespan].1,
            is_covered: is_covered(measure.timespan),
            field: measure.field,
            at_least: between(usual, attack),
            attack,
            baseline: usual,
        };
        Tried {
            text: RuleText::of_number(&selection, &tally),
            selection,
            correlated: Some(Correlated::Counted(tally)),
        }
    });
    Ok(tried.collect())
}

/// A thing, and what does the same.
fn with_variants(thing: &Observation) -> Vec<Observation> {
    let mut all = vec![thing.clone()];
    all.extend(candidate::variants(thing));
    all
}

fn is_near(attack: u64, usual: u64) -> bool {
    attack / FACTOR < usual.max(1)
}

/// A number that is as many times what is usual as the attack is times it; a smaller one where an attack that is a [`PART`] of it would
/// be missed, as long as it is a quarter more than what is usual.
fn between(usual: u64, attack: u64) -> u64 {
    let middle = attack.saturating_mul(usual.max(1)).isqrt();
    let with_margin = usual.saturating_add(usual.div_ceil(4));
    let number = middle.min(with_margin.max(attack / PART));
    let number = number.max(usual.saturating_add(1));
    let least = match is_near(attack, usual) {
        true => LEAST_NEAR,
        false => LEAST,
    };
    number.clamp(least.min(attack), attack)
}

fn micros(timespan: usize) -> i64 {
    TIMESPANS[timespan].0 * 1_000_000
}

/// What is counted, in what, by whom, by their numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Measure {
    thing: usize,
    timespan: usize,
    group: usize,
    field: Option<String>,
}

/// Who does it to whom.
type Group = (Option<IpAddr>, Option<IpAddr>);

/// How often things are done in a file.
fn counts_in(path: &Path, things: &[&Observation]) -> Result<Counts, DraftError> {
    let mut numbers: HashMap<Observation, Vec<usize>> = HashMap::new();
    for (number, thing) in things.iter().enumerate() {
        for own in with_variants(thing) {
            numbers.entry(own).or_default().push(number);
        }
    }
    let mut counts = Counts::default();
    let mut take = |sighting: Sighting| {
        counts.reaches(sighting.time);
        for thing in numbers.get(&sighting.observation).into_iter().flatten() {
            counts.saw(*thing, &sighting);
        }
    };
    read(path, &mut Observer::new(&mut take))?;
    Ok(counts)
}

#[derive(Default)]
struct Counts {
    /// The most of each thing in any of the time spans.
    most: BTreeMap<Measure, u64>,
    recent: HashMap<(Measure, Group), Recent>,
    /// The times of the first and the last thing of any kind.
    times: Option<(Timestamp, Timestamp)>,
}

impl Counts {
    fn reaches(&mut self, time: Timestamp) {
        let (first, last) = self.times.unwrap_or((time, time));
        self.times = Some((first.min(time), last.max(time)));
    }

    /// How long the file lasts, in microseconds.
    fn lasts(&self) -> i64 {
        self.times
            .map_or(0, |(first, last)| last.micros_since(first))
    }

    fn saw(&mut self, thing: usize, sighting: &Sighting) {
        const RESPONDER: &str = "id.resp_h";
        let (from, to) = (sighting.originator, sighting.responder);
        for (group, key) in [(from, to), (from, None)].into_iter().enumerate() {
            let own = sighting
                .values
                .iter()
                .map(|(field, it)| (field.as_str(), *it));
            let is_told = own.clone().any(|(field, _)| field == RESPONDER);
            let responder = to.filter(|_| !is_told);
            let responder = responder.map(|to| (RESPONDER, number_of(&to)));
            let values = own.chain(responder);
            let values = values.filter(|(field, _)| *field != RESPONDER || key.1.is_none());
            let values: Vec<_> = values
                .map(|(field, it)| (Some(field.to_owned()), it))
                .collect();
            for (field, value) in std::iter::once((None, 0)).chain(values) {
                for timespan in 0..TIMESPANS.len() {
                    let measure = Measure {
                        thing,
                        timespan,
                        group,
                        field: field.clone(),
                    };
                    self.count(measure, key, sighting.time, value);
                }
            }
        }
    }

    fn count(&mut self, measure: Measure, group: Group, time: Timestamp, value: u64) {
        if self.recent.len() >= MAX_GROUPS && !self.recent.contains_key(&(measure.clone(), group)) {
            self.recent.clear();
        }
        let within = micros(measure.timespan);
        let of_values = measure.field.is_some();
        let recent = self.recent.entry((measure.clone(), group)).or_default();
        let count = recent.take(time, value, within, of_values);
        let known = self.most.entry(measure).or_default();
        *known = count.max(*known);
    }
}

/// What was seen last of a group.
#[derive(Default)]
struct Recent {
    seen: VecDeque<(Timestamp, u64)>,
    /// How often each value is among it.
    values: HashMap<u64, u32>,
}

impl Recent {
    /// Takes a value; how many there are then within so many microseconds, or how many different ones.
    fn take(&mut self, time: Timestamp, value: u64, within: i64, of_values: bool) -> u64 {
        let is_old = |seen: &(Timestamp, u64)| time.micros_since(seen.0) > within;
        while self.seen.len() >= MAX_TIMES || self.seen.front().is_some_and(is_old) {
            let Some((_, old)) = self.seen.pop_front() else {
                break;
            };
            if let Some(times) = self.values.get_mut(&old) {
                *times -= 1;
                if *times == 0 {
                    self.values.remove(&old);
                }
            }
        }
        self.seen.push_back((time, value));
        *self.values.entry(value).or_default() += 1;
        let count = match of_values {
            true => self.values.len(),
            false => self.seen.len(),
        };
        u64::try_from(count).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::{Recent, between};
    use crate::event::Timestamp;

    #[test]
    fn thresholds_are_between_what_is_usual_and_the_attack() {
        for (usual, attack, expected) in [
            (0, 100, 10),
            (4, 100, 20),
            (1, 12, 10),
            (40, 4000, 400),
            (20, 100, 25),
            (4, 10, 5),
            (30, 40, 34),
            (49, 50, 50),
        ] {
            assert_eq!(between(usual, attack), expected, "{usual} {attack}");
        }
    }

    #[test]
    fn what_is_older_than_the_time_span_does_not_count() {
        let mut recent = Recent::default();
        let mut values = Recent::default();
        let counts: Vec<(u64, u64)> = [(0, 7), (30, 7), (60, 8), (91, 8)]
            .into_iter()
            .map(|(second, value)| {
                let time = Timestamp::from_micros(second * 1_000_000);
                let within = 60_000_000;
                let count = recent.take(time, 0, within, false);
                (count, values.take(time, value, within, true))
            })
            .collect();
        assert_eq!(counts, [(1, 1), (2, 1), (3, 2), (2, 1)]);
    }
}
