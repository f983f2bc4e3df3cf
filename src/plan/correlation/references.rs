//! Which rules and correlations of the pack a correlation refers to, and in which order they can be planned.

use crate::finding::{Code, Finding, Place};
use crate::rule::correlation::Correlation;
use crate::rule::pack::Pack;
use crate::rule::{Rule, Spanned};
use crate::text::nearest;

/// How many correlations may stand one upon the other; as many as the reference evaluator follows.
const MAX_DEPTH: usize = 10;

/// A rule or correlation, by its place in the pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reference {
    Rule(usize),
    Correlation(usize),
}

/// What a pack's correlations refer to.
#[derive(Debug)]
pub(super) struct References {
    /// By correlation, what each of its `rules` is; `None` for one that is wrong.
    pub(super) of: Vec<Vec<Option<Reference>>>,
    /// The correlations that are in no circle, each behind those that it refers to.
    pub(super) children_first: Vec<usize>,
}

impl References {
    /// Whether a correlation refers to it.
    pub(super) fn names(&self, which: Reference) -> bool {
        self.of.iter().flatten().any(|known| *known == Some(which))
    }
}

/// Resolves the names and ids by which a pack's correlations refer to others. What is wrong goes to `findings`.
pub(super) fn resolve(pack: &Pack, findings: &mut Vec<Finding>) -> References {
    let of: Vec<Vec<Option<Reference>>> = pack
        .correlations
        .iter()
        .map(|named| {
            let correlation = &named.correlation;
            let names = correlation.rules.iter();
            let of: Vec<_> = names
                .map(|name| reference(pack, correlation, name, findings))
                .collect();
            findings.extend(doubles(correlation, &of));
            of
        })
        .collect();
    let mut walk = Walk {
        pack,
        of: &of,
        path: Vec::new(),
        seen: vec![VisitState::Not; of.len()],
        children_first: Vec::new(),
    };
    for index in 0..of.len() {
        walk.visit(index, findings);
    }
    let children_first = walk.children_first;
    References { of, children_first }
}

/// What is said of a rule that is named twice: once by its name, and once by its id.
fn doubles(correlation: &Correlation, of: &[Option<Reference>]) -> Vec<Finding> {
    let named_before =
        |position: usize| of[position].is_some() && of[..position].contains(&of[position]);
    let doubles = (0..of.len()).filter(|position| named_before(*position));
    doubles
        .map(|position| {
            let place = correlation.place(&correlation.rules[position].span);
            let message = "rule is named twice, by its name and by its id";
            Finding::new(Code::InvalidValue, place, message).help("name it once")
        })
        .collect()
}

/// Something that correlations can refer to.
struct Named<'a> {
    reference: Reference,
    name: Option<&'a Spanned<String>>,
    id: Option<&'a Spanned<String>>,
    /// The text from which its names in Zeek are made.
    known_as: &'a str,
    place: Place,
}

fn all_named(pack: &Pack) -> impl Iterator<Item = Named<'_>> {
    let rules = pack.rules.iter().enumerate().map(|(index, named)| {
        let rule = &named.rule;
        let span = &rule.name.as_ref().unwrap_or(&rule.title).span;
        Named {
            reference: Reference::Rule(index),
            name: rule.name.as_ref(),
            id: rule.id.as_ref(),
            known_as: &named.name,
            place: rule.place(span),
        }
    });
    let correlations = pack.correlations.iter().enumerate().map(|(index, named)| {
        let correlation = &named.correlation;
        let span = &correlation.name.as_ref().unwrap_or(&correlation.title).span;
        Named {
            reference: Reference::Correlation(index),
            name: correlation.name.as_ref(),
            id: correlation.id.as_ref(),
            known_as: &named.name,
            place: correlation.place(span),
        }
    });
    rules.chain(correlations)
}

/// What a name or an id refers to, where it is one alone.
pub(super) fn meant(pack: &Pack, text: &str) -> Option<Reference> {
    let mut all = all_meant(pack, text);
    let first = all.next()?;
    all.next().is_none().then_some(first.reference)
}

/// The rules that a correlation of that id, name or title correlates, those of correlations below it too; `None` where there is
/// no such correlation.
pub(in crate::plan) fn rules_of<'a>(pack: &'a Pack, text: &str) -> Option<Vec<&'a Rule>> {
    let index = pack.correlations.iter().position(|named| {
        let correlation = &named.correlation;
        let id = correlation.id.as_ref();
        id.is_some_and(|id| id.value.eq_ignore_ascii_case(text))
            || correlation
                .name
                .as_ref()
                .is_some_and(|name| name.value == text)
            || correlation.title.value == text
    })?;
    let mut rules = Vec::new();
    let mut seen = vec![index];
    let mut next = 0;
    while let Some(index) = seen.get(next).copied() {
        next += 1;
        for name in &pack.correlations[index].correlation.rules {
            match meant(pack, &name.value) {
                Some(Reference::Rule(rule)) => rules.push(&pack.rules[rule].rule),
                Some(Reference::Correlation(child)) if !seen.contains(&child) => seen.push(child),
                _ => {}
            }
        }
    }
    Some(rules)
}

