//! Drafted rules as text.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::candidate::{Selection, tagged, techniques};
use super::observation::{Condition, Observation};
use super::sequence::Window;
use crate::registry::Registry;
use crate::registry::attack::Technique;
use crate::registry::robustness::operation_rows;
use crate::rule::written::{id, scalar};
use crate::score::Score;
use crate::text::{lines, listed};

/// A rule that is being written.
#[derive(Debug, Clone)]
pub(super) struct RuleText {
    /// By which a correlation refers to it.
    pub(super) name: Option<String>,
    pub(super) title: String,
    pub(super) id: String,
    body: Body,
    techniques: Vec<&'static Technique>,
    references: Vec<String>,
    falsepositives: String,
    /// What was seen, a paragraph.
    pub(super) description: String,
    pub(super) score: Option<Score>,
    pub(super) regression_tests_path: Option<String>,
}

/// What a rule looks at.
#[derive(Debug, Clone)]
enum Body {
    Events {
        service: String,
        selection: String,
    },
    /// Events of other rules, in this order.
    Sequence {
        steps: Vec<RuleText>,
        window: Window,
    },
}

/// How long the lines of a description are.
const WIDTH: usize = 110;
/// How long a title is, in characters.
const MOST_OF_TITLE: usize = 120;

impl RuleText {
    pub(super) fn of(selection: &Selection) -> Self {
        let first = &selection.observations[0];
        let detection = detection(&selection.observations);
        let techniques = selection.techniques.clone();
        Self {
            name: None,
            title: title(&selection.observations, &techniques),
            id: id(&["rule drafted for ", &first.service, &detection]),
            references: references(first, &techniques),
            falsepositives: falsepositives(&selection.observations),
            description: String::new(),
            score: None,
            regression_tests_path: None,
            body: Body::Events {
                service: first.service.clone(),
                selection: detection,
            },
            techniques,
        }
    }

    /// A correlation of steps in their order, each with the rule on it.
    pub(super) fn of_sequence(selection: &Selection, window: Window) -> Self {
        let key = format!("{}{}", window.group.join(" "), window.timespan);
        let whole = selection.observations.iter();
        let whole: Vec<String> = whole
            .map(|step| detection(std::slice::from_ref(step)))
            .collect();
        let id_of = id(&["sequence drafted for ", &whole.concat(), &key]);
        let steps = selection.observations.iter().map(|step| {
            let alone = Selection {
                observations: vec![step.clone()],
                techniques: tagged(&techniques(step), &selection.techniques),
            };
            let mut rule = Self::of(&alone);
            rule.name = Some(name(step, &rule.id));
            rule
        });
        let steps: Vec<Self> = steps.collect();
        let mut references: Vec<String> = Vec::new();
        for reference in steps.iter().flat_map(|step| &step.references) {
            if !references.contains(reference) {
                references.push(reference.clone());
            }
        }
        Self {
            name: None,
            title: title_of_sequence(&selection.observations),
            id: id_of,
            references,
            falsepositives: "Administration and software that do the same in the same order"
                .to_owned(),
            description: String::new(),
            score: None,
            regression_tests_path: None,
            body: Body::Sequence { steps, window },
            techniques: selection.techniques.clone(),
        }
    }

    /// The same with rules for the steps that no other correlation has.
    #[must_use]
    pub(super) fn with_own_steps(mut self) -> Self {
        if let Body::Sequence { steps, .. } = &mut self.body {
            for step in steps {
                let own = id(&["step of ", &self.id, &step.id]);
                step.name = step.name.as_ref().map(|name| renamed(name, &own));
                step.description = format!("A step of the correlation {}.", self.id);
                step.id = own;
            }
        }
        self
    }

    /// The rules of a correlation's steps.
    pub(super) fn steps(&self) -> &[Self] {
        match &self.body {
            Body::Events { .. } => &[],
            Body::Sequence { steps, .. } => steps,
        }
    }

    /// The rule's document; for a correlation, those of its rules come first.
    pub(super) fn document(&self) -> String {
        let documents = self.steps().iter().chain([self]).map(Self::own_document);
        documents.collect::<Vec<_>>().join("---\n")
    }

