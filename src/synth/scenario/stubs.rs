//! The stubs of a call whose arguments a rule asks for.

use super::FieldRefusal;
use crate::predicate::pattern::{ByteSet, Pattern, RegexFlags};
use crate::registry::Operation;
use crate::registry::data_type::FixedValue;
use crate::service::{Field, argument};
use crate::stub::{Argument, ArgumentKind, Side, Step, StubPlan, TransferSyntax};
use crate::synth::conversation::rpc;
use crate::synth::conversation::stub::{self, ArgumentValues, WrittenStub};
use crate::synth::observation::ObservedValue;
use crate::synth::solve::text::TextFrame;

/// What a call's stubs have.
#[derive(Debug, Clone)]
pub(in crate::synth) struct Stubs {
    /// In which transfer syntax they are.
    pub(in crate::synth) syntax: TransferSyntax,
    /// Whether nobody but the two ends can read them.
    pub(in crate::synth) are_sealed: bool,
    /// How much of the request's stub is there, if not all of it.
    pub(in crate::synth) kept: Option<usize>,
    arguments: ArgumentValues,
    results: ArgumentValues,
    /// Which stub is not made of arguments, since a rule asks for its bytes.
    in_bytes: Vec<Side>,
}

impl Stubs {
    /// Whatever is plain.
    pub(in crate::synth) fn usual() -> Self {
        Self {
            syntax: TransferSyntax::Ndr,
            are_sealed: false,
            kept: None,
            arguments: ArgumentValues::new(),
            results: ArgumentValues::new(),
            in_bytes: Vec::new(),
        }
    }

    /// A stub; `None` where the operation's parameters are not known, or have no such values.
    pub(super) fn written(&self, operation: &Operation, side: Side) -> Option<WrittenStub> {
        if self.in_bytes.contains(&side) {
            return None;
        }
        let plan = StubPlan::of(operation, side)?;
        stub::write(plan, self.syntax, self.values(side)).ok()
    }

    /// A rule asks for a stub's bytes.
    pub(super) fn leave_to_bytes(&mut self, side: Side) -> Result<(), FieldRefusal> {
        if !self.values(side).is_empty() {
            return Err("what the rule's arguments make of it");
        }
        self.in_bytes.push(side);
        Ok(())
    }

    fn values(&self, side: Side) -> &ArgumentValues {
        match side {
            Side::Request => &self.arguments,
            Side::Response => &self.results,
        }
    }

    /// Gives an argument of an operation a value, or takes it away: where it must be there, by sealing the stub.
    pub(super) fn set(
        &mut self,
        operation: Option<&Operation>,
        field: &Field,
        value: Option<ObservedValue>,
    ) -> Result<(), FieldRefusal> {
        const NO_ARGUMENT: FieldRefusal = "an argument of the operation";
        let (side, name) = argument::parse(&field.name).ok_or(NO_ARGUMENT)?;
        let plan = operation.and_then(|operation| StubPlan::of(operation, side));
        let is_absent = value.is_none();
        if self.in_bytes.contains(&side) {
            return is_absent
                .then_some(())
                .ok_or("what the rule's bytes make of it");
        }
        let values = match side {
            Side::Request => &mut self.arguments,
            Side::Response => &mut self.results,
        };
        match value {
            Some(value) => values.insert(name.to_owned(), value),
            None => values.remove(name),
        };
        let Some(plan) = plan else {
            return is_absent.then_some(()).ok_or(NO_ARGUMENT);
        };
        let written = stub::write(plan, self.syntax, self.values(side))?;
        match (written.values.contains_key(name), is_absent) {
            (true, true) => self.are_sealed = true,
            (false, false) => return Err(NO_ARGUMENT),
            (true, false) | (false, true) => {}
        }
        Ok(())
    }
}

/// What a sealed stub looks like.
pub(super) fn sealed(stub: &[u8]) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let key = std::iter::repeat_with(|| {
        // Xorshift: nothing of the stub is left as it was.
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[1] | 1
    });
    stub.iter()
        .zip(key)
        .map(|(octet, key)| octet ^ key)
        .collect()
}

