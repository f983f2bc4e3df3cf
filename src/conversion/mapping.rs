//! The mappings of a rule's searches, each on log columns alone.

use std::collections::HashMap;
use std::ops::Range;

use rsigma_parser::Modifier;

use super::call;
use super::glob::Glob;
use super::layout::{MappingLayout, end_of};
use super::uri::{self, Alternatives, ColumnCondition};
use crate::finding::{Code, Edit, Finding, Fix};
use crate::plan;
use crate::predicate::Predicate;
use crate::rule::yaml::{Entry, Node, NodeKind};
use crate::rule::{Detection, Item, Rule};
use crate::service::{Field, FieldKind, InLog, Service};

/// How many alternatives a mapping may become.
const MAX_ALTERNATIVES: usize = 64;

/// Goes through a rule's searches and collects what changes.
pub(super) struct Searches<'r> {
    rule: &'r Rule,
    service: Service,
    /// By the first bytes of their keys.
    items: HashMap<usize, &'r Item>,
    pub(super) edits: Vec<Edit>,
    pub(super) findings: Vec<Finding>,
}

/// What becomes of an entry of a mapping.
#[derive(Clone)]
enum Piece {
    /// It stays as it is.
    Kept,
    /// Its field has another name.
    Renamed(Edit),
    /// It is one of these, of each all.
    Replaced(Alternatives),
}

/// An entry of a mapping that takes another one's place.
#[derive(Clone)]
enum MappingPart {
    /// As it is written, but for its field's name.
    Written(String),
    New(ColumnCondition),
}

impl Piece {
    /// What an entry that is written like this, from an offset on, can become.
    fn alternatives(&self, text: &str, start: usize) -> Vec<Vec<MappingPart>> {
        let written = |text: &str| vec![vec![MappingPart::Written(text.to_owned())]];
        match self {
            Self::Kept => written(text),
            Self::Renamed(edit) => written(&with(text, start, edit)),
            Self::Replaced(own) => own
                .iter()
                .map(|parts| parts.iter().cloned().map(MappingPart::New).collect())
                .collect(),
        }
    }

    /// Whether it becomes one entry.
    fn is_one(&self) -> bool {
        match self {
            Self::Kept | Self::Renamed(_) => true,
            Self::Replaced(own) => matches!(own.as_slice(), [parts] if parts.len() == 1),
        }
    }
}

impl MappingPart {
    fn key(&self) -> &str {
        match self {
            Self::Written(text) => {
                let key = text.split(':').next().unwrap_or_default();
                key.trim_matches(['\'', '"', ' '])
            }
            Self::New(condition) => &condition.key,
        }
    }

    fn text(&self, layout: &MappingLayout<'_>) -> String {
        match self {
            Self::Written(text) => text.clone(),
            Self::New(condition) => layout.condition(condition),
        }
    }
}

/// Gives each part of a mapping a key of its own. A column for which there is none is returned.
fn make_distinct(parts: &mut [MappingPart]) -> Option<String> {
    let mut taken: Vec<String> = Vec::new();
    for part in parts {
        let is_taken = |key: &str| taken.iter().any(|taken| taken == key);
        if is_taken(part.key())
            && let MappingPart::New(condition) = part
        {
            *condition = condition.with_wildcards();
        }
        if is_taken(part.key()) {
            return Some(part.key().to_owned());
        }
        taken.push(part.key().to_owned());
    }
    None
}

