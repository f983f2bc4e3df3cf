//! What a service is, as data: everything that rules, plans, Zeek code, schemas and words need to know of it.

use super::phase::{Phase, PhaseSpec};
use super::{Access, Field, FieldKind, ZeekRecord};
use crate::registry::ZeekRelease;

/// What a service is.
#[derive(Debug)]
pub struct ServiceSpec {
    /// The name in a rule's logsource, which is also the log's.
    pub name: &'static str,
    /// The events of a call, a transaction or a record, in their order; never empty.
    pub phases: &'static [PhaseSpec],
    /// The service's own fields. Those of a wire service begin with `ts`, behind which the connection's are.
    pub fields: &'static [FieldSpec],
    /// Fields with names that nobody can list, such as `client_header.<name>`.
    pub open_fields: &'static [OpenFieldSpec],
    /// When a rule raises its notice.
    pub raising: Raising,
    /// At which events a rule decides its parts.
    pub hooking: Hooking,
    /// What else than a text finds a rule.
    pub found_by: FoundBy,
    /// What to tell of a rule that nothing finds.
    pub unfound: Unfound,
    /// What a rule's functions are given in Zeek.
    pub zeek: ZeekSpec,
    /// Phrases for people.
    pub words: Words,
    /// Zeek's log stream, for services that are records of a log and nothing else.
    pub log: Option<LogSpec>,
}

/// A field of a service.
#[derive(Debug, Clone)]
pub struct FieldSpec {
    /// The name in rules.
    pub name: &'static str,
    /// What its values are.
    pub kind: FieldKind,
    /// The event at which it becomes known.
    pub phase: Phase,
    /// Whether it can still be read at later events.
    pub stays: bool,
    /// The record that has it; `None` for what a call is, which is settled while compiling.
    pub member: Option<Member>,
    /// Whether keywords are sought in it.
    pub keyword: bool,
    /// How well it picks rules; less is better. `None` where Zeek cannot look rules up by it.
    pub rank: Option<u8>,
    /// What it is, in a line.
    pub meaning: &'static str,
    /// The releases of Zeek that have it.
    pub releases: Releases,
    /// The script that adds it to the log, where the log's own does not.
    pub script: Option<&'static str>,
}

/// A member of a record that a rule's function is given.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    /// The record.
    pub record: ZeekRecord,
    /// The member's name; `a$b` for one of a record within the record.
    pub name: &'static str,
    /// Whether it may be unset.
    pub optional: bool,
}

/// Fields of which any name goes.
#[derive(Debug)]
pub struct OpenFieldSpec {
    /// The name with a placeholder, such as `client_header.<name>`.
    pub name: &'static str,
    /// What precedes the placeholder.
    pub prefix: &'static str,
    /// What they are, in a line.
    pub meaning: &'static str,
    /// How well one picks rules; less is better. `None` where Zeek cannot look rules up by it.
    pub rank: Option<u8>,
    /// The field of such a name; `None` where the name cannot be one.
    pub field: fn(name: &str, rest: &str) -> Option<Field>,
}

/// When a rule raises its notice.
#[derive(Debug, Clone, Copy)]
pub struct Raising {
    /// The earliest event where the rule does not say; never before the rule is decided.
    pub usual: Phase,
    /// The earliest event with `raise_on: response`.
    pub answered: Phase,
}

/// At which events a rule decides its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hooking {
    /// Each part as soon as it is known: an early decision spares the work of the later events.
    AsKnown,
    /// All at the last, and before it only what cannot be read later: each event costs a look-up.
    BeforeGone,
    /// All at the last: Zeek keeps everything until then.
    Last,
}

/// What else than a text finds a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundBy {
    /// Interface UUID and opnum of a call.
    Operation,
    /// The action of a file.
    FileAction,
    /// The generation of SMB, each of which has events of its own.
    SmbVersion,
    /// Nothing.
    Nothing,
}

/// What to tell of a rule that nothing finds.
#[derive(Debug, Clone, Copy)]
pub enum Unfound {
    /// Nothing: it has a warning of its own, or the events are few.
    IsFine,
    /// That it runs on every event; `{event}` stands for the event's name.
    Warns {
        /// What is wrong.
        message: &'static str,
        /// What would be better.
        help: &'static str,
    },
    /// The same, where it watches file actions that are frequent.
    WarnsOfFrequentActions {
        /// What is wrong.
        message: &'static str,
        /// What would be better.
        help: &'static str,
    },
}

