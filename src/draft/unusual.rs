//! What is unusual in a log: a kind of thing that the baseline has other kinds of alone, and several columns that it never has together.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::evidence::{ENOUGH, Evidence, Support};
use super::known;
use super::observation::{Observation, ObservedComparison, ObservedCondition};

/// What the baseline usually has of what the attack shows in logs.
#[derive(Debug, Default)]
pub(super) struct Usual {
    kinds: HashMap<ColumnPlace, Kinds>,
    records: Vec<Attacking>,
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
/// The most columns that a rule asks for together.
const MOST_TOGETHER: usize = 4;

impl Usual {
    /// What to look for in the baseline.
    pub(super) fn of(evidence: &Evidence) -> Self {
        let places = evidence.observations.keys().filter_map(place_of);
        let kinds = places.map(|(place, _)| (place, Kinds::default()));
        let records = evidence.records.iter();
        Self {
            kinds: kinds.collect(),
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
        found
    }
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
        .filter(|it| !it.is_of_kind() && !it.is_of_absence())
        .filter(|it| it.comparison != ObservedComparison::Exists || excludes(&it.field))
        .filter(|it| it.value.len() <= 32)
        .collect();
    telling.sort_by_key(|it| {
        (
            !is_known(it),
            it.comparison != ObservedComparison::EqualsField,
            it.is_negated,
        )
    });
    telling.truncate(MAX_CONDITIONS);
    telling.into_iter().cloned().collect()
}
