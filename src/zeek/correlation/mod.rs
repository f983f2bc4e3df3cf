//! A pack's correlations: what they share, and a script for each.

mod feed;
mod header;
mod message;

use askama::Template;

use super::comment;
use super::rule_file::title_comment;
use super::string::literal;
use super::{WriteError, Writer, rule_info};
use crate::plan::Subject;
use crate::plan::correlation::{
    CorrelationPlan, MAX_CORRELATION_EVENTS, MAX_CORRELATION_GROUPS, MAX_LISTED_BYTES,
    MAX_LISTED_VALUES, MatchSource,
};
use crate::plan::zeek_names::RuleNames;
use crate::rule::Number;
use crate::rule::condition;
use crate::rule::correlation::{Aggregation, Bound, BoundRelation};

#[derive(Template)]
#[template(path = "correlation.zeek")]
struct CorrelationScript<'a> {
    module: &'a str,
    /// Whether some rule is about connections, and not about records of logs.
    connections: bool,
    max_groups: usize,
    max_events: usize,
    slugs: Vec<&'a str>,
    /// What is kept of some correlation's groups.
    counted: bool,
    values: bool,
    totals: bool,
    number_queues: Vec<NumberQueue>,
    unordered: bool,
    /// Whether some such correlation has two rules that both must have matched, and whether some other lists its rules' latest.
    pairs: bool,
    lists_seen: bool,
    ordered: bool,
    /// Whether some correlation of such is decided by the latest match of each of its rules, and whether some other counts them.
    decided_by_each: bool,
    counts_rules: bool,
    /// Whether an order has rules between the first and the last.
    between: bool,
    /// Whether what is kept has a bound of its own.
    bounded: bool,
    shows_absent: bool,
    /// Whether some group is the originator and the responder of connections.
    groups_hosts: bool,
    /// The members of a match that hold what is counted or computed with.
    looked_at: Vec<&'static str>,
    /// A match that goes to another node, and its type.
    sent: &'static str,
    sent_type: &'static str,
    rule_type: &'static str,
    /// Whether some correlation notes until when its matches decide nothing.
    settles: bool,
    /// Whether some notice lists values, and some of them the values of several fields.
    lists_values: bool,
    lists_combinations: bool,
    max_listed_values: usize,
    max_listed_bytes: usize,
    thresholds: Vec<ThresholdFunction>,
}

/// A queue of what is computed with, and the functions on it.
#[derive(Debug, Clone, Copy)]
struct NumberQueue {
    type_name: &'static str,
    /// What a number is called in names of functions and members.
    noun: &'static str,
    kind: &'static str,
    /// Whether the numbers are whole, and computed with exactly.
    whole: bool,
    percentiles: bool,
    means: bool,
    /// Whether what comes of whole numbers can have a fraction.
    fractions: bool,
}

impl NumberQueue {
    /// What a correlation keeps its numbers in, where it computes with numbers.
    fn of(plan: &CorrelationPlan<'_>) -> Option<Self> {
        let aggregation = plan.aggregation();
        let whole = plan.is_exact();
        let (type_name, noun, kind) = match whole {
            true => ("WholeNumberQueue", "whole_number", "count"),
            false => ("NumberQueue", "number", "double"),
        };
        let percentiles = aggregation == Aggregation::ValuePercentile;
        let means = aggregation == Aggregation::ValueAvg;
        aggregation.is_numeric().then_some(Self {
            type_name,
            noun,
            kind,
            whole,
            percentiles,
            means,
            fractions: percentiles || means,
        })
    }

    /// What serves as both do.
    fn and(self, other: Self) -> Self {
        Self {
            percentiles: self.percentiles || other.percentiles,
            means: self.means || other.means,
            fractions: self.fractions || other.fractions,
            ..self
        }
    }
}

/// A function that finds the highest of several thresholds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct ThresholdFunction {
    name: &'static str,
    kind: &'static str,
    operator: &'static str,
    relation: &'static str,
}

