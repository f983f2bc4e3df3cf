//! The work that threads share: files, read in blocks, and what blocks came to, merged in the order of time.
//!
//! A file is opened when the others have come to its first record, and of the open files the one that is furthest behind is
//! read next. So the files go through time together, and what waits for its turn is little.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Extent;
use super::search::{BlockResult, RecordMatch};
use crate::event::Timestamp;
use crate::logs::{BlockReader, LogError, PlainFile, Problems, UnreadBlock};

/// How many files are open at once, at most. If more overlap, what they have is not quite in order.
const MOST_OPEN: usize = 64;

/// How many files are opened ahead of their time where nothing else is to do.
const MOST_AHEAD: usize = 4;

/// How many blocks of a file are worked on, or wait to be merged, at most.
const MOST_OF_FILE: usize = 8;

/// How many blocks of a file wait to be merged before anyone is woken for it, unless there are matches among them.
const ENOUGH: usize = MOST_OF_FILE / 2;

/// How many blocks wait to be merged, at most, but for those of the file that is furthest behind.
const MOST_WAITING: usize = 64;

/// How long to wait for what comes next before saying that nothing has.
const PATIENCE: Duration = Duration::from_millis(200);

/// A file that waits to be opened.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) file: usize,
    pub(super) first: Timestamp,
}

/// What there is to do, and what was done.
pub(super) struct Work {
    state: Mutex<WorkQueue>,
    /// Something can have come up to do.
    more: Condvar,
    /// Something was done.
    done: Condvar,
}

struct WorkQueue {
    waiting: VecDeque<Waiting>,
    open: Vec<OpenFile>,
    stopped: bool,
}

struct OpenFile {
    file: usize,
    /// Not there while a thread opens the file, or keeps others from reading it.
    source: Option<BlockSource>,
    is_read: bool,
    /// Blocks that were read.
    read: u64,
    /// Blocks whose results were taken.
    taken: u64,
    results: BTreeMap<u64, BlockResult>,
    /// What of the results waits for its turn.
    ready: VecDeque<RecordMatch>,
    /// The latest time that the file has come to: nothing comes before it any more.
    position: Timestamp,
    error: Option<LogError>,
}

/// Where the blocks of a file come from.
pub(super) enum BlockSource {
    /// One after another.
    InTurn(Box<BlockReader>),
    /// Several at once.
    Plain(PlainFile),
}

/// Something to do.
pub(super) enum Task {
    /// Open a file; its place among the files.
    Open(usize),
    /// Read the next block from it.
    Read(usize, Box<BlockReader>),
    /// Read a block of it: its number.
    ReadPlain(usize, u64, UnreadBlock),
}

/// What comes next.
pub(super) enum Next {
    /// Nothing has come up for a while.
    Waiting,
    Match(usize, RecordMatch),
    /// A block was worked through.
    Block(usize, BlockSummary),
    /// Nothing more can be read from a file.
    Error(usize, LogError),
}

/// What a block came to, beside matches.
#[derive(Debug, Default)]
pub(super) struct BlockSummary {
    /// By the log's number, its records.
    pub(super) records: Vec<u64>,
    pub(super) extent: Extent,
    pub(super) octets: u64,
    pub(super) problems: Problems,
}

