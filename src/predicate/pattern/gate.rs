//! What tells strings apart that no pattern of many can match, at the cost of one small automaton.
//!
//! Zeek matches a table of patterns with one automaton, whose states it makes as traffic asks for them and keeps for ever.
//! A pattern that is sought anywhere stays matched once it has matched, so that the states of many such patterns are the
//! sets of those matched so far: twenty of them have a million, and whoever sends the traffic chooses. A gate is a pattern
//! without that memory: a text that each string of the pattern has in it.

use super::{Case, Pattern, node::ByteExpression};

/// A class that holds so many bytes lets most text by.
const WIDE_CLASS: u32 = 64;

/// How many bytes of a repeated literal are sought at most.
const MAX_REPEATED: u32 = 64;

impl Pattern {
    /// Whether the pattern goes through text from its beginning and remembers nothing on the way: only its last part, if
    /// any, is a run of any length.
    pub fn is_anchored(&self) -> bool {
        is_anchored(self.node())
    }

    /// Whether there is a text that every string of this pattern has in it.
    pub fn has_gate(&self) -> bool {
        needed(self.node()).is_some()
    }

    /// Texts of which every string of this pattern has one in it, ASCII letters in any case; `None` where there are none.
    pub fn needed_texts(&self) -> Option<Vec<&[u8]>> {
        let mut texts = Vec::new();
        collect_needed(self.node(), &mut texts)?;
        Some(texts)
    }

    /// Texts of which every string of this pattern begins with one, ASCII letters in any case; `None` where there are none.
    pub fn first_texts(&self) -> Option<Vec<&[u8]>> {
        let mut texts = Vec::new();
        collect_at_end(self.node(), <[ByteExpression]>::first, &mut texts)?;
        Some(texts)
    }

    /// The same, of texts that strings end with.
    pub fn last_texts(&self) -> Option<Vec<&[u8]>> {
        let mut texts = Vec::new();
        collect_at_end(self.node(), <[ByteExpression]>::last, &mut texts)?;
        Some(texts)
    }

    /// A pattern of texts that are sought anywhere: the texts of which every string of this pattern has one in it, in UTF-16 of
    /// either byte order or in a code page. Only their ASCII characters count, which all code pages share; `None` where a text
    /// has none.
    pub fn gate_in_encodings(&self) -> Option<Pattern> {
        let texts = self.needed_texts()?.into_iter().map(longest_ascii);
        let forms = texts
            .collect::<Option<Vec<_>>>()?
            .into_iter()
            .flat_map(|text| {
                let wide = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
                    text.iter()
                        .flat_map(|byte| order(u16::from(*byte)))
                        .collect()
                };
                [
                    wide(u16::to_le_bytes),
                    wide(u16::to_be_bytes),
                    text.to_vec(),
                ]
            });
        let forms = ByteExpression::alternation(
            forms.map(|form| ByteExpression::literal(form, Case::Insensitive)),
        );
        Some(Self(ByteExpression::concat([
            ByteExpression::any_run(),
            forms,
            ByteExpression::any_run(),
        ])))
    }

    /// A pattern of texts that are sought anywhere: of each pattern, the longest text that every string of it has in it.
    /// What any of the patterns matches, it matches too; `None` where one of them has no such text.
    pub fn gate_of(patterns: impl IntoIterator<Item = Pattern>) -> Option<Pattern> {
        let needed: Vec<ByteExpression> = patterns
            .into_iter()
            .map(|pattern| needed(pattern.node()))
            .collect::<Option<_>>()?;
        let needed = ByteExpression::alternation(needed);
        Some(Self(ByteExpression::concat([
            ByteExpression::any_run(),
            needed,
            ByteExpression::any_run(),
        ])))
    }
}

/// The longest run of ASCII characters in a text.
fn longest_ascii(text: &[u8]) -> Option<&[u8]> {
    let runs = text.split(|byte| !byte.is_ascii());
    runs.max_by_key(|run| run.len())
        .filter(|run| !run.is_empty())
}

fn is_anchored(node: &ByteExpression) -> bool {
    match node {
        ByteExpression::Concat(nodes) => match nodes.split_last() {
            Some((last, first)) => {
                first.iter().all(is_narrow) && (last.is_any_run() || is_anchored(last))
            }
            None => true,
        },
        ByteExpression::Alternation(arms) => arms.iter().all(is_anchored),
        node => is_narrow(node),
    }
}

/// Whether a part of a pattern cannot go on over most text for as long as it likes.
fn is_narrow(node: &ByteExpression) -> bool {
    match node {
        ByteExpression::Literal { .. } | ByteExpression::Class(_) => true,
        ByteExpression::Concat(nodes) | ByteExpression::Alternation(nodes) => {
            nodes.iter().all(is_narrow)
        }
        ByteExpression::Repeat { node, max, .. } => {
            is_narrow(node) && (max.is_some() || !is_wide(node))
        }
    }
}

