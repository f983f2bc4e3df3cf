//! Calls with their arguments, for people, as a Zeek log and as JSON.

use std::io::{self, Write};
use std::path::Path;

use serde_json::{Map, Value as Json, json};

use super::notice::{NoticeFormat, NoticeOrigin, connection_json, csv_line, seconds};
use crate::event::StubObstacle;
use crate::event::arguments::{ArgumentValue, Arguments, ByteOrder};
use crate::event::calls::{CallReply, Response, SeenCall};
use crate::registry::{Operation, Registry};
use crate::stub::{Argument, Side, StubPlan};
use crate::text::{quoted, zeek_log};

/// How many octets of an argument are shown to people.
const MOST_OCTETS: usize = 32;

/// The name of the value that an operation returns.
const RETURN: &str = "return";

/// What comes before calls.
#[allow(clippy::missing_errors_doc)]
pub fn call_header(format: NoticeFormat, out: &mut impl Write) -> io::Result<()> {
    const FIELDS: &[(&str, &str)] = &[
        ("ts", "time"),
        ("id.orig_h", "addr"),
        ("id.orig_p", "port"),
        ("id.resp_h", "addr"),
        ("id.resp_p", "port"),
        ("endpoint", "string"),
        ("operation", "string"),
        ("arguments", "string"),
        ("result", "string"),
    ];
    format.header("calls", FIELDS, out)
}

/// A call of a capture.
#[allow(clippy::missing_errors_doc)]
pub fn print_call(
    format: NoticeFormat,
    capture: &Path,
    call: &SeenCall,
    out: &mut impl Write,
) -> io::Result<()> {
    let read = ReadCall::new(call);
    match format {
        NoticeFormat::Human => {
            let (ends, name) = (&call.connection, read.name());
            writeln!(
                out,
                "{}  {ends}  {name}({}){}",
                call.time,
                read.arguments(),
                read.result()
            )
        }
        NoticeFormat::Tsv => {
            let id = &call.connection;
            let (endpoint, operation) = read.names();
            writeln!(
                out,
                "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
                call.time,
                id.orig_h,
                id.orig_p,
                id.resp_h,
                id.resp_p,
                zeek_log::text(endpoint.as_bytes()),
                zeek_log::text(operation.as_bytes()),
                zeek_log::text(read.arguments().as_bytes()),
                zeek_log::text(read.result().trim_start().as_bytes()),
            )
        }
        NoticeFormat::Csv => {
            let id = &call.connection;
            let (endpoint, operation) = read.names();
            let values = [
                call.time.to_string(),
                id.orig_h.to_string(),
                id.orig_p.to_string(),
                id.resp_h.to_string(),
                id.resp_p.to_string(),
                endpoint.to_string(),
                operation.to_string(),
                read.arguments(),
                read.result().trim_start().to_owned(),
            ];
            csv_line(values.iter().map(String::as_str), out)
        }
        NoticeFormat::Json => writeln!(out, "{}", Json::Object(read.json(capture))),
    }
}

/// A call with what can be read of it.
struct ReadCall<'a> {
    call: &'a SeenCall,
    operation: Option<&'static Operation>,
    request: ShownStub<'a>,
    response: Option<ShownStub<'a>>,
}

/// A stub with what can be read of it.
struct ShownStub<'a> {
    octets: &'a [u8],
    obstacle: Option<StubObstacle>,
    plan: Option<&'static StubPlan>,
    arguments: Option<Arguments<'a>>,
}

impl<'a> ShownStub<'a> {
    fn new(
        plan: Option<&'static StubPlan>,
        octets: &'a [u8],
        order: ByteOrder,
        obstacle: Option<StubObstacle>,
    ) -> Self {
        let readable = plan.filter(|_| obstacle.is_none());
        Self {
            octets,
            obstacle,
            plan,
            arguments: readable.and_then(|plan| Arguments::read(plan, octets, order)),
        }
    }

