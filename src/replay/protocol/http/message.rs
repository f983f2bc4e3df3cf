//! A message: its entities, one within the other, and the events that they raise.

use super::content_line::ContentLine;
use super::decode::{Base64, TransferEncoding, quoted_printable};
use super::entity::{Boundary, Chunking, Class, ContentCoding, Entity};
use super::header::{ContentType, HeaderField, boundary, leading_number};
use super::inflate::Inflater;
use super::{BodyExpectation, ConnectionState, HTTP_11};
use crate::event::{HttpEvent, MessageStatistics, Timestamp};
use crate::replay::protocol::AnalyzerContext;

pub(super) const ENDS_NORMALLY: &str = "message ends normally";

/// Zeek's `http_entity_data_delivery_size` in bytes.
const MAX_PIECE: usize = 1500;
/// Zeek's `MIME::max_depth`.
const MAX_DEPTH: usize = 100;
/// Zeek's `MIME::max_header_bytes`.
const MAX_HEADER: usize = 65_536;
/// A length for bodies that end with the connection.
const UNLIMITED: i64 = i32::MAX as i64;

#[derive(Debug)]
pub(super) struct Message {
    is_orig: bool,
    /// The open entities, each within the one before it. The first one stays when it is over.
    entities: Vec<Entity>,
    /// The entity that was begun last and isn't over.
    current: Option<usize>,
    finished: bool,
    completed: bool,
    start: Timestamp,
    body_length: i64,
    content_gap_length: i64,
    header_length: i64,
}

impl Message {
    pub(super) fn new(
        is_orig: bool,
        body: BodyExpectation,
        header_length: u64,
        start: Timestamp,
    ) -> Self {
        Self {
            is_orig,
            entities: vec![Entity::new(body, TransferEncoding::Binary)],
            current: Some(0),
            finished: false,
            completed: false,
            start,
            body_length: 0,
            content_gap_length: 0,
            header_length: i64::try_from(header_length).unwrap_or(i64::MAX),
        }
    }

    /// Whether the message was completed since the last question.
    pub(super) fn take_completed(&mut self) -> bool {
        std::mem::take(&mut self.completed)
    }

    pub(super) fn buffered(&self) -> usize {
        self.entities.iter().map(Entity::buffered).sum()
    }
}

/// A message with what it needs to act.
pub(super) struct MessageParser<'a, 'c> {
    pub(super) message: &'a mut Message,
    pub(super) line: &'a mut ContentLine,
    pub(super) shared: &'a mut ConnectionState,
    pub(super) context: &'a mut AnalyzerContext<'c>,
}

impl MessageParser<'_, '_> {
    /// Takes a line, or data if no line end follows it. Always true.
    pub(super) fn deliver(&mut self, data: &[u8], line_end: bool) -> bool {
        self.entity(0, data, line_end);
        true
    }

    /// Ends the message. Always true.
    pub(super) fn done(&mut self, interrupted: bool, finish_msg: &'static str) -> bool {
        if std::mem::replace(&mut self.message.finished, true) {
            return true;
        }
        self.end(0);
        let message = &self.message;
        let number = |number: i64| u64::try_from(number).unwrap_or(0);
        let statistics = MessageStatistics {
            start: message.start,
            interrupted,
            finish_msg,
            body_length: number(message.body_length),
            content_gap_length: number(message.content_gap_length),
            header_length: number(message.header_length),
        };
        self.context.raise_http(HttpEvent::MessageDone {
            is_orig: message.is_orig,
            statistics,
        });
        self.message.completed = true;
        true
    }

    /// Data that won't come. True if it all belongs to the body, so that parsing can go on.
    pub(super) fn undelivered(&mut self, len: i64) -> bool {
        let depth = self.message.current.unwrap_or(0);
        let skipped = self.skip_gap(depth, len);
        if skipped {
            self.message.content_gap_length += len;
        }
        skipped
    }

    fn at(&mut self, depth: usize) -> &mut Entity {
        // Depths come from the stack itself.
        let last = self.message.entities.len() - 1;
        &mut self.message.entities[depth.min(last)]
    }

    fn has_child(&self, depth: usize) -> bool {
        self.message.entities.len() > depth + 1
    }

    fn parent_is_multipart(&self, depth: usize) -> bool {
        depth > 0 && self.message.entities[depth - 1].class == Class::Multipart
    }

    fn skip_gap(&mut self, depth: usize, len: i64) -> bool {
        let entity = self.at(depth);
        if entity.ended && entity.in_header || entity.body_length == 0 || entity.to_come < len {
            return false;
        }
        let chunked = entity.chunking != Chunking::None;
        if chunked && entity.chunking != Chunking::Data || !chunked && entity.content_length < 0 {
            return false;
        }
        entity.body_length += len;
        entity.to_come -= len;
        let to_come = entity.to_come;
        if chunked && to_come == 0 {
            entity.chunking = Chunking::LineEnd;
        }
        self.line.set_plain(to_come);
        if !chunked && to_come <= 0 {
            self.end(depth);
        }
        true
    }

