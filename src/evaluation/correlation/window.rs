//! What is kept of a correlation's groups, and what it comes to, as the package's `correlation.zeek` has it.

use std::collections::{HashMap, VecDeque};

use crate::event::Timestamp;
use crate::rule::correlation::Aggregation;
use crate::rule::{Number, Quantity};

/// The values of a group; `None` for one that is not there.
pub(super) type GroupKey = Vec<Option<Vec<u8>>>;

/// A match of a rule, or of a correlation, as another correlation takes it.
#[derive(Clone, Debug)]
pub(super) struct Match {
    pub(super) time: Timestamp,
    pub(super) group: GroupKey,
    /// The rule's number among those of the correlation.
    pub(super) rule: usize,
    /// What is counted.
    pub(super) value: Option<Vec<u8>>,
    /// What is computed with.
    pub(super) number: Option<Number>,
    /// What it adds to the total.
    pub(super) weight: u64,
}

/// What a window comes to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Computed {
    /// What the condition compares.
    pub(super) value: Quantity,
    /// The sum of the weights of the events.
    pub(super) total: u64,
    /// Which of the first 64 rules have matched, a bit each; for temporal correlations.
    rules: u64,
}

impl Computed {
    /// Whether one of the first 64 rules has matched.
    pub(super) fn has_matched(&self, rule: usize) -> bool {
        rule < 64 && self.rules >> rule & 1 == 1
    }
}

/// What a correlation computes, over which time, and how much it keeps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) aggregation: Aggregation,
    pub(super) percentile: u8,
    /// Whether the numbers that are computed with are whole.
    pub(super) is_exact: bool,
    /// Whether the total of the weights is told.
    pub(super) tells_total: bool,
    /// How many rules there are.
    pub(super) rules: usize,
    /// The time span in seconds.
    pub(super) timespan: i64,
    pub(super) max_groups: usize,
    pub(super) max_events: usize,
    /// Matches that are counted, or values: with no more of them the condition comes to the same.
    pub(super) most: usize,
}

