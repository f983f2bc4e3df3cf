//! What is kept of a correlation's groups, and what it comes to, as the package's `correlation.zeek` has it.

use std::collections::{HashMap, VecDeque};

use crate::event::Timestamp;
use crate::rule::correlation::Aggregation;

/// The values of a group; `None` for one that is not there.
pub(super) type Group = Vec<Option<Vec<u8>>>;

/// A match of a rule, or of a correlation, as another correlation takes it.
#[derive(Clone, Debug)]
pub(super) struct Match {
    pub(super) time: Timestamp,
    pub(super) group: Group,
    /// The rule's number among those of the correlation.
    pub(super) rule: usize,
    /// What is counted.
    pub(super) value: Option<Vec<u8>>,
    /// What is computed with.
    pub(super) number: Option<f64>,
    /// What it adds to the total.
    pub(super) weight: u64,
}

/// What a window comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Computed {
    /// What the condition compares.
    pub(super) value: f64,
    /// The sum of the weights of the events.
    pub(super) total: u64,
}

/// What a correlation computes, over which time, and how much it keeps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) aggregation: Aggregation,
    pub(super) percentile: u8,
    /// Whether the total of the weights is told.
    pub(super) tells_total: bool,
    /// How many rules there are.
    pub(super) rules: usize,
    /// The time span in seconds.
    pub(super) timespan: i64,
    pub(super) max_groups: usize,
    pub(super) max_events: usize,
}

/// The windows of a correlation's groups.
#[derive(Debug, Default)]
pub(in crate::evaluation) struct Windows(HashMap<Group, Window>);

impl Windows {
    /// Takes a match; what its group's window comes to then, where that is anything.
    pub(super) fn take(&mut self, settings: &Settings, matched: &Match) -> Option<Computed> {
        let oldest = matched.time.plus_seconds(-settings.timespan);
        if self.0.len() >= settings.max_groups && !self.0.contains_key(&matched.group) {
            self.forget(oldest);
        }
        let window = self
            .0
            .entry(matched.group.clone())
            .or_insert_with(|| Window::new(matched.time));
        window.latest = window.latest.max(matched.time);
        window.take(settings, matched, oldest)
    }

    /// Makes room for a group: forgets those whose events are all too old, and if there are none, the half that was not seen
    /// for longest.
    fn forget(&mut self, oldest: Timestamp) {
        let before = self.0.len();
        self.0.retain(|_, window| window.latest >= oldest);
        if self.0.len() < before {
            return;
        }
        let mut times: Vec<Timestamp> = self.0.values().map(|window| window.latest).collect();
        if times.is_empty() {
            return;
        }
        let middle = times.len() / 2;
        let (_, median, _) = times.select_nth_unstable(middle);
        let median = *median;
        self.0.retain(|_, window| window.latest > median);
    }
}

/// What is kept of a group.
#[derive(Debug)]
struct Window {
    /// The latest time of its events.
    latest: Timestamp,
    queue: Queue,
    /// The latest match of each rule.
    seen: HashMap<usize, Timestamp>,
    /// The matches of each rule.
    matches: HashMap<usize, Queue>,
}

impl Window {
    fn new(time: Timestamp) -> Self {
        Self {
            latest: time,
            queue: Queue::default(),
            seen: HashMap::new(),
            matches: HashMap::new(),
        }
    }

    fn take(
        &mut self,
        settings: &Settings,
        matched: &Match,
        oldest: Timestamp,
    ) -> Option<Computed> {
        let rules = settings.rules;
        if settings.aggregation.is_temporal() && settings.tells_total {
            self.queue.forget_older(oldest);
            self.queue.add(matched, settings.max_events);
        }
        let value = match settings.aggregation {
            Aggregation::Temporal => count(self.add_rule(matched, oldest)),
            Aggregation::TemporalOrdered => {
                let in_order = self.add_in_order(matched, oldest, rules, settings.max_events);
                count(if in_order { rules } else { 0 })
            }
            aggregation => {
                self.queue.forget_older(oldest);
                let counts = match aggregation {
                    Aggregation::EventCount => true,
                    Aggregation::ValueCount => matched.value.is_some(),
                    _ => matched.number.is_some(),
                };
                if counts {
                    self.queue.add(matched, settings.max_events);
                }
                self.queue.value(aggregation, settings.percentile)?
            }
        };
        Some(Computed {
            value,
            total: self.queue.total,
        })
    }

    /// Adds a match; how many rules have matched.
    fn add_rule(&mut self, matched: &Match, oldest: Timestamp) -> usize {
        self.seen.retain(|_, time| *time >= oldest);
        let latest = self.seen.entry(matched.rule).or_insert(matched.time);
        *latest = (*latest).max(matched.time);
        self.seen.len()
    }