    /// An entity takes a line or data.
    fn entity(&mut self, depth: usize, data: &[u8], line_end: bool) {
        let len = data.len() as i64;
        let entity = self.at(depth);
        if entity.ended {
            return;
        }
        if entity.in_header {
            entity.header_length += len;
            self.header_line(depth, data);
        } else if entity.is_composite() {
            self.body(depth, data, line_end);
            let entity = self.at(depth);
            if depth == 0 && entity.content_length > 0 {
                entity.to_come -= len + if line_end { 2 } else { 0 };
                if entity.to_come <= 0 {
                    self.line.set_plain(0);
                    self.end(depth);
                }
            }
        } else if entity.chunking != Chunking::None {
            self.chunked(depth, data);
        } else if entity.content_length >= 0 {
            self.body(depth, data, false);
            let entity = self.at(depth);
            entity.to_come -= len;
            if entity.to_come <= 0 {
                self.line.set_plain(0);
                self.line.set_delivery(-1);
                self.end(depth);
            }
        } else {
            self.body(depth, data, line_end);
        }
    }

    fn chunked(&mut self, depth: usize, data: &[u8]) {
        let entity = self.at(depth);
        match entity.chunking {
            Chunking::Size => {
                entity.to_come = leading_number(data, 16).unwrap_or(0);
                if entity.to_come > 0 {
                    entity.chunking = Chunking::Data;
                    let to_come = entity.to_come;
                    self.line.set_plain(to_come);
                } else {
                    entity.in_header = true;
                    entity.chunking = Chunking::Trailer;
                }
            }
            Chunking::Data => {
                entity.to_come -= data.len() as i64;
                if entity.to_come <= 0 {
                    entity.chunking = Chunking::LineEnd;
                    self.line.set_plain(0);
                }
                self.body(depth, data, false);
            }
            Chunking::LineEnd => entity.chunking = Chunking::Size,
            Chunking::None | Chunking::BeforeFirst | Chunking::Trailer | Chunking::Over => {}
        }
    }

    /// Data of an entity's body, packed or not.
    fn body(&mut self, depth: usize, data: &[u8], line_end: bool) {
        let entity = self.at(depth);
        if entity.coding == ContentCoding::Identity {
            self.clear_body(depth, data, line_end);
            return;
        }
        let mut inflater = entity
            .inflater
            .take()
            .unwrap_or_else(|| Box::new(Inflater::new()));
        inflater.chunk(data, |piece| self.clear_body(depth, piece, false));
        let entity = self.at(depth);
        if !entity.ended {
            entity.inflater = Some(inflater);
        }
    }

    fn clear_body(&mut self, depth: usize, data: &[u8], line_end: bool) {
        let entity = self.at(depth);
        entity.body_length += data.len() as i64 + if line_end { 2 } else { 0 };
        if entity.in_header {
            self.header_line(depth, data);
            return;
        }
        match entity.boundary_of(data) {
            Boundary::Next => {
                if self.has_child(depth) {
                    self.end_child(depth);
                }
                if !self.at(depth).ended {
                    self.begin_child(depth);
                }
                return;
            }
            Boundary::Last => {
                if self.has_child(depth) {
                    self.end_child(depth);
                }
                self.end(depth);
                return;
            }
            Boundary::No => {}
        }
        if !self.at(depth).is_composite() {
            self.decode(depth, data, line_end);
        } else if self.has_child(depth) {
            self.entity(depth + 1, data, line_end);
        }
    }

    /// A line of an entity's header.
    fn header_line(&mut self, depth: usize, line: &[u8]) {
        match line.first() {
            None | Some(0) => {
                self.finish_header(depth);
                self.at(depth).in_header = false;
                self.headers_complete(depth);
                if !self.at(depth).ended {
                    self.begin_body(depth);
                }
            }
            Some(b' ' | b'\t') => match &mut self.at(depth).header_line {
                Some(header) if header.len() >= MAX_HEADER => {}
                Some(header) => header.extend_from_slice(line),
                None => {
                    let begin = line
                        .iter()
                        .position(|byte| !matches!(byte, b' ' | b'\t'))
                        .unwrap_or(line.len());
                    self.new_header(depth, &line[begin..]);
                }
            },
            Some(_) => self.new_header(depth, line),
        }
    }

    fn new_header(&mut self, depth: usize, line: &[u8]) {
        self.finish_header(depth);
        if !line.is_empty() {
            self.at(depth).header_line = Some(line.to_vec());
        }
    }

