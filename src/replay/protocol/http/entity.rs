//! An entity: a message's body or a part of it, with its headers.

use super::BodyExpectation;
use super::decode::{Base64, TransferEncoding};
use super::inflate::Inflater;

#[derive(Debug)]
pub(super) struct Entity {
    pub(super) expected: BodyExpectation,
    pub(super) in_header: bool,
    pub(super) ended: bool,
    /// The header field so far; lines may continue.
    pub(super) header_line: Option<Vec<u8>>,
    pub(super) headers: Vec<(Vec<u8>, Vec<u8>)>,
    pub(super) header_length: i64,
    pub(super) body_length: i64,
    pub(super) chunking: Chunking,
    /// -1 if unknown.
    pub(super) content_length: i64,
    /// Length of a partial reply's range.
    pub(super) range_length: Option<i64>,
    /// Bytes of the body or chunk to come.
    pub(super) to_come: i64,
    pub(super) coding: ContentCoding,
    pub(super) inflater: Option<Box<Inflater>>,
    pub(super) class: Class,
    pub(super) kind: Vec<u8>,
    pub(super) subtype: Vec<u8>,
    pub(super) boundary: Option<Vec<u8>>,
    pub(super) transfer_encoding: TransferEncoding,
    pub(super) base64: Option<Base64>,
    /// Whether a line end waits for more of a part: the last one belongs to the boundary.
    pub(super) line_end_pending: bool,
}

/// Where a chunked body is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Chunking {
    #[default]
    None,
    BeforeFirst,
    Size,
    Data,
    LineEnd,
    Trailer,
    Over,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ContentCoding {
    #[default]
    Identity,
    Compressed,
}

/// The content types that make a difference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Class {
    Multipart,
    Message,
    #[default]
    Other,
}

/// What a line of a multipart body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Boundary {
    No,
    Next,
    Last,
}

impl Entity {
    pub(super) fn new(expected: BodyExpectation, transfer_encoding: TransferEncoding) -> Self {
        Self {
            expected,
            in_header: true,
            ended: false,
            header_line: None,
            headers: Vec::new(),
            header_length: 0,
            body_length: 0,
            chunking: Chunking::None,
            content_length: -1,
            range_length: None,
            to_come: 0,
            coding: ContentCoding::Identity,
            inflater: None,
            class: Class::Other,
            kind: b"TEXT".to_vec(),
            subtype: b"PLAIN".to_vec(),
            boundary: None,
            transfer_encoding,
            base64: None,
            line_end_pending: false,
        }
    }

    pub(super) fn is_composite(&self) -> bool {
        matches!(self.class, Class::Multipart | Class::Message)
    }

    pub(super) fn boundary_of(&self, line: &[u8]) -> Boundary {
        let Some(boundary) = self
            .boundary
            .as_deref()
            .filter(|_| self.class == Class::Multipart)
        else {
            return Boundary::No;
        };
        match line
            .strip_prefix(b"--")
            .and_then(|line| line.strip_prefix(boundary))
        {
            None => Boundary::No,
            Some(rest) if rest.starts_with(b"--") => Boundary::Last,
            Some(_) => Boundary::Next,
        }
    }

    pub(super) fn buffered(&self) -> usize {
        const INFLATER: usize = 48 << 10;
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| name.len() + value.len() + 48)
            .sum::<usize>();
        headers
            + self.header_line.as_ref().map_or(0, Vec::len)
            + if self.inflater.is_some() { INFLATER } else { 0 }
    }
}
