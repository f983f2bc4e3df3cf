//! Drafted rules as text.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::candidate::{Selection, tagged, techniques};
use super::count::Tally;
use super::evidence::Support;
use super::known;
use super::observation::{Observation, ObservedComparison};
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
    /// Comments that accept warnings, by the lines of the document that they are of, counted from 0.
    pub(super) accepted: BTreeMap<usize, &'static str>,
}

/// What a rule looks at.
#[derive(Debug, Clone)]
enum Body {
    Events {
        service: String,
        /// The searches and their condition.
        detection: String,
    },
    /// Events of other rules, in this order.
    Sequence {
        steps: Vec<RuleText>,
        window: Window,
    },
    /// So many events of another rule.
    Number { step: Box<RuleText>, tally: Tally },
}

/// How long the lines of a description are.
const WIDTH: usize = 110;
/// How long a title is, in characters.
const MOST_OF_TITLE: usize = 120;

impl RuleText {
    pub(super) fn of(selection: &Selection) -> Self {
        let first = &selection.observations[0];
        let searches = searches(&selection.observations);
        let asked = asked(&searches);
        let techniques = selection.techniques.clone();
        Self {
            name: None,
            title: title(&selection.observations, &techniques),
            id: id(&["rule drafted for ", &first.service, &asked]),
            references: references(first, &techniques),
            falsepositives: falsepositives(&selection.observations),
            description: String::new(),
            score: None,
            regression_tests_path: None,
            accepted: BTreeMap::new(),
            body: Body::Events {
                service: first.service.clone(),
                detection: detection(&searches),
            },
            techniques,
        }
    }

    /// A correlation of steps in their order, each with the rule on it.
    pub(super) fn of_sequence(selection: &Selection, window: &Window) -> Self {
        let key = format!("{}{}", window.group.join(" "), window.timespan);
        let whole = selection.observations.iter().map(asked_by);
        let whole: Vec<String> = whole.collect();
        let id_of = id(&["sequence drafted for ", &whole.concat(), &key]);
        let steps = selection.observations.iter();
        let steps = steps.map(|step| Self::of_step(std::slice::from_ref(step), selection));
        let mut steps: Vec<Self> = steps.collect();
        tell_apart(&mut steps);
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
            accepted: BTreeMap::new(),
            body: Body::Sequence {
                steps,
                window: window.clone(),
            },
            techniques: selection.techniques.clone(),
        }
    }

    /// A correlation of so many of a thing in a time span, with the rule on it.
    pub(super) fn of_number(selection: &Selection, tally: &Tally) -> Self {
        let things = &selection.observations;
        let thing = &things[0];
        let step = Self::of_step(things, selection);
        let field = tally.field.as_deref().unwrap_or_default();
        let key = format!("{} {} {field}", tally.group.join(" "), tally.timespan);
        let title = match &tally.field {
            None => format!("Many {}", observed(thing)),
            Some(field) => format!("Many Different {field} With {}", observed(thing)),
        };
        Self {
            name: None,
            title: cut(&title),
            id: id(&[
                "number drafted for ",
                &asked(&searches(things)),
                &key,
                &tally.at_least.to_string(),
            ]),
            references: step.references.clone(),
            falsepositives: "Software that does the same as often".to_owned(),
            description: String::new(),
            score: None,
            regression_tests_path: None,
            accepted: BTreeMap::new(),
            body: Body::Number {
                step: Box::new(step),
                tally: tally.clone(),
            },
            techniques: selection.techniques.clone(),
        }
    }

    /// The rule on a step of a correlation, which can be made in some ways.
    fn of_step(ways: &[Observation], selection: &Selection) -> Self {
        let step = &ways[0];
        let alone = Selection {
            observations: ways.to_vec(),
            techniques: tagged(&techniques(step, &[]), &selection.techniques),
        };
        let mut rule = Self::of(&alone);
        rule.name = Some(name(step, &rule.id));
        rule
    }

    /// The same with rules for the steps that no other correlation has.
    #[must_use]
    pub(super) fn with_own_steps(mut self) -> Self {
        let steps = match &mut self.body {
            Body::Events { .. } => &mut [],
            Body::Sequence { steps, .. } => steps.as_mut_slice(),
            Body::Number { step, .. } => std::slice::from_mut(&mut **step),
        };
        for step in steps {
            let own = id(&["step of ", &self.id, &step.id]);
            step.name = step.name.as_ref().map(|name| renamed(name, &own));
            step.description = format!("A step of the correlation {}.", self.id);
            step.id = own;
        }
        self
    }

    /// The rules of a correlation's steps.
    pub(super) fn steps(&self) -> &[Self] {
        match &self.body {
            Body::Events { .. } => &[],
            Body::Sequence { steps, .. } => steps,
            Body::Number { step, .. } => std::slice::from_ref(step),
        }
    }

    /// The rule's document; for a correlation, those of its rules come first.
    pub(super) fn document(&self) -> String {
        let documents = self.steps().iter().chain([self]).map(Self::own_document);
        let text = documents.collect::<Vec<_>>().join("---\n");
        let lines = text.lines().enumerate().map(|(number, line)| {
            let comment = self.accepted.get(&number);
            let comment = comment.map_or_else(String::new, |it| format!(" # sigzeek: {it}"));
            format!("{line}{comment}\n")
        });
        lines.collect()
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
            Self::Events { service, detection } => {
                writeln!(out, "logsource:")?;
                writeln!(out, "    product: zeek")?;
                writeln!(out, "    service: {service}")?;
                writeln!(out, "detection:")?;
                out.push_str(detection);
                Ok(())
            }
            Self::Sequence { steps, window } => correlation(
                "temporal_ordered",
                steps,
                window.group,
                window.timespan,
                out,
            ),
            Self::Number { step, tally } => {
                let kind = match tally.field {
                    None => "event_count",
                    Some(_) => "value_count",
                };
                let steps = std::slice::from_ref(&**step);
                correlation(kind, steps, tally.group, tally.timespan, out)?;
                writeln!(out, "    condition:")?;
                if let Some(field) = &tally.field {
                    writeln!(out, "        field: {field}")?;
                }
                writeln!(out, "        gte: {}", tally.at_least)
            }
        }
    }
}

