//! What a pack and its rules are called in Zeek.

use std::collections::HashMap;

use super::identifier;
use crate::finding::{Code, Finding};
use crate::plan::{PackPlan, RulePlan};

/// Modules of Zeek's own scripts of which the name a pack might come to.
const ZEEK_MODULES: &[&str] = &[
    "Analyzer",
    "Broker",
    "Cluster",
    "Config",
    "Conn",
    "Control",
    "Dir",
    "Files",
    "Input",
    "Intel",
    "Log",
    "Management",
    "Notice",
    "Pcap",
    "Reporter",
    "Signatures",
    "Site",
    "Software",
    "Storage",
    "Supervisor",
    "Telemetry",
    "Tunnel",
    "Version",
    "Weird",
    "GLOBAL",
    "SigzeekNotice",
    "SigzeekPayload",
];

/// The names of a pack.
#[derive(Debug)]
pub(super) struct PackNames {
    /// The package's folder, such as `remote-execution`.
    pub(super) package: String,
    /// The module, such as `RemoteExecution`.
    pub(super) module: String,
    /// The prefix of what the pack adds to records of others, such as `remote_execution`.
    pub(super) field: String,
    /// The names of the rules, in the plan's order.
    pub(super) rules: Vec<RuleNames>,
}

/// The names of a rule.
#[derive(Debug)]
pub(super) struct RuleNames {
    /// The script's file without its ending, such as `at-job-added`.
    pub(super) file: String,
    /// The notice, such as `At_Job_Added`.
    pub(super) note: String,
    /// The prefix of the rule's constants and functions, such as `at_job_added`.
    pub(super) slug: String,
}

impl PackNames {
    /// The names of a pack, or findings that say which of them clash.
    pub(super) fn new(plan: &PackPlan<'_>, findings: &mut Vec<Finding>) -> Option<Self> {
        let pack = plan.pack;
        let module = match &pack.description.module {
            Some(module) => module.value.clone(),
            None => identifier::camel(&pack.name),
        };
        let names = Self {
            package: identifier::kebab(&pack.name),
            field: identifier::snake(&pack.name),
            rules: plan.rules.iter().map(RuleNames::new).collect(),
            module,
        };
        let before = findings.len();
        names.check_module(plan, findings);
        names.check_rules(plan, findings);
        (findings.len() == before).then_some(names)
    }

    /// The path of the log of payloads.
    pub(super) fn payload_log(&self) -> String {
        format!("{}_payload", self.field)
    }

    fn check_module(&self, plan: &PackPlan<'_>, findings: &mut Vec<Finding>) {
        let Some(rule) = plan.rules.first() else {
            return;
        };
        if ZEEK_MODULES
            .iter()
            .any(|module| module.eq_ignore_ascii_case(&self.module))
        {
            let message = format!("the pack's module would be Zeek's own `{}`", self.module);
            let finding = Finding::new(
                Code::InvalidPack,
                rule.rule.place(&rule.rule.title.span),
                message,
            );
            findings
                .push(finding.help("rename the pack's folder, or give a `module:` in pack.yml"));
        }
    }

    fn check_rules(&self, plan: &PackPlan<'_>, findings: &mut Vec<Finding>) {
        let mut seen: HashMap<&str, &RulePlan<'_>> = HashMap::new();
        for (rule, names) in plan.rules.iter().zip(&self.rules) {
            if let Some(first) = seen.insert(&names.slug, rule) {
                let message = format!(
                    "rule would be called `{}` in Zeek, as another one is",
                    names.note
                );
                let finding = Finding::new(
                    Code::NameCollision,
                    rule.rule.place(&rule.rule.title.span),
                    message,
                )
                .help("give one of them a `name:`, or another file name")
                .related(first.rule.place(&first.rule.title.span), "the other one");
                findings.push(finding);
            }
        }
    }
}

impl RuleNames {
    fn new(rule: &RulePlan<'_>) -> Self {
        // SigmaHQ's file names begin with product and service, which in a Zeek package say nothing.
        let name = without_prefix(rule.name, "zeek_");
        let name = without_prefix(name, &format!("{}_", rule.service.name()));
        Self {
            file: identifier::kebab(name),
            note: identifier::capitalised_snake(name),
            slug: identifier::snake(name),
        }
    }
}

fn without_prefix<'a>(name: &'a str, prefix: &str) -> &'a str {
    match name.get(..prefix.len()) {
        Some(start) if start.eq_ignore_ascii_case(prefix) && name.len() > prefix.len() => {
            &name[prefix.len()..]
        }
        _ => name,
    }
}