fn is_wide(node: &ByteExpression) -> bool {
    match node {
        ByteExpression::Class(set) => set.len() >= WIDE_CLASS,
        ByteExpression::Literal { .. } => false,
        ByteExpression::Concat(nodes) | ByteExpression::Alternation(nodes) => {
            nodes.iter().any(is_wide)
        }
        ByteExpression::Repeat { node, .. } => is_wide(node),
    }
}

/// The longest part that every string has in it and that is literal.
fn needed(node: &ByteExpression) -> Option<ByteExpression> {
    match node {
        ByteExpression::Literal { .. } => Some(node.clone()),
        ByteExpression::Concat(nodes) => nodes.iter().filter_map(needed).max_by_key(least_length),
        ByteExpression::Alternation(arms) if !arms.is_empty() => {
            let arms: Vec<ByteExpression> = arms.iter().map(needed).collect::<Option<_>>()?;
            Some(ByteExpression::alternation(arms))
        }
        ByteExpression::Repeat { node, min, .. } if *min > 0 => match node.as_ref() {
            ByteExpression::Literal { bytes, .. } => Some(repeated(node, bytes.len(), *min)),
            node => needed(node),
        },
        ByteExpression::Alternation(_)
        | ByteExpression::Class(_)
        | ByteExpression::Repeat { .. } => None,
    }
}

/// A literal of so many bytes as often as every string has it in a row.
fn repeated(literal: &ByteExpression, length: usize, least: u32) -> ByteExpression {
    let most = u32::try_from(length).map_or(1, |length| MAX_REPEATED / length.max(1));
    let times = least.min(most);
    if times < 2 {
        return literal.clone();
    }
    ByteExpression::Repeat {
        node: Box::new(literal.clone()),
        min: times,
        max: Some(times),
    }
}

/// Collects literals of which every string has one in it: those of the part that has the longest.
fn collect_needed<'p>(node: &'p ByteExpression, texts: &mut Vec<&'p [u8]>) -> Option<()> {
    match node {
        ByteExpression::Literal { bytes, .. } => {
            texts.push(bytes);
            Some(())
        }
        ByteExpression::Concat(nodes) => {
            let needed = nodes.iter().filter_map(|node| {
                let mut texts = Vec::new();
                collect_needed(node, &mut texts).map(|()| texts)
            });
            let shortest = |texts: &Vec<&[u8]>| texts.iter().map(|text| text.len()).min();
            texts.extend(needed.max_by_key(shortest)?);
            Some(())
        }
        ByteExpression::Alternation(arms) if !arms.is_empty() => {
            arms.iter().try_for_each(|arm| collect_needed(arm, texts))
        }
        ByteExpression::Repeat { node, min, .. } if *min > 0 => collect_needed(node, texts),
        ByteExpression::Alternation(_)
        | ByteExpression::Class(_)
        | ByteExpression::Repeat { .. } => None,
    }
}

/// Collects literals of which every string has one at the end that `end` gives the node of.
fn collect_at_end<'p>(
    node: &'p ByteExpression,
    end: fn(&[ByteExpression]) -> Option<&ByteExpression>,
    texts: &mut Vec<&'p [u8]>,
) -> Option<()> {
    match node {
        ByteExpression::Literal { bytes, .. } => {
            texts.push(bytes);
            Some(())
        }
        ByteExpression::Concat(nodes) => collect_at_end(end(nodes)?, end, texts),
        ByteExpression::Alternation(arms) if !arms.is_empty() => arms
            .iter()
            .try_for_each(|arm| collect_at_end(arm, end, texts)),
        ByteExpression::Alternation(_)
        | ByteExpression::Class(_)
        | ByteExpression::Repeat { .. } => None,
    }
}

