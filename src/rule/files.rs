//! From paths to packs: which files hold rules, and which pack they belong to.
//!
//! A file is a pack of its own, named after the file. A folder that holds rule files or a `pack.yml` is a pack, with all
//! that is below it. Any other folder is a folder of packs.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use walkdir::{DirEntry, WalkDir};

use super::pack::{self, Description, PACK_FILE, Pack};
use super::{Document, Spanned, other_product, parse_without, regression, yaml};
use crate::finding::{Code, Finding, Place, Source};
use crate::platform::{self, Links};

/// Largest rule file in bytes. The largest of SigmaHQ has 70,000.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// What was found at the paths of a command line.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The packs, sorted by name.
    pub packs: Vec<Pack>,
    /// What is wrong with their files.
    pub findings: Vec<Finding>,
    /// How many rule files were looked at.
    pub files: usize,
    /// How many rules in folders are of other products, and were left out.
    pub skipped: usize,
    edited: Edited,
    known: Option<KnownFiles>,
}

/// What files came to when they were last read: a file of the same text is not parsed again.
#[derive(Debug, Default)]
pub struct KnownFiles {
    sources: HashMap<PathBuf, Arc<Source>>,
    parsed: HashMap<PathBuf, ParsedFile>,
}

/// What a rule file came to.
#[derive(Debug, Clone)]
struct ParsedFile {
    source: Arc<Source>,
    /// Whether rules of other products were left out, as in folders.
    skips: bool,
    documents: Vec<Document>,
    findings: Vec<Finding>,
    skipped: usize,
}

/// Texts to read in place of what files hold, by the files' paths.
pub type Edited = BTreeMap<PathBuf, String>;

/// A path that is not there.
#[derive(Debug, thiserror::Error)]
#[error("{}: {error}", path.display())]
pub struct PathError {
    path: PathBuf,
    error: std::io::Error,
}

/// Reads the rules at some paths.
///
/// # Errors
///
/// A path that does not exist or cannot be looked at. What is wrong below an existing path is a finding.
pub fn load(paths: &[PathBuf]) -> Result<Loaded, PathError> {
    load_edited(paths, &Edited::new())
}

/// Reads the rules at some paths as [`load`] does, with other texts in place of some files'.
///
/// # Errors
///
/// As [`load`].
pub fn load_edited(paths: &[PathBuf], edited: &Edited) -> Result<Loaded, PathError> {
    load_into(Loaded::default(), paths, edited)
}

/// Reads the rules at some paths as [`load_edited`] does, but parses only those files whose texts are not `known`. A source that
/// has not changed is the one that it was.
///
/// # Errors
///
/// As [`load`].
pub fn load_again(
    paths: &[PathBuf],
    edited: &Edited,
    known: &mut KnownFiles,
) -> Result<Loaded, PathError> {
    let loaded = Loaded {
        known: Some(std::mem::take(known)),
        ..Loaded::default()
    };
    let mut loaded = load_into(loaded, paths, edited)?;
    *known = loaded.known.take().unwrap_or_default();
    Ok(loaded)
}

fn load_into(mut loaded: Loaded, paths: &[PathBuf], edited: &Edited) -> Result<Loaded, PathError> {
    loaded.edited = edited.clone();
    let mut seen = HashSet::new();
    for path in paths {
        let error = |error| PathError {
            path: path.clone(),
            error,
        };
        let kind = std::fs::metadata(path).map_err(error)?;
        // A path that is given twice, or once more in another spelling, is one path.
        if !seen.insert(std::fs::canonicalize(path).map_err(error)?) {
            continue;
        }
        if kind.is_dir() {
            loaded.folder(path);
        } else {
            loaded.pack(path, std::slice::from_ref(path));
        }
    }
    loaded
        .packs
        .sort_by(|a, b| (&a.name, &a.path).cmp(&(&b.name, &b.path)));
    loaded.check_identities();
    Ok(loaded)
}

