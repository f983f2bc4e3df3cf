//! Unpacking gzip and deflate bodies as they come (RFC 1950 to 1952).

use flate2::{Crc, Decompress, FlushDecompress, Status};

/// Size of the pieces in which unpacked data is given out, in bytes.
const PIECE: usize = 4096;

/// An unpacker that finds out by itself which format it has: gzip, zlib, or deflate without any header.
#[derive(Debug)]
pub(super) struct Inflater {
    state: State,
    output: Vec<u8>,
}

#[derive(Debug)]
enum State {
    /// The header's first bytes.
    Header(Vec<u8>),
    Data(Box<Stream>),
    /// The end of the data, or an error in it.
    Ended,
}

#[derive(Debug)]
struct Stream {
    inflate: Decompress,
    /// Checksum of what was unpacked, if a trailer will tell what it must be.
    checksum: Option<Crc>,
}

/// What a header's first bytes are.
enum Header {
    Incomplete,
    Invalid,
    /// Of that many bytes.
    Gzip(usize),
    Zlib,
}

impl Inflater {
    pub(super) fn new() -> Self {
        Self {
            state: State::Header(Vec::new()),
            output: vec![0; PIECE],
        }
    }

    /// Unpacks a chunk and gives out what it yields.
    pub(super) fn chunk(&mut self, data: &[u8], mut give: impl FnMut(&[u8])) {
        if data.is_empty() {
            return;
        }
        match &mut self.state {
            State::Ended => {}
            State::Header(header) => {
                header.extend_from_slice(data);
                match recognise(header) {
                    Header::Incomplete => {}
                    Header::Gzip(length) => {
                        let rest = header.split_off(length);
                        self.begin(false, Some(Crc::new()));
                        self.unpack(&rest, false, &mut give);
                    }
                    Header::Zlib => {
                        let rest = std::mem::take(header);
                        self.begin(true, None);
                        self.unpack(&rest, true, &mut give);
                    }
                    // Some servers leave the header out.
                    Header::Invalid => {
                        self.begin(false, None);
                        self.unpack(data, false, &mut give);
                    }
                }
            }
            State::Data(_) => self.unpack(data, true, &mut give),
        }
    }

    fn begin(&mut self, zlib: bool, checksum: Option<Crc>) {
        self.state = State::Data(Box::new(Stream {
            inflate: Decompress::new(zlib),
            checksum,
        }));
    }

    /// Gives out full pieces, and what there is when the input is used up. What was unpacked since the last piece is lost
    /// if the data goes bad.
    fn unpack(&mut self, data: &[u8], may_restart: bool, give: &mut impl FnMut(&[u8])) {
        let mut rest = data;
        let mut may_restart = may_restart;
        let mut filled = 0;
        loop {
            let State::Data(stream) = &mut self.state else {
                return;
            };
            let inflate = &mut stream.inflate;
            let (consumed, produced) = (inflate.total_in(), inflate.total_out());
            let result =
                inflate.decompress(rest, &mut self.output[filled..], FlushDecompress::Sync);
            let consumed = usize::try_from(inflate.total_in() - consumed).unwrap_or(rest.len());
            let produced = usize::try_from(inflate.total_out() - produced).unwrap_or(0);
            rest = rest.get(consumed..).unwrap_or_default();
            let ended = match result {
                Ok(status) => status == Status::StreamEnd || consumed == 0 && produced == 0,
                Err(_) if may_restart => {
                    self.begin(false, None);
                    (rest, filled, may_restart) = (data, 0, false);
                    continue;
                }
                Err(_) => {
                    self.state = State::Ended;
                    return;
                }
            };
            let before = filled;
            filled = (filled + produced).min(PIECE);
            if let Some(checksum) = &mut stream.checksum {
                checksum.update(&self.output[before..filled]);
                if matches!(result, Ok(Status::StreamEnd)) && contradicts(rest, checksum) {
                    self.state = State::Ended;
                    return;
                }
            }
            if filled == PIECE || ended && filled > 0 {
                give(&self.output[..filled]);
                (filled, may_restart) = (0, false);
            }
            if ended {
                // Without input there is nothing to do; with it, the data is over or bad.
                if !rest.is_empty() || matches!(result, Ok(Status::StreamEnd)) {
                    self.state = State::Ended;
                }
                return;
            }
        }
    }
}

/// Whether a gzip trailer, as far as it is there, says other things of the data.
fn contradicts(trailer: &[u8], checksum: &Crc) -> bool {
    let differs = |at: usize, number: u32| {
        trailer
            .get(at..at + 4)
            .is_some_and(|bytes| bytes != number.to_le_bytes())
    };
    differs(0, checksum.sum()) || differs(4, checksum.amount())
}

fn recognise(header: &[u8]) -> Header {
    const DEFLATE: u8 = 8;
    match header {
        [] | [_] => Header::Incomplete,
        [0x1f, 0x8b, ..] => match gzip_length(header) {
            Some(length) if header.get(2) == Some(&DEFLATE) => Header::Gzip(length),
            None if header.get(2).is_none_or(|&method| method == DEFLATE) => Header::Incomplete,
            _ => Header::Invalid,
        },
        [method, flags, ..] => {
            let check = (u16::from(*method) << 8 | u16::from(*flags)) % 31;
            if check == 0 && method & 15 == DEFLATE && method >> 4 <= 7 {
                Header::Zlib
            } else {
                Header::Invalid
            }
        }
    }
}

/// Length of a gzip header in bytes, if all of it is there.
fn gzip_length(header: &[u8]) -> Option<usize> {
    let flags = *header.get(3)?;
    let mut length = 10;
    if flags & 4 != 0 {
        let extra = header.get(length..length + 2)?;
        length += 2 + usize::from(u16::from_le_bytes([extra[0], extra[1]]));
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            length += header.get(length..)?.iter().position(|&byte| byte == 0)? + 1;
        }
    }
    if flags & 2 != 0 {
        length += 2;
    }
    (header.len() >= length).then_some(length)
}
