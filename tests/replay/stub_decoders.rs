//! Decoders of stubs: the generated ones in a Zeek and the engine's own give the same outcome for every stub.
//!
//! `STUBS` multiplies the number of stubs, `SIGZEEK_CAPTURES` names folders with further captures, and `KEEP` one for what Zeek
//! is given.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use sigzeek::event::arguments::{ArgumentValue, Arguments, ByteOrder};
use sigzeek::event::calls::{CallReply, Calls};
use sigzeek::registry::data_type::{CharacterEncoding, FixedValue};
use sigzeek::registry::{InterfaceUuid, Registry};
use sigzeek::replay::{self, Event};
use sigzeek::stub::{
    ArgumentKind, RegisterCondition, Side, Step, StubPlan, TransferSyntax, VERIFICATION_TRAILER,
};
use sigzeek::zeek::arguments::{Decoder, SCRIPT, stub_script};

use crate::common::random::Random;
use crate::common::replay::captures;
use crate::common::zeek;

const SIDES: [Side; 2] = [Side::Request, Side::Response];

/// The decoders of all operations: for all arguments, and for some.
const MODULES: [&str; 2] = ["AllArguments", "SomeArguments"];

/// An interface, an operation number and a side.
type Key = (InterfaceUuid, u16, Side);

type Decoders = BTreeMap<Key, Decoder>;

struct Case {
    module: usize,
    key: (InterfaceUuid, u16, Side),
    order: ByteOrder,
    stub: Vec<u8>,
}

#[test]
fn zeek_and_the_engine_read_the_same_of_every_stub() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let mut random = Random::new(8);
    let decoders = [false, true].map(|some| decoders(some, &mut random));
    let cases = cases(&decoders, &mut random);
    if let Ok(kept) = std::env::var("KEEP") {
        let expected = cases
            .iter()
            .map(|case| outcome(&decoders[case.module][&case.key], case));
        let expected: Vec<String> = expected.collect();
        std::fs::write(Path::new(&kept).join("expected"), expected.join("\n")).unwrap();
    }
    for option in [&[][..], &["-O", "ZAM"]] {
        let shown = run(&zeek, option, &decoders, &cases);
        assert_eq!(shown.len(), cases.len());
        for (case, shown) in cases.iter().zip(&shown) {
            let expected = outcome(&decoders[case.module][&case.key], case);
            let hex = data_encoding::HEXLOWER.encode(&case.stub);
            assert_eq!(
                *shown,
                expected,
                "{option:?} {} {hex}",
                name(case, &decoders)
            );
        }
    }
    let read = cases.iter();
    let read = read.filter(|case| outcome(&decoders[case.module][&case.key], case) != "-");
    println!("{} stubs, {} of them read", cases.len(), read.count());
}

#[test]
fn decoders_have_names_of_their_own() {
    let mut names = BTreeSet::new();
    for decoder in decoders(false, &mut Random::new(1)).values() {
        for name in [decoder.function(), decoder.record()] {
            assert!(names.insert(name.clone()), "{name}");
        }
        let arguments = &decoder.plan().arguments;
        let fields: BTreeSet<String> = arguments
            .iter()
            .map(|it| Decoder::field(&it.name))
            .collect();
        assert_eq!(fields.len(), arguments.len(), "{}", decoder.function());
    }
    assert!(names.len() > 600, "{}", names.len());
}

fn name(case: &Case, decoders: &[Decoders; 2]) -> String {
    let decoder = &decoders[case.module][&case.key];
    format!("{}::{}", MODULES[case.module], decoder.function())
}

/// The decoders of all operations, for all arguments or for `some`.
fn decoders(some: bool, random: &mut Random) -> Decoders {
    let mut decoders = Decoders::new();
    for operation in Registry::get().operations() {
        for side in SIDES {
            let Some(plan) = StubPlan::of(operation, side) else {
                continue;
            };
            let names = plan.arguments.iter().map(|argument| argument.name.clone());
            let mut asked: BTreeSet<String> = names.collect();
            if some {
                let one: Vec<String> = asked.iter().cloned().collect();
                let Some(first) = plan.arguments.first() else {
                    continue;
                };
                asked = BTreeSet::from([random.pick(&one).clone(), first.name.clone()]);
            }
            if asked.is_empty() {
                continue;
            }
            let decoder = Decoder::new(operation, side, &asked).unwrap();
            decoders.insert((operation.uuid, operation.opnum, side), decoder);
        }
    }
    decoders
}

