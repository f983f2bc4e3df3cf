//! Parts of a URI as conditions on the columns `host` and `uri` of `http.log`.

use super::glob::{Glob, Token};

/// Conditions on columns, one of which must hold; all parts of one must.
pub(super) type Alternatives = Vec<Vec<ColumnCondition>>;

/// A condition on a column: its key with modifiers, and the values of which one must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ColumnCondition {
    pub(super) key: String,
    pub(super) values: Vec<String>,
}

impl ColumnCondition {
    /// The same with wildcards in place of the modifier that says where in the column a value is.
    pub(super) fn with_wildcards(&self) -> Self {
        const PLACES: [(&str, &str, &str); 3] = [
            ("|contains", "*", "*"),
            ("|startswith", "", "*"),
            ("|endswith", "*", ""),
        ];
        let place = PLACES.iter().find(|(place, ..)| self.key.contains(place));
        let Some((place, before, behind)) = place else {
            return self.clone();
        };
        let values = self.values.iter();
        Self {
            key: self.key.replace(place, ""),
            values: values
                .map(|value| format!("{before}{value}{behind}"))
                .collect(),
        }
    }
}

/// What precedes the host in a URL; Zeek sees no other.
const SCHEME: &str = "http://";

/// What a text of the field `field` is in `http.log`; `None` for a field that is none of the URI's.
pub(super) fn alternatives(field: &str, text: &Glob, cased: bool) -> Option<Alternatives> {
    Some(match field {
        "url" => of_url(text, cased),
        "original_uri" => vec![vec![like("uri", text, cased)]],
        "uri_stem" => vec![vec![of_stem(text, cased)]],
        "uri_query" => vec![vec![of_query(text, cased)]],
        "uri_extension" => {
            let regex = format!(r"^[^?]*\.{}(\?.*)?$", text.as_regex("[^?./]"));
            vec![vec![matching(regex, cased)]]
        }
        _ => return None,
    })
}

/// The path, without the query.
fn of_stem(text: &Glob, cased: bool) -> ColumnCondition {
    match text.0.as_slice() {
        [Token::Text(start), Token::Any] if !start.contains('?') => like("uri", text, cased),
        _ => matching(format!(r"^{}(\?.*)?$", text.as_regex("[^?]")), cased),
    }
}

/// What follows the first question mark.
fn of_query(text: &Glob, cased: bool) -> ColumnCondition {
    if text.0.first() == Some(&Token::Any) {
        let mark = [Token::Any, Token::Text("?".to_owned())];
        let whole = Glob::new(mark.into_iter().chain(text.0.iter().cloned()));
        return like("uri", &whole, cased);
    }
    matching(format!(r"^[^?]*\?{}$", text.as_regex(".")), cased)
}

/// The whole URL: scheme, host, path and query. A proxy is sent it as the URI; others are sent its parts.
fn of_url(text: &Glob, cased: bool) -> Alternatives {
    let mut alternatives = vec![vec![like("uri", text, cased)]];
    for (before, behind) in splits(text) {
        for host in hosts(&before) {
            let host = like("host", &host, cased);
            let uri = (!behind.is_anything()).then(|| like("uri", &behind, cased));
            let parts: Vec<ColumnCondition> = [host].into_iter().chain(uri).collect();
            if !alternatives.contains(&parts) {
                alternatives.push(parts);
            }
        }
    }
    alternatives
}

/// Where a URL can be split between its host and its path, which begins with a slash.
fn splits(text: &Glob) -> Vec<(Glob, Glob)> {
    let mut splits = Vec::new();
    for (place, token) in text.0.iter().enumerate() {
        let (before, behind) = (&text.0[..place], &text.0[place + 1..]);
        match token {
            Token::Text(own) => splits.extend(own.match_indices('/').map(|(slash, _)| {
                let (left, right) = own.split_at(slash);
                let left = before.iter().cloned().chain([Token::Text(left.to_owned())]);
                let right = [Token::Text(right.to_owned())].into_iter();
                (
                    Glob::new(left),
                    Glob::new(right.chain(behind.iter().cloned())),
                )
            })),
            Token::Any => splits.push((
                Glob::new(text.0[..=place].iter().cloned()),
                Glob::new(text.0[place..].iter().cloned()),
            )),
            Token::One => {}
        }
    }
    splits
}

