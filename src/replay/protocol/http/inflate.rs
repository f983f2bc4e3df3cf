//! Unpacking gzip and deflate bodies as they come (RFC 1950 to 1952).

use flate2::{Decompress, FlushDecompress, Status};

/// Size of the pieces in which unpacked data is given out, in bytes.
const PIECE: usize = 4096;

/// An unpacker that finds out by itself which format it has: gzip, zlib, or deflate without any header.
#[derive(Debug)]
pub(super) struct Inflater {
    state: InflateState,
    output: Vec<u8>,
}

#[derive(Debug)]
enum InflateState {
    /// Nothing so far, or the first byte if that was all of a chunk.
    Beginning(Option<u8>),
    Data(Decompress),
    /// The end of the data, or an error in it.
    Ended,
}

impl Inflater {
    pub(super) fn new() -> Self {
        Self {
            state: InflateState::Beginning(None),
            output: vec![0; PIECE],
        }
    }

    /// Unpacks a chunk and gives out what it yields, piece by piece. What belongs to a piece in which the data goes bad
    /// is lost.
    pub(super) fn chunk(&mut self, data: &[u8], mut give: impl FnMut(&[u8])) {
        if let InflateState::Beginning(before) = self.state {
            self.begin(before, data);
        }
        if data.is_empty() {
            return;
        }
        let mut rest = data;
        let mut may_restart = true;
        while let InflateState::Data(inflate) = &mut self.state {
            let (consumed, produced) = (inflate.total_in(), inflate.total_out());
            let result = inflate.decompress(rest, &mut self.output, FlushDecompress::Sync);
            let consumed = usize::try_from(inflate.total_in() - consumed).unwrap_or(rest.len());
            let produced = usize::try_from(inflate.total_out() - produced).unwrap_or(0);
            match result {
                Ok(status @ (Status::Ok | Status::StreamEnd)) => {
                    may_restart = false;
                    if produced > 0 {
                        give(&self.output[..produced]);
                    }
                    rest = rest.get(consumed..).unwrap_or_default();
                    if status == Status::StreamEnd {
                        self.state = InflateState::Ended;
                    } else if rest.is_empty() {
                        return;
                    }
                }
                // Some servers leave the header out.
                Err(error) if may_restart && error.needs_dictionary().is_none() => {
                    self.state = InflateState::Data(Decompress::new(false));
                    (rest, may_restart) = (data, false);
                }
                Ok(Status::BufError) | Err(_) => self.state = InflateState::Ended,
            }
        }
    }

    /// Chooses the format once the first two bytes are there.
    fn begin(&mut self, before: Option<u8>, data: &[u8]) {
        const WINDOW_BITS: u8 = 15;
        const GZIP: [u8; 2] = [0x1f, 0x8b];
        let mut first = before.into_iter().chain(data.iter().copied());
        let (Some(one), Some(two)) = (first.next(), first.next()) else {
            self.state = InflateState::Beginning(before.or(data.first().copied()));
            return;
        };
        let mut inflate = if [one, two] == GZIP {
            Decompress::new_gzip(WINDOW_BITS)
        } else {
            Decompress::new(true)
        };
        if let Some(byte) = before {
            // A single byte can't be wrong yet.
            let _ = inflate.decompress(&[byte], &mut self.output, FlushDecompress::Sync);
        }
        self.state = InflateState::Data(inflate);
    }
}
