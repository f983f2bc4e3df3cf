//! How an author accepts warnings: by a comment, `# sigzeek: ignore[W451, W452]`, and behind it, why; or for a whole pack, by the
//! `ignore` of its `pack.yml`.
//!
//! A comment stands at the end of the line on which the warning begins, or alone on the line above. Errors cannot be accepted.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::{Code, Finding, Place, Severity, Source};

/// Leaves out the warnings that comments accept.
pub(super) fn leave_out(findings: &mut Vec<Finding>) {
    findings.retain(|finding| !is_ignored(finding));
}

/// Warnings for comments in some files that accept none of the findings there: of no warning's code, or of one that is not
/// found. Files with errors are left alone, since not all that could be found in them was.
pub fn useless_ignores<'a>(
    sources: impl IntoIterator<Item = &'a Arc<Source>>,
    findings: &[Finding],
) -> Vec<Finding> {
    let mut useless = Vec::new();
    for source in sources {
        let ignores = all(&source.text);
        if ignores.is_empty() {
            continue;
        }
        let here = |finding: &&Finding| Arc::ptr_eq(&finding.place.source, source);
        let found: Vec<&Finding> = findings.iter().filter(here).collect();
        if found
            .iter()
            .any(|finding| finding.severity() == Severity::Error)
        {
            continue;
        }
        let ignored: BTreeSet<usize> = found.into_iter().flat_map(ignoring).collect();
        let mentions = ignores.iter();
        useless.extend(mentions.filter_map(|ignore| ignore.useless(source, &ignored, &COMMENT)));
    }
    useless
}

/// Warnings that a `pack.yml` accepts in all files of its pack.
#[derive(Debug, Clone)]
pub struct PackIgnores<'a> {
    /// The pack's folder.
    pub folder: &'a Path,
    /// The `pack.yml`.
    pub source: &'a Arc<Source>,
    /// The warnings' codes, and where each stands.
    pub codes: Vec<(&'a str, &'a Range<usize>)>,
}

impl<'a> PackIgnores<'a> {
    /// Leaves out the warnings that it accepts. Warns of what it accepts in vain, unless the pack has errors: not all that could be
    /// found was.
    pub fn apply(&self, findings: &mut Vec<Finding>) -> Vec<Finding> {
        let mut used = BTreeSet::new();
        let mut has_errors = false;
        findings.retain(|finding| {
            if !finding.place.path().starts_with(self.folder) {
                return true;
            }
            if finding.severity() == Severity::Error {
                has_errors = true;
                return true;
            }
            let ignore = self
                .ignores()
                .find(|ignore| ignore.code() == Some(finding.code));
            used.extend(ignore.iter().map(|ignore| ignore.span.start));
            ignore.is_none()
        });
        if has_errors {
            return Vec::new();
        }
        self.ignores()
            .filter_map(|ignore| ignore.useless(self.source, &used, &PACK))
            .collect()
    }

    fn ignores(&self) -> impl Iterator<Item = Ignore<'a>> {
        self.codes.iter().map(|(text, span)| Ignore {
            text,
            span: (*span).clone(),
        })
    }
}

/// How it is said that a code is ignored in vain.
struct IgnoreWording {
    /// What ignores.
    what: &'static str,
    /// Where there is nothing to ignore.
    place: &'static str,
    /// An example.
    example: &'static str,
    /// What to do.
    help: &'static str,
}

const COMMENT: IgnoreWording = IgnoreWording {
    what: "a comment",
    place: "here",
    example: "# sigzeek: ignore[W451]",
    help: "remove the comment; it belongs on the line on which the warning begins, or alone on the line above",
};

const PACK: IgnoreWording = IgnoreWording {
    what: "`ignore`",
    place: "in the pack",
    example: "ignore: [W451]",
    help: "remove the code",
};

const MARK: &str = "sigzeek: ignore[";

/// One code in a comment.
struct Ignore<'a> {
    text: &'a str,
    span: Range<usize>,
}

impl Ignore<'_> {
    fn code(&self) -> Option<Code> {
        Code::ALL
            .iter()
            .copied()
            .find(|code| code.as_str() == self.text)
    }

    fn useless(
        &self,
        source: &Arc<Source>,
        ignored: &BTreeSet<usize>,
        words: &IgnoreWording,
    ) -> Option<Finding> {
        let (text, place) = (self.text, Place::new(source, &self.span));
        let finding = |message: String| Finding::new(Code::UselessIgnore, place, message);
        let Some(code) = self.code() else {
            return Some(
                finding(format!("there is no warning `{text}`")).help(format!(
                    "write the code as it is printed, such as `{}`",
                    words.example
                )),
            );
        };
        if code.severity() == Severity::Error {
            let message = format!("{text} is an error; {} cannot suppress it", words.what);
            return Some(finding(message).help("fix what it says"));
        }
        // Other commands than those that compile find these.
        let elsewhere = [
            Code::NotReplayed,
            Code::PartlySynthesised,
            Code::NotLogged,
            Code::NotInLog,
            Code::UselessIgnore,
        ];
        (!elsewhere.contains(&code) && !ignored.contains(&self.span.start)).then(|| {
            finding(format!("there is no {text} {} to ignore", words.place)).help(words.help)
        })
    }
}

fn is_ignored(finding: &Finding) -> bool {
    finding.severity() == Severity::Warning && ignoring(finding).next().is_some()
}

/// Where the code of a finding is ignored.
fn ignoring(finding: &Finding) -> impl Iterator<Item = usize> {
    let text = &finding.place.source.text;
    let line = line(text, finding.place.span.start);
    let above = line.start.checked_sub(1).map(|end| self::line(text, end));
    let above = above.filter(|above| text[above.clone()].trim_start().starts_with('#'));
    let code = finding.code;
    [Some(line), above]
        .into_iter()
        .flatten()
        .flat_map(|range| on_line(text, range))
        .filter(move |ignore| ignore.code() == Some(code))
        .map(|ignore| ignore.span.start)
}

/// The line around an offset in bytes, without its end.
fn line(text: &str, offset: usize) -> Range<usize> {
    let start = memchr::memrchr(b'\n', &text.as_bytes()[..offset]).map_or(0, |last| last + 1);
    let length = memchr::memchr(b'\n', &text.as_bytes()[start..]);
    start..length.map_or(text.len(), |length| start + length)
}

fn all(text: &str) -> Vec<Ignore<'_>> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        found.extend(on_line(text, start..end));
        start = end;
    }
    found
}

/// The codes in the comment of a line.
fn on_line(text: &str, range: Range<usize>) -> Vec<Ignore<'_>> {
    let line = &text[range.clone()];
    let Some((before, comment)) = line.split_once(MARK) else {
        return Vec::new();
    };
    if !before.trim_end().ends_with('#') {
        return Vec::new();
    }
    let Some((codes, _)) = comment.split_once(']') else {
        return Vec::new();
    };
    let mut start = range.start + before.len() + MARK.len();
    codes
        .split(',')
        .map(|part| {
            let code = part.trim();
            let at = start + (part.len() - part.trim_start().len());
            start += part.len() + 1;
            Ignore {
                text: code,
                span: at..at + code.len(),
            }
        })
        .collect()
}
