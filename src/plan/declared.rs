//! The services that a pack's rules can look at: Zeek's, and the logs and columns that `pack.yml` declares.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use crate::finding::{Code, Finding};
use crate::registry::ZeekRelease;
use crate::rule::declared_log::{DeclaredColumn, DeclaredLog};
use crate::rule::pack::Pack;
use crate::service::log::{Declaration, logged};
use crate::service::{FieldSpec, Releases, Service};

/// The services of a pack.
#[derive(Debug, Default)]
pub(super) struct Services {
    declared: Vec<Service>,
}

impl Services {
    /// The services of a pack; what is wrong with what it declares goes to `findings`.
    pub(super) fn new(pack: &Pack, findings: &mut Vec<Finding>) -> Self {
        let logs = pack.description.logs.iter();
        Self {
            declared: logs.filter_map(|log| declared(log, findings)).collect(),
        }
    }

    /// The service of that name.
    pub(super) fn named(&self, name: &str) -> Option<Service> {
        let mut declared = self.declared.iter().copied();
        declared
            .find(|service| service.name() == name)
            .or_else(|| Service::named(name))
    }

    /// The names of all services.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        let all = self.declared.iter().copied().chain(Service::all());
        all.map(Service::name)
    }
}

fn declared(log: &DeclaredLog, findings: &mut Vec<Finding>) -> Option<Service> {
    let refuse = |message: String, help: &str| {
        Finding::new(Code::InvalidPack, log.place.clone(), message).help(help)
    };
    let name = &log.name.value;
    let known = Service::named(name);
    let own = match (known, &log.stream, &log.record) {
        (Some(known), None, None) => match known.log() {
            Some(spec) => (spec.stream, spec.record, spec.script, spec.releases),
            None => {
                let message = format!("rules on {name} are decided before Zeek writes {name}.log");
                findings.push(refuse(
                    message,
                    "a column that a script adds to that log may not be filled yet; have the script write a log of its own, and declare that",
                ));
                return None;
            }
        },
        (Some(_), ..) => {
            let message = format!("Zeek has a log `{name}` already");
            findings.push(refuse(message, "leave `stream:` and `record:` out to add columns to it, or give the log another name"));
            return None;
        }
        (None, Some(stream), Some(record)) => (
            kept(&stream.value),
            kept(&record.value),
            None,
            Releases::ALL,
        ),
        (None, ..) => {
            let message = format!("Zeek has no log `{name}`, and the pack does not say what it is");
            findings.push(refuse(message, "add `stream:` and `record:`, such as Acme::LOG and Acme::Info, or correct the name"));
            return None;
        }
    };
    let (stream, record, script, releases) = own;
    let given = log.script.as_ref().map(|script| kept(&script.value));
    let mut fields: Vec<FieldSpec> = known.into_iter().flat_map(Service::fields).collect();
    for column in &log.columns {
        if fields.iter().any(|field| field.name == column.name.value) {
            let message = format!("{name}.log has a column `{}` already", column.name.value);
            findings.push(refuse(message, "leave it out of `columns:`"));
            return None;
        }
        let mut field = field(name, column);
        // A column of a log that Zeek has comes from the script; a log of the pack's brings its own.
        field.script = given.filter(|_| known.is_some());
        fields.push(field);
    }
    Some(Service::declared(Declaration {
        name: kept(name),
        stream,
        record,
        script: script.or(given.filter(|_| known.is_none())),
        releases,
        fields,
    }))
}

fn field(log: &str, column: &DeclaredColumn) -> FieldSpec {
    let meaning = column.meaning.as_deref().map_or("", kept);
    let mut field = logged(
        log,
        kept(&column.name.value),
        column.column_type.into(),
        column.optional,
        meaning,
    );
    field.releases = Releases {
        since: ZeekRelease::V7_0,
        until: None,
    };
    field
}

/// A text for as long as the program runs, as services are kept; equal ones once.
fn kept(text: &str) -> &'static str {
    static KNOWN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(same) = known.get(text) {
        return same;
    }
    let text: &'static str = text.to_owned().leak();
    known.insert(text);
    text
}
