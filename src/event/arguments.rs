//! The arguments of calls, read from their stubs.

use std::fmt;
use std::net::Ipv4Addr;

use chrono::DateTime;

use crate::registry::InterfaceUuid;
use crate::registry::data_type::{CharacterEncoding, FixedValue};
use crate::stub::{
    Argument, ArgumentIndex, MAX_ELEMENTS, MAX_HANDLE_ATTRIBUTES, MAX_PADDING, Register, Step,
    StubPlan, TransferSyntax, VERIFICATION_TRAILER,
};

/// The byte order of a PDU (C706 section 14.2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ByteOrder {
    /// The least significant octet first.
    #[default]
    Little,
    /// The most significant octet first.
    Big,
}

/// The arguments of a stub.
#[derive(Debug, Clone, PartialEq)]
pub struct Arguments<'a> {
    /// The transfer syntax in which the stub can be read. If it can be read in both, the one that leaves less of it unread.
    pub syntax: TransferSyntax,
    /// Values with their arguments, in the order of the stub. A list has one for each element; what is null has none.
    pub values: Vec<(&'a Argument, ArgumentValue<'a>)>,
}

/// The value of an argument.
#[derive(Debug, Clone, PartialEq)]
pub enum ArgumentValue<'a> {
    /// An unsigned number.
    Unsigned(u64),
    /// A signed number.
    Signed(i64),
    /// Text in UTF-16, without the terminator.
    Utf16(&'a [u8], ByteOrder),
    /// Text in the code page of the host, without the terminator.
    Ansi(&'a [u8]),
    /// Octets.
    Bytes(&'a [u8]),
    /// An `RPC_SID`: revision, number of sub-authorities, identifier authority and sub-authorities.
    Sid(&'a [u8], ByteOrder),
    /// A GUID, as the text has it.
    Guid([u8; 16]),
    /// 100 nanoseconds since 1601.
    FileTime(u64),
    /// A context handle.
    Handle(&'a [u8]),
    /// An address.
    Ipv4(Ipv4Addr),
}

impl<'a> Arguments<'a> {
    /// Reads a stub. `None` if it cannot be read whole in any transfer syntax: it is sealed, cut or malformed.
    pub fn read(plan: &'a StubPlan, stub: &'a [u8], order: ByteOrder) -> Option<Self> {
        let readings = TransferSyntax::ALL.into_iter().filter_map(|syntax| {
            let mut decoder = StubDecoder::new(plan, stub, order, syntax);
            decoder.run(plan.steps(syntax))?;
            let unread = decoder.unread()?;
            match plan.is_whole {
                true => (unread <= MAX_PADDING).then_some((unread, decoder)),
                // What follows is not known, and tells nothing.
                false => Some((0, decoder)),
            }
        });
        let (_, decoder) = readings.min_by_key(|(unread, _)| *unread)?;
        let values = decoder.values.into_iter();
        Some(Self {
            syntax: decoder.syntax,
            values: values
                .filter_map(|(output, value)| Some((plan.arguments.get(output)?, value)))
                .collect(),
        })
    }

    /// The first value of an argument.
    pub fn get(&self, name: &str) -> Option<&ArgumentValue<'a>> {
        let mut values = self.values.iter();
        values
            .find(|(argument, _)| argument.name == name)
            .map(|(_, value)| value)
    }
}

/// Runs the steps of a plan over a stub.
struct StubDecoder<'a> {
    stub: &'a [u8],
    order: ByteOrder,
    syntax: TransferSyntax,
    has_counts: bool,
    at: usize,
    registers: Vec<u64>,
    values: Vec<(ArgumentIndex, ArgumentValue<'a>)>,
}

impl<'a> StubDecoder<'a> {
    fn new(plan: &StubPlan, stub: &'a [u8], order: ByteOrder, syntax: TransferSyntax) -> Self {
        Self {
            stub,
            order,
            syntax,
            has_counts: plan.has_counts,
            at: 0,
            registers: vec![0; plan.registers().len()],
            values: Vec::new(),
        }
    }

    /// How many octets follow, but for a verification trailer, which is aligned to 4 (MS-RPCE section 2.2.2.13).
    fn unread(&self) -> Option<usize> {
        let trailer = self.at.next_multiple_of(4);
        let end = match self.stub.get(trailer..) {
            Some(rest) if rest.starts_with(&VERIFICATION_TRAILER) => trailer,
            _ => self.stub.len(),
        };
        end.checked_sub(self.at)
    }

    /// `None` if the stub does not have what a step needs.
    fn run(&mut self, steps: &[Step]) -> Option<()> {
        steps.iter().try_for_each(|step| self.step(step))
    }

    fn step(&mut self, step: &Step) -> Option<()> {
        match step {
            Step::Align(alignment) => self.align(*alignment),
            Step::Skip(octets) => self.take(*octets).map(|_| ()),
            Step::Load(octets, register) => {
                let number = self.integer(*octets)?;
                self.set(*register, number)
            }
            Step::Count(register) => {
                let count = self.count(true)?;
                self.set(*register, count)
            }
            Step::Integer {
                octets,
                is_signed,
                output,
            } => {
                let number = self.integer(*octets)?;
                let value = if *is_signed {
                    ArgumentValue::Signed(sign_extended(number, *octets))
                } else {
                    ArgumentValue::Unsigned(number)
                };
                self.give(*output, value)
            }
            Step::Fixed(form, output) => {
                let value = self.fixed(*form)?;
                self.give(*output, value)
            }
            Step::Octets(octets, output) => {
                let bytes = self.take(*octets)?;
                self.give(*output, ArgumentValue::Bytes(bytes))
            }
            Step::Text(encoding, output) => {
                let characters = self.characters(*encoding)?;
                let terminator = usize::from(encoding.octets());
                let (text, end) = characters.split_at(characters.len().checked_sub(terminator)?);
                let is_terminated = end.iter().all(|octet| *octet == 0);
                let value = is_terminated.then(|| self.text(*encoding, text))?;
                self.give(*output, value)
            }
            Step::CountedText(encoding, length, output) => {
                let characters = self.characters(*encoding)?;
                if characters.len() as u64 != self.get(*length)? {
                    return None;
                }
                let text = without_terminator(characters, *encoding);
                let value = self.text(*encoding, text);
                self.give(*output, value)
            }
            Step::Bytes { is_varying, output } => {
                let count = self.count(*is_varying)?;
                let bytes = self.take(count)?;
                self.give(*output, ArgumentValue::Bytes(bytes))
            }
            Step::CountedBytes(count, output) => {
                let bytes = self.take(self.get(*count)?)?;
                self.give(*output, ArgumentValue::Bytes(bytes))
            }
            Step::Sid(output) => {
                let sid = self.sid()?;
                self.give(*output, ArgumentValue::Sid(sid, self.order))
            }
            Step::Blob(output) => {
                let text = self.blob()?;
                let value = text.map(|text| {
                    let (units, _) = text.split_at(text.len() & !1);
                    self.text(
                        CharacterEncoding::Utf16,
                        without_terminator(units, CharacterEncoding::Utf16),
                    )
                });
                value.map_or(Some(()), |value| self.give(*output, value))
            }
            Step::Activation(output) => {
                let count = self.word()?;
                self.align(4)?;
                let length = self.integer(4)?;
                let object = (length == count).then(|| self.take(count))??;
                match activated_class(object) {
                    Some(class) => self.give(*output, ArgumentValue::Guid(class)),
                    None => Some(()),
                }
            }
            Step::Each {
                count,
                stride,
                size,
                inline,
                deferred,
            } => self.each(self.get(*count)?, [*stride, *size], inline, deferred),
            Step::When(register, condition, steps) => {
                if condition.holds(self.get(*register)?) {
                    self.run(steps)?;
                }
                Some(())
            }
            Step::Fail => None,
        }
    }

    fn get(&self, register: Register) -> Option<u64> {
        self.registers.get(register).copied()
    }

    fn set(&mut self, register: Register, number: u64) -> Option<()> {
        *self.registers.get_mut(register)? = number;
        Some(())
    }

    fn give(&mut self, output: ArgumentIndex, value: ArgumentValue<'a>) -> Option<()> {
        self.values.push((output, value));
        Some(())
    }

    /// The octets that align are skipped unread: they are not always zero. They need not be there if nothing follows.
    fn align(&mut self, alignment: u8) -> Option<()> {
        self.at = self.at.next_multiple_of(usize::from(alignment));
        Some(())
    }

    fn take(&mut self, octets: u64) -> Option<&'a [u8]> {
        let end = self.at.checked_add(usize::try_from(octets).ok()?)?;
        let taken = self.stub.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn integer(&mut self, octets: u8) -> Option<u64> {
        let bytes = self.take(u64::from(octets))?;
        let shift = |number: u64, octet: &u8| number << 8 | u64::from(*octet);
        Some(match self.order {
            ByteOrder::Little => bytes.iter().rev().fold(0, shift),
            ByteOrder::Big => bytes.iter().fold(0, shift),
        })
    }

    fn word(&mut self) -> Option<u64> {
        let word = self.syntax.word();
        self.align(word)?;
        self.integer(word)
    }

    /// The counts of an array: how many elements are there.
    fn count(&mut self, is_varying: bool) -> Option<u64> {
        let maximum = self.word()?;
        if !is_varying {
            return Some(maximum);
        }
        let offset = self.word()?;
        let actual = self.word()?;
        (offset == 0 && actual <= maximum).then_some(actual)
    }

    fn characters(&mut self, encoding: CharacterEncoding) -> Option<&'a [u8]> {
        let count = self.count(true)?;
        self.take(count.checked_mul(u64::from(encoding.octets()))?)
    }

    fn text(&self, encoding: CharacterEncoding, text: &'a [u8]) -> ArgumentValue<'a> {
        match encoding {
            CharacterEncoding::Utf16 => ArgumentValue::Utf16(text, self.order),
            CharacterEncoding::Ansi => ArgumentValue::Ansi(text),
        }
    }

    fn fixed(&mut self, form: FixedValue) -> Option<ArgumentValue<'a>> {
        let octets = self.take(u64::from(form.octets()))?;
        let start = self.at - octets.len();
        Some(match form {
            FixedValue::Handle => {
                self.at = start;
                let attributes = self.integer(4)?;
                let is_handle = self.has_counts || attributes <= MAX_HANDLE_ATTRIBUTES;
                self.at = start + octets.len();
                is_handle.then_some(ArgumentValue::Handle(octets))?
            }
            FixedValue::Guid => ArgumentValue::Guid(guid(octets.try_into().ok()?, self.order)),
            FixedValue::FileTime => {
                self.at = start;
                let (low, high) = (self.integer(4)?, self.integer(4)?);
                ArgumentValue::FileTime(high << 32 | low)
            }
            FixedValue::Ipv4 => {
                self.at = start;
                let address = u32::try_from(self.integer(4)?).ok()?;
                ArgumentValue::Ipv4(Ipv4Addr::from_bits(address))
            }
        })
    }

    /// MS-DTYP section 2.4.2.3
    fn sid(&mut self) -> Option<&'a [u8]> {
        const REVISION: u8 = 1;
        const MOST_SUB_AUTHORITIES: u64 = 15;
        const FIXED: u64 = 8;
        let count = self.word()?;
        if count > MOST_SUB_AUTHORITIES {
            return None;
        }
        let sid = self.take(FIXED + 4 * count)?;
        let [revision, sub_authorities, ..] = *sid else {
            return None;
        };
        (revision == REVISION && u64::from(sub_authorities) == count).then_some(sid)
    }

    /// `FLAGGED_WORD_BLOB`: a count, the length in octets, or all ones for no text, and the length in characters, which is
    /// the count.
    fn blob(&mut self) -> Option<Option<&'a [u8]>> {
        const NONE: u64 = 0xffff_ffff;
        let count = self.word()?;
        self.align(4)?;
        let octets = self.integer(4)?;
        let characters = self.integer(4)?;
        if characters != count {
            return None;
        }
        let text = self.take(count.checked_mul(2)?)?;
        if octets == NONE {
            return Some(None);
        }
        Some(Some(text.get(..usize::try_from(octets).ok()?)?))
    }

    fn each(
        &mut self,
        count: u64,
        [stride, size]: [u64; 2],
        inline: &[Step],
        deferred: &[Step],
    ) -> Option<()> {
        let Some(last) = count.checked_sub(1) else {
            return Some(());
        };
        if count > MAX_ELEMENTS {
            return None;
        }
        let first = self.at;
        self.take(last.checked_mul(stride)?.checked_add(size)?)?;
        let stride = usize::try_from(stride).ok()?;
        for number in 0..usize::try_from(count).ok()? {
            let behind = std::mem::replace(&mut self.at, first + number * stride);
            self.run(inline)?;
            self.at = behind;
            self.run(deferred)?;
        }
        Some(())
    }
}

