//! The schema of a rule's `info.yml`: SigmaHQ's keys, and what we add to a test.

use serde_json::{Value, json};

use super::{DIALECT, text};

pub(super) fn schema() -> Value {
    json!({
        "$schema": DIALECT,
        "title": "Regression tests of a rule",
        "description": "What a rule's regression_tests_path leads to, after SigmaHQ's convention",
        "type": "object",
        "required": ["regression_tests_info"],
        "properties": {
            "id": text("The file's own id"),
            "description": text("What the tests show"),
            "date": text("When the file was written"),
            "modified": text("When the file was last changed"),
            "author": text("Who wrote it"),
            "references": { "description": "Where the captures come from" },
            "rule_metadata": { "description": "The rules that the tests are for" },
            "regression_tests_info": {
                "type": "array",
                "items": test(),
                "description": "The tests",
            },
        },
    })
}

fn test() -> Value {
    json!({
        "type": "object",
        "required": ["type", "path"],
        "properties": {
            "name": text("What the test shows"),
            "type": {
                "anyOf": [{ "enum": ["pcap", "zeek_log"] }, { "type": "string" }],
                "description": "pcap, or zeek_log for a log that Zeek wrote; tests of other types are skipped",
            },
            "provider": { "description": "Where the events come from, for tests of other types" },
            "path": {
                "type": "string",
                "description": "The capture or log, relative to a folder that the file is in",
            },
            "capture": {
                "type": "string",
                "description": "What a log is recorded from by `sigzeek test --record`, relative to a folder that the file is in",
            },
            "match_count": {
                "type": "integer",
                "minimum": 0,
                "description": "How many notices the rule raises, after suppression",
            },
            "silent": {
                "type": "boolean",
                "description": "true: the rule raises no notice",
            },
            "messages": super::texts(
                "The notices' messages, in any order",
                &json!({ "type": ["string", "number", "boolean"] }),
            ),
        },
        "additionalProperties": false,
        "not": {
            "anyOf": [
                { "required": ["match_count", "silent"] },
                { "required": ["match_count", "messages"] },
                { "required": ["silent", "messages"] },
            ],
        },
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use crate::json_schema::document::tests::keys;
    use crate::rule::regression::{INFO_KEYS, TEST_KEYS};

    #[test]
    fn keys_are_those_that_are_read() {
        let schema = super::schema();
        let mut known = INFO_KEYS.to_vec();
        known.sort_unstable();
        assert_eq!(keys(&schema), known);
        let mut known = TEST_KEYS.to_vec();
        known.sort_unstable();
        assert_eq!(keys(&super::test()), known);
    }
}
