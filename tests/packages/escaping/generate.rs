//! Random values, regular expressions and strings to match.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use sigzeek::predicate::pattern::{Anchoring, Case, Encoding, Pattern, RegexFlags, ValuePart};

use super::reference::{self, Token};

/// So many cases; a failure prints its input, and no file keeps it.
pub(crate) fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A Sigma value with everything that decides what it matches.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    pub(crate) parts: Vec<ValuePart>,
    pub(crate) encodings: Vec<Encoding>,
    pub(crate) anchoring: Anchoring,
    pub(crate) case: Case,
}

impl Value {
    pub(crate) fn pattern(&self) -> Option<Pattern> {
        Pattern::encoded(&self.parts, &self.encodings, self.anchoring, self.case).ok()
    }

    pub(crate) fn tokens(&self) -> Option<Vec<Vec<Token>>> {
        reference::tokens(&self.parts, &self.encodings, self.anchoring, self.case)
    }
}

/// Characters that mean something to somebody, letters whose case is not ASCII's, and a few plain ones.
const CHARACTERS: &str = "aaBbCcZz019 _-/\\*?\"'.^$[](){}|+@#%:;,<>=~!&`\n\r\t\0\u{7f}éÉłŁßÿŸωΩж漢😀\u{10400}\u{10428}–—";

pub(crate) fn text() -> impl Strategy<Value = String> {
    let characters: Vec<char> = CHARACTERS.chars().collect();
    vec(select(characters), 0..8).prop_map(String::from_iter)
}

fn part() -> impl Strategy<Value = ValuePart> {
    prop_oneof![
        4 => text().prop_map(ValuePart::Literal),
        1 => Just(ValuePart::AnyByte),
        1 => Just(ValuePart::AnyRun),
    ]
}

fn encodings() -> impl Strategy<Value = Vec<Encoding>> {
    use Encoding::{Base64, Base64Offset, Utf16, Utf16Be, Utf16Le, Windash};
    prop_oneof![
        4 => Just(Vec::new()),
        4 => vec(select(vec![Utf16Le, Utf16Be, Utf16, Base64, Base64Offset, Windash]), 1..2),
        1 => vec(select(vec![Utf16Le, Utf16Be, Utf16, Base64, Base64Offset, Windash]), 2..4),
    ]
}

fn anchoring() -> impl Strategy<Value = Anchoring> {
    select(vec![
        Anchoring::Exact,
        Anchoring::StartsWith,
        Anchoring::EndsWith,
        Anchoring::Contains,
    ])
}

fn case() -> impl Strategy<Value = Case> {
    select(vec![Case::Sensitive, Case::Insensitive, Case::Insensitive])
}

pub(crate) fn value() -> impl Strategy<Value = Value> {
    let few_dashes = |parts: &Vec<ValuePart>| {
        let dashes = parts.iter().map(|part| match part {
            ValuePart::Literal(text) => text.matches(['-', '/', '–', '—']).count(),
            _ => 0,
        });
        dashes.sum::<usize>() <= 3
    };
    let parts = vec(part(), 0..4).prop_filter("the reference expands dashes", few_dashes);
    (parts, encodings(), anchoring(), case()).prop_map(|(parts, encodings, anchoring, case)| {
        Value {
            parts,
            encodings,
            anchoring,
            case,
        }
    })
}

/// A regular expression and its flags.
#[derive(Debug, Clone)]
pub(crate) struct RegexText {
    pub(crate) text: String,
    pub(crate) flags: RegexFlags,
}