/// What a rule's functions are given in Zeek.
#[derive(Debug, Clone, Copy)]
pub struct ZeekSpec {
    /// The parameters.
    pub parameters: &'static str,
    /// The parameter in which a rule of several stages leaves that it may still match.
    pub state: &'static str,
    /// The expression for what a notice says was seen, where the rule does not say it.
    pub observed: &'static str,
}

/// Phrases for people.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// One of what the rules look at, such as `an HTTP request`.
    pub one: &'static str,
    /// That there was none, such as `no transaction was seen`.
    pub unseen: &'static str,
}

/// Zeek's stream of a log.
#[derive(Debug, Clone, Copy)]
pub struct LogSpec {
    /// The stream, such as `DNS::LOG`.
    pub stream: &'static str,
    /// The record, such as `DNS::Info`.
    pub record: &'static str,
    /// The script that brings it, where Zeek does not load it by itself.
    pub script: Option<&'static str>,
    /// The releases of Zeek that have it.
    pub releases: Releases,
}

/// Releases of Zeek, from one on and up to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Releases {
    /// The first of them.
    pub since: ZeekRelease,
    /// The last; `None` where the newest has it still.
    pub until: Option<ZeekRelease>,
}

impl Releases {
    /// Every release that packages are for.
    pub const ALL: Self = Self {
        since: ZeekRelease::V7_0,
        until: None,
    };
}

impl FieldSpec {
    /// A field that is a member of a record.
    pub(super) const fn new(
        name: &'static str,
        kind: FieldKind,
        phase: Phase,
        member: Member,
        meaning: &'static str,
    ) -> Self {
        Self {
            name,
            kind,
            phase,
            stays: true,
            member: Some(member),
            keyword: false,
            rank: None,
            meaning,
            releases: Releases::ALL,
            script: None,
        }
    }

    /// A field that says what a call is.
    pub(super) const fn identity(name: &'static str, phase: Phase, meaning: &'static str) -> Self {
        Self {
            name,
            kind: FieldKind::Identity,
            phase,
            stays: true,
            member: None,
            keyword: false,
            rank: None,
            meaning,
            releases: Releases::ALL,
            script: None,
        }
    }

    /// The field, sought by keywords.
    pub(super) const fn keyword(mut self) -> Self {
        self.keyword = true;
        self
    }

    /// The field, by which Zeek can look rules up.
    pub(super) const fn rank(mut self, rank: u8) -> Self {
        self.rank = Some(rank);
        self
    }

    /// The field, which later events cannot read.
    pub(super) const fn gone_later(mut self) -> Self {
        self.stays = false;
        self
    }

    /// The field, which Zeek tells from a release on.
    pub(super) const fn since(mut self, release: ZeekRelease) -> Self {
        self.releases.since = release;
        self
    }

    /// The field as rules use it.
    pub fn field(&self) -> Field {
        Field {
            name: self.name.to_owned(),
            kind: self.kind,
            phase: self.phase,
            stays: self.stays,
            access: match self.member {
                Some(member) => Access::Member {
                    record: member.record,
                    member: member.name,
                    optional: member.optional,
                },
                None => Access::Identity,
            },
        }
    }
}

/// A member that every record has.
pub(super) const fn set(record: ZeekRecord, name: &'static str) -> Member {
    Member {
        record,
        name,
        optional: false,
    }
}

/// A member that may be unset.
pub(super) const fn optional(record: ZeekRecord, name: &'static str) -> Member {
    Member {
        record,
        name,
        optional: true,
    }
}

/// The fields that every wire service has of the connection, known from its first event on.
pub(super) fn connection_fields(phase: Phase) -> [FieldSpec; 5] {
    use FieldKind::{Address, Port, Text};
    let id = |name, kind, member, meaning| {
        FieldSpec::new(
            name,
            kind,
            phase,
            set(ZeekRecord::ConnectionId, member),
            meaning,
        )
    };
    [
        FieldSpec::new(
            "uid",
            Text,
            phase,
            set(ZeekRecord::Connection, "uid"),
            "Zeek's unique id of the connection",
        ),
        id(
            "id.orig_h",
            Address,
            "orig_h",
            "Address of the originator, the client",
        ),
        id(
            "id.orig_p",
            Port,
            "orig_p",
            "Port of the originator, the client",
        ),
        id(
            "id.resp_h",
            Address,
            "resp_h",
            "Address of the responder, the server",
        ),
        id(
            "id.resp_p",
            Port,
            "resp_p",
            "Port of the responder, the server",
        ),
    ]
}

/// What `ts` is in every wire service.
pub(super) const TS: &str = "When the call or transaction began (UTC)";
