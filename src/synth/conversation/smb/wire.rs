//! SMB's messages on a connection, framed, cut and timed, and an account of them.

use std::mem;

use super::SUCCESS;
use crate::synth::conversation::tcp::{self, ConnectionWriter};

/// A connection that carries messages.
#[derive(Debug)]
pub(in crate::synth) struct Wire<'a, 'c> {
    connection: &'a mut ConnectionWriter<'c>,
    /// Where the next message is cut in two by TCP.
    pub(in crate::synth) cut: Option<usize>,
    /// When the next request comes, in microseconds since 1970.
    pub(in crate::synth) at: Option<u64>,
    /// When the next response comes, in microseconds since 1970.
    pub(in crate::synth) answered_at: Option<u64>,
    /// How the next exchange goes.
    pub(super) turn: Turn,
    /// What was said so far.
    pub(in crate::synth) said: Vec<Said>,
}

/// What a message's header says, and what a transaction's setup does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::synth) struct Said {
    /// When its last byte came, in microseconds since 1970.
    pub(in crate::synth) time: u64,
    /// Whether the client said it.
    pub(in crate::synth) is_request: bool,
    pub(in crate::synth) command: u16,
    /// What a transaction's request is for.
    pub(in crate::synth) sub_command: Option<u16>,
    pub(in crate::synth) status: u32,
    /// The multiplex id of SMB1, the message id of SMB2.
    pub(in crate::synth) id: u64,
    /// Whether the conversation is about it.
    pub(in crate::synth) is_subject: bool,
}

/// How an exchange goes, where it does not go as usual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::synth) struct Turn {
    /// The request's id.
    pub(in crate::synth) id: Option<u64>,
    /// The response's id, if it is another one.
    pub(in crate::synth) answered_as: Option<u64>,
    /// The response's status; `None` for the usual one.
    pub(in crate::synth) status: Option<u32>,
    pub(in crate::synth) is_answered: bool,
    /// Whether the conversation is about it.
    pub(in crate::synth) is_subject: bool,
}

impl CommandSubject {
    /// When files were last used, as Windows writes times.
    pub(super) fn an_hour_before(&self) -> u64 {
        self.filetime - 36_000_000_000
    }
}

impl Turn {
    /// One that goes as usual.
    pub(super) fn usual() -> Self {
        Self {
            id: None,
            answered_as: None,
            status: None,
            is_answered: true,
            is_subject: false,
        }
    }

    /// The response's status.
    pub(super) fn status_or(&self, usual: u32) -> u32 {
        self.status.unwrap_or(usual)
    }
}

impl Said {
    /// A request without a subcommand, whose time is known when it is sent.
    pub(super) fn request(command: u16, id: u64, turn: &Turn) -> Self {
        Self {
            time: 0,
            is_request: true,
            command,
            sub_command: None,
            status: SUCCESS,
            id,
            is_subject: turn.is_subject,
        }
    }

    /// A response to the request of an id, whose status is `status` where the turn asks for no other.
    pub(super) fn response(command: u16, id: u64, turn: &Turn, status: u32) -> Self {
        Self {
            is_request: false,
            status: turn.status_or(status),
            id: turn.answered_as.unwrap_or(id),
            ..Self::request(command, id, turn)
        }
    }
}

/// The command that a conversation is about.
#[derive(Debug, Clone)]
pub(in crate::synth) struct CommandSubject {
    pub(in crate::synth) command: u16,
    /// What a TRANSACTION2 is for.
    pub(in crate::synth) sub_command: u16,
    pub(in crate::synth) turn: Turn,
    /// When the request comes, in microseconds since 1970.
    pub(in crate::synth) at: Option<u64>,
    /// When the response comes, in microseconds since 1970.
    pub(in crate::synth) answered_at: Option<u64>,
    /// Where TCP cuts the request in two.
    pub(in crate::synth) cut: Option<usize>,
    /// The server's time (MS-DTYP, section 2.3.3).
    pub(in crate::synth) filetime: u64,
}

impl<'a, 'c> Wire<'a, 'c> {
    pub(in crate::synth) fn new(connection: &'a mut ConnectionWriter<'c>) -> Self {
        Self {
            connection,
            cut: None,
            at: None,
            answered_at: None,
            turn: Turn::usual(),
            said: Vec::new(),
        }
    }

    /// The next exchange is the one that the conversation is about.
    pub(super) fn turn_to(&mut self, subject: &CommandSubject) {
        self.at = subject.at;
        self.answered_at = subject.answered_at;
        self.cut = subject.cut;
        self.turn = subject.turn.clone();
    }

    /// How the exchange goes that begins now.
    pub(super) fn take_turn(&mut self) -> Turn {
        mem::replace(&mut self.turn, Turn::usual())
    }

    /// Whether nobody has answered the last request.
    pub(super) fn is_silent(&self) -> bool {
        self.said.last().is_some_and(|said| said.is_request)
    }

    /// Whether the last request was answered with success.
    pub(super) fn has_succeeded(&self) -> bool {
        let last = self.said.last();
        last.is_some_and(|said| !said.is_request && said.status == SUCCESS)
    }

    /// Sends a message with its session header (MS-SMB2, section 2.1; RFC 1002, section 4.3.1), its end when it is due.
    pub(super) fn send(&mut self, header: &[u8], body: &[u8], said: Said) {
        let length = u32::try_from(header.len() + body.len()).unwrap_or(u32::MAX);
        let message = [&length.to_be_bytes(), header, body].concat();
        let mut pieces: Vec<&[u8]> = Vec::new();
        let mut rest = &message[..];
        if let Some(cut) = self.cut.take()
            && cut < message.len()
        {
            let (first, last) = message.split_at(cut);
            pieces.extend(first.chunks(tcp::SEGMENT));
            rest = last;
        }
        pieces.extend(rest.chunks(tcp::SEGMENT));
        let due = if said.is_request {
            self.at.take()
        } else {
            self.answered_at.take()
        };
        let mut time = self.connection.clock();
        for (index, piece) in pieces.iter().enumerate() {
            if let Some(due) = due
                && index + 1 == pieces.len()
                && self.connection.clock() < due
            {
                self.connection.at_micros(due);
            }
            time = self.connection.clock();
            if said.is_request {
                self.connection.client(piece);
            } else {
                self.connection.server(piece);
            }
        }
        self.said.push(Said { time, ..said });
    }
}
