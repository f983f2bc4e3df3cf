//! What the attack shows, and what of it the baseline has.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::ephemeral::Names;
use super::observation::{Observation, ObservedCondition};
use super::sighting::{LeftOut, ObservedTransaction, Observer, Sighting};
use super::unusual::{self, Usual};
use super::{Assignment, DraftError};
use crate::cut::anonymise::names_in;
use crate::event::ConnectionId;
use crate::logs::{self, ZeekLogs};
use crate::replay::captures::{self, CapturesError, is_named_as_capture};
use crate::replay::{self, CaptureError};

/// How often something was seen in the attack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Support {
    /// In which of the attack's files, by their numbers.
    pub files: BTreeSet<usize>,
    /// How often.
    pub count: u64,
    /// On how many connections, up to a bound.
    pub connections: BTreeSet<(usize, ConnectionId)>,
}

/// What the attack shows.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    pub(super) files: Vec<PathBuf>,
    pub(super) observations: BTreeMap<Observation, Support>,
    /// What holds of records of logs at once, with the log's name.
    pub(super) records: BTreeMap<(String, Vec<ObservedCondition>), Support>,
    /// HTTP requests with their answers.
    pub(super) transactions: BTreeMap<ObservedTransaction, Support>,
    pub(super) left_out: LeftOut,
    /// Calls that were refused with a fault, and never answered otherwise.
    pub(super) refused: BTreeSet<Observation>,
    /// Whether there was more than is kept.
    pub(super) is_cut: bool,
    /// Connections whose beginning was not captured.
    pub(super) headless: u64,
    /// Whether hosts other than the attacker asked for something.
    pub(super) has_others: bool,
}

/// What the baseline has of what the attack shows. Nothing else of it is kept, so that it can be of any size.
#[derive(Debug, Default)]
pub(super) struct Baseline {
    pub(super) files: Vec<PathBuf>,
    seen: HashMap<Observation, BaselineSighting>,
    /// How much was seen of each service that matters.
    of_services: HashMap<String, u64>,
    /// What is unusual beside it, and has been weighed already.
    unusual: BTreeSet<Observation>,
    /// How many things were seen in all.
    pub(super) sightings: u64,
}

/// Where the baseline has something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BaselineSighting {
    /// The first file, by its number.
    pub(super) file: usize,
    pub(super) count: u64,
}

/// How much of the same kind has to have what the attack lacks, and how many records of a log the baseline has to have for columns to
/// be unusual together.
pub(super) const ENOUGH: u64 = 10;
/// How many different things of the attack are kept.
const MAX_OBSERVATIONS: usize = 50_000;
/// How many different records of the attack's logs are kept as a whole.
const MAX_RECORDS: usize = 16;
/// How many different HTTP requests of the attack are kept as a whole.
const MAX_TRANSACTIONS: usize = 64;
/// How many connections of a thing are counted.
const MAX_CONNECTIONS: usize = 1000;

impl Evidence {
    /// Reads the attack.
    ///
    /// # Errors
    ///
    /// Where a file can be read neither as a capture nor as a log.
    pub(super) fn of(assignment: &Assignment<'_>) -> Result<Self, DraftError> {
        let mut evidence = Self {
            files: files(assignment.attack)?,
            ..Self::default()
        };
        let mut names = Names::default();
        for number in 0..evidence.files.len() {
            let path = evidence.files[number].clone();
            let (observations, is_cut) = (&mut evidence.observations, &mut evidence.is_cut);
            let has_others = &mut evidence.has_others;
            let mut take = |sighting: Sighting| {
                let attacker = assignment.attacker;
                if attacker.is_none() || sighting.originator == attacker {
                    add(observations, is_cut, number, sighting);
                } else {
                    *has_others = true;
                }
            };
            let records = &mut evidence.records;
            let mut each = |log: &str, conditions: &[ObservedCondition]| {
                let key = (log.to_owned(), unusual::telling(log, conditions));
                count_whole(records, MAX_RECORDS, number, key);
            };
            let transactions = &mut evidence.transactions;
            let mut each_transaction = |transaction: &ObservedTransaction, client: IpAddr| {
                let is_of_attack = assignment
                    .attacker
                    .is_none_or(|attacker| attacker == client);
                if is_of_attack {
                    count_whole(transactions, MAX_TRANSACTIONS, number, transaction.clone());
                }
            };
            let mut observer = Observer::new(&mut take);
            observer.each_record = Some(&mut each);
            observer.each_transaction = Some(&mut each_transaction);
            observer.names = names;
            read(&path, &mut observer)?;
            names = observer.names;
            if let Ok(told) = names_in(&path) {
                told.iter().for_each(|name| names.add(name));
            }
            evidence.headless += observer.headless;
            let (left_out, refused) = (observer.left_out, observer.refused);
            evidence.left_out.extend(left_out);
            evidence.refused.extend(refused);
        }
        let seen = &evidence.observations;
        evidence.refused.retain(|call| !seen.contains_key(call));
        if !assignment.keep {
            evidence.leave_out(&names);
        }
        Ok(evidence)
    }

