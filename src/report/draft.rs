//! What was drafted and why, for people.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use crate::draft::{
    Candidate, Correlated, Drafted, DraftedRule, Emptiness, Ephemeral, Nothing, Observation,
    Support, unseen,
};
use crate::synth::files::file_name;
use crate::text::{Table, counted, listed, paragraph, printable};

/// How many candidates that no rule asks for are listed.
const MOST_OTHERS: usize = 10;

/// Prints what was drafted, in lines of at most `width` characters.
#[allow(clippy::missing_errors_doc)]
pub fn print(drafted: &Drafted, width: usize, out: &mut impl Write) -> io::Result<()> {
    for rule in &drafted.rules {
        print_rule(rule, width, out)?;
    }
    for path in &drafted.missed {
        writeln!(out, "{}: no rule matches it", path.display())?;
    }
    let summary = format!(
        "silent on the baseline: {}, {}",
        counted(drafted.baseline.len(), "file"),
        counted(as_usize(drafted.baseline_sightings), "observation")
    );
    writeln!(out, "{summary}")?;
    let is_known = |candidate: &&Candidate| !candidate.is_chosen_by_attacker;
    let (others, chosen): (Vec<&Candidate>, Vec<_>) = drafted.others.iter().partition(is_known);
    if !others.is_empty() {
        writeln!(out, "\nalso only in the attack:")?;
        print_candidates(others.iter().take(MOST_OTHERS).copied(), out)?;
        let more = others.len().saturating_sub(MOST_OTHERS);
        if more > 0 {
            writeln!(out, "  and {more} more")?;
        }
    }
    print_chosen(&chosen, width, out)?;
    let techniques = other_techniques(drafted);
    if !techniques.is_empty() {
        let text = format!(
            "the attack shows other techniques, too ({}): if one of them is meant, name it with --technique, or the attacking host with \
             --attacker",
            listed(&techniques)
        );
        paragraph("", 0, &text, width, out)?;
    }
    print_refused(&drafted.refused, width, out)?;
    print_left_out(&drafted.left_out, width, out)?;
    if drafted.is_cut {
        writeln!(out, "the attack shows more than was looked at")?;
    }
    Ok(())
}

/// The techniques that something of the attack belongs to and no rule.
fn other_techniques(drafted: &Drafted) -> Vec<String> {
    let is_drafted = |candidate: &&Candidate| {
        let mut rules = drafted.rules.iter();
        let own = &candidate.techniques;
        rules.any(|rule| rule.techniques.iter().any(|it| own.contains(it)))
    };
    let others = drafted.others.iter().filter(|it| !is_drafted(it));
    let ids: BTreeSet<&str> = others
        .flat_map(|it| &it.techniques)
        .map(|it| it.id)
        .collect();
    const MOST: usize = 6;
    let more = ids.len().saturating_sub(MOST);
    let mut ids: Vec<String> = ids.into_iter().take(MOST).map(str::to_owned).collect();
    if more > 0 {
        ids.push(format!("{more} more"));
    }
    ids
}

/// Prints that nothing distinguishes the attack, and what comes nearest.
#[allow(clippy::missing_errors_doc)]
pub fn print_nothing(nothing: &Nothing, width: usize, out: &mut impl Write) -> io::Result<()> {
    if let Some(emptiness) = nothing.emptiness.filter(|_| nothing.refused.is_empty()) {
        return paragraph("", 0, &emptiness_in_words(emptiness), width, out);
    }
    if nothing.nearest.is_empty() {
        writeln!(
            out,
            "nothing that a rule can ask for distinguishes the attack"
        )?;
    } else {
        writeln!(out, "the baseline has all that the attack shows:")?;
        let mut table = Table::new(["score", "observation", "baseline"]);
        for (candidate, path, count) in &nothing.nearest {
            table.push([
                score(candidate),
                printable(&candidate.observation.to_string()),
                format!("{}, {}", path.display(), counted(as_usize(*count), "time")),
            ]);
        }
        table.print(None, out)?;
    }
    print_refused(&nothing.refused, width, out)?;
    print_left_out(&nothing.left_out, width, out)
}

fn emptiness_in_words(emptiness: Emptiness) -> String {
    const NOTHING: &str = "the attack shows nothing that rules look at: no RPC call, HTTP request or SMB command in captures, no record of \
         a known log.";
    const OTHER_PROTOCOLS: &str = "Of other protocols, such as DNS, TLS, SSH or SMTP, rules look at Zeek's logs: run Zeek on the capture, and \
         draft from the log, such as dns.log.";
    match emptiness {
        Emptiness::OtherHosts(attacker) => format!(
            "{attacker} asks for nothing that rules look at, but other hosts do: is it the attacker? Without --attacker, all hosts count."
        ),
        Emptiness::Headless(count) => {
            let connections = counted(as_usize(count), "connection");
            format!(
                "{NOTHING} The capture lacks the beginning of {connections}, so that Zeek finds no HTTP there. {OTHER_PROTOCOLS}"
            )
        }
        Emptiness::NotFollowed => {
            format!("{NOTHING} {OTHER_PROTOCOLS} What is encrypted shows nothing.")
        }
    }
}

