//! Rules' scores, as people and programs read them.

use std::collections::BTreeMap;
use std::io::{self, Write};

use clap::ValueEnum;
use serde_json::{Value, json};

use super::human::printable;
use super::layout::{cell, counted, listed, paragraph, print_json};
use crate::plan::{PackPlan, RulePlan};
use crate::score::{Improvement, Observable, Role, Score, standing};

/// How many operations or values of an observable people are shown.
const MOST_SHOWN: usize = 4;
/// How much of a value they are shown, in characters.
const LONGEST_VALUE: usize = 48;

/// How scores are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ScoreFormat {
    /// Text for people
    Human,
    /// One JSON object
    Json,
    /// A Markdown table
    Markdown,
}

/// What of the scores people are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// A line a rule.
    Summary,
    /// Each rule with its observables.
    Observables,
}

/// Prints the scores of packs' rules; text for people in lines of at most `width` characters.
///
/// # Errors
///
/// Whatever writing to `out` gives.
pub fn print(
    packs: &[PackPlan<'_>],
    format: ScoreFormat,
    detail: Detail,
    width: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    match (format, detail) {
        (ScoreFormat::Json, _) => print_json(&as_json(packs), out),
        (ScoreFormat::Markdown, _) => markdown(packs, out),
        (ScoreFormat::Human, Detail::Summary) => summary(packs, width, out),
        (ScoreFormat::Human, Detail::Observables) => human(packs, width, out),
    }
}

fn rules<'p>(packs: &'p [PackPlan<'p>]) -> impl Iterator<Item = &'p RulePlan<'p>> {
    packs.iter().flat_map(|pack| &pack.rules)
}

fn human(packs: &[PackPlan<'_>], width: usize, out: &mut impl Write) -> io::Result<()> {
    for rule in rules(packs) {
        let title = printable(&rule.rule.title.value);
        paragraph(&score(rule), 4, &title, width, out)?;
        let path = printable(&rule.rule.source.path.to_string_lossy());
        let of = techniques(rule).join(", ");
        paragraph("", 4, &format!("{path} {of}"), width, out)?;
        for observable in &rule.assessment.observables {
            print_observable(observable, width, out)?;
        }
        for improvement in &rule.assessment.improvements {
            let text = format!("without {}", conditions(improvement));
            let label = format!("  > {}", improvement.score);
            paragraph(&label, 8, &text, width, out)?;
        }
        writeln!(out)?;
    }
    paragraph("", 0, &distribution_line(packs), width, out)
}

fn print_observable(observable: &Observable, width: usize, out: &mut impl Write) -> io::Result<()> {
    let line = observable.place.as_ref().map_or_else(String::new, |place| {
        format!(" (line {})", place.line_column().0)
    });
    let (label, not) = match observable.role {
        Role::Required => (format!("    {}", observable.score), ""),
        Role::Excluded => (format!("    {}", observable.score), "not "),
        Role::Given => ("    --".to_owned(), ""),
    };
    paragraph(
        &label,
        8,
        &format!("{not}{}{line}", described(observable)),
        width,
        out,
    )?;
    let because = match observable.role {
        Role::Given => "decided by what else is asked of the same".to_owned(),
        _ => format!("{}: {}", standing(observable), observable.reason),
    };
    paragraph("", 8, &because, width, out)
}

/// An observable in short: a few of its operations, or its field with a few of its values.
fn described(observable: &Observable) -> String {
    let what = shortened(&observable.what);
    if observable.values.is_empty() {
        return what;
    }
    format!("{what}: {}", shortened(&observable.values))
}

fn shortened(texts: &[String]) -> String {
    let mut shown: Vec<String> = texts
        .iter()
        .take(MOST_SHOWN)
        .map(|text| short(text))
        .collect();
    if texts.len() > MOST_SHOWN {
        shown.push(format!("{} more", texts.len() - MOST_SHOWN));
        return listed(&shown);
    }
    shown.join(", ")
}

fn short(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|character| match character {
            control if control.is_control() => format!("\\x{:02x}", u32::from(control)),
            other => other.to_string(),
        })
        .collect();
    let text = printable(&text);
    if text.chars().count() <= LONGEST_VALUE {
        return text;
    }
    let start: String = text.chars().take(LONGEST_VALUE).collect();
    format!("{start}…")
}

fn conditions(improvement: &Improvement) -> String {
    let conditions: Vec<String> = improvement
        .without
        .iter()
        .map(|condition| {
            let what = printable(&condition.what);
            match condition.line {
                Some(line) => format!("{what} (line {line})"),
                None => what,
            }
        })
        .collect();
    listed(&conditions)
}

fn summary(packs: &[PackPlan<'_>], width: usize, out: &mut impl Write) -> io::Result<()> {
    for rule in rules(packs) {
        let title = printable(&rule.rule.title.value);
        let of = techniques(rule).join(", ");
        let text = if of.is_empty() {
            title
        } else {
            format!("{title} ({of})")
        };
        paragraph(&score(rule), 4, &text, width, out)?;
    }
    if rules(packs).next().is_some() {
        writeln!(out)?;
    }
    paragraph("", 0, &distribution_line(packs), width, out)
}

fn score(rule: &RulePlan<'_>) -> String {
    rule.robustness().unwrap_or_else(|| "--".to_owned())
}

fn techniques(rule: &RulePlan<'_>) -> Vec<&'static str> {
    let techniques = rule.techniques.iter();
    techniques.map(|technique| technique.id).collect()
}

/// How many rules have which score.
fn distribution(packs: &[PackPlan<'_>]) -> BTreeMap<Option<Score>, usize> {
    let mut counts = BTreeMap::new();
    for rule in rules(packs) {
        *counts.entry(rule.assessment.score).or_insert(0) += 1;
    }
    counts
}

fn distribution_line(packs: &[PackPlan<'_>]) -> String {
    let counts = distribution(packs);
    let total: usize = counts.values().sum();
    let parts: Vec<String> = counts
        .iter()
        .rev()
        .map(|(score, count)| match score {
            Some(score) => format!("{count} at {score}"),
            None => format!("{count} without a score"),
        })
        .collect();
    if parts.is_empty() {
        return "no rule to score".to_owned();
    }
    format!("{}: {}", counted(total, "rule"), parts.join(", "))
}

fn markdown(packs: &[PackPlan<'_>], out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "| rule | techniques | score | observables | better without |"
    )?;
    writeln!(out, "|---|---|---|---|---|")?;
    for rule in rules(packs) {
        let observables: Vec<String> = rule
            .assessment
            .observables
            .iter()
            .filter(|observable| observable.role != Role::Given)
            .map(|observable| format!("{} {}", observable.score, cell(&described(observable))))
            .collect();
        let better: Vec<String> = rule
            .assessment
            .improvements
            .iter()
            .map(|improvement| format!("{}: {}", improvement.score, cell(&conditions(improvement))))
            .collect();
        writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            cell(&rule.rule.title.value),
            techniques(rule).join(", "),
            score(rule),
            observables.join("<br>"),
            better.join("<br>")
        )?;
    }
    writeln!(out, "\n{}", distribution_line(packs))
}

fn as_json(packs: &[PackPlan<'_>]) -> Value {
    let mut list = Vec::new();
    for pack in packs {
        for rule in &pack.rules {
            list.push(json!({
                "title": rule.rule.title.value,
                "id": rule.rule.id.as_ref().map(|id| &id.value),
                "pack": pack.pack.name,
                "file": rule.rule.source.path.to_string_lossy(),
                "line": rule.rule.place(&rule.rule.title.span).line_column().0,
                "service": rule.service.name(),
                "techniques": techniques(rule),
                "score": rule.robustness(),
                "observables": rule.assessment.observables.iter().map(observable_json).collect::<Vec<_>>(),
                "improvements": rule.assessment.improvements.iter().map(improvement_json).collect::<Vec<_>>(),
            }));
        }
    }
    let counts: Vec<Value> = distribution(packs)
        .iter()
        .rev()
        .map(
            |(score, count)| json!({"score": score.map(|score| score.to_string()), "rules": count}),
        )
        .collect();
    json!({"rules": list, "distribution": counts})
}

fn observable_json(observable: &Observable) -> Value {
    json!({
        "what": observable.what,
        "values": observable.values,
        "line": observable.place.as_ref().map(|place| place.line_column().0),
        "score": observable.score.to_string(),
        "role": match observable.role {
            Role::Required => "required",
            Role::Excluded => "excluded",
            Role::Given => "given",
        },
        "technique": observable.technique,
        "reason": observable.reason,
        "sources": observable.sources,
    })
}

fn improvement_json(improvement: &Improvement) -> Value {
    let without: Vec<Value> = improvement
        .without
        .iter()
        .map(|condition| json!({"what": condition.what, "line": condition.line}))
        .collect();
    json!({"without": without, "score": improvement.score.to_string()})
}
