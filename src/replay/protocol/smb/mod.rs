//! SMB over TCP, with or without NetBIOS session framing (MS-CIFS, MS-SMB2).

mod pipes;
mod smb1;
mod smb2;
mod strings;

use self::pipes::Pipes;
use super::AnalyzerContext;
use super::framing::{Frame, FrameBuffer};
use super::wire::{OutOfBounds, Parsed, WireReader};
use crate::event::SmbEvent;

/// Zeek's `SMB::max_pending_messages`.
const MAX_PENDING: usize = 1000;

/// The analyzer of a connection.
#[derive(Debug)]
pub(crate) struct Smb {
    directions: [FrameBuffer; 2],
    state: SmbState,
    /// Whether to wait for a chunk that begins with a message.
    need_sync: bool,
    violated: bool,
}

/// What messages share.
#[derive(Debug, Default)]
struct SmbState {
    pipes: Pipes,
    smb1: smb1::Smb1State,
    smb2: smb2::Smb2State,
}

impl Default for Smb {
    fn default() -> Self {
        Self {
            directions: Default::default(),
            state: SmbState::default(),
            need_sync: true,
            violated: false,
        }
    }
}

impl Smb {
    pub(crate) fn deliver(
        &mut self,
        is_orig: bool,
        data: &[u8],
        context: &mut AnalyzerContext<'_>,
    ) {
        if self.need_sync && !begins_message(data) {
            return;
        }
        self.need_sync = false;
        let mut parser = SmbParser {
            is_orig,
            state: &mut self.state,
            context,
        };
        if self.directions[usize::from(!is_orig)]
            .chunk(data, &mut parser)
            .is_err()
        {
            self.violated |= context.violation_counts();
            self.resynchronise();
        }
    }

    pub(crate) fn undelivered(&mut self) {
        self.resynchronise();
    }

    pub(crate) fn take_violation(&mut self) -> bool {
        std::mem::take(&mut self.violated)
    }

    pub(crate) fn buffered(&self) -> usize {
        let directions = self
            .directions
            .iter()
            .map(FrameBuffer::buffered)
            .sum::<usize>();
        directions
            + self.state.pipes.buffered()
            + self.state.smb1.buffered()
            + self.state.smb2.buffered()
    }

    fn resynchronise(&mut self) {
        for direction in &mut self.directions {
            direction.discard();
        }
        self.need_sync = true;
    }
}

/// Whether a chunk begins with a session header and a message; not so for encrypted ones.
fn begins_message(data: &[u8]) -> bool {
    matches!(data, [_, _, _, _, 0xff | 0xfe, b'S', b'M', b'B', ..])
}

struct SmbParser<'p, 'c> {
    is_orig: bool,
    state: &'p mut SmbState,
    context: &'p mut AnalyzerContext<'c>,
}

impl Frame for SmbParser<'_, '_> {
    /// The session header (RFC 1002, 4.3.1).
    const HEADER: usize = 4;

    fn header(&mut self, header: &[u8]) -> Parsed<usize> {
        Ok(message_length(header)? + Self::HEADER)
    }

    fn message(&mut self, message: &[u8]) -> Parsed<()> {
        const SESSION_MESSAGE: u8 = 0;
        let length = message_length(message)?;
        if message[0] != SESSION_MESSAGE {
            return Ok(());
        }
        let mut rest = &message[Self::HEADER..];
        while !rest.is_empty() {
            let (protocol, body) = rest.split_at_checked(4).ok_or(OutOfBounds)?;
            match protocol {
                b"\xffSMB" => {
                    return smb1::message(body, length, self.is_orig, self.state, self.context);
                }
                b"\xfeSMB" => {
                    let consumed = smb2::message(body, self.is_orig, self.state, self.context)?;
                    let Some(consumed) = consumed else {
                        return Ok(());
                    };
                    rest = body.get(consumed..).ok_or(OutOfBounds)?;
                }
                b"\xfdSMB" => return encrypted(body, self.context),
                _ => return Ok(()),
            }
        }
        Ok(())
    }
}

fn message_length(header: &[u8]) -> Parsed<usize> {
    let &[_, a, b, c] = header.first_chunk::<4>().ok_or(OutOfBounds)?;
    Ok(usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c))
}

/// The transform header (MS-SMB2 2.2.41).
fn encrypted(data: &[u8], context: &mut AnalyzerContext<'_>) -> Parsed<()> {
    let mut reader = WireReader::little_endian(data);
    reader.skip(32)?; // signature, nonce
    let original_size = reader.u32()?;
    reader.skip(4)?; // reserved, flags
    let session_id = reader.u64()?;
    context.raise_smb(SmbEvent::Encrypted {
        session_id,
        original_size,
    });
    Ok(())
}
