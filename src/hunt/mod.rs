//! Rules searched for in Zeek's log files: everything that they would have raised, in the order of time.
//!
//! Files are read in blocks by several threads. Each finds the records that rules match; one thread merges them and does
//! what has an order: suppression and correlations. What is found is the same whatever the number of threads.

pub mod baseline;
mod known;
mod search;
pub mod sources;
pub mod statistics;
mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;

use self::search::RecordMatch;
use self::work::{Next, Waiting, Work};
use crate::evaluation::{Output, RecordEvaluator, RecordRules};
use crate::event::Timestamp;
use crate::logs::{self, LogError, LogValue, Problems, Projection, Record, Scalar};

pub use self::known::HuntedLogs;
pub use self::statistics::HuntStatistics;

/// Which records count, by their times.
#[derive(Debug, Clone, Copy, Default)]
pub struct TimeRange {
    /// None that are earlier.
    pub since: Option<Timestamp>,
    /// None from then on.
    pub until: Option<Timestamp>,
}

impl TimeRange {
    fn is_everything(self) -> bool {
        self.since.is_none() && self.until.is_none()
    }

    fn has(self, time: Timestamp) -> bool {
        self.since.is_none_or(|since| since <= time) && self.until.is_none_or(|until| time < until)
    }
}

/// What is searched for, and where.
pub struct Hunt<'h, 'p> {
    files: &'h [PathBuf],
    known: &'h HuntedLogs,
    rules: Arc<RecordRules<'p>>,
    projection: Projection,
    /// The column that names a record's sensor, where what records are of is counted.
    sensor: Option<String>,
    /// The log of files that do not say it.
    log: Option<String>,
    times: TimeRange,
    threads: NonZero<usize>,
    /// Octets that were read so far, as files have them.
    octets: Arc<AtomicU64>,
}

/// What happens as a search goes on.
#[derive(Debug)]
pub enum SearchUpdate<'a> {
    /// Something was found. Breaking off here ends the search at once.
    Found(&'a LocatedOutput<'a>),
    /// The search has come on. Breaking off here still gives what was found so far.
    Progress(Progress),
}

/// How far a search has come.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Octets that were read, as files have them.
    pub octets: u64,
    /// Octets that all files have; `None` where that is not known.
    pub all_octets: Option<u64>,
    /// Records that were searched.
    pub records: u64,
}

/// Something that was found.
#[derive(Debug)]
pub struct LocatedOutput<'a> {
    /// The notice, or the match if the evaluator tells matches.
    pub output: Output,
    /// The sensor that the record names.
    pub sensor: Option<&'a str>,
    /// The file that the record is in which brought it about.
    pub file: &'a Path,
    /// The record's line, counted from 1.
    pub line: u64,
}

/// What a hunt went through.
#[derive(Debug, Default)]
pub struct Summary {
    /// Files that were read.
    pub files: usize,
    /// Files of logs that no rule is on, which were left out.
    pub other_files: usize,
    /// The logs that rules are on, and how many records of each were read.
    pub logs: BTreeMap<String, u64>,
    /// What records are of, where that is counted.
    pub extent: Extent,
    /// Whether the search was broken off.
    pub is_cut: bool,
    /// Octets that were read, decompressed.
    pub octets: u64,
    /// Records that rules match.
    pub matches: u64,
    /// What is wrong with files, in their order.
    pub problems: Vec<FileProblem>,
}

/// From when and from where records are.
#[derive(Debug, Default)]
pub struct Extent {
    /// The hours in which there are records, counted from 1970.
    pub hours: BTreeSet<i64>,
    /// The sensors that records name, at most [`statistics::MOST_SENSORS`].
    pub sensors: BTreeSet<String>,
}

impl Summary {
    /// How many records of logs that rules are on were read.
    pub fn records(&self) -> u64 {
        self.logs.values().sum()
    }

    /// Logs that rules are on and of which there was no record; none where the search was broken off.
    pub fn missing_logs(&self) -> impl Iterator<Item = &str> {
        let missing = self
            .logs
            .iter()
            .filter(|(_, records)| !self.is_cut && **records == 0);
        missing.map(|(log, _)| log.as_str())
    }
}

impl Extent {
    /// How many hours are told apart: twenty years of them.
    const MOST_HOURS: usize = 175_320;

