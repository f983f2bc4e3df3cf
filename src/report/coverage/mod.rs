//! What rules cover, as people and programs read it.

mod navigator;

use std::io::{self, Write};

use clap::ValueEnum;
use serde_json::{Value, json};

use crate::coverage::{Coverage, CoveredTechnique};
use crate::registry::attack::ATTACK_RELEASE;
use crate::score::Score;
use crate::text::printable;
use crate::text::{counted, markdown_cell as cell, paragraph, print_json};

/// How coverage is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CoverageFormat {
    /// Text for people
    Human,
    /// One JSON object
    Json,
    /// Markdown tables
    Markdown,
    /// A layer of the ATT&CK Navigator, format 4.5
    Navigator,
}

/// Prints what rules cover; text for people in lines of at most `width` characters.
///
/// # Errors
///
/// Whatever writing to `out` gives.
pub fn print(
    coverage: &Coverage<'_>,
    format: CoverageFormat,
    width: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    match format {
        CoverageFormat::Human => human(coverage, width, out),
        CoverageFormat::Markdown => markdown(coverage, out),
        CoverageFormat::Json => print_json(&as_json(coverage), out),
        CoverageFormat::Navigator => print_json(&navigator::layer(coverage), out),
    }
}

fn human(coverage: &Coverage<'_>, width: usize, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "best  rules  tactic")?;
    for covered in &coverage.tactics {
        let techniques = counted(covered.techniques, "technique");
        let label = columns(covered.best, covered.rules);
        let text = format!("{} ({techniques})", covered.tactic.title());
        paragraph(&label, 13, &text, width, out)?;
    }
    writeln!(out, "\nbest  rules  technique")?;
    for covered in &coverage.techniques {
        let label = columns(covered.best, covered.rules.len());
        paragraph(&label, 13, &covered.technique.to_string(), width, out)?;
    }
    writeln!(out)?;
    paragraph(
        "",
        0,
        "no rule, though RPC, SMB or HTTP show it:",
        width,
        out,
    )?;
    for gap in &coverage.gaps {
        paragraph("", 2, &gap.technique.to_string(), width, out)?;
        paragraph("", 6, &gap.shown_by.join(", "), width, out)?;
    }
    writeln!(out)?;
    paragraph("", 0, &conclusion(coverage), width, out)
}

fn columns(best: Option<Score>, rules: usize) -> String {
    format!("{:<4}  {rules:>5}", text(best))
}

fn text(score: Option<Score>) -> String {
    score.map_or_else(|| "--".to_owned(), |score| score.to_string())
}

fn conclusion(coverage: &Coverage<'_>) -> String {
    format!(
        "{} on {} of {}; {} without a rule (ATT&CK {ATTACK_RELEASE})",
        counted(coverage.rules, "rule"),
        counted(coverage.techniques.len(), "technique"),
        counted(coverage.tactics.len(), "tactic"),
        counted(coverage.gaps.len(), "more technique"),
    )
}

fn markdown(coverage: &Coverage<'_>, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "| tactic | techniques | rules | best score |")?;
    writeln!(out, "|---|---|---|---|")?;
    for covered in &coverage.tactics {
        writeln!(
            out,
            "| {} | {} | {} | {} |",
            covered.tactic.title(),
            covered.techniques,
            covered.rules,
            text(covered.best)
        )?;
    }
    writeln!(out, "\n| technique | best score | rules |")?;
    writeln!(out, "|---|---|---|")?;
    for covered in &coverage.techniques {
        let rules: Vec<String> = rules(covered)
            .map(|(title, score)| format!("{} ({score})", cell(&title)))
            .collect();
        writeln!(
            out,
            "| {} | {} | {} |",
            cell(&covered.technique.to_string()),
            text(covered.best),
            rules.join("<br>")
        )?;
    }
    writeln!(out, "\n| technique without a rule | shown by |")?;
    writeln!(out, "|---|---|")?;
    for gap in &coverage.gaps {
        writeln!(
            out,
            "| {} | {} |",
            cell(&gap.technique.to_string()),
            cell(&gap.shown_by.join(", "))
        )?;
    }
    writeln!(out, "\n{}", conclusion(coverage))
}

/// A technique's rules: titles and scores.
fn rules(covered: &CoveredTechnique<'_>) -> impl Iterator<Item = (String, String)> {
    covered.rules.iter().map(|rule| {
        let title = printable(rule.title());
        (title, text(rule.score()))
    })
}

fn as_json(coverage: &Coverage<'_>) -> Value {
    let score = |score: Option<Score>| score.map(|score| score.to_string());
    let tactics: Vec<Value> = coverage
        .tactics
        .iter()
        .map(|covered| {
            json!({
                "id": covered.tactic.id(),
                "name": covered.tactic.name(),
                "techniques": covered.techniques,
                "rules": covered.rules,
                "best": score(covered.best),
            })
        })
        .collect();
    let techniques: Vec<Value> = coverage
        .techniques
        .iter()
        .map(|covered| {
            let rules: Vec<Value> = covered
                .rules
                .iter()
                .map(|rule| {
                    json!({
                        "title": rule.title(),
                        "id": rule.id(),
                        "file": rule.path().to_string_lossy(),
                        "score": rule.robustness(),
                    })
                })
                .collect();
            json!({
                "id": covered.technique.id,
                "name": covered.technique.name,
                "tactics": covered.technique.tactics.iter().map(|tactic| tactic.name()).collect::<Vec<_>>(),
                "best": score(covered.best),
                "rules": rules,
            })
        })
        .collect();
    let gaps: Vec<Value> = coverage
        .gaps
        .iter()
        .map(|gap| {
            json!({
                "id": gap.technique.id,
                "name": gap.technique.name,
                "shown_by": gap.shown_by,
            })
        })
        .collect();
    json!({
        "attack": ATTACK_RELEASE,
        "rules": coverage.rules,
        "tactics": tactics,
        "techniques": techniques,
        "gaps": gaps,
    })
}
