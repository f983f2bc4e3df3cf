//! Bytes in quotes, for people.

use std::fmt::Write as _;

/// Bytes in double quotes, in one form from which each of them can be told: UTF-8 that can be printed as it is, `\\`, `\"`,
/// `\n`, `\r` and `\t`, and any other byte as `\xNN`.
#[must_use]
pub fn quoted(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + 2);
    text.push('"');
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '"' | '\\' => text.extend(['\\', character]),
                '\n' => text.push_str(r"\n"),
                '\r' => text.push_str(r"\r"),
                '\t' => text.push_str(r"\t"),
                character if is_printed(character) => text.push(character),
                character => push_escaped(&mut text, character.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        push_escaped(&mut text, chunk.invalid());
    }
    text.push('"');
    text
}

/// Whether a character shows what it is: none that controls, and none that a terminal may draw as nothing or turn around.
fn is_printed(character: char) -> bool {
    character == ' ' || !character.is_whitespace() && character.escape_debug().len() == 1
}

fn push_escaped(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        // Writing to a string does not fail.
        let _ = write!(text, "\\x{byte:02x}");
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn each_byte_has_one_form() {
        assert_eq!(quoted(b"49153"), r#""49153""#);
        assert_eq!(quoted(b"49153\0"), r#""49153\x00""#);
        assert_eq!(quoted(br"49153\x00"), r#""49153\\x00""#);
        assert_eq!(quoted(b"a \"b\"\r\n\t"), r#""a \"b\"\r\n\t""#);
        assert_eq!(
            quoted("\u{fc}\u{85}\u{a0}".as_bytes()),
            "\"\u{fc}\\xc2\\x85\\xc2\\xa0\""
        );
        assert_eq!(quoted(b"\xfc\x1b[m"), r#""\xfc\x1b[m""#);
        assert_eq!(quoted(b""), r#""""#);
    }
}
