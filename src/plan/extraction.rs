//! The extraction of files whose transfer a rule matches.

use std::collections::BTreeSet;

use super::notice::{self, TextPart};
use super::{Stage, detection};
use crate::finding::{Code, Finding};
use crate::predicate::Predicate;
use crate::rule::Rule;
use crate::service::{Field, FileAction, FileVerb, Phase, Service, ShareKind};

/// What becomes of a file whose transfer the rule matches.
#[derive(Debug)]
pub struct ExtractionPlan {
    /// What its notice says of the file; `None` for action and path.
    pub message: Option<Vec<TextPart>>,
}

impl ExtractionPlan {
    /// Every field that the message has.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        self.message.iter().flatten().filter_map(TextPart::field)
    }
}

/// The extraction that a rule asks for; why there cannot be one goes to `findings`.
pub(super) fn plan(
    rule: &Rule,
    service: Service,
    actions: &BTreeSet<FileAction>,
    predicate: &Predicate,
    stages: &[Stage],
    findings: &mut Vec<Finding>,
) -> Option<ExtractionPlan> {
    let asked = rule.zeek.extract_file.as_ref()?;
    let refuse = |message: &str, help: &str| {
        Finding::new(Code::FileExtraction, rule.place(&asked.span), message).help(help)
    };
    if service != Service::SMB_FILES {
        let message = format!("rule is on {}, which transfers no files", service.name());
        findings.push(refuse(
            &message,
            "files are extracted of `service: smb_files`",
        ));
        return None;
    }
    if !actions.iter().any(|action| transfers(*action)) {
        findings.push(refuse(
            "no action that the rule watches transfers a file",
            "files are transferred by SMB::FILE_READ, FILE_WRITE, PRINT_READ and PRINT_WRITE",
        ));
        return None;
    }
    let tested = predicate.fields();
    if let Some(late) = tested.iter().find(|field| is_late(field)) {
        let message = format!("`{}` is not known when a transfer begins", late.name);
        let help = "take it out of the rule, or write a rule of its own for the extraction";
        findings.push(refuse(&message, help));
        return None;
    }
    if let Some(message) = &asked.message
        && let Some(name) = message.fields().find(|name| {
            let field = detection::field(rule, service, name, &mut Vec::new());
            field.is_some_and(|field| is_late(&field))
        })
    {
        let text = format!("`{}` is not known when a transfer begins", name.value);
        let finding = Finding::new(Code::FileExtraction, rule.place(&name.span), text);
        findings.push(finding.help("use a field that is known earlier"));
        return None;
    }
    let message = asked
        .message
        .as_ref()
        .map(|message| notice::text(rule, service, message, stages, findings));
    Some(ExtractionPlan { message })
}

/// Whether an action brings a file's content: pipes have none.
pub fn transfers(action: FileAction) -> bool {
    matches!(action.verb, FileVerb::Read | FileVerb::Write) && action.kind != ShareKind::Pipe
}

/// Whether only a response tells a field: a file's size and times are known from its open.
fn is_late(field: &Field) -> bool {
    field.phase == Phase::FileResponse
}
