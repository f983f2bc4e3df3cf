//! YAML with places: a file as a tree of nodes, each of which knows its bytes in the text.
//!
//! `serde_yaml` forgets where a value stood, and a finding without a line is of no use. The tree is bounded in depth and
//! size, aliases included, so that no file can make it explode.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Span, Tag};

use crate::finding::{Code, Finding, Place, Source};

/// How deep collections may nest in a file. Real rules stay below ten.
const MAX_DEPTH: usize = 32;
/// How many nodes a file may hold after its aliases are expanded. The largest rule of SigmaHQ has about 3,000.
const MAX_NODES: usize = 100_000;
/// How many bytes of text anchors and aliases may repeat.
const MAX_REPEATED_BYTES: usize = 1024 * 1024;

/// One value of a YAML document.
#[derive(Debug, Clone)]
pub struct Node {
    /// Byte offsets into the file's text.
    pub span: Range<usize>,
    /// The value itself.
    pub kind: NodeKind,
}

/// What a [`Node`] is.
#[derive(Debug, Clone)]
pub enum NodeKind {
    /// A string, number, boolean or null.
    Scalar(YamlScalar),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values in the order of the file.
    Mapping(Vec<Entry>),
}

/// A scalar as it was written.
#[derive(Debug, Clone)]
pub struct YamlScalar {
    /// The text after YAML's own unescaping.
    pub text: String,
    /// Whether it was written without quotes, so that it may be a number, a boolean or null.
    pub plain: bool,
}

/// One key of a mapping with its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key, which is a scalar.
    pub key: String,
    /// Where the key stands.
    pub key_span: Range<usize>,
    /// The value.
    pub value: Node,
}

impl Node {
    /// What the node is, for messages.
    pub fn describe(&self) -> &'static str {
        match &self.kind {
            NodeKind::Sequence(_) => "a list",
            NodeKind::Mapping(_) => "a mapping",
            NodeKind::Scalar(scalar) => match scalar.value() {
                serde_yaml::Value::Null => "null",
                serde_yaml::Value::Bool(_) => "a boolean",
                serde_yaml::Value::Number(_) => "a number",
                _ => "a string",
            },
        }
    }

    /// The keys and values of a mapping; anything else has none.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            NodeKind::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; anything else is its own only item.
    pub fn items(&self) -> &[Node] {
        match &self.kind {
            NodeKind::Sequence(items) => items,
            _ => std::slice::from_ref(self),
        }
    }
}

impl YamlScalar {
    /// The scalar's typed value after YAML's core schema; quoted scalars are always strings.
    pub fn value(&self) -> serde_yaml::Value {
        if self.plain && may_be_typed(&self.text) {
            serde_yaml::from_str(&self.text)
                .unwrap_or_else(|_| serde_yaml::Value::String(self.text.clone()))
        } else {
            serde_yaml::Value::String(self.text.clone())
        }
    }
}

/// Whether a plain scalar can be anything but a string, which saves a parser run for most.
fn may_be_typed(text: &str) -> bool {
    const WORDS: [&str; 3] = ["null", "true", "false"];
    let bytes = text.as_bytes();
    // In numbers, hyphens stand at the beginning and in the exponent; in identifiers and dates elsewhere, too.
    let has_other_hyphen = || {
        let mut pairs = bytes.windows(2);
        pairs.any(|pair| pair[1] == b'-' && !pair[0].eq_ignore_ascii_case(&b'e'))
    };
    match bytes.first() {
        None => true,
        Some(b'n' | b'N' | b't' | b'T' | b'f' | b'F') => {
            WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
        }
        Some(b'0'..=b'9' | b'+' | b'-' | b'.') => !has_other_hyphen(),
        Some(first) => *first == b'~',
    }
}

/// The documents of a file.
///
/// # Errors
///
/// One finding: a syntax error or an unknown tag (`E104`), a key given twice (`E106`), or nesting and aliases beyond the bounds
/// (`E105`).
pub fn parse(source: &Arc<Source>) -> Result<Vec<Node>, Box<Finding>> {
    YamlReader::new(source).documents()
}

