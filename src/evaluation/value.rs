//! Fields of a call or a transaction, and their values.

use std::borrow::Cow;
use std::net::IpAddr;

use super::attempt::AttemptSubject;
use super::pack::Sees;
use crate::event::{ConnectionId, Timestamp};
use crate::predicate::identity::IdentityTest;
use crate::registry::InterfaceUuid;
use crate::rule::Number;
use crate::service::argument;
use crate::service::{Access, Field, InLog, Service};
use crate::stub::Side;

/// Where a field's value is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    OrigH,
    OrigP,
    RespH,
    RespP,
    Ts,
    NamedPipe,
    Rtt,
    Stub,
    StubLen,
    AuthLevel,
    Sealed,
    ResponseStub,
    ResponseStubLen,
    TransDepth,
    Method,
    Uri,
    OriginalUri,
    UriStem,
    UriQuery,
    UriExtension,
    Url,
    RequestVersion,
    Host,
    HostAddress,
    Referrer,
    UserAgent,
    Origin,
    Username,
    /// Zeek keeps no password unless an operator asks it to.
    Password,
    Proxied,
    Header {
        client: bool,
        /// In upper case.
        name: Vec<u8>,
    },
    HeaderNames {
        client: bool,
    },
    HeaderValues {
        client: bool,
    },
    Body,
    RequestBodyLen,
    Version,
    StatusCode,
    StatusMsg,
    InfoCode,
    InfoMsg,
    ResponseBody,
    ResponseBodyLen,
    Action,
    Path,
    Name,
    PrevName,
    Size,
    FileTime(FileTime),
    DataOffset,
    DataLen,
    DataLenResponse,
    Service,
    NativeFileSystem,
    ShareType,
    RequestedService,
    Command,
    SubCommand,
    Status,
    MessageId,
    /// An argument of a call, by its own name.
    Argument(Side, String),
    /// A column of a log's record.
    Column(String),
}

/// One of a file's times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileTime {
    Modified,
    Accessed,
    Created,
    Changed,
}

impl Slot {
    /// The slot of a field; `None` where no event of a replay tells its value: Zeek's unique ids, and what comes from its
    /// file analysis and from scripts beside the protocol's own.
    fn of(field: &Field) -> Option<Self> {
        if let Access::Header { client, name } = &field.access {
            return Some(Self::Header {
                client: *client,
                name: name.clone().into_bytes(),
            });
        }
        if field.is_argument() {
            let (side, name) = argument::parse(&field.name)?;
            return Some(Self::Argument(side, name.to_owned()));
        }
        Some(match field.name.as_str() {
            "id.orig_h" => Self::OrigH,
            "id.orig_p" => Self::OrigP,
            "id.resp_h" => Self::RespH,
            "id.resp_p" => Self::RespP,
            "ts" => Self::Ts,
            "named_pipe" => Self::NamedPipe,
            "rtt" => Self::Rtt,
            "stub" => Self::Stub,
            "stub_len" => Self::StubLen,
            "auth_level" => Self::AuthLevel,
            "sealed" => Self::Sealed,
            "response_stub" => Self::ResponseStub,
            "response_stub_len" => Self::ResponseStubLen,
            "trans_depth" => Self::TransDepth,
            "method" => Self::Method,
            "uri" => Self::Uri,
            "original_uri" => Self::OriginalUri,
            "uri_stem" => Self::UriStem,
            "uri_query" => Self::UriQuery,
            "uri_extension" => Self::UriExtension,
            "url" => Self::Url,
            "request_version" => Self::RequestVersion,
            "host" => Self::Host,
            "host_address" => Self::HostAddress,
            "referrer" => Self::Referrer,
            "user_agent" => Self::UserAgent,
            "origin" => Self::Origin,
            "username" => Self::Username,
            "password" => Self::Password,
            "proxied" => Self::Proxied,
            "client_header_names" => Self::HeaderNames { client: true },
            "server_header_names" => Self::HeaderNames { client: false },
            "client_header_values" => Self::HeaderValues { client: true },
            "server_header_values" => Self::HeaderValues { client: false },
            "body" => Self::Body,
            "request_body_len" => Self::RequestBodyLen,
            "version" => Self::Version,
            "status_code" => Self::StatusCode,
            "status_msg" => Self::StatusMsg,
            "info_code" => Self::InfoCode,
            "info_msg" => Self::InfoMsg,
            "response_body" => Self::ResponseBody,
            "response_body_len" => Self::ResponseBodyLen,
            "action" => Self::Action,
            "path" => Self::Path,
            "name" => Self::Name,
            "prev_name" => Self::PrevName,
            "size" => Self::Size,
            "times.modified" => Self::FileTime(FileTime::Modified),
            "times.accessed" => Self::FileTime(FileTime::Accessed),
            "times.created" => Self::FileTime(FileTime::Created),
            "times.changed" => Self::FileTime(FileTime::Changed),
            "data_offset" => Self::DataOffset,
            "data_len" => Self::DataLen,
            "data_len_response" => Self::DataLenResponse,
            "service" => Self::Service,
            "native_file_system" => Self::NativeFileSystem,
            "share_type" => Self::ShareType,
            "requested_service" => Self::RequestedService,
            "command" => Self::Command,
            "sub_command" => Self::SubCommand,
            "status" => Self::Status,
            "message_id" => Self::MessageId,
            _ => return None,
        })
    }
}

