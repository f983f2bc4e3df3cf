//! Rules on the columns of a log, out of the values that the log holds.

use serde_json::{Map, Value, json};

use super::random::Random;

/// Columns by the kind of their values.
struct Columns {
    texts: &'static [&'static str],
    lists: &'static [&'static str],
    /// Names of operations: only what Zeek can print compiles.
    names: &'static [&'static str],
    numbers: &'static [&'static str],
    addresses: &'static [&'static str],
}

const DCE_RPC: Columns = Columns {
    texts: &["named_pipe"],
    lists: &[],
    names: &["endpoint", "operation"],
    numbers: &["rtt", "id.orig_p", "id.resp_p", "ts"],
    addresses: &["id.orig_h", "id.resp_h"],
};

const HTTP: Columns = Columns {
    texts: &[
        "uri",
        "uri",
        "user_agent",
        "user_agent",
        "user_agent",
        "method",
        "host",
        "referrer",
        "origin",
        "version",
        "status_msg",
        "info_msg",
        "username",
        "password",
    ],
    lists: &[
        "proxied",
        "orig_mime_types",
        "resp_mime_types",
        "resp_filenames",
    ],
    names: &[],
    numbers: &[
        "status_code",
        "info_code",
        "trans_depth",
        "request_body_len",
        "response_body_len",
        "id.orig_p",
        "id.resp_p",
        "ts",
    ],
    addresses: &["id.orig_h", "id.resp_h"],
};

const SMB_FILES: Columns = Columns {
    texts: &["name", "name", "path", "prev_name"],
    lists: &[],
    names: &["action"],
    numbers: &[
        "size",
        "times.modified",
        "times.accessed",
        "times.created",
        "times.changed",
        "id.orig_p",
        "ts",
    ],
    addresses: &["id.orig_h", "id.resp_h"],
};

const SMB_MAPPING: Columns = Columns {
    texts: &[
        "path",
        "path",
        "service",
        "native_file_system",
        "share_type",
    ],
    lists: &[],
    names: &[],
    numbers: &["id.orig_p", "id.resp_p", "ts"],
    addresses: &["id.orig_h", "id.resp_h"],
};

const CONDITIONS: &[&[&str]] = &[
    &["s_a", "s_a", "s_a", "not s_a"],
    &[
        "s_a and s_b",
        "s_a or s_b",
        "s_a and not s_b",
        "not (s_a or s_b)",
        "not s_a or s_b",
        "1 of s_*",
        "all of them",
    ],
    &[
        "s_a and (s_b or s_c)",
        "s_a or s_b and not s_c",
        "2 of them",
        "not 2 of s_*",
        "s_a and not (s_b and s_c)",
        "1 of them",
        "all of s_*",
    ],
];

/// A rule as YAML, raised when its service raises rules.
pub fn rule(random: &mut Random, index: usize, service: &str, events: &[Value]) -> String {
    rule_raised_on(random, index, service, events, None)
}

/// A rule and a filter that is put on it, as two YAML documents.
pub fn filtered_rule(random: &mut Random, index: usize, service: &str, events: &[Value]) -> String {
    // The reference evaluator takes the searches of `1 of …` from the rule.
    const CONDITIONS: &[&str] = &[
        "not s_a",
        "not (s_a or s_b)",
        "not s_a and not s_b",
        "not s_a or s_b",
        "s_b",
    ];
    let rule = rule(random, index, service, events);
    let columns = columns(service);
    let target = if random.one_in(2) {
        json!([format!("00000000-0000-4000-8000-{index:012}")])
    } else {
        json!(format!("Random rule {index}"))
    };
    let filter = json!({
        "title": format!("Random filter {index}"),
        "logsource": {"product": "zeek", "service": service},
        "filter": {
            "rules": target,
            "s_a": search(random, columns, events),
            "s_b": search(random, columns, events),
            "condition": *random.pick(CONDITIONS),
        },
    });
    format!("{rule}---\n{}", serde_yaml::to_string(&filter).unwrap())
}

fn columns(service: &str) -> &'static Columns {
    match service {
        "http" => &HTTP,
        "smb_files" => &SMB_FILES,
        "smb_mapping" => &SMB_MAPPING,
        _ => &DCE_RPC,
    }
}

