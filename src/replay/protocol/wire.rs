//! Reading fixed-width numbers and byte strings, in the manner of Zeek's generated parsers.

/// The data ends before a field does, or a length is negative. Zeek's parser gives up on the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OutOfBounds;

pub(super) type Parsed<T> = Result<T, OutOfBounds>;

/// A position in a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct WireReader<'a> {
    data: &'a [u8],
    position: usize,
    big_endian: bool,
}

impl<'a> WireReader<'a> {
    pub(super) fn little_endian(data: &'a [u8]) -> Self {
        Self {
            data,
            position: 0,
            big_endian: false,
        }
    }

    pub(super) fn new(data: &'a [u8], big_endian: bool) -> Self {
        Self {
            data,
            position: 0,
            big_endian,
        }
    }

    pub(super) fn position(&self) -> usize {
        self.position
    }

    pub(super) fn remaining(&self) -> usize {
        self.data.len() - self.position
    }

    /// Everything from here on.
    pub(super) fn rest(&self) -> &'a [u8] {
        &self.data[self.position..]
    }

    pub(super) fn bytes(&mut self, len: usize) -> Parsed<&'a [u8]> {
        let end = self.position.checked_add(len).ok_or(OutOfBounds)?;
        let bytes = self.data.get(self.position..end).ok_or(OutOfBounds)?;
        self.position = end;
        Ok(bytes)
    }

    /// `len` bytes, where a length beyond 31 bits counts as negative.
    pub(super) fn bytes32(&mut self, len: u32) -> Parsed<&'a [u8]> {
        i32::try_from(len).map_err(|_| OutOfBounds)?;
        self.bytes(len as usize)
    }

    pub(super) fn skip(&mut self, len: usize) -> Parsed<()> {
        self.bytes(len).map(|_| ())
    }

    /// Moves forward to `offset`; stays if it lies behind. Mirrors a parser's `padding to`.
    pub(super) fn pad_to(&mut self, offset: i64) -> Parsed<()> {
        let Ok(offset) = usize::try_from(offset) else {
            return Ok(());
        };
        if offset > self.data.len() {
            return Err(OutOfBounds);
        }
        self.position = self.position.max(offset);
        Ok(())
    }

    pub(super) fn array<const N: usize>(&mut self) -> Parsed<[u8; N]> {
        self.bytes(N)?
            .first_chunk::<N>()
            .copied()
            .ok_or(OutOfBounds)
    }

    pub(super) fn u8(&mut self) -> Parsed<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(super) fn u16(&mut self) -> Parsed<u16> {
        let bytes = self.array()?;
        Ok(if self.big_endian {
            u16::from_be_bytes(bytes)
        } else {
            u16::from_le_bytes(bytes)
        })
    }

    pub(super) fn u32(&mut self) -> Parsed<u32> {
        let bytes = self.array()?;
        Ok(if self.big_endian {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        })
    }

    pub(super) fn u64(&mut self) -> Parsed<u64> {
        let bytes = self.array()?;
        Ok(if self.big_endian {
            u64::from_be_bytes(bytes)
        } else {
            u64::from_le_bytes(bytes)
        })
    }
}
