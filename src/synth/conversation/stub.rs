//! Stubs of calls with given arguments: the steps of a plan, written instead of read.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use chrono::{DateTime, Utc};

use super::activation;
use crate::registry::InterfaceUuid;
use crate::registry::data_type::{CharacterEncoding, FixedValue};
use crate::stub::{
    Argument, ArgumentIndex, ArgumentKind, MAX_ELEMENTS, Register, RegisterCondition, Step,
    StubPlan, TransferSyntax,
};
use crate::synth::observation::ObservedValue;
use crate::synth::scenario::FieldRefusal;

/// Values by the names of their arguments. An argument in an array has several.
pub(in crate::synth) type ArgumentValues = BTreeMap<String, ObservedValue>;

/// A stub, little-endian.
#[derive(Debug, Default)]
pub(in crate::synth) struct WrittenStub {
    /// Its octets.
    pub(in crate::synth) stub: Vec<u8>,
    /// All arguments that it has.
    pub(in crate::synth) values: ArgumentValues,
    /// Where each of them ends.
    ends: BTreeMap<String, usize>,
}

impl WrittenStub {
    /// Where the last of some arguments ends, if the stub has one of them.
    pub(in crate::synth) fn end<'n>(
        &self,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Option<usize> {
        let ends = names.into_iter().filter_map(|name| self.ends.get(name));
        ends.copied().max()
    }
}

/// Most octets of a stub, so that a fragment holds it.
const MOST_OCTETS: usize = super::rpc::MAX_STUB;

/// The stub of one side of an operation with these arguments. Of what is not named, pointers are null, arrays empty, and all else is
/// as plain as it can be.
pub(in crate::synth) fn write(
    plan: &StubPlan,
    syntax: TransferSyntax,
    wanted: &ArgumentValues,
) -> Result<WrittenStub, FieldRefusal> {
    let mut writer = StubWriter {
        plan,
        syntax,
        wanted,
        stub: Vec::new(),
        registers: vec![0; plan.registers().len()],
        loaded: BTreeSet::new(),
        referent: 0x0002_0000,
        element: None,
        occurrences: BTreeMap::new(),
        values: Vec::new(),
        ends: BTreeMap::new(),
    };
    let steps = plan.steps(syntax);
    writer.settle(steps)?;
    writer.run(steps)?;
    writer.written()
}

/// What an argument has where nothing is wanted of it.
fn usual(kind: ArgumentKind) -> ObservedValue {
    /// A context handle: no attributes, and a UUID.
    const HANDLE: [u8; 20] =
        *b"\0\0\0\0\x2f\x9c\x41\x5a\x6d\x08\xe3\x4b\x92\x17\xc5\x70\x1e\xba\x64\xd3";
    let text = |text: &str| ObservedValue::Bytes(text.into());
    match kind {
        ArgumentKind::Integer { is_signed: false } => ObservedValue::Count(0),
        ArgumentKind::Integer { is_signed: true } => ObservedValue::Int(0),
        ArgumentKind::Text | ArgumentKind::Bytes => text(""),
        ArgumentKind::Sid => text("S-1-1-0"),
        ArgumentKind::Fixed(FixedValue::Guid) => text("00000000-0000-0000-0000-000000000000"),
        ArgumentKind::Fixed(FixedValue::FileTime) => text("1601-01-01T00:00:00Z"),
        ArgumentKind::Fixed(FixedValue::Handle) => ObservedValue::Bytes(HANDLE.to_vec()),
        ArgumentKind::Fixed(FixedValue::Ipv4) => {
            ObservedValue::Address(Ipv4Addr::UNSPECIFIED.into())
        }
    }
}

