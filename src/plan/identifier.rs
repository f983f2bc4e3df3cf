//! Names in generated code, made from free text.
//!
//! They are ASCII, at most [`MAX_LENGTH`] long, never empty and never a word of Zeek's language. Different texts can give
//! the same name. Inside a module, a name hides the global one: a function called `fmt` takes the place of Zeek's, so
//! give names of functions and constants a prefix or suffix of your own.

/// Length of the longest name.
pub const MAX_LENGTH: usize = 96;

/// `lower_snake`: functions, constants, options, fields.
pub fn snake(text: &str) -> String {
    identifier(text, "_", str::to_ascii_lowercase)
}

/// `Capitalised_Snake`: enumerators such as notice types. Capitals within a word stay.
pub fn capitalised_snake(text: &str) -> String {
    identifier(text, "_", capitalised)
}

/// `UpperCamel`: modules. Capitals within a word stay.
pub fn camel(text: &str) -> String {
    identifier(text, "", capitalised)
}

/// `lower-kebab`: the stem of a file name. Not an identifier, and a word of Zeek's language is as good as any.
pub fn kebab(text: &str) -> String {
    let stem = join(words(text), "-", str::to_ascii_lowercase, MAX_LENGTH);
    if stem.is_empty() {
        UNNAMED.to_owned()
    } else {
        stem
    }
}

/// `Words_as_they_are`, of any length: names that are others', from the project's own tables.
pub fn cased(text: &str) -> String {
    limited(text, "_", str::to_owned, usize::MAX)
}

const UNNAMED: &str = "unnamed";

/// The words of the language in all releases from 7.0 on (`list` is one up to 7.0), the constants T and F, and the module that
/// is none.
const RESERVED: &[&str] = &[
    "F",
    "GLOBAL",
    "T",
    "add",
    "addr",
    "any",
    "as",
    "assert",
    "bool",
    "break",
    "case",
    "const",
    "copy",
    "count",
    "default",
    "delete",
    "double",
    "else",
    "enum",
    "event",
    "export",
    "fallthrough",
    "file",
    "for",
    "function",
    "global",
    "hook",
    "if",
    "in",
    "int",
    "interval",
    "is",
    "list",
    "local",
    "module",
    "next",
    "of",
    "opaque",
    "option",
    "pattern",
    "port",
    "print",
    "record",
    "redef",
    "return",
    "schedule",
    "set",
    "string",
    "subnet",
    "switch",
    "table",
    "time",
    "timeout",
    "type",
    "vector",
    "when",
    "while",
];

fn identifier(text: &str, separator: &str, convert: fn(&str) -> String) -> String {
    limited(text, separator, convert, MAX_LENGTH - 1)
}

fn limited(text: &str, separator: &str, convert: fn(&str) -> String, max_length: usize) -> String {
    let mut name = join(words(text), separator, convert, max_length);
    if name.is_empty() {
        name = convert(UNNAMED);
    }
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert(0, '_');
    }
    if RESERVED.contains(&name.as_str()) {
        name.push('_');
    }
    name
}

/// The runs of ASCII letters and digits in a text. An apostrophe or a letter beyond ASCII does not end a word.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '\u{2019}')))
        .map(|word| {
            word.chars()
                .filter(char::is_ascii_alphanumeric)
                .collect::<String>()
        })
        .filter(|word| !word.is_empty())
}

/// As many words as fit; of the first one, as much as fits.
fn join(
    words: impl Iterator<Item = String>,
    separator: &str,
    convert: fn(&str) -> String,
    max_length: usize,
) -> String {
    let mut name = String::new();
    for word in words {
        if name.is_empty() {
            name = convert(&word[..word.len().min(max_length)]);
        } else if name.len() + separator.len() + word.len() <= max_length {
            name.push_str(separator);
            name.push_str(&convert(&word));
        } else {
            break;
        }
    }
    name
}

fn capitalised(word: &str) -> String {
    let mut capitalised = word.to_owned();
    if let Some(first) = capitalised.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    capitalised
}