/// A rule as YAML.
pub fn rule_raised_on(
    random: &mut Random,
    index: usize,
    service: &str,
    events: &[Value],
    raise_on: Option<&str>,
) -> String {
    let columns = columns(service);
    let searches = 1 + random.below(3);
    let mut detection = Map::new();
    for name in ["s_a", "s_b", "s_c"].iter().take(searches) {
        detection.insert((*name).to_owned(), search(random, columns, events));
    }
    let condition = *random.pick(CONDITIONS[searches - 1]);
    detection.insert("condition".to_owned(), condition.into());
    let mut zeek = json!({"notice": {"suppress_for": 0}});
    if let Some(side) = raise_on {
        zeek["raise_on"] = side.into();
    }
    let rule = json!({
        "title": format!("Random rule {index}"),
        "id": format!("00000000-0000-4000-8000-{index:012}"),
        "status": "test",
        "level": "low",
        "logsource": {"product": "zeek", "service": service},
        "detection": detection,
        "zeek": zeek,
    });
    serde_yaml::to_string(&rule).unwrap()
}

/// A map, or a list of two.
fn search(random: &mut Random, columns: &Columns, events: &[Value]) -> Value {
    if random.one_in(6) {
        let maps = [(); 2].map(|()| map(random, columns, events));
        return Value::Array(maps.to_vec());
    }
    map(random, columns, events)
}

fn map(random: &mut Random, columns: &Columns, events: &[Value]) -> Value {
    // The items of a map are of one event, so that the map as a whole has something to match.
    let event = random.pick(events);
    let mut map = Map::new();
    for _ in 0..1 + random.below(2) {
        let (key, value) = item(random, columns, event);
        map.insert(key, value);
    }
    Value::Object(map)
}

fn item(random: &mut Random, columns: &Columns, event: &Value) -> (String, Value) {
    let names = if columns.names.is_empty() { 0 } else { 4 };
    match random.below(10 + names) {
        0..5 => text(random, random_of(columns.texts), event),
        5 if !columns.lists.is_empty() => text(random, random_of(columns.lists), event),
        5..8 => number(random, random_of(columns.numbers), event),
        8 | 9 => address(random, random_of(columns.addresses), event),
        _ => text(random, random_of(columns.names), event),
    }
}

/// Chooses one of these names when it is given random numbers.
fn random_of(names: &'static [&'static str]) -> impl Fn(&mut Random) -> &'static str {
    move |random| *random.pick(names)
}

/// The column's value, or one for a column that the event has not.
fn value_of(event: &Value, column: &str) -> Value {
    match &event[column] {
        Value::Null => "a".into(),
        Value::Array(values) => values.first().cloned().unwrap_or_else(|| "a".into()),
        value => value.clone(),
    }
}

fn text(
    random: &mut Random,
    column: impl Fn(&mut Random) -> &'static str,
    event: &Value,
) -> (String, Value) {
    let column = column(random);
    let value = value_of(event, column);
    let whole = value.as_str().unwrap();
    let is_name = ["endpoint", "operation", "action"].contains(&column);
    if random.one_in(12) {
        return (format!("{column}|exists"), random.one_in(2).into());
    }
    if random.one_in(12) {
        return (column.to_owned(), Value::Null);
    }
    let part = part(random, whole);
    let (mut key, value) = match random.below(9) {
        0 => (column.to_owned(), escaped(&flipped(random, whole))),
        1 => (column.to_owned(), wildcards(random, whole)),
        2 => (
            format!("{column}|contains"),
            escaped(&flipped(random, &part)),
        ),
        3 => {
            let end = whole
                .char_indices()
                .nth(4)
                .map_or(whole.len(), |(at, _)| at);
            (
                format!("{column}|startswith"),
                escaped(&flipped(random, &whole[..end])),
            )
        }
        4 => {
            let start = whole.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
            (
                format!("{column}|endswith"),
                escaped(&flipped(random, &whole[start..])),
            )
        }
        5 => (format!("{column}|re"), expression(random, whole)),
        6 => (format!("{column}|re|i"), {
            let flipped = flipped(random, &part);
            expression(random, &flipped)
        }),
        7 => (format!("{column}|contains|cased"), escaped(&part)),
        _ => (format!("{column}|cased"), escaped(whole)),
    };
    if random.one_in(8) && !is_name {
        key += "|neq";
    }
    if random.one_in(6) && !key.contains("|re") {
        let other = self::part(random, whole);
        let other = escaped(&flipped(random, &other));
        if random.one_in(3) && !key.contains("|neq") {
            key += "|all";
        }
        return (key, json!([value, other]));
    }
    (key, value.into())
}