/// Runs the steps of a plan.
struct StubWriter<'a> {
    plan: &'a StubPlan,
    syntax: TransferSyntax,
    wanted: &'a ArgumentValues,
    stub: Vec<u8>,
    registers: Vec<u64>,
    /// Those that have been written.
    loaded: BTreeSet<Register>,
    /// The pointer that was written last.
    referent: u64,
    /// The element of an array that is written.
    element: Option<usize>,
    /// How often an argument was written that has several values in a row.
    occurrences: BTreeMap<ArgumentIndex, usize>,
    values: Vec<(ArgumentIndex, ObservedValue)>,
    ends: BTreeMap<String, usize>,
}

/// Why a value cannot be written that is of another kind than its argument.
const OTHER_KIND: FieldRefusal = "a value of the argument's type";

impl StubWriter<'_> {
    /// Gives registers their numbers before they are written: pointers, lengths, counts and discriminants.
    fn settle(&mut self, steps: &[Step]) -> Result<(), FieldRefusal> {
        for step in steps {
            match step {
                Step::When(register, condition, block) => {
                    self.settle_condition(*register, condition, block);
                    self.settle(block)?;
                }
                Step::CountedText(encoding, length, output) => {
                    let text = characters(*encoding, &self.value(*output)?)?;
                    self.set(*length, text.len() as u64);
                }
                Step::CountedBytes(count, output) => {
                    let bytes = octets(&self.value(*output)?)?.len();
                    self.set(*count, bytes as u64);
                }
                Step::Each {
                    count,
                    inline,
                    deferred,
                    ..
                } => {
                    let outputs = outputs(inline).into_iter().chain(outputs(deferred));
                    let most = outputs.map(|output| self.values_wanted(output)).max();
                    self.set(*count, most.unwrap_or(0) as u64);
                }
                _ => {}
            }
        }
        self.settle_unions(steps);
        // A text that is behind a null pointer has no length.
        for step in steps {
            if let Step::When(pointer, RegisterCondition::NotZero, block) = step
                && self.get(*pointer) == 0
                && let [Step::CountedText(_, length, _)] = block.as_slice()
            {
                self.set(*length, 0);
            }
        }
        Ok(())
    }

    /// Gives a register the number with which a block is written that has something wanted.
    fn settle_condition(
        &mut self,
        register: Register,
        condition: &RegisterCondition,
        block: &[Step],
    ) {
        if !self.is_wanted(block) {
            return;
        }
        let number = match condition {
            RegisterCondition::NotZero => {
                self.referent += 4;
                self.referent
            }
            RegisterCondition::Is(case) => *case,
            RegisterCondition::IsNoneOf(cases) => {
                let other = (0..).find(|number| !cases.contains(number));
                other.unwrap_or_default()
            }
        };
        self.set(register, number);
    }

    /// Whether a block has an argument that is wanted, or a pointer to one.
    fn is_wanted(&self, block: &[Step]) -> bool {
        block.iter().any(|step| match step {
            Step::Load(_, register) => {
                let pointed = blocks_behind(self.plan.steps(self.syntax), *register);
                pointed.into_iter().any(|block| self.is_wanted(block))
            }
            Step::When(_, _, block) => self.is_wanted(block),
            Step::Each {
                inline, deferred, ..
            } => self.is_wanted(inline) || self.is_wanted(deferred),
            step => output(step).is_some_and(|output| self.values_wanted(output) > 0),
        })
    }

    /// Gives the unions of which no arm is wanted their first one.
    fn settle_unions(&mut self, steps: &[Step]) {
        for step in steps {
            let Step::When(register, RegisterCondition::Is(case), _) = step else {
                continue;
            };
            let is_pointer = !blocks_behind(self.plan.steps(self.syntax), *register).is_empty();
            let is_taken = steps.iter().any(|step| match step {
                Step::When(other, condition, block) => {
                    let is_arm = !matches!(block.as_slice(), [Step::Fail]);
                    other == register && is_arm && condition.holds(self.get(*register))
                }
                _ => false,
            });
            if !is_pointer && !is_taken {
                self.set(*register, *case);
            }
        }
    }

    fn run(&mut self, steps: &[Step]) -> Result<(), FieldRefusal> {
        let mut previous = None;
        for step in steps {
            self.step(step, previous)?;
            if self.stub.len() > MOST_OCTETS {
                return Err("arguments of up to 65511 bytes, which is the longest fragment's");
            }
            previous = Some(step);
        }
        Ok(())
    }

    fn step(&mut self, step: &Step, previous: Option<&Step>) -> Result<(), FieldRefusal> {
        match step {
            Step::Align(alignment) => self.align(*alignment),
            Step::Skip(octets) => match previous {
                // The maximum length of a text, behind its length.
                Some(Step::Load(width, length)) if u64::from(*width) == *octets => {
                    self.integer(*width, self.get(*length));
                }
                _ => self.zeros(usize::try_from(*octets).unwrap_or(MOST_OCTETS)),
            },
            Step::Load(octets, register) => {
                self.loaded.insert(*register);
                self.integer(*octets, self.get(*register));
            }
            Step::Count(register) => {
                self.loaded.insert(*register);
                self.counts(self.get(*register));
            }
            Step::Integer { octets, output, .. } => {
                let value = self.value(*output)?;
                let number = number(&value, *octets)?;
                self.integer(*octets, number);
                self.give(*output, value);
            }
            Step::Fixed(form, output) => {
                let value = self.value(*output)?;
                let octets = fixed(*form, &value)?;
                self.stub.extend(octets);
                self.give(*output, value);
            }
            Step::Octets(count, output) => {
                let value = self.value(*output)?;
                let octets = filled(octets(&value)?, usize::try_from(*count).unwrap_or(0))?;
                self.stub.extend(&octets);
                self.give(*output, ObservedValue::Bytes(octets));
            }
            Step::Text(encoding, output) => {
                let value = self.value(*output)?;
                let mut text = characters(*encoding, &value)?;
                text.resize(text.len() + usize::from(encoding.octets()), 0);
                self.characters(*encoding, &text);
                self.give(*output, value);
            }
            Step::CountedText(encoding, _, output) => {
                let value = self.value(*output)?;
                self.characters(*encoding, &characters(*encoding, &value)?);
                self.give(*output, value);
            }
            Step::Bytes { is_varying, output } => {
                let value = self.value(*output)?;
                let octets = octets(&value)?.to_vec();
                match is_varying {
                    true => self.counts(octets.len() as u64),
                    false => self.word(octets.len() as u64),
                }
                self.stub.extend(octets);
                self.give(*output, value);
            }
            Step::CountedBytes(_, output) => {
                let value = self.value(*output)?;
                self.stub.extend(octets(&value)?);
                self.give(*output, value);
            }
            Step::Sid(output) => {
                let value = self.value(*output)?;
                let sid = sid(&value)?;
                self.word(u64::from(sid.get(1).copied().unwrap_or(0)));
                self.stub.extend(sid);
                self.give(*output, value);
            }
            Step::Blob(output) => {
                let value = self.value(*output)?;
                let text = characters(CharacterEncoding::Utf16, &value)?;
                let count = text.len() as u64 / 2;
                self.word(count);
                self.integer(4, text.len() as u64);
                self.integer(4, count);
                self.stub.extend(text);
                self.give(*output, value);
            }
            Step::Activation(output) => {
                let value = self.value(*output)?;
                let object = activation::properties(guid(&value)?);
                self.word(object.len() as u64);
                self.integer(4, object.len() as u64);
                self.stub.extend(object);
                self.give(*output, value);
            }
            Step::Each {
                count,
                stride,
                size,
                inline,
                deferred,
            } => self.each(self.get(*count), [*stride, *size], inline, deferred)?,
            Step::When(register, condition, block) => {
                // What is in another arm of a union was never written.
                let is_loaded = self.loaded.contains(register);
                if condition.holds(if is_loaded { self.get(*register) } else { 0 }) {
                    self.run(block)?;
                }
            }
            Step::Fail => return Err("arguments that a stub can have together"),
        }
        Ok(())
    }

    fn each(
        &mut self,
        count: u64,
        [stride, size]: [u64; 2],
        inline: &[Step],
        deferred: &[Step],
    ) -> Result<(), FieldRefusal> {
        if count > MAX_ELEMENTS {
            return Err("an array of up to 4096 elements");
        }
        let octets = |number: u64| usize::try_from(number).unwrap_or(MOST_OCTETS);
        let (count, stride, size) = (octets(count), octets(stride), octets(size));
        let outer = self.element;
        let first = self.stub.len();
        for element in 0..count {
            self.element = Some(element);
            self.stub.resize(first + element * stride, 0);
            self.settle(inline)?;
            self.settle(deferred)?;
            self.run(inline)?;
        }
        if let Some(last) = count.checked_sub(1) {
            self.stub.resize(first + last * stride + size, 0);
        }
        for element in 0..count {
            self.element = Some(element);
            self.settle(deferred)?;
            self.run(deferred)?;
        }
        self.element = outer;
        Ok(())
    }

    fn written(self) -> Result<WrittenStub, FieldRefusal> {
        let mut values = ArgumentValues::new();
        for (output, value) in self.values {
            let argument = self.plan.arguments.get(output).ok_or(OTHER_KIND)?;
            if !argument.is_list {
                values.insert(argument.name.clone(), value);
                continue;
            }
            let list = values.entry(argument.name.clone());
            match (list.or_insert_with(|| empty(argument)), value) {
                (ObservedValue::Texts(texts), ObservedValue::Bytes(text)) => texts.push(text),
                (ObservedValue::Several(values), value) => values.push(value),
                _ => return Err(OTHER_KIND),
            }
        }
        Ok(WrittenStub {
            stub: self.stub,
            values,
            ends: self.ends,
        })
    }

    /// How many values are wanted of an argument.
    fn values_wanted(&self, output: ArgumentIndex) -> usize {
        match self.of(output) {
            None => 0,
            Some(ObservedValue::Texts(texts)) => texts.len(),
            Some(ObservedValue::Several(values)) => values.len(),
            Some(_) => 1,
        }
    }

    fn of(&self, output: ArgumentIndex) -> Option<&ObservedValue> {
        let argument = self.plan.arguments.get(output)?;
        self.wanted.get(&argument.name)
    }

    /// What is written next of an argument.
    fn value(&self, output: ArgumentIndex) -> Result<ObservedValue, FieldRefusal> {
        let argument = self.plan.arguments.get(output).ok_or(OTHER_KIND)?;
        let place = match self.element {
            Some(element) => element,
            None => self.occurrences.get(&output).copied().unwrap_or(0),
        };
        let wanted = match self.of(output) {
            Some(ObservedValue::Texts(texts)) => {
                texts.get(place).cloned().map(ObservedValue::Bytes)
            }
            Some(ObservedValue::Several(values)) => values.get(place).cloned(),
            wanted => wanted.cloned(),
        };
        Ok(wanted.unwrap_or_else(|| usual(argument.kind)))
    }

    fn give(&mut self, output: ArgumentIndex, value: ObservedValue) {
        *self.occurrences.entry(output).or_default() += 1;
        if let Some(argument) = self.plan.arguments.get(output) {
            self.ends.insert(argument.name.clone(), self.stub.len());
        }
        self.values.push((output, value));
    }

    fn get(&self, register: Register) -> u64 {
        self.registers.get(register).copied().unwrap_or_default()
    }

    fn set(&mut self, register: Register, number: u64) {
        if let Some(known) = self.registers.get_mut(register) {
            *known = number;
        }
    }

    fn zeros(&mut self, octets: usize) {
        self.stub
            .resize(self.stub.len() + octets.min(MOST_OCTETS), 0);
    }

    fn align(&mut self, alignment: u8) {
        let aligned = self.stub.len().next_multiple_of(usize::from(alignment));
        self.stub.resize(aligned, 0);
    }

    /// An integer that fits, little-endian and aligned.
    fn integer(&mut self, octets: u8, number: u64) {
        self.align(octets);
        let bytes = number.to_le_bytes();
        self.stub.extend(bytes.iter().take(usize::from(octets)));
    }

    fn word(&mut self, number: u64) {
        self.integer(self.syntax.word(), number);
    }

    /// The counts of a conformant and varying array that is whole.
    fn counts(&mut self, count: u64) {
        for number in [count, 0, count] {
            self.word(number);
        }
    }

    fn characters(&mut self, encoding: CharacterEncoding, text: &[u8]) {
        self.counts(text.len() as u64 / u64::from(encoding.octets()));
        self.stub.extend(text);
    }
}