/// A collection that is still open.
enum Open {
    Sequence(Vec<Node>),
    Mapping(Vec<Entry>, Option<(String, Range<usize>)>),
}

struct ParserFrame {
    open: Open,
    start: usize,
    anchor: usize,
}

struct YamlReader<'a> {
    source: &'a Arc<Source>,
    offsets: Offsets<'a>,
    frames: Vec<ParserFrame>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
    /// Bytes of text that are held more than once because of anchors and aliases.
    repeated_bytes: usize,
}

impl<'a> YamlReader<'a> {
    fn new(source: &'a Arc<Source>) -> Self {
        Self {
            source,
            offsets: Offsets::new(&source.text),
            frames: Vec::new(),
            anchors: HashMap::new(),
            nodes: 0,
            repeated_bytes: 0,
        }
    }

    fn documents(mut self) -> Result<Vec<Node>, Box<Finding>> {
        let source = Arc::clone(self.source);
        let mut documents = Vec::new();
        for event in Parser::new_from_str(&source.text) {
            let (event, span) = event.map_err(|error| self.syntax(&error))?;
            if let Some(document) = self.event(event, span)? {
                documents.push(document);
            }
        }
        Ok(documents)
    }

    /// Takes one event; returns the document that it completes.
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<Option<Node>, Box<Finding>> {
        let place = self.offsets.range(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let scalar = YamlScalar {
                    text: text.into_owned(),
                    plain: style == ScalarStyle::Plain,
                };
                let node = Node {
                    span: self.scalar_span(self.without_properties(place.clone()), style),
                    kind: NodeKind::Scalar(self.tagged(scalar, tag.as_deref(), &place)?),
                };
                self.complete(node, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                self.check_tag(tag.as_deref(), "seq", &place)?;
                self.open(Open::Sequence(Vec::new()), place, anchor)
            }
            Event::MappingStart(anchor, tag) => {
                self.check_tag(tag.as_deref(), "map", &place)?;
                self.open(Open::Mapping(Vec::new(), None), place, anchor)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(place),
            Event::Alias(anchor) => self.alias(anchor, place),
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(None),
        }
    }

    fn open(
        &mut self,
        open: Open,
        place: Range<usize>,
        anchor: usize,
    ) -> Result<Option<Node>, Box<Finding>> {
        if self.frames.len() == MAX_DEPTH {
            return Err(self.too_deep(place));
        }
        self.frames.push(ParserFrame {
            open,
            start: place.start,
            anchor,
        });
        Ok(None)
    }

    fn close(&mut self, place: Range<usize>) -> Result<Option<Node>, Box<Finding>> {
        let Some(frame) = self.frames.pop() else {
            return Ok(None);
        };
        let (kind, end) = match frame.open {
            Open::Sequence(items) => {
                let end = items.last().map_or(place.end, |item| item.span.end);
                (NodeKind::Sequence(items), end)
            }
            Open::Mapping(entries, _) => {
                self.check_keys(&entries)?;
                let end = entries
                    .last()
                    .map_or(place.end, |entry| entry.value.span.end);
                (NodeKind::Mapping(self.merged(entries)?), end)
            }
        };
        let node = Node {
            span: frame.start..end.max(frame.start),
            kind,
        };
        self.complete(node, frame.anchor)
    }

    fn alias(&mut self, anchor: usize, place: Range<usize>) -> Result<Option<Node>, Box<Finding>> {
        let Some(node) = self.anchors.get(&anchor).cloned() else {
            let help = "an alias can stand only after the end of what it names";
            let message = "alias names a value that is not complete yet";
            return Err(self.finding(Code::YamlSyntax, place, message, help));
        };
        self.repeat(&node, &place)?;
        self.complete(node, 0)
    }

    /// Counts a copy of a node against the file's bounds.
    fn repeat(&mut self, node: &Node, place: &Range<usize>) -> Result<(), Box<Finding>> {
        let (nodes, bytes) = measure(node);
        self.nodes += nodes;
        self.repeated_bytes += bytes;
        if self.nodes <= MAX_NODES && self.repeated_bytes <= MAX_REPEATED_BYTES {
            return Ok(());
        }
        Err(self.too_many(place.clone()))
    }

    fn too_deep(&self, place: Range<usize>) -> Box<Finding> {
        let message = format!("collections nest more than {MAX_DEPTH} deep");
        let help = "write it flatter; text that begins with `[` or `{` needs quotes";
        self.finding(Code::YamlTooComplex, place, message, help)
    }

    fn too_many(&self, place: Range<usize>) -> Box<Finding> {
        let message = format!(
            "file comes to more than {MAX_NODES} values, or its aliases to more than {MAX_REPEATED_BYTES} bytes"
        );
        let help = "split the rule, or write out what the aliases multiply";
        self.finding(Code::YamlTooComplex, place, message, help)
    }

    /// Puts a finished node where it belongs: under its parent, or out as a document.
    fn complete(&mut self, node: Node, anchor: usize) -> Result<Option<Node>, Box<Finding>> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(self.too_many(node.span));
        }
        if anchor != 0 {
            self.repeat(&node, &node.span)?;
            self.anchors.insert(anchor, node.clone());
        }
        let Some(frame) = self.frames.last_mut() else {
            return Ok(Some(node));
        };
        match &mut frame.open {
            Open::Sequence(items) => items.push(node),
            Open::Mapping(entries, pending) => match pending.take() {
                Some((key, key_span)) => entries.push(Entry {
                    key,
                    key_span,
                    value: node,
                }),
                None => *pending = Some(Self::key(self.source, node)?),
            },
        }
        Ok(None)
    }

    /// A mapping's key: a scalar.
    fn key(source: &Arc<Source>, node: Node) -> Result<(String, Range<usize>), Box<Finding>> {
        let NodeKind::Scalar(scalar) = node.kind else {
            let message = "a mapping's key is a list or a mapping";
            let finding = Finding::new(Code::YamlSyntax, Place::new(source, &node.span), message);
            return Err(Box::new(finding.help(
                "keys are plain strings; text that begins with `{` or `[` needs quotes",
            )));
        };
        Ok((scalar.text, node.span))
    }

    /// A scalar as its tag has it: `!!str` makes a text of what looks like a number.
    fn tagged(
        &self,
        scalar: YamlScalar,
        tag: Option<&Tag>,
        place: &Range<usize>,
    ) -> Result<YamlScalar, Box<Finding>> {
        let Some(tag) = tag else {
            return Ok(scalar);
        };
        let fits = match (core_tag(tag), scalar.value()) {
            (Some("str"), _) => {
                return Ok(YamlScalar {
                    plain: false,
                    ..scalar
                });
            }
            (Some("int" | "float"), serde_yaml::Value::Number(_))
            | (Some("bool"), serde_yaml::Value::Bool(_))
            | (Some("null"), serde_yaml::Value::Null) => true,
            _ => false,
        };
        if fits {
            return Ok(scalar);
        }
        Err(self.wrong_tag(tag, place))
    }

    /// Refuses a collection's tag that makes something else of it.
    fn check_tag(
        &self,
        tag: Option<&Tag>,
        own: &str,
        place: &Range<usize>,
    ) -> Result<(), Box<Finding>> {
        match tag {
            Some(tag) if core_tag(tag) != Some(own) => Err(self.wrong_tag(tag, place)),
            _ => Ok(()),
        }
    }

    fn wrong_tag(&self, tag: &Tag, place: &Range<usize>) -> Box<Finding> {
        let written = &self.source.text[place.clone()];
        let end = written.find(char::is_whitespace).unwrap_or(written.len());
        let message = match core_tag(tag) {
            Some(name) => format!("the value is none of the tag `!!{name}`"),
            None => format!(
                "`{}` is a tag, and rules have none of their own",
                &written[..end]
            ),
        };
        let help = "leave the tag out; put text that begins with `!` in quotes";
        let span = place.start..place.start + end;
        self.finding(Code::YamlSyntax, span, message, help)
    }

    /// A node's place without the tag and the anchor before it.
    fn without_properties(&self, place: Range<usize>) -> Range<usize> {
        let mut start = place.start;
        loop {
            let text = &self.source.text[start..place.end];
            if !text.starts_with(['!', '&']) {
                return start..place.end;
            }
            let property = text.find(char::is_whitespace).unwrap_or(text.len());
            let rest = &text[property..];
            start += property + (rest.len() - rest.trim_start().len());
        }
    }

    /// A mapping with the keys of others that `<<` merges into it; its own come first, then those of the mapping that is
    /// named first (YAML 1.1, <https://yaml.org/type/merge.html>).
    fn merged(&self, mut entries: Vec<Entry>) -> Result<Vec<Entry>, Box<Finding>> {
        let Some(at) = entries.iter().position(|entry| entry.key == "<<") else {
            return Ok(entries);
        };
        let merge = entries.remove(at);
        let others = match &merge.value.kind {
            NodeKind::Sequence(items) => items.as_slice(),
            _ => std::slice::from_ref(&merge.value),
        };
        for other in others {
            let NodeKind::Mapping(more) = &other.kind else {
                let message = format!("`<<` merges mappings, and this is {}", other.describe());
                let help = "name an anchor of a mapping, such as `<<: *common`";
                return Err(self.finding(Code::YamlSyntax, merge.key_span, message, help));
            };
            for entry in more {
                if !entries.iter().any(|own| own.key == entry.key) {
                    entries.push(entry.clone());
                }
            }
        }
        Ok(entries)
    }

    /// Refuses a mapping that has a key twice.
    fn check_keys(&self, entries: &[Entry]) -> Result<(), Box<Finding>> {
        let mut seen: BTreeMap<&str, &Entry> = BTreeMap::new();
        for entry in entries {
            if let Some(first) = seen.insert(&entry.key, entry) {
                let message = format!("key `{}` is given twice", entry.key);
                let help = "keep one of the two; two texts that must both be in a field are a list under `|all`";
                let finding = self
                    .finding(Code::DuplicateKey, entry.key_span.clone(), message, help)
                    .related(Place::new(self.source, &first.key_span), "first given here");
                return Err(Box::new(finding));
            }
        }
        Ok(())
    }

    fn syntax(&self, error: &ScanError) -> Box<Finding> {
        let start = self.offsets.byte(error.marker());
        // The parser's look-ahead has a bound of its own.
        if error.info().contains("recursion limit") {
            return self.too_deep(start..start);
        }
        let (message, help) = in_plain_words(error.info());
        self.finding(Code::YamlSyntax, start..start, message, help)
    }

    fn finding(
        &self,
        code: Code,
        span: Range<usize>,
        message: impl Into<String>,
        help: &str,
    ) -> Box<Finding> {
        let source = Arc::clone(self.source);
        Box::new(Finding::new(code, Place { source, span }, message).help(help))
    }

    /// The bytes of a scalar itself. The parser's span reaches to the next token, over comments and white space.
    fn scalar_span(&self, span: Range<usize>, style: ScalarStyle) -> Range<usize> {
        let text = &self.source.text[span.clone()];
        let length = match style {
            ScalarStyle::SingleQuoted => quoted_length(text, b'\'', b'\''),
            ScalarStyle::DoubleQuoted => quoted_length(text, b'"', b'\\'),
            ScalarStyle::Plain => text.find(" #").unwrap_or(text.len()),
            ScalarStyle::Literal | ScalarStyle::Folded => text.len(),
        };
        span.start..span.start + text[..length].trim_end().len()
    }
}

