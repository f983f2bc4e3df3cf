//! Findings as annotations of GitHub Actions: workflow commands on the standard output
//! (<https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>; escapes as in the package
//! `@actions/core`).

use std::io::{self, Write};

use super::location::{Base, CharacterRange, Positions};
use crate::finding::Finding;
use crate::text::printable;

/// Writes a line a finding.
///
/// # Errors
///
/// Whatever writing to `out` gives.
pub fn write(findings: &[Finding], out: &mut impl Write) -> io::Result<()> {
    let base = Base::working_directory();
    let positions = Positions::default();
    for finding in findings {
        writeln!(out, "{}", annotation(&base, &positions, finding))?;
    }
    Ok(())
}

fn annotation(base: &Base, positions: &Positions, finding: &Finding) -> String {
    let mut properties = vec![(
        "file",
        base.path(finding.place.path())
            .to_string_lossy()
            .into_owned(),
    )];
    if let Some(CharacterRange { start, end }) = positions.region(&finding.place) {
        properties.push(("line", start.line.to_string()));
        properties.push(("endLine", end.line.to_string()));
        // Columns are for annotations of one line only.
        if start.line == end.line {
            properties.push(("col", start.column.to_string()));
            properties.push(("endColumn", end.column.max(start.column).to_string()));
        }
    }
    let title = format!("{} {}", finding.code.as_str(), finding.code.title());
    properties.push(("title", title));
    let properties: Vec<String> = properties
        .iter()
        .map(|(name, value)| format!("{name}={}", escaped_property(value)))
        .collect();
    let mut message = printable(&finding.message);
    for (place, label) in &finding.related {
        let line = positions.position(&place.source, place.span.start).line;
        let path = base.path(place.path());
        message += &format!("\n{}:{line}: {}", path.display(), printable(label));
    }
    if let Some(help) = &finding.help {
        message += &format!("\nhelp: {}", printable(help));
    }
    format!(
        "::{} {}::{}",
        crate::finding::severity(finding.code),
        properties.join(","),
        escaped_message(&message)
    )
}

/// Line breaks would end the command; a percent sign begins an escape.
fn escaped_message(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// In a property, colons and commas have a meaning, too.
fn escaped_property(text: &str) -> String {
    escaped_message(text)
        .replace(':', "%3A")
        .replace(',', "%2C")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::finding::{Code, Place, Source};

    #[test]
    fn nothing_of_a_finding_ends_its_command_or_property() {
        let source = Arc::new(Source {
            path: "a,b:c%.yml".into(),
            text: "title: x\nid: y\n".to_owned(),
        });
        let place = Place::new(&source, &(9..11));
        let finding = Finding::new(Code::UnknownKey, place, "100%\n::error::x\u{1b}[2J")
            .help("a, b: c")
            .related(Place::new(&source, &(0..5)), "first");
        let mut out = Vec::new();
        write(&[finding], &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "::error file=a%2Cb%3Ac%25.yml,line=2,endLine=2,col=1,endColumn=3,title=E203 unknown key::\
             100%25\u{fffd}::error::x\u{fffd}[2J%0Aa,b:c%25.yml:1: first%0Ahelp: a, b: c\n"
        );
    }

    #[test]
    fn several_lines_have_no_columns() {
        let source = Arc::new(Source {
            path: "rule.yml".into(),
            text: "a:\n  b\n".to_owned(),
        });
        let place = Place::new(&source, &(0..6));
        let line = annotation(
            &Base::working_directory(),
            &Positions::default(),
            &Finding::new(Code::MissingId, place, "m"),
        );
        assert_eq!(
            line,
            "::warning file=rule.yml,line=1,endLine=2,title=W252 rule has no id::m"
        );
    }
}
