//! Payload that rules have logged.

use std::sync::Arc;

use super::notice::RuleInfo;
use crate::event::{ConnectionId, Timestamp};
use crate::rule::{Destination, PayloadEncoding};

/// A line of a pack's log of payloads, or a payload column of `dce_rpc.log` or `http.log`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoggedPayload {
    /// When the rule matched.
    pub time: Timestamp,
    /// On which connection.
    pub connection: ConnectionId,
    /// Which rule.
    pub rule: Arc<RuleInfo>,
    /// Where it is logged.
    pub to: Destination,
    /// The path of the log, for [`Destination::Log`].
    pub log: String,
    /// The call or the request that has it.
    pub observed: Vec<u8>,
    /// Which payload, such as `stub`.
    pub field: String,
    /// The payload's whole length in bytes.
    pub length: u64,
    /// The payload, cut and encoded as the rule asks for.
    pub payload: Vec<u8>,
}

/// Cuts and encodes a payload.
pub(super) fn encode(bytes: &[u8], max_bytes: u64, encoding: PayloadEncoding) -> Vec<u8> {
    let length = usize::try_from(max_bytes).unwrap_or(usize::MAX);
    let cut = &bytes[..bytes.len().min(length)];
    match encoding {
        PayloadEncoding::Escaped => cut.to_vec(),
        PayloadEncoding::Base64 => data_encoding::BASE64.encode(cut).into_bytes(),
        PayloadEncoding::Hex => data_encoding::HEXLOWER.encode(cut).into_bytes(),
    }
}
