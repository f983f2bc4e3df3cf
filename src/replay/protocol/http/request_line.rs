//! Request and status lines.

use super::{ConnectionState, HTTP_09, Version};

/// A request line.
pub(super) struct RequestLine<'a> {
    pub(super) method: &'a [u8],
    pub(super) uri: &'a [u8],
}

impl<'a> RequestLine<'a> {
    /// Parses a line and notes its version; `None` if it isn't a request line.
    pub(super) fn parse(line: &'a [u8], shared: &mut ConnectionState) -> Option<Self> {
        const SHORTEST_09_METHOD: usize = 3;
        let method_len = line
            .iter()
            .position(|&byte| !is_token(byte))
            .unwrap_or(line.len());
        let (method, rest) = line.split_at(method_len);
        let target = skip_blanks(rest);
        if method.is_empty() || target.len() == rest.len() {
            return None;
        }
        let uri_end = uri_end(target);
        let (uri_len, version_start) = version_start(target, uri_end);
        match version_start {
            None => shared.set_request_version(HTTP_09),
            Some(start) if start + 8 <= target.len() => {
                shared.set_request_version(version(&target[start + 5..]))
            }
            Some(_) => {}
        }
        let uri = &target[..uri_len];
        if shared.request_version == HTTP_09
            && (method.len() < SHORTEST_09_METHOD || uri.is_empty())
        {
            return None;
        }
        Some(Self { method, uri })
    }
}

/// Where the URI ends at the earliest: before the first character that can't be in one. A line that is nothing but a
/// version has no URI.
fn uri_end(target: &[u8]) -> usize {
    let end = target
        .iter()
        .position(|&byte| !is_uri(byte))
        .unwrap_or(target.len());
    if end == target.len() && starts_with_http(target) {
        0
    } else {
        end
    }
}

/// Finds `HTTP/` behind white space; gives the URI's length and where the version starts. White space without a version
/// behind it belongs to the URI.
fn version_start(target: &[u8], uri_end: usize) -> (usize, Option<usize>) {
    let mut uri_len = uri_end;
    let mut at = uri_end;
    while at < target.len() {
        uri_len = at;
        at = target.len() - skip_blanks(&target[at..]).len();
        if starts_with_http(&target[at..]) {
            return (uri_len, (at < target.len()).then_some(at));
        }
        at += 1;
    }
    (uri_len, None)
}

/// A status line's part that isn't kept in [`ConnectionState`].
pub(super) struct ReplyLine<'a> {
    pub(super) reason: Option<&'a [u8]>,
}

impl<'a> ReplyLine<'a> {
    /// Parses a line and notes version and status code; `None` if it isn't a status line.
    pub(super) fn parse(line: &'a [u8], shared: &mut ConnectionState) -> Option<Self> {
        if !starts_with_http(line) {
            return None;
        }
        let rest = &line[5..];
        shared.set_reply_version(version(rest));
        let rest = skip_blanks(&rest[rest.iter().position(|&byte| is_blank(byte))?..]);
        let code = rest.first_chunk::<3>()?;
        shared.reply_code = code
            .iter()
            .try_fold(0, |code, digit| {
                digit
                    .is_ascii_digit()
                    .then(|| code * 10 + u16::from(digit - b'0'))
            })
            .unwrap_or(0);
        let rest = &rest[3..];
        let reason = rest
            .iter()
            .position(|&byte| is_blank(byte))
            .map(|end| skip_blanks(&rest[end..]));
        Some(Self { reason })
    }
}

/// One digit, a dot, one digit; anything else is no version.
fn version(text: &[u8]) -> Version {
    match text {
        [major @ b'0'..=b'9', b'.', minor @ b'0'..=b'9', ..] => (major - b'0', minor - b'0'),
        _ => (0, 0),
    }
}

fn starts_with_http(text: &[u8]) -> bool {
    text.len() >= 5 && text[..5].eq_ignore_ascii_case(b"http/")
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn skip_blanks(text: &[u8]) -> &[u8] {
    &text[text
        .iter()
        .position(|&byte| !is_blank(byte))
        .unwrap_or(text.len())..]
}

fn is_token(byte: u8) -> bool {
    const SEPARATORS: &[u8] = b" \t()<>@,;:\\\"/[]?={}";
    byte > 31 && byte < 127 && !SEPARATORS.contains(&byte)
}

/// RFC 3986's characters, and NUL, which Zeek's lookup lets pass.
fn is_uri(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b":/?#[]@!$&'()*+,;=-_.~%\0".contains(&byte)
}

/// Decodes percent-escapes once. `%uXXXX` gives both bytes, the first unless it is 0; what can't be an escape stays.
pub(super) fn unescape(uri: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(uri.len());
    let mut at = 0;
    while let Some(&byte) = uri.get(at) {
        at += 1;
        if byte != b'%' {
            text.push(byte);
            continue;
        }
        let rest = &uri[at..];
        match rest {
            [] => text.push(b'%'),
            [last] => {
                text.extend([b'%', *last]);
                at += 1;
            }
            // The second one begins an escape.
            [b'%', ..] => {}
            [b'u', a, b, c, d, ..]
                if hex(*a, *b).is_some() && hex(*c, *d).is_some() && !is_hex_pair(rest) =>
            {
                text.extend(hex(*a, *b).filter(|&high| high != 0));
                text.extend(hex(*c, *d));
                at += 5;
            }
            [a, b, ..] => match hex(*a, *b) {
                Some(decoded) => {
                    text.push(decoded);
                    at += 2;
                }
                None => {
                    text.extend([b'%', *a]);
                    at += 1;
                }
            },
        }
    }
    text
}

fn is_hex_pair(text: &[u8]) -> bool {
    matches!(text, [a, b, ..] if hex(*a, *b).is_some())
}

fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    Some(digit(high)? << 4 | digit(low)?)
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn escapes_are_decoded_once() {
        assert_eq!(unescape(b"/a%20b%2525"), b"/a b%25");
        assert_eq!(unescape(b"%u0041%u1234"), b"A\x12\x34");
    }

    #[test]
    fn what_is_no_escape_stays() {
        assert_eq!(unescape(b"100%"), b"100%");
        assert_eq!(unescape(b"%4"), b"%4");
        assert_eq!(unescape(b"%zz"), b"%zz");
        assert_eq!(unescape(b"%%41"), b"A");
    }
}
