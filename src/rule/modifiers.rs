//! The modifiers of a key such as `uri|contains|all`: what they are, and which of them go together (Sigma modifiers
//! appendix 2.1.0).

use std::ops::Range;

use rsigma_parser::Modifier;

use super::reader::{Diagnostics, list};
use super::yaml::Entry;
use crate::finding::{Code, Finding, Fix, Source, verbatim};
use crate::text::{nearest, only_near};

/// A key of a search: a field and its modifiers.
pub(super) struct SearchKey<'a> {
    /// The field's name; empty for keywords.
    pub(super) field: &'a str,
    /// Where the field's name stands.
    pub(super) field_span: Range<usize>,
    /// The modifiers in the order given; `None` where they are in error.
    pub(super) modifiers: Option<Vec<Modifier>>,
}

/// A modifier where it stands.
struct ModifierWord<'a> {
    modifier: Modifier,
    text: &'a str,
    span: Range<usize>,
}

/// Splits a key at its bars; findings where a modifier is unknown or does not go with the others.
pub(super) fn read<'a>(file: &Diagnostics<'_>, entry: &'a Entry) -> SearchKey<'a> {
    let source = file.source;
    let mut parts = spans(source, entry).into_iter();
    let (field, field_span) = parts.next().unwrap_or(("", entry.key_span.clone()));
    let before = file.count();
    let mut words = Vec::new();
    for (text, span) in parts {
        match text.parse() {
            Ok(modifier) if MODIFIERS.contains(&text) => words.push(ModifierWord {
                modifier,
                text,
                span,
            }),
            _ => {
                let finding = unknown(file, text, &span);
                file.push(finding.fix(mended(source, entry, text, &span)));
            }
        }
    }
    if file.count() == before
        && let Some((word, message, help)) = conflict(&words)
    {
        let finding = file.finding(Code::ModifierConflict, &word.span, message);
        let fix = is_idle(word, &words)
            .then(|| without(source, word.text, &word.span))
            .flatten();
        file.push(finding.help(help).fix(fix));
    }
    let is_sound = file.count() == before;
    SearchKey {
        field,
        field_span,
        modifiers: is_sound.then(|| words.iter().map(|word| word.modifier).collect()),
    }
}

/// The parts of a key between its bars, each with its place; with the key's where it is not written as it reads.
fn spans<'a>(source: &Source, entry: &'a Entry) -> Vec<(&'a str, Range<usize>)> {
    let start = source.text[entry.key_span.clone()]
        .find(entry.key.as_str())
        .map(|offset| entry.key_span.start + offset);
    let mut offset = 0;
    let mut parts = Vec::new();
    for text in entry.key.split('|') {
        let span = match start {
            Some(start) if !text.is_empty() => start + offset..start + offset + text.len(),
            _ => entry.key_span.clone(),
        };
        parts.push((text, span));
        offset += text.len() + 1;
    }
    parts
}

/// The change of an unknown modifier into the one that it must mean, or into none.
fn mended(source: &Source, entry: &Entry, text: &str, span: &Range<usize>) -> Option<Fix> {
    match text {
        "" => {
            let key = verbatim(source, &entry.key_span, &entry.key)?;
            let bar = key.end.checked_sub(1)?..key.end;
            entry.key.ends_with('|').then(|| Fix::remove(&bar, "|"))
        }
        "equals" | "eq" | "exact" | "ignorecase" | "nocase" | "or" | "any" | "in" => {
            without(source, text, span)
        }
        "regex" | "regexp" | "matches" => Fix::replace_scalar(source, span, text, "re"),
        "not" | "and" | "lower" => None,
        _ => only_near(text, MODIFIERS.iter().copied())
            .and_then(|near| Fix::replace_scalar(source, span, text, near)),
    }
}

/// The key without a modifier and its bar.
pub(super) fn without(source: &Source, text: &str, span: &Range<usize>) -> Option<Fix> {
    let start = span.start.checked_sub(1)?;
    let written = source.text.get(start..span.end)?;
    (written.strip_prefix('|') == Some(text)).then(|| Fix::remove(&(start..span.end), written))
}

/// Whether the key means the same without a modifier that does not go with the others.
fn is_idle(word: &ModifierWord<'_>, words: &[ModifierWord<'_>]) -> bool {
    let has = |modifier| find(words, |other| other == modifier).is_some();
    let is_repeated = || {
        let same = words.iter().filter(|other| other.modifier == word.modifier);
        same.count() > 1
    };
    match word.modifier {
        // A regular expression is sought anywhere in the text, and minds the case unless told otherwise.
        Modifier::Contains | Modifier::Cased if has(Modifier::Re) => true,
        // Text matches in either case.
        Modifier::IgnoreCase => !has(Modifier::Re) && !has(Modifier::Cased),
        _ => is_repeated(),
    }
}

