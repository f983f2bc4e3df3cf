//! A text that matches some patterns and none of others.
//!
//! First what is there already, with a byte changed where it must not match; then the shortest text of each pattern, alone
//! and one after the other; and if all that fails, a search through the patterns' automata, which finds the shortest text
//! there is.

use std::collections::{HashMap, VecDeque};

use regex_automata::Anchored;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson;
use regex_automata::util::start;

use crate::predicate::pattern::{ByteExpression, ByteSet, Case, Matcher, Pattern};

/// How many combinations of the automata's states the search looks at.
const MAX_STATES: usize = 20_000;
/// How many changes of what is there are tried.
const MAX_CHANGES: usize = 600;

/// What a text has to be.
#[derive(Debug)]
pub(in crate::synth) struct WantedText<'a> {
    /// Patterns that it matches.
    pub(in crate::synth) matching: Vec<&'a Pattern>,
    /// Patterns that it does not match.
    pub(in crate::synth) not_matching: Vec<&'a Pattern>,
    /// What its place in the conversation can hold.
    pub(in crate::synth) frame: &'a TextFrame,
    /// How long it is, in bytes.
    pub(in crate::synth) length: (usize, usize),
    /// What is there already.
    pub(in crate::synth) present: Option<&'a [u8]>,
}

/// What a place in a conversation can hold.
#[derive(Debug, Clone)]
pub(in crate::synth) struct TextFrame {
    /// The bytes of which it may consist.
    pub(in crate::synth) bytes: ByteSet,
    /// Those of which it may consist where a rule asks for it.
    pub(in crate::synth) rare_bytes: Option<ByteSet>,
    /// What it must be like.
    pub(in crate::synth) form: Option<Pattern>,
    /// What it should be like, if that can be.
    pub(in crate::synth) usual_form: Option<Pattern>,
    /// What is usual there.
    pub(in crate::synth) examples: Vec<Vec<u8>>,
    /// What usually comes before the part that a rule asks for.
    pub(in crate::synth) beginnings: Vec<Vec<u8>>,
    /// What usually comes after it.
    pub(in crate::synth) endings: Vec<Vec<u8>>,
    /// The most bytes that fit.
    pub(in crate::synth) longest: usize,
}

/// Why there is no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::synth) enum NoText {
    /// There is none.
    Impossible,
    /// None was found within bounds.
    NotFound,
}

impl TextFrame {
    /// A place for any bytes.
    pub(in crate::synth) fn bytes(longest: usize) -> Self {
        Self {
            bytes: ByteSet::ALL,
            rare_bytes: None,
            form: None,
            usual_form: None,
            examples: Vec::new(),
            beginnings: vec![Vec::new()],
            endings: vec![Vec::new()],
            longest,
        }
    }
}

/// A text that is as wanted, of usual bytes and in the usual form if that can be.
pub(in crate::synth) fn find(wanted: &WantedText<'_>) -> Result<Vec<u8>, NoText> {
    let frame = wanted.frame;
    let mut result = Err(NoText::NotFound);
    for bytes in [Some(frame.bytes), frame.rare_bytes].into_iter().flatten() {
        for usual_form in [frame.usual_form.as_ref().map(Some), Some(None)] {
            let Some(usual_form) = usual_form else {
                continue;
            };
            let search = TextSearch::new(wanted, bytes, usual_form)?;
            result = match search.quick() {
                Some(text) => Ok(text),
                None => search.through_automata(),
            };
            if result.is_ok() {
                return result;
            }
        }
    }
    result
}

/// The shortest text of a pattern, of bytes that are easy to read where the pattern leaves a choice.
pub(in crate::synth) fn shortest(pattern: &Pattern, bytes: ByteSet) -> Option<Vec<u8>> {
    of_node(pattern.node(), bytes)
}

fn of_node(node: &ByteExpression, bytes: ByteSet) -> Option<Vec<u8>> {
    match node {
        ByteExpression::Literal {
            bytes: literal,
            case,
        } => literal
            .iter()
            .map(|byte| in_either_case(*byte, *case, bytes))
            .collect(),
        ByteExpression::Class(set) => nicest(set.intersection(bytes)).map(|byte| vec![byte]),
        ByteExpression::Concat(nodes) => {
            let parts: Option<Vec<_>> = nodes.iter().map(|node| of_node(node, bytes)).collect();
            Some(parts?.concat())
        }
        ByteExpression::Alternation(arms) => {
            let texts = arms.iter().filter_map(|arm| of_node(arm, bytes));
            texts.min_by_key(Vec::len)
        }
        ByteExpression::Repeat { node, min, .. } => match min {
            0 => Some(Vec::new()),
            min => Some(of_node(node, bytes)?.repeat(*min as usize)),
        },
    }
}

