//! What every version's conversation about one command goes through: negotiation, session, tree, the command, and the end.

use super::wire::{CommandSubject, Wire};
use super::{MORE_PROCESSING_REQUIRED, Said};

/// A version's numbers of the commands by which each conversation begins and ends.
pub(super) struct FramingCommands {
    pub(super) negotiate: u16,
    pub(super) session_setup: u16,
    pub(super) tree_connect: u16,
    pub(super) tree_disconnect: u16,
    pub(super) logoff: u16,
}

/// A session of one version that can be led to each of its commands.
pub(super) trait Dialogue<'a, 'c: 'a>: Sized {
    const FRAME: FramingCommands;

    /// Whether a server answers a command.
    fn is_answered(command: u16) -> bool;
    fn wire(&mut self) -> &mut Wire<'a, 'c>;
    fn into_said(self) -> Vec<Said>;
    /// `filetime` is the server's time.
    fn negotiate(&mut self, filetime: u64);
    fn ask_for_challenge(&mut self);
    fn log_on(&mut self, filetime: u64);
    /// Connects the tree in which a command is done.
    fn connect_for(&mut self, subject: &CommandSubject);
    /// Does a command in the tree, with what it needs before and after.
    fn perform(&mut self, subject: &CommandSubject);
    fn has_tree(&self) -> bool;
    fn disconnect(&mut self);
    fn log_off(&mut self);

    /// Says all that leads to a command, the command, and what usually follows: what was said.
    fn converse(mut self, subject: &CommandSubject) -> Vec<Said> {
        self.speak(subject);
        self.into_said()
    }

    fn speak(&mut self, subject: &CommandSubject) {
        let command = subject.command;
        self.turn_at(Self::FRAME.negotiate, subject);
        self.negotiate(subject.filetime);
        if command == Self::FRAME.negotiate || !self.sets_up(subject) {
            return;
        }
        if command != Self::FRAME.session_setup {
            self.use_tree(subject);
        }
        if !self.wire().is_silent() || !Self::is_answered(command) {
            self.end(subject);
        }
    }

    /// Sets the session up; whether it is.
    fn sets_up(&mut self, subject: &CommandSubject) -> bool {
        // A status that goes with the challenge alone.
        let is_challenge = subject.turn.status == Some(MORE_PROCESSING_REQUIRED);
        if is_challenge {
            self.turn_at(Self::FRAME.session_setup, subject);
        }
        self.ask_for_challenge();
        if self.wire().is_silent() {
            return false;
        }
        if !is_challenge {
            self.turn_at(Self::FRAME.session_setup, subject);
        }
        self.log_on(subject.filetime);
        self.wire().has_succeeded()
    }

    /// Connects a tree and does there what is to be done.
    fn use_tree(&mut self, subject: &CommandSubject) {
        let FramingCommands {
            tree_connect,
            tree_disconnect,
            logoff,
            ..
        } = Self::FRAME;
        self.turn_at(tree_connect, subject);
        self.connect_for(subject);
        if ![tree_connect, tree_disconnect, logoff].contains(&subject.command) {
            self.perform(subject);
        }
    }

    /// Leaves the tree, if it is in one, and the session.
    fn end(&mut self, subject: &CommandSubject) {
        if self.has_tree() {
            self.turn_at(Self::FRAME.tree_disconnect, subject);
            self.disconnect();
            if self.wire().is_silent() {
                return;
            }
        }
        self.turn_at(Self::FRAME.logoff, subject);
        self.log_off();
    }

    /// The next exchange is the one that the conversation is about, if it is about this command.
    fn turn_at(&mut self, command: u16, subject: &CommandSubject) {
        if subject.command == command {
            self.wire().turn_to(subject);
        }
    }
}
