//! From protocol events to notices: those that Zeek would raise, running the packages of the same rules.
//!
//! An [`Evaluator`] keeps what the packages' scripts keep (calls that some rule may still match, transactions and
//! their headers and bodies, what is being suppressed) and runs the same stages at the same events. Options have their
//! defaults; placeholders are empty.
//!
//! What no event of a replay tells (Zeek's unique ids, and what its file analysis finds out) is not known here. A rule
//! that asks for it is left out, and a finding says so.

mod argument;
mod attempt;
pub(crate) mod calendar;
mod condition;
mod correlation;
mod dce_rpc;
mod http;
mod http_log;
mod logged;
mod notice;
mod pack;
mod payload;
mod record;
mod rule;
mod smb;
mod smb_activity;
mod smb_log;
mod text;
pub(crate) mod uri;
mod value;

use std::collections::HashMap;

pub(crate) use self::argument::StubPlans;
pub use self::attempt::{
    Asked, Attempt, AttemptSubject, Attempts, CorrelationStep, GroupValues, MatchSummary, Part,
    SeenValue, Tested,
};
pub use self::notice::{Notice, RuleInfo, RuleMatch, RuleStatus, TriedRule};
pub use self::payload::LoggedPayload;
pub use self::record::{
    ColumnValue, LogRecord, MatchScratch, RecordEvaluator, RecordRule, RecordRules, Undecided,
};

pub use self::smb_activity::{SmbActivities, SmbActivity};

use self::correlation::Windows;
use self::dce_rpc::{Contexts, PendingCalls, WatchedInterfaces};
use self::http::KeptByPack;
use self::http_log::Transactions;
use self::pack::{CompiledPack, Results, Sees, UnservedRules};
use self::smb_log::Session;
use crate::event::{
    ConnectionId, DceRpcEvent, Event, EventKind, EventSink, HttpEvent, Smb2Kind, SmbEvent,
    Timestamp,
};
use crate::finding::Finding;
use crate::plan::PackPlan;

/// What becomes of rules that say `enabled: false`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RulesOff {
    /// They raise nothing, as in Zeek until an operator switches them on.
    AreSilent,
    /// They raise notices as if they were switched on.
    AreTriedToo,
}

/// What rules found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// A notice.
    Notice(Notice),
    /// Payload of a call or transaction that a rule matched.
    Payload(LoggedPayload),
    /// A match, for those who ask for matches.
    Match(RuleMatch),
}

/// Takes protocol events and gives notices.
#[derive(Debug)]
pub struct Evaluator<'p> {
    packs: Vec<CompiledPack<'p>>,
    watched_interfaces: WatchedInterfaces,
    connections: HashMap<u64, Connection>,
    results: Results,
    forgotten: u64,
}

/// Connections of which something is kept; beyond, those that nothing was seen of for longest are forgotten.
const MAX_CONNECTIONS: usize = 1 << 16;

/// What is kept of a connection.
#[derive(Debug, Default)]
struct Connection {
    last_seen: Timestamp,
    contexts: Contexts,
    /// By the pack's number.
    pending_calls: Vec<PendingCalls>,
    transactions: Transactions<KeptByPack>,
    session: Session,
}

