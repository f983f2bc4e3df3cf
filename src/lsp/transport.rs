//! Messages on a pair of streams, as the protocol's base has them (LSP 3.18, "Base Protocol"): headers, an empty line, JSON.
//!
//! `lsp-server` has the messages. Its own reader believes whatever length a client announces, so that a wrong one takes all
//! memory.

use std::io::{self, BufRead, Read as _, Write};

use lsp_server::Message;

/// The longest content of a message, in bytes.
const MAX_CONTENT: usize = 64 * 1024 * 1024;
/// The longest line of a header, in bytes.
const MAX_HEADER: u64 = 4096;

/// What a client sent.
#[derive(Debug)]
pub(super) enum Incoming {
    /// A message.
    Message(Message),
    /// A content that is no message; the next one can be read.
    Malformed(String),
    /// Something whose end cannot be told; nothing can be read after it.
    Garbage(String),
    /// Nothing: it has closed the stream.
    End,
}

/// Reads what comes next.
pub(super) fn read(input: &mut impl BufRead) -> Incoming {
    match content(input) {
        Ok(Some(content)) => match serde_json::from_slice(&content) {
            Ok(message) => Incoming::Message(message),
            Err(error) => Incoming::Malformed(error.to_string()),
        },
        Ok(None) => Incoming::End,
        Err(error) => Incoming::Garbage(error.to_string()),
    }
}

/// The content of the next message; `None` at the end of the stream.
fn content(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        input.take(MAX_HEADER).read_until(b'\n', &mut line)?;
        if line.is_empty() && length.is_none() {
            return Ok(None);
        }
        let Some(line) = line.strip_suffix(b"\r\n") else {
            return Err(invalid("a header does not end in CR LF", &line));
        };
        if line.is_empty() {
            break;
        }
        let text = std::str::from_utf8(line).ok();
        let Some((name, value)) = text.and_then(|text| text.split_once(':')) else {
            return Err(invalid("a header has no colon", line));
        };
        if name.eq_ignore_ascii_case("Content-Length") {
            length = value.trim().parse().ok().filter(|of| *of <= MAX_CONTENT);
            if length.is_none() {
                return Err(invalid("no length that a message has", line));
            }
        }
    }
    let Some(length) = length else {
        return Err(invalid("a message has no Content-Length", &[]));
    };
    let mut content = Vec::new();
    input.take(length as u64).read_to_end(&mut content)?;
    if content.len() < length {
        return Err(io::Error::new(
            io::ErrorKind::UnexpectedEof,
            format!(
                "the stream ends in a message, {} of {length} bytes in",
                content.len()
            ),
        ));
    }
    Ok(Some(content))
}

fn invalid(what: &str, line: &[u8]) -> io::Error {
    const SHOWN: usize = 80;
    let shown = line[..line.len().min(SHOWN)].escape_ascii();
    io::Error::new(io::ErrorKind::InvalidData, format!("{what}: \"{shown}\""))
}

/// Says that a content was no message: to a request whose id cannot be told (JSON-RPC 2.0, section 5).
pub(super) fn refuse_content(error: &str, output: &mut impl Write) -> io::Result<()> {
    let response = serde_json::json!({
        "jsonrpc": "2.0",
        "id": null,
        "error": { "code": lsp_server::ErrorCode::ParseError as i32, "message": error },
    })
    .to_string();
    write!(
        output,
        "Content-Length: {}\r\n\r\n{response}",
        response.len()
    )?;
    output.flush()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    /// What is read of some bytes, up to the end or what cannot be read.
    fn all(mut input: &[u8]) -> Vec<Incoming> {
        let mut all = Vec::new();
        loop {
            let incoming = read(&mut input);
            let is_last = matches!(incoming, Incoming::Garbage(_) | Incoming::End);
            all.push(incoming);
            if is_last {
                return all;
            }
        }
    }

    #[test]
    fn messages_are_read_one_after_the_other() {
        let text = "{\"jsonrpc\":\"2.0\",\"method\":\"x\"}";
        let frame = format!(
            "content-length: {}\r\nContent-Type: application/json\r\n\r\n{text}",
            text.len()
        );
        let read = all(frame.repeat(2).as_bytes());
        let [
            Incoming::Message(Message::Notification(one)),
            Incoming::Message(_),
            Incoming::End,
        ] = read.as_slice()
        else {
            panic!("{read:?}");
        };
        assert_eq!(one.method, "x");
    }

    #[test]
    fn a_content_that_is_no_message_ends_nothing() {
        let read = all(b"Content-Length: 2\r\n\r\n{}Content-Length: 1\r\n\r\n[");
        assert!(matches!(
            read.as_slice(),
            [
                Incoming::Malformed(_),
                Incoming::Malformed(_),
                Incoming::End
            ]
        ));
    }

    #[test]
    fn garbage_is_refused_in_words() {
        let cases: [(&[u8], &str); 8] = [
            (b"GET / HTTP/1.1\r\n\r\n", "no colon"),
            (b"hello", "does not end in CR LF"),
            (b"X: y\r\n\r\n{}", "has no Content-Length"),
            (b"Content-Length: -1\r\n\r\n", "no length that"),
            (
                b"Content-Length: 99999999999999999999\r\n\r\n",
                "no length that",
            ),
            (b"Content-Length: 67108865\r\n\r\n", "no length that"),
            (b"Content-Length: 10\r\n\r\n{}", "2 of 10 bytes in"),
            (b"\xff\xfe\r\n", "no colon"),
        ];
        for (input, expected) in cases {
            let read = all(input);
            let [Incoming::Garbage(words)] = read.as_slice() else {
                panic!("{read:?}");
            };
            assert!(words.contains(expected), "{words}");
        }
    }
}