fn empty(argument: &Argument) -> ObservedValue {
    match argument.kind {
        ArgumentKind::Integer { .. } | ArgumentKind::Fixed(FixedValue::Ipv4) => {
            ObservedValue::Several(Vec::new())
        }
        _ => ObservedValue::Texts(Vec::new()),
    }
}

/// The argument that a step gives by itself.
fn output(step: &Step) -> Option<ArgumentIndex> {
    match step {
        Step::Integer { output, .. }
        | Step::Fixed(_, output)
        | Step::Octets(_, output)
        | Step::Text(_, output)
        | Step::CountedText(_, _, output)
        | Step::Bytes { output, .. }
        | Step::CountedBytes(_, output)
        | Step::Sid(output)
        | Step::Blob(output)
        | Step::Activation(output) => Some(*output),
        Step::Align(_)
        | Step::Skip(_)
        | Step::Load(..)
        | Step::Count(_)
        | Step::Each { .. }
        | Step::When(..)
        | Step::Fail => None,
    }
}

/// The arguments that steps give, with those in blocks.
fn outputs(steps: &[Step]) -> Vec<ArgumentIndex> {
    let outputs = steps.iter().flat_map(|step| match step {
        Step::When(_, _, block) => self::outputs(block),
        Step::Each {
            inline, deferred, ..
        } => [self::outputs(inline), self::outputs(deferred)].concat(),
        step => output(step).into_iter().collect(),
    });
    outputs.collect()
}

