//! The usual questions about captures: which notices rules raise, and which calls there are.

use std::path::Path;

use super::{Answer, Cut, CutError, to_answer};
use crate::evaluation::{Evaluator, Notice, Output};
use crate::event::Event;
use crate::event::calls::{Answer as Answered, Calls, SeenCall};
use crate::replay;
use crate::trial;

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