fn unknown(file: &Diagnostics<'_>, text: &str, span: &Range<usize>) -> Finding {
    let finding = |message: String| file.finding(Code::UnknownModifier, span, message);
    if text.is_empty() {
        return finding("no modifier stands behind the bar".to_owned())
            .help("leave the bar out, or write a modifier such as `contains`");
    }
    let help = match text {
        "not" => "negate in the condition: `selection and not other`; or use `neq`".to_owned(),
        "equals" | "eq" | "exact" => {
            "leave it out: a value without a modifier is compared to the whole field".to_owned()
        }
        "regex" | "regexp" | "matches" => "did you mean `re`?".to_owned(),
        "ignorecase" | "nocase" | "lower" => {
            "leave it out: text matches in either case unless it is `cased`".to_owned()
        }
        "or" | "any" | "in" => "leave it out: one value of a list is enough".to_owned(),
        "and" => "did you mean `all`?".to_owned(),
        _ => match nearest(text, MODIFIERS.iter().copied()) {
            Some(modifier) => format!("did you mean `{modifier}`?"),
            None => format!("its modifiers are {}", list(MODIFIERS)),
        },
    };
    finding(format!("Sigma has no modifier `{text}`")).help(help)
}

/// A modifier that does not go with the others, what is wrong with it, and what would be right.
type Conflict<'w, 'a> = Option<(&'w ModifierWord<'a>, String, String)>;

/// The first conflict, if there is one.
fn conflict<'w, 'a>(words: &'w [ModifierWord<'a>]) -> Conflict<'w, 'a> {
    repeated(words)
        .or_else(|| two_comparisons(words))
        .or_else(|| flag_without_regex(words))
        .or_else(|| two_encodings(words))
        .or_else(|| encoding_of_no_text(words))
        .or_else(|| placeholder_with_other(words))
        .or_else(|| without_effect(words))
}

fn find<'w, 'a>(
    words: &'w [ModifierWord<'a>],
    is: impl Fn(Modifier) -> bool,
) -> Option<&'w ModifierWord<'a>> {
    words.iter().find(|word| is(word.modifier))
}

fn repeated<'w, 'a>(words: &'w [ModifierWord<'a>]) -> Conflict<'w, 'a> {
    let (second, first) = words.iter().enumerate().find_map(|(index, word)| {
        let first = find(&words[..index], |modifier| modifier == word.modifier)?;
        Some((word, first))
    })?;
    let message = if first.text == second.text {
        format!("`{}` is given twice", second.text)
    } else {
        format!("`{}` and `{}` are the same", first.text, second.text)
    };
    Some((second, message, "leave one of the two out".to_owned()))
}

fn two_comparisons<'w, 'a>(words: &'w [ModifierWord<'a>]) -> Conflict<'w, 'a> {
    let mut compared = words.iter().filter(|word| is_comparison(word.modifier));
    let first = compared.next()?;
    let second = compared
        .find(|word| first.modifier != Modifier::FieldRef || !is_text_comparison(word.modifier))?;
    if second.modifier == Modifier::FieldRef && is_text_comparison(first.modifier) {
        let message = format!("`{}` stands before `fieldref`", first.text);
        let help = format!("write `fieldref|{}`", first.text);
        return Some((first, message, help));
    }
    let message = format!(
        "`{}` and `{}` are two comparisons, and a key has one",
        first.text, second.text
    );
    let pair = [first.modifier, second.modifier];
    let other = if first.modifier == Modifier::Re {
        second
    } else {
        first
    };
    let help = if pair.contains(&Modifier::Re) {
        match other.modifier {
            Modifier::Contains => {
                "leave `contains` out: a regular expression is sought anywhere in the text"
                    .to_owned()
            }
            Modifier::StartsWith => {
                "leave `startswith` out, and begin the regular expression with `^`".to_owned()
            }
            Modifier::EndsWith => {
                "leave `endswith` out, and end the regular expression with `$`".to_owned()
            }
            _ => own_key(),
        }
    } else {
        own_key()
    };
    Some((second, message, help))
}

fn own_key() -> String {
    "give each a key of its own in the same map: all keys of a map must match".to_owned()
}

fn flag_without_regex<'w, 'a>(words: &'w [ModifierWord<'a>]) -> Conflict<'w, 'a> {
    if find(words, |modifier| modifier == Modifier::Re).is_some() {
        return None;
    }
    let flag = find(words, is_regex_flag)?;
    let message = format!("`{}` is a flag of `re`, and there is no `re`", flag.text);
    let help = if flag.modifier == Modifier::IgnoreCase {
        "leave `i` out: text matches in either case unless it is `cased`".to_owned()
    } else {
        format!(
            "leave `{0}` out, or write `re|{0}` and a regular expression",
            flag.text
        )
    };
    Some((flag, message, help))
}

fn two_encodings<'w, 'a>(words: &'w [ModifierWord<'a>]) -> Conflict<'w, 'a> {
    two_of(words, is_utf16, "UTF-16").or_else(|| two_of(words, is_base64, "Base64"))
}

