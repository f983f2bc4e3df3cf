//! What a rule's author says of its score, in tags such as `stp.4`, against what it is.

use super::{Assessment, Role};
use crate::finding::{Code, Finding, Fix};
use crate::registry::robustness::RobustnessRow;
use crate::rule::Rule;

/// The namespace of the tags.
const NAMESPACE: &str = "stp.";

/// What a tag says.
enum Claim {
    /// A row.
    Row(RobustnessRow),
    /// A row and a column of the matrix for hosts: application, user mode or kernel mode.
    HostColumn(char),
    /// Something that Sigma's tools do not take.
    Malformed,
}

/// Warns of tags that say something else than the score.
pub(crate) fn check<'a>(
    rule: &Rule,
    assessment: impl Fn() -> &'a Assessment,
    findings: &mut Vec<Finding>,
) {
    for tag in &rule.tags {
        let Some(text) = tag.value.strip_prefix(NAMESPACE) else {
            continue;
        };
        let assessment = assessment();
        let Some(score) = assessment.score else {
            return;
        };
        let number = score.row.number();
        let (message, help) = match read(text) {
            Claim::Row(row) if row == score.row => continue,
            Claim::Row(row) => (
                format!(
                    "`{}` says row {}, and the rule scores {score}",
                    tag.value,
                    row.number()
                ),
                format!("write `stp.{number}`{}", why(assessment)),
            ),
            Claim::HostColumn(column) => (
                format!(
                    "`{}`: column {} is of the matrix for hosts, and the rule scores {score}",
                    tag.value,
                    column.to_ascii_uppercase()
                ),
                format!("write `stp.{number}`; a tag does not tell P from H"),
            ),
            Claim::Malformed => (
                format!("`{}` is not a tag of Summiting the Pyramid", tag.value),
                format!("write `stp.{number}`: the rule scores {score}"),
            ),
        };
        let finding = Finding::new(Code::RobustnessTag, rule.place(&tag.span), message);
        let fix = is_only_claim(rule).then(|| {
            let right = format!("{NAMESPACE}{number}");
            Fix::replace_scalar(&rule.source, &tag.span, &tag.value, right)
        });
        findings.push(finding.help(help).fix(fix.flatten()));
    }
}

/// Whether the rule has one such tag: of several, any can be the one to keep.
fn is_only_claim(rule: &Rule) -> bool {
    let claims = rule
        .tags
        .iter()
        .filter(|tag| tag.value.starts_with(NAMESPACE));
    claims.count() == 1
}

fn read(text: &str) -> Claim {
    let mut characters = text.chars();
    let row = characters
        .next()
        .and_then(|digit| digit.to_digit(10))
        .and_then(|digit| RobustnessRow::from_number(u8::try_from(digit).ok()?));
    match (row, characters.next(), characters.next()) {
        (Some(row), None, _) => Claim::Row(row),
        (Some(_), Some(column @ ('a' | 'u' | 'k')), None) => Claim::HostColumn(column),
        _ => Claim::Malformed,
    }
}

/// What decides the score, as the end of a sentence.
fn why(assessment: &Assessment) -> String {
    let deciding = assessment.observables.iter().find(|observable| {
        observable.role != Role::Given
            && assessment
                .score
                .is_some_and(|score| observable.score.row == score.row)
    });
    match deciding {
        Some(observable) => {
            let what = observable.what.first().map_or("", String::as_str);
            let more = match observable.what.len() {
                0 | 1 => String::new(),
                count => format!(" and {} more", count - 1),
            };
            format!(
                ": {what}{more} is {} ({})",
                super::standing(observable),
                observable.reason
            )
        }
        None => String::new(),
    }
}
