//! Patterns in Zeek's dialect.
//!
//! What decides how they are written (Zeek's `scan.l`, `re-scan.l`, `re-parse.y`, `RE.cc`):
//!
//! - `/…/` ends at the first slash without a backslash, in a character class, too, and must not be empty.
//! - A byte from 80 up must be an escape. Escapes are those of C; there is no `\d`.
//! - A double quote begins quoted text, and a brace must be an escape.
//! - `.` matches a line feed only with the flag `s`.
//! - The flag `i`, like `(?i:…)`, folds the ASCII letters that stand for themselves and those in classes, but no letter
//!   outside of a class that is written as an escape: so `\x42` is a B in any pattern.
//! - All the keys of a `table[pattern]` are compiled together, and Zeek then takes a class for an earlier one with the
//!   same text, whatever the flag. So a class must mean the same with and without it: where letters fold, both cases of
//!   each are in the class, and a class of one letter is never written. (The letter `a` under `i` counts as `[a]`.)
//! - With the flag, a range may not lead from a letter to anything but a later letter of the same case.
//! - `/…/ in x` finds no empty string in an empty `x`; no search that this module writes can be for an empty string.
//! - `"…" in x` must not have a NUL in the literal.

use std::ops::RangeInclusive;

use super::string;
use crate::predicate::pattern::{ByteExpression, ByteSet, Case, Pattern};

/// A pattern literal that matches exactly the strings that `pattern` matches, when compared (`/…/ == x`) or as a key of a
/// `table[pattern]`.
pub fn whole(pattern: &Pattern) -> String {
    literal(&factored(pattern.node()))
}

/// A condition in Zeek for whether `subject`, a primary expression of type string, is matched by `pattern`. It binds as
/// tightly as a comparison does.
pub fn test(pattern: &Pattern, subject: &str) -> String {
    if pattern.matches_everything() {
        return "T".to_owned();
    }
    if pattern.matches_nothing() {
        return "F".to_owned();
    }
    if let Some((bytes, case)) = pattern.as_literal() {
        return equality(bytes, case, subject);
    }
    let arms = Arm::all(pattern.node());
    if let [arm] = arms.as_slice()
        && let Some(test) = plain_search(arm, subject)
    {
        return test;
    }
    if arms.iter().all(|arm| arm.whole_start && arm.whole_end) {
        return format!("{} == {subject}", literal(pattern.node()));
    }
    format!("{} in {subject}", search(&arms))
}

/// The pattern literal and the operator with which Zeek compares a text in the least time. It stops reading a text at its first
/// byte that cannot begin a match, where the match has to begin with the text (`==`), and at the end of the first match, where
/// one may begin anywhere (`in`).
pub(super) fn comparison(pattern: &Pattern) -> (String, &'static str) {
    let arms = Arm::all(pattern.node());
    let may_be_empty = pattern.matches_everything() || pattern.matches_nothing();
    if may_be_empty || arms.iter().any(|arm| arm.whole_start) {
        (whole(pattern), "==")
    } else {
        (search(&arms), "in")
    }
}

/// The text in lower case that is sought anywhere, in any case, by a pattern that asks for nothing else and that Zeek can search
/// without an automaton.
pub(super) fn sought_text(pattern: &Pattern) -> Option<Vec<u8>> {
    let arms = Arm::all(pattern.node());
    let [arm] = arms.as_slice() else { return None };
    match arm.nodes {
        [
            ByteExpression::Literal {
                bytes,
                case: Case::Insensitive,
            },
        ] if !arm.whole_start && !arm.whole_end && !bytes.contains(&0) => {
            Some(bytes.to_ascii_lowercase())
        }
        _ => None,
    }
}

