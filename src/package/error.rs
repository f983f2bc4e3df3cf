//! What can keep a package from being compared or written.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::path::{PackageName, PackagePath};

/// Why a package could not be made, compared or written. In each case the package on disk is the old one or, where the
/// error says so, the new one, and whole.
///
/// Paths are shown quoted and escaped, since names on disk can hold anything.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// A text that is no path of a package's file.
    #[error("{path:?} cannot be the path of a file in a package: {reason}; rename it")]
    InvalidPath {
        /// The beginning of the text.
        path: String,
        /// What is wrong with it.
        reason: &'static str,
    },

    /// A text that is no package's name.
    #[error("{name:?} cannot be the name of a package: {reason}; rename it")]
    InvalidName {
        /// The beginning of the text.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },

    /// Two files of a package that cannot both be there.
    #[error(
        "package {package} has two files for {path}, letter case aside, or a file where another needs a folder; \
         rename one of them"
    )]
    PathTaken {
        /// The package.
        package: PackageName,
        /// The path of the file that came second.
        path: PackagePath,
    },

    /// A file or the like where the output folder or a package's folder should be.
    #[error("{path:?} is not a folder; move it away or build into another folder")]
    NotAFolder {
        /// The path.
        path: PathBuf,
    },

    /// An output folder that is a symbolic link to nothing.
    #[error(
        "the output folder {path:?} is a symbolic link to something that does not exist; \
         make its target or remove the link"
    )]
    DanglingLink {
        /// The link.
        path: PathBuf,
    },

    /// A package's folder that is a symbolic link: what it points to may be anywhere, so that it is not followed.
    #[error(
        "the package's folder {path:?} is a symbolic link, which a build does not follow; \
         remove the link, or make the whole output folder a link instead"
    )]
    PackageIsLink {
        /// The link.
        path: PathBuf,
    },

    /// A thing in a package's folder that cannot move to the new tree.
    #[error("{path:?} is a {what}, which cannot be carried over to the new package; move it away")]
    CannotCarryOver {
        /// The thing.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },

    /// Files that a build would destroy although a person wrote them.
    #[error("building {folder:?} would lose what a person wrote:{}{}", listed(.obstacles), advice(.obstacles))]
    Refused {
        /// The package's folder.
        folder: PathBuf,
        /// The files, sorted by path.
        obstacles: Vec<BuildObstacle>,
    },

    /// Another build that has been holding the output folder for too long.
    #[error(
        "another build has been using {path:?} for {seconds} seconds; wait until it ends or stop it, then build again"
    )]
    Busy {
        /// The output folder.
        path: PathBuf,
        /// How long this build waited, in seconds.
        seconds: u64,
    },

    /// A package's folder that somebody changed while its new tree was being made. Nothing was replaced.
    #[error(
        "{path:?} was changed while the package was being built, and was left as it is; build again"
    )]
    ChangedMeanwhile {
        /// The package's folder.
        path: PathBuf,
    },

    /// An old tree that could not be removed, or that somebody changed at the last moment and that could not be put back.
    #[error(
        "the new package is in place, but the old one is still in {path:?} ({source}); \
         see whether something there is worth keeping, and remove it"
    )]
    OldRemains {
        /// The folder of the old tree.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },

    /// What the operating system said.
    #[error("cannot {action} {path:?}: {source}; {}, then build again", remedy(.source))]
    Io {
        /// What was being done.
        action: &'static str,
        /// To which path.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
}

/// What helps against what the operating system says.
fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "a file stands where a folder belongs: move it away or choose another folder"
        }
        _ => "check the permissions there and the space left",
    }
}

impl PackageError {
    /// For `map_err`: an operating system's error while doing `action` to `path`.
    pub(super) fn io<E: Into<io::Error>>(
        action: &'static str,
        path: &Path,
    ) -> impl FnOnce(E) -> Self {
        move |source| Self::Io {
            action,
            path: path.to_owned(),
            source: source.into(),
        }
    }
}

/// Something of a person's that writing a package would destroy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BuildObstacle {
    /// Its path, relative to the package's folder.
    pub path: PathBuf,
    /// What it is.
    pub kind: ObstacleKind,
}

/// What an [`Obstacle`] is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ObstacleKind {
    /// A generated file that was edited since.
    Edited,
    /// A generated file that was edited since, and that is no part of the package any more.
    EditedLeftOver,
    /// Something that no build made, where the package has a file or needs a folder.
    Foreign,
    /// A file that no build made, in a folder where the package has a file. Not even force discards it, for nobody
    /// who forces a file would expect a folder to go.
    InFolderInTheWay,
    /// A manifest that cannot be read, so that nothing tells generated files from a person's.
    InvalidManifest(String),
}

impl ObstacleKind {
    /// Whether [`Overwrite::Force`](super::Overwrite::Force) discards it.
    pub fn yields_to_force(&self) -> bool {
        !matches!(self, Self::InFolderInTheWay)
    }
}

impl fmt::Display for BuildObstacle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?} {}", self.path, self.kind)
    }
}

impl fmt::Display for ObstacleKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edited => formatter.write_str("was edited since it was generated"),
            Self::EditedLeftOver => formatter.write_str(
                "was edited since it was generated, and is no longer part of the package",
            ),
            Self::Foreign => formatter.write_str(
                "was not generated, and is where the package has a file or needs a folder",
            ),
            Self::InFolderInTheWay => formatter
                .write_str("was not generated, and is in a folder where the package has a file"),
            Self::InvalidManifest(reason) => write!(formatter, "is not a manifest: {reason}"),
        }
    }
}

fn listed(obstacles: &[BuildObstacle]) -> String {
    obstacles
        .iter()
        .map(|obstacle| format!("\n  {obstacle}"))
        .collect()
}

fn advice(obstacles: &[BuildObstacle]) -> &'static str {
    if obstacles
        .iter()
        .all(|obstacle| obstacle.kind.yields_to_force())
    {
        "\nmove these files away or undo the edits, or force the build to discard them"
    } else {
        "\nmove these files away or undo the edits; not all of them are discarded by a forced build"
    }
}
