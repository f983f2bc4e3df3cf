//! What payload rules could see, for people, as a Zeek log, as JSON and as CSV.

use std::io::{self, Write};

use serde_json::json;

use super::notice::{NoticeFormat, csv_line};
use crate::text::{Table, counted, printable, zeek_log};
use crate::visibility::{PayloadRule, Visibility};

const FIELDS: &[(&str, &str)] = &[
    ("rule_id", "string"),
    ("title", "string"),
    ("readable", "count"),
    ("sealed", "count"),
    ("fragmented", "count"),
    ("undecodable", "count"),
    ("unanswered", "count"),
    ("smb3_messages", "count"),
];

/// Prints a line for each payload rule.
///
/// # Errors
///
/// Whatever writing to `out` gives.
pub fn print(
    visibility: &Visibility<'_>,
    format: NoticeFormat,
    width: Option<usize>,
    out: &mut impl Write,
) -> io::Result<()> {
    if format == NoticeFormat::Human {
        return table(visibility, width, out);
    }
    format.header("blind", FIELDS, out)?;
    for rule in visibility.rules() {
        let id = rule.plan.rule.id.as_ref().map(|id| id.value.as_str());
        let title = &rule.plan.rule.title.value;
        let numbers = numbers(rule, visibility);
        let texts = numbers.map(|number| number.to_string());
        match format {
            NoticeFormat::Json => {
                let mut line = json!({"rule_id": id, "title": title});
                let names = FIELDS.iter().skip(2).map(|(name, _)| *name);
                for (name, number) in names.zip(numbers) {
                    line[name] = json!(number);
                }
                writeln!(out, "{line}")?;
            }
            NoticeFormat::Csv => {
                let named = [id.unwrap_or_default(), title].into_iter();
                csv_line(named.chain(texts.iter().map(String::as_str)), out)?;
            }
            NoticeFormat::Tsv | NoticeFormat::Human => {
                let (id, title) = (id.unwrap_or("-"), zeek_log::text(title.as_bytes()));
                writeln!(out, "{id}\t{title}\t{}", texts.join("\t"))?;
            }
        }
    }
    Ok(())
}

/// The counts in the order of [`FIELDS`].
fn numbers(rule: &PayloadRule<'_>, visibility: &Visibility<'_>) -> [u64; 6] {
    let calls = &rule.calls;
    [
        calls.readable,
        calls.sealed,
        calls.fragmented,
        calls.undecodable,
        calls.unanswered,
        visibility.encrypted_messages(),
    ]
}

fn table(
    visibility: &Visibility<'_>,
    width: Option<usize>,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut table = Table::new([
        "readable",
        "sealed",
        "fragmented",
        "undecodable",
        "unanswered",
        "rule",
    ]);
    let mut without_calls = 0;
    for rule in visibility.rules() {
        let [calls @ .., _] = numbers(rule, visibility);
        if calls == [0; 5] {
            without_calls += 1;
            continue;
        }
        let [readable, sealed, fragmented, undecodable, unanswered] =
            calls.map(|number| number.to_string());
        let rule = printable(&rule.plan.rule.title.value);
        table.push([readable, sealed, fragmented, undecodable, unanswered, rule]);
    }
    if visibility.rules().count() > without_calls {
        table.print(width, out)?;
    }
    if without_calls > 0 {
        let rules = counted(without_calls, "payload rule");
        writeln!(out, "no call of the operations of {rules}")?;
    }
    match usize::try_from(visibility.encrypted_messages()).unwrap_or(usize::MAX) {
        0 => Ok(()),
        count => {
            let messages = counted(count, "encrypted SMB3 message");
            writeln!(out, "{messages}, which may hold calls")
        }
    }
}
