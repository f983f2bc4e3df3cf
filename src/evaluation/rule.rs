//! A rule, made ready to be tried on events.

use super::condition::{self, Conjunction, Glimpsed, Obstacle};
use super::pack::Sees;
use super::record::{Undecided, wire};
use super::text::Text;
use super::value::{Activity, Slot, Slots, connection_number};
use crate::finding::Place;
use crate::plan::notice::TextPart;
use crate::plan::{PayloadPlan, RulePlan};
use crate::predicate::Predicate;
use crate::service::{Field, FieldKind, Phase};

/// A rule's number in its pack.
pub(super) type RuleNumber = usize;

/// A rule with its conditions compiled.
#[derive(Debug)]
pub(super) struct CompiledRule<'p> {
    pub(super) plan: &'p RulePlan<'p>,
    /// What it asks of a record.
    pub(super) asked: Predicate,
    /// What of it no record decides: fields, and where the rule asks for them.
    pub(super) undecided: Vec<(String, Place)>,
    /// Whether what is undecided is taken to hold.
    pub(super) is_possible: bool,
    pub(super) stages: Vec<CompiledStage>,
    identifier: Option<Vec<IdentifierPart>>,
    message: Option<Text>,
    sub: Text,
}

/// What a rule tests at one event.
#[derive(Debug)]
pub(super) struct CompiledStage {
    pub(super) phase: Phase,
    pub(super) conjunction: Conjunction,
    /// Bodies that later stages look at, asked for at the last stage before they come.
    pub(super) wants_request_body: bool,
    pub(super) wants_response_body: bool,
}

/// A field that makes notices equal.
#[derive(Debug)]
enum IdentifierPart {
    /// Zeek's unique id of the connection.
    Connection,
    /// What tells the call from others, such as its opnum.
    Identity(Text),
    Slot(Slot),
}

/// At how many of its events each rule has held, for one call or transaction.
#[derive(Debug, Default)]
pub(super) struct Candidates(Vec<(RuleNumber, usize)>);

impl Candidates {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn held(&self, rule: RuleNumber) -> Option<usize> {
        let (_, held) = self.0.iter().find(|(known, _)| *known == rule)?;
        Some(*held)
    }

    pub(super) fn hold(&mut self, rule: RuleNumber, events: usize) {
        match self.0.iter_mut().find(|(known, _)| *known == rule) {
            Some((_, held)) => *held = events,
            None => self.0.push((rule, events)),
        }
    }

    /// Whether a rule has held at so many of its events. A candidate has held at the first.
    pub(super) fn has_held(&self, rule: RuleNumber, events: usize) -> bool {
        match (events, self.held(rule)) {
            (0, _) => true,
            (_, None) => false,
            (1, Some(_)) => true,
            (events, Some(held)) => held == events,
        }
    }
}

impl<'p> CompiledRule<'p> {
    pub(super) fn new(plan: &'p RulePlan<'p>, sees: Sees) -> Result<Self, Obstacle> {
        match (sees, plan.service.log()) {
            (Sees::Events, Some(_)) => return Err(Obstacle::NoAnalyzer),
            (Sees::Events, None) | (Sees::Records(_), _) => {}
        }
        let service = plan.service;
        let slots = Slots { sees, service };
        let anywhere = &plan.rule.place(plan.rule.first_search());
        let mut asked = AskedOfRecord {
            predicate: Predicate::Constant(true),
            undecided: Vec::new(),
            is_possible: false,
        };
        let stages = match sees {
            Sees::Events => stages(plan, slots, anywhere)?,
            Sees::Records(undecided) => {
                asked = asked_of_record(plan, slots, undecided)?;
                // A record has all that there is to know, at once.
                vec![CompiledStage {
                    phase: Phase::Logged,
                    conjunction: Conjunction::of_predicate(&asked.predicate, slots)?,
                    wants_request_body: false,
                    wants_response_body: false,
                }]
            }
        };
        let identifier = plan.identifier.as_ref().map(|fields| {
            let parts = fields
                .iter()
                .map(|field| IdentifierPart::new(field, slots, anywhere));
            parts.collect::<Result<_, _>>()
        });
        let message = plan.notice.message.as_ref();
        let message = message.map(|parts| Text::new(parts, slots, anywhere));
        Ok(Self {
            plan,
            asked: asked.predicate,
            undecided: asked.undecided,
            is_possible: asked.is_possible,
            stages,
            identifier: identifier.transpose()?,
            message: message.transpose()?,
            sub: Text::new(&plan.notice.sub, slots, anywhere)?,
        })
    }

    /// Whether a record is what the rule asks for.
    pub(super) fn holds(&self, record: &dyn Activity) -> bool {
        let mut stages = self.stages.iter();
        stages.all(|stage| stage.conjunction.holds(record))
    }