fn in_either_case(byte: u8, case: Case, bytes: ByteSet) -> Option<u8> {
    let other = match case {
        Case::Sensitive => byte,
        Case::Insensitive if byte.is_ascii_lowercase() => byte.to_ascii_uppercase(),
        Case::Insensitive => byte.to_ascii_lowercase(),
    };
    [byte, other].into_iter().find(|byte| bytes.contains(*byte))
}

/// The byte of a set that is easiest to read.
fn nicest(set: ByteSet) -> Option<u8> {
    set.iter().min_by_key(|byte| (unreadiness(*byte), *byte))
}

fn unreadiness(byte: u8) -> u8 {
    match byte {
        b'x' => 0,
        b'a'..=b'z' => 1,
        b'0'..=b'9' => 2,
        b'A'..=b'Z' => 3,
        b'.' | b'-' | b'_' | b'/' => 4,
        0x21..=0x7e => 5,
        b' ' => 6,
        0 => 7,
        0x80.. => 9,
        _ => 8,
    }
}

/// The patterns, made ready.
struct TextSearch<'w, 'a> {
    wanted: &'w WantedText<'a>,
    bytes: ByteSet,
    patterns: Vec<&'a Pattern>,
    matching: Vec<Matcher>,
    not_matching: Vec<Matcher>,
}

impl<'w, 'a> TextSearch<'w, 'a> {
    fn new(
        wanted: &'w WantedText<'a>,
        bytes: ByteSet,
        usual_form: Option<&'a Pattern>,
    ) -> Result<Self, NoText> {
        let forms = wanted.frame.form.iter().chain(usual_form);
        let patterns: Vec<&Pattern> = wanted.matching.iter().copied().chain(forms).collect();
        let matchers = |patterns: &[&Pattern]| -> Result<Vec<Matcher>, NoText> {
            let matchers = patterns.iter().map(|pattern| pattern.matcher());
            matchers
                .collect::<Result<_, _>>()
                .map_err(|_| NoText::NotFound)
        };
        Ok(Self {
            matching: matchers(&patterns)?,
            not_matching: matchers(&wanted.not_matching)?,
            patterns,
            bytes,
            wanted,
        })
    }

    fn is_right(&self, text: &[u8]) -> bool {
        let (least, most) = self.wanted.length;
        (least..=most.min(self.wanted.frame.longest)).contains(&text.len())
            && text.iter().all(|byte| self.bytes.contains(*byte))
            && self.matching.iter().all(|matcher| matcher.is_match(text))
            && !self
                .not_matching
                .iter()
                .any(|matcher| matcher.is_match(text))
    }

    fn quick(&self) -> Option<Vec<u8>> {
        let present = self.wanted.present;
        if let Some(text) = present.filter(|text| self.is_right(text)) {
            return Some(text.to_vec());
        }
        let frame = self.wanted.frame;
        if let Some(text) = frame.examples.iter().find(|text| self.is_right(text)) {
            return Some(text.clone());
        }
        if let Some(text) = present.and_then(|text| self.changed(text)) {
            return Some(text);
        }
        self.put_together()
    }

    /// What is there, with a byte changed, or shortened, or with something behind it.
    fn changed(&self, text: &[u8]) -> Option<Vec<u8>> {
        if self.wanted.not_matching.is_empty() {
            return self.padded(text);
        }
        let middle = text.len() / 2;
        // From the middle outwards, where the part is that a rule asks for.
        let mut places: Vec<usize> = (0..text.len()).collect();
        places.sort_by_key(|place| place.abs_diff(middle));
        for place in places.into_iter().take(MAX_CHANGES) {
            for byte in [b'x', b'z', b'0'] {
                let mut changed = text.to_vec();
                changed[place] = byte;
                if self.is_right(&changed) {
                    return Some(changed);
                }
            }
        }
        let longer = [text, b"x"].concat();
        let shorter = text.split_last().map(|(_, rest)| rest.to_vec());
        let emptied = Vec::new();
        [Some(longer), shorter, Some(emptied)]
            .into_iter()
            .flatten()
            .find(|text| self.is_right(text))
    }

