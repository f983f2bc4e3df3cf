//! The tests of one field, which are met together.

use std::collections::BTreeMap;

use super::text::{self, NoText, WantedText};
use super::ways::{Atom, Literal};
use super::{Unsolvable, Unsolved, address, number, time, unmet};
use crate::predicate::pattern::Pattern;
use crate::predicate::{Comparison, Ordering, Test};
use crate::service::{Field, FieldKind};
use crate::synth::observation::{ObservedValue, passing, variable};
use crate::synth::scenario::Scenario;

/// The tests of what one place in a conversation settles.
#[derive(Debug)]
pub(super) struct TestGroup<'p> {
    /// The tests, and whether each has to hold.
    tests: Vec<(&'p Test, bool)>,
}

/// Fields that another one's place carries, and that field's name.
fn place(field: &Field) -> String {
    match field.name.as_str() {
        "host" => "client_header.HOST".to_owned(),
        "referrer" => "client_header.REFERER".to_owned(),
        "user_agent" => "client_header.USER-AGENT".to_owned(),
        "origin" => "client_header.ORIGIN".to_owned(),
        "original_uri" => "uri".to_owned(),
        "stub_len" => "stub".to_owned(),
        "response_stub_len" => "response_stub".to_owned(),
        "request_body_len" => "body".to_owned(),
        "response_body_len" => "response_body".to_owned(),
        _ => variable(field),
    }
}

/// Which groups come first: what others hang on.
fn rank(place: &str) -> usize {
    const FIRST: &[&str] = &[
        "action",
        "share_type",
        "version",
        "command",
        "sub_command",
        "id.orig_h",
        "id.resp_h",
        "method",
        "status_code",
    ];
    const LAST: &[&str] = &["client_header_names", "server_header_names"];
    let first = FIRST.iter().position(|name| *name == place);
    let last = LAST.iter().position(|name| *name == place);
    match (first, last) {
        (Some(rank), _) => rank,
        (_, Some(rank)) => FIRST.len() + 1 + rank,
        _ => FIRST.len(),
    }
}