/// The name of a tag of YAML's own, such as `str` for `!!str`; `!` alone says that a scalar is a text.
fn core_tag(tag: &Tag) -> Option<&str> {
    const CORE: &str = "tag:yaml.org,2002:";
    match (tag.handle.as_str(), tag.suffix.as_str()) {
        (CORE, name) => Some(name),
        ("", "!") => Some("str"),
        ("", name) => name.strip_prefix(CORE),
        _ => None,
    }
}

/// What a syntax error means to somebody who writes a rule, and what to look at.
fn in_plain_words(info: &str) -> (String, &'static str) {
    const WORDS: &[(&str, &str, &str)] = &[
        (
            "expected key",
            "this line is neither a key of the mapping above nor indented as a part of it",
            "align it with the keys that it belongs to; text that begins with a quote must end with it",
        ),
        (
            "expected '-' indicator",
            "this line is no item of the list above",
            "begin it with `- `, or indent it as its neighbours are",
        ),
        (
            "mapping values are not allowed",
            "this `:` stands inside of the text that began before it",
            "put text that holds `: ` in quotes; a key of its own begins where its neighbours begin",
        ),
        (
            "block sequence entries are not allowed",
            "a list cannot begin here",
            "begin the list on a line of its own",
        ),
        (
            "indentation in quoted scalar",
            "text in quotes does not end here, and its next line is not indented",
            "close it with the quote that it began with",
        ),
        (
            "quoted scalar, found unexpected end",
            "text in quotes does not end",
            "close it with the quote that it began with",
        ),
        (
            "quoted scalar, found unexpected document indicator",
            "text in quotes does not end before the next document",
            "close it with the quote that it began with",
        ),
        (
            "unknown escape character",
            "there is no such escape in double quotes",
            "use single quotes, in which a backslash is just a backslash",
        ),
        (
            "hexadecimal number",
            "an escape in double quotes lacks a hexadecimal digit",
            "use single quotes, in which a backslash is just a backslash",
        ),
        (
            "invalid Unicode character escape",
            "an escape in double quotes is no character",
            "use single quotes, in which a backslash is just a backslash",
        ),
        (
            "trailing content after double-quoted",
            "text goes on behind its closing quote",
            "put quotes around all of it, and write a quote inside of single quotes twice",
        ),
        (
            "tab",
            "there is a tab where YAML needs spaces",
            "indent with spaces",
        ),
        (
            "unknown anchor",
            "alias names an anchor that is not above it",
            "put text that begins with `*` in quotes",
        ),
        (
            "anchor or alias",
            "`*` or `&` begins an alias or an anchor, and has no name",
            "put text that begins with `*` or `&` in quotes",
        ),
        (
            "while scanning a tag",
            "`!` begins a tag",
            "put text that begins with `!` in quotes",
        ),
        (
            "while parsing a tag",
            "`!` begins a tag",
            "put text that begins with `!` in quotes",
        ),
        (
            "the handle wasn't declared",
            "`!` begins a tag",
            "put text that begins with `!` in quotes",
        ),
        (
            "flow mapping",
            "mapping in braces does not end, or lacks a comma",
            "close it with `}`; text that begins with `{` needs quotes",
        ),
        (
            "flow sequence",
            "list in brackets does not end, or lacks a comma",
            "close it with `]`; text that begins with `[` needs quotes",
        ),
        (
            "bracket",
            "a bracket or a brace closes nothing",
            "put text with brackets in quotes",
        ),
        (
            "unexpected character",
            "this character cannot begin a text",
            "put the text in quotes",
        ),
        (
            "indentation",
            "the line is not indented as it should be",
            "indent it as its neighbours are",
        ),
    ];
    let known = WORDS.iter().find(|(part, ..)| info.contains(part));
    match known {
        Some((_, message, help)) => ((*message).to_owned(), help),
        None => (
            "the file is not YAML from here on".to_owned(),
            "check the indentation and the quotes around it",
        ),
    }
}