fn equality(bytes: &[u8], case: Case, subject: &str) -> String {
    if case == Case::Sensitive {
        return format!("{subject} == {}", string::literal(bytes));
    }
    if bytes.iter().any(u8::is_ascii_lowercase) {
        format!(
            "to_lower({subject}) == {}",
            string::literal(&bytes.to_ascii_lowercase())
        )
    } else {
        format!("to_upper({subject}) == {}", string::literal(bytes))
    }
}

/// The search for one string, where Zeek has a plain way to say it.
fn plain_search(arm: &Arm, subject: &str) -> Option<String> {
    let [
        ByteExpression::Literal {
            bytes,
            case: Case::Sensitive,
        },
    ] = arm.nodes
    else {
        return None;
    };
    let text = string::literal(bytes);
    match (arm.whole_start, arm.whole_end) {
        (false, false) if bytes.contains(&0) => None,
        (false, false) => Some(format!("{text} in {subject}")),
        (true, false) => Some(format!("starts_with({subject}, {text})")),
        (false, true) => Some(format!("ends_with({subject}, {text})")),
        (true, true) => None,
    }
}

/// An alternative of a pattern, seen as a search.
struct Arm<'a> {
    /// Whether it has to begin where the string begins.
    whole_start: bool,
    whole_end: bool,
    /// What is searched for, in sequence: what is left without the runs of any bytes at the ends.
    nodes: &'a [ByteExpression],
}

impl<'a> Arm<'a> {
    fn all(node: &'a ByteExpression) -> Vec<Self> {
        match node {
            ByteExpression::Alternation(arms) => arms.iter().map(Self::new).collect(),
            node => vec![Self::new(node)],
        }
    }

    fn new(node: &'a ByteExpression) -> Self {
        let nodes = match node {
            ByteExpression::Concat(nodes) => nodes,
            node => std::slice::from_ref(node),
        };
        let (whole_start, nodes) = match nodes {
            [first, rest @ ..] if first.is_any_run() => (false, rest),
            nodes => (true, nodes),
        };
        let (whole_end, nodes) = match nodes {
            [rest @ .., last] if last.is_any_run() => (false, rest),
            nodes => (true, nodes),
        };
        Self {
            whole_start,
            whole_end,
            nodes,
        }
    }

    fn node(&self) -> ByteExpression {
        ByteExpression::concat(self.nodes.iter().cloned())
    }
}

/// The pattern literal with which to search (`/…/ in x`).
fn search(arms: &[Arm]) -> String {
    let all = |of: fn(&Arm) -> bool, value: bool| arms.iter().all(|arm| of(arm) == value);
    let start = |arm: &Arm| arm.whole_start;
    let end = |arm: &Arm| arm.whole_end;
    let uniform = (all(start, true) || all(start, false)) && (all(end, true) || all(end, false));
    let pieces: Vec<(bool, ByteExpression, bool)> = if uniform {
        let (start, end) = arms
            .first()
            .map_or((false, false), |arm| (arm.whole_start, arm.whole_end));
        vec![(
            start,
            ByteExpression::alternation(arms.iter().map(Arm::node)),
            end,
        )]
    } else {
        arms.iter()
            .map(|arm| (arm.whole_start, arm.node(), arm.whole_end))
            .collect()
    };
    let mut printer = Printer::for_nodes(pieces.iter().map(|(_, node, _)| node));
    for (index, (start, node, end)) in pieces.iter().enumerate() {
        if index > 0 {
            printer.text.push('|');
        }
        printer.text.push_str(if *start { "^" } else { "" });
        if *start || *end {
            printer.sequence(node);
        } else {
            printer.alternation(node);
        }
        printer.text.push_str(if *end { "$" } else { "" });
    }
    printer.finish()
}

