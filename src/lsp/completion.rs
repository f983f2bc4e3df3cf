//! What can be written at a cursor.

use std::ops::Range;

use gen_lsp_types::{CompletionItemKind, CompletionItemTag};

use super::outline::Spot;
use super::question::CursorContext;
use super::rules::{self, KnownRule};
use super::schema::DocumentKind;
use crate::json_schema::{field_description, fitting_modifiers, modifier_meaning};
use crate::registry::attack::{self, Tactic};
use crate::registry::{CategoryField, Interface, Operation, Registry, SmbCode};
use crate::rule::MODIFIERS;
use crate::score::Score;
use crate::service::argument::ArgumentField;
use crate::service::{FieldKind, FileAction, Service};

/// Something that can be written.
#[derive(Debug)]
pub(super) struct Proposal {
    pub(super) label: String,
    pub(super) kind: CompletionItemKind,
    /// What it is, in a few words.
    pub(super) detail: String,
    /// What it is, in full; empty where the few words say it.
    pub(super) documentation: String,
    /// What is written, where it is not the label.
    pub(super) insert: Option<String>,
    pub(super) tags: Vec<CompletionItemTag>,
}

/// What can be written at a place.
#[derive(Debug, Default)]
pub(super) struct Proposals {
    /// What is replaced.
    pub(super) span: Range<usize>,
    pub(super) list: Vec<Proposal>,
    /// Whether there are more, which come as more is typed, or less.
    pub(super) are_more: bool,
}

/// The most proposals at once.
const MOST: usize = 200;

impl Proposal {
    fn new(label: impl Into<String>, kind: CompletionItemKind, detail: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            kind,
            detail: detail.into(),
            documentation: String::new(),
            insert: None,
            tags: Vec::new(),
        }
    }

    fn word(word: &str) -> Self {
        Self::new(word, CompletionItemKind::EnumMember, "")
    }

    fn documented(mut self, documentation: impl Into<String>) -> Self {
        self.documentation = documentation.into();
        self
    }

    /// Whether it is what somebody types: a part of its name, or of what it is, in any case.
    fn is_meant_by(&self, typed: &str) -> bool {
        let holds = |text: &str| text.to_lowercase().contains(typed);
        holds(&self.label) || holds(&self.detail)
    }
}

/// What can be written where a question is asked.
pub(super) fn complete(asked: &CursorContext<'_>, rules: &[KnownRule<'_>]) -> Proposals {
    let (span, mut list) = match asked.cursor.spot {
        Spot::Key => keys(asked),
        Spot::Value => values(asked, rules),
    };
    let typed = asked.text.get(span.start..asked.offset.max(span.start));
    let typed = typed.unwrap_or_default().to_lowercase();
    let all = list.len();
    list.retain(|proposal| proposal.is_meant_by(&typed));
    list.sort_by_key(|proposal| !proposal.label.to_lowercase().starts_with(&typed));
    list.truncate(MOST);
    Proposals {
        span,
        are_more: list.len() < all,
        list,
    }
}

fn keys(asked: &CursorContext<'_>) -> (Range<usize>, Vec<Proposal>) {
    let span = asked.cursor.token.clone();
    if asked.search().is_some() {
        return field_key(asked);
    }
    let path = &asked.cursor.path;
    let known = asked.outline.keys(path);
    let is_new = |name: &str| !known.contains(&name) || name == asked.token();
    let own = if path.as_slice() == ["detection"] {
        vec![
            ("selection", "What to look for"),
            ("filter", "What to leave out"),
        ]
    } else {
        Vec::new()
    };
    let of_schema = asked.kind.keys(path).into_iter();
    let keys = own
        .into_iter()
        .chain(of_schema.map(|key| (key.name, key.meaning)))
        .filter(|(name, _)| is_new(name))
        .map(|(name, meaning)| {
            let mut proposal = Proposal::new(name, CompletionItemKind::Property, meaning);
            proposal.insert = with_colon(asked, &span, name);
            proposal
        });
    (span.clone(), keys.collect())
}

/// A key with its colon, unless there is one.
fn with_colon(asked: &CursorContext<'_>, span: &Range<usize>, name: &str) -> Option<String> {
    let rest = asked.text.get(span.end..)?.trim_start_matches(['\'', '"']);
    (!rest.starts_with(':')).then(|| format!("{name}:"))
}

