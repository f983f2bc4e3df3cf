//! HTTP/0.9 to 1.1 (RFC 9112), in Zeek's reading of it.

mod content_line;
mod decode;
mod entity;
mod header;
mod inflate;
mod message;
mod request_line;
mod web_socket;

use std::collections::VecDeque;

use self::content_line::{ContentLine, ContentPiece};
use self::message::Message;
use self::request_line::RequestLine;
use self::web_socket::WebSocket;
use super::{AnalyzerContext, AnalyzerTree};
use crate::event::HttpEvent;

const ORIG: usize = 0;
const RESP: usize = 1;

/// Major and minor version; 0.0 stands for none so far.
type Version = (u8, u8);

const HTTP_09: Version = (0, 9);
const HTTP_11: Version = (1, 1);

/// What a side's next line is taken for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Expect {
    #[default]
    StartLine,
    Message,
    /// Nothing more is parsed.
    Nothing,
    /// Raw data of an HTTP/0.9 reply.
    Http09,
}

/// The analyzer of a connection.
#[derive(Debug, Default)]
pub(crate) struct Http {
    lines: [ContentLine; 2],
    sides: [MessageState; 2],
    shared: ConnectionState,
    counts: [u64; 2],
    /// Methods of the requests that wait for their replies.
    unanswered: VecDeque<Vec<u8>>,
    connect_requested: bool,
    /// Whether the connection changed to another protocol.
    upgraded: bool,
    /// What the connection carries in HTTP's stead.
    tunnel: Option<Tunnel>,
    /// Whether everything is ignored.
    skip: bool,
    violated: bool,
}

/// Analyzers of another protocol.
#[derive(Debug)]
enum Tunnel {
    Plain(Box<AnalyzerTree>),
    WebSocket(Box<WebSocket>),
}

/// One side's parser state.
#[derive(Debug, Default)]
struct MessageState {
    expect: Expect,
    ongoing: bool,
    message: Option<Message>,
}

/// What header fields and start lines tell about the whole connection.
#[derive(Debug, Default)]
struct ConnectionState {
    request_version: Version,
    reply_version: Version,
    /// Whether more than one request may come.
    keep_alive: bool,
    request_ongoing: bool,
    reply_code: u16,
    connection_close: bool,
    upgrade_connection: bool,
    upgrade_protocol: Vec<u8>,
}

impl ConnectionState {
    fn set_request_version(&mut self, version: Version) {
        self.request_version = version;
        self.keep_alive |= version >= HTTP_11;
    }

    fn set_reply_version(&mut self, version: Version) {
        self.reply_version = version;
        self.keep_alive |= version >= HTTP_11;
    }
}

impl Http {
    pub(crate) fn deliver(
        &mut self,
        is_orig: bool,
        data: &[u8],
        context: &mut AnalyzerContext<'_>,
    ) {
        if self.skip {
            return;
        }
        let side = index(is_orig);
        if !self.lines[side].is_attached() {
            self.raw(side, data, context);
            return;
        }
        // Only the responder's side of a partial connection is dropped here; nothing of the other one is parsed either.
        if side == RESP && context.connected.partial {
            return;
        }
        self.through_lines(side, data, context);
    }

    fn through_lines(&mut self, side: usize, data: &[u8], context: &mut AnalyzerContext<'_>) {
        let mut chunk = self.lines[side].begin(data);
        while let Some(item) = self.lines[side].next(&mut chunk) {
            match item {
                ContentPiece::Plain(data) => self.plain(side, data, context),
                ContentPiece::Line(line) => self.line(side, line, context),
                ContentPiece::BufferedLine(line) => {
                    self.line(side, &line, context);
                    self.lines[side].give_back(line);
                }
            }
        }
    }

    pub(crate) fn undelivered(
        &mut self,
        is_orig: bool,
        _start: u64,
        len: u64,
        context: &mut AnalyzerContext<'_>,
    ) {
        if self.skip {
            return;
        }
        let side = index(is_orig);
        // Zeek has this length as an int.
        #[allow(clippy::cast_possible_truncation)]
        let len = i64::from(len as i32);
        if self.sides[side].message.is_some()
            && self.with_message(side, context, |message| message.undelivered(len))
        {
            return;
        }
        const REASON: &str = "message interrupted by a content gap";
        if is_orig {
            self.made(ORIG, true, REASON, context);
        }
        self.made(RESP, true, REASON, context);
        self.lines[side].stop();
    }