    /// The patterns' shortest texts, alone and one after the other.
    fn put_together(&self) -> Option<Vec<u8>> {
        let frame = self.wanted.frame;
        let own = self.wanted.matching.iter();
        let mut texts = own
            .map(|pattern| Some((shortest(pattern, self.bytes)?, Anchors::of(pattern))))
            .collect::<Option<Vec<_>>>()?;
        texts.sort_by_key(|(_, anchors)| anchors.order());
        let mut candidates: Vec<Vec<u8>> = texts.iter().map(|(text, _)| text.clone()).collect();
        if texts.len() > 1 {
            for between in [&b""[..], b" ", b"x", b"/"] {
                let parts: Vec<&[u8]> = texts.iter().map(|(text, _)| text.as_slice()).collect();
                candidates.push(parts.join(between));
            }
        }
        if texts.is_empty() {
            candidates.push(Vec::new());
        }
        for candidate in candidates {
            for beginning in &frame.beginnings {
                for ending in &frame.endings {
                    let text = [beginning.as_slice(), &candidate, ending].concat();
                    if let Some(text) = self.padded(&text) {
                        return Some(text);
                    }
                }
            }
        }
        None
    }

    /// The text, filled up to the length that it has to have.
    fn padded(&self, text: &[u8]) -> Option<Vec<u8>> {
        if self.is_right(text) {
            return Some(text.to_vec());
        }
        let missing = self.wanted.length.0.checked_sub(text.len())?;
        if missing == 0 || missing > self.wanted.frame.longest {
            return None;
        }
        let filler = nicest(self.bytes)?;
        let filling = vec![filler; missing];
        let places = [text.len(), 0].into_iter().chain(1..text.len());
        places
            .take(MAX_CHANGES)
            .map(|place| [&text[..place], &filling, &text[place..]].concat())
            .find(|text| self.is_right(text))
    }

    /// The shortest text there is, by walking all automata at once.
    fn through_automata(&self) -> Result<Vec<u8>, NoText> {
        let automata = self
            .patterns
            .iter()
            .map(|pattern| (*pattern, true))
            .chain(
                self.wanted
                    .not_matching
                    .iter()
                    .map(|pattern| (*pattern, false)),
            )
            .map(|(pattern, wanted)| Automaton::new(pattern, wanted))
            .collect::<Option<Vec<_>>>()
            .ok_or(NoText::NotFound)?;
        AutomataWalk::new(automata, self.bytes).run(|text| {
            if self.is_right(text) {
                return Some(text.to_vec());
            }
            self.padded(text)
        })
    }
}

/// Where in a text a pattern's own part stands.
struct Anchors {
    at_start: bool,
    at_end: bool,
}

impl Anchors {
    fn of(pattern: &Pattern) -> Self {
        let is_run = |node: Option<&ByteExpression>| node.is_some_and(ByteExpression::is_any_run);
        match pattern.node() {
            ByteExpression::Concat(nodes) => Self {
                at_start: !is_run(nodes.first()),
                at_end: !is_run(nodes.last()),
            },
            _ => Self {
                at_start: true,
                at_end: true,
            },
        }
    }

    fn order(&self) -> u8 {
        match (self.at_start, self.at_end) {
            (true, true) => 0,
            (true, false) => 1,
            (false, false) => 2,
            (false, true) => 3,
        }
    }
}

/// A pattern's automaton, built as far as it is walked.
struct Automaton {
    dfa: DFA,
    cache: Cache,
    /// Whether the text has to match.
    wanted: bool,
    /// Whether a text that matches still does with anything behind it.
    is_open: bool,
}

impl Automaton {
    fn new(pattern: &Pattern, wanted: bool) -> Option<Self> {
        let nfa = thompson::Compiler::new()
            .configure(
                thompson::Config::new()
                    .utf8(false)
                    .which_captures(thompson::WhichCaptures::None),
            )
            .build_from_hir(&pattern.hir())
            .ok()?;
        // A state that is forgotten would make those that are known mean others.
        let config = DFA::config()
            .minimum_cache_clear_count(Some(0))
            .cache_capacity(16 * 1024 * 1024);
        let dfa = DFA::builder().configure(config).build_from_nfa(nfa).ok()?;
        let cache = dfa.create_cache();
        Some(Self {
            dfa,
            cache,
            wanted,
            is_open: !Anchors::of(pattern).at_end,
        })
    }

    fn start(&mut self) -> Option<LazyStateID> {
        let config = start::Config::new().anchored(Anchored::Yes);
        self.dfa.start_state(&mut self.cache, &config).ok()
    }

    fn next(&mut self, state: LazyStateID, byte: u8) -> Option<LazyStateID> {
        self.dfa.next_state(&mut self.cache, state, byte).ok()
    }

