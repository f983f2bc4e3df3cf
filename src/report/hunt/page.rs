//! The page of a hunt: how much each rule would raise, when it matched and on whom.
//!
//! It loads nothing and has no script; [`policy`] allows its own style alone. What rules and logs say goes through the
//! template's escaping. However much was found, it shows at most [`MOST_RULES`] rules, of each at most [`MOST_HOSTS`] hosts.

use askama::Template;

use super::chart::{Chart, HEIGHT};
use super::{HuntReport, host_count, minute, rate};
use crate::event::Timestamp;
use crate::hunt::baseline::{BaselinePeriod, BaselineRates, NoiseVerdict};
use crate::hunt::statistics::{HOUR, RuleStatistics};
use crate::report::page::{Figure, PageError, STYLE, policy};
use crate::text::{counted, listed, printable};

const HUNT_STYLE: &str = include_str!("../../../templates/report/hunt.css");

/// How many rules are in the table.
const MOST_RULES: usize = 2000;

/// How many rules have charts.
const MOST_CHARTED: usize = 200;

/// How many hosts, and how many sensors, are shown of a rule.
const MOST_HOSTS: usize = 15;

/// How many files with problems are shown.
const MOST_PROBLEMS: usize = 50;

#[derive(Template)]
#[template(path = "report/hunt.html")]
struct HuntPage {
    policy: String,
    style: &'static str,
    hunt_style: &'static str,
    version: &'static str,
    lead: String,
    is_short: bool,
    figures: Vec<Figure>,
    rules: Vec<HuntedRuleView>,
    more_rules: usize,
    quiet: String,
    has_sensors: bool,
    height: u64,
    logs: Vec<(String, u64)>,
    problems: Vec<(String, Vec<String>)>,
    more_problems: usize,
}

struct HuntedRuleView {
    anchor: String,
    title: String,
    level: &'static str,
    id: String,
    techniques: Vec<&'static str>,
    is_possible: bool,
    logs: String,
    verdict: &'static str,
    verdict_class: &'static str,
    is_tried: bool,
    notices: u64,
    notices_a_day: String,
    busiest_day: u64,
    matches: u64,
    matches_a_day: String,
    matches_a_sensor: String,
    matches_in_10_000: String,
    hosts: String,
    seen: Option<(String, String)>,
    /// Not there for rules that did not match, or of which there are too many.
    details: Option<Details>,
}

struct Details {
    timeline: Chart,
    by_hour: Chart,
    busiest: Vec<Share>,
    more_hosts: String,
    sensors: Vec<Share>,
}

/// What of a rule's matches is of a host or sensor.
struct Share {
    name: String,
    matches: u64,
    /// In hundredths of the largest share.
    width: u64,
}

pub(super) fn page(report: &HuntReport<'_>) -> Result<String, PageError> {
    let summary = report.summary;
    let rules = report.rules();
    let shown = rules.iter().take(MOST_RULES).enumerate();
    let page = HuntPage {
        policy: policy(&[STYLE, HUNT_STYLE], None),
        style: STYLE,
        hunt_style: HUNT_STYLE,
        version: env!("CARGO_PKG_VERSION"),
        lead: lead(report),
        is_short: BaselinePeriod::of(summary).is_short(),
        figures: figures(report),
        more_rules: rules.len().saturating_sub(MOST_RULES),
        rules: shown
            .map(|(place, rule)| HuntedRuleView::new(place, rule, report))
            .collect(),
        quiet: report.quiet.to_string(),
        has_sensors: !summary.extent.sensors.is_empty(),
        height: HEIGHT,
        logs: summary
            .logs
            .iter()
            .map(|(log, records)| (printable(log), *records))
            .collect(),
        problems: problems(report),
        more_problems: summary.problems.len().saturating_sub(MOST_PROBLEMS),
    };
    Ok(page.render()?)
}

/// A sentence on what was searched, and from when it is.
fn lead(report: &HuntReport<'_>) -> String {
    let summary = report.summary;
    let hours = &summary.extent.hours;
    let hour = |hour: &i64| {
        let time = Timestamp::from_micros(hour.saturating_mul(HOUR));
        minute(time).replace('T', " ")
    };
    let from = match (hours.first(), hours.last()) {
        (Some(first), Some(last)) => {
            let end = last.saturating_add(1);
            let number = counted(hours.len(), "hour");
            format!(
                " They cover {number} between {} and {}.",
                hour(first),
                hour(&end)
            )
        }
        _ => String::new(),
    };
    let sensors: Vec<String> = summary
        .extent
        .sensors
        .iter()
        .map(|name| printable(name))
        .collect();
    let sensors = match sensors.len() {
        0 => String::new(),
        1..=4 => format!(" Sensors: {}.", listed(&sensors)),
        many => format!(" They are from {many} sensors."),
    };
    let cut = if summary.is_cut {
        " The search was broken off."
    } else {
        ""
    };
    format!(
        "{} on {} of {}.{from}{sensors}{cut}",
        counted(report.statistics.rules().len(), "rule"),
        counted(
            usize::try_from(summary.records()).unwrap_or(usize::MAX),
            "record"
        ),
        counted(summary.files, "log file"),
    )
}

