//! A model of how Zeek 8.0 reads pattern literals and matches with them (`scan.l`, `re-scan.l`, `re-parse.y`, `RE.cc`),
//! oddities included. What Zeek refuses is a panic.

use std::collections::HashMap;

/// A string's beginning and end are symbols of their own.
const BEGIN: usize = 256;
const END: usize = 257;

type Symbols = Vec<bool>;

/// Classes by their text. Patterns that Zeek compiles together share it, and a text means what it meant first.
pub(crate) type ClassCache = HashMap<Vec<u8>, Symbols>;

/// A compiled pattern literal.
pub(crate) struct Compiled(Expression);

enum Expression {
    Symbols(Symbols),
    Sequence(Vec<Expression>),
    AnyOf(Vec<Expression>),
    Repeat(Box<Expression>, usize, Option<usize>),
}

impl Compiled {
    /// Compiles a literal by itself.
    pub(crate) fn alone(literal: &str) -> Self {
        Self::with(literal, &mut ClassCache::new())
    }

    /// Compiles a literal as one of several.
    pub(crate) fn with(literal: &str, classes: &mut ClassCache) -> Self {
        let (text, flags, rest) = split_literal(literal);
        assert_eq!(rest, "", "text after the pattern {literal}");
        let mut parser = Parser {
            text,
            position: 0,
            ignore_case: flags.contains('i'),
            dot_all: flags.contains('s'),
            classes,
        };
        let expression = parser.alternatives();
        assert_eq!(parser.position, text.len(), "cannot read all of {literal}");
        Self(expression)
    }

    /// `/…/ == x`, and how a key of a table is matched: `^?(…)$?`.
    pub(crate) fn is_whole(&self, bytes: &[u8]) -> bool {
        let input = symbols(bytes);
        let starts = positions(input.len(), [0, 1]);
        let ends = self.0.ends(&input, &starts);
        ends[input.len()] || ends[input.len() - 1]
    }

    /// `/…/ in x`: `^?(.|\n)*(…)`, where an empty match counts only from the first byte on.
    pub(crate) fn is_in(&self, bytes: &[u8]) -> bool {
        let input = symbols(bytes);
        let starts = positions(input.len(), 0..input.len());
        let ends = self.0.ends(&input, &starts);
        (2..=bytes.len() + 1).any(|end| ends[end]) || ends[input.len()]
    }
}

/// The text between the slashes, the flags, and what follows.
pub(crate) fn split_literal(source: &str) -> (&[u8], &str, &str) {
    let bytes = source.as_bytes();
    assert_eq!(bytes[0], b'/');
    let mut end = 1;
    while bytes[end] != b'/' {
        assert!(bytes[end] >= b' ', "control character in {source}");
        end += if bytes[end] == b'\\' { 2 } else { 1 };
    }
    assert!(end > 1, "empty pattern text");
    let rest = &source[end + 1..];
    let flags = rest.len() - rest.trim_start_matches(['i', 's']).len();
    (&bytes[1..end], &rest[..flags], &rest[flags..])
}

fn symbols(bytes: &[u8]) -> Vec<usize> {
    let bytes = bytes.iter().map(|&byte| usize::from(byte));
    std::iter::once(BEGIN).chain(bytes).chain([END]).collect()
}

fn positions(length: usize, set: impl IntoIterator<Item = usize>) -> Vec<bool> {
    let mut positions = vec![false; length + 1];
    set.into_iter()
        .for_each(|position| positions[position] = true);
    positions
}

impl Expression {
    /// Where matches end that begin at one of `starts`.
    fn ends(&self, input: &[usize], starts: &[bool]) -> Vec<bool> {
        let mut ends = vec![false; starts.len()];
        match self {
            Self::Symbols(set) => {
                for (position, &symbol) in input.iter().enumerate() {
                    ends[position + 1] = starts[position] && set[symbol];
                }
            }
            Self::Sequence(items) => {
                ends = items
                    .iter()
                    .fold(starts.to_vec(), |starts, item| item.ends(input, &starts));
            }
            Self::AnyOf(arms) => {
                for arm in arms {
                    add(&mut ends, &arm.ends(input, starts));
                }
            }
            Self::Repeat(item, min, max) => {
                let mut reached = starts.to_vec();
                for _ in 0..*min {
                    reached = item.ends(input, &reached);
                }
                add(&mut ends, &reached);
                let mut left = max.map_or(usize::MAX, |max| max - min);
                while left > 0 {
                    reached = item.ends(input, &reached);
                    if !add(&mut ends, &reached) {
                        break;
                    }
                    left -= 1;
                }
            }
        }
        ends
    }
}