fn cases(decoders: &[Decoders; 2], random: &mut Random) -> Vec<Case> {
    let times = std::env::var("STUBS").map_or(1, |text| text.parse().unwrap());
    let mut cases = Vec::new();
    let mut add = |key, module, order, stub| {
        cases.push(Case {
            module,
            key,
            order,
            stub,
        });
    };
    for (&key, decoder) in &decoders[0] {
        for _ in 0..times {
            let syntax = *random.pick(&TransferSyntax::ALL);
            let order = *random.pick(&[ByteOrder::Little, ByteOrder::Little, ByteOrder::Big]);
            let stub = Encoder::new(decoder.plan(), syntax, order, random).encode();
            let module = random.below(2);
            for damaged in damaged(&stub, random) {
                add(key, module, order, damaged);
            }
            add(key, 1 - module, order, stub);
        }
    }
    for (key, order, stub) in captured() {
        for (module, known) in decoders.iter().enumerate() {
            if known.contains_key(&key) {
                add(key, module, order, stub.clone());
            }
        }
    }
    cases.retain(|case| decoders[case.module].contains_key(&case.key));
    cases
}

/// A stub, cut, longer, with other numbers, and something that is none.
fn damaged(stub: &[u8], random: &mut Random) -> Vec<Vec<u8>> {
    let mut damaged = vec![stub.to_vec(), stub[..random.below(stub.len() + 1)].to_vec()];
    let padding = vec![0xbf; random.below(20)];
    damaged.push([stub, &padding].concat());
    let trailer = [VERIFICATION_TRAILER.as_slice(), &[0; 20]].concat();
    damaged.push([stub, &trailer].concat());
    if !stub.is_empty() {
        let mut other = stub.to_vec();
        let place = random.below(stub.len());
        other[place] = *random.pick(&[0, 1, 2, 0x7f, 0xff]);
        damaged.push(other);
        let mut number = stub.to_vec();
        let place = random.below(stub.len()) & !3;
        let end = (place + 4).min(number.len());
        number[place..end].copy_from_slice(
            &random.pick(&[[0xff; 4], [0; 4], [1, 0, 0, 0], [0, 0, 0, 0x80]])[..end - place],
        );
        damaged.push(number);
    }
    let len = random.below(80);
    damaged.push(
        (0..len)
            .map(|_| *random.pick(&[0, 0, 0, 1, 2, 8, 0xd8, 0xff]))
            .collect(),
    );
    damaged
}

/// The stubs of captures.
fn captured() -> Vec<(Key, ByteOrder, Vec<u8>)> {
    let mut stubs = BTreeSet::new();
    let mut total = 0;
    for capture in captures() {
        let mut calls = Calls::default();
        let mut seen = Vec::new();
        let sink = &mut |event: &Event<'_>| seen.extend(calls.event(event));
        if replay::replay_file(&capture, sink).is_err() {
            continue;
        }
        seen.extend(calls.finish());
        for call in seen {
            let Some(uuid) = call.interface else {
                continue;
            };
            total += 1;
            let response = match call.answer {
                CallReply::Response(response) => Some((Side::Response, response.stub)),
                _ => None,
            };
            for (side, stub) in [(Side::Request, call.request)].into_iter().chain(response) {
                let is_big = call.order == ByteOrder::Big;
                stubs.insert(((uuid, call.opnum, side), is_big, stub));
            }
        }
    }
    println!("{total} calls in captures, {} stubs", stubs.len());
    stubs.extend(seeds());
    let order = |is_big| match is_big {
        true => ByteOrder::Big,
        false => ByteOrder::Little,
    };
    stubs
        .into_iter()
        .map(|(key, is_big, stub)| (key, order(is_big), stub))
        .collect()
}

/// The corpus of the fuzz target that reads arguments: UUID, operation number (big-endian), byte order (bit 0) and side (bit 1), stub.
fn seeds() -> Vec<(Key, bool, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/arguments");
    let seeds = std::fs::read_dir(folder).unwrap();
    seeds
        .map(|seed| {
            let seed = std::fs::read(seed.unwrap().path()).unwrap();
            let (uuid, rest) = seed.split_first_chunk().unwrap();
            let [high, low, flags, stub @ ..] = rest else {
                panic!("a seed without a stub");
            };
            let opnum = u16::from_be_bytes([*high, *low]);
            let side = SIDES[usize::from(flags >> 1 & 1)];
            let key = (InterfaceUuid::from_bytes(*uuid), opnum, side);
            (key, flags & 1 != 0, stub.to_vec())
        })
        .collect()
}