    /// A side's data is over. Of an analyzer on its way out, the last line is lost if it has no end.
    pub(crate) fn end_of_stream(
        &mut self,
        is_orig: bool,
        removing: bool,
        context: &mut AnalyzerContext<'_>,
    ) {
        let side = index(is_orig);
        let lost = removing || self.skip || side == RESP && context.connected.partial;
        if !lost && self.lines[side].has_partial_line() {
            self.through_lines(side, b"\n", context);
        }
        self.made(
            side,
            false,
            "message ends as connection contents are completely delivered",
            context,
        );
    }

    pub(crate) fn connection_finished(&mut self, context: &mut AnalyzerContext<'_>) {
        self.both_made("message ends as connection is finished", context);
    }

    pub(crate) fn connection_reset(&mut self, context: &mut AnalyzerContext<'_>) {
        self.both_made("message interrupted by RST", context);
    }

    pub(crate) fn done(&mut self, context: &mut AnalyzerContext<'_>) {
        self.both_made("message interrupted when connection done", context);
        match &mut self.tunnel {
            Some(Tunnel::Plain(tree)) => tree.done(context),
            Some(Tunnel::WebSocket(web_socket)) => web_socket.done(context),
            None => {}
        }
    }

    pub(crate) fn flip_roles(&mut self) {
        if self.upgraded || self.tunnel.is_some() {
            return;
        }
        if self.counts != [0, 0] {
            self.skip = true;
            return;
        }
        self.lines.swap(ORIG, RESP);
    }

    pub(crate) fn take_violation(&mut self) -> bool {
        match &mut self.tunnel {
            Some(Tunnel::Plain(tree)) => tree.apply_violations(),
            Some(Tunnel::WebSocket(web_socket)) => web_socket.packet_done(),
            None => {}
        }
        std::mem::take(&mut self.violated)
    }

    pub(crate) fn buffered(&self) -> usize {
        let messages = self
            .sides
            .iter()
            .filter_map(|side| side.message.as_ref())
            .map(Message::buffered)
            .sum::<usize>();
        self.lines.iter().map(ContentLine::buffered).sum::<usize>()
            + messages
            + self.unanswered.len() * 32
            + match &self.tunnel {
                Some(Tunnel::Plain(tree)) => tree.buffered(),
                Some(Tunnel::WebSocket(web_socket)) => web_socket.buffered(),
                None => 0,
            }
    }

    fn both_made(&mut self, reason: &'static str, context: &mut AnalyzerContext<'_>) {
        self.made(ORIG, true, reason, context);
        self.made(RESP, true, reason, context);
    }

    /// Data that doesn't go through lines any more.
    fn raw(&mut self, side: usize, data: &[u8], context: &mut AnalyzerContext<'_>) {
        if context.connected.partial || self.forward(side, data, context) {
            return;
        }
        if side == RESP && self.sides[RESP].expect == Expect::Http09 {
            self.http_09_reply(data, context);
        } else {
            self.line(side, data, context);
        }
    }

    /// Data of a body whose length is known.
    fn plain(&mut self, side: usize, data: &[u8], context: &mut AnalyzerContext<'_>) {
        if context.connected.partial || self.forward(side, data, context) {
            return;
        }
        if side == RESP && self.sides[RESP].expect == Expect::Http09 {
            self.http_09_reply(data, context);
        } else if self.sides[side].message.is_some() {
            self.with_message(side, context, |message| message.deliver(data, false));
        }
    }

    /// Hands data of another protocol on; false if there is none.
    fn forward(&mut self, side: usize, data: &[u8], context: &mut AnalyzerContext<'_>) -> bool {
        match &mut self.tunnel {
            Some(Tunnel::Plain(tree)) => tree.deliver(side == ORIG, data, context),
            Some(Tunnel::WebSocket(web_socket)) => web_socket.deliver(side == ORIG, data, context),
            None => {}
        }
        self.upgraded || self.tunnel.is_some()
    }

