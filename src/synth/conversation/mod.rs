//! Conversations as they go over the wire: TCP connections and UDP datagrams, and the protocols on them.

mod activation;
pub(super) mod dns;
pub(super) mod http;
pub(super) mod internet;
mod ntlm;
pub(super) mod rpc;
pub(super) mod smb;
pub(super) mod stub;
pub(super) mod tcp;
mod udp;

pub use tcp::ConnectionWriter;