/// The length of a quoted scalar, with its quotes. `escape` and the byte behind it stand for a character; where it is the
/// quote itself, only a second quote makes it one.
fn quoted_length(text: &str, quote: u8, escape: u8) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        let escapes = *byte == escape && (escape != quote || bytes.get(at + 1) == Some(&quote));
        if escapes {
            at += 2;
        } else if *byte == quote {
            return at + 1;
        } else {
            at += 1;
        }
    }
    text.len()
}

/// How many nodes a tree has, and how many bytes of text.
fn measure(node: &Node) -> (usize, usize) {
    let add = |(nodes, bytes): (usize, usize), (more_nodes, more_bytes): (usize, usize)| {
        (nodes + more_nodes, bytes + more_bytes)
    };
    match &node.kind {
        NodeKind::Scalar(scalar) => (1, scalar.text.len()),
        NodeKind::Sequence(items) => items.iter().map(measure).fold((1, 0), add),
        NodeKind::Mapping(entries) => entries
            .iter()
            .map(|entry| add((1, entry.key.len()), measure(&entry.value)))
            .fold((1, 0), add),
    }
}

/// Turns the parser's character positions into byte offsets.
struct Offsets<'a> {
    text: &'a str,
    /// Byte offset of each character; empty where every character is one byte.
    bytes: Vec<usize>,
}

