//! `sigzeek rpc --from-capture`: the calls of captures with their arguments.

use super::replay::{ReplayError, warn};
use super::rpc::{RpcArgs, RpcFormat, finder};
use super::{CommandError, Status, Streams};
use crate::event::calls::{Calls, SeenCall};
use crate::replay::captures;
use crate::replay::{self, Event};
use crate::report::call::{call_header, print_call};
use crate::report::notice::NoticeFormat;

pub(super) fn run(args: &RpcArgs, to: &mut Streams<'_>) -> Result<Status, CommandError> {
    let is_wanted = finder(&args.query);
    let is_wanted = |call: &SeenCall| match call.interface {
        Some(uuid) => is_wanted(uuid, call.opnum),
        None => args.query.is_empty(),
    };
    let format = match args.format {
        RpcFormat::Human => NoticeFormat::Human,
        RpcFormat::Tsv => NoticeFormat::Tsv,
        RpcFormat::Json => NoticeFormat::Json,
    };
    let captures = captures::at_all(&args.from_capture).map_err(ReplayError::from)?;
    call_header(format, &mut to.out)?;
    for capture in &captures {
        if captures.len() > 1 && format == NoticeFormat::Human {
            writeln!(to.out, "{}:", capture.display())?;
        }
        let mut calls = Calls::default();
        let mut written = Ok(());
        let mut sink = |event: &Event<'_>| {
            if let Some(call) = calls.event(event)
                && is_wanted(&call)
                && written.is_ok()
            {
                written = print_call(format, capture, &call, &mut to.out);
            }
        };
        let statistics = replay::replay_file(capture, &mut sink);
        written?;
        for call in calls.finish().into_iter().filter(is_wanted) {
            print_call(format, capture, &call, &mut to.out)?;
        }
        warn(capture, statistics, to.errors)?;
    }
    Ok(Status::Success)
}
