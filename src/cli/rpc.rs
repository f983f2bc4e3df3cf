//! `sigzeek rpc`: looks up DCE/RPC interfaces and operations.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use console::Term;
use serde_json::{Value, json};

use super::known_width;
use crate::registry::data_type::FixedValue;
use crate::registry::{
    Direction, Interface, InterfaceUuid, Operation, Parameter, RELEASES, Registry, StubEncryption,
};
use crate::stub::{Argument, ArgumentKind, Side, StubPlan};
use crate::text::{self, Table, counted};

/// How many operations are shown one by one; more of them become a table.
const MOST_IN_DETAIL: usize = 3;

/// How many similar names are offered when nothing is found.
const MOST_SUGGESTIONS: usize = 3;

/// How much of a query is repeated to the user, in characters.
const LONGEST_ECHO: usize = 80;

/// How short a part of a UUID may be to be looked for, in characters; shorter ones are in too many.
const SHORTEST_UUID_PART: usize = 4;

/// The arguments of `sigzeek rpc`.
#[derive(Debug, Args)]
pub struct RpcArgs {
    /// UUID, endpoint or operation name, or a part of one; ENDPOINT::OPERATION; a UUID or endpoint and an opnum; or a protocol such
    /// as MS-RPRN
    #[arg(required_unless_present = "from_capture", value_name = "QUERY")]
    pub query: Vec<String>,

    /// List the calls of a capture, or of a folder of captures, with their arguments: of what QUERY finds, if it is given; may be
    /// repeated
    #[arg(long, value_name = "CAPTURE")]
    pub from_capture: Vec<PathBuf>,

    /// Output format
    #[arg(long, value_enum, default_value_t = RpcFormat::Human)]
    pub format: RpcFormat,
}

/// How `sigzeek rpc` prints what it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RpcFormat {
    /// Aligned text
    Human,
    /// One line an operation or a call, columns separated by tabs
    Tsv,
    /// JSON: one document, or one a call
    Json,
}

/// Looks up what `args` ask for; prints what is found to `out`, or to `errors` that nothing was and what is similar. Whether
/// something was found.
///
/// # Errors
///
/// When `out` or `errors` cannot be written.
pub fn run(args: &RpcArgs, out: &mut impl Write, errors: &mut impl Write) -> io::Result<bool> {
    let text = args.query.join(" ");
    let query = Query::new(&text);
    let registry = Registry::get();
    let found = QueryResult::new(registry, &query);
    if found.is_empty() {
        print_suggestions(registry, &text, &query, errors)?;
        return Ok(false);
    }
    match args.format {
        RpcFormat::Human => print_human(&found, out)?,
        RpcFormat::Tsv => print_tsv(&found, out)?,
        RpcFormat::Json => print_json(&found, out)?,
    }
    Ok(true)
}

/// Whether what is looked up with `query` has an operation of an interface. Nothing to look up has all.
pub(super) fn finder(query: &[String]) -> impl Fn(InterfaceUuid, u16) -> bool {
    let text = query.join(" ");
    let found = (!query.is_empty()).then(|| QueryResult::new(Registry::get(), &Query::new(&text)));
    move |uuid, opnum| {
        found.as_ref().is_none_or(|found| {
            let mut operations = found.operations.iter();
            found
                .interfaces
                .iter()
                .any(|interface| interface.uuid == uuid)
                || operations.any(|(_, it)| (it.uuid, it.opnum) == (uuid, opnum))
        })
    }
}

