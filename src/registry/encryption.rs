use std::collections::BTreeMap;

use super::table;
use super::uuid::InterfaceUuid;

const TABLE: &str = include_str!("../../data/encrypted-stubs.tsv");

/// That an interface's stubs are encrypted by default: sent at RPC_C_AUTHN_LEVEL_PKT_PRIVACY (MS-RPCE section
/// 2.2.1.1.8), so that nobody on the wire can read them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StubEncryption {
    /// Whose stubs are.
    pub scope: StubEncryptionScope,
    /// The operations concerned, in ascending order; all of the interface's where empty.
    pub opnums: Vec<u16>,
    /// What the source says, in a sentence without a full stop.
    pub note: &'static str,
    /// The document and section that says so.
    pub source: &'static str,
}

/// Whose stubs are encrypted by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StubEncryptionScope {
    /// Every client's: the protocol requires it.
    Always,
    /// Current Windows clients'; older ones and other tools may send clear stubs.
    ModernClients,
    /// As [`ModernClients`](Self::ModernClients), but only over `ncacn_ip_tcp`; clear over a named pipe.
    OverTcp,
}

impl StubEncryption {
    /// Whether the stub of operation `opnum` is concerned.
    pub fn covers(&self, opnum: u16) -> bool {
        self.opnums.is_empty() || self.opnums.contains(&opnum)
    }
}

impl StubEncryptionScope {
    /// The scope as a phrase that completes "the stub is encrypted".
    pub fn as_phrase(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::ModernClients => "by current Windows clients",
            Self::OverTcp => "by current Windows clients over TCP",
        }
    }

    /// The scope as the table writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::ModernClients => "modern-clients",
            Self::OverTcp => "over-tcp",
        }
    }

    fn from_column(column: &str) -> Option<Self> {
        [Self::Always, Self::ModernClients, Self::OverTcp]
            .into_iter()
            .find(|scope| scope.as_str() == column)
    }
}

/// The table, by interface.
pub(super) fn read() -> BTreeMap<InterfaceUuid, StubEncryption> {
    table::rows(TABLE).filter_map(read_row).collect()
}

fn read_row(
    [uuid, scope, opnums, note, source]: [&'static str; 5],
) -> Option<(InterfaceUuid, StubEncryption)> {
    let encryption = StubEncryption {
        scope: StubEncryptionScope::from_column(scope)?,
        opnums: read_opnums(opnums)?,
        note,
        source,
    };
    Some((uuid.parse().ok()?, encryption))
}

fn read_opnums(column: &str) -> Option<Vec<u16>> {
    if column.is_empty() {
        return Some(Vec::new());
    }
    column
        .split(',')
        .map(|opnum| opnum.parse::<u16>().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_once() {
        let encryptions = read();
        assert_eq!(encryptions.len(), table::row_count(TABLE));
        for encryption in encryptions.values() {
            assert!(encryption.opnums.is_sorted());
            assert!(!encryption.note.is_empty() && !encryption.note.ends_with('.'));
            assert!(!encryption.source.is_empty());
        }
    }

    #[test]
    fn rows_are_in_order() {
        let uuids: Vec<_> = table::rows::<5>(TABLE).map(|[uuid, ..]| uuid).collect();
        assert!(uuids.is_sorted());
    }

    #[test]
    fn only_the_operations_that_need_netlogons_secure_channel_are_sealed() {
        let encryptions = read();
        let netlogon = encryptions
            .iter()
            .find(|(uuid, _)| uuid.to_string() == "12345678-1234-abcd-ef00-01234567cffb")
            .map(|(_, encryption)| encryption);
        assert!(netlogon.is_some_and(|netlogon| netlogon.covers(30)
            && !netlogon.covers(4)
            && !netlogon.covers(26)));
    }
}