fn sign_extended(number: u64, octets: u8) -> i64 {
    let unused = 64 - 8 * u32::from(octets);
    (number << unused).cast_signed() >> unused
}

/// Most clients count the terminator of a text with a length, and some do not.
fn without_terminator(text: &[u8], encoding: CharacterEncoding) -> &[u8] {
    let terminator = [0; 2];
    text.strip_suffix(&terminator[..usize::from(encoding.octets())])
        .unwrap_or(text)
}

/// The class of `InstantiationInfoData` (MS-DCOM section 2.2.22.2.1).
pub(crate) const INSTANTIATION_INFO: [u8; 16] =
    [0xab, 0x01, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];

/// The class in the activation properties of an `OBJREF_CUSTOM` (MS-DCOM sections 2.2.18.6 and 2.2.22). All of it is in NDR and
/// little-endian, whatever the stub is in.
fn activated_class(object: &[u8]) -> Option<[u8; 16]> {
    /// `OBJREF` with its signature, flags, interface, class, extension and size; then the size of the properties and 4 octets.
    const CUSTOM_HEADER: usize = 56;
    const SIGNATURE: &[u8] = b"MEOW";
    /// What precedes each serialized type (MS-RPCE section 2.2.6).
    const SERIALIZATION_HEADERS: usize = 16;
    let header = object
        .starts_with(SIGNATURE)
        .then(|| object.get(CUSTOM_HEADER..))??;
    let number = |at: usize| -> Option<usize> {
        let octets = header.get(at..at.checked_add(4)?)?;
        usize::try_from(u32::from_le_bytes(octets.try_into().ok()?)).ok()
    };
    // The properties begin behind the header, in the order in which it lists their classes and sizes.
    let mut property = number(SERIALIZATION_HEADERS + 4)?;
    let count = number(SERIALIZATION_HEADERS + 16)?;
    let classes = SERIALIZATION_HEADERS + 20 + 16 + 3 * 4 + 4;
    let sizes = classes
        .checked_add(count.checked_mul(16)?)?
        .checked_add(4)?;
    let listed = header.get(classes..sizes.checked_sub(4)?)?;
    for (place, class) in listed.chunks_exact(16).enumerate() {
        if class == INSTANTIATION_INFO {
            let start = property.checked_add(SERIALIZATION_HEADERS)?;
            let class = header.get(start..start.checked_add(16)?)?;
            return Some(guid(class.try_into().ok()?, ByteOrder::Little));
        }
        property = property.checked_add(number(sizes + 4 * place)?)?;
    }
    None
}