/// What the user looks for.
#[derive(Debug, PartialEq, Eq)]
enum Query<'a> {
    /// One interface.
    Uuid(InterfaceUuid),
    /// An interface, by UUID or name or part of one, and the number of its operation.
    Opnum(&'a str, u16),
    /// `ENDPOINT::OPERATION`, both names or parts of them.
    Pair(&'a str, &'a str),
    /// A name or part of one, a part of a UUID, or a protocol.
    Text(&'a str),
}

impl<'a> Query<'a> {
    fn new(text: &'a str) -> Self {
        let text = text.trim();
        if let Ok(uuid) = text.parse() {
            return Self::Uuid(uuid);
        }
        if let Some((endpoint, operation)) = text.split_once("::") {
            return Self::Pair(endpoint.trim(), operation.trim());
        }
        let last_word = text.rsplit_once(char::is_whitespace);
        match last_word.map(|(subject, word)| (subject.trim(), parse_opnum(word))) {
            Some((subject, Some(opnum))) => Self::Opnum(subject, opnum),
            _ => Self::Text(text),
        }
    }
}

/// An operation number as people write it: decimal, or hexadecimal after `0x`.
fn parse_opnum(text: &str) -> Option<u16> {
    match text.strip_prefix("0x") {
        Some(digits) => u16::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

/// What a query finds.
#[derive(Debug, Default)]
struct QueryResult {
    interfaces: Vec<&'static Interface>,
    operations: Vec<(&'static Interface, &'static Operation)>,
}

impl QueryResult {
    fn new(registry: &'static Registry, query: &Query<'_>) -> Self {
        match *query {
            Query::Uuid(uuid) => Self {
                interfaces: registry.interface(uuid).into_iter().collect(),
                operations: Vec::new(),
            },
            Query::Opnum(subject, opnum) => Self::with_opnum(registry, subject, opnum),
            Query::Pair(endpoint, operation) => Self::pairs(registry, endpoint, operation),
            Query::Text(text) => Self::named(registry, text),
        }
    }

    fn with_opnum(registry: &'static Registry, subject: &str, opnum: u16) -> Self {
        let interfaces = interfaces_like(registry, subject);
        let operations = interfaces.into_iter().flat_map(|interface| {
            let operations = interface.operations.iter();
            operations
                .filter(move |operation| operation.opnum == opnum)
                .map(move |operation| (interface, operation))
        });
        Self {
            interfaces: Vec::new(),
            operations: operations.collect(),
        }
    }

    fn pairs(registry: &'static Registry, endpoint: &str, operation: &str) -> Self {
        let operations: Vec<_> = interfaces_like(registry, endpoint)
            .into_iter()
            .flat_map(|interface| interface.operations.iter().map(move |it| (interface, it)))
            .collect();
        let named = |is_match: fn(&str, &str) -> bool| {
            let mut found = operations.clone();
            found.retain(|(_, it)| it.names().any(|name| is_match(name, operation)));
            found
        };
        let exact = named(str::eq_ignore_ascii_case);
        Self {
            interfaces: Vec::new(),
            operations: if exact.is_empty() {
                named(contains_ignoring_case)
            } else {
                exact
            },
        }
    }

    fn named(registry: &'static Registry, text: &str) -> Self {
        let protocol: Vec<_> = registry.interfaces_of_protocol(text).collect();
        if !protocol.is_empty() {
            return Self {
                interfaces: protocol,
                operations: Vec::new(),
            };
        }
        let exact = Self {
            interfaces: registry.interfaces_named(text).collect(),
            operations: with_interfaces(registry, registry.operations_named(text)).collect(),
        };
        if text.is_empty() || !exact.is_empty() {
            return exact;
        }
        let operations = registry.operations().iter().filter(|operation| {
            operation
                .names()
                .any(|name| contains_ignoring_case(name, text))
        });
        Self {
            interfaces: interfaces_like(registry, text),
            operations: with_interfaces(registry, operations).collect(),
        }
    }

    fn is_empty(&self) -> bool {
        self.interfaces.is_empty() && self.operations.is_empty()
    }
}

fn with_interfaces(
    registry: &'static Registry,
    operations: impl Iterator<Item = &'static Operation>,
) -> impl Iterator<Item = (&'static Interface, &'static Operation)> {
    operations.filter_map(|operation| Some((registry.interface(operation.uuid)?, operation)))
}

/// The interfaces of this UUID or name, or failing that those with it as a part.
fn interfaces_like(registry: &'static Registry, text: &str) -> Vec<&'static Interface> {
    if let Ok(uuid) = text.parse() {
        return registry.interface(uuid).into_iter().collect();
    }
    let exact: Vec<_> = registry.interfaces_named(text).collect();
    if text.is_empty() || !exact.is_empty() {
        return exact;
    }
    let is_uuid_part = text.len() >= SHORTEST_UUID_PART
        && text
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    registry
        .interfaces()
        .iter()
        .filter(|interface| {
            contains_ignoring_case(interface.endpoint, text)
                || is_uuid_part && contains_ignoring_case(&interface.uuid.to_string(), text)
        })
        .collect()
}

fn contains_ignoring_case(text: &str, part: &str) -> bool {
    text.to_ascii_lowercase()
        .contains(&part.to_ascii_lowercase())
}

fn print_human(found: &QueryResult, out: &mut impl Write) -> io::Result<()> {
    match (found.interfaces.as_slice(), found.operations.as_slice()) {
        ([interface], []) => print_interface(interface, out),
        ([], operations) if operations.len() <= MOST_IN_DETAIL => {
            for (place, (interface, operation)) in operations.iter().enumerate() {
                if place > 0 {
                    writeln!(out)?;
                }
                print_operation(interface, operation, out)?;
            }
            Ok(())
        }
        (interfaces, operations) => print_overview(interfaces, operations, out),
    }
}

fn print_operation(
    interface: &Interface,
    operation: &Operation,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, "{}::{}", operation.endpoint, operation.operation)?;
    writeln!(out, "  UUID    {}", operation.uuid)?;
    writeln!(out, "  opnum   {}", operation.opnum)?;
    let mut label = "names";
    for (name, releases) in names_by_release(operation) {
        let name = name.unwrap_or("no name");
        writeln!(out, "  {label:<6}  {name} (Zeek {})", releases.join(", "))?;
        label = "";
    }
    print_encryption(interface.stub_encryption(operation.opnum), out)?;
    print_parameters(operation, out)
}

fn print_parameters(operation: &Operation, out: &mut impl Write) -> io::Result<()> {
    let Some(parameters) = operation.parameters() else {
        return Ok(());
    };
    writeln!(out)?;
    let mut table = Table::new(["  parameter", "direction", "type", "source"]);
    for parameter in parameters {
        let type_name = match parameter.data_type {
            Some(_) => parameter.type_name,
            None => "not described",
        };
        table.push([
            format!("  {}", parameter.name),
            parameter.direction.as_str().to_owned(),
            type_name.to_owned(),
            parameter.source.to_owned(),
        ]);
        for argument in members(operation, parameter) {
            let list = if argument.is_list { "list of " } else { "" };
            table.push([
                format!("    {}", argument.name),
                String::new(),
                format!("  {list}{}", kind(argument.kind)),
                String::new(),
            ]);
        }
    }
    table.print(known_width(&Term::stdout()), out)
}

/// The arguments that are members of a parameter's structures.
fn members(operation: &Operation, parameter: &Parameter) -> Vec<&'static Argument> {
    let side = match parameter.direction {
        Direction::In | Direction::InOut => Side::Request,
        Direction::Out => Side::Response,
    };
    let plan = StubPlan::of(operation, side).into_iter();
    let arguments = plan.flat_map(|plan| &plan.arguments);
    let is_member = |argument: &&Argument| {
        let rest = argument.name.strip_prefix(parameter.name);
        rest.is_some_and(|rest| rest.starts_with('.'))
    };
    arguments.filter(is_member).collect()
}

fn kind(kind: ArgumentKind) -> &'static str {
    match kind {
        ArgumentKind::Integer { .. } => "number",
        ArgumentKind::Text => "text",
        ArgumentKind::Bytes => "bytes",
        ArgumentKind::Sid => "SID",
        ArgumentKind::Fixed(FixedValue::Guid) => "GUID",
        ArgumentKind::Fixed(FixedValue::FileTime) => "time",
        ArgumentKind::Fixed(FixedValue::Handle) => "handle",
        ArgumentKind::Fixed(FixedValue::Ipv4) => "address",
    }
}

/// The operation's names with the releases that print them, the newest first.
fn names_by_release(operation: &Operation) -> Vec<(Option<&'static str>, Vec<&'static str>)> {
    let mut names: Vec<(_, Vec<_>)> = Vec::new();
    for release in RELEASES.into_iter().rev() {
        let name = operation.name_in(release);
        match names.iter_mut().find(|(known, _)| *known == name) {
            Some((_, releases)) => releases.insert(0, release),
            None => names.push((name, vec![release])),
        }
    }
    names
}

fn print_interface(interface: &Interface, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", interface.endpoint)?;
    writeln!(out, "  UUID    {}", interface.uuid)?;
    print_encryption(interface.encryption.as_ref(), out)?;
    writeln!(out)?;
    if interface.operations.is_empty() {
        return writeln!(out, "  No release has names for its operations.");
    }
    let mut table = Table::new(["  opnum", "operation", "older names"]);
    for operation in interface.operations {
        table.push([
            format!("{:>7}", operation.opnum),
            operation.operation.to_owned(),
            older_names(operation),
        ]);
    }
    table.print(known_width(&Term::stdout()), out)
}

fn print_encryption(encryption: Option<&StubEncryption>, out: &mut impl Write) -> io::Result<()> {
    let Some(encryption) = encryption else {
        return writeln!(out, "  stub    not known to be encrypted by default");
    };
    writeln!(out, "  stub    encrypted {}", encryption.scope.as_phrase())?;
    if !encryption.opnums.is_empty() {
        let opnums: Vec<_> = encryption.opnums.iter().map(u16::to_string).collect();
        writeln!(out, "          (opnums {})", opnums.join(", "))?;
    }
    writeln!(out, "          {}", encryption.note)?;
    writeln!(out, "  source  {}", encryption.source)
}

fn print_overview(
    interfaces: &[&Interface],
    operations: &[(&Interface, &Operation)],
    out: &mut impl Write,
) -> io::Result<()> {
    if !interfaces.is_empty() {
        let mut table = Table::new(["UUID", "endpoint", "operations", "stub encrypted"]);
        for interface in interfaces {
            table.push([
                interface.uuid.to_string(),
                interface.endpoint.to_owned(),
                format!("{:>10}", interface.operations.len()),
                scope(interface.encryption.as_ref()),
            ]);
        }
        table.print(known_width(&Term::stdout()), out)?;
        writeln!(out)?;
    }
    if !operations.is_empty() {
        let mut table = Table::new(["UUID", "opnum", "name", "older names", "stub encrypted"]);
        for (interface, operation) in operations {
            table.push([
                operation.uuid.to_string(),
                format!("{:>5}", operation.opnum),
                format!("{}::{}", operation.endpoint, operation.operation),
                older_names(operation),
                scope(interface.stub_encryption(operation.opnum)),
            ]);
        }
        table.print(known_width(&Term::stdout()), out)?;
        writeln!(out)?;
    }
    let counts: Vec<_> = [
        (interfaces.len(), "interface"),
        (operations.len(), "operation"),
    ]
    .into_iter()
    .filter(|&(count, _)| count > 0)
    .map(|(count, noun)| counted(count, noun))
    .collect();
    writeln!(out, "{}", counts.join(", "))
}

fn scope(encryption: Option<&StubEncryption>) -> String {
    encryption.map_or_else(String::new, |encryption| {
        encryption.scope.as_phrase().to_owned()
    })
}

fn older_names(operation: &Operation) -> String {
    let older: Vec<_> = names_by_release(operation)
        .into_iter()
        .filter(|&(name, _)| name != Some(operation.operation))
        .map(|(name, releases)| format!("{}: {}", releases.join(", "), name.unwrap_or("no name")))
        .collect();
    older.join("; ")
}

/// The operations with their parameters; of interfaces, all.
fn print_json(found: &QueryResult, out: &mut impl Write) -> io::Result<()> {
    let of_interfaces = found.interfaces.iter();
    let operations = of_interfaces
        .flat_map(|interface| interface.operations.iter())
        .chain(found.operations.iter().map(|(_, operation)| *operation));
    let operations: Vec<_> = operations.map(operation_json).collect();
    text::print_json(&json!({ "operations": operations }), out)
}

fn operation_json(operation: &Operation) -> Value {
    let parameter = |parameter: &Parameter| {
        json!({
            "name": parameter.name,
            "direction": parameter.direction.as_str(),
            "type": parameter.data_type.as_ref().map(|_| parameter.type_name),
            "source": parameter.source,
        })
    };
    let parameters = operation.parameters();
    let parameters = parameters.map(|all| all.iter().map(parameter).collect::<Vec<_>>());
    json!({
        "uuid": operation.uuid.to_string(),
        "opnum": operation.opnum,
        "endpoint": operation.endpoint,
        "operation": operation.operation,
        "parameters": parameters,
    })
}

fn print_tsv(found: &QueryResult, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "uuid\topnum\tendpoint\toperation\tolder_names\tstub_encrypted\tsource"
    )?;
    let mut printed = BTreeSet::new();
    for interface in &found.interfaces {
        printed.insert((interface.uuid, None));
        print_tsv_interface(interface, out)?;
    }
    for (interface, operation) in &found.operations {
        if !printed.contains(&(operation.uuid, None))
            && printed.insert((operation.uuid, Some(operation.opnum)))
        {
            print_tsv_operation(interface, operation, out)?;
        }
    }
    Ok(())
}