impl Loaded {
    fn folder(&mut self, path: &Path) {
        let found = self.findings.len();
        let files = self.rule_files(path);
        let is_pack =
            is_there(&path.join(PACK_FILE)) || files.iter().any(|file| file.parent() == Some(path));
        if is_pack {
            self.pack(path, &files);
            return;
        }
        if files.is_empty() && self.findings.len() == found {
            self.no_rule(path, "folder has no rule files");
        }
        let mut by_folder: Vec<(PathBuf, Vec<PathBuf>)> = Vec::new();
        for file in files {
            let Some(first) = file
                .strip_prefix(path)
                .ok()
                .and_then(|below| below.components().next())
            else {
                continue;
            };
            let folder = path.join(first);
            match by_folder.last_mut() {
                Some((last, files)) if *last == folder => files.push(file),
                _ => by_folder.push((folder, vec![file])),
            }
        }
        for (folder, files) in by_folder {
            self.pack(&folder, &files);
        }
    }

    /// The rule files below a folder, sorted; hidden ones are left out.
    fn rule_files(&mut self, path: &Path) -> Vec<PathBuf> {
        let hidden = |entry: &DirEntry| {
            entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.')
        };
        let walk = WalkDir::new(path)
            .follow_links(true)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| !hidden(entry));
        let mut files = Vec::new();
        for entry in walk {
            match entry {
                Ok(entry) if is_rule_file(&entry) => files.push(entry.into_path()),
                Ok(_) => {}
                Err(error) => {
                    let path = error.path().unwrap_or(path).to_owned();
                    self.unreadable(&path, &reason(&error));
                }
            }
        }
        files
    }

    fn pack(&mut self, path: &Path, files: &[PathBuf]) {
        let mut pack = Pack::new(path.to_owned(), pack_name(path));
        if files.is_empty() {
            self.no_rule_in_pack(path);
        }
        // A file that is named by itself is meant.
        let skips = path.is_dir();
        let mut skipped = 0;
        for file in files {
            self.files += 1;
            if let Some(source) = self.source(file) {
                let parsed = self.parsed(file, &source, skips);
                skipped += parsed.skipped;
                self.findings.extend(parsed.findings);
                let alone = parsed.documents.len() == 1;
                for document in parsed.documents {
                    pack.add(document, file, alone);
                }
            }
        }
        self.skipped += skipped;
        if skipped > 0 && pack.is_empty() {
            return;
        }
        self.check_inner_packs(path, files);
        pack.description = self.description(path);
        self.packs.push(pack);
    }

    fn description(&mut self, path: &Path) -> Description {
        let file = path.join(PACK_FILE);
        if !path.is_dir() || !is_there(&file) {
            return Description::default();
        }
        match self.source(&file) {
            Some(source) => pack::read(&source, &mut self.findings),
            None => Description::default(),
        }
    }

    fn source(&mut self, path: &Path) -> Option<Arc<Source>> {
        let source = match self.edited.get(path) {
            Some(text) => decode(path, text.clone().into_bytes(), &mut self.findings),
            None => source(path, &mut self.findings),
        }?;
        let Some(known) = &mut self.known else {
            return Some(source);
        };
        match known.sources.get(path) {
            Some(same) if same.text == source.text => Some(Arc::clone(same)),
            _ => {
                known.sources.insert(path.to_owned(), Arc::clone(&source));
                Some(source)
            }
        }
    }

    /// What a rule file comes to.
    fn parsed(&mut self, path: &Path, source: &Arc<Source>, skips: bool) -> ParsedFile {
        let Some(known) = &mut self.known else {
            return ParsedFile::new(source, skips);
        };
        match known.parsed.get(path) {
            Some(same) if Arc::ptr_eq(&same.source, source) && same.skips == skips => same.clone(),
            _ => {
                let parsed = ParsedFile::new(source, skips);
                known.parsed.insert(path.to_owned(), parsed.clone());
                parsed
            }
        }
    }

    fn unreadable(&mut self, path: &Path, error: &str) {
        self.findings.push(unreadable(path, error));
    }

    fn no_rule(&mut self, path: &Path, message: &str) {
        let finding = Finding::new(Code::NoRule, nowhere(path), message);
        self.findings.push(finding.help(
            "rule files end in .yml or .yaml and do not begin with a dot; is this the right path?",
        ));
    }

    /// Where a pack.yml makes a folder a pack, it is the place to look at.
    fn no_rule_in_pack(&mut self, path: &Path) {
        let message = "pack has no rule files";
        self.no_rule(path, message);
        let file = path.join(PACK_FILE);
        if path.is_dir()
            && is_there(&file)
            && let Some(source) = source(&file, &mut Vec::new())
            && let Some(finding) = self.findings.last_mut()
        {
            let span = super::reader::first_line(&source, &(0..source.text.len()));
            finding.place = Place::new(&source, &span);
        }
    }

    /// A pack inside of a pack would lose its own description, and its rules their own package.
    fn check_inner_packs(&mut self, path: &Path, files: &[PathBuf]) {
        let mut parents: Vec<&Path> = files.iter().filter_map(|file| file.parent()).collect();
        parents.dedup();
        let mut folders: Vec<&Path> = parents
            .into_iter()
            .flat_map(Path::ancestors)
            .filter(|folder| *folder != path && folder.starts_with(path))
            .collect();
        folders.sort();
        folders.dedup();
        for folder in folders {
            let inner = folder.join(PACK_FILE);
            if is_there(&inner) {
                let message = format!("this pack lies inside of the pack `{}`", path.display());
                let finding = Finding::new(Code::InvalidPack, nowhere(&inner), message);
                self.findings.push(finding.help(
                    "a folder with rule files or a pack.yml is one pack with all below it: move one of the two",
                ));
            }
        }
    }

    /// Ids and titles are unique over all packs (Sigma rules specification, "Identification").
    fn check_identities(&mut self) {
        let mut ids: HashMap<&str, Place> = HashMap::new();
        let mut titles: HashMap<String, Place> = HashMap::new();
        for RuleIdentity { source, id, title } in self.packs.iter().flat_map(identities) {
            if let Some(id) = id {
                let place = Place::new(source, &id.span);
                if let Some(first) = ids.insert(&id.value, place.clone()) {
                    let message = "another rule has this id";
                    let finding = Finding::new(Code::DuplicateId, place, message)
                        .help("make a new one with `uuidgen`")
                        .related(first, "first used here");
                    self.findings.push(finding);
                }
            }
            let place = Place::new(source, &title.span);
            if let Some(first) = titles.insert(title.value.to_lowercase(), place.clone()) {
                let message = "another rule has this title";
                let finding = Finding::new(Code::DuplicateTitle, place, message)
                    .help("say in the title what tells the two apart")
                    .related(first, "first used here");
                self.findings.push(finding);
            }
        }
    }
}

