//! What is unusual: in a log, a kind of thing that the baseline has other kinds of alone, and several columns that it never has together;
//! in HTTP, a request without a header that such requests have.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::ephemeral::{Names, reason};
use super::evidence::{ENOUGH, Evidence, Support};
use super::known;
use super::observation::{Observation, ObservedComparison, ObservedCondition};
use super::sighting::{ObservedTransaction, field_of_header};

/// What the baseline usually has of what the attack shows.
#[derive(Debug, Default)]
pub(super) struct Usual {
    kinds: HashMap<ColumnPlace, Kinds>,
    records: Vec<Attacking>,
    /// How often the baseline has requests with the method and URI of one of the attack's.
    transactions: HashMap<Vec<ObservedCondition>, BTreeMap<ObservedTransaction, u64>>,
}

/// A field, in the records of a log for which a condition holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct ColumnPlace {
    log: String,
    general: Option<ObservedCondition>,
    field: String,
}

/// The kinds of things that a field has.
#[derive(Debug, Default)]
struct Kinds {
    /// Few of them; `None` where there are more.
    few: Option<BTreeSet<ObservedCondition>>,
    count: u64,
}

/// A record of the attack, as what holds of it.
#[derive(Debug)]
struct Attacking {
    log: String,
    conditions: Vec<ObservedCondition>,
    support: Support,
    /// What does not hold of records of the baseline, as bits; none of it is part of another. `None` where there is too much of it, or the
    /// baseline has a record that is the same.
    lacking: Option<Vec<u32>>,
    /// How many records of the log the baseline has.
    count: u64,
}

/// How many kinds are few.
const FEW_KINDS: usize = 3;
/// How many records have to be of a kind for it to be usual.
const USUAL: u64 = 2;
/// How many conditions on a record are looked at, so that they are bits of a number.
const MAX_CONDITIONS: usize = 28;
/// How many ways in which records of the baseline differ are kept.
const MAX_WAYS: usize = 1024;
/// Of so many requests that have a header, one may lack it.
const EXCEPTIONS: u64 = 10;
/// The most columns that a rule asks for together.
const MOST_TOGETHER: usize = 4;

impl Usual {
    /// What to look for in the baseline.
    pub(super) fn of(evidence: &Evidence) -> Self {
        let places = evidence.observations.keys().filter_map(place_of);
        let kinds = places.map(|(place, _)| (place, Kinds::default()));
        let records = evidence.records.iter();
        let requests = evidence.transactions.keys().map(|it| it.request.clone());
        Self {
            kinds: kinds.collect(),
            transactions: requests.map(|it| (it, BTreeMap::new())).collect(),
            records: records
                .map(|((log, conditions), support)| Attacking {
                    log: log.clone(),
                    conditions: conditions.clone(),
                    support: support.clone(),
                    lacking: Some(Vec::new()),
                    count: 0,
                })
                .collect(),
        }
    }

    /// The conditions that are looked for.
    pub(super) fn conditions(&self) -> impl Iterator<Item = &ObservedCondition> {
        self.records.iter().flat_map(|record| &record.conditions)
    }

    /// Takes something that the baseline has.
    pub(super) fn saw(&mut self, observation: &Observation) {
        if let Some((place, kind)) = place_of(observation)
            && let Some(known) = self.kinds.get_mut(&place)
        {
            known.saw(kind);
        }
    }

    /// Takes what holds of a record of the baseline, sorted.
    pub(super) fn saw_record(&mut self, log: &str, conditions: &[ObservedCondition]) {
        for record in self.records.iter_mut().filter(|it| it.log == log) {
            record.count += 1;
            let Some(ways) = &mut record.lacking else {
                continue;
            };
            let lacking = record.conditions.iter().enumerate();
            let lacking = lacking.filter(|(_, it)| conditions.binary_search(it).is_err());
            let lacking = lacking.fold(0, |bits: u32, (place, _)| bits | 1 << place);
            if ways.iter().any(|way| way & lacking == *way) {
                continue;
            }
            ways.retain(|way| way & lacking != lacking);
            ways.push(lacking);
            if lacking == 0 || ways.len() > MAX_WAYS {
                record.lacking = None;
            }
        }
    }

