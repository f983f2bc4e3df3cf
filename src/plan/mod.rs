//! From a rule to what Zeek has to do: which event to hook, what to look up there, what to test, and what to do then.
//!
//! All errors of meaning are found here. Nothing here knows how Zeek code is written.

mod action;
mod argument;
mod command;
mod contradiction;
pub mod correlation;
mod declared;
mod detection;
pub mod dispatch;
pub mod extraction;
mod filter;
pub mod gate;
pub mod identifier;
mod names;
pub mod notice;
mod stages;

mod subject;
pub mod zeek_names;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::OnceLock;

use crate::finding::{Code, Finding, Fix, Severity};
use crate::predicate::identity::{self, Watched};
use crate::predicate::pattern::Pattern;
use crate::predicate::{self, Comparison, Predicate};
use crate::registry::attack::{self, AttackTag, Technique};
use crate::registry::{CategoryField, ZeekRelease};
use crate::rule::filter::Filter;
use crate::rule::pack::{NamedRule, Pack};
use crate::rule::{Destination, Item, Logsource, NoticeStyle, PayloadEncoding, Rule, Spanned};
use crate::score::{self, Assessment};
use crate::service::{Field, FileAction, FoundBy, Phase, Service, SmbVersion};
use crate::text::{nearest, only_near};
use correlation::{CorrelationPlan, GroupValue};
use declared::Services;
use detection::item;
use extraction::ExtractionPlan;
use filter::{FilterPlan, Filters};
pub use names::is_logged;
use notice::NoticePlan;
pub use subject::Subject;

/// How many tests a rule may come to. A list of a thousand hashes stays far below: it is one pattern.
const MAX_TESTS: usize = 10_000;
/// How many bytes a rule's patterns may come to. Zeek takes about a kilobyte of memory for each.
const MAX_PATTERN_BYTES: usize = 128 * 1024;

/// Bytes of a body that rules look at, unless an operator changes the package's option `max_body_bytes`.
pub const MAX_BODY_BYTES: usize = 65_536;
/// DCE-RPC presentation contexts that are remembered for a connection, each with its latest call.
pub const MAX_CONTEXTS: usize = 1000;

/// A pack, ready to become a Zeek package.
#[derive(Debug)]
pub struct PackPlan<'a> {
    /// The pack.
    pub pack: &'a Pack,
    /// Its rules.
    pub rules: Vec<RulePlan<'a>>,
    /// Its correlations, each behind those that it refers to.
    pub correlations: Vec<CorrelationPlan<'a>>,
}

impl PackPlan<'_> {
    /// The oldest release of Zeek that has all that the rules look at.
    pub fn since(&self) -> ZeekRelease {
        let releases = self.rules.iter().map(RulePlan::since);
        releases.max().unwrap_or(ZeekRelease::V7_0)
    }

    /// How many rules and correlations there are.
    pub fn size(&self) -> usize {
        self.rules.len() + self.correlations.len()
    }
}

/// A rule, ready to become Zeek code.
#[derive(Debug)]
pub struct RulePlan<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// The text from which its names in Zeek are made.
    pub name: &'a str,
    /// The filters that are put on it.
    pub filters: Vec<&'a Filter>,
    /// What it looks at.
    pub service: Service,
    /// The calls it watches; `None` for a service without calls.
    pub watched: Option<Watched>,
    /// The file actions it watches; none for other services than `smb_files`.
    pub actions: BTreeSet<FileAction>,
    /// The generations of SMB whose commands it watches; none for other services than `smb_cmd`.
    pub versions: BTreeSet<SmbVersion>,
    /// All that it asks of a call, a transaction, a file action or a tree connect.
    pub predicate: Predicate,
    /// What it tests at which event, in order; never empty. The notice is raised at the last.
    pub stages: Vec<Stage>,
    /// The ATT&CK techniques that it is tagged with; in place of a revoked one the one that took its place.
    pub techniques: Vec<&'static Technique>,
    /// How hard it is to evade, once somebody has asked.
    assessment: OnceLock<Assessment>,
    /// What it asks without its filters, where there are any.
    own: Option<Predicate>,
    /// Fields that, with the rule, make two notices equal; `None` for originator and responder.
    pub identifier: Option<Vec<Field>>,
    /// Its notice.
    pub notice: NoticePlan,
    /// What to log of a match.
    pub payload: Option<PayloadPlan>,
    /// What becomes of a file whose transfer it matches.
    pub extraction: Option<ExtractionPlan>,
    /// Fields that correlations look at in a match.
    pub correlated: Vec<Field>,
}

