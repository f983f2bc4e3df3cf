//! What something is that stands at a cursor, in Markdown.

use std::fmt::Write as _;
use std::ops::Range;

use super::analysis::Analysis;
use super::outline::Spot;
use super::question::CursorContext;
use super::rules::KnownRule;
use crate::finding::Code;
use crate::json_schema::{field_description, modifier_meaning};
use crate::registry::attack::{self, AttackTag, Tactic, Technique, TechniqueStatus};
use crate::registry::robustness::{AskedFor, Column, RobustnessRow, field_rows, operation_rows};
use crate::registry::{CategoryField, Interface, Operation, Registry, StubEncryption};
use crate::report::score::reasons;
use crate::score::Score;
use crate::service::Service;
use crate::service::argument::ArgumentField;

/// A text on something, and where that stands.
pub(super) type HoverText = (Range<usize>, String);

/// How many operations are told of one by one.
const MOST_OPERATIONS: usize = 3;

/// What stands where a question is asked.
pub(super) fn tell(
    asked: &CursorContext<'_>,
    rules: &[KnownRule<'_>],
    analysis: &Analysis,
) -> Option<HoverText> {
    let span = asked.cursor.token.clone();
    if span.is_empty() {
        return None;
    }
    let text = match asked.cursor.spot {
        Spot::Key => key(asked),
        Spot::Value => value(asked, rules, analysis),
    }?;
    Some((span, text))
}

/// What the code of a finding means, where a comment has one at an offset.
pub(super) fn code(text: &str, offset: usize) -> Option<HoverText> {
    let is_part = |c: char| c.is_ascii_alphanumeric();
    let before = text.get(..offset)?;
    let start = before.trim_end_matches(is_part).len();
    let rest = text.get(start..)?;
    let word = &rest[..rest.len() - rest.trim_start_matches(is_part).len()];
    let line = before.rsplit('\n').next().unwrap_or_default();
    if !line.contains('#') {
        return None;
    }
    let code = Code::ALL.iter().find(|code| code.as_str() == word)?;
    let told = format!(
        "**{word}**: {}\n\n{}",
        code.title(),
        code.explanation().text.trim()
    );
    Some((start..start + word.len(), told))
}

fn key(asked: &CursorContext<'_>) -> Option<String> {
    let token = asked.token();
    if asked.search().is_none() {
        let path = [asked.cursor.path.as_slice(), &[token]].concat();
        return asked.kind.meaning(&path).map(str::to_owned);
    }
    let service = asked.service()?;
    let mut parts = token.split('|');
    let name = parts.next()?;
    let mut told = field(asked, service, name)?;
    for modifier in parts {
        let meaning = modifier_meaning(modifier);
        if !meaning.is_empty() {
            let _ = write!(told, "\n\n`{modifier}`: {meaning}");
        }
    }
    Some(told)
}

fn field(asked: &CursorContext<'_>, service: Service, name: &str) -> Option<String> {
    if let Some(argument) = ArgumentField::named(name).filter(|_| service == Service::DCE_RPC) {
        return Some(argument_text(asked, argument) + &worth(service, name));
    }
    if let Some(field) = service.field(name) {
        return Some(field_text(
            service,
            name,
            &field_description(service, &field),
        ));
    }
    let of_category = CategoryField::named(asked.category()?, name)?;
    let column = of_category.column.and_then(|column| {
        let field = service.field(column)?;
        Some(field_text(
            service,
            column,
            &field_description(service, &field),
        ))
    });
    Some(format!(
        "`{name}`: {}\n\n{}",
        of_category.reason,
        column.unwrap_or_default()
    ))
}

fn field_text(service: Service, name: &str, description: &str) -> String {
    format!("`{name}` of `{}`\n\n{description}", service.name()) + &worth(service, name)
}

/// How hard it is to get around a test of a field.
fn worth(service: Service, name: &str) -> String {
    let rows = field_rows().iter();
    let mut general = rows.filter(|row| {
        row.value == AskedFor::Anything
            && row.technique.is_none()
            && row.covers(service.name(), name)
    });
    let Some(row) = general.next() else {
        return String::new();
    };
    let (inside, outside) = (
        Score {
            row: row.inside,
            column: row.column,
        },
        Score {
            row: row.outside,
            column: row.column,
        },
    );
    let score = if inside == outside {
        format!("**{inside}**")
    } else {
        format!(
            "**{inside}**, or {outside} where the responder is outside of the defended boundary"
        )
    };
    format!("\n\nScore: {score}: {} ({})", row.reason, row.source)
}

fn argument_text(asked: &CursorContext<'_>, argument: &ArgumentField) -> String {
    let all: Vec<&Operation> = argument.operations().collect();
    let watched = asked.watched();
    let own: Vec<&Operation> = all
        .iter()
        .copied()
        .filter(|operation| watched.contains(operation))
        .collect();
    let shown = if own.is_empty() { &all } else { &own };
    let mut text = format!("`{}`", argument.name);
    for operation in shown.iter().take(MOST_OPERATIONS) {
        let kind = argument
            .in_operation(operation)
            .map(|of| of.kind.to_string());
        let _ = write!(
            text,
            "\n\n{} of `{}::{}` (opnum {})",
            kind.unwrap_or_default(),
            operation.endpoint,
            operation.operation,
            operation.opnum
        );
        let name = argument.name.split_once('.').map_or("", |(_, name)| name);
        let parameters = operation.parameters().unwrap_or_default().iter();
        let parameter = parameters.filter(|known| {
            let rest = name.strip_prefix(known.name);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        });
        for known in parameter {
            let _ = write!(
                text,
                "\n\n`[{}] {}` `{}`, {}",
                known.direction.as_str(),
                known.type_name,
                known.name,
                known.source
            );
        }
        let interface = Registry::get().interface(operation.uuid);
        text += &encryption(interface.and_then(|known| known.stub_encryption(operation.opnum)));
    }
    more(&mut text, shown.len());
    text
}

fn more(text: &mut String, count: usize) {
    if count > MOST_OPERATIONS {
        let _ = write!(
            text,
            "\n\n… and {} more operations",
            count - MOST_OPERATIONS
        );
    }
}

fn value(
    asked: &CursorContext<'_>,
    rules: &[KnownRule<'_>],
    analysis: &Analysis,
) -> Option<String> {
    let token = asked.token();
    let path = asked.cursor.path.as_slice();
    match path {
        ["tags"] => tag(token),
        ["title" | "id" | "name"] => {
            let own = rules.iter().filter(|rule| rule.is_of(asked.pack));
            let mut own = own.filter(|rule| match path[0] {
                "title" => rule.title() == token,
                _ => rule.is_called(token),
            });
            own.next().map(|rule| rule_text(rule, analysis))
        }
        ["correlation" | "filter", "rules"] => {
            let mut pack = rules.iter().filter(|rule| rule.is_of(asked.pack));
            let rule = pack.find(|rule| rule.is_called(token) || rule.title() == token)?;
            Some(rule_text(rule, analysis))
        }
        ["logsource", "service"] => {
            let service = Service::named(token)?;
            let names: Vec<String> = service
                .field_names()
                .iter()
                .map(|name| format!("`{name}`"))
                .collect();
            Some(format!("**{token}**: {}", names.join(", ")))
        }
        [_, _, .., key] if asked.search().is_some() => {
            let name = key.split('|').next()?;
            (asked.service()? == Service::DCE_RPC).then(|| call(asked, name, token))?
        }
        _ => None,
    }
}

/// What a rule is, and what it is worth.
fn rule_text(rule: &KnownRule<'_>, analysis: &Analysis) -> String {
    let mut text = format!("**{}**", rule.title());
    if let Some(description) = &rule.header().description {
        let _ = write!(text, "\n\n{}", description.trim());
    }
    let Some(subject) = analysis.subject(&rule.place()) else {
        return text;
    };
    if let Some(score) = subject.score {
        let _ = write!(text, "\n\nScore: **{score}**");
    }
    for reason in subject.assessment.iter().flat_map(reasons) {
        let _ = write!(text, "\n- {reason}");
    }
    text
}

fn tag(text: &str) -> Option<String> {
    match AttackTag::parse(text)? {
        AttackTag::Technique(id) => attack::technique(&id).map(technique),
        AttackTag::Tactic(tactic) => Some(tactic_text(tactic)),
        AttackTag::FormerTactic(former) => {
            let titles: Vec<&str> = former
                .successors()
                .iter()
                .map(|known| known.title())
                .collect();
            Some(format!(
                "**{}**, which is now {}",
                former.title(),
                titles.join(" and ")
            ))
        }
        _ => None,
    }
}

fn tactic_text(tactic: Tactic) -> String {
    let (id, title) = (tactic.id(), tactic.title());
    format!("**{id} {title}**\n\n<https://attack.mitre.org/tactics/{id}/>")
}

fn technique(technique: &Technique) -> String {
    let titles: Vec<&str> = technique
        .tactics
        .iter()
        .map(|tactic| tactic.title())
        .collect();
    let status = match technique.status {
        TechniqueStatus::Active => String::new(),
        TechniqueStatus::Revoked { by } => format!("\n\nrevoked: {by} took its place"),
        TechniqueStatus::Deprecated => "\n\ndeprecated: nothing took its place".to_owned(),
    };
    let page = technique.id.replace('.', "/");
    format!(
        "**{technique}**\n\n{}{status}\n\n<https://attack.mitre.org/techniques/{page}/>",
        titles.join(", ")
    )
}

/// An interface or operations, by what a field of a call has.
fn call(asked: &CursorContext<'_>, field: &str, text: &str) -> Option<String> {
    let registry = Registry::get();
    match field {
        "uuid" => registry.interface(text.parse().ok()?).map(interface_text),
        "endpoint" => {
            let texts: Vec<String> = registry
                .interfaces_named(text)
                .map(interface_text)
                .collect();
            (!texts.is_empty()).then(|| texts.join("\n\n---\n\n"))
        }
        "operation" => operations_text(asked, |operation| {
            operation
                .names()
                .any(|name| name.eq_ignore_ascii_case(text))
        }),
        "opnum" => {
            let opnum: u16 = text.parse().ok()?;
            operations_text(asked, |operation| operation.opnum == opnum)
        }
        _ => None,
    }
}

/// The operations that are meant, of the interfaces that the search names.
fn operations_text(
    asked: &CursorContext<'_>,
    is_meant: impl Fn(&Operation) -> bool,
) -> Option<String> {
    let interfaces = asked.interfaces();
    let found: Vec<&Operation> = Registry::get()
        .operations()
        .iter()
        .filter(|operation| is_meant(operation))
        .filter(|operation| {
            let mut named = interfaces.iter();
            interfaces.is_empty() || named.any(|known| known.uuid == operation.uuid)
        })
        .collect();
    let shown = found.iter().take(MOST_OPERATIONS);
    let texts: Vec<String> = shown.map(|operation| operation_text(operation)).collect();
    let mut text = texts.join("\n\n---\n\n");
    more(&mut text, found.len());
    (!found.is_empty()).then_some(text)
}

fn interface_text(interface: &Interface) -> String {
    let (endpoint, uuid) = (interface.endpoint, interface.uuid);
    let count = interface.operations.len();
    format!("**{endpoint}**\n\nUUID `{uuid}`, {count} operations with names")
        + &encryption(interface.encryption.as_ref())
        + &call_worth(interface, None)
}

fn operation_text(operation: &Operation) -> String {
    let names: Vec<String> = operation
        .names()
        .skip(1)
        .map(|name| format!("`{name}`"))
        .collect();
    let mut text = format!(
        "**{}::{}**\n\nUUID `{}`, opnum {}",
        operation.endpoint, operation.operation, operation.uuid, operation.opnum
    );
    if !names.is_empty() {
        let _ = write!(text, "\n\nolder releases of Zeek: {}", names.join(", "));
    }
    if let Some(interface) = Registry::get().interface(operation.uuid) {
        text += &encryption(interface.stub_encryption(operation.opnum));
        text += &call_worth(interface, Some(operation.opnum));
    }
    let arguments: Vec<String> = ArgumentField::of(operation)
        .map(|argument| format!("`{}`", argument.name))
        .collect();
    if !arguments.is_empty() {
        let _ = write!(text, "\n\nArguments: {}", arguments.join(", "));
    }
    text
}

/// What a call of an operation is worth to rules, by technique.
fn call_worth(interface: &Interface, opnum: Option<u16>) -> String {
    let mut text = String::new();
    for row in operation_rows(interface.uuid, opnum) {
        let score = Score {
            row: row.row,
            column: Column::Header,
        };
        let (phrase, technique) = (row.row.as_phrase(), row.technique);
        let standing = if row.row >= RobustnessRow::SomeImplementations {
            format!("{phrase} {technique}")
        } else {
            format!("{phrase}, for {technique}")
        };
        let (reason, source) = (row.reason, row.source);
        let _ = write!(text, "\n- **{score}** {standing}: {reason} ({source})");
    }
    if text.is_empty() {
        return text;
    }
    format!("\n\nScore:{text}")
}

fn encryption(encryption: Option<&StubEncryption>) -> String {
    let Some(encryption) = encryption else {
        return "\n\nStub: not known to be encrypted by default".to_owned();
    };
    format!(
        "\n\nStub: encrypted {}: {} ({})",
        encryption.scope.as_phrase(),
        encryption.note,
        encryption.source
    )
}