    fn line(&mut self, side: usize, line: &[u8], context: &mut AnalyzerContext<'_>) {
        if context.connected.partial || self.forward(side, line, context) {
            return;
        }
        match (side, self.sides[side].expect) {
            (ORIG, Expect::StartLine) => self.request_line(line, context),
            (_, Expect::StartLine) => self.reply_line(line, context),
            (_, Expect::Message) => {
                self.with_message(side, context, |message| message.deliver(line, true));
                if side == RESP && self.connect_requested && line.is_empty() {
                    self.begin_tunnel();
                }
            }
            (RESP, Expect::Http09) => self.http_09_reply(line, context),
            (_, Expect::Http09 | Expect::Nothing) => {}
        }
    }

    fn request_line(&mut self, line: &[u8], context: &mut AnalyzerContext<'_>) {
        let Some(request) = RequestLine::parse(line, &mut self.shared) else {
            // A stray line end between requests is common.
            if !line.is_empty() && self.request_expected() {
                self.violation(context);
                self.sides[ORIG].expect = Expect::Nothing;
            }
            return;
        };
        self.counts[ORIG] += 1;
        self.sides[ORIG].expect = Expect::Message;
        self.sides[ORIG].ongoing = true;
        self.shared.request_ongoing = true;
        self.unanswered.push_back(request.method.to_vec());
        // Zeek compares as much as there is.
        self.connect_requested |= b"CONNECT"
            .get(..request.method.len())
            .is_some_and(|prefix| prefix.eq_ignore_ascii_case(request.method));
        context.raise_http(HttpEvent::Request {
            method: request.method,
            original_uri: request.uri,
            unescaped_uri: &request_line::unescape(request.uri),
            version: self.shared.request_version,
        });
        self.begin_message(ORIG, BodyExpectation::Maybe, line.len() as u64, context);
        if self.shared.request_version == HTTP_09 {
            if self.sides[RESP].message.is_some() {
                self.with_message(RESP, context, |message| {
                    message.done(false, message::ENDS_NORMALLY)
                });
                self.sides[RESP].message = None;
            }
            self.sides[RESP].expect = Expect::Http09;
            self.lines[RESP].detach();
        }
    }

    fn request_expected(&self) -> bool {
        self.counts[ORIG] == 0 || self.shared.keep_alive
    }

    fn reply_line(&mut self, line: &[u8], context: &mut AnalyzerContext<'_>) {
        let Some(reply) = request_line::ReplyLine::parse(line, &mut self.shared) else {
            if !line.is_empty() {
                self.violation(context);
                self.sides[RESP].expect = Expect::Nothing;
            }
            return;
        };
        self.counts[RESP] += 1;
        self.sides[RESP].expect = Expect::Message;
        self.sides[RESP].ongoing = true;
        self.raise_reply(reply.reason, context);
        if self.shared.reply_code != 200 {
            self.connect_requested = false;
        }
        self.begin_message(RESP, self.expected_reply_body(), line.len() as u64, context);
    }

    fn raise_reply(&self, reason: Option<&[u8]>, context: &mut AnalyzerContext<'_>) {
        context.raise_http(HttpEvent::Reply {
            version: self.shared.reply_version,
            code: self.shared.reply_code,
            reason: reason.unwrap_or(b"<empty>"),
        });
    }

    fn http_09_reply(&mut self, data: &[u8], context: &mut AnalyzerContext<'_>) {
        if self.sides[RESP].message.is_none() {
            self.shared.set_reply_version(HTTP_09);
            self.unanswered.pop_front();
            self.shared.connection_close = true;
            self.sides[RESP].ongoing = true;
            self.raise_reply(None, context);
            self.begin_message(RESP, self.expected_reply_body(), 0, context);
            self.with_message(RESP, context, |message| message.deliver(b"", true));
        }
        self.with_message(RESP, context, |message| message.deliver(data, false));
    }