    /// Whether the text may end in a state.
    fn accepts(&mut self, state: LazyStateID) -> Option<bool> {
        let end = self.dfa.next_eoi_state(&mut self.cache, state).ok()?;
        Some(end.is_match() == self.wanted)
    }

    /// Whether a text that has come to a state is wrong, whatever comes behind it.
    fn is_hopeless(&mut self, state: LazyStateID) -> Option<bool> {
        Some(if self.wanted {
            state.is_dead()
        } else {
            self.is_open && !state.is_dead() && !self.accepts(state)?
        })
    }
}

/// A breadth-first walk of several automata at once.
struct AutomataWalk {
    automata: Vec<Automaton>,
    bytes: Vec<u8>,
}

impl AutomataWalk {
    fn new(automata: Vec<Automaton>, allowed: ByteSet) -> Self {
        // One byte stands for all that no automaton tells apart.
        let mut by_class: HashMap<Vec<u8>, u8> = HashMap::new();
        for byte in allowed.iter() {
            let classes = automata
                .iter()
                .map(|automaton| automaton.dfa.byte_classes().get(byte))
                .collect();
            let known = by_class.entry(classes).or_insert(byte);
            if (unreadiness(byte), byte) < (unreadiness(*known), *known) {
                *known = byte;
            }
        }
        let mut bytes: Vec<u8> = by_class.into_values().collect();
        bytes.sort_by_key(|byte| (unreadiness(*byte), *byte));
        Self { automata, bytes }
    }

    /// Tries texts that all automata accept, the shortest first, until `take` takes one.
    fn run(mut self, take: impl Fn(&[u8]) -> Option<Vec<u8>>) -> Result<Vec<u8>, NoText> {
        let start: Option<Vec<LazyStateID>> =
            self.automata.iter_mut().map(Automaton::start).collect();
        let start = start.ok_or(NoText::NotFound)?;
        // For each combination of states, the one before it and the byte between the two.
        let mut steps: Vec<(usize, u8)> = vec![(0, 0)];
        let mut states = vec![start.clone()];
        let mut known: HashMap<Vec<LazyStateID>, usize> = HashMap::from([(start, 0)]);
        let mut queue = VecDeque::from([0]);
        let mut accepted = false;
        while let Some(at) = queue.pop_front() {
            let current = states[at].clone();
            if self.accepts(&current).ok_or(NoText::NotFound)? {
                accepted = true;
                if let Some(text) = take(&text_of(&steps, at)) {
                    return Ok(text);
                }
            }
            for index in 0..self.bytes.len() {
                let byte = self.bytes[index];
                let next = self.step(&current, byte).ok_or(NoText::NotFound)?;
                if known.contains_key(&next) || self.is_hopeless(&next).ok_or(NoText::NotFound)? {
                    continue;
                }
                if states.len() >= MAX_STATES {
                    return Err(NoText::NotFound);
                }
                known.insert(next.clone(), states.len());
                queue.push_back(states.len());
                states.push(next);
                steps.push((at, byte));
            }
        }
        Err(if accepted {
            NoText::NotFound
        } else {
            NoText::Impossible
        })
    }

    fn step(&mut self, states: &[LazyStateID], byte: u8) -> Option<Vec<LazyStateID>> {
        let automata = self.automata.iter_mut().zip(states);
        automata
            .map(|(automaton, state)| {
                if state.is_dead() {
                    Some(*state)
                } else {
                    automaton.next(*state, byte)
                }
            })
            .collect()
    }

    fn accepts(&mut self, states: &[LazyStateID]) -> Option<bool> {
        for (automaton, state) in self.automata.iter_mut().zip(states) {
            let accepts = if state.is_dead() {
                !automaton.wanted
            } else {
                automaton.accepts(*state)?
            };
            if !accepts {
                return Some(false);
            }
        }
        Some(true)
    }

    /// Whether no text that begins so is right.
    fn is_hopeless(&mut self, states: &[LazyStateID]) -> Option<bool> {
        for (automaton, state) in self.automata.iter_mut().zip(states) {
            if automaton.is_hopeless(*state)? {
                return Some(true);
            }
        }
        Some(false)
    }
}

