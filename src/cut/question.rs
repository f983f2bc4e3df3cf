//! The usual questions about captures: which notices rules raise, and which calls there are.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use super::anonymise::Anonymised;
use super::{Answer, Cut, CutError, to_answer, to_connections};
use crate::evaluation::{ColumnValue, Evaluator, LogRecord, Notice, Output};
use crate::event::calls::{CallReply as Answered, Calls, SeenCall};
use crate::event::{ConnectionId, Event};
use crate::logs::{self, LogError, ZeekLogs};
use crate::replay::{self, CaptureError, CaptureReader};
use crate::trial;

/// What a capture shows, and on which connection, however they are called: what must be the same when it is anonymised.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sightings(BTreeMap<(Vec<u8>, Option<[SocketAddr; 2]>), usize>);

impl Sightings {
    fn add(&mut self, what: Vec<u8>, connection: Option<ConnectionId>) {
        let ends = connection.map(ConnectionId::ends);
        *self.0.entry((what, ends)).or_default() += 1;
    }

    /// What the anonymised capture must show.
    #[must_use]
    pub fn translated(&self, anonymised: &Anonymised) -> Self {
        let translated = self.0.iter().map(|((what, ends), count)| {
            let ends = ends.map(|ends| ends.map(|end| anonymised.end(end)));
            ((anonymised.text(what), ends), *count)
        });
        Self(translated.collect())
    }
}

/// The notices that rules raise on a pcap file.
///
/// # Errors
///
/// If it is none.
pub fn notices_in(
    capture: &[u8],
    evaluator: &mut Evaluator<'_>,
) -> Result<Sightings, CaptureError> {
    let mut sightings = Sightings::default();
    evaluator.reset();
    trial::replay_capture(evaluator, CaptureReader::new(capture)?, &mut |output| {
        if let Output::Notice(notice) = output {
            let what = format!("{} ", notice.rule.name);
            let what = [what.as_bytes(), &notice.message].concat();
            sightings.add(what, notice.connection);
        }
    });
    Ok(sightings)
}

/// The calls of a pcap file that are wanted, with the lengths of their stubs.
///
/// # Errors
///
/// If it is none.
pub fn calls_in(
    capture: &[u8],
    is_wanted: &dyn Fn(&SeenCall) -> bool,
) -> Result<Sightings, CaptureError> {
    let mut sightings = Sightings::default();
    let mut add = |call: &SeenCall| {
        let answer = match &call.answer {
            Answered::Unknown => "unknown".to_owned(),
            Answered::Fault => "fault".to_owned(),
            Answered::Response(response) => response.stub.len().to_string(),
        };
        let length = call.request.len();
        let what = format!("{:?} {} {length} {answer}", call.interface, call.opnum);
        if is_wanted(call) {
            sightings.add(what.into_bytes(), Some(call.connection));
        }
    };
    let mut calls = Calls::default();
    let mut sink = |event: &Event<'_>| {
        if let Some(call) = calls.event(event) {
            add(&call);
        }
    };
    replay::replay_packets(CaptureReader::new(capture)?, &mut sink, |_, _| {});
    calls.finish().iter().for_each(add);
    Ok(sightings)
}

/// How many events there are on each connection of a pcap file.
///
/// # Errors
///
/// If it is none.
pub fn events_in(capture: &[u8]) -> Result<Sightings, CaptureError> {
    let mut sightings = Sightings::default();
    let mut sink = |event: &Event<'_>| sightings.add(Vec::new(), Some(event.connection));
    replay::replay_packets(CaptureReader::new(capture)?, &mut sink, |_, _| {});
    Ok(sightings)
}