impl<'r> Searches<'r> {
    pub(super) fn new(rule: &'r Rule, service: Service) -> Self {
        let mut items = HashMap::new();
        for search in &rule.searches {
            collect(&search.detection, &mut items);
        }
        Self {
            rule,
            service,
            items,
            edits: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// Converts a search, or a part of one.
    pub(super) fn detection(&mut self, node: &Node) {
        self.part(node, false);
    }

    fn part(&mut self, node: &Node, is_item: bool) {
        match &node.kind {
            NodeKind::Scalar(_) => {}
            NodeKind::Sequence(parts) => parts.iter().for_each(|part| self.part(part, true)),
            NodeKind::Mapping(entries) => {
                if let Err(finding) = self.mapping(node, entries, is_item) {
                    self.findings.push(*finding);
                }
            }
        }
    }

    fn mapping(
        &mut self,
        node: &Node,
        entries: &[Entry],
        is_item: bool,
    ) -> Result<(), Box<Finding>> {
        let pieces = self.pieces(entries)?;
        if pieces.iter().all(|piece| matches!(piece, Piece::Kept)) {
            return Ok(());
        }
        // A name can be changed wherever the entry is.
        if !pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Replaced(_)))
        {
            self.edits.extend(pieces.into_iter().filter_map(renaming));
            return Ok(());
        }
        let source = &self.rule.source;
        let layout = MappingLayout::of(source, node, entries).ok_or_else(|| self.anchored(node))?;
        let mut alternatives: Vec<Vec<MappingPart>> = vec![Vec::new()];
        for (entry, piece) in entries.iter().zip(&pieces) {
            let text = layout.entry(entry).ok_or_else(|| self.anchored(node))?;
            let own = piece.alternatives(text, entry.key_span.start);
            if alternatives.len() * own.len() > MAX_ALTERNATIVES {
                return Err(self.refused(
                    &entry.key_span,
                    "the search comes to too many alternatives on columns".to_owned(),
                    "split its values over several searches, and join these with `or`",
                ));
            }
            alternatives = alternatives
                .iter()
                .flat_map(|before| own.iter().map(|more| [before.as_slice(), more].concat()))
                .collect();
        }
        for parts in &mut alternatives {
            if let Some(column) = make_distinct(parts) {
                return Err(self.refused(
                    &(node.span.start..node.span.start),
                    format!("several conditions on `{column}` come together in one search"),
                    "put one of them into a search of its own, and join the two with `and`",
                ));
            }
        }
        let is_one_each = pieces.iter().all(Piece::is_one);
        if let ([parts], true) = (alternatives.as_slice(), is_one_each) {
            for (entry, part) in entries.iter().zip(parts) {
                let old = layout.entry(entry).unwrap_or_default();
                let start = entry.key_span.start;
                let text = part.text(&layout);
                if text != old {
                    self.edits.push(Edit {
                        span: start..start + old.len(),
                        text,
                    });
                }
            }
            return Ok(());
        }
        let end = end_of(&source.text, node).ok_or_else(|| self.anchored(node))?;
        let alternatives: Vec<Vec<String>> = alternatives
            .iter()
            .map(|parts| parts.iter().map(|part| part.text(&layout)).collect())
            .collect();
        self.edits.push(Edit {
            span: node.span.start..end,
            text: layout.alternatives(&alternatives, is_item),
        });
        Ok(())
    }

    /// What becomes of each entry of a mapping. What a call is, all entries that ask for it say together.
    fn pieces(&self, entries: &[Entry]) -> Result<Vec<Piece>, Box<Finding>> {
        let mut pieces = Vec::new();
        let mut identities = Vec::new();
        for entry in entries {
            let item = self.items.get(&entry.key_span.start).copied();
            let field = item.and_then(|item| Some((item, self.field(item)?)));
            pieces.push(match field {
                Some((item, field)) if field.kind == FieldKind::Identity => {
                    identities.push((pieces.len(), item));
                    Piece::Kept
                }
                Some((item, field)) => self.piece(item, &field)?,
                // Keywords are sought in columns.
                None => Piece::Kept,
            });
        }
        if identities
            .iter()
            .all(|(_, item)| self.is_said_by_name(item))
        {
            return Ok(pieces);
        }
        let call = self.call(&identities)?;
        let own = self.each_by_itself(&identities, &call);
        let mut call = own.unwrap_or_else(|| {
            let nothing = identities.iter().map(|_| Piece::Replaced(vec![Vec::new()]));
            [Piece::Replaced(call)].into_iter().chain(nothing).collect()
        });
        for ((place, _), piece) in identities.iter().zip(call.drain(..)) {
            pieces[*place] = piece;
        }
        Ok(pieces)
    }

    /// What becomes of each entry on what a call is, where one says the endpoint and the other the operation, as before.
    fn each_by_itself(
        &self,
        identities: &[(usize, &Item)],
        call: &Alternatives,
    ) -> Option<Vec<Piece>> {
        let [conditions] = call.as_slice() else {
            return None;
        };
        let pieces = identities.iter().map(|(_, item)| {
            if self.is_said_by_name(item) {
                return Some(Piece::Kept);
            }
            let column = match item.field.as_ref()?.value.as_str() {
                "endpoint" | "uuid" => "endpoint",
                _ => "operation",
            };
            let own = conditions
                .iter()
                .find(|condition| condition.key == column)?;
            Some(Piece::Replaced(vec![vec![own.clone()]]))
        });
        let pieces: Vec<Piece> = pieces.collect::<Option<_>>()?;
        (pieces.len() == conditions.len()).then_some(pieces)
    }