/// A field, or one of its modifiers.
fn field_key(asked: &CursorContext<'_>) -> (Range<usize>, Vec<Proposal>) {
    let span = asked.cursor.token.clone();
    let typed = asked.typed();
    let Some(service) = asked.service() else {
        return (span, Vec::new());
    };
    if let Some(bar) = typed.rfind('|') {
        let start = span.start + bar + 1;
        let rest = &asked.text[start..span.end];
        let end = rest.find('|').map_or(span.end, |next| start + next);
        let before: Vec<&str> = typed[..bar].split('|').collect();
        return (start..end, modifiers(service, &before));
    }
    let whole = asked.token();
    let end = whole.find('|').map_or(span.end, |bar| span.start + bar);
    (span.start..end, fields(asked, service))
}

/// The modifiers that can follow a field and others: those first that fit it.
fn modifiers(service: Service, before: &[&str]) -> Vec<Proposal> {
    let (field, used) = before.split_first().unwrap_or((&"", &[]));
    let field = service.field(field);
    let fitting = field.as_ref().map_or(&[] as &[&str], fitting_modifiers);
    let others = MODIFIERS.iter().filter(|name| !fitting.contains(name));
    let all = fitting.iter().chain(others);
    let new = all.filter(|name| !name.split('|').any(|part| used.contains(&part)));
    new.map(|name| Proposal::new(*name, CompletionItemKind::Operator, modifier_meaning(name)))
        .collect()
}

/// The fields of a service, of the category that stands for it, and the arguments of the calls that the search asks for.
fn fields(asked: &CursorContext<'_>, service: Service) -> Vec<Proposal> {
    let of_category = asked.category().into_iter().flat_map(CategoryField::of);
    let of_category = of_category
        .filter(|field| field.column.is_some())
        .map(|field| {
            Proposal::new(
                field.name,
                CompletionItemKind::Field,
                field.column.unwrap_or_default(),
            )
            .documented(field.reason)
        });
    let own = service.field_names().into_iter().map(|name| {
        let meaning = service.meaning(name).unwrap_or_default();
        let described = service
            .field(name)
            .map(|field| field_description(service, &field));
        let mut proposal = Proposal::new(name, CompletionItemKind::Field, meaning)
            .documented(described.unwrap_or_default());
        proposal.insert = name.strip_suffix("<name>").map(str::to_owned);
        proposal
    });
    let mut all: Vec<Proposal> = of_category.chain(own).collect();
    if service == Service::DCE_RPC {
        all.extend(arguments(&asked.watched()));
    }
    all
}

/// The arguments of some operations, each once.
pub(super) fn arguments(operations: &[&'static Operation]) -> Vec<Proposal> {
    let mut seen: Vec<&str> = Vec::new();
    let mut all = Vec::new();
    for operation in operations {
        for argument in ArgumentField::of(operation) {
            if seen.contains(&argument.name.as_str()) {
                continue;
            }
            seen.push(&argument.name);
            let kind = argument
                .in_operation(operation)
                .map(|of| of.kind.to_string());
            let kind = kind.unwrap_or_default();
            let of = format!("{}::{}", operation.endpoint, operation.operation);
            let detail = format!("{kind}, of {of}");
            all.push(Proposal::new(
                &argument.name,
                CompletionItemKind::Field,
                detail,
            ));
        }
    }
    all
}

fn values(asked: &CursorContext<'_>, rules: &[KnownRule<'_>]) -> (Range<usize>, Vec<Proposal>) {
    let span = asked.cursor.token.clone();
    let path = asked.cursor.path.as_slice();
    let list = match (asked.kind, path) {
        (_, ["detection" | "filter", "condition"]) => return condition(asked),
        (DocumentKind::Correlation, ["correlation", "condition"]) => return rules_condition(asked),
        (DocumentKind::Correlation, ["correlation", "rules"])
        | (DocumentKind::Filter, ["filter", "rules"]) => references(asked, rules),
        (
            DocumentKind::Correlation,
            ["correlation", "group-by"] | ["zeek", "notice", "identifier"],
        ) => group_fields(asked, rules),
        (_, ["tags"]) => tags(),
        (_, ["logsource", "service"]) => services(asked),
        (
            DocumentKind::Rule,
            ["zeek", "notice", "identifier"] | ["zeek", "log_payload", "fields"],
        ) => {
            let service = asked.service();
            service.map_or_else(Vec::new, |service| told_fields(asked, service))
        }
        (_, [.., _]) if asked.search().is_some() => return field_value(asked, path),
        _ => {
            let words = asked.kind.words(path);
            words.into_iter().map(Proposal::word).collect()
        }
    };
    (span, list)
}