    /// Leaves out what has a name in it of a host, a domain or a user.
    fn leave_out(&mut self, names: &Names) {
        let left_out = &mut self.left_out;
        self.observations.retain(|observation, _| {
            let mut conditions = observation.conditions.iter();
            conditions.all(|condition| names.allow(condition, left_out))
        });
        let records = std::mem::take(&mut self.records).into_iter();
        let records = records.map(|((log, mut conditions), support)| {
            conditions.retain(|condition| names.allow(condition, &mut LeftOut::default()));
            ((log, conditions), support)
        });
        self.records = records.collect();
        self.transactions.retain(|transaction, _| {
            let own = transaction.request.iter().chain(&transaction.content_type);
            let mut own = own.map(|it| names.allow(it, &mut LeftOut::default()));
            own.all(|is_allowed| is_allowed)
        });
    }
}

impl Support {
    pub(super) fn add(&mut self, other: &Self) {
        self.files.extend(&other.files);
        self.count += other.count;
        let connections = other.connections.iter().take(MAX_CONNECTIONS);
        self.connections.extend(connections);
    }
}

/// Counts what is kept as a whole in a file, unless so many others are kept already.
fn count_whole<T: Ord>(kept: &mut BTreeMap<T, Support>, most: usize, file: usize, whole: T) {
    if kept.len() < most || kept.contains_key(&whole) {
        let support = kept.entry(whole).or_default();
        support.files.insert(file);
        support.count += 1;
    }
}

fn add(
    observations: &mut BTreeMap<Observation, Support>,
    is_cut: &mut bool,
    file: usize,
    sighting: Sighting,
) {
    let observation = sighting.observation;
    if observations.len() >= MAX_OBSERVATIONS && !observations.contains_key(&observation) {
        *is_cut = true;
        return;
    }
    let support = observations.entry(observation).or_default();
    support.files.insert(file);
    support.count += 1;
    if support.connections.len() < MAX_CONNECTIONS {
        let connection = sighting.connection.map(|connection| (file, connection));
        support.connections.extend(connection);
    }
}

impl Baseline {
    /// Reads the baseline, as far as it has what is asked for, or what is the same but for its last condition.
    ///
    /// # Errors
    ///
    /// As for [`Evidence::of`].
    pub(super) fn of(
        paths: &[PathBuf],
        asked: impl Iterator<Item = Observation>,
        usual: &mut Usual,
    ) -> Result<Self, DraftError> {
        let mut wanted: HashMap<Observation, Option<BaselineSighting>> = HashMap::new();
        for observation in asked {
            let mut general = observation.general();
            wanted.insert(observation, None);
            while let Some(next) = general {
                general = next.general();
                wanted.entry(next).or_default();
            }
        }
        let conditions = wanted.keys().flat_map(|it| it.conditions.iter());
        let conditions = conditions.chain(usual.conditions());
        let conditions: Rc<HashSet<ObservedCondition>> = Rc::new(conditions.cloned().collect());
        let services = wanted.keys().map(|it| it.service.clone());
        let mut of_services: HashMap<String, u64> = services.map(|it| (it, 0)).collect();
        let usual = RefCell::new(usual);
        let files = files(paths)?;
        let mut sightings = 0;
        for (file, path) in files.iter().enumerate() {
            let mut take = |sighting: Sighting| {
                sightings += u64::from(!sighting.observation.is_of_place());
                if let Some(count) = of_services.get_mut(&sighting.observation.service) {
                    *count += 1;
                }
                usual.borrow_mut().saw(&sighting.observation);
                // What is seen of something is seen of what is more general, too, which is told for itself.
                let mut count = 1;
                let mut next = Some(sighting.observation);
                while let Some(observation) = next {
                    next = observation.general();
                    if let Some(known) = wanted.get_mut(&observation) {
                        known
                            .get_or_insert(BaselineSighting { file, count: 0 })
                            .count += count;
                    }
                    count = 0;
                }
            };
            let mut each = |log: &str, conditions: &[ObservedCondition]| {
                usual.borrow_mut().saw_record(log, conditions);
            };
            let mut each_transaction = |transaction: &ObservedTransaction, _| {
                usual.borrow_mut().saw_transaction(transaction);
            };
            let mut observer = Observer::new(&mut take);
            observer.each_record = Some(&mut each);
            observer.each_transaction = Some(&mut each_transaction);
            observer.wanted = Some(Rc::clone(&conditions));
            read(path, &mut observer)?;
        }
        let seen = wanted.into_iter();
        Ok(Self {
            files,
            of_services,
            unusual: BTreeSet::new(),
            seen: seen
                .filter_map(|(observation, seen)| Some((observation, seen?)))
                .collect(),
            sightings,
        })
    }

