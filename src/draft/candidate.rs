//! What distinguishes the attack, ranked: how hard it is to do without, then how much of the attack shows it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{Baseline, Evidence, Support};
use super::observation::{Comparison, Condition, Observation};
use super::text::RuleText;
use crate::registry::Registry;
use crate::registry::attack::{Technique, technique};
use crate::registry::robustness::{
    AskedFor, OperationRow, Row, all_operation_rows, field_rows, operation_rows,
};
use crate::score::Score;

/// Something that the attack shows and the baseline never has.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// What it is.
    pub observation: Observation,
    /// How often the attack shows it.
    pub support: Support,
    /// What a rule scores that asks for it alone; `None` where no rule can.
    pub score: Option<Score>,
    /// The techniques that it belongs to, as the registry knows.
    pub techniques: Vec<&'static Technique>,
}

/// Observations that one rule asks for, the best first: they have the same fields.
#[derive(Debug, Clone)]
pub(super) struct Selection {
    pub(super) observations: Vec<Observation>,
    pub(super) techniques: Vec<&'static Technique>,
}

/// How many candidates of a field are looked at.
const MAX_OF_FIELD: usize = 200;

/// The candidates, the best first.
pub(super) fn rank(
    evidence: &Evidence,
    baseline: &Baseline,
    asked: &[&'static Technique],
) -> Vec<Candidate> {
    let missing = evidence.observations.iter();
    let missing = missing.filter(|(observation, _)| baseline.has(observation).is_none());
    let mut of_field: BTreeMap<(String, String), Vec<Candidate>> = BTreeMap::new();
    for (observation, support) in missing {
        // Where no other call of the operation is known, its arguments add nothing.
        let is_implied = observation.call.is_some()
            && !observation.is_operation()
            && observation
                .general()
                .is_some_and(|general| baseline.has(&general).is_none());
        let Some(last) = observation.conditions.last().filter(|_| !is_implied) else {
            continue;
        };
        let key = (observation.service.clone(), last.key());
        of_field.entry(key).or_default().push(Candidate {
            observation: observation.clone(),
            support: support.clone(),
            score: None,
            techniques: techniques(observation),
        });
    }
    let mut candidates = Vec::new();
    for mut of_field in of_field.into_values() {
        of_field.sort_by_key(|it| (Reverse(it.support.files.len()), Reverse(it.support.count)));
        of_field.truncate(MAX_OF_FIELD);
        candidates.append(&mut of_field);
    }
    let texts: Vec<RuleText> = candidates
        .iter()
        .map(|candidate| {
            let techniques = tagged(&candidate.techniques, asked);
            RuleText::of(&Selection {
                observations: vec![candidate.observation.clone()],
                techniques,
            })
        })
        .collect();
    for (candidate, score) in candidates.iter_mut().zip(super::proof::scores(&texts)) {
        candidate.score = score;
    }
    candidates.retain(|candidate| candidate.score.is_some());
    let weights = weights(&candidates);
    candidates.sort_by_cached_key(|candidate| {
        let variants = variants(&candidate.observation);
        let is_evaded = variants.iter().any(|it| baseline.has(it).is_some());
        standing(candidate, is_evaded, &weights, asked)
    });
    candidates
}

/// What counts as the row of a candidate at most that is evaded: whoever does the same by what the baseline has evades a rule on
/// it, however much the attack needs it.
const ROW_OF_EVADED: u8 = 3;

/// What comes first is better.
type Standing = (
    u8,
    bool,
    (Reverse<u8>, bool, Reverse<Option<Score>>),
    Reverse<usize>,
    bool,
    (usize, usize),
    Reverse<usize>,
    usize,
    bool,
    Reverse<u64>,
    Observation,
);

fn standing(
    candidate: &Candidate,
    is_evaded: bool,
    weights: &BTreeMap<&'static str, usize>,
    asked: &[&'static Technique],
) -> Standing {
    let own = &candidate.techniques;
    let weight = own.iter().filter_map(|technique| weights.get(technique.id));
    let last = candidate.observation.conditions.last();
    let length = last.map_or(0, |condition| condition.value.len());
    let is_of_argument =
        candidate.observation.call.is_some() && !candidate.observation.is_operation();
    // What every use of the technique begins with, in a way that it need not.
    let is_replaced = is_evaded && is_preparation(&candidate.observation);
    let row = candidate.score.map_or(0, |score| score.row.number());
    let row = if is_evaded {
        row.min(ROW_OF_EVADED)
    } else {
        row
    };
    (
        match (asked, own.as_slice()) {
            ([], _) => 0,
            (_, own) if !is_replaced && own.iter().any(|it| asked.contains(it)) => 0,
            (_, []) => 1,
            _ if is_replaced => 1,
            _ => 2,
        },
        is_broad(&candidate.observation),
        (
            Reverse(row),
            is_evaded || is_of_argument,
            Reverse(candidate.score),
        ),
        Reverse(candidate.support.files.len()),
        is_preparation(&candidate.observation),
        layer(&candidate.observation),
        Reverse(weight.copied().max().unwrap_or(0)),
        candidate.observation.conditions.len(),
        // Texts of a few characters are in much else, and a whole command line in no other attack.
        length < 4 || last.is_some_and(|it| it.value.contains(' ')),
        Reverse(candidate.support.count),
        candidate.observation.clone(),
    )
}

/// How many candidates each technique has: what an attack shows much of is what it is.
fn weights(candidates: &[Candidate]) -> BTreeMap<&'static str, usize> {
    let mut weights = BTreeMap::new();
    for technique in candidates
        .iter()
        .flat_map(|candidate| &candidate.techniques)
    {
        *weights.entry(technique.id).or_default() += 1;
    }
    weights
}

/// Whether it says little wherever the baseline has few: nothing but a method, a file action or a version, a command of SMB, or
/// the share that all pipes are on.
pub(super) fn is_broad(observation: &Observation) -> bool {
    let is_of_pipes = |condition: &Condition| {
        condition.field == "path" && condition.value.eq_ignore_ascii_case(r"\IPC$")
    };
    let [.., last] = observation.conditions.as_slice() else {
        return false;
    };
    observation.service == "smb_cmd"
        || is_of_pipes(last)
        || observation.conditions.len() == 1
            && matches!(last.field.as_str(), "method" | "action" | "version")
}

/// How near to what the attacker wants something is. A call says more than the file and the command that carry it, a request
/// more than its answer, and a write more than a close.
fn layer(observation: &Observation) -> (usize, usize) {
    const SERVICES: &[&str] = &["dce_rpc", "http", "smb_files", "smb_mapping"];
    const OF_HTTP: &[&str] = &[
        "original_uri",
        "uri_query",
        "uri_stem",
        "body",
        "uri_extension",
    ];
    const OF_SMB: &[&str] = &["WRITE", "DELETE", "RENAME", "SET_ATTRIBUTE", "OPEN", "READ"];
    let service = observation.service.as_str();
    let place = SERVICES.iter().position(|known| *known == service);
    let place = place.unwrap_or(SERVICES.len() + usize::from(service == "smb_cmd"));
    let first = observation.conditions.first();
    let last = observation.conditions.last();
    let part = match service {
        "http" => last.map(|it| {
            let known = OF_HTTP.iter().position(|known| *known == it.field);
            // An escape is there for a purpose.
            let is_plain = !it.value.contains('%');
            let of_server = it.field.starts_with("server_") || it.field.starts_with("response_");
            2 * known.unwrap_or(OF_HTTP.len()) + usize::from(is_plain) + 2 * usize::from(of_server)
        }),
        "smb_files" => first.and_then(|it| OF_SMB.iter().position(|end| it.value.ends_with(end))),
        _ => None,
    };
    (place, part.unwrap_or(OF_SMB.len()))
}

/// Whether it is a call that goes before or after what matters, or one that only asks.
fn is_preparation(observation: &Observation) -> bool {
    const WORDS: &[&str] = &[
        "Open", "Close", "Connect", "Bind", "Lookup", "Free", "Remote", "Get", "Query",
    ];
    let name = observation.operation().map_or("", |known| known.operation);
    // The verb comes behind a short prefix, as in `SamrConnect5`.
    WORDS
        .iter()
        .any(|word| name.find(word).is_some_and(|at| at <= 5))
}

/// The techniques that an observation belongs to.
pub(super) fn techniques(observation: &Observation) -> Vec<&'static Technique> {
    let mut ids: BTreeSet<&'static str> = BTreeSet::new();
    if let Some((uuid, opnum)) = observation.call {
        let rows = operation_rows(uuid, Some(opnum));
        ids.extend(
            rows.filter(|row| row.row >= Row::SomeImplementations)
                .map(|row| row.technique),
        );
    }
    for condition in &observation.conditions {
        let value = condition.value.to_lowercase();
        let asks = |known: &AskedFor| match known {
            AskedFor::Anything => false,
            AskedFor::Part(part) => value.contains(&*String::from_utf8_lossy(part)),
            AskedFor::Whole(whole) => {
                condition.comparison == Comparison::Equals
                    && value.as_bytes().eq_ignore_ascii_case(whole)
            }
        };
        let rows = field_rows()
            .iter()
            .filter(|row| row.covers(&observation.service, &condition.field) && asks(&row.value));
        ids.extend(rows.filter_map(|row| row.technique));
    }
    let known = ids.into_iter().filter_map(technique);
    known.filter(|technique| technique.is_in_force()).collect()
}

