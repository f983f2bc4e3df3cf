//! From a correlation to what has to be kept of its events: whose matches they are, what makes a group, what is compared.
//!
//! Names are resolved here: those of rules within the pack, those of fields in each rule's service.

mod bounds;
mod group;
mod message;
mod references;

use crate::finding::{Code, Finding, Severity};
use crate::registry::attack::Technique;
use crate::rule::condition;
use crate::rule::correlation::{Aggregation, Bound, BoundRelation, Correlation};
use crate::rule::message::NoticeText;
use crate::rule::pack::Pack;
use crate::rule::{NoticeStyle, Number, Quantity, Spanned};
use crate::score::{self, Score};
use crate::service::{Field, FieldKind};
use references::Reference;
pub(in crate::plan) use references::rules_of;

use super::{PackPlan, RulePlan, notice};

pub use message::{MAX_LISTED_BYTES, MAX_LISTED_VALUES, MessagePart};

/// Groups that are kept of a correlation, unless an operator changes the package's option `max_correlation_groups`.
pub const MAX_CORRELATION_GROUPS: usize = 10_000;
/// Events that are kept of a group, unless an operator changes the package's option `max_correlation_events`.
pub const MAX_CORRELATION_EVENTS: usize = 10_000;

/// A correlation, ready to become Zeek code.
#[derive(Debug)]
pub struct CorrelationPlan<'a> {
    /// The correlation.
    pub correlation: &'a Correlation,
    /// The text from which its names in Zeek are made.
    pub name: &'a str,
    /// Whose matches are its events; in the order of the correlation's `rules`.
    pub inputs: Vec<Input>,
    /// What makes a group.
    pub group: Vec<GroupColumn>,
    /// What the computed value must satisfy, all of it; for temporal ones without a condition, the number of rules.
    pub bounds: Vec<Bound>,
    /// Numbers at which it raises again, that of its one bound first; empty where it raises at one alone.
    pub thresholds: Vec<Number>,
    /// The percentile that is computed, where one is.
    pub percentile: u8,
    /// The type of its notices below `ATTACK::`; `None` where it has a type of its own in the pack's module.
    pub attack_type: Option<String>,
    /// What its notice says was seen.
    pub message: Vec<MessagePart>,
    /// What its notice says of the correlation.
    pub sub: Vec<MessagePart>,
    /// Indices of the group's columns that, with the correlation, make two notices equal.
    pub identifier: Vec<usize>,
    /// The ATT&CK techniques that it is tagged with; in place of a revoked one the one that took its place.
    pub techniques: Vec<&'static Technique>,
    /// Its robustness score, that of its rules together.
    pub score: Option<Score>,
}

/// Where a correlation's events come from.
#[derive(Debug)]
pub struct Input {
    /// Whose matches they are.
    pub source: MatchSource,
    /// The values of the group's columns.
    pub group: Vec<GroupValue>,
    /// The fields whose values are looked at.
    pub values: Vec<Field>,
    /// What one of them adds to the total.
    pub weight: u64,
}

/// A rule or a correlation whose matches are events of a correlation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchSource {
    /// Index of the rule's plan.
    Rule(usize),
    /// Index of the correlation's plan.
    Correlation(usize),
}

/// A column of what makes a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupColumn {
    /// The field's name, or the alias.
    pub name: String,
    /// What its values are.
    pub kind: FieldKind,
}

/// Where an event's value of a group's column comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupValue {
    /// A field of the rule's service.
    Field(Field),
    /// A column of the group of the correlation that fired.
    Column(usize),
}

/// A way from a rule or correlation to a correlation that takes its matches.
#[derive(Debug, Clone, Copy)]
pub struct Feed<'p, 'a> {
    /// Index of the correlation's plan.
    pub index: usize,
    /// The correlation.
    pub correlation: &'p CorrelationPlan<'a>,
    /// How it takes the matches.
    pub input: &'p Input,
    /// Index of the input.
    pub position: usize,
}