    /// The rule's document alone.
    pub(super) fn own_document(&self) -> String {
        let mut text = String::new();
        // Writing to a text does not fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "title: {}", scalar(&self.title))?;
        if let Some(name) = &self.name {
            writeln!(out, "name: {name}")?;
        }
        writeln!(out, "id: {}", self.id)?;
        writeln!(out, "status: experimental")?;
        if !self.description.is_empty() {
            writeln!(out, "description: |")?;
            for paragraph in self.description.lines() {
                for line in lines(paragraph, WIDTH) {
                    writeln!(out, "    {line}")?;
                }
            }
        }
        list(out, "references", &self.references)?;
        list(out, "tags", &self.tags())?;
        self.body.write(out)?;
        list(
            out,
            "falsepositives",
            std::slice::from_ref(&self.falsepositives),
        )?;
        writeln!(out, "level: {}", self.level())?;
        if let Some(path) = &self.regression_tests_path {
            writeln!(out, "regression_tests_path: {path}")?;
        }
        Ok(())
    }

    fn tags(&self) -> Vec<String> {
        let tactics = self.techniques.iter().flat_map(|it| &it.tactics);
        let tactics: BTreeSet<_> = tactics.map(|tactic| tactic.tag()).collect();
        let techniques = self.techniques.iter().map(|technique| technique.tag());
        let score = self
            .score
            .map(|score| format!("stp.{}", score.row.number()));
        tactics.into_iter().chain(techniques).chain(score).collect()
    }

    /// A draft has not been on a sensor yet, and so is nothing to be woken for.
    fn level(&self) -> &'static str {
        match self.score.map(|score| score.row.number()) {
            Some(3..) => "medium",
            _ => "low",
        }
    }
}

impl Body {
    fn write(&self, out: &mut String) -> std::fmt::Result {
        match self {
            Self::Events { service, selection } => {
                writeln!(out, "logsource:")?;
                writeln!(out, "    product: zeek")?;
                writeln!(out, "    service: {service}")?;
                writeln!(out, "detection:")?;
                writeln!(out, "    selection:")?;
                out.push_str(selection);
                writeln!(out, "    condition: selection")
            }
            Self::Sequence { steps, window } => {
                writeln!(out, "correlation:")?;
                writeln!(out, "    type: temporal_ordered")?;
                writeln!(out, "    rules:")?;
                for name in steps.iter().filter_map(|step| step.name.as_ref()) {
                    writeln!(out, "        - {name}")?;
                }
                writeln!(out, "    group-by:")?;
                for field in window.group {
                    writeln!(out, "        - {field}")?;
                }
                writeln!(out, "    timespan: {}", window.timespan)
            }
        }
    }
}

fn list(out: &mut String, key: &str, values: &[String]) -> std::fmt::Result {
    if values.is_empty() {
        return Ok(());
    }
    writeln!(out, "{key}:")?;
    for value in values {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b" ./:-_,".contains(&byte);
        let value = match value.bytes().all(is_plain) && !value.contains(": ") {
            true => value.clone(),
            false => scalar(value),
        };
        writeln!(out, "    - {value}")?;
    }
    Ok(())
}

/// The items of the selection: a line for each condition, with all the values that the observations have for it. Where
/// operations of twin interfaces are asked for, each of them has all of the operations.
fn detection(observations: &[Observation]) -> String {
    let mut text = String::new();
    let first = observations.first().map_or(&[][..], |it| &it.conditions);
    for (place, condition) in first.iter().enumerate() {
        let mut values: Vec<String> = Vec::new();
        for observation in observations {
            let value = observation.conditions.get(place).map(Condition::value);
            values.extend(value.filter(|value| !values.contains(value)));
        }
        values.sort();
        let key = condition.key();
        // Writing to a text does not fail.
        let _ = match values.as_slice() {
            [value] => writeln!(text, "        {key}: {value}"),
            values => {
                let items = values.iter();
                let items = items.map(|value| format!("\n            - {value}"));
                writeln!(text, "        {key}:{}", items.collect::<String>())
            }
        };
    }
    text
}