impl RulePlan<'_> {
    /// The fields that its notice has in its texts and its identifier.
    pub fn notice_fields(&self) -> impl Iterator<Item = &Field> {
        self.identifier.iter().flatten().chain(self.notice.fields())
    }

    /// The fields that its notice has, and that correlations look at.
    pub fn told(&self) -> impl Iterator<Item = &Field> {
        self.notice_fields().chain(&self.correlated)
    }

    /// The arguments of calls that it looks at, has in its notice, logs, or gives to correlations.
    pub fn arguments(&self) -> BTreeSet<Field> {
        let conditions = self.stages.iter().map(|stage| &stage.condition);
        let tested = conditions.flat_map(Predicate::fields);
        let logged = self.payload.iter().flat_map(|payload| &payload.fields);
        let all = tested.chain(logged).chain(self.told());
        all.filter(|field| field.is_argument()).cloned().collect()
    }

    /// The names of the fields that it looks at, has in its notice, or gives to correlations.
    pub fn fields(&self) -> BTreeSet<&str> {
        let keys = self.stages.iter().filter_map(|stage| stage.key.as_ref());
        let conditions = self.stages.iter().map(|stage| &stage.condition);
        let tested = conditions.flat_map(Predicate::fields);
        let all = keys.map(|key| &key.field).chain(tested).chain(self.told());
        all.map(|field| field.name.as_str()).collect()
    }

    /// What its conditions look at in stubs of calls.
    pub fn fields_of_stubs(&self) -> BTreeSet<Field> {
        let condition = self.condition();
        let fields = condition.fields().into_iter();
        let of_stub = [Phase::CallRequestStub, Phase::CallResponseStub];
        fields
            .filter(|field| of_stub.contains(&field.phase))
            .cloned()
            .collect()
    }

    /// The oldest release of Zeek that has all that it looks at.
    pub fn since(&self) -> ZeekRelease {
        let log = self.service.log().map(|log| log.releases.since);
        let names = self.fields().into_iter();
        let fields = names.filter_map(|name| self.service.field_spec(name));
        let all = fields.map(|field| field.releases.since).chain(log);
        all.max().unwrap_or(ZeekRelease::V7_0)
    }

    /// What it tests of what it watches, at all of its events together.
    pub fn condition(&self) -> Predicate {
        Predicate::all(self.stages.iter().flat_map(|stage| {
            let key = stage.key.as_ref().filter(|key| !key.implied).map(|key| {
                let comparison = Comparison::Matches(key.pattern.clone());
                Predicate::Test(predicate::Test {
                    field: key.field.clone(),
                    comparison,
                    place: self.rule.place(&self.rule.title.span),
                })
            });
            key.into_iter().chain([stage.condition.clone()])
        }))
    }

    /// How hard it is to evade. A filter is an operator's: what the rule by itself is worth, it does not change.
    pub fn assessment(&self) -> &Assessment {
        self.assessment.get_or_init(|| {
            let own = self.own.as_ref().unwrap_or(&self.predicate);
            let read = |asked: &_| item(self.rule, self.service, asked);
            let watched = self.watched.as_ref();
            score::assess(
                self.rule,
                self.service,
                own,
                watched,
                &self.techniques,
                &read,
            )
        })
    }

    /// The rule's robustness score, such as `4H`, where it has one.
    pub fn robustness(&self) -> Option<String> {
        self.assessment().score.map(|score| score.to_string())
    }

    /// Whether the rule looks at a field, logs it, or has it in its notice, or a correlation of its matches looks at it.
    pub fn uses(&self, name: &str) -> bool {
        let tested = self.stages.iter().any(|stage| {
            stage.key.as_ref().is_some_and(|key| key.field.name == name)
                || stage
                    .condition
                    .fields()
                    .iter()
                    .any(|field| field.name == name)
        });
        let logged = self
            .payload
            .as_ref()
            .is_some_and(|payload| payload.fields.iter().any(|field| field.name == name));
        tested || logged || self.told().any(|field| field.name == name)
    }

    /// Whether what the rule has seen of a call or transaction at one event matters at a later one.
    pub fn takes_several_events(&self) -> bool {
        self.stages.len() > 1 || self.later_payload().is_some()
    }

    /// Whether a stage is the last before the event that completes a body which the rule looks at.
    pub fn asks_for(&self, body: &str, completed: Phase, index: usize) -> bool {
        let before = |stage: &Stage| stage.phase < completed;
        self.uses(body)
            && self.stages.get(index).is_some_and(before)
            && !self.stages.get(index + 1).is_some_and(before)
    }

    /// Whether the rule looks at a body that none of its stages comes early enough to ask for.
    pub fn needs_unasked(&self, body: &str, completed: Phase) -> bool {
        self.uses(body) && self.stages.iter().all(|stage| stage.phase >= completed)
    }

    /// The payload to log, where it is not known yet when the notice is raised.
    pub fn later_payload(&self) -> Option<&PayloadPlan> {
        let raised = self.stages.last()?.phase;
        let payload = self.payload.as_ref()?;
        (payload.phase != raised).then_some(payload)
    }

    /// The payload to log together with the notice.
    pub fn payload_at_once(&self) -> Option<&PayloadPlan> {
        let raised = self.stages.last()?.phase;
        let payload = self.payload.as_ref()?;
        (payload.phase == raised).then_some(payload)
    }
}