/// A GUID's octets in the order of its text.
fn guid(octets: [u8; 16], order: ByteOrder) -> [u8; 16] {
    let [a, b, c, d, e, f, g, h, rest @ ..] = octets;
    let [i, j, k, l, m, n, o, p] = rest;
    match order {
        ByteOrder::Little => [d, c, b, a, f, e, h, g, i, j, k, l, m, n, o, p],
        ByteOrder::Big => octets,
    }
}

impl ArgumentValue<'_> {
    /// The text of a text, what is not UTF-16 or UTF-8 in it replaced.
    pub fn as_text(&self) -> Option<String> {
        match *self {
            Self::Utf16(text, order) => Some(utf16(text, order)),
            Self::Ansi(text) => Some(String::from_utf8_lossy(text).into_owned()),
            _ => None,
        }
    }
}

fn utf16(text: &[u8], order: ByteOrder) -> String {
    let units = text.as_chunks().0.iter().map(|unit| match order {
        ByteOrder::Little => u16::from_le_bytes(*unit),
        ByteOrder::Big => u16::from_be_bytes(*unit),
    });
    char::decode_utf16(units)
        .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// The usual written form; bytes and handles in hexadecimal.
impl fmt::Display for ArgumentValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned(number) => write!(f, "{number}"),
            Self::Signed(number) => write!(f, "{number}"),
            Self::Utf16(..) | Self::Ansi(_) => f.write_str(&self.as_text().unwrap_or_default()),
            Self::Bytes(bytes) | Self::Handle(bytes) => {
                f.write_str(&data_encoding::HEXLOWER.encode(bytes))
            }
            Self::Sid(sid, order) => write_sid(sid, *order, f),
            Self::Guid(guid) => {
                write!(f, "{}", InterfaceUuid::from_bytes(*guid))
            }
            Self::FileTime(time) => write_file_time(*time, f),
            Self::Ipv4(address) => write!(f, "{address}"),
        }
    }
}

