//! The tags of a rule: their form (Sigma rules specification, "Tags") and those of ATT&CK.

use super::Spanned;
use super::reader::{MappingReader, list};
use crate::finding::{Code, Finding, Fix};
use crate::registry::attack::{
    self, ATTACK_RELEASE, AttackTag, FormerTactic, Tactic, Technique, TechniqueStatus,
};
use crate::text::only_near;

/// Reads a document's tags. One that is unknown to ATT&CK, or out of use, is a warning.
pub(super) fn read(reader: &MappingReader<'_>) -> Vec<Spanned<String>> {
    let tags = reader.strings("tags");
    let mut check = TagChecker::new(reader, &tags);
    let problems = tags.iter().filter_map(|tag| check.tag(tag));
    problems.for_each(|finding| reader.push(finding));
    let stray = tags.iter().filter_map(|tag| check.stray_tactic(tag));
    stray.for_each(|finding| reader.push(finding));
    tags
}

/// The tags of a document as they are looked at one by one.
struct TagChecker<'a> {
    reader: &'a MappingReader<'a>,
    /// The tags of the document, with those that its fixes bring.
    names: Vec<String>,
    /// The techniques that are named, or those that took their places. `None` where one is unknown: what it serves, nobody can
    /// tell.
    techniques: Option<Vec<&'static Technique>>,
}

/// What is wrong with a tag, and what would be right.
struct Problem {
    message: String,
    help: String,
    /// The tags to write in its place, none to leave it out, where it is certain.
    right: Option<Vec<String>>,
}

impl<'a> TagChecker<'a> {
    fn new(reader: &'a MappingReader<'a>, tags: &[Spanned<String>]) -> Self {
        let ids = tags
            .iter()
            .filter_map(|tag| match AttackTag::parse(&tag.value)? {
                AttackTag::Technique(id) => Some(id),
                _ => None,
            });
        let known = ids.map(|id| {
            let technique = attack::technique(&id)?;
            Some(technique.in_force().unwrap_or(technique))
        });
        Self {
            reader,
            names: tags.iter().map(|tag| tag.value.clone()).collect(),
            techniques: known.collect(),
        }
    }

    fn tag(&mut self, tag: &Spanned<String>) -> Option<Finding> {
        let (code, problem) = if is_tag(&tag.value) {
            (Code::UnknownTechnique, self.attack_problem(&tag.value)?)
        } else {
            (Code::InvalidValue, malformed(&tag.value))
        };
        let finding = self.reader.finding(code, &tag.span, problem.message);
        let fix = problem.right.and_then(|right| self.fix(tag, right));
        Some(finding.help(problem.help).fix(fix))
    }

    /// The change of a tag into those of some others that the document does not have yet.
    fn fix(&mut self, tag: &Spanned<String>, mut right: Vec<String>) -> Option<Fix> {
        right.retain(|name| !self.names.contains(name));
        let fix = Fix::replace_item(self.reader.source, &tag.span, &tag.value, &right);
        if fix.is_some() {
            self.names.extend(right);
        }
        fix
    }

    fn attack_problem(&self, tag: &str) -> Option<Problem> {
        match AttackTag::parse(tag)? {
            AttackTag::Technique(id) => technique_problem(&id),
            AttackTag::FormerTactic(tactic) => Some(self.former_tactic_problem(tactic)),
            AttackTag::Unknown => Some(unknown(tag)),
            AttackTag::Tactic(_)
            | AttackTag::Group(_)
            | AttackTag::Software(_)
            | AttackTag::Other(_) => None,
        }
    }

    /// A tactic that was split becomes those of its successors that the rule's techniques serve.
    fn former_tactic_problem(&self, tactic: FormerTactic) -> Problem {
        let message = format!(
            "ATT&CK {ATTACK_RELEASE} has split the tactic {}",
            tactic.title()
        );
        let tags =
            |tactics: &[Tactic]| -> Vec<String> { tactics.iter().map(|one| one.tag()).collect() };
        let successors = tags(tactic.successors());
        let techniques = self.techniques.as_deref();
        let Some(served) = techniques.and_then(|techniques| tactic.successors_by(techniques))
        else {
            let names: Vec<&str> = successors.iter().map(String::as_str).collect();
            let help = format!("write {}, or both", list(&names));
            return Problem {
                message,
                help,
                right: None,
            };
        };
        if !served.is_empty() {
            let right = tags(&served);
            return Problem {
                message,
                help: format!(
                    "write `{}`, which the rule's techniques serve",
                    right.join("` and `")
                ),
                right: Some(right),
            };
        }
        // Another tactic must be left.
        let is_tactic =
            |name: &String| matches!(AttackTag::parse(name), Some(AttackTag::Tactic(_)));
        Problem {
            message,
            help: format!(
                "take it away: the rule's techniques serve neither `{}`",
                successors.join("` nor `")
            ),
            right: self.names.iter().any(is_tactic).then(Vec::new),
        }
    }

