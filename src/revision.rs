//! Rules as they were in a revision of a git repository.
//!
//! `git` is run as a program, on the repository of the working folder; nothing of it is checked out, and no hook, filter or
//! attribute of the repository has a say: the rule files are read as they were committed. A name that could be an option is
//! refused, paths are made of plain components, and symbolic links are not followed.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Seek, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::platform;

/// How many rule files are taken, and how many bytes of them together.
const MOST_FILES: usize = 100_000;
const MOST_BYTES: u64 = 256 * 1024 * 1024;

/// Why the rules of a revision cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum RevisionError {
    /// There is no `git`.
    #[error("cannot run git: {0}; install it, or name folders")]
    NoGit(io::Error),
    /// The working folder is in no repository.
    #[error("{0:?} is no folder here, and no revision: this is no git repository")]
    NoRepository(String),
    /// A name of which git knows no commit.
    #[error("{0:?} is neither a folder nor a revision that git knows")]
    Unknown(String),
    /// A path that does not lie in the working folder.
    #[error("{}: name the rules of a revision by a path below this folder", .0.display())]
    Outside(PathBuf),
    /// A revision without rules there.
    #[error("revision {revision:?} has no rule files below {}", path.display())]
    NoRules {
        /// The revision.
        revision: String,
        /// The path.
        path: PathBuf,
    },
    /// A rule file that is a symbolic link.
    #[error("revision {revision:?}: {path:?} is a symbolic link, which is not followed")]
    Link {
        /// The revision.
        revision: String,
        /// The file.
        path: PathBuf,
    },
    /// More rule files than are taken.
    #[error("revision {0:?} has more rule files than are compared")]
    TooLarge(String),
    /// What git said or did that was not to be expected.
    #[error("git: {0}")]
    Git(String),
    /// A temporary file that could not be written.
    #[error("cannot write temporary files: {0}")]
    Temporary(io::Error),
}

/// The rule files of a revision, in a temporary folder that goes with this value.
#[derive(Debug)]
pub struct Revision {
    folder: TempDir,
    path: PathBuf,
}

/// A file of a revision.
struct TreeEntry {
    object: String,
    size: u64,
    path: PathBuf,
}

impl Revision {
    /// Takes the rule files at `path`, which is relative to the working folder, as they were in a revision: a branch, a tag, a
    /// commit or whatever else git takes for one.
    ///
    /// # Errors
    ///
    /// [`RevisionError`].
    pub fn take(name: &OsStr, path: &Path) -> Result<Self, RevisionError> {
        let plain = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
        if !path.components().all(plain) {
            return Err(RevisionError::Outside(path.to_owned()));
        }
        let shown = name.to_string_lossy().into_owned();
        let commit = commit(name, &shown)?;
        let entries = rule_files(&commit, path, &shown)?;
        let folder = tempfile::Builder::new()
            .prefix("sigzeek-")
            .tempdir()
            .map_err(RevisionError::Temporary)?;
        write(&entries, folder.path())?;
        Ok(Self {
            folder,
            path: path.to_owned(),
        })
    }

    /// Where the rules are now.
    pub fn path(&self) -> PathBuf {
        // The path of a folder does not end in a dot.
        self.folder.path().join(&self.path).components().collect()
    }

    /// The folder that stands for the working folder.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }
}

/// `git` with nothing that asks, waits or fetches.
fn git() -> Command {
    let mut command = Command::new("git");
    command
        .arg("--no-pager")
        .env("LC_ALL", "C")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .stdin(Stdio::null());
    command
}

/// The commit that a name stands for.
fn commit(name: &OsStr, shown: &str) -> Result<String, RevisionError> {
    // What begins with a hyphen would be an option, and no reference may.
    if name.is_empty() || name.as_encoded_bytes().starts_with(b"-") {
        return Err(RevisionError::Unknown(shown.to_owned()));
    }
    let mut wanted = name.to_owned();
    wanted.push("^{commit}");
    let output = git()
        .args(["rev-parse", "--quiet", "--verify"])
        .arg(wanted)
        .output()
        .map_err(RevisionError::NoGit)?;
    let text = String::from_utf8_lossy(&output.stdout);
    let id = text.trim_end();
    let is_id = [40, 64].contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if output.status.success() && is_id {
        return Ok(id.to_owned());
    }
    let inside = git().args(["rev-parse", "--git-dir"]).output();
    match inside {
        Ok(output) if output.status.success() => Err(RevisionError::Unknown(shown.to_owned())),
        _ => Err(RevisionError::NoRepository(shown.to_owned())),
    }
}

