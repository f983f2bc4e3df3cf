//! A package's README.

use askama::Template;

use super::captures::Captures;
use super::entry::{PackagedRule, Start};
use super::options::options;
use super::{CONFIG_FILE, description};
use crate::plan::PackPlan;
use crate::plan::zeek_names::ZeekNames;
use crate::registry::ZeekRelease;
use crate::rule::regression::{Expected, TestInput};
use crate::text::markdown_cell;
use crate::zeek::{Scripts, comment};

#[derive(Template)]
#[template(path = "package/README.md")]
struct Readme<'a> {
    name: &'a str,
    description: String,
    since: ZeekRelease,
    version: Option<&'a str>,
    module: &'a str,
    rules: Vec<RuleRow<'a>>,
    options: Vec<OptionRow>,
    config_file: &'static str,
    has_license: bool,
    license: Option<String>,
}

struct RuleRow<'a> {
    title: String,
    state: &'static str,
    note: &'a str,
    techniques: String,
    level: &'static str,
    robustness: String,
    fields: String,
    captures: String,
}

struct OptionRow {
    name: String,
    default: String,
    meaning: String,
}

pub(super) fn render(
    plan: &PackPlan<'_>,
    names: &ZeekNames,
    scripts: &Scripts,
    entries: &[PackagedRule<'_>],
    captures: &Captures,
) -> Result<String, askama::Error> {
    let details = &plan.pack.description.package;
    let options = options(scripts).into_iter().map(|option| OptionRow {
        name: option.name,
        default: option.default.replace('|', "\\|"),
        meaning: text(&option.meaning),
    });
    let rendered = Readme {
        name: &names.package,
        description: text(&description(plan, names)),
        since: plan.since(),
        version: details.version.as_deref(),
        module: &names.module,
        rules: entries.iter().map(|entry| row(entry, captures)).collect(),
        options: options.collect(),
        config_file: CONFIG_FILE,
        has_license: details.license_file.is_some(),
        license: details.license.as_deref().map(text),
    }
    .render()?;
    Ok(rendered.trim_end().to_owned() + "\n")
}

fn row<'a>(entry: &'a PackagedRule<'_>, captures: &Captures) -> RuleRow<'a> {
    let fields: Vec<String> = entry.fields.iter().map(|name| text(name)).collect();
    RuleRow {
        title: text(entry.title),
        state: match entry.start {
            Start::On => "",
            Start::Silent => " (starts silent)",
            Start::Off => " (starts switched off)",
        },
        note: &entry.named.note,
        techniques: entry.techniques.join(", "),
        level: entry.level.unwrap_or_default(),
        robustness: entry.robustness.clone().unwrap_or_default(),
        fields: fields.join(", "),
        captures: proof(entry, captures),
    }
}

/// On how many captures the rule raises notices, and on how many it must not.
fn proof(entry: &PackagedRule<'_>, captures: &Captures) -> String {
    let (mut raised, mut silent) = (0, 0);
    for test in &entry.tests {
        let TestInput::Capture(path) = &test.input else {
            continue;
        };
        if captures.name(path).is_none() {
            continue;
        }
        if test.expected == Expected::Count(0) {
            silent += 1;
        } else {
            raised += 1;
        }
    }
    if raised + silent == 0 {
        "none".to_owned()
    } else {
        format!("{raised} raise, {silent} silent")
    }
}

/// Free text in a line of Markdown.
fn text(text: &str) -> String {
    markdown_cell(&comment::one_line(text))
}
