//! The dispatch of logs' records: a filter of the package's own on each stream, and one look-up a field, whatever the number
//! of rules.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;

use super::expression::{address_literal, presence, text_of, value};
use super::keys::{PatternEntry, list};
use super::rule_file::stage_function_name;
use super::string::literal;
use super::{WriteError, Writer};
use crate::plan::RulePlan;
use crate::plan::gate::GateValue;
use crate::plan::identifier;
use crate::plan::zeek_names::RuleNames;
use crate::predicate::pattern::Pattern;
use crate::service::{Field, FieldKind, LogSpec, OriginPart, Phase, Service};

#[derive(Template)]
#[template(path = "log-records.zeek")]
struct Records<'a> {
    module: &'a str,
    attack: bool,
    correlates: bool,
    scripts: BTreeSet<&'static str>,
    logs: Vec<RecordType>,
}

/// A log's record, as rules see it.
struct RecordType {
    stream: &'static str,
    record: &'static str,
    name: String,
    handler: String,
    origin: Vec<OriginMember>,
}

/// What a record says of where it comes from.
struct OriginMember {
    guard: Option<String>,
    member: &'static str,
    value: String,
}

#[derive(Template)]
#[template(path = "logs.zeek")]
struct Logs<'a> {
    module: &'a str,
    filter: String,
    logs: Vec<LogDispatch>,
}

/// What is dispatched of a log.
struct LogDispatch {
    log: &'static str,
    stream: &'static str,
    record: &'static str,
    name: String,
    handler: String,
    /// Whether the records are notices, of which the packs' own are left out.
    is_notice: bool,
    tables: Vec<RuleTable>,
    every: String,
    /// What is said where Zeek has no such log.
    off: String,
}

/// Rules by what a field must match, or equal.
struct RuleTable {
    name: String,
    comment: String,
    key: &'static str,
    entries: Vec<PatternEntry>,
    guard: Option<String>,
    subject: String,
    is_pattern: bool,
}