impl<'a> PackPlan<'a> {
    /// The correlations that take the matches of a rule or correlation.
    pub fn feeds(&self, source: MatchSource) -> impl Iterator<Item = Feed<'_, 'a>> {
        let plans = self.correlations.iter().enumerate();
        plans.flat_map(move |(index, correlation)| {
            let inputs = correlation.inputs.iter().enumerate();
            inputs
                .filter(move |(_, input)| input.source == source)
                .map(move |(position, input)| Feed {
                    index,
                    correlation,
                    input,
                    position,
                })
        })
    }

    /// Whether a rule or correlation raises no notices until an operator has it raise them: since it says `report: false`,
    /// or since a correlation takes its matches that does not say `generate: true` (specification, "Generate").
    pub fn starts_silent(&self, source: MatchSource) -> bool {
        let report = match source {
            MatchSource::Rule(index) => self.rules.get(index).map(|plan| plan.rule.zeek.report),
            MatchSource::Correlation(index) => {
                let plan = self.correlations.get(index);
                plan.map(|plan| plan.correlation.zeek.report)
            }
        };
        let mut feeds = self.feeds(source);
        report == Some(Some(false)) || feeds.any(|feed| !feed.correlation.correlation.generate)
    }
}

impl CorrelationPlan<'_> {
    /// What is computed of the events.
    pub fn aggregation(&self) -> Aggregation {
        self.correlation.aggregation.value
    }

    /// The time span in seconds.
    pub fn timespan(&self) -> u64 {
        self.correlation.timespan.value
    }

    /// Whether every match of its rules fires it, as others ask of it that take its firings.
    pub fn stands_for_any(&self) -> bool {
        let mut bounds = self.bounds.iter();
        self.aggregation() == Aggregation::EventCount
            && self.thresholds.is_empty()
            && bounds.all(|bound| {
                bound.relation == BoundRelation::GreaterOrEqual
                    && bound.number.value <= Number::from(1_u64)
            })
    }

    /// Whether the notice tells the sum of the events' weights.
    pub fn tells_total(&self) -> bool {
        let mut parts = self.message.iter().chain(&self.sub);
        parts.any(|part| *part == MessagePart::Total)
    }

    /// Whether the notice lists the values that were counted.
    pub fn lists_values(&self) -> bool {
        let mut parts = self.message.iter().chain(&self.sub);
        parts.any(|part| *part == MessagePart::Values)
    }

    /// The fields whose values are looked at; the same in all inputs.
    pub fn value_names(&self) -> impl Iterator<Item = &str> {
        let condition = self.correlation.condition.iter();
        condition.flat_map(|condition| condition.fields.iter().map(|name| name.value.as_str()))
    }

    /// Whether the notice tells what the condition compares.
    pub fn tells_count(&self) -> bool {
        let mut parts = self.message.iter().chain(&self.sub);
        parts.any(|part| *part == MessagePart::Count)
    }

    /// The bound whose number says how many matches or values have to be kept for the condition alone; `None` where all that
    /// count have to be, since the notice tells how many there are, or since there are several numbers.
    pub fn deciding_bound(&self) -> Option<&Bound> {
        let counts = matches!(
            self.aggregation(),
            Aggregation::EventCount | Aggregation::ValueCount
        );
        if self.tells_count() || !self.thresholds.is_empty() || !counts {
            return None;
        }
        self.bounds.iter().max_by_key(|bound| bound.number.value)
    }

    /// How many matches or values of a group are kept, unless an operator changes the package's options.
    pub fn most_events(&self) -> usize {
        let Some(bound) = self.deciding_bound() else {
            return MAX_CORRELATION_EVENTS;
        };
        let beyond = usize::from(bound.relation.tells_apart_beyond());
        let number = bound.number.value.as_count();
        number
            .and_then(|number| usize::try_from(number).ok())
            .unwrap_or(MAX_CORRELATION_EVENTS)
            .saturating_add(beyond)
            .clamp(1, MAX_CORRELATION_EVENTS)
    }

    /// Its robustness score, such as `4H`, where it has one.
    pub fn robustness(&self) -> Option<String> {
        self.score.map(|score| score.to_string())
    }

    /// What its notice says of it, where nothing is put in.
    pub fn fixed_sub(&self) -> Option<String> {
        let parts = self.sub.iter();
        parts
            .map(|part| match part {
                MessagePart::Literal(text) => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    /// Whether it computes with whole numbers alone, which both engines do exactly.
    pub fn is_exact(&self) -> bool {
        let mut values = self.inputs.iter().flat_map(|input| &input.values);
        self.aggregation().is_numeric() && values.all(|field| field.kind == FieldKind::Count)
    }

    /// Whether what is computed of the events is a whole number.
    pub fn comes_to_whole(&self) -> bool {
        self.aggregation().counts()
            || self.aggregation() == Aggregation::ValueSum && self.is_exact()
    }

    /// Whether the condition compares with whole numbers what is a whole number or computed of such.
    pub fn compares_whole(&self) -> bool {
        let bounds = self.bounds.iter().map(|bound| bound.number.value);
        let mut numbers = bounds.chain(self.thresholds.iter().copied());
        self.aggregation().counts() || self.is_exact() && numbers.all(Number::is_whole)
    }

    /// The column of one side's address, if it is one in every event.
    pub fn address_column(&self, name: &str) -> Option<usize> {
        self.column(name)
            .filter(|column| self.group[*column].kind == FieldKind::Address)
    }

    /// Which of the rules must have matched, where the condition says so in words; indices into the inputs.
    pub fn of_rules(&self) -> Option<&condition::Condition> {
        self.correlation.condition.as_ref()?.of_rules.as_ref()
    }

    /// The highest number of the condition that a value has reached; `None` where the condition does not hold.
    pub fn reached(&self, value: Quantity) -> Option<Number> {
        let holds = |relation: BoundRelation, number: Number| relation.holds(value, number);
        match self.bounds.as_slice() {
            [bound] if !self.thresholds.is_empty() => self
                .thresholds
                .iter()
                .rev()
                .copied()
                .find(|threshold| holds(bound.relation, *threshold)),
            bounds => bounds
                .iter()
                .all(|bound| holds(bound.relation, bound.number.value))
                .then(|| {
                    let first = bounds.first().map(|bound| bound.number.value);
                    first.unwrap_or_else(|| Number::from(0_u64))
                }),
        }
    }

    /// Whether a column of the group is the connection's unique id.
    pub fn is_uid(&self, column: usize) -> bool {
        let mut inputs = self.inputs.iter();
        inputs.any(|input| match &input.group[column] {
            GroupValue::Field(field) => field.name == "uid",
            GroupValue::Column(_) => self.group[column].name == "uid",
        })
    }

    /// Whether an event may have no value for a column of the group.
    pub fn may_lack(&self, column: usize, pack: &PackPlan<'_>) -> bool {
        self.inputs.iter().any(|input| match &input.group[column] {
            GroupValue::Field(field) => field.name == "uuid" || !field.is_always_set(),
            GroupValue::Column(of_child) => match input.source {
                MatchSource::Correlation(child) => {
                    pack.correlations[child].may_lack(*of_child, pack)
                }
                MatchSource::Rule(_) => false,
            },
        })
    }

    /// The group's column of that name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.group.iter().position(|column| column.name == name)
    }
}

/// Plans a pack's correlations over the plans of its rules. One with an error is left out, and so is one that refers to it.
pub(super) fn plan<'a>(
    pack: &'a Pack,
    rules: &[RulePlan<'a>],
    findings: &mut Vec<Finding>,
) -> Vec<CorrelationPlan<'a>> {
    let references = references::resolve(pack, findings);
    let mut plans: Vec<CorrelationPlan<'a>> = Vec::new();
    // By the correlation's place in the pack: the index of its plan.
    let mut planned: Vec<Option<usize>> = vec![None; pack.correlations.len()];
    for &index in &references.children_first {
        let named = &pack.correlations[index];
        let mut own = Vec::new();
        let sources = sources(pack, rules, &planned, &references.of[index]);
        let planner = CorrelationPlanner {
            pack,
            references: &references.of[index],
            style: pack.description.notice_style,
            correlation: &named.correlation,
            is_referred_to: references.names(Reference::Correlation(index)),
            rules,
            correlations: &plans,
        };
        let plan = planner.plan(&named.name, sources, &mut own);
        let sound = own
            .iter()
            .all(|finding| finding.severity() != Severity::Error);
        findings.append(&mut own);
        if let Some(plan) = plan.filter(|_| sound && named.correlation.sound) {
            planned[index] = Some(plans.len());
            plans.push(plan);
        }
    }
    plans
}