#[derive(Template)]
#[template(path = "correlation-file.zeek")]
struct CorrelationFile<'a> {
    header: Vec<String>,
    module: &'a str,
    note: &'a str,
    note_comment: String,
    /// Whether the correlation brings a type of notices of its own.
    own_type: bool,
    reported: bool,
    slug: &'a str,
    id: String,
    enabled: bool,
    timespan: String,
    options: Vec<ConditionOption>,
    members: Vec<String>,
    /// Whether every match fires, so that others can take it before it is counted.
    stands_for_any: bool,
    /// Whether a match may have its group's window at hand, and what finds the window otherwise.
    at_hand: bool,
    window: String,
    /// Most matches that have the window at hand, where they decide nothing.
    ordinary: Option<Ordinary>,
    /// Notes until when matches decide nothing, once the condition holds.
    settles: Option<String>,
    /// The options on which that hangs, and what takes their changes.
    changes: Vec<(String, &'static str)>,
    /// What is done with a match that is later than all others of its group, and what with another one; then what is done with
    /// each.
    takes_latest: Vec<String>,
    takes_late: Vec<String>,
    takes: Vec<String>,
    /// When nothing is raised; "" where that has been decided.
    unless: String,
    reached: Vec<String>,
    /// When a notice is raised where the condition holds.
    /// Of one group, only notices of several thresholds differ for Zeek's suppression.
    has_thresholds: bool,
    /// Raises the notice.
    raises: Vec<String>,
    feeds: Vec<String>,
}

/// Matches that decide nothing, which are taken first.
struct Ordinary {
    comment: &'static str,
    /// Whether a match is one of them.
    is_one: String,
    takes: Vec<&'static str>,
    /// Whether the condition holds.
    fires: bool,
}

/// An option that holds a number of the condition.
struct ConditionOption {
    name: String,
    kind: String,
    value: String,
    comment: String,
}

impl<'a> Writer<'a> {
    pub(super) fn correlations(&self) -> impl Iterator<Item = (&CorrelationPlan<'a>, &RuleNames)> {
        self.plan.correlations.iter().zip(&self.names.correlations)
    }

    /// What the pack's correlations share.
    pub(super) fn correlation(&self) -> Result<String, WriteError> {
        let plans = &self.plan.correlations;
        let any =
            |wanted: fn(Aggregation) -> bool| plans.iter().any(|plan| wanted(plan.aggregation()));
        let mut thresholds: Vec<ThresholdFunction> =
            plans.iter().filter_map(threshold_function).collect();
        thresholds.sort();
        thresholds.dedup();
        let slugs = self.correlations().map(|(_, names)| names.slug.as_str());
        let groups_hosts = self.groups_hosts();
        let values = any(|aggregation| aggregation == Aggregation::ValueCount);
        let number_queues = self.number_queues();
        let nouns = number_queues.iter().map(|queue| queue.noun);
        let looked_at = values.then_some("value").into_iter().chain(nouns).collect();
        Ok(CorrelationScript {
            connections: self.sees_connections(),
            module: &self.names.module,
            max_groups: MAX_CORRELATION_GROUPS,
            max_events: MAX_CORRELATION_EVENTS,
            slugs: slugs.collect(),
            counted: any(|aggregation| aggregation == Aggregation::EventCount),
            values,
            number_queues,
            totals: plans.iter().any(CorrelationPlan::tells_total),
            unordered: any(|aggregation| aggregation == Aggregation::Temporal),
            ordered: any(|aggregation| aggregation == Aggregation::TemporalOrdered),
            pairs: plans.iter().any(is_pair),
            lists_seen: plans
                .iter()
                .any(|plan| plan.aggregation() == Aggregation::Temporal && !is_pair(plan)),
            decided_by_each: plans
                .iter()
                .any(|plan| is_decided_by_each(plan) && !is_pair(plan)),
            counts_rules: plans.iter().any(|plan| {
                plan.aggregation() == Aggregation::Temporal && !is_decided_by_each(plan)
            }),
            between: plans.iter().any(|plan| {
                plan.aggregation() == Aggregation::TemporalOrdered && plan.inputs.len() > 2
            }),
            bounded: any(|aggregation| aggregation != Aggregation::Temporal)
                || plans.iter().any(CorrelationPlan::tells_total),
            shows_absent: plans
                .iter()
                .any(|plan| message::columns(plan).any(|column| plan.may_lack(column, self.plan))),
            groups_hosts,
            looked_at,
            sent: if groups_hosts {
                "sent_match(match)"
            } else {
                "match"
            },
            sent_type: if groups_hosts {
                "SentMatch"
            } else {
                "CorrelatedMatch"
            },
            rule_type: self.rule_type(),
            settles: self
                .correlations()
                .any(|(plan, names)| self.settles(plan, names).is_some()),
            lists_values: plans.iter().any(CorrelationPlan::lists_values),
            lists_combinations: plans
                .iter()
                .any(|plan| plan.lists_values() && message::counts_combinations(plan)),
            max_listed_values: MAX_LISTED_VALUES,
            max_listed_bytes: MAX_LISTED_BYTES,
            thresholds,
        }
        .render()?)
    }

