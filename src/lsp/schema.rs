//! What the JSON schemas say of the keys of a file: the same that `sigzeek schema` prints.

use std::sync::LazyLock;

use serde_json::Value;

use crate::json_schema;

/// What kind of document keys are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DocumentKind {
    Rule,
    Correlation,
    Filter,
    Pack,
    Tests,
}

/// A key, and what it is for.
#[derive(Debug)]
pub(super) struct SchemaKey<'s> {
    pub(super) name: &'s str,
    pub(super) meaning: &'s str,
}

static RULES: LazyLock<Value> = LazyLock::new(json_schema::rule);
static PACK: LazyLock<Value> = LazyLock::new(json_schema::pack);
static TESTS: LazyLock<Value> = LazyLock::new(json_schema::tests);

impl DocumentKind {
    /// The kind of a document, by the name of its file and its keys.
    pub(super) fn of(file_name: &str, keys: &[&str]) -> Self {
        if file_name == crate::rule::pack::PACK_FILE {
            Self::Pack
        } else if keys.contains(&"regression_tests_info") {
            Self::Tests
        } else if keys.contains(&"correlation") {
            Self::Correlation
        } else if keys.contains(&"filter") && !keys.contains(&"detection") {
            Self::Filter
        } else {
            Self::Rule
        }
    }

    fn schema(self) -> &'static Value {
        match self {
            Self::Rule => &RULES["definitions"]["rule"],
            Self::Correlation => &RULES["definitions"]["correlation"],
            Self::Filter => &RULES["definitions"]["filter"],
            Self::Pack => &PACK,
            Self::Tests => &TESTS,
        }
    }

    /// The keys that a mapping at this path can have.
    pub(super) fn keys(self, path: &[&str]) -> Vec<SchemaKey<'static>> {
        let schemas = self.at(path);
        let mappings = schemas
            .iter()
            .filter_map(|schema| schema["properties"].as_object());
        let keys = mappings
            .flatten()
            .filter(|(_, schema)| **schema != Value::Bool(false));
        keys.map(|(name, schema)| SchemaKey {
            name,
            meaning: meaning(schema),
        })
        .collect()
    }

    /// The words that a value at this path can be, where they are known.
    pub(super) fn words(self, path: &[&str]) -> Vec<&'static str> {
        let schemas = self.at(path);
        let mut words = Vec::new();
        for schema in schemas {
            let known = schema["enum"].as_array().into_iter().flatten();
            words.extend(known.chain([&schema["const"]]).filter_map(Value::as_str));
            if schema["type"] == "boolean" {
                words.extend(["true", "false"]);
            }
        }
        words
    }

    /// What the key at this path is for.
    pub(super) fn meaning(self, path: &[&str]) -> Option<&'static str> {
        let schemas = self.at(path);
        let meanings = schemas.into_iter().map(meaning);
        meanings.into_iter().find(|meaning| !meaning.is_empty())
    }

    /// The schemas of what stands at a path: of a list, those of its items, too.
    fn at(self, path: &[&str]) -> Vec<&'static Value> {
        let mut schemas = alternatives(self.schema());
        for key in path {
            let below = schemas.into_iter().filter_map(|schema| {
                let known = schema["properties"].get(*key);
                known.or_else(|| schema.get("additionalProperties"))
            });
            schemas = below.flat_map(alternatives).collect();
        }
        schemas
    }
}

/// A schema, what it may be instead, and what its items are.
fn alternatives(schema: &'static Value) -> Vec<&'static Value> {
    let mut all = vec![schema];
    let mut next = 0;
    while let Some(schema) = all.get(next).copied() {
        all.extend(schema["anyOf"].as_array().into_iter().flatten());
        all.extend(schema.get("items"));
        next += 1;
    }
    all
}

fn meaning(schema: &'static Value) -> &'static str {
    schema["description"].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(kind: DocumentKind, path: &[&str]) -> Vec<&'static str> {
        kind.keys(path).into_iter().map(|key| key.name).collect()
    }

    #[test]
    fn keys_and_words_are_found_by_their_paths() {
        assert!(names(DocumentKind::Rule, &[]).contains(&"logsource"));
        assert!(names(DocumentKind::Rule, &["zeek", "notice"]).contains(&"suppress_for"));
        assert!(!names(DocumentKind::Rule, &["detection"]).contains(&"timeframe"));
        assert!(names(DocumentKind::Correlation, &["correlation"]).contains(&"timespan"));
        assert!(names(DocumentKind::Filter, &["filter"]).contains(&"rules"));
        assert!(names(DocumentKind::Pack, &["logs", "acme"]).contains(&"columns"));
        let tests = names(DocumentKind::Tests, &["regression_tests_info"]);
        assert!(tests.contains(&"match_count"));
        assert!(DocumentKind::Rule.words(&["level"]).contains(&"critical"));
        assert!(
            DocumentKind::Rule
                .words(&["tags"])
                .contains(&"attack.t1053.005")
        );
        assert!(
            DocumentKind::Rule
                .words(&["zeek", "enabled"])
                .contains(&"false")
        );
        assert!(DocumentKind::Rule.words(&["no", "such"]).is_empty());
        let meaning = DocumentKind::Rule.meaning(&["zeek", "raise_on"]);
        assert!(meaning.is_some_and(|meaning| meaning.contains("On which side")));
    }

    #[test]
    fn a_document_is_of_the_kind_that_its_keys_tell() {
        assert_eq!(DocumentKind::of("pack.yml", &[]), DocumentKind::Pack);
        assert_eq!(
            DocumentKind::of("info.yml", &["id", "regression_tests_info"]),
            DocumentKind::Tests
        );
        assert_eq!(
            DocumentKind::of("a.yml", &["title", "correlation"]),
            DocumentKind::Correlation
        );
        assert_eq!(
            DocumentKind::of("a.yml", &["title", "filter"]),
            DocumentKind::Filter
        );
        assert_eq!(DocumentKind::of("a.yml", &[]), DocumentKind::Rule);
    }
}