    fn finish_header(&mut self, depth: usize) {
        let Some(line) = self.at(depth).header_line.take() else {
            return;
        };
        let Some(header) = HeaderField::parse(&line) else {
            return;
        };
        self.mime_header(depth, &header);
        if self.body_header(depth, &header) {
            self.connection_header(&header);
            let is_orig = self.message.is_orig;
            self.context.raise_http(HttpEvent::Header {
                is_orig,
                original_name: header.name,
                value: header.value,
            });
        }
        self.at(depth)
            .headers
            .push((header.name.to_vec(), header.value.to_vec()));
    }

    fn mime_header(&mut self, depth: usize, header: &HeaderField<'_>) {
        let entity = self.at(depth);
        if header.is("content-transfer-encoding") {
            if let Some((token, _)) = header.token() {
                entity.transfer_encoding = TransferEncoding::parse(token);
            }
            return;
        }
        if !header.is("content-type") {
            return;
        }
        let Some(content_type) = ContentType::parse(header.value) else {
            return;
        };
        entity.kind = content_type.kind.to_ascii_uppercase();
        entity.subtype = content_type.subtype.to_ascii_uppercase();
        entity.class = match entity.kind.as_slice() {
            b"MULTIPART" => Class::Multipart,
            b"MESSAGE" => Class::Message,
            _ => Class::Other,
        };
        if entity.class == Class::Multipart {
            entity.boundary = boundary(content_type.parameters).or(entity.boundary.take());
            if entity.boundary.is_none() {
                entity.class = Class::Other;
            }
        }
    }

    /// Header fields that say where the body ends. False if the field is unusable; then Zeek raises no
    /// `http_header` for it.
    fn body_header(&mut self, depth: usize, header: &HeaderField<'_>) -> bool {
        let version = if self.shared.request_ongoing {
            self.shared.request_version
        } else {
            self.shared.reply_version
        };
        let partial = self.shared.reply_code == 206;
        let entity = self.at(depth);
        if header.is("content-length") {
            if let Some((token, _)) = header.token() {
                entity.content_length = leading_number(token, 10)
                    .filter(|&length| length >= 0)
                    .unwrap_or(0);
                if let Some(range) = entity.range_length {
                    entity.content_length = entity.content_length.max(range);
                }
            }
        } else if header.is("content-range") && partial {
            let Some(range) = content_range(header) else {
                return false;
            };
            entity.range_length = Some(range);
            entity.content_length = entity.content_length.max(range);
        } else if header.is("transfer-encoding") {
            if depth == 0 && header.token_is("chunked") && version == HTTP_11 {
                entity.chunking = Chunking::BeforeFirst;
            }
        } else if header.is("content-encoding")
            && ["gzip", "x-gzip", "deflate"]
                .iter()
                .any(|coding| header.token_is(coding))
        {
            entity.coding = ContentCoding::Compressed;
        }
        true
    }

    /// Header fields that concern the connection.
    fn connection_header(&mut self, header: &HeaderField<'_>) {
        let is_orig = self.message.is_orig;
        if header.is("connection") {
            if is_orig {
                self.shared.keep_alive |= header.token_is("keep-alive");
            } else if header.token_is("close") {
                self.shared.connection_close = true;
            } else if header.token_is("upgrade") {
                self.shared.upgrade_connection = true;
            }
        }
        if !is_orig && header.is("upgrade") {
            self.shared.upgrade_protocol = header
                .token()
                .map_or(Vec::new(), |(token, _)| token.to_vec());
        }
    }

    fn headers_complete(&mut self, depth: usize) {
        if self.parent_is_multipart(depth) {
            self.line.set_lone_line_ends(false);
        }
        let connection_close = self.shared.connection_close;
        let entity = self.at(depth);
        let content_length = entity.content_length;
        if content_length >= 0 {
            self.line.set_delivery(content_length);
        }
        let entity = self.at(depth);
        if entity.chunking == Chunking::Trailer {
            entity.chunking = Chunking::Over;
            self.end(depth);
            return;
        }
        self.raise_headers(depth);
        let entity = self.at(depth);
        if entity.expected == BodyExpectation::NotExpected {
            self.end(depth);
        } else if entity.is_composite() {
            if depth == 0 && content_length == 0 {
                self.end(depth);
            } else if depth == 0 && content_length > 0 {
                entity.to_come = content_length;
            }
        } else if entity.chunking != Chunking::None {
            entity.chunking = Chunking::Size;
        } else if content_length == 0 {
            self.end(depth);
        } else if content_length > 0 {
            entity.to_come = content_length;
            self.line.set_plain(content_length);
        } else if connection_close || entity.coding == ContentCoding::Compressed {
            entity.to_come = UNLIMITED;
            self.line.set_plain(UNLIMITED);
        } else if entity.expected != BodyExpectation::Expected {
            self.end(depth);
        }
    }

