//! The licences that a new repository can have.

use askama::Template;
use clap::ValueEnum;

/// A licence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum License {
    /// BSD-3-Clause, as Zeek has
    #[default]
    #[value(name = "bsd-3-clause")]
    Bsd3Clause,
    /// MIT
    Mit,
    /// None yet: nobody else may use the rules
    None,
}

#[derive(Template)]
#[template(path = "init/licenses/bsd-3-clause.txt")]
struct Bsd3Clause<'a> {
    author: &'a str,
}

#[derive(Template)]
#[template(path = "init/licenses/mit.txt")]
struct Mit<'a> {
    author: &'a str,
}

impl License {
    /// Its name in the SPDX licence list.
    pub fn identifier(self) -> Option<&'static str> {
        match self {
            Self::Bsd3Clause => Some("BSD-3-Clause"),
            Self::Mit => Some("MIT"),
            Self::None => None,
        }
    }

    /// Its text; none where there is no licence.
    pub(super) fn text(self, author: &str) -> Result<Option<String>, askama::Error> {
        match self {
            Self::Bsd3Clause => Bsd3Clause { author }.render().map(Some),
            Self::Mit => Mit { author }.render().map(Some),
            Self::None => Ok(None),
        }
    }
}
