//! Findings with the source line that they are about, its span underlined.

use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer as Snippets, Snippet};

use crate::finding::{Finding, Place, Severity};
use crate::text::{lines, printable};

/// Longest line that is shown whole; what is behind is left to the editor.
const MAX_LINE: usize = 400;

/// Prints findings for a person.
pub struct Renderer {
    snippets: Snippets,
    /// How many characters a line of a message or a help has, where that is bounded.
    width: Option<usize>,
}

/// What stands before a message (`warning[W451]: `) and a help, in characters.
const LABEL: usize = 15;

impl Renderer {
    /// A renderer for a terminal with colours, or for anything else without.
    pub fn new(colour: bool) -> Self {
        let snippets = if colour {
            Snippets::styled()
        } else {
            Snippets::plain()
        };
        Self {
            snippets,
            width: None,
        }
    }

    /// The same for a reader whose lines have so many characters.
    #[must_use]
    pub fn width(self, width: usize) -> Self {
        Self {
            snippets: self.snippets.term_width(width),
            width: Some(width),
        }
    }

    /// A message in lines that have room behind its label.
    fn broken(&self, text: &str) -> String {
        let text = printable(text);
        match self.width {
            Some(width) => lines(&text, width.saturating_sub(LABEL)).join("\n"),
            None => text,
        }
    }

    /// Prints one finding, followed by an empty line.
    ///
    /// # Errors
    ///
    /// Whatever writing to `out` gives.
    pub fn print(&self, finding: &Finding, out: &mut (impl Write + ?Sized)) -> io::Result<()> {
        let level = match finding.severity() {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let message = self.broken(&finding.message);
        let excerpt = SourceExcerpt::new(&finding.place);
        let related: Vec<(SourceExcerpt, String)> = finding
            .related
            .iter()
            .map(|(place, label)| (SourceExcerpt::new(place), printable(label)))
            .collect();
        let help = finding.help.as_deref().map(|help| self.broken(help));

        let mut group = level
            .primary_title(message.as_str())
            .id(finding.code.as_str())
            .element(excerpt.element(AnnotationKind::Primary, None));
        for (excerpt, label) in &related {
            group = group.element(excerpt.element(AnnotationKind::Context, Some(label)));
        }
        if let Some(help) = &help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        writeln!(out, "{}\n", self.snippets.render(&[group]))
    }
}

/// The line that a place stands on, cleaned of what a terminal would obey.
struct SourceExcerpt {
    path: String,
    line: usize,
    text: String,
    start: usize,
    end: usize,
    is_empty_file: bool,
}

impl SourceExcerpt {
    fn new(place: &Place) -> Self {
        let text = &place.source.text;
        let line_start = text[..place.span.start]
            .rfind('\n')
            .map_or(0, |newline| newline + 1);
        let line_length = text[line_start..]
            .find('\n')
            .unwrap_or(text.len() - line_start);
        let line_end = line_start + line_length;
        let end = place.span.end.clamp(place.span.start, line_end);
        let before = printable(&text[line_start..place.span.start]);
        let inside = printable(&text[place.span.start..end]);
        let after = printable(text[end..line_end].trim_end());
        let start = before.len();
        let mut line = before + &inside + &after;
        let mut cut = line.len().min(start + MAX_LINE);
        while !line.is_char_boundary(cut) {
            cut -= 1;
        }
        line.truncate(cut);
        Self {
            path: printable(&place.path().to_string_lossy()),
            line: place.line_column().0,
            end: (start + inside.len()).min(line.len()),
            text: line,
            start,
            is_empty_file: text.is_empty(),
        }
    }

    /// The line with the place underlined; the path alone where the file has no text.
    fn element<'a>(&'a self, kind: AnnotationKind, label: Option<&'a String>) -> Element<'a> {
        if self.is_empty_file {
            return Origin::path(self.path.as_str()).into();
        }
        let annotation = kind
            .span(self.start..self.end)
            .label(label.map(String::as_str));
        Snippet::source(self.text.as_str())
            .path(self.path.as_str())
            .line_start(self.line)
            .annotation(annotation)
            .into()
    }
}
