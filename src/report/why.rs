//! How near rules came on a capture or a log, for people and as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::builder::styling::{AnsiColor, Style};
use serde_json::{Map, Value as Json, json};

use super::notice::seconds;
use crate::evaluation::{
    Asked, Attempt, AttemptSubject, Attempts, CorrelationStep, GroupValues, Part, SeenValue, Tested,
};
use crate::finding::Place;
use crate::plan::correlation::CorrelationPlan;
use crate::plan::zeek_names::{ZeekNames, ZeekRule};
use crate::plan::{PackPlan, RulePlan, Subject};
use crate::regression::explanation::{
    asks_for_the_opposite, line_of, matched, places_of, rules_of_correlation,
};
use crate::text::{counted, printable, quoted, zeek_log};

/// A pack's rules, and what became of them on a capture or a log.
#[derive(Debug, Clone, Copy)]
pub struct Explained<'a> {
    /// The pack.
    pub plan: &'a PackPlan<'a>,
    /// What its rules are called in Zeek.
    pub names: &'a ZeekNames,
    /// The capture or log.
    pub file: &'a Path,
    /// What became of them.
    pub attempts: &'a Attempts,
    /// Names of those that could not be tried.
    pub left_out: &'a [String],
    /// What the title or the name in Zeek of what is shown contains, in lower case.
    pub only: &'a str,
    /// The files and folders, by their canonical paths, of which rules and correlations are shown, with what these correlate; `None`
    /// for all.
    pub files: Option<&'a BTreeSet<PathBuf>>,
}

/// Groups of a correlation that are shown to people: those that came to most matches.
const MOST_GROUPS: usize = 3;
/// Tests of a part that are shown to people.
const MOST_TESTS: usize = 10;

impl Explained<'_> {
    /// For people, in colour where `colour` says so.
    #[allow(clippy::missing_errors_doc)]
    pub fn print(&self, colour: bool, out: &mut impl Write) -> io::Result<()> {
        let mut page = TextWriter { colour, out };
        // By what was not seen.
        let mut unseen: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (rule, named) in self.rules() {
            if self.attempts.tried(&named.name) == 0 {
                let what = rule.service.spec().words.unseen;
                unseen.entry(what).or_default().push(&named.name);
            } else {
                page.rule(self, rule, named)?;
            }
        }
        for (correlation, named) in self.correlations() {
            page.correlation(self, correlation, named)?;
        }
        for (what, rules) in unseen {
            writeln!(page.out, "{what}: {}", rules.join(", "))?;
        }
        Ok(())
    }

    /// As JSON, an object a line for each rule and correlation.
    #[allow(clippy::missing_errors_doc)]
    pub fn print_json(&self, out: &mut impl Write) -> io::Result<()> {
        for (rule, named) in self.rules() {
            let attempts = self.attempts.nearest(&named.name).iter();
            let mut line = self.json(named, rule.rule.title.value.as_str());
            line.insert("tried".to_owned(), json!(self.attempts.tried(&named.name)));
            let attempts: Vec<Json> = attempts
                .map(|attempt| attempt_json(rule, attempt))
                .collect();
            line.insert("attempts".to_owned(), attempts.into());
            writeln!(out, "{}", Json::Object(line))?;
        }
        for (correlation, named) in self.correlations() {
            let mut line = self.json(named, correlation.correlation.title.value.as_str());
            let groups = self.attempts.windows(&named.name);
            let groups = groups.map(|(group, steps)| {
                let steps: Vec<Json> = steps
                    .iter()
                    .map(|step| step_json(correlation, step))
                    .collect();
                json!({"group": group_json(correlation, group), "steps": steps})
            });
            line.insert("groups".to_owned(), groups.collect());
            writeln!(out, "{}", Json::Object(line))?;
        }
        Ok(())
    }

    fn rules(&self) -> impl Iterator<Item = (&RulePlan<'_>, &ZeekRule)> {
        let rules = self.plan.rules.iter().zip(&self.names.rules);
        rules.filter(|(rule, named)| {
            self.is_shown(named, &rule.rule.title.value) && self.is_meant(Subject::Rule(rule))
        })
    }

    fn correlations(&self) -> impl Iterator<Item = (&CorrelationPlan<'_>, &ZeekRule)> {
        let correlations = self.plan.correlations.iter().zip(&self.names.correlations);
        correlations.filter(|(plan, named)| {
            self.is_shown(named, &plan.correlation.title.value)
                && self.is_meant(Subject::Correlation(plan))
        })
    }

    /// Whether a subject is in one of the files that are meant, or correlated by one that is.
    fn is_meant(&self, subject: Subject<'_>) -> bool {
        let Some(files) = self.files else {
            return true;
        };
        let path = subject.path().canonicalize();
        let mut correlations = self.plan.correlations.iter();
        path.is_ok_and(|path| files.iter().any(|meant| path.starts_with(meant)))
            || correlations.any(|correlation| {
                self.plan.correlated(correlation).any(|it| it == subject)
                    && self.is_meant(Subject::Correlation(correlation))
            })
    }

    fn is_shown(&self, named: &ZeekRule, title: &str) -> bool {
        let asked = |text: &str| text.to_lowercase().contains(self.only);
        !self.left_out.contains(&named.name) && (asked(title) || asked(&named.name))
    }

    fn json(&self, named: &ZeekRule, title: &str) -> Map<String, Json> {
        let matches = self.attempts.matches(&named.name);
        let mut line = Map::new();
        line.insert("file".to_owned(), json!(self.file.to_string_lossy()));
        line.insert("rule".to_owned(), json!(named.name));
        line.insert("title".to_owned(), json!(title));
        line.insert(
            "matches".to_owned(),
            json!(matches.map_or(0, |matches| matches.count)),
        );
        line
    }
}

