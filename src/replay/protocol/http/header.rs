//! Header fields in MIME's syntax (RFC 2045, RFC 5322), as leniently as Zeek reads them.

/// A header field.
#[derive(Clone, Copy, Debug)]
pub(super) struct HeaderField<'a> {
    pub(super) name: &'a [u8],
    pub(super) value: &'a [u8],
}

impl<'a> HeaderField<'a> {
    /// Splits a line at its colon; `None` if it isn't a header field.
    pub(super) fn parse(line: &'a [u8]) -> Option<Self> {
        let (name, rest) = find(line, is_field_name)?;
        let rest = skip_blanks_and_comments(rest);
        let value = rest.strip_prefix(b":")?;
        let begin = value
            .iter()
            .position(|byte| !is_space(*byte))
            .unwrap_or(value.len());
        Some(Self {
            name,
            value: &value[begin..],
        })
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    /// The value's first token and what comes after it.
    pub(super) fn token(&self) -> Option<(&'a [u8], &'a [u8])> {
        token(self.value)
    }

    /// Whether the value's first token is `text` in any case.
    pub(super) fn token_is(&self, text: &str) -> bool {
        self.token()
            .is_some_and(|(token, _)| token.eq_ignore_ascii_case(text.as_bytes()))
    }
}

/// A `Content-Type`'s parts.
#[derive(Debug)]
pub(super) struct ContentType<'a> {
    pub(super) kind: &'a [u8],
    pub(super) subtype: &'a [u8],
    pub(super) parameters: &'a [u8],
}

impl<'a> ContentType<'a> {
    pub(super) fn parse(value: &'a [u8]) -> Option<Self> {
        let (kind, rest) = token(value)?;
        let rest = skip_blanks_and_comments(rest).strip_prefix(b"/")?;
        let (subtype, parameters) = token(rest)?;
        Some(Self {
            kind,
            subtype,
            parameters,
        })
    }
}

/// The `boundary` among a `Content-Type`'s parameters; the last one if there are several.
pub(super) fn boundary(parameters: &[u8]) -> Option<Vec<u8>> {
    let mut found = None;
    let mut rest = parameters;
    while let Some(parameter) = skip_blanks_and_comments(rest).strip_prefix(b";") {
        let Some((name, behind)) = token(parameter) else {
            break;
        };
        rest = behind;
        let Some(value) = skip_blanks_and_comments(behind).strip_prefix(b"=") else {
            continue;
        };
        rest = value;
        let is_boundary = name.eq_ignore_ascii_case(b"boundary");
        let Some((text, behind)) = parameter_value(value, is_boundary) else {
            continue;
        };
        if is_boundary {
            found = Some(text);
        }
        rest = behind;
    }
    found
}

/// A token or quoted string, and what comes after it.
fn parameter_value(value: &[u8], is_boundary: bool) -> Option<(Vec<u8>, &[u8])> {
    let value = if is_boundary {
        value
    } else {
        skip_blanks_and_comments(value)
    };
    if !value.starts_with(b"\"") {
        let allowed = if is_boundary {
            is_boundary_token
        } else {
            is_token
        };
        return find(value, allowed).map(|(token, rest)| (token.to_vec(), rest));
    }
    let mut text = Vec::new();
    let mut at = 1;
    loop {
        match value.get(at)? {
            b'"' => return Some((text, &value[at + 1..])),
            b'\\' => {
                at += 1;
                text.push(*value.get(at)?);
            }
            byte => text.push(*byte),
        }
        at += 1;
    }
}

fn token(value: &[u8]) -> Option<(&[u8], &[u8])> {
    find(value, is_token)
}

/// The first run of allowed bytes, comments apart, and what comes after it.
fn find(text: &[u8], allowed: impl Fn(u8) -> bool) -> Option<(&[u8], &[u8])> {
    let mut text = skip_blanks_and_comments(text);
    while let Some(&first) = text.first() {
        if allowed(first) {
            let len = text
                .iter()
                .position(|&byte| !allowed(byte))
                .unwrap_or(text.len());
            return Some(text.split_at(len));
        }
        let skipped = skip_blanks_and_comments(text);
        text = if skipped.len() < text.len() {
            skipped
        } else {
            &text[1..]
        };
    }
    None
}

fn skip_blanks_and_comments(text: &[u8]) -> &[u8] {
    let mut text = text;
    loop {
        match text.first() {
            Some(b' ' | b'\t') => text = &text[1..],
            Some(b'(') => text = skip_comment(text),
            _ => return text,
        }
    }
}

fn skip_comment(text: &[u8]) -> &[u8] {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return &text[at + 1..];
                }
            }
            b'\\' => at += 1,
            _ => {}
        }
        at += 1;
    }
    &[]
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

fn is_field_name(byte: u8) -> bool {
    (33..=126).contains(&byte) && byte != b':'
}

fn is_token(byte: u8) -> bool {
    (33..=126).contains(&byte) && !b"()<>@,;:\\\"/[]?=".contains(&byte)
}

/// Boundaries in the wild hold characters that tokens mustn't.
fn is_boundary_token(byte: u8) -> bool {
    (33..=126).contains(&byte) && byte != b'"'
}

/// A number's leading digits in the given base, a minus sign allowed, as C++'s `from_chars` reads them.
pub(super) fn leading_number(text: &[u8], base: u32) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix(b"-") {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let len = digits
        .iter()
        .position(|&byte| char::from(byte).to_digit(base).is_none())
        .unwrap_or(digits.len());
    if len == 0 {
        return None;
    }
    digits[..len].iter().try_fold(0_i64, |number, &byte| {
        let digit = i64::from(char::from(byte).to_digit(base)?);
        let number = number.checked_mul(i64::from(base))?;
        if negative {
            number.checked_sub(digit)
        } else {
            number.checked_add(digit)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{ContentType, boundary};

    fn boundary_of(value: &str) -> Option<String> {
        let content_type = ContentType::parse(value.as_bytes())?;
        boundary(content_type.parameters).map(|text| String::from_utf8_lossy(&text).into_owned())
    }

    #[test]
    fn boundaries_are_found_among_parameters() {
        assert_eq!(
            boundary_of("multipart/mixed; boundary=abc").as_deref(),
            Some("abc")
        );
        assert_eq!(
            boundary_of("multipart/mixed; charset=x; Boundary=\"a b\"").as_deref(),
            Some("a b")
        );
        assert_eq!(
            boundary_of("multipart/mixed (a comment); boundary=\"1\"; boundary=2").as_deref(),
            Some("2")
        );
        assert_eq!(boundary_of("text/plain; charset=utf-8"), None);
        assert_eq!(boundary_of("nonsense"), None);
    }
}
