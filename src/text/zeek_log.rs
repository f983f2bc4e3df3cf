//! Values and lines in the form of Zeek's logs (`threading/formatters/Ascii.cc` and `Desc.cc` of Zeek 8.0).

use std::fmt::Write as _;
use std::io::{self, Write};

/// What stands for a field that is not set.
pub const UNSET: &[u8] = b"-";
const EMPTY: &[u8] = b"(empty)";

/// Writes the lines that begin a log: `path`, and the names and types of its fields.
///
/// # Errors
///
/// Whatever writing to `out` gives.
pub fn header(out: &mut impl Write, path: &str, fields: &[(&str, &str)]) -> io::Result<()> {
    let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let types: Vec<&str> = fields.iter().map(|(_, kind)| *kind).collect();
    writeln!(out, "#separator \\x09")?;
    writeln!(out, "#set_separator\t,")?;
    writeln!(out, "#empty_field\t(empty)")?;
    writeln!(out, "#unset_field\t-")?;
    writeln!(out, "#path\t{path}")?;
    writeln!(out, "#fields\t{}", names.join("\t"))?;
    writeln!(out, "#types\t{}", types.join("\t"))
}

/// A text as a field.
#[must_use]
pub fn text(bytes: &[u8]) -> String {
    element(bytes, &['\t'])
}

/// A vector of texts as a field.
#[must_use]
pub fn texts(texts: &[&str]) -> String {
    if texts.is_empty() {
        return String::from_utf8_lossy(EMPTY).into_owned();
    }
    let elements = texts
        .iter()
        .map(|text| element(text.as_bytes(), &['\t', ',']));
    elements.collect::<Vec<_>>().join(",")
}

/// A text as Zeek's JSON logs have it before they quote it: bytes that are no UTF-8 that Zeek takes are `\\xNN`.
#[must_use]
pub fn json_text(bytes: &[u8]) -> String {
    let mut line = String::with_capacity(bytes.len());
    match std::str::from_utf8(bytes) {
        Ok(text) if text.chars().all(|c| is_printed(c) || is_json_control(c)) => {
            line.push_str(text);
        }
        _ => {
            for byte in bytes {
                match byte {
                    0x20..=0x7e => line.push(char::from(*byte)),
                    byte if is_json_control(char::from(*byte)) => line.push(char::from(*byte)),
                    byte => line = escaped(line, byte),
                }
            }
        }
    }
    line
}

/// A text for people: as [`json_text`], on one line.
#[must_use]
pub fn readable(bytes: &[u8]) -> String {
    let mut line = String::with_capacity(bytes.len());
    for character in json_text(bytes).chars() {
        if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line
}

/// Control characters that JSON has short escapes for.
fn is_json_control(character: char) -> bool {
    matches!(character, '\u{8}' | '\u{c}' | '\n' | '\r' | '\t')
}

fn element(bytes: &[u8], separators: &[char]) -> String {
    if bytes.is_empty() {
        return String::from_utf8_lossy(EMPTY).into_owned();
    }
    // What would be taken for a place-holder has its first character escaped.
    if bytes == UNSET || bytes == EMPTY {
        let first = escaped(String::new(), &bytes[0]);
        return first + &String::from_utf8_lossy(&bytes[1..]);
    }
    let mut line = String::with_capacity(bytes.len());
    let is_separator = |byte: u8| separators.contains(&char::from(byte));
    let mut rest = bytes;
    while let Some(&first) = rest.first() {
        let end = rest
            .iter()
            .position(|&byte| byte == b'\\' || is_separator(byte))
            .unwrap_or(rest.len());
        if end > 0 {
            push_run(&mut line, &rest[..end]);
            rest = &rest[end..];
        } else {
            if first == b'\\' {
                line.push_str(r"\\");
            } else {
                line = escaped(line, &first);
            }
            rest = &rest[1..];
        }
    }
    line
}

/// A run without separators: as it is where it is all UTF-8 that Zeek takes, else with all but printable ASCII escaped.
fn push_run(line: &mut String, run: &[u8]) {
    match std::str::from_utf8(run) {
        Ok(text) if text.chars().all(is_printed) => line.push_str(text),
        _ => {
            for byte in run {
                match byte {
                    0x20..=0x7e => line.push(char::from(*byte)),
                    byte => *line = escaped(std::mem::take(line), byte),
                }
            }
        }
    }
}

fn is_printed(character: char) -> bool {
    !character.is_control()
        && !matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{fff0}'..='\u{ffff}')
}

fn escaped(mut line: String, byte: &u8) -> String {
    // Writing to a string does not fail.
    let _ = write!(line, "\\x{byte:02x}");
    line
}

#[cfg(test)]
mod tests {
    use super::{readable, text, texts};

    #[test]
    fn fields() {
        assert_eq!(text(b"GET /index"), "GET /index");
        assert_eq!(text(b""), "(empty)");
        assert_eq!(text(b"-"), r"\x2d");
        assert_eq!(text(b"(empty)"), r"\x28empty)");
        assert_eq!(text(b"a\tb\\c"), r"a\x09b\\c");
        assert_eq!(text("\u{fc}ber".as_bytes()), "\u{fc}ber");
        assert_eq!(text(b"\xc3\xbc\xff!"), r"\xc3\xbc\xff!");
        assert_eq!(text(b"\0"), r"\x00");
        assert_eq!(readable(b"\\\\host\\C$\n\xff"), r"\\host\C$\n\xff");
        assert_eq!(texts(&["a", "b,c"]), r"a,b\x2cc");
        assert_eq!(texts(&[]), "(empty)");
    }
}
