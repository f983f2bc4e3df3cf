//! Named pipes: which trees are pipes, and the DCE-RPC associations on them.

use std::collections::{HashMap, HashSet};

use crate::event::SmbEvent;
use crate::registry::is_known_pipe;
use crate::replay::protocol::AnalyzerContext;
use crate::replay::protocol::dce_rpc::DceRpc;

/// Zeek's `SMB::max_dce_rpc_analyzers`.
const MAX_ASSOCIATIONS: usize = 1000;

#[derive(Debug, Default)]
pub(super) struct Pipes {
    trees: HashSet<u32>,
    associations: HashMap<u64, DceRpc>,
}

impl Pipes {
    pub(super) fn is_pipe(&self, tree: u32) -> bool {
        self.trees.contains(&tree)
    }

    pub(super) fn set_pipe(&mut self, tree: u32) {
        self.trees.insert(tree);
    }

    pub(super) fn unset_pipe(&mut self, tree: u32) {
        self.trees.remove(&tree);
    }

    /// A file is opened; its name may tell that the tree is a pipe.
    pub(super) fn open(
        &mut self,
        tree: u32,
        name: &[u8],
        known_pipe: bool,
        context: &mut AnalyzerContext<'_>,
    ) {
        if !known_pipe && is_known_pipe(name) {
            self.set_pipe(tree);
            context.raise_smb(SmbEvent::PipeConnectHeuristic);
        }
    }

    /// Gives data of a pipe to its association.
    pub(super) fn data(
        &mut self,
        fid: u64,
        is_orig: bool,
        data: &[u8],
        context: &mut AnalyzerContext<'_>,
    ) {
        if !self.associations.contains_key(&fid) && self.associations.len() >= MAX_ASSOCIATIONS {
            context.raise_smb(SmbEvent::DiscardedDceRpcAnalyzers);
            context.scripts.bindings.clear();
            self.associations.clear();
        }
        self.associations
            .entry(fid)
            .or_insert_with(|| DceRpc::new(fid))
            .deliver(is_orig, data, context);
    }

    pub(super) fn close(&mut self, fid: u64) {
        self.associations.remove(&fid);
    }

    pub(super) fn buffered(&self) -> usize {
        // The associations' own buffers are bounded by their number and are small in practice; counting them all for
        // every packet would cost more than it tells.
        self.trees.len() * 16 + self.associations.len() * size_of::<DceRpc>()
    }
}