/// Adds positions; whether there was a new one.
fn add(positions: &mut [bool], more: &[bool]) -> bool {
    let mut grew = false;
    for (position, &is_member) in positions.iter_mut().zip(more) {
        grew |= is_member && !*position;
        *position |= is_member;
    }
    grew
}

struct Parser<'a> {
    text: &'a [u8],
    position: usize,
    ignore_case: bool,
    dot_all: bool,
    classes: &'a mut ClassCache,
}

impl Parser<'_> {
    fn alternatives(&mut self) -> Expression {
        let mut arms = vec![self.series(true)];
        while self.skip(b"|") {
            arms.push(self.series(false));
        }
        Expression::AnyOf(arms)
    }

    fn series(&mut self, may_be_empty: bool) -> Expression {
        let mut items = Vec::new();
        while self.peek().is_some_and(|byte| !b"|)".contains(&byte)) {
            let item = self.singleton();
            items.push(self.repetition(item));
        }
        assert!(may_be_empty || !items.is_empty(), "empty alternative");
        Expression::Sequence(items)
    }

    fn singleton(&mut self) -> Expression {
        if self.skip(b"(?i:") {
            assert!(
                !self.ignore_case,
                "the inner group would end the outer one's effect"
            );
            self.ignore_case = true;
            let inner = self.group();
            self.ignore_case = false;
            return inner;
        }
        if self.skip(b"(") {
            return self.group();
        }
        if self.peek() == Some(b'[') {
            return self.class();
        }
        let byte = self.next();
        let single =
            |symbol: usize| Expression::Symbols((0..258).map(|other| other == symbol).collect());
        match byte {
            b'^' => single(BEGIN),
            b'$' => single(END),
            b'.' => {
                let dot_all = self.dot_all;
                let any = |symbol| symbol < BEGIN && (dot_all || symbol != usize::from(b'\n'));
                Expression::Symbols((0..258).map(any).collect())
            }
            b'\\' => single(usize::from(self.escape())),
            letter if letter.is_ascii_alphabetic() && self.ignore_case => {
                let both = |symbol| symbol < 128 && (symbol as u8).eq_ignore_ascii_case(&letter);
                let set = (0..258).map(both).collect();
                Expression::Symbols(
                    self.classes
                        .entry(vec![b'[', letter])
                        .or_insert(set)
                        .clone(),
                )
            }
            b'"' | b'*' | b'+' | b'?' | b'{' | b'}' | b')' => {
                panic!("{} must be escaped", char::from(byte))
            }
            b' '..=b'~' => single(usize::from(byte)),
            _ => panic!("bad symbol {byte:#x}"),
        }
    }

    fn group(&mut self) -> Expression {
        let inner = self.alternatives();
        assert!(self.skip(b")"), "unclosed group");
        inner
    }

    fn repetition(&mut self, mut item: Expression) -> Expression {
        loop {
            let (min, max) = match self.peek() {
                Some(b'*') => (0, None),
                Some(b'+') => (1, None),
                Some(b'?') => (0, Some(1)),
                Some(b'{') => {
                    self.next();
                    let min = self.number();
                    let max = if self.skip(b",") {
                        (self.peek() != Some(b'}')).then(|| self.number())
                    } else {
                        Some(min)
                    };
                    assert!(max.is_none_or(|max| max >= min));
                    (min, max)
                }
                _ => return item,
            };
            let closing = self.next();
            assert!(b"*+?}".contains(&closing));
            item = Expression::Repeat(Box::new(item), min, max);
        }
    }

    fn number(&mut self) -> usize {
        let mut digits = String::new();
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            digits.push(char::from(digit));
            self.position += 1;
        }
        digits.parse().expect("a count")
    }

    fn class(&mut self) -> Expression {
        let start = self.position;
        let mut end = start + 1;
        while self.text[end] != b']' {
            end += if self.text[end] == b'\\' { 2 } else { 1 };
        }
        let key = self.text[start..end].to_vec();
        if let Some(known) = self.classes.get(&key).cloned() {
            self.position = end + 1;
            return Expression::Symbols(known);
        }
        self.position += 1;
        let negated = self.skip(b"^");
        let mut set = vec![false; 258];
        while !self.skip(b"]") {
            let first = self.class_byte();
            let last = if self.skip(b"-") {
                self.class_byte()
            } else {
                first
            };
            self.add_range(&mut set, first, last);
        }
        if negated {
            set = (0..258)
                .map(|symbol| symbol < BEGIN && !set[symbol])
                .collect();
        }
        self.classes.insert(key, set.clone());
        Expression::Symbols(set)
    }

    fn add_range(&self, set: &mut Symbols, first: u8, last: u8) {
        assert!(first <= last, "negative range");
        let is_letter = first.is_ascii_alphabetic() || last.is_ascii_alphabetic();
        if self.ignore_case && is_letter {
            let same_case = (first.is_ascii_uppercase() && last.is_ascii_uppercase())
                || (first.is_ascii_lowercase() && last.is_ascii_lowercase());
            assert!(same_case, "ambiguous range");
        }
        for byte in first..=last {
            set[usize::from(byte)] = true;
            if self.ignore_case && is_letter {
                set[usize::from(byte.to_ascii_lowercase())] = true;
                set[usize::from(byte.to_ascii_uppercase())] = true;
            }
        }
    }

    fn class_byte(&mut self) -> u8 {
        match self.next() {
            b'\\' => self.escape(),
            byte @ (b'^' | b'-' | b'[') => {
                panic!("{} in a class must be escaped", char::from(byte))
            }
            byte @ b' '..=b'~' => byte,
            byte => panic!("bad symbol {byte:#x}"),
        }
    }

    fn escape(&mut self) -> u8 {
        match self.next() {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'x' => {
                let digits = [self.next(), self.next()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).expect("two digits")
            }
            byte if byte.is_ascii_alphanumeric() => {
                panic!("unexpected escape \\{}", char::from(byte))
            }
            byte => byte,
        }
    }

    fn skip(&mut self, expected: &[u8]) -> bool {
        let found = self.text[self.position..].starts_with(expected);
        if found {
            self.position += expected.len();
        }
        found
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.position).copied()
    }

    fn next(&mut self) -> u8 {
        let byte = self.peek().expect("unexpected end of pattern");
        self.position += 1;
        byte
    }
}