/// A correlation but for its condition.
fn correlation(
    kind: &str,
    steps: &[RuleText],
    group: &[&str],
    timespan: &str,
    out: &mut String,
) -> std::fmt::Result {
    writeln!(out, "correlation:")?;
    writeln!(out, "    type: {kind}")?;
    writeln!(out, "    rules:")?;
    for name in steps.iter().filter_map(|step| step.name.as_ref()) {
        writeln!(out, "        - {name}")?;
    }
    writeln!(out, "    group-by:")?;
    for field in group {
        writeln!(out, "        - {field}")?;
    }
    writeln!(out, "    timespan: {timespan}")
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

/// The searches of a rule and the condition that any of them is enough.
fn detection(searches: &[DraftedSearch]) -> String {
    let mut text: String = searches.iter().map(DraftedSearch::written).collect();
    let condition = match searches {
        [only] => only.condition(),
        _ if searches.iter().all(|search| search.filters.is_empty()) => {
            "1 of selection_*".to_owned()
        }
        several => {
            let each = several.iter().map(|search| match search.filters.len() {
                0 => search.condition(),
                _ => format!("({})", search.condition()),
            });
            each.collect::<Vec<_>>().join(" or ")
        }
    };
    // Writing to a text does not fail.
    let _ = writeln!(text, "    condition: {condition}");
    text
}

/// The searches for observations. One search asks for several, where it asks for nothing else by it.
fn searches(observations: &[Observation]) -> Vec<DraftedSearch> {
    let most = observations.iter().map(|it| it.conditions.len()).max();
    let mut searches: Vec<DraftedSearch> = observations.iter().map(DraftedSearch::of).collect();
    for place in (0..most.unwrap_or(0)).rev() {
        let mut merged: Vec<DraftedSearch> = Vec::new();
        for search in searches {
            match merged.iter_mut().find(|it| it.differs_at(&search, place)) {
                Some(same) => same.items[place].1.extend(search.items[place].1.clone()),
                None => merged.push(search),
            }
        }
        searches = merged;
    }
    if let [only] = searches.as_mut_slice() {
        only.name_filters("");
        return searches;
    }
    let mut names: Vec<String> = Vec::new();
    for search in &mut searches {
        let base = search.base();
        let mut name = format!("selection_{base}");
        let same = names.iter().filter(|known| known.starts_with(&name));
        let same = same.count();
        if same > 0 {
            name = format!("{name}_{}", same + 1);
        }
        search.name_filters(name.trim_start_matches("selection"));
        names.push(name.clone());
        search.name = name;
    }
    searches
}

/// An item of a search: a key with the values of which one is enough.
type DraftedItem = (String, BTreeSet<String>);

/// What a rule asks for of one event.
struct DraftedSearch {
    name: String,
    /// What has to be there.
    items: Vec<DraftedItem>,
    /// What must not be, each with its name.
    filters: Vec<(String, DraftedItem)>,
    is_call: bool,
}

impl DraftedSearch {
    fn of(observation: &Observation) -> Self {
        let mut items: Vec<DraftedItem> = Vec::new();
        let mut filters: Vec<(String, DraftedItem)> = Vec::new();
        for condition in &observation.conditions {
            let (key, values) = (condition.key(), condition.values());
            if !condition.is_negated {
                items.push((key, values.into_iter().collect()));
            } else if let Some(same) = filters.iter_mut().find(|(_, it)| it.0 == key) {
                same.1.1.extend(values);
            } else {
                let kind = match condition.comparison {
                    ObservedComparison::IsPrivate => "private",
                    _ => "usual",
                };
                filters.push((kind.to_owned(), (key, values.into_iter().collect())));
            }
        }
        Self {
            name: "selection".to_owned(),
            items,
            filters,
            is_call: observation.call.is_some(),
        }
    }

    /// Gives each filter its name, which says what it leaves out.
    fn name_filters(&mut self, of_search: &str) {
        let kinds: Vec<String> = self.filters.iter().map(|it| it.0.clone()).collect();
        for (number, (name, item)) in self.filters.iter_mut().enumerate() {
            let is_alone = kinds.iter().filter(|kind| *kind == name).count() == 1;
            *name = match is_alone {
                true => format!("filter_main_{}{of_search}", kinds[number]),
                false => format!(
                    "filter_main_{}{of_search}_{}",
                    kinds[number],
                    words(&item.0.replace('|', "_"))
                ),
            };
        }
    }

    /// Whether both ask for the same, but for the values at a place.
    fn differs_at(&self, other: &Self, place: usize) -> bool {
        let mut pairs = self.items.iter().zip(&other.items).enumerate();
        place < self.items.len()
            && self.items.len() == other.items.len()
            && self.filters == other.filters
            && pairs.all(|(number, (own, theirs))| {
                own.0 == theirs.0 && (number == place || own.1 == theirs.1)
            })
    }

    /// What tells it from the others of a rule: the interface, or the field.
    fn base(&self) -> String {
        let first = self.items.first().filter(|_| self.is_call);
        let interface = first.and_then(|(_, values)| values.first());
        let last = self.items.last().map(|(key, _)| key);
        let text = interface.or(last).map_or("", String::as_str);
        words(text.split('|').next().unwrap_or_default())
    }

    fn condition(&self) -> String {
        let own = (!self.items.is_empty()).then(|| self.name.clone());
        let filters = self.filters.iter().map(|(name, _)| format!("not {name}"));
        let all: Vec<String> = own.into_iter().chain(filters).collect();
        all.join(" and ")
    }

    fn written(&self) -> String {
        let mut text = String::new();
        // Writing to a text does not fail.
        if !self.items.is_empty() {
            let _ = writeln!(text, "    {}:", self.name);
            self.items.iter().for_each(|item| text += &written(item));
        }
        for (name, item) in &self.filters {
            let _ = writeln!(text, "    {name}:");
            text += &written(item);
        }
        text
    }
}

fn written((key, values): &DraftedItem) -> String {
    let mut all = values.iter();
    match (all.next(), values.len()) {
        (Some(value), 1) => format!("        {key}: {value}\n"),
        _ => {
            let items = values.iter().map(|it| format!("            - {it}\n"));
            format!("        {key}:\n{}", items.collect::<String>())
        }
    }
}

/// Text as part of a search's name.
fn words(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    words.join("_")
}

/// What searches ask for, by which a rule is told from others.
fn asked(searches: &[DraftedSearch]) -> String {
    let items = searches.iter().map(|search| {
        let filters = search.filters.iter();
        let filters = filters.map(|(_, item)| format!("not {}", written(item)));
        let own = search.items.iter().map(written);
        own.chain(filters).collect::<String>()
    });
    items.collect()
}

/// What a rule on one observation asks for, by which it is told from others.
fn asked_by(observation: &Observation) -> String {
    asked(&searches(std::slice::from_ref(observation)))
}

/// A title in a few words, with a capital at each.
fn title(observations: &[Observation], techniques: &[&'static Technique]) -> String {
    let more = match observations.len() {
        _ if observations[0].is_of_argument() => String::new(),
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
    cut(&title)
}

fn cut(title: &str) -> String {
    let title: String = title.chars().take(MOST_OF_TITLE).collect();
    title.trim_end().to_owned()
}

/// The title of a correlation.
fn title_of_sequence(steps: &[Observation]) -> String {
    let steps: Vec<String> = steps.iter().map(observed).collect();
    cut(&steps.join(", Then "))
}

/// Has the titles of steps that look alike tell which step it is: no two rules of a file have one title.
fn tell_apart(steps: &mut [RuleText]) {
    let titles: Vec<String> = steps.iter().map(|step| step.title.clone()).collect();
    for (place, step) in steps.iter_mut().enumerate() {
        let alike = titles.iter().filter(|title| **title == step.title);
        if alike.count() > 1 {
            let kept: String = step.title.chars().take(MOST_OF_TITLE - 8).collect();
            step.title = format!("{}, Step {}", kept.trim_end(), place + 1);
        }
    }
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
    if let Some(last) =
        last.filter(|it| it.is_negated || it.comparison == ObservedComparison::Exists)
    {
        let general = match observation.general() {
            Some(general) => observed(&general),
            None => observation.service.to_uppercase(),
        };
        return match (last.comparison, last.field.as_str()) {
            (ObservedComparison::IsPrivate, "id.resp_h") => format!("{general} To The Outside"),
            (ObservedComparison::IsPrivate, _) => format!("{general} From Outside"),
            (ObservedComparison::Exists, field) if last.value == "false" => {
                format!("{general} Without {field}")
            }
            (ObservedComparison::Exists, _) => general,
            (_, field) => format!("{general} With {field} Other Than {}", last.value),
        };
    }
    let (field, value) = last.map_or(("", ""), |it| (it.field.as_str(), it.value.as_str()));
    let done = || {
        let action = observation
            .conditions
            .first()
            .map_or("", |it| it.value.as_str());
        action.trim_start_matches("SMB::").to_owned()
    };
    let is_pattern = last.is_some_and(|it| it.comparison == ObservedComparison::Matches);
    let kind = known::of(observation)
        .next()
        .map(|known| known.kind.replace('-', " "));
    let kind = kind.filter(|_| is_pattern && observation.call.is_none());
    // What a regular expression stands for says more than it.
    let value = kind.as_deref().unwrap_or(value);
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
        let mut names: Vec<String> = names.map(|known| known.operation.to_owned()).collect();
        names.dedup();
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

/// What is known of the operations and texts of a rule for its techniques, a sentence each. Of texts, of those that were seen.
pub(super) fn known_of(
    asks_for: &[(Observation, Support)],
    techniques: &[&'static Technique],
) -> Vec<String> {
    let mut said = BTreeSet::new();
    let mut sentences = Vec::new();
    let matters = |id: &str| techniques.is_empty() || techniques.iter().any(|it| it.id == id);
    for (observation, support) in asks_for {
        let texts = known::of(observation).filter(|known| matters(known.technique));
        for known in texts.filter(|_| support.count > 0) {
            if said.insert((known.meaning, known.technique)) {
                sentences.push(format!(
                    "{}: {} ({}; {}).",
                    scalar(known.text),
                    known.meaning,
                    known.technique,
                    known.source
                ));
            }
        }
        let Some((uuid, opnum)) = observation.call else {
            continue;
        };
        for row in operation_rows(uuid, Some(opnum)) {
            if matters(row.technique) && said.insert((row.reason, row.technique)) {
                sentences.push(format!(
                    "{}: {} ({}; {}).",
                    observation, row.reason, row.technique, row.source
                ));
            }
        }
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::observation::ObservedCondition;

    #[test]
    fn steps_that_look_alike_have_titles_of_their_own() {
        let condition =
            |field, value| ObservedCondition::new(field, ObservedComparison::Equals, value);
        let request = |method| Observation {
            conditions: vec![condition("method", method), condition("uri_stem", "/wsman")],
            ..Observation::new("http", condition("method", method))
        };
        let selection = Selection {
            observations: vec![request("GET"), request("POST")],
            techniques: Vec::new(),
        };
        let window = Window {
            group: &["id.orig_h"],
            timespan: "5m",
            took: 1,
        };
        let rule = RuleText::of_sequence(&selection, &window);
        let titles: Vec<&str> = rule
            .steps()
            .iter()
            .map(|step| step.title.as_str())
            .collect();
        let seen = "Windows Remote Management By HTTP Transaction With /wsman In uri_stem";
        assert_eq!(
            titles,
            [format!("{seen}, Step 1"), format!("{seen}, Step 2")]
        );
    }
}
