//! A rule on the page.

use askama::Template;

use super::ReportedPack;
use super::coverage::TechniqueView;
use super::outcomes::{TestOutcome, TestResult};
use crate::plan::correlation::{CorrelationPlan, MatchSource};
use crate::plan::zeek_names::ZeekRule;
use crate::plan::{RulePlan, Subject};
use crate::registry::attack::Tactic;
use crate::registry::robustness::Column;
use crate::report::score::{combination, conditions};
use crate::score::{Role, Score, standing};
use crate::service::Service;
use crate::text::printable;
use crate::words::{Clause, Statement, Word};
use crate::zeek::{self, HookedEvent};

/// Levels, the highest first; the last is for rules that have none.
pub(super) const LEVELS: [&str; 6] = ["critical", "high", "medium", "low", "informational", "none"];
/// Services in the order of the page's menu.
pub(super) fn services() -> Vec<&'static str> {
    Service::all()
        .map(Service::name)
        .chain([CORRELATION])
        .collect()
}
/// What stands for a service where a correlation has none.
const CORRELATION: &str = "correlation";

/// How many values of a condition are shown.
const MOST_VALUES: usize = 40;
/// How many lines of a script are shown, and how many bytes.
const MOST_LINES: usize = 400;
const MOST_BYTES: usize = 32 * 1024;

/// A rule.
pub(super) struct RuleView {
    pub(super) number: usize,
    pub(super) anchor: String,
    pub(super) title: String,
    pub(super) id: Option<String>,
    pub(super) pack: String,
    pub(super) file: String,
    pub(super) level: &'static str,
    /// Place of the level in [`LEVELS`].
    pub(super) level_rank: usize,
    pub(super) status: Option<&'static str>,
    pub(super) service: &'static str,
    pub(super) score: Option<String>,
    /// The score's row, 0 where it has none.
    pub(super) row: u8,
    /// The score as a number that grows with it.
    pub(super) score_rank: usize,
    pub(super) techniques: Vec<TechniqueView>,
    pub(super) tactics: Vec<Tactic>,
    pub(super) description: Vec<String>,
    pub(super) author: Option<String>,
    pub(super) references: Vec<ReferenceView>,
    pub(super) falsepositives: Vec<String>,
    /// Whether it starts switched off, or silent.
    pub(super) starts: Option<&'static str>,
    pub(super) subject: ClauseView,
    pub(super) conditions: Vec<ClauseView>,
    pub(super) observables: Vec<ObservableView>,
    pub(super) improvements: Vec<ImprovementView>,
    pub(super) events: Vec<HookedEvent>,
    /// The filters that are put on it: title and file.
    pub(super) filters: Vec<(String, String)>,
    pub(super) tests: TestsView,
    pub(super) notice: String,
    pub(super) script: String,
    pub(super) code: String,
    /// How many lines of the script are not shown.
    pub(super) lines_left_out: usize,
}

/// A reference: a link where it is a URL of the web.
pub(super) struct ReferenceView {
    pub(super) text: String,
    pub(super) is_link: bool,
}

/// A condition in words, with those that it is made of.
#[derive(Template)]
#[template(path = "report/clause.html")]
pub(super) struct ClauseView {
    words: Vec<Word>,
    values: Vec<String>,
    values_left_out: usize,
    remark: String,
    parts: Vec<ClauseView>,
}

/// What a rule asks for and how robust that is.
pub(super) struct ObservableView {
    /// The score, or `--` where another observable decides in its place.
    pub(super) score: String,
    pub(super) row: u8,
    pub(super) excluded: bool,
    pub(super) what: String,
    pub(super) values: Vec<String>,
    pub(super) values_left_out: usize,
    pub(super) line: Option<usize>,
    pub(super) because: String,
    pub(super) decides: bool,
}

/// What could be left out for a better score.
pub(super) struct ImprovementView {
    pub(super) score: String,
    pub(super) row: u8,
    pub(super) without: String,
}

/// A rule's tests.
pub(super) struct TestsView {
    pub(super) tests: Vec<TestResult>,
    /// `failed`, `passed`, `skipped` or `untested`.
    pub(super) state: &'static str,
    pub(super) summary: String,
}