fn condition(asked: &CursorContext<'_>) -> (Range<usize>, Vec<Proposal>) {
    let section = &asked.cursor.path[..1];
    let searches = asked.outline.keys(section).into_iter();
    let searches = searches.filter(|name| !["condition", "rules"].contains(name));
    let searches =
        searches.map(|name| Proposal::new(name, CompletionItemKind::Variable, "search identifier"));
    let list = searches.chain(operators(&["1 of ", "all of ", "them"]));
    (asked.word(), list.collect())
}

fn rules_condition(asked: &CursorContext<'_>) -> (Range<usize>, Vec<Proposal>) {
    let names = asked.outline.values(&["correlation", "rules"]).into_iter();
    let rules = names.map(|name| Proposal::new(name, CompletionItemKind::Reference, "rule"));
    (asked.word(), rules.chain(operators(&[])).collect())
}

fn operators(more: &'static [&'static str]) -> impl Iterator<Item = Proposal> {
    let all = ["and", "or", "not"].into_iter().chain(more.iter().copied());
    all.map(|word| Proposal::new(word, CompletionItemKind::Keyword, ""))
}

/// The names of rules that a correlation or a filter can refer to: those of its pack.
fn references(asked: &CursorContext<'_>, rules: &[KnownRule<'_>]) -> Vec<Proposal> {
    let used = asked.outline.values(&asked.cursor.path);
    let own = asked.outline.value(&["title"]);
    let of_pack = rules.iter().filter(|rule| rule.is_of(asked.pack));
    let others = of_pack.filter(|rule| Some(rule.title()) != own);
    let names = others.filter_map(|rule| {
        let name = rule.reference()?;
        let is_new = !used.contains(&name) || name == asked.token();
        is_new.then(|| Proposal::new(name, CompletionItemKind::Reference, rule.title()))
    });
    let any = (asked.kind == DocumentKind::Filter)
        .then(|| Proposal::new("any", CompletionItemKind::Keyword, "all with its logsource"));
    any.into_iter().chain(names).collect()
}

/// The fields of the services that a correlation's rules look at, which all of them have.
fn group_fields(asked: &CursorContext<'_>, rules: &[KnownRule<'_>]) -> Vec<Proposal> {
    let names = asked.outline.values(&["correlation", "rules"]);
    let referred = rules
        .iter()
        .filter(|rule| rule.is_of(asked.pack) && names.iter().any(|name| rule.is_called(name)));
    let services: Vec<Service> = referred.filter_map(rules::service).collect();
    let Some((first, others)) = services.split_first() else {
        return Vec::new();
    };
    let common = first.field_names().into_iter().filter(|name| {
        let mut others = others.iter();
        others.all(|service| service.field(name).is_some())
    });
    let aliases = asked.outline.keys(&["correlation", "aliases"]);
    let aliases = aliases.into_iter();
    let aliases = aliases.map(|name| Proposal::new(name, CompletionItemKind::Field, "alias"));
    let common = common.map(|name| {
        let meaning = first.meaning(name).unwrap_or_default();
        Proposal::new(name, CompletionItemKind::Field, meaning)
    });
    aliases.chain(common).collect()
}

/// The tactics and techniques of ATT&CK, and the scores that a rule can be tagged with.
fn tags() -> Vec<Proposal> {
    let tactics = Tactic::ALL
        .iter()
        .map(|tactic| Proposal::new(tactic.tag(), CompletionItemKind::EnumMember, tactic.title()));
    let techniques = attack::techniques().iter().filter_map(|technique| {
        let known = technique.in_force()?;
        let mut proposal = Proposal::new(
            technique.tag(),
            CompletionItemKind::EnumMember,
            technique.name,
        );
        if !technique.is_in_force() {
            proposal.tags.push(CompletionItemTag::Deprecated);
            proposal.insert = Some(known.tag());
            proposal.documentation = format!("now {known}");
        }
        Some(proposal)
    });
    let scores = Score::all().map(|score| {
        let tag = format!("stp.{}", score.to_string().to_lowercase());
        Proposal::new(tag, CompletionItemKind::EnumMember, score.row.as_phrase())
    });
    let mut all: Vec<Proposal> = tactics.chain(techniques).chain(scores).collect();
    all.sort_by_key(|proposal| !proposal.tags.is_empty());
    all
}

fn services(asked: &CursorContext<'_>) -> Vec<Proposal> {
    let declared = asked
        .pack
        .into_iter()
        .flat_map(|pack| &pack.description.logs);
    let declared = declared.map(|log| {
        Proposal::new(
            &log.name.value,
            CompletionItemKind::Module,
            "log that pack.yml declares",
        )
    });
    let known = Service::all().map(|service| {
        let what = match service.log() {
            Some(log) => log.stream,
            None => "on the wire",
        };
        Proposal::new(service.name(), CompletionItemKind::Module, what)
    });
    declared.chain(known).collect()
}