fn figures(report: &HuntReport<'_>) -> Vec<Figure> {
    let rules = report.statistics.rules();
    let of = |verdict| {
        rules
            .iter()
            .filter(|rule| report.baseline(rule).verdict == verdict)
            .count()
    };
    let notices: u64 = rules.iter().map(|rule| rule.notices).sum();
    let days = BaselinePeriod::of(report.summary).days();
    #[allow(clippy::cast_precision_loss)]
    let a_day = notices as f64 / days;
    vec![
        Figure::new(notices, "notices"),
        Figure::new(rate(a_day), "notices a day"),
        Figure::new(of(NoiseVerdict::Noisy), "noisy rules"),
        Figure::new(of(NoiseVerdict::Quiet), "quiet rules"),
        Figure::new(of(NoiseVerdict::NoMatch), "without a match"),
        Figure::new(
            of(NoiseVerdict::NoRecords)
                + of(NoiseVerdict::NotTried)
                + of(NoiseVerdict::SwitchedOff),
            "not decided",
        ),
    ]
}

fn problems(report: &HuntReport<'_>) -> Vec<(String, Vec<String>)> {
    let problems = report.summary.problems.iter().take(MOST_PROBLEMS);
    problems
        .map(|problem| {
            let error = problem.error.iter().map(ToString::to_string);
            let left_out = problem.left_out.to_string();
            let said = error.chain(left_out.lines().map(str::to_owned));
            (
                printable(&problem.path.display().to_string()),
                said.collect(),
            )
        })
        .collect()
}

impl HuntedRuleView {
    fn new(place: usize, rule: &RuleStatistics, report: &HuntReport<'_>) -> Self {
        let (info, baseline) = (rule.info(), report.baseline(rule));
        let BaselineRates { verdict, .. } = baseline;
        let or_unset = |number: Option<f64>| number.map_or_else(|| "–".to_owned(), rate);
        let time = |time| minute(time).replace('T', " ");
        let logs: Vec<String> = rule
            .rule
            .logs
            .iter()
            .map(|log| format!("{log}.log"))
            .collect();
        Self {
            anchor: format!("rule-{}", place + 1),
            title: printable(&info.title),
            level: info.level.unwrap_or("none"),
            id: printable(&info.id),
            techniques: info.attack.clone(),
            is_possible: info.is_possible,
            logs: printable(&listed(&logs)),
            verdict: verdict.as_phrase(),
            verdict_class: class(verdict),
            is_tried: rule.is_tried(),
            notices: rule.notices,
            notices_a_day: rate(baseline.notices_a_day),
            busiest_day: rule.busiest_day(),
            matches: rule.matches,
            matches_a_day: rate(baseline.matches_a_day),
            matches_a_sensor: or_unset(baseline.matches_a_sensor),
            matches_in_10_000: or_unset(baseline.matches_in_10_000),
            hosts: host_count(rule.hosts()),
            seen: rule.seen.map(|(first, last)| (time(first), time(last))),
            details: Some(())
                .filter(|()| place < MOST_CHARTED)
                .and_then(|()| details(rule, report)),
        }
    }
}

fn class(verdict: NoiseVerdict) -> &'static str {
    match verdict {
        NoiseVerdict::Noisy => "noisy",
        NoiseVerdict::Quiet => "quiet",
        NoiseVerdict::NoMatch => "none",
        NoiseVerdict::NoRecords | NoiseVerdict::SwitchedOff | NoiseVerdict::NotTried => "undecided",
    }
}

fn details(rule: &RuleStatistics, report: &HuntReport<'_>) -> Option<Details> {
    rule.seen?;
    let busiest = rule.busiest_hosts(MOST_HOSTS).into_iter();
    let busiest: Vec<_> = busiest
        .map(|(host, matches)| (host.to_string(), matches))
        .collect();
    let hosts = rule.hosts();
    let more = hosts.counted.saturating_sub(busiest.len());
    let more_hosts = match (more, hosts.has_more) {
        (0, false) => String::new(),
        (more, false) => counted(more, "more host"),
        (more, true) => format!("more than {}", counted(more, "more host")),
    };
    let sensors = rule.sensors().into_iter().take(MOST_HOSTS);
    let sensors: Vec<_> = sensors
        .map(|(name, matches)| (printable(name), matches))
        .collect();
    Some(Details {
        timeline: report.span()?.chart(&rule.timeline),
        by_hour: Chart::of_hours(&rule.by_hour),
        busiest: shares(busiest),
        more_hosts,
        sensors: shares(sensors),
    })
}

fn shares(counts: Vec<(String, u64)>) -> Vec<Share> {
    let most = counts
        .iter()
        .map(|(_, matches)| *matches)
        .max()
        .unwrap_or(0);
    let share = |(name, matches): (String, u64)| Share {
        name,
        matches,
        width: u64::try_from((u128::from(matches) * 100).div_ceil(u128::from(most.max(1))))
            .unwrap_or(100),
    };
    counts.into_iter().map(share).collect()
}
