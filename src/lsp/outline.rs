//! The keys and values of a rule that is being written, line by line: YAML that need not be complete, or right.
//!
//! A parser says nothing of a file with half a key in it, and that is when an author asks. Indentation is enough to tell where
//! one is. What is checked and mended comes from the parser; this is for completion and hover alone.

use std::ops::Range;

/// One key or list item of a document, on its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OutlineEntry<'t> {
    /// The keys above it and, where it has one, its own. List items have no names and are left out.
    pub(super) path: Vec<&'t str>,
    /// Where its own key stands, without quotes.
    pub(super) key: Option<Range<usize>>,
    /// Where its value stands on the line, without a comment; empty where it has none there.
    pub(super) value: Range<usize>,
}

/// A document of a file.
#[derive(Debug)]
pub(super) struct Outline<'t> {
    pub(super) text: &'t str,
    pub(super) entries: Vec<OutlineEntry<'t>>,
}

/// What can be written where a cursor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spot {
    /// A key.
    Key,
    /// A value, or an item of a list.
    Value,
}

/// Where a cursor is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cursor<'t> {
    /// The keys above; in a value its own key, too.
    pub(super) path: Vec<&'t str>,
    pub(super) spot: Spot,
    /// The key or value that is being written, whole, without quotes.
    pub(super) token: Range<usize>,
}

/// What opens on a line, and at which column.
enum Opening<'t> {
    Item(usize),
    Key(usize, &'t str, Range<usize>),
}

impl Opening<'_> {
    fn column(&self) -> usize {
        match self {
            Self::Item(column) | Self::Key(column, ..) => *column,
        }
    }
}

/// The keys above a line, each with its column.
#[derive(Default)]
struct Above<'t>(Vec<(usize, &'t str)>);

impl<'t> Above<'t> {
    fn enter(&mut self, opening: &Opening<'t>) {
        match opening {
            // A list may stand in the column of its key.
            Opening::Item(column) => self.0.retain(|(known, _)| known <= column),
            Opening::Key(column, name, _) => {
                self.0.retain(|(known, _)| known < column);
                self.0.push((*column, name));
            }
        }
    }

    fn path(&self) -> Vec<&'t str> {
        self.0.iter().map(|(_, name)| *name).collect()
    }
}

impl<'t> Outline<'t> {
    /// The document around an offset in bytes.
    pub(super) fn around(text: &'t str, offset: usize) -> Self {
        let mut outline = Self {
            text,
            entries: Vec::new(),
        };
        let mut above = Above::default();
        let mut block: Option<usize> = None;
        for (span, line) in lines(text, document(text, offset)) {
            let indent = indent(line);
            if line.trim().is_empty() || block.is_some_and(|column| indent > column) {
                continue;
            }
            block = None;
            if line[indent..].starts_with('#') {
                continue;
            }
            let (openings, rest) = openings(line, span.start);
            for opening in &openings {
                above.enter(opening);
            }
            let value = value(text, rest..span.end);
            if let Some(Opening::Key(column, ..)) = openings.last()
                && text[value.clone()].starts_with(['|', '>'])
            {
                block = Some(*column);
            }
            let key = openings.iter().rev().find_map(|opening| match opening {
                Opening::Key(.., span) => Some(span.clone()),
                Opening::Item(_) => None,
            });
            outline.entries.push(OutlineEntry {
                path: above.path(),
                key,
                value,
            });
        }
        outline
    }

    /// What stands at a key's place: the texts of the values on its line and in the list below it, without quotes.
    pub(super) fn values(&self, path: &[&str]) -> Vec<&'t str> {
        let entries = self.entries.iter().filter(|entry| entry.path == path);
        let spans = entries.flat_map(|entry| scalars(self.text, entry.value.clone()));
        let texts = spans.map(|span| &self.text[span]);
        texts.filter(|text| !text.is_empty()).collect()
    }

    /// The value of a key, without quotes.
    pub(super) fn value(&self, path: &[&str]) -> Option<&'t str> {
        self.values(path).into_iter().next()
    }

    /// The keys right below a path, each once.
    pub(super) fn keys(&self, path: &[&str]) -> Vec<&'t str> {
        let mut keys = Vec::new();
        for entry in &self.entries {
            let is_below = entry.path.iter().zip(path).all(|(one, other)| one == other);
            if let Some(key) = entry.path.get(path.len()).filter(|_| is_below)
                && !keys.contains(key)
            {
                keys.push(*key);
            }
        }
        keys
    }
}