    /// Warns of a tactic that none of the rule's techniques serves. A rule need not name its techniques' tactics.
    fn stray_tactic(&self, tag: &Spanned<String>) -> Option<Finding> {
        let Some(AttackTag::Tactic(tactic)) = AttackTag::parse(&tag.value) else {
            return None;
        };
        let techniques = self.techniques.as_deref()?;
        let is_served = |technique: &&Technique| technique.tactics.contains(&tactic);
        if techniques.is_empty() || techniques.iter().any(is_served) {
            return None;
        }
        let message = format!(
            "none of the rule's techniques serves the tactic {}",
            tactic.title()
        );
        let served = techniques.iter().map(|technique| {
            let tactics = technique.tactics.iter();
            let tactics: Vec<String> = tactics.map(|tactic| tactic.tag()).collect();
            format!("{} serves {}", technique.id, tactics.join(", "))
        });
        let served: Vec<String> = served.collect();
        let finding = self.reader.finding(Code::StrayTactic, &tag.span, message);
        Some(finding.help(format!("take it away: {}", served.join("; "))))
    }
}

/// Lower-case letters, digits, underscores and hyphens, in two or more parts (specification, "Tags").
fn is_tag(text: &str) -> bool {
    text.contains('.')
        && text.split('.').all(|part| {
            !part.is_empty()
                && part.bytes().all(|byte| {
                    byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte)
                })
        })
}

fn malformed(text: &str) -> Problem {
    Problem {
        message: format!("`{text}` is not a tag"),
        help: "tags are lower case with a namespace, such as attack.t1053.005".to_owned(),
        right: in_lower_case(text).map(|tag| vec![tag]),
    }
}

/// A text as the tag that it must mean: in lower case, and a technique's identifier in ATT&CK's namespace.
fn in_lower_case(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let attack = format!("attack.{lower}");
    let tag = match AttackTag::parse(&attack) {
        Some(AttackTag::Technique(_)) => attack,
        _ => lower,
    };
    is_tag(&tag).then_some(tag)
}

fn technique_problem(id: &str) -> Option<Problem> {
    let Some(technique) = attack::technique(id) else {
        return Some(Problem {
            message: format!("ATT&CK {ATTACK_RELEASE} has no technique {id}"),
            help: "look it up at attack.mitre.org".to_owned(),
            right: None,
        });
    };
    match technique.status {
        TechniqueStatus::Active => None,
        TechniqueStatus::Revoked { by } => {
            let successor = format!("attack.{}", by.to_ascii_lowercase());
            Some(Problem {
                message: format!("ATT&CK has revoked {id}"),
                help: format!("write `{successor}`"),
                right: Some(vec![successor]),
            })
        }
        TechniqueStatus::Deprecated => Some(Problem {
            message: format!("ATT&CK has deprecated {id}"),
            help: "tag the rule with what took its place".to_owned(),
            right: None,
        }),
    }
}

/// A tag that names nothing; where it can mean one tactic only, it is that one misspelt.
fn unknown(tag: &str) -> Problem {
    let tactics: Vec<String> = Tactic::ALL.iter().map(|tactic| tactic.tag()).collect();
    let tactic = only_near(tag, tactics.iter().map(String::as_str));
    Problem {
        message: format!(
            "ATT&CK {ATTACK_RELEASE} has no tactic, technique, group or software `{tag}`"
        ),
        help: match tactic {
            Some(tactic) => format!("did you mean `{tactic}`?"),
            None => "tags read like attack.lateral-movement or attack.t1053.005; look it up at attack.mitre.org".to_owned(),
        },
        right: tactic.map(|tactic| vec![tactic.to_owned()]),
    }
}
