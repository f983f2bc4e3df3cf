//! What a hunt came to, rule by rule: a table of matches, what rules would raise a day, and a page of both.

mod chart;
mod page;

use std::cmp::Reverse;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::notice::{NoticeFormat, csv_line, date, seconds};
use super::page::PageError;
use crate::event::Timestamp;
use crate::hunt::Summary;
use crate::hunt::baseline::{BaselinePeriod, BaselineRates};
use crate::hunt::statistics::{DAY, HOUR, HostCount, HuntStatistics, RuleStatistics};
use crate::text::{Table, print_json, printable, zeek_log};
use chart::Span;

/// How many of the busiest hosts are named in a table.
const MOST_IN_TABLE: usize = 3;

/// How many of the busiest hosts are named in JSON.
const MOST_IN_JSON: usize = 20;

/// How many characters a sparkline has at most.
const LONGEST_SPARKLINE: usize = 24;

/// What a hunt came to.
#[derive(Debug)]
pub struct HuntReport<'a> {
    /// The rules.
    pub statistics: &'a HuntStatistics,
    /// What was searched.
    pub summary: &'a Summary,
    /// How many notices a day are few enough.
    pub quiet: f64,
}

/// A table of a hunt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HuntTable {
    /// What rules matched, when and on whom.
    Statistics,
    /// How much each rule would raise.
    Baseline,
}

const STATISTICS_FIELDS: &[(&str, &str)] = &[
    ("rule_id", "string"),
    ("title", "string"),
    ("rule_level", "string"),
    ("matches", "count"),
    ("notices", "count"),
    ("hosts", "count"),
    ("first_seen", "time"),
    ("last_seen", "time"),
    ("busiest_originators", "vector[string]"),
];

const BASELINE_FIELDS: &[(&str, &str)] = &[
    ("rule_id", "string"),
    ("title", "string"),
    ("rule_level", "string"),
    ("matches_a_day", "double"),
    ("notices_a_day", "double"),
    ("notices_on_busiest_day", "count"),
    ("matches_a_day_and_sensor", "double"),
    ("matches_in_10000_records", "double"),
    ("verdict", "string"),
];

/// Prints a table of a hunt.
///
/// # Errors
///
/// Whatever writing to `out` gives.
pub fn print_table(
    report: &HuntReport<'_>,
    table: HuntTable,
    format: NoticeFormat,
    width: Option<usize>,
    out: &mut impl Write,
) -> io::Result<()> {
    let (path, fields) = match table {
        HuntTable::Statistics => ("hunt_statistics", STATISTICS_FIELDS),
        HuntTable::Baseline => ("hunt_baseline", BASELINE_FIELDS),
    };
    let rows = || {
        report
            .rules()
            .into_iter()
            .map(|rule| report.cells(table, rule))
    };
    match (format, table) {
        (NoticeFormat::Human, HuntTable::Statistics) => report.print_statistics(width, out),
        (NoticeFormat::Human, HuntTable::Baseline) => report.print_baseline(width, out),
        (NoticeFormat::Json, _) => print_json(&report.json(), out),
        (NoticeFormat::Tsv, _) => {
            zeek_log::header(out, path, fields)?;
            rows().try_for_each(|cells| writeln!(out, "{}", tsv_cells(&cells).join("\t")))
        }
        (NoticeFormat::Csv, _) => {
            csv_line(fields.iter().map(|(name, _)| *name), out)?;
            rows().try_for_each(|cells| csv_line(csv_cells(&cells).iter().map(String::as_str), out))
        }
    }
}

/// The page.
///
/// # Errors
///
/// [`PageError`].
pub fn page(report: &HuntReport<'_>) -> Result<String, PageError> {
    page::page(report)
}

/// A value of a table that programs read.
enum Cell {
    Unset,
    Plain(String),
    Texts(Vec<String>),
}