impl<'t> Cursor<'t> {
    /// Where an offset is; nowhere in comments and in blocks of text.
    pub(super) fn at(text: &'t str, offset: usize) -> Option<Self> {
        let mut above = Above::default();
        let mut block: Option<usize> = None;
        for (span, line) in lines(text, document(text, offset)) {
            let is_here = span.start <= offset && offset <= span.end;
            let column = match line.trim().is_empty() {
                true if is_here => offset - span.start,
                true => continue,
                false => indent(line),
            };
            if block.is_some_and(|block| column > block) {
                if is_here {
                    return None;
                }
                continue;
            }
            block = None;
            if is_here {
                return Self::on_line(text, above, (span, line), offset);
            }
            if line[column..].starts_with('#') {
                continue;
            }
            let (openings, rest) = openings(line, span.start);
            for opening in &openings {
                above.enter(opening);
            }
            let begins_block = text[rest..span.end].starts_with(['|', '>']);
            if let (Some(Opening::Key(column, ..)), true) = (openings.last(), begins_block) {
                block = Some(*column);
            }
        }
        None
    }

    fn on_line(
        text: &'t str,
        mut above: Above<'t>,
        (span, line): (Range<usize>, &'t str),
        offset: usize,
    ) -> Option<Self> {
        if line.trim().is_empty() {
            above.0.retain(|(column, _)| *column < offset - span.start);
            return Some(Self {
                path: above.path(),
                spot: Spot::Key,
                token: offset..offset,
            });
        }
        let (openings, rest) = openings(line, span.start);
        let mut in_item = false;
        for opening in &openings {
            let start = span.start + opening.column();
            if offset < start {
                return None;
            }
            if let Opening::Key(column, _, key) = opening
                && offset <= key.end
            {
                above.0.retain(|(known, _)| known < column);
                return Some(Self {
                    path: above.path(),
                    spot: Spot::Key,
                    token: key.clone(),
                });
            }
            in_item |= matches!(opening, Opening::Item(_));
            above.enter(opening);
        }
        let value = value(text, rest..span.end);
        if offset > value.end && !text[value.end..offset].trim().is_empty() {
            return None;
        }
        let has_key = matches!(openings.last(), Some(Opening::Key(..)));
        if !has_key && !in_item {
            let column = rest - span.start;
            above.0.retain(|(known, _)| *known < column);
        }
        let spot = if has_key || in_item {
            Spot::Value
        } else {
            Spot::Key
        };
        if let Some(inner) = text[value.clone()].strip_prefix('{') {
            return Self::in_flow_mapping(text, above, value.end - inner.len(), offset);
        }
        let mut parts = scalars(text, value.start..value.end.max(offset)).into_iter();
        let token = parts.find(|part| part.start <= offset && offset <= part.end);
        Some(Self {
            path: above.path(),
            spot,
            token: token.unwrap_or(offset..offset),
        })
    }

    /// In `{ key: value, key: value }`, on one line.
    fn in_flow_mapping(
        text: &'t str,
        above: Above<'t>,
        start: usize,
        offset: usize,
    ) -> Option<Self> {
        let before = text.get(start..offset)?;
        let part = start + before.rfind(',').map_or(0, |comma| comma + 1);
        let rest = text[offset..].find([',', '}', '\n', '\r']);
        let end = offset + rest.unwrap_or(text.len() - offset);
        let mut path = above.path();
        let (spot, span) = match text[part..offset].split_once(':') {
            Some((key, _)) => {
                path.push(key.trim());
                (Spot::Value, part + key.len() + 1..end)
            }
            None => {
                let key = text[part..end].split(':').next().unwrap_or_default();
                (Spot::Key, part..part + key.len())
            }
        };
        Some(Self {
            path,
            spot,
            token: unquoted(text, trimmed(text, span)),
        })
    }

    /// The part of the token before the cursor.
    pub(super) fn typed(&self, text: &'t str, offset: usize) -> &'t str {
        text.get(self.token.start..offset.max(self.token.start))
            .unwrap_or_default()
    }
}

/// The bytes of the document around an offset: between lines of `---`.
fn document(text: &str, offset: usize) -> Range<usize> {
    let is_separator = |line: &str| line.trim_end() == "---" || line.starts_with("--- ");
    let mut start = 0;
    for (span, line) in lines(text, 0..text.len()) {
        if is_separator(line) {
            if span.start > offset {
                return start..span.start;
            }
            start = (span.end + 1).min(text.len());
        }
    }
    start..text.len()
}

/// Lines, without their ends.
fn lines(text: &str, range: Range<usize>) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut start = range.start;
    let mut rest = Some(&text[range]);
    std::iter::from_fn(move || {
        let (line, after) = match rest?.split_once('\n') {
            Some((line, after)) => (line, Some(after)),
            None => (rest?, None),
        };
        let at = start;
        start += line.len() + 1;
        rest = after;
        let line = line.strip_suffix('\r').unwrap_or(line);
        Some((at..at + line.len(), line))
    })
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The items and the key that open on a line, and the offset behind them.
fn openings(line: &str, start: usize) -> (Vec<Opening<'_>>, usize) {
    let mut openings = Vec::new();
    let mut column = indent(line);
    while let Some(rest) = line[column..].strip_prefix('-')
        && (rest.is_empty() || rest.starts_with(' '))
    {
        openings.push(Opening::Item(column));
        column = line.len() - rest.trim_start_matches(' ').len();
    }
    let rest = &line[column..];
    let quote = rest.chars().next().filter(|c| ['\'', '"'].contains(c));
    let name_end = match quote {
        Some(quote) => rest[1..].find(quote).map(|end| end + 1),
        None => rest.match_indices(':').map(|(at, _)| at).find(|at| {
            let after = &rest[at + 1..];
            after.is_empty() || after.starts_with(' ')
        }),
    };
    let Some(name_end) = name_end else {
        return (openings, start + column);
    };
    let name_start = usize::from(quote.is_some());
    let after = &rest[name_end + name_start..];
    let Some(value) = after.strip_prefix(':') else {
        return (openings, start + column);
    };
    if rest.starts_with(['#', '{', '[']) {
        return (openings, start + column);
    }
    let span = start + column + name_start..start + column + name_end;
    openings.push(Opening::Key(column, &rest[name_start..name_end], span));
    let value_start = line.len() - value.trim_start_matches(' ').len();
    (openings, start + value_start)
}

/// A value without the comment behind it and blanks around it.
fn value(text: &str, span: Range<usize>) -> Range<usize> {
    let value = &text[span.clone()];
    let quote = value.chars().next().filter(|c| ['\'', '"'].contains(c));
    let closed = quote.and_then(|quote| value[1..].find(quote).map(|end| end + 2));
    let from = closed.unwrap_or(0);
    let comment = if value.starts_with('#') {
        Some(0)
    } else {
        value[from..].find(" #").map(|at| from + at)
    };
    let end = span.start + comment.unwrap_or(value.len());
    trimmed(text, span.start..end)
}

fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let part = &text[span.clone()];
    let start = span.start + (part.len() - part.trim_start().len());
    start..start + part.trim().len()
}

fn unquoted(text: &str, span: Range<usize>) -> Range<usize> {
    let part = &text[span.clone()];
    let Some(quote) = part.chars().next().filter(|c| ['\'', '"'].contains(c)) else {
        return span;
    };
    let start = span.start + 1;
    let is_closed = part.len() > 1 && part.ends_with(quote);
    start..span.end - usize::from(is_closed)
}

/// The scalars of a value on a line: itself, or the items between brackets.
fn scalars(text: &str, span: Range<usize>) -> Vec<Range<usize>> {
    let part = &text[span.clone()];
    let Some(inner) = part.strip_prefix('[') else {
        return vec![unquoted(text, span)];
    };
    let inner = inner.strip_suffix(']').unwrap_or(inner);
    let mut start = span.start + 1;
    let items = inner.split(',').map(|item| {
        let item_span = start..start + item.len();
        start += item.len() + 1;
        unquoted(text, trimmed(text, item_span))
    });
    items.collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const RULE: &str = "\
title: One
---
title: 'Two' # said
tags: [attack.t1053.005, 'attack.execution']
description: |
    detection:
        not: this
logsource: { product: zeek, service: dce_rpc }
detection:
    selection:
    -   endpoint: svcctl
        operation|contains:
            - 'CreateService'
            - Start
    'odd key': x
    condition: selection
";

    /// What a `^` in a text points at: the path, the spot and the token.
    fn at(marked: &str) -> Option<(String, Spot, String)> {
        let offset = marked.find('^').unwrap();
        let text = marked.replacen('^', "", 1);
        let cursor = Cursor::at(&text, offset)?;
        let token = text[cursor.token.clone()].to_owned();
        Some((cursor.path.join("/"), cursor.spot, token))
    }

    fn key(path: &str, token: &str) -> Option<(String, Spot, String)> {
        Some((path.to_owned(), Spot::Key, token.to_owned()))
    }

    fn value_of(path: &str, token: &str) -> Option<(String, Spot, String)> {
        Some((path.to_owned(), Spot::Value, token.to_owned()))
    }

    #[test]
    fn a_document_has_its_own_keys_and_values() {
        let outline = Outline::around(RULE, RULE.find("svcctl").unwrap());
        assert_eq!(outline.value(&["title"]), Some("Two"));
        assert_eq!(
            outline.values(&["tags"]),
            ["attack.t1053.005", "attack.execution"]
        );
        let operation = ["detection", "selection", "operation|contains"];
        assert_eq!(outline.values(&operation), ["CreateService", "Start"]);
        assert_eq!(
            outline.keys(&["detection"]),
            ["selection", "odd key", "condition"]
        );
        assert_eq!(Outline::around(RULE, 0).value(&["title"]), Some("One"));
    }

    #[test]
    fn a_cursor_knows_the_keys_above_it() {
        let put = |before: &str| RULE.replacen(before, &format!("{before}^"), 1);
        let selection = "detection/selection";
        assert_eq!(at(&put("Tw")), value_of("title", "Two"));
        assert_eq!(
            at(&put("attack.exec")),
            value_of("tags", "attack.execution")
        );
        assert_eq!(at(&put("logso")), key("", "logsource"));
        assert_eq!(at(&put("servi")), key("logsource", "service"));
        assert_eq!(at(&put("dce_")), value_of("logsource/service", "dce_rpc"));
        assert_eq!(at(&put("endp")), key(selection, "endpoint"));
        assert_eq!(
            at(&put("svc")),
            value_of("detection/selection/endpoint", "svcctl")
        );
        let operation = "detection/selection/operation|contains";
        assert_eq!(at(&put("CreateS")), value_of(operation, "CreateService"));
        assert_eq!(at(&put("odd k")), key("detection", "odd key"));
        for nothing in ["not: th", "# sa"] {
            assert_eq!(at(&put(nothing)), None, "{nothing}");
        }
    }

    #[test]
    fn a_cursor_in_what_is_not_written_yet_has_a_place() {
        let after = |text: &str| at(&format!("{RULE}{text}"));
        assert_eq!(after("le^"), key("", "le"));
        assert_eq!(after("    ^"), key("detection", ""));
        assert_eq!(after("    filter:\n        ^"), key("detection/filter", ""));
        assert_eq!(
            after("    filter:\n        uri|^"),
            key("detection/filter", "uri|")
        );
        assert_eq!(
            after("    filter:\n        uri|con^: x"),
            key("detection/filter", "uri|con")
        );
        assert_eq!(after("level: ^"), value_of("level", ""));
        assert_eq!(after("level: '^"), value_of("level", ""));
        assert_eq!(after("tags:\n- att^"), value_of("tags", "att"));
        assert_eq!(after("tags:\n    - ^"), value_of("tags", ""));
        assert_eq!(after("tags: [a, ^"), value_of("tags", ""));
        assert_eq!(after("zeek: { rai^"), key("zeek", "rai"));
        assert_eq!(
            after("zeek: { raise_on: ^ }"),
            value_of("zeek/raise_on", "")
        );
    }

    #[test]
    fn no_place_of_no_text_is_too_odd() {
        let texts = [
            RULE,
            "",
            "-",
            "- -",
            "':",
            "a: {",
            "a: {b",
            "a: [",
            "a: [,'",
            "ü: 'ü\r\n- \"é",
            "---\n---\n--- x",
            ":",
            "- : :",
            "a: | #\n  b\n c\n",
        ];
        for text in texts {
            for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
                let outline = Outline::around(text, offset);
                for entry in &outline.entries {
                    let _ = outline.values(&entry.path);
                }
                if let Some(cursor) = Cursor::at(text, offset) {
                    let _ = cursor.typed(text, offset);
                    assert!(
                        text.get(cursor.token.clone()).is_some(),
                        "{text:?} {offset}"
                    );
                }
            }
        }
    }
}