/// The windows of a correlation's groups.
#[derive(Debug, Default)]
pub(in crate::evaluation) struct Windows(HashMap<GroupKey, GroupState>);

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
            .or_insert_with(|| GroupState::new(matched.time, settings.rules));
        window.latest = window.latest.max(matched.time);
        window.take(settings, matched, oldest)
    }

    /// The values that are counted of a group: the latest so many, the last one first; and how many there are.
    pub(super) fn values(&self, group: &GroupKey, most: usize) -> (Vec<&[u8]>, usize) {
        self.0.get(group).map_or((Vec::new(), 0), |window| {
            let latest = window.values.latest_first().take(most);
            (latest.collect(), window.values.latest.len())
        })
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
struct GroupState {
    /// The latest time of its events.
    latest: Timestamp,
    events: Events,
    weights: Events,
    values: LatestValues,
    /// The latest match of each rule; `None` where it is too old.
    seen: Vec<Option<Timestamp>>,
    chain: Chain,
}

impl GroupState {
    fn new(time: Timestamp, rules: usize) -> Self {
        Self {
            latest: time,
            events: Events::default(),
            weights: Events::default(),
            values: LatestValues::default(),
            seen: vec![None; rules],
            chain: Chain::new(rules),
        }
    }

    fn take(
        &mut self,
        settings: &Settings,
        matched: &Match,
        oldest: Timestamp,
    ) -> Option<Computed> {
        let most = settings.most.min(settings.max_events);
        let counts = match settings.aggregation {
            Aggregation::ValueCount => matched.value.is_some(),
            aggregation if aggregation.is_numeric() => matched.number.is_some(),
            _ => true,
        };
        if settings.tells_total {
            self.weights.forget(oldest);
            if counts {
                self.weights.add(matched, settings.max_events);
            }
        }
        let value = match settings.aggregation {
            Aggregation::EventCount => {
                self.events.forget(oldest);
                self.events.add(matched, most);
                self.events.kept.len().into()
            }
            Aggregation::ValueCount => {
                self.values.forget(oldest);
                if let Some(value) = &matched.value {
                    self.values.add(value, matched.time, most);
                }
                self.values.latest.len().into()
            }
            Aggregation::Temporal => self.add_rule(matched, oldest).into(),
            Aggregation::TemporalOrdered => {
                self.chain.forget(oldest);
                self.chain
                    .add(matched.rule, matched.time, settings.max_events);
                let holds = self.chain.holds();
                Quantity::from(if holds { settings.rules } else { 0 })
            }
            aggregation => {
                self.events.forget(oldest);
                if counts {
                    self.events.add(matched, settings.max_events);
                }
                self.events.value(aggregation, settings)?
            }
        };
        Some(Computed {
            value,
            total: self.weights.total,
            rules: self.bits(),
        })
    }

    /// Which of the first 64 rules have matched, a bit each.
    fn bits(&self) -> u64 {
        let matched = self.seen.iter().take(64).enumerate();
        matched
            .filter(|(_, latest)| latest.is_some())
            .fold(0, |bits, (rule, _)| bits | 1 << rule)
    }

    /// Adds a match; how many rules have matched.
    fn add_rule(&mut self, matched: &Match, oldest: Timestamp) -> usize {
        for latest in &mut self.seen {
            *latest = latest.filter(|time| *time >= oldest);
        }
        if let Some(latest) = self.seen.get_mut(matched.rule) {
            *latest = (*latest).max(Some(matched.time));
        }
        self.seen.iter().flatten().count()
    }
}

/// When what comes behind others is forgotten: one that comes late goes with the one before it.
fn forgotten_with(before: Option<Timestamp>, time: Timestamp) -> Timestamp {
    before.map_or(time, |before| before.max(time))
}

/// Events of a correlation in the order in which they came.
#[derive(Debug, Default)]
struct Events {
    kept: VecDeque<WindowEvent>,
    /// Forgotten events whose memory Zeek still holds.
    forgotten: usize,
    /// The sum of the numbers, exact where all are whole.
    whole_sum: u128,
    sum: f64,
    total: u64,
}

#[derive(Debug)]
struct WindowEvent {
    time: Timestamp,
    number: Option<Number>,
    weight: u64,
}

impl WindowEvent {
    fn whole(&self) -> Option<u64> {
        self.number?.as_count()
    }

    fn double(&self) -> Option<f64> {
        self.number.map(Number::as_f64)
    }
}

/// Forgotten events after which Zeek gives memory back.
const MANY_FORGOTTEN: usize = 64;

impl Events {
    fn add(&mut self, matched: &Match, most: usize) {
        self.total += matched.weight;
        let event = WindowEvent {
            time: forgotten_with(self.kept.back().map(|event| event.time), matched.time),
            number: matched.number,
            weight: matched.weight,
        };
        self.whole_sum += u128::from(event.whole().unwrap_or_default());
        self.sum += event.double().unwrap_or_default();
        self.kept.push_back(event);
        while self.kept.len() > most {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        let Some(event) = self.kept.pop_front() else {
            return;
        };
        self.forgotten += 1;
        self.total -= event.weight;
        self.whole_sum -= u128::from(event.whole().unwrap_or_default());
        self.sum -= event.double().unwrap_or_default();
    }

    /// Forgets the events that are too old.
    fn forget(&mut self, oldest: Timestamp) {
        while self.kept.front().is_some_and(|event| event.time < oldest) {
            self.forget_first();
        }
        let many = self.forgotten >= MANY_FORGOTTEN && self.forgotten >= self.kept.len();
        if self.forgotten > 0 && (self.kept.is_empty() || many) {
            self.forgotten = 0;
            // What rounding has left in the sum goes, too.
            self.sum = self
                .kept
                .iter()
                .filter_map(WindowEvent::double)
                .fold(0.0, |sum, number| sum + number);
        }
    }

    fn value(&self, aggregation: Aggregation, settings: &Settings) -> Option<Quantity> {
        let number = self.kept.len();
        Some(match (aggregation, settings.is_exact) {
            (Aggregation::ValueSum, true) => Quantity::from(self.whole_sum),
            (Aggregation::ValueSum, false) => Quantity::Double(self.sum),
            (Aggregation::ValueAvg, true) => Quantity::mean(self.whole_sum, number),
            (Aggregation::ValueAvg, false) => Quantity::Double(self.sum / count(number.max(1))),
            (Aggregation::ValuePercentile, true) => {
                let mut numbers: Vec<u64> =
                    self.kept.iter().filter_map(WindowEvent::whole).collect();
                numbers.sort_unstable();
                Quantity::percentile_of_whole(&numbers, settings.percentile)?
            }
            (Aggregation::ValuePercentile, false) => {
                let mut numbers: Vec<f64> =
                    self.kept.iter().filter_map(WindowEvent::double).collect();
                numbers.sort_by(f64::total_cmp);
                Quantity::percentile(&numbers, settings.percentile)?
            }
            _ => return None,
        })
    }
}

/// Values with the latest time of each.
#[derive(Debug, Default)]
struct LatestValues {
    latest: HashMap<Vec<u8>, Timestamp>,
    /// In the order in which they came; a value that has come again since is still there.
    queue: VecDeque<(Timestamp, Vec<u8>)>,
}

impl LatestValues {
    fn add(&mut self, value: &[u8], time: Timestamp, most: usize) {
        let time = forgotten_with(self.queue.back().map(|(time, _)| *time), time);
        if self.latest.insert(value.to_vec(), time) == Some(time) {
            return;
        }
        self.queue.push_back((time, value.to_vec()));
        while self.latest.len() > most {
            self.forget_first();
        }
        if self.queue.len() > 2 * self.latest.len() + MANY_FORGOTTEN {
            let latest = &self.latest;
            self.queue
                .retain(|(time, value)| latest.get(value) == Some(time));
        }
    }

    /// The values that are not forgotten, each where it came last, the last one first.
    fn latest_first(&self) -> impl Iterator<Item = &[u8]> {
        let queue = self.queue.iter().rev();
        let latest = queue.filter(|(time, value)| self.latest.get(value) == Some(time));
        latest.map(|(_, value)| value.as_slice())
    }

    fn forget_first(&mut self) {
        let Some((time, value)) = self.queue.pop_front() else {
            return;
        };
        if self.latest.get(&value) == Some(&time) {
            self.latest.remove(&value);
        }
    }

    fn forget(&mut self, oldest: Timestamp) {
        while self.queue.front().is_some_and(|(time, _)| *time < oldest) {
            self.forget_first();
        }
    }
}

/// What tells whether rules have matched in their order.
#[derive(Debug)]
struct Chain {
    /// Matches of the first rule: none is earlier than one that is forgotten after it.
    first: VecDeque<Link>,
    /// Matches of the rules between the first and the last, in the order in which they came.
    between: Vec<VecDeque<Link>>,
    /// The latest match of the last rule.
    last: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug)]
struct Link {
    time: Timestamp,
    /// When it is forgotten: with what has come before it, where it came late.
    kept: Timestamp,
}

impl Chain {
    fn new(rules: usize) -> Self {
        Self {
            first: VecDeque::new(),
            between: vec![VecDeque::new(); rules.saturating_sub(2)],
            last: None,
        }
    }

    fn forget(&mut self, oldest: Timestamp) {
        for links in [&mut self.first].into_iter().chain(&mut self.between) {
            while links.front().is_some_and(|link| link.kept < oldest) {
                links.pop_front();
            }
        }
        self.last = self.last.filter(|time| *time >= oldest);
    }

    fn add(&mut self, rule: usize, time: Timestamp, most: usize) {
        if rule == self.between.len() + 1 {
            self.last = self.last.max(Some(time));
            return;
        }
        let links = match rule.checked_sub(1) {
            None => &mut self.first,
            Some(place) => match self.between.get_mut(place) {
                Some(links) => links,
                None => return,
            },
        };
        let kept = forgotten_with(links.back().map(|link| link.kept), time);
        if rule == 0 {
            while links.back().is_some_and(|link| link.time >= time) {
                links.pop_back();
            }
        }
        links.push_back(Link { time, kept });
        while links.len() > most {
            links.pop_front();
        }
    }

    /// Whether each rule has matched, none before the one that it follows.
    fn holds(&self) -> bool {
        // The earliest match that will do for a rule leaves most room for the next.
        let first = self.first.front().map(|link| link.time);
        let reached = self.between.iter().fold(first, |reached, links| {
            let reached = reached?;
            let times = links.iter().map(|link| link.time);
            times.filter(|time| *time >= reached).min()
        });
        reached.is_some_and(|reached| self.last.is_some_and(|last| last >= reached))
    }
}

/// A number of things, of which there are never so many that a double does not hold them.
#[allow(clippy::cast_precision_loss)]
fn count(number: usize) -> f64 {
    number as f64
}
