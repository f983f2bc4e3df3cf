//! Upper and lower case.
//!
//! Zeek folds ASCII letters only, so an ASCII letter matches in its two cases and nothing else (not U+212A, the Kelvin
//! sign, for `k`), and the other forms of any other letter are spelled out: those that Unicode's simple case folding
//! puts into one class with it.

use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

/// Whether letters match in either case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Case {
    /// As they are written.
    Sensitive,
    /// In upper or lower case: what Sigma does unless a value is `cased`.
    Insensitive,
}

impl Case {
    /// The characters that `character` stands for under this rule, itself among them.
    pub(crate) fn forms(self, character: char) -> Vec<char> {
        match self {
            Self::Sensitive => vec![character],
            Self::Insensitive if character.is_ascii() => {
                let mut forms = vec![
                    character.to_ascii_uppercase(),
                    character.to_ascii_lowercase(),
                ];
                forms.dedup();
                forms
            }
            Self::Insensitive => {
                let mut class = ClassUnicode::new([ClassUnicodeRange::new(character, character)]);
                // Fails only without Unicode's tables, which are compiled in.
                let _ = class.try_case_fold_simple();
                class
                    .iter()
                    .flat_map(|range| range.start()..=range.end())
                    .collect()
            }
        }
    }
}
