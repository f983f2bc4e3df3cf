//! What a correlation's rules match: of one group, with different values, or with a value of a certain size.

use super::literal;
use crate::finding::{Finding, Place};
use crate::plan::PackPlan;
use crate::plan::correlation::{CorrelationPlan, GroupValue, Input, Source};
use crate::plan::pattern::{Anchoring, Case, Part, Pattern};
use crate::plan::predicate::{Comparison, Number, Ordering, Test};
use crate::rule::correlation::Relation;
use crate::schema::{Field, FieldKind};
use crate::synth::observation::{Value, is_beyond_captures};
use crate::synth::positives::{self, Positive};
use crate::synth::scenario::Scenario;
use crate::synth::solve::solve;
use crate::synth::solve::ways::Literal;

/// What the correlation's rules match.
pub(super) struct Matches<'p> {
    plan: &'p CorrelationPlan<'p>,
    /// Where the correlation says what is computed.
    place: Place,
    /// For each input, scenarios on which its rule fires; all first ones are of one group.
    of_input: Vec<Vec<Positive<'p>>>,
}

impl<'p> Matches<'p> {
    /// Scenarios for all of the rules, or why there are none.
    pub(super) fn find(
        pack: &'p PackPlan<'_>,
        plan: &'p CorrelationPlan<'_>,
    ) -> Result<Self, String> {
        let correlation = plan.correlation;
        let place = correlation.place(&correlation.aggregation.span);
        let mut of_input: Vec<Vec<Positive<'p>>> = Vec::new();
        for input in &plan.inputs {
            let Source::Rule(index) = input.source else {
                return Err("it correlates matches of another correlation".to_owned());
            };
            for field in input
                .values
                .iter()
                .chain(input.group.iter().filter_map(of_rule))
            {
                if is_beyond_captures(field) {
                    return Err(format!("no capture settles `{}`", field.name));
                }
            }
            let mut findings: Vec<Finding> = Vec::new();
            let rule = pack.rules.get(index).ok_or("a rule of it has an error")?;
            let mut positives = positives::find(rule, &mut findings);
            let first = positives
                .first()
                .ok_or_else(|| format!("no capture can be made on which `{}` fires", rule.name))?;
            if let (Some(leader), Some(leading)) = (of_input.first(), plan.inputs.first()) {
                let scenario =
                    alike(&leader[0], leading, first, input, &place).ok_or_else(|| {
                        format!(
                            "matches of `{}` are never of a group with others",
                            rule.name
                        )
                    })?;
                positives[0].scenario = scenario;
            }
            of_input.push(positives);
        }
        if of_input.is_empty() {
            return Err("it has no rules".to_owned());
        }
        Ok(Self {
            plan,
            place,
            of_input,
        })
    }

    /// How many rules there are.
    pub(super) fn inputs(&self) -> usize {
        self.of_input.len()
    }

    /// A match of each rule, in their order.
    pub(super) fn each_input(&self) -> Vec<Scenario> {
        let firsts = self
            .of_input
            .iter()
            .filter_map(|positives| positives.first());
        firsts.map(|positive| positive.scenario.clone()).collect()
    }

    /// So many matches of the first rule, with different values.
    pub(super) fn different(&self, number: usize) -> Option<Vec<Scenario>> {
        let positives = self.of_input.first()?;
        let field = self.plan.inputs.first()?.values.first()?;
        if field.kind == FieldKind::Identity {
            let scenarios = positives.iter().map(|positive| positive.scenario.clone());
            let scenarios: Vec<Scenario> = scenarios.take(number).collect();
            return (scenarios.len() == number).then_some(scenarios);
        }
        let first = positives.first()?;
        let mut scenarios: Vec<Scenario> = Vec::new();
        let present = is_set(field, &self.place);
        let mut others: Vec<Test> = Vec::new();
        while scenarios.len() < number {
            let mut literals: Vec<Literal<'_>> = first.way.literals.clone();
            literals.push(literal(&present, true));
            literals.extend(others.iter().map(|other| literal(other, false)));
            let scenario = solve(&first.scenario, &literals).ok()?;
            let value = scenario.subject().value(field)?.clone();
            others.push(exactly(field, &value, &self.place)?);
            scenarios.push(scenario);
        }
        Some(scenarios)
    }