    /// What the pack's correlations keep numbers in.
    fn number_queues(&self) -> Vec<NumberQueue> {
        let plans = &self.plan.correlations;
        let of = |whole: bool| {
            let queues = plans.iter().filter_map(NumberQueue::of);
            let queues = queues.filter(|queue| queue.whole == whole);
            queues.reduce(NumberQueue::and)
        };
        [of(false), of(true)].into_iter().flatten().collect()
    }

    /// A correlation's own script.
    pub(super) fn correlation_file(
        &self,
        plan: &CorrelationPlan<'a>,
        names: &RuleNames,
    ) -> Result<String, WriteError> {
        let subject = Subject::Correlation(plan);
        let title = &plan.correlation.title.value;
        let condition = ConditionCode::new(plan, names);
        Ok(CorrelationFile {
            header: self.correlation_header(plan),
            module: &self.names.module,
            note: &names.note,
            note_comment: title_comment(title),
            slug: &names.slug,
            id: literal(names.id(subject).as_bytes()),
            own_type: plan.attack_type.is_none(),
            reported: !self.plan.starts_silent(self.source_of(plan)),
            enabled: plan.correlation.zeek.enabled != Some(false),
            timespan: timespan(plan.timespan(), &names.slug),
            members: rule_info::members(subject, names),
            stands_for_any: plan.stands_for_any(),
            at_hand: self.is_at_hand(plan),
            window: window(plan, &names.slug),
            ordinary: self.ordinary(plan),
            settles: self.settles(plan, names),
            changes: self.changes(plan, names),
            takes_latest: self.takes_latest(plan),
            takes_late: takes_late(plan),
            takes: takes(plan, names),
            has_thresholds: !plan.thresholds.is_empty(),
            raises: self.raises(plan, names),
            feeds: self.feeds_of_correlation(plan),
            options: condition.options,
            unless: condition.unless,
            reached: condition.reached,
        }
        .render()?)
    }

    fn is_at_hand(&self, plan: &CorrelationPlan<'a>) -> bool {
        self.has_windows_at_hand(self.source_of(plan))
    }

    /// The matches that decide nothing: the condition holds already, or cannot hold yet. They come from hosts whose windows are
    /// at hand, and so in order. Now and then, what is too old goes.
    fn ordinary(&self, plan: &CorrelationPlan<'a>) -> Option<Ordinary> {
        if !self.is_at_hand(plan) {
            return None;
        }
        let settled = "match$ts < window$settled_until";
        if settles_by_count(plan) {
            return Some(Ordinary {
                comment: SETTLED,
                is_one: format!("{settled} && |window$times| < window$look_at"),
                takes: vec!["window$times += match$ts;"],
                fires: true,
            });
        }
        if is_decided_by_each(plan) {
            return Some(Ordinary {
                comment: SETTLED,
                is_one: settled.to_owned(),
                takes: if is_pair(plan) {
                    SEE_ONE_OF_TWO.to_vec()
                } else {
                    vec!["window$seen[match$rule] = match$ts;"]
                },
                fires: true,
            });
        }
        keeps_starts(plan).then(|| Ordinary {
            comment: STARTS,
            is_one: KEEPS_START.to_owned(),
            takes: vec![KEEP_START],
            fires: false,
        })
    }

    /// Notes until when matches decide nothing.
    fn settles(&self, plan: &CorrelationPlan<'a>, names: &RuleNames) -> Option<String> {
        if !self.is_at_hand(plan) {
            return None;
        }
        let slug = &names.slug;
        if is_pair(plan) {
            return Some(format!("settle_pair({slug}_rule, window, timespan);"));
        }
        if is_decided_by_each(plan) {
            return Some(format!(
                "settle({slug}_rule, window, window$earliest + timespan);"
            ));
        }
        settles_by_count(plan).then(|| {
            let needed = most(plan, slug, plan.bounds.first());
            format!("settle_count({slug}_rule, window, {needed}, timespan);")
        })
    }

