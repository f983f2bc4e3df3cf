//! Mends rules: applies findings' fixes to the texts of files, and writes the files.
//!
//! Only the bytes of a fix change, so that comments and layout stay. A file whose fixes turn out not to mend it is left as
//! it is.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use similar::TextDiff;

use crate::compile::{Compilation, CompileError, compile_edited};
use crate::finding::{Code, Edit, Finding, Fix, Source};
use crate::platform;
use crate::rule::files::Edited;

/// How often fixes are applied. What overlaps, or comes to light only then, is mended in the next pass.
const MAX_PASSES: usize = 16;

/// What became of the rules at some paths.
#[derive(Debug)]
pub struct Mended {
    /// The files that change, sorted by path.
    pub files: Vec<MendedFile>,
    /// The files whose fixes did not mend them, which are left as they are; sorted.
    pub left: Vec<PathBuf>,
    /// The rules with the files' new texts.
    pub compilation: Compilation,
}

/// A file with a new text.
#[derive(Debug)]
pub struct MendedFile {
    /// The file's path as the user would type it.
    pub path: PathBuf,
    /// The text before, without a byte order mark.
    pub old: String,
    /// The text after.
    pub new: String,
    /// How many findings are mended.
    pub fixes: usize,
}

/// Why a file could not be written. It is as it was.
#[derive(Debug, thiserror::Error)]
pub enum MendError {
    /// The operating system did not allow it.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was said.
        error: io::Error,
    },
    /// Somebody else has changed it since it was read.
    #[error("{}: was changed meanwhile and is left as it is", path.display())]
    ChangedMeanwhile {
        /// The file.
        path: PathBuf,
    },
}

/// Mends the rules at some paths, on no disk yet.
///
/// # Errors
///
/// [`CompileError`]; what is wrong with rules is a finding.
pub fn mend(paths: &[PathBuf]) -> Result<Mended, CompileError> {
    let mut edited = Edited::new();
    let mut mended: BTreeMap<PathBuf, MendedFile> = BTreeMap::new();
    let mut left = BTreeSet::new();
    let mut compilation = compile_edited(paths, &edited)?;
    for _ in 0..MAX_PASSES {
        let passes = passes(&compilation.findings, &left);
        if passes.is_empty() {
            break;
        }
        for pass in &passes {
            let new = pass.text();
            edited.insert(pass.source.path.clone(), new.clone());
            let file = mended
                .entry(pass.source.path.clone())
                .or_insert_with(|| MendedFile {
                    path: pass.source.path.clone(),
                    old: pass.source.text.clone(),
                    new: String::new(),
                    fixes: 0,
                });
            file.new = new;
            file.fixes += pass.findings.len();
        }
        let after = compile_edited(paths, &edited)?;
        let failed: Vec<PathBuf> = passes
            .iter()
            .filter(|pass| !pass.holds(&after.findings))
            .map(|pass| pass.source.path.clone())
            .collect();
        compilation = if failed.is_empty() {
            after
        } else {
            for path in failed {
                edited.remove(&path);
                mended.remove(&path);
                left.insert(path);
            }
            compile_edited(paths, &edited)?
        };
    }
    Ok(Mended {
        files: mended.into_values().collect(),
        left: left.into_iter().collect(),
        compilation,
    })
}

/// The fixes of one file that are applied together.
struct Pass<'a> {
    source: &'a Arc<Source>,
    findings: Vec<(&'a Finding, &'a Fix)>,
    /// The places that change, by their starts; none overlaps another.
    taken: BTreeMap<usize, usize>,
}

/// The changes that mend what can be mended at once of a file's findings, in the order of the text.
pub fn together<'a>(findings: &[&'a Finding]) -> Vec<&'a Edit> {
    let fixes = findings
        .iter()
        .filter_map(|finding| Some((*finding, finding.fix.as_ref()?)));
    let mut pass: Option<Pass<'a>> = None;
    for (finding, fix) in fixes {
        pass.get_or_insert_with(|| Pass::of(&finding.place.source))
            .add(finding, fix);
    }
    pass.map(|pass| pass.edits()).unwrap_or_default()
}

/// What can be mended at once in each file.
fn passes<'a>(findings: &'a [Finding], left: &BTreeSet<PathBuf>) -> Vec<Pass<'a>> {
    let mut passes: BTreeMap<&Path, Pass<'a>> = BTreeMap::new();
    for finding in findings {
        let path = finding.place.path();
        let Some(fix) = &finding.fix else { continue };
        if left.contains(path) {
            continue;
        }
        let new = || Pass::of(&finding.place.source);
        let pass = passes.entry(path).or_insert_with(new);
        pass.add(finding, fix);
    }
    passes.into_values().collect()
}