/// The same pattern with the runs of any bytes that all alternatives begin or end with written once.
fn factored(node: &ByteExpression) -> ByteExpression {
    let ByteExpression::Alternation(_) = node else {
        return node.clone();
    };
    let mut arms = Arm::all(node);
    let open_start = arms.iter().all(|arm| !arm.whole_start);
    let open_end = arms.iter().all(|arm| !arm.whole_end);
    if !open_start && !open_end {
        return node.clone();
    }
    for arm in &mut arms {
        arm.whole_start |= open_start;
        arm.whole_end |= open_end;
    }
    let inner = ByteExpression::alternation(arms.iter().map(|arm| {
        let start = (!arm.whole_start).then(ByteExpression::any_run);
        let end = (!arm.whole_end).then(ByteExpression::any_run);
        ByteExpression::concat(start.into_iter().chain([arm.node()]).chain(end))
    }));
    let start = open_start.then(ByteExpression::any_run);
    let end = open_end.then(ByteExpression::any_run);
    ByteExpression::concat(start.into_iter().chain([inner]).chain(end))
}

/// A class without a byte.
const NOTHING: &str = "[^\\x00-\\xff]";

fn literal(node: &ByteExpression) -> String {
    let mut printer = Printer::for_nodes([node]);
    printer.alternation(node);
    printer.finish()
}

/// Writes one pattern literal.
struct Printer {
    text: String,
    /// The flag `i`.
    ignore_case: bool,
    /// The flag `s`.
    dot_all: bool,
}

impl Printer {
    fn for_nodes<'a>(nodes: impl IntoIterator<Item = &'a ByteExpression>) -> Self {
        let mut survey = Survey::default();
        for node in nodes {
            survey.add(node);
        }
        Self {
            text: "/".to_owned(),
            ignore_case: survey.suits_ignore_case(),
            dot_all: survey.any_byte,
        }
    }

    fn finish(mut self) -> String {
        self.text.push('/');
        self.text.push_str(if self.ignore_case { "i" } else { "" });
        self.text.push_str(if self.dot_all { "s" } else { "" });
        string::hide_directives(self.text)
    }

    /// A node where alternatives can stand without parentheses.
    fn alternation(&mut self, node: &ByteExpression) {
        match node {
            ByteExpression::Alternation(arms) if !arms.is_empty() => {
                for (index, arm) in arms.iter().enumerate() {
                    if index > 0 {
                        self.text.push('|');
                    }
                    self.sequence(arm);
                }
            }
            node => self.sequence(node),
        }
    }

    /// A node where others can stand beside it.
    fn sequence(&mut self, node: &ByteExpression) {
        match node {
            ByteExpression::Concat(nodes) if !nodes.is_empty() => {
                nodes.iter().for_each(|node| self.sequence(node))
            }
            ByteExpression::Literal { bytes, case } => self.literal(bytes, *case),
            ByteExpression::Repeat { node, min, max } => {
                self.single(node);
                self.count(*min, *max);
            }
            node => self.single(node),
        }
    }

    /// A node that a repetition can follow.
    fn single(&mut self, node: &ByteExpression) {
        match node {
            // Zeek has no empty pattern, but an empty group.
            node if node.is_empty() => self.text.push_str("()"),
            node if node.is_nothing() => self.text.push_str(NOTHING),
            ByteExpression::Class(set) => self.class(*set),
            ByteExpression::Literal { bytes, case } if bytes.len() == 1 => {
                self.literal(bytes, *case)
            }
            node => {
                self.text.push('(');
                self.alternation(node);
                self.text.push(')');
            }
        }
    }

    fn count(&mut self, min: u32, max: Option<u32>) {
        match (min, max) {
            (0, None) => self.text.push('*'),
            (1, None) => self.text.push('+'),
            (0, Some(1)) => self.text.push('?'),
            (min, None) => self.text.push_str(&format!("{{{min},}}")),
            (min, Some(max)) if min == max => self.text.push_str(&format!("{{{min}}}")),
            (min, Some(max)) => self.text.push_str(&format!("{{{min},{max}}}")),
        }
    }

    fn literal(&mut self, bytes: &[u8], case: Case) {
        if self.ignore_case || case == Case::Sensitive {
            self.bytes(bytes, case);
            return;
        }
        let is_letter = |byte: &u8| byte.is_ascii_alphabetic();
        let first = bytes.iter().position(is_letter).unwrap_or(0);
        let last = bytes.iter().rposition(is_letter).unwrap_or(0);
        self.bytes(&bytes[..first], Case::Sensitive);
        if first == last {
            self.class(ByteSet::single(bytes[first]).with_both_cases());
        } else {
            self.text.push_str("(?i:");
            self.bytes(&bytes[first..=last], Case::Insensitive);
            self.text.push(')');
        }
        self.bytes(&bytes[last + 1..], Case::Sensitive);
    }

    fn bytes(&mut self, bytes: &[u8], case: Case) {
        for &byte in bytes {
            match byte {
                byte if byte.is_ascii_alphabetic()
                    && self.ignore_case
                    && case == Case::Sensitive =>
                {
                    self.text.push_str(&string::hexadecimal(byte));
                }
                byte => self.escaped(byte, b"\\/\"^$.|?*+()[]{}"),
            }
        }
    }

    fn class(&mut self, set: ByteSet) {
        if set == ByteSet::ALL || (set == ByteSet::not_line_feed() && !self.dot_all) {
            self.text.push('.');
            return;
        }
        let negated = set.len() > 128;
        self.text.push_str(if negated { "[^" } else { "[" });
        let listed = if negated { set.complement() } else { set };
        for range in listed.ranges().into_iter().flat_map(split_at_letters) {
            self.class_byte(*range.start());
            if range.len() > 2 {
                self.text.push('-');
            }
            if range.len() > 1 {
                self.class_byte(*range.end());
            }
        }
        self.text.push(']');
    }

    fn class_byte(&mut self, byte: u8) {
        self.escaped(byte, b"\\/[]^-");
    }

    fn escaped(&mut self, byte: u8, special: &[u8]) {
        if special.contains(&byte) {
            self.text.push('\\');
        }
        string::push_byte(&mut self.text, byte);
    }
}