fn two_of<'w, 'a>(
    words: &'w [ModifierWord<'a>],
    is: fn(Modifier) -> bool,
    encoding: &str,
) -> Conflict<'w, 'a> {
    let mut found = words.iter().filter(|word| is(word.modifier));
    let (first, second) = (found.next()?, found.next()?);
    let message = format!(
        "`{}` and `{}` are two ways to write {encoding}",
        first.text, second.text
    );
    let help = "pick one; to look for both, use a list of two maps".to_owned();
    Some((second, message, help))
}

fn encoding_of_no_text<'w, 'a>(words: &'w [ModifierWord<'a>]) -> Conflict<'w, 'a> {
    let changes = |modifier| is_encoding(modifier) || modifier == Modifier::Expand;
    let encoding = find(words, changes)?;
    let comparison = find(words, |modifier| {
        is_comparison(modifier) && !is_text_comparison(modifier)
    })?;
    let message = format!(
        "`{}` changes a text, and `{}` compares to none",
        encoding.text, comparison.text
    );
    let help = if comparison.modifier == Modifier::Re && is_utf16(encoding.modifier) {
        r"write the bytes in the regular expression, such as c\x00m\x00d\x00 for UTF-16LE"
            .to_owned()
    } else {
        format!("leave one of the two out, such as `{}`", encoding.text)
    };
    Some((encoding, message, help))
}

/// What an operator lists for a placeholder is compared as it is.
fn placeholder_with_other<'w, 'a>(words: &'w [ModifierWord<'a>]) -> Conflict<'w, 'a> {
    find(words, |modifier| modifier == Modifier::Expand)?;
    let other = find(words, is_encoding)?;
    let message = format!("`{}` cannot be combined with `expand`", other.text);
    let help = format!(
        "leave `{}` out, and let the operator list the values as they are on the wire",
        other.text
    );
    Some((other, message, help))
}

/// Modifiers that would change nothing, so that the author must mean something else.
fn without_effect<'w, 'a>(words: &'w [ModifierWord<'a>]) -> Conflict<'w, 'a> {
    let comparison = find(words, |modifier| {
        is_comparison(modifier) && !is_text_comparison(modifier) && modifier != Modifier::FieldRef
    })?;
    if let Some(cased) = find(words, |modifier| modifier == Modifier::Cased) {
        let message = format!("`cased` has no effect on `{}`", comparison.text);
        let help = if comparison.modifier == Modifier::Re {
            "leave `cased` out: a regular expression minds the case unless it has the flag `i`"
        } else {
            "leave `cased` out"
        };
        return Some((cased, message, help.to_owned()));
    }
    let neq = find(words, |modifier| modifier == Modifier::Neq)?;
    if comparison.modifier != Modifier::Exists {
        return None;
    }
    let message = "`neq` cannot be combined with `exists`".to_owned();
    let help = "write `|exists: false` for a field that is not there".to_owned();
    Some((neq, message, help))
}

/// Modifiers of which a key has at most one.
fn is_comparison(modifier: Modifier) -> bool {
    use Modifier as M;
    is_text_comparison(modifier)
        || matches!(
            modifier,
            M::Re
                | M::Cidr
                | M::Exists
                | M::FieldRef
                | M::Lt
                | M::Lte
                | M::Gt
                | M::Gte
                | M::Minute
                | M::Hour
                | M::Day
                | M::Week
                | M::Month
                | M::Year
        )
}

fn is_text_comparison(modifier: Modifier) -> bool {
    matches!(
        modifier,
        Modifier::Contains | Modifier::StartsWith | Modifier::EndsWith
    )
}

fn is_regex_flag(modifier: Modifier) -> bool {
    matches!(
        modifier,
        Modifier::IgnoreCase | Modifier::Multiline | Modifier::DotAll
    )
}

fn is_utf16(modifier: Modifier) -> bool {
    matches!(
        modifier,
        Modifier::Wide | Modifier::Utf16 | Modifier::Utf16be
    )
}

fn is_base64(modifier: Modifier) -> bool {
    matches!(modifier, Modifier::Base64 | Modifier::Base64Offset)
}

fn is_encoding(modifier: Modifier) -> bool {
    is_utf16(modifier) || is_base64(modifier) || modifier == Modifier::WindAsh
}

/// The modifiers of the Sigma modifiers appendix 2.1.0.
pub(crate) const MODIFIERS: &[&str] = &[
    "all",
    "startswith",
    "endswith",
    "contains",
    "exists",
    "cased",
    "neq",
    "windash",
    "re",
    "i",
    "m",
    "s",
    "base64",
    "base64offset",
    "utf16le",
    "utf16be",
    "utf16",
    "wide",
    "lt",
    "lte",
    "gt",
    "gte",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "year",
    "cidr",
    "expand",
    "fieldref",
];