    fn field(&self, item: &Item) -> Option<Field> {
        plan::field_of(self.rule, self.service, item.field.as_ref()?)
    }

    fn piece(&self, item: &Item, field: &Field) -> Result<Piece, Box<Finding>> {
        if let Some(other) = self.beyond_log(item) {
            return Err(self.beyond(&item.span, &other));
        }
        if self.service == Service::HTTP
            && let Some(piece) = self.uri(item, field)?
        {
            return Ok(piece);
        }
        match self.service.in_log(field) {
            InLog::Column(column) => Ok(self.renamed(item, column)),
            InLog::Derived(_) | InLog::Nowhere => Err(self.beyond(&item.span, field)),
        }
    }

    /// A field that an item compares its own with, and that the log does not have by that name.
    fn beyond_log(&self, item: &Item) -> Option<Field> {
        if !item.modifiers.contains(&Modifier::FieldRef) {
            return None;
        }
        let others = item.values.iter();
        let mut others = others.filter_map(|value| self.service.field(&value.text));
        others.find(|other| match self.service.in_log(other) {
            InLog::Column(column) => column != other.name,
            InLog::Derived(_) | InLog::Nowhere => true,
        })
    }

    fn renamed(&self, item: &Item, column: &str) -> Piece {
        let Some(name) = &item.field else {
            return Piece::Kept;
        };
        if name.value == column {
            return Piece::Kept;
        }
        let fix = Fix::replace_scalar(&self.rule.source, &name.span, &name.value, column);
        let edit = fix.and_then(|fix| fix.edits.into_iter().next());
        edit.map_or_else(
            || {
                Piece::Renamed(Edit {
                    span: name.span.clone(),
                    text: column.to_owned(),
                })
            },
            Piece::Renamed,
        )
    }

    /// What becomes of a part of the URI; `None` for another field.
    fn uri(&self, item: &Item, field: &Field) -> Result<Option<Piece>, Box<Finding>> {
        let is_part = [
            "url",
            "original_uri",
            "uri_stem",
            "uri_query",
            "uri_extension",
        ];
        if !is_part.contains(&field.name.as_str()) {
            return Ok(None);
        }
        let percent = item.values.iter().find(|value| value.text.contains('%'));
        if let Some(value) = percent {
            return Err(self.refused(
                &value.span,
                format!(
                    "http.log has the URI with its escapes undone: `{}` is not in it",
                    value.text
                ),
                "ask for what the escape stands for, in a value of its own, or leave the rule to Zeek",
            ));
        }
        if field.name == "original_uri" {
            return Ok(Some(self.renamed(item, "uri")));
        }
        let is_plain = item.modifiers.iter().all(|modifier| {
            matches!(
                modifier,
                Modifier::Contains | Modifier::StartsWith | Modifier::EndsWith | Modifier::Cased
            )
        });
        let refuse = || {
            self.refused(
                &item.span,
                format!("`{}` cannot be told from columns like this", field.name),
                "write it with texts and wildcards, or on `host` and `uri`",
            )
        };
        if item.negated || !is_plain {
            return Err(refuse());
        }
        let mut each = Vec::new();
        for value in &item.values {
            let (text, cased) = Glob::of(&value.matcher).ok_or_else(refuse)?;
            each.push(uri::alternatives(&field.name, &text, cased).ok_or_else(refuse)?);
        }
        Ok(Some(Piece::Replaced(
            if let (true, Some(together)) = (item.all, together(&each)) {
                vec![vec![together]]
            } else if item.all {
                let joined = each.into_iter().reduce(product).unwrap_or_default();
                if joined.len() > MAX_ALTERNATIVES {
                    return Err(refuse());
                }
                joined
            } else {
                union(each.into_iter().flatten())
            },
        )))
    }

    /// Whether an item on what a call is finds the same calls as the names in the log, read as they are written.
    fn is_said_by_name(&self, item: &Item) -> bool {
        let column = match item.field.as_ref().map(|name| name.value.as_str()) {
            Some(column @ ("endpoint" | "operation")) => column,
            _ => return false,
        };
        let texts: Option<Vec<(Glob, bool)>> = item
            .values
            .iter()
            .map(|value| Glob::of(&value.matcher))
            .collect();
        let predicate = plan::predicate_of(self.rule, self.service, item);
        let (Some(texts), Some(predicate)) = (texts, predicate) else {
            return false;
        };
        let matches = |name: &str| {
            let mut held = texts.iter().map(|(text, cased)| text.matches(name, *cased));
            let holds = if item.all {
                held.all(|holds| holds)
            } else {
                held.any(|holds| holds)
            };
            holds != item.negated
        };
        call::is_said_by_name(&predicate, column, &matches)
    }

