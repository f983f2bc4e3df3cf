//! What a rule and a correlation have in common.

use std::path::Path;

use rsigma_parser::Level;

use super::correlation::{CorrelationPlan, MatchSource};
use super::{PackPlan, RulePlan};
use crate::finding::Place;
use crate::registry::attack::Technique;
use crate::rule::{Spanned, status_word};
use crate::score::Score;

/// A rule or a correlation. Two are equal that stand at the same place.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'p> {
    /// A rule.
    Rule(&'p RulePlan<'p>),
    /// A correlation.
    Correlation(&'p CorrelationPlan<'p>),
}

impl PartialEq for Subject<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Subject<'_> {}

impl<'p> PackPlan<'p> {
    /// The rules, then the correlations.
    pub fn subjects(&'p self) -> impl Iterator<Item = Subject<'p>> {
        let rules = self.rules.iter().map(Subject::Rule);
        rules.chain(self.correlations.iter().map(Subject::Correlation))
    }

    /// What a correlation would refer to: the rules, then the correlations.
    pub fn sources(&self) -> impl Iterator<Item = MatchSource> + use<> {
        let rules = (0..self.rules.len()).map(MatchSource::Rule);
        rules.chain((0..self.correlations.len()).map(MatchSource::Correlation))
    }

    /// The rules and correlations that a correlation refers to, in its order.
    pub fn correlated(
        &'p self,
        plan: &'p CorrelationPlan<'_>,
    ) -> impl Iterator<Item = Subject<'p>> {
        let inputs = plan.inputs.iter();
        inputs.filter_map(|input| self.subject(input.source))
    }

    /// What stands for the matches that a correlation takes.
    pub fn subject(&'p self, source: MatchSource) -> Option<Subject<'p>> {
        match source {
            MatchSource::Rule(index) => self.rules.get(index).map(Subject::Rule),
            MatchSource::Correlation(index) => {
                self.correlations.get(index).map(Subject::Correlation)
            }
        }
    }
}

/// The same member of a rule or a correlation.
macro_rules! of_either {
    ($subject:expr, $member:ident) => {
        match $subject {
            Subject::Rule(plan) => &plan.rule.$member,
            Subject::Correlation(plan) => &plan.correlation.$member,
        }
    };
}

impl<'p> Subject<'p> {
    /// What tells it from all others: its file, and its place there.
    pub(crate) fn key(self) -> (&'p Path, usize) {
        (self.path(), of_either!(self, title).span.start)
    }

    /// The text from which its names in Zeek are made.
    #[must_use]
    pub fn name(self) -> &'p str {
        match self {
            Self::Rule(plan) => plan.name,
            Self::Correlation(plan) => plan.name,
        }
    }

    /// What it detects.
    #[must_use]
    pub fn title(self) -> &'p str {
        &of_either!(self, title).value
    }

    /// Its id, where it has one.
    #[must_use]
    pub fn id(self) -> Option<&'p str> {
        let id = of_either!(self, id).as_ref();
        id.map(|id| id.value.as_str())
    }

    /// Where its title is.
    #[must_use]
    pub fn place(self) -> Place {
        Place::new(of_either!(self, source), &of_either!(self, title).span)
    }

    /// The file that holds it.
    #[must_use]
    pub fn path(self) -> &'p Path {
        &of_either!(self, source).path
    }

    /// The text of that file.
    #[must_use]
    pub fn text(self) -> &'p str {
        &of_either!(self, source).text
    }

    /// How bad a match is.
    #[must_use]
    pub fn level(self) -> Option<Level> {
        *of_either!(self, level)
    }

    /// How far it is trusted, in the word that its file has.
    #[must_use]
    pub fn status(self) -> Option<&'static str> {
        of_either!(self, status).map(status_word)
    }

    /// Why it exists.
    #[must_use]
    pub fn description(self) -> Option<&'p str> {
        of_either!(self, description).as_deref()
    }

    /// Who wrote it.
    #[must_use]
    pub fn author(self) -> Option<&'p str> {
        of_either!(self, author).as_deref()
    }

    /// Where its knowledge comes from.
    #[must_use]
    pub fn references(self) -> &'p [String] {
        of_either!(self, references)
    }

    /// What else may raise it.
    #[must_use]
    pub fn falsepositives(self) -> &'p [String] {
        of_either!(self, falsepositives)
    }

    /// Its tags.
    #[must_use]
    pub fn tags(self) -> &'p [Spanned<String>] {
        of_either!(self, tags)
    }

    /// The file that describes its regression tests.
    #[must_use]
    pub fn tests(self) -> Option<&'p Spanned<String>> {
        of_either!(self, regression_tests_path).as_ref()
    }

    /// Whether it starts switched off.
    #[must_use]
    pub fn starts_off(self) -> bool {
        let enabled = match self {
            Self::Rule(plan) => plan.rule.zeek.enabled,
            Self::Correlation(plan) => plan.correlation.zeek.enabled,
        };
        enabled == Some(false)
    }

    /// The ATT&CK techniques that it is tagged with.
    #[must_use]
    pub fn techniques(self) -> &'p [&'static Technique] {
        match self {
            Self::Rule(plan) => &plan.techniques,
            Self::Correlation(plan) => &plan.techniques,
        }
    }

    /// Its robustness score.
    #[must_use]
    pub fn score(self) -> Option<Score> {
        match self {
            Self::Rule(plan) => plan.assessment().score,
            Self::Correlation(plan) => plan.score,
        }
    }

    /// The type of its notices below `ATTACK::`; `None` where it has a type of its own.
    #[must_use]
    pub fn attack_type(self) -> Option<&'p str> {
        let name = match self {
            Self::Rule(plan) => &plan.notice.attack_type,
            Self::Correlation(plan) => &plan.attack_type,
        };
        name.as_deref()
    }

    /// The type of its notices, where it is one that packs share.
    #[must_use]
    pub fn attack_note(self) -> Option<String> {
        let name = self.attack_type()?;
        Some(format!("ATTACK::{name}"))
    }

    /// What its notices say of it, where no value is put in.
    #[must_use]
    pub fn fixed_sub(self) -> Option<String> {
        match self {
            Self::Rule(plan) => plan.notice.fixed_sub(),
            Self::Correlation(plan) => plan.fixed_sub(),
        }
    }

    /// How long its equal notices are suppressed, in seconds, where it says so.
    #[must_use]
    pub fn suppress_for(self) -> Option<u64> {
        match self {
            Self::Rule(plan) => plan.rule.zeek.notice.suppress_for,
            Self::Correlation(plan) => plan.correlation.zeek.notice.suppress_for,
        }
    }

    /// Its robustness score, such as `4H`.
    #[must_use]
    pub fn robustness(self) -> Option<String> {
        self.score().map(|score| score.to_string())
    }
}
