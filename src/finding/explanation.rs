//! What each code means and why it matters, with a wrong and a right example: the one source of `sigzeek explain`,
//! docs/findings.md and the rules' texts in SARIF.
//!
//! The text of a code is `explanations/<code>.md`. Its wrong example is a case of `tests/data/diagnostics`, where the
//! right one stands beside it as `right.yml`.

use std::fmt::Write as _;

use similar::TextDiff;

use super::{Code, Severity};

/// What a code means.
#[derive(Debug, Clone, Copy)]
pub struct Explanation {
    /// What a finding of this code says and why it matters: paragraphs in Markdown, the first of which stands by itself.
    pub text: &'static str,
    /// A file that has the finding, and the same file without it, where a file can show it.
    pub example: Option<Example>,
}

/// A file with a finding, and without.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// The file's name: `rule.yml`, `pack.yml` or a rule's `info.yml`.
    pub file: &'static str,
    /// The file with the finding.
    pub wrong: &'static str,
    /// The file without it.
    pub right: &'static str,
}

/// Declares each code's example: none, or its files below `tests/data/diagnostics` or `src/finding/explanations`.
macro_rules! explanations {
    ($($variant:ident = $code:literal $(, $file:literal: $wrong:literal, $right:literal)?;)*) => {
        impl Code {
            /// What the code means and why it matters.
            pub fn explanation(self) -> Explanation {
                match self {
                    $(Code::$variant => Explanation {
                        text: include_str!(concat!("explanations/", $code, ".md")),
                        example: explanations!(@example $($file, $wrong, $right)?),
                    },)*
                }
            }
        }
    };
    (@example) => { None };
    (@example $file:literal, $wrong:literal, $right:literal) => {
        Some(Example {
            file: $file,
            wrong: include_str!(concat!("../../", $wrong)),
            right: include_str!(concat!("../../", $right)),
        })
    };
}