/// What an argument of an operation can be.
pub(super) fn frame(operation: Option<&Operation>, field: &Field) -> TextFrame {
    let argument = argument::parse(&field.name).and_then(|(side, name)| {
        let plan = StubPlan::of(operation?, side)?;
        let argument = plan.arguments.iter().find(|it| it.name == name)?;
        Some((plan, argument))
    });
    match argument {
        Some((plan, argument)) => frame_of(plan, argument),
        None => TextFrame::bytes(rpc::MAX_STUB),
    }
}

fn frame_of(plan: &StubPlan, argument: &Argument) -> TextFrame {
    let digits = ByteSet::range(b'0'..=b'9');
    let written = |form: &str, bytes: ByteSet, example: &str, longest: usize| TextFrame {
        bytes,
        form: Pattern::from_regex(form, RegexFlags::default()).ok(),
        examples: vec![example.into()],
        ..TextFrame::bytes(longest)
    };
    match argument.kind {
        ArgumentKind::Text => TextFrame {
            bytes: ByteSet::range(0x20..=0x7e),
            rare_bytes: Some(ByteSet::range(1..=0xff)),
            ..TextFrame::bytes(LONGEST_TEXT)
        },
        ArgumentKind::Sid => {
            let bytes = digits
                .union(ByteSet::single(b'S'))
                .union(ByteSet::single(b'-'));
            written(
                SID,
                bytes,
                "S-1-5-21-3623811015-3361044348-30300820-1013",
                184,
            )
        }
        ArgumentKind::Fixed(FixedValue::Guid) => {
            let bytes = digits
                .union(ByteSet::range(b'a'..=b'f'))
                .union(ByteSet::single(b'-'));
            written(GUID, bytes, "9ba05972-f6a8-11cf-a442-00a0c90a8f39", 36)
        }
        ArgumentKind::Fixed(FixedValue::FileTime) => {
            let others = b"-:TZ".iter().copied().map(ByteSet::single);
            let bytes = others.fold(digits, ByteSet::union);
            written(TIME, bytes, "2026-11-29T12:00:00Z", 20)
        }
        ArgumentKind::Fixed(FixedValue::Handle) => fixed_length(20),
        ArgumentKind::Bytes => match octets(plan, argument) {
            Some(count) => fixed_length(count),
            None => TextFrame::bytes(LONGEST_TEXT),
        },
        ArgumentKind::Integer { .. } | ArgumentKind::Fixed(FixedValue::Ipv4) => TextFrame {
            examples: vec![b"0".to_vec(), b"1".to_vec()],
            ..TextFrame::bytes(LONGEST_TEXT)
        },
    }
}

/// Most bytes of an argument, so that several fit into a stub in whatever encoding.
const LONGEST_TEXT: usize = rpc::MAX_STUB / 8;

/// A SID as [MS-DTYP] section 2.4.2.1 writes it.
const SID: &str =
    "^S-1-(0|[1-9][0-9]{0,8})(-(0|[1-9][0-9]{0,8}|[1-3][0-9]{9}|4[01][0-9]{8})){1,15}$";
const GUID: &str = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";
const TIME: &str = "^(1[7-9]|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$";

fn fixed_length(octets: usize) -> TextFrame {
    let flags = RegexFlags {
        dot_all: true,
        ..RegexFlags::default()
    };
    TextFrame {
        form: Pattern::from_regex(&format!("^.{{{octets}}}$"), flags).ok(),
        ..TextFrame::bytes(octets)
    }
}

/// How many octets an argument always has.
fn octets(plan: &StubPlan, argument: &Argument) -> Option<usize> {
    let place = plan.arguments.iter().position(|it| it == argument)?;
    let mut steps = plan.steps(TransferSyntax::Ndr).iter();
    steps.find_map(|step| match step {
        Step::Octets(count, output) if *output == place => usize::try_from(*count).ok(),
        _ => None,
    })
}