fn number(
    random: &mut Random,
    column: impl Fn(&mut Random) -> &'static str,
    event: &Value,
) -> (String, Value) {
    let column = column(random);
    let value = match &event[column] {
        Value::Number(number) => number.clone(),
        _ => 3.into(),
    };
    if column == "ts" || column == "rtt" || column.starts_with("times.") {
        let modifier = *random.pick(&["lt", "lte", "gt", "gte"]);
        return (format!("{column}|{modifier}"), value.into());
    }
    match random.below(8) {
        0 => (format!("{column}|lt"), value.into()),
        1 => (format!("{column}|lte"), value.into()),
        2 => (format!("{column}|gt"), value.into()),
        3 => (format!("{column}|gte"), value.into()),
        4 => (format!("{column}|neq"), value.into()),
        5 => (column.to_owned(), json!([value, 3])),
        6 => (column.to_owned(), value.to_string().into()),
        _ => (column.to_owned(), value.into()),
    }
}

fn address(
    random: &mut Random,
    column: impl Fn(&mut Random) -> &'static str,
    event: &Value,
) -> (String, Value) {
    let column = column(random);
    let value = event[column].as_str().unwrap();
    match random.below(6) {
        0 => (
            format!("{column}|cidr"),
            format!("{value}/{}", random.below(33)).into(),
        ),
        1 => (
            format!("{column}|cidr|neq"),
            json!([format!("{value}/24"), "2001:db8::/32"]),
        ),
        2 => (format!("{column}|startswith"), value[..4].into()),
        3 => (
            format!("{column}|endswith"),
            value[value.len() - 2..].into(),
        ),
        4 => (format!("{column}|neq"), value.into()),
        _ => (column.to_owned(), json!([value, "203.0.113.9"])),
    }
}

/// Some letters in the other case.
fn flipped(random: &mut Random, text: &str) -> String {
    text.chars()
        .map(|character| match character {
            _ if random.one_in(2) => character,
            'a'..='z' => character.to_ascii_uppercase(),
            'A'..='Z' => character.to_ascii_lowercase(),
            _ => character,
        })
        .collect()
}

/// Some characters of a text that stand beside each other.
fn part(random: &mut Random, text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    if characters.is_empty() {
        return "a".to_owned();
    }
    let start = random.below(characters.len());
    let length = 1 + random.below(6);
    characters.into_iter().skip(start).take(length).collect()
}

/// A text without wildcards, as Sigma writes it.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if matches!(character, '*' | '?' | '\\') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// A text with wildcards in place of some characters.
fn wildcards(random: &mut Random, text: &str) -> String {
    let mut written = String::new();
    for character in text.chars() {
        match random.below(10) {
            0 => written.push('*'),
            1 if character.is_ascii() => written.push('?'),
            _ => written += &escaped(&character.to_string()),
        }
    }
    written + *random.pick(&["", "*"])
}

/// A regular expression that finds the text, or something like it.
fn expression(random: &mut Random, text: &str) -> String {
    let mut written = String::new();
    for character in text.chars() {
        match random.below(12) {
            0 if character.is_ascii() => written.push('.'),
            1 if character.is_ascii_digit() => written += r"\d",
            2 if character.is_ascii_alphabetic() => written += "[a-zA-Z]",
            3 if character.is_ascii_alphabetic() => written += &format!("({character}|x)"),
            4 if character.is_ascii_alphanumeric() => written += &format!("{character}{{1,3}}"),
            5 if character == ' ' => written += r"\s",
            // `\<` and `\>` are word boundaries.
            _ if character.is_ascii_punctuation() && !"<>".contains(character) => {
                written += &format!("\\{character}");
            }
            _ => written.push(character),
        }
    }
    let start = *random.pick(&["", "", "^"]);
    let end = *random.pick(&["", "", "$"]);
    format!("{start}{written}{end}")
}