fn print_tsv_interface(interface: &Interface, out: &mut impl Write) -> io::Result<()> {
    for operation in interface.operations {
        print_tsv_operation(interface, operation, out)?;
    }
    if interface.operations.is_empty() {
        let (scope, source) = tsv_encryption(interface.encryption.as_ref());
        let Interface { uuid, endpoint, .. } = interface;
        writeln!(out, "{uuid}\t\t{endpoint}\t\t\t{scope}\t{source}")?;
    }
    Ok(())
}

fn print_tsv_operation(
    interface: &Interface,
    operation: &Operation,
    out: &mut impl Write,
) -> io::Result<()> {
    let older_names: Vec<_> = operation
        .older_names
        .iter()
        .map(|older| format!("{}={}", older.release, older.name.unwrap_or("-")))
        .collect();
    let (scope, source) = tsv_encryption(interface.stub_encryption(operation.opnum));
    writeln!(
        out,
        "{}\t{}\t{}\t{}\t{}\t{scope}\t{source}",
        operation.uuid,
        operation.opnum,
        operation.endpoint,
        operation.operation,
        older_names.join(" ")
    )
}

fn tsv_encryption(encryption: Option<&StubEncryption>) -> (&'static str, &'static str) {
    encryption.map_or(("", ""), |encryption| {
        (encryption.scope.as_str(), encryption.source)
    })
}