    /// Takes in what another part of the logs is of.
    fn add(&mut self, other: Self) {
        for hour in other.hours {
            if self.hours.len() < Self::MOST_HOURS {
                self.hours.insert(hour);
            }
        }
        for sensor in other.sensors {
            if self.sensors.len() < statistics::MOST_SENSORS {
                self.sensors.insert(sensor);
            }
        }
    }
}

/// What is wrong with a file.
#[derive(Debug)]
pub struct FileProblem {
    /// The file.
    pub path: PathBuf,
    /// Why it cannot be read, or not to its end.
    pub error: Option<LogError>,
    /// What of it was left out.
    pub left_out: Problems,
}

impl<'h, 'p> Hunt<'h, 'p> {
    /// A search of `files` for the rules of an evaluator.
    pub fn new(
        evaluator: &RecordEvaluator<'p>,
        files: &'h [PathBuf],
        known: &'h HuntedLogs,
        times: TimeRange,
    ) -> Self {
        let rules = evaluator.rules();
        Self {
            files,
            known,
            projection: rules.projection(known, None, !times.is_everything()),
            rules,
            sensor: None,
            log: None,
            octets: Arc::default(),
            times,
            threads: thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN),
        }
    }

    /// The same search, which counts from when and from which sensors records are: a column names the sensor.
    #[must_use]
    pub fn counting(mut self, sensor: &str) -> Self {
        self.projection = self.rules.projection(self.known, Some(sensor), true);
        self.sensor = Some(sensor.to_owned());
        self
    }

    /// The same search, which takes files for such a log that do not say which log they are.
    #[must_use]
    pub fn called(mut self, log: Option<&str>) -> Self {
        self.log = log.map(str::to_owned);
        self
    }

    /// The same search with so many threads.
    #[must_use]
    pub fn with_threads(mut self, threads: NonZero<usize>) -> Self {
        self.threads = threads;
        self
    }

    /// Searches, and gives what is found to `see` in the order of time, until that breaks off. How far it has come is told a few
    /// times a second at least.
    pub fn run(
        &self,
        evaluator: &mut RecordEvaluator<'p>,
        see: &mut dyn FnMut(SearchUpdate<'_>) -> ControlFlow<()>,
    ) -> Summary {
        let mut summary = Summary::default();
        let logs = self.projection.logs();
        let mut records: Vec<(usize, &str, u64)> =
            logs.map(|(number, name)| (number, name, 0)).collect();
        records.sort_unstable();
        let mut of_files: Vec<Option<FileProblem>> = Vec::new();
        of_files.resize_with(self.files.len(), || None);
        let waiting = self.waiting(&mut summary, &mut of_files);
        let all_octets = self.all_octets(&waiting);
        let work = Work::new(waiting);
        thread::scope(|scope| {
            for _ in 0..self.threads.get() {
                scope.spawn(|| search::search(self, &work));
            }
            while let Some(next) = work.next() {
                let is_progress = !matches!(next, Next::Match(..));
                match next {
                    Next::Waiting => {}
                    Next::Block(file, block) => {
                        for (sum, of_block) in records.iter_mut().zip(&block.records) {
                            sum.2 += of_block;
                        }
                        summary.extent.add(block.extent);
                        summary.octets += block.octets;
                        if !block.problems.is_empty() {
                            let problem = self.problem(file, &mut of_files);
                            problem.left_out.add_all(&block.problems);
                        }
                    }
                    Next::Error(file, error) => {
                        self.problem(file, &mut of_files).error = Some(error);
                    }
                    Next::Match(file, found) => {
                        summary.matches += 1;
                        if self.take(file, &found, evaluator, see).is_break() {
                            summary.is_cut = true;
                            work.stop();
                            break;
                        }
                    }
                }
                if is_progress && !summary.is_cut {
                    let progress = Progress {
                        octets: self.octets.load(Ordering::Relaxed),
                        all_octets,
                        records: records.iter().map(|(_, _, count)| count).sum(),
                    };
                    if see(SearchUpdate::Progress(progress)).is_break() {
                        summary.is_cut = true;
                        work.stop();
                    }
                }
            }
        });
        summary.problems = of_files.into_iter().flatten().collect();
        let records = records.into_iter();
        summary.logs = records
            .map(|(_, name, count)| (name.to_owned(), count))
            .collect();
        summary
    }

    /// How many octets files have that are to be read; `None` where one is no regular file.
    fn all_octets(&self, waiting: &[Waiting]) -> Option<u64> {
        let sizes = waiting.iter().map(|waiting| {
            let known = self.files[waiting.file].metadata().ok()?;
            known.is_file().then_some(known.len())
        });
        sizes.sum()
    }

    fn problem<'f>(
        &self,
        file: usize,
        of_files: &'f mut [Option<FileProblem>],
    ) -> &'f mut FileProblem {
        of_files[file].get_or_insert_with(|| FileProblem {
            path: self.files[file].clone(),
            error: None,
            left_out: Problems::default(),
        })
    }

    fn take(
        &self,
        file: usize,
        found: &RecordMatch,
        evaluator: &mut RecordEvaluator<'p>,
        see: &mut dyn FnMut(SearchUpdate<'_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let sensor = found.record.read(self.known, |record| {
            evaluator.matched(record, &found.rules, found.recorded);
            self.sensor_of(record)
        });
        for output in evaluator.take_output() {
            see(SearchUpdate::Found(&LocatedOutput {
                output,
                sensor: sensor.as_deref(),
                file: &self.files[file],
                line: found.record.line_number(),
            }))?;
        }
        ControlFlow::Continue(())
    }

    /// The sensor that a record names.
    fn sensor_of(&self, record: &Record<'_>) -> Option<String> {
        match record.value(self.sensor.as_deref()?) {
            Ok(Some(LogValue::Single(Scalar::String(text)))) => {
                search::sensor(text.readings().next()?)
            }
            _ => None,
        }
    }

    /// The files that are to be read, in the order of their first records.
    fn waiting(&self, summary: &mut Summary, of_files: &mut [Option<FileProblem>]) -> Vec<Waiting> {
        let next = AtomicUsize::new(0);
        let glances = thread::scope(|scope| {
            let threads = self.threads.get().min(self.files.len().max(1));
            let workers: Vec<_> = (0..threads)
                .map(|_| {
                    scope.spawn(|| {
                        let mut glances = Vec::new();
                        loop {
                            let file = next.fetch_add(1, Ordering::Relaxed);
                            let Some(path) = self.files.get(file) else {
                                return glances;
                            };
                            glances.push((file, self.glance(path)));
                        }
                    })
                })
                .collect();
            let done = workers.into_iter().filter_map(|worker| worker.join().ok());
            let mut glances: Vec<_> = done.flatten().collect();
            glances.sort_by_key(|(file, _)| *file);
            glances
        });
        let mut waiting = Vec::new();
        for (file, glance) in glances {
            match glance {
                Ok(FileGlance::Of(first)) => {
                    summary.files += 1;
                    waiting.push(Waiting { file, first });
                }
                Ok(FileGlance::Other) => summary.other_files += 1,
                Err(error) => self.problem(file, of_files).error = Some(error),
            }
        }
        waiting.sort_by_key(|waiting| (waiting.first, waiting.file));
        waiting
    }

    /// What a file begins with.
    fn glance(&self, path: &Path) -> Result<FileGlance, LogError> {
        let earliest = Timestamp::from_micros(i64::MIN);
        // What is read from a pipe is gone.
        if sources::is_standard_input(path) || !path.metadata()?.is_file() {
            return Ok(FileGlance::Of(earliest));
        }
        let mut reader = logs::open(path, self.known)?.called(self.log.as_deref());
        let Some(record) = reader.next_record()? else {
            return Ok(FileGlance::Of(earliest));
        };
        // A file that is named after another log than its first record's may have several.
        let is_named = logs::named_after(path, self.known).as_deref() == Some(record.log());
        if is_named && !self.projection.has(record.log()) {
            return Ok(FileGlance::Other);
        }
        Ok(FileGlance::Of(match record.value("ts") {
            Ok(Some(LogValue::Single(Scalar::Time(seconds)))) => Timestamp::from_seconds(seconds),
            _ => earliest,
        }))
    }
}

/// What a file begins with.
enum FileGlance {
    /// Records of logs that rules are on, the first from then.
    Of(Timestamp),
    /// Records of a log that no rule is on.
    Other,
}
