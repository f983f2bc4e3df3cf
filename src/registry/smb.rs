use std::collections::HashMap;
use std::sync::LazyLock;

use super::table;

const TABLE: &str = include_str!("../../data/smb-names.tsv");

static NAMES: LazyLock<HashMap<(SmbCode, u32), &'static str>> = LazyLock::new(|| {
    table::rows::<3>(TABLE)
        .filter_map(|[kind, code, name]| {
            let code = u32::from_str_radix(code.strip_prefix("0x")?, 16).ok()?;
            Some(((SmbCode::from_column(kind)?, code), name))
        })
        .collect()
});

/// What a number in an SMB message stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SmbCode {
    /// A command of SMB1 (MS-CIFS section 2.2.2.1).
    Smb1Command,
    /// A command of SMB2 and 3 (MS-SMB2 section 2.2.1).
    Smb2Command,
    /// What a TRANSACTION of SMB1 does on a named pipe (MS-CIFS section 2.2.2.2).
    Transaction,
    /// What a TRANSACTION2 of SMB1 does (MS-CIFS section 2.2.2.2).
    Transaction2,
    /// A status (MS-ERREF section 2.3), or an error's class and code (MS-CIFS section 2.2.2.4).
    Status,
}

impl SmbCode {
    const ALL: [Self; 5] = [
        Self::Smb1Command,
        Self::Smb2Command,
        Self::Transaction,
        Self::Transaction2,
        Self::Status,
    ];

    /// The name that Zeek 8.0 prints for the number.
    pub fn name(self, code: u32) -> String {
        match NAMES.get(&(self, code)) {
            Some(name) => (*name).to_owned(),
            None if self == Self::Transaction => format!("unknown-trans-sub-cmd-{code}"),
            None if self == Self::Transaction2 => format!("unknown-trans2-sub-cmd-{code}"),
            None => format!("unknown-{code}"),
        }
    }

    /// A number for which Zeek 8.0 prints a name; of several, the largest, which of statuses is one of NT.
    pub fn code(self, name: &str) -> Option<u32> {
        let named = NAMES
            .iter()
            .filter(|((kind, _), known)| *kind == self && **known == name);
        let known = named.map(|((_, code), _)| *code).max();
        known.or_else(|| {
            let number = name.rsplit('-').next()?.parse().ok()?;
            (self.name(number) == name).then_some(number)
        })
    }

    /// Every name that Zeek 8.0 has for such a number, sorted.
    pub fn names(self) -> Vec<&'static str> {
        let named = NAMES.iter().filter(|((kind, _), _)| *kind == self);
        let mut names: Vec<&'static str> = named.map(|(_, name)| *name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn from_column(column: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.column() == column)
    }

    fn column(self) -> &'static str {
        match self {
            Self::Smb1Command => "smb1",
            Self::Smb2Command => "smb2",
            Self::Transaction => "trans",
            Self::Transaction2 => "trans2",
            Self::Status => "status",
        }
    }
}

/// Zeek's `SMB::pipe_filenames`.
const PIPE_NAMES: [&[u8]; 8] = [
    b"spoolss",
    b"winreg",
    b"samr",
    b"srvsvc",
    b"netdfs",
    b"lsarpc",
    b"wkssvc",
    b"MsFteWds",
];

/// Whether Zeek takes the tree on which a file of this name is opened for one of pipes.
pub fn is_known_pipe(name: &[u8]) -> bool {
    PIPE_NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        assert_eq!(NAMES.len(), table::row_count(TABLE));
    }

    #[test]
    fn names_are_those_of_zeek() {
        assert_eq!(SmbCode::Smb1Command.name(0xa0), "NT_TRANSACT");
        assert_eq!(SmbCode::Smb2Command.name(0), "NEGOTIATE_PROTOCOL");
        assert_eq!(SmbCode::Transaction2.name(14), "SESSION_SETUP");
        assert_eq!(SmbCode::Status.name(0), "SUCCESS");
        assert_eq!(SmbCode::Status.name(0xc000_0205), "INSUFF_SERVER_RESOURCES");
        // What has no name.
        assert_eq!(SmbCode::Smb1Command.name(0xff), "unknown-255");
        assert_eq!(SmbCode::Transaction2.name(15), "unknown-trans2-sub-cmd-15");
    }

    #[test]
    fn names_stand_for_numbers() {
        assert_eq!(SmbCode::Smb1Command.code("NT_TRANSACT"), Some(0xa0));
        assert_eq!(SmbCode::Status.code("ACCESS_DENIED"), Some(0xc000_0022));
        assert_eq!(
            SmbCode::Transaction2.code("unknown-trans2-sub-cmd-15"),
            Some(15)
        );
        // There is a name for it, and there is none of it.
        assert_eq!(
            SmbCode::Transaction2.code("unknown-trans2-sub-cmd-14"),
            None
        );
        assert_eq!(SmbCode::Smb2Command.code("NT_TRANSACT"), None);
    }
}
