//! Facts about DCE/RPC interfaces, ATT&CK techniques and Zeek's logs, embedded from the tables in `data/`.
//!
//! An RPC call is identified by its interface UUID and operation number alone. The names that Zeek prints for that pair
//! differ from release to release; [`Registry`] finds the pairs that any release prints a name for.

pub mod attack;
pub mod data_type;
mod dns;
mod encryption;
pub mod known_text;
mod names;
mod nearest;
mod parameters;
mod protocol;
pub mod robustness;
mod rpc;
mod sigma_category;
mod smb;
mod table;
mod uuid;
mod version;
mod zeek_log;

pub use dns::DnsCode;
pub use encryption::{StubEncryption, StubEncryptionScope};
pub use parameters::{Direction, Parameter};
pub use rpc::{Interface, OlderName, Operation, RELEASES, Registry};
pub use sigma_category::CategoryField;
pub use smb::{SmbCode, is_known_pipe};
pub use uuid::{InterfaceUuid, InvalidUuid};
pub use zeek_log::{ColumnType, LogColumn, ScalarType, UnknownColumnType, ZeekLog, ZeekRelease};
