//! The schema of a document of a rule file.

use serde_json::{Map, Value, json};

use super::{DIALECT, detection, text, texts, word};
use crate::registry::CategoryField;
use crate::registry::attack::{self, Tactic, Technique, TechniqueStatus};
use crate::rule::{LEVELS, STATUSES, correlation, filter, zeek_block};
use crate::service::Service;

pub(super) fn schema() -> Value {
    let kinds = [
        ("rule", rule()),
        ("correlation", correlation()),
        ("filter", filter()),
    ];
    let kinds = kinds.map(|(name, schema)| (name.to_owned(), schema));
    let definitions: Map<String, Value> =
        kinds.into_iter().chain(detection::definitions()).collect();
    json!({
        "$schema": DIALECT,
        "title": "sigzeek rule",
        "description": "A Sigma rule (Sigma specification 2.1.0) of network traffic, or a correlation or a filter of rules",
        "type": "object",
        "if": { "required": ["correlation"] },
        "then": { "$ref": "#/definitions/correlation" },
        "else": {
            "if": { "required": ["filter"], "not": { "required": ["detection"] } },
            "then": { "$ref": "#/definitions/filter" },
            "else": { "$ref": "#/definitions/rule" },
        },
        "definitions": definitions,
    })
}

fn rule() -> Value {
    let per_service: Vec<Value> = Service::all()
        .map(|service| {
            json!({
                "if": {
                    "required": ["logsource"],
                    "properties": {
                        "logsource": {
                            "type": "object",
                            "required": ["service"],
                            "properties": { "service": { "const": service.name() } },
                        },
                    },
                },
                "then": { "properties": { "detection": detection::of(service) } },
            })
        })
        .collect();
    json!({
        "description": "A detection rule",
        "required": ["title", "logsource", "detection"],
        "properties": properties(),
        "allOf": per_service,
    })
}

fn properties() -> Value {
    let string = json!({ "type": ["string", "number", "boolean"] });
    json!({
        "title": {
            "type": "string",
            "minLength": 1,
            "maxLength": 256,
            "description": "What the rule detects, in a few words",
        },
        "id": {
            "type": "string",
            "pattern": "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
            "description": "A UUID that names the rule for ever; uuidgen makes one",
        },
        "name": text("A name that other rules refer to, and what the rule is called in Zeek"),
        "related": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "id": { "type": "string", "description": "The other rule's id" },
                    "type": word(
                        &["correlation", "derived", "obsolete", "merged", "renamed", "similar"],
                        "How the rules are related",
                    ),
                },
            },
            "description": "Rules that this one has to do with",
        },
        "taxonomy": text("The names that fields have; sigma where it is not given"),
        "sigma-version": {
            "type": ["integer", "number", "string"],
            "description": "The version of the Sigma specification that the rule is written for: 2",
        },
        "status": word(&words(STATUSES), "How far the rule is trusted"),
        "description": {
            "type": "string",
            "maxLength": 65_535,
            "description": "What the rule detects and why",
        },
        "license": text("Under which licence the rule stands, as an SPDX identifier"),
        "references": texts("Where the rule's knowledge comes from: addresses of pages", &string),
        "author": text("Who wrote the rule"),
        "date": day("When the rule was written"),
        "modified": day("When the rule's meaning was last changed"),
        "logsource": logsource(),
        "detection": {
            "type": "object",
            "required": ["condition"],
            "description": "What to look for: search identifiers, and a condition that combines them",
        },
        "fields": texts("Fields that help to judge a match", &string),
        "falsepositives": texts("What else may raise the rule", &string),
        "level": word(&words(LEVELS), "How bad a match is"),
        "tags": texts("What the rule is about, such as attack.t1053.005", &tag()),
        "scope": texts("Where the rule is meant to be used", &string),
        "regression_tests_path": {
            "type": "string",
            "description": "The file that describes the rule's regression tests, relative to a folder that the rule is in",
        },
        "zeek": zeek(),
    })
}

