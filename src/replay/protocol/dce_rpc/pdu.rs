//! PDUs: the common header and the bodies that raise events (C706, 12.6).

use std::collections::HashMap;

use crate::event::{Call, DceRpcKind, PresentationContext, Uuid};
use crate::replay::protocol::AnalyzerContext;
use crate::replay::protocol::wire::{OutOfBounds, Parsed, WireReader};

mod ptype {
    pub(super) const REQUEST: u8 = 0;
    pub(super) const RESPONSE: u8 = 2;
    pub(super) const BIND: u8 = 11;
    pub(super) const BIND_ACK: u8 = 12;
    pub(super) const ALTER_CONTEXT: u8 = 14;
    pub(super) const ALTER_CONTEXT_RESPONSE: u8 = 15;
}

/// The common header.
#[derive(Clone, Copy, Debug)]
pub(super) struct PduHeader {
    pub(super) ptype: u8,
    pub(super) first: bool,
    pub(super) last: bool,
    has_object: bool,
    big_endian: bool,
    pub(super) fragment_length: u16,
    auth_length: u16,
    pub(super) call_id: u32,
}

impl PduHeader {
    pub(super) const LENGTH: usize = 16;

    pub(super) fn parse(data: &[u8]) -> Parsed<Self> {
        const VERSION: u8 = 5;
        let fixed = data.first_chunk::<{ Self::LENGTH }>().ok_or(OutOfBounds)?;
        if fixed[0] != VERSION {
            return Err(OutOfBounds);
        }
        let big_endian = fixed[4] >> 4 == 0;
        let mut numbers = WireReader::new(&fixed[8..], big_endian);
        let flags = fixed[3];
        Ok(Self {
            ptype: fixed[2],
            first: flags & 1 != 0,
            last: flags & 2 != 0,
            has_object: flags & 0x80 != 0,
            big_endian,
            fragment_length: numbers.u16()?,
            auth_length: numbers.u16()?,
            call_id: numbers.u32()?,
        })
    }

    /// What lies between the header and the authentication trailer, whose padding stays in, and the protection level in the
    /// trailer, if there is one (MS-RPCE section 2.2.2.11).
    pub(super) fn body_of<'a>(&self, pdu: &'a [u8]) -> Parsed<(&'a [u8], Option<u8>)> {
        const TRAILER_HEADER: usize = 8;
        let trailer = match usize::from(self.auth_length) {
            0 => 0,
            length => length + TRAILER_HEADER,
        };
        let end = usize::from(self.fragment_length)
            .checked_sub(trailer)
            .ok_or(OutOfBounds)?;
        let body = pdu.get(Self::LENGTH..end).ok_or(OutOfBounds)?;
        let level = match trailer {
            0 => None,
            _ => Some(*pdu.get(end + 1).ok_or(OutOfBounds)?),
        };
        Ok((body, level))
    }
}

/// Parses a body and raises its events.
pub(super) fn body(
    header: &PduHeader,
    (body, auth_level): (&[u8], Option<u8>),
    fid: u64,
    opnums: &mut HashMap<u16, u16>,
    context: &mut AnalyzerContext<'_>,
) -> Parsed<()> {
    let mut reader = WireReader::new(body, header.big_endian);
    match header.ptype {
        ptype::BIND => presentation_contexts(&mut reader, |new| {
            context.raise_dce_rpc(fid, DceRpcKind::Bind(new))
        }),
        ptype::ALTER_CONTEXT => presentation_contexts(&mut reader, |new| {
            context.raise_dce_rpc(fid, DceRpcKind::AlterContext(new))
        }),
        ptype::BIND_ACK => {
            let secondary_address = acknowledgment(&mut reader)?;
            context.raise_dce_rpc(fid, DceRpcKind::BindAck { secondary_address });
            Ok(())
        }
        ptype::ALTER_CONTEXT_RESPONSE => {
            acknowledgment(&mut reader)?;
            context.raise_dce_rpc(fid, DceRpcKind::AlterContextResponse);
            Ok(())
        }
        ptype::REQUEST => {
            reader.skip(4)?; // alloc_hint
            let (ctx_id, opnum) = (reader.u16()?, reader.u16()?);
            if header.has_object {
                reader.skip(16)?;
            }
            let stub = reader.rest();
            let call = Call {
                ctx_id,
                opnum,
                stub_len: stub.len() as u64,
                auth_level,
                is_fragment: !header.first,
            };
            context.raise_dce_rpc(fid, DceRpcKind::Request(call));
            context.raise_dce_rpc(fid, DceRpcKind::RequestStub(call, stub));
            opnums.insert(ctx_id, opnum);
            Ok(())
        }
        ptype::RESPONSE => {
            reader.skip(4)?; // alloc_hint
            let ctx_id = reader.u16()?;
            reader.skip(2)?; // cancel count
            let stub = reader.rest();
            let opnum = opnums.get(&ctx_id).copied().unwrap_or(0);
            let call = Call {
                ctx_id,
                opnum,
                stub_len: stub.len() as u64,
                auth_level,
                is_fragment: !header.first,
            };
            context.raise_dce_rpc(fid, DceRpcKind::Response(call));
            context.raise_dce_rpc(fid, DceRpcKind::ResponseStub(call, stub));
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The contexts of a bind or alter-context; each is given out once it is parsed, whatever comes after it.
fn presentation_contexts(
    reader: &mut WireReader<'_>,
    mut raise: impl FnMut(PresentationContext),
) -> Parsed<()> {
    reader.skip(8)?; // fragment sizes, association group
    let count = context_count(reader)?;
    for _ in 0..count {
        let ctx_id = reader.u16()?;
        let transfer_syntaxes = usize::from(reader.u8()?);
        reader.skip(1)?;
        let uuid = Uuid(reader.array()?);
        let (version_major, version_minor) = (reader.u16()?, reader.u16()?);
        if transfer_syntaxes > reader.remaining() {
            return Err(OutOfBounds);
        }
        for _ in 0..transfer_syntaxes {
            reader.skip(20)?;
        }
        raise(PresentationContext {
            ctx_id,
            uuid,
            version_major,
            version_minor,
        });
    }
    Ok(())
}

/// The secondary address of a bind acknowledgment or alter-context response, without a closing NUL.
fn acknowledgment<'a>(reader: &mut WireReader<'a>) -> Parsed<&'a [u8]> {
    reader.skip(8)?; // fragment sizes, association group
    let length = usize::from(reader.u16()?);
    let address = reader.bytes(length)?;
    reader.skip(reader.position().next_multiple_of(4) - reader.position())?;
    let count = context_count(reader)?;
    for _ in 0..count {
        reader.skip(24)?;
    }
    Ok(address.strip_suffix(&[0]).unwrap_or(address))
}

fn context_count(reader: &mut WireReader<'_>) -> Parsed<usize> {
    let count = usize::from(reader.u8()?);
    reader.skip(3)?;
    if count > reader.remaining() {
        Err(OutOfBounds)
    } else {
        Ok(count)
    }
}
