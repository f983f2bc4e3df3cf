//! Writing a package to its folder.

use std::path::Path;

use super::Package;
use super::comparison::{DifferenceKind, PackageComparison};
use super::error::{BuildObstacle, PackageError};
use super::inventory::{EntryKind, Inventory};
use super::output::OutputFolder;
use super::path::PackagePath;
use super::staging::{self, Staging};

/// What to do about files that a person wrote where the package has files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overwrite {
    /// Write nothing and list them.
    Refuse,
    /// Discard them.
    Force,
}

impl Overwrite {
    /// What a switch that forces it says.
    #[must_use]
    pub fn forced(force: bool) -> Self {
        if force { Self::Force } else { Self::Refuse }
    }
}

/// What [`write()`] did; all is empty if the folder was current already.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The files that were not there before, sorted.
    pub added: Vec<PackagePath>,
    /// The files that have other bytes now, sorted.
    pub changed: Vec<PackagePath>,
    /// The files of an earlier build that are gone, sorted.
    pub removed: Vec<PackagePath>,
    /// What a person had written and [`Overwrite::Force`] discarded, sorted by path.
    pub discarded: Vec<BuildObstacle>,
}

impl Written {
    /// Whether nothing was written.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Makes `<out_dir>/<package name>` equal to the package, or changes nothing there.
///
/// `out_dir` is made if it does not exist. A person's files stay. If another build is writing to `out_dir`, this one waits.
/// What an interrupted build left behind in `out_dir` is removed first.
///
/// # Errors
///
/// Those of [`compare`](super::compare), and [`PackageError::Refused`] if it would destroy what a person wrote,
/// [`PackageError::CannotCarryOver`] if a person put something there that cannot move to a new folder,
/// [`PackageError::ChangedMeanwhile`] if somebody changed the folder at the same time. All these leave the old package
/// as it was. [`PackageError::OldRemains`] says that the new package is in place, and where the old one still is.
pub fn write(
    package: &Package,
    out_dir: &Path,
    overwrite: Overwrite,
) -> Result<Written, PackageError> {
    let output = OutputFolder::for_writing(out_dir)?;
    staging::clean_up(&output)?;
    let folder = out_dir.join(package.name());
    let old = output.package_inventory(&folder)?;
    let no_entries = Inventory::default();
    let inventory = old.as_ref().unwrap_or(&no_entries);
    let comparison = PackageComparison::of(package, folder.clone(), inventory)?;
    if comparison.is_current() {
        return Ok(Written::default());
    }
    refuse_obstacles(&folder, &comparison, overwrite)?;
    refuse_immovable(&folder, inventory, &comparison)?;
    output.refuse_mount_point(&folder)?;
    let staging = stage(package, &output, &folder, inventory, &comparison)?;
    staging.install(&output, &folder, old.as_ref())?;
    Ok(written(&comparison))
}

fn refuse_obstacles(
    folder: &Path,
    comparison: &PackageComparison<'_>,
    overwrite: Overwrite,
) -> Result<(), PackageError> {
    let is_discarded =
        |obstacle: &BuildObstacle| overwrite == Overwrite::Force && obstacle.kind.yields_to_force();
    let obstacles: Vec<BuildObstacle> = comparison
        .obstacles()
        .iter()
        .filter(|obstacle| !is_discarded(obstacle))
        .cloned()
        .collect();
    if obstacles.is_empty() {
        return Ok(());
    }
    Err(PackageError::Refused {
        folder: folder.to_owned(),
        obstacles,
    })
}

fn refuse_immovable(
    folder: &Path,
    inventory: &Inventory,
    comparison: &PackageComparison<'_>,
) -> Result<(), PackageError> {
    // A mount point could not even be discarded without emptying what is mounted there.
    let mount_point = inventory
        .entries
        .iter()
        .find(|(_, entry)| entry.kind == EntryKind::MountPoint)
        .map(|(path, _)| (path, "mount point"));
    let special = comparison
        .carried_over()
        .iter()
        .find_map(|(path, kind)| match kind {
            EntryKind::Special(what) => Some((path, *what)),
            _ => None,
        });
    match mount_point.or(special) {
        None => Ok(()),
        Some((path, what)) => Err(PackageError::CannotCarryOver {
            path: folder.join(path),
            what,
        }),
    }
}

/// Makes the whole new tree beside the old one.
fn stage(
    package: &Package,
    output: &OutputFolder,
    folder: &Path,
    inventory: &Inventory,
    comparison: &PackageComparison<'_>,
) -> Result<Staging, PackageError> {
    let mut staging = Staging::new(output, package.name())?;
    for difference in comparison.differences() {
        if let Some(bytes) = difference.new_bytes() {
            staging.write(difference.path(), bytes)?;
        }
    }
    for path in comparison.unchanged() {
        staging.carry_over(folder, path.as_ref(), EntryKind::File)?;
    }
    for (path, kind) in comparison.carried_over() {
        staging.carry_over(folder, path, *kind)?;
    }
    staging.set_modes(&inventory.folders)?;
    Ok(staging)
}

fn written(comparison: &PackageComparison<'_>) -> Written {
    let mut written = Written {
        discarded: comparison.obstacles().to_vec(),
        ..Written::default()
    };
    for difference in comparison.differences() {
        let paths = match difference.kind() {
            DifferenceKind::Missing => &mut written.added,
            DifferenceKind::Changed => &mut written.changed,
            DifferenceKind::LeftOver => &mut written.removed,
        };
        paths.push(difference.path().clone());
    }
    written
}