/// What a rule tests at one event.
#[derive(Debug)]
pub struct Stage {
    /// The event.
    pub phase: Phase,
    /// The test by which Zeek finds the rule among others: one automaton serves all rules.
    pub key: Option<Key>,
    /// What is left to test.
    pub condition: Predicate,
}

/// A field and the pattern that it must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The field.
    pub field: Field,
    /// The pattern.
    pub pattern: Pattern,
    /// Whether what is left to test holds for nothing that the pattern does not match: the key picks, and decides nothing.
    pub implied: bool,
}

/// Payload to log.
#[derive(Debug)]
pub struct PayloadPlan {
    /// The payload fields.
    pub fields: Vec<Field>,
    /// The event at which the last of them is known and the rule has matched.
    pub phase: Phase,
    /// Where to.
    pub to: Destination,
    /// How many bytes of each at most.
    pub max_bytes: u64,
    /// How bytes are written.
    pub encoding: PayloadEncoding,
}

/// Plans packs, each by itself.
pub fn packs<'a>(packs: &'a [Pack], findings: &mut Vec<Finding>) -> Vec<PackPlan<'a>> {
    packs.iter().map(|known| pack(known, findings)).collect()
}

/// Plans a pack. Rules with an error are left out; what is wrong goes to `findings`.
pub fn pack<'a>(pack: &'a Pack, findings: &mut Vec<Finding>) -> PackPlan<'a> {
    let services = Services::new(pack, findings);
    let filters = filter::plan(pack, &services, findings);
    let demanded = correlation::demanded(pack);
    let mut rules: Vec<RulePlan<'a>> = pack
        .rules
        .iter()
        .zip(&demanded)
        .filter_map(|(named, demanded)| {
            let mut own = Vec::new();
            let style = pack.description.notice_style;
            let plan = rule(named, &services, &filters, demanded, style, &mut own);
            let sound = own
                .iter()
                .all(|finding| finding.severity() != Severity::Error);
            findings.append(&mut own);
            plan.filter(|_| sound && named.rule.sound)
        })
        .collect();
    let correlations = correlation::plan(pack, &rules, findings);
    for input in correlations.iter().flat_map(|plan| &plan.inputs) {
        if let correlation::MatchSource::Rule(index) = input.source {
            let of_group = input.group.iter().filter_map(|value| match value {
                GroupValue::Field(field) => Some(field),
                GroupValue::Column(_) => None,
            });
            let fields = of_group.chain(&input.values).cloned();
            rules[index].correlated.extend(fields);
        }
    }
    PackPlan {
        pack,
        rules,
        correlations,
    }
}

