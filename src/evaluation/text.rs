//! The texts of notices with fields put in.

use super::condition::{self, Obstacle};
use super::value::{Activity, FieldValue, Slot, Slots};
use crate::finding::Place;
use crate::plan::notice::TextPart;
use crate::service::{Field, FieldKind};

/// A text with its fields looked up.
#[derive(Debug)]
pub(super) struct Text(Vec<ResolvedPart>);

#[derive(Debug)]
enum ResolvedPart {
    Literal(Vec<u8>),
    Endpoint,
    Operation,
    Uuid,
    Opnum,
    Slot {
        slot: Slot,
        /// Whether the field's values have no order of their own.
        is_set: bool,
    },
}

impl Text {
    pub(super) fn new(
        parts: &[TextPart],
        slots: Slots,
        anywhere: &Place,
    ) -> Result<Self, Obstacle> {
        let parts = parts.iter().map(|part| match part {
            TextPart::Literal(text) => Ok(ResolvedPart::Literal(text.clone().into_bytes())),
            TextPart::Field(field) => ResolvedPart::field(field, slots, anywhere),
        });
        Ok(Self(parts.collect::<Result<_, _>>()?))
    }

    /// What stands for something that is not set.
    pub(super) fn unset() -> Self {
        Self(vec![ResolvedPart::Literal(b"-".to_vec())])
    }

    pub(super) fn value(&self, subject: &dyn Activity) -> Vec<u8> {
        let parts = self.0.iter().map(|part| part.value(subject));
        parts.collect::<Vec<_>>().concat()
    }
}

impl ResolvedPart {
    fn field(field: &Field, slots: Slots, anywhere: &Place) -> Result<Self, Obstacle> {
        if field.kind == FieldKind::Identity {
            return Ok(match field.name.as_str() {
                "endpoint" => Self::Endpoint,
                "operation" => Self::Operation,
                "opnum" => Self::Opnum,
                _ => Self::Uuid,
            });
        }
        let slot = match condition::slot(field, slots, anywhere) {
            // The log does not tell it.
            Err(Obstacle::NotInLog(_)) => return Ok(Self::Literal(b"-".to_vec())),
            slot => slot?,
        };
        Ok(Self::Slot {
            slot,
            is_set: field.kind == FieldKind::TextSet,
        })
    }

    fn value(&self, subject: &dyn Activity) -> Vec<u8> {
        let (uuid, opnum) = subject.identity().unwrap_or((None, 0));
        // What was observed of a call is `endpoint::operation`, and no endpoint's name has colons.
        let names = |after: bool| {
            let observed = subject.observed();
            let colons = memchr::memmem::find(&observed, b"::").unwrap_or(observed.len());
            if after {
                observed.get(colons + 2..).unwrap_or_default().to_vec()
            } else {
                observed[..colons].to_vec()
            }
        };
        match self {
            Self::Literal(text) => text.clone(),
            Self::Endpoint => names(false),
            Self::Operation => names(true),
            Self::Uuid => uuid.map_or_else(|| b"-".to_vec(), |uuid| uuid.to_string().into_bytes()),
            Self::Opnum => opnum.to_string().into_bytes(),
            Self::Slot { slot, is_set } => match subject.value(slot) {
                None => b"-".to_vec(),
                Some(FieldValue::Texts(mut texts)) if *is_set => {
                    texts.sort_unstable();
                    texts.join(&b',')
                }
                Some(value) => value.text().into_owned(),
            },
        }
    }
}