    fn expected_reply_body(&self) -> BodyExpectation {
        let head = self.unanswered.front().is_some_and(|method| {
            b"HEAD"
                .get(..method.len())
                .is_some_and(|prefix| prefix.eq_ignore_ascii_case(method))
        });
        match self.shared.reply_code {
            _ if head => BodyExpectation::NotExpected,
            100..200 | 204 | 304 => BodyExpectation::NotExpected,
            _ => BodyExpectation::Expected,
        }
    }

    fn begin_message(
        &mut self,
        side: usize,
        body: BodyExpectation,
        header_length: u64,
        context: &mut AnalyzerContext<'_>,
    ) {
        self.sides[side].message = Some(Message::new(
            side == ORIG,
            body,
            header_length,
            context.connected.time,
        ));
        context.raise_http(HttpEvent::BeginEntity {
            is_orig: side == ORIG,
        });
    }

    /// Lets a side's message act, then draws the conclusions if it is complete.
    fn with_message(
        &mut self,
        side: usize,
        context: &mut AnalyzerContext<'_>,
        act: impl FnOnce(&mut message::MessageParser<'_, '_>) -> bool,
    ) -> bool {
        let Some(mut message) = self.sides[side].message.take() else {
            return false;
        };
        let mut acting = message::MessageParser {
            message: &mut message,
            line: &mut self.lines[side],
            shared: &mut self.shared,
            context,
        };
        let result = act(&mut acting);
        let completed = message.take_completed();
        self.sides[side].message = Some(message);
        if completed {
            self.made(side, false, message::ENDS_NORMALLY, context);
        }
        result
    }

    /// A side's message is over.
    fn made(
        &mut self,
        side: usize,
        interrupted: bool,
        reason: &'static str,
        context: &mut AnalyzerContext<'_>,
    ) {
        if !std::mem::take(&mut self.sides[side].ongoing) {
            return;
        }
        if side == ORIG {
            self.shared.request_ongoing = false;
        }
        if self.sides[side].message.is_some() {
            self.with_message(side, context, |message| message.done(interrupted, reason));
        }
        if side == RESP {
            self.reply_made(context);
        }
        let stopped = interrupted || side == RESP && self.upgraded;
        self.sides[side].expect = if stopped {
            Expect::Nothing
        } else {
            Expect::StartLine
        };
    }

    fn reply_made(&mut self, context: &mut AnalyzerContext<'_>) {
        let code = self.shared.reply_code;
        if !(100..200).contains(&code) {
            self.unanswered.pop_front();
        }
        let upgrades = self.shared.upgrade_connection && !self.shared.upgrade_protocol.is_empty();
        if code == 101 && self.unanswered.len() == 1 && upgrades {
            self.upgrade(context);
        }
        self.shared.reply_code = 0;
        self.shared.upgrade_connection = false;
        self.shared.upgrade_protocol.clear();
    }

    fn upgrade(&mut self, context: &mut AnalyzerContext<'_>) {
        self.lines[RESP].deliver_rest_plainly();
        // Zeek has an analyzer for WebSocket; of anything else it looks at the content.
        let is_web_socket = self
            .shared
            .upgrade_protocol
            .eq_ignore_ascii_case(b"websocket");
        self.tunnel = Some(if is_web_socket {
            Tunnel::WebSocket(Box::new(WebSocket::new()))
        } else {
            Tunnel::Plain(Box::new(AnalyzerTree::new(&[])))
        });
        self.upgraded = true;
        self.lines[ORIG].detach();
        self.lines[RESP].detach();
        context.raise_http(HttpEvent::ConnectionUpgrade {
            protocol: &self.shared.upgrade_protocol,
        });
    }

    fn begin_tunnel(&mut self) {
        self.tunnel = Some(Tunnel::Plain(Box::new(AnalyzerTree::new(&[]))));
        self.lines[RESP].deliver_rest_plainly();
        self.lines[ORIG].detach();
        self.lines[RESP].detach();
    }

    fn violation(&mut self, context: &AnalyzerContext<'_>) {
        self.violated |= context.violation_counts();
    }
}

/// Whether a message has a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum BodyExpectation {
    #[default]
    Expected,
    NotExpected,
    /// Only if header fields say so.
    Maybe,
}

fn index(is_orig: bool) -> usize {
    if is_orig { ORIG } else { RESP }
}
