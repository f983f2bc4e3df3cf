//! New rule repositories, which work at once: a pack with an example rule, its captures, continuous integration, and what
//! editors and authors need.

mod files;
mod license;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::compile::{CompileError, compile};
use crate::finding::Severity;
use crate::package::{self, Overwrite, PackageError};
use crate::rule::package_details::reason_against_name;
pub use license::License;

/// A rule repository to be made.
#[derive(Debug)]
pub struct NewRepository {
    name: String,
    author: String,
    license: License,
}

/// Why a repository could not be made. Nothing of it is left.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// A name that no folder, package or Zeek module can have.
    #[error("`{name}` is not a name for a repository: {reason}")]
    Name {
        /// The name, as far as it is shown.
        name: String,
        /// Why not.
        reason: String,
    },
    /// An author that no file can have in a line.
    #[error("the author's name is empty or too long, or has a comma or a control character")]
    Author,
    /// Something is there.
    #[error("{}: is there already, and holds more than `.git`; nothing was written", .0.display())]
    Taken(PathBuf),
    /// A file or folder cannot be written.
    #[error("cannot write {}: {error}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// A template that cannot be filled in; a defect of the template.
    #[error("cannot write the repository's files: {0}")]
    Template(#[from] askama::Error),
    /// The example cannot be compiled.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// Its package cannot be written.
    #[error(transparent)]
    Package(#[from] PackageError),
}

/// The longest name of an author, in bytes.
const MAX_AUTHOR: usize = 200;

impl NewRepository {
    /// A repository of this name; without an author it has "the <name> authors".
    ///
    /// # Errors
    ///
    /// [`InitError::Name`] and [`InitError::Author`].
    pub fn new(name: &str, author: Option<&str>, license: License) -> Result<Self, InitError> {
        if let Some(reason) = reason_against_name(name) {
            return Err(refused(name, reason));
        }
        if !name.starts_with(|first: char| first.is_ascii_alphanumeric()) {
            return Err(refused(name, "it begins with no letter or digit"));
        }
        let author = match author {
            None => format!("the {name} authors"),
            Some(author) => author.trim().to_owned(),
        };
        let is_odd = |c: char| c == ',' || c.is_control();
        if author.is_empty() || author.len() > MAX_AUTHOR || author.contains(is_odd) {
            return Err(InitError::Author);
        }
        Ok(Self {
            name: name.to_owned(),
            author,
            license,
        })
    }

    /// Makes the repository as a folder of its name in `parent`; gives the folder.
    ///
    /// The whole of it is made beside its place and then moved there, so that there is all of it or nothing. A clone of an empty git
    /// repository takes it, too.
    ///
    /// # Errors
    ///
    /// [`InitError::Taken`] if something is there but a folder that is empty or holds `.git` alone, [`InitError::Name`] if no Zeek module can be made of
    /// the name, and the others of [`InitError`].
    pub fn create(&self, parent: &Path) -> Result<PathBuf, InitError> {
        let target = parent.join(&self.name);
        if !is_free(&target)? {
            return Err(InitError::Taken(target));
        }
        let temporary = tempfile::Builder::new()
            .prefix(".sigzeek-")
            .tempdir_in(parent)
            .map_err(failed(parent))?;
        let made = temporary.path().join(&self.name);
        for (path, bytes) in files::files(self)? {
            write(&made.join(path), &bytes)?;
        }
        self.build(&made)?;
        if holds_git(&target) {
            move_into(&made, &target)?;
            return Ok(target);
        }
        // An empty folder is replaced; one that has been filled meanwhile is not.
        fs::rename(&made, &target).map_err(|error| match error.kind() {
            io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotADirectory => {
                InitError::Taken(target.clone())
            }
            _ => failed(&target)(error),
        })?;
        Ok(target)
    }

    /// Compiles the example, so that a new repository's packages are current.
    fn build(&self, folder: &Path) -> Result<(), InitError> {
        let compilation = compile(&[folder.join("detections")])?;
        let mut findings = compilation.findings.iter();
        // The example is sound, so that what is wrong is its pack's name.
        if let Some(error) = findings.find(|finding| finding.severity() == Severity::Error) {
            return Err(refused(&self.name, &error.message));
        }
        for package in &compilation.packages {
            package::write(package, &folder.join("generated"), Overwrite::Refuse)?;
        }
        Ok(())
    }
}

fn refused(name: &str, reason: &str) -> InitError {
    InitError::Name {
        name: name.chars().take(80).collect(),
        reason: reason.to_owned(),
    }
}

const GIT: &str = ".git";

fn holds_git(target: &Path) -> bool {
    target.join(GIT).symlink_metadata().is_ok()
}

/// Moves what a folder holds into another one. What cannot be moved is moved back.
fn move_into(made: &Path, target: &Path) -> Result<(), InitError> {
    let mut moved: Vec<(PathBuf, PathBuf)> = Vec::new();
    let mut move_all = || -> Result<(), InitError> {
        for entry in fs::read_dir(made).map_err(failed(made))? {
            let from = entry.map_err(failed(made))?.path();
            let to = target.join(from.file_name().unwrap_or_default());
            if to.symlink_metadata().is_ok() {
                return Err(InitError::Taken(target.to_owned()));
            }
            fs::rename(&from, &to).map_err(failed(&to))?;
            moved.push((from, to));
        }
        Ok(())
    };
    let result = move_all();
    if result.is_err() {
        for (from, to) in moved {
            // The first error is the one to tell.
            let _ = fs::rename(to, from);
        }
    }
    result
}

/// Whether a new folder can take a place: there is nothing, or a folder with nothing but `.git`.
fn is_free(target: &Path) -> Result<bool, InitError> {
    match fs::symlink_metadata(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(failed(target)(error)),
        Ok(known) if !known.is_dir() => Ok(false),
        Ok(_) => {
            for entry in fs::read_dir(target).map_err(failed(target))? {
                if entry.map_err(failed(target))?.file_name() != GIT {
                    return Ok(false);
                }
            }
            Ok(true)
        }
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), InitError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed(folder))?;
    }
    fs::write(path, bytes).map_err(failed(path))
}

fn failed(path: &Path) -> impl Fn(io::Error) -> InitError + '_ {
    |error| InitError::Io {
        path: path.to_owned(),
        error,
    }
}
