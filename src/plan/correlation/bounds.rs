//! What a correlation's condition can come to: whether it ever holds, and whether it ever does not.

use super::{Input, MAX_CORRELATION_EVENTS};
use crate::finding::{Code, Finding};
use crate::rule::condition;
use crate::rule::correlation::{
    Aggregation, Bound, BoundRelation, Correlation, CorrelationCondition,
};
use crate::rule::{Number, Quantity, Spanned};
use crate::service::{Field, FieldKind};

/// What the computed value must satisfy. Where a temporal correlation says nothing, all rules must match (specification,
/// "Temporal Proximity").
pub(super) fn of(correlation: &Correlation) -> Vec<Bound> {
    match &correlation.condition {
        Some(condition) => condition.bounds.clone(),
        None => vec![Bound {
            relation: BoundRelation::GreaterOrEqual,
            number: Spanned::new(
                whole(correlation.rules.len()),
                &correlation.aggregation.span,
            ),
        }],
    }
}

/// Says where a condition never holds, always does, or does from the first event on. A correlation that others refer to
/// may fire for every event: it stands for any of its rules.
pub(super) fn check(correlation: &Correlation, is_referred_to: bool, findings: &mut Vec<Finding>) {
    if let Some(condition) = &correlation.condition
        && let Some(of_rules) = &condition.of_rules
    {
        findings.extend(check_words(correlation, condition, of_rules));
        return;
    }
    let bounds = of(correlation);
    let aggregation = correlation.aggregation.value;
    let span = correlation
        .condition
        .as_ref()
        .map_or(&correlation.aggregation.span, |condition| &condition.span);
    let finding = |code, message: &str, help: &str| {
        Finding::new(code, correlation.place(span), message).help(help)
    };
    let holds = |value: Quantity| {
        bounds
            .iter()
            .all(|bound| bound.relation.holds(value, bound.number.value))
    };
    let values = values(correlation, &bounds);
    let all_rules = Quantity::from(correlation.rules.len());
    if aggregation == Aggregation::TemporalOrdered && !holds(all_rules) {
        let message = "condition does not hold when the rules match in order";
        let help = "leave the condition out: temporal_ordered needs all of its rules";
        findings.push(finding(Code::IdleCondition, message, help));
    } else if !values.iter().any(|value| holds(*value)) {
        let help = format!("what it compares is {}", possible(correlation));
        let message = "condition can never hold";
        findings.push(finding(Code::IdleCondition, message, &help));
    } else if values.iter().all(|value| holds(*value)) {
        let (message, help) = if correlation.rules.len() == 1 && aggregation.is_temporal() {
            (
                "correlation of one rule holds for every match",
                "name two rules, or write `type: event_count`",
            )
        } else if is_referred_to && aggregation == Aggregation::EventCount {
            return;
        } else {
            (
                "condition holds for every event",
                "ask for more, or raise the rules' own notices; only in a correlation that others name does it stand for any \
                 of its rules",
            )
        };
        findings.push(finding(Code::IdleCondition, message, help));
    } else if values.first().is_some_and(|first| holds(*first))
        && aggregation != Aggregation::ValueAvg
        && aggregation != Aggregation::ValuePercentile
    {
        let message = "condition holds from the first event on, until there are more";
        let help = "Sigma's windows slide: nothing waits for the end of a time span; use `gt`, `gte` or `eq`";
        findings.push(finding(Code::EarlyCondition, message, help));
    }
}

/// More rules than this have too many combinations to try.
const MOST_TRIED: usize = 16;

/// Which of so many rules match, in every combination of one or more.
fn combinations(rules: usize) -> impl Iterator<Item = u32> {
    1..1u32 << rules.min(MOST_TRIED)
}

fn holds_for(of_rules: &condition::Condition, matched: u32) -> bool {
    of_rules.holds(&|rule| rule >= MOST_TRIED || matched >> rule & 1 == 1)
}

/// The fewest rules whose matches meet a condition in words.
pub(super) fn fewest(of_rules: &condition::Condition, rules: usize) -> Option<usize> {
    combinations(rules)
        .filter(|matched| holds_for(of_rules, *matched))
        .map(|matched| matched.count_ones() as usize)
        .min()
}

/// Says where a condition in words never holds, or always does.
fn check_words(
    correlation: &Correlation,
    condition: &CorrelationCondition,
    of_rules: &condition::Condition,
) -> Option<Finding> {
    let rules = correlation.rules.len();
    if rules > MOST_TRIED {
        return None;
    }
    let (message, help) = if fewest(of_rules, rules).is_none() {
        (
            "condition can never hold",
            "name a rule that must have matched",
        )
    } else if combinations(rules).all(|matched| holds_for(of_rules, matched)) {
        (
            "condition holds for every event",
            "ask for more, or raise the rules' own notices",
        )
    } else {
        return None;
    };
    let place = correlation.place(&condition.span);
    Some(Finding::new(Code::IdleCondition, place, message).help(help))
}