/// The blocks that are there if a pointer is not null.
fn blocks_behind(steps: &[Step], pointer: Register) -> Vec<&[Step]> {
    let blocks = steps.iter().flat_map(|step| match step {
        Step::When(register, RegisterCondition::NotZero, block)
            if *register == pointer && block.as_slice() != [Step::Fail] =>
        {
            vec![block.as_slice()]
        }
        Step::When(_, _, block) => blocks_behind(block, pointer),
        Step::Each {
            inline, deferred, ..
        } => [
            blocks_behind(inline, pointer),
            blocks_behind(deferred, pointer),
        ]
        .concat(),
        _ => Vec::new(),
    });
    blocks.collect()
}

fn octets(value: &ObservedValue) -> Result<&[u8], FieldRefusal> {
    match value {
        ObservedValue::Bytes(bytes) => Ok(bytes),
        _ => Err(OTHER_KIND),
    }
}

/// Octets of a fixed number, zero behind those that are given.
fn filled(octets: &[u8], count: usize) -> Result<Vec<u8>, FieldRefusal> {
    if octets.len() > count {
        return Err("as many bytes as the argument has");
    }
    let mut filled = octets.to_vec();
    filled.resize(count, 0);
    Ok(filled)
}

fn text(value: &ObservedValue) -> Result<&str, FieldRefusal> {
    std::str::from_utf8(octets(value)?).map_err(|_| "text in UTF-8")
}