/// What the engine reads, as `run` shows it.
fn outcome(decoder: &Decoder, case: &Case) -> String {
    let Some(arguments) = Arguments::read(decoder.plan(), &case.stub, case.order) else {
        return "-".to_owned();
    };
    let mut shown = vec!["+".to_owned()];
    for asked in decoder.asked() {
        let values = arguments.values.iter();
        for (argument, value) in values.filter(|(argument, _)| argument.name == asked.name) {
            let octets = match value {
                ArgumentValue::Bytes(octets)
                | ArgumentValue::Handle(octets)
                | ArgumentValue::Ansi(octets) => octets.to_vec(),
                value => value.to_string().into_bytes(),
            };
            shown.push(format!(
                "{}={}",
                Decoder::field(&argument.name),
                data_encoding::HEXLOWER.encode(&octets)
            ));
        }
    }
    shown.join(" ")
}

/// What Zeek reads of each case.
fn run(zeek: &Path, options: &[&str], decoders: &[Decoders; 2], cases: &[Case]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let folder = match std::env::var("KEEP") {
        Ok(kept) => kept.into(),
        Err(_) => folder.path().to_path_buf(),
    };
    let mut input = "#fields\tdecoder\tis_little_endian\tstub\n".to_owned();
    for case in cases {
        let little = if case.order == ByteOrder::Little {
            "T"
        } else {
            "F"
        };
        // A string that is empty would need an escape.
        let stub = data_encoding::HEXLOWER.encode(&case.stub);
        input += &format!("{}\t{little}\tx{stub}\n", name(case, decoders));
    }
    std::fs::write(folder.join("stubs.tsv"), input).unwrap();
    std::fs::write(
        folder.join(format!("{SCRIPT}.zeek")),
        stub_script().unwrap(),
    )
    .unwrap();
    std::fs::write(folder.join("local.zeek"), script(decoders)).unwrap();
    let output = Command::new(zeek)
        .current_dir(&folder)
        .args(["-b", "local.zeek"])
        .args(options)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    // It was told to end where the stubs do.
    assert_eq!(errors, "received termination signal\n", "Zeek complains");
    let shown = String::from_utf8(output.stdout).unwrap();
    shown.lines().map(str::to_owned).collect()
}

/// All decoders, and what shows what they read of each case.
fn script(decoders: &[Decoders; 2]) -> String {
    let mut script = format!("@load base/frameworks/input\n@load ./{SCRIPT}\n");
    script += "global decoders: table[string] of function(bytes: string, little: bool): string;\n";
    for (module, decoders) in MODULES.iter().zip(decoders) {
        script += &format!("module {module};\n");
        for decoder in decoders.values() {
            script += &decoder.code().unwrap();
            script += &shower(decoder, module);
        }
    }
    script + include_str!("stub-decoders.zeek")
}

/// A function that shows what a decoder reads.
fn shower(decoder: &Decoder, module: &str) -> String {
    let function = decoder.function();
    let mut code = format!(
        "function show_{function}(bytes: string, little: bool): string {{\n\
         local read = {function}(bytes, little);\n\
         if ( ! read$is_read ) return \"-\";\n\
         local shown: vector of string = vector(\"+\");\n"
    );
    for argument in decoder.asked() {
        let field = Decoder::field(&argument.name);
        let value = |value: &str| {
            let text = match argument.kind {
                ArgumentKind::Integer { .. } | ArgumentKind::Fixed(FixedValue::Ipv4) => {
                    format!("cat({value})")
                }
                _ => value.to_owned(),
            };
            format!("shown += \"{field}=\" + bytestring_to_hexstr({text});\n")
        };
        code += &if argument.is_list {
            let one = format!("one_{field}");
            format!("for ( _, {one} in read${field} ) {}", value(&one))
        } else {
            format!("if ( read?${field} ) {}", value(&format!("read${field}")))
        };
    }
    code + &format!(
        "return join_string_vec(shown, \" \");\n}}\n\
         event zeek_init() {{ decoders[\"{module}::{function}\"] = show_{function}; }}\n"
    )
}

/// Writes stubs that a plan can read, with numbers that look random.
struct Encoder<'a> {
    plan: &'a StubPlan,
    syntax: TransferSyntax,
    order: ByteOrder,
    random: &'a mut Random,
    stub: Vec<u8>,
    at: usize,
    registers: Vec<u64>,
    /// What each register may have.
    choices: Vec<Vec<u64>>,
}

