//! Decoders of stubs: the steps of a [`StubPlan`] as a Zeek function, which an operation has for all arguments that rules ask
//! for.

mod body;

use std::collections::BTreeSet;

use askama::Template;

use super::WriteError;
use super::dce_rpc::operation_name;
use super::string::literal;
use crate::plan::identifier;
use crate::registry::data_type::FixedValue;
use crate::registry::{Direction, Operation, Registry};
use crate::stub::{
    Argument, ArgumentKind, MAX_ELEMENTS, MAX_HANDLE_ATTRIBUTES, MAX_PADDING, Side, StubPlan,
    VERIFICATION_TRAILER,
};

/// The name of the script that decoders load, without its ending: how stubs are read.
pub const SCRIPT: &str = "dce-rpc-stub";

/// How the arguments of one side of an operation are read in Zeek.
#[derive(Debug)]
pub struct Decoder {
    operation: Operation,
    side: Side,
    plan: StubPlan,
    asked: BTreeSet<String>,
}

#[derive(Template)]
#[template(path = "dce-rpc-stub.zeek")]
struct Stub {
    unread: u64,
    verification_trailer: String,
    instantiation_info: String,
    max_padding: usize,
    max_handle_attributes: u64,
    max_elements: u64,
}

/// Text of the script [`SCRIPT`].
///
/// # Errors
///
/// A template that cannot be filled in.
pub fn stub_script() -> Result<String, WriteError> {
    let text = Stub {
        // More than any stub has.
        unread: 1 << 30,
        verification_trailer: literal(&VERIFICATION_TRAILER),
        instantiation_info: literal(&crate::event::arguments::INSTANTIATION_INFO),
        max_padding: MAX_PADDING,
        max_handle_attributes: MAX_HANDLE_ATTRIBUTES,
        max_elements: MAX_ELEMENTS,
    };
    Ok(super::tidy(&text.render()?))
}

#[derive(Template)]
#[template(path = "dce-rpc-arguments.zeek")]
struct Function<'a> {
    operation: String,
    side: &'static str,
    parameters: Vec<ParameterComment>,
    record: String,
    fields: Vec<RecordMember>,
    function: String,
    is_whole: bool,
    /// Where Zeek finds the offset of the first text of a stub in NDR: the first octet is at 1.
    offset_in_ndr: Option<u64>,
    body: &'a str,
}

/// A parameter in the comment of a decoder.
struct ParameterComment {
    name: String,
    type_name: &'static str,
}

/// A member of a decoder's record.
struct RecordMember {
    name: String,
    zeek_type: &'static str,
    is_list: bool,
}

impl Decoder {
    /// How the arguments with these names are read. `None` where the side of the operation has none of these names, or they
    /// cannot be read.
    pub fn new(operation: &Operation, side: Side, asked: &BTreeSet<String>) -> Option<Self> {
        Some(Self {
            operation: operation.clone(),
            side,
            plan: StubPlan::cut(operation, side, asked)?,
            asked: asked.clone(),
        })
    }

    /// What is read.
    pub fn plan(&self) -> &StubPlan {
        &self.plan
    }

    /// Whether stubs begin with a pointer of which nothing is asked but whether it is null: two stubs that differ in it alone are
    /// read alike.
    pub(super) fn begins_with_pointer(&self) -> bool {
        body::begins_with_pointer(&self.plan)
    }

    /// What is asked for, in the order of the stub.
    pub fn asked(&self) -> impl Iterator<Item = &Argument> {
        let arguments = self.plan.arguments.iter();
        arguments.filter(|argument| self.asked.contains(&argument.name))
    }

    /// The function's name. It takes a stub and whether its integers are little-endian, and gives a [record](Self::record).
    pub fn function(&self) -> String {
        self.named("arguments", "results")
    }

    /// The name of the record: `is_read` says whether the stub could be read, and each argument that is asked for has a
    /// [member](Self::field).
    pub fn record(&self) -> String {
        self.named("Arguments", "Results")
    }

    fn named(&self, arguments: &str, results: &str) -> String {
        let noun = match self.side {
            Side::Request => arguments,
            Side::Response => results,
        };
        let Operation {
            endpoint,
            operation,
            opnum,
            ..
        } = &self.operation;
        // Zeek has a name twice in an interface.
        let namesakes = Registry::get().operations_named(operation);
        let is_only = namesakes.filter(|it| it.endpoint == *endpoint).count() == 1;
        let number = if is_only {
            String::new()
        } else {
            format!("_{opnum}")
        };
        identifier::cased(&format!("{endpoint}_{operation}{number}_{noun}"))
    }

    /// The record's member for an argument: a vector, empty where there is none, if the argument is in an array, and optional
    /// otherwise.
    pub fn field(argument: &str) -> String {
        identifier::cased(argument)
    }

    /// The Zeek code of the record and the function.
    ///
    /// # Errors
    ///
    /// A template that cannot be filled in.
    pub fn code(&self) -> Result<String, WriteError> {
        let body = body::write(&self.plan, &|argument| {
            let is_asked = self.asked.contains(&argument.name);
            is_asked.then(|| Self::field(&argument.name))
        });
        let function = Function {
            operation: operation_name(self.operation.uuid, self.operation.opnum),
            side: match self.side {
                Side::Request => "request",
                Side::Response => "response",
            },
            parameters: self.parameters(),
            record: self.record(),
            fields: self.asked().map(|argument| self.member(argument)).collect(),
            function: self.function(),
            is_whole: self.plan.is_whole,
            offset_in_ndr: body::offset_in_ndr(&self.plan).map(|octets| octets + 1),
            body: &body,
        };
        Ok(function.render()?)
    }

    /// The parameters that are read.
    fn parameters(&self) -> Vec<ParameterComment> {
        let parameters = self.operation.parameters().unwrap_or_default().iter();
        let on_side = parameters.filter(|it| match self.side {
            Side::Request => it.direction != Direction::Out,
            Side::Response => it.direction != Direction::In,
        });
        let read = on_side.take(self.plan.parameters);
        read.map(|parameter| ParameterComment {
            name: parameter.name.to_owned(),
            type_name: parameter.type_name,
        })
        .collect()
    }

    fn member(&self, argument: &Argument) -> RecordMember {
        let zeek_type = match argument.kind {
            ArgumentKind::Integer { is_signed: true } => "int",
            ArgumentKind::Integer { is_signed: false } => "count",
            ArgumentKind::Fixed(FixedValue::Ipv4) => "addr",
            ArgumentKind::Text
            | ArgumentKind::Bytes
            | ArgumentKind::Sid
            | ArgumentKind::Fixed(FixedValue::Guid | FixedValue::FileTime | FixedValue::Handle) => {
                "string"
            }
        };
        RecordMember {
            name: Self::field(&argument.name),
            zeek_type,
            is_list: argument.is_list,
        }
    }
}
