//! Conversations as they go over the wire: TCP connections, and the protocols on them.

pub(super) mod http;
mod ntlm;
pub(super) mod rpc;
pub(super) mod smb;
pub(super) mod tcp;

pub use tcp::Connection;
