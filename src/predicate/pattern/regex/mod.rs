//! Regular expressions.

mod anchors;
mod class;
mod error;
mod syntax;

pub use error::{RegexError, RegexErrorKind};

use std::ops::Range;

use super::{Pattern, node::ByteExpression};

/// How a regular expression is to be read; Sigma's `re` takes none of them by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RegexFlags {
    /// `re|i`: letters match in either case.
    pub ignore_case: bool,
    /// `re|m`: `^` and `$` also match at a line's beginning and end.
    pub multi_line: bool,
    /// `re|s`: `.` also matches a line feed.
    pub dot_all: bool,
}

/// Where the first `.` of a regular expression stands that does not match a line feed.
pub(super) fn plain_dot(text: &str, flags: RegexFlags) -> Option<Range<usize>> {
    syntax::plain_dot(text, flags)
}

/// The expression that matches the strings in which the regular expression finds something.
pub(super) fn compile(text: &str, flags: RegexFlags) -> Result<ByteExpression, RegexError> {
    let whole = || 0..text.len();
    let tree = syntax::parse(text, flags)?;
    let node = anchors::search(&tree, whole())?;
    if node.is_nothing() {
        return Err(RegexError::new(RegexErrorKind::NeverMatches, whole()));
    }
    if node.size() > Pattern::MAX_REGEX_SIZE {
        return Err(RegexError::new(RegexErrorKind::TooLarge, whole()));
    }
    Ok(node)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn flags(letters: &str) -> RegexFlags {
        RegexFlags {
            ignore_case: letters.contains('i'),
            multi_line: letters.contains('m'),
            dot_all: letters.contains('s'),
        }
    }

    /// Checks which of some strings a regular expression finds something in.
    fn check(text: &str, letters: &str, found: &[&[u8]], not_found: &[&[u8]]) {
        let pattern = Pattern::from_regex(text, flags(letters)).unwrap();
        for string in found {
            assert!(pattern.is_match(string), "{text} on {string:?}");
        }
        for string in not_found {
            assert!(!pattern.is_match(string), "{text} on {string:?}");
        }
    }

    #[test]
    fn a_regex_searches() {
        check("b+", "", &[b"abc", b"\nb"], &[b"ac", b""]);
        check("^b", "", &[b"bc"], &[b"abc", b"a\nb"]);
        check("b$", "", &[b"ab"], &[b"ab\n"]);
        check("^$", "", &[b""], &[b"a"]);
        check("", "", &[b"", b"a"], &[]);
    }

    #[test]
    fn anchors_hold_at_the_edge_of_groups_and_alternatives() {
        check("(^|/)foo", "", &[b"foo", b"a/foo", b"/food"], &[b"afoo"]);
        check("foo($|;)", "", &[b"foo", b"foo;a"], &[b"food"]);
        check("a|^b$", "", &[b"xax", b"b"], &[b"xb", b"bx"]);
        check("^(a|b$)", "", &[b"ax", b"b"], &[b"bx", b"xa"]);
        check(r"\A(?:x*)a\z", "", &[b"a", b"xxa"], &[b"ya", b"ab"]);
        check("x*^y", "", &[b"ya"], &[b"xy"]);
    }

    #[test]
    fn anchors_hold_at_lines() {
        check("^foo$", "m", &[b"foo", b"a\nfoo\nb"], &[b"afoo", b"foo b"]);
        check(r"a\n^b", "m", &[b"xa\nb"], &[b"ab"]);
        check("(?m:^a)|b", "", &[b"x\na", b"xb"], &[b"xa"]);
    }

    #[test]
    fn classes_are_of_bytes() {
        check(
            r"^\d\w\s$",
            "",
            &[b"1a ", b"0_\t"],
            &["\u{661}a ".as_bytes()],
        );
        check("^.$", "", &[b"\xff", b"\0"], &[b"\n", "é".as_bytes()]);
        check("^.$", "s", &[b"\n"], &[]);
        check("^[^a]$", "", &[b"\xff", b"\n"], &[b"a"]);
        check(r"^\xe9$", "", &[b"\xe9"], &["é".as_bytes()]);
        check("^[éa-c]$", "", &["é".as_bytes(), b"b"], &[b"\xc3", b"\xe9"]);
        check(
            "^[à-ï]$",
            "i",
            &["É".as_bytes(), "é".as_bytes()],
            &["ù".as_bytes()],
        );
        check("^[a-f&&[^c]--d]$", "", &[b"a", b"f"], &[b"c", b"d"]);
    }

    #[test]
    fn case_folds_as_in_values() {
        check(
            "^straße$",
            "i",
            &["STRAßE".as_bytes(), "straẞe".as_bytes()],
            &[b"strasse"],
        );
        check("^k$", "i", &[b"K"], &["\u{212a}".as_bytes()]);
        check("a(?i)b|c", "", &[b"aB", b"C"], &[b"Ab"]);
        check("(?-i)a", "i", &[b"a"], &[b"A"]);
    }

    #[test]
    fn what_zeek_cannot_say_is_refused_where_it_stands() {
        let cases = [
            (r"a\<c", RegexErrorKind::WordEdge, r"\<"),
            (r"a\bc", RegexErrorKind::NeverMatches, r"a\bc"),
            (r"a(?=b)", RegexErrorKind::LookAround, "(?="),
            (r"a(?<!b)", RegexErrorKind::LookAround, "(?<!"),
            (r"(a)\1", RegexErrorKind::BackReference, r"\1"),
            (r"x\p{Greek}", RegexErrorKind::UnicodeClass, r"\p{Greek}"),
            (r"[\pL]", RegexErrorKind::UnicodeClass, r"\pL"),
            ("(?u)a", RegexErrorKind::Flag('u'), "u"),
            ("x[^é]", RegexErrorKind::NonAsciiInClass, "[^é]"),
            (
                r"[\xff-\u{2000}]",
                RegexErrorKind::MixedRange,
                r"\xff-\u{2000}",
            ),
            ("é^b", RegexErrorKind::DeadAnchor, "^"),
            ("a|b$c", RegexErrorKind::DeadAnchor, "$"),
            ("(^a|b){2}", RegexErrorKind::RepeatedAnchor, "(^a|b){2}"),
            ("a[b&&c]", RegexErrorKind::NeverMatches, "a[b&&c]"),
            ("x(a{100}){100}", RegexErrorKind::TooLarge, "(a{100}){100}"),
        ];
        for (text, kind, place) in cases {
            let error = Pattern::from_regex(text, RegexFlags::default()).unwrap_err();
            assert_eq!((&error.kind, &text[error.span.clone()]), (&kind, place));
            assert!(!error.to_string().is_empty() && !error.help().is_empty());
        }
    }

    #[test]
    fn an_anchor_beside_what_may_be_either_is_refused_in_a_repetition() {
        let error = Pattern::from_regex(r"(.\b)+a", flags("")).unwrap_err();
        assert_eq!(error.kind, RegexErrorKind::AmbiguousAnchor);
        check("a.^b", "ms", &[b"xa\nb"], &[b"a b"]);
    }

    #[test]
    fn words_have_boundaries() {
        check(
            r"\bcmd\b",
            "",
            &[b"cmd", b"x cmd /c", b"\ncmd\xff"],
            &[b"xcmd", b"cmd_", b"cmd1", b""],
        );
        check(r"\bcmd", "i", &[b"CMD1", b"-cmd"], &[b"acmd"]);
        check(r"\Bcmd\B", "", &[b"xcmdx"], &[b"cmd", b"xcmd", b"cmdx"]);
        check(r"^\b", "", &[b"a"], &[b"", b"-a"]);
        check(r"\b$", "", &[b"a", b"-a"], &[b"", b"a-"]);
        check(r"\b", "", &[b"a", b"-a-"], &[b"", b"--", b"\n"]);
        check(r"\B", "", &[b"", b"ab", b"-"], &[b"a"]);
        // What stands beside it can be either.
        check(r"a.\bb", "", &[b"a-b", b"xa bx"], &[b"a\nb", b"acb"]);
        check(
            r"cmd.*\bexec\b",
            "",
            &[b"cmd exec", b"cmd/x;exec", b"cmd-exec "],
            &[b"cmdexec", b"cmd execute"],
        );
        check(
            r"\b(foo|-bar)\b",
            "",
            &[b"foo", b"a-bar", b"x foo-"],
            &[b"-bar", b" -bar", b"xfoo"],
        );
        check(
            r"(GET|POST)\b.?/",
            "",
            &[b"GET /", b"POST/"],
            &[b"GETx/", b"POST\n/"],
        );
        check(r"\b[a-z-]+\b!", "", &[b"ab!", b"x-a!"], &[b"a-!", b"--!"]);
        check(r"(^|\b)x", "", &[b"x", b"-x"], &[b"ax"]);
        check(r"^a\b|b$", "", &[b"a", b"a-", b"cb"], &[b"ac"]);
        check(
            r"(\bfoo\b )+$",
            "",
            &[b"foo ", b"-foo foo "],
            &[b"foo", b"xfoo "],
        );
        check(r"a\n?^b", "m", &[b"a\nb"], &[b"ab", b"a b"]);
    }

    #[test]
    fn syntax_errors_keep_their_place() {
        let error = Pattern::from_regex("é[z-a]", RegexFlags::default()).unwrap_err();
        assert!(matches!(error.kind, RegexErrorKind::Syntax { .. }));
        assert_eq!(error.span, 3..6);
    }

    #[test]
    fn other_dialects_are_told_what_to_write_here() {
        let cases = [
            (r"a\0b", "octal", r"\x00"),
            (r"a\012b", "octal", r"\n"),
            (r"[\101]", "octal", r"\x41"),
            (r"(a)\1", "back-references", "write out"),
            (r"(?P<x>a)(?P=x)", "back-references", "write out"),
            (r"(?P<x>a)\k<x>", "back-references", "write out"),
            (r"[\b]", "backspace", r"\x08"),
            (r"[\A]", "place", "out of the class"),
            (r"^/a\Z", "escape", "`$`"),
            (r"\e", "escape", r"\x1b"),
            (r"a\ic", "escape", r"`\\i`"),
            ("(?>a)b", "atomic", "(?:"),
            ("a(?#b)", "comments", "leave"),
            ("(?|a)", "flag", "groups are"),
        ];
        for (text, reason, help) in cases {
            let error = Pattern::from_regex(text, RegexFlags::default()).unwrap_err();
            assert!(error.to_string().contains(reason), "{text}: {error}");
            assert!(error.help().contains(help), "{text}: {}", error.help());
        }
    }

    #[test]
    fn work_is_bounded() {
        let nested = format!("{}a{}", "(".repeat(5000), ")".repeat(5000));
        assert!(Pattern::from_regex(&nested, RegexFlags::default()).is_err());
        let anchors = Pattern::from_regex(&r"(^|$|\n)".repeat(200), flags("m"));
        assert_eq!(anchors.unwrap_err().kind, RegexErrorKind::TooManyAnchors);
        let long = "a".repeat(100_000);
        assert_eq!(
            Pattern::from_regex(&long, RegexFlags::default())
                .unwrap_err()
                .kind,
            RegexErrorKind::TooLarge
        );
    }
}