impl<'a> Offsets<'a> {
    fn new(text: &'a str) -> Self {
        let bytes = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().map(|(offset, _)| offset).collect()
        };
        Self { text, bytes }
    }

    fn byte(&self, marker: &Marker) -> usize {
        let offset = if self.bytes.is_empty() {
            marker.index()
        } else {
            let end = self.text.len();
            self.bytes.get(marker.index()).copied().unwrap_or(end)
        };
        offset.min(self.text.len())
    }

    fn range(&self, span: Span) -> Range<usize> {
        let start = self.byte(&span.start);
        start..self.byte(&span.end).max(start)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    fn source(text: &str) -> Arc<Source> {
        Arc::new(Source {
            path: "rule.yml".into(),
            text: text.to_owned(),
        })
    }

    fn entries(text: &str) -> (Arc<Source>, Vec<Entry>) {
        let source = source(text);
        let mut documents = parse(&source).unwrap();
        assert_eq!(documents.len(), 1);
        let NodeKind::Mapping(entries) = documents.remove(0).kind else {
            panic!("not a mapping");
        };
        (source, entries)
    }

    #[test]
    fn spans_are_bytes_even_behind_wide_characters() {
        let (source, entries) = entries("title: Zürich – é\nuri|contains: 'ä b'\n");
        assert_eq!(&source.text[entries[0].value.span.clone()], "Zürich – é");
        assert_eq!(&source.text[entries[1].key_span.clone()], "uri|contains");
        assert_eq!(&source.text[entries[1].value.span.clone()], "'ä b'");
    }

    #[test]
    fn only_plain_scalars_are_typed() {
        let (_, entries) = entries("a: 1\nb: '1'\nc: null\nd: 1.5\ne: yes\nf: true\ng:\n");
        let values: Vec<String> = entries
            .iter()
            .map(|entry| entry.value.describe().to_owned())
            .collect();
        let expected = [
            "a number",
            "a string",
            "null",
            "a number",
            "a string",
            "a boolean",
            "null",
        ];
        assert_eq!(values, expected);
    }

    #[test]
    fn a_block_scalar_ends_with_its_text() {
        let (source, entries) = entries("description: |\n    one\n    two\n\n\nlevel: low\n");
        assert!(source.text[entries[0].value.span.clone()].ends_with("two"));
    }

    #[test]
    fn a_scalar_ends_before_its_comment() {
        let text = "a: 'it''s' # one\nb: \"x\\\"#\" # two\nc: plain text # three\nd:\n    - 1 # four\n    - 2\n";
        let (source, entries) = entries(text);
        let raw = |node: &Node| source.text[node.span.clone()].to_owned();
        assert_eq!(raw(&entries[0].value), "'it''s'");
        assert_eq!(raw(&entries[1].value), "\"x\\\"#\"");
        assert_eq!(raw(&entries[2].value), "plain text");
        let NodeKind::Sequence(items) = &entries[3].value.kind else {
            panic!("not a list");
        };
        assert_eq!(raw(&items[0]), "1");
    }

    #[test]
    fn aliases_that_multiply_are_refused() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..9 {
            let below = level - 1;
            let items = vec![format!("*a{below}"); 10].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{items}]\n"));
        }
        let finding = parse(&source(&text)).unwrap_err();
        assert_eq!(finding.code, Code::YamlTooComplex);
    }

    #[test]
    fn deep_nesting_is_refused() {
        for text in ["[".repeat(40), "- ".repeat(5_000)] {
            let finding = parse(&source(&text)).unwrap_err();
            assert_eq!(finding.code, Code::YamlTooComplex);
        }
        // The parser's own bound comes first where its look-ahead runs that deep.
        assert!(parse(&source(&"[".repeat(100_000))).is_err());
    }

    #[test]
    fn a_key_given_twice_names_both_places() {
        let finding = parse(&source("a: 1\nb: 2\na: 3\n")).unwrap_err();
        assert_eq!(finding.code, Code::DuplicateKey);
        assert_eq!(finding.place.line_column(), (3, 1));
        assert_eq!(finding.related[0].0.line_column(), (1, 1));
    }

    #[test]
    fn merge_keys_add_what_a_mapping_lacks() {
        let text = "a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc:\n    <<: [*a, *b]\n    x: 0\nd: {<<: *b, w: 5}\n";
        let (_, entries) = entries(text);
        let keys = |entry: &Entry| {
            let NodeKind::Mapping(entries) = &entry.value.kind else {
                panic!("not a mapping");
            };
            let shown = entries.iter().map(|entry| {
                let NodeKind::Scalar(scalar) = &entry.value.kind else {
                    panic!("not a scalar");
                };
                format!("{}{}", entry.key, scalar.text)
            });
            shown.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(keys(&entries[2]), "x0 y2 z4");
        assert_eq!(keys(&entries[3]), "w5 y3 z4");
        for wrong in ["<<: 1\n", "a: &a [1]\nb: {<<: *a}\n"] {
            let finding = parse(&source(wrong)).unwrap_err();
            assert_eq!(finding.code, Code::YamlSyntax);
        }
    }

    #[test]
    fn tags_say_what_a_value_is_or_are_refused() {
        let text =
            "a: !!str 5\nb: ! 5\nc: !!int 5\nd: !!str 'x' # y\ne: &e !!str z\nf: !!seq [1]\n";
        let (source, entries) = entries(text);
        let kinds: Vec<&str> = entries.iter().map(|entry| entry.value.describe()).collect();
        let expected = [
            "a string", "a string", "a number", "a string", "a string", "a list",
        ];
        assert_eq!(kinds, expected);
        assert_eq!(&source.text[entries[0].value.span.clone()], "5");
        assert_eq!(&source.text[entries[3].value.span.clone()], "'x'");
        assert_eq!(&source.text[entries[4].value.span.clone()], "z");
        for wrong in [
            "a: !x 5\n",
            "a: !selection\n",
            "a: !!int x\n",
            "a: !!binary eA==\n",
            "a: !!set {x}\n",
        ] {
            let finding = parse(&super::tests::source(wrong)).unwrap_err();
            assert_eq!(finding.code, Code::YamlSyntax, "{wrong}");
            assert_eq!(finding.place.line_column(), (1, 4), "{wrong}");
        }
    }

    #[test]
    fn a_syntax_error_has_a_place() {
        let finding = parse(&source("title: 'open\n")).unwrap_err();
        assert_eq!(finding.code, Code::YamlSyntax);
    }
}
