//! What a pack and its rules are called in Zeek.

use std::collections::HashMap;

use super::{PackPlan, RulePlan, Subject, identifier};
use crate::finding::{Code, Finding, Place};
use crate::predicate::Comparison;
use crate::rule::files::nowhere;
use crate::service::FieldKind;

/// What a pack and its rules are called in Zeek.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZeekNames {
    /// The package: the pack's name, in lower case with hyphens.
    pub package: String,
    /// The Zeek module.
    pub module: String,
    /// The path of the log of payloads.
    pub payload_log: String,
    /// The rules, in the plan's order.
    pub rules: Vec<ZeekRule>,
    /// The correlations, in the plan's order.
    pub correlations: Vec<ZeekRule>,
}

impl ZeekNames {
    /// The names of the rules, then of the correlations.
    pub fn all(&self) -> impl Iterator<Item = &ZeekRule> {
        self.rules.iter().chain(&self.correlations)
    }
}

/// What a rule is called in Zeek.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZeekRule {
    /// The name with its module, such as `RemoteExecution::Winrm_Request`, by which the pack's options know it.
    pub name: String,
    /// The type of its notices: the same, or such as `ATTACK::Execution`.
    pub note: String,
    /// `rule_id` of its notices.
    pub id: String,
    /// The path of its script below the package's folder.
    pub script: String,
}

/// What tells one rule's notices in a log from others': their type and `rule_id`.
pub fn notice_key(note: &str, id: &str) -> String {
    format!("{note} {id}")
}

/// The names of a pack; `None` where its rules cannot have the names that they should, which goes to `findings`.
pub fn names(plan: &PackPlan<'_>, findings: &mut Vec<Finding>) -> Option<ZeekNames> {
    let names = PackNames::new(plan, findings)?;
    let rule = |subject: Subject<'_>, own: &RuleNames, script: String| {
        let name = format!("{}::{}", names.module, own.note);
        ZeekRule {
            note: subject.attack_note().unwrap_or_else(|| name.clone()),
            id: own.id(subject).to_owned(),
            script: script_path(&script),
            name,
        }
    };
    let rules = plan.rules.iter().zip(&names.rules);
    let correlations = plan.correlations.iter().zip(&names.correlations);
    Some(ZeekNames {
        rules: rules
            .map(|(plan, own)| rule(Subject::Rule(plan), own, rule_script(own)))
            .collect(),
        correlations: correlations
            .map(|(plan, own)| rule(Subject::Correlation(plan), own, correlation_script(own)))
            .collect(),
        payload_log: names.payload_log(),
        package: names.package,
        module: names.module,
    })
}

/// The names of a pack.
#[derive(Debug)]
pub(crate) struct PackNames {
    /// The package's folder, such as `remote-execution`.
    pub(crate) package: String,
    /// The module, such as `RemoteExecution`.
    pub(crate) module: String,
    /// The prefix of what the pack adds to records of others, such as `remote_execution`.
    pub(crate) field: String,
    /// The names of the rules, in the plan's order.
    pub(crate) rules: Vec<RuleNames>,
    /// The names of the correlations, in the plan's order.
    pub(crate) correlations: Vec<RuleNames>,
}

/// The names of a rule.
#[derive(Debug)]
pub(crate) struct RuleNames {
    /// The script's file without its ending, such as `at-job-added`.
    pub(crate) file: String,
    /// The notice, such as `At_Job_Added`.
    pub(crate) note: String,
    /// The prefix of the rule's constants and functions, such as `at_job_added`.
    pub(crate) slug: String,
}

impl PackNames {
    /// The names of a pack, or findings that say which of them clash.
    pub(crate) fn new(plan: &PackPlan<'_>, findings: &mut Vec<Finding>) -> Option<Self> {
        let pack = plan.pack;
        let module = match &pack.description.module {
            Some(module) => module.name.clone(),
            None => identifier::camel(&pack.name),
        };
        let names = Self {
            package: identifier::kebab(&pack.name),
            field: field_name(&pack.name),
            rules: plan.rules.iter().map(RuleNames::new).collect(),
            correlations: plan
                .correlations
                .iter()
                .map(|correlation| RuleNames::of(without_prefix(correlation.name, "zeek_")))
                .collect(),
            module,
        };
        let before = findings.len();
        names.check_module(plan, findings);
        names.check_rules(plan, findings);
        check_placeholders(plan, findings);
        (findings.len() == before).then_some(names)
    }

    /// The path of the log of payloads.
    pub(crate) fn payload_log(&self) -> String {
        format!("{}_payload", self.field)
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
        let mut seen: HashMap<String, Place> = HashMap::new();
        // A rule that has files extracted has two types of notices.
        let extracted = plan
            .rules
            .iter()
            .zip(&self.rules)
            .filter_map(|(rule, names)| {
                let _ = rule.extraction.as_ref()?;
                Some((names.extracted_note().to_lowercase(), place_of_name(rule)))
            });
        seen.extend(extracted);
        let rules = plan.rules.iter().map(place_of_name).zip(&self.rules);
        let correlations = plan.correlations.iter().map(|known| {
            let correlation = known.correlation;
            let text = correlation.name.as_ref().unwrap_or(&correlation.title);
            correlation.place(&text.span)
        });
        for (place, names) in rules.chain(correlations.zip(&self.correlations)) {
            if let Some(first) = seen.insert(names.slug.clone(), place.clone()) {
                let message = format!(
                    "rule would be called `{}` in Zeek, as another one is",
                    names.note
                );
                let finding = Finding::new(Code::NameCollision, place, message)
                    .help("give one of them another `name:`, or another file name")
                    .related(first, "the other one");
                findings.push(finding);
            }
        }
    }
}

