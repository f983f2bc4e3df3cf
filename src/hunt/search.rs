//! What a thread does: reads blocks and finds the records that rules match.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::statistics::{HOUR, MOST_SENSORS};
use super::work::{BlockSource, BlockSummary, Task, Work};
use super::{Extent, Hunt, sources};
use crate::evaluation::{MatchScratch, RecordRule};
use crate::event::Timestamp;
use crate::logs::{
    self, Block, BlockReader, Glance, KeptRecord, LogError, LogValue, MalformedValue, PlainFile,
    ProblemKind, RawBlock, Record, Row, Scalar, Scanned, Scratch,
};

/// A record that rules match.
#[derive(Debug)]
pub(super) struct RecordMatch {
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
    pub(super) matches: Vec<RecordMatch>,
    /// The last record's time.
    pub(super) last: Option<Timestamp>,
    pub(super) summary: BlockSummary,
}

/// What a thread keeps from one block to the next.
#[derive(Default)]
struct SearchScratch {
    row: Scratch,
    matching: MatchScratch,
    rules: Vec<RecordRule>,
    last: Vec<u8>,
}

/// Works until nothing is left to do.
pub(super) fn search(hunt: &Hunt<'_, '_>, work: &Work) {
    let mut kept = SearchScratch::default();
    let mut block = Block::default();
    while let Some(task) = work.task() {
        match task {
            Task::Open(file) => match open(hunt, file) {
                Ok(source) => work.opened(file, source),
                Err(error) => work.finish(file, Some(error)),
            },
            Task::Read(file, mut reader) => {
                reader.reuse(std::mem::take(&mut block));
                match reader.next_raw() {
                    Ok(Some(raw)) => {
                        // Others read on while this is worked on.
                        let number = work.put_back(file, reader);
                        let result = kept.divide_and_search(hunt, raw, &mut block);
                        work.hand_in(file, number, result);
                    }
                    Ok(None) => work.finish(file, None),
                    Err(error) => work.finish(file, Some(error)),
                }
            }
            Task::ReadPlain(file, number, unread) => {
                let raw = unread.read(std::mem::take(&mut block));
                let result = raw.map_err(LogError::from).and_then(|raw| {
                    let octets = raw.size() as u64;
                    hunt.octets.fetch_add(octets, Ordering::Relaxed);
                    kept.divide_and_search(hunt, raw, &mut block)
                });
                work.hand_in(file, number, result);
            }
        }
    }
}

fn open(hunt: &Hunt<'_, '_>, file: usize) -> Result<BlockSource, LogError> {
    let path = &hunt.files[file];
    let log = hunt.log.as_deref();
    let octets = Arc::clone(&hunt.octets);
    let reader = if sources::is_standard_input(path) {
        let source = Metered {
            source: io::stdin(),
            octets,
        };
        BlockReader::from_reader(source, None, hunt.known)
    } else {
        let source = File::open(path)?;
        if let Some(plain) = PlainFile::new(&source, path, hunt.known)? {
            return Ok(BlockSource::Plain(plain.called(log)));
        }
        let source = Metered { source, octets };
        BlockReader::from_reader(source, Some(path), hunt.known)
    };
    let reader = reader?.called(log);
    Ok(BlockSource::InTurn(Box::new(reader)))
}