fn rule<'a>(
    named: &'a NamedRule,
    services: &Services,
    filters: &Filters<'a>,
    demanded: &[&str],
    style: NoticeStyle,
    findings: &mut Vec<Finding>,
) -> Option<RulePlan<'a>> {
    let rule = &named.rule;
    if rule.id.is_none() && rule.sound {
        let place = rule.place(&rule.title.span);
        let finding = Finding::new(Code::MissingId, place, "rule has no id");
        findings.push(
            finding.help("add `id:` with a UUID, so that its notices can be told from others'"),
        );
    }
    let service = service(rule, services, findings)?;
    let predicate = detection::predicate(rule, service, findings)?;
    if !rule.sound {
        // Parts of it are missing: what would be said of the whole could be wrong.
        return None;
    }
    let filters = filters.of(rule, service);
    let own = (!filters.is_empty()).then(|| predicate.clone());
    let asked = filters.iter().map(|filter| filter.predicate.clone());
    let predicate = Predicate::all([predicate].into_iter().chain(asked));
    let whole = predicate.clone();
    if let Some(finding) = too_complex(rule, &predicate) {
        findings.push(finding);
        return None;
    }
    let found_by = service.spec().found_by;
    let (watched, actions, rest) = match found_by {
        FoundBy::Operation => {
            let (watched, rest) = identity::split(predicate);
            (Some(watched), BTreeSet::new(), rest)
        }
        FoundBy::FileAction => {
            let (actions, rest) = action::split(predicate);
            (None, actions, rest)
        }
        FoundBy::SmbVersion | FoundBy::Nothing => (None, BTreeSet::new(), predicate),
    };
    let versions = match found_by {
        FoundBy::SmbVersion => command::versions(&rest),
        _ => BTreeSet::new(),
    };
    if let Some(finding) = contradiction::find(&rest) {
        findings.push(finding);
        return None;
    }
    if rest == Predicate::Constant(false) {
        findings.push(never_matches(
            rule,
            own.as_ref().unwrap_or(&whole),
            &filters,
        ));
        return None;
    }
    names::check_watched(rule, watched.as_ref(), &rest, findings);
    warn_of_placeholders(&rest, findings);
    let stages = stages::plan(rule, service, &actions, rest, demanded, findings)?;
    findings.extend(argument::check_cost(watched.as_ref(), &stages));
    let extraction = extraction::plan(rule, service, &actions, &whole, &stages, findings);
    let payload = payload(rule, service, watched.as_ref(), &stages, findings);
    let techniques = techniques(&rule.tags);
    let notice = notice::plan(rule, service, style, &techniques, &stages, findings)?;
    let plan = RulePlan {
        rule,
        name: &named.name,
        filters: filters.iter().map(|plan| plan.filter).collect(),
        service,
        assessment: OnceLock::new(),
        own,
        watched,
        actions,
        versions,
        payload,
        extraction,
        identifier: identifier(rule, service, &stages, findings),
        notice,
        techniques,
        predicate: whole,
        correlated: Vec::new(),
        stages,
    };
    score::check_tags(rule, || plan.assessment(), findings);
    Some(plan)
}

fn too_complex(rule: &Rule, predicate: &Predicate) -> Option<Finding> {
    let bytes: usize = predicate
        .tests()
        .iter()
        .map(|test| pattern_bytes(test))
        .sum();
    let (message, most) = if predicate.size() > MAX_TESTS {
        (
            format!("rule comes to {} tests", predicate.size()),
            MAX_TESTS,
        )
    } else if bytes > MAX_PATTERN_BYTES {
        (
            format!("rule's texts come to {bytes} bytes to match"),
            MAX_PATTERN_BYTES,
        )
    } else {
        return None;
    };
    let finding = Finding::new(Code::TooComplex, rule.place(&rule.title.span), message);
    Some(finding.help(format!("split the rule; {most} are the most")))
}

fn pattern_bytes(test: &predicate::Test) -> usize {
    match &test.comparison {
        Comparison::Matches(pattern) => pattern.size(),
        _ => 0,
    }
}

