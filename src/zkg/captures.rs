//! The captures that travel with a package, each stored once, and what they are called there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use flate2::read::MultiGzDecoder;

use super::entry::PackagedRule;
use crate::finding::{Code, Finding, Place};
use crate::replay::capture::CaptureReader;
use crate::rule::regression::TestInput;

/// The largest capture that travels with a package, unpacked, in bytes.
const MAX_CAPTURE_BYTES: u64 = 32 * 1024 * 1024;
/// How many bytes all captures of a package may have.
const MAX_PACKAGE_BYTES: usize = 256 * 1024 * 1024;
/// The largest licence that is taken along, in bytes.
const MAX_LICENSE_BYTES: u64 = 1024 * 1024;

/// What files with a licence are called.
const LICENSES: &[&str] = &["COPYING", "LICENSE", "LICENSE.md", "LICENSE.txt"];

/// The captures of a package.
#[derive(Debug, Default)]
pub(super) struct Captures {
    /// Each capture's name below the package's folder of captures, by its path on disk.
    names: BTreeMap<PathBuf, String>,
    /// What the package's folder of captures holds, by name.
    files: BTreeMap<String, Vec<u8>>,
    /// The names in lower case, since not all file systems tell `A` from `a`.
    taken: BTreeSet<String>,
    bytes: usize,
}

/// How large captures are that were read before, as long as their files do not change.
#[derive(Debug, Default)]
pub(crate) struct KnownCaptures(BTreeMap<PathBuf, (FileState, Result<usize, CaptureRefusal>)>);

/// What tells whether a file has changed: its size, and when it was written.
type FileState = Option<(u64, SystemTime)>;

/// Why a capture cannot travel with a package.
#[derive(Debug, Clone)]
enum CaptureRefusal {
    /// It is none, or cannot be read.
    Unreadable(String),
    /// It would make the package too large.
    TooLarge,
}