impl HuntReport<'_> {
    /// The rules, those that raise most before others, and the ones that match most.
    fn rules(&self) -> Vec<&RuleStatistics> {
        let mut rules: Vec<_> = self.statistics.rules().iter().collect();
        rules.sort_by_key(|rule| (Reverse(rule.notices), Reverse(rule.matches)));
        rules
    }

    fn baseline(&self, rule: &RuleStatistics) -> BaselineRates {
        BaselineRates::of(rule, self.summary, self.quiet)
    }

    /// The time in which rules matched.
    fn span(&self) -> Option<Span> {
        let seen = self.statistics.rules().iter().filter_map(|rule| rule.seen);
        let (first, last) =
            seen.reduce(|(first, last), seen| (first.min(seen.0), last.max(seen.1)))?;
        let widths = self
            .statistics
            .rules()
            .iter()
            .filter(|rule| rule.matches > 0);
        let finest = widths.map(|rule| rule.timeline.width()).max()?;
        Some(Span::new(first, last, finest))
    }

    fn print_statistics(&self, width: Option<usize>, out: &mut impl Write) -> io::Result<()> {
        let span = self.span();
        let days = span.map_or(1, |span| span.units(DAY, LONGEST_SPARKLINE));
        let titles = [
            "rule",
            "level",
            "matches",
            "notices",
            "hosts",
            "first seen",
            "last seen",
        ];
        let [rule, level, matches, notices, hosts, first, last] = titles;
        let by_day = match days {
            1 => "by day".to_owned(),
            days => format!("by {days} days"),
        };
        let by_day: &str = &by_day;
        let mut table = Table::new([
            rule,
            level,
            matches,
            notices,
            hosts,
            first,
            last,
            by_day,
            "busiest originators",
        ]);
        for rule in self.rules() {
            let (Some((first, last)), Some(span)) = (rule.seen, span) else {
                continue;
            };
            let info = rule.info();
            table.push([
                printable(&info.title),
                info.level.unwrap_or("-").to_owned(),
                rule.matches.to_string(),
                rule.notices.to_string(),
                host_count(rule.hosts()),
                minute(first),
                minute(last),
                sparkline(&span.counts(&rule.timeline, DAY * days)),
                originators(rule, MOST_IN_TABLE).join(", "),
            ]);
        }
        if span.is_some() {
            table.print(width, out)?;
        }
        Ok(())
    }

    fn print_baseline(&self, width: Option<usize>, out: &mut impl Write) -> io::Result<()> {
        let mut table = Table::new([
            "verdict",
            "level",
            "notices a day",
            "busiest day",
            "matches a day",
            "a sensor",
            "in 10,000 records",
            "rule",
        ]);
        for rule in self.rules() {
            let baseline = self.baseline(rule);
            let info = rule.info();
            let figure = |number: f64| match rule.is_tried() {
                true => rate(number),
                false => "-".to_owned(),
            };
            table.push([
                baseline.verdict.as_phrase().to_owned(),
                info.level.unwrap_or("-").to_owned(),
                figure(baseline.notices_a_day),
                figure_of_count(rule),
                figure(baseline.matches_a_day),
                baseline.matches_a_sensor.map_or_else(String::new, figure),
                baseline
                    .matches_in_10_000
                    .map_or_else(|| "-".to_owned(), figure),
                printable(&info.title),
            ]);
        }
        table.print(width, out)
    }

    /// What programs read of a rule, in the order of the table's fields.
    fn cells(&self, table: HuntTable, rule: &RuleStatistics) -> Vec<Cell> {
        let info = rule.info();
        let plain = |text: String| Cell::Plain(text);
        let or_unset = |value: Option<String>| value.map_or(Cell::Unset, Cell::Plain);
        let mut cells = vec![
            plain(info.id.clone()),
            plain(info.title.clone()),
            or_unset(info.level.map(str::to_owned)),
        ];
        cells.extend(match table {
            HuntTable::Statistics => vec![
                plain(rule.matches.to_string()),
                plain(rule.notices.to_string()),
                plain(rule.hosts().counted.to_string()),
                or_unset(rule.seen.map(|(first, _)| first.to_string())),
                or_unset(rule.seen.map(|(_, last)| last.to_string())),
                Cell::Texts(originators(rule, MOST_IN_TABLE)),
            ],
            HuntTable::Baseline => {
                let baseline = self.baseline(rule);
                let six = |number: f64| format!("{number:.6}");
                vec![
                    plain(six(baseline.matches_a_day)),
                    plain(six(baseline.notices_a_day)),
                    plain(rule.busiest_day().to_string()),
                    or_unset(baseline.matches_a_sensor.map(six)),
                    or_unset(baseline.matches_in_10_000.map(six)),
                    plain(baseline.verdict.as_phrase().to_owned()),
                ]
            }
        });
        cells
    }

    fn json(&self) -> Value {
        let coverage = BaselinePeriod::of(self.summary);
        let rules: Vec<Value> = self
            .rules()
            .into_iter()
            .map(|rule| self.rule_json(rule))
            .collect();
        json!({
            "files": self.summary.files,
            "records": self.summary.logs,
            "hours": coverage.hours,
            "sensors": self.summary.extent.sensors,
            "quiet": self.quiet,
            "rules": rules,
        })
    }

    fn rule_json(&self, rule: &RuleStatistics) -> Value {
        let (info, baseline, hosts) = (rule.info(), self.baseline(rule), rule.hosts());
        let originators = rule.busiest_hosts(MOST_IN_JSON).into_iter();
        let originators: Vec<Value> = originators
            .map(|(host, matches)| json!({"host": host, "matches": matches}))
            .collect();
        let sensors = rule.sensors().into_iter();
        let sensors: Vec<Value> = sensors
            .map(|(sensor, matches)| json!({"sensor": sensor, "matches": matches}))
            .collect();
        let spans: Vec<Value> = rule
            .timeline
            .bins()
            .map(|(begin, matches)| json!({"from": seconds(Timestamp::from_micros(begin)), "matches": matches}))
            .collect();
        json!({
            "rule_id": info.id,
            "title": info.title,
            "note": info.note,
            "rule_level": info.level,
            "attack": info.attack,
            "possible": info.is_possible,
            "logs": rule.rule.logs,
            "matches": rule.matches,
            "notices": rule.notices,
            "hosts": hosts.counted,
            "has_more_hosts": hosts.has_more,
            "first_seen": rule.seen.map(|(first, _)| seconds(first)),
            "last_seen": rule.seen.map(|(_, last)| seconds(last)),
            "busiest_originators": originators,
            "by_sensor": sensors,
            "by_hour_of_day": rule.by_hour,
            "by_time": {"hours": rule.timeline.width() / HOUR, "spans": spans},
            "notices_on_busiest_day": rule.busiest_day(),
            "matches_a_day": baseline.matches_a_day,
            "notices_a_day": baseline.notices_a_day,
            "matches_a_day_and_sensor": baseline.matches_a_sensor,
            "matches_in_10000_records": baseline.matches_in_10_000,
            "verdict": baseline.verdict.as_phrase(),
        })
    }
}

