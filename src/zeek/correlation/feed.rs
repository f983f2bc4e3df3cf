//! How a match gets to the correlations that take it.

use super::super::Writer;
use super::super::expression::{UUID, presence, value};
use super::super::logs::origin_function;
use super::super::rule_file::field_text;
use super::NumberQueue;
use crate::plan::correlation::{CorrelationPlan, Feed, GroupValue, Input, MatchSource};
use crate::service::{Field, FieldKind, Service};

/// Column at which a line is broken.
const WIDTH: usize = 110;

impl Writer<'_> {
    /// The statements that take a rule's match to correlations.
    pub(in crate::zeek) fn feeds_of_rule(&self, rule: usize) -> Vec<String> {
        let service = self.plan.rules[rule].service;
        let feeds = self.plan.feeds(MatchSource::Rule(rule));
        let statements = feeds.map(|feed| {
            if are_hosts(service, feed.input) {
                return self.feed_of_hosts(rule, &feed);
            }
            let group: Vec<String> = feed
                .input
                .group
                .iter()
                .map(|value| match value {
                    GroupValue::Field(field) => or_none(field),
                    GroupValue::Column(_) => String::new(),
                })
                .collect();
            let group = format!("$group=vector({})", group.join(", "));
            // Operators may allow the rule's hosts by names, which have to be looked up first.
            let (function, about, uid) = match service.log() {
                Some(_) => {
                    let origin = format!("{}(info)", origin_function(service));
                    let uid = format!("record_uid({origin})");
                    ("correlate_record", origin, uid)
                }
                None => ("correlate_match", "c".to_owned(), "c$uid".to_owned()),
            };
            let mut members = members("network_time()", &feed, group, &uid);
            let slug = &self.names.correlations[feed.index].slug;
            let call = format!(
                "{function}({}_rule, {about}, {slug}_correlate, ",
                self.names.rules[rule].slug
            );
            match looked_at(&feed) {
                None => statement(&call, &members),
                Some(value) if value.presence.is_empty() => {
                    members.push(format!("${}={}", value.member, value.expression));
                    statement(&call, &members)
                }
                Some(value) => guarded(&call, slug, &members, &value),
            }
        });
        let mut statements: Vec<String> = statements.collect();
        let mut feeds = self.plan.feeds(MatchSource::Rule(rule));
        if feeds.any(|feed| are_hosts(service, feed.input))
            && let Some(first) = statements.first_mut()
        {
            *first = format!("{MATCH_OF_HOSTS}{first}");
        }
        statements
    }

    /// The statements that take the latest match of a rule's hosts to a correlation, which several correlations get in turn.
    fn feed_of_hosts(&self, rule: usize, feed: &Feed<'_, '_>) -> String {
        let mut lines = set_members(feed);
        if let Some(value) = looked_at(feed) {
            let LookedAt {
                member,
                presence,
                expression,
            } = value;
            if presence.is_empty() {
                lines.push(format!("match${member} = {expression};"));
            } else {
                lines.extend([
                    String::new(),
                    format!("if ( {presence} )"),
                    format!("\tmatch${member} = {expression};"),
                    "else".to_owned(),
                    format!("\tdelete match${member};"),
                ]);
            }
        }
        let slug = &self.names.correlations[feed.index].slug;
        let rule = &self.names.rules[rule].slug;
        lines.extend([
            String::new(),
            format!(
                "if ( ! lists_hosts || ! waits_for_name({rule}_rule, c, {slug}_correlate, match) )"
            ),
            format!("\t{slug}_correlate(match);"),
        ]);
        lines.join("\n")
    }

    /// Whether some rule's matches are grouped by originator and responder.
    pub(super) fn groups_hosts(&self) -> bool {
        let mut correlations = 0..self.plan.correlations.len();
        correlations.any(|index| self.has_windows_at_hand(MatchSource::Correlation(index)))
    }

    /// Whether matches of hosts come to a correlation: from a rule, or from a correlation with the same groups, as they are.
    pub(super) fn has_windows_at_hand(&self, correlation: MatchSource) -> bool {
        let MatchSource::Correlation(index) = correlation else {
            return false;
        };
        let Some(plan) = self.plan.correlations.get(index) else {
            return false;
        };
        plan.inputs.iter().any(|input| match input.source {
            MatchSource::Rule(rule) => {
                let rule = self.plan.rules.get(rule);
                rule.is_some_and(|rule| are_hosts(rule.service, input))
            }
            MatchSource::Correlation(child) => {
                let child_plan = self.plan.correlations.get(child);
                child_plan.is_some_and(|child| passes_on(child, input))
                    && self.has_windows_at_hand(input.source)
            }
        })
    }

    /// The statements that take a correlation's match to others.
    pub(super) fn feeds_of_correlation(&self, plan: &CorrelationPlan<'_>) -> Vec<String> {
        let index = self
            .plan
            .correlations
            .iter()
            .position(|known| std::ptr::eq(known, plan));
        let feeds = index.into_iter().flat_map(|index| {
            let source = MatchSource::Correlation(index);
            self.plan.feeds(source)
        });
        let statements = feeds.map(|feed| {
            let slug = &self.names.correlations[feed.index].slug;
            if passes_on(plan, feed.input) {
                return passed_on(slug, &feed);
            }
            let group: Vec<String> = feed
                .input
                .group
                .iter()
                .map(|value| match value {
                    GroupValue::Column(column) => format!("match$group[{column}]"),
                    GroupValue::Field(_) => String::new(),
                })
                .collect();
            let group = if is_same_group(plan, feed.input) {
                "$group=match$group".to_owned()
            } else {
                format!("$group=vector({})", group.join(", "))
            };
            let members = members("match$ts", &feed, group, "match$uid");
            statement(&format!("{slug}_correlate("), &members)
        });
        statements.map(|statement| indented(&statement)).collect()
    }
}