impl<'p> Evaluator<'p> {
    /// An evaluator of packs' rules. Rules that cannot be tried are left out, which goes to `findings`.
    pub fn new(
        plans: &'p [PackPlan<'p>],
        off: RulesOff,
        findings: &mut Vec<Finding>,
    ) -> Evaluator<'p> {
        let packs = packs(plans, Sees::Events, off, findings);
        Self {
            watched_interfaces: WatchedInterfaces::new(plans),
            connections: HashMap::new(),
            results: Results::new(&packs),
            packs,
            forgotten: 0,
        }
    }

    /// Names of the rules that cannot be tried, with their modules.
    pub fn left_out(&self) -> impl Iterator<Item = &str> {
        let rules = self.packs.iter().map(|pack| &pack.rules);
        rules
            .flat_map(|rules| &rules.left_out)
            .map(|rule| rule.name.as_str())
    }

    /// Begins to keep how near each rule came to its notice, which costs time: its `most` nearest attempts, and as many of
    /// the matches that filled each group of a correlation.
    #[must_use]
    pub fn explaining(mut self, most: usize) -> Self {
        self.results.attempts = Some(Attempts::keeping(most));
        self
    }

    /// What became of each rule.
    #[must_use]
    pub fn into_attempts(self) -> Attempts {
        self.results.attempts.unwrap_or_default()
    }

    /// Forgets all that a capture left behind, so that the next one begins afresh.
    pub fn reset(&mut self) {
        self.connections.clear();
        self.results.reset(&self.packs);
        self.forgotten = 0;
    }

    /// Says that the time of the next packet has come.
    pub fn advance(&mut self, now: Timestamp) {
        self.results.suppression.advance(now);
    }

    /// What was found since the last call, in order.
    pub fn take_output(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.results.output)
    }

    /// Connections that were forgotten for want of memory.
    #[must_use]
    pub fn forgotten_connections(&self) -> u64 {
        self.forgotten
    }

    fn dce_rpc(&mut self, id: ConnectionId, event: &DceRpcEvent<'_>) {
        let now = self.results.now;
        let connection = connection(&mut self.connections, &mut self.forgotten, id, now);
        let pending = &mut connection.pending_calls;
        pending.resize_with(self.packs.len(), PendingCalls::new);
        let interfaces = &self.watched_interfaces;
        let unanswered = connection.contexts.update(event, now, interfaces, pending);
        let results = &mut self.results;
        if let Some(unanswered) = unanswered {
            for (pack, pending) in self.packs.iter().zip(pending.iter_mut()) {
                let (rules, calls) = (&pack.rules, &pack.calls);
                calls.unanswered(rules, id, event, &unanswered, pending, results);
            }
        }
        for (pack, pending) in self.packs.iter().zip(pending) {
            let (rules, contexts) = (&pack.rules, &connection.contexts);
            pack.calls
                .event(rules, id, event, contexts, pending, results);
        }
    }

    fn http(&mut self, id: ConnectionId, event: &HttpEvent<'_>) {
        let now = self.results.now;
        let connection = connection(&mut self.connections, &mut self.forgotten, id, now);
        let transactions = &mut connection.transactions;
        transactions.before(event, now);
        for (number, pack) in self.packs.iter().enumerate() {
            pack.transactions.event(
                &pack.rules,
                number,
                id,
                event,
                transactions,
                &mut self.results,
            );
        }
        transactions.after(event);
    }

    fn smb(&mut self, id: ConnectionId, event: &SmbEvent<'_>) {
        let now = self.results.now;
        let session = &mut connection(&mut self.connections, &mut self.forgotten, id, now).session;
        session.before(event, now);
        for pack in &self.packs {
            pack.smb
                .event(&pack.rules, id, event, session, &mut self.results);
        }
        session.after(event);
    }

    /// What of SMB concerns the calls on its pipes.
    fn close_pipes(&mut self, id: ConnectionId, event: &SmbEvent<'_>) {
        let Some(connection) = self.connections.get_mut(&id.ordinal) else {
            return;
        };
        let (contexts, calls) = (&mut connection.contexts, &mut connection.pending_calls);
        match event {
            SmbEvent::Smb2(event) => {
                if let Smb2Kind::CloseRequest { file_id } = event.kind {
                    contexts.close(file_id.fid(), calls);
                }
            }
            SmbEvent::DiscardedDceRpcAnalyzers => contexts.clear(calls),
            _ => {}
        }
    }
}

/// Packs made ready, and where what their rules find goes.
fn packs<'p>(
    plans: &'p [PackPlan<'p>],
    sees: Sees,
    off: RulesOff,
    findings: &mut Vec<Finding>,
) -> Vec<CompiledPack<'p>> {
    let mut packs: Vec<CompiledPack<'p>> = Vec::new();
    let mut unserved = UnservedRules::default();
    for plan in plans {
        let number = packs.len();
        packs.extend(CompiledPack::new(
            number,
            plan,
            sees,
            off,
            &mut unserved,
            findings,
        ));
    }
    findings.extend(unserved.findings());
    packs
}

/// What is kept of packs' correlations before anything has matched.
fn windows(packs: &[CompiledPack<'_>]) -> Vec<Vec<Windows>> {
    packs.iter().map(|pack| pack.rules.windows()).collect()
}

/// What is kept of a connection, from now on if nothing is.
fn connection<'c>(
    connections: &'c mut HashMap<u64, Connection>,
    forgotten: &mut u64,
    id: ConnectionId,
    now: Timestamp,
) -> &'c mut Connection {
    if connections.len() >= MAX_CONNECTIONS && !connections.contains_key(&id.ordinal) {
        let mut times: Vec<Timestamp> = connections
            .values()
            .map(|connection| connection.last_seen)
            .collect();
        let middle = times.len() / 2;
        let median = *times.select_nth_unstable(middle).1;
        let before = connections.len();
        connections.retain(|_, connection| connection.last_seen > median);
        *forgotten += (before - connections.len()) as u64;
    }
    let connection = connections.entry(id.ordinal).or_default();
    connection.last_seen = now;
    connection
}

impl EventSink for Evaluator<'_> {
    fn event(&mut self, event: &Event<'_>) {
        self.results.now = event.time;
        match &event.kind {
            EventKind::DceRpc(rpc) if self.packs.iter().any(|pack| !pack.calls.is_empty()) => {
                self.dce_rpc(event.connection, rpc);
            }
            EventKind::Http(http)
                if self.packs.iter().any(|pack| !pack.transactions.is_empty()) =>
            {
                self.http(event.connection, http);
            }
            EventKind::Smb(smb) => {
                if self.packs.iter().any(|pack| !pack.smb.is_empty()) {
                    self.smb(event.connection, smb);
                }
                self.close_pipes(event.connection, smb);
            }
            EventKind::DceRpc(_) | EventKind::Http(_) => {}
        }
    }
}