fn characters(encoding: CharacterEncoding, value: &ObservedValue) -> Result<Vec<u8>, FieldRefusal> {
    Ok(match encoding {
        CharacterEncoding::Utf16 => {
            let units = text(value)?.encode_utf16();
            units.flat_map(u16::to_le_bytes).collect()
        }
        CharacterEncoding::Ansi => octets(value)?.to_vec(),
    })
}

/// A number as so many octets hold it.
fn number(value: &ObservedValue, octets: u8) -> Result<u64, FieldRefusal> {
    const TOO_LARGE: FieldRefusal = "a number that the argument's type can hold";
    let bits = 8 * u32::from(octets);
    match value {
        ObservedValue::Count(number) => match number.checked_shr(bits) {
            None | Some(0) => Ok(*number),
            Some(_) => Err(TOO_LARGE),
        },
        ObservedValue::Int(number) => {
            let unused = 64 - bits;
            let kept = (number << unused) >> unused;
            (kept == *number)
                .then_some(number.cast_unsigned())
                .ok_or(TOO_LARGE)
        }
        _ => Err(OTHER_KIND),
    }
}

fn fixed(form: FixedValue, value: &ObservedValue) -> Result<Vec<u8>, FieldRefusal> {
    Ok(match form {
        FixedValue::Guid => guid(value)?.to_vec(),
        FixedValue::FileTime => file_time(value)?.to_le_bytes().to_vec(),
        FixedValue::Handle => match octets(value)? {
            handle if handle.len() == usize::from(form.octets()) => handle.to_vec(),
            _ => return Err("a context handle, which has 20 bytes"),
        },
        FixedValue::Ipv4 => match value {
            ObservedValue::Address(IpAddr::V4(address)) => address.to_bits().to_le_bytes().to_vec(),
            _ => return Err("an IPv4 address"),
        },
    })
}