fn words<T>(table: &[(&'static str, T)]) -> Vec<&'static str> {
    table.iter().map(|(word, _)| *word).collect()
}

fn day(description: &str) -> Value {
    json!({
        "type": "string",
        "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        "description": description,
    })
}

fn logsource() -> Value {
    let services: Vec<&str> = Service::all().map(Service::name).collect();
    json!({
        "type": "object",
        "anyOf": [
            { "required": ["product", "service"], "properties": { "category": false } },
            { "required": ["category"], "properties": { "service": false } },
        ],
        "properties": {
            "category": word(
                &CategoryField::categories(),
                "What kind of log the rule looks at, whichever product writes it",
            ),
            "product": { "const": "zeek", "description": "Zeek" },
            "service": {
                "anyOf": [{ "enum": services }, { "type": "string", "pattern": "^[a-z0-9_]+$" }],
                "description": "Whose traffic the rule looks at: the name of one of Zeek's logs, or of one that pack.yml declares",
            },
            "definition": { "type": "string", "description": "What must be set up for the log" },
        },
        "additionalProperties": false,
        "description": "Which events the rule looks at",
    })
}

/// A tag; those of ATT&CK's tactics and techniques in use are listed, so that editors complete them.
fn tag() -> Value {
    let tactics = Tactic::ALL.iter().map(|tactic| tactic.tag());
    let techniques = attack::techniques()
        .iter()
        .filter(|technique| technique.status == TechniqueStatus::Active)
        .map(Technique::tag);
    let known: Vec<String> = tactics.chain(techniques).collect();
    json!({
        "anyOf": [
            { "enum": known },
            { "type": "string", "pattern": "^[a-z0-9_-]+(\\.[a-z0-9_-]+)+$" },
        ],
    })
}

fn zeek() -> Value {
    json!({
        "type": "object",
        "description": "Settings that Sigma has no key for",
        "properties": {
            "raise_on": word(
                &["request", "response"],
                "On which side's event to raise the notice; the service decides where it is not given",
            ),
            "enabled": {
                "type": "boolean",
                "description": "false: the rule starts switched off",
            },
            "report": {
                "type": "boolean",
                "description": "false: the rule's matches raise no notice, but count for correlations",
            },
            "notice": {
                "type": "object",
                "description": "How the rule's notices are told apart and suppressed",
                "properties": {
                    "suppress_for": {
                        "type": ["string", "integer"],
                        "pattern": "^(0|[0-9]+ *(s|secs?|m|mins?|h|hrs?|d|days?))$",
                        "minimum": 0,
                        "maximum": 0,
                        "description": "How long Zeek suppresses equal notices, such as 30m, 1h or 7d; 0 for never",
                    },
                    "type": {
                        "type": "string",
                        "pattern": "^[A-Z][A-Za-z0-9_]{0,63}$",
                        "description": "The notice's type below ATTACK::, in place of the rule's first tactic; with notice_style: attack only",
                    },
                    "message": text("What the notice says was seen, in place of the call or the request; {field} stands for a field"),
                    "sub": text("What the notice says of the rule, in place of its title; {field} stands for a field"),
                    "identifier": texts(
                        "Fields that, with the rule, make two notices equal; originator and responder where not given",
                        &json!({ "type": "string" }),
                    ),
                },
                "additionalProperties": false,
            },
            "log_payload": log_payload(),
            "extract_file": extract_file(),
        },
        "additionalProperties": false,
    })
}

fn extract_file() -> Value {
    json!({
        "description": "Whether Zeek saves the files whose transfer the rule matches",
        "anyOf": [
            { "type": "boolean" },
            {
                "type": "object",
                "properties": {
                    "message": text("What the notice of a saved file says; {field} stands for a field"),
                },
                "additionalProperties": false,
            },
        ],
    })
}

/// Arguments of calls, which are too many to list.
const ARGUMENT: &str = r"^(argument|result)\..+$";

fn log_payload() -> Value {
    let mut payloads: Vec<&str> = Vec::new();
    for service in Service::all() {
        let names = service.field_names().into_iter();
        payloads.extend(names.filter(|name| {
            let field = service.field(name);
            field.is_some_and(|field| field.is_payload())
        }));
    }
    payloads.dedup();
    json!({
        "type": "object",
        "description": "Payload to log of each match",
        "required": ["fields"],
        "properties": {
            "fields": texts("What to log", &json!({ "anyOf": [{ "enum": payloads }, { "type": "string", "pattern": ARGUMENT }] })),
            "to": word(
                &["log", "column"],
                "Where to: the pack's own log (the default), or a column of the protocol's log",
            ),
            "max_bytes": {
                "type": "integer",
                "minimum": 1,
                "maximum": zeek_block::MAX_PAYLOAD_BYTES,
                "description": "How much of each payload; 1024 where not given",
            },
            "encoding": word(
                &["escaped", "base64", "hex"],
                "How bytes are written: escaped (Zeek's \\xNN, the default), base64 or hex",
            ),
        },
        "additionalProperties": false,
    })
}

/// A correlation (Sigma correlation rules specification 2.1.0), as far as any needs.
fn correlation() -> Value {
    let mut properties = header(correlation::KEYS);
    properties.insert("correlation".to_owned(), section());
    properties.insert("generate".to_owned(), generate());
    properties.insert("zeek".to_owned(), correlation_zeek());
    json!({
        "description": "A correlation of rules",
        "required": ["title", "correlation"],
        "properties": properties,
    })
}

/// What a rule's keys are that others have, too.
fn header(keys: &[&str]) -> Map<String, Value> {
    let of_rules = properties();
    let known = keys
        .iter()
        .filter_map(|key| Some((*key, of_rules.get(*key)?)));
    known
        .map(|(key, schema)| (key.to_owned(), schema.clone()))
        .collect()
}

fn section() -> Value {
    let string = json!({ "type": "string" });
    json!({
        "type": "object",
        "required": ["type", "rules"],
        "properties": {
            "type": {
                "anyOf": [{ "enum": correlation::type_names() }, { "type": "string" }],
                "description": "How the rules are correlated",
            },
            "rules": texts("The names or ids of the rules", &string),
            "aliases": {
                "type": "object",
                "description": "Names for fields that differ from rule to rule",
                "additionalProperties": { "type": "object" },
            },
            "group-by": texts("Fields that are the same in all that belongs together", &string),
            "timespan": text("Within which time, such as 30m or 1h"),
            "condition": {
                "description": "How many it takes, such as gte: 3; or which of the rules, joined with and, or and not",
                "properties": {
                    "lt": { "description": "Less than" },
                    "lte": { "description": "Less than or equal" },
                    "gt": { "description": "Greater than" },
                    "gte": { "description": "Greater than or equal" },
                    "eq": { "description": "Equal" },
                    "neq": { "description": "Not equal" },
                    "field": { "description": "The field whose values count, or several" },
                    "percentile": { "description": "Which percentile is computed, 1 to 99" },
                },
            },
            "generate": generate(),
        },
        "description": "Which rules, how often, within which time",
    })
}

fn generate() -> Value {
    json!({
        "type": "boolean",
        "description": "true: its rules raise notices of their own, too",
    })
}

fn correlation_zeek() -> Value {
    let of_rules = zeek();
    let known = &of_rules["properties"];
    json!({
        "type": "object",
        "description": "Settings that Sigma has no key for",
        "properties": {
            "enabled": known["enabled"],
            "report": known["report"],
            "notice": known["notice"],
            "thresholds": { "description": "Numbers at which to raise again, beside that of the condition" },
            "weights": { "description": "What a match of each rule adds to {total} in the notice's texts" },
        },
    })
}

/// A filter (Sigma filters specification 2.1.0), as far as any needs.
fn filter() -> Value {
    let mut properties = header(filter::KEYS);
    properties.insert("logsource".to_owned(), logsource());
    properties.insert(
        "filter".to_owned(),
        json!({
            "type": "object",
            "required": ["condition"],
            "properties": {
                "rules": texts(
                    "The ids, names or titles of the rules that it is put on; any for all with its logsource",
                    &json!({ "type": "string" }),
                ),
                "condition": texts(
                    "Search identifiers joined with and, or, not, brackets, 1 of and all of",
                    &json!({ "type": "string" }),
                ),
            },
            "description": "Which rules, and a detection that decides what of them is left",
        }),
    );
    json!({
        "description": "A filter of rules",
        "required": ["title", "filter"],
        "properties": properties,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
pub(super) mod tests {
    use super::*;
    use crate::rule::RULE_KEYS;

    /// The keys of an object's schema, sorted.
    pub(in crate::json_schema) fn keys(schema: &Value) -> Vec<&str> {
        let properties = schema["properties"].as_object().unwrap();
        properties.keys().map(String::as_str).collect()
    }

    fn sorted(keys: &[&'static str]) -> Vec<&'static str> {
        let mut keys = keys.to_vec();
        keys.sort_unstable();
        keys
    }

    #[test]
    fn keys_are_those_that_are_read() {
        let rule = rule();
        assert_eq!(keys(&rule), sorted(RULE_KEYS));
        let zeek = zeek();
        assert_eq!(keys(&zeek), sorted(zeek_block::KEYS));
        let notice = &zeek["properties"]["notice"];
        assert_eq!(keys(notice), sorted(zeek_block::NOTICE_KEYS));
        let payload = &zeek["properties"]["log_payload"];
        assert_eq!(keys(payload), sorted(zeek_block::PAYLOAD_KEYS));
        let correlation = super::correlation();
        assert_eq!(keys(&correlation), sorted(correlation::KEYS));
        let section = &correlation["properties"]["correlation"];
        assert_eq!(keys(section), sorted(correlation::SECTION_KEYS));
        let condition = &section["properties"]["condition"];
        assert_eq!(keys(condition), sorted(correlation::CONDITION_KEYS));
        assert_eq!(keys(&super::filter()), sorted(filter::KEYS));
    }
}
