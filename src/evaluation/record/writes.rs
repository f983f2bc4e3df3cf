//! Writes to files over SMB, which `smb_files.log` can have twice: before Zeek knows the file's id, and after.

use super::{ColumnValue, LogRecord, RecordRule};

/// What makes two records the same write.
const COLUMNS: &[&str] = &["uid", "ts", "action", "path", "name", "size"];

/// The write of which the file's id was not known, if it came last, and the rules that it matched.
#[derive(Debug, Default)]
pub(super) struct Writes(Option<(Vec<Option<ColumnValue>>, Vec<RecordRule>)>);

impl Writes {
    /// Of the rules that a record matches, those that have not matched the same write before.
    pub(super) fn new_matches(
        &mut self,
        record: &dyn LogRecord,
        matches: &[RecordRule],
    ) -> Vec<RecordRule> {
        let before = self.0.take();
        let action = record.value("action");
        let is_write = matches!(
            &action,
            Some(ColumnValue::Text(readings)) if readings.iter().any(|text| text == b"SMB::FILE_WRITE")
        );
        if !is_write {
            return matches.to_vec();
        }
        let write: Vec<_> = COLUMNS.iter().map(|column| record.value(column)).collect();
        if record.value("fuid").is_none() {
            self.0 = Some((write, matches.to_vec()));
            return matches.to_vec();
        }
        let same = before.filter(|(before, _)| *before == write);
        let matched = same.map(|(_, matched)| matched).unwrap_or_default();
        let mut new = matches.to_vec();
        new.retain(|rule| !matched.contains(rule));
        new
    }
}