fn figure_of_count(rule: &RuleStatistics) -> String {
    if rule.is_tried() {
        rule.busiest_day().to_string()
    } else {
        "-".to_owned()
    }
}

fn tsv_cells(cells: &[Cell]) -> Vec<String> {
    let cells = cells.iter().map(|cell| match cell {
        Cell::Unset => "-".to_owned(),
        Cell::Plain(text) => zeek_log::text(text.as_bytes()),
        Cell::Texts(texts) => {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            zeek_log::texts(&texts)
        }
    });
    cells.collect()
}

fn csv_cells(cells: &[Cell]) -> Vec<String> {
    let cells = cells.iter().map(|cell| match cell {
        Cell::Unset => String::new(),
        Cell::Plain(text) => text.clone(),
        Cell::Texts(texts) => texts.join(" "),
    });
    cells.collect()
}

/// The busiest originators, each with its matches.
fn originators(rule: &RuleStatistics, most: usize) -> Vec<String> {
    let hosts = rule.busiest_hosts(most).into_iter();
    hosts
        .map(|(host, matches)| format!("{host} ({matches})"))
        .collect()
}

fn host_count(hosts: HostCount) -> String {
    let more = if hosts.has_more { "+" } else { "" };
    format!("{}{more}", hosts.counted)
}

/// A time for people to the minute, in UTC.
fn minute(time: Timestamp) -> String {
    let date = date(time);
    // What is beyond the calendar is a number of seconds.
    let mut parts = date.splitn(3, ':');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(hour), Some(minute), Some(_)) => format!("{hour}:{minute}Z"),
        _ => date,
    }
}

/// A rate for people.
fn rate(number: f64) -> String {
    match number {
        0.0 => "0".to_owned(),
        tiny if tiny < 0.01 => "<0.01".to_owned(),
        small if small < 10.0 => format!("{small:.2}"),
        large => format!("{large:.0}"),
    }
}

/// A chart of one line: a block for each number, the higher the larger; a dot for none.
fn sparkline(counts: &[u64]) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = counts.iter().copied().max().unwrap_or(0);
    let block = |count: u64| {
        // Rounded up, so that the smallest is seen.
        let height = (u128::from(count) * 8).div_ceil(u128::from(most.max(1)));
        match usize::try_from(height) {
            Ok(height @ 1..=8) => BLOCKS[height - 1],
            _ => '·',
        }
    };
    counts.iter().copied().map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sparklines_show_the_least_and_the_most() {
        assert_eq!(sparkline(&[0, 1, 50, 100]), "·▁▄█");
        assert_eq!(sparkline(&[0, 0]), "··");
        assert_eq!(sparkline(&[u64::MAX]), "█");
    }

    #[test]
    fn rates_for_people() {
        let rates = [0.0, 0.001, 0.5, 12.3].map(rate);
        assert_eq!(rates, ["0", "<0.01", "0.50", "12"]);
    }

    #[test]
    fn times_to_the_minute() {
        assert_eq!(minute(Timestamp::from_micros(0)), "1970-01-01T00:00Z");
        let year_10000 = Timestamp::from_micros(253_402_300_800_000_000);
        assert_eq!(minute(year_10000), "+10000-01-01T00:00Z");
        let beyond = Timestamp::from_micros(i64::MAX);
        assert_eq!(minute(beyond), "9223372036854.775807");
    }
}