    fn raise_headers(&mut self, depth: usize) {
        let message = &*self.message;
        let entity = &message.entities[depth];
        let is_orig = message.is_orig;
        self.context.raise_http(HttpEvent::AllHeaders {
            is_orig,
            headers: &entity.headers,
        });
        let described = &message.entities[message
            .current
            .unwrap_or(depth)
            .min(message.entities.len() - 1)];
        self.context.raise_http(HttpEvent::ContentType {
            is_orig,
            kind: &described.kind,
            subtype: &described.subtype,
        });
    }

    fn begin_body(&mut self, depth: usize) {
        let entity = self.at(depth);
        if entity.transfer_encoding == TransferEncoding::Base64 {
            entity.base64 = Some(Base64::default());
        }
        if entity.class == Class::Message {
            self.begin_child(depth);
        }
    }

    fn begin_child(&mut self, depth: usize) {
        if depth >= MAX_DEPTH {
            return;
        }
        let transfer_encoding = self.at(depth).transfer_encoding;
        self.message.entities.truncate(depth + 1);
        self.message
            .entities
            .push(Entity::new(BodyExpectation::Expected, transfer_encoding));
        self.message.current = Some(depth + 1);
        self.context.raise_http(HttpEvent::BeginEntity {
            is_orig: self.message.is_orig,
        });
    }

    fn end_child(&mut self, depth: usize) {
        self.end(depth + 1);
        self.message.entities.truncate(depth + 1);
    }

    /// Ends an entity, and the message with the outermost one.
    fn end(&mut self, depth: usize) {
        let entity = self.at(depth);
        entity.inflater = None;
        if entity.ended {
            return;
        }
        entity.ended = true;
        if entity.in_header {
            self.finish_header(depth);
            self.at(depth).in_header = false;
            self.headers_complete(depth);
        } else {
            if self.has_child(depth) {
                self.end_child(depth);
            }
            if let Some(mut base64) = self.at(depth).base64.take() {
                let mut rest = Vec::new();
                base64.finish(&mut rest);
                self.raise_data(&rest);
            }
        }
        self.end_entity(depth);
    }

    fn end_entity(&mut self, depth: usize) {
        let is_orig = self.message.is_orig;
        if depth == 0 {
            let (body, header) = (self.at(0).body_length, self.at(0).header_length);
            self.message.body_length += body;
            self.message.header_length += header;
        }
        self.context.raise_http(HttpEvent::EndEntity { is_orig });
        self.message.current = depth.checked_sub(1);
        if self.parent_is_multipart(depth) {
            self.line.set_lone_line_ends(true);
        }
        if depth == 0 {
            self.done(false, ENDS_NORMALLY);
        }
    }

    fn decode(&mut self, depth: usize, data: &[u8], line_end: bool) {
        let in_multipart = self.parent_is_multipart(depth);
        let entity = self.at(depth);
        let mut decoded = Vec::new();
        match entity.transfer_encoding {
            TransferEncoding::QuotedPrintable => quoted_printable(data, &mut decoded),
            TransferEncoding::Base64 => {
                if let Some(base64) = &mut entity.base64 {
                    base64.decode(data, &mut decoded);
                }
            }
            TransferEncoding::Binary => {
                let pending = std::mem::take(&mut entity.line_end_pending);
                entity.line_end_pending = line_end && in_multipart;
                let closed = line_end && !in_multipart;
                if !pending && !closed {
                    self.raise_data(data);
                    return;
                }
                decoded.reserve(data.len() + 4);
                decoded.extend_from_slice(if pending { b"\r\n" } else { b"" });
                decoded.extend_from_slice(data);
                decoded.extend_from_slice(if closed { b"\r\n" } else { b"" });
            }
        }
        self.raise_data(&decoded);
    }

    fn raise_data(&mut self, data: &[u8]) {
        let is_orig = self.message.is_orig;
        for data in data.chunks(MAX_PIECE) {
            self.context
                .raise_http(HttpEvent::EntityData { is_orig, data });
        }
    }
}

/// Length of the range that a partial reply's `Content-Range` says, in bytes.
fn content_range(header: &HeaderField<'_>) -> Option<i64> {
    let (unit, rest) = header.token().unwrap_or_default();
    if unit != b"bytes" {
        return None;
    }
    let rest: Vec<u8> = rest.iter().copied().filter(|&byte| byte != b' ').collect();
    let range = &rest[..rest.iter().position(|&byte| byte == b'/')?];
    let dash = range.iter().position(|&byte| byte == b'-')?;
    let (first, last) = (
        leading_number(&range[..dash], 10)?,
        leading_number(&range[dash + 1..], 10)?,
    );
    if first < 0 || last < first {
        return None;
    }
    last.checked_sub(first)?.checked_add(1)
}
