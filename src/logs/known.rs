//! Which logs there are: what a JSON log does not say of itself.

use std::path::Path;

use crate::registry::{ColumnType, ZeekLog};

/// The logs and columns that are known before a file is read.
pub trait KnownLogs {
    /// Whether there is a log of that name.
    fn is_log(&self, name: &str) -> bool;

    /// The type of a log's column.
    fn column_type(&self, log: &str, column: &str) -> Option<ColumnType>;
}

/// The logs of Zeek's default scripts and of the policy scripts that it ships.
#[derive(Debug, Clone, Copy, Default)]
pub struct ZeekLogs;

impl KnownLogs for ZeekLogs {
    fn is_log(&self, name: &str) -> bool {
        ZeekLog::named(name).is_some()
    }

    fn column_type(&self, log: &str, column: &str) -> Option<ColumnType> {
        let column = ZeekLog::named(log)?.column(column)?;
        Some(column.column_type)
    }
}

/// The known log that a file is named after: `dns` of `dns.log`, `dns.12:00:00-13:00:00.log.gz` and `dns.json`.
pub fn named_after(path: &Path, known: &dyn KnownLogs) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let log = name.split('.').next()?;
    known.is_log(log).then(|| log.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_name_logs() {
        let log = |path: &str| named_after(Path::new(path), &ZeekLogs);
        assert_eq!(
            log("logs/2026-11-29/dns.12:00:00-13:00:00.log.gz").as_deref(),
            Some("dns")
        );
        assert_eq!(log("smb_files.log").as_deref(), Some("smb_files"));
        assert_eq!(log("ssl"), Some("ssl".to_owned()));
        for other in [
            "export.json",
            "",
            "..",
            ".log",
            "dns-summary.log",
            "DNS.log",
        ] {
            assert_eq!(log(other), None, "{other}");
        }
    }
}
