//! Patterns match what the rule says, here and in Zeek's dialect.

use proptest::collection::vec;
use proptest::prelude::*;
use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use sigzeek::predicate::pattern::{Pattern, RegexErrorKind};
use sigzeek::zeek::pattern::{test as condition, whole};

use super::dialect::{ClassCache, Compiled, evaluate};
use super::generate;
use super::reference;

proptest! {
    #![proptest_config(generate::config(1000))]

    #[test]
    fn values_match_as_the_reference_says(value in generate::value(), seed: u64) {
        let pattern = value.pattern();
        let tokens = value.tokens();
        prop_assert_eq!(pattern.is_some(), tokens.is_some());
        if let (Some(pattern), Some(tokens)) = (pattern, tokens) {
            let matcher = pattern.matcher().unwrap();
            for subject in generate::subjects(&tokens, seed, 12) {
                let expected = tokens.iter().any(|tokens| reference::is_match(tokens, &subject));
                prop_assert_eq!(matcher.is_match(&subject), expected, "{:?} on {:?}", &pattern, subject);
            }
        }
    }

    #[test]
    fn regexes_find_what_the_regex_crate_finds(regex in generate::regex(), subjects in vec(generate::bytes(), 24)) {
        // There, only ASCII letters fold without Unicode mode.
        prop_assume!(!(regex.text.contains('é') && (regex.flags.ignore_case || regex.text.contains("(?i:"))));
        let original = search(&regex);
        match Pattern::from_regex(&regex.text, regex.flags) {
            Ok(pattern) => {
                let matcher = pattern.matcher().unwrap();
                for subject in subjects {
                    let expected = original.is_match(&subject);
                    prop_assert_eq!(matcher.is_match(&subject), expected, "{:?} on {:?}", &pattern, subject);
                }
            }
            Err(error) => match error.kind {
                RegexErrorKind::NeverMatches => {
                    prop_assert!(!subjects.iter().any(|subject| original.is_match(subject)));
                }
                RegexErrorKind::DeadAnchor
                | RegexErrorKind::AmbiguousAnchor
                | RegexErrorKind::RepeatedAnchor
                | RegexErrorKind::TooManyAnchors => {}
                kind => prop_assert!(false, "{:?}", kind),
            },
        }
    }
}

proptest! {
    #![proptest_config(generate::config(200))]

    #[test]
    fn zeek_matches_what_the_pattern_matches((pattern, subjects) in generate::pattern()) {
        let literal = whole(&pattern);
        let compiled = Compiled::alone(&literal);
        let condition = condition(&pattern, "x");
        let matcher = pattern.matcher().unwrap();
        for subject in subjects.iter().chain([&Vec::new()]) {
            let expected = matcher.is_match(subject);
            prop_assert_eq!(compiled.is_whole(subject), expected, "{} on {:?}", &literal, subject);
            prop_assert_eq!(evaluate(&condition, subject), expected, "{} on {:?}", &condition, subject);
        }
    }

    #[test]
    fn patterns_do_not_disturb_each_other_in_a_table(patterns in vec(generate::pattern(), 2..8)) {
        let mut classes = ClassCache::new();
        let compiled: Vec<Compiled> = patterns
            .iter()
            .map(|(pattern, _)| Compiled::with(&whole(pattern), &mut classes))
            .collect();
        for ((pattern, subjects), compiled) in patterns.iter().zip(compiled) {
            let matcher = pattern.matcher().unwrap();
            for subject in subjects {
                prop_assert_eq!(compiled.is_whole(subject), matcher.is_match(subject), "{} on {:?}", whole(pattern), subject);
            }
        }
    }

    #[test]
    fn any_text_is_a_pattern_or_an_error(text in any::<String>(), flags in generate::regex()) {
        if let Err(error) = Pattern::from_regex(&text, flags.flags) {
            prop_assert!(text.get(error.span.clone()).is_some(), "{:?}", error.span);
        }
    }
}

/// The original regular expression, to be searched for in bytes.
fn search(regex: &generate::RegexText) -> Regex {
    let flags = regex.flags;
    let syntax = syntax::Config::new()
        .unicode(false)
        .utf8(false)
        .case_insensitive(flags.ignore_case)
        .multi_line(flags.multi_line)
        .dot_matches_new_line(flags.dot_all);
    Regex::builder()
        .syntax(syntax)
        .configure(Regex::config().utf8_empty(false))
        .build(&regex.text)
        .unwrap()
}