impl ParsedFile {
    fn new(source: &Arc<Source>, skips: bool) -> Self {
        let mut parsed = Self {
            source: Arc::clone(source),
            skips,
            documents: Vec::new(),
            findings: Vec::new(),
            skipped: 0,
        };
        let skipped = &mut parsed.skipped;
        let is_skipped = |document: &yaml::Node| {
            let is_other = skips && other_product::is_of_one(document);
            *skipped += usize::from(is_other);
            // Rules' tests can lie beside them.
            is_other || skips && regression::is_list(document)
        };
        parsed.documents = parse_without(source, &mut parsed.findings, is_skipped);
        parsed
    }
}

/// What tells a rule or a correlation from others.
struct RuleIdentity<'a> {
    source: &'a Arc<Source>,
    id: Option<&'a Spanned<String>>,
    title: &'a Spanned<String>,
}

fn identities(pack: &Pack) -> impl Iterator<Item = RuleIdentity<'_>> {
    let rules = pack.rules.iter().map(|named| RuleIdentity {
        source: &named.rule.source,
        id: named.rule.id.as_ref(),
        title: &named.rule.title,
    });
    let correlations = pack.correlations.iter().map(|named| RuleIdentity {
        source: &named.correlation.source,
        id: named.correlation.id.as_ref(),
        title: &named.correlation.title,
    });
    rules.chain(correlations)
}

/// The `pack.yml` of the pack that a file is in, if there is one.
pub(crate) fn description_above(file: &Path) -> Option<PathBuf> {
    let folder = file.canonicalize().ok()?;
    let mut above = folder.ancestors().skip(1).map(|it| it.join(PACK_FILE));
    above.find(|path| is_there(path))
}

/// The folder of the pack that a file is in: the nearest with a `pack.yml`, or else the file's own.
pub(crate) fn folder_of_pack(file: &Path) -> Option<PathBuf> {
    let description = description_above(file);
    let inside = description.as_deref().unwrap_or(file);
    inside.parent().map(Path::to_owned)
}

