//! Fixed-width numbers at an offset.

use super::PacketWarning;

pub(super) fn byte(data: &[u8], offset: usize) -> Result<u8, PacketWarning> {
    data.get(offset).copied().ok_or(PacketWarning::Truncated)
}

pub(super) fn be16(data: &[u8], offset: usize) -> Result<u16, PacketWarning> {
    let bytes = data
        .get(offset..)
        .and_then(<[u8]>::first_chunk::<2>)
        .ok_or(PacketWarning::Truncated)?;
    Ok(u16::from_be_bytes(*bytes))
}

pub(super) fn be32(data: &[u8], offset: usize) -> Result<u32, PacketWarning> {
    let bytes = data
        .get(offset..)
        .and_then(<[u8]>::first_chunk::<4>)
        .ok_or(PacketWarning::Truncated)?;
    Ok(u32::from_be_bytes(*bytes))
}

pub(super) fn le16(data: &[u8], offset: usize) -> Result<u16, PacketWarning> {
    be16(data, offset).map(u16::swap_bytes)
}

pub(super) fn le32(data: &[u8], offset: usize) -> Result<u32, PacketWarning> {
    be32(data, offset).map(u32::swap_bytes)
}
