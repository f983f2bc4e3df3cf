//! What rules cost on a sensor: measured by Zeek's own script profiler, or what their plans tell of it.

mod profile;
mod reasons;

use std::path::{Path, PathBuf};

use crate::plan::PackPlan;
use crate::plan::zeek_names::{self, ZeekNames};
use crate::regression::{PackageScripts, ScriptLayout, ZeekEngine, ZeekError};
use profile::Profile;

pub use reasons::{DispatchReason, Reason, reasons};

/// What packs cost over captures.
#[derive(Debug, Clone)]
pub struct Costs {
    /// Seconds of CPU that Zeek takes without the packs, its start left out.
    pub zeek: f64,
    /// The costs, the highest first.
    pub costs: Vec<Cost>,
}

/// What a rule, or what a pack's rules share, costs at an event.
#[derive(Debug, Clone, PartialEq)]
pub struct Cost {
    /// The pack.
    pub pack: String,
    /// The rule or correlation; `None` for what the pack's rules share: finding the rules that are concerned.
    pub rule: Option<CostlyRule>,
    /// The event of Zeek's.
    pub event: String,
    /// How often it ran.
    pub calls: f64,
    /// Seconds of CPU.
    pub seconds: f64,
}

/// A rule or correlation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostlyRule {
    /// Its name in Zeek.
    pub name: String,
    /// Its title.
    pub title: String,
}

/// Why costs could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum CostError {
    /// Zeek cannot be run.
    #[error(transparent)]
    Zeek(#[from] ZeekError),
    /// Zeek ended with an error.
    #[error("{}: zeek failed: {said}", capture.display())]
    Failed {
        /// The capture.
        capture: PathBuf,
        /// What Zeek said.
        said: String,
    },
    /// Zeek wrote no profile, or one in another form.
    #[error("{}: this Zeek writes no profile of its scripts", capture.display())]
    NoProfile {
        /// The capture.
        capture: PathBuf,
    },
}

/// Runs Zeek's profiler over captures, each `runs` times, and takes the mean.
///
/// # Errors
///
/// If Zeek cannot be run, or fails on a capture.
pub fn measure(
    zeek: &ZeekEngine,
    plans: &[PackPlan<'_>],
    captures: &[PathBuf],
    runs: u16,
) -> Result<Costs, CostError> {
    let names: Vec<Option<ZeekNames>> = plans
        .iter()
        .map(|plan| zeek_names::names(plan, &mut Vec::new()))
        .collect();
    let folder = tempfile::tempdir().map_err(ZeekError::from)?;
    let scripts = PackageScripts::write(plans, folder.path(), ScriptLayout::RuleByRule)?;
    let profiled = |capture: Option<&Path>| -> Result<Profile, CostError> {
        let named = || capture.unwrap_or(Path::new("zeek")).to_owned();
        let text = zeek.profile(&scripts, capture).map_err(ZeekError::from)?;
        let text = text.map_err(|said| CostError::Failed {
            capture: named(),
            said,
        })?;
        let profile = Profile::read(&text, folder.path());
        profile.ok_or_else(|| CostError::NoProfile { capture: named() })
    };
    let mut whole = Profile::default();
    let mut start = Profile::default();
    for _ in 0..runs {
        start.add(&profiled(None)?);
        for capture in captures {
            whole.add(&profiled(Some(capture))?);
        }
    }
    let share = 1.0 / f64::from(runs);
    #[allow(clippy::cast_precision_loss)] // There are never so many.
    let starts = captures.len() as f64;
    let mut costs: Vec<Cost> = whole
        .costs()
        .filter_map(|(place, event, tally)| {
            // Of a start, nothing is left; what ends Zeek is part of every run.
            let tally = tally.less(start.tally(place, event), starts).scaled(share);
            let (pack, rule) = named(plans, &names, place)?;
            (tally.calls > 0.0).then(|| Cost {
                pack,
                rule,
                event: event.to_owned(),
                calls: tally.calls,
                // Of little, the clock's ticks can leave less than nothing.
                seconds: tally.seconds.max(0.0),
            })
        })
        .collect();
    costs.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    Ok(Costs {
        zeek: ((whole.zeek() - starts * start.zeek()) * share).max(0.0),
        costs,
    })
}

/// Whose script a place is, as the path of a package's script: the pack, and the rule or correlation if it is one's.
fn named(
    plans: &[PackPlan<'_>],
    names: &[Option<ZeekNames>],
    script: &Path,
) -> Option<(String, Option<CostlyRule>)> {
    for (plan, names) in plans.iter().zip(names) {
        let Some(names) = names else { continue };
        let Ok(script) = script.strip_prefix(&names.package) else {
            continue;
        };
        let titles = plan.rules.iter().map(|rule| &rule.rule.title.value);
        let correlations = plan.correlations.iter();
        let titles = titles.chain(correlations.map(|plan| &plan.correlation.title.value));
        let rule = names
            .all()
            .zip(titles)
            .find(|(named, _)| script == Path::new(&named.script));
        let rule = rule.map(|(named, title)| CostlyRule {
            name: named.name.clone(),
            title: title.clone(),
        });
        return Some((plan.pack.name.clone(), rule));
    }
    None
}