/// Two placeholders must not share an operator's option unless they are one.
fn check_placeholders(plan: &PackPlan<'_>, findings: &mut Vec<Finding>) {
    let mut seen: HashMap<String, (&str, Place)> = HashMap::new();
    for rule in &plan.rules {
        let tests = rule.stages.iter().flat_map(|stage| stage.condition.tests());
        for test in tests {
            let Comparison::Placeholder(placeholder) = &test.comparison else {
                continue;
            };
            let place = test.place.clone();
            let option = placeholder_option(&placeholder.name, test.field.kind);
            let (first, first_place) = seen
                .entry(option)
                .or_insert_with(|| (&placeholder.name, place.clone()));
            if *first != placeholder.name {
                let message = format!(
                    "`%{}%` and `%{first}%` would be one option in Zeek",
                    placeholder.name
                );
                let finding = Finding::new(Code::NameCollision, place, message)
                    .help("name them alike if they are the same, and else tell them apart by more than case and hyphens")
                    .related(first_place.clone(), "the other one");
                findings.push(finding);
            }
        }
    }
}

/// The name of the field that a pack adds to records of others.
fn field_name(pack: &str) -> String {
    let name = identifier::snake(pack);
    if RECORD_FIELDS.contains(&name.as_str()) {
        format!("{name}_pack")
    } else {
        name
    }
}

/// Where a rule has the text from which its names are made, or else its title.
fn place_of_name(rule: &RulePlan<'_>) -> Place {
    let text = rule.rule.name.as_ref().unwrap_or(&rule.rule.title);
    rule.rule.place(&text.span)
}

impl RuleNames {
    /// The notice which says that a file was saved.
    pub(crate) fn extracted_note(&self) -> String {
        format!("{}_File_Extracted", self.note.trim_end_matches('_'))
    }

    /// `rule_id` of its notices: its id, or what stands in for it.
    pub(crate) fn id<'a>(&'a self, subject: Subject<'a>) -> &'a str {
        subject.id().unwrap_or(&self.slug)
    }

    fn new(rule: &RulePlan<'_>) -> Self {
        // SigmaHQ's file names begin with product and service, which in a Zeek package say nothing.
        let name = without_prefix(rule.name, "zeek_");
        Self::of(without_prefix(name, &format!("{}_", rule.service.name())))
    }

    fn of(name: &str) -> Self {
        let mut note = identifier::capitalised_snake(name);
        if MODULE_NAMES.contains(&note.as_str()) {
            note.push('_');
        }
        Self {
            file: identifier::kebab(name),
            note,
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

/// The option that holds a placeholder's values.
pub(crate) fn placeholder_option(name: &str, kind: FieldKind) -> String {
    let name = identifier::snake(name);
    if kind == FieldKind::Address {
        format!("placeholder_{name}_addresses")
    } else {
        format!("placeholder_{name}")
    }
}

/// What the names of rules' scripts begin with.
pub(crate) const RULES: &str = "rules/";

/// The name of a rule's script, by which others load it.
pub(crate) fn rule_script(names: &RuleNames) -> String {
    format!("{RULES}{}", names.file)
}

/// The name of a correlation's script, by which others load it.
pub(crate) fn correlation_script(names: &RuleNames) -> String {
    format!("correlations/{}", names.file)
}

/// The path of a script below the package's folder.
pub(crate) fn script_path(name: &str) -> String {
    format!("scripts/{name}.zeek")
}

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
    "SigzeekFileWrites",
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

/// The fields of Zeek's records (8.0, policy scripts included) to which a pack adds one of its own: `HTTP::Info`,
/// `SMB::CmdInfo` and `fa_file`.
const RECORD_FIELDS: &[&str] = &[
    "argument",
    "bof_buffer",
    "bof_buffer_size",
    "capture_password",
    "client_header_names",
    "command",
    "conns",
    "cookie_vars",
    "current_entity",
    "flash_version",
    "ftp",
    "host",
    "http",
    "id",
    "info",
    "info_code",
    "info_msg",
    "irc",
    "is_orig",
    "last_active",
    "logcert",
    "method",
    "missing_bytes",
    "omniture",
    "orig_filenames",
    "orig_fuids",
    "orig_mime_depth",
    "orig_mime_types",
    "origin",
    "overflow_bytes",
    "parent_id",
    "password",
    "pe",
    "proxied",
    "range_request",
    "referenced_file",
    "referenced_tree",
    "referrer",
    "request_body_len",
    "resp_filenames",
    "resp_fuids",
    "resp_mime_depth",
    "resp_mime_types",
    "response_body_len",
    "rtt",
    "seen_bytes",
    "server_header_names",
    "sigzeek_body",
    "sigzeek_response_body",
    "smb1_offered_dialects",
    "smb2_create_options",
    "smb2_offered_dialects",
    "source",
    "status",
    "status_code",
    "status_msg",
    "sub_command",
    "tags",
    "timeout_interval",
    "total_bytes",
    "trans_depth",
    "tree",
    "tree_service",
    "ts",
    "u2_events",
    "uid",
    "uri",
    "uri_vars",
    "user_agent",
    "username",
    "version",
];

/// The types and constants of a package's module, which no rule takes for its own name.
const MODULE_NAMES: &[&str] = &[
    "AllowList",
    "CorrelatedMatch",
    "CorrelationWindow",
    "FileAction",
    "FileHandler",
    "HeaderTable",
    "HttpHandler",
    "HttpTransaction",
    "MatchChain",
    "MatchQueue",
    "NameCheck",
    "NumberQueue",
    "PAYLOAD_LOG",
    "PayloadInfo",
    "RpcCall",
    "Rule",
    "RuleInfo",
    "RuleQueue",
    "SmbRequest",
    "TreeConnect",
    "TreeHandler",
    "UtcTime",
    "ValueQueue",
    "WeightQueue",
];