    /// A match of the first rule whose value is such that so many of them meet the condition, or miss it.
    pub(super) fn with_share(&self, number: usize, meets: bool) -> Option<Scenario> {
        let first = self.of_input.first()?.first()?;
        let field = self.plan.inputs.first()?.values.first()?;
        let mut literals: Vec<Literal<'_>> = first.way.literals.clone();
        #[allow(clippy::cast_precision_loss)] // Small.
        let parts = if self.plan.aggregation() == crate::rule::correlation::Aggregation::ValueSum {
            number as f64
        } else {
            1.0
        };
        let tests: Vec<(Test, bool)> = self
            .plan
            .bounds
            .iter()
            .filter_map(|bound| {
                let share = bound.number.value / parts;
                // Of several parts, each is rather too large than too small.
                let share = if number > 1 && field.kind == FieldKind::Count {
                    share.ceil()
                } else {
                    share
                };
                let (ordering, wanted) = match bound.relation {
                    Relation::Less => (Ordering::Less, true),
                    Relation::LessOrEqual => (Ordering::LessOrEqual, true),
                    Relation::Greater => (Ordering::Greater, true),
                    Relation::GreaterOrEqual => (Ordering::GreaterOrEqual, true),
                    Relation::Equal => (Ordering::Equal, true),
                    Relation::NotEqual => (Ordering::Equal, false),
                };
                let comparison = Comparison::Number(ordering, Number::new(share)?);
                Some((test(field, comparison, &self.place), wanted))
            })
            .collect();
        // To miss it, it is enough to miss one bound.
        let asked = if meets { &tests[..] } else { tests.get(..1)? };
        let asked = asked
            .iter()
            .map(|(test, wanted)| literal(test, *wanted == meets));
        literals.extend(asked);
        solve(&first.scenario, &literals).ok()
    }

    /// The same match with another value of a group's column.
    pub(super) fn in_other_group(&self, scenario: &Scenario, column: usize) -> Option<Scenario> {
        let last = self.of_input.len().checked_sub(1)?;
        let counted = !matches!(
            self.plan.aggregation(),
            crate::rule::correlation::Aggregation::Temporal
                | crate::rule::correlation::Aggregation::TemporalOrdered
        );
        let input = if counted { 0 } else { last };
        let field = of_rule(self.plan.inputs.get(input)?.group.get(column)?)?;
        let positive = self.of_input.get(input)?.first()?;
        let value = scenario.subject().value(field)?.clone();
        let (present, same) = (
            is_set(field, &self.place),
            exactly(field, &value, &self.place)?,
        );
        let mut literals: Vec<Literal<'_>> = positive.way.literals.clone();
        literals.push(literal(&present, true));
        literals.push(literal(&same, false));
        solve(scenario, &literals).ok()
    }
}

/// The field of a rule that a group's column has.
fn of_rule(value: &GroupValue) -> Option<&Field> {
    match value {
        GroupValue::Field(field) => Some(field),
        GroupValue::Column(_) => None,
    }
}

/// A match of another rule that is of the first one's group.
fn alike(
    leader: &Positive<'_>,
    leading: &Input,
    other: &Positive<'_>,
    input: &Input,
    place: &Place,
) -> Option<Scenario> {
    let (first, second) = (leader.scenario.subject(), other.scenario.subject());
    let mut tests: Vec<(Test, bool)> = Vec::new();
    for (theirs, ours) in leading.group.iter().zip(&input.group) {
        let (theirs, ours) = (of_rule(theirs)?, of_rule(ours)?);
        if ours.kind == FieldKind::Identity {
            continue;
        }
        let value = first.value(theirs);
        if value == second.value(ours) {
            continue;
        }
        tests.push(match value {
            Some(value) => (exactly(ours, value, place)?, true),
            None => (is_set(ours, place), false),
        });
    }
    let mut literals: Vec<Literal<'_>> = other.way.literals.clone();
    literals.extend(tests.iter().map(|(test, wanted)| literal(test, *wanted)));
    solve(&other.scenario, &literals).ok()
}

/// A test that a field has just this value.
fn exactly(field: &Field, value: &Value, place: &Place) -> Option<Test> {
    let comparison = match value {
        Value::Bytes(bytes) => {
            let text = String::from_utf8(bytes.clone()).ok()?;
            let parts = [Part::Literal(text)];
            Comparison::Matches(Pattern::from_sigma(
                &parts,
                Anchoring::Exact,
                Case::Sensitive,
            ))
        }
        Value::Address(address) => Comparison::Address(*address),
        Value::Texts(_) => return None,
        number => Comparison::Number(Ordering::Equal, Number::new(number.number()?)?),
    };
    Some(test(field, comparison, place))
}

fn is_set(field: &Field, place: &Place) -> Test {
    test(field, Comparison::IsSet, place)
}

/// A test that no rule has written.
fn test(field: &Field, comparison: Comparison, place: &Place) -> Test {
    Test {
        field: field.clone(),
        comparison,
        place: place.clone(),
    }
}