/// Where text for people goes.
struct TextWriter<'o, W> {
    colour: bool,
    out: &'o mut W,
}

impl<W: Write> TextWriter<'_, W> {
    fn rule(
        &mut self,
        explained: &Explained<'_>,
        rule: &RulePlan<'_>,
        named: &ZeekRule,
    ) -> io::Result<()> {
        let attempts = explained.attempts;
        self.title(named, rule.rule.title.value.as_str())?;
        let tried = attempts.tried(&named.name);
        let tried = usize::try_from(tried).unwrap_or(usize::MAX);
        let matches = matched(attempts.matches(&named.name));
        writeln!(self.out, "  tried {}, {matches}", times(tried))?;
        for attempt in attempts.nearest(&named.name) {
            self.attempt(rule, attempt)?;
        }
        Ok(())
    }

    fn title(&mut self, named: &ZeekRule, title: &str) -> io::Result<()> {
        let title = self.styled(Style::new().bold(), &printable(title));
        writeln!(self.out, "{title} ({})", named.name)
    }

    fn attempt(&mut self, rule: &RulePlan<'_>, attempt: &Attempt) -> io::Result<()> {
        writeln!(self.out, "  {}", attempt.place())?;
        for part in &attempt.parts {
            self.part(rule, part)?;
        }
        if attempt.is_match() && attempt.parts.is_empty() {
            let verdict = self.verdict(true);
            writeln!(
                self.out,
                "    {verdict}  the call is one that the rule asks for"
            )?;
        }
        if attempt.holds_so_far() && !attempt.is_match() {
            writeln!(self.out, "    the rule's next event did not come")?;
        }
        Ok(())
    }

    fn part(&mut self, rule: &RulePlan<'_>, part: &Part) -> io::Result<()> {
        let verdict = self.verdict(part.held);
        match &part.asked {
            Asked::Identity => {
                let is = if part.held { "is" } else { "is not" };
                writeln!(
                    self.out,
                    "    {verdict}  the call {is} one that the rule asks for"
                )?;
            }
            Asked::Field(field) => {
                for place in places_of(rule, field) {
                    writeln!(self.out, "    {verdict}  {}", line(&place))?;
                }
            }
            Asked::Tests(tests) => self.tests(rule, part.held, tests)?,
        }
        for (field, value) in &part.values {
            writeln!(
                self.out,
                "           {} {}",
                printable(field),
                value_text(value.as_ref())
            )?;
        }
        Ok(())
    }

    /// The tests of a part: of one that held those that made it hold, of one that failed all.
    fn tests(&mut self, rule: &RulePlan<'_>, held: bool, tests: &[Tested]) -> io::Result<()> {
        let verdict = self.verdict(held);
        if let [test] = tests {
            let negated = if is_met(rule, test) == held {
                ""
            } else {
                "not "
            };
            return writeln!(self.out, "    {verdict}  {negated}{}", line(&test.place));
        }
        if !held {
            writeln!(
                self.out,
                "    {verdict}  as a whole, of which by themselves:"
            )?;
            for test in tests.iter().take(MOST_TESTS) {
                let verdict = self.verdict(is_met(rule, test));
                writeln!(self.out, "      {verdict}  {}", line(&test.place))?;
            }
            return self.more(tests.len(), "more test");
        }
        let holding: Vec<&Tested> = tests.iter().filter(|test| is_met(rule, test)).collect();
        if holding.is_empty() {
            return writeln!(
                self.out,
                "    {verdict}  none of {}",
                counted(tests.len(), "test")
            );
        }
        for test in holding.iter().take(MOST_TESTS) {
            writeln!(self.out, "    {verdict}  {}", line(&test.place))?;
        }
        self.more(holding.len(), "more test")
    }

    /// How many were left out of so many.
    fn more(&mut self, all: usize, what: &str) -> io::Result<()> {
        match all.saturating_sub(MOST_TESTS) {
            0 => Ok(()),
            more => writeln!(self.out, "      and {}", counted(more, what)),
        }
    }

    fn correlation(
        &mut self,
        explained: &Explained<'_>,
        correlation: &CorrelationPlan<'_>,
        named: &ZeekRule,
    ) -> io::Result<()> {
        self.title(named, correlation.correlation.title.value.as_str())?;
        let matches = explained.attempts.matches(&named.name);
        writeln!(self.out, "  {}", matched(matches))?;
        for line in rules_of_correlation(explained.plan, correlation, explained.attempts) {
            writeln!(self.out, "  {line}")?;
        }
        let mut groups: Vec<(&GroupValues, &[CorrelationStep])> =
            explained.attempts.windows(&named.name).collect();
        groups.sort_by_key(|(_, steps)| std::cmp::Reverse(steps.len()));
        let left_out = groups.len().saturating_sub(MOST_GROUPS);
        for (group, steps) in groups.into_iter().take(MOST_GROUPS) {
            self.group(correlation, group, steps)?;
        }
        if left_out > 0 {
            writeln!(
                self.out,
                "  {} with fewer matches",
                counted(left_out, "more group")
            )?;
        }
        Ok(())
    }

    fn group(
        &mut self,
        correlation: &CorrelationPlan<'_>,
        group: &GroupValues,
        steps: &[CorrelationStep],
    ) -> io::Result<()> {
        let names = correlation.group.iter().map(|column| &column.name);
        let values = names.zip(group).map(|(name, value)| {
            let value = value
                .as_deref()
                .map_or_else(|| "-".to_owned(), zeek_log::readable);
            format!("{} {value}", printable(name))
        });
        let values: Vec<String> = values.collect();
        let of = if values.is_empty() {
            "all matches".to_owned()
        } else {
            values.join(", ")
        };
        writeln!(self.out, "  {of}:")?;
        for step in steps {
            let rule = rule_name(correlation, step.rule);
            let verdict = self.verdict(step.holds);
            let value = step.value.as_deref().unwrap_or("-");
            writeln!(
                self.out,
                "    {verdict}  {} {value}, with `{}`",
                step.time,
                printable(rule)
            )?;
        }
        Ok(())
    }

    fn verdict(&self, held: bool) -> String {
        let (style, word) = if held {
            (AnsiColor::Green.on_default(), "holds")
        } else {
            (AnsiColor::Red.on_default(), "fails")
        };
        self.styled(style, word)
    }

    fn styled(&self, style: Style, text: &str) -> String {
        if self.colour {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}

fn times(number: usize) -> String {
    if number == 1 {
        "once".to_owned()
    } else {
        format!("{number} times")
    }
}

/// A field's value for people.
fn value_text(value: Option<&SeenValue>) -> String {
    let Some(SeenValue { bytes, length }) = value else {
        return "is not set".to_owned();
    };
    let more = length.saturating_sub(bytes.len());
    let more = match more {
        0 => String::new(),
        more => format!(" and {}", counted(more, "more byte")),
    };
    format!("is {}{more}", quoted(bytes))
}

/// A line of a rule, with its file and number.
fn line(place: &Place) -> String {
    let (number, text) = line_of(place);
    format!(
        "{}:{number}: {}",
        printable(&place.path().to_string_lossy()),
        printable(text)
    )
}

fn attempt_json(rule: &RulePlan<'_>, attempt: &Attempt) -> Json {
    let mut line = Map::new();
    line.insert("ts".to_owned(), json!(seconds(attempt.time)));
    match &attempt.seen {
        AttemptSubject::Connection(id) => line.extend([
            ("id.orig_h".to_owned(), json!(id.orig_h.to_string())),
            ("id.orig_p".to_owned(), json!(id.orig_p)),
            ("id.resp_h".to_owned(), json!(id.resp_h.to_string())),
            ("id.resp_p".to_owned(), json!(id.resp_p)),
        ]),
        AttemptSubject::Record(number) => {
            line.insert("line".to_owned(), json!(number));
        }
        AttemptSubject::SomeRecord => {}
    }
    line.extend([
        (
            "observed".to_owned(),
            json!(zeek_log::json_text(&attempt.observed)),
        ),
        ("event".to_owned(), json!(attempt.phase.event())),
        ("matched".to_owned(), json!(attempt.is_match())),
        (
            "parts".to_owned(),
            attempt
                .parts
                .iter()
                .map(|part| part_json(rule, part))
                .collect(),
        ),
    ]);
    Json::Object(line)
}

fn part_json(rule: &RulePlan<'_>, part: &Part) -> Json {
    let values = part.values.iter().map(|(field, value)| {
        let value = value
            .as_ref()
            .map(|value| zeek_log::json_text(&value.bytes));
        (field.clone(), json!(value))
    });
    let mut line = Map::new();
    line.insert("held".to_owned(), json!(part.held));
    match &part.asked {
        Asked::Identity => {}
        Asked::Field(field) => {
            line.insert("field".to_owned(), json!(field));
        }
        Asked::Tests(tests) => {
            line.insert(
                "tests".to_owned(),
                tests.iter().map(|test| test_json(rule, test)).collect(),
            );
        }
    }
    line.insert("values".to_owned(), Json::Object(values.collect()));
    Json::Object(line)
}

fn test_json(rule: &RulePlan<'_>, test: &Tested) -> Json {
    let (number, text) = line_of(&test.place);
    json!({
        "file": test.place.path().to_string_lossy(),
        "line": number,
        "text": text,
        "held": is_met(rule, test),
    })
}

fn group_json(correlation: &CorrelationPlan<'_>, group: &GroupValues) -> Json {
    let names = correlation.group.iter().map(|column| column.name.clone());
    let values = group
        .iter()
        .map(|value| json!(value.as_deref().map(zeek_log::json_text)));
    Json::Object(names.zip(values).collect())
}

fn step_json(correlation: &CorrelationPlan<'_>, step: &CorrelationStep) -> Json {
    json!({
        "ts": seconds(step.time),
        "rule": rule_name(correlation, step.rule),
        "value": step.value,
        "held": step.holds,
    })
}

/// What a correlation calls one of its rules.
fn rule_name<'a>(correlation: &'a CorrelationPlan<'_>, number: usize) -> &'a str {
    let rule = correlation.correlation.rules.get(number);
    rule.map_or("", |rule| &rule.value)
}

/// Whether what the rule asks for at a test's place held, by itself.
fn is_met(rule: &RulePlan<'_>, test: &Tested) -> bool {
    test.held != asks_for_the_opposite(rule, &test.place)
}
