//! Reports in the XML of JUnit, which continuous integration reads.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use super::{Report, Verdict};
use crate::finding::{Finding, Severity};

/// Writes reports: a suite a pack, a case a test. What else is wrong with rules or their tests is a suite of its own, a case a
/// finding.
///
/// A case's time is that of its capture or log, which all tests on it share.
///
/// # Errors
///
/// Whatever writing to `out` gives.
pub fn write(
    reports: &[Report<'_, '_>],
    wrong: &[Finding],
    out: &mut impl Write,
) -> io::Result<()> {
    let mut suites: BTreeMap<&str, Vec<&Report<'_, '_>>> = BTreeMap::new();
    for report in reports {
        suites.entry(report.case.pack).or_default().push(report);
    }
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites>")?;
    for (pack, reports) in suites {
        let count = |wanted: fn(&Verdict) -> bool| {
            reports
                .iter()
                .filter(|report| wanted(&report.verdict))
                .count()
        };
        writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\">",
            escaped(pack),
            reports.len(),
            count(|verdict| matches!(verdict, Verdict::Failed(_))),
            count(|verdict| matches!(verdict, Verdict::Error(_))),
            count(|verdict| matches!(verdict, Verdict::Skipped(_))),
            seconds(time(&reports)),
        )?;
        for report in reports {
            case(report, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    let errors: Vec<&Finding> = wrong
        .iter()
        .filter(|finding| finding.severity() == Severity::Error)
        .collect();
    if !errors.is_empty() {
        let count = errors.len();
        writeln!(
            out,
            "  <testsuite name=\"{RULES}\" tests=\"{count}\" failures=\"0\" errors=\"{count}\" skipped=\"0\" time=\"0.000\">"
        )?;
        for finding in errors {
            error(finding, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

/// Writes that nothing could be tested at all, and why.
///
/// # Errors
///
/// Whatever writing to `out` gives.
pub fn write_failure(reason: &str, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites>\n  <testsuite name=\"{RULES}\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\" time=\"0.000\">"
    )?;
    writeln!(
        out,
        "    <testcase classname=\"{RULES}\" name=\"sigzeek test\" time=\"0.000\"><error message=\"{}\"/></testcase>",
        escaped(reason)
    )?;
    writeln!(out, "  </testsuite>\n</testsuites>")
}

/// The suite of what is wrong before anything is tested.
const RULES: &str = "rules";

fn error(finding: &Finding, out: &mut impl Write) -> io::Result<()> {
    let (line, column) = finding.place.line_column();
    let name = format!("{} at {line}:{column}", finding.code.as_str());
    writeln!(
        out,
        "    <testcase classname=\"{}\" name=\"{name}\" time=\"0.000\"><error message=\"{}\">{}</error></testcase>",
        escaped(&finding.place.path().to_string_lossy()),
        escaped(&finding.message),
        escaped(finding.help.as_deref().unwrap_or_default()),
    )
}

/// The time of a suite: a capture or log counts once.
fn time(reports: &[&Report<'_, '_>]) -> Duration {
    let files: BTreeMap<&Path, Duration> = reports
        .iter()
        .filter_map(|report| Some((report.case.file()?, report.took)))
        .collect();
    files.into_values().sum()
}

/// A time as JUnit has it, in seconds.
fn seconds(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64())
}

fn case(report: &Report<'_, '_>, out: &mut impl Write) -> io::Result<()> {
    let class = escaped(report.case.subject.name());
    let name = escaped(&report.case.test.name);
    let time = seconds(report.took);
    write!(
        out,
        "    <testcase classname=\"{class}\" name=\"{name}\" time=\"{time}\""
    )?;
    match &report.verdict {
        Verdict::Passed => writeln!(out, "/>"),
        Verdict::Skipped(reason) => {
            let reason = escaped(reason);
            writeln!(out, "><skipped message=\"{reason}\"/></testcase>")
        }
        Verdict::Error(reason) => {
            let reason = escaped(reason);
            writeln!(out, "><error message=\"{reason}\"/></testcase>")
        }
        Verdict::Failed(failure) => writeln!(
            out,
            "><failure message=\"{}\">{}</failure></testcase>",
            escaped(&failure.message),
            escaped(&failure.explanation.join("\n"))
        ),
    }
}

/// Text for an attribute or an element; characters that XML 1.0 (section 2.2) has no place for are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            '\t' => escaped.push_str("&#9;"),
            '\u{fffe}' | '\u{ffff}' => {}
            character if character.is_control() && character < ' ' => {}
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn texts_stay_text() {
        assert_eq!(
            escaped("a<b>&\"c\"\u{0}\u{1b}\n"),
            "a&lt;b&gt;&amp;&quot;c&quot;&#10;"
        );
    }
}
