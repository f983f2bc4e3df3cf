//! What a package has beside its scripts: its metadata for zkg, what it tells its readers, and its tests with their captures.

mod captures;
mod entry;
mod metadata;
mod options;
mod readme;
mod testing;

use std::collections::BTreeMap;
use std::path::Path;

use crate::finding::Finding;
use crate::plan::PackPlan;
use crate::plan::zeek_names::ZeekNames;
use crate::rule::files;
use crate::zeek::Scripts;
use captures::Captures;
pub(crate) use captures::KnownCaptures;

/// The operator's tuning file, which zkg keeps when it upgrades a package.
const CONFIG_FILE: &str = "scripts/config.zeek";

/// The files of a pack's package beside its scripts, by path below the package's folder. What is wrong with the rules' tests
/// and their captures goes to `findings`.
///
/// # Errors
///
/// A template that cannot be filled in.
pub fn files(
    plan: &PackPlan<'_>,
    names: &ZeekNames,
    scripts: &Scripts,
    findings: &mut Vec<Finding>,
) -> Result<BTreeMap<String, Vec<u8>>, askama::Error> {
    let entries = entry::entries(plan, names, findings);
    let captures = Captures::read(&entries, findings);
    let license = license(plan, findings);
    let mut files = BTreeMap::new();
    let metadata = metadata::render(plan, names)?;
    files.insert("zkg.meta".to_owned(), metadata.into_bytes());
    let readme = readme::render(plan, names, scripts, &entries, &captures)?;
    files.insert("README.md".to_owned(), readme.into_bytes());
    if let Some(license) = license {
        files.insert("COPYING".to_owned(), license);
    }
    testing::add(&mut files, names, &entries, &captures)?;
    captures.add_to(&mut files);
    Ok(files)
}

/// Finds what [`files`] finds, and writes nothing. Captures that are `known` are not read again.
pub(crate) fn check(
    plan: &PackPlan<'_>,
    names: &ZeekNames,
    known: &mut KnownCaptures,
    findings: &mut Vec<Finding>,
) {
    let entries = entry::entries(plan, names, findings);
    known.check(&entries, findings);
    license(plan, findings);
}

/// Whether a path below a package's folder is of what btest leaves there when it is run in place, and git does not keep.
pub fn is_left_by_btest(path: &Path) -> bool {
    path.starts_with("testing/.tmp") || path == Path::new("testing/.btest.failed.dat")
}

/// The licence that the pack's description names.
fn license(plan: &PackPlan<'_>, findings: &mut Vec<Finding>) -> Option<Vec<u8>> {
    let named = plan.pack.description.package.license_file.as_ref()?;
    let path = match named.file() {
        Ok(path) => path,
        Err(finding) => {
            findings.push(*finding);
            return None;
        }
    };
    let source = files::source(path, findings)?;
    Some(source.text.clone().into_bytes())
}

/// The pack's description in a line, without a full stop.
fn description(plan: &PackPlan<'_>, names: &ZeekNames) -> String {
    let text = plan.pack.description.text.clone();
    let text = text.unwrap_or_else(|| format!("Detections of the {} pack", names.package));
    let line = crate::zeek::comment::one_line(&text);
    line.trim_end_matches('.').to_owned()
}