    /// Whether a record can be what the rule asks for, by what `glimpsed` tells of its values.
    pub(super) fn can_hold<'v>(&self, glimpsed: &dyn Fn(&Slot) -> Glimpsed<'v>) -> bool {
        let mut stages = self.stages.iter();
        stages.all(|stage| stage.conjunction.can_hold(glimpsed))
    }

    /// Whether a stage is the rule's last one, at which it raises its notice.
    pub(super) fn is_last(&self, index: usize) -> bool {
        index + 1 == self.stages.len()
    }

    /// The payload that is logged at an event later than the notice's.
    pub(super) fn later_payload(&self) -> Option<&'p PayloadPlan> {
        self.plan.later_payload()
    }

    /// What the notice says was seen; `None` where the service says it.
    pub(super) fn message(&self, subject: &dyn Activity) -> Option<Vec<u8>> {
        Some(self.message.as_ref()?.value(subject))
    }

    /// What the notice says of the rule.
    pub(super) fn sub(&self, subject: &dyn Activity) -> Vec<u8> {
        self.sub.value(subject)
    }

    /// The values that, with the rule, make two notices equal; `None` for originator and responder.
    pub(super) fn identifier(&self, subject: &dyn Activity) -> Option<Vec<u8>> {
        let parts = self.identifier.as_ref()?;
        let values = parts.iter().map(|part| {
            let value = part.value(subject);
            if value.is_empty() {
                b"-".to_vec()
            } else {
                value
            }
        });
        Some(values.collect::<Vec<_>>().join(&b' '))
    }
}

/// What a rule asks of a record.
struct AskedOfRecord {
    predicate: Predicate,
    /// The fields that only the wire has, and where the rule asks for them.
    undecided: Vec<(String, Place)>,
    is_possible: bool,
}

fn asked_of_record(
    plan: &RulePlan<'_>,
    slots: Slots,
    undecided: Undecided,
) -> Result<AskedOfRecord, Obstacle> {
    let only_wire = wire::tests(&plan.predicate, slots);
    let parts = only_wire.iter();
    let parts: Vec<_> = parts
        .map(|test| (test.field.name.clone(), test.place.clone()))
        .collect();
    if parts.is_empty() {
        return Ok(AskedOfRecord {
            predicate: plan.predicate.clone(),
            undecided: parts,
            is_possible: false,
        });
    }
    let possible = wire::possible(&plan.predicate, slots);
    // What would match every record is no rule any more.
    if undecided == Undecided::IsPossible && possible != Predicate::Constant(true) {
        return Ok(AskedOfRecord {
            predicate: possible,
            undecided: parts,
            is_possible: true,
        });
    }
    match wire::certain(&plan.predicate, slots) {
        Predicate::Constant(_) => Err(Obstacle::NotInLog(parts)),
        predicate => Ok(AskedOfRecord {
            predicate,
            undecided: parts,
            is_possible: false,
        }),
    }
}

/// What a rule tests at each of its events.
fn stages(
    plan: &RulePlan<'_>,
    slots: Slots,
    anywhere: &Place,
) -> Result<Vec<CompiledStage>, Obstacle> {
    let numbered = plan.stages.iter().enumerate();
    let stages = numbered.map(|(index, stage)| {
        let wants = |name: &str, phase: Phase| plan.asks_for(name, phase, index);
        Ok(CompiledStage {
            phase: stage.phase,
            conjunction: Conjunction::new(stage, slots, anywhere)?,
            wants_request_body: wants("body", Phase::RequestBody),
            wants_response_body: wants("response_body", Phase::ResponseBody),
        })
    });
    stages.collect()
}

impl IdentifierPart {
    fn new(field: &Field, slots: Slots, place: &Place) -> Result<Self, Obstacle> {
        if slots.is_connection(field) {
            return Ok(Self::Connection);
        }
        if field.kind == FieldKind::Identity {
            let text = Text::new(&[TextPart::Field(field.clone())], slots, place)?;
            return Ok(Self::Identity(text));
        }
        match condition::slot(field, slots, place) {
            // What the log does not tell is the same in all notices.
            Err(Obstacle::NotInLog(_)) => Ok(Self::Identity(Text::unset())),
            slot => slot.map(Self::Slot),
        }
    }

    fn value(&self, subject: &dyn Activity) -> Vec<u8> {
        match self {
            // One number a connection does for telling them apart.
            Self::Connection => connection_number(subject),
            Self::Identity(text) => text.value(subject),
            Self::Slot(slot) => subject
                .value(slot)
                .map_or_else(Vec::new, |value| value.text().into_owned()),
        }
    }
}
