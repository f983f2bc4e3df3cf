//! Lines of a stream, and stretches of it that are data instead.

/// Longest line in bytes; a longer one is cut.
const MAX_LINE: usize = 16 * 1024 * 1024 - 100;

/// One direction's line splitter, Zeek's `ContentLine_Analyzer`.
#[derive(Debug)]
pub(super) struct ContentLine {
    attached: bool,
    /// The line so far.
    buffer: Vec<u8>,
    last: u8,
    /// Whether a single CR or LF ends a line too.
    lone_line_ends: bool,
    stopped: bool,
    /// Bytes of data to come before the next line.
    plain: u64,
    /// Bytes after which a line ends even without a line end; negative if there is no such number.
    delivery: i64,
    /// Bytes of the chunk behind the last item.
    remaining: usize,
}

/// A chunk on its way through.
pub(super) struct Chunk<'d> {
    rest: &'d [u8],
    behind_plain: bool,
    flushed: bool,
}

/// A piece of the stream.
pub(super) enum ContentPiece<'d> {
    /// Data.
    Plain(&'d [u8]),
    /// A line that lies in the chunk.
    Line(&'d [u8]),
    /// A line that began in an earlier chunk.
    BufferedLine(Vec<u8>),
}

impl Default for ContentLine {
    fn default() -> Self {
        Self {
            attached: true,
            buffer: Vec::new(),
            last: 0,
            lone_line_ends: true,
            stopped: false,
            plain: 0,
            delivery: -1,
            remaining: 0,
        }
    }
}

impl ContentLine {
    pub(super) fn is_attached(&self) -> bool {
        self.attached
    }

    /// From the next chunk on, data goes past.
    pub(super) fn detach(&mut self) {
        self.attached = false;
    }

    /// Nothing more is delivered.
    pub(super) fn stop(&mut self) {
        self.stopped = true;
    }

    pub(super) fn has_partial_line(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// The next `len` bytes are data. Negative lengths are ignored.
    pub(super) fn set_plain(&mut self, len: i64) {
        if let Ok(len) = u64::try_from(len) {
            self.plain = len;
        }
    }

    /// After `len` bytes, counted by chunks, a line ends; -1 for never.
    pub(super) fn set_delivery(&mut self, len: i64) {
        if len >= -1 {
            self.delivery = len;
        }
    }

    /// What is left of the current chunk is data.
    pub(super) fn deliver_rest_plainly(&mut self) {
        if self.remaining > 0 {
            self.plain = self.remaining as u64;
        }
    }

    pub(super) fn set_lone_line_ends(&mut self, allowed: bool) {
        self.lone_line_ends = allowed;
    }

    pub(super) fn buffered(&self) -> usize {
        self.buffer.capacity()
    }

    /// Returns a line's memory.
    pub(super) fn give_back(&mut self, mut line: Vec<u8>) {
        if self.buffer.capacity() == 0 {
            line.clear();
            self.buffer = line;
        }
    }

    pub(super) fn begin<'d>(&mut self, data: &'d [u8]) -> Chunk<'d> {
        if !self.stopped && self.delivery > 0 {
            self.delivery -= i64::try_from(data.len()).unwrap_or(i64::MAX);
        }
        Chunk {
            rest: data,
            behind_plain: false,
            flushed: data.is_empty(),
        }
    }

    /// The chunk's next piece. Between calls the receiver may change what comes next.
    pub(super) fn next<'d>(&mut self, chunk: &mut Chunk<'d>) -> Option<ContentPiece<'d>> {
        loop {
            if self.stopped {
                return None;
            }
            if chunk.rest.is_empty() {
                if std::mem::replace(&mut chunk.flushed, true) || self.delivery != 0 {
                    return None;
                }
                self.delivery = -1;
                if !self.has_partial_line() {
                    return None;
                }
                chunk.rest = b"\r\n";
            }
            if !std::mem::take(&mut chunk.behind_plain) {
                if self.lone_line_ends && self.last == b'\r' && chunk.rest[0] == b'\n' {
                    self.last = b'\n';
                    chunk.rest = &chunk.rest[1..];
                }
                if self.plain > 0 {
                    self.last = 0;
                    let len = usize::try_from(self.plain)
                        .unwrap_or(usize::MAX)
                        .min(chunk.rest.len());
                    let (data, rest) = chunk.rest.split_at(len);
                    self.plain -= len as u64;
                    self.remaining = rest.len();
                    chunk.rest = rest;
                    chunk.behind_plain = true;
                    if !data.is_empty() {
                        return Some(ContentPiece::Plain(data));
                    }
                    continue;
                }
            }
            if let Some(line) = self.line(chunk) {
                self.remaining = chunk.rest.len();
                return Some(line);
            }
        }
    }

    /// The next line, unless the chunk ends before it does.
    fn line<'d>(&mut self, chunk: &mut Chunk<'d>) -> Option<ContentPiece<'d>> {
        let data = chunk.rest;
        let mut at = 0;
        loop {
            let end = data[at..]
                .iter()
                .position(|byte| matches!(byte, b'\r' | b'\n'))
                .map_or(data.len(), |len| at + len);
            if self.buffer.len() + end > MAX_LINE {
                return Some(self.cut(chunk));
            }
            if end > at {
                self.last = data[end - 1];
            }
            let Some(&byte) = data.get(end) else {
                self.buffer.extend_from_slice(data);
                chunk.rest = &[];
                return None;
            };
            if byte == b'\r' && data.get(end + 1) == Some(&b'\n') {
                self.last = b'\n';
                return Some(self.emit(chunk, end, end + 2));
            }
            if byte == b'\n' && self.last == b'\r' {
                self.last = b'\n';
                // The CR is the last byte of the line so far.
                if end > 0 {
                    return Some(self.emit(chunk, end - 1, end + 1));
                }
                if self.buffer.pop().is_some() {
                    return Some(self.emit(chunk, 0, 1));
                }
                // The second half of a line end that was split by a change of mode.
                chunk.rest = &data[1..];
                return self.continue_line(chunk);
            }
            self.last = byte;
            if self.lone_line_ends {
                return Some(self.emit(chunk, end, end + 1));
            }
            at = end + 1;
        }
    }

    fn continue_line<'d>(&mut self, chunk: &mut Chunk<'d>) -> Option<ContentPiece<'d>> {
        if chunk.rest.is_empty() {
            None
        } else {
            self.line(chunk)
        }
    }

    fn emit<'d>(&mut self, chunk: &mut Chunk<'d>, len: usize, consumed: usize) -> ContentPiece<'d> {
        let line = &chunk.rest[..len];
        chunk.rest = &chunk.rest[consumed..];
        if self.buffer.is_empty() {
            return ContentPiece::Line(line);
        }
        self.buffer.extend_from_slice(line);
        ContentPiece::BufferedLine(std::mem::take(&mut self.buffer))
    }

    /// A line that is too long.
    fn cut<'d>(&mut self, chunk: &mut Chunk<'d>) -> ContentPiece<'d> {
        let len = (MAX_LINE - self.buffer.len()).min(chunk.rest.len() - 1);
        self.buffer.extend_from_slice(&chunk.rest[..len]);
        self.buffer.truncate(MAX_LINE - 1);
        self.last = chunk.rest[len];
        chunk.rest = &chunk.rest[len + 1..];
        ContentPiece::BufferedLine(std::mem::take(&mut self.buffer))
    }
}
