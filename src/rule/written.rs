//! Texts as rule files have them.

use sha2::{Digest as _, Sha256};

/// A text as a scalar of YAML.
pub(crate) fn scalar(text: &str) -> String {
    if text.chars().any(char::is_control) {
        // JSON's strings are YAML's.
        return serde_json::Value::from(text).to_string();
    }
    format!("'{}'", text.replace('\'', "''"))
}

/// A plain text as a value of Sigma has it, with a backslash before what would mean something.
pub(crate) fn plain_value(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '*' | '?' | '\\') {
            value.push('\\');
        }
        value.push(character);
    }
    value
}

/// A UUID (RFC 9562, version 8) that nothing else has that is told otherwise.
pub(crate) fn id(of: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in of {
        hash.update(part.as_bytes());
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    [
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..],
    ]
    .join("-")
}
