//! Which SMB commands a rule watches.
//!
//! Each generation of SMB has events of its own, so that a rule which asks for one hooks only its events.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::finding::{Code, Finding};
use crate::predicate::pattern::Matcher;
use crate::predicate::{Comparison, Predicate};
use crate::registry::SmbCode;
use crate::rule::Rule;
use crate::service::SmbVersion;
use crate::text::nearest;

/// The field that says which generation a message is of.
const VERSION: &str = "version";

/// The field that says what a transaction of SMB1 does.
const SUB_COMMAND: &str = "sub_command";

/// The generations of SMB whose messages a predicate can match.
pub(super) fn versions(predicate: &Predicate) -> BTreeSet<SmbVersion> {
    let answers = |version: SmbVersion| {
        predicate.replace_tests(&|test| match &test.comparison {
            Comparison::Matches(pattern) if test.field.name == VERSION => {
                let matcher = pattern.matcher().ok()?;
                let matches = matcher.is_match(version.name().as_bytes());
                Some(Predicate::Constant(matches))
            }
            _ => None,
        })
    };
    let possible = |version: &SmbVersion| answers(*version) != Predicate::Constant(false);
    SmbVersion::ALL.into_iter().filter(possible).collect()
}

/// An error for a test of a name that Zeek prints for none of SMB's numbers.
pub(super) fn check(
    rule: &Rule,
    predicate: &Predicate,
    text: &str,
    span: &Range<usize>,
) -> Option<Finding> {
    let (field, matcher) = asked(predicate)?;
    let (what, names) = names(field)?;
    // What has no name in Zeek is printed by its number.
    let unnamed = text.to_ascii_lowercase().starts_with("unknown-");
    if unnamed || names.iter().any(|name| matcher.is_match(name.as_bytes())) {
        return None;
    }
    let message = format!("Zeek knows no SMB {what} `{text}`");
    let finding = Finding::new(Code::UnknownAction, rule.place(span), message);
    // Microsoft's documents have a prefix that Zeek leaves out.
    let short = text.strip_prefix("STATUS_").unwrap_or(text);
    Some(finding.help(match nearest(short, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write the {what} as smb_cmd.log has it"),
    }))
}

/// A warning for a test of a subcommand that only a transaction on a pipe has: Zeek takes the request's setup words for those
/// of a dialect that differs where there are two of them, and on a pipe there are (MS-CIFS section 2.2.5), so that it prints
/// no name.
pub(super) fn pipe_transaction(
    rule: &Rule,
    predicate: &Predicate,
    text: &str,
    span: &Range<usize>,
) -> Option<Finding> {
    let (field, matcher) = asked(predicate)?;
    if field != SUB_COMMAND {
        return None;
    }
    let matches = |name: &str| matcher.is_match(name.as_bytes());
    let on_pipes = SmbCode::Transaction.names();
    let elsewhere = SmbCode::Transaction2.names();
    let pipes_alone = on_pipes.into_iter().any(matches) && !elsewhere.into_iter().any(matches);
    let shown = SmbCode::Transaction.name(0);
    (pipes_alone && !matches(&shown)).then(|| {
        let message = format!("Zeek shows no transaction on a pipe as `{text}`");
        Finding::new(Code::PipeTransaction, rule.place(span), message).help(format!(
            "Zeek shows each of them as `{shown}`, whatever it does"
        ))
    })
}

/// The field that a test compares with a pattern, and what finds the pattern.
fn asked(predicate: &Predicate) -> Option<(&str, Matcher)> {
    let Predicate::Test(test) = predicate else {
        return None;
    };
    let Comparison::Matches(pattern) = &test.comparison else {
        return None;
    };
    Some((&test.field.name, pattern.matcher().ok()?))
}

/// The values that a field can have.
fn names(field: &str) -> Option<(&'static str, Vec<&'static str>)> {
    Some(match field {
        "command" => {
            let commands = [SmbCode::Smb1Command, SmbCode::Smb2Command];
            let names = commands.into_iter().flat_map(SmbCode::names);
            ("command", names.collect())
        }
        SUB_COMMAND => {
            let transactions = [SmbCode::Transaction, SmbCode::Transaction2];
            let names = transactions.into_iter().flat_map(SmbCode::names);
            ("subcommand", names.collect())
        }
        "status" => ("status", SmbCode::Status.names()),
        VERSION => (
            VERSION,
            SmbVersion::ALL.into_iter().map(SmbVersion::name).collect(),
        ),
        _ => return None,
    })
}
