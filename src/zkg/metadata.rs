//! `zkg.meta`, after "Package Metadata" in zkg's documentation.

use askama::Template;

use super::{CONFIG_FILE, description};
use crate::plan::PackPlan;
use crate::plan::zeek_names::ZeekNames;
use crate::registry::ZeekRelease;
use crate::zeek::comment;

/// What every package of this kind is found by.
const TAGS: &[&str] = &["zeek", "sigma", "detection", "attack", "notices"];

#[derive(Template)]
#[template(path = "package/zkg.meta")]
struct ZkgMeta {
    description: String,
    version: Option<String>,
    credits: Option<String>,
    aliases: String,
    tags: String,
    config_file: &'static str,
    since: ZeekRelease,
}

pub(super) fn render(plan: &PackPlan<'_>, names: &ZeekNames) -> Result<String, askama::Error> {
    let details = &plan.pack.description.package;
    // Zeek loads the package by its own name, whatever its git repository is called.
    let mut aliases = vec![names.package.as_str()];
    for alias in &details.aliases {
        if !aliases.contains(&alias.value.as_str()) {
            aliases.push(&alias.value);
        }
    }
    let mut tags = TAGS.to_vec();
    for tag in &details.tags {
        if !tags.contains(&tag.as_str()) {
            tags.push(tag);
        }
    }
    let credits = details.credits.join(", ");
    let mut text = ZkgMeta {
        description: value(&description(plan, names)),
        version: details.version.clone(),
        credits: Some(value(&credits)).filter(|credits| !credits.is_empty()),
        aliases: aliases.join(" "),
        tags: value(&tags.join(", ")),
        config_file: CONFIG_FILE,
        since: plan.since(),
    }
    .render()?;
    text.push('\n');
    Ok(text)
}

/// A text as a value of `zkg.meta`, in which zkg puts in variables where there are percent signs.
fn value(text: &str) -> String {
    comment::one_line(text).replace('%', "%%")
}
