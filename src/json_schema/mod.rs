//! JSON schemas (draft 7) of what sigzeek reads, for editors: they complete keys, fields and modifiers, and show what they
//! mean.
//!
//! What a schema lists comes from where the words are read or the fields are known, so that it cannot differ from it. A
//! schema is weaker than `sigzeek check`: what it refuses is wrong, and much that is wrong it lets pass.

mod detection;
mod document;
mod tests_file;

pub(crate) use detection::{
    description as field_description, fitting as fitting_modifiers, meaning as modifier_meaning,
};
use serde_json::{Value, json};

/// The dialect that editors' YAML language servers read.
const DIALECT: &str = "http://json-schema.org/draft-07/schema#";

/// The schema of a document of a rule file: a rule, a correlation or a filter.
pub fn rule() -> Value {
    document::schema()
}

/// The schema of a `pack.yml`.
pub fn pack() -> Value {
    json!({
        "$schema": DIALECT,
        "title": "pack.yml",
        "description": "A pack of rules, which becomes one Zeek package",
        "type": ["object", "null"],
        "properties": {
            "description": {
                "type": "string",
                "description": "What the pack detects, in a sentence",
            },
            "module": {
                "type": "string",
                "pattern": "^[A-Z][A-Za-z0-9_]{0,63}$",
                "description": "The Zeek module, where it is not to be made of the folder's name",
            },
            "notice_style": word(
                &["rule", "attack"],
                "rule: each rule has a notice type of its own; attack: notices look as those of MITRE's BZAR",
            ),
            "log_file_writes": {
                "type": "boolean",
                "description": "true: smb_files.log gains lines and columns for what is written, as with MITRE's BZAR",
            },
            "logs": logs(),
            "version": {
                "type": "string",
                "pattern": "^[0-9]+\\.[0-9]+\\.[0-9]+([-+][0-9A-Za-z.+-]+)?$",
                "description": "The package's version, after Semantic Versioning, such as 1.0.0",
            },
            "license": {
                "type": "string",
                "description": "The name of the licence, such as BSD-3-Clause",
            },
            "license_file": {
                "type": "string",
                "description": "The file that holds the licence, relative to a folder that the pack is in",
            },
            "credits": entries("Who made it"),
            "aliases": entries("Other names by which zkg and Zeek know the package"),
            "tags": entries("By what the package is found"),
            "ignore": entries("Codes of warnings that are accepted in all files of the pack"),
        },
        "additionalProperties": false,
    })
}

/// Logs and columns that Zeek does not have by itself, by their names.
fn logs() -> Value {
    let scalar = "(addr|bool|count|double|enum|int|interval|port|string|subnet|time)";
    let column_type = json!({
        "type": "string",
        "pattern": format!("^({scalar}|(set|vector)\\[{scalar}\\])$"),
        "description": "The column's type, as the #types line of a log has it",
    });
    json!({
        "type": "object",
        "description": "Logs and columns that rules can look at beside Zeek's own",
        "additionalProperties": {
            "type": "object",
            "properties": {
                "stream": text("Zeek's stream, such as Acme::LOG; of a log that Zeek has by itself, nothing"),
                "record": text("The type of its records, such as Acme::Info"),
                "script": text("The script that brings it, which the package loads"),
                "columns": {
                    "type": "object",
                    "description": "The columns' types, or more about them",
                    "additionalProperties": {
                        "anyOf": [
                            column_type,
                            {
                                "type": "object",
                                "required": ["type"],
                                "properties": {
                                    "type": column_type,
                                    "optional": {
                                        "type": "boolean",
                                        "description": "Whether a record can lack it; true where not given",
                                    },
                                    "meaning": text("What it is, in a line"),
                                },
                                "additionalProperties": false,
                            },
                        ],
                    },
                },
            },
            "additionalProperties": false,
        },
    })
}

/// Texts of which none has a comma.
fn entries(description: &str) -> Value {
    texts(
        description,
        &json!({ "type": "string", "pattern": "^[^,]+$" }),
    )
}

/// The schema of a file of regression tests.
pub fn tests() -> Value {
    tests_file::schema()
}

/// A text, or a number or a truth value that is taken as the text that was written.
fn text(description: &str) -> Value {
    json!({
        "type": ["string", "number", "boolean"],
        "description": description,
    })
}

/// One of some words.
fn word(words: &[&str], description: &str) -> Value {
    json!({ "enum": words, "description": description })
}

/// A text, or a list of texts.
fn texts(description: &str, items: &Value) -> Value {
    json!({
        "description": description,
        "anyOf": [items, { "type": "array", "items": items }],
    })
}