impl<'a> Encoder<'a> {
    fn new(
        plan: &'a StubPlan,
        syntax: TransferSyntax,
        order: ByteOrder,
        random: &'a mut Random,
    ) -> Self {
        let mut choices = vec![Vec::new(); plan.registers().len()];
        collect_choices(plan.steps(syntax), &mut choices);
        Self {
            plan,
            syntax,
            order,
            random,
            stub: Vec::new(),
            at: 0,
            registers: vec![0; plan.registers().len()],
            choices,
        }
    }

    fn encode(mut self) -> Vec<u8> {
        self.steps(self.plan.steps(self.syntax));
        self.stub
    }

    fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            self.step(step);
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Align(alignment) => self.align(*alignment),
            Step::Skip(octets) | Step::Octets(octets, _) => self.any(*octets),
            Step::Load(octets, register) => {
                let number = self.choose(*register);
                self.integer(*octets, number);
            }
            Step::Count(register) => {
                let count = self.choose(*register);
                let more = self.random.below(2) as u64;
                let offset = *self.random.pick(&[0, 0, 0, 1]);
                for number in [count + more, offset, count] {
                    self.word(number);
                }
            }
            Step::Integer { octets, .. } => {
                let number = self.number();
                self.integer(*octets, number);
            }
            Step::Fixed(FixedValue::Handle, _) => {
                let attributes = *self.random.pick(&[0, 0, 1, 0xffff, 0x10000]);
                self.integer(4, attributes);
                self.any(16);
            }
            Step::Fixed(form, _) => self.any(u64::from(form.octets())),
            Step::Text(encoding, _) => {
                let mut text = self.text(*encoding);
                text.push(0);
                let more = self.random.below(2) as u64;
                self.characters(*encoding, &text, more);
            }
            Step::CountedText(encoding, length, _) => {
                let len = self.registers[*length] / u64::from(encoding.octets());
                let mut text = self.text(*encoding);
                text.resize(usize::try_from(len).unwrap(), 0);
                let more = self.random.below(2) as u64;
                self.characters(*encoding, &text, more);
            }
            Step::Bytes { is_varying, .. } => {
                let len = self.random.below(9) as u64;
                self.word(len);
                if *is_varying {
                    self.word(0);
                    self.word(len);
                }
                self.any(len);
            }
            Step::CountedBytes(count, _) => self.any(self.registers[*count]),
            Step::Sid(_) => {
                let count = self.random.below(5) as u64;
                self.word(count);
                let long = u8::from(self.random.one_in(4));
                self.octets(&[1, u8::try_from(count).unwrap(), long, 0, 0, 0, 0, 5]);
                for _ in 0..count {
                    let number = self.number();
                    self.integer(4, number);
                }
            }
            Step::Blob(_) => {
                let text = self.text(CharacterEncoding::Utf16);
                let count = text.len() as u64;
                self.word(count);
                self.align(4);
                let octets = *self.random.pick(&[2 * count, 2 * count, 0xffff_ffff, 1]);
                self.integer(4, octets);
                self.integer(4, count);
                for unit in text {
                    self.integer(2, unit.into());
                }
            }
            Step::Activation(_) => {
                let object = activation(self.random);
                self.word(object.len() as u64);
                self.align(4);
                self.integer(4, object.len() as u64);
                self.octets(&object);
            }
            Step::Each {
                count,
                stride,
                size,
                inline,
                deferred,
            } => {
                let count = self.registers[*count];
                if count == 0 {
                    return;
                }
                let first = self.at;
                self.any((count - 1) * stride + size);
                for number in 0..count {
                    let behind = self.at;
                    self.at = first + usize::try_from(number * stride).unwrap();
                    self.steps(inline);
                    self.at = behind;
                    self.steps(deferred);
                }
            }
            Step::When(register, condition, steps) => {
                if condition.holds(self.registers[*register]) {
                    self.steps(steps);
                }
            }
            Step::Fail => {}
        }
    }

    /// Gives a register a number.
    fn choose(&mut self, register: usize) -> u64 {
        let few = [0, 1, 2, 3];
        let choices = match self.choices[register].as_slice() {
            [] => &few[..],
            choices => choices,
        };
        let number = *self.random.pick(choices);
        self.registers[register] = number;
        number
    }

    fn octets(&mut self, octets: &[u8]) {
        let end = self.at + octets.len();
        if self.stub.len() < end {
            self.stub.resize(end, 0);
        }
        self.stub[self.at..end].copy_from_slice(octets);
        self.at = end;
    }

    fn any(&mut self, octets: u64) {
        for _ in 0..octets {
            let octet = self.random.below(256) as u8;
            self.octets(&[octet]);
        }
    }

    fn align(&mut self, alignment: u8) {
        while !self.at.is_multiple_of(alignment.into()) {
            // In front of an element that was written, nothing is changed.
            if self.at < self.stub.len() {
                self.at += 1;
            } else {
                self.octets(&[0xaa]);
            }
        }
    }

    fn integer(&mut self, octets: u8, number: u64) {
        let number = number.to_le_bytes();
        let mut number = number[..octets.into()].to_vec();
        if self.order == ByteOrder::Big {
            number.reverse();
        }
        self.octets(&number);
    }

    fn word(&mut self, number: u64) {
        let word = self.syntax.word();
        self.align(word);
        self.integer(word, number);
    }

    fn number(&mut self) -> u64 {
        let bits = (self.random.below(1 << 62) as u64).wrapping_mul(5);
        *self.random.pick(&[0, 1, 0x7f, 0x8000_0000, u64::MAX, bits])
    }

    fn characters(&mut self, encoding: CharacterEncoding, text: &[u16], more: u64) {
        let count = text.len() as u64;
        for number in [count + more, 0, count] {
            self.word(number);
        }
        for unit in text {
            self.integer(encoding.octets(), (*unit).into());
        }
    }

    /// ASCII, other characters, pairs of surrogates, and what is no character.
    fn text(&mut self, encoding: CharacterEncoding) -> Vec<u16> {
        let len = self.random.below(8);
        let rare = self.random.one_in(2);
        let units = [
            0, 0x7f, 0x80, 0xe4, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000,
            0xffff, 0xa,
        ];
        let unit = |random: &mut Random| match rare && random.one_in(2) {
            true => *random.pick(&units),
            false => b'a' as u16 + random.below(26) as u16,
        };
        let text = (0..len).map(|_| unit(self.random));
        match encoding {
            CharacterEncoding::Utf16 => text.collect(),
            CharacterEncoding::Ansi => text.map(|unit| unit & 0xff).collect(),
        }
    }
}