impl<'p> TestGroup<'p> {
    /// The groups of a way, in the order in which to settle them. Comparisons with other fields are in none.
    pub(super) fn all(literals: &[Literal<'p>]) -> Vec<Self> {
        let mut groups: BTreeMap<(usize, String), TestGroup<'p>> = BTreeMap::new();
        for literal in literals {
            let Atom::Field(test) = literal.atom else {
                continue;
            };
            if matches!(
                test.comparison,
                Comparison::Field(_) | Comparison::Placeholder(_)
            ) {
                continue;
            }
            let place = place(&test.field);
            let group = groups
                .entry((rank(&place), place))
                .or_insert(TestGroup { tests: Vec::new() });
            group.tests.push((test, literal.wanted));
        }
        groups.into_values().collect()
    }

    /// Gives the field a value of which all tests hold, if it has none yet.
    pub(super) fn settle(&self, scenario: &mut Scenario) -> Result<(), Unsolved> {
        if self.holds(scenario) {
            return Ok(());
        }
        let Some((first, _)) = self.tests.first() else {
            return Ok(());
        };
        let unwanted =
            |(test, wanted): &&(&Test, bool)| !wanted && test.comparison == Comparison::IsSet;
        if let Some((absent, _)) = self.tests.iter().find(unwanted) {
            return match self.tests.iter().find(|(_, wanted)| *wanted) {
                Some((wanted, _)) => Err(self.contradiction(wanted, Some(absent))),
                None => self.set(scenario, absent, None),
            };
        }
        let found = self.value(scenario, first);
        let result = found.and_then(|(test, value)| self.set(scenario, test, Some(value)));
        let optional = self.tests.iter().all(|(_, wanted)| !wanted);
        match result {
            Err(_) if optional => self.set(scenario, first, None),
            result => result,
        }
    }

    fn holds(&self, scenario: &Scenario) -> bool {
        let subject = scenario.subject();
        self.tests
            .iter()
            .all(|(test, wanted)| subject.passes(test) == Some(*wanted))
    }

    fn set(
        &self,
        scenario: &mut Scenario,
        test: &Test,
        value: Option<ObservedValue>,
    ) -> Result<(), Unsolved> {
        scenario.set(&test.field, value).map_err(|wanted| {
            let field = test.field.name.clone();
            unmet(test, Unsolvable::DoesNotFit { field, wanted })
        })
    }

    /// A value, and a test whose field is to have it.
    fn value(
        &self,
        scenario: &Scenario,
        first: &'p Test,
    ) -> Result<(&'p Test, ObservedValue), Unsolved> {
        if let Some(choices) = scenario.choices(&first.field) {
            if let Some(value) = choices.into_iter().find(self.fitting()) {
                return Ok((first, value));
            }
            if !scenario.goes_beyond_choices(&first.field) {
                return Err(self.contradiction(first, None));
            }
        }
        let is_text = |test: &&Test| matches!(test.field.kind, FieldKind::Text | FieldKind::Bytes);
        let texts = self.tests.iter().map(|(test, _)| *test).filter(is_text);
        // What is written, rather than what is read from it.
        let text = texts.max_by_key(|test| test.field.name == "original_uri");
        if let Some(text) = text {
            return Ok((text, ObservedValue::Bytes(self.text(scenario, text)?)));
        }
        let value = match first.field.kind {
            FieldKind::Texts | FieldKind::TextSet => self.texts(scenario, first)?,
            FieldKind::Address => address::find(self, scenario, first)?,
            FieldKind::Time => time::find(self, scenario, first)?,
            _ => number::find(self, scenario, first)?,
        };
        Ok((first, value))
    }

    /// Tells of values whether they are as all tests want them.
    pub(super) fn fitting(&self) -> impl Fn(&ObservedValue) -> bool {
        let tests: Vec<_> = self
            .tests
            .iter()
            .map(|(test, wanted)| (passing(test), *wanted))
            .collect();
        move |value| {
            tests
                .iter()
                .all(|(passes, wanted)| passes(value) == *wanted)
        }
    }

    /// The tests, and whether each has to hold.
    pub(super) fn tests(&self) -> &[(&'p Test, bool)] {
        &self.tests
    }

    /// The patterns that the value has to match, or must not.
    pub(super) fn patterns(&self, wanted: bool) -> Vec<&'p Pattern> {
        let tests = self.tests.iter().filter(|(_, is)| *is == wanted);
        tests
            .filter_map(|(test, _)| match &test.comparison {
                Comparison::Matches(pattern) => Some(pattern),
                _ => None,
            })
            .collect()
    }

    fn text(&self, scenario: &Scenario, test: &Test) -> Result<Vec<u8>, Unsolved> {
        let frame = scenario.frame(&test.field);
        let subject = scenario.subject();
        let present = subject.value(&test.field).map(ObservedValue::text);
        let length = self.length(frame.longest);
        let wanted = WantedText {
            matching: self.patterns(true),
            not_matching: self.patterns(false),
            frame: &frame,
            length,
            present: present.as_deref(),
        };
        if length.0 > frame.longest {
            let field = test.field.name.clone();
            return Err(unmet(
                test,
                Unsolvable::DoesNotFit {
                    field,
                    wanted: "a shorter text",
                },
            ));
        }
        text::find(&wanted).map_err(|error| self.no_text(test, error))
    }

    /// One text of which all holds, or else one for each pattern.
    fn texts(&self, scenario: &Scenario, test: &Test) -> Result<ObservedValue, Unsolved> {
        let frame = scenario.frame(&test.field);
        let not_matching = self.patterns(false);
        let subject = scenario.subject();
        let present = match subject.value(&test.field) {
            Some(ObservedValue::Texts(texts)) => texts.clone(),
            _ => Vec::new(),
        };
        let find = |matching: Vec<&Pattern>, present: Option<&[u8]>| {
            text::find(&WantedText {
                matching,
                not_matching: not_matching.clone(),
                frame: &frame,
                length: (0, frame.longest),
                present,
            })
        };
        // Names of headers stand side by side: what is there stays as far as it may.
        let keeps =
            matches!(test.field.kind, FieldKind::Texts) && test.field.name.ends_with("_names");
        let mut texts: Vec<Vec<u8>> = present
            .iter()
            .filter(|text| keeps && !not_matching.iter().any(|pattern| pattern.is_match(text)))
            .cloned()
            .collect();
        let mut open: Vec<&Pattern> = self.patterns(true);
        open.retain(|pattern| !texts.iter().any(|text| pattern.is_match(text)));
        if open.is_empty() && keeps {
            return Ok(ObservedValue::Texts(texts));
        }
        match find(open.clone(), present.first().map(Vec::as_slice)) {
            Ok(text) => texts.push(text),
            Err(error) if open.len() < 2 => return Err(self.no_text(test, error)),
            Err(_) => {
                for pattern in open {
                    let text =
                        find(vec![pattern], None).map_err(|error| self.no_text(test, error))?;
                    texts.push(text);
                }
            }
        }
        Ok(ObservedValue::Texts(texts))
    }

    /// How long the text may be, as the tests of its length have it.
    fn length(&self, longest: usize) -> (usize, usize) {
        let (mut least, mut most) = (0, longest);
        for (test, wanted) in &self.tests {
            let Comparison::Number(ordering, number) = &test.comparison else {
                continue;
            };
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Bounded.
            let number = number.as_f64().clamp(0.0, 1e9) as usize;
            match (ordering, wanted) {
                (Ordering::Equal, true) => (least, most) = (least.max(number), most.min(number)),
                (Ordering::Greater, true) | (Ordering::LessOrEqual, false) => {
                    least = least.max(number + 1);
                }
                (Ordering::GreaterOrEqual, true) | (Ordering::Less, false) => {
                    least = least.max(number);
                }
                (Ordering::Less, true) | (Ordering::GreaterOrEqual, false) => {
                    most = most.min(number.saturating_sub(1));
                }
                (Ordering::LessOrEqual, true) | (Ordering::Greater, false) => {
                    most = most.min(number);
                }
                (Ordering::Equal, false) => {}
            }
        }
        (least, most)
    }

    fn no_text(&self, test: &Test, error: NoText) -> Unsolved {
        match error {
            NoText::Impossible => self.contradiction(test, None),
            NoText::NotFound => {
                let field = test.field.name.clone();
                unmet(test, Unsolvable::NotFound { field })
            }
        }
    }

    /// Says that a test goes against another, or against all others.
    pub(super) fn contradiction(&self, test: &Test, other: Option<&Test>) -> Unsolved {
        let other = other.or_else(|| {
            let others = self.tests.iter().map(|(test, _)| *test);
            others.into_iter().find(|other| other.place != test.place)
        });
        Unsolved {
            obstacle: Unsolvable::Contradiction {
                field: test.field.name.clone(),
            },
            place: Some(test.place.clone()),
            other: other.map(|other| other.place.clone()),
        }
    }
}
