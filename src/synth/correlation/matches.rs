//! What a correlation's rules match: of one group, with different values, or with a value of a certain size.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::literal;
use crate::finding::{Finding, Place};
use crate::plan::correlation::{CorrelationPlan, GroupValue, Input, MatchSource};
use crate::plan::{PackPlan, RulePlan};
use crate::predicate::identity::IdentityTest;
use crate::predicate::pattern::{Anchoring, Case, Pattern, ValuePart};
use crate::predicate::{Comparison, Ordering, Test};
use crate::registry::InterfaceUuid;
use crate::rule::Number;
use crate::rule::correlation::BoundRelation;
use crate::service::{Field, FieldKind};
use crate::synth::observation::{ObservedValue, is_beyond_captures};
use crate::synth::positives::{self, Positive};
use crate::synth::scenario::Scenario;
use crate::synth::solve::solve;
use crate::synth::solve::ways::{Atom, Literal};

/// What the correlation's rules match.
pub(super) struct InputMatches<'p> {
    plan: &'p CorrelationPlan<'p>,
    /// Where the correlation says what is computed.
    place: Place,
    of_input: Vec<Taken<'p>>,
}

/// What a correlation takes of one of its rules or correlations.
struct Taken<'p> {
    /// What makes it match once; of a rule, one scenario.
    once: Vec<Scenario>,
    /// A rule's ways to match. All first ones are of one group.
    positives: Vec<Positive<'p>>,
}