/// The rule files at a path of a commit.
fn rule_files(commit: &str, path: &Path, shown: &str) -> Result<Vec<TreeEntry>, RevisionError> {
    let output = git()
        .args(["ls-tree", "-r", "-l", "-z", commit, "--"])
        .arg(path)
        .output()
        .map_err(RevisionError::NoGit)?;
    if !output.status.success() {
        return Err(failed(&output.stderr));
    }
    let mut entries = Vec::new();
    let mut bytes = 0;
    for line in output.stdout.split(|byte| *byte == 0) {
        if let Some(entry) = entry(line, shown)? {
            bytes += entry.size;
            entries.push(entry);
        }
        if entries.len() > MOST_FILES || bytes > MOST_BYTES {
            return Err(RevisionError::TooLarge(shown.to_owned()));
        }
    }
    if entries.is_empty() {
        return Err(RevisionError::NoRules {
            revision: shown.to_owned(),
            path: path.to_owned(),
        });
    }
    Ok(entries)
}

/// A rule file of a line `<mode> <type> <object> <size>\t<path>`; `None` for other files.
fn entry(line: &[u8], shown: &str) -> Result<Option<TreeEntry>, RevisionError> {
    let Some(tab) = line.iter().position(|byte| *byte == b'\t') else {
        return Ok(None);
    };
    let Some(path) = platform::name(line[tab + 1..].to_vec()).map(PathBuf::from) else {
        return Ok(None);
    };
    let is_rule = path
        .extension()
        .is_some_and(|ending| ending == "yml" || ending == "yaml");
    let plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    if !is_rule || !path.components().all(plain) {
        return Ok(None);
    }
    let head = String::from_utf8_lossy(&line[..tab]);
    let mut words = head.split_ascii_whitespace();
    match (words.next(), words.next(), words.next(), words.next()) {
        (Some("120000"), ..) => Err(RevisionError::Link {
            revision: shown.to_owned(),
            path,
        }),
        (Some(_), Some("blob"), Some(object), Some(size)) => Ok(Some(TreeEntry {
            object: object.to_owned(),
            size: size.parse().unwrap_or(0),
            path,
        })),
        _ => Ok(None),
    }
}

/// Writes files of the repository below a folder.
fn write(entries: &[TreeEntry], folder: &Path) -> Result<(), RevisionError> {
    let mut child = git()
        .args(["cat-file", "--batch"])
        .stdin(asked(entries).map_err(RevisionError::Temporary)?)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(RevisionError::NoGit)?;
    let written = written(&mut child, entries, folder);
    if written.is_err() {
        // It has more to say than is wanted.
        let _ = child.kill();
    }
    let output = child.wait_with_output().map_err(RevisionError::NoGit)?;
    written?;
    if output.status.success() {
        Ok(())
    } else {
        Err(failed(&output.stderr))
    }
}

/// The objects' names as git's input.
fn asked(entries: &[TreeEntry]) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    for entry in entries {
        writeln!(file, "{}", entry.object)?;
    }
    file.rewind()?;
    Ok(file)
}

fn written(child: &mut Child, entries: &[TreeEntry], folder: &Path) -> Result<(), RevisionError> {
    let stdout = child.stdout.take();
    let mut stdout = BufReader::new(stdout.ok_or_else(|| odd("nothing"))?);
    for entry in entries {
        let mut head = String::new();
        let read = stdout.by_ref().take(200).read_line(&mut head);
        read.map_err(|error| odd(&error.to_string()))?;
        let size = head.strip_prefix(entry.object.as_str());
        let size = size.and_then(|rest| rest.trim().strip_prefix("blob "));
        if size.and_then(|size| size.parse::<u64>().ok()) != Some(entry.size) {
            return Err(odd(head.trim_end()));
        }
        let path = folder.join(&entry.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(RevisionError::Temporary)?;
        }
        let mut file = File::create_new(&path).map_err(RevisionError::Temporary)?;
        let copied = io::copy(&mut stdout.by_ref().take(entry.size), &mut file);
        if copied.map_err(RevisionError::Temporary)? != entry.size {
            return Err(odd("too little"));
        }
        let mut end = [0];
        stdout
            .read_exact(&mut end)
            .map_err(|error| odd(&error.to_string()))?;
    }
    Ok(())
}

fn odd(said: &str) -> RevisionError {
    RevisionError::Git(format!("cat-file said {said:?}"))
}

fn failed(stderr: &[u8]) -> RevisionError {
    let text = String::from_utf8_lossy(stderr);
    let line = text.lines().next().unwrap_or("it failed");
    RevisionError::Git(line.chars().flat_map(char::escape_debug).collect())
}