    /// Takes a request of the baseline with its answer.
    pub(super) fn saw_transaction(&mut self, transaction: &ObservedTransaction) {
        if let Some(known) = self.transactions.get_mut(&transaction.request)
            && (known.len() < MAX_WAYS || known.contains_key(transaction))
        {
            *known.entry(transaction.clone()).or_default() += 1;
        }
    }

    /// What is unusual in the attack, with how often it shows it.
    pub(super) fn unusual(&self, evidence: &Evidence) -> BTreeMap<Observation, Support> {
        let mut found: BTreeMap<Observation, Support> = BTreeMap::new();
        for (observation, support) in &evidence.observations {
            let Some((place, kind)) = place_of(observation) else {
                continue;
            };
            let kinds = self.kinds.get(&place).filter(|it| it.count >= USUAL);
            if let Some(few) = kinds.and_then(|it| it.few.as_ref())
                && !few.contains(kind)
            {
                found
                    .entry(other_than(&place, few))
                    .or_default()
                    .add(support);
            }
        }
        for record in &self.records {
            if let Some(observation) = record.together() {
                found.entry(observation).or_default().add(&record.support);
            }
        }
        for (transaction, support) in &evidence.transactions {
            let known = self.transactions.get(&transaction.request);
            if let Some(observation) = known.and_then(|known| without_usual(transaction, known)) {
                found.entry(observation).or_default().add(support);
            }
        }
        found
    }
}

/// The headers that a request lacks and that those of the baseline have: one that nearly all of them have and, where some do not, one that
/// all of these have. Only requests that succeed, or whose bodies are of the same type, are compared where that is needed.
fn without_usual(
    transaction: &ObservedTransaction,
    baseline: &BTreeMap<ObservedTransaction, u64>,
) -> Option<Observation> {
    let success = transaction.success.clone();
    let content_type = transaction.content_type.clone();
    let both = success.iter().chain(&content_type).cloned().collect();
    let mut narrowed: Vec<Vec<ObservedCondition>> = vec![Vec::new()];
    narrowed.extend(success.map(|it| vec![it]));
    narrowed.extend(content_type.map(|it| vec![it]));
    narrowed.push(both);
    narrowed.dedup();
    let found = narrowed.into_iter().filter_map(|more| {
        let is_same = |other: &ObservedTransaction| {
            let mut more = more.iter();
            more.all(|it| {
                other.success.as_ref() == Some(it) || other.content_type.as_ref() == Some(it)
            })
        };
        let same = baseline.iter().filter(|(other, _)| is_same(other));
        let missing = missing_of(transaction, &same.collect::<Vec<_>>())?;
        let (method, uri) = transaction.request.split_first()?;
        let missing = missing.into_iter();
        let missing = missing.map(|it| ObservedCondition::missing(field_of_header(true, it)));
        let conditions = std::iter::once(method).chain(&more).chain(uri).cloned();
        Some(Observation {
            service: "http".to_owned(),
            conditions: conditions.chain(missing).collect(),
            call: None,
        })
    });
    found.min_by_key(|it| it.conditions.len())
}

/// The headers that a request lacks of those that are the same.
fn missing_of<'t>(
    transaction: &'t ObservedTransaction,
    same: &[(&'t ObservedTransaction, &u64)],
) -> Option<Vec<&'t str>> {
    let all: u64 = same.iter().map(|(_, count)| **count).sum();
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for (other, count) in same {
        for name in other.headers.difference(&transaction.headers) {
            let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
            if name.bytes().all(is_name) && reason(name, &Names::default()).is_none() {
                *counts.entry(name).or_default() += **count;
            }
        }
    }
    let mut usual: Vec<(&str, u64)> = counts.iter().map(|(name, count)| (*name, *count)).collect();
    usual.sort_by_key(|(_, count)| Reverse(*count));
    let is_usual = |count: u64| count >= ENOUGH && (all - count) * EXCEPTIONS <= all;
    let found = usual
        .iter()
        .filter(|(_, count)| is_usual(*count))
        .map(|(name, _)| {
            let mut others = same
                .iter()
                .filter(|(other, _)| !other.headers.contains(*name));
            let Some((first, _)) = others.next() else {
                return Some(vec![*name]);
            };
            let others: Vec<_> = others.collect();
            let mut instead = first
                .headers
                .iter()
                .filter_map(|it| counts.get_key_value(it.as_str()));
            let instead = instead
                .find(|(it, _)| others.iter().all(|(other, _)| other.headers.contains(**it)));
            instead.map(|(instead, _)| vec![*name, *instead])
        });
    found.flatten().min_by_key(Vec::len)
}

