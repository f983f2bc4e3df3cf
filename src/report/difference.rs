//! How rules differ, as people and programs read it.

use std::io::{self, Write};

use clap::ValueEnum;
use serde_json::{Value, json};

use crate::difference::{
    ComparedRule, Difference, Line, LineSide, RuleDifference, RuleDifferenceKind,
};
use crate::text::printable;
use crate::text::{counted, listed, markdown_cell as cell, paragraph, print_json};

/// How a difference is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DifferenceFormat {
    /// Text for people
    Human,
    /// One JSON object
    Json,
    /// Markdown, such as for a comment on a pull request
    Markdown,
}

/// What of a difference people are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownDifferences {
    /// A line a rule.
    Summary,
    /// Each rule with what is different about it, and the code.
    Everything,
}

/// Most bytes of code's differences in Markdown: forges cut comments off.
const MOST_MARKDOWN_CODE: usize = 40_000;

/// Prints a difference; text for people in lines of at most `width` characters, but for code.
///
/// # Errors
///
/// Whatever writing to `out` gives.
pub fn print(
    difference: &Difference<'_>,
    format: DifferenceFormat,
    detail: ShownDifferences,
    width: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    match format {
        DifferenceFormat::Human => human(difference, detail, width, out),
        DifferenceFormat::Markdown => markdown(difference, detail, out),
        DifferenceFormat::Json => print_json(&as_json(difference), out),
    }
}

/// Column at which the text on a rule begins, behind what is different about it.
const INDENT: usize = 10;

fn human(
    difference: &Difference<'_>,
    detail: ShownDifferences,
    width: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    for rule in &difference.rules {
        paragraph(
            word(rule.kind),
            INDENT,
            &printable(rule.title()),
            width,
            out,
        )?;
        if detail == ShownDifferences::Everything {
            let lines = [printable(&rule.path())].into_iter().chain(told(rule));
            for line in lines {
                told_line(&line, width, out)?;
            }
        }
    }
    if !difference.rules.is_empty() {
        writeln!(out)?;
    }
    paragraph("", 0, &conclusion(difference), width, out)?;
    if detail == ShownDifferences::Everything && !difference.code.is_empty() {
        write!(out, "\n{}", difference.code)?;
    }
    Ok(())
}

/// A line on a rule; a long one goes on under its first word.
fn told_line(line: &str, width: usize, out: &mut impl Write) -> io::Result<()> {
    let text = line.trim_start_matches(['+', '-', ' ']);
    let label = format!("{}{}", " ".repeat(INDENT), &line[..line.len() - text.len()]);
    let length = label.chars().count() + text.chars().count();
    if length <= width {
        return writeln!(out, "{label}{text}");
    }
    paragraph(&label, label.len(), text, width, out)
}

fn word(kind: RuleDifferenceKind) -> &'static str {
    match kind {
        RuleDifferenceKind::Added => "added",
        RuleDifferenceKind::Removed => "removed",
        RuleDifferenceKind::Matching => "matching",
        RuleDifferenceKind::Details => "metadata",
        RuleDifferenceKind::Text => "text",
    }
}

/// What is different about a rule, in lines.
fn told(rule: &RuleDifference<'_>) -> Vec<String> {
    let mut lines: Vec<String> = rule.details.iter().map(detail_line).collect();
    let is_told = rule.matching.iter().any(|line| line.side != LineSide::Both);
    if rule.kind == RuleDifferenceKind::Matching && !is_told {
        lines.push("matches otherwise in what words do not tell: see the code".to_owned());
    }
    lines.extend(rule.matching.iter().map(matching_line));
    lines
}

fn matching_line(line: &Line) -> String {
    let sign = match line.side {
        LineSide::Old => '-',
        LineSide::Both => ' ',
        LineSide::New => '+',
    };
    format!("{sign} {}", printable(&line.text))
}

fn detail_line(detail: &crate::difference::Detail) -> String {
    let shown = |text: &Option<String>| match text {
        Some(text) => printable(text),
        None => "none".to_owned(),
    };
    format!(
        "{}: {} -> {}",
        detail.what,
        shown(&detail.old),
        shown(&detail.new)
    )
}