fn service(rule: &Rule, services: &Services, findings: &mut Vec<Finding>) -> Option<Service> {
    let logsource = &rule.logsource;
    if let Some(service) = category_service(logsource) {
        return Some(service);
    }
    let wanted = "what can be compiled is `product: zeek` with the name of one of Zeek's logs as `service:`, \
                  which `sigzeek logs` lists";
    let product = logsource.product.as_ref();
    if product.is_none_or(|product| product.value != "zeek") {
        let (span, message) = match product {
            Some(product) => (
                &product.span,
                format!("product is `{}`, not `zeek`", product.value),
            ),
            None => (&logsource.span, "logsource has no product".to_owned()),
        };
        findings
            .push(Finding::new(Code::UnsupportedLogsource, rule.place(span), message).help(wanted));
        return None;
    }
    if let Some(category) = &logsource.category {
        let message = "logsource of Zeek has no category";
        let place = rule.place(&category.span);
        findings.push(Finding::new(Code::UnsupportedLogsource, place, message).help(wanted));
        return None;
    }
    let Some(service) = &logsource.service else {
        let place = rule.place(&logsource.span);
        findings.push(
            Finding::new(
                Code::UnsupportedLogsource,
                place,
                "logsource has no service",
            )
            .help(wanted),
        );
        return None;
    };
    let known = services.named(&service.value);
    if known.is_none() {
        let names: Vec<&str> = services.names().collect();
        let message = format!("service `{}` cannot be compiled", service.value);
        let help = match nearest(&service.value, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => wanted.to_owned(),
        };
        let place = rule.place(&service.span);
        let fix = only_near(&service.value, names.iter().copied()).and_then(|near| {
            Fix::replace_scalar(&rule.source, &service.span, &service.value, near)
        });
        let finding = Finding::new(Code::UnsupportedLogsource, place, message);
        findings.push(finding.help(help).fix(fix));
    }
    known
}

/// The service that a rule or filter of a pack looks at, where its logsource is one of Zeek's.
pub fn service_of(pack: &Pack, rule: &Rule) -> Option<Service> {
    let unsaid = &mut Vec::new();
    service(rule, &Services::new(pack, unsaid), &mut Vec::new())
}

/// The field of a service that a rule means by a name; of a rule of a category it can be the category's.
pub fn field_of(rule: &Rule, service: Service, name: &Spanned<String>) -> Option<Field> {
    detection::field(rule, service, name, &mut Vec::new())
}

/// What one item of a rule asks for, where that can be told.
pub fn predicate_of(rule: &Rule, service: Service, asked: &Item) -> Option<Predicate> {
    item(rule, service, asked)
}

/// The service that the category stands for, where no product or Zeek is named.
fn category_service(logsource: &Logsource) -> Option<Service> {
    let of_zeek = |product: &Spanned<String>| product.value == "zeek";
    if logsource.service.is_some() || !logsource.product.as_ref().is_none_or(of_zeek) {
        return None;
    }
    let category = logsource.category.as_ref()?;
    Service::named(CategoryField::service_of(&category.value)?)
}

fn never_matches(rule: &Rule, own: &Predicate, filters: &[&FilterPlan<'_>]) -> Finding {
    let (_, rest) = identity::split(own.clone());
    if let ([first, ..], false) = (filters, rest == Predicate::Constant(false)) {
        let filter = &first.filter.condition;
        let message = "nothing of the rule is left with its filters";
        return Finding::new(Code::NeverMatches, rule.place(&rule.title.span), message)
            .help("correct the filter, or switch the rule off with `enabled: false`")
            .related(filter.place(&filter.title.span), "the filter");
    }
    if let Some(finding) = names::strange_operation(rule) {
        return finding;
    }
    let span = rule.first_search();
    Finding::new(
        Code::NeverMatches,
        rule.place(span),
        "no call or transaction can match the rule",
    )
    .help("its searches contradict each other: correct one, or combine them with `or`")
}

/// Each placeholder once, where the rule first uses it.
fn warn_of_placeholders(rest: &Predicate, findings: &mut Vec<Finding>) {
    let mut warned: Vec<&str> = Vec::new();
    for test in rest.tests() {
        let Comparison::Placeholder(placeholder) = &test.comparison else {
            continue;
        };
        if warned.contains(&placeholder.name.as_str()) {
            continue;
        }
        warned.push(&placeholder.name);
        let message = format!(
            "`%{}%` stands for nothing until an operator fills its option",
            placeholder.name
        );
        let finding = Finding::new(Code::Placeholder, test.place.clone(), message);
        findings.push(finding.help(
            "say in the rule's description what to fill it with; the package's option has the placeholder's name",
        ));
    }
}

/// The techniques that tags name, each once; in place of a revoked one the one that took its place.
fn techniques(tags: &[Spanned<String>]) -> Vec<&'static Technique> {
    let mut techniques: Vec<&'static Technique> = Vec::new();
    for tag in tags {
        let Some(AttackTag::Technique(id)) = AttackTag::parse(&tag.value) else {
            continue;
        };
        let Some(named) = attack::technique(&id) else {
            continue;
        };
        let technique = named.in_force().unwrap_or(named);
        if !techniques.iter().any(|known| known.id == technique.id) {
            techniques.push(technique);
        }
    }
    techniques
}

