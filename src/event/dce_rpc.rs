//! DCE-RPC events.

use std::fmt;

use super::Binding;
use crate::registry::InterfaceUuid;

/// An interface UUID in the byte order of the wire (C706, appendix A; first three fields little-endian).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid(pub [u8; 16]);

/// The usual form; like Zeek's `uuid_to_string` it takes the fields as little-endian whatever the PDU's byte order.
impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const ORDER: [usize; 16] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
        for (position, &index) in ORDER.iter().enumerate() {
            if matches!(position, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{:02x}", self.0[index])?;
        }
        Ok(())
    }
}

/// The UUID in the order of its text, taken as little-endian.
impl From<Uuid> for InterfaceUuid {
    fn from(uuid: Uuid) -> Self {
        let [a, b, c, d, e, f, g, h, rest @ ..] = uuid.0;
        let [i, j, k, l, m, n, o, p] = rest;
        Self::from_bytes([d, c, b, a, f, e, h, g, i, j, k, l, m, n, o, p])
    }
}

/// A DCE-RPC event and the state of its association.
#[derive(Clone, Copy, Debug)]
pub struct DceRpcEvent<'a> {
    /// The pipe's file id: 0 over TCP and over SMB1, persistent + volatile of the SMB2 file id otherwise.
    pub fid: u64,
    /// What Zeek's `base/protocols/dce-rpc/main.zeek` knows of the association after its own handling of this event
    /// (`c$dce_rpc`, `c$dce_rpc_state`). [`Binding::interface`] gives a call's interface.
    pub binding: &'a Binding,
    /// What happened.
    pub kind: DceRpcKind<'a>,
}

/// The DCE-RPC events, named after Zeek's.
#[derive(Clone, Copy, Debug)]
pub enum DceRpcKind<'a> {
    /// `dce_rpc_message`: a PDU's header, before its body is parsed.
    Message {
        /// Whether the originator sent it.
        is_orig: bool,
        /// PTYPE (C706, 12.6).
        ptype: u8,
    },
    /// `dce_rpc_bind`: one presentation context of a bind.
    Bind(PresentationContext),
    /// `dce_rpc_alter_context`: one presentation context of an alter-context.
    AlterContext(PresentationContext),
    /// `dce_rpc_bind_ack`
    BindAck {
        /// The secondary address without a closing NUL: the pipe's name or the port.
        secondary_address: &'a [u8],
    },
    /// `dce_rpc_alter_context_resp`
    AlterContextResponse,
    /// `dce_rpc_request`
    Request(Call),
    /// `dce_rpc_request_stub`
    RequestStub(Call, &'a [u8]),
    /// `dce_rpc_response`
    Response(Call),
    /// `dce_rpc_response_stub`
    ResponseStub(Call, &'a [u8]),
}

/// A presentation context of a bind or alter-context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PresentationContext {
    /// Presentation context id.
    pub ctx_id: u16,
    /// The abstract syntax: the interface.
    pub uuid: Uuid,
    /// The interface's major version, as the first 16 bits after the UUID have it.
    pub version_major: u16,
    /// The interface's minor version.
    pub version_minor: u16,
}

/// RPC_C_AUTHN_LEVEL_PKT_PRIVACY (MS-RPCE section 2.2.1.1.8).
pub const PRIVACY: u8 = 6;

/// A call's numbers. A response's `opnum` is that of the last request on its context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// Presentation context id.
    pub ctx_id: u16,
    /// Operation number.
    pub opnum: u16,
    /// Length of the stub in bytes.
    pub stub_len: u64,
    /// The protection level of the PDU's authentication verifier (MS-RPCE section 2.2.1.1.8), if it has one. Zeek tells it
    /// since 9.0, in `dce_rpc_auth`.
    pub auth_level: Option<u8>,
    /// Whether the PDU is the last of several fragments. Zeek gives scripts the stub of that one alone.
    pub is_fragment: bool,
}

/// Why a stub is not what the client or the server marshalled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StubObstacle {
    /// It is sealed, which is RPC's privacy level.
    Sealed,
    /// It is the last fragment of several.
    Fragment,
}

impl StubObstacle {
    /// What the stub is, in a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sealed => "sealed",
            Self::Fragment => "fragment",
        }
    }
}

impl Call {
    /// Why the stub of the PDU cannot be read, if that is known without reading it.
    #[must_use]
    pub fn obstacle(&self) -> Option<StubObstacle> {
        let sealed = self.is_sealed().then_some(StubObstacle::Sealed);
        sealed.or(self.is_fragment.then_some(StubObstacle::Fragment))
    }

    /// Whether the stub is encrypted.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        self.auth_level == Some(PRIVACY)
    }
}