/// What there is in nodes that decides on the flags.
#[derive(Default)]
struct Survey {
    insensitive_letters: usize,
    sensitive_letters: usize,
    /// A class with a letter in one case only.
    has_one_case_class: bool,
    /// A class of all bytes.
    any_byte: bool,
}

impl Survey {
    fn add(&mut self, node: &ByteExpression) {
        match node {
            ByteExpression::Literal { bytes, case } => {
                let letters = bytes
                    .iter()
                    .filter(|byte| byte.is_ascii_alphabetic())
                    .count();
                match case {
                    Case::Sensitive => self.sensitive_letters += letters,
                    Case::Insensitive => self.insensitive_letters += letters,
                }
            }
            ByteExpression::Class(set) => {
                self.has_one_case_class |= !set.is_case_closed();
                self.any_byte |= *set == ByteSet::ALL;
            }
            ByteExpression::Concat(nodes) | ByteExpression::Alternation(nodes) => {
                nodes.iter().for_each(|node| self.add(node))
            }
            ByteExpression::Repeat { node, .. } => self.add(node),
        }
    }

    /// With the flag, a letter that must not fold is an escape, so there should be few of them.
    fn suits_ignore_case(&self) -> bool {
        self.insensitive_letters > 0
            && !self.has_one_case_class
            && self.sensitive_letters.saturating_mul(4) <= self.insensitive_letters
    }
}

