//! What a rule's notice is and says.

use super::{Stage, detection, late};
use crate::finding::{Code, Finding};
use crate::registry::attack::{AttackTag, Tactic, Technique};
use crate::rule::message::{Message, Part};
use crate::rule::{NoticeStyle, Rule};
use crate::schema::{Field, Service};

/// A rule's notice.
#[derive(Debug)]
pub struct NoticePlan {
    /// Its type below `ATTACK::`, such as `Credential_Access`; `None` where the rule has a type of its own in the pack's
    /// module.
    pub attack_type: Option<String>,
    /// What it says was seen; `None` for what the service says: the call, or the request.
    pub message: Option<Vec<TextPart>>,
    /// What it says of the rule.
    pub sub: Vec<TextPart>,
}

/// A part of a notice's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextPart {
    /// Text as it is.
    Literal(String),
    /// A field's value, or `-` where it is not set.
    Field(Field),
}

impl NoticePlan {
    /// Every field that the texts have.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        let parts = self.message.iter().flatten().chain(&self.sub);
        parts.filter_map(|part| match part {
            TextPart::Field(field) => Some(field),
            TextPart::Literal(_) => None,
        })
    }

    /// What the notice says of the rule, where no field is put in.
    pub fn fixed_sub(&self) -> Option<String> {
        let parts = self.sub.iter();
        parts
            .map(|part| match part {
                TextPart::Literal(text) => Some(text.as_str()),
                TextPart::Field(_) => None,
            })
            .collect()
    }
}

/// The notice of a rule that is decided in `stages`; what is wrong with it goes to `findings`.
pub(super) fn plan(
    rule: &Rule,
    service: Service,
    style: NoticeStyle,
    techniques: &[&Technique],
    stages: &[Stage],
    findings: &mut Vec<Finding>,
) -> Option<NoticePlan> {
    let attack_type = match style {
        NoticeStyle::Rule => {
            refuse_type(rule, findings);
            None
        }
        NoticeStyle::Attack => Some(attack_type(rule, findings)?),
    };
    let block = &rule.zeek;
    let message = block
        .message
        .as_ref()
        .map(|message| text(rule, service, message, stages, findings));
    let sub = match (&block.sub, style) {
        (Some(sub), _) => text(rule, service, sub, stages, findings),
        (None, NoticeStyle::Attack) if !techniques.is_empty() => {
            let names: Vec<String> = techniques.iter().map(ToString::to_string).collect();
            vec![TextPart::Literal(names.join(" + "))]
        }
        (None, _) => vec![TextPart::Literal(rule.title.value.clone())],
    };
    Some(NoticePlan {
        attack_type,
        message,
        sub,
    })
}

/// The type that the rule names, or its first tactic.
fn attack_type(rule: &Rule, findings: &mut Vec<Finding>) -> Option<String> {
    if let Some(name) = &rule.zeek.notice_type {
        return Some(name.value.clone());
    }
    let tactic = rule
        .tags
        .iter()
        .find_map(|tag| match AttackTag::parse(&tag.value) {
            Some(AttackTag::Tactic(tactic)) => Some(tactic),
            _ => None,
        });
    if tactic.is_none() {
        let message =
            "rule is tagged with no tactic, of which the pack's style makes its notice's type";
        let place = rule.place(&rule.title.span);
        let finding = Finding::new(Code::NoticeType, place, message);
        findings.push(finding.help(
            "tag it, such as attack.lateral-movement, or name a `type:` under `zeek: notice:`",
        ));
    }
    tactic.map(type_of)
}

/// The type of a tactic's notices, such as `Credential_Access`.
fn type_of(tactic: Tactic) -> String {
    tactic.title().replace(' ', "_")
}

fn refuse_type(rule: &Rule, findings: &mut Vec<Finding>) {
    if let Some(name) = &rule.zeek.notice_type {
        let message = "each rule of this pack has a type of notices of its own";
        let finding = Finding::new(Code::NoticeType, rule.place(&name.span), message);
        findings
            .push(finding.help("leave `type:` out, or write `notice_style: attack` in pack.yml"));
    }
}

/// A text with its fields looked up; those that are not known when the notice is raised go to `findings`.
fn text(
    rule: &Rule,
    service: Service,
    message: &Message,
    stages: &[Stage],
    findings: &mut Vec<Finding>,
) -> Vec<TextPart> {
    let raised = stages.last().map(|stage| stage.phase);
    let parts = message.parts.iter().filter_map(|part| match part {
        Part::Literal(text) => Some(TextPart::Literal(text.clone())),
        Part::Field(name) => {
            let field = detection::field(rule, service, name, findings)?;
            if Some(field.phase) > raised {
                let message = format!("`{}` is not known when the notice is raised", field.name);
                findings.push(late(rule, &name.span, message, &field));
                return None;
            }
            Some(TextPart::Field(field))
        }
    });
    parts.collect()
}