impl Work {
    pub(super) fn new(waiting: Vec<Waiting>) -> Self {
        Self {
            state: Mutex::new(WorkQueue {
                waiting: waiting.into(),
                open: Vec::new(),
                stopped: false,
            }),
            more: Condvar::new(),
            done: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, WorkQueue> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something to do, once there is something; `None` when all is done.
    pub(super) fn task(&self) -> Option<Task> {
        let mut state = self.lock();
        loop {
            if state.is_over() {
                return None;
            }
            if let Some(task) = state.task() {
                return Some(task);
            }
            if state.waits_for_merging() {
                self.done.notify_all();
            }
            state = self
                .more
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes what an opened file is read from.
    pub(super) fn opened(&self, file: usize, source: BlockSource) {
        let mut state = self.lock();
        if let Some(open) = state.file(file) {
            open.source = Some(source);
        }
        self.more.notify_all();
    }

    /// Gives back a reader that a block was read from; the number of the block.
    pub(super) fn put_back(&self, file: usize, reader: Box<BlockReader>) -> u64 {
        let mut state = self.lock();
        let mut number = 0;
        if let Some(open) = state.file(file) {
            number = open.read;
            open.source = Some(BlockSource::InTurn(reader));
            open.read += 1;
        }
        self.more.notify_all();
        number
    }

    /// Says that nothing more can be read from a file.
    pub(super) fn finish(&self, file: usize, error: Option<LogError>) {
        let mut state = self.lock();
        if let Some(open) = state.file(file) {
            open.is_read = true;
            open.error = open.error.take().or(error);
        }
        self.more.notify_all();
        self.done.notify_all();
    }

    /// Hands in what a block came to, or why nothing more can be read from its file.
    pub(super) fn hand_in(&self, file: usize, block: u64, result: Result<BlockResult, LogError>) {
        let mut state = self.lock();
        if let Some(open) = state.file(file) {
            let result = result.unwrap_or_else(|error| {
                open.is_read = true;
                open.error.get_or_insert(error);
                BlockResult::default()
            });
            let has_matches = !result.matches.is_empty();
            open.results.insert(block, result);
            if has_matches || open.is_read || open.results.len() >= ENOUGH {
                self.done.notify_all();
            }
        }
    }

    /// Stops everything: no more is read. What was found so far still comes.
    pub(super) fn stop(&self) {
        let mut state = self.lock();
        state.stopped = true;
        self.more.notify_all();
        self.done.notify_all();
    }

    /// What comes next in the order of time, once it is known; `None` at the end.
    pub(super) fn next(&self) -> Option<Next> {
        let mut state = self.lock();
        loop {
            if let Some(next) = state.next() {
                self.more.notify_all();
                return Some(next);
            }
            if state.is_over() {
                self.more.notify_all();
                return None;
            }
            let waited = self.done.wait_timeout(state, PATIENCE);
            let (waited, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            state = waited;
            if timeout.timed_out() {
                return Some(Next::Waiting);
            }
        }
    }
}

impl WorkQueue {
    fn is_over(&self) -> bool {
        self.stopped || self.waiting.is_empty() && self.open.is_empty()
    }

    fn file(&mut self, file: usize) -> Option<&mut OpenFile> {
        self.open.iter_mut().find(|open| open.file == file)
    }

    fn task(&mut self) -> Option<Task> {
        let behind = self
            .open
            .iter()
            .map(|open| (open.position, open.file))
            .min();
        let waits = self.open.iter().map(OpenFile::outstanding).sum::<usize>();
        let first = self.waiting.front().map(|waiting| waiting.first);
        let is_due =
            first.is_some_and(|first| behind.is_none_or(|(position, _)| first <= position));
        if is_due && self.open.len() < MOST_OPEN {
            return self.open_next();
        }
        let readable = self.open.iter_mut().filter(|open| {
            let is_furthest_behind = behind == Some((open.position, open.file));
            let outstanding = open.outstanding();
            !open.is_read
                && open.source.is_some()
                && outstanding < MOST_OF_FILE
                && (is_furthest_behind || waits < MOST_WAITING)
        });
        let next = readable.min_by_key(|open| (open.position, open.file));
        if let Some(task) = next.and_then(OpenFile::read_on) {
            return Some(task);
        }
        if self.open.len() < MOST_AHEAD && !self.waiting.is_empty() {
            return self.open_next();
        }
        None
    }

    /// Whether nobody reads or opens a file, so that only what is merged can give something to do.
    fn waits_for_merging(&self) -> bool {
        let mut open = self.open.iter();
        open.all(|open| open.is_read || open.source.is_some())
    }

    fn open_next(&mut self) -> Option<Task> {
        let waiting = self.waiting.pop_front()?;
        self.open.push(OpenFile {
            file: waiting.file,
            source: None,
            is_read: false,
            read: 0,
            taken: 0,
            results: BTreeMap::new(),
            ready: VecDeque::new(),
            position: waiting.first,
            error: None,
        });
        Some(Task::Open(waiting.file))
    }

    fn next(&mut self) -> Option<Next> {
        // What blocks came to, in their order. Before a file's matches have had their turn, no more of it is taken in: else what is found
        // faster than it is evaluated would pile up.
        for open in &mut self.open {
            if open.ready.is_empty()
                && let Some(result) = open.results.remove(&open.taken)
            {
                open.taken += 1;
                let file = open.file;
                return Some(Next::Block(file, open.take(result)));
            }
        }
        // Files that are done with.
        let over = self.open.iter().position(OpenFile::is_over);
        if let Some(index) = over {
            let open = self.open.swap_remove(index);
            return Some(match open.error {
                Some(error) => Next::Error(open.file, error),
                None => Next::Block(open.file, BlockSummary::default()),
            });
        }
        self.next_match()
    }

    /// The next match, if none can come before it any more.
    fn next_match(&mut self) -> Option<Next> {
        let mut first: Option<(Timestamp, usize, bool)> = None;
        for open in &self.open {
            let (time, is_known) = match open.ready.front() {
                Some(ready) => (ready.time, true),
                None => (open.position, false),
            };
            // Nothing more comes of a file once everything is stopped.
            if self.stopped && !is_known {
                continue;
            }
            if first.is_none_or(|(earliest, file, _)| (time, open.file) < (earliest, file)) {
                first = Some((time, open.file, is_known));
            }
        }
        let (time, file, is_known) = first?;
        let waits = !self.stopped
            && self.open.len() < MOST_OPEN
            && self
                .waiting
                .front()
                .is_some_and(|waiting| waiting.first <= time);
        if !is_known || waits {
            return None;
        }
        let found = self.file(file)?.ready.pop_front()?;
        Some(Next::Match(file, found))
    }
}

impl OpenFile {
    fn read_on(&mut self) -> Option<Task> {
        match self.source.take()? {
            BlockSource::InTurn(reader) => Some(Task::Read(self.file, reader)),
            BlockSource::Plain(mut file) => {
                let block = file.next_block()?;
                self.is_read = file.is_over();
                self.source = Some(BlockSource::Plain(file));
                let number = self.read;
                self.read += 1;
                Some(Task::ReadPlain(self.file, number, block))
            }
        }
    }

    fn outstanding(&self) -> usize {
        let blocks = usize::try_from(self.read - self.taken).unwrap_or(usize::MAX);
        blocks + usize::from(!self.ready.is_empty())
    }

    fn is_over(&self) -> bool {
        self.is_read && self.taken == self.read && self.ready.is_empty()
    }

    /// Takes in what a block came to. What is older than what came before it in the file comes behind that.
    fn take(&mut self, result: BlockResult) -> BlockSummary {
        for mut found in result.matches {
            self.position = self.position.max(found.time);
            found.time = self.position;
            self.ready.push_back(found);
        }
        if let Some(last) = result.last {
            self.position = self.position.max(last);
        }
        result.summary
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::KeptRecord;

    fn block(seconds: i64) -> BlockResult {
        let time = Timestamp::from_micros(seconds * 1_000_000);
        let found = || RecordMatch {
            time,
            recorded: time,
            rules: Box::default(),
            record: KeptRecord::empty(),
        };
        BlockResult {
            matches: vec![found(), found()],
            last: Some(time),
            ..BlockResult::default()
        }
    }

    #[test]
    fn what_is_found_in_a_block_comes_before_the_next_block_is_taken_in() {
        let start = Timestamp::from_micros(0);
        let work = Work::new(vec![Waiting {
            file: 0,
            first: start,
        }]);
        assert!(matches!(work.task(), Some(Task::Open(0))));
        if let Some(open) = work.lock().file(0) {
            open.read = 3;
            open.is_read = true;
        }
        for number in 0..3 {
            work.hand_in(0, number, Ok(block(i64::try_from(number).unwrap_or(0))));
        }
        let mut seen = String::new();
        while let Some(next) = work.next() {
            seen.push(match next {
                Next::Block(..) => 'b',
                Next::Match(..) => 'm',
                Next::Waiting | Next::Error(..) => '?',
            });
        }
        // The last one is the end of the file.
        assert_eq!(seen, "bmmbmmbmmb");
    }
}