    pub(super) fn sets_apart(&mut self, unusual: impl Iterator<Item = Observation>) {
        self.unusual.extend(unusual);
    }

    pub(super) fn has(&self, observation: &Observation) -> Option<BaselineSighting> {
        self.seen.get(observation).copied()
    }

    /// Whether it has enough of the same kind to say that something is unusual: of that the attack comes from outside, some that does
    /// not; of that the attack lacks something, [`ENOUGH`] that have it.
    pub(super) fn supports(&self, observation: &Observation) -> bool {
        let general = observation.general();
        if self.unusual.contains(observation) {
            return true;
        }
        if observation.is_of_absence() {
            let same = general.or_else(|| with_what_lacks(observation));
            return same
                .and_then(|it| self.has(&it))
                .is_some_and(|it| it.count >= ENOUGH);
        }
        if !observation.is_of_place() {
            return true;
        }
        match general {
            Some(general) => self.has(&general).is_some(),
            None => self
                .of_services
                .get(&observation.service)
                .is_some_and(|it| *it > 0),
        }
    }
}

/// What has the only thing that an observation lacks.
pub(super) fn with_what_lacks(observation: &Observation) -> Option<Observation> {
    match observation.conditions.as_slice() {
        [only] if only.is_of_absence() => {
            let present = ObservedCondition::present(only.field.clone());
            Some(Observation::new(&observation.service, present))
        }
        _ => None,
    }
}

/// The files at paths: captures and logs, and the captures in folders.
pub(crate) fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, DraftError> {
    let mut files = Vec::new();
    for path in paths {
        let found = captures::at(path).map_err(|error| match error {
            CapturesError::None(path) => DraftError::NoCapture(path),
            error => error.into(),
        })?;
        for file in found {
            if !files.contains(&file) {
                files.push(file);
            }
        }
    }
    Ok(files)
}

/// Reads a file as a capture, or else as a log.
pub(crate) fn read(path: &Path, observer: &mut Observer<'_>) -> Result<(), DraftError> {
    match replay::replay_file(path, observer) {
        Ok(statistics) => {
            observer.headless += statistics.headless_connections;
            observer.finish();
            Ok(())
        }
        Err(CaptureError::NotACapture) if !is_named_as_capture(path) => read_log(path, observer),
        Err(error) => Err(DraftError::Capture {
            path: path.to_owned(),
            error,
        }),
    }
}

/// The names of hosts, domains and users that a capture or a log tells.
pub(super) fn names_at(path: &Path) -> Result<Vec<String>, DraftError> {
    match names_in(path) {
        Ok(names) => Ok(names),
        Err(CaptureError::NotACapture) if !is_named_as_capture(path) => {
            let mut take = |_| {};
            let mut observer = Observer::new(&mut take);
            read_log(path, &mut observer)?;
            Ok(observer.names.iter().map(str::to_owned).collect())
        }
        Err(error) => Err(DraftError::Capture {
            path: path.to_owned(),
            error,
        }),
    }
}

fn read_log(path: &Path, observer: &mut Observer<'_>) -> Result<(), DraftError> {
    let failed = |error| DraftError::Log {
        path: path.to_owned(),
        error,
    };
    let mut reader = logs::open(path, &ZeekLogs).map_err(failed)?;
    while let Some(record) = reader.next_record().map_err(failed)? {
        observer.record(&record);
    }
    Ok(())
}