/// MS-DTYP section 2.3.4
fn guid(value: &ObservedValue) -> Result<[u8; 16], FieldRefusal> {
    let uuid: Option<InterfaceUuid> = text(value)?.parse().ok();
    Ok(*uuid.ok_or("a GUID")?.swapped().as_bytes())
}

/// MS-DTYP section 2.3.3
fn file_time(value: &ObservedValue) -> Result<u64, FieldRefusal> {
    const NO_TIME: FieldRefusal = "a point in time from 1601 on, such as 2023-11-14T22:13:20Z";
    /// Seconds from 1601 to 1970.
    const EPOCH: i64 = 11_644_473_600;
    const TICKS: u64 = 10_000_000;
    let time = DateTime::parse_from_rfc3339(text(value)?).map_err(|_| NO_TIME)?;
    let time = time.with_timezone(&Utc);
    let seconds = u64::try_from(time.timestamp() + EPOCH).map_err(|_| NO_TIME)?;
    Ok(seconds * TICKS + u64::from(time.timestamp_subsec_nanos()) / 100)
}

/// An `RPC_SID` without its count (MS-DTYP section 2.4.2.3), from its usual written form (section 2.4.2.1).
fn sid(value: &ObservedValue) -> Result<Vec<u8>, FieldRefusal> {
    const NO_SID: FieldRefusal = "a SID, such as S-1-5-32-544";
    let parts = text(value)?.strip_prefix("S-1-").ok_or(NO_SID)?;
    let mut parts = parts.split('-');
    let authority: Option<u32> = parts.next().and_then(|part| part.parse().ok());
    let authority = authority.ok_or(NO_SID)?;
    let sub_authorities: Option<Vec<u32>> = parts.map(|part| part.parse().ok()).collect();
    let sub_authorities = sub_authorities.ok_or(NO_SID)?;
    let count = u8::try_from(sub_authorities.len()).map_err(|_| NO_SID)?;
    if count > 15 {
        return Err(NO_SID);
    }
    let mut sid = vec![1, count, 0, 0];
    sid.extend(authority.to_be_bytes());
    sid.extend(sub_authorities.into_iter().flat_map(u32::to_le_bytes));
    Ok(sid)
}
