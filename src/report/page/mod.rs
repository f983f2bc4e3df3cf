//! The report: what rules cover and how well, each rule in words, its tests and its code, as one HTML page.
//!
//! The page loads nothing: style and script stand in it, and its content security policy names them by their hashes and
//! allows no others. Every text of a rule goes through the template's escaping; links are made of `http` and `https` URLs
//! alone. Without a script the page is a list that can be read, opened and printed.

mod coverage;
mod matrix;
mod outcomes;
mod rule;

use askama::Template;
use data_encoding::BASE64;
use sha2::{Digest, Sha256};

use crate::coverage::Coverage;
use crate::plan::PackPlan;
use crate::plan::zeek_names::ZeekNames;
use crate::registry::attack::{ATTACK_RELEASE, Tactic};
use crate::registry::robustness::RobustnessRow;
use crate::text::printable;
use crate::text::{counted, listed};
use crate::zeek::Scripts;
use coverage::{GapView, PackView};
use matrix::Matrix;
pub use outcomes::{Outcomes, TestOutcome, TestResult};
use rule::RuleView;

pub(super) const STYLE: &str = include_str!("../../../templates/report/style.css");
const SCRIPT: &str = include_str!("../../../templates/report/script.js");

/// What a page is made of.
#[derive(Debug)]
pub struct Material<'a> {
    /// The packs.
    pub packs: &'a [ReportedPack<'a>],
    /// What became of the rules' tests.
    pub outcomes: &'a Outcomes,
    /// The page's title.
    pub title: &'a str,
    /// A date to put on it.
    pub date: Option<&'a str>,
}

/// A pack with what it is called in Zeek, and its scripts.
#[derive(Debug)]
pub struct ReportedPack<'a> {
    /// The pack.
    pub plan: &'a PackPlan<'a>,
    /// What it and its rules are called.
    pub names: ZeekNames,
    /// Its scripts.
    pub scripts: Scripts,
}