    /// The options on which it hangs until when matches decide nothing, and what takes their changes.
    fn changes(
        &self,
        plan: &CorrelationPlan<'a>,
        names: &RuleNames,
    ) -> Vec<(String, &'static str)> {
        if self.settles(plan, names).is_none() {
            return Vec::new();
        }
        let slug = &names.slug;
        let timespan = (format!("{slug}_timespan"), "timespan_changed");
        let bounds = plan.bounds.iter().filter(|_| settles_by_count(plan));
        let bounds = bounds.map(|bound| (option_name(plan, slug, bound), "number_changed"));
        [timespan].into_iter().chain(bounds).collect()
    }

    /// What is done with a match that is later than all others of its group.
    fn takes_latest(&self, plan: &CorrelationPlan<'a>) -> Vec<String> {
        match plan.aggregation() {
            _ if is_decided_by_each(plan) && !is_pair(plan) => {
                vec!["window$seen[match$rule] = match$ts;".to_owned()]
            }
            // What is too old by the next match that is done more with is found out then.
            Aggregation::TemporalOrdered if keeps_starts(plan) && !self.is_at_hand(plan) => vec![
                String::new(),
                format!("# {STARTS}"),
                format!("if ( {KEEPS_START} )"),
                "\t{".to_owned(),
                format!("\t{KEEP_START}"),
                "\treturn;".to_owned(),
                "\t}".to_owned(),
            ],
            _ => Vec::new(),
        }
    }

    /// The statements that raise the notice.
    fn raises(&self, plan: &CorrelationPlan<'_>, names: &RuleNames) -> Vec<String> {
        let slug = &names.slug;
        let message = message::expression(&plan.message, plan, names, self.plan);
        let mut arguments = format!("{slug}_rule, match, timespan, message, identifier");
        if plan.fixed_sub().is_none() {
            arguments += ",\n                                  ";
            arguments += &message::expression(&plan.sub, plan, names, self.plan);
        }
        let mut statements = vec![
            format!(
                "local identifier = cat({slug}_rule$id, \" \", {});",
                identifier(plan)
            ),
            format!("local message = {message};"),
            format!("local notice = correlation_notice({arguments});"),
        ];
        statements.extend(sides(plan));
        statements.push(format!("++{slug}_rule$outcomes$raised;"));
        statements.push("NOTICE(notice);".to_owned());
        statements.push("keep_quiet(window, notice);".to_owned());
        if !plan.thresholds.is_empty() {
            statements.push("window$raised = cat(threshold);".to_owned());
        }
        let lines = statements.iter().flat_map(|statement| statement.lines());
        lines.map(str::to_owned).collect()
    }

    fn source_of(&self, plan: &CorrelationPlan<'a>) -> MatchSource {
        let index = self
            .plan
            .correlations
            .iter()
            .position(|known| std::ptr::eq(known, plan));
        MatchSource::Correlation(index.unwrap_or(usize::MAX))
    }
}

/// The condition of a correlation as Zeek code.
struct ConditionCode {
    options: Vec<ConditionOption>,
    unless: String,
    /// What is done where the condition holds.
    reached: Vec<String>,
}

impl ConditionCode {
    fn new(plan: &CorrelationPlan<'_>, names: &RuleNames) -> Self {
        let slug = &names.slug;
        if plan.aggregation() == Aggregation::TemporalOrdered {
            return Self {
                options: Vec::new(),
                unless: "! matched".to_owned(),
                reached: Vec::new(),
            };
        }
        if let Some(function) = threshold_function(plan) {
            return Self::of_thresholds(plan, slug, function);
        }
        if plan.stands_for_any() {
            return Self {
                options: Vec::new(),
                unless: String::new(),
                reached: Vec::new(),
            };
        }
        if let Some(condition) = plan.of_rules() {
            return Self {
                options: Vec::new(),
                unless: format!("! ({})", of_rules(condition)),
                reached: Vec::new(),
            };
        }
        if plan.correlation.condition.is_none() {
            let unless = if is_decided_by_each(plan) {
                String::new()
            } else {
                format!("counted < {}", plan.inputs.len())
            };
            return Self {
                options: Vec::new(),
                unless,
                reached: Vec::new(),
            };
        }
        let options: Vec<ConditionOption> = plan
            .bounds
            .iter()
            .map(|bound| ConditionOption {
                name: option_name(plan, slug, bound),
                kind: kind(plan).to_owned(),
                value: number(plan, bound.number.value),
                comment: format!("What {} must be {}.", counted(plan), relation(bound)),
            })
            .collect();
        let fails: Vec<String> = plan
            .bounds
            .iter()
            .zip(&options)
            .map(|(bound, option)| fails(plan, bound, &option.name))
            .collect();
        Self {
            unless: fails.join(" || "),
            options,
            reached: Vec::new(),
        }
    }

