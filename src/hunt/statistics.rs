//! What a hunt comes to, rule by rule: how often each matched, when and on whom.
//!
//! Memory is bounded whatever the logs hold: hosts are counted up to [`MOST_HOSTS`] a rule and [`MOST_HOSTS_OF_ALL`]
//! together, the sensors of a rule up to [`MOST_SENSORS`], and times in at most [`MOST_BINS`] spans of a rule, which grow
//! from an hour on as they must.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::Arc;

use super::LocatedOutput;
use crate::evaluation::{Output, RecordRules, RuleInfo, RuleMatch, RuleStatus, TriedRule};
use crate::event::Timestamp;

/// How many hosts of a rule are counted.
pub const MOST_HOSTS: usize = 4096;

/// How many hosts of all rules are counted, one that several rules match once for each.
pub const MOST_HOSTS_OF_ALL: usize = 1 << 18;

/// How many sensors are told apart.
pub const MOST_SENSORS: usize = 256;

/// How many spans of time are told apart of a rule.
pub const MOST_BINS: usize = 1024;

const SECOND: i64 = 1_000_000;
/// An hour, in microseconds.
pub const HOUR: i64 = 3600 * SECOND;
/// A day, in microseconds.
pub const DAY: i64 = 24 * HOUR;

/// The rules of a hunt, in the order of their packs, with what each came to.
#[derive(Debug, Default)]
pub struct HuntStatistics {
    rules: Vec<RuleStatistics>,
    /// By the rule's name in Zeek, its place.
    places: HashMap<String, usize>,
    /// How many hosts are counted, of all rules together.
    hosts: usize,
}

/// What a rule or correlation came to.
#[derive(Debug)]
pub struct RuleStatistics {
    /// The rule, and whether it was tried.
    pub rule: TriedRule,
    /// Records that it matched; of a correlation, how often its condition came to hold.
    pub matches: u64,
    /// Notices that it raised. Equal ones are suppressed, as in Zeek.
    pub notices: u64,
    /// When it matched first and last.
    pub seen: Option<(Timestamp, Timestamp)>,
    /// Its matches over time.
    pub timeline: Timeline,
    /// Its matches by the hour of the day (UTC).
    pub by_hour: [u64; 24],
    /// Its notices by day, since 1970.
    notices_by_day: Timeline,
    by_host: HashMap<IpAddr, u64>,
    by_sensor: BTreeMap<String, u64>,
    has_more_hosts: bool,
}

/// How many hosts a rule matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostCount {
    /// Hosts that were counted.
    pub counted: usize,
    /// Whether there were more.
    pub has_more: bool,
}

/// How often something happened in spans of time of equal width.
#[derive(Debug, Clone)]
pub struct Timeline {
    /// A span's width in microseconds.
    width: i64,
    /// By the number of the span, counted from 1970.
    bins: BTreeMap<i64, u64>,
}

impl HuntStatistics {
    /// Statistics of rules that have not matched yet.
    pub fn new(rules: &RecordRules<'_>) -> Self {
        let rules: Vec<_> = rules.tried().map(RuleStatistics::new).collect();
        let names = rules.iter().map(|rule| rule.info().name.clone());
        Self {
            places: names.zip(0..).collect(),
            rules,
            hosts: 0,
        }
    }

    /// The rules, in the order of their packs.
    pub fn rules(&self) -> &[RuleStatistics] {
        &self.rules
    }

    /// Counts something that was found.
    pub fn count(&mut self, found: &LocatedOutput<'_>) {
        match &found.output {
            Output::Match(matched) => {
                let has_room = self.hosts < MOST_HOSTS_OF_ALL;
                if let Some(rule) = self.rule(&matched.rule) {
                    let is_new_host = rule.count_match(matched, found.sensor, has_room);
                    self.hosts += usize::from(is_new_host);
                }
            }
            Output::Notice(notice) => {
                if let Some(rule) = self.rule(&notice.rule) {
                    rule.notices += 1;
                    rule.notices_by_day.add(notice.time);
                }
            }
            Output::Payload(_) => {}
        }
    }

    fn rule(&mut self, info: &RuleInfo) -> Option<&mut RuleStatistics> {
        let place = self.places.get(&info.name)?;
        self.rules.get_mut(*place)
    }
}

impl RuleStatistics {
    fn new(rule: TriedRule) -> Self {
        Self {
            rule,
            matches: 0,
            notices: 0,
            seen: None,
            timeline: Timeline::of_width(HOUR),
            by_hour: [0; 24],
            notices_by_day: Timeline::of_width(DAY),
            by_host: HashMap::new(),
            by_sensor: BTreeMap::new(),
            has_more_hosts: false,
        }
    }

    /// What is said of the rule.
    pub fn info(&self) -> &Arc<RuleInfo> {
        &self.rule.info
    }

    /// Whether it was tried.
    pub fn is_tried(&self) -> bool {
        self.rule.trial == RuleStatus::Tried
    }

    /// How many hosts it matched: originators.
    pub fn hosts(&self) -> HostCount {
        HostCount {
            counted: self.by_host.len(),
            has_more: self.has_more_hosts,
        }
    }

