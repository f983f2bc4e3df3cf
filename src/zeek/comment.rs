//! Comments, made from free text.
//!
//! A comment ends with its line, so no text may bring a line break of any kind. Zeek itself reads three things inside
//! comments: `# @no-test` is a token, `##<` documents what stands before it, and where an `@if` is false, `@if`, `@else`
//! and `@endif` count wherever they stand. Zeekygen reads `##` and `##!` as reStructuredText, whose directives and roles
//! can include files.

/// Width of a line of generated code, a tab counted as [`TAB_WIDTH`].
pub const MAX_WIDTH: usize = 120;

/// Columns of a tab.
pub const TAB_WIDTH: usize = 8;

/// What a comment begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marker {
    /// `##!`: documents the script.
    Script,
    /// `##`: documents the declaration that follows.
    Declaration,
    /// `#`
    Plain,
}

impl Marker {
    fn text(self) -> &'static str {
        match self {
            Self::Script => "##!",
            Self::Declaration => "##",
            Self::Plain => "#",
        }
    }
}

/// `text` as one line, without a marker, of any length; for a comment that something else begins.
pub fn one_line(text: &str) -> String {
    let words: Vec<String> = clean_lines(text).flat_map(|line| words(&line)).collect();
    neutral(&words.join(" "))
}

/// `text` as lines of comment without a final line feed, each indented by `tabs` tabs and at most [`MAX_WIDTH`] wide.
/// Its line breaks stay, runs of blank lines become one, and blank lines at its ends go.
pub fn wrapped(marker: Marker, text: &str, tabs: usize) -> String {
    let lead = format!("{}{}", "\t".repeat(tabs), marker.text());
    let taken = tabs * TAB_WIDTH + marker.text().len() + 1;
    // An indentation that leaves no room still gets some.
    let width = MAX_WIDTH.saturating_sub(taken).max(TAB_WIDTH);
    let mut lines: Vec<String> = Vec::new();
    for line in clean_lines(text) {
        let words = words(&neutral(&line));
        if words.is_empty() && lines.last().is_none_or(String::is_empty) {
            continue;
        }
        lines.extend(fill(words, width));
    }
    if lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    let lines: Vec<String> = lines
        .into_iter()
        .map(|line| {
            if line.is_empty() {
                lead.clone()
            } else {
                format!("{lead} {line}")
            }
        })
        .collect();
    lines.join("\n")
}

/// The lines of a text, with nothing in them that is invisible or moves other text.
fn clean_lines(text: &str) -> impl Iterator<Item = String> {
    let ends_line = |c| matches!(c, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
    text.split("\r\n")
        .flat_map(move |text| text.split(ends_line))
        .map(|line| {
            line.chars()
                .filter(|c| !is_invisible(*c))
                .map(|c| {
                    if c.is_control() || c.is_whitespace() {
                        ' '
                    } else {
                        c
                    }
                })
                .collect()
        })
}

/// Characters of format: joiners, marks and overrides of direction, tags, variation selectors, byte order marks.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// The text with nothing in it that Zeek or Zeekygen takes for an instruction.
fn neutral(text: &str) -> String {
    let mut text = text.replace('`', "'");
    for directive in ["@if", "@else", "@endif", "@no-test"] {
        if text.contains(directive) {
            text = text.replace(directive, &format!("@ {}", &directive[1..]));
        }
    }
    text
}

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

/// Words as lines of at most `width` characters; a longer word is broken. No line begins with the two dots that begin a
/// directive of reStructuredText.
fn fill(words: Vec<String>, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in words {
        let mut characters: Vec<char> = word.chars().collect();
        let separator = usize::from(used > 0);
        if used + separator + characters.len() > width && used > 0 {
            lines.push(String::new());
            used = 0;
        }
        loop {
            let separator = usize::from(used > 0);
            if used == 0 && characters.starts_with(&['.', '.']) {
                characters.insert(0, '\\');
            }
            let taken = characters.len().min(width - used - separator);
            if let Some(line) = lines.last_mut() {
                line.extend(std::iter::repeat_n(' ', separator));
                line.extend(characters.drain(..taken));
            }
            used += separator + taken;
            if characters.is_empty() {
                break;
            }
            lines.push(String::new());
            used = 0;
        }
    }
    lines
}