/// Cuts a range that begins or ends with a letter so that each piece has letters of one case or none.
fn split_at_letters(range: RangeInclusive<u8>) -> Vec<RangeInclusive<u8>> {
    let (start, end) = (*range.start(), *range.end());
    if !start.is_ascii_alphabetic() && !end.is_ascii_alphabetic() {
        return vec![range];
    }
    let blocks = [
        0..=b'@',
        b'A'..=b'Z',
        b'['..=b'`',
        b'a'..=b'z',
        b'{'..=u8::MAX,
    ];
    blocks
        .into_iter()
        .map(|block| start.max(*block.start())..=end.min(*block.end()))
        .filter(|piece| !piece.is_empty())
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::predicate::pattern::{Anchoring, Encoding, RegexFlags, ValuePart};

    fn value(text: &str, anchoring: Anchoring, case: Case) -> Pattern {
        Pattern::from_sigma(&[ValuePart::Literal(text.to_owned())], anchoring, case)
    }

    fn regex(text: &str) -> Pattern {
        Pattern::from_regex(text, RegexFlags::default()).unwrap()
    }

    #[test]
    fn values_read_well() {
        let cases = [
            (
                Anchoring::Exact,
                Case::Sensitive,
                r#"x == "/wsman""#,
                r"/\/wsman/",
            ),
            (
                Anchoring::Exact,
                Case::Insensitive,
                r#"to_lower(x) == "/wsman""#,
                r"/\/wsman/i",
            ),
            (
                Anchoring::StartsWith,
                Case::Sensitive,
                r#"starts_with(x, "/wsman")"#,
                r"/\/wsman.*/s",
            ),
            (
                Anchoring::StartsWith,
                Case::Insensitive,
                r"/^\/wsman/i in x",
                r"/\/wsman.*/is",
            ),
            (
                Anchoring::EndsWith,
                Case::Sensitive,
                r#"ends_with(x, "/wsman")"#,
                r"/.*\/wsman/s",
            ),
            (
                Anchoring::EndsWith,
                Case::Insensitive,
                r"/\/wsman$/i in x",
                r"/.*\/wsman/is",
            ),
            (
                Anchoring::Contains,
                Case::Sensitive,
                r#""/wsman" in x"#,
                r"/.*\/wsman.*/s",
            ),
            (
                Anchoring::Contains,
                Case::Insensitive,
                r"/\/wsman/i in x",
                r"/.*\/wsman.*/is",
            ),
        ];
        for (anchoring, case, condition, literal) in cases {
            let pattern = value("/wsman", anchoring, case);
            assert_eq!(
                (test(&pattern, "x"), whole(&pattern)),
                (condition.to_owned(), literal.to_owned())
            );
        }
    }

    #[test]
    fn capitals_are_compared_as_capitals() {
        let post = value("POST", Anchoring::Exact, Case::Insensitive);
        assert_eq!(test(&post, "method"), r#"to_upper(method) == "POST""#);
    }

    #[test]
    fn a_nul_is_searched_for_with_a_pattern() {
        let pattern = value("a\0b", Anchoring::Contains, Case::Sensitive);
        assert_eq!(test(&pattern, "x"), r"/a\x00b/ in x");
    }

    #[test]
    fn alternatives_share_what_they_can() {
        let of = |values: [(&str, Anchoring); 2]| {
            let pattern = Pattern::any_of(
                values.map(|(text, anchoring)| value(text, anchoring, Case::Insensitive)),
            );
            (test(&pattern, "x"), whole(&pattern))
        };
        let pair = |condition: &str, literal: &str| (condition.to_owned(), literal.to_owned());
        assert_eq!(
            of([("cmd", Anchoring::Contains), ("pwsh", Anchoring::Contains)]),
            pair("/cmd|pwsh/i in x", "/.*(cmd|pwsh).*/is")
        );
        assert_eq!(
            of([
                ("cmd", Anchoring::StartsWith),
                ("pwsh", Anchoring::StartsWith)
            ]),
            pair("/^(cmd|pwsh)/i in x", "/(cmd|pwsh).*/is")
        );
        assert_eq!(
            of([("cmd", Anchoring::Exact), ("pwsh", Anchoring::Contains)]),
            pair("/^cmd$|pwsh/i in x", "/cmd|.*pwsh.*/is")
        );
        assert_eq!(
            of([("cmd", Anchoring::Exact), ("pwsh", Anchoring::Exact)]),
            pair("/cmd|pwsh/i == x", "/cmd|pwsh/i")
        );
    }

    #[test]
    fn bytes_that_mean_something_are_escaped() {
        let pattern = value(
            "a/\\\"^$.|?*+()[]{}-@if#\n\r\t\0é~",
            Anchoring::Exact,
            Case::Sensitive,
        );
        let expected = r#"/a\/\\\"\^\$\.\|\?\*\+\(\)\[\]\{\}-\x40if#\n\r\t\x00\xc3\xa9~/"#;
        assert_eq!(whole(&pattern), expected);
        assert_eq!(whole(&regex(r"^[-\]^\[/\\\n@]$")), r"/[\n\-\/@\[-\^]/");
    }

    #[test]
    fn a_letter_that_must_not_fold_is_an_escape_under_the_flag() {
        let mixed = Pattern::any_of([
            value("powershell", Anchoring::Exact, Case::Insensitive),
            value("B", Anchoring::Exact, Case::Sensitive),
        ]);
        assert_eq!(whole(&mixed), r"/powershell|\x42/i");
    }

    #[test]
    fn a_class_with_one_case_of_a_letter_never_stands_under_the_flag() {
        let mixed = Pattern::any_of([
            value("powershell", Anchoring::Exact, Case::Insensitive),
            regex("^[a-f]+$"),
        ]);
        assert_eq!(whole(&mixed), "/(?i:powershell)|[a-f]+/");
        let closed = Pattern::any_of([
            value("powershell", Anchoring::Exact, Case::Insensitive),
            regex("^[0-Za-z]+$"),
        ]);
        assert_eq!(whole(&closed), "/powershell|[0-@A-Za-z]+/i");
    }

    #[test]
    fn utf16_folds_letters_alone() {
        let parts = [ValuePart::Literal("Cmd ł".to_owned())];
        let pattern = Pattern::encoded(
            &parts,
            &[Encoding::Utf16Le],
            Anchoring::Contains,
            Case::Insensitive,
        )
        .unwrap();
        assert_eq!(
            test(&pattern, "stub"),
            r"/(?i:C\x00m\x00d)\x00 \x00[AB]\x01/ in stub"
        );
    }

    #[test]
    fn regexes_keep_their_shape() {
        let cases = [
            ("(^|/)foo", r"/^foo|\/foo/ in x", r"/(foo|.*\/foo).*/s"),
            ("a.*b", "/a.*b/ in x", r"/.*a[^\n]*b.*/s"),
            (r"^\d{2,4}[^\n]+$", "/[0-9]{2,4}.+/ == x", "/[0-9]{2,4}.+/"),
            (
                "g(ab|cd){2,}e?f",
                "/g(ab|cd){2,}e?f/ in x",
                "/.*g(ab|cd){2,}e?f.*/s",
            ),
            ("^(|a)$", "/a?/ == x", "/a?/"),
        ];
        for (text, condition, literal) in cases {
            let pattern = regex(text);
            assert_eq!(
                (test(&pattern, "x"), whole(&pattern)),
                (condition.to_owned(), literal.to_owned())
            );
        }
    }

    #[test]
    fn everything_nothing_and_the_empty_string_can_be_said() {
        let everything = value("", Anchoring::Contains, Case::Sensitive);
        let nothing = Pattern::any_of([]);
        let empty = value("", Anchoring::Exact, Case::Sensitive);
        let said =
            [&everything, &nothing, &empty].map(|pattern| (test(pattern, "x"), whole(pattern)));
        let expected = [
            ("T", "/.*/s"),
            ("F", r"/[^\x00-\xff]/"),
            (r#"x == """#, "/()/"),
        ];
        assert_eq!(
            said,
            expected.map(|(condition, literal)| (condition.to_owned(), literal.to_owned()))
        );
    }
}
