//! Reports in the XML of JUnit, which continuous integration reads.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{Report, Verdict};

/// Writes reports: a suite a pack, a case a test.
///
/// # Errors
///
/// Whatever writing to `out` gives.
pub fn write(reports: &[Report<'_, '_>], out: &mut impl Write) -> io::Result<()> {
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
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\">",
            escaped(pack),
            reports.len(),
            count(|verdict| matches!(verdict, Verdict::Failed(_))),
            count(|verdict| matches!(verdict, Verdict::Skipped(_))),
        )?;
        for report in reports {
            case(report, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn case(report: &Report<'_, '_>, out: &mut impl Write) -> io::Result<()> {
    let class = escaped(report.case.subject.name());
    let name = escaped(&report.case.test.name);
    write!(out, "    <testcase classname=\"{class}\" name=\"{name}\"")?;
    match &report.verdict {
        Verdict::Passed => writeln!(out, "/>"),
        Verdict::Skipped(reason) => {
            let reason = escaped(reason);
            writeln!(out, "><skipped message=\"{reason}\"/></testcase>")
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