/// A title in a few words, with a capital at each.
fn title(observations: &[Observation], techniques: &[&'static Technique]) -> String {
    let more = match observations.len() {
        0 | 1 => String::new(),
        more => format!(" And {} More", more - 1),
    };
    let seen = format!("{}{more}", observed(&observations[0]));
    let title = match techniques {
        [] => seen,
        [technique, ..] => {
            let name = technique.name.rsplit(": ").next().unwrap_or(technique.name);
            format!("{name} By {seen}")
        }
    };
    let title: String = title.chars().take(MOST_OF_TITLE).collect();
    title.trim_end().to_owned()
}

/// The title of a correlation.
fn title_of_sequence(steps: &[Observation]) -> String {
    let steps: Vec<String> = steps.iter().map(observed).collect();
    let title = steps.join(", Then ");
    let title: String = title.chars().take(MOST_OF_TITLE).collect();
    title.trim_end().to_owned()
}

/// The name of a step's rule, which has a part of its id.
fn name(step: &Observation, id: &str) -> String {
    let own = match step.operation() {
        Some(known) => known.operation.to_owned(),
        None => observed(step),
    };
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '_'
        }
    };
    let own: String = own.chars().map(plain).take(40).collect();
    format!("{}_{}", own.trim_matches('_'), &id[..8])
}

/// The name of a step's rule with another id.
fn renamed(name: &str, id: &str) -> String {
    let own = name.rsplit_once('_').map_or(name, |(own, _)| own);
    format!("{own}_{}", &id[..8])
}

/// What was seen, in words of a title.
fn observed(observation: &Observation) -> String {
    let last = observation.conditions.last();
    let (field, value) = last.map_or(("", ""), |it| (it.field.as_str(), it.value.as_str()));
    let done = || {
        let action = observation
            .conditions
            .first()
            .map_or("", |it| it.value.as_str());
        action.trim_start_matches("SMB::").to_owned()
    };
    match (observation.service.as_str(), field) {
        ("dce_rpc", "operation" | "opnum") => observation.to_string(),
        ("dce_rpc", _) => {
            let operation = observation.operation().map_or("Call", |it| it.operation);
            format!("{operation} With {value} In {field}")
        }
        ("http", _) => format!("HTTP Transaction With {value} In {field}"),
        ("smb_files", "action") => done(),
        ("smb_files", "path") => format!("{} On {}", done(), value.trim_start_matches('\\')),
        ("smb_files", _) => format!("{} Of {value}", done()),
        ("smb_mapping", _) => format!("Connection To {}", value.trim_start_matches('\\')),
        ("smb_cmd", _) => format!("SMB Command {value}"),
        (log, _) => format!("{value} In {field} Of {log}.log"),
    }
}

fn references(first: &Observation, techniques: &[&'static Technique]) -> Vec<String> {
    let document = first
        .call
        .and_then(|(uuid, _)| Registry::get().protocol_of(uuid));
    let documents = document.into_iter().map(str::to_lowercase).map(|name| {
        format!("https://learn.microsoft.com/en-us/openspecs/windows_protocols/{name}/")
    });
    let techniques = techniques.iter().map(|technique| {
        let path = technique.id.replace('.', "/");
        format!("https://attack.mitre.org/techniques/{path}/")
    });
    documents.chain(techniques).collect()
}

fn falsepositives(observations: &[Observation]) -> String {
    let first = &observations[0];
    if first.call.is_some() {
        let names = observations.iter().filter_map(Observation::operation);
        let names: Vec<String> = names.map(|known| known.operation.to_owned()).collect();
        return match names.len() {
            0 => "Software that calls the same operations".to_owned(),
            1..=3 => format!("Administration and software that call {}", listed(&names)),
            _ => "Administration and software that call the same operations".to_owned(),
        };
    }
    match first.service.as_str() {
        "http" => "Software that sends the same".to_owned(),
        "smb_files" | "smb_mapping" => "Administration and software deployment over SMB".to_owned(),
        _ => "Software that does the same".to_owned(),
    }
}

/// What is known of the operations of a rule for its techniques, a sentence each.
pub(super) fn known_of(
    observations: &[Observation],
    techniques: &[&'static Technique],
) -> Vec<String> {
    let mut said = BTreeSet::new();
    let mut sentences = Vec::new();
    for observation in observations {
        let Some((uuid, opnum)) = observation.call else {
            continue;
        };
        for row in operation_rows(uuid, Some(opnum)) {
            let is_tagged = techniques.iter().any(|tagged| tagged.id == row.technique);
            let matters = is_tagged || techniques.is_empty();
            if matters && said.insert((row.reason, row.technique)) {
                sentences.push(format!(
                    "{}: {} ({}; {}).",
                    observation, row.reason, row.technique, row.source
                ));
            }
        }
    }
    sentences
}