/// The place of an observation that asks for a kind last, and that kind.
fn place_of(observation: &Observation) -> Option<(ColumnPlace, &ObservedCondition)> {
    let (general, kind) = match observation.conditions.as_slice() {
        [kind] => (None, kind),
        [general, kind] => (Some(general.clone()), kind),
        _ => return None,
    };
    let place = ColumnPlace {
        log: observation.service.clone(),
        general,
        field: kind.field.clone(),
    };
    kind.is_of_kind().then_some((place, kind))
}

/// What asks for a kind that is none of some.
fn other_than(place: &ColumnPlace, few: &BTreeSet<ObservedCondition>) -> Observation {
    let is_text = few
        .iter()
        .any(|it| it.comparison != ObservedComparison::Equals);
    let present = is_text.then(|| ObservedCondition::present(place.field.clone()));
    let none = few.iter().cloned().map(ObservedCondition::negated);
    Observation {
        service: place.log.clone(),
        conditions: place
            .general
            .clone()
            .into_iter()
            .chain(present)
            .chain(none)
            .collect(),
        call: None,
    }
}

impl Kinds {
    fn saw(&mut self, kind: &ObservedCondition) {
        if self.count == 0 {
            self.few = Some(BTreeSet::new());
        }
        self.count += 1;
        if let Some(few) = &mut self.few {
            few.insert(kind.clone());
            if few.len() > FEW_KINDS {
                self.few = None;
            }
        }
    }
}

impl Attacking {
    /// The fewest conditions of which no record of the baseline has all, if it takes more than two.
    fn together(&self) -> Option<Observation> {
        let ways = self.lacking.as_ref().filter(|_| self.count >= ENOUGH)?;
        let holds = |chosen: u32| ways.iter().all(|way| way & chosen != 0);
        let of_size = |size: usize| {
            choices(self.conditions.len(), size)
                .into_iter()
                .find(|it| holds(*it))
        };
        let chosen = (1..=MOST_TOGETHER).find_map(of_size)?;
        let conditions = self.conditions.iter().enumerate();
        let conditions = conditions.filter(|(place, _)| chosen & 1 << place != 0);
        let mut conditions: Vec<ObservedCondition> = conditions.map(|(_, it)| it.clone()).collect();
        conditions.sort_by_key(|it| (it.is_negated, it.clone()));
        (conditions.len() > 2).then(|| Observation {
            service: self.log.clone(),
            conditions,
            call: None,
        })
    }
}

/// The choices of so many out of some, as bits, those of the first ones first.
fn choices(of: usize, size: usize) -> Vec<u32> {
    let Some(size) = size.checked_sub(1) else {
        return vec![0];
    };
    let with = (0..of).flat_map(|last| {
        let rest = choices(last, size).into_iter();
        rest.map(move |bits| bits | 1 << last)
    });
    with.collect()
}

/// What of a record's conditions is compared, what says most first.
pub(super) fn telling(log: &str, conditions: &[ObservedCondition]) -> Vec<ObservedCondition> {
    let is_known = |it: &ObservedCondition| {
        known::of(&Observation::new(log, it.clone()))
            .next()
            .is_some()
    };
    let is_negated =
        |it: &&ObservedCondition| it.is_negated && it.comparison != ObservedComparison::IsPrivate;
    let excludes = |field: &str| {
        conditions
            .iter()
            .filter(is_negated)
            .any(|it| it.field == field)
    };
    let mut telling: Vec<&ObservedCondition> = conditions
        .iter()
        .filter(|it| !it.is_of_kind())
        .filter(|it| {
            it.is_of_absence() || it.comparison != ObservedComparison::Exists || excludes(&it.field)
        })
        .filter(|it| it.value.len() <= 32)
        .collect();
    telling.sort_by_key(|it| {
        (
            !is_known(it),
            it.comparison != ObservedComparison::EqualsField,
            it.is_of_absence(),
            it.is_negated,
        )
    });
    telling.truncate(MAX_CONDITIONS);
    telling.into_iter().cloned().collect()
}