pub(crate) fn regex() -> impl Strategy<Value = RegexText> {
    let atoms = [
        "a",
        "b",
        "B",
        "c",
        "ab",
        "Cab",
        ".",
        "\\.",
        "\\n",
        "\\x00",
        "\\xff",
        "é",
        "[ab]",
        "[^a]",
        "[^\\n]",
        "[A-z]",
        "[\\-\\]^\\[/\"]",
        "[\\x00-\\xff]",
        "[[:alpha:]]",
        "\\d",
        "\\w",
        "\\s",
        "\\S",
        "\\W",
        "/",
        "\"",
        "\\{",
        "@",
        "#",
        "1",
        "",
    ];
    let anchors = ["^", "$", "^", "$", "\\A", "\\z"];
    let leaf = prop_oneof![8 => select(atoms.to_vec()), 2 => select(anchors.to_vec())]
        .prop_map(str::to_owned);
    let text = leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            4 => vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
            2 => vec(inner.clone(), 2..4).prop_map(|arms| format!("({})", arms.join("|"))),
            2 => (inner.clone(), select(vec!["*", "+", "?", "{2}", "{1,3}", "{2,}", "*?"]))
                .prop_map(|(inner, count)| format!("(?:{inner}){count}")),
            1 => (inner, select(vec!["(?i:", "(?s:", "(?m:", "(?-i:", "("]))
                .prop_map(|(inner, group)| format!("{group}{inner})")),
        ]
    });
    let anchored = (select(vec!["", "", "^"]), text, select(vec!["", "", "$"]))
        .prop_map(|(start, text, end)| format!("{start}{text}{end}"));
    (anchored, any::<[bool; 3]>()).prop_map(|(text, [ignore_case, multi_line, dot_all])| {
        RegexText {
            text,
            flags: RegexFlags {
                ignore_case,
                multi_line,
                dot_all,
            },
        }
    })
}

/// Short strings of the bytes that the regular expressions above tell apart.
pub(crate) fn bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(
        select(&b"aAbBcC1_. \n\x00\xff\xc3\xa9\x89/\"-]{@z"[..]),
        0..7,
    )
}

/// Any pattern that can be made, with strings that it is likely to match and others.
pub(crate) fn pattern() -> impl Strategy<Value = (Pattern, Vec<Vec<u8>>)> {
    let of_value = (value(), any::<u64>()).prop_filter_map("cannot be encoded", |(value, seed)| {
        Some((value.pattern()?, subjects(&value.tokens()?, seed, 8)))
    });
    let of_regex =
        (regex(), vec(bytes(), 8)).prop_filter_map("cannot be a pattern", |(regex, subjects)| {
            Some((
                Pattern::from_regex(&regex.text, regex.flags).ok()?,
                subjects,
            ))
        });
    let one = prop_oneof![of_value, of_regex].boxed();
    prop_oneof![
        3 => one.clone(),
        1 => vec(one, 1..4).prop_map(|patterns| {
            let (patterns, subjects): (Vec<_>, Vec<_>) = patterns.into_iter().unzip();
            (Pattern::any_of(patterns), subjects.concat())
        }),
    ]
}

/// Strings that sequences of tokens stand for, some of them changed a little.
pub(crate) fn subjects(sequences: &[Vec<Token>], seed: u64, count: usize) -> Vec<Vec<u8>> {
    let mut random = Random(seed | 1);
    let mut subjects = Vec::new();
    for _ in 0..count {
        let mut bytes = Vec::new();
        for token in &sequences[random.below(sequences.len())] {
            match token {
                Token::OneOf(strings) => bytes.extend(&strings[random.below(strings.len())]),
                Token::AnyByte => bytes.push(random.byte()),
                Token::AnyRun => (0..random.below(3)).for_each(|_| bytes.push(random.byte())),
            }
        }
        match random.below(6) {
            0 if !bytes.is_empty() => {
                let place = random.below(bytes.len());
                bytes[place] ^= 0x20;
            }
            1 if !bytes.is_empty() => {
                let place = random.below(bytes.len());
                bytes[place] = random.byte();
            }
            2 => bytes.push(random.byte()),
            3 => bytes.insert(0, random.byte()),
            4 => {
                bytes.pop();
            }
            _ => {}
        }
        subjects.push(bytes);
    }
    subjects
}

/// Numbers that look random (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) as usize % limit
    }

    fn byte(&mut self) -> u8 {
        const BYTES: &[u8] = b"\n\0aBz/-\"\xc3\xa9\xff ";
        BYTES[self.below(BYTES.len())]
    }
}
