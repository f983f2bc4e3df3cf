//! A pack's rules, tried as its package's scripts try them.

use std::collections::{BTreeMap, HashSet};
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use super::attempt::{Attempt, Attempts};
use super::condition::Obstacle;
use super::correlation::{Correlations, Windows};
use super::dce_rpc::CallRules;
use super::http::TransactionRules;
use super::notice::{
    DEFAULT_SUPPRESSION, Notice, RuleInfo, RuleMatch, RuleStatus, Suppression, TriedRule,
};
use super::payload::{self, LoggedPayload};
use super::record::Undecided;
use super::rule::{Candidates, CompiledRule, RuleNumber};
use super::smb::SmbRules;
use super::value::{Activity, Slots};
use super::{Output, RulesOff, windows};
use crate::event::Timestamp;
use crate::finding::{Code, Finding, Place, Severity};
use crate::plan::correlation::MatchSource;
use crate::plan::dispatch::Dispatch;
use crate::plan::zeek_names::{self, ZeekRule};
use crate::plan::{self, PackPlan, PayloadPlan, RulePlan};
use crate::rule::{Destination, NoticeStyle};
use crate::text::listed;

/// A pack's rules, compiled, and what they are called.
#[derive(Debug)]
pub(super) struct Rules<'p> {
    pub(super) rules: Vec<CompiledRule<'p>>,
    infos: Vec<LazyRuleInfo>,
    switched_on: Vec<bool>,
    /// Whether matches raise notices, and are not for correlations alone.
    reported: Vec<bool>,
    /// Whether notices without an identifier of their own are suppressed as equal ones of the same endpoints.
    by_endpoints: bool,
    /// Rules and correlations that cannot be tried.
    pub(super) left_out: Vec<Arc<RuleInfo>>,
    payload_log: String,
    /// By rule, its place in the plan.
    places: Vec<usize>,
    correlations: Correlations<'p>,
    /// The pack's number, by which results keep the windows of its correlations.
    pack: usize,
}

/// What notices say of a rule, put together when it first matches: most rules do not.
#[derive(Debug)]
struct LazyRuleInfo {
    named: ZeekRule,
    info: OnceLock<Arc<RuleInfo>>,
}

/// A pack.
#[derive(Debug)]
pub(super) struct CompiledPack<'p> {
    pub(super) rules: Rules<'p>,
    pub(super) calls: CallRules,
    pub(super) transactions: TransactionRules,
    pub(super) smb: SmbRules,
}

/// Where what rules find goes.
#[derive(Debug)]
pub(super) struct Results {
    pub(super) now: Timestamp,
    pub(super) suppression: Suppression,
    pub(super) output: Vec<Output>,
    pub(super) attempts: Option<Attempts>,
    /// Whether the output has matches, too, and not only what comes of them.
    pub(super) tells_matches: bool,
    /// What is kept of each pack's correlations.
    pub(super) windows: Vec<Vec<Windows>>,
}