explanations! {
    Unreadable = "E101";
    NotText = "E102";
    TooLarge = "E103";
    YamlSyntax = "E104", "rule.yml":
        "tests/data/diagnostics/E104-colon-in-text/rule.yml",
        "tests/data/diagnostics/E104-colon-in-text/right.yml";
    YamlTooComplex = "E105";
    DuplicateKey = "E106", "rule.yml":
        "tests/data/diagnostics/E106-field-twice/rule.yml",
        "tests/data/diagnostics/E106-field-twice/right.yml";
    NoRule = "E107", "rule.yml":
        "tests/data/diagnostics/E107-comments/rule.yml",
        "tests/data/diagnostics/E107-comments/right.yml";
    UselessIgnore = "W151", "rule.yml":
        "tests/data/diagnostics/W151-fixed/rule.yml",
        "tests/data/diagnostics/W151-fixed/right.yml";
    YamlVersions = "W152", "rule.yml":
        "tests/data/diagnostics/W152-numbers/rule.yml",
        "tests/data/diagnostics/W152-numbers/right.yml";
    MissingKey = "E201", "rule.yml":
        "tests/data/diagnostics/E201-no-condition/rule.yml",
        "tests/data/diagnostics/E201-no-condition/right.yml";
    WrongType = "E202", "rule.yml":
        "tests/data/diagnostics/E202-value-is-mapping/rule.yml",
        "tests/data/diagnostics/E202-value-is-mapping/right.yml";
    UnknownKey = "E203", "rule.yml":
        "tests/data/diagnostics/E203-misspelt/rule.yml",
        "tests/data/diagnostics/E203-misspelt/right.yml";
    InvalidValue = "E204", "rule.yml":
        "tests/data/diagnostics/E204-metadata/rule.yml",
        "tests/data/diagnostics/E204-metadata/right.yml";
    DuplicateId = "E205", "rule.yml":
        "tests/data/diagnostics/E205-one-file/rule.yml",
        "tests/data/diagnostics/E205-one-file/right.yml";
    DuplicateTitle = "E206", "rule.yml":
        "tests/data/diagnostics/E206-one-file/rule.yml",
        "tests/data/diagnostics/E206-one-file/right.yml";
    NameCollision = "E207", "rule.yml":
        "tests/data/diagnostics/E207-same-name/rule.yml",
        "tests/data/diagnostics/E207-same-name/right.yml";
    UnsupportedDocument = "E208", "rule.yml":
        "tests/data/diagnostics/E208-timeframe/rule.yml",
        "tests/data/diagnostics/E208-timeframe/right.yml";
    UnsupportedLogsource = "E209", "rule.yml":
        "tests/data/diagnostics/E209-service/rule.yml",
        "tests/data/diagnostics/E209-service/right.yml";
    UnknownTechnique = "W251", "rule.yml":
        "tests/data/diagnostics/W251-tags/rule.yml",
        "tests/data/diagnostics/W251-tags/right.yml";
    MissingId = "W252", "rule.yml":
        "tests/data/diagnostics/W252-no-id/rule.yml",
        "tests/data/diagnostics/W252-no-id/right.yml";
    RobustnessTag = "W255", "rule.yml":
        "tests/data/diagnostics/W255-robustness-tag/rule.yml",
        "tests/data/diagnostics/W255-robustness-tag/right.yml";
    StrayTactic = "W256", "rule.yml":
        "tests/data/diagnostics/W256-stray-tactic/rule.yml",
        "tests/data/diagnostics/W256-stray-tactic/right.yml";
    UnknownModifier = "E301", "rule.yml":
        "tests/data/diagnostics/E301-misspelt/rule.yml",
        "tests/data/diagnostics/E301-misspelt/right.yml";
    ModifierConflict = "E302", "rule.yml":
        "tests/data/diagnostics/E302-range/rule.yml",
        "tests/data/diagnostics/E302-range/right.yml";
    InvalidMatch = "E303", "rule.yml":
        "tests/data/diagnostics/E303-exists-text/rule.yml",
        "tests/data/diagnostics/E303-exists-text/right.yml";
    ConditionSyntax = "E304", "rule.yml":
        "tests/data/diagnostics/E304-juxtaposed/rule.yml",
        "tests/data/diagnostics/E304-juxtaposed/right.yml";
    UnknownSearch = "E305", "rule.yml":
        "tests/data/diagnostics/E305-unknown/rule.yml",
        "tests/data/diagnostics/E305-unknown/right.yml";
    EmptyDetection = "E306", "rule.yml":
        "tests/data/diagnostics/E306-nothing/rule.yml",
        "tests/data/diagnostics/E306-nothing/right.yml";
    InvalidRegex = "E307", "rule.yml":
        "tests/data/diagnostics/E307-lookahead/rule.yml",
        "tests/data/diagnostics/E307-lookahead/right.yml";
    UnusedSearch = "W351", "rule.yml":
        "tests/data/diagnostics/W351-unused/rule.yml",
        "tests/data/diagnostics/W351-unused/right.yml";
    EmptyText = "W352", "rule.yml":
        "tests/data/diagnostics/W352-empty/rule.yml",
        "tests/data/diagnostics/W352-empty/right.yml";
    PlainDot = "W353", "rule.yml":
        "tests/data/diagnostics/W353-handle/rule.yml",
        "tests/data/diagnostics/W353-handle/right.yml";
    UnknownField = "E401", "rule.yml":
        "tests/data/diagnostics/E401-misspelt/rule.yml",
        "tests/data/diagnostics/E401-misspelt/right.yml";
    FieldType = "E402", "rule.yml":
        "tests/data/diagnostics/E402-opnum/rule.yml",
        "tests/data/diagnostics/E402-opnum/right.yml";
    UnknownRpcName = "E403", "rule.yml":
        "tests/data/diagnostics/E403-misspelt/rule.yml",
        "tests/data/diagnostics/E403-misspelt/right.yml";
    SwappedRpcNames = "E404", "rule.yml":
        "tests/data/diagnostics/E404-swapped/rule.yml",
        "tests/data/diagnostics/E404-swapped/right.yml";
    NeverMatches = "E405", "rule.yml":
        "tests/data/diagnostics/E405-other-interface/rule.yml",
        "tests/data/diagnostics/E405-other-interface/right.yml";
    TooComplex = "E406";
    UnknownAction = "E407", "rule.yml":
        "tests/data/diagnostics/E407-no-prefix/rule.yml",
        "tests/data/diagnostics/E407-no-prefix/right.yml";
    EncryptedStub = "W451", "rule.yml":
        "tests/data/diagnostics/W451-encrypted/rule.yml",
        "tests/data/diagnostics/W451-encrypted/right.yml";
    EveryCall = "W452", "rule.yml":
        "tests/data/diagnostics/W452-rpc/rule.yml",
        "tests/data/diagnostics/W452-rpc/right.yml";
    Placeholder = "W453", "rule.yml":
        "tests/data/diagnostics/W453-placeholder/rule.yml",
        "tests/data/diagnostics/W453-placeholder/right.yml";
    UnknownOperation = "W454", "rule.yml":
        "tests/data/diagnostics/W454-unknown-opnum/rule.yml",
        "tests/data/diagnostics/W454-unknown-opnum/right.yml";
    GrowingPattern = "W455", "rule.yml":
        "tests/data/diagnostics/W455-counted-gap/rule.yml",
        "tests/data/diagnostics/W455-counted-gap/right.yml";
    PipeTransaction = "W456", "rule.yml":
        "tests/data/diagnostics/W456-pipe/rule.yml",
        "tests/data/diagnostics/W456-pipe/right.yml";
    NeverShown = "W457", "rule.yml":
        "tests/data/diagnostics/W457-columns/rule.yml",
        "tests/data/diagnostics/W457-columns/right.yml";
    TwinInterface = "W459", "rule.yml":
        "tests/data/diagnostics/W459-efsrpc/rule.yml",
        "tests/data/diagnostics/W459-efsrpc/right.yml";
    ProxyField = "W460", "rule.yml":
        "tests/data/diagnostics/W460-names-of-proxies/rule.yml",
        "tests/data/diagnostics/W460-names-of-proxies/right.yml";
    EveryStub = "W461", "rule.yml":
        "tests/data/diagnostics/W461-interface/rule.yml",
        "tests/data/diagnostics/W461-interface/right.yml";
    LateRaise = "E501", "rule.yml":
        "tests/data/diagnostics/E501-request/rule.yml",
        "tests/data/diagnostics/E501-request/right.yml";
    PayloadLog = "E502", "rule.yml":
        "tests/data/diagnostics/E502-column/rule.yml",
        "tests/data/diagnostics/E502-column/right.yml";
    NoticeType = "E503", "rule.yml":
        "tests/data/diagnostics/E503-type-in-rule-style/rule.yml",
        "tests/data/diagnostics/E503-type-in-rule-style/right.yml";
    FileExtraction = "E504", "rule.yml":
        "tests/data/diagnostics/E504-no-transfer/rule.yml",
        "tests/data/diagnostics/E504-no-transfer/right.yml";
    UnloggedCall = "W551", "rule.yml":
        "tests/data/diagnostics/W551-column/rule.yml",
        "tests/data/diagnostics/W551-column/right.yml";
    InvalidPack = "E601", "pack.yml":
        "tests/data/diagnostics/E601-module/pack/pack.yml",
        "tests/data/diagnostics/E601-module/right.yml";
    CaptureTooLarge = "W651";
    UnknownReference = "E801", "rule.yml":
        "tests/data/diagnostics/E801-misspelt/rule.yml",
        "tests/data/diagnostics/E801-misspelt/right.yml";
    AmbiguousReference = "E802", "rule.yml":
        "tests/data/diagnostics/E802-name/rule.yml",
        "tests/data/diagnostics/E802-name/right.yml";
    ReferenceCycle = "E803", "rule.yml":
        "tests/data/diagnostics/E803-circle/rule.yml",
        "tests/data/diagnostics/E803-circle/right.yml";
    IdleCondition = "E804", "rule.yml":
        "tests/data/diagnostics/E804-always/rule.yml",
        "tests/data/diagnostics/E804-always/right.yml";
    UnknownGroup = "E805", "rule.yml":
        "tests/data/diagnostics/E805-alias/rule.yml",
        "tests/data/diagnostics/E805-alias/right.yml";
    EarlyCondition = "W851", "rule.yml":
        "tests/data/diagnostics/W851-less/rule.yml",
        "tests/data/diagnostics/W851-less/right.yml";
    FilteredRule = "E901", "rule.yml":
        "tests/data/diagnostics/E901-misspelt/rule.yml",
        "tests/data/diagnostics/E901-misspelt/right.yml";
    UnusedFilter = "W951", "rule.yml":
        "tests/data/diagnostics/W951-no-rule/rule.yml",
        "tests/data/diagnostics/W951-no-rule/right.yml";
    KeepingFilter = "W952", "rule.yml":
        "tests/data/diagnostics/W952-positive/rule.yml",
        "tests/data/diagnostics/W952-positive/right.yml";
    InvalidTest = "E701", "info.yml":
        "src/finding/explanations/E701-wrong.yml",
        "src/finding/explanations/E701-right.yml";
    FailedTest = "E702";
    NotSynthesised = "E703", "rule.yml":
        "src/finding/explanations/E703-wrong.yml",
        "src/finding/explanations/E703-right.yml";
    NotConvertible = "E704", "rule.yml":
        "src/finding/explanations/E704-wrong.yml",
        "src/finding/explanations/E704-right.yml";
    NotReplayed = "W751", "rule.yml":
        "src/finding/explanations/W751-wrong.yml",
        "src/finding/explanations/W751-right.yml";
    PartlySynthesised = "W752", "rule.yml":
        "src/finding/explanations/W752-wrong.yml",
        "src/finding/explanations/W752-right.yml";
    NotLogged = "W753", "rule.yml":
        "src/finding/explanations/W753-wrong.yml",
        "src/finding/explanations/W753-right.yml";
    NotInLog = "W754", "rule.yml":
        "src/finding/explanations/W754-wrong.yml",
        "src/finding/explanations/W754-right.yml";
}