/// A page that could not be written; a defect of the template.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the report: {0}")]
pub struct PageError(#[from] askama::Error);

#[derive(Template)]
#[template(path = "report/page.html")]
struct Page {
    title: String,
    date: Option<String>,
    policy: String,
    style: &'static str,
    script: &'static str,
    version: &'static str,
    attack: &'static str,
    lead: String,
    figures: Vec<Figure>,
    matrix: Matrix,
    gaps: Vec<GapView>,
    packs: Vec<PackView>,
    rules: Vec<RuleView>,
    tactics: Vec<Tactic>,
    levels: Vec<&'static str>,
    services: Vec<&'static str>,
    tested_in: Option<String>,
    rows: Vec<RowView>,
}

/// A row of the scores' matrix.
struct RowView {
    number: u8,
    phrase: String,
}

impl RowView {
    fn new(row: RobustnessRow) -> Self {
        let phrase = row.as_phrase();
        let phrase = match row {
            RobustnessRow::SomeImplementations | RobustnessRow::Technique => {
                format!("{phrase} the technique")
            }
            _ => phrase.to_owned(),
        };
        Self {
            number: row.number(),
            phrase,
        }
    }
}

/// A number with what it counts.
pub(super) struct Figure {
    pub(super) number: String,
    pub(super) what: &'static str,
}

impl Figure {
    pub(super) fn new(number: impl ToString, what: &'static str) -> Self {
        Self {
            number: number.to_string(),
            what,
        }
    }
}

/// The page.
///
/// # Errors
///
/// [`PageError`].
pub fn page(material: &Material<'_>, coverage: &Coverage<'_>) -> Result<String, PageError> {
    let mut rules: Vec<RuleView> = Vec::new();
    for pack in material.packs {
        for (source, named) in pack.plan.sources().zip(pack.names.all()) {
            let Some(subject) = pack.plan.subject(source) else {
                continue;
            };
            let tests = material.outcomes.of(&pack.plan.pack.name, subject.name());
            rules.extend(RuleView::new(rules.len(), pack, source, named, tests));
        }
    }
    let present = |all: &[&'static str], get: fn(&RuleView) -> &'static str| {
        let known = all.iter().copied();
        known
            .filter(|name| rules.iter().any(|rule| get(rule) == *name))
            .collect()
    };
    let matrix = Matrix::new(coverage);
    let page = Page {
        title: printable(material.title),
        date: material.date.map(printable),
        policy: policy(&[STYLE], Some(SCRIPT)),
        style: STYLE,
        script: SCRIPT,
        version: env!("CARGO_PKG_VERSION"),
        attack: ATTACK_RELEASE,
        lead: lead(material, coverage),
        figures: figures(&rules, coverage),
        gaps: coverage.gaps.iter().map(GapView::new).collect(),
        packs: material.packs.iter().map(PackView::new).collect(),
        tactics: coverage
            .tactics
            .iter()
            .map(|covered| covered.tactic)
            .collect(),
        levels: present(&rule::LEVELS, |rule| rule.level),
        services: present(&rule::services(), |rule| rule.service),
        tested_in: material.outcomes.engine().map(printable),
        rows: RobustnessRow::ALL
            .into_iter()
            .rev()
            .map(RowView::new)
            .collect(),
        matrix,
        rules,
    };
    Ok(page.render()?)
}

fn lead(material: &Material<'_>, coverage: &Coverage<'_>) -> String {
    let packs: Vec<String> = material
        .packs
        .iter()
        .map(|pack| printable(&pack.plan.pack.name))
        .collect();
    let of = match packs.len() {
        0..=4 => format!(" of the {} {}", plural(packs.len(), "pack"), listed(&packs)),
        many => format!(" of {many} packs"),
    };
    format!(
        "{}{of} {} {} in {}. The wire shows {} that no rule covers.",
        counted(coverage.rules, "rule"),
        if coverage.rules == 1 {
            "covers"
        } else {
            "cover"
        },
        counted(coverage.techniques.len(), "ATT&CK technique"),
        counted(coverage.tactics.len(), "tactic"),
        counted(coverage.gaps.len(), "more technique"),
    )
}

fn plural(number: usize, thing: &str) -> String {
    format!("{thing}{}", if number == 1 { "" } else { "s" })
}

fn figures(rules: &[RuleView], coverage: &Coverage<'_>) -> Vec<Figure> {
    let tests = |outcome| {
        rules
            .iter()
            .map(|rule| rule.tests.count(outcome))
            .sum::<usize>()
    };
    let mut figures = vec![
        Figure::new(rules.len(), "rules"),
        Figure::new(coverage.techniques.len(), "techniques"),
    ];
    let robust = rules.iter().filter(|rule| rule.row >= 4).count();
    figures.push(Figure::new(robust, "at row 4 or 5"));
    let (passed, failed) = (tests(TestOutcome::Passed), tests(TestOutcome::Failed));
    if passed + failed > 0 {
        figures.push(Figure::new(passed, "tests passed"));
        figures.push(Figure::new(failed, "tests failed"));
    }
    let untested = rules.iter().filter(|rule| rule.tests.tests.is_empty());
    figures.push(Figure::new(untested.count(), "without tests"));
    figures
}

/// A page's content security policy (<https://www.w3.org/TR/CSP3/>): its own styles and script, and nothing else.
pub(super) fn policy(styles: &[&str], script: Option<&str>) -> String {
    let hash = |text: &str| format!("'sha256-{}'", BASE64.encode(&Sha256::digest(text)));
    let styles: Vec<String> = styles.iter().map(|style| hash(style)).collect();
    let script = script.map_or_else(String::new, |script| {
        format!(" script-src {};", hash(script))
    });
    format!(
        "default-src 'none'; style-src {};{script} base-uri 'none'; form-action 'none'",
        styles.join(" "),
    )
}