    fn is_unreadable(&self) -> bool {
        self.plan.is_some() && self.arguments.is_none()
    }

    /// The arguments for people, or what there is instead.
    fn text(&self, is_shown: impl Fn(&Argument) -> bool) -> String {
        let octets = self.octets.len();
        if let Some(obstacle) = self.obstacle {
            return format!("{octets} bytes, {}", obstacle.as_str());
        }
        let Some(plan) = self.plan else {
            return if octets == 0 {
                String::new()
            } else {
                format!("{octets} bytes")
            };
        };
        let Some(arguments) = &self.arguments else {
            return format!("{octets} bytes that cannot be read");
        };
        let mut texts: Vec<String> = grouped(arguments)
            .into_iter()
            .filter(|(argument, _)| is_shown(argument))
            .map(|(argument, values)| {
                let values: Vec<String> = values.into_iter().map(shown).collect();
                match argument.is_list {
                    true => format!("{}=[{}]", argument.name, values.join(", ")),
                    false => format!("{}={}", argument.name, values.concat()),
                }
            })
            .collect();
        if !plan.is_whole {
            texts.push("…".to_owned());
        }
        texts.join(", ")
    }

    fn json(&self) -> Json {
        let Some(arguments) = &self.arguments else {
            return Json::Null;
        };
        let named = grouped(arguments).into_iter().map(|(argument, values)| {
            let mut values: Vec<Json> = values.into_iter().map(value_json).collect();
            let value = match values.pop() {
                Some(value) if !argument.is_list => value,
                last => {
                    values.extend(last);
                    Json::Array(values)
                }
            };
            (argument.name.clone(), value)
        });
        Json::Object(named.collect())
    }
}

impl<'a> ReadCall<'a> {
    fn new(call: &'a SeenCall) -> Self {
        let operation = call
            .interface
            .and_then(|uuid| Registry::get().operation(uuid, call.opnum));
        let plan = |side| operation.and_then(|operation| StubPlan::of(operation, side));
        let request = ShownStub::new(
            plan(Side::Request),
            &call.request,
            call.order,
            call.obstacle,
        );
        let mut response = match &call.answer {
            CallReply::Response(Response { stub, obstacle, .. }) => {
                let plan = plan(Side::Response);
                Some(ShownStub::new(plan, stub, call.order, *obstacle))
            }
            CallReply::Unknown | CallReply::Fault => None,
        };
        // Numbers alone can be read out of anything. The response of a sealed request is sealed, too.
        if request.is_unreadable()
            && let Some(response) = &mut response
        {
            response.arguments = None;
        }
        Self {
            call,
            operation,
            request,
            response,
        }
    }

    fn names(&self) -> (String, String) {
        if let Some(operation) = self.operation {
            return (
                operation.endpoint.to_owned(),
                operation.operation.to_owned(),
            );
        }
        let uuid = self.call.interface;
        let interface = uuid.and_then(|uuid| Registry::get().interface(uuid));
        let endpoint = match (interface, uuid) {
            (Some(interface), _) => interface.endpoint.to_owned(),
            (None, Some(uuid)) => format!("unknown-{uuid}"),
            (None, None) => "unknown".to_owned(),
        };
        (endpoint, format!("unknown-{}", self.call.opnum))
    }

    fn name(&self) -> String {
        let (endpoint, operation) = self.names();
        format!("{endpoint}::{operation}")
    }

    /// What was asked for. Context handles tell people nothing.
    fn arguments(&self) -> String {
        self.request.text(|argument| !is_handle(argument))
    }

