//! HTTP/1 messages (RFC 9112).

use data_encoding::HEXUPPER;

/// How a message's body is delimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::synth) enum Framing {
    /// By its length.
    Length,
    /// In two chunks, the first of so many bytes.
    Chunks(usize),
}

/// A message: its first line, its headers, and its body.
#[derive(Debug, Clone)]
pub(in crate::synth) struct HttpMessage<'a> {
    /// Without the line's end.
    pub(in crate::synth) first_line: Vec<u8>,
    /// Names and values, those of the framing among them.
    pub(in crate::synth) headers: &'a [(String, Vec<u8>)],
    /// The body, where there is one.
    pub(in crate::synth) body: &'a [u8],
    pub(in crate::synth) framing: Framing,
}

impl HttpMessage<'_> {
    /// First line and headers, as they go over the wire.
    pub(in crate::synth) fn head(&self) -> Vec<u8> {
        let mut bytes = self.first_line.clone();
        bytes.extend(b"\r\n");
        for (name, value) in self.headers {
            bytes.extend(name.as_bytes());
            bytes.extend(b": ");
            bytes.extend(value);
            bytes.extend(b"\r\n");
        }
        bytes.extend(b"\r\n");
        bytes
    }

    /// The body, as it goes over the wire.
    pub(in crate::synth) fn framed_body(&self) -> Vec<u8> {
        match self.framing {
            Framing::Length => self.body.to_vec(),
            Framing::Chunks(cut) => {
                let (first, last) = self.body.split_at(cut.min(self.body.len()));
                let mut bytes = Vec::new();
                for chunk in [first, last, &[]] {
                    // An empty chunk is the last.
                    if chunk.is_empty() {
                        continue;
                    }
                    bytes.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
                    bytes.extend(chunk);
                    bytes.extend(b"\r\n");
                }
                bytes.extend(b"0\r\n\r\n");
                bytes
            }
        }
    }
}

/// A URI in which what cannot stand in a request line is escaped (RFC 3986, section 2.1).
pub(in crate::synth) fn escaped(uri: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for &byte in uri {
        if is_plain(byte) {
            bytes.push(byte);
        } else {
            bytes.push(b'%');
            bytes.extend(HEXUPPER.encode(&[byte]).into_bytes());
        }
    }
    bytes
}

/// A URI with what was escaped in it.
pub(in crate::synth) fn unescaped(uri: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = uri;
    while let Some((&byte, after)) = rest.split_first() {
        let digits = after
            .get(..2)
            .and_then(|digits| HEXUPPER.decode(&digits.to_ascii_uppercase()).ok());
        match digits.as_deref() {
            Some([decoded]) if byte == b'%' => {
                bytes.push(*decoded);
                rest = &after[2..];
            }
            _ => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    bytes
}

/// Whether a byte stands in a URI for itself: unreserved and reserved characters, and those that clients leave as they are.
pub(in crate::synth) fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"%\"<>\\^`{|}#".contains(&byte)
}

/// What servers say to a status (RFC 9110, section 15).
pub(in crate::synth) fn reason(status: u16) -> &'static str {
    match status {
        100 => "Continue",
        101 => "Switching Protocols",
        102 => "Processing",
        103 => "Early Hints",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "Status",
    }
}