/// `S-1-5-21-…` (MS-DTYP section 2.4.2.1).
fn write_sid(sid: &[u8], order: ByteOrder, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let [revision, _, authority @ ..] = sid else {
        return Err(fmt::Error);
    };
    let (authority, sub_authorities) = authority.split_at_checked(6).ok_or(fmt::Error)?;
    let shift = |number: u64, octet: &u8| number << 8 | u64::from(*octet);
    let authority = authority.iter().fold(0, shift);
    match u32::try_from(authority) {
        Ok(number) => write!(f, "S-{revision}-{number}")?,
        Err(_) => write!(f, "S-{revision}-0x{authority:012x}")?,
    }
    for octets in sub_authorities.as_chunks().0 {
        let number = match order {
            ByteOrder::Little => u32::from_le_bytes(*octets),
            ByteOrder::Big => u32::from_be_bytes(*octets),
        };
        write!(f, "-{number}")?;
    }
    Ok(())
}

/// A moment in UTC; the number if it is no moment.
fn write_file_time(time: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    const TICKS_OF_A_SECOND: u64 = 10_000_000;
    const EPOCH_SECONDS: i64 = 11_644_473_600;
    let seconds = i64::try_from(time / TICKS_OF_A_SECOND).unwrap_or(i64::MAX) - EPOCH_SECONDS;
    let nanoseconds = u32::try_from(time % TICKS_OF_A_SECOND * 100).unwrap_or(0);
    match DateTime::from_timestamp(seconds, nanoseconds) {
        // ISO 8601.
        Some(moment) => write!(f, "{moment:?}"),
        None => write!(f, "{time}"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::registry::{Operation, Registry};
    use crate::stub::Side;

    /// Writes a stub.
    struct StubEncoder {
        stub: Vec<u8>,
        syntax: TransferSyntax,
        order: ByteOrder,
    }

    impl StubEncoder {
        fn new(syntax: TransferSyntax, order: ByteOrder) -> Self {
            Self {
                stub: Vec::new(),
                syntax,
                order,
            }
        }

        /// What aligns need not be 0.
        fn align(&mut self, alignment: u8) {
            let len = self.stub.len().next_multiple_of(alignment.into());
            self.stub.resize(len, 0xaa);
        }

        fn integer(mut self, octets: u8, number: u64) -> Self {
            self.align(octets);
            let number = number.to_le_bytes();
            let octets = number[..octets.into()].iter();
            match self.order {
                ByteOrder::Little => self.stub.extend(octets),
                ByteOrder::Big => self.stub.extend(octets.rev()),
            }
            self
        }

        fn word(self, number: u64) -> Self {
            let word = self.syntax.word();
            self.integer(word, number)
        }

        fn octets(mut self, octets: &[u8]) -> Self {
            self.stub.extend(octets);
            self
        }

        fn handle(mut self) -> Self {
            self.align(4);
            self.octets(&[0; 4]).octets(&[7; 16])
        }

        fn characters(self, text: &str) -> Self {
            let units: Vec<u16> = text.encode_utf16().collect();
            let counts = [units.len() as u64, 0, units.len() as u64];
            let writer = counts.into_iter().fold(self, Self::word);
            let units = units.into_iter();
            units.fold(writer, |writer, unit| writer.integer(2, unit.into()))
        }

        fn text(self, text: &str) -> Self {
            self.characters(&format!("{text}\0"))
        }

        fn counted(self, text: &str) -> Self {
            let octets = 2 * text.encode_utf16().count() as u64;
            let mut writer = self;
            writer.align(writer.syntax.word());
            let writer = writer.integer(2, octets).integer(2, octets);
            writer.word(0x20_0004).characters(text)
        }
    }

    fn operation(name: &str) -> &'static Operation {
        Registry::get().operations_named(name).next().unwrap()
    }

    fn request(name: &str) -> &'static StubPlan {
        StubPlan::of(operation(name), Side::Request).unwrap()
    }

    fn shown(plan: &StubPlan, stub: &[u8], order: ByteOrder) -> Option<Vec<String>> {
        let arguments = Arguments::read(plan, stub, order)?;
        let values = arguments.values.iter();
        let shown = values.map(|(argument, value)| format!("{}={value}", argument.name));
        Some(shown.collect())
    }

    const READINGS: [(TransferSyntax, ByteOrder); 4] = [
        (TransferSyntax::Ndr, ByteOrder::Little),
        (TransferSyntax::Ndr, ByteOrder::Big),
        (TransferSyntax::Ndr64, ByteOrder::Little),
        (TransferSyntax::Ndr64, ByteOrder::Big),
    ];

    fn create_service(syntax: TransferSyntax, order: ByteOrder) -> Vec<u8> {
        let writer = StubEncoder::new(syntax, order).handle().text("svcone");
        let writer = writer.word(0x20_0000).text("svcone");
        let numbers = [0xf01ff, 0x10, 3, 0];
        let writer = numbers
            .into_iter()
            .fold(writer, |writer, number| writer.integer(4, number));
        let writer = writer.text(r"C:\a.exe");
        // Neither a group nor a tag nor dependencies, their size; neither an account nor a password, its size.
        let writer = writer.word(0).word(0).word(0).integer(4, 0);
        writer.word(0).word(0).integer(4, 0).stub
    }

    #[test]
    fn a_service_is_read_in_every_transfer_syntax_and_byte_order() {
        let plan = request("CreateServiceW");
        assert!(plan.is_whole);
        for (syntax, order) in READINGS {
            let stub = create_service(syntax, order);
            let arguments = Arguments::read(plan, &stub, order).unwrap();
            assert_eq!(arguments.syntax, syntax);
            assert_eq!(
                shown(plan, &stub, order).unwrap()[1..],
                [
                    "lpServiceName=svcone",
                    "lpDisplayName=svcone",
                    "dwDesiredAccess=983551",
                    "dwServiceType=16",
                    "dwStartType=3",
                    "dwErrorControl=0",
                    r"lpBinaryPathName=C:\a.exe",
                    "dwDependSize=0",
                    "dwPwSize=0",
                ]
            );
        }
        // Where tshark shows the first characters.
        let place = |syntax, text: &[u8]| {
            let stub = create_service(syntax, ByteOrder::Little);
            stub.windows(text.len()).position(|part| part == text)
        };
        assert_eq!(place(TransferSyntax::Ndr, b"s\0v\0"), Some(32));
        assert_eq!(place(TransferSyntax::Ndr64, b"s\0v\0"), Some(48));
        assert_eq!(place(TransferSyntax::Ndr, b"C\0:\0"), Some(108));
        assert_eq!(place(TransferSyntax::Ndr64, b"C\0:\0"), Some(152));
    }

    #[test]
    fn a_stub_that_cannot_be_read_whole_has_no_arguments() {
        let plan = request("CreateServiceW");
        for (syntax, order) in READINGS {
            let stub = create_service(syntax, order);
            for len in 0..stub.len() {
                assert_eq!(shown(plan, &stub[..len], order), None, "{syntax:?} {len}");
            }
            let padded = |octets| [stub.as_slice(), &vec![0xbf; octets]].concat();
            assert!(shown(plan, &padded(MAX_PADDING), order).is_some());
            assert_eq!(shown(plan, &padded(MAX_PADDING + 1), order), None);
            let sealed: Vec<u8> = stub.iter().map(|octet| octet ^ 0x5a).collect();
            assert_eq!(shown(plan, &sealed, order), None);
        }
        let stub = create_service(TransferSyntax::Ndr, ByteOrder::Little);
        let verified = [&stub[..], &VERIFICATION_TRAILER, &[0; 40]].concat();
        assert!(shown(plan, &verified, ByteOrder::Little).is_some());
        // The maximum count, the offset, the actual count and the terminator of the first text.
        for (place, octet) in [(20, 6), (24, 1), (28, 8), (44, 1)] {
            let mut wrong = stub.clone();
            wrong[place] = octet;
            assert_eq!(shown(plan, &wrong, ByteOrder::Little), None, "{place}");
        }
    }

    #[test]
    fn members_and_texts_with_a_length_are_read() {
        for (syntax, order) in READINGS {
            let writer = StubEncoder::new(syntax, order).word(0);
            let time = if syntax == TransferSyntax::Ndr { 4 } else { 8 };
            let writer = writer.integer(time, 36_000_000).integer(4, 0);
            let writer = writer.octets(&[127, 1]).word(0x20_0008).text("cmd /c calc");
            assert_eq!(
                shown(request("NetrJobAdd"), &writer.stub, order).unwrap(),
                [
                    "pAtInfo.JobTime=36000000",
                    "pAtInfo.DaysOfMonth=0",
                    "pAtInfo.DaysOfWeek=127",
                    "pAtInfo.Flags=1",
                    "pAtInfo.Command=cmd /c calc",
                ]
            );
            let writer = StubEncoder::new(syntax, order).handle().counted("Run\0");
            let writer = writer
                .integer(4, 1)
                .word(4)
                .octets(b"a\0\0\0")
                .integer(4, 4);
            assert_eq!(
                shown(request("BaseRegSetValue"), &writer.stub, order).unwrap()[1..],
                ["lpValueName=Run", "dwType=1", "lpData=61000000", "cbData=4"]
            );
        }
    }

    #[test]
    fn elements_of_an_array_come_before_what_they_point_to() {
        for (syntax, order) in READINGS {
            let writer = StubEncoder::new(syntax, order).handle().integer(4, 2);
            let writer = writer
                .word(0x20_0000)
                .word(2)
                .word(0x20_0004)
                .word(0x20_0008);
            let writer = writer.text("one").text("two");
            let plan = request("StartServiceW");
            assert_eq!(
                shown(plan, &writer.stub, order).unwrap()[1..],
                ["argc=2", "argv=one", "argv=two"]
            );
            assert!(plan.arguments[2].is_list);
        }
        let endless = StubEncoder::new(TransferSyntax::Ndr, ByteOrder::Little).handle();
        let endless = endless.integer(4, 2).word(1).word(0xffff_ffff).word(1);
        assert_eq!(
            shown(request("StartServiceW"), &endless.stub, ByteOrder::Little),
            None
        );
    }

    #[test]
    fn an_arm_of_a_union_is_read_by_its_discriminant() {
        for (syntax, order) in READINGS {
            let info = |level: u64| {
                // NDR64 aligns the union and its arm to the largest arm.
                let (mut writer, word) = (StubEncoder::new(syntax, order).handle(), syntax.word());
                writer.align(word);
                writer = writer.integer(4, level);
                writer.align(word);
                writer.integer(4, level).word(0x20_0000)
            };
            let described = info(1).word(0x20_0004).text("of a service");
            let shown =
                |writer: StubEncoder| shown(request("ChangeServiceConfig2W"), &writer.stub, order);
            assert_eq!(
                shown(described).unwrap()[1..],
                [
                    "Info.dwInfoLevel=1",
                    "Info.info.psd.lpDescription=of a service"
                ]
            );
            assert_eq!(
                shown(info(3).integer(4, 1)).unwrap()[1..],
                ["Info.dwInfoLevel=3", "Info.info.psda.fDelayedAutostart=1"]
            );
            assert_eq!(shown(info(99).integer(4, 1)), None);
        }
    }

    #[test]
    fn values_have_their_usual_written_form() {
        for (syntax, order) in READINGS {
            let mut writer = StubEncoder::new(syntax, order).handle().word(2);
            writer = writer.octets(&[1, 2, 0, 0, 0, 0, 0, 5]);
            writer = writer.integer(4, 32).integer(4, 544);
            assert_eq!(
                shown(request("SamrAddMemberToAlias"), &writer.stub, order).unwrap()[1..],
                ["MemberId=S-1-5-32-544"]
            );
            // Revision 2 is none.
            let place = if syntax == TransferSyntax::Ndr {
                24
            } else {
                32
            };
            writer.stub[place] = 2;
            assert_eq!(
                shown(request("SamrAddMemberToAlias"), &writer.stub, order),
                None
            );
        }
        assert_eq!(
            ArgumentValue::FileTime(133_444_736_000_000_000).to_string(),
            "2023-11-14T22:13:20Z"
        );
        let address = ArgumentValue::Ipv4(Ipv4Addr::from_bits(0x0a00_0001));
        assert_eq!(address.to_string(), "10.0.0.1");
        assert_eq!(sign_extended(0xffff_fffe, 4), -2);
        assert_eq!(sign_extended(u64::MAX, 8), -1);
    }

    #[test]
    fn an_activation_has_the_class_that_it_asks_for() {
        let class: [u8; 16] = std::array::from_fn(|at| at as u8 + 1);
        let other = [9u8; 16];
        let instantiation = [0xab, 1, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];
        let number = |number: u32| number.to_le_bytes();
        // Headers, sizes of all and of the header, two numbers, two properties, a class and three referents.
        let mut header = vec![0; 16];
        for field in [0, 136, 0, 0, 2] {
            header.extend(number(field));
        }
        header.extend([0; 16 + 12]);
        header.extend(number(2));
        header.extend([other, instantiation].concat());
        for field in [2, 24, 40] {
            header.extend(number(field));
        }
        header.resize(136 + 24 + 16, 0);
        header.extend(class);
        let object = [b"MEOW".as_slice(), &[0; 52], &header].concat();
        let expected = Some(guid(class, ByteOrder::Little));
        assert_eq!(activated_class(&object), expected);
        for len in 0..object.len() {
            assert_eq!(activated_class(&object[..len]), None, "{len}");
        }
        let mut endless = object.clone();
        endless[56 + 32..56 + 36].fill(0xff);
        assert_eq!(activated_class(&endless), None);
    }

    #[test]
    fn a_handle_is_checked_where_nothing_else_can_be() {
        let order = ByteOrder::Little;
        let handle = |attributes| {
            let writer = StubEncoder::new(TransferSyntax::Ndr, order);
            writer.integer(4, attributes).octets(&[7; 16])
        };
        let closed = request("CloseServiceHandle");
        assert!(shown(closed, &handle(1).stub, order).is_some());
        assert_eq!(shown(closed, &handle(0x1_0000).stub, order), None);
        let opened = handle(0x1_0000).text("a").integer(4, 1);
        assert!(shown(request("OpenServiceW"), &opened.stub, order).is_some());
    }

    #[test]
    fn padding_is_told_from_a_wrong_reading() {
        // Without names, NDR reads the first half of what NDR64 has.
        let stub = StubEncoder::new(TransferSyntax::Ndr64, ByteOrder::Little);
        let stub = stub.word(0).word(0).integer(4, 0xf003f).stub;
        let arguments = Arguments::read(request("OpenSCManagerW"), &stub, ByteOrder::Little);
        let arguments = arguments.unwrap();
        assert_eq!(arguments.syntax, TransferSyntax::Ndr64);
        assert_eq!(
            arguments.get("dwDesiredAccess"),
            Some(&ArgumentValue::Unsigned(0xf003f))
        );
    }

    #[test]
    fn every_plan_starts_with_the_first_parameter() {
        for operation in Registry::get().operations() {
            let Some(parameters) = operation.parameters() else {
                continue;
            };
            for side in [Side::Request, Side::Response] {
                let plan = StubPlan::of(operation, side).unwrap();
                let mut parameters = parameters.iter();
                let first = parameters.find(|parameter| match side {
                    Side::Request => parameter.direction.is_in(),
                    Side::Response => parameter.direction.is_out(),
                });
                let is_described = first.is_some_and(|first| first.data_type.is_some());
                assert_eq!(
                    is_described,
                    !plan.arguments.is_empty(),
                    "{} {side:?}",
                    operation.operation
                );
            }
        }
    }

    proptest! {
        #[test]
        fn no_stub_panics(stub in prop::collection::vec(any::<u8>(), 0..200), big: bool) {
            let order = if big { ByteOrder::Big } else { ByteOrder::Little };
            for operation in Registry::get().operations() {
                for side in [Side::Request, Side::Response] {
                    if let Some(plan) = StubPlan::of(operation, side) {
                        let _ = shown(plan, &stub, order);
                    }
                }
            }
        }

        #[test]
        fn no_damage_panics(place: prop::sample::Index, octet: u8, at in 0..4usize) {
            let (syntax, order) = READINGS[at];
            let mut stub = create_service(syntax, order);
            let place = place.index(stub.len());
            stub[place] = octet;
            let _ = shown(request("CreateServiceW"), &stub, order);
        }
    }
}
