//! Drafted rules as text.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::candidate::Selection;
use super::observation::{Condition, Observation};
use crate::registry::Registry;
use crate::registry::attack::Technique;
use crate::registry::robustness::operation_rows;
use crate::rule::written::{id, scalar};
use crate::score::Score;
use crate::text::{lines, listed};

/// A rule that is being written.
#[derive(Debug, Clone)]
pub(super) struct RuleText {
    pub(super) title: String,
    pub(super) id: String,
    service: String,
    detection: String,
    techniques: Vec<&'static Technique>,
    references: Vec<String>,
    falsepositives: String,
    /// What was seen, a paragraph.
    pub(super) description: String,
    pub(super) score: Option<Score>,
    pub(super) regression_tests_path: Option<String>,
}

/// How long the lines of a description are.
const WIDTH: usize = 110;

impl RuleText {
    pub(super) fn of(selection: &Selection) -> Self {
        let first = &selection.observations[0];
        let detection = detection(&selection.observations);
        let techniques = selection.techniques.clone();
        Self {
            title: title(&selection.observations, &techniques),
            id: id(&["rule drafted for ", &first.service, &detection]),
            service: first.service.clone(),
            references: references(first, &techniques),
            falsepositives: falsepositives(&selection.observations),
            description: String::new(),
            score: None,
            regression_tests_path: None,
            detection,
            techniques,
        }
    }

    /// The rule's document.
    pub(super) fn document(&self) -> String {
        let mut text = String::new();
        // Writing to a text does not fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "title: {}", scalar(&self.title))?;
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
        writeln!(out, "logsource:")?;
        writeln!(out, "    product: zeek")?;
        writeln!(out, "    service: {}", self.service)?;
        writeln!(out, "detection:")?;
        writeln!(out, "    selection:")?;
        out.push_str(&self.detection);
        writeln!(out, "    condition: selection")?;
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
    const MOST: usize = 120;
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
    title.chars().take(MOST).collect()
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
