//! What is wrong with a comparison, and where in its value.

use std::ops::Range;

use crate::finding::{Code, Finding, Place};
use crate::rule::{Rule, Value};

/// What is wrong with a comparison.
pub(in crate::plan) struct Refusal {
    pub(super) code: Code,
    pub(super) message: String,
    pub(super) help: String,
    /// The part of the value that is wrong, in bytes, where it is not all of it.
    pub(super) part: Option<Range<usize>>,
}

impl Refusal {
    pub(in crate::plan) fn new(
        code: Code,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            code,
            message: message.into(),
            help: help.into(),
            part: None,
        }
    }

    pub(in crate::plan) fn at(self, place: Place) -> Finding {
        Finding::new(self.code, place, self.message).help(self.help)
    }

    /// The same with another help, if there is a better one.
    pub(super) fn helped(self, help: Option<String>) -> Self {
        Self {
            help: help.unwrap_or(self.help),
            ..self
        }
    }

    pub(super) fn finding(self, rule: &Rule, value: &Value) -> Finding {
        let span = match &self.part {
            Some(part) => part_of(rule, value, part),
            None => value.span.clone(),
        };
        self.at(rule.place(&span))
    }
}

/// Where a part of a value stands in the file; the whole value where it is not written as it reads.
fn part_of(rule: &Rule, value: &Value, part: &Range<usize>) -> Range<usize> {
    let raw = &rule.source.text[value.span.clone()];
    match raw.find(value.text.as_str()) {
        Some(offset) if part.end <= value.text.len() => {
            let start = value.span.start + offset;
            start + part.start..start + part.end
        }
        _ => value.span.clone(),
    }
}
