//! The arguments of calls that a pack's rules look at: what reads them, and the members of a call that hold them.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;

use super::arguments::{self, Decoder};
use super::dce_rpc::operation_name;
use super::string::literal;
use super::{WriteError, Writer};
use crate::plan::dispatch::arguments::AskedArguments;
use crate::registry::{Operation, ScalarType};
use crate::service::argument::{ArgumentField, prefix};
use crate::service::{Access, Field, FieldKind};
use crate::stub::Side;

#[derive(Template)]
#[template(path = "dce-rpc-call-arguments.zeek")]
struct CallArguments<'a> {
    module: &'a str,
    stub_script: &'static str,
    /// The member of an operation that has how its requests are read.
    reads_arguments: String,
    /// Those that have the latest request, which reading that was, and from where others are compared with it.
    latest: String,
    reading: String,
    compared_from: String,
    members: Vec<CallMember>,
    decoders: Vec<Reader>,
    reads_results: bool,
}

/// A member of a call.
struct CallMember {
    name: &'static str,
    zeek_type: &'static str,
}

/// How one side of an operation is read.
struct Reader {
    operation: String,
    uuid: String,
    opnum: u16,
    is_request: bool,
    /// The member of a call that has the stub.
    stub: &'static str,
    code: String,
    function: String,
    record: String,
    begins_with_pointer: bool,
    /// The function that takes what is read into the call.
    taker: String,
    /// The variable that has what was read of the latest stub.
    latest: String,
    values: Vec<CallArgument>,
}

/// An argument that is taken into a call.
struct CallArgument {
    field: String,
    presence: String,
    member: &'static str,
}

/// Which stubs of a call have to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reading {
    /// The request's.
    Arguments,
    /// The response's and, before it, the request's.
    Results,
}

impl Reading {
    /// What has to be read for the arguments among some fields, if there are any.
    pub(super) fn of<'f>(fields: impl IntoIterator<Item = &'f Field>) -> Option<Self> {
        let arguments = fields.into_iter().filter(|field| field.is_argument());
        let readings = arguments.map(|field| match field.phase.is_response() {
            true => Self::Results,
            false => Self::Arguments,
        });
        readings.max()
    }

    /// The statement that does it, after the function has read so much.
    pub(super) fn statement(self, read: Option<Self>) -> String {
        let reads = match self {
            Self::Arguments => "read_arguments(call);",
            Self::Results => "read_results(call);",
        };
        match read {
            None => format!("local kept = {reads}"),
            Some(_) => reads.to_owned(),
        }
    }
}

impl Writer<'_> {
    /// The script that reads arguments; `None` where no rule looks at any.
    pub(super) fn call_arguments(&self) -> Result<Option<String>, WriteError> {
        let asked = &self.dispatch.arguments;
        if asked.is_empty() {
            return Ok(None);
        }
        let mut decoders = Vec::new();
        for asked in asked.values() {
            decoders.extend(reader(asked, Side::Request)?);
            if !asked.results.is_empty() {
                decoders.extend(reader(asked, Side::Response)?);
            }
        }
        let text = CallArguments {
            module: &self.names.module,
            stub_script: arguments::SCRIPT,
            reads_arguments: format!("{}_arguments", self.names.field),
            latest: format!("{}_latest", self.names.field),
            reading: self.reading(),
            compared_from: format!("{}_compared_from", self.names.field),
            members: self.argument_members(),
            reads_results: asked.values().any(|asked| !asked.results.is_empty()),
            decoders,
        };
        Ok(Some(text.render()?))
    }

    /// The member of an operation that tells its latest request's reading from others.
    pub(super) fn reading(&self) -> String {
        format!("{}_reading", self.names.field)
    }

    fn argument_members(&self) -> Vec<CallMember> {
        let fields = self.plan.rules.iter().flat_map(|rule| rule.arguments());
        let members: BTreeMap<&'static str, FieldKind> = fields
            .filter_map(|field| Some((member(&field)?, field.kind)))
            .collect();
        let members = members.into_iter();
        members
            .map(|(name, kind)| CallMember {
                name,
                zeek_type: zeek_type(kind),
            })
            .collect()
    }
}

fn reader(asked: &AskedArguments, side: Side) -> Result<Option<Reader>, WriteError> {
    let operation = asked.operation;
    let (names, stub) = match side {
        Side::Request => (&asked.arguments, "stub"),
        Side::Response => (&asked.results, "response_stub"),
    };
    let Some(decoder) = Decoder::new(operation, side, names) else {
        return Ok(None);
    };
    Ok(Some(Reader {
        operation: operation_name(operation.uuid, operation.opnum),
        uuid: literal(operation.uuid.to_string().as_bytes()),
        opnum: operation.opnum,
        is_request: side == Side::Request,
        stub,
        code: decoder.code()?,
        record: decoder.record(),
        begins_with_pointer: decoder.begins_with_pointer(),
        taker: format!("take_{}", decoder.function()),
        latest: format!("latest_{}", decoder.function()),
        function: decoder.function(),
        values: values(operation, names, side),
    }))
}

fn values(operation: &Operation, names: &BTreeSet<String>, side: Side) -> Vec<CallArgument> {
    let known = names.iter().filter_map(|name| {
        let argument = ArgumentField::named(&format!("{}{name}", prefix(side)))?;
        let of = argument.in_operation(operation)?;
        let field = argument.field(of);
        let member = member(&field)?;
        let read = Decoder::field(name);
        let presence = match of.kind.is_several() {
            true => format!("|read${read}| > 0"),
            false => format!("read?${read}"),
        };
        Some(CallArgument {
            field: read,
            presence,
            member,
        })
    });
    known.collect()
}

fn member(field: &Field) -> Option<&'static str> {
    match field.access {
        Access::Member { member, .. } => Some(member),
        Access::Header { .. } | Access::Identity => None,
    }
}

fn zeek_type(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Count => "count",
        FieldKind::Int => "int",
        FieldKind::Address => "addr",
        FieldKind::Texts => "vector of string",
        FieldKind::Vector(ScalarType::Int) => "vector of int",
        FieldKind::Vector(ScalarType::Addr) => "vector of addr",
        FieldKind::Vector(_) => "vector of count",
        _ => "string",
    }
}
