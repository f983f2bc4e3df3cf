//! What Zeek is told of a rule or a correlation for its notices: the package's `RuleInfo`.

use super::string::literal;
use crate::plan::Subject;
use crate::plan::zeek_names::RuleNames;

/// The members of its `RuleInfo`.
pub(super) fn members(subject: Subject<'_>, names: &RuleNames) -> Vec<String> {
    let text = |text: &str| literal(text.as_bytes());
    let mut members = match subject.attack_note() {
        Some(note) => vec![format!("$rule={}", names.note), format!("$note={note}")],
        None => vec![format!("$note={}", names.note)],
    };
    members.push(format!("$id={}", text(names.id(subject))));
    members.push(format!("$title={}", text(subject.title())));
    let sub = subject.fixed_sub();
    if let Some(sub) = sub.filter(|sub| sub != subject.title()) {
        members.push(format!("$sub={}", text(&sub)));
    }
    if let Some(level) = subject.level() {
        members.push(format!("$level={}", text(level.as_str())));
    }
    let techniques = subject.techniques();
    if !techniques.is_empty() {
        let ids: Vec<String> = techniques
            .iter()
            .map(|technique| text(technique.id))
            .collect();
        members.push(format!("$attack=vector({})", ids.join(", ")));
    }
    if let Some(score) = subject.robustness() {
        members.push(format!("$robustness={}", text(&score)));
    }
    if let Some(seconds) = subject.suppress_for() {
        // In a long line, zeek-format puts a literal's unit on the next one, where Zeek does not take it.
        members.push(format!("$suppress_for=double_to_interval({seconds}.0)"));
    }
    members
}

/// What most rules have, in the order of the parameters of `usual_rule`.
const USUAL: [&str; 6] = [
    "$note=",
    "$id=",
    "$title=",
    "$level=",
    "$attack=",
    "$robustness=",
];

/// The values of a `RuleInfo` of which just the usual members are set.
pub(super) fn usual_values(members: &[String]) -> Option<Vec<String>> {
    if members.len() != USUAL.len() {
        return None;
    }
    let values = members.iter().zip(USUAL);
    let values = values.map(|(member, name)| member.strip_prefix(name).map(str::to_owned));
    values.collect()
}
