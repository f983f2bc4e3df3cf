//! Rules tried on a capture or a log: the replay engine's events, or the log's records, given to the evaluator as they come.

use std::collections::BTreeMap;
use std::io::BufRead;
use std::path::Path;

use crate::evaluation::{ColumnValue, Evaluator, LogRecord, Output, RecordEvaluator};
use crate::event::Timestamp;
use crate::logs::{self, LogError, LogReader, Problems, ZeekLogs};
use crate::replay::{CaptureError, CaptureReader, Statistics, replay_packets};

/// Replays the capture at `path`; `take` gets what is found as it is.
///
/// # Errors
///
/// If there is no capture to read; damage further in is told in the [`Statistics`].
pub fn replay_file(
    evaluator: &mut Evaluator<'_>,
    path: &Path,
    take: &mut dyn FnMut(Output),
) -> Result<Statistics, CaptureError> {
    let capture = CaptureReader::open(path)?;
    Ok(replay_capture(evaluator, capture, take))
}

/// Replays a capture; `take` gets what is found as it is.
pub fn replay_capture(
    evaluator: &mut Evaluator<'_>,
    capture: CaptureReader<'_>,
    take: &mut dyn FnMut(Output),
) -> Statistics {
    let statistics = replay_packets(capture, evaluator, |evaluator, now| {
        evaluator.take_output().into_iter().for_each(&mut *take);
        evaluator.advance(now);
    });
    evaluator.take_output().into_iter().for_each(take);
    statistics
}

/// What a log was found to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogStatistics {
    /// How many records there are of each log.
    pub records: BTreeMap<String, u64>,
    /// What was left out.
    pub problems: Problems,
}

/// Evaluates the records of the log at `path`; `take` gets what is found as it is.
///
/// # Errors
///
/// If there is no log to read; damage further in is told in the [`LogStatistics`].
pub fn evaluate_log(
    evaluator: &mut RecordEvaluator<'_>,
    path: &Path,
    take: &mut dyn FnMut(Output),
) -> Result<LogStatistics, LogError> {
    evaluate_records(evaluator, logs::open(path, &ZeekLogs)?, take)
}

/// Evaluates a log's records as [`evaluate_log`] does.
///
/// # Errors
///
/// As for [`evaluate_log`].
pub fn evaluate_records(
    evaluator: &mut RecordEvaluator<'_>,
    mut reader: LogReader<'_, impl BufRead>,
    take: &mut dyn FnMut(Output),
) -> Result<LogStatistics, LogError> {
    let mut statistics = LogStatistics::default();
    while let Some(record) = reader.next_record()? {
        match statistics.records.get_mut(record.log()) {
            Some(count) => *count += 1,
            None => {
                statistics.records.insert(record.log().to_owned(), 1);
            }
        }
        evaluator.record(&record, written_at(&record));
        evaluator.take_output().into_iter().for_each(&mut *take);
    }
    statistics.problems = reader.problems().clone();
    Ok(statistics)
}

/// When a record's event was, which is the time of its notices.
pub(crate) fn written_at(record: &dyn LogRecord) -> Timestamp {
    match record.value("ts") {
        Some(ColumnValue::Time(seconds)) => Timestamp::from_seconds(seconds),
        _ => Timestamp::default(),
    }
}