/// What a `pack.yml` says.
pub(crate) fn description(path: &Path, findings: &mut Vec<Finding>) -> Description {
    source(path, findings).map_or_else(Description::default, |source| pack::read(&source, findings))
}

/// A file's text, or a finding that says why there is none.
pub(crate) fn source(path: &Path, findings: &mut Vec<Finding>) -> Option<Arc<Source>> {
    match read(path) {
        Ok(bytes) => decode(path, bytes, findings),
        Err(error) => {
            findings.push(unreadable(path, &error.to_string()));
            None
        }
    }
}

/// A file's bytes as text, or a finding that says why they are none.
fn decode(path: &Path, bytes: Vec<u8>, findings: &mut Vec<Finding>) -> Option<Arc<Source>> {
    if bytes.len() as u64 > MAX_FILE_BYTES {
        let message = format!("file is larger than {MAX_FILE_BYTES} bytes");
        let finding = Finding::new(Code::TooLarge, nowhere(path), message);
        findings.push(finding.help("a rule is a page of text; is this the right file?"));
        return None;
    }
    let (text, end) = match String::from_utf8(bytes) {
        Ok(text) => match text.find('\0') {
            None => (text, None),
            Some(end) => (text[..end].to_owned(), Some("a NUL byte".to_owned())),
        },
        Err(error) => {
            let end = error.utf8_error().valid_up_to();
            let what = format!("the byte 0x{:02x}", error.as_bytes()[end]);
            let text = String::from_utf8_lossy(&error.as_bytes()[..end]).into_owned();
            (text, Some(what))
        }
    };
    let text = match text.strip_prefix('\u{feff}') {
        Some(text) => text.to_owned(),
        None => text,
    };
    let source = Arc::new(Source {
        path: path.to_owned(),
        text,
    });
    let Some(what) = end else {
        return Some(source);
    };
    let end = source.text.len();
    let message = format!("file is not UTF-8 text: {what} stands here");
    let finding = Finding::new(Code::NotText, Place::new(&source, &(end..end)), message);
    findings.push(finding.help("Sigma rules are YAML in UTF-8; save the file in that encoding"));
    None
}

fn unreadable(path: &Path, error: &str) -> Finding {
    let message = format!("cannot be read: {error}");
    Finding::new(Code::Unreadable, nowhere(path), message)
        .help("check that it is a file, that you may read it, and where its links lead")
}

/// Reads a regular file, of one that is too large the beginning. Nothing else is read, and a pipe that nobody writes to must not
/// keep us waiting.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let file = platform::open(path, Links::Followed)?;
    let known = file.metadata()?;
    if !known.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    // Room for one octet more tells the end of the file without more memory.
    let length = known.len().min(MAX_FILE_BYTES) + 1;
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether something has that name, even if it is a link to nothing.
fn is_there(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok()
}

/// Why the walk could not go on, without the path, which the finding has.
fn reason(error: &walkdir::Error) -> String {
    match (error.loop_ancestor(), error.io_error()) {
        (Some(ancestor), _) => format!("the link leads back to {}", ancestor.display()),
        (None, Some(error)) => error.to_string(),
        (None, None) => error.to_string(),
    }
}

fn is_rule_file(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let ending = Path::new(name.as_ref())
        .extension()
        .is_some_and(|ending| ending == "yml" || ending == "yaml");
    ending && name != PACK_FILE && !entry.file_type().is_dir()
}

fn pack_name(path: &Path) -> String {
    if path.file_name().is_some() {
        return if path.is_dir() {
            path.file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default()
        } else {
            stem(path)
        };
    }
    // A path such as `.` has its name only once it is resolved.
    std::fs::canonicalize(path)
        .ok()
        .and_then(|path| {
            path.file_name()
                .map(|name| name.to_string_lossy().into_owned())
        })
        .unwrap_or_else(|| "pack".to_owned())
}

pub(super) fn stem(path: &Path) -> String {
    path.file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// A place in a file whose text there is not.
pub(crate) fn nowhere(path: &Path) -> Place {
    Place {
        source: Arc::new(Source {
            path: path.to_owned(),
            text: String::new(),
        }),
        span: 0..0,
    }
}