    fn call(&self, identities: &[(usize, &Item)]) -> Result<Alternatives, Box<Finding>> {
        let parts = identities
            .iter()
            .map(|(_, item)| plan::predicate_of(self.rule, self.service, item));
        let parts: Option<Vec<Predicate>> = parts.collect();
        let span = identities
            .first()
            .map_or_else(|| self.rule.first_search(), |(_, item)| &item.span);
        let predicate = Predicate::all(parts.unwrap_or_default());
        call::alternatives(&predicate).map_err(|reason| {
            self.refused(
                span,
                format!("dce_rpc.log has only the names of calls: {reason}"),
                "name the interface and its operations in one search",
            )
        })
    }

    fn beyond(&self, span: &Range<usize>, field: &Field) -> Box<Finding> {
        self.refused(
            span,
            format!(
                "`{}` is only on the wire, and {}.log does not have it",
                field.name,
                self.service.name()
            ),
            "leave the rule to Zeek, or write another one on the columns that `sigzeek logs` lists",
        )
    }

    fn anchored(&self, node: &Node) -> Box<Finding> {
        let span = node.span.start..node.span.start;
        self.refused(
            &span,
            "the search would have to change, and an anchor or alias of YAML keeps it".to_owned(),
            "write the search out without `&`, `*` and `<<`",
        )
    }

    fn refused(&self, span: &Range<usize>, message: String, help: &str) -> Box<Finding> {
        Box::new(Finding::new(Code::NotConvertible, self.rule.place(span), message).help(help))
    }
}

fn collect<'r>(detection: &'r Detection, items: &mut HashMap<usize, &'r Item>) {
    match detection {
        Detection::All(parts) | Detection::Any(parts) => {
            parts.iter().for_each(|part| collect(part, items));
        }
        Detection::Item(item) => {
            items.insert(item.span.start, item);
        }
    }
}

fn renaming(piece: Piece) -> Option<Edit> {
    match piece {
        Piece::Renamed(edit) => Some(edit),
        Piece::Kept | Piece::Replaced(_) => None,
    }
}

/// A text that begins at an offset, with an edit of a part of it.
fn with(text: &str, start: usize, edit: &Edit) -> String {
    let place = edit.span.start - start..edit.span.end - start;
    let mut changed = text.to_owned();
    changed.replace_range(place, &edit.text);
    changed
}

/// All of several conditions as one, where each is on the same column with the same modifier.
fn together(each: &[Alternatives]) -> Option<ColumnCondition> {
    let mut values = Vec::new();
    let mut keys = Vec::new();
    for alternatives in each {
        let [parts] = alternatives.as_slice() else {
            return None;
        };
        let [condition] = parts.as_slice() else {
            return None;
        };
        keys.push(&condition.key);
        values.extend(condition.values.iter().cloned());
    }
    let key = *keys.first()?;
    keys.iter()
        .all(|other| *other == key)
        .then(|| ColumnCondition {
            key: format!("{key}|all"),
            values,
        })
}

/// Alternatives of which each is one of the first with one of the second.
fn product(first: Alternatives, second: Alternatives) -> Alternatives {
    let pairs = first.iter().flat_map(|left| {
        let rights = second.iter();
        rights.map(|right| [left.as_slice(), right].concat())
    });
    pairs.collect()
}

/// Alternatives each once; those on one column with one modifier together.
fn union(alternatives: impl Iterator<Item = Vec<ColumnCondition>>) -> Alternatives {
    let mut joined: Alternatives = Vec::new();
    for parts in alternatives {
        let same = joined.iter().position(|known| {
            matches!((known.as_slice(), parts.as_slice()), ([known], [new]) if known.key == new.key)
        });
        match same {
            Some(place) => {
                let known = joined[place].iter_mut();
                for (known, new) in known.zip(parts) {
                    let more = new.values.into_iter();
                    let more: Vec<String> =
                        more.filter(|value| !known.values.contains(value)).collect();
                    known.values.extend(more);
                }
            }
            None if joined.contains(&parts) => {}
            None => joined.push(parts),
        }
    }
    joined
}
