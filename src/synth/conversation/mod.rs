//! Conversations as they go over the wire: TCP connections, and the protocols on them.

pub(super) mod rpc;
pub(super) mod tcp;

pub use tcp::Connection;