impl Results {
    /// Results of packs' rules before anything has matched.
    pub(super) fn new(packs: &[CompiledPack<'_>]) -> Self {
        Self {
            now: Timestamp::default(),
            suppression: Suppression::default(),
            output: Vec::new(),
            attempts: None,
            tells_matches: false,
            windows: windows(packs),
        }
    }

    /// Forgets what was found, so that the next capture or log begins afresh.
    pub(super) fn reset(&mut self, packs: &[CompiledPack<'_>]) {
        self.suppression = Suppression::default();
        self.windows = windows(packs);
        self.output.clear();
    }

    /// Says that a rule or correlation matched, if anyone wants to know.
    pub(super) fn matched(
        &mut self,
        rule: &Arc<RuleInfo>,
        originator: impl FnOnce() -> Option<IpAddr>,
    ) {
        if let Some(attempts) = &mut self.attempts {
            attempts.matched(&rule.name, self.now);
        }
        if self.tells_matches {
            self.output.push(Output::Match(RuleMatch {
                time: self.now,
                originator: originator(),
                rule: Arc::clone(rule),
            }));
        }
    }
}

impl<'p> CompiledPack<'p> {
    /// A pack's rules made ready. A rule that cannot be tried is left out, which goes to `findings`; `None` where the
    /// pack as a whole has no package.
    pub(super) fn new(
        number: usize,
        plan: &'p PackPlan<'p>,
        sees: Sees,
        off: RulesOff,
        unserved: &mut UnservedRules,
        findings: &mut Vec<Finding>,
    ) -> Option<Self> {
        let names = zeek_names::names(plan, findings)?;
        let mut compiled = Vec::new();
        let mut left_out = Vec::new();
        let mut places_left_out = HashSet::new();
        for (place, (rule, named)) in plan.rules.iter().zip(names.rules).enumerate() {
            match CompiledRule::new(rule, sees) {
                Ok(ready) => {
                    findings.extend(partly_in_log(&ready));
                    compiled.push((place, ready, named));
                }
                Err(obstacle) => {
                    findings.extend(finding(rule, obstacle, unserved));
                    let subject = plan::Subject::Rule(rule);
                    let info = RuleInfo::new(subject, named, DEFAULT_SUPPRESSION);
                    left_out.push(Arc::new(info));
                    places_left_out.insert(place);
                }
            }
        }
        let mut rules = Rules {
            rules: Vec::new(),
            infos: Vec::new(),
            switched_on: Vec::new(),
            reported: Vec::new(),
            by_endpoints: plan.pack.description.notice_style == NoticeStyle::Rule,
            payload_log: names.payload_log,
            places: Vec::new(),
            correlations: Correlations::new(
                plan,
                sees,
                names.correlations,
                &places_left_out,
                off,
                &mut left_out,
                findings,
            ),
            left_out,
            pack: number,
        };
        let tries_all = off == RulesOff::AreTriedToo;
        for (place, rule, named) in compiled {
            findings.extend(not_extracted(rule.plan).filter(|_| sees == Sees::Events));
            let block = &rule.plan.rule.zeek;
            rules
                .switched_on
                .push(block.enabled != Some(false) || tries_all);
            let starts_silent = plan.starts_silent(MatchSource::Rule(place));
            rules.reported.push(!starts_silent || tries_all);
            rules.places.push(place);
            rules.infos.push(LazyRuleInfo {
                named,
                info: OnceLock::new(),
            });
            rules.rules.push(rule);
        }
        // Records are no events: nothing is dispatched.
        let on_events = rules.rules.iter().filter(|_| sees == Sees::Events);
        let plans: Vec<&RulePlan<'_>> = on_events.map(|rule| rule.plan).collect();
        let dispatch = Dispatch::new(&plans);
        Some(Self {
            smb: SmbRules::new(&rules.rules, &dispatch),
            calls: CallRules::new(dispatch.calls, &dispatch.arguments),
            transactions: TransactionRules::new(dispatch.transactions),
            rules,
        })
    }
}

/// What rules are tried on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sees {
    /// The events of a capture.
    Events,
    /// The records of logs.
    Records(Undecided),
}

/// Rules that cannot be tried since nothing here shows what their service is about: by what is said of them, the first one's
/// logsource and how many there are.
#[derive(Debug, Default)]
pub(super) struct UnservedRules(BTreeMap<(String, &'static str), (Place, usize)>);

impl UnservedRules {
    fn add(&mut self, plan: &RulePlan<'_>, message: String, advice: &'static str) {
        let place = plan.rule.place(&plan.rule.logsource.span);
        let (_, rules) = self.0.entry((message, advice)).or_insert((place, 0));
        *rules += 1;
    }

    /// A warning for each service.
    pub(super) fn findings(self) -> impl Iterator<Item = Finding> {
        self.0
            .into_iter()
            .map(|((message, advice), (place, rules))| {
                let help = match rules {
                    1 => format!("the rule was left out; test it {advice}"),
                    rules => format!("{rules} rules were left out; test them {advice}"),
                };
                Finding::new(Code::NotReplayed, place, message).help(help)
            })
    }
}

fn finding(
    plan: &RulePlan<'_>,
    obstacle: Obstacle,
    unserved: &mut UnservedRules,
) -> Option<Finding> {
    let service = plan.service.name();
    match obstacle {
        Obstacle::UnknownField { name, place } => {
            let message = format!("`{name}` is not known to the replay engine");
            debug_assert_eq!(Code::NotReplayed.severity(), Severity::Warning);
            let finding = Finding::new(Code::NotReplayed, place, message);
            Some(finding.help("the rule was left out; try it with Zeek, which tells"))
        }
        Obstacle::NoAnalyzer => {
            let message = format!("the replay engine writes no {service}.log");
            let advice = "in Zeek, or with a test of `type: zeek_log` on a log that Zeek wrote";
            unserved.add(plan, message, advice);
            None
        }
        Obstacle::NotInLog(parts) => Some(not_in_log(
            plan,
            &parts,
            "the rule is left out",
            "try it on a capture, or hunt with --possible",
        )),
        Obstacle::Pattern(error) => {
            let place = plan.rule.place(&plan.rule.title.span);
            let finding = Finding::new(Code::NotReplayed, place, error.to_string());
            Some(finding.help("the rule was left out; try it with Zeek, or split it"))
        }
    }
}

/// A warning for a rule of which its log decides only a part.
fn partly_in_log(rule: &CompiledRule<'_>) -> Option<Finding> {
    let (what, advice) = if rule.is_possible {
        (
            "what the rest of the rule matches is possible",
            "try it on a capture to be sure",
        )
    } else {
        (
            "only what matches without it is found",
            "try it on a capture, too",
        )
    };
    let parts = &rule.undecided;
    (!parts.is_empty()).then(|| not_in_log(rule.plan, parts, what, advice))
}

/// A warning for a rule that asks for what its log does not have, with what comes of that.
fn not_in_log(
    plan: &RulePlan<'_>,
    parts: &[(String, Place)],
    what: &str,
    advice: &'static str,
) -> Finding {
    let log = plan.service.name();
    let mut names: Vec<String> = parts.iter().map(|(name, _)| format!("`{name}`")).collect();
    names.sort();
    names.dedup();
    let message = format!("{log}.log does not tell {}; {what}", listed(&names));
    let mut places = parts.iter().map(|(_, place)| place.clone());
    let first = places.next();
    let place = first.unwrap_or_else(|| plan.rule.place(&plan.rule.title.span));
    let finding = Finding::new(Code::NotInLog, place, message);
    let finding = finding.help(advice);
    places.fold(finding, |finding, place| {
        finding.related(place, "only the wire has this, too")
    })
}

/// A warning for a rule that has files extracted, which the engine does not do.
fn not_extracted(plan: &RulePlan<'_>) -> Option<Finding> {
    let asked = plan.rule.zeek.extract_file.as_ref()?;
    let place = plan.rule.place(&asked.span);
    let message = "the replay engine extracts no files, and raises no notice of one";
    let finding = Finding::new(Code::NotReplayed, place, message);
    Some(finding.help("the rule's own notice is raised; for the file's, try it with Zeek"))
}

impl Rules<'_> {
    /// Does what a rule's function for an event does: tests the stage, and if all holds, raises the notice or names the
    /// call or transaction a candidate. Whether it holds.
    pub(super) fn run(
        &self,
        number: RuleNumber,
        index: usize,
        subject: &dyn Activity,
        candidates: &mut Candidates,
        results: &mut Results,
    ) -> bool {
        let rule = &self.rules[number];
        let stage = &rule.stages[index];
        if !candidates.has_held(number, index) {
            return false;
        }
        self.note_attempt(number, index, subject, results);
        if !stage.conjunction.holds(subject) {
            return false;
        }
        let last = rule.is_last(index);
        if last && !self.raise(number, subject, results) && rule.plan.payload.is_some() {
            return false;
        }
        if !last || rule.later_payload().is_some() {
            candidates.hold(number, index + 1);
        }
        if last && let Some(payload) = rule.plan.payload_at_once() {
            self.log(number, payload, subject, results);
        }
        true
    }

    /// Keeps how near a rule came, if anyone wants to know.
    pub(super) fn note_attempt(
        &self,
        number: RuleNumber,
        index: usize,
        subject: &dyn Activity,
        results: &mut Results,
    ) {
        let Some(attempts) = &mut results.attempts else {
            return;
        };
        let rule = &self.rules[number];
        let stage = &rule.stages[index];
        let attempt = Attempt {
            time: results.now,
            seen: subject.seen(),
            observed: subject.observed(),
            stage: index,
            stages: rule.stages.len(),
            phase: stage.phase,
            parts: stage.conjunction.parts(subject),
        };
        attempts.note(&self.infos[number].named.name, attempt);
    }

    /// Logs a rule's payload at an event later than its notice's.
    pub(super) fn run_payload(
        &self,
        number: RuleNumber,
        subject: &dyn Activity,
        candidates: &Candidates,
        results: &mut Results,
    ) {
        let rule = &self.rules[number];
        if let Some(payload) = rule.later_payload()
            && candidates.has_held(number, rule.stages.len())
        {
            self.log(number, payload, subject, results);
        }
    }

    /// Raises a rule's notice, unless the rule is silent or an equal one is suppressed, and takes the match to correlations.
    /// Whether the rule is switched on.
    pub(super) fn raise(
        &self,
        number: RuleNumber,
        subject: &dyn Activity,
        results: &mut Results,
    ) -> bool {
        if !self.switched_on[number] {
            return false;
        }
        results.matched(self.info(number), || subject.ends().0);
        if self.reported[number] {
            self.notify(number, subject, results);
        }
        let mut windows = std::mem::take(&mut results.windows);
        if let Some(windows) = windows.get_mut(self.pack) {
            let place = self.places[number];
            self.correlations
                .take_match(place, subject, windows, results);
        }
        results.windows = windows;
        true
    }

    /// What notices say of a rule.
    fn info(&self, number: RuleNumber) -> &Arc<RuleInfo> {
        let LazyRuleInfo { named, info } = &self.infos[number];
        info.get_or_init(|| {
            let rule = &self.rules[number];
            let subject = plan::Subject::Rule(rule.plan);
            let info = RuleInfo::new(subject, named.clone(), DEFAULT_SUPPRESSION);
            Arc::new(RuleInfo {
                is_possible: rule.is_possible,
                ..info
            })
        })
    }

    /// How many rules and correlations are tried.
    pub(super) fn tried_count(&self) -> usize {
        let correlations = self.correlations.tried();
        let correlations = correlations.filter(|tried| tried.trial != RuleStatus::LeftOut);
        self.rules.len() + correlations.count()
    }

    /// The rules and correlations, those that cannot be tried at the end.
    pub(super) fn tried(&self) -> impl Iterator<Item = TriedRule> {
        let rules = self
            .rules
            .iter()
            .enumerate()
            .map(|(number, rule)| TriedRule {
                info: Arc::clone(self.info(number)),
                logs: vec![rule.plan.service.name()],
                trial: RuleStatus::of(self.switched_on[number]),
            });
        let left_out = self.left_out.iter().map(|info| TriedRule {
            info: Arc::clone(info),
            logs: Vec::new(),
            trial: RuleStatus::LeftOut,
        });
        rules.chain(self.correlations.tried()).chain(left_out)
    }

    /// What is kept of the pack's correlations before anything has matched.
    pub(super) fn windows(&self) -> Vec<Windows> {
        self.correlations.windows()
    }

    /// Raises a rule's notice, unless an equal one is suppressed.
    fn notify(&self, number: RuleNumber, subject: &dyn Activity, results: &mut Results) {
        let (rule, info) = (&self.rules[number], self.info(number));
        let message = rule.message(subject).unwrap_or_else(|| subject.observed());
        let usual = || {
            self.by_endpoints
                .then(|| subject.usual_identifier(&message))
        };
        let identifier = rule.identifier(subject).or_else(usual);
        let is_new = identifier
            .is_none_or(|identifier| results.suppression.admits(info, &identifier, results.now));
        if is_new {
            let sub = Some(rule.sub(subject)).filter(|sub| !sub.is_empty());
            let mut message = message;
            if subject.is_unanswered() {
                message.extend_from_slice(b" (unanswered)");
            }
            let (originator, responder) = subject.ends();
            let (uid, fuid) = subject.ids();
            results.output.push(Output::Notice(Notice {
                time: results.now,
                originator,
                responder,
                connection: subject.connection().copied(),
                rule: Arc::clone(info),
                uid,
                fuid,
                message,
                sub: sub.unwrap_or_else(|| info.title.clone().into_bytes()),
            }));
        }
    }

    fn log(
        &self,
        number: RuleNumber,
        plan: &PayloadPlan,
        subject: &dyn Activity,
        results: &mut Results,
    ) {
        // What has no response of its own has no line in dce_rpc.log.
        if subject.is_unanswered() && plan.to == Destination::Column {
            return;
        }
        let Some(connection) = subject.connection() else {
            return;
        };
        for field in &plan.fields {
            let slots = Slots {
                sees: Sees::Events,
                service: self.rules[number].plan.service,
            };
            let Some(slot) = slots.of(field) else {
                continue;
            };
            let Some(value) = subject.value(&slot) else {
                continue;
            };
            let bytes = value.text();
            results.output.push(Output::Payload(LoggedPayload {
                time: results.now,
                connection: *connection,
                rule: Arc::clone(self.info(number)),
                to: plan.to,
                log: self.payload_log.clone(),
                observed: subject.observed(),
                field: field.name.clone(),
                length: bytes.len() as u64,
                payload: payload::encode(&bytes, plan.max_bytes, plan.encoding),
            }));
        }
    }
}
