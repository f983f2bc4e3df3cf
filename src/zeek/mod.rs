//! Plans as Zeek scripts. The only place where Zeek code is written, quoted and escaped.
//!
//! Skeletons are templates; every text of a rule goes through [`string`], [`pattern`], [`comment`] or [`identifier`](crate::plan::identifier), so
//! that none of it becomes code.

pub mod arguments;
mod call_arguments;
pub mod comment;
mod correlation;
mod dce_rpc;
mod events;
mod expression;
mod http;
mod keys;
mod logs;
pub mod pattern;
mod rule_file;
mod rule_info;
mod shared;
mod smb;
pub mod string;

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;

use crate::finding::Finding;
use crate::plan::dispatch::{Dispatch, PickedBy, RulePart, RuleRun};
use crate::plan::zeek_names::{
    PackNames, RuleNames, correlation_script, placeholder_option, rule_script, script_path,
};
use crate::plan::{Key, PackPlan, RulePlan};
use crate::predicate::{Comparison, Predicate};
use crate::rule::{Destination, NoticeStyle};
use crate::service::{Access, Field, FieldKind, Phase, Service};
pub use events::{HookedEvent, events};
use expression::Helper;

/// The scripts of a pack's package, by path below the package's folder.
#[derive(Debug)]
pub struct Scripts {
    /// The package's name: the pack's, in lower case with hyphens.
    pub package: String,
    /// The Zeek module of the pack's scripts.
    pub module: String,
    /// Path and text; each rule and correlation has a script of its own.
    pub files: BTreeMap<String, String>,
}

/// A template that could not be filled in; a defect of the template.
#[derive(Debug, thiserror::Error)]
#[error("cannot write Zeek code: {0}")]
pub struct WriteError(#[from] askama::Error);

/// Writes a pack's scripts; `None` where its rules cannot have the names that they should, which goes to `findings`.
///
/// # Errors
///
/// A template that cannot be filled in.
pub fn scripts(
    plan: &PackPlan<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Option<Scripts>, WriteError> {
    let Some(names) = PackNames::new(plan, findings) else {
        return Ok(None);
    };
    let writer = Writer {
        plan,
        names,
        dispatch: Dispatch::new(&plan.rules.iter().collect::<Vec<_>>()),
        gates: keys::SharedGates::new(&plan.rules),
    };
    writer.scripts().map(Some)
}

/// The script that loads the others.
const LOAD_SCRIPT: &str = "scripts/__load__.zeek";

/// Writes one pack.
struct Writer<'a> {
    plan: &'a PackPlan<'a>,
    names: PackNames,
    dispatch: Dispatch,
    gates: keys::SharedGates,
}

#[derive(Template)]
#[template(path = "load.zeek")]
struct Load {
    files: Vec<String>,
}

#[derive(Template)]
#[template(path = "main.zeek")]
struct Main<'a> {
    header: Vec<String>,
    module: &'a str,
    /// The package's name, as a Zeek literal.
    package: String,
    placeholders: &'a [PlaceholderOption],
    /// Whether the pack's notices have BZAR's style.
    attack: bool,
    /// The rules, for the enumeration by which they are known in that style.
    rules: Vec<RuleOption<'a>>,
    /// The type by whose values options name rules.
    rule_type: &'static str,
    /// The member of `RuleInfo` that has such a value.
    key: &'static str,
    /// Whether what is said of rules stands by its place.
    has_usual_rules: bool,
    /// Whether it is remembered between which hosts a rule's notices are suppressed.
    suppresses: bool,
}

/// A rule as a value of the pack's own enumeration.
struct RuleOption<'a> {
    comment: String,
    name: &'a str,
}

#[derive(Template)]
#[template(path = "allow-lists.zeek")]
struct AllowLists<'a> {
    module: &'a str,
    /// Whether some rule is about connections, and not about records of logs.
    connections: bool,
    /// The type by whose values options name rules, and the member of `RuleInfo` that has such a value.
    rule_type: &'static str,
    key: &'static str,
}

#[derive(Template)]
#[template(path = "notices.zeek")]
struct Notices<'a> {
    module: &'a str,
    /// Whether some rule is about connections, and not about records of logs.
    connections: bool,
    attack: bool,
}