fn all_meant<'p>(pack: &'p Pack, text: &str) -> impl Iterator<Item = Named<'p>> {
    let lower = text.to_ascii_lowercase();
    all_named(pack).filter(move |named| {
        named.name.is_some_and(|name| name.value == text)
            || named.id.is_some_and(|id| id.value == lower)
    })
}

fn reference(
    pack: &Pack,
    correlation: &Correlation,
    text: &Spanned<String>,
    findings: &mut Vec<Finding>,
) -> Option<Reference> {
    let found: Vec<Named<'_>> = all_meant(pack, &text.value).collect();
    let place = correlation.place(&text.span);
    match found.as_slice() {
        [one] => Some(one.reference),
        [] => {
            let message = format!("pack has no rule called `{}`", text.value);
            let finding = Finding::new(Code::UnknownReference, place, message);
            findings.push(finding.help(help(pack, correlation, &text.value)));
            None
        }
        [first, second, ..] => {
            let message = format!("several rules are called `{}`", text.value);
            let finding = Finding::new(Code::AmbiguousReference, place, message)
                .help("refer to one by its `id`, or give one another `name`")
                .related(first.place.clone(), "one of them")
                .related(second.place.clone(), "another");
            findings.push(finding);
            None
        }
    }
}

/// What to write for a name that nothing has.
fn help(pack: &Pack, correlation: &Correlation, text: &str) -> String {
    let by_file = all_named(pack).find(|named| named.known_as == text && named.name.is_none());
    if by_file.is_some() {
        return format!("a rule's file has that name: add `name: {text}` to the rule");
    }
    let own = [correlation.name.as_ref(), correlation.id.as_ref()];
    let names: Vec<&str> = all_named(pack)
        .flat_map(|named| [named.name, named.id])
        .flatten()
        // A correlation of itself would be the next error.
        .filter(|name| !own.contains(&Some(*name)))
        .map(|name| name.value.as_str())
        .collect();
    match nearest(text, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "name a rule of the same pack by its `name` or `id`".to_owned(),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum VisitState {
    Not,
    OnPath,
    /// With so many correlations one upon the other; `None` for one that cannot be planned.
    Done(Option<usize>),
}

/// A walk along references, deepest first.
struct Walk<'p> {
    pack: &'p Pack,
    of: &'p [Vec<Option<Reference>>],
    path: Vec<usize>,
    seen: Vec<VisitState>,
    children_first: Vec<usize>,
}

impl Walk<'_> {
    /// Visits a correlation; how many stand one upon the other there, if it can be planned.
    fn visit(&mut self, index: usize, findings: &mut Vec<Finding>) -> Option<usize> {
        match self.seen[index] {
            VisitState::Done(depth) => return depth,
            VisitState::OnPath | VisitState::Not => {}
        }
        self.seen[index] = VisitState::OnPath;
        self.path.push(index);
        let depth = self.depth(index, findings);
        self.path.pop();
        self.seen[index] = VisitState::Done(depth);
        if depth.is_some() {
            self.children_first.push(index);
        }
        depth
    }

    fn depth(&mut self, index: usize, findings: &mut Vec<Finding>) -> Option<usize> {
        let mut depth = Some(1);
        for (position, reference) in self.of[index].iter().enumerate() {
            let Some(Reference::Correlation(child)) = *reference else {
                continue;
            };
            let below = if self.seen[child] == VisitState::OnPath {
                findings.push(self.cycle(index, position, child));
                None
            } else if self.path.len() > MAX_DEPTH {
                findings.push(self.too_deep(index, position));
                None
            } else {
                self.visit(child, findings)
            };
            depth = match (depth, below) {
                (Some(depth), Some(below)) => Some(depth.max(below + 1)),
                _ => None,
            };
            if let Some(deep) = depth
                && deep > MAX_DEPTH
            {
                findings.push(self.too_deep(index, position));
                depth = None;
            }
        }
        depth
    }

    /// The circle that a reference closes.
    fn cycle(&self, index: usize, position: usize, child: usize) -> Finding {
        let start = self.path.iter().position(|known| *known == child);
        let circle = &self.path[start.unwrap_or(0)..];
        let names: Vec<&str> = circle
            .iter()
            .chain([&child])
            .map(|index| self.pack.correlations[*index].name.as_str())
            .collect();
        let message = if circle.len() == 1 {
            "correlation refers to itself".to_owned()
        } else {
            format!("correlations refer to each other: {}", names.join(" -> "))
        };
        self.finding(Code::ReferenceCycle, index, position, message)
            .help("take one of the references out")
    }

    fn too_deep(&self, index: usize, position: usize) -> Finding {
        let message = "correlations stand too deep one upon the other".to_owned();
        self.finding(Code::TooComplex, index, position, message)
            .help(format!("{MAX_DEPTH} are the most"))
    }

    fn finding(&self, code: Code, index: usize, position: usize, message: String) -> Finding {
        let correlation = &self.pack.correlations[index].correlation;
        let place = correlation.place(&correlation.rules[position].span);
        Finding::new(code, place, message)
    }
}