/// The bytes on the way to a combination of states.
fn text_of(steps: &[(usize, u8)], mut at: usize) -> Vec<u8> {
    let mut text = Vec::new();
    while at != 0 {
        let (before, byte) = steps[at];
        text.push(byte);
        at = before;
    }
    text.reverse();
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::predicate::pattern::{Anchoring, RegexFlags, ValuePart};

    fn of(text: &str, anchoring: Anchoring) -> Pattern {
        Pattern::from_sigma(
            &[ValuePart::Literal(text.to_owned())],
            anchoring,
            Case::Insensitive,
        )
    }

    fn regex(text: &str) -> Pattern {
        Pattern::from_regex(text, RegexFlags::default()).unwrap()
    }

    fn found(matching: &[&Pattern], not_matching: &[&Pattern]) -> Result<String, NoText> {
        let frame = TextFrame::bytes(1000);
        let text = find(&WantedText {
            matching: matching.to_vec(),
            not_matching: not_matching.to_vec(),
            frame: &frame,
            length: (0, 1000),
            present: None,
        })?;
        for pattern in matching {
            assert!(pattern.is_match(&text));
        }
        for pattern in not_matching {
            assert!(!pattern.is_match(&text));
        }
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    #[test]
    fn one_pattern_gives_its_shortest_text() {
        let text = |pattern: &Pattern| found(&[pattern], &[]).unwrap();
        assert_eq!(text(&of("Cmd.exe", Anchoring::Contains)), "Cmd.exe");
        assert_eq!(text(&regex("^/(very-long|b)[0-9]{2}$")), "/b00");
        assert_eq!(text(&regex("a+.c?d")), "axd");
        assert_eq!(text(&regex(r"\xff\x00$")).len(), "\u{fffd}\0".len());
    }

    #[test]
    fn several_patterns_are_put_together() {
        let start = of("/a", Anchoring::StartsWith);
        let middle = of("cmd", Anchoring::Contains);
        let end = of(".asp", Anchoring::EndsWith);
        assert_eq!(found(&[&end, &middle, &start], &[]).unwrap(), "/acmd.asp");
    }

    #[test]
    fn patterns_that_overlap_need_the_automata() {
        let start = regex("^[a-c]{3}$");
        let second = regex("^.b");
        let third = of("c", Anchoring::EndsWith);
        assert_eq!(found(&[&start, &second, &third], &[]).unwrap(), "abc");
    }

    /// All texts are tried, which takes few combinations of states: no text goes on once it holds what it must not.
    #[test]
    fn many_excluded_keywords_leave_no_text() {
        const KEYWORDS: &[&str] = &[
            "samr", "lsarpc", "winreg", "netlogon", "srvsvc", "storage", "wkssvc", "browser",
            "netdfs", "svcctl", "spoolss", "ntsvcs", "service", "hydra", "termsrv", "wds",
        ];
        let excluded: Vec<Pattern> = KEYWORDS
            .iter()
            .map(|keyword| of(keyword, Anchoring::Contains))
            .collect();
        let excluded: Vec<&Pattern> = excluded.iter().collect();
        let wanted = of("atsvc and samr", Anchoring::Contains);
        assert_eq!(found(&[&wanted], &excluded), Err(NoText::Impossible));
        let wanted = of("atsvc", Anchoring::Contains);
        assert_eq!(found(&[&wanted], &excluded).unwrap(), "atsvc");
    }

    #[test]
    fn what_must_not_match_does_not() {
        let digits = regex("^[0-9]+$");
        let zero = regex("^0+$");
        assert_eq!(found(&[&digits], &[&zero]).unwrap(), "1");
    }

    #[test]
    fn a_contradiction_is_seen() {
        let a = of("a", Anchoring::Exact);
        let b = regex("b");
        assert_eq!(found(&[&a, &b], &[]), Err(NoText::Impossible));
        assert_eq!(found(&[&a], &[&a]), Err(NoText::Impossible));
    }

    #[test]
    fn what_is_there_is_changed_as_little_as_can_be() {
        let frame = TextFrame::bytes(1000);
        let pattern = of("powershell", Anchoring::Contains);
        let text = find(&WantedText {
            matching: vec![],
            not_matching: vec![&pattern],
            frame: &frame,
            length: (0, 1000),
            present: Some(b"run powershell now"),
        });
        assert_eq!(text.unwrap(), b"run powerxhell now");
    }

    #[test]
    fn a_length_is_filled_up() {
        let frame = TextFrame::bytes(1000);
        let pattern = of("ab", Anchoring::EndsWith);
        let text = find(&WantedText {
            matching: vec![&pattern],
            not_matching: vec![],
            frame: &frame,
            length: (5, 5),
            present: None,
        });
        assert_eq!(text.unwrap(), b"xxxab");
    }
}