/// The length of the shortest string, in bytes.
fn least_length(node: &ByteExpression) -> usize {
    match node {
        ByteExpression::Literal { bytes, .. } => bytes.len(),
        ByteExpression::Class(_) => 1,
        ByteExpression::Concat(nodes) => nodes.iter().map(least_length).sum(),
        ByteExpression::Alternation(arms) => arms.iter().map(least_length).min().unwrap_or(0),
        ByteExpression::Repeat { node, min, .. } => {
            least_length(node).saturating_mul(*min as usize)
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::{Anchoring, Case, Pattern, RegexFlags, ValuePart};

    fn sigma(text: &str, anchoring: Anchoring) -> Pattern {
        let mut parts = Vec::new();
        for (index, literal) in text.split('*').enumerate() {
            if index > 0 {
                parts.push(ValuePart::AnyRun);
            }
            if !literal.is_empty() {
                parts.push(ValuePart::Literal(literal.to_owned()));
            }
        }
        Pattern::from_sigma(&parts, anchoring, Case::Insensitive)
    }

    fn gate(pattern: &Pattern) -> Option<Pattern> {
        Pattern::gate_of([pattern.clone()])
    }

    fn regex(text: &str) -> Pattern {
        Pattern::from_regex(text, RegexFlags::default()).unwrap()
    }

    #[test]
    fn texts_at_either_end() {
        let texts = |texts: Option<Vec<&[u8]>>| {
            let texts = texts.unwrap_or_default().into_iter();
            let texts = texts.map(|text| String::from_utf8_lossy(text).into_owned());
            texts.collect::<Vec<_>>().join("|")
        };
        for (pattern, first, last) in [
            (sigma("abc", Anchoring::Exact), "abc", "abc"),
            (sigma("abc", Anchoring::EndsWith), "", "abc"),
            (sigma("abc", Anchoring::StartsWith), "abc", ""),
            (sigma("abc*def", Anchoring::Exact), "abc", "def"),
            (regex(".*(abc|d)$"), "", "abc|d"),
            (regex("^(abc|d.*e)$"), "abc|d", "abc|e"),
            (regex("^(abc|.*e)$"), "", "abc|e"),
            (regex("^x+$"), "", ""),
        ] {
            assert_eq!(texts(pattern.first_texts()), first, "{pattern:?}");
            assert_eq!(texts(pattern.last_texts()), last, "{pattern:?}");
        }
    }

    #[test]
    fn only_what_begins_at_the_beginning_is_anchored() {
        assert!(sigma("/wsman", Anchoring::StartsWith).is_anchored());
        assert!(sigma("POST", Anchoring::Exact).is_anchored());
        assert!(regex("^/a[0-9]+$").is_anchored());
        assert!(!sigma("cmd", Anchoring::Contains).is_anchored());
        assert!(!sigma(".exe", Anchoring::EndsWith).is_anchored());
        assert!(!sigma("/a*b", Anchoring::StartsWith).is_anchored());
        assert!(!regex("^/a[^/]+b").is_anchored());
        assert!(!regex("^a|b").is_anchored());
    }

    #[test]
    fn the_longest_texts_are_needed() {
        let needed = |pattern: &Pattern| {
            let texts = pattern.needed_texts()?;
            let texts = texts.iter().map(|text| text.escape_ascii().to_string());
            Some(texts.collect::<Vec<_>>().join(" "))
        };
        let pattern = sigma("a*powershell*b", Anchoring::Contains);
        assert_eq!(needed(&pattern).as_deref(), Some("powershell"));
        let pattern = regex("x(cmd|pwsh)[0-9]{2,3}");
        assert_eq!(needed(&pattern).as_deref(), Some("cmd pwsh"));
        assert_eq!(needed(&regex("[0-9]+x?")), None);
        assert_eq!(needed(&regex("cmd|[0-9]")), None);
    }

    #[test]
    fn a_gate_in_encodings_finds_a_text_in_a_stub() {
        let gate = sigma("Ünïcmd.exe", Anchoring::EndsWith)
            .gate_in_encodings()
            .unwrap();
        for stub in [
            &b"\x07\0c\0M\0d\0.\0E\0x\0e\0\0\0"[..],
            b"\0c\0m\0d\0.\0e\0x\0e\0\0",
            b"\x01cmd.exe",
        ] {
            assert!(gate.is_match(stub));
        }
        assert!(!gate.is_match(b"c\0m\0d\0 \0e\0x\0e\0"));
        assert_eq!(sigma("é", Anchoring::Contains).gate_in_encodings(), None);
        assert_eq!(regex("[0-9]+").gate_in_encodings(), None);
    }

    #[test]
    fn a_gate_lets_every_match_by() {
        let cases = [
            (
                sigma("a*powershell*b", Anchoring::Contains),
                "xAx POWERShell b",
            ),
            (sigma(".exe", Anchoring::EndsWith), "a.EXE"),
            (regex("(cmd|pwsh)[0-9]{2,3}"), "xpwsh12"),
            (regex("(abc)+x?"), "zabcabc"),
            (regex(r"^\x00{8}$"), "\0\0\0\0\0\0\0\0"),
            (regex("(ab){100,}"), &"ab".repeat(100)),
        ];
        for (pattern, text) in cases {
            assert!(pattern.is_match(text.as_bytes()), "{pattern:?}");
            assert!(
                gate(&pattern).unwrap().is_match(text.as_bytes()),
                "{pattern:?}"
            );
            assert!(!gate(&pattern).unwrap().is_match(b"nothing of the kind"));
        }
        assert_eq!(gate(&regex("[0-9]+x?")), None);
        assert_eq!(gate(&regex("a|[0-9]")), None);
    }

    #[test]
    fn a_repeated_literal_is_sought_in_a_row() {
        let zeros = gate(&regex(r"^\x00{8}$")).unwrap();
        assert!(zeros.is_match(&[&b"a"[..], &[0; 8], b"b"].concat()));
        assert!(!zeros.is_match(&[&b"a"[..], &[0; 7], b"b", &[0; 7]].concat()));
        // Of long runs, not all is sought.
        assert!(
            gate(&regex("(ab){100,}"))
                .unwrap()
                .is_match("ab".repeat(32).as_bytes())
        );
    }
}