fn print_suggestions(
    registry: &'static Registry,
    text: &str,
    query: &Query<'_>,
    errors: &mut impl Write,
) -> io::Result<()> {
    writeln!(errors, "nothing found for \"{}\"", harmless(text.trim()))?;
    let (endpoint, operation) = match *query {
        Query::Uuid(_) => (None, None),
        Query::Opnum(subject, _) => (Some(subject), None),
        Query::Pair(endpoint, operation) => (Some(endpoint), Some(operation)),
        Query::Text(text) => (Some(text), Some(text)),
    };
    let endpoints = endpoint.map(|name| registry.nearest_endpoints(name, MOST_SUGGESTIONS));
    let operations = operation.map(|name| registry.nearest_operations(name, MOST_SUGGESTIONS));
    for (kind, names) in [("endpoints", endpoints), ("operations", operations)] {
        if let Some(names) = names.filter(|names| !names.is_empty()) {
            writeln!(errors, "nearest {kind}: {}", names.join(", "))?;
        }
    }
    Ok(())
}

/// The beginning of `text`, fit for a terminal: control and other unprintable characters are escaped.
fn harmless(text: &str) -> String {
    let mut echo: String = text
        .chars()
        .take(LONGEST_ECHO)
        .flat_map(char::escape_debug)
        .collect();
    if text.chars().nth(LONGEST_ECHO).is_some() {
        echo.push('…');
    }
    echo
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_told_apart() {
        let atsvc = "1ff70682-0a51-30e8-076d-740be8cee98b";
        let uuid = Query::Uuid(atsvc.parse().unwrap());
        assert_eq!(Query::new(&format!(" {{{atsvc}}} ")), uuid);
        assert_eq!(
            Query::new(&format!("{atsvc} 0x0c")),
            Query::Opnum(atsvc, 12)
        );
        assert_eq!(
            Query::new("svcctl::CreateServiceW"),
            Query::Pair("svcctl", "CreateServiceW")
        );
        assert_eq!(
            Query::new("IWbemClassObject interface"),
            Query::Text("IWbemClassObject interface")
        );
        assert_eq!(Query::new("svcctl 65536"), Query::Text("svcctl 65536"));
        assert_eq!(Query::new("12"), Query::Text("12"));
    }

    #[test]
    fn echoes_are_harmless_and_short() {
        assert_eq!(
            harmless("\x1b]0;x\x07\u{202e}\u{9b}"),
            "\\u{1b}]0;x\\u{7}\\u{202e}\\u{9b}"
        );
        assert_eq!(harmless(&"é".repeat(81)), format!("{}…", "é".repeat(80)));
    }
}