impl<'p> InputMatches<'p> {
    /// Scenarios for all of the rules, or why there are none.
    pub(super) fn find(
        pack: &'p PackPlan<'_>,
        plan: &'p CorrelationPlan<'_>,
    ) -> Result<Self, String> {
        let correlation = plan.correlation;
        let place = correlation.place(&correlation.aggregation.span);
        let mut of_input: Vec<Taken<'p>> = Vec::new();
        for input in &plan.inputs {
            let taken = match input.source {
                MatchSource::Rule(index) => {
                    let rule = pack.rules.get(index).ok_or("a rule of it has an error")?;
                    let leader = of_input.first().zip(plan.inputs.first());
                    of_rule(rule, input, leader, &place)?
                }
                MatchSource::Correlation(index) => {
                    let child = pack.correlations.get(index);
                    let child = child.ok_or("a correlation of it has an error")?;
                    let matches = Self::find(pack, child)?;
                    let once = super::enough(pack, child, &matches)
                        .ok_or_else(|| format!("`{}` does not fire", child.name))?;
                    Taken {
                        once,
                        positives: Vec::new(),
                    }
                }
            };
            of_input.push(taken);
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

    /// What makes each rule or correlation match once, in their order.
    pub(super) fn each_input(&self) -> Vec<&[Scenario]> {
        let inputs = self.of_input.iter();
        inputs.map(|taken| taken.once.as_slice()).collect()
    }

    /// So many matches of the first rule, with different values.
    pub(super) fn different(&self, number: usize) -> Option<Vec<Scenario>> {
        let positives = &self.of_input.first()?.positives;
        let field = self.plan.inputs.first()?.values.first()?;
        if field.kind == FieldKind::Identity {
            return different_calls(positives, field, number);
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
        let first = self.of_input.first()?.positives.first()?;
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
                let share = bound.number.value.as_f64() / parts;
                // Of several parts, each is rather too large than too small.
                let share = if number > 1 && field.kind == FieldKind::Count {
                    share.ceil()
                } else {
                    share
                };
                let (ordering, wanted) = match bound.relation {
                    BoundRelation::Less => (Ordering::Less, true),
                    BoundRelation::LessOrEqual => (Ordering::LessOrEqual, true),
                    BoundRelation::Greater => (Ordering::Greater, true),
                    BoundRelation::GreaterOrEqual => (Ordering::GreaterOrEqual, true),
                    BoundRelation::Equal => (Ordering::Equal, true),
                    BoundRelation::NotEqual => (Ordering::Equal, false),
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
        let field = field_of(self.plan.inputs.get(input)?.group.get(column)?)?;
        let positive = self.of_input.get(input)?.positives.first()?;
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

/// So many matches whose calls differ in what the field says of them: one of each of the rule's ways as far as these differ,
/// and then others of its first way.
fn different_calls(
    positives: &[Positive<'_>],
    field: &Field,
    number: usize,
) -> Option<Vec<Scenario>> {
    let first = positives.first()?;
    let mut scenarios: Vec<Scenario> = Vec::new();
    let mut known: Vec<IdentityTest> = Vec::new();
    for positive in positives.iter().take(number) {
        let (uuid, opnum) = positive.scenario.subject().identity?;
        if !known.iter().any(|test| test.holds(uuid, opnum)) {
            known.push(same_call(field, uuid, opnum)?);
            scenarios.push(positive.scenario.clone());
        }
    }
    while scenarios.len() < number {
        let mut literals: Vec<Literal<'_>> = first.way.literals.clone();
        literals.extend(known.iter().map(|test| Literal {
            atom: Atom::Identity(Cow::Borrowed(test)),
            wanted: false,
        }));
        let scenario = solve(scenarios.last()?, &literals).ok()?;
        let (uuid, opnum) = scenario.subject().identity?;
        known.push(same_call(field, uuid, opnum)?);
        scenarios.push(scenario);
    }
    Some(scenarios)
}

/// A test that a call is the same as another in what the field says of it.
fn same_call(field: &Field, uuid: InterfaceUuid, opnum: u16) -> Option<IdentityTest> {
    Some(match field.name.as_str() {
        "uuid" | "endpoint" => IdentityTest::Interfaces(BTreeSet::from([uuid])),
        "opnum" => IdentityTest::Opnum(Ordering::Equal, opnum),
        "operation" => IdentityTest::Operations(BTreeSet::from([(uuid, opnum)])),
        _ => return None,
    })
}

/// What a correlation takes of a rule: of the group of what it takes of the first.
fn of_rule<'p>(
    rule: &'p RulePlan<'_>,
    input: &Input,
    leader: Option<(&Taken<'p>, &Input)>,
    place: &Place,
) -> Result<Taken<'p>, String> {
    let fields = input.values.iter();
    for field in fields.chain(input.group.iter().filter_map(field_of)) {
        if is_beyond_captures(field) {
            return Err(format!("no capture settles `{}`", field.name));
        }
    }
    let mut findings: Vec<Finding> = Vec::new();
    let mut positives = positives::find(rule, &mut findings);
    let Some(first) = positives.first_mut() else {
        let name = rule.name;
        return Err(format!("no capture can be made on which `{name}` fires"));
    };
    if let Some((leader, leading)) = leader
        && let Some(leader) = leader.positives.first()
    {
        first.scenario = alike(leader, leading, first, input, place).ok_or_else(|| {
            let name = rule.name;
            format!("matches of `{name}` are never of a group with others")
        })?;
    }
    Ok(Taken {
        once: vec![first.scenario.clone()],
        positives,
    })
}

/// The field of a rule that a group's column has.
fn field_of(value: &GroupValue) -> Option<&Field> {
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
        let (theirs, ours) = (field_of(theirs)?, field_of(ours)?);
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
fn exactly(field: &Field, value: &ObservedValue, place: &Place) -> Option<Test> {
    let comparison = match value {
        ObservedValue::Bytes(bytes) => {
            let text = String::from_utf8(bytes.clone()).ok()?;
            let parts = [ValuePart::Literal(text)];
            Comparison::Matches(Pattern::from_sigma(
                &parts,
                Anchoring::Exact,
                Case::Sensitive,
            ))
        }
        ObservedValue::Address(address) => Comparison::Address(*address),
        ObservedValue::Texts(_) => return None,
        number => Comparison::Number(Ordering::Equal, number.number()?),
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