/// The latest match of a connection's hosts becomes the one that is at hand.
const MATCH_OF_HOSTS: &str = "\
local match = matches_of_hosts[c$id$orig_h, c$id$resp_h];
match$ts = network_time();
match$uid = c$uid;
";

/// Whether the group of a rule's matches is the originator and the responder of connections.
fn are_hosts(service: Service, input: &Input) -> bool {
    let names = input.group.iter().map(|value| match value {
        GroupValue::Field(field) => field.name.as_str(),
        GroupValue::Column(_) => "",
    });
    service.log().is_none() && names.eq(["id.orig_h", "id.resp_h"])
}

/// Whether another correlation groups as a correlation does whose matches it takes.
fn is_same_group(plan: &CorrelationPlan<'_>, input: &Input) -> bool {
    let mut columns = input.group.iter().enumerate();
    input.group.len() == plan.group.len()
        && columns.all(|(place, value)| *value == GroupValue::Column(place))
}

/// Whether a correlation takes the very matches of another one. Those of one that stands for any are still to be counted there.
fn passes_on(plan: &CorrelationPlan<'_>, input: &Input) -> bool {
    is_same_group(plan, input) && !plan.stands_for_any()
}

/// Makes a match that another correlation has had one for this correlation.
fn set_members(feed: &Feed<'_, '_>) -> Vec<String> {
    let mut lines = Vec::new();
    if feed.correlation.aggregation().is_temporal() {
        lines.push(format!("match$rule = {};", feed.position));
    }
    if feed.correlation.tells_total() {
        lines.push(format!("match$weight = {};", feed.input.weight));
    }
    lines
}

/// Takes the same match to another correlation, which finds its group by the same key.
fn passed_on(slug: &str, feed: &Feed<'_, '_>) -> String {
    let mut lines = set_members(feed);
    lines.push(format!("{slug}_correlate(match);"));
    lines.join("\n")
}

fn members(time: &str, feed: &Feed<'_, '_>, group: String, uid: &str) -> Vec<String> {
    let mut members = vec![format!("$ts={time}"), group, format!("$uid={uid}")];
    if feed.correlation.aggregation().is_temporal() {
        members.push(format!("$rule={}", feed.position));
    }
    if feed.correlation.tells_total() && feed.input.weight != 1 {
        members.push(format!("$weight={}", feed.input.weight));
    }
    members
}

/// The value of a match that a correlation counts or computes with.
struct LookedAt {
    member: &'static str,
    /// What must hold for there to be one; "" where there always is.
    presence: String,
    expression: String,
}

fn looked_at(feed: &Feed<'_, '_>) -> Option<LookedAt> {
    let values = &feed.input.values;
    let first = values.first()?;
    let present: Vec<String> = values.iter().filter_map(is_there).collect();
    let numbers = NumberQueue::of(feed.correlation);
    let expression = match (values.as_slice(), numbers) {
        ([_], Some(numbers)) if numbers.whole => value(first),
        ([_], Some(_)) => double(first),
        ([_], None) => field_text(first),
        (values, _) => {
            let texts: Vec<String> = values.iter().map(field_text).collect();
            format!("group_key(vector({}))", texts.join(", "))
        }
    };
    Some(LookedAt {
        member: numbers.map_or("value", |numbers| numbers.noun),
        presence: present.join(" && "),
        expression,
    })
}

/// A call whose last argument is a match; `call` is the call up to there.
fn statement(call: &str, members: &[String]) -> String {
    let lead = format!("{call}CorrelatedMatch(");
    let line = format!("{lead}{}));", members.join(", "));
    if line.len() <= WIDTH {
        return line;
    }
    let (lead, indent) = match call.rsplit_once(", ") {
        // The match has lines of its own, below the first argument.
        Some((first, _)) => {
            let column = call.find('(').map_or(0, |place| place + 1);
            let indent = " ".repeat(column);
            let lead = format!("{first},\n{indent}CorrelatedMatch(");
            (lead, column + "CorrelatedMatch(".len())
        }
        None => {
            let column = lead.len();
            (lead, column)
        }
    };
    let indent = " ".repeat(indent);
    format!("{lead}{}));", members.join(&format!(",\n{indent}")))
}

/// A match whose value may not be there.
fn guarded(call: &str, slug: &str, members: &[String], value: &LookedAt) -> String {
    let name = format!("{slug}_match");
    format!(
        "local {name} = CorrelatedMatch({});\n\nif ( {} )\n\t{name}${} = {};\n\n{call}{name});",
        members.join(", "),
        value.presence,
        value.member,
        value.expression
    )
}

/// A field's value as text; no_value where it is not there.
fn or_none(field: &Field) -> String {
    match is_there(field) {
        Some(present) => format!("{present} ? {} : no_value", field_text(field)),
        None => field_text(field),
    }
}

/// What must hold for a field to have a value; `None` where it always has.
fn is_there(field: &Field) -> Option<String> {
    match (field.kind, field.name.as_str()) {
        (FieldKind::Identity, "uuid") => Some(format!("{UUID} != \"\"")),
        _ => presence(field),
    }
}

/// A field's value to compute with.
fn double(field: &Field) -> String {
    match field.kind {
        FieldKind::Interval => format!("interval_to_double({})", value(field)),
        FieldKind::Int => format!("int_to_double({})", value(field)),
        FieldKind::Double => value(field),
        _ => format!("count_to_double({})", value(field)),
    }
}

/// A statement's lines behind a tab each.
fn indented(statement: &str) -> String {
    let lines = statement.lines().map(|line| {
        if line.is_empty() {
            String::new()
        } else {
            format!("\t{line}")
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}
