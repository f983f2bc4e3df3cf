//! Bars of a chart: where they stand and how high they are.

use crate::event::Timestamp;
use crate::hunt::statistics::{DAY, HOUR, Timeline};
use crate::text::counted;

/// The height of a chart's highest bar.
pub(super) const HEIGHT: u64 = 60;

/// A time in which something happened.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    first: i64,
    last: i64,
    /// The shortest time that can be told apart within it.
    finest: i64,
}

/// A chart of bars, in units of its own.
pub(super) struct Chart {
    pub(super) width: usize,
    pub(super) bars: Vec<Bar>,
    /// What stands at its left and right end.
    pub(super) from: String,
    pub(super) to: String,
    /// What a bar is of.
    pub(super) unit: String,
}

/// A bar.
pub(super) struct Bar {
    pub(super) x: usize,
    pub(super) y: u64,
    pub(super) height: u64,
    pub(super) label: String,
}

impl Span {
    /// The time between two moments, in which times `finest` microseconds apart are told apart.
    pub(super) fn new(first: Timestamp, last: Timestamp, finest: i64) -> Self {
        Self {
            first: first.as_micros(),
            last: last.as_micros(),
            finest,
        }
    }

    /// How many times `unit` microseconds a part is so that there are at most so many.
    pub(super) fn units(self, unit: i64, most: usize) -> i64 {
        let units = self.last.div_euclid(unit) - self.first.div_euclid(unit) + 1;
        let most = i64::try_from(most.max(1)).unwrap_or(i64::MAX);
        let least = (self.finest + unit - 1) / unit;
        ((units + most - 1) / most).max(least).max(1)
    }

    /// What a timeline counts in the parts of the time, each `width` microseconds long.
    pub(super) fn counts(self, timeline: &Timeline, width: i64) -> Vec<u64> {
        let start = self.start(width);
        let parts = self.last.saturating_sub(start).div_euclid(width) + 1;
        timeline.parts(start, width, usize::try_from(parts).unwrap_or(0))
    }

    /// Where the first part begins: at the beginning of a day if parts are days, else of an hour.
    fn start(self, width: i64) -> i64 {
        let unit = if width >= DAY { DAY } else { HOUR };
        self.first.div_euclid(unit).saturating_mul(unit)
    }

    /// A timeline as a chart.
    pub(super) fn chart(self, timeline: &Timeline) -> Chart {
        /// How many bars there are at most.
        const MOST_BARS: usize = 120;
        let hours = self.units(HOUR, MOST_BARS);
        let (width, unit) = if hours <= 24 {
            let hours = [1, 2, 3, 4, 6, 8, 12, 24]
                .into_iter()
                .find(|part| *part >= hours)
                .unwrap_or(24);
            (HOUR * hours, counted_span(hours, "hour"))
        } else {
            let days = self.units(DAY, MOST_BARS);
            (DAY * days, counted_span(days, "day"))
        };
        let start = self.start(width);
        let counts = self.counts(timeline, width);
        let end = start.saturating_add(width.saturating_mul(as_signed(counts.len())));
        let begin = |part: usize| start.saturating_add(width.saturating_mul(as_signed(part)));
        Chart {
            from: moment(start),
            to: moment(end),
            ..Chart::new(&counts, unit, |part| moment(begin(part)))
        }
    }
}

impl Chart {
    fn new(counts: &[u64], unit: String, name: impl Fn(usize) -> String) -> Self {
        let most = counts.iter().copied().max().unwrap_or(0).max(1);
        let bars = counts.iter().enumerate().filter(|(_, count)| **count > 0);
        let bars = bars.map(|(part, count)| {
            let height = (u128::from(*count) * u128::from(HEIGHT)).div_ceil(u128::from(most));
            let height = u64::try_from(height).unwrap_or(HEIGHT);
            Bar {
                x: part * 10,
                y: HEIGHT - height,
                height,
                label: format!("{}: {count}", name(part)),
            }
        });
        Self {
            width: counts.len().max(1) * 10,
            bars: bars.collect(),
            from: String::new(),
            to: String::new(),
            unit,
        }
    }

    /// What happened at which hour of the day.
    pub(super) fn of_hours(by_hour: &[u64; 24]) -> Self {
        let hour = |hour: usize| format!("{hour:02}:00");
        Self {
            from: hour(0),
            to: hour(24),
            ..Self::new(by_hour, counted_span(1, "hour"), hour)
        }
    }
}

fn counted_span(number: i64, unit: &str) -> String {
    counted(usize::try_from(number).unwrap_or(usize::MAX), unit)
}

fn as_signed(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn moment(micros: i64) -> String {
    super::minute(Timestamp::from_micros(micros)).replace('T', " ")
}
