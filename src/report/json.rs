//! Findings and tests' outcomes as one JSON object, which `docs/findings.schema.json` describes.

use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;

use super::Run;
use super::location::{Base, Position, Positions};
use crate::finding::{Finding, Fix, Place, Severity, Source};
use crate::regression::{Report, TestOrigin, Verdict};

/// Writes what a run has found, and a line feed.
///
/// # Errors
///
/// Whatever writing to `out` gives.
pub fn write(run: &Run<'_>, out: &mut impl Write) -> io::Result<()> {
    let base = Base::working_directory();
    let positions = Positions::default();
    let count = |severity| {
        let findings = run.findings.iter();
        findings
            .filter(|finding| finding.severity() == severity)
            .count()
    };
    let document = CheckOutput {
        version: env!("CARGO_PKG_VERSION"),
        files: run.files,
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        findings: run
            .findings
            .iter()
            .map(|finding| finding_of(&base, &positions, finding))
            .collect(),
        tests: run.tests.as_ref().map(|tests| TestsOutput {
            engine: tests.engine,
            outcomes: tests
                .reports
                .iter()
                .map(|report| outcome(&base, report))
                .collect(),
        }),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

#[derive(Serialize)]
struct CheckOutput<'a> {
    version: &'static str,
    files: usize,
    errors: usize,
    warnings: usize,
    findings: Vec<FindingOutput<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tests: Option<TestsOutput<'a>>,
}

#[derive(Serialize)]
struct FindingOutput<'a> {
    code: &'static str,
    severity: &'static str,
    title: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    place: PlaceOutput,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<RelatedOutput<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixOutput<'a>>,
}

#[derive(Serialize)]
struct PlaceOutput {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<PositionOutput>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<PositionOutput>,
}

#[derive(Serialize)]
struct PositionOutput {
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct RelatedOutput<'a> {
    message: &'a str,
    place: PlaceOutput,
}

#[derive(Serialize)]
struct FixOutput<'a> {
    description: &'a str,
    edits: Vec<EditOutput<'a>>,
}

#[derive(Serialize)]
struct EditOutput<'a> {
    start: PositionOutput,
    end: PositionOutput,
    text: &'a str,
}

#[derive(Serialize)]
struct TestsOutput<'a> {
    engine: &'a str,
    outcomes: Vec<OutcomeOutput<'a>>,
}

#[derive(Serialize)]
struct OutcomeOutput<'a> {
    pack: &'a str,
    rule: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    test: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    capture: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    synthesised: bool,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    explanation: &'a [String],
}

fn finding_of<'a>(base: &Base, positions: &Positions, finding: &'a Finding) -> FindingOutput<'a> {
    FindingOutput {
        code: finding.code.as_str(),
        severity: crate::finding::severity(finding.code),
        title: finding.code.title(),
        message: &finding.message,
        help: finding.help.as_deref(),
        place: place(base, positions, &finding.place),
        related: finding
            .related
            .iter()
            .map(|(place_of, label)| RelatedOutput {
                message: label,
                place: place(base, positions, place_of),
            })
            .collect(),
        fix: finding
            .fix
            .as_ref()
            .map(|fix| fix_of(positions, &finding.place.source, fix)),
    }
}

fn place(base: &Base, positions: &Positions, place: &Place) -> PlaceOutput {
    let region = positions.region(place);
    PlaceOutput {
        file: base.path(place.path()).to_string_lossy().into_owned(),
        start: region.map(|region| position(region.start)),
        end: region.map(|region| position(region.end)),
    }
}

fn position(Position { line, column }: Position) -> PositionOutput {
    PositionOutput { line, column }
}

fn fix_of<'a>(positions: &Positions, source: &Arc<Source>, fix: &'a Fix) -> FixOutput<'a> {
    let edits = fix.edits.iter().map(|edit| EditOutput {
        start: position(positions.position(source, edit.span.start)),
        end: position(positions.position(source, edit.span.end)),
        text: &edit.text,
    });
    FixOutput {
        description: &fix.description,
        edits: edits.collect(),
    }
}

fn outcome<'a>(base: &Base, report: &'a Report<'_, '_>) -> OutcomeOutput<'a> {
    let case = report.case;
    let (outcome, message, explanation) = match &report.verdict {
        Verdict::Passed => ("passed", None, &[][..]),
        Verdict::Skipped(reason) => ("skipped", Some(reason.as_str()), &[][..]),
        Verdict::Error(reason) => ("error", Some(reason.as_str()), &[][..]),
        Verdict::Failed(failure) => (
            "failed",
            Some(failure.message.as_str()),
            failure.explanation.as_slice(),
        ),
    };
    OutcomeOutput {
        pack: case.pack,
        rule: case.subject.name(),
        id: case.subject.id(),
        test: &case.test.name,
        capture: case
            .capture()
            .filter(|_| case.origin == TestOrigin::Author)
            .map(|capture| base.path(capture).to_string_lossy().into_owned()),
        synthesised: case.origin == TestOrigin::Synthesised,
        outcome,
        message,
        explanation,
    }
}