impl<'a> Pass<'a> {
    fn of(source: &'a Arc<Source>) -> Self {
        Self {
            source,
            findings: Vec::new(),
            taken: BTreeMap::new(),
        }
    }

    /// Adds a fix, unless it changes or touches what another one changes.
    fn add(&mut self, finding: &'a Finding, fix: &'a Fix) {
        let is_free = |edit: &Edit| {
            let before = self.taken.range(..=edit.span.end).next_back();
            before.is_none_or(|(_, end)| *end < edit.span.start)
        };
        if fix.edits.iter().all(is_free) {
            let places = fix.edits.iter();
            self.taken
                .extend(places.map(|edit| (edit.span.start, edit.span.end)));
            self.findings.push((finding, fix));
        }
    }

    /// The changes in the order of the text.
    fn edits(&self) -> Vec<&'a Edit> {
        let fixes = self.findings.iter().map(|(_, fix)| *fix);
        let mut edits: Vec<&Edit> = fixes.flat_map(|fix| &fix.edits).collect();
        edits.sort_by_key(|edit| edit.span.start);
        edits
    }

    /// The file's text with the fixes.
    fn text(&self) -> String {
        let mut text = String::with_capacity(self.source.text.len());
        let mut done = 0;
        for edit in self.edits() {
            text.push_str(&self.source.text[done..edit.span.start]);
            text.push_str(&edit.text);
            done = edit.span.end;
        }
        text.push_str(&self.source.text[done..]);
        text
    }

    /// Whether the fixes did what they should: the file can be read, and what they mend is no longer said at its place.
    fn holds(&self, after: &[Finding]) -> bool {
        let path = self.source.path.as_path();
        let mut said = HashSet::new();
        for finding in after.iter().filter(|finding| finding.place.path() == path) {
            if keeps_from_reading(finding.code) {
                return false;
            }
            let start = finding.place.span.start;
            said.insert((start, finding.code, finding.message.as_str()));
        }
        let edits = self.edits();
        let mut edits = edits.iter().peekable();
        let (mut added, mut removed) = (0, 0);
        // The findings are in the order of their places, as the edits are.
        self.findings.iter().all(|(finding, _)| {
            let start = finding.place.span.start;
            while let Some(edit) = edits.next_if(|edit| edit.span.end <= start) {
                added += edit.text.len();
                removed += edit.span.len();
            }
            let start = start + added - removed;
            !said.contains(&(start, finding.code, finding.message.as_str()))
        })
    }
}

fn keeps_from_reading(code: Code) -> bool {
    matches!(
        code,
        Code::YamlSyntax | Code::YamlTooComplex | Code::DuplicateKey | Code::NoRule
    )
}

impl MendedFile {
    /// What changes, as a unified diff.
    pub fn unified_diff(&self) -> String {
        let path = self.path.to_string_lossy();
        let path = path.trim_start_matches('/');
        TextDiff::from_lines(&self.old, &self.new)
            .unified_diff()
            .header(&format!("a/{path}"), &format!("b/{path}"))
            .to_string()
    }

    /// Writes the new text: whoever reads the file sees the old text or the new one, whole. Links, mode and byte order mark
    /// stay.
    ///
    /// # Errors
    ///
    /// [`MendError`]; the file is as it was.
    pub fn write(&self) -> Result<(), MendError> {
        let is_written = self.replace().map_err(|error| MendError::Io {
            path: self.path.clone(),
            error,
        })?;
        if is_written {
            return Ok(());
        }
        Err(MendError::ChangedMeanwhile {
            path: self.path.clone(),
        })
    }

    /// Whether the file was written; otherwise its text is another one than was read.
    fn replace(&self) -> io::Result<bool> {
        const MARK: &str = "\u{feff}";
        let target = fs::canonicalize(&self.path)?;
        let found = fs::read(&target)?;
        let (mark, text) = match found.strip_prefix(MARK.as_bytes()) {
            Some(text) => (MARK, text),
            None => ("", found.as_slice()),
        };
        // A link to a file that is mended, too, leads to the new text.
        if text == self.new.as_bytes() {
            return Ok(true);
        }
        if text != self.old.as_bytes() {
            return Ok(false);
        }
        // Replacing asks the folder alone for permission; what its owner has protected is to stay.
        let metadata = OpenOptions::new().write(true).open(&target)?.metadata()?;
        let folder = target.parent().unwrap_or(Path::new("/"));
        let mut file = tempfile::Builder::new()
            .prefix(".sigzeek-")
            .tempfile_in(folder)?;
        file.write_all(mark.as_bytes())?;
        file.write_all(self.new.as_bytes())?;
        platform::set_owner(file.as_file(), &metadata)?;
        file.as_file().set_permissions(metadata.permissions())?;
        file.as_file().sync_all()?;
        file.persist(&target)?;
        Ok(true)
    }
}