#[derive(Template)]
#[template(path = "attack-notices.zeek")]
struct AttackNotices {
    types: BTreeSet<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct PlaceholderOption {
    name: String,
    option: String,
    kind: &'static str,
}

#[derive(Template)]
#[template(path = "notice-columns.zeek")]
struct NoticeColumns;

#[derive(Template)]
#[template(path = "rule-outcomes.zeek")]
struct RuleOutcomes;

#[derive(Template)]
#[template(path = "dce-rpc-payload-column.zeek")]
struct DceRpcPayloadColumn {
    /// What is in it, in the plural.
    holds: &'static str,
    /// The constant by which later packages see that the column is there.
    constant: &'static str,
    column: &'static str,
    zeek_type: &'static str,
    meaning: &'static str,
}

/// The column of stubs.
const STUB_COLUMN: DceRpcPayloadColumn = DceRpcPayloadColumn {
    holds: "payload",
    constant: "DCE_RPC_COLUMNS",
    column: "sigzeek_stub",
    zeek_type: "string",
    meaning: "The request's stub, where a rule that matched the call asks for it.",
};

/// The column of arguments.
const ARGUMENTS_COLUMN: DceRpcPayloadColumn = DceRpcPayloadColumn {
    holds: "arguments",
    constant: "DCE_RPC_ARGUMENTS_COLUMN",
    column: "sigzeek_arguments",
    zeek_type: "vector of string",
    meaning: "The request's arguments, as name=value, where a rule that matched the call asks for them.",
};

#[derive(Template)]
#[template(path = "http-payload-columns.zeek")]
struct HttpPayloadColumns;

#[derive(Template)]
#[template(path = "file-write-columns.zeek")]
struct FileWriteColumns;

#[derive(Template)]
#[template(path = "payload-log.zeek")]
struct PayloadLogScript<'a> {
    module: &'a str,
    path: &'a str,
}

#[derive(Template)]
#[template(path = "texts.zeek")]
struct Texts<'a> {
    module: &'a str,
    any_matches: bool,
    any_member_matches: bool,
    members: bool,
    any_is_listed: bool,
}

#[derive(Template)]
#[template(path = "utc.zeek")]
struct Utc<'a> {
    module: &'a str,
}

#[derive(Template)]
#[template(path = "config.zeek")]
struct Config<'a> {
    module: &'a str,
}