/// What registers may have, so that a stub can be read more often than not.
fn collect_choices(steps: &[Step], choices: &mut [Vec<u64>]) {
    for step in steps {
        match step {
            Step::CountedText(encoding, length, _) => {
                let octets = u64::from(encoding.octets());
                choices[*length].extend([0, octets, 2 * octets, 5 * octets, 1]);
            }
            Step::CountedBytes(count, _) => choices[*count].extend([0, 1, 5]),
            Step::Each {
                count,
                inline,
                deferred,
                ..
            } => {
                choices[*count].extend([0, 1, 2, 3]);
                collect_choices(inline, choices);
                collect_choices(deferred, choices);
            }
            Step::When(register, condition, steps) => {
                let numbers = match condition {
                    RegisterCondition::NotZero if *steps == [Step::Fail] => vec![0, 0, 0, 1],
                    RegisterCondition::NotZero => vec![0, 0x20_0000, 0x20_0000],
                    RegisterCondition::Is(case) => vec![*case],
                    RegisterCondition::IsNoneOf(_) => vec![77],
                };
                choices[*register].extend(numbers);
                collect_choices(steps, choices);
            }
            _ => {}
        }
    }
}

/// The properties of an activation with a class, or something like them.
fn activation(random: &mut Random) -> Vec<u8> {
    let instantiation = [0xab, 1, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];
    let number = |number: u32| number.to_le_bytes();
    let mut header = vec![0; 16];
    for field in [0, 136, 0, 0, *random.pick(&[2, 1, 0x1000_0000])] {
        header.extend(number(field));
    }
    header.extend([0; 16 + 12]);
    header.extend(number(2));
    header.extend([[9u8; 16], instantiation].concat());
    for field in [2, *random.pick(&[24, 24, 0xffff_ffff]), 40] {
        header.extend(number(field));
    }
    header.resize(136 + 24 + 16, 0);
    header.extend((0..16).map(|octet| octet * 7));
    let mut object = [b"MEOW".as_slice(), &[0; 52], &header].concat();
    object.truncate(*random.pick(&[object.len(), object.len(), object.len() - 1, 120, 80, 40]));
    object
}