    fn of_thresholds(plan: &CorrelationPlan<'_>, slug: &str, function: ThresholdFunction) -> Self {
        let numbers: Vec<String> = plan
            .thresholds
            .iter()
            .map(|threshold| number(plan, *threshold))
            .collect();
        let name = format!("{slug}_thresholds");
        Self {
            options: vec![ConditionOption {
                name: name.clone(),
                kind: format!("vector of {}", function.kind),
                value: format!("vector({})", numbers.join(", ")),
                comment: format!(
                    "What {} must be {}; each makes a notice of its own.",
                    counted(plan),
                    function.relation
                ),
            }],
            unless: "highest == 0".to_owned(),
            reached: vec![format!("local threshold = {name}[highest - 1];")],
        }
    }
}

/// A condition in words as Zeek code, over the latest matches of the rules.
fn of_rules(condition: &condition::Condition) -> String {
    use condition::Condition as C;
    let operand = |part: &C| match part {
        C::And(_) | C::Or(_) => format!("({})", of_rules(part)),
        part => of_rules(part),
    };
    let joined = |parts: &[C], operator: &str| {
        let parts: Vec<String> = parts.iter().map(operand).collect();
        parts.join(operator)
    };
    let has_matched = |rule: &usize| format!("seen[{rule}] != never");
    match condition {
        C::Search(rule) => has_matched(rule),
        C::And(parts) => joined(parts, " && "),
        C::Or(parts) => joined(parts, " || "),
        C::Not(part) => format!("! ({})", of_rules(part)),
        C::AtLeast(wanted, rules) => {
            let terms: Vec<String> = rules
                .iter()
                .map(|rule| format!("({} ? 1 : 0)", has_matched(rule)))
                .collect();
            format!("{} >= {wanted}", terms.join(" + "))
        }
    }
}

/// The function that finds which threshold has been reached, where there are several.
fn threshold_function(plan: &CorrelationPlan<'_>) -> Option<ThresholdFunction> {
    let [_, _, ..] = plan.thresholds.as_slice() else {
        return None;
    };
    let passes = plan.bounds.first()?.relation == BoundRelation::Greater;
    let whole = plan.compares_whole();
    Some(ThresholdFunction {
        name: match (passes, whole) {
            (false, true) => "highest_count_reached",
            (true, true) => "highest_count_passed",
            (false, false) => "highest_reached",
            (true, false) => "highest_passed",
        },
        kind: if whole { "count" } else { "double" },
        operator: if passes { ">" } else { ">=" },
        relation: if passes { "above" } else { "at least" },
    })
}

/// The option of a bound.
fn option_name(plan: &CorrelationPlan<'_>, slug: &str, bound: &Bound) -> String {
    match plan.bounds.len() {
        1 => format!("{slug}_threshold"),
        _ => format!("{slug}_threshold_{}", bound.relation.name()),
    }
}

fn kind(plan: &CorrelationPlan<'_>) -> &'static str {
    if plan.compares_whole() {
        "count"
    } else {
        "double"
    }
}

/// A number of a condition as Zeek writes it: never with an exponent, and one of doubles with a decimal point.
fn number(plan: &CorrelationPlan<'_>, value: Number) -> String {
    let text = value.to_string();
    if plan.compares_whole() || text.contains('.') {
        text
    } else {
        text + ".0"
    }
}

fn relation(bound: &Bound) -> &'static str {
    match bound.relation {
        BoundRelation::Less => "below",
        BoundRelation::LessOrEqual => "at most",
        BoundRelation::Greater => "above",
        BoundRelation::GreaterOrEqual => "at least",
        BoundRelation::Equal => "equal to",
        BoundRelation::NotEqual => "other than",
    }
}

/// When a bound does not hold. What comes of whole numbers is known by its whole part and by whether it is above that.
fn fails(plan: &CorrelationPlan<'_>, bound: &Bound, option: &str) -> String {
    let simple = format!("counted {} {option}", opposite(bound.relation));
    if above(plan).is_none() {
        return simple;
    }
    match bound.relation {
        BoundRelation::Less | BoundRelation::GreaterOrEqual => simple,
        BoundRelation::Greater => format!("counted < {option} || (counted == {option} && ! above)"),
        BoundRelation::LessOrEqual => {
            format!("counted > {option} || (counted == {option} && above)")
        }
        BoundRelation::Equal => format!("counted != {option} || above"),
        BoundRelation::NotEqual => format!("counted == {option} && ! above"),
    }
}

