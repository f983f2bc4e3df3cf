//! Findings in SARIF 2.1.0 (OASIS Standard, <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>), which code
//! scanning services and editors read.
//!
//! Columns count characters (`unicodeCodePoints`, section 3.14.17); a tab is one.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::path::Path;

use data_encoding::HEXLOWER;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Run;
use super::location::{self, Base, Positions};
use crate::finding::{Code, Finding, Fix, Place, Severity};
use crate::text::printable;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Where the project's pages are; empty where its manifest names no repository.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// How we compute fingerprints. Another way needs another name, so that old results are not taken for new ones.
const FINGERPRINT: &str = "sigzeekFinding/v1";

/// Writes what a run has found as a log with one run, and a line feed.
///
/// # Errors
///
/// Whatever writing to `out` gives.
pub fn write(run: &Run<'_>, out: &mut impl Write) -> io::Result<()> {
    let places = Places {
        base: Base::working_directory(),
        positions: Positions::default(),
    };
    let mut fingerprints = Fingerprints::default();
    let unreadable = run
        .findings
        .iter()
        .any(|finding| finding.code == Code::Unreadable);
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [RunOutput {
            tool: Tool {
                driver: Driver {
                    name: "sigzeek",
                    version: env!("CARGO_PKG_VERSION"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    information_uri: Some(REPOSITORY).filter(|uri| !uri.is_empty()),
                    rules: Code::ALL.iter().map(|code| rule(*code)).collect(),
                },
            },
            invocations: [Invocation {
                execution_successful: !unreadable,
            }],
            column_kind: "unicodeCodePoints",
            results: run
                .findings
                .iter()
                .map(|finding| result(&places, finding, &mut fingerprints))
                .collect(),
        }],
    };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [RunOutput<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RunOutput<'a> {
    tool: Tool,
    invocations: [Invocation; 1],
    column_kind: &'static str,
    results: Vec<ResultOutput<'a>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    information_uri: Option<&'static str>,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
}

/// A `reportingDescriptor` (section 3.49): one of our codes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    name: &'static str,
    short_description: SarifText<String>,
    full_description: SarifText<String>,
    help: Help,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    default_configuration: Configuration,
    properties: Properties,
}

#[derive(Serialize)]
struct SarifText<T> {
    text: T,
}

#[derive(Serialize)]
struct Help {
    text: &'static str,
    markdown: String,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

/// What GitHub's code scanning reads of a rule beyond the standard.
#[derive(Serialize)]
struct Properties {
    tags: [&'static str; 2],
    precision: &'static str,
    #[serde(rename = "problem.severity")]
    severity: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultOutput<'a> {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: SarifText<String>,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<SarifFix<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<SarifText<String>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    /// What a relative URI is relative to: the folder of the sources, wherever it lies.
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifFix<'a> {
    description: SarifText<&'a str>,
    artifact_changes: [ArtifactChange<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'a> {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: Region,
    #[serde(skip_serializing_if = "Option::is_none")]
    inserted_content: Option<SarifText<&'a str>>,
}

fn rule(code: Code) -> Descriptor {
    let explanation = code.explanation();
    let level = crate::finding::severity(code);
    Descriptor {
        id: code.as_str(),
        name: code.name(),
        short_description: SarifText {
            text: code.title().to_owned(),
        },
        full_description: SarifText {
            text: explanation.summary(),
        },
        help: Help {
            text: explanation.text,
            markdown: explanation.markdown(),
        },
        help_uri: crate::finding::address(code),
        default_configuration: Configuration { level },
        properties: Properties {
            tags: ["sigma", "zeek"],
            precision: match code.severity() {
                Severity::Error => "very-high",
                Severity::Warning => "high",
            },
            severity: level,
        },
    }
}

fn result<'a>(
    places: &Places,
    finding: &'a Finding,
    fingerprints: &mut Fingerprints,
) -> ResultOutput<'a> {
    let mut text = printable(&finding.message);
    if let Some(help) = &finding.help {
        text += &format!("\nhelp: {}", printable(help));
    }
    let related = finding.related.iter().enumerate();
    let related = related.map(|(index, (place, label))| Location {
        id: Some(index + 1),
        physical_location: places.physical_location(place),
        message: Some(SarifText {
            text: printable(label),
        }),
    });
    ResultOutput {
        rule_id: finding.code.as_str(),
        rule_index: Code::ALL.iter().position(|code| *code == finding.code),
        level: crate::finding::severity(finding.code),
        message: SarifText { text },
        locations: [Location {
            id: None,
            physical_location: places.physical_location(&finding.place),
            message: None,
        }],
        related_locations: related.collect(),
        partial_fingerprints: BTreeMap::from([(
            FINGERPRINT,
            fingerprints.take(&places.base, finding),
        )]),
        fixes: finding
            .fix
            .iter()
            .map(|fix| places.fix(&finding.place, fix))
            .collect(),
    }
}

/// How files and their parts are named.
struct Places {
    base: Base,
    positions: Positions,
}

impl Places {
    fn physical_location(&self, place: &Place) -> PhysicalLocation {
        PhysicalLocation {
            artifact_location: self.artifact_location(place.path()),
            region: self.positions.region(place).map(region),
        }
    }

    fn artifact_location(&self, path: &Path) -> ArtifactLocation {
        let uri = self.base.uri(path);
        ArtifactLocation {
            uri_base_id: (!uri.starts_with("file:")).then_some("%SRCROOT%"),
            uri,
        }
    }

    fn fix<'a>(&self, place: &Place, fix: &'a Fix) -> SarifFix<'a> {
        let source = &place.source;
        let replacements = fix.edits.iter().map(|edit| Replacement {
            deleted_region: region(location::CharacterRange {
                start: self.positions.position(source, edit.span.start),
                end: self.positions.position(source, edit.span.end),
            }),
            inserted_content: (!edit.text.is_empty()).then_some(SarifText {
                text: edit.text.as_str(),
            }),
        });
        SarifFix {
            description: SarifText {
                text: &fix.description,
            },
            artifact_changes: [ArtifactChange {
                artifact_location: self.artifact_location(&source.path),
                replacements: replacements.collect(),
            }],
        }
    }
}

fn region(location::CharacterRange { start, end }: location::CharacterRange) -> Region {
    Region {
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}

/// Fingerprints that stay when lines are added elsewhere in the file: of the code, the file, the message and the text of
/// the line. Equal findings are numbered.
#[derive(Default)]
struct Fingerprints {
    seen: HashMap<String, usize>,
}

impl Fingerprints {
    fn take(&mut self, base: &Base, finding: &Finding) -> String {
        let uri = base.uri(finding.place.path());
        let parts = [
            finding.code.as_str(),
            &uri,
            &finding.message,
            line(&finding.place),
        ];
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let digest = HEXLOWER.encode(&hash.finalize()[..16]);
        let number = self.seen.entry(digest.clone()).or_default();
        *number += 1;
        format!("{digest}:{number}")
    }
}

/// The line on which a place begins, without the white space around it.
fn line(place: &Place) -> &str {
    let text = &place.source.text;
    let start = text[..place.span.start]
        .rfind('\n')
        .map_or(0, |newline| newline + 1);
    let rest = &text[start..];
    rest.lines().next().unwrap_or_default().trim()
}