/// The numbers at which to raise, that of the condition first; empty where the correlation names no further ones.
pub(super) fn thresholds(correlation: &Correlation, findings: &mut Vec<Finding>) -> Vec<Number> {
    let further = &correlation.zeek.thresholds;
    let Some(next) = further.first() else {
        return Vec::new();
    };
    let aggregation = correlation.aggregation.value;
    let grows = matches!(
        aggregation,
        Aggregation::EventCount | Aggregation::ValueCount | Aggregation::ValueSum
    );
    let bounds = of(correlation);
    let refuse = |span, message: &str, help: &str| {
        Finding::new(Code::InvalidValue, correlation.place(span), message).help(help)
    };
    let [bound] = bounds.as_slice() else {
        let message = "thresholds do not go with a range";
        let help = "write the condition with `gte` or `gt` alone";
        findings.push(refuse(&next.span, message, help));
        return Vec::new();
    };
    let rises = matches!(
        bound.relation,
        BoundRelation::Greater | BoundRelation::GreaterOrEqual
    );
    if !grows || !rises {
        let message = "thresholds go with numbers that grow";
        let help = "they are for event_count, value_count and value_sum with `gte` or `gt`";
        findings.push(refuse(&next.span, message, help));
        return Vec::new();
    }
    if next.value <= bound.number.value {
        let message = "threshold is not above that of the condition";
        let help = "these are further thresholds; the condition's own is the first";
        findings.push(refuse(&next.span, message, help));
    }
    for threshold in further {
        if bound.relation == BoundRelation::Greater && threshold.value == u64::MAX.into() {
            let help = "it is the largest that Zeek counts to: write the condition with `gte`";
            findings.push(refuse(&threshold.span, "threshold is never passed", help));
        } else if aggregation.counts() && !threshold.value.is_whole() {
            let help = format!("{} counts in whole numbers", aggregation.name());
            findings.push(refuse(
                &threshold.span,
                "threshold is not a whole number",
                &help,
            ));
        } else if aggregation.counts() && threshold.value > whole(MAX_CORRELATION_EVENTS) {
            let help = format!("{MAX_CORRELATION_EVENTS} events of a group are kept");
            findings.push(refuse(&threshold.span, "threshold is never reached", &help));
        }
    }
    let further = further.iter().map(|threshold| threshold.value);
    [bound.number.value].into_iter().chain(further).collect()
}

/// Refuses a number that doubles do not tell from others, where values are doubles.
pub(super) fn check_precision(
    correlation: &Correlation,
    inputs: &[Input],
    findings: &mut Vec<Finding>,
) {
    /// Up to here, a double is each whole number.
    const MOST: u64 = 1 << f64::MANTISSA_DIGITS;
    let is_double = |field: &&Field| field.kind != FieldKind::Count;
    let fields = || inputs.iter().flat_map(|input| &input.values);
    if !correlation.aggregation.value.is_numeric() || fields().all(|field| !is_double(&field)) {
        return;
    }
    let condition = correlation.condition.iter();
    let bounds = condition.flat_map(|condition| condition.bounds.iter().map(|bound| &bound.number));
    for number in bounds.chain(&correlation.zeek.thresholds) {
        if number.value > MOST.into() {
            let message = format!("`{}` is more than a double holds exactly", number.value);
            let name = fields().find(is_double).map_or("", |field| &field.name);
            let help = format!("values of `{name}` are doubles: write a number up to {MOST}");
            let place = correlation.place(&number.span);
            findings.push(Finding::new(Code::InvalidValue, place, message).help(help));
        }
    }
}

/// A number of rules, matches or values.
fn whole(number: usize) -> Number {
    Number::from(number as u64)
}

/// The least value that events can come to, and the greatest where there is one.
fn range(correlation: &Correlation) -> (usize, Option<usize>) {
    let rules = correlation.rules.len();
    match correlation.aggregation.value {
        Aggregation::EventCount | Aggregation::ValueCount => (1, Some(MAX_CORRELATION_EVENTS)),
        Aggregation::Temporal => (1, Some(rules)),
        Aggregation::TemporalOrdered => (0, Some(rules)),
        Aggregation::ValueSum | Aggregation::ValueAvg | Aggregation::ValuePercentile => (0, None),
    }
}

fn possible(correlation: &Correlation) -> String {
    match range(correlation) {
        (least, Some(most)) => format!("a whole number from {least} to {most}"),
        (least, None) => format!("a number from {least} on"),
    }
}

/// Values that events can come to, the least first: enough of them to tell bounds apart.
fn values(correlation: &Correlation, bounds: &[Bound]) -> Vec<Quantity> {
    let (least, most) = range(correlation);
    let ends = [Some(least), most];
    let ends = ends.into_iter().flatten().map(Quantity::from);
    if correlation.aggregation.value == Aggregation::TemporalOrdered {
        return ends.collect();
    }
    let mut values: Vec<Quantity> = ends.collect();
    for bound in bounds {
        let number = bound.number.value;
        values.extend(match number.as_count().map(u128::from) {
            Some(number) if most.is_some() => {
                let around = [number.saturating_sub(1), number, number + 1];
                around.map(Quantity::from)
            }
            Some(number) => {
                let around = [(2 * number).saturating_sub(1), 2 * number, 2 * number + 1];
                around.map(|twice| Quantity::mean(twice, 2))
            }
            None => [-0.5, 0.0, 0.5].map(|step| Quantity::Double(number.as_f64() + step)),
        });
    }
    let is_possible = |value: &Quantity| {
        let at_least = BoundRelation::GreaterOrEqual.holds(*value, whole(least));
        at_least && most.is_none_or(|most| BoundRelation::LessOrEqual.holds(*value, whole(most)))
    };
    values.retain(is_possible);
    values.sort_by(|a, b| a.as_f64().total_cmp(&b.as_f64()));
    values
}