impl Captures {
    /// Reads the captures of rules' tests; those that cannot travel with the package go to `findings`.
    pub(super) fn read(entries: &[PackagedRule<'_>], findings: &mut Vec<Finding>) -> Self {
        let mut captures = Self::default();
        for (path, place) in named(entries) {
            if let Err(refusal) = captures.add(path) {
                findings.push(refusal.finding(path, place));
            }
        }
        captures
    }

    /// What a capture is called below the package's folder of captures; `None` where it does not travel with it.
    pub(super) fn name(&self, path: &Path) -> Option<&str> {
        self.names.get(path).map(String::as_str)
    }

    /// Adds the captures and their licences to a package's files.
    pub(super) fn add_to(self, files: &mut BTreeMap<String, Vec<u8>>) {
        let named = self.files.into_iter();
        files.extend(named.map(|(name, bytes)| (format!("testing/Traces/{name}"), bytes)));
    }

    fn add(&mut self, path: &Path) -> Result<(), CaptureRefusal> {
        let bytes = contents(path)?;
        self.bytes = sum(self.bytes, bytes.len())?;
        let folder = path.parent().and_then(Path::file_name);
        let folder = plain(&folder.map_or_else(String::new, |name| name.to_string_lossy().into()));
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let file = plain(file.strip_suffix(".gz").unwrap_or(&file));
        let name = self.free_name(&folder, &file);
        if let Some(parent) = path.parent() {
            self.add_licenses(parent, &name);
        }
        self.files.insert(name.clone(), bytes);
        self.names.insert(path.to_owned(), name);
        Ok(())
    }

    /// A name that no other capture has: its folder's and its own, with a number where two would be alike.
    fn free_name(&mut self, folder: &str, file: &str) -> String {
        let mut name = format!("{folder}/{file}");
        let mut number = 2;
        while !self.taken.insert(name.to_ascii_lowercase()) {
            name = format!("{folder}/{number}-{file}");
            number += 1;
        }
        name
    }

    /// The licences that stand beside a capture stand beside it in the package, too.
    fn add_licenses(&mut self, folder: &Path, capture: &str) {
        let Some((to, _)) = capture.rsplit_once('/') else {
            return;
        };
        for license in LICENSES {
            let name = format!("{to}/{license}");
            let Ok(text) = bounded(&folder.join(license), MAX_LICENSE_BYTES) else {
                continue;
            };
            // Of two folders of the same name, each may have its own licence.
            match self.files.get_mut(&name) {
                None => {
                    self.taken.insert(name.to_ascii_lowercase());
                    self.files.insert(name, text);
                }
                Some(known) if *known == text => {}
                Some(known) => {
                    known.push(b'\n');
                    known.extend(text);
                }
            }
        }
    }
}

impl KnownCaptures {
    /// Finds what [`Captures::read`] finds.
    pub(super) fn check(&mut self, entries: &[PackagedRule<'_>], findings: &mut Vec<Finding>) {
        let mut all = 0;
        for (path, place) in named(entries) {
            match self.size(path).and_then(|size| sum(all, size)) {
                Ok(bytes) => all = bytes,
                Err(refusal) => findings.push(refusal.finding(path, place)),
            }
        }
    }

    fn size(&mut self, path: &Path) -> Result<usize, CaptureRefusal> {
        let state = fs::metadata(path)
            .and_then(|metadata| Ok((metadata.len(), metadata.modified()?)))
            .ok();
        match self.0.get(path) {
            Some((known, size)) if state.is_some() && *known == state => size.clone(),
            _ => {
                let size = contents(path).map(|bytes| bytes.len());
                self.0.insert(path.to_owned(), (state, size.clone()));
                size
            }
        }
    }
}

/// The captures of rules' tests, and where each is named first.
fn named<'e>(entries: &'e [PackagedRule<'_>]) -> BTreeMap<&'e Path, &'e Place> {
    let mut captures = BTreeMap::new();
    for test in entries.iter().flat_map(|entry| &entry.tests) {
        if let TestInput::Capture(path) = &test.input {
            captures.entry(path.as_path()).or_insert(&test.path_place);
        }
    }
    captures
}

/// The bytes of a package's captures with one more.
fn sum(bytes: usize, more: usize) -> Result<usize, CaptureRefusal> {
    let sum = bytes + more;
    if sum > MAX_PACKAGE_BYTES {
        return Err(CaptureRefusal::TooLarge);
    }
    Ok(sum)
}

impl CaptureRefusal {
    fn finding(&self, path: &Path, place: &Place) -> Finding {
        match self {
            Self::Unreadable(reason) => unreadable(path, place, reason),
            Self::TooLarge => too_large(path, place),
        }
    }
}

/// A capture's bytes as Zeek reads them: not packed.
fn contents(path: &Path) -> Result<Vec<u8>, CaptureRefusal> {
    let unreadable = |error: io::Error| CaptureRefusal::Unreadable(error.to_string());
    let file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    let limit = MAX_CAPTURE_BYTES + 1;
    if path.extension().is_some_and(|ending| ending == "gz") {
        let mut packed = MultiGzDecoder::new(file).take(limit);
        packed.read_to_end(&mut bytes).map_err(unreadable)?;
    } else {
        let mut file = file.take(limit);
        file.read_to_end(&mut bytes).map_err(unreadable)?;
    }
    if bytes.len() as u64 > MAX_CAPTURE_BYTES {
        return Err(CaptureRefusal::TooLarge);
    }
    // What is no capture, such as a file that a link leads to, is nobody's to publish.
    CaptureReader::new(bytes.as_slice())
        .map_err(|error| CaptureRefusal::Unreadable(error.to_string()))?;
    Ok(bytes)
}

/// A regular file's bytes, where there are no more than `limit`.
fn bounded(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let known = fs::symlink_metadata(path)?;
    if !known.is_file() || known.len() > limit {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A name with only such characters as paths in a package have.
fn plain(name: &str) -> String {
    const MAX_LENGTH: usize = 128;
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let plain: String = name
        .chars()
        .map(|c| if allowed(c) { c } else { '_' })
        .collect();
    // What is left of a long name is its end, which says what kind of file it is.
    let cut = plain.len().saturating_sub(MAX_LENGTH);
    let plain = plain[cut..].trim_start_matches(['.', '-']);
    if plain.is_empty() {
        "captures".to_owned()
    } else {
        plain.to_owned()
    }
}

fn unreadable(path: &Path, place: &Place, reason: &str) -> Finding {
    let message = format!("`{}` cannot be read: {reason}", path.display());
    Finding::new(Code::InvalidTest, place.clone(), message)
        .help("tests of the type `pcap` have captures in the format pcap or pcapng, gzip'd or not")
}

fn too_large(path: &Path, place: &Place) -> Finding {
    let message = format!(
        "`{}` is too large to travel with the package",
        path.display()
    );
    Finding::new(Code::CaptureTooLarge, place.clone(), message).help(format!(
        "the package's own test leaves it out; cut the capture to the connections that matter, below {} MiB, or below {} MiB for all of a pack's",
        MAX_CAPTURE_BYTES >> 20,
        MAX_PACKAGE_BYTES >> 20
    ))
}
