//! What Zeek's script layer knows of an association: `base/protocols/dce-rpc/main.zeek`.

use std::collections::{BTreeMap, HashMap};

use super::{DceRpcKind, Timestamp, Uuid};

/// The interface that a pipe usually serves, for associations whose bind wasn't seen
/// (`DCE_RPC::pipe_name_to_common_uuid`).
const COMMON_INTERFACES: [(&[u8], Uuid); 3] = [
    (
        b"winreg",
        uuid(0x338c_d001, 0x2244, 0x31f1, 0xaaaa_9000_3800_1003),
    ),
    (
        b"spoolss",
        uuid(0x1234_5678, 0x1234, 0xabcd, 0xef00_0123_4567_89ab),
    ),
    (
        b"srvsvc",
        uuid(0x4b32_4fc8, 0x1670, 0x01d3, 0x1278_5a47_bf6e_e188),
    ),
];

const fn uuid(first: u32, second: u16, third: u16, rest: u64) -> Uuid {
    let (a, b, c, d) = (
        first.to_le_bytes(),
        second.to_le_bytes(),
        third.to_le_bytes(),
        rest.to_be_bytes(),
    );
    Uuid([
        a[0], a[1], a[2], a[3], b[0], b[1], c[0], c[1], d[0], d[1], d[2], d[3], d[4], d[5], d[6],
        d[7],
    ])
}

/// The script state of one association (`c$dce_rpc_backing[fid]`).
#[derive(Clone, Debug, Default)]
pub struct Binding {
    by_context: BTreeMap<u16, Uuid>,
    last: Option<Uuid>,
    named_pipe: Option<Vec<u8>>,
    endpoint: Option<Uuid>,
    operation: Option<(Uuid, u16)>,
    started: Timestamp,
    rtt: Option<i64>,
}

impl Binding {
    /// The interface of a call on a context: the context's, failing that the last one that was bound, failing that the
    /// pipe's usual one.
    #[must_use]
    pub fn interface(&self, ctx_id: u16) -> Option<Uuid> {
        self.by_context
            .get(&ctx_id)
            .copied()
            .or(self.last)
            .or_else(|| self.common_interface())
    }

    /// Whether a bind was seen.
    #[must_use]
    pub fn is_bound(&self) -> bool {
        !self.by_context.is_empty()
    }

    /// The interface whose name `c$dce_rpc$endpoint` shows, if that is set.
    #[must_use]
    pub fn endpoint(&self) -> Option<Uuid> {
        self.endpoint
    }

    /// The interface and number whose name `c$dce_rpc$operation` shows, if that is set. It stays from call to call.
    #[must_use]
    pub fn operation(&self) -> Option<(Uuid, u16)> {
        self.operation
    }

    /// `c$dce_rpc$named_pipe`: the secondary address of the bind acknowledgment.
    #[must_use]
    pub fn named_pipe(&self) -> Option<&[u8]> {
        self.named_pipe.as_deref()
    }

    /// `c$dce_rpc$rtt` in microseconds. It stays from call to call.
    #[must_use]
    pub fn rtt_micros(&self) -> Option<i64> {
        self.rtt
    }

    fn common_interface(&self) -> Option<Uuid> {
        let name = normalized(self.named_pipe.as_deref()?);
        COMMON_INTERFACES
            .iter()
            .find(|(pipe, _)| pipe.eq_ignore_ascii_case(name))
            .map(|(_, uuid)| *uuid)
    }

    fn bind(&mut self, ctx_id: u16, uuid: Uuid) {
        self.by_context.insert(ctx_id, uuid);
        self.last = Some(uuid);
        self.endpoint = Some(uuid);
    }

    fn respond(&mut self, ctx_id: u16, opnum: u16, now: Timestamp) {
        if self.endpoint.is_none()
            && let Some(common) = self.common_interface()
        {
            self.last = Some(common);
        }
        if let (Some(_), Some(last)) = (self.endpoint, self.last) {
            self.operation = Some((last, opnum));
            if self.started != now {
                self.rtt = Some(now.micros_since(self.started));
            }
        }
        if let Some(&uuid) = self.by_context.get(&ctx_id) {
            self.endpoint = Some(uuid);
            self.operation = Some((uuid, opnum));
        }
    }
}

/// The pipe's name without its path.
fn normalized(name: &[u8]) -> &[u8] {
    const PIPE: &[u8] = br"\pipe\";
    let Some(at) = name
        .windows(PIPE.len())
        .position(|window| window.eq_ignore_ascii_case(PIPE))
    else {
        return name;
    };
    let rest = &name[at + PIPE.len()..];
    let end = rest
        .windows(PIPE.len())
        .position(|window| window.eq_ignore_ascii_case(PIPE));
    &rest[..end.unwrap_or(rest.len())]
}

/// A connection's associations by file id.
#[derive(Debug, Default)]
pub(crate) struct Bindings {
    by_fid: HashMap<u64, Binding>,
    unknown: Binding,
}

impl Bindings {
    /// Does what Zeek's script does on an event, and gives the state after that.
    pub(crate) fn update(&mut self, fid: u64, event: &DceRpcKind<'_>, now: Timestamp) -> &Binding {
        match event {
            DceRpcKind::Message { .. }
            | DceRpcKind::RequestStub(..)
            | DceRpcKind::ResponseStub(..) => self.by_fid.get(&fid).unwrap_or(&self.unknown),
            DceRpcKind::Bind(context) | DceRpcKind::AlterContext(context) => {
                let binding = self.session(fid, now);
                binding.bind(context.ctx_id, context.uuid);
                binding
            }
            DceRpcKind::BindAck { secondary_address } => {
                let binding = self.session(fid, now);
                if !secondary_address.is_empty() {
                    binding.named_pipe = Some(secondary_address.to_vec());
                }
                binding
            }
            DceRpcKind::AlterContextResponse => self.session(fid, now),
            DceRpcKind::Request(_) => {
                let binding = self.session(fid, now);
                binding.started = now;
                binding
            }
            DceRpcKind::Response(call) => {
                let binding = self.session(fid, now);
                binding.respond(call.ctx_id, call.opnum, now);
                binding
            }
        }
    }

    /// A pipe was closed.
    pub(crate) fn remove(&mut self, fid: u64) {
        self.by_fid.remove(&fid);
    }

    pub(crate) fn clear(&mut self) {
        self.by_fid.clear();
    }

    pub(crate) fn buffered(&self) -> usize {
        self.by_fid.len() * size_of::<(u64, Binding)>()
    }

    fn session(&mut self, fid: u64, now: Timestamp) -> &mut Binding {
        let binding = self.by_fid.entry(fid).or_insert_with(|| Binding {
            started: now,
            ..Binding::default()
        });
        binding.endpoint = binding.last.or(binding.endpoint);
        binding
    }
}
