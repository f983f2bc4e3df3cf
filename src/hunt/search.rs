//! What a thread does: reads blocks and finds the records that rules match.

use std::collections::BTreeSet;

use super::work::{BlockSummary, Task, Work};
use super::{Hunt, sources};
use crate::evaluation::{MatchScratch, RecordRule};
use crate::event::Timestamp;
use crate::logs::{
    self, Block, BlockReader, Glance, KeptRecord, LogError, LogValue, ProblemKind, Row, Scalar,
    Scratch,
};

/// A record that rules match.
#[derive(Debug)]
pub(super) struct Match {
    /// When it comes among the others.
    pub(super) time: Timestamp,
    /// The record's own time.
    pub(super) recorded: Timestamp,
    pub(super) rules: Box<[RecordRule]>,
    pub(super) record: KeptRecord,
}

/// What a block came to.
#[derive(Debug, Default)]
pub(super) struct BlockResult {
    pub(super) matches: Vec<Match>,
    /// The last record's time.
    pub(super) last: Option<Timestamp>,
    pub(super) summary: BlockSummary,
}

/// What a thread keeps from one block to the next.
#[derive(Default)]
struct Kept {
    row: Scratch,
    matching: MatchScratch,
    rules: Vec<RecordRule>,
    last: Vec<u8>,
}

/// Works until nothing is left to do.
pub(super) fn search(hunt: &Hunt<'_, '_>, work: &Work) {
    let mut kept = Kept::default();
    while let Some(task) = work.task() {
        match task {
            Task::Open(file) => match open(hunt, file) {
                Ok(reader) => {
                    work.put_back(file, Box::new(reader), false);
                }
                Err(error) => work.finish(file, Some(error)),
            },
            Task::Read(file, mut reader) => match reader.next_block(&hunt.projection) {
                Ok(Some(block)) => {
                    let number = work.put_back(file, reader, true);
                    let result = kept.search(hunt, &block);
                    work.hand_in(file, number, result);
                }
                Ok(None) => work.finish(file, None),
                Err(error) => work.finish(file, Some(error)),
            },
        }
    }
}

fn open(hunt: &Hunt<'_, '_>, file: usize) -> Result<BlockReader, LogError> {
    let path = &hunt.files[file];
    if sources::is_standard_input(path) {
        BlockReader::from_reader(std::io::stdin(), None, hunt.known)
    } else {
        BlockReader::open(path, hunt.known)
    }
}

impl Kept {
    fn search(&mut self, hunt: &Hunt<'_, '_>, block: &Block) -> BlockResult {
        let Self {
            row: scratch,
            matching,
            rules,
            last,
        } = self;
        last.clear();
        let mut result = BlockResult::default();
        let mut not_whole = Vec::new();
        let mut records = 0;
        let mut timeless = Vec::new();
        let mut logs = BTreeSet::new();
        let mut log = None;
        let problems = block.rows(&hunt.projection, scratch, |row| {
            if !hunt.times.is_everything() {
                match time(&row) {
                    Some(time) if hunt.times.has(time) => {}
                    Some(_) => return,
                    None => return timeless.push(row.line_number()),
                }
            }
            records += 1;
            // Records of one log mostly come together.
            if log != Some(row.log_number()) {
                log = Some(row.log_number());
                logs.insert(row.log_number());
            }
            if let Glance::Text(text) | Glance::Bare(text) = row.glance(0) {
                last.clear();
                last.extend_from_slice(text);
            }
            hunt.rules.match_row(&row, matching, rules);
            if rules.is_empty() {
                return;
            }
            match row.keep() {
                Some(record) => {
                    let time = time(&row).unwrap_or_else(|| {
                        timeless.push(row.line_number());
                        Timestamp::default()
                    });
                    result.matches.push(Match {
                        time,
                        recorded: time,
                        rules: rules.as_slice().into(),
                        record,
                    });
                }
                None => not_whole.push(row.line_number()),
            }
            rules.clear();
        });
        result.last = logs::seconds(last).map(timestamp);
        result.summary.records = records;
        result.summary.octets = block.size() as u64;
        result.summary.problems = problems;
        result.summary.logs = logs;
        for line in not_whole {
            result.summary.problems.add(ProblemKind::NotJson, line);
        }
        for line in timeless {
            result.summary.problems.add(ProblemKind::NoTime, line);
        }
        result
    }
}

/// A record's time.
fn time(row: &Row<'_>) -> Option<Timestamp> {
    match row.value(0) {
        Ok(Some(LogValue::Single(Scalar::Time(seconds)))) => Some(timestamp(seconds)),
        _ => None,
    }
}

/// A time in seconds since 1970, to the microsecond.
pub(super) fn timestamp(seconds: f64) -> Timestamp {
    // Out of range, it is the earliest or the latest.
    #[allow(clippy::cast_possible_truncation)]
    Timestamp::from_micros((seconds * 1e6).round() as i64)
}
