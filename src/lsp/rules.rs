//! The rules and correlations that a client has, as others refer to them.

use std::path::Path;
use std::sync::Arc;

use crate::finding::{Place, Source};
use crate::registry::CategoryField;
use crate::rule::pack::{NamedCorrelation, NamedRule, Pack};
use crate::rule::{Header, Spanned};
use crate::service::Service;

use super::analysis::Analysis;

/// A rule or a correlation of a pack.
#[derive(Debug, Clone, Copy)]
pub(super) struct KnownRule<'a> {
    pub(super) pack: &'a Pack,
    pub(super) kind: RuleKind<'a>,
}

/// What it is.
#[derive(Debug, Clone, Copy)]
pub(super) enum RuleKind<'a> {
    Rule(&'a NamedRule),
    Correlation(&'a NamedCorrelation),
}

/// What refers to rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Referrer {
    Correlation,
    Filter,
}

/// A place at which a rule is referred to.
#[derive(Debug)]
pub(super) struct RuleReference<'a> {
    pub(super) referrer: Referrer,
    pub(super) pack: &'a Pack,
    pub(super) source: &'a Arc<Source>,
    pub(super) name: &'a Spanned<String>,
}

impl<'a> KnownRule<'a> {
    /// What it says of itself.
    pub(super) fn header(&self) -> &'a Header {
        match self.kind {
            RuleKind::Rule(named) => &named.rule.header,
            RuleKind::Correlation(named) => &named.correlation.header,
        }
    }

    pub(super) fn title(&self) -> &'a str {
        &self.header().title.value
    }

    /// Whether a correlation means it by a text: its id or its name.
    pub(super) fn is_called(&self, text: &str) -> bool {
        let header = self.header();
        let (id, name) = (header.id.as_ref(), header.name.as_ref());
        id.is_some_and(|id| id.value.eq_ignore_ascii_case(text))
            || name.is_some_and(|name| name.value == text)
    }

    /// Whether it is what is referred to.
    pub(super) fn is_meant_by(&self, reference: &RuleReference<'_>) -> bool {
        let name = reference.name.value.as_str();
        let is_called =
            self.is_called(name) || reference.referrer == Referrer::Filter && self.title() == name;
        is_called && self.is_of(Some(reference.pack))
    }

    /// How others refer to it: by its name, or else its id.
    pub(super) fn reference(&self) -> Option<&'a str> {
        let header = self.header();
        let own = header.name.as_ref().or(header.id.as_ref())?;
        Some(&own.value)
    }

    pub(super) fn is_of(&self, pack: Option<&Pack>) -> bool {
        pack.is_some_and(|pack| std::ptr::eq(pack, self.pack))
    }

    /// Where its title stands.
    pub(super) fn place(&self) -> Place {
        let header = self.header();
        Place::new(&header.source, &header.title.span)
    }
}

/// All rules and correlations.
pub(super) fn known(analysis: &Analysis) -> Vec<KnownRule<'_>> {
    packs(analysis).flat_map(of).collect()
}

/// The rules and correlations of a pack.
fn of(pack: &Pack) -> impl Iterator<Item = KnownRule<'_>> {
    let rules = pack.rules.iter().map(RuleKind::Rule);
    let correlations = pack.correlations.iter().map(RuleKind::Correlation);
    rules
        .chain(correlations)
        .map(move |kind| KnownRule { pack, kind })
}

fn packs(analysis: &Analysis) -> impl Iterator<Item = &Pack> {
    analysis.groups.iter().flat_map(|checked| &checked.packs)
}

/// The pack that a file belongs to.
pub(super) fn pack_of<'a>(analysis: &'a Analysis, path: &Path) -> Option<&'a Pack> {
    packs(analysis).find(|pack| path.starts_with(&pack.path))
}

/// The service that a rule looks at, where it is one of Zeek's; none for a correlation.
pub(super) fn service(known: &KnownRule<'_>) -> Option<Service> {
    let RuleKind::Rule(named) = known.kind else {
        return None;
    };
    let logsource = &named.rule.logsource;
    match (&logsource.service, &logsource.category) {
        (Some(service), _) => Service::named(&service.value),
        (None, Some(category)) => Service::named(CategoryField::service_of(&category.value)?),
        (None, None) => None,
    }
}

/// Every place at which correlations and filters refer to rules.
pub(super) fn references(analysis: &Analysis) -> impl Iterator<Item = RuleReference<'_>> {
    packs(analysis).flat_map(|pack| {
        let correlations = pack.correlations.iter();
        let of_correlations = correlations.flat_map(move |named| {
            let correlation = &named.correlation;
            let source = &correlation.header.source;
            let names = correlation.rules.iter();
            names.map(move |name| RuleReference {
                referrer: Referrer::Correlation,
                pack,
                source,
                name,
            })
        });
        let of_filters = pack.filters.iter().flat_map(move |filter| {
            let source = &filter.condition.header.source;
            let names = filter.target.names().iter();
            names.map(move |name| RuleReference {
                referrer: Referrer::Filter,
                pack,
                source,
                name,
            })
        });
        of_correlations.chain(of_filters)
    })
}