    /// Adds a match; whether each rule has matched, none before the one that it follows.
    fn add_in_order(
        &mut self,
        matched: &Match,
        oldest: Timestamp,
        rules: usize,
        max_events: usize,
    ) -> bool {
        for queue in self.matches.values_mut() {
            queue.forget_older(oldest);
        }
        let queue = self.matches.entry(matched.rule).or_default();
        queue.add(matched, max_events);
        // The earliest time that will do for a rule leaves most room for the next.
        let mut reached = Timestamp::from_micros(i64::MIN);
        for rule in 0..rules {
            let times = self.matches.get(&rule).map(|queue| &queue.events);
            let times = times.into_iter().flatten().map(|event| event.time);
            let Some(earliest) = times.filter(|time| *time >= reached).min() else {
                return false;
            };
            reached = earliest;
        }
        true
    }
}

/// An event of a correlation.
#[derive(Debug)]
struct Event {
    time: Timestamp,
    value: Option<Vec<u8>>,
    number: Option<f64>,
    weight: u64,
}

/// Events in the order in which they came.
#[derive(Debug, Default)]
struct Queue {
    events: VecDeque<Event>,
    /// Forgotten events whose memory Zeek still holds.
    forgotten: usize,
    /// How many events have each value.
    occurrences: HashMap<Vec<u8>, usize>,
    sum: f64,
    total: u64,
}

/// Forgotten events after which Zeek gives memory back.
const MANY_FORGOTTEN: usize = 64;

impl Queue {
    fn add(&mut self, matched: &Match, max_events: usize) {
        self.total += matched.weight;
        self.sum += matched.number.unwrap_or_default();
        if let Some(value) = &matched.value {
            *self.occurrences.entry(value.clone()).or_default() += 1;
        }
        self.events.push_back(Event {
            time: matched.time,
            value: matched.value.clone(),
            number: matched.number,
            weight: matched.weight,
        });
        while self.events.len() > max_events.max(1) {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        let Some(event) = self.events.pop_front() else {
            return;
        };
        self.forgotten += 1;
        self.total -= event.weight;
        self.sum -= event.number.unwrap_or_default();
        if let Some(value) = event.value
            && let Some(occurrences) = self.occurrences.get_mut(&value)
        {
            *occurrences -= 1;
            if *occurrences == 0 {
                self.occurrences.remove(&value);
            }
        }
    }

    /// Forgets the events that are too old, up to the first that is not.
    fn forget_older(&mut self, oldest: Timestamp) {
        while self.events.front().is_some_and(|event| event.time < oldest) {
            self.forget_first();
        }
        let many = self.forgotten >= MANY_FORGOTTEN && self.forgotten >= self.events.len();
        if self.forgotten > 0 && (self.events.is_empty() || many) {
            self.forgotten = 0;
            // What rounding has left in the sum goes, too.
            self.sum = self
                .events
                .iter()
                .filter_map(|event| event.number)
                .fold(0.0, |sum, number| sum + number);
        }
    }

    fn value(&self, aggregation: Aggregation, percentile: u8) -> Option<f64> {
        match aggregation {
            Aggregation::ValueCount => Some(count(self.occurrences.len())),
            Aggregation::ValueSum => Some(self.sum),
            Aggregation::ValueAvg if self.events.is_empty() => Some(0.0),
            Aggregation::ValueAvg => Some(self.sum / count(self.events.len())),
            Aggregation::ValuePercentile => self.percentile(percentile),
            _ => Some(count(self.events.len())),
        }
    }

    /// The number below which so many per cent of the numbers are; between two of them by the distance to each.
    fn percentile(&self, per_cent: u8) -> Option<f64> {
        let mut numbers: Vec<f64> = self
            .events
            .iter()
            .filter_map(|event| event.number)
            .collect();
        numbers.sort_by(f64::total_cmp);
        let last = numbers.len().checked_sub(1)?;
        let rank = f64::from(per_cent) / 100.0 * count(last);
        let lower = (0..=last)
            .rev()
            .find(|place| count(*place) <= rank)
            .unwrap_or_default();
        let number = *numbers.get(lower)?;
        Some(match numbers.get(lower + 1) {
            Some(next) => number + (rank - count(lower)) * (next - number),
            None => number,
        })
    }
}

/// A number of things, of which there are never so many that a double does not hold them.
#[allow(clippy::cast_precision_loss)]
fn count(number: usize) -> f64 {
    number as f64
}
