//! A rule, made ready to be tried on events.

use super::condition::{Conjunction, Obstacle};
use super::pack::Sees;
use super::text::Text;
use super::value::{Activity, Slot, connection_number, is_column};
use crate::finding::Place;
use crate::plan::notice::TextPart;
use crate::plan::{PayloadPlan, RulePlan};
use crate::service::{Field, FieldKind, Phase};

/// A rule's number in its pack.
pub(super) type RuleNumber = usize;

/// A rule with its conditions compiled.
#[derive(Debug)]
pub(super) struct CompiledRule<'p> {
    pub(super) plan: &'p RulePlan<'p>,
    pub(super) stages: Vec<CompiledStage>,
    identifier: Option<Vec<Part>>,
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
enum Part {
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
            (Sees::Records, None) => return Err(Obstacle::NoRecords),
            (Sees::Events, None) | (Sees::Records, Some(_)) => {}
        }
        let anywhere = &plan.rule.place(plan.rule.first_search());
        let mut stages = Vec::new();
        for (index, stage) in plan.stages.iter().enumerate() {
            let wants = |name: &str, phase: Phase| plan.asks_for(name, phase, index);
            stages.push(CompiledStage {
                phase: stage.phase,
                conjunction: Conjunction::new(stage, anywhere)?,
                wants_request_body: wants("body", Phase::RequestBody),
                wants_response_body: wants("response_body", Phase::ResponseBody),
            });
        }
        let identifier = plan.identifier.as_ref().map(|fields| {
            let parts = fields.iter().map(|field| Part::new(field, anywhere));
            parts.collect::<Result<_, _>>()
        });
        let message = plan.notice.message.as_ref();
        let message = message.map(|parts| Text::new(parts, anywhere));
        Ok(Self {
            plan,
            stages,
            identifier: identifier.transpose()?,
            message: message.transpose()?,
            sub: Text::new(&plan.notice.sub, anywhere)?,
        })
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

impl Part {
    fn new(field: &Field, place: &Place) -> Result<Self, Obstacle> {
        match (field.kind, field.name.as_str()) {
            (_, "uid") if !is_column(field) => Ok(Self::Connection),
            (FieldKind::Identity, _) => {
                let text = Text::new(&[TextPart::Field(field.clone())], place)?;
                Ok(Self::Identity(text))
            }
            (_, name) => match Slot::of(field) {
                Some(slot) => Ok(Self::Slot(slot)),
                None => Err(Obstacle::UnknownField {
                    name: name.to_owned(),
                    place: place.clone(),
                }),
            },
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