/// Whether what comes of whole numbers is above its whole part; `None` where nothing is asked that hangs on it.
fn above(plan: &CorrelationPlan<'_>) -> Option<&'static str> {
    let asks = plan.bounds.iter().any(|bound| {
        !matches!(
            bound.relation,
            BoundRelation::Less | BoundRelation::GreaterOrEqual
        )
    });
    let is_needed = plan.is_exact() && plan.compares_whole() && asks;
    let expression = match plan.aggregation() {
        Aggregation::ValueSum => "numbers$carried > 0",
        _ => "exact$numerator > 0",
    };
    is_needed.then_some(expression)
}

fn opposite(relation: BoundRelation) -> &'static str {
    match relation {
        BoundRelation::Less => ">=",
        BoundRelation::LessOrEqual => ">",
        BoundRelation::Greater => "<=",
        BoundRelation::GreaterOrEqual => "<",
        BoundRelation::Equal => "!=",
        BoundRelation::NotEqual => "==",
    }
}

/// What the condition compares, in words.
fn counted(plan: &CorrelationPlan<'_>) -> String {
    let fields = || comment::one_line(&fields(plan));
    match plan.aggregation() {
        Aggregation::EventCount => "the number of events".to_owned(),
        Aggregation::ValueCount => format!("the number of values of {}", fields()),
        Aggregation::Temporal | Aggregation::TemporalOrdered => "the number of rules".to_owned(),
        Aggregation::ValueSum => format!("the sum of {}", fields()),
        Aggregation::ValueAvg => format!("the mean of {}", fields()),
        Aggregation::ValuePercentile => {
            format!("percentile {} of {}", plan.percentile, fields())
        }
    }
}

/// The names of the fields that are looked at.
fn fields(plan: &CorrelationPlan<'_>) -> String {
    let Some(condition) = &plan.correlation.condition else {
        return String::new();
    };
    let names: Vec<&str> = condition
        .fields
        .iter()
        .map(|name| name.value.as_str())
        .collect();
    names.join(" and ")
}

/// Takes a match in, and computes what the condition compares.
fn takes(plan: &CorrelationPlan<'_>, names: &RuleNames) -> Vec<String> {
    let slug = &names.slug;
    let mut lines = match plan.aggregation() {
        Aggregation::EventCount if plan.stands_for_any() && !plan.tells_count() => Vec::new(),
        Aggregation::EventCount => event_count(plan, slug),
        Aggregation::ValueCount => vec![format!(
            "local counted = count_values(window$values, match, {OLDEST}, {});",
            most(plan, slug, plan.deciding_bound())
        )],
        Aggregation::Temporal => temporal(plan),
        Aggregation::TemporalOrdered => vec![format!(
            "local matched = add_in_order(window, match, timespan, {});",
            plan.inputs.len()
        )],
        Aggregation::ValueSum | Aggregation::ValueAvg | Aggregation::ValuePercentile => {
            takes_number(plan)
        }
    };
    if plan.tells_total() {
        lines.extend(total(plan));
    }
    if let Some(function) = threshold_function(plan) {
        lines.push(format!(
            "local highest = {}(counted, {slug}_thresholds);",
            function.name
        ));
    }
    lines
}

/// The time from which on matches count.
const OLDEST: &str = "match$ts - timespan";

/// The expression that finds the window of a match's group.
fn window(plan: &CorrelationPlan<'_>, slug: &str) -> String {
    let rules = match plan.aggregation() {
        Aggregation::Temporal if !is_pair(plan) => format!(", {}", plan.inputs.len()),
        _ => String::new(),
    };
    format!("window_of({slug}_windows, match, timespan{rules})")
}

/// Counts a match with those before it: what most matches come to is done here, without a call.
fn event_count(plan: &CorrelationPlan<'_>, slug: &str) -> Vec<String> {
    let most = most(plan, slug, plan.deciding_bound());
    let mut lines = vec![
        "local times = window$times;".to_owned(),
        "times += window$latest;".to_owned(),
        String::new(),
        format!("while ( times[window$first] < {OLDEST} )"),
        "\t++window$first;".to_owned(),
        String::new(),
        "local counted = |times| - window$first;".to_owned(),
    ];
    let mut bound = |most: &str| {
        lines.extend([
            String::new(),
            format!("if ( counted > {most} )"),
            "\t{".to_owned(),
            format!("\tcounted = {most};"),
            "\twindow$first = |times| - counted;".to_owned(),
            "\t}".to_owned(),
        ]);
    };
    if plan.deciding_bound().is_some() {
        bound(&most);
    }
    bound("max_correlation_events");
    lines.extend(["", "if ( window$first >= 64 )", "\tdrop_forgotten(window);"].map(str::to_owned));
    lines
}