impl RuleView {
    pub(super) fn new(
        number: usize,
        pack: &ReportedPack<'_>,
        source: MatchSource,
        named: &ZeekRule,
        tests: &[TestResult],
    ) -> Option<Self> {
        let subject = pack.plan.subject(source)?;
        let level = subject.level().map_or("none", |level| {
            let name = level.as_str();
            let mut known = LEVELS.iter().copied();
            known.find(|known| *known == name).unwrap_or("none")
        });
        let score = subject.score();
        let (code, lines_left_out) = code(pack, named);
        let statement = match subject {
            Subject::Rule(plan) => Statement::of(plan),
            Subject::Correlation(plan) => Statement::of_correlation(pack.plan, plan),
        };
        Some(Self {
            number,
            anchor: anchor(&named.name),
            title: printable(subject.title()),
            id: subject.id().map(printable),
            pack: printable(&pack.plan.pack.name),
            file: printable(&subject.path().to_string_lossy()),
            level,
            level_rank: LEVELS.iter().position(|known| *known == level).unwrap_or(0),
            status: subject.status(),
            service: match subject {
                Subject::Rule(plan) => plan.service.name(),
                Subject::Correlation(_) => CORRELATION,
            },
            score: subject.robustness(),
            row: score.map_or(0, |score| score.row.number()),
            score_rank: Score::all()
                .position(|known| Some(known) == score)
                .map_or(0, |place| 10 - place),
            techniques: subject
                .techniques()
                .iter()
                .map(|technique| TechniqueView::new(technique))
                .collect(),
            tactics: tactics(subject),
            description: paragraphs(subject.description()),
            author: subject.author().map(printable),
            references: subject
                .references()
                .iter()
                .map(|text| ReferenceView::new(text))
                .collect(),
            falsepositives: subject
                .falsepositives()
                .iter()
                .map(|text| printable(text))
                .collect(),
            starts: starts(pack, subject, source),
            subject: ClauseView::new(&statement.subject),
            conditions: statement.conditions.iter().map(ClauseView::new).collect(),
            observables: match subject {
                Subject::Rule(plan) => observables(plan),
                Subject::Correlation(plan) => rules_of(pack, plan),
            },
            improvements: match subject {
                Subject::Rule(plan) => improvements(plan),
                Subject::Correlation(_) => Vec::new(),
            },
            events: match subject {
                Subject::Rule(plan) => zeek::events(plan),
                Subject::Correlation(_) => Vec::new(),
            },
            filters: match subject {
                Subject::Rule(plan) => filters(plan),
                Subject::Correlation(_) => Vec::new(),
            },
            tests: TestsView::new(tests),
            notice: named.note.clone(),
            script: format!(
                "{}/{}",
                pack.names.package,
                pack.scripts.installed_path(&named.script)
            ),
            code,
            lines_left_out,
        })
    }

    /// The tactics' names in tags, for the page's script.
    pub(super) fn tactic_names(&self) -> String {
        let names: Vec<&str> = self.tactics.iter().map(|tactic| tactic.name()).collect();
        names.join(" ")
    }
}

/// What a link to a rule ends in: its name in Zeek, which has letters, digits, underscores and colons.
fn anchor(name: &str) -> String {
    name.replace("::", ".")
}

fn tactics(subject: Subject<'_>) -> Vec<Tactic> {
    let serves = |tactic: &&Tactic| {
        let mut techniques = subject.techniques().iter();
        techniques.any(|technique| technique.is_in_force() && technique.tactics.contains(tactic))
    };
    Tactic::ALL.iter().filter(serves).copied().collect()
}

fn paragraphs(text: Option<&str>) -> Vec<String> {
    let blocks = text.unwrap_or_default().split("\n\n");
    blocks
        .map(|block| printable(&block.split_whitespace().collect::<Vec<_>>().join(" ")))
        .filter(|block| !block.is_empty())
        .collect()
}

fn starts(
    pack: &ReportedPack<'_>,
    subject: Subject<'_>,
    source: MatchSource,
) -> Option<&'static str> {
    if subject.starts_off() {
        Some("starts switched off")
    } else if pack.plan.starts_silent(source) {
        Some("starts silent")
    } else {
        None
    }
}

/// The rule's script from its first line of code on, and how many of its lines are left out.
fn code(pack: &ReportedPack<'_>, named: &ZeekRule) -> (String, usize) {
    let script = pack
        .scripts
        .files
        .get(&named.script)
        .map_or("", String::as_str);
    let code = match script.find("\nmodule ") {
        Some(start) => &script[start + 1..],
        None => script,
    };
    let mut shown = String::new();
    let mut lines = code.lines();
    for line in lines.by_ref().take(MOST_LINES) {
        if shown.len() + line.len() > MOST_BYTES {
            return (shown, lines.count() + 1);
        }
        shown.push_str(line);
        shown.push('\n');
    }
    (shown, lines.count())
}

fn filters(plan: &RulePlan<'_>) -> Vec<(String, String)> {
    let filters = plan.filters.iter().map(|filter| &filter.condition);
    filters
        .map(|filter| {
            let file = filter.source.path.to_string_lossy();
            (printable(&filter.title.value), printable(&file))
        })
        .collect()
}

