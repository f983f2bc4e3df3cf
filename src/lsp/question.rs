//! What somebody asks about: a place in a file, and what the file says around it.

use std::ops::Range;
use std::path::Path;

use super::outline::{Cursor, Outline};
use super::schema::DocumentKind;
use crate::registry::{CategoryField, Interface, Operation, Registry};
use crate::rule::pack::Pack;
use crate::service::Service;

/// A place in a file that is being written.
#[derive(Debug)]
pub(super) struct CursorContext<'t> {
    pub(super) text: &'t str,
    /// The offset in bytes.
    pub(super) offset: usize,
    pub(super) outline: Outline<'t>,
    pub(super) cursor: Cursor<'t>,
    pub(super) kind: DocumentKind,
    /// The file's pack as it was when it was last checked.
    pub(super) pack: Option<&'t Pack>,
}

impl<'t> CursorContext<'t> {
    /// Nothing where nothing of a rule can stand.
    pub(super) fn new(
        text: &'t str,
        offset: usize,
        path: &Path,
        pack: Option<&'t Pack>,
    ) -> Option<Self> {
        let outline = Outline::around(text, offset);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Some(Self {
            cursor: Cursor::at(text, offset)?,
            kind: DocumentKind::of(&name, &outline.keys(&[])),
            text,
            offset,
            outline,
            pack,
        })
    }

    /// The key or value that is being written, up to the cursor.
    pub(super) fn typed(&self) -> &'t str {
        self.cursor.typed(self.text, self.offset)
    }

    /// The key or value at the cursor, whole.
    pub(super) fn token(&self) -> &'t str {
        &self.text[self.cursor.token.clone()]
    }

    /// The word at the cursor, within what is being written.
    pub(super) fn word(&self) -> Range<usize> {
        let is_part = |c: char| c.is_alphanumeric() || "_*-.".contains(c);
        let start = self.cursor.token.start + self.typed().trim_end_matches(is_part).len();
        let rest = &self.text[self.offset..self.cursor.token.end.max(self.offset)];
        let more = rest.len() - rest.trim_start_matches(is_part).len();
        start..self.offset + more
    }

    /// The service that the document's logsource names.
    pub(super) fn service(&self) -> Option<Service> {
        if let Some(name) = self.outline.value(&["logsource", "service"]) {
            return Service::named(name);
        }
        Service::named(CategoryField::service_of(self.category()?)?)
    }

    /// The category that the document's logsource names.
    pub(super) fn category(&self) -> Option<&'t str> {
        self.outline.value(&["logsource", "category"])
    }

    /// The path of the search that the cursor is in: that of a map of fields.
    pub(super) fn search(&self) -> Option<&[&'t str]> {
        let path = &self.cursor.path;
        let section = *path.first()?;
        let is_search = ["detection", "filter"].contains(&section)
            && path.len() >= 2
            && !["condition", "rules"].contains(&path[1]);
        is_search.then(|| &path[..2])
    }

    /// The operations that the search at a path asks for by any of their names; all of the interfaces that it names where it names
    /// no operation.
    fn watched_by(&self, search: &[&str]) -> Vec<&'static Operation> {
        let asked = |field: &str| self.asked(search, field);
        let interfaces = interfaces(&asked("uuid"), &asked("endpoint"));
        let (opnums, names) = (asked("opnum"), asked("operation"));
        if interfaces.is_empty() && names.is_empty() {
            return Vec::new();
        }
        let is_asked_for = |operation: &&Operation| {
            let has_name =
                |name: &&str| operation.names().any(|own| own.eq_ignore_ascii_case(name));
            (interfaces.is_empty() || interfaces.iter().any(|known| known.uuid == operation.uuid))
                && (opnums.is_empty() || opnums.contains(&operation.opnum.to_string().as_str()))
                && (names.is_empty() || names.iter().any(has_name))
        };
        let all = Registry::get().operations().iter();
        all.filter(is_asked_for).collect()
    }

    /// The operations that the cursor's search asks for; where it names none, those of the document's other searches.
    pub(super) fn watched(&self) -> Vec<&'static Operation> {
        let Some(search) = self.search() else {
            return Vec::new();
        };
        let own = self.watched_by(search);
        if !own.is_empty() {
            return own;
        }
        let names = self.outline.keys(&search[..1]);
        let others = names.into_iter().map(|name| [search[0], name]);
        others.flat_map(|path| self.watched_by(&path)).collect()
    }

    /// The interfaces that the cursor's search names.
    pub(super) fn interfaces(&self) -> Vec<&'static Interface> {
        match self.search() {
            Some(search) => {
                interfaces(&self.asked(search, "uuid"), &self.asked(search, "endpoint"))
            }
            None => Vec::new(),
        }
    }

    /// The values of a field in a search, whatever its modifiers.
    fn asked(&self, search: &[&str], field: &str) -> Vec<&'t str> {
        let keys = self.outline.keys(search).into_iter();
        let keys = keys.filter(|key| key.split('|').next() == Some(field));
        let paths = keys.map(|key| [search[0], search[1], key]);
        paths.flat_map(|path| self.outline.values(&path)).collect()
    }
}

/// The interfaces of some UUIDs or names.
fn interfaces(uuids: &[&str], endpoints: &[&str]) -> Vec<&'static Interface> {
    let registry = Registry::get();
    let by_uuid = uuids
        .iter()
        .filter_map(|uuid| registry.interface(uuid.parse().ok()?));
    let by_name = endpoints
        .iter()
        .flat_map(|name| registry.interfaces_named(name));
    by_uuid.chain(by_name).collect()
}