fn conclusion(difference: &Difference<'_>) -> String {
    let parts: Vec<String> = [
        (RuleDifferenceKind::Added, "added"),
        (RuleDifferenceKind::Removed, "removed"),
        (RuleDifferenceKind::Matching, "in what they match"),
        (RuleDifferenceKind::Details, "in metadata"),
        (RuleDifferenceKind::Text, "in text alone"),
    ]
    .into_iter()
    .map(|(kind, what)| (difference.count(kind), what))
    .filter(|(number, _)| *number > 0)
    .map(|(number, what)| format!("{number} {what}"))
    .collect();
    let unchanged = format!("{} unchanged", difference.unchanged);
    if parts.is_empty() {
        return format!("no rule differs, {unchanged}");
    }
    let differing = counted(difference.rules.len(), "rule");
    let verb = if difference.rules.len() == 1 {
        "differs"
    } else {
        "differ"
    };
    format!("{differing} {verb}: {}; {unchanged}", listed(&parts))
}

fn markdown(
    difference: &Difference<'_>,
    detail: ShownDifferences,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, "**{}**", conclusion(difference))?;
    if !difference.rules.is_empty() {
        writeln!(
            out,
            "\n| difference | rule | level | score |\n|---|---|---|---|"
        )?;
    }
    for rule in &difference.rules {
        writeln!(
            out,
            "| {} | {} | {} | {} |",
            word(rule.kind),
            cell(rule.title()),
            both(rule, |entry| entry
                .subject
                .level()
                .map(|level| level.as_str().to_owned())),
            both(rule, |entry| entry.subject.robustness()),
        )?;
    }
    if detail == ShownDifferences::Summary {
        return Ok(());
    }
    for rule in &difference.rules {
        let lines = told(rule);
        if !lines.is_empty() {
            let title = format!("{}: {}", word(rule.kind), printable(rule.title()));
            folded(&title, &lines.join("\n"), out)?;
        }
    }
    if difference.code.is_empty() {
        return Ok(());
    }
    let mut code = difference.code.as_str();
    let mut cut = MOST_MARKDOWN_CODE.min(code.len());
    while !code.is_char_boundary(cut) {
        cut -= 1;
    }
    let title = if cut < code.len() {
        code = &code[..cut];
        "Zeek code (its beginning)"
    } else {
        "Zeek code"
    };
    folded(title, code.trim_end(), out)
}

/// What a rule has on both sides: once where it is the same.
fn both(rule: &RuleDifference<'_>, get: fn(&ComparedRule<'_>) -> Option<String>) -> String {
    let text = |entry: &Option<ComparedRule<'_>>| {
        entry
            .as_ref()
            .map(|entry| get(entry).unwrap_or_else(|| "--".to_owned()))
    };
    match (text(&rule.old), text(&rule.new)) {
        (Some(old), Some(new)) if old != new => format!("{old} → {new}"),
        (old, new) => new.or(old).unwrap_or_default(),
    }
}

/// A block of a diff that opens when it is asked to. Nothing in it can end it: the fence is longer than any in the text.
fn folded(title: &str, diff: &str, out: &mut impl Write) -> io::Result<()> {
    let longest = diff.split(|character| character != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
    let title = title
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    writeln!(
        out,
        "\n<details><summary>{title}</summary>\n\n{fence}diff\n{diff}\n{fence}\n\n</details>"
    )
}

fn as_json(difference: &Difference<'_>) -> Value {
    let rules: Vec<Value> = difference.rules.iter().map(rule_json).collect();
    json!({
        "rules": rules,
        "added": difference.count(RuleDifferenceKind::Added),
        "removed": difference.count(RuleDifferenceKind::Removed),
        "matching": difference.count(RuleDifferenceKind::Matching),
        "metadata": difference.count(RuleDifferenceKind::Details),
        "text": difference.count(RuleDifferenceKind::Text),
        "unchanged": difference.unchanged,
        "code": difference.code,
    })
}

fn rule_json(rule: &RuleDifference<'_>) -> Value {
    let side = |entry: &Option<ComparedRule<'_>>| {
        entry.as_ref().map(|entry| {
            json!({
                "title": entry.title(),
                "pack": entry.pack.pack.name,
                "file": entry.path,
                "level": entry.subject.level().map(|level| level.as_str()),
                "score": entry.subject.robustness(),
            })
        })
    };
    let on = |side: LineSide| -> Vec<&str> {
        let lines = rule.matching.iter();
        lines
            .filter(|line| line.side == side || line.side == LineSide::Both)
            .map(|line| line.text.as_str())
            .collect()
    };
    let details: Vec<Value> = rule
        .details
        .iter()
        .map(|detail| json!({"what": detail.what, "old": detail.old, "new": detail.new}))
        .collect();
    json!({
        "difference": word(rule.kind),
        "id": rule.either().and_then(|entry| entry.subject.id()),
        "old": side(&rule.old),
        "new": side(&rule.new),
        "matched": on(LineSide::Old),
        "matches": on(LineSide::New),
        "details": details,
    })
}
