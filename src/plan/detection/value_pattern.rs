//! Values as patterns: wildcards, encodings and regular expressions.

use rsigma_ir::{IrMatcher, IrPattern, IrPatternPart, IrStrOp};
use rsigma_parser::{Modifier, SigmaString, SpecialChar, StringPart};

use super::{DetectionPlanner, Refusal};
use crate::finding::{Code, Edit, Finding, Fix};
use crate::predicate::pattern::{Anchoring, Case, Encoding, Pattern, RegexFlags, ValuePart};
use crate::rule::{Item, Rule, Value};
use crate::service::{Field, FieldKind};

impl DetectionPlanner<'_> {
    /// A value as a pattern; `None` where it is no text.
    pub(super) fn pattern(&self, item: &Item, value: &Value) -> Result<Option<Pattern>, Refusal> {
        let pattern = self.unbounded_pattern(item, value)?;
        match pattern.as_ref().map(Pattern::size) {
            Some(size) if size > Pattern::MAX_SIZE => Err(Refusal::new(
                Code::TooComplex,
                format!("value comes to {size} bytes to match"),
                format!(
                    "look for a shorter part of it; {} bytes are the most",
                    Pattern::MAX_SIZE
                ),
            )),
            _ => Ok(pattern),
        }
    }

    fn unbounded_pattern(&self, item: &Item, value: &Value) -> Result<Option<Pattern>, Refusal> {
        match &value.matcher {
            IrMatcher::Str {
                op,
                pattern,
                case_insensitive,
            } => Ok(Some(Pattern::from_sigma(
                &parts(pattern),
                anchoring(*op),
                case(*case_insensitive),
            ))),
            IrMatcher::Encoded {
                op,
                case_insensitive,
                ..
            } => encoded(item, value, anchoring(*op), case(*case_insensitive)).map(Some),
            IrMatcher::Regex {
                pattern,
                case_insensitive,
                multiline,
                dotall,
                ..
            } => {
                let flags = flags(*case_insensitive, *multiline, *dotall);
                Pattern::from_regex(pattern, flags)
                    .map(Some)
                    .map_err(|error| Refusal {
                        part: Some(error.span.clone()),
                        ..Refusal::new(Code::InvalidRegex, error.to_string(), error.help())
                    })
            }
            // A number or a word without quotes that is compared to text means the text that was written.
            IrMatcher::NumericEq(_) | IrMatcher::BoolEq(_) => {
                let part = ValuePart::Literal(value.text.clone());
                let anchoring = if item.field.is_none() {
                    Anchoring::Contains
                } else {
                    Anchoring::Exact
                };
                Ok(Some(Pattern::from_sigma(
                    &[part],
                    anchoring,
                    Case::Insensitive,
                )))
            }
            _ => Ok(None),
        }
    }
}

fn flags(ignore_case: bool, multi_line: bool, dot_all: bool) -> RegexFlags {
    RegexFlags {
        ignore_case,
        multi_line,
        dot_all,
    }
}

/// A warning for a `.` that leaves out one of the 256 bytes, in a regular expression on a field of bytes.
pub(super) fn plain_dot(rule: &Rule, field: &Field, item: &Item, value: &Value) -> Option<Finding> {
    let IrMatcher::Regex {
        pattern,
        case_insensitive,
        multiline,
        dotall,
        ..
    } = &value.matcher
    else {
        return None;
    };
    if field.kind != FieldKind::Bytes {
        return None;
    }
    let part = Pattern::plain_dot(pattern, flags(*case_insensitive, *multiline, *dotall))?;
    let message = format!("`.` does not match the byte 0A of `{}`", field.name);
    let help = "write `re|s`, with which `.` is any byte, or `[^\\n]` where that is meant";
    let refusal = Refusal {
        part: Some(part),
        ..Refusal::new(Code::PlainDot, message, help)
    };
    let finding = refusal.finding(rule, value);
    let key = &rule.source.text[item.span.clone()];
    let end = item.span.end;
    let fix = (!key.ends_with(['\'', '"'])).then(|| Fix {
        description: "write `|s` behind the key's modifiers".to_owned(),
        edits: vec![Edit {
            span: end..end,
            text: "|s".to_owned(),
        }],
    });
    Some(finding.fix(fix))
}

fn anchoring(op: IrStrOp) -> Anchoring {
    match op {
        IrStrOp::Exact => Anchoring::Exact,
        IrStrOp::Contains => Anchoring::Contains,
        IrStrOp::StartsWith => Anchoring::StartsWith,
        IrStrOp::EndsWith => Anchoring::EndsWith,
    }
}

fn parts(pattern: &IrPattern) -> Vec<ValuePart> {
    pattern
        .parts
        .iter()
        .map(|part| match part {
            IrPatternPart::Literal(text) => ValuePart::Literal(text.clone()),
            IrPatternPart::WildcardMulti => ValuePart::AnyRun,
            IrPatternPart::WildcardSingle => ValuePart::AnyByte,
        })
        .collect()
}

/// A value under encoding modifiers, applied in the order given (Sigma modifiers appendix, "Encoding").
fn encoded(
    item: &Item,
    value: &Value,
    anchoring: Anchoring,
    case: Case,
) -> Result<Pattern, Refusal> {
    let encodings: Vec<Encoding> = item
        .modifiers
        .iter()
        .filter_map(|modifier| match modifier {
            Modifier::Wide => Some(Encoding::Utf16Le),
            Modifier::Utf16be => Some(Encoding::Utf16Be),
            Modifier::Utf16 => Some(Encoding::Utf16),
            Modifier::Base64 => Some(Encoding::Base64),
            Modifier::Base64Offset => Some(Encoding::Base64Offset),
            Modifier::WindAsh => Some(Encoding::Windash),
            _ => None,
        })
        .collect();
    Pattern::encoded(&sigma_parts(&value.text), &encodings, anchoring, case)
        .map_err(|error| Refusal::new(Code::InvalidMatch, error.to_string(), error.help()))
}

/// A value's text with its wildcards and escapes.
pub(super) fn sigma_parts(text: &str) -> Vec<ValuePart> {
    let parts = SigmaString::new(text).parts.into_iter();
    parts
        .map(|part| match part {
            StringPart::Plain(text) => ValuePart::Literal(text),
            StringPart::Special(SpecialChar::WildcardMulti) => ValuePart::AnyRun,
            StringPart::Special(SpecialChar::WildcardSingle) => ValuePart::AnyByte,
        })
        .collect()
}

pub(super) fn case(insensitive: bool) -> Case {
    if insensitive {
        Case::Insensitive
    } else {
        Case::Sensitive
    }
}