/// The techniques that a rule is tagged with.
pub(super) fn tagged(
    own: &[&'static Technique],
    asked: &[&'static Technique],
) -> Vec<&'static Technique> {
    let mut all = asked.to_vec();
    all.extend(
        own.iter()
            .filter(|technique| asked.is_empty() || asked.contains(technique)),
    );
    all.sort_by_key(|technique| technique.id);
    all.dedup();
    all
}

/// Operations that do the same for a technique as another one, which no attack needs to have shown: the variants for
/// another encoding or another client.
pub(super) fn variants(observation: &Observation) -> Vec<Observation> {
    let Some((uuid, opnum)) = observation.call.filter(|_| observation.is_operation()) else {
        return other_admin_share(observation).into_iter().collect();
    };
    let own: Vec<&OperationRow> = operation_rows(uuid, Some(opnum))
        .filter(|row| row.row >= Row::SomeImplementations && row.opnum.is_some())
        .collect();
    let does_the_same = |row: &&OperationRow| {
        row.uuid == uuid
            && own
                .iter()
                .any(|known| (known.technique, known.reason) == (row.technique, row.reason))
    };
    let rows = all_operation_rows().iter().filter(does_the_same);
    let mut same: BTreeSet<u16> = rows.filter_map(|row| row.opnum).collect();
    same.insert(opnum);
    let registry = Registry::get();
    let named = same
        .iter()
        .filter_map(|opnum| registry.operation(uuid, *opnum));
    let twins = named.flat_map(|known| registry.twins(known));
    let twins = twins.map(|twin| Observation::of_call(twin.uuid, twin.opnum));
    let own = same.iter().map(|opnum| Observation::of_call(uuid, *opnum));
    own.chain(twins)
        .filter(|other| other != observation)
        .collect()
}

/// What is done on one of the shares that Windows makes for administrators, on the other one.
fn other_admin_share(observation: &Observation) -> Option<Observation> {
    let mut other = observation.clone();
    let path = other
        .conditions
        .last_mut()
        .filter(|it| it.field == "path")?;
    let shares = [r"\C$", r"\ADMIN$"];
    let known = shares
        .iter()
        .position(|share| path.value.eq_ignore_ascii_case(share))?;
    shares[1 - known].clone_into(&mut path.value);
    Some(other)
}

/// The rule on the best of some candidates: what does the same for the technique goes with it, unless the baseline has it.
pub(super) fn select(
    candidates: &[Candidate],
    best: &Candidate,
    baseline: &Baseline,
    asked: &[&'static Technique],
) -> Selection {
    let own = tagged(&best.techniques, asked);
    let mut observations = vec![best.observation.clone()];
    let unseen = |observations: &[Observation]| -> Vec<Observation> {
        let variants = observations.iter().flat_map(variants);
        variants
            .filter(|variant| baseline.has(variant).is_none())
            .collect()
    };
    if best.observation.is_operation() {
        let interface = best.observation.general();
        // The technique that most of the attack is.
        let weights = weights(candidates);
        let weight = |technique: &&&'static Technique| weights.get(technique.id).copied();
        let main = best.techniques.iter().max_by_key(weight);
        let belongs = |candidate: &&Candidate| {
            candidate.observation.is_operation()
                && candidate.observation.general() == interface
                && candidate.score == best.score
                && main.is_some_and(|main| candidate.techniques.contains(main))
        };
        let others = candidates.iter().filter(belongs);
        observations.extend(others.map(|candidate| candidate.observation.clone()));
    }
    observations.extend(unseen(&observations));
    observations[1..].sort();
    let mut known = BTreeSet::new();
    observations.retain(|observation| known.insert(observation.clone()));
    let is_of_all = |technique: &&'static Technique| {
        asked.contains(technique)
            || observations
                .iter()
                .all(|observation| techniques(observation).contains(technique))
    };
    Selection {
        techniques: own.into_iter().filter(is_of_all).collect(),
        observations,
    }
}
