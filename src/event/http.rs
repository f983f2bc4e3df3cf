//! HTTP events.

use crate::event::Timestamp;

/// The HTTP events, named after Zeek's. `is_orig` tells whether the client's message is meant.
#[derive(Clone, Copy, Debug)]
pub enum HttpEvent<'a> {
    /// `http_request`: the request line.
    Request {
        /// The method as sent.
        method: &'a [u8],
        /// The URI as sent.
        original_uri: &'a [u8],
        /// The URI with its percent-escapes decoded once.
        unescaped_uri: &'a [u8],
        /// Major and minor version; 0.9 if the line has none.
        version: (u8, u8),
    },
    /// `http_reply`: the status line.
    Reply {
        /// Major and minor version.
        version: (u8, u8),
        /// Status code; 0 if it isn't three digits.
        code: u16,
        /// Reason phrase; `<empty>` if there is none.
        reason: &'a [u8],
    },
    /// `http_begin_entity`: a message body or a part of a multipart body begins.
    BeginEntity {
        /// Whose message.
        is_orig: bool,
    },
    /// `http_header`, in the order of the wire.
    Header {
        /// Whose message.
        is_orig: bool,
        /// The name as sent; Zeek also gives it upper-cased.
        original_name: &'a [u8],
        /// The value without leading white space; folded lines are joined.
        value: &'a [u8],
    },
    /// `http_all_headers`: an entity's headers are complete.
    AllHeaders {
        /// Whose message.
        is_orig: bool,
        /// Names as sent and values, in order.
        headers: &'a [(Vec<u8>, Vec<u8>)],
    },
    /// `http_content_type`
    ContentType {
        /// Whose message.
        is_orig: bool,
        /// Upper-cased type; `TEXT` if not given.
        kind: &'a [u8],
        /// Upper-cased subtype; `PLAIN` if not given.
        subtype: &'a [u8],
    },
    /// `http_entity_data`: a piece of at most 1500 bytes of the decoded entity.
    EntityData {
        /// Whose message.
        is_orig: bool,
        /// The bytes.
        data: &'a [u8],
    },
    /// `http_end_entity`
    EndEntity {
        /// Whose message.
        is_orig: bool,
    },
    /// `http_message_done`
    MessageDone {
        /// Whose message.
        is_orig: bool,
        /// Lengths, and how it ended.
        statistics: MessageStatistics,
    },
    /// `http_connection_upgrade`: the connection changes to another protocol.
    ConnectionUpgrade {
        /// The protocol as the `Upgrade` header names it.
        protocol: &'a [u8],
    },
}

/// Zeek's `http_message_stat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageStatistics {
    /// When the message's first line was seen.
    pub start: Timestamp,
    /// Whether it was cut short.
    pub interrupted: bool,
    /// Why it ended, in Zeek's words.
    pub finish_msg: &'static str,
    /// Bytes of body, gaps included, as far as the encoding of the transfer is concerned.
    pub body_length: u64,
    /// Bytes of body that were not captured.
    pub content_gap_length: u64,
    /// Bytes of start line and headers without line ends.
    pub header_length: u64,
}
