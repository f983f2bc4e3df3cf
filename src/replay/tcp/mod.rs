//! TCP: the table of connections, their state machine and reassembly, as Zeek 8.0 has them.
//!
//! Delivery depends on more of the state machine than one would think: which side is the originator, whether the
//! connection is partial, when it is gone from the table. These follow Zeek's `TCPSessionAdapter`, `TCP_Endpoint` and
//! `TCP_Reassembler` with default options and checksums ignored.

mod connection;
mod endpoint;
mod header;
pub mod ports;
mod reassembler;
mod table;
mod timer;

pub use table::{ConnectionTable, Limits};