/// Why a match of hosts comes to so little.
const SETTLED: &str = "The condition holds already, and raises no notice.";
const STARTS: &str =
    "A match of the first rule is all there is to keep until the last rule has matched.";

/// Whether a match is one of the first rule that is only kept, and keeps it.
const KEEPS_START: &str =
    "match$rule == 0 && window$only_starts && |window$times| < window$look_at";
const KEEP_START: &str = "window$times += match$ts;";

/// Notes a match in order of one of two rules.
const SEE_ONE_OF_TWO: [&str; 4] = [
    "if ( match$rule == 0 )",
    "\twindow$first_seen = match$ts;",
    "else",
    "\twindow$second_seen = match$ts;",
];

/// Whether an order is one of two rules, of which most matches of the first are only kept.
fn keeps_starts(plan: &CorrelationPlan<'_>) -> bool {
    plan.aggregation() == Aggregation::TemporalOrdered
        && plan.inputs.len() == 2
        && !plan.tells_total()
}

/// Whether a condition on a count goes on to hold with each further match.
fn settles_by_count(plan: &CorrelationPlan<'_>) -> bool {
    let [bound] = plan.bounds.as_slice() else {
        return false;
    };
    let rises = matches!(
        bound.relation,
        BoundRelation::Greater | BoundRelation::GreaterOrEqual
    );
    plan.aggregation() == Aggregation::EventCount
        && rises
        && plan.compares_whole()
        && plan.thresholds.is_empty()
        && !plan.tells_total()
        && !plan.stands_for_any()
}

/// What is done with a match that is not later than all others of its group.
fn takes_late(plan: &CorrelationPlan<'_>) -> Vec<String> {
    if is_decided_by_each(plan) && !is_pair(plan) {
        return vec![
            "else if ( window$seen[match$rule] < match$ts )".to_owned(),
            "\twindow$seen[match$rule] = match$ts;".to_owned(),
        ];
    }
    Vec::new()
}

/// Notes a rule's match, and forgets the rules whose latest match is too old.
fn temporal(plan: &CorrelationPlan<'_>) -> Vec<String> {
    if is_pair(plan) {
        return vec![
            format!("if ( ! both_have_matched(window, match, {OLDEST}) )"),
            "\treturn;".to_owned(),
        ];
    }
    if !is_decided_by_each(plan) {
        return vec![
            "local seen = window$seen;".to_owned(),
            String::new(),
            "if ( seen[match$rule] < match$ts )".to_owned(),
            "\tseen[match$rule] = match$ts;".to_owned(),
            String::new(),
            format!("local counted = count_rules(seen, {OLDEST});"),
        ];
    }
    vec![
        format!("local oldest = {OLDEST};"),
        String::new(),
        "if ( window$earliest < oldest && ! each_has_matched(window, oldest) )".to_owned(),
        "\treturn;".to_owned(),
    ]
}

/// Whether two rules must both have matched, and no more is told.
fn is_pair(plan: &CorrelationPlan<'_>) -> bool {
    is_decided_by_each(plan) && plan.inputs.len() == 2
}

/// Whether all rules must have matched, and the notice does not tell how many have, or how often.
fn is_decided_by_each(plan: &CorrelationPlan<'_>) -> bool {
    let tells = plan.tells_count() || plan.tells_total();
    plan.aggregation() == Aggregation::Temporal && plan.correlation.condition.is_none() && !tells
}