/// Prints the calls that failed.
fn print_refused(
    refused: &BTreeSet<Observation>,
    width: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    const MOST: usize = 8;
    let mut calls: Vec<String> = refused.iter().take(MOST).map(ToString::to_string).collect();
    match refused.len().saturating_sub(MOST) {
        0 if calls.is_empty() => return Ok(()),
        0 => {}
        more => calls.push(format!("{more} more")),
    }
    let text = format!(
        "refused with a fault, so that only a rule with `raise_on: request` matches it: {}",
        printable(&listed(&calls))
    );
    writeln!(out)?;
    paragraph("", 0, &text, width, out)
}

fn print_rule(rule: &DraftedRule, width: usize, out: &mut impl Write) -> io::Result<()> {
    let score = rule.score.map(|score| format!("  {score}"));
    writeln!(out, "{}{}", rule.title(), score.unwrap_or_default())?;
    let correlated = match &rule.correlated {
        None => None,
        Some(Correlated::Ordered(window)) => Some(format!(
            "no single event distinguishes the attack; in this order {} within {}, which the attack did in {}:",
            window.by_whom(),
            window.timespan,
            counted(as_usize(window.took), "second"),
        )),
        Some(Correlated::Counted(tally)) => Some(format!(
            "no single event and no order distinguishes the attack; {} {}, to which the attack comes with {} and the baseline with {} at \
             most:",
            tally.at_least,
            tally.what(),
            tally.attack,
            tally.baseline,
        )),
    };
    if let Some(text) = correlated {
        paragraph("  ", 2, &text, width, out)?;
    }
    if rule.is_chosen_by_attacker {
        let text = "the last resort, since no operation and no known text distinguishes the attack: the attacker chose the text, and \
                    evades the rule with another";
        paragraph("  ", 2, text, width, out)?;
    }
    if !rule.claimed.is_empty() {
        let ids: Vec<String> = rule.claimed.iter().map(|it| it.id.to_owned()).collect();
        let text = format!("nothing that it asks for is known to be {}", listed(&ids));
        paragraph("  ", 2, &text, width, out)?;
    }
    for (observation, support) in rule.asks_for.iter().filter(|(_, seen)| seen.count > 0) {
        let observation = observation.to_string();
        writeln!(out, "  {}  {}", printable(&observation), seen(support))?;
    }
    let unseen = unseen(&rule.asks_for);
    if !unseen.is_empty() {
        let text = format!(
            "not seen, and as good for the attacker: {}",
            listed(&unseen)
        );
        paragraph("  ", 2, &text, width, out)?;
    }
    if !rule.excluded.is_empty() {
        let names: Vec<String> = rule.excluded.iter().map(ToString::to_string).collect();
        let text = format!(
            "left out, since the baseline has it: {}. Who uses it instead evades the rule.",
            listed(&names)
        );
        paragraph("  ", 2, &text, width, out)?;
    }
    for improvement in &rule.improvements {
        let without: Vec<String> = improvement
            .without
            .iter()
            .map(|it| it.what.clone())
            .collect();
        let text = format!("{} without {}", improvement.score, listed(&without));
        paragraph("  ", 2, &text, width, out)?;
    }
    for capture in &rule.captures {
        let file = file_name(capture);
        writeln!(out, "  {file}  {}", printable(&capture.shows))?;
    }
    for sentence in &rule.without {
        writeln!(out, "  {sentence}")?;
    }
    Ok(())
}

/// Prints texts that nobody but the attacker knows.
fn print_chosen(chosen: &[&Candidate], width: usize, out: &mut impl Write) -> io::Result<()> {
    if chosen.is_empty() {
        return Ok(());
    }
    let texts = chosen
        .iter()
        .map(|it| printable(&it.observation.to_string()));
    let mut texts: Vec<String> = texts.take(MOST_OTHERS).collect();
    let more = chosen.len().saturating_sub(MOST_OTHERS);
    if more > 0 {
        texts.push(format!("{more} more"));
    }
    let text = format!(
        "not asked for, since the attacker may have chosen the text: {}",
        listed(&texts)
    );
    paragraph("", 0, &text, width, out)
}

fn print_candidates<'c>(
    candidates: impl Iterator<Item = &'c Candidate>,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut table = Table::new(["score", "observation", "seen", "techniques"]);
    for candidate in candidates {
        let techniques: Vec<&str> = candidate.techniques.iter().map(|it| it.id).collect();
        table.push([
            score(candidate),
            printable(&candidate.observation.to_string()),
            seen(&candidate.support),
            techniques.join(" "),
        ]);
    }
    table.print(None, out)
}

pub(super) fn print_left_out(
    left_out: &BTreeMap<(String, Ephemeral), u64>,
    width: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut fields: BTreeMap<Ephemeral, Vec<String>> = BTreeMap::new();
    for (field, reason) in left_out.keys() {
        fields.entry(*reason).or_default().push(field.clone());
    }
    if fields.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nleft out, since the next attack has others:")?;
    for (reason, fields) in fields {
        const MOST: usize = 6;
        let more = fields.len().saturating_sub(MOST);
        let mut shown: Vec<String> = fields.into_iter().take(MOST).collect();
        if more > 0 {
            shown.push(format!("{more} more"));
        }
        let text = format!("{reason}, in {}", listed(&shown));
        paragraph("  ", 2, &text, width, out)?;
    }
    Ok(())
}

fn score(candidate: &Candidate) -> String {
    let score = candidate.score.map(|score| score.to_string());
    score.unwrap_or_default()
}

fn seen(support: &Support) -> String {
    let times = counted(as_usize(support.count), "time");
    match support.connections.len() {
        0 => times,
        connections => format!("{times}, {}", counted(connections, "connection")),
    }
}

fn as_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