/// Counts the octets that are read from a file.
struct Metered<R> {
    source: R,
    octets: Arc<AtomicU64>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.octets.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl SearchScratch {
    /// Divides a block, searches it, and leaves it in `block`, whose memory is used again.
    fn divide_and_search(
        &mut self,
        hunt: &Hunt<'_, '_>,
        raw: RawBlock,
        block: &mut Block,
    ) -> Result<BlockResult, LogError> {
        *block = raw.divide(&hunt.projection)?;
        Ok(self.search(hunt, block))
    }

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
        let mut timeless = Vec::new();
        let mut cut = Vec::new();
        let mut records = Vec::new();
        let mut surveyor = hunt
            .sensor
            .as_deref()
            .map(|sensor| Surveyor::new(hunt, sensor));
        let scanned = block.rows(&hunt.projection, scratch, |row| {
            if !hunt.times.is_everything() {
                match time(&row) {
                    Some(time) if hunt.times.has(time) => {}
                    Some(_) => return,
                    None => return timeless.push(row.line_number()),
                }
            }
            let log = row.log_number();
            if records.len() <= log {
                records.resize(log + 1, 0);
            }
            records[log] += 1;
            if let Glance::Text(text) | Glance::Bare(text) = row.glance(0) {
                last.clear();
                last.extend_from_slice(text);
            }
            if let Some(surveyor) = &mut surveyor {
                surveyor.see(&row);
            }
            if row.is_whole() && row.can_be_cut() {
                cut.push(row.line_number());
            }
            hunt.rules.match_row(&row, matching, rules);
            if rules.is_empty() {
                return;
            }
            match row.keep() {
                Some(record) => {
                    let known = match row.is_whole() {
                        true => time(&row),
                        false => record.read(hunt.known, time_of_record),
                    };
                    let time = known.unwrap_or_else(|| {
                        timeless.push(row.line_number());
                        Timestamp::default()
                    });
                    result.matches.push(RecordMatch {
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
        result.last = logs::seconds(last).map(Timestamp::from_seconds);
        let Scanned {
            problems,
            passed_over,
        } = scanned;
        records.resize(records.len().max(passed_over.len()), 0);
        for (sum, passed_over) in records.iter_mut().zip(passed_over) {
            *sum += passed_over;
        }
        result.summary.records = records;
        result.summary.extent = surveyor.map(|surveyor| surveyor.extent).unwrap_or_default();
        result.summary.octets = block.size() as u64;
        result.summary.problems = problems;
        for (kind, lines) in [
            (ProblemKind::NotJson, not_whole),
            (ProblemKind::NoTime, timeless),
            (ProblemKind::Cut, cut),
        ] {
            for line in lines {
                result.summary.problems.add(kind, line);
            }
        }
        result
    }
}

/// Finds out from when and from which sensors a block's records are. One that begins as the one before it is looked at no
/// further.
struct Surveyor {
    /// By the log's number, which column names the sensor.
    columns: Vec<Option<usize>>,
    extent: Extent,
    /// How the time of the record before begins.
    start: Vec<u8>,
    /// What the record before has as its sensor.
    sensor: Vec<u8>,
}

impl Surveyor {
    fn new(hunt: &Hunt<'_, '_>, sensor: &str) -> Self {
        let mut columns = Vec::new();
        for (number, log) in hunt.projection.logs() {
            if columns.len() <= number {
                columns.resize(number + 1, None);
            }
            columns[number] = hunt.projection.column(log, sensor);
        }
        Self {
            columns,
            extent: Extent::default(),
            start: Vec::new(),
            sensor: Vec::new(),
        }
    }

    fn see(&mut self, row: &Row<'_>) {
        if let Glance::Text(text) | Glance::Bare(text) = row.glance(0)
            && start_of_time(text) != self.start
        {
            self.start.clear();
            self.start.extend_from_slice(start_of_time(text));
            let time = logs::seconds(text).map(Timestamp::from_seconds);
            let hour = time.map(|time| time.as_micros().div_euclid(HOUR));
            self.extent.hours.extend(hour);
        }
        let column = self.columns.get(row.log_number()).copied().flatten();
        if let Some(column) = column
            && let Glance::Text(text) = row.glance(column)
            && text != self.sensor
        {
            self.sensor.clear();
            self.sensor.extend_from_slice(text);
            if self.extent.sensors.len() < MOST_SENSORS {
                self.extent.sensors.extend(sensor(text));
            }
        }
    }
}

/// A sensor's name.
pub(super) fn sensor(text: &[u8]) -> Option<String> {
    /// How many characters a name has at most.
    const LONGEST: usize = 128;
    let text = String::from_utf8_lossy(text);
    (!text.is_empty()).then(|| text.chars().take(LONGEST).collect())
}

/// What tells a record's hour: of seconds since 1970 all but the last two digits, since an hour is 36 times a hundred
/// seconds; of ISO 8601 all up to the hour.
fn start_of_time(text: &[u8]) -> &[u8] {
    let length = match text.get(4) {
        Some(b'-') => "2026-11-29T12".len(),
        _ => "17644176".len(),
    };
    text.get(..length).unwrap_or(text)
}

/// A record's time.
fn time(row: &Row<'_>) -> Option<Timestamp> {
    time_of(row.value(0))
}

fn time_of_record(record: &Record<'_>) -> Option<Timestamp> {
    time_of(record.value("ts"))
}

fn time_of(value: Result<Option<LogValue<'_>>, MalformedValue>) -> Option<Timestamp> {
    match value {
        Ok(Some(LogValue::Single(Scalar::Time(seconds)))) => Some(Timestamp::from_seconds(seconds)),
        _ => None,
    }
}