/// The fields that a notice or a log of payloads can have.
fn told_fields(asked: &CursorContext<'_>, service: Service) -> Vec<Proposal> {
    let is_payload = asked.cursor.path.contains(&"log_payload");
    let names = service.field_names().into_iter();
    let own = names.filter(|name| {
        let field = service.field(name);
        !is_payload || field.is_some_and(|field| field.is_payload())
    });
    let own = own.map(|name| {
        let meaning = service.meaning(name).unwrap_or_default();
        Proposal::new(name, CompletionItemKind::Field, meaning)
    });
    own.collect()
}

/// What a field can be compared to, where that is known.
fn field_value(asked: &CursorContext<'_>, path: &[&str]) -> (Range<usize>, Vec<Proposal>) {
    let span = asked.cursor.token.clone();
    let Some(service) = asked.service() else {
        return (span, Vec::new());
    };
    // An item of a list of maps, in which no key is yet.
    if path.len() == 2 {
        return field_key(asked);
    }
    let key = path.last().copied().unwrap_or_default();
    let mut parts = key.split('|');
    let name = parts.next().unwrap_or_default();
    let modifiers: Vec<&str> = parts.collect();
    if modifiers.contains(&"exists") {
        return (span, ["true", "false"].map(Proposal::word).into());
    }
    if modifiers.contains(&"fieldref") {
        return (span, fields(asked, service));
    }
    let list = match (service.name(), name) {
        ("dce_rpc", "endpoint") => endpoints(),
        ("dce_rpc", "uuid") => Registry::get().interfaces().iter().map(uuid).collect(),
        ("dce_rpc", "operation") => operations(asked, |operation| {
            let label = operation.operation;
            let detail = format!("{}, opnum {}", operation.endpoint, operation.opnum);
            (label.to_owned(), detail)
        }),
        ("dce_rpc", "opnum") => operations(asked, |operation| {
            (operation.opnum.to_string(), operation.operation.to_owned())
        }),
        ("smb_files", "action") => FileAction::all()
            .map(|action| Proposal::word(action.name()))
            .collect(),
        ("smb_cmd", "command") => [SmbCode::Smb1Command, SmbCode::Smb2Command]
            .into_iter()
            .flat_map(SmbCode::names)
            .map(Proposal::word)
            .collect(),
        ("smb_cmd", "status") => {
            let names = SmbCode::Status.names().into_iter();
            names.map(Proposal::word).collect()
        }
        _ => match service.field(name).map(|field| field.kind.element()) {
            Some(FieldKind::Bool) => ["true", "false"].map(Proposal::word).into(),
            _ => Vec::new(),
        },
    };
    (span, list)
}

fn endpoints() -> Vec<Proposal> {
    let mut all: Vec<Proposal> = Vec::new();
    for interface in Registry::get().interfaces() {
        let uuid = interface.uuid.to_string();
        match all
            .iter_mut()
            .find(|known| known.label == interface.endpoint)
        {
            Some(known) => known.detail += &format!(", {uuid}"),
            None => all.push(Proposal::new(
                interface.endpoint,
                CompletionItemKind::Interface,
                uuid,
            )),
        }
    }
    all.sort_by(|one, other| one.label.cmp(&other.label));
    all
}

fn uuid(interface: &Interface) -> Proposal {
    Proposal::new(
        interface.uuid.to_string(),
        CompletionItemKind::Interface,
        interface.endpoint,
    )
}

/// The operations of the interfaces that the search names, or all, each by what `tell` makes of it once.
fn operations(
    asked: &CursorContext<'_>,
    tell: impl Fn(&Operation) -> (String, String),
) -> Vec<Proposal> {
    let interfaces = asked.interfaces();
    let is_named = |operation: &&Operation| {
        let mut named = interfaces.iter();
        interfaces.is_empty() || named.any(|interface| interface.uuid == operation.uuid)
    };
    let mut all: Vec<Proposal> = Vec::new();
    for operation in Registry::get().operations().iter().filter(is_named) {
        let (label, detail) = tell(operation);
        all.push(Proposal::new(label, CompletionItemKind::Function, detail));
    }
    // An operation that several interfaces have, or an opnum, is offered once where nothing tells which is meant.
    all.sort_by(|one, other| (&one.label, &one.detail).cmp(&(&other.label, &other.detail)));
    if interfaces.is_empty() {
        all.dedup_by(|one, other| one.label == other.label);
    }
    all
}