impl Writer<'_> {
    /// The services of the pack's rules that are records of a log, in the order of their names.
    fn log_services(&self) -> Vec<(Service, LogSpec)> {
        let services: BTreeSet<Service> = self.plan.rules.iter().map(|rule| rule.service).collect();
        let logs = services.into_iter();
        logs.filter_map(|service| Some((service, service.log()?)))
            .collect()
    }

    pub(super) fn serves_logs(&self) -> bool {
        !self.log_services().is_empty()
    }

    /// What the rules on records of logs share.
    pub(super) fn log_records(&self) -> Result<String, WriteError> {
        let logs = self.log_services();
        Ok(Records {
            module: &self.names.module,
            attack: self.is_attack_style(),
            correlates: !self.plan.correlations.is_empty(),
            scripts: self.log_scripts(&logs),
            logs: logs
                .iter()
                .map(|(service, log)| record_type(*service, *log))
                .collect(),
        }
        .render()?)
    }

    /// The scripts that bring logs and columns which rules look at.
    fn log_scripts(&self, logs: &[(Service, LogSpec)]) -> BTreeSet<&'static str> {
        let of_logs = logs.iter().filter_map(|(_, log)| log.script);
        let of_columns = self.plan.rules.iter().flat_map(|rule| {
            let fields = rule.fields().into_iter();
            fields.filter_map(|field| rule.service.field_spec(field)?.script)
        });
        of_logs.chain(of_columns).collect()
    }

    pub(super) fn logs(&self) -> Result<String, WriteError> {
        let logs = self.log_services().into_iter();
        Ok(Logs {
            module: &self.names.module,
            filter: literal(format!("sigzeek-{}", self.names.package).as_bytes()),
            logs: logs
                .map(|(service, log)| self.log_dispatch(service, log))
                .collect(),
        }
        .render()?)
    }

    fn log_dispatch(&self, service: Service, log: LogSpec) -> LogDispatch {
        let mut by_text: BTreeMap<Field, BTreeMap<Pattern, Vec<String>>> = BTreeMap::new();
        let mut by_value: BTreeMap<Field, BTreeMap<GateValue, Vec<String>>> = BTreeMap::new();
        let mut every = Vec::new();
        let mut titles = Vec::new();
        for (rule, names) in self.rules_of(service) {
            let Some(stage) = rule.stages.last() else {
                continue;
            };
            titles.push(names.note.clone());
            let function = stage_function_name(names, Phase::Logged);
            match (rule.gate(), &stage.key) {
                (Some(gate), _) => {
                    let values = by_value.entry(gate.field).or_default();
                    for value in gate.values {
                        values.entry(value).or_default().push(function.clone());
                    }
                }
                (None, Some(key)) => {
                    let patterns = by_text.entry(key.field.clone()).or_default();
                    patterns
                        .entry(key.pattern.clone())
                        .or_default()
                        .push(function);
                }
                (None, None) => every.push(function),
            }
        }
        let name = service.name().to_owned();
        let texts = by_text.iter().map(|(field, patterns)| RuleTable {
            name: table_name(&name, field),
            comment: format!("Rules by what {} of {name}.log must match.", field.name),
            key: "pattern",
            entries: self.gates.entries(Phase::Logged, &field.name, patterns),
            guard: presence(field),
            subject: text_of(field.kind, &value(field)),
            is_pattern: true,
        });
        let values = by_value.iter().map(|(field, values)| RuleTable {
            name: table_name(&name, field),
            comment: format!("Rules by what {} of {name}.log must be.", field.name),
            key: if field.kind == FieldKind::Address {
                "addr"
            } else {
                "count"
            },
            entries: values.iter().map(entry).collect(),
            guard: presence(field),
            subject: match field.kind {
                FieldKind::Port => format!("port_to_count({})", value(field)),
                _ => value(field),
            },
            is_pattern: false,
        });
        LogDispatch {
            log: service.name(),
            stream: log.stream,
            record: log.record,
            handler: handler(&name),
            is_notice: log.record == "Notice::Info",
            tables: values.chain(texts).collect(),
            every: list(&every),
            off: literal(
                format!(
                    "sigzeek package {}: this Zeek has no {name}.log, so that these rules are off: {}",
                    self.names.package,
                    titles.join(", ")
                )
                .as_bytes(),
            ),
            name,
        }
    }

    fn rules_of(&self, service: Service) -> impl Iterator<Item = (&RulePlan<'_>, &RuleNames)> {
        self.rules()
            .filter(move |(rule, _)| rule.service == service)
    }
}

/// The function that tells where a log's record comes from.
pub(super) fn origin_function(service: Service) -> String {
    format!("{}_origin", service.name())
}

fn table_name(log: &str, field: &Field) -> String {
    format!("{log}_rules_by_{}", field.name.replace('.', "_"))
}

fn handler(log: &str) -> String {
    format!("{}RecordHandler", identifier::camel(log))
}

fn entry((value, functions): (&GateValue, &Vec<String>)) -> PatternEntry {
    PatternEntry {
        comment: "",
        pattern: match value {
            GateValue::Number(number) => number.to_string(),
            GateValue::Address(address) => address_literal(*address),
        },
        handlers: list(functions),
    }
}

fn record_type(service: Service, log: LogSpec) -> RecordType {
    RecordType {
        stream: log.stream,
        record: log.record,
        name: service.name().to_owned(),
        handler: handler(service.name()),
        origin: origin(service),
    }
}

fn origin(service: Service) -> Vec<OriginMember> {
    let mut members = Vec::new();
    // A whole id has the ports, too.
    let ends = ["id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p"];
    if let [Some(first), Some(_), Some(_), Some(_)] = ends.map(|end| service.field(end)) {
        members.push(OriginMember {
            guard: presence(&first),
            member: "id",
            value: "info$id".to_owned(),
        });
    }
    for part in OriginPart::ALL {
        if let Some(field) = service.origin(part) {
            members.push(OriginMember {
                guard: presence(&field),
                member: part.name(),
                value: value(&field),
            });
        }
    }
    members
}
