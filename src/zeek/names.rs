//! What a pack and its rules are called in Zeek.

use std::collections::HashMap;

use super::identifier;
use crate::finding::{Code, Finding, Place};
use crate::plan::{PackPlan, RulePlan};
use crate::rule::files::nowhere;

/// The modules of Zeek's own scripts (8.0, policy scripts included), and those that packages share.
const ZEEK_MODULES: &[&str] = &[
    "ActiveHTTP",
    "Analyzer",
    "BinPAC",
    "Broker",
    "CaptureLoss",
    "ChecksumOffloading",
    "Cluster",
    "CommunityID",
    "Config",
    "Conn",
    "ConnKey",
    "ConnPolling",
    "ConnThreshold",
    "Control",
    "DCE_RPC",
    "DHCP",
    "DNP3",
    "DNS",
    "DPD",
    "Dir",
    "DisableX509Events",
    "DumpEvents",
    "EventMetadata",
    "Exec",
    "FTP",
    "FileExtract",
    "FileHash",
    "Files",
    "FilteredTraceDetection",
    "Finger",
    "GLOBAL",
    "Gnutella",
    "GridFTP",
    "HTTP",
    "HashHRW",
    "Heartbleed",
    "IMAP",
    "IP",
    "IRC",
    "Input",
    "InputAscii",
    "InputBenchmark",
    "InputBinary",
    "InputConfig",
    "InputRaw",
    "InputSQLite",
    "Installation",
    "Intel",
    "JSON",
    "KRB",
    "Known",
    "LDAP",
    "LoadedScripts",
    "Log",
    "LogAscii",
    "LogNone",
    "LogSQLite",
    "MIME",
    "MOUNT3",
    "MQTT",
    "Management",
    "Modbus",
    "MySQL",
    "NCP",
    "NFS3",
    "NTLM",
    "NTP",
    "NetControl",
    "Notice",
    "OCSP",
    "OS",
    "OpenFlow",
    "Option",
    "PE",
    "POP3",
    "PacketAnalyzer",
    "PacketFilter",
    "Pcap",
    "PostgreSQL",
    "Profiling",
    "ProtocolDetector",
    "QUIC",
    "Queue",
    "RADIUS",
    "RDP",
    "RFB",
    "Redis",
    "Reporter",
    "SIP",
    "SMB",
    "SMB1",
    "SMB2",
    "SMTP",
    "SNMP",
    "SOCKS",
    "SSH",
    "SSL",
    "Signatures",
    "SigzeekNotice",
    "SigzeekPayload",
    "Site",
    "Software",
    "Spicy",
    "SpicyBatch",
    "Stats",
    "Storage",
    "SumStats",
    "Supervisor",
    "SupervisorControl",
    "Syslog",
    "TCP",
    "TeamCymruMalwareHashRegistry",
    "Telemetry",
    "Threading",
    "Traceroute",
    "TrimTraceFile",
    "Tunnel",
    "UnknownProtocol",
    "Version",
    "WebSocket",
    "Weird",
    "WeirdStats",
    "X509",
    "XMPP",
    "ZeekygenExample",
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
            Some(module) => module.name.clone(),
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

    fn check_module(&self, plan: &PackPlan<'_>, findings: &mut Vec<Finding>) {
        if !ZEEK_MODULES.contains(&self.module.as_str()) {
            return;
        }
        let message = format!("the pack's module would be Zeek's own `{}`", self.module);
        let finding = match &plan.pack.description.module {
            Some(module) => Finding::new(Code::InvalidPack, module.place.clone(), message)
                .help("give it another name"),
            None => Finding::new(Code::InvalidPack, nowhere(&plan.pack.path), message)
                .help("rename the pack, or give it a `module:` in its pack.yml"),
        };
        findings.push(finding);
    }

    fn check_rules(&self, plan: &PackPlan<'_>, findings: &mut Vec<Finding>) {
        let mut seen: HashMap<&str, &RulePlan<'_>> = HashMap::new();
        for (rule, names) in plan.rules.iter().zip(&self.rules) {
            if let Some(first) = seen.insert(&names.slug, rule) {
                let message = format!(
                    "rule would be called `{}` in Zeek, as another one is",
                    names.note
                );
                let finding = Finding::new(Code::NameCollision, place_of_name(rule), message)
                    .help("give one of them another `name:`, or another file name")
                    .related(place_of_name(first), "the other one");
                findings.push(finding);
            }
        }
    }
}

/// Where a rule has the text from which its names are made, or else its title.
fn place_of_name(rule: &RulePlan<'_>) -> Place {
    let text = rule.rule.name.as_ref().unwrap_or(&rule.rule.title);
    rule.rule.place(&text.span)
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
