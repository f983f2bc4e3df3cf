//! How much a rule would raise: what says whether it is quiet enough to load.

use super::Summary;
use super::statistics::RuleStatistics;
use crate::evaluation::RuleStatus;

/// How long a search's records cover, and from how many sensors they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BaselinePeriod {
    /// The hours in which there are records of any of the logs that were searched.
    pub hours: usize,
    /// The sensors that records name; `None` if none does.
    pub sensors: Option<usize>,
}

/// What a rule comes to a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BaselineRates {
    /// Matches a day.
    pub matches_a_day: f64,
    /// Notices a day.
    pub notices_a_day: f64,
    /// Matches a day and sensor, where records name sensors.
    pub matches_a_sensor: Option<f64>,
    /// Matches in 10,000 records of the rule's logs, if there are records.
    pub matches_in_10_000: Option<f64>,
    /// Whether to load it.
    pub verdict: NoiseVerdict,
}

/// Whether a rule is quiet enough to load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoiseVerdict {
    /// It raises more than that.
    Noisy,
    /// It raises at most as many notices a day as were asked for.
    Quiet,
    /// It matched nothing.
    NoMatch,
    /// There was no record of its logs.
    NoRecords,
    /// It says `enabled: false`.
    SwitchedOff,
    /// Logs do not tell what it asks for.
    NotTried,
}

impl BaselinePeriod {
    /// What a search covered.
    pub fn of(summary: &Summary) -> Self {
        let sensors = summary.extent.sensors.len();
        Self {
            hours: summary.extent.hours.len(),
            sensors: (sensors > 0).then_some(sensors),
        }
    }

    /// How many days that are: one at least, so that an hour's notices are not taken to go on all day.
    pub fn days(self) -> f64 {
        (as_number(self.hours as u64) / 24.0).max(1.0)
    }

    /// Whether it is less than a day.
    pub fn is_short(self) -> bool {
        self.hours < 24
    }
}

impl BaselineRates {
    /// What a rule comes to where `quiet` notices a day are few enough.
    pub fn of(rule: &RuleStatistics, summary: &Summary, quiet: f64) -> Self {
        let coverage = BaselinePeriod::of(summary);
        let records: u64 = rule
            .rule
            .logs
            .iter()
            .filter_map(|log| summary.logs.get(*log))
            .sum();
        let matches_a_day = as_number(rule.matches) / coverage.days();
        let notices_a_day = as_number(rule.notices) / coverage.days();
        let verdict = match rule.rule.trial {
            RuleStatus::LeftOut => NoiseVerdict::NotTried,
            RuleStatus::SwitchedOff => NoiseVerdict::SwitchedOff,
            RuleStatus::Tried if records == 0 => NoiseVerdict::NoRecords,
            RuleStatus::Tried if rule.matches == 0 => NoiseVerdict::NoMatch,
            RuleStatus::Tried if notices_a_day > quiet => NoiseVerdict::Noisy,
            RuleStatus::Tried => NoiseVerdict::Quiet,
        };
        Self {
            matches_a_day,
            notices_a_day,
            matches_a_sensor: coverage
                .sensors
                .map(|sensors| matches_a_day / as_number(sensors as u64)),
            matches_in_10_000: (records > 0)
                .then(|| as_number(rule.matches) * 10_000.0 / as_number(records)),
            verdict,
        }
    }
}

impl NoiseVerdict {
    /// A word or two for it.
    pub fn as_phrase(self) -> &'static str {
        match self {
            Self::Noisy => "noisy",
            Self::Quiet => "quiet",
            Self::NoMatch => "no match",
            Self::NoRecords => "no records",
            Self::SwitchedOff => "switched off",
            Self::NotTried => "not tried",
        }
    }
}

/// A count as a number to divide.
fn as_number(count: u64) -> f64 {
    // Beyond 2^53 what is lost does not matter.
    #[allow(clippy::cast_precision_loss)]
    return count as f64;
}
