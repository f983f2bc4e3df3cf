//! Connection-oriented DCE-RPC (C706, chapter 12; MS-RPCE).

mod pdu;

use std::collections::{BTreeSet, HashMap};

use self::pdu::PduHeader;
use super::AnalyzerContext;
use super::framing::{Frame, FrameBuffer};
use super::wire::Parsed;
use crate::event::DceRpcKind;

/// Zeek's `DCE_RPC::max_cmd_reassembly`.
const MAX_REASSEMBLED_CALLS: usize = 20;
/// Zeek's `DCE_RPC::max_frag_data` in bytes.
const MAX_FRAGMENT_DATA: usize = 30_000;

/// The analyzer of one association: a TCP connection or an SMB pipe.
#[derive(Debug)]
pub(crate) struct DceRpc {
    directions: [FragmentState; 2],
    state: Association,
    /// After a gap nothing more is parsed.
    had_gap: bool,
}

/// What both directions share.
#[derive(Debug)]
struct Association {
    fid: u64,
    /// The last request's operation of each context.
    opnums: HashMap<u16, u16>,
    /// Set once reassembly went wrong; then everything is ignored.
    skip: bool,
}

#[derive(Debug, Default)]
struct FragmentState {
    buffer: FrameBuffer,
    /// Calls of which the first fragment was seen, but not the last.
    fragmented: BTreeSet<u32>,
}

impl DceRpc {
    pub(crate) fn new(fid: u64) -> Self {
        Self {
            directions: [FragmentState::default(), FragmentState::default()],
            state: Association {
                fid,
                opnums: HashMap::new(),
                skip: false,
            },
            had_gap: false,
        }
    }

    pub(crate) fn deliver(
        &mut self,
        is_orig: bool,
        data: &[u8],
        context: &mut AnalyzerContext<'_>,
    ) {
        if self.had_gap || self.state.skip {
            return;
        }
        let FragmentState { buffer, fragmented } = &mut self.directions[usize::from(!is_orig)];
        let mut parser = PduParser {
            is_orig,
            state: &mut self.state,
            fragmented,
            context,
        };
        // A message that can't be parsed costs the chunk; Zeek's scripts ignore the violation.
        let _ = buffer.chunk(data, &mut parser);
    }

    pub(crate) fn undelivered(&mut self) {
        self.had_gap = true;
    }

    pub(crate) fn buffered(&self) -> usize {
        self.directions
            .iter()
            .map(|direction| direction.buffer.buffered())
            .sum::<usize>()
            + self.state.opnums.len() * 8
    }
}

/// One direction's parser for the time of a chunk.
struct PduParser<'p, 'c> {
    is_orig: bool,
    state: &'p mut Association,
    fragmented: &'p mut BTreeSet<u32>,
    context: &'p mut AnalyzerContext<'c>,
}

impl Frame for PduParser<'_, '_> {
    const HEADER: usize = PduHeader::LENGTH;

    fn header(&mut self, header: &[u8]) -> Parsed<usize> {
        let header = PduHeader::parse(header)?;
        self.context.raise_dce_rpc(
            self.state.fid,
            DceRpcKind::Message {
                is_orig: self.is_orig,
                ptype: header.ptype,
            },
        );
        Ok(usize::from(header.fragment_length))
    }

    fn message(&mut self, message: &[u8]) -> Parsed<()> {
        let header = PduHeader::parse(message)?;
        let body = header.body_of(message)?;
        if !self.is_complete(&header, body.0) {
            return Ok(());
        }
        pdu::body(
            &header,
            body,
            self.state.fid,
            &mut self.state.opnums,
            self.context,
        )
    }
}

impl PduParser<'_, '_> {
    /// Whether this fragment lets its call be parsed. Zeek means to put fragments together, but what it then parses is
    /// the last fragment alone.
    fn is_complete(&mut self, header: &PduHeader, fragment: &[u8]) -> bool {
        let begun = self.fragmented.contains(&header.call_id);
        match (header.first, begun) {
            (true, true) => {
                self.state.skip = true;
                false
            }
            (true, false) if header.last => true,
            (true, false) => {
                self.fragmented.insert(header.call_id);
                self.state.skip |= self.fragmented.len() > MAX_REASSEMBLED_CALLS;
                self.state.skip |= fragment.len() > MAX_FRAGMENT_DATA;
                false
            }
            (false, true) => {
                self.state.skip |= fragment.len() > MAX_FRAGMENT_DATA;
                if header.last {
                    self.fragmented.remove(&header.call_id);
                }
                header.last
            }
            (false, false) => false,
        }
    }
}
