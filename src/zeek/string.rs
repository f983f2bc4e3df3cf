//! String literals of Zeek's language.

/// A string literal, quotes included, whose value is exactly `bytes`.
///
/// Printable ASCII stays readable; any other byte is an escape of two hexadecimal digits, which is as many as Zeek reads.
pub fn literal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + 2);
    text.push('"');
    for &byte in bytes {
        match byte {
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            byte => push_byte(&mut text, byte),
        }
    }
    text.push('"');
    hide_directives(text)
}

/// A byte as string literals and patterns both write it, if it has no meaning of its own there.
pub(super) fn push_byte(text: &mut String, byte: u8) {
    match byte {
        b'\n' => text.push_str("\\n"),
        b'\r' => text.push_str("\\r"),
        b'\t' => text.push_str("\\t"),
        b' '..=b'~' => text.push(char::from(byte)),
        byte => text.push_str(&hexadecimal(byte)),
    }
}

/// The escape of a byte that is read as the byte and nothing else.
pub(super) fn hexadecimal(byte: u8) -> String {
    format!("\\x{byte:02x}")
}

/// Escapes each `@` with which a literal's text would end or nest a conditional: where an `@if` is false, Zeek looks for
/// these directives in everything that follows, literals included.
pub(super) fn hide_directives(text: String) -> String {
    if !text.contains('@') {
        return text;
    }
    ["@if", "@else", "@endif"]
        .into_iter()
        .fold(text, |text, directive| {
            text.replace(directive, &format!("\\x40{}", &directive[1..]))
        })
}