/// The fields that correlations look at in the matches of each rule of a pack whose own notices nobody asks for. Such a rule
/// is decided when they are known.
pub(super) fn demanded(pack: &Pack) -> Vec<Vec<&str>> {
    let references = references::resolve(pack, &mut Vec::new());
    let mut demanded = vec![Vec::new(); pack.rules.len()];
    let mut generated = vec![false; pack.rules.len()];
    for (named, of) in pack.correlations.iter().zip(&references.of) {
        let correlation = &named.correlation;
        for reference in of {
            let Some(Reference::Rule(rule)) = *reference else {
                continue;
            };
            generated[rule] |= correlation.generate;
            let is_rule = |name: &str| references::meant(pack, name) == *reference;
            let of_group = correlation.group_by.iter().filter_map(|column| {
                let Some(alias) = correlation.alias(&column.value) else {
                    return Some(column);
                };
                let mut fields = alias.fields.iter();
                let (_, field) = fields.find(|(name, _)| is_rule(&name.value))?;
                Some(field)
            });
            let compared = correlation.condition.iter().flat_map(|it| &it.fields);
            demanded[rule].extend(of_group.chain(compared).map(|name| name.value.as_str()));
        }
    }
    for (fields, generated) in demanded.iter_mut().zip(generated) {
        if generated {
            fields.clear();
        }
    }
    demanded
}

