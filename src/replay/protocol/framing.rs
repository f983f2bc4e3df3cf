//! Cutting a stream into messages that say their own length, as Zeek's flow buffers do: in place where a chunk holds the
//! whole message, in a buffer otherwise.

use super::wire::{OutOfBounds, Parsed};

/// Zeek's `BinPAC::flowbuffer_capacity_max` in bytes.
const MAX_CAPACITY: usize = 10 * 1024 * 1024;
/// Zeek's `BinPAC::flowbuffer_capacity_min` in bytes.
const MIN_CAPACITY: usize = 512;
/// Zeek's `BinPAC::flowbuffer_contract_threshold` in bytes.
const CONTRACT_THRESHOLD: usize = 2 * 1024 * 1024;

/// A kind of message.
pub(super) trait Frame {
    /// Length of the part that says how long the message is, in bytes.
    const HEADER: usize;

    /// Takes the header, once, as soon as it is complete; gives the whole message's length in bytes.
    fn header(&mut self, header: &[u8]) -> Parsed<usize>;

    /// Takes the whole message.
    fn message(&mut self, message: &[u8]) -> Parsed<()>;
}

/// Buffers one direction of a stream.
#[derive(Debug, Default)]
pub(super) struct FrameBuffer {
    buffer: Vec<u8>,
    /// Length of the message in the buffer; `None` until its header is complete.
    length: Option<usize>,
    /// The capacity that Zeek's buffer would have.
    capacity: usize,
    expecting: Expecting,
}

/// What Zeek's parser makes of the next chunk. After a chunk it already waits for the next message's header; when the
/// buffer is emptied behind its back, it takes that header for complete, finds nothing in it and fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Expecting {
    #[default]
    Nothing,
    Header,
    Failure,
}

impl FrameBuffer {
    /// Takes a chunk. After an error the rest of the chunk is lost, and the next one begins a message.
    pub(super) fn chunk(&mut self, data: &[u8], frame: &mut impl Frame) -> Parsed<()> {
        let outcome = match self.expecting {
            Expecting::Failure => Err(OutOfBounds),
            Expecting::Nothing | Expecting::Header => self.frames(data, frame),
        };
        self.expecting = Expecting::Header;
        if outcome.is_err() {
            self.discard();
            self.expecting = Expecting::Nothing;
        }
        outcome
    }

    /// Forgets what was buffered. If the parser had seen a chunk, it will fail on the next one.
    pub(super) fn discard(&mut self) {
        self.buffer.clear();
        self.length = None;
        self.contract();
        if self.expecting == Expecting::Header {
            self.expecting = Expecting::Failure;
        }
    }

    pub(super) fn buffered(&self) -> usize {
        self.buffer.capacity()
    }

    fn frames<F: Frame>(&mut self, data: &[u8], frame: &mut F) -> Parsed<()> {
        let mut data = data;
        while !data.is_empty() {
            if self.buffer.is_empty() {
                let Some(header) = data.get(..F::HEADER) else {
                    return self.append(data);
                };
                let length = frame.header(header)?.max(F::HEADER);
                self.length = Some(length);
                let Some(message) = data.get(..length) else {
                    return self.append(data);
                };
                self.length = None;
                frame.message(message)?;
                self.contract();
                data = &data[length..];
                continue;
            }
            let wanted = self.length.unwrap_or(F::HEADER) - self.buffer.len();
            let taken = wanted.min(data.len());
            self.append(&data[..taken])?;
            data = &data[taken..];
            if taken < wanted {
                return Ok(());
            }
            let length = match self.length {
                Some(length) => length,
                None => {
                    let length = frame.header(&self.buffer)?.max(F::HEADER);
                    self.length = Some(length);
                    length
                }
            };
            if self.buffer.len() == length {
                let message = std::mem::take(&mut self.buffer);
                self.length = None;
                let outcome = frame.message(&message);
                self.buffer = message;
                self.buffer.clear();
                outcome?;
                self.contract();
            }
        }
        Ok(())
    }

    fn append(&mut self, data: &[u8]) -> Parsed<()> {
        let needed = self.buffer.len() + data.len();
        if needed > self.capacity {
            let capacity = needed.max(MIN_CAPACITY).max(self.capacity * 2);
            if capacity > MAX_CAPACITY {
                return Err(OutOfBounds);
            }
            self.capacity = capacity;
        }
        self.buffer.extend_from_slice(data);
        Ok(())
    }

    fn contract(&mut self) {
        if self.capacity >= CONTRACT_THRESHOLD {
            self.capacity = MIN_CAPACITY;
            self.buffer = Vec::new();
        }
    }
}