/// Cuts the capture at `path` to the connections that records of a log name by their `uid`. Returns how many they are.
///
/// # Errors
///
/// A log that cannot be read, or [`CutError::NothingFound`] if no record with such a `uid` tells both ends.
pub fn to_logged(
    path: &Path,
    log: &Path,
    uids: &BTreeSet<String>,
) -> Result<(Cut, usize), CutError> {
    let failed = |error: LogError| CutError::Log {
        path: log.to_owned(),
        error,
    };
    let mut ends = BTreeSet::new();
    let mut reader = logs::open(log, &ZeekLogs).map_err(failed)?;
    while let Some(record) = reader.next_record().map_err(failed)? {
        let is_wanted = |column: &str| match LogRecord::value(&record, column) {
            Some(ColumnValue::Text(readings)) => readings
                .iter()
                .any(|uid| uids.iter().any(|wanted| wanted.as_bytes() == uid)),
            _ => false,
        };
        if is_wanted("uid") {
            ends.extend(ends_of(&record));
        }
    }
    if ends.is_empty() {
        return Err(CutError::NothingFound);
    }
    let ends: Vec<_> = ends.into_iter().collect();
    Ok((to_connections(path, &ends)?, ends.len()))
}

fn ends_of(record: &dyn LogRecord) -> Option<[SocketAddr; 2]> {
    let address = |column: &str| match record.value(column) {
        Some(ColumnValue::Address(address)) => Some(address),
        _ => None,
    };
    let port = |column: &str| match record.value(column) {
        Some(ColumnValue::Port(port)) => Some(port),
        _ => None,
    };
    let end = |address: IpAddr, port: u16| SocketAddr::new(address, port);
    Some([
        end(address("id.orig_h")?, port("id.orig_p")?),
        end(address("id.resp_h")?, port("id.resp_p")?),
    ])
}

/// Cuts the capture at `path` to what raises the same notices. Returns how many notices that are.
///
/// # Errors
///
/// See [`CutError`].
pub fn to_notices(path: &Path, evaluator: &mut Evaluator<'_>) -> Result<(Cut, usize), CutError> {
    let mut count = 0;
    let cut = to_answer(path, &mut |capture| {
        let mut answer = Answer::default();
        evaluator.reset();
        trial::replay_capture(evaluator, capture, &mut |output| {
            if let Output::Notice(notice) = output {
                answer.add(line_of_notice(&notice), notice.connection);
            }
        });
        count = count.max(answer.count());
        answer
    })?;
    Ok((cut, count))
}

/// Cuts the capture at `path` to what has the same calls of those that are wanted. Returns how many calls that are.
///
/// # Errors
///
/// See [`CutError`].
pub fn to_calls(
    path: &Path,
    is_wanted: &dyn Fn(&SeenCall) -> bool,
) -> Result<(Cut, usize), CutError> {
    let mut count = 0;
    let cut = to_answer(path, &mut |capture| {
        let mut answer = Answer::default();
        let mut calls = Calls::default();
        let mut add = |call: &SeenCall| {
            if is_wanted(call) {
                answer.add(line_of_call(call), Some(call.connection));
            }
        };
        let mut sink = |event: &Event<'_>| {
            if let Some(call) = calls.event(event) {
                add(&call);
            }
        };
        replay::replay_packets(capture, &mut sink, |_, _| {});
        calls.finish().iter().for_each(&mut add);
        count = count.max(answer.count());
        answer
    })?;
    Ok((cut, count))
}

/// What a notice says, but for its time.
fn line_of_notice(notice: &Notice) -> Vec<u8> {
    let ends = notice
        .connection
        .map(|id| id.to_string())
        .unwrap_or_default();
    let about = format!(
        "{} {ends} {:?} {:?} ",
        notice.rule.name, notice.originator, notice.responder
    );
    [about.as_bytes(), &notice.message, b"\n", &notice.sub].concat()
}

/// All of a call, but for its times.
fn line_of_call(call: &SeenCall) -> Vec<u8> {
    let answer = match &call.answer {
        Answered::Unknown => Vec::new(),
        Answered::Fault => b" fault".to_vec(),
        Answered::Response(response) => [b" response ", response.stub.as_slice()].concat(),
    };
    let (ends, uuid) = (&call.connection, &call.interface);
    let about = format!("{ends} {uuid:?} {} {:?} ", call.opnum, call.order);
    [about.as_bytes(), &call.request, &answer].concat()
}