fn identifier(
    rule: &Rule,
    service: Service,
    stages: &[Stage],
    findings: &mut Vec<Finding>,
) -> Option<Vec<Field>> {
    let names = rule.zeek.notice.identifier.as_ref()?;
    let fields = names
        .iter()
        .filter_map(|name| told_field(rule, service, name, stages, findings));
    Some(fields.collect())
}

/// A field that the notice has in it, or a finding where it is not known when the notice is raised.
fn told_field(
    rule: &Rule,
    service: Service,
    name: &Spanned<String>,
    stages: &[Stage],
    findings: &mut Vec<Finding>,
) -> Option<Field> {
    let raised = stages.last()?.phase;
    let field = detection::field(rule, service, name, findings)?;
    if field.kind.is_several_scalars() {
        let message = format!("`{}` is {}, which has no text", field.name, field.kind);
        let finding = Finding::new(Code::FieldType, rule.place(&name.span), message);
        findings.push(finding.help("use a field with one value, or with texts"));
        return None;
    }
    if field.phase <= raised {
        return Some(field);
    }
    let message = format!("`{}` is not known when the notice is raised", field.name);
    findings.push(late(rule, &name.span, message, &field));
    None
}

fn late(rule: &Rule, span: &Range<usize>, message: String, field: &Field) -> Finding {
    Finding::new(Code::LateRaise, rule.place(span), message).help(format!(
        "it is known from {} on; use a field that is known earlier",
        field.phase.event()
    ))
}

fn payload(
    rule: &Rule,
    service: Service,
    watched: Option<&Watched>,
    stages: &[Stage],
    findings: &mut Vec<Finding>,
) -> Option<PayloadPlan> {
    let log = rule.zeek.log_payload.as_ref()?;
    let raised = stages.last()?.phase;
    let mut phase = raised;
    let mut fields = Vec::new();
    for name in &log.fields {
        let field = detection::field(rule, service, name, findings)?;
        let refuse = |message: String, help: &str| {
            Finding::new(Code::PayloadLog, rule.place(&name.span), message).help(help)
        };
        if !field.is_payload() && !field.is_argument() {
            let message = format!("`{}` is not payload", field.name);
            findings.push(refuse(
                message,
                "payloads are stub, response_stub, body, response_body and the arguments of calls",
            ));
            return None;
        }
        if field.kind.is_several_scalars() {
            let message = format!("`{}` is {}, which has no text", field.name, field.kind);
            findings.push(refuse(
                message,
                "use an argument with one value, or with texts",
            ));
            return None;
        }
        if log.to == Destination::Column && field.phase == Phase::CallResponseStub {
            let message = format!(
                "`{}` is known only after the call's line of dce_rpc.log was written",
                field.name
            );
            findings.push(refuse(message, "write `to: log`"));
            return None;
        }
        phase = phase.max(field.phase);
        fields.push(field);
    }
    if log.to == Destination::Column && phase == Phase::CallResponseStub {
        let message = "rule matches only after the call's line of dce_rpc.log was written";
        let span = log
            .fields
            .first()
            .map_or(&rule.title.span, |name| &name.span);
        findings.push(
            Finding::new(Code::PayloadLog, rule.place(span), message).help("write `to: log`"),
        );
        return None;
    }
    if log.to == Destination::Column
        && let Some(name) = log.fields.first()
    {
        names::check_logged(rule, watched, &name.span, findings);
    }
    Some(PayloadPlan {
        fields,
        phase,
        to: log.to,
        max_bytes: log.max_bytes,
        encoding: log.encoding,
    })
}
