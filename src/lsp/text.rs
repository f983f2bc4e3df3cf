//! Texts as clients count them: lines, and columns in code units of the encoding that was agreed on.

use gen_lsp_types::{Position, PositionEncodingKind, Range};
use line_index::{LineCol, LineIndex};

/// What columns count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum PositionEncoding {
    /// Bytes.
    Utf8,
    /// Code units of UTF-16, which every client knows.
    #[default]
    Utf16,
}

/// A text with the starts of its lines.
#[derive(Debug)]
pub(super) struct Lines<'t> {
    text: &'t str,
    index: LineIndex,
    encoding: PositionEncoding,
}

impl PositionEncoding {
    /// The best of those that a client offers.
    pub(super) fn of(offered: Option<&[PositionEncodingKind]>) -> Self {
        let offered = offered.unwrap_or_default();
        if offered.contains(&PositionEncodingKind::UTF8) {
            Self::Utf8
        } else {
            Self::Utf16
        }
    }

    pub(super) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    /// How many units a character has.
    fn units(self, character: char) -> usize {
        match self {
            Self::Utf8 => character.len_utf8(),
            Self::Utf16 => character.len_utf16(),
        }
    }
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str, encoding: PositionEncoding) -> Self {
        Self {
            text,
            index: LineIndex::new(text),
            encoding,
        }
    }

    /// The position of an offset in bytes, which is on a character's boundary.
    pub(super) fn position(&self, offset: usize) -> Position {
        let offset = u32::try_from(offset.min(self.text.len())).unwrap_or_default();
        let LineCol { line, col } = self.index.line_col(offset.into());
        let start = (offset - col) as usize;
        let before = self.text.get(start..offset as usize).unwrap_or_default();
        let units: usize = before.chars().map(|c| self.encoding.units(c)).sum();
        Position {
            line,
            character: u32::try_from(units).unwrap_or(u32::MAX),
        }
    }

    pub(super) fn range(&self, span: &std::ops::Range<usize>) -> Range {
        Range {
            start: self.position(span.start),
            end: self.position(span.end),
        }
    }

    /// The offset in bytes of a position. One behind the end of a line, or of the text, is that end.
    pub(super) fn offset(&self, position: Position) -> usize {
        let Some(line) = self.index.line(position.line) else {
            return self.text.len();
        };
        let start = usize::from(line.start());
        let line = &self.text[start..usize::from(line.end())];
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let mut left = position.character as usize;
        for (offset, character) in line.char_indices() {
            let units = self.encoding.units(character);
            if left < units {
                return start + offset;
            }
            left -= units;
        }
        start + line.len()
    }

    /// The bytes of a range; empty where its end is before its start.
    pub(super) fn span(&self, range: &Range) -> std::ops::Range<usize> {
        let start = self.offset(range.start);
        start..self.offset(range.end).max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a: ü😀b\r\n\nlast";

    fn position(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn every_offset_has_a_position_and_back() {
        for encoding in [PositionEncoding::Utf8, PositionEncoding::Utf16] {
            let lines = Lines::new(TEXT, encoding);
            let before_line_feed = TEXT.find("\r\n").map(|at| at + 1);
            for (offset, _) in TEXT.char_indices() {
                if Some(offset) != before_line_feed {
                    assert_eq!(lines.offset(lines.position(offset)), offset, "{offset}");
                }
            }
            assert_eq!(lines.offset(lines.position(TEXT.len())), TEXT.len());
        }
    }

    #[test]
    fn columns_count_what_was_agreed_on() {
        let end = TEXT.find('b').unwrap_or_default();
        assert_eq!(
            Lines::new(TEXT, PositionEncoding::Utf16).position(end),
            position(0, 6)
        );
        assert_eq!(
            Lines::new(TEXT, PositionEncoding::Utf8).position(end),
            position(0, 9)
        );
    }

    #[test]
    fn positions_outside_of_the_text_are_its_ends() {
        let lines = Lines::new(TEXT, PositionEncoding::Utf16);
        assert_eq!(
            lines.offset(position(0, 99)),
            TEXT.find('\r').unwrap_or_default()
        );
        assert_eq!(lines.offset(position(9, 0)), TEXT.len());
        // Within a character.
        assert_eq!(
            lines.offset(position(0, 5)),
            TEXT.find('😀').unwrap_or_default()
        );
        let reversed = Range {
            start: position(2, 3),
            end: position(0, 0),
        };
        assert!(lines.span(&reversed).is_empty());
    }
}
