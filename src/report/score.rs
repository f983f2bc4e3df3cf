//! Rules' scores, as people and programs read them.

use std::collections::BTreeMap;
use std::io::{self, Write};

use clap::ValueEnum;
use serde_json::{Value, json};

use crate::plan::correlation::CorrelationPlan;
use crate::plan::{PackPlan, RulePlan, Subject};
use crate::score::{Assessment, Improvement, Observable, Role, Score, standing};
use crate::text::printable;
use crate::text::{counted, listed, markdown_cell as cell, paragraph, print_json};

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
pub enum ShownScores {
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
    detail: ShownScores,
    width: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    match (format, detail) {
        (ScoreFormat::Json, _) => print_json(&as_json(packs), out),
        (ScoreFormat::Markdown, _) => markdown(packs, out),
        (ScoreFormat::Human, ShownScores::Summary) => summary(packs, width, out),
        (ScoreFormat::Human, ShownScores::Observables) => human(packs, width, out),
    }
}

/// The rules and correlations of packs, each with its pack.
fn subjects<'p>(
    packs: &'p [PackPlan<'p>],
) -> impl Iterator<Item = (&'p PackPlan<'p>, Subject<'p>)> {
    packs
        .iter()
        .flat_map(|pack| pack.subjects().map(move |subject| (pack, subject)))
}

fn human(packs: &[PackPlan<'_>], width: usize, out: &mut impl Write) -> io::Result<()> {
    for (pack, subject) in subjects(packs) {
        let title = printable(subject.title());
        paragraph(&score(subject), 4, &title, width, out)?;
        let path = printable(&subject.path().to_string_lossy());
        let of = techniques(subject).join(", ");
        paragraph("", 4, &format!("{path} {of}"), width, out)?;
        match subject {
            Subject::Rule(rule) => print_rule(rule, width, out)?,
            Subject::Correlation(plan) => print_correlation(pack, plan, width, out)?,
        }
        writeln!(out)?;
    }
    paragraph("", 0, &distribution_line(packs), width, out)
}

fn print_rule(rule: &RulePlan<'_>, width: usize, out: &mut impl Write) -> io::Result<()> {
    for observable in &rule.assessment().observables {
        print_observable(observable, width, out)?;
    }
    for improvement in &rule.assessment().improvements {
        let text = format!("without {}", conditions(improvement));
        let label = format!("  > {}", improvement.score);
        paragraph(&label, 8, &text, width, out)?;
    }
    Ok(())
}

/// The rules that a correlation refers to, and how their scores combine.
fn print_correlation(
    pack: &PackPlan<'_>,
    plan: &CorrelationPlan<'_>,
    width: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    for rule in pack.correlated(plan) {
        let label = format!("    {}", score(rule));
        paragraph(&label, 8, &printable(rule.title()), width, out)?;
    }
    paragraph("", 8, combination(plan), width, out)
}

/// How the scores of a correlation's rules combine.
pub(super) fn combination(plan: &CorrelationPlan<'_>) -> &'static str {
    if plan.aggregation().is_temporal() {
        "must match together: who evades one evades the correlation"
    } else {
        "the matches of any of them count: who evades it evades all"
    }
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

/// What a rule asks for, piece by piece, and what it would gain without some of it: lines for people.
pub(crate) fn reasons(assessment: &Assessment) -> Vec<String> {
    let observables = assessment.observables.iter().map(|observable| {
        let what = described(observable);
        match observable.role {
            Role::Given => format!("{what}: decided by what else is asked of the same"),
            Role::Required => {
                let (score, reason) = (observable.score, &observable.reason);
                format!("{score} {what}: {}: {reason}", standing(observable))
            }
            Role::Excluded => {
                let (score, reason) = (observable.score, &observable.reason);
                format!("{score} not {what}: {}: {reason}", standing(observable))
            }
        }
    });
    let improvements = assessment.improvements.iter();
    let improvements = improvements.map(|improvement| {
        let (score, without) = (improvement.score, conditions(improvement));
        format!("would be {score} without {without}")
    });
    observables.chain(improvements).collect()
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

pub(super) fn conditions(improvement: &Improvement) -> String {
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
    for (_, subject) in subjects(packs) {
        let title = printable(subject.title());
        let of = techniques(subject).join(", ");
        let text = if of.is_empty() {
            title
        } else {
            format!("{title} ({of})")
        };
        paragraph(&score(subject), 4, &text, width, out)?;
    }
    if subjects(packs).next().is_some() {
        writeln!(out)?;
    }
    paragraph("", 0, &distribution_line(packs), width, out)
}

fn score(subject: Subject<'_>) -> String {
    subject.robustness().unwrap_or_else(|| "--".to_owned())
}

fn techniques(subject: Subject<'_>) -> Vec<&'static str> {
    let techniques = subject.techniques().iter();
    techniques.map(|technique| technique.id).collect()
}

/// How many rules have which score.
fn distribution(packs: &[PackPlan<'_>]) -> BTreeMap<Option<Score>, usize> {
    let mut counts = BTreeMap::new();
    for (_, subject) in subjects(packs) {
        *counts.entry(subject.score()).or_insert(0) += 1;
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
    for (pack, subject) in subjects(packs) {
        let (observables, better) = match subject {
            Subject::Rule(rule) => (observable_cells(rule), improvement_cells(rule)),
            Subject::Correlation(plan) => (correlated_cells(pack, plan), Vec::new()),
        };
        writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            cell(subject.title()),
            techniques(subject).join(", "),
            score(subject),
            observables.join("<br>"),
            better.join("<br>")
        )?;
    }
    writeln!(out, "\n{}", distribution_line(packs))
}

fn observable_cells(rule: &RulePlan<'_>) -> Vec<String> {
    let observables = rule.assessment().observables.iter();
    observables
        .filter(|observable| observable.role != Role::Given)
        .map(|observable| format!("{} {}", observable.score, cell(&described(observable))))
        .collect()
}

fn improvement_cells(rule: &RulePlan<'_>) -> Vec<String> {
    let improvements = rule.assessment().improvements.iter();
    improvements
        .map(|improvement| format!("{}: {}", improvement.score, cell(&conditions(improvement))))
        .collect()
}

fn correlated_cells(pack: &PackPlan<'_>, plan: &CorrelationPlan<'_>) -> Vec<String> {
    let rules = pack.correlated(plan);
    rules
        .map(|rule| format!("{} {}", score(rule), cell(rule.title())))
        .collect()
}

fn as_json(packs: &[PackPlan<'_>]) -> Value {
    let list: Vec<Value> = subjects(packs)
        .map(|(pack, subject)| {
            let mut value = json!({
                "title": subject.title(),
                "id": subject.id(),
                "pack": pack.pack.name,
                "file": subject.path().to_string_lossy(),
                "line": subject.place().line_column().0,
                "techniques": techniques(subject),
                "score": subject.robustness(),
            });
            match subject {
                Subject::Rule(rule) => {
                    let assessment = rule.assessment();
                    let observables = assessment.observables.iter().map(observable_json);
                    let improvements = assessment.improvements.iter().map(improvement_json);
                    value["service"] = json!(rule.service.name());
                    value["observables"] = observables.collect();
                    value["improvements"] = improvements.collect();
                }
                Subject::Correlation(plan) => {
                    let rules = pack.correlated(plan).map(|rule| {
                        json!({"title": rule.title(), "id": rule.id(), "score": rule.robustness()})
                    });
                    value["correlation"] = json!(plan.aggregation().name());
                    value["correlates"] = rules.collect();
                }
            }
            value
        })
        .collect();
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