/// Takes the number of a match in, and computes what the condition compares.
fn takes_number(plan: &CorrelationPlan<'_>) -> Vec<String> {
    let noun = NumberQueue::of(plan).map_or("", |queue| queue.noun);
    let mut lines = vec![
        format!("local numbers = window${noun}s;"),
        format!("forget_{noun}s(numbers, {OLDEST});"),
        String::new(),
        "# A match without a number counts for nothing.".to_owned(),
        format!("if ( match?${noun} )"),
        format!("\tadd_{noun}(numbers, match);"),
        String::new(),
    ];
    let mut line = |text: &str| lines.push(text.to_owned());
    let percentile = plan.percentile;
    let is_exact = plan.is_exact();
    match plan.aggregation() {
        Aggregation::ValuePercentile => {
            line("if ( |numbers$times| == numbers$first )");
            line("\treturn;");
            line("");
            if is_exact {
                line(&format!(
                    "local exact = percentile_of(numbers, {percentile});"
                ));
            } else {
                line(&format!(
                    "local counted = percentile(numbers, {percentile});"
                ));
            }
        }
        Aggregation::ValueAvg if is_exact => line("local exact = mean_of(numbers);"),
        Aggregation::ValueAvg => {
            line("local divisor = |numbers$times| - numbers$first;");
            line("local counted = divisor == 0 ? 0.0 : numbers$sum / divisor;");
        }
        _ if is_exact => {}
        _ => line("local counted = numbers$sum;"),
    }
    let sums = plan.aggregation() == Aggregation::ValueSum;
    match (is_exact, plan.compares_whole(), sums) {
        (false, ..) => {}
        // A sum beyond what a count holds is above the largest one.
        (true, true, true) => {
            line("local counted = numbers$carried == 0 ? numbers$sum : largest_count;");
        }
        (true, true, false) => line("local counted = exact$whole;"),
        (true, false, true) => line("local counted = sum_of(numbers);"),
        (true, false, false) => line("local counted = mixed_to_double(exact);"),
    }
    if let Some(expression) = above(plan) {
        line(&format!("local above = {expression};"));
    }
    lines
}

/// How many matches or values tell whether the condition holds.
fn most(plan: &CorrelationPlan<'_>, slug: &str, bound: Option<&Bound>) -> String {
    let Some(bound) = bound else {
        return "max_correlation_events".to_owned();
    };
    let name = option_name(plan, slug, bound);
    match bound.relation.tells_apart_beyond() {
        true => name + " + 1",
        false => name,
    }
}

/// Adds the weights up of the matches that count.
fn total(plan: &CorrelationPlan<'_>) -> Vec<String> {
    let mut lines = vec![
        "local weights = window$weights;".to_owned(),
        "forget_weights(weights, match$ts - timespan);".to_owned(),
    ];
    let member = match plan.aggregation() {
        Aggregation::ValueCount => Some("value"),
        _ => NumberQueue::of(plan).map(|queue| queue.noun),
    };
    let add = "add_weight(weights, match);";
    match member {
        None => lines.push(add.to_owned()),
        Some(member) => lines.extend([
            String::new(),
            format!("if ( match?${member} )"),
            format!("\t{add}"),
            String::new(),
        ]),
    }
    lines
}

/// What, with the correlation, makes two notices equal: arguments of a call of `cat`.
fn identifier(plan: &CorrelationPlan<'_>) -> String {
    let all = plan.identifier.len() == plan.group.len();
    let group = if all {
        "match$key".to_owned()
    } else {
        let columns: Vec<String> = plan
            .identifier
            .iter()
            .map(|column| format!("match$group[{column}]"))
            .collect();
        format!("group_key(vector({}))", columns.join(", "))
    };
    let group = if plan.identifier.is_empty() {
        "\"\"".to_owned()
    } else {
        group
    };
    if plan.thresholds.is_empty() {
        group
    } else {
        format!("{group}, \" \", threshold")
    }
}

/// The notice's addresses, where the group has them.
fn sides(plan: &CorrelationPlan<'_>) -> Vec<String> {
    [("id.orig_h", "src"), ("id.resp_h", "dst")]
        .into_iter()
        .filter_map(|(name, side)| {
            let column = plan.address_column(name)?;
            Some(format!("notice${side} = to_addr(match$group[{column}]);"))
        })
        .collect()
}

/// The value of the option for a time span. In a long line, zeek-format puts a literal's unit on the next one, where Zeek does
/// not take it.
fn timespan(seconds: u64, slug: &str) -> String {
    const WIDTH: usize = 80;
    let literal = interval(seconds);
    // A tab counts as eight columns.
    let width = format!("        option {slug}_timespan = {literal};").len();
    if width > WIDTH {
        format!("double_to_interval({seconds}.0)")
    } else {
        literal
    }
}

/// A time span in the largest unit in which it is whole.
fn interval(seconds: u64) -> String {
    let units = [(86_400, "day"), (3600, "hr"), (60, "min")];
    let unit = units.iter().find(|(unit, _)| seconds.is_multiple_of(*unit));
    match unit {
        Some((unit, name)) => format!("{}{name}", seconds / unit),
        None => format!("{seconds}sec"),
    }
}