fn observables(plan: &RulePlan<'_>) -> Vec<ObservableView> {
    let of_rule = plan.assessment().score;
    let observables = plan.assessment().observables.iter();
    observables
        .map(|observable| {
            let given = observable.role == Role::Given;
            let (values, values_left_out) = shown(&observable.values);
            ObservableView {
                score: if given {
                    "--".to_owned()
                } else {
                    observable.score.to_string()
                },
                row: if given {
                    0
                } else {
                    observable.score.row.number()
                },
                excluded: observable.role == Role::Excluded,
                what: printable(&observable.what.join(", ")),
                values,
                values_left_out,
                line: observable.place.as_ref().map(|place| place.line_column().0),
                because: if given {
                    "decided by what else is asked of the same".to_owned()
                } else {
                    printable(&format!("{}: {}", standing(observable), observable.reason))
                },
                decides: !given && of_rule.is_some_and(|score| decides(observable.score, score)),
            }
        })
        .collect()
}

/// Whether a rule's score has its row from an observable, or that payload must be readable.
fn decides(observable: Score, rule: Score) -> bool {
    let both_payload = observable.column == Column::Payload && rule.column == Column::Payload;
    observable.row == rule.row || both_payload
}

/// The rules of a correlation, with their scores.
fn rules_of(pack: &ReportedPack<'_>, plan: &CorrelationPlan<'_>) -> Vec<ObservableView> {
    let rules = pack.plan.correlated(plan);
    rules
        .map(|rule| {
            let score = rule.score();
            ObservableView {
                score: score.map_or_else(|| "--".to_owned(), |score| score.to_string()),
                row: score.map_or(0, |score| score.row.number()),
                excluded: false,
                what: printable(rule.title()),
                values: Vec::new(),
                values_left_out: 0,
                line: None,
                because: combination(plan).to_owned(),
                decides: score
                    .zip(plan.score)
                    .is_some_and(|(score, all)| decides(score, all)),
            }
        })
        .collect()
}

fn improvements(plan: &RulePlan<'_>) -> Vec<ImprovementView> {
    let improvements = plan.assessment().improvements.iter();
    improvements
        .map(|improvement| ImprovementView {
            score: improvement.score.to_string(),
            row: improvement.score.row.number(),
            without: conditions(improvement),
        })
        .collect()
}

/// Values as text, not more than are shown, and how many are left out.
fn shown(values: &[String]) -> (Vec<String>, usize) {
    let shown = values.iter().take(MOST_VALUES).map(|value| cut(value));
    (shown.collect(), values.len().saturating_sub(MOST_VALUES))
}

/// A value that is no longer than a few lines.
fn cut(value: &str) -> String {
    const LONGEST: usize = 300;
    let text = printable(value);
    if text.chars().count() <= LONGEST {
        return text;
    }
    let start: String = text.chars().take(LONGEST).collect();
    format!("{start}…")
}

impl ReferenceView {
    fn new(text: &str) -> Self {
        let text = printable(text);
        let has_scheme = |scheme: &str| {
            let start = text.get(..scheme.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        };
        Self {
            is_link: (has_scheme("https://") || has_scheme("http://"))
                && !text.contains(char::is_whitespace),
            text,
        }
    }
}

impl ClauseView {
    pub(super) fn has_parts(&self) -> bool {
        !self.parts.is_empty()
    }

    fn new(clause: &Clause) -> Self {
        let (values, values_left_out) = shown(&clause.values);
        Self {
            words: clause.words.clone(),
            values,
            values_left_out,
            remark: clause.remark.clone(),
            parts: clause.parts.iter().map(Self::new).collect(),
        }
    }
}

impl TestsView {
    fn new(tests: &[TestResult]) -> Self {
        let tests: Vec<TestResult> = tests
            .iter()
            .map(|test| TestResult {
                name: printable(&test.name),
                outcome: test.outcome,
                message: test.message.as_deref().map(cut),
            })
            .collect();
        let mut view = Self {
            tests,
            state: "untested",
            summary: "no tests".to_owned(),
        };
        let (passed, failed, all) = (
            view.count(TestOutcome::Passed),
            view.count(TestOutcome::Failed),
            view.tests.len(),
        );
        (view.state, view.summary) = if failed > 0 {
            ("failed", format!("{failed} of {all} failed"))
        } else if passed > 0 {
            ("passed", format!("{passed} of {all} passed"))
        } else if all > 0 {
            ("skipped", format!("{all} skipped"))
        } else {
            return view;
        };
        view
    }

    pub(super) fn count(&self, outcome: TestOutcome) -> usize {
        let tests = self.tests.iter();
        tests.filter(|test| test.outcome == outcome).count()
    }
}