/// Where the fields of a service have their values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slots {
    pub(super) sees: Sees,
    pub(super) service: Service,
}

impl Slots {
    /// The slot of a field; `None` where nothing that rules are tried on tells its value.
    pub(super) fn of(self, field: &Field) -> Option<Slot> {
        match (self.sees, self.service.in_log(field)) {
            (Sees::Events, _) => Slot::of(field),
            (Sees::Records(_), InLog::Column(name)) => Some(Slot::Column(name.to_owned())),
            (Sees::Records(_), InLog::Derived(_)) => Slot::of(field),
            (Sees::Records(_), InLog::Nowhere) => None,
        }
    }

    /// Whether a field is Zeek's unique id of the connection, for which a replay has a number.
    pub(super) fn is_connection(self, field: &Field) -> bool {
        self.sees == Sees::Events && field.name == "uid"
    }
}

/// A field's value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum FieldValue<'a> {
    /// Text or payload.
    Bytes(&'a [u8]),
    /// Several texts.
    Texts(Vec<&'a [u8]>),
    Count(u64),
    Address(IpAddr),
    Port(u16),
    Time(Timestamp),
    /// A time in seconds since 1970, more exact than a packet's.
    FileTime(f64),
    /// Seconds.
    Interval(f64),
    /// Truth.
    Bool(bool),
    Int(i64),
    Double(f64),
    /// Several values that are no texts.
    Several(Vec<FieldValue<'a>>),
    /// What a text can have been, where a log's format leaves that open.
    Readings(Vec<&'a [u8]>),
}

impl<'a> FieldValue<'a> {
    /// A field that the log of every service has of the connection; `None` for the other fields.
    pub(super) fn of_connection(connection: &ConnectionId, slot: &Slot) -> Option<Self> {
        Some(match slot {
            Slot::OrigH => Self::Address(connection.orig_h),
            Slot::OrigP => Self::Port(connection.orig_p),
            Slot::RespH => Self::Address(connection.resp_h),
            Slot::RespP => Self::Port(connection.resp_p),
            _ => return None,
        })
    }

    /// The value as Zeek's `cat` writes it.
    pub(super) fn text(&self) -> Cow<'a, [u8]> {
        match self {
            Self::Bytes(bytes) => Cow::Borrowed(bytes),
            Self::Texts(texts) => Cow::Owned(texts.join(&b","[..])),
            Self::Count(number) => Cow::Owned(number.to_string().into_bytes()),
            Self::Address(address) => Cow::Owned(address.to_string().into_bytes()),
            Self::Readings(texts) => Cow::Borrowed(texts.first().copied().unwrap_or_default()),
            Self::Bool(true) => Cow::Borrowed(b"T"),
            Self::Bool(false) => Cow::Borrowed(b"F"),
            Self::Int(number) => Cow::Owned(number.to_string().into_bytes()),
            Self::Several(values) => {
                let texts = values.iter().map(|value| value.text().into_owned());
                Cow::Owned(texts.collect::<Vec<_>>().join(&b","[..]))
            }
            Self::Port(port) => Cow::Owned(port.to_string().into_bytes()),
            Self::Time(time) => Cow::Owned(time.to_string().into_bytes()),
            Self::Interval(seconds) | Self::FileTime(seconds) | Self::Double(seconds) => {
                Cow::Owned(format!("{seconds:.6}").into_bytes())
            }
        }
    }

    /// The value as a number: seconds where it is a time or a time span.
    pub(super) fn number(&self) -> Option<Number> {
        match self {
            Self::Count(number) => Some(Number::from(*number)),
            Self::Int(number) => Some(Number::from(i128::from(*number))),
            Self::Port(port) => Some(Number::from(u64::from(*port))),
            Self::Time(time) => Number::new(seconds(*time)),
            Self::Interval(number) | Self::FileTime(number) | Self::Double(number) => {
                Number::new(*number)
            }
            Self::Bytes(_)
            | Self::Texts(_)
            | Self::Address(_)
            | Self::Bool(_)
            | Self::Several(_)
            | Self::Readings(_) => None,
        }
    }
}

/// A time as Zeek has it: seconds in a double.
pub(super) fn seconds(time: Timestamp) -> f64 {
    let micros = time.as_micros();
    #[allow(clippy::cast_precision_loss)]
    let (whole, rest) = (
        micros.div_euclid(1_000_000) as f64,
        micros.rem_euclid(1_000_000) as f64,
    );
    whole + rest / 1e6
}

/// What tells a connection from others, as Zeek's unique id does.
pub(super) fn connection_number(subject: &dyn Activity) -> Vec<u8> {
    let number = subject.connection().map(|connection| connection.ordinal);
    number.map_or_else(Vec::new, |number| number.to_string().into_bytes())
}

/// What a rule looks at.
pub(super) trait Activity {
    /// A field's value; `None` where it is not set.
    fn value(&self, slot: &Slot) -> Option<FieldValue<'_>>;

    /// Interface UUID, where that is known, and opnum of a call.
    fn identity(&self) -> Option<(Option<InterfaceUuid>, u16)> {
        None
    }

    /// Whether a call is what a test asks for.
    fn is(&self, test: &IdentityTest) -> bool {
        match self.identity() {
            Some((Some(uuid), opnum)) => test.holds(uuid, opnum),
            // What the opnum alone tells.
            Some((None, opnum)) => test.answer(None, Some(opnum)) == Some(true),
            None => false,
        }
    }

    /// The connection; `None` for a record of a log that is of none.
    fn connection(&self) -> Option<&ConnectionId>;

    /// Zeek's unique ids of the connection and of the file, where a record of a log has them.
    fn ids(&self) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
        (None, None)
    }

    /// What it is, for people.
    fn seen(&self) -> AttemptSubject {
        let connection = self.connection().copied();
        connection.map_or(AttemptSubject::SomeRecord, AttemptSubject::Connection)
    }

    /// The addresses of originator and responder.
    fn ends(&self) -> (Option<IpAddr>, Option<IpAddr>) {
        let connection = self.connection();
        (
            connection.map(|connection| connection.orig_h),
            connection.map(|connection| connection.resp_h),
        )
    }

    /// What makes two notices equal where the rule does not say it. `observed` is what the notice says was seen.
    fn usual_identifier(&self, _observed: &[u8]) -> Vec<u8> {
        let (originator, responder) = self.ends();
        let ends = [originator, responder].into_iter().flatten();
        let ends: Vec<String> = ends.map(|end| end.to_string()).collect();
        ends.join(" ").into_bytes()
    }

    /// Whether it is a call of which nothing tells which response is its own, and which is decided without one.
    fn is_unanswered(&self) -> bool {
        false
    }

    /// What a notice says was seen: the call's name, or the request.
    fn observed(&self) -> Vec<u8>;
}