    /// What was returned, and what the call's results are.
    fn result(&self) -> String {
        let response = match (&self.call.answer, &self.response) {
            (CallReply::Fault, _) => return " = fault".to_owned(),
            (_, Some(response)) => response,
            (_, None) => return String::new(),
        };
        let returned = response
            .arguments
            .as_ref()
            .and_then(|arguments| arguments.get(RETURN));
        let results = response.text(|argument| !is_handle(argument) && argument.name != RETURN);
        match returned {
            Some(value) if results.is_empty() => format!(" = {value}"),
            Some(value) => format!(" = {value} -> {results}"),
            None => format!(" -> {results}"),
        }
    }

    fn json(&self, capture: &Path) -> Map<String, Json> {
        let call = self.call;
        let (endpoint, operation) = self.names();
        let syntax = |stub: &ShownStub<'_>| Some(stub.arguments.as_ref()?.syntax.as_str());
        let answered = match &call.answer {
            CallReply::Response(Response { time, .. }) => Some(seconds(*time)),
            CallReply::Unknown | CallReply::Fault => None,
        };
        let obstacle = |stub: &ShownStub<'_>| stub.obstacle.map(StubObstacle::as_str);
        let mut line = connection_json(NoticeOrigin::Capture(capture), call.time, &call.connection);
        let mut set = |name: &str, value: Json| line.insert(name.to_owned(), value);
        set("endpoint", json!(endpoint));
        set("operation", json!(operation));
        set("uuid", json!(call.interface.map(|uuid| uuid.to_string())));
        set("opnum", json!(call.opnum));
        set("described", json!(self.request.plan.is_some()));
        set("transfer_syntax", json!(syntax(&self.request)));
        set("stub_len", json!(call.request.len()));
        set("obstacle", json!(obstacle(&self.request)));
        set("arguments", self.request.json());
        let response = self.response.as_ref();
        set("fault", json!(call.answer == CallReply::Fault));
        set(
            "response_stub_len",
            json!(response.map(|response| response.octets.len())),
        );
        set("response_ts", json!(answered));
        set("result_transfer_syntax", json!(response.and_then(syntax)));
        set("result_obstacle", json!(response.and_then(obstacle)));
        set("results", response.map_or(Json::Null, ShownStub::json));
        line
    }
}

fn is_handle(argument: &Argument) -> bool {
    use crate::registry::data_type::FixedValue;
    use crate::stub::ArgumentKind;
    argument.kind == ArgumentKind::Fixed(FixedValue::Handle)
}

/// The arguments with their values, each argument once, in the order in which the first value comes.
fn grouped<'a>(arguments: &'a Arguments<'a>) -> Vec<(&'a Argument, Vec<&'a ArgumentValue<'a>>)> {
    let mut grouped: Vec<(&Argument, Vec<&ArgumentValue<'_>>)> = Vec::new();
    for (argument, value) in &arguments.values {
        // What is asked about most is the latest.
        let mut known = grouped.iter_mut().rev();
        match known.find(|(known, _)| known.name == argument.name) {
            Some((_, values)) => values.push(value),
            None => grouped.push((argument, vec![value])),
        }
    }
    grouped
}

/// A value for people: texts in quotes, long octets cut.
fn shown(value: &ArgumentValue<'_>) -> String {
    match (value.as_text(), value) {
        (Some(text), _) => quoted(text.as_bytes()),
        (None, ArgumentValue::Bytes(bytes)) if bytes.len() > MOST_OCTETS => {
            let beginning = ArgumentValue::Bytes(bytes.get(..MOST_OCTETS).unwrap_or_default());
            format!("{beginning}… ({} bytes)", bytes.len())
        }
        _ => value.to_string(),
    }
}

/// A value in JSON: numbers are numbers, bytes are `{"hex": "…"}`, all else is text.
fn value_json(value: &ArgumentValue<'_>) -> Json {
    match value {
        ArgumentValue::Unsigned(number) => json!(number),
        ArgumentValue::Signed(number) => json!(number),
        ArgumentValue::Bytes(_) | ArgumentValue::Handle(_) => json!({"hex": value.to_string()}),
        _ => json!(value.to_string()),
    }
}