/// The value of the string literal that `source` begins with, and what follows it.
pub(crate) fn read_string(source: &str) -> (Vec<u8>, &str) {
    let mut rest = source.strip_prefix('"').expect("an opening quote").bytes();
    let mut value = Vec::new();
    loop {
        match rest.next().expect("a closing quote") {
            b'"' => break,
            b'\\' => value.push(match rest.next().unwrap() {
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'x' => {
                    let digits = [rest.next().unwrap(), rest.next().unwrap()];
                    u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
                }
                byte @ (b'"' | b'\\') => byte,
                byte => panic!("unexpected escape \\{}", char::from(byte)),
            }),
            byte @ b' '..=b'~' => value.push(byte),
            byte => panic!("byte {byte:#x} in a literal"),
        }
    }
    (value, &source[source.len() - rest.len()..])
}

/// The value of a condition on `x` as sigzeek writes it, when `x` is `subject`.
pub(crate) fn evaluate(condition: &str, subject: &[u8]) -> bool {
    let call = |function: &str| condition.strip_prefix(function);
    let string = |source: &str, after: &str| {
        let (value, rest) = read_string(source);
        assert_eq!(rest, after, "in {condition}");
        value
    };
    if condition == "T" || condition == "F" {
        return condition == "T";
    }
    if condition.starts_with('/') {
        let (_, _, rest) = split_literal(condition);
        let pattern = Compiled::alone(&condition[..condition.len() - rest.len()]);
        return match rest {
            " == x" => pattern.is_whole(subject),
            " in x" => pattern.is_in(subject),
            rest => panic!("unexpected {rest}"),
        };
    }
    if condition.starts_with('"') {
        let little = string(condition, " in x");
        assert!(!little.contains(&0), "Zeek reports an error for a NUL here");
        return subject.windows(little.len()).any(|window| window == little);
    }
    if let Some(prefix) = call("starts_with(x, ") {
        return subject.starts_with(&string(prefix, ")"));
    }
    if let Some(suffix) = call("ends_with(x, ") {
        return subject.ends_with(&string(suffix, ")"));
    }
    if let Some(value) = call("to_lower(x) == ") {
        return subject.to_ascii_lowercase() == string(value, "");
    }
    if let Some(value) = call("to_upper(x) == ") {
        return subject.to_ascii_uppercase() == string(value, "");
    }
    subject
        == string(
            call("x == ").unwrap_or_else(|| panic!("unknown {condition}")),
            "",
        )
}
