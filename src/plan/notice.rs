//! What a rule's notice is and says.

use super::{Stage, told_field};
use crate::finding::{Code, Finding};
use crate::predicate::Predicate;
use crate::registry::attack::{AttackTag, FormerTactic, Tactic, Technique};
use crate::rule::message::{NoticeText, NoticeTextPart};
use crate::rule::{Header, NoticeStyle, Rule, Spanned};
use crate::service::{Field, Service};

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

impl TextPart {
    /// The field whose value it is.
    pub fn field(&self) -> Option<&Field> {
        match self {
            TextPart::Field(field) => Some(field),
            TextPart::Literal(_) => None,
        }
    }
}

impl NoticePlan {
    /// Every field that the texts have.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        let parts = self.message.iter().flatten().chain(&self.sub);
        parts.filter_map(TextPart::field)
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

/// The type of notices below `ATTACK::` of a rule or correlation that may name it; `Some(None)` in a pack where each rule has a
/// type of its own, and `None` where it is wrong.
#[allow(clippy::option_option)]
pub(super) fn type_in(
    style: NoticeStyle,
    header: &Header,
    named: Option<&Spanned<String>>,
    techniques: &[&'static Technique],
    findings: &mut Vec<Finding>,
) -> Option<Option<String>> {
    match style {
        NoticeStyle::Rule => {
            refuse_type(header, named, findings);
            Some(None)
        }
        NoticeStyle::Attack => attack_type(header, named, techniques, findings).map(Some),
    }
}

/// What a notice says of a rule that does not say it itself.
pub(super) fn sub(style: NoticeStyle, title: &str, techniques: &[&Technique]) -> String {
    match style {
        NoticeStyle::Attack if !techniques.is_empty() => {
            let names: Vec<String> = techniques.iter().map(ToString::to_string).collect();
            names.join(" + ")
        }
        NoticeStyle::Attack | NoticeStyle::Rule => title.to_owned(),
    }
}

/// The notice of a rule that is decided in `stages`; what is wrong with it goes to `findings`.
pub(super) fn plan(
    rule: &Rule,
    service: Service,
    style: NoticeStyle,
    techniques: &[&'static Technique],
    stages: &[Stage],
    findings: &mut Vec<Finding>,
) -> Option<NoticePlan> {
    let notice = &rule.zeek.notice;
    let named = notice.notice_type.as_ref();
    let attack_type = type_in(style, rule, named, techniques, findings)?;
    let message = notice
        .message
        .as_ref()
        .map(|message| text(rule, service, message, stages, findings))
        .or_else(|| service.log().map(|_| of_record(service, stages)));
    let sub = match &notice.sub {
        Some(sub) => text(rule, service, sub, stages, findings),
        None => vec![TextPart::Literal(sub(style, &rule.title.value, techniques))],
    };
    Some(NoticePlan {
        attack_type,
        message,
        sub,
    })
}

/// What a notice says of a log's record: the log's name, and what the record has in the fields that the rule looks at.
fn of_record(service: Service, stages: &[Stage]) -> Vec<TextPart> {
    const MOST: usize = 3;
    let keys = stages.iter().filter_map(|stage| stage.key.as_ref());
    let conditions = stages.iter().map(|stage| &stage.condition);
    let tested = conditions.flat_map(Predicate::fields);
    let mut told: Vec<&Field> = Vec::new();
    for field in keys.map(|key| &key.field).chain(tested) {
        let of_connection =
            field.name == "ts" || field.name == "uid" || field.name.starts_with("id.");
        if !of_connection && !field.kind.is_several_scalars() && !told.contains(&field) {
            told.push(field);
        }
    }
    let mut parts = vec![TextPart::Literal(service.name().to_owned())];
    for (index, field) in told.into_iter().take(MOST).enumerate() {
        let separator = if index == 0 { ":" } else { "," };
        parts.push(TextPart::Literal(format!("{separator} {} ", field.name)));
        parts.push(TextPart::Field(field.clone()));
    }
    parts
}

/// The type that the rule names, or its first tactic.
fn attack_type(
    header: &Header,
    named: Option<&Spanned<String>>,
    techniques: &[&'static Technique],
    findings: &mut Vec<Finding>,
) -> Option<String> {
    if let Some(name) = named {
        return Some(name.value.clone());
    }
    let tactic = first_tactic(&header.tags, techniques);
    if tactic.is_none() {
        let message =
            "rule has no tactic tag, which the pack's notice style needs for the notice's type";
        let place = header.place(&header.title.span);
        let finding = Finding::new(Code::NoticeType, place, message);
        findings.push(finding.help(
            "tag it, such as attack.lateral-movement, or name a `type:` under `zeek: notice:`",
        ));
    }
    tactic.map(type_of)
}

/// The first tactic of some tags. What a former one is now, the techniques tell, or else its identifier.
fn first_tactic(tags: &[Spanned<String>], techniques: &[&'static Technique]) -> Option<Tactic> {
    let same_identifier = |former: FormerTactic| former.successors().first().copied();
    let tags = || tags.iter().filter_map(|tag| AttackTag::parse(&tag.value));
    let told = tags().find_map(|tag| match tag {
        AttackTag::Tactic(tactic) => Some(tactic),
        AttackTag::FormerTactic(former) => match former.successors_by(techniques) {
            Some(served) => served.first().copied(),
            None => same_identifier(former),
        },
        _ => None,
    });
    told.or_else(|| {
        tags().find_map(|tag| match tag {
            AttackTag::FormerTactic(former) => same_identifier(former),
            _ => None,
        })
    })
}

/// The type of a tactic's notices, such as `Credential_Access`.
fn type_of(tactic: Tactic) -> String {
    tactic.title().replace(' ', "_")
}

fn refuse_type(header: &Header, named: Option<&Spanned<String>>, findings: &mut Vec<Finding>) {
    if let Some(name) = named {
        let message = "each rule of this pack has a type of notices of its own";
        let finding = Finding::new(Code::NoticeType, header.place(&name.span), message);
        findings
            .push(finding.help("leave `type:` out, or write `notice_style: attack` in pack.yml"));
    }
}

/// A text with its fields looked up; those that are not known when the notice is raised go to `findings`.
pub(super) fn text(
    rule: &Rule,
    service: Service,
    message: &NoticeText,
    stages: &[Stage],
    findings: &mut Vec<Finding>,
) -> Vec<TextPart> {
    let parts = message.parts.iter().filter_map(|part| match part {
        NoticeTextPart::Literal(text) => Some(TextPart::Literal(text.clone())),
        NoticeTextPart::Field(name) => {
            told_field(rule, service, name, stages, findings).map(TextPart::Field)
        }
    });
    parts.collect()
}
