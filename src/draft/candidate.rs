//! What distinguishes the attack, ranked: how hard it is to do without, then how much of the attack shows it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::evidence::{Baseline, Evidence, Support};
use super::known;
use super::observation::{Observation, ObservedComparison, ObservedCondition};
use super::record::OF_EVENTS;
use super::text::RuleText;
use crate::registry::attack::{Technique, technique};
use crate::registry::known_text::KnownText;
use crate::registry::robustness::{
    AskedFor, FieldRow, OperationRobustness, RobustnessRow, all_operation_rows, field_rows,
    operation_rows,
};
use crate::registry::{InterfaceUuid, Registry, is_known_pipe};
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
    /// Whether it asks for a text that the attacker chose and that the registry does not know.
    pub is_chosen_by_attacker: bool,
}

/// Observations that one rule asks for, the best first.
#[derive(Debug, Clone)]
pub(super) struct Selection {
    pub(super) observations: Vec<Observation>,
    pub(super) techniques: Vec<&'static Technique>,
}

impl Candidate {
    /// Whether it belongs to one of some techniques, or to a sub-technique of one.
    pub(super) fn is_of(&self, techniques: &[&'static Technique]) -> bool {
        self.techniques.iter().any(|own| is_of(own, techniques))
    }

    /// Whether it is what an attack does, not a way to it or what carries it.
    pub(super) fn is_act(&self) -> bool {
        let carries = |condition: &ObservedCondition| {
            condition.value.starts_with("SMB::PIPE")
                || condition.field == "name"
                    && is_known_pipe(condition.value.to_lowercase().as_bytes())
        };
        origin(self) == Origin::Known
            && !is_broad(&self.observation)
            && !self.observation.conditions.iter().any(carries)
            && !self.is_way()
    }
}

impl Candidate {
    /// Whether it is a call on the way to what its techniques need.
    fn is_way(&self) -> bool {
        match self.techniques.as_slice() {
            [] => is_preparation(&self.observation),
            techniques => {
                let mut techniques = techniques.iter();
                techniques.all(|technique| is_way_to(&self.observation, technique))
            }
        }
    }
}

/// Whether an operation opens or closes what another one of the interface works on that a technique needs.
fn is_way_to(observation: &Observation, technique: &Technique) -> bool {
    const HANDLES: &[&str] = &["Open", "Close", "Connect", "Bind", "Free"];
    let Some((uuid, _)) = observation.call.filter(|_| has_verb(observation, HANDLES)) else {
        return false;
    };
    let rows = all_operation_rows().iter();
    let mut others = rows
        .filter(|row| row.uuid == uuid && row.technique == technique.id)
        .filter(|row| row.row >= RobustnessRow::SomeImplementations)
        .filter_map(|row| Some(Observation::of_call(uuid, row.opnum?)));
    others.any(|other| !has_verb(&other, HANDLES))
}

fn is_of(own: &Technique, techniques: &[&'static Technique]) -> bool {
    techniques.iter().any(|technique| {
        let rest = own.id.strip_prefix(technique.id);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

/// Whether what a rule would ask for is a text that whoever attacks next chooses anew.
pub(super) fn is_chosen_by_attacker(observation: &Observation) -> bool {
    let Some(last) = observation.conditions.last() else {
        return false;
    };
    let is_number = last.value.bytes().all(|byte| byte.is_ascii_digit());
    let is_text = match observation.service.as_str() {
        "dce_rpc" => {
            let is_class = last.field.to_lowercase().ends_with("classid");
            observation.is_of_argument() && !is_number && !is_class
        }
        // Endings tell what kind of file it is.
        "smb_files" => last.field == "name" && !last.value.starts_with('.'),
        // Whoever runs a server chooses its port.
        _ => observation.conditions.len() == 1 && last.field == "id.resp_p",
    };
    is_text
        && !last.is_negated
        && last.comparison != ObservedComparison::Matches
        && known::of(observation).next().is_none()
        && rows_of_value(observation).next().is_none()
}

/// How many candidates of a field are looked at.
const MAX_OF_FIELD: usize = 200;

/// What is ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// What the attack shows and the baseline does not.
    Attack,
    /// All that the attack shows.
    All,
}

/// The candidates, the best first.
pub(super) fn rank(
    evidence: &Evidence,
    baseline: &Baseline,
    asked: &[&'static Technique],
    of: Of,
) -> Vec<Candidate> {
    let missing = evidence.observations.iter();
    let missing =
        missing.filter(|(observation, _)| of == Of::All || baseline.has(observation).is_none());
    let mut of_field: BTreeMap<(String, String), Vec<Candidate>> = BTreeMap::new();
    for (observation, support) in missing {
        let Some(last) = observation.conditions.last() else {
            continue;
        };
        let is_of_presence = last.comparison == ObservedComparison::Exists && !last.is_of_absence();
        // What kind of thing it is says only whether it is another kind than the usual.
        let is_prefix = last.is_of_kind() && last.comparison == ObservedComparison::StartsWith;
        // Whatever is opened is closed.
        let is_closing = observation.is_operation() && has_verb(observation, &["Close", "Free"]);
        if is_of_presence
            || is_prefix
            || is_closing
            || is_implied(observation, evidence, baseline)
            || !baseline.supports(observation)
        {
            continue;
        }
        let key = (observation.service.clone(), last.key());
        of_field.entry(key).or_default().push(Candidate {
            observation: observation.clone(),
            support: support.clone(),
            score: None,
            techniques: techniques(observation, asked),
            is_chosen_by_attacker: is_chosen_by_attacker(observation),
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
        let is_evaded = is_evaded(&candidate.observation, baseline);
        standing(candidate, is_evaded, &weights, asked)
    });
    candidates
}

/// Whether a part of an observation distinguishes the attack, so that the rest adds nothing.
fn is_implied(observation: &Observation, evidence: &Evidence, baseline: &Baseline) -> bool {
    if observation.is_of_argument() && !observation.is_of_place() && !observation.is_of_absence() {
        let Some(general) = observation.general() else {
            return false;
        };
        let own = techniques(&general, &[]);
        let is_told = |known: &KnownText| own.iter().any(|it| it.id == known.technique);
        let is_replaced = || is_evaded(&general, baseline);
        // What a text tells of another technique, the operation does not, nor what does the same by another operation.
        let tells_more = known::of(observation).any(|known| !is_told(known) || is_replaced());
        return !tells_more && baseline.has(&general).is_none();
    }
    if let [first, missing] = observation.conditions.as_slice()
        && (first.field == "uri_stem" && missing.is_of_absence())
    {
        // What is missing whatever the URI.
        let mut others = evidence.observations.keys();
        return others.any(|other| {
            let is_wider = matches!(other.conditions.as_slice(), [first, last] if first.field == "method" && last == missing);
            is_wider && baseline.has(other).is_none() && baseline.supports(other)
        });
    }
    let conditions = &observation.conditions;
    let parts = conditions.iter().filter(|_| conditions.len() > 1);
    let mut parts =
        parts.map(|condition| Observation::new(&observation.service, condition.clone()));
    parts.any(|part| {
        let is_there = evidence.observations.contains_key(&part) && !is_broad(&part);
        is_there && baseline.has(&part).is_none()
    })
}

/// What counts as the row of a candidate at most that is evaded: whoever does the same by what the baseline has evades a rule on
/// it, however much the attack needs it.
const ROW_OF_EVADED: u8 = 3;

/// What counts as the row of a known text at least.
const ROW_OF_KNOWN: u8 = 4;

/// What comes first is better.
type Standing = (
    u8,
    bool,
    Origin,
    (Reverse<u8>, bool, bool, Reverse<Option<Score>>),
    Reverse<usize>,
    bool,
    (usize, usize),
    Reverse<usize>,
    usize,
    (bool, bool),
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
    let mut conditions = candidate.observation.conditions.iter();
    let last = conditions.rfind(|condition| condition.is_plain());
    let length = last.map_or(usize::MAX, |condition| condition.value.len());
    let is_of_argument = candidate.observation.is_of_argument();
    // What every use of the technique begins with, in a way that it need not.
    let is_replaced = is_evaded && is_preparation(&candidate.observation);
    let row = candidate.score.map_or(0, |score| score.row.number());
    let is_known =
        candidate.observation.call.is_none() && known::of(&candidate.observation).next().is_some();
    let row = match is_known {
        // The attacker can write it in another way, but says by it what the attack is.
        true => row.max(ROW_OF_KNOWN),
        false => row,
    };
    let row = if is_evaded {
        row.min(ROW_OF_EVADED)
    } else {
        row
    };
    (
        match (asked, own.as_slice()) {
            ([], _) => 0,
            _ if !is_replaced && candidate.is_of(asked) => 0,
            (_, []) => 1,
            _ if is_replaced => 1,
            _ => 2,
        },
        is_broad(&candidate.observation),
        origin(candidate),
        (
            Reverse(row),
            is_evaded,
            is_of_argument,
            Reverse(candidate.score),
        ),
        Reverse(candidate.support.files.len()),
        is_preparation(&candidate.observation)
            || own.is_empty() && has_verb(&candidate.observation, &["Enum", "ept_"]),
        layer(&candidate.observation),
        Reverse(weight.copied().max().unwrap_or(0)),
        candidate.observation.conditions.len(),
        // Lists have parts. Texts of a few characters are in much else, and a whole command line in no other attack.
        (
            last.is_some_and(|it| it.value.contains(',')),
            length < 4 || last.is_some_and(|it| it.value.contains(' ')),
        ),
        Reverse(candidate.support.count),
        candidate.observation.clone(),
    )
}

/// Who chose what a candidate asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// Windows, a protocol, or a tool that many use.
    Known,
    /// Whoever sets up servers and accounts: of a kind that the baseline does not have.
    Exception,
    /// Where the attacker or the server is.
    Place,
    /// Nobody: two columns of a log, each with what the baseline has, too, and that no table knows.
    Coincidence,
    /// The attacker's tool, which leaves out what others send.
    Absence,
    /// The attacker's tool: a number that is passed to an operation.
    Passed,
    /// The attacker: a text.
    Attacker,
}

pub(super) fn origin(candidate: &Candidate) -> Origin {
    let observation = &candidate.observation;
    if candidate.is_chosen_by_attacker {
        Origin::Attacker
    } else if observation.is_of_exception() {
        Origin::Exception
    } else if observation.conditions.len() > 2 && is_coincidence(candidate) {
        Origin::Coincidence
    } else if observation.is_of_place() {
        Origin::Place
    } else if observation.is_of_absence() {
        Origin::Absence
    } else if observation.is_of_argument() && known::of(observation).next().is_none() {
        Origin::Passed
    } else if is_coincidence(candidate) {
        Origin::Coincidence
    } else {
        Origin::Known
    }
}

/// Whether a log's columns distinguish the attack together, of which a table knows nothing that one says.
fn is_coincidence(candidate: &Candidate) -> bool {
    let observation = &candidate.observation;
    let service = observation.service.as_str();
    let is_told = |condition: &ObservedCondition| {
        let alone = Observation::new(service, condition.clone());
        let mut rows = field_rows().iter();
        known::of(&alone).next().is_some() || rows.any(|row| row.covers(service, &condition.field))
    };
    let conditions = &observation.conditions;
    !OF_EVENTS.contains(&service) && conditions.len() > 1 && !conditions.iter().all(is_told)
}

/// How many techniques get rules of their own.
const MOST_GOALS: usize = 6;

/// The techniques that rules are drafted for: those that were asked for, or else each that the attack shows by what it does.
pub(super) fn goals(
    candidates: &[Candidate],
    asked: &[&'static Technique],
) -> Vec<Vec<&'static Technique>> {
    if !asked.is_empty() {
        return vec![asked.to_vec()];
    }
    let weights = weights(candidates);
    let weight = |technique: &&'static Technique| weights.get(technique.id).copied();
    let mut goals: Vec<Vec<&'static Technique>> = Vec::new();
    for candidate in candidates.iter().filter(|candidate| candidate.is_act()) {
        let is_there = goals.iter().any(|goal| candidate.is_of(goal));
        let main = candidate.techniques.iter().copied().max_by_key(weight);
        goals.extend(main.filter(|_| !is_there).map(|main| vec![main]));
    }
    goals.truncate(MOST_GOALS);
    goals
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

/// Whether it says little wherever the baseline has few: nothing but a method, a file action or a version, a command of SMB, the share
/// that all pipes are on, or the format of a message.
pub(super) fn is_broad(observation: &Observation) -> bool {
    let is_of_pipes = |condition: &ObservedCondition| {
        condition.field == "path" && condition.value.eq_ignore_ascii_case(r"\IPC$")
    };
    let [.., last] = observation.conditions.as_slice() else {
        return false;
    };
    // Files are opened, read, written and closed all the time.
    let is_usual_action = |condition: &ObservedCondition| {
        let seldom = ["FILE_DELETE", "FILE_RENAME"];
        condition.field == "action" && !seldom.iter().any(|end| condition.value.ends_with(end))
    };
    observation.service == "smb_cmd"
        || is_of_pipes(last)
        || observation.is_of_place() && observation.general().is_some_and(|it| is_broad(&it))
        || observation.conditions.len() == 1
            && (matches!(last.field.as_str(), "method" | "version")
                || is_usual_action(last)
                || is_of_format(&last.field))
}

/// Whether a field says in what format a message is or may be.
fn is_of_format(field: &str) -> bool {
    let header = ["client_header.", "server_header."]
        .iter()
        .find_map(|side| field.strip_prefix(side));
    header.is_some_and(|name| {
        matches!(name, "content-type" | "content-encoding") || name.starts_with("accept")
    })
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
    has_verb(observation, WORDS)
}

/// Whether an operation's name begins with one of some verbs.
fn has_verb(observation: &Observation, verbs: &[&str]) -> bool {
    let name = observation.operation().map_or("", |known| known.operation);
    // The verb comes behind a short prefix, as in `SamrConnect5`, or behind that of the registry.
    let name = name.strip_prefix("BaseReg").unwrap_or(name);
    let mut verbs = verbs.iter();
    verbs.any(|verb| name.find(verb).is_some_and(|at| at <= 5))
}

/// The techniques that an observation belongs to. What can be done without belongs to those that were asked for.
pub(super) fn techniques(
    observation: &Observation,
    asked: &[&'static Technique],
) -> Vec<&'static Technique> {
    let mut ids: BTreeSet<&'static str> = BTreeSet::new();
    if let Some((uuid, opnum)) = observation.call {
        let was_asked = |id: &str| asked.iter().any(|technique| technique.id == id);
        let rows = operation_rows(uuid, Some(opnum));
        ids.extend(
            rows.filter(|row| {
                row.row >= RobustnessRow::SomeImplementations || was_asked(row.technique)
            })
            .map(|row| row.technique),
        );
    }
    ids.extend(rows_of_value(observation).filter_map(|row| row.technique));
    ids.extend(known::of(observation).map(|known| known.technique));
    let known = ids.into_iter().filter_map(technique);
    known.filter(|technique| technique.is_in_force()).collect()
}

/// The rows about fields with the values that an observation asks for.
fn rows_of_value(observation: &Observation) -> impl Iterator<Item = &'static FieldRow> {
    let conditions = observation.conditions.iter();
    let conditions = conditions.filter(|it| it.is_plain());
    conditions.flat_map(move |condition| {
        let value = condition.value.to_lowercase();
        let asks = move |known: &AskedFor| match known {
            AskedFor::Anything => false,
            AskedFor::Part(part) => value.contains(&*String::from_utf8_lossy(part)),
            AskedFor::Whole(whole) => {
                condition.comparison == ObservedComparison::Equals
                    && value.as_bytes().eq_ignore_ascii_case(whole)
            }
        };
        field_rows().iter().filter(move |row| {
            row.covers(&observation.service, &condition.field) && asks(&row.value)
        })
    })
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

/// Whether what does the same as an observation is in the baseline, so that whoever does that evades a rule on it.
fn is_evaded(observation: &Observation, baseline: &Baseline) -> bool {
    let variants = variants(observation);
    variants.iter().any(|it| baseline.has(it).is_some())
}

/// What does the same as an observation, which no attack needs to have shown: operations for another encoding or another client,
/// other known texts, the other administrative share.
pub(super) fn variants(observation: &Observation) -> Vec<Observation> {
    let Some((uuid, opnum)) = observation.call.filter(|_| observation.is_operation()) else {
        let share = other_admin_share(observation).into_iter();
        return share.chain(known::alternatives(observation)).collect();
    };
    let own: Vec<&OperationRobustness> = serving_rows(uuid, opnum).collect();
    let does_the_same = |row: &&OperationRobustness| {
        let mut own = own.iter();
        row.uuid == uuid
            && row.row >= RobustnessRow::SomeImplementations
            && own.any(|it| (it.technique, it.reason) == (row.technique, row.reason))
    };
    operations(observation, does_the_same)
}

/// Operations by which a technique is used, too, where an attack uses it by one. Of a technique that uses weaknesses, only those with
/// the same one.
pub(super) fn serving(observation: &Observation, technique: &Technique) -> Vec<Observation> {
    let Some((uuid, opnum)) = observation.call.filter(|_| observation.is_operation()) else {
        return Vec::new();
    };
    let own = operation_rows(uuid, Some(opnum)).filter(|row| row.technique == technique.id);
    let own: Vec<&OperationRobustness> = own.collect();
    let is_of_weakness = technique.name.starts_with("Exploit");
    let serves = |row: &&OperationRobustness| {
        let mut own = own.iter();
        row.technique == technique.id
            && own.any(|it| it.row <= row.row && (!is_of_weakness || it.reason == row.reason))
    };
    let operations = operations(observation, serves).into_iter();
    operations.filter(|it| !is_way_to(it, technique)).collect()
}

/// All that a rule might ask for beside an observation.
pub(super) fn alike(observation: &Observation, asked: &[&'static Technique]) -> Vec<Observation> {
    let techniques = techniques(observation, asked).into_iter();
    let serving = techniques.flat_map(|technique| serving(observation, technique));
    variants(observation).into_iter().chain(serving).collect()
}

/// The rows of an operation that a technique needs.
fn serving_rows(
    uuid: InterfaceUuid,
    opnum: u16,
) -> impl Iterator<Item = &'static OperationRobustness> {
    operation_rows(uuid, Some(opnum))
        .filter(|row| row.row >= RobustnessRow::SomeImplementations && row.opnum.is_some())
}

/// Operations with rows, and those of other interfaces that are the same, but for one.
fn operations(
    but_for: &Observation,
    has: impl Fn(&&OperationRobustness) -> bool,
) -> Vec<Observation> {
    let rows = all_operation_rows().iter();
    let rows = rows.filter(has);
    let mut found: BTreeSet<(InterfaceUuid, u16)> = rows
        .filter_map(|row| Some((row.uuid, row.opnum?)))
        .collect();
    found.extend(but_for.call);
    let registry = Registry::get();
    let named = found
        .iter()
        .filter_map(|(uuid, opnum)| registry.operation(*uuid, *opnum));
    let twins: Vec<_> = named
        .flat_map(|known| registry.twins(known))
        .map(|twin| (twin.uuid, twin.opnum))
        .collect();
    found.extend(twins);
    let found = found.into_iter();
    found
        .map(|(uuid, opnum)| Observation::of_call(uuid, opnum))
        .filter(|other| other != but_for)
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
    goal: &[&'static Technique],
) -> Selection {
    let own = tagged(&best.techniques, asked);
    let mut observations = vec![best.observation.clone()];
    // The technique that was asked for, or else the one that most of the attack is.
    let weights = weights(candidates);
    let main = best.techniques.iter().copied().max_by_key(|technique| {
        let is_goal = goal.iter().any(|goal| goal.id == technique.id);
        (
            is_goal,
            is_of(technique, goal),
            weights.get(technique.id).copied(),
        )
    });
    if best.observation.is_operation() {
        let interface = best.observation.general();
        let belongs = |candidate: &&Candidate| {
            candidate.observation.is_operation()
                && candidate.observation.general() == interface
                && candidate.score == best.score
                && main.is_some_and(|main| {
                    candidate.techniques.contains(&main) && !is_way_to(&candidate.observation, main)
                })
        };
        let others = candidates.iter().filter(belongs);
        observations.extend(others.map(|candidate| candidate.observation.clone()));
    }
    let alike = observations.iter().flat_map(|observation| {
        let serving = main.map_or_else(Vec::new, |main| serving(observation, main));
        let serving = serving.into_iter().filter(|it| !is_evaded(it, baseline));
        serving.chain(variants(observation))
    });
    let is_way = |variant: &Observation| main.is_some_and(|main| is_way_to(variant, main));
    let unseen = alike.filter(|it| baseline.has(it).is_none() && !is_way(it));
    let unseen: Vec<Observation> = unseen.collect();
    observations.extend(unseen);
    observations[1..].sort();
    let mut known = BTreeSet::new();
    observations.retain(|observation| known.insert(observation.clone()));
    let is_of_all = |technique: &&'static Technique| {
        asked.contains(technique)
            || observations
                .iter()
                .all(|observation| techniques(observation, &[]).contains(technique))
    };
    Selection {
        techniques: own.into_iter().filter(is_of_all).collect(),
        observations,
    }
}