impl Explanation {
    /// The first paragraph, in one line.
    pub fn summary(&self) -> String {
        let paragraph = self.text.split("\n\n").next().unwrap_or_default();
        paragraph.trim().replace('\n', " ")
    }

    /// The text and what makes the wrong example right, in Markdown.
    pub fn markdown(&self) -> String {
        let mut text = self.text.to_owned();
        if let Some(example) = &self.example {
            let _ = write!(text, "\n```diff\n{}```\n", example.difference());
        }
        text
    }
}

impl Example {
    /// The wrong file whole, with what makes it right marked as in a diff.
    pub fn difference(&self) -> String {
        let diff = TextDiff::from_lines(self.wrong, self.right);
        let mut text = String::new();
        for change in diff.iter_all_changes() {
            let line = change.value().trim_end_matches('\n');
            let _ = writeln!(text, "{}{line}", change.tag());
        }
        text
    }
}

/// The page of the documentation that lists and explains every code, in Markdown.
pub fn page() -> String {
    let mut page = String::from(PAGE_HEAD);
    for code in Code::ALL {
        let name = code.as_str();
        let severity = severity(*code);
        let title = code.title();
        let _ = writeln!(
            page,
            "| [`{name}`](#{}) | {severity} | {title} |",
            anchor(*code)
        );
    }
    for code in Code::ALL {
        let _ = write!(
            page,
            "\n## {}\n\n{}: {}.\n\n{}",
            code.as_str(),
            severity(*code),
            code.title(),
            code.explanation().markdown()
        );
    }
    page
}

const PAGE_HEAD: &str = "\
# Findings

These are the findings of `sigzeek check`, `build` and `test`. A code keeps its number and its meaning. With an error, commands exit
with 1 and nothing is built. Warnings do that only with `sigzeek check --deny-warnings`, and a comment can accept them
([editing.md](editing.md#accepting-warnings)). `sigzeek explain CODE` prints the same text.

In the examples, `-` marks what is wrong and `+` what is right.

| code | | |
|---|---|---|
";

/// Where the project's pages explain a code; `None` where its manifest names no repository.
pub(crate) fn address(code: Code) -> Option<String> {
    const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");
    let anchor = anchor(code);
    (!REPOSITORY.is_empty()).then(|| format!("{REPOSITORY}/blob/main/docs/findings.md#{anchor}"))
}

/// The heading of a code on the [`page`], as links name it.
fn anchor(code: Code) -> String {
    code.as_str().to_ascii_lowercase()
}

/// The word for a code's severity.
pub(crate) fn severity(code: Code) -> &'static str {
    match code.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