    /// The hosts that it matched most often, with how often, the most often first.
    pub fn busiest_hosts(&self, most: usize) -> Vec<(IpAddr, u64)> {
        let mut hosts: Vec<_> = self
            .by_host
            .iter()
            .map(|(host, count)| (*host, *count))
            .collect();
        hosts.sort_unstable_by_key(|(host, count)| (Reverse(*count), *host));
        hosts.truncate(most);
        hosts
    }

    /// The sensors on whose records it matched, with how often, the most often first.
    pub fn sensors(&self) -> Vec<(&str, u64)> {
        let counts = self.by_sensor.iter();
        let mut sensors: Vec<_> = counts
            .map(|(name, count)| (name.as_str(), *count))
            .collect();
        sensors.sort_by_key(|(_, count)| Reverse(*count));
        sensors
    }

    /// The most notices of any day (UTC).
    pub fn busiest_day(&self) -> u64 {
        let days = self.notices_by_day.bins.values();
        days.copied().max().unwrap_or(0)
    }

    /// Whether the match is of a host that was not counted before.
    fn count_match(&mut self, matched: &RuleMatch, sensor: Option<&str>, has_room: bool) -> bool {
        let time = matched.time;
        self.matches += 1;
        self.seen = Some(match self.seen {
            Some((first, last)) => (first.min(time), last.max(time)),
            None => (time, time),
        });
        self.timeline.add(time);
        let hour = time.as_micros().div_euclid(HOUR).rem_euclid(24);
        if let Some(count) = usize::try_from(hour)
            .ok()
            .and_then(|hour| self.by_hour.get_mut(hour))
        {
            *count += 1;
        }
        if let Some(sensor) = sensor {
            if let Some(count) = self.by_sensor.get_mut(sensor) {
                *count += 1;
            } else if self.by_sensor.len() < MOST_SENSORS {
                self.by_sensor.insert(sensor.to_owned(), 1);
            }
        }
        let Some(host) = matched.originator else {
            return false;
        };
        if let Some(count) = self.by_host.get_mut(&host) {
            *count += 1;
            return false;
        }
        if self.by_host.len() >= MOST_HOSTS || !has_room {
            self.has_more_hosts = true;
            return false;
        }
        self.by_host.insert(host, 1);
        true
    }
}

impl Timeline {
    fn of_width(width: i64) -> Self {
        Self {
            width,
            bins: BTreeMap::new(),
        }
    }

    /// A span's width in microseconds: an hour at least.
    pub fn width(&self) -> i64 {
        self.width
    }

    /// The spans in which something happened: when each begins, in microseconds since 1970, and how often.
    pub fn bins(&self) -> impl Iterator<Item = (i64, u64)> {
        let bins = self.bins.iter();
        bins.map(|(number, count)| (number.saturating_mul(self.width), *count))
    }

    /// How often something happened in each of `parts` equal parts of the time from `start` on, of which each is `width`
    /// microseconds. What is outside does not count.
    pub fn parts(&self, start: i64, width: i64, parts: usize) -> Vec<u64> {
        let mut counts = vec![0; parts];
        for (begin, count) in self.bins() {
            let part = begin.saturating_sub(start).div_euclid(width.max(1));
            let part = usize::try_from(part).ok();
            if let Some(sum) = part.and_then(|part| counts.get_mut(part)) {
                *sum += count;
            }
        }
        counts
    }

    fn add(&mut self, time: Timestamp) {
        *self
            .bins
            .entry(time.as_micros().div_euclid(self.width))
            .or_insert(0) += 1;
        while self.bins.len() > MOST_BINS {
            self.coarsen();
        }
    }

    /// Makes the spans wider: a day's after an hour's, then each twice as wide.
    fn coarsen(&mut self) {
        let factor = if self.width == HOUR { DAY / HOUR } else { 2 };
        self.width = self.width.saturating_mul(factor);
        for (number, count) in std::mem::take(&mut self.bins) {
            *self.bins.entry(number.div_euclid(factor)).or_insert(0) += count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_grow_so_that_they_stay_few() {
        let mut timeline = Timeline::of_width(HOUR);
        let hours = 2 * MOST_BINS as i64;
        for hour in 0..hours {
            timeline.add(Timestamp::from_micros(hour * HOUR + SECOND));
        }
        assert_eq!(timeline.width(), DAY);
        assert_eq!(timeline.bins().map(|(_, count)| count).sum::<u64>(), 2048);
        assert_eq!(timeline.bins().nth(1), Some((DAY, 24)));
        for time in [i64::MIN, i64::MAX, -1] {
            timeline.add(Timestamp::from_micros(time));
        }
        let days = 3 * MOST_BINS as i64;
        for day in 0..days {
            timeline.add(Timestamp::from_micros(day * DAY));
        }
        assert!(timeline.bins().count() <= MOST_BINS);
        assert_eq!(
            timeline.bins().map(|(_, count)| count).sum::<u64>(),
            2048 + 3 + 3072
        );
    }

    #[test]
    fn parts_have_what_happened_in_them() {
        let mut timeline = Timeline::of_width(HOUR);
        for hour in [0, 1, 23, 24, 49] {
            timeline.add(Timestamp::from_micros(hour * HOUR));
        }
        assert_eq!(timeline.parts(0, DAY, 3), [3, 1, 1]);
        assert_eq!(timeline.parts(DAY, DAY, 1), [1]);
    }
}