/// What the host can be, where scheme and host together match. That any host goes is left out: the URI alone says it then.
fn hosts(text: &Glob) -> Vec<Glob> {
    let cut = |first: &str, rest: &[Token]| {
        let first = Token::Text(first.to_owned());
        Glob::new([first].into_iter().chain(rest.iter().cloned()))
    };
    let begins = |text: &str, with: &str| {
        let start = text.get(..with.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(with))
    };
    let mut found: Vec<Glob> = match text.0.as_slice() {
        [Token::Any, Token::Text(first), rest @ ..] => {
            let ends_of_scheme = (0..SCHEME.len()).map(|start| &SCHEME[start..]);
            let inside = ends_of_scheme.filter(|end| begins(first, end));
            let inside = inside.map(|end| cut(&first[end.len()..], rest));
            [text.clone()].into_iter().chain(inside).collect()
        }
        [Token::Text(first), rest @ ..] if begins(first, SCHEME) => {
            vec![cut(&first[SCHEME.len()..], rest)]
        }
        _ => Vec::new(),
    };
    found.retain(|host| {
        let is_anything = host.0.is_empty() || host.is_anything();
        !is_anything && host.texts().all(|text| !text.contains(['/', '?', '#']))
    });
    found
}

fn like(column: &str, text: &Glob, cased: bool) -> ColumnCondition {
    let (modifier, value) = text.as_sigma();
    let case = if cased { "|cased" } else { "" };
    ColumnCondition {
        key: format!("{column}{modifier}{case}"),
        values: vec![value],
    }
}

fn matching(regex: String, cased: bool) -> ColumnCondition {
    let case = if cased { "" } else { "|i" };
    ColumnCondition {
        key: format!("uri|re{case}"),
        values: vec![regex],
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn glob(text: &str) -> Glob {
        Glob::new(text.chars().map(|character| match character {
            '*' => Token::Any,
            '_' => Token::One,
            other => Token::Text(other.to_string()),
        }))
    }

    /// Each alternative as `key=value`, joined with `+`.
    fn said(field: &str, text: &str) -> Vec<String> {
        let alternatives = alternatives(field, &glob(text), false).unwrap();
        let said = alternatives.iter().map(|parts| {
            let parts: Vec<String> = parts
                .iter()
                .map(|part| format!("{}={}", part.key, part.values.join(",")))
                .collect();
            parts.join("+")
        });
        said.collect()
    }

    #[test]
    fn a_url_is_split_between_host_and_path() {
        assert_eq!(
            said("url", "*.paste.example/raw/*"),
            [
                "uri|contains=.paste.example/raw/",
                "host|endswith=.paste.example+uri|startswith=/raw/",
            ]
        );
        assert_eq!(
            said("url", "http://evil.example/*.exe"),
            [
                "uri=http://evil.example/*.exe",
                "host=evil.example+uri=/*.exe",
            ]
        );
        assert_eq!(
            said("url", "*evil*"),
            ["uri|contains=evil", "host|contains=evil"]
        );
        assert_eq!(
            said("url", "*://10.0.0.*"),
            [
                "uri|contains=://10.0.0.",
                // A port may be empty: RFC 3986, section 3.2.3.
                "host|endswith=:+uri|startswith=//10.0.0.",
                "host|startswith=10.0.0.",
            ]
        );
        assert_eq!(said("url", "*/gate.php"), ["uri|endswith=/gate.php"]);
    }

    #[test]
    fn parts_of_a_uri_stay_in_their_parts() {
        assert_eq!(said("original_uri", "*../*"), ["uri|contains=../"]);
        assert_eq!(said("uri_stem", "/admin/*"), ["uri|startswith=/admin/"]);
        assert_eq!(said("uri_stem", "*.php"), [r"uri|re|i=^[^?]*\.php(\?.*)?$"]);
        assert_eq!(said("uri_query", "*cmd=*"), [r"uri|contains=\?*cmd="]);
        assert_eq!(said("uri_query", "id=_"), [r"uri|re|i=^[^?]*\?id=.$"]);
        assert_eq!(
            said("uri_extension", "exe"),
            [r"uri|re|i=^[^?]*\.exe(\?.*)?$"]
        );
    }
}