impl Writer<'_> {
    fn scripts(&self) -> Result<Scripts, WriteError> {
        let mut files = Files::default();
        files.shared("main", self.main()?);
        files.script("notice-columns", NoticeColumns.render()?);
        files.script("rule-outcomes", RuleOutcomes.render()?);
        files.shared("allow-lists", self.allow_lists()?);
        files.shared("notices", self.notices()?);
        if self.is_attack_style() {
            let types = self.attack_types();
            files.script("attack-notices", AttackNotices { types }.render()?);
        }
        self.helpers(&mut files)?;
        self.payload(&mut files)?;
        if self.serves(Service::DCE_RPC) {
            for (name, text) in self.dce_rpc_shared()? {
                files.script(name, text);
            }
            files.shared("dce-rpc-call", self.dce_rpc_call()?);
            if let Some(text) = self.call_arguments()? {
                files.script(arguments::SCRIPT, arguments::stub_script()?);
                files.shared("dce-rpc-arguments", text);
            }
        }
        if self.serves(Service::HTTP) {
            files.shared("http-transaction", self.http_transaction()?);
        }
        if self.serves_smb() {
            files.shared("smb-action", self.smb_action()?);
        }
        if self.extracts_files() {
            files.shared("file-extraction", self.file_extraction()?);
        }
        if !self.plan.correlations.is_empty() {
            files.shared("correlation", self.correlation()?);
        }
        if self.serves_logs() {
            files.shared("log-records", self.log_records()?);
        }
        for (rule, names) in self.rules() {
            files.shared(&rule_script(names), self.rule_file(rule, names)?);
        }
        for (correlation, names) in self.correlations() {
            let text = self.correlation_file(correlation, names)?;
            files.shared(&correlation_script(names), text);
        }
        if self.serves(Service::DCE_RPC) {
            files.shared("dce-rpc", self.dce_rpc()?);
        }
        if self.serves(Service::HTTP) {
            files.shared("http", self.http()?);
        }
        if self.serves_smb() {
            files.shared("smb", self.smb()?);
        }
        if self.serves_logs() {
            files.shared("logs", self.logs()?);
        }
        let module = self.names.module.as_str();
        files.shared("config", Config { module }.render()?);
        let load = Load {
            files: files.loaded,
        };
        let mut files = files.texts;
        files.insert(LOAD_SCRIPT.to_owned(), tidy(&load.render()?));
        Ok(Scripts {
            package: self.names.package.clone(),
            module: self.names.module.clone(),
            files,
        })
    }

    fn rules(&self) -> impl Iterator<Item = (&crate::plan::RulePlan<'_>, &RuleNames)> {
        self.plan.rules.iter().zip(&self.names.rules)
    }

    /// A part of a rule that runs at an event: the rule, its names, and the function's name.
    fn run(&self, run: &RuleRun, phase: Phase) -> (&RulePlan<'_>, &RuleNames, String) {
        let names = &self.names.rules[run.rule];
        let function = match run.part {
            RulePart::Stage(_) => rule_file::stage_function_name(names, phase),
            RulePart::Payload => rule_file::payload_function_name(names),
        };
        (&self.plan.rules[run.rule], names, function)
    }

    /// The pattern by which such a part is looked up.
    fn key(&self, run: &RuleRun) -> Option<&Key> {
        match (run.picked_by, run.part) {
            (PickedBy::Key, RulePart::Stage(index)) => {
                self.plan.rules[run.rule].stages[index].key.as_ref()
            }
            _ => None,
        }
    }

    fn serves(&self, service: Service) -> bool {
        self.plan.rules.iter().any(|rule| rule.service == service)
    }

    /// Whether some rule is about connections, and not about records of logs.
    fn sees_connections(&self) -> bool {
        let mut rules = self.plan.rules.iter();
        rules.any(|rule| rule.service.log().is_none())
    }

    fn is_attack_style(&self) -> bool {
        self.plan.pack.description.notice_style == NoticeStyle::Attack
    }

    /// The type by whose values options and tables name rules.
    fn rule_type(&self) -> &'static str {
        if self.is_attack_style() {
            "Rule"
        } else {
            "Notice::Type"
        }
    }

    /// The member of `RuleInfo` that has such a value.
    fn rule_key(&self) -> &'static str {
        if self.is_attack_style() {
            "rule"
        } else {
            "note"
        }
    }

    /// The types of the pack's notices that packs share, without their module.
    fn attack_types(&self) -> BTreeSet<String> {
        let mut types = BTreeSet::new();
        for rule in &self.plan.rules {
            types.extend(rule.notice.attack_type.clone());
            types.extend(rule_file::extracted_attack_type(rule));
        }
        let correlations = self.plan.correlations.iter();
        types.extend(correlations.filter_map(|plan| plan.attack_type.clone()));
        types
    }

    fn serves_smb(&self) -> bool {
        self.plan.rules.iter().any(|rule| rule.service.is_smb())
    }

    /// What the pack is for, in a sentence.
    fn description(&self) -> String {
        let pack = self.plan.pack;
        let text = pack.description.text.clone();
        text.unwrap_or_else(|| format!("Detections of the {} pack", self.names.package))
    }

    fn main(&self) -> Result<String, WriteError> {
        let text = format!(
            "{}\n\nWhat the rules of this pack share.",
            self.description()
        );
        let placeholders = self.placeholders();
        Ok(Main {
            header: comment_lines(comment::Marker::Script, &text),
            module: &self.names.module,
            package: string::literal(self.names.package.as_bytes()),
            placeholders: &placeholders,
            attack: self.is_attack_style(),
            rules: self.rule_options(),
            rule_type: self.rule_type(),
            key: self.rule_key(),
            has_usual_rules: self.is_large() && !self.is_attack_style(),
            suppresses: self.sees_connections() && !self.is_attack_style(),
        }
        .render()?)
    }

    /// Whether the pack has so many rules that those which need no code of their own are data.
    fn is_large(&self) -> bool {
        shared::are_many(self.plan.rules.len())
    }

    fn allow_lists(&self) -> Result<String, WriteError> {
        Ok(AllowLists {
            connections: self.sees_connections(),
            module: &self.names.module,
            rule_type: self.rule_type(),
            key: self.rule_key(),
        }
        .render()?)
    }

    fn notices(&self) -> Result<String, WriteError> {
        Ok(Notices {
            connections: self.sees_connections(),
            module: &self.names.module,
            attack: self.is_attack_style(),
        }
        .render()?)
    }

    fn rule_options(&self) -> Vec<RuleOption<'_>> {
        let rules = self.rules().map(|(rule, names)| RuleOption {
            comment: rule_file::title_comment(&rule.rule.title.value),
            name: &names.note,
        });
        let correlations = self.correlations().map(|(plan, names)| RuleOption {
            comment: rule_file::title_comment(&plan.correlation.title.value),
            name: &names.note,
        });
        rules.chain(correlations).collect()
    }

    fn helpers(&self, files: &mut Files) -> Result<(), WriteError> {
        let module = self.names.module.as_str();
        let texts = Texts {
            module,
            any_matches: self.needs(Helper::AnyMatches),
            any_member_matches: self.needs(Helper::AnyMemberMatches),
            members: self.needs(Helper::Members),
            any_is_listed: self.needs(Helper::AnyIsListed),
        };
        if texts.any_matches || texts.any_member_matches || texts.any_is_listed || texts.members {
            files.shared("texts", texts.render()?);
        }
        if self.needs(Helper::InUtc) {
            files.shared("utc", Utc { module }.render()?);
        }
        Ok(())
    }

    fn payload(&self, files: &mut Files) -> Result<(), WriteError> {
        let rules = self.plan.rules.iter();
        let logged: Vec<(Service, Destination, &Field)> = rules
            .filter_map(|rule| Some((rule.service, rule.payload.as_ref()?)))
            .flat_map(|(service, payload)| {
                let fields = payload.fields.iter();
                fields.map(move |field| (service, payload.to, field))
            })
            .collect();
        let fills_column = |asked: Service, is_argument: bool| {
            logged.iter().any(|(service, to, field)| {
                *service == asked
                    && *to == Destination::Column
                    && field.is_argument() == is_argument
            })
        };
        if fills_column(Service::DCE_RPC, false) {
            files.shared("dce-rpc-payload-columns", STUB_COLUMN.render()?);
        }
        if fills_column(Service::DCE_RPC, true) {
            files.shared("dce-rpc-arguments-column", ARGUMENTS_COLUMN.render()?);
        }
        if fills_column(Service::HTTP, false) {
            files.shared("http-payload-columns", HttpPayloadColumns.render()?);
        }
        if self.plan.pack.description.log_file_writes {
            files.shared("file-write-columns", FileWriteColumns.render()?);
        }
        if logged.iter().any(|(_, to, _)| *to == Destination::Log) {
            let path = self.names.payload_log();
            let script = PayloadLogScript {
                module: &self.names.module,
                path: &path,
            };
            files.shared("payload-log", script.render()?);
        }
        Ok(())
    }

    fn placeholders(&self) -> Vec<PlaceholderOption> {
        let mut options = BTreeSet::new();
        self.each_predicate(|predicate| {
            for test in predicate.tests() {
                if let Comparison::Placeholder(placeholder) = &test.comparison {
                    let kind = if test.field.kind == FieldKind::Address {
                        "subnet"
                    } else {
                        "string"
                    };
                    options.insert(PlaceholderOption {
                        name: comment::one_line(&placeholder.name),
                        option: placeholder_option(&placeholder.name, test.field.kind),
                        kind,
                    });
                }
            }
        });
        options.into_iter().collect()
    }

    /// Whether some rule's expressions call a function of the package's own.
    fn needs(&self, helper: Helper) -> bool {
        let mut needed = false;
        self.each_predicate(|predicate| {
            let mut tests = predicate.tests().into_iter();
            needed |= tests.any(|test| expression::helpers(test).contains(&helper));
        });
        if helper == Helper::Members {
            let mut told = self.plan.rules.iter().flat_map(RulePlan::told);
            needed |= told.any(|field| field.kind == FieldKind::TextSet);
        }
        needed || helper == Helper::HeaderMatches && self.tests_header_keys()
    }

    /// Whether some rule's function tests the header that it was found by.
    fn tests_header_keys(&self) -> bool {
        self.plan.rules.iter().any(|rule| {
            rule.stages.iter().any(|stage| {
                stage.key.as_ref().is_some_and(|key| {
                    matches!(key.field.access, Access::Header { .. })
                        && self.gates.covers(stage.phase, key)
                })
            })
        })
    }

    fn each_predicate(&self, mut see: impl FnMut(&Predicate)) {
        for rule in &self.plan.rules {
            for stage in &rule.stages {
                see(&stage.condition);
            }
        }
    }
}

/// Scripts as they come, and the order in which Zeek loads them.
#[derive(Default)]
struct Files {
    texts: BTreeMap<String, String>,
    loaded: Vec<String>,
}

impl Files {
    /// A script that `__load__.zeek` loads.
    fn shared(&mut self, name: &str, text: String) {
        self.loaded.push(name.to_owned());
        self.script(name, text);
    }

    /// A script that others load.
    fn script(&mut self, name: &str, text: String) {
        self.texts.insert(script_path(name), tidy(&text));
    }
}

fn comment_lines(marker: comment::Marker, text: &str) -> Vec<String> {
    comment::wrapped(marker, text, 0)
        .lines()
        .map(str::to_owned)
        .collect()
}

/// A rendered template without the empty lines that its own lines of control leave behind.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.trim().lines() {
        let line = line.trim_end_matches([' ', '\t']);
        if line.is_empty() {
            empty += 1;
            continue;
        }
        if empty > 0 && !tidied.is_empty() {
            tidied.push('\n');
        }
        empty = 0;
        tidied.push_str(line);
        tidied.push('\n');
    }
    tidied
}