/// The plans of what a correlation refers to; `None` where one has an error.
fn sources(
    pack: &Pack,
    rules: &[RulePlan<'_>],
    planned: &[Option<usize>],
    references: &[Option<Reference>],
) -> Option<Vec<MatchSource>> {
    let source = |reference: &Option<Reference>| match (*reference)? {
        Reference::Rule(index) => {
            let rule = &pack.rules.get(index)?.rule;
            let same = |plan: &RulePlan<'_>| std::ptr::eq(plan.rule, rule);
            rules.iter().position(same).map(MatchSource::Rule)
        }
        Reference::Correlation(index) => planned.get(index)?.map(MatchSource::Correlation),
    };
    references.iter().map(source).collect()
}

/// Plans one correlation.
struct CorrelationPlanner<'p, 'a> {
    pack: &'a Pack,
    /// What each of the correlation's `rules` is.
    references: &'p [Option<Reference>],
    style: NoticeStyle,
    correlation: &'a Correlation,
    /// Whether another correlation takes its firings.
    is_referred_to: bool,
    rules: &'p [RulePlan<'a>],
    correlations: &'p [CorrelationPlan<'a>],
}

impl<'a> CorrelationPlanner<'_, 'a> {
    fn plan(
        &self,
        name: &'a str,
        sources: Option<Vec<MatchSource>>,
        findings: &mut Vec<Finding>,
    ) -> Option<CorrelationPlan<'a>> {
        let correlation = self.correlation;
        if correlation.id.is_none() && correlation.sound {
            let place = correlation.place(&correlation.title.span);
            let finding = Finding::new(Code::MissingId, place, "correlation has no id");
            findings.push(
                finding.help("add `id:` with a UUID, so that its notices can be told from others'"),
            );
        }
        if correlation.sound {
            bounds::check(correlation, self.is_referred_to, findings);
        }
        let weights = self.weights(findings);
        self.check_aliases(findings);
        let sources = sources?;
        let inputs: Vec<Input> = sources
            .iter()
            .zip(&weights)
            .enumerate()
            .map(|(position, (source, weight))| Input {
                source: *source,
                group: self.group_values(position, *source, findings),
                values: self.values(*source, findings),
                weight: *weight,
            })
            .collect();
        // Where a column is missing, a finding has said so.
        let columns = correlation.group_by.len();
        if inputs.iter().any(|input| input.group.len() != columns) {
            return None;
        }
        let group = self.group_columns(&inputs);
        let techniques = super::techniques(&correlation.tags);
        let mut text = |own: &Option<NoticeText>, default: Vec<MessagePart>| match own {
            Some(own) => message::plan(correlation, own, &group, findings),
            None => Some(default),
        };
        let block = &correlation.zeek.notice;
        let named = block.notice_type.as_ref();
        let message = text(&block.message, message::default(correlation, &group))?;
        let title = &correlation.title.value;
        let sub = notice::sub(self.style, title, &techniques);
        let sub = text(&block.sub, vec![MessagePart::Literal(sub)])?;
        let bounds = bounds::of(correlation);
        bounds::check_precision(correlation, &inputs, findings);
        let score = self.score(&inputs, &bounds);
        Some(CorrelationPlan {
            score,
            attack_type: notice::type_in(self.style, correlation, named, &techniques, findings)?,
            message,
            sub,
            correlation,
            name,
            bounds,
            thresholds: bounds::thresholds(correlation, findings),
            percentile: message::percentile(correlation),
            identifier: self.identifier(findings)?,
            techniques,
            inputs,
            group,
        })
    }

    /// Which of the correlation's rules a name or an id refers to, however the correlation names it.
    fn position_of(&self, name: &Spanned<String>) -> Option<usize> {
        let mut rules = self.correlation.rules.iter();
        let as_written = rules.position(|rule| rule.value == name.value);
        as_written.or_else(|| {
            let meant = Some(references::meant(self.pack, &name.value)?);
            self.references.iter().position(|known| *known == meant)
        })
    }

    /// The weight of each rule's matches.
    fn weights(&self, findings: &mut Vec<Finding>) -> Vec<u64> {
        let mut weights = vec![1; self.correlation.rules.len()];
        for (name, weight) in &self.correlation.zeek.weights {
            match self.position_of(name) {
                Some(position) => weights[position] = *weight,
                None => findings.push(self.not_among_rules(name)),
            }
        }
        weights
    }

    fn identifier(&self, findings: &mut Vec<Finding>) -> Option<Vec<usize>> {
        let group = &self.correlation.group_by;
        let Some(names) = &self.correlation.zeek.notice.identifier else {
            return Some((0..group.len()).collect());
        };
        let position = |name: &Spanned<String>| {
            let position = group.iter().position(|known| known.value == name.value);
            if position.is_none() {
                let message = format!("`{}` is not a group-by field", name.value);
                let place = self.correlation.place(&name.span);
                findings.push(
                    Finding::new(Code::InvalidValue, place, message)
                        .help("a correlation's notices are told apart by what it groups by"),
                );
            }
            position
        };
        let positions: Vec<Option<usize>> = names.iter().map(position).collect();
        positions.into_iter().collect()
    }

    /// The score of its rules together: of rules that must match together, an adversary evades all who evades one; where
    /// any of them counts, all must be evaded.
    fn score(&self, inputs: &[Input], bounds: &[Bound]) -> Option<Score> {
        let scores: Vec<Score> = inputs
            .iter()
            .filter_map(|input| match input.source {
                MatchSource::Rule(index) => self.rules[index].assessment().score,
                MatchSource::Correlation(index) => self.correlations[index].score,
            })
            .collect();
        if !self.correlation.aggregation.value.is_temporal() {
            return scores.into_iter().reduce(score::or);
        }
        if let Some(condition) = self.correlation.condition.as_ref()
            && let Some(of_rules) = &condition.of_rules
        {
            let fewest = bounds::fewest(of_rules, inputs.len()).unwrap_or(inputs.len());
            return score::at_least(fewest, scores);
        }
        let suffices = |rules: &usize| {
            let number = Quantity::from(*rules);
            let mut bounds = bounds.iter();
            bounds.all(|bound| bound.relation.holds(number, bound.number.value))
        };
        let wanted = (1..=inputs.len()).find(suffices).unwrap_or(inputs.len());
        score::at_least(wanted, scores)
    }
}
