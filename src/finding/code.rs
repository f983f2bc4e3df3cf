use super::Severity;

/// Declares the codes once: variant, stable number, severity and a one-line title.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal, $severity:ident, $title:literal;)*) => {
        /// The stable code of a [`Finding`](super::Finding).
        ///
        /// A code keeps its number and its meaning for ever. Codes starting with `E` are errors, with `W` warnings.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])* #[doc = $title] $variant,)*
        }

        impl Code {
            /// Every code, in the order of declaration.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The code as printed, such as `E101`.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $text,)* }
            }

            /// The code's name in Pascal case, such as `UnknownModifier`.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => stringify!($variant),)* }
            }

            /// Whether findings of this code are errors or warnings.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)* }
            }

            /// What the code stands for, in a few words.
            pub fn title(self) -> &'static str {
                match self { $(Code::$variant => $title,)* }
            }
        }
    };
}

codes! {
    // Files and YAML.
    Unreadable = "E101", Error, "file cannot be read";
    NotText = "E102", Error, "file is not UTF-8 text";
    TooLarge = "E103", Error, "file is too large for a rule";
    YamlSyntax = "E104", Error, "YAML syntax error";
    YamlTooComplex = "E105", Error, "YAML nests too deep or expands too far";
    DuplicateKey = "E106", Error, "key is given twice";
    NoRule = "E107", Error, "no rule where one is expected";

    UselessIgnore = "W151", Warning, "comment ignores no warning";
    YamlVersions = "W152", Warning, "YAML 1.1 and 1.2 read the value differently";

    // The rule's structure.
    MissingKey = "E201", Error, "required key is missing";
    WrongType = "E202", Error, "value has the wrong type";
    UnknownKey = "E203", Error, "unknown key";
    InvalidValue = "E204", Error, "value is not allowed here";
    DuplicateId = "E205", Error, "rule id is used twice";
    DuplicateTitle = "E206", Error, "rule title is used twice";
    NameCollision = "E207", Error, "two rules would get the same name in Zeek";
    UnsupportedDocument = "E208", Error, "kind of document is not supported";
    UnsupportedLogsource = "E209", Error, "logsource is not supported";
    UnknownTechnique = "W251", Warning, "ATT&CK tag is unknown, revoked or deprecated";
    MissingId = "W252", Warning, "rule has no id";
    RobustnessTag = "W255", Warning, "robustness tag and the rule's score disagree";
    StrayTactic = "W256", Warning, "tactic that none of the rule's techniques serves";

    // Detections and conditions.
    UnknownModifier = "E301", Error, "unknown modifier";
    ModifierConflict = "E302", Error, "modifiers do not go together";
    InvalidMatch = "E303", Error, "value does not fit its modifiers";
    ConditionSyntax = "E304", Error, "condition cannot be parsed";
    UnknownSearch = "E305", Error, "condition names an unknown search identifier";
    EmptyDetection = "E306", Error, "detection is empty";
    InvalidRegex = "E307", Error, "regular expression cannot be expressed in Zeek";
    UnusedSearch = "W351", Warning, "search identifier is never used";
    EmptyText = "W352", Warning, "empty text is found in any text";
    PlainDot = "W353", Warning, "`.` leaves out the line feed in a field of bytes";

    // Fields and what they mean in Zeek.
    UnknownField = "E401", Error, "unknown field";
    FieldType = "E402", Error, "field cannot be compared like this";
    UnknownRpcName = "E403", Error, "no Zeek release prints this name";
    SwappedRpcNames = "E404", Error, "endpoint and operation are swapped";
    NeverMatches = "E405", Error, "rule can never match";
    TooComplex = "E406", Error, "rule is too complex to compile";
    UnknownAction = "E407", Error, "no file action, command or status of SMB is like this";
    EncryptedStub = "W451", Warning, "stub is encrypted by default";
    EveryCall = "W452", Warning, "rule looks at every call or transaction";
    Placeholder = "W453", Warning, "placeholder is empty until the operator fills it";
    UnknownOperation = "W454", Warning, "operation is not known to any Zeek release";
    GrowingPattern = "W455", Warning, "memory for the pattern grows with the traffic";
    PipeTransaction = "W456", Warning, "Zeek shows no transaction on a pipe by this name";
    NeverShown = "W457", Warning, "Zeek shows no such value in this column";
    TwinInterface = "W459", Warning, "another interface has the operation, too";
    ProxyField = "W460", Warning, "field has another name in Zeek";
    EveryStub = "W461", Warning, "arguments of every call of an interface are read";

    // The `zeek:` block.
    LateRaise = "E501", Error, "rule is decided after the event it asks to be raised on";
    PayloadLog = "E502", Error, "payload cannot be logged as asked";
    NoticeType = "E503", Error, "notice has no type, or one that it cannot have";
    FileExtraction = "E504", Error, "file cannot be extracted as asked";
    UnloggedCall = "W551", Warning, "payload column of calls that Zeek does not log";

    // Packs and packages.
    InvalidPack = "E601", Error, "pack cannot be built";
    CaptureTooLarge = "W651", Warning, "capture is too large to travel with the package";

    // Correlations.
    UnknownReference = "E801", Error, "correlation names an unknown rule";
    AmbiguousReference = "E802", Error, "correlation names a rule by a name that several have";
    ReferenceCycle = "E803", Error, "correlations refer to each other in a circle";
    IdleCondition = "E804", Error, "correlation's condition never holds, or always does";
    UnknownGroup = "E805", Error, "group-by field cannot be told for every rule";
    EarlyCondition = "W851", Warning, "correlation's condition holds from the first event on";

    // Replays, regression tests, synthesised captures and conversions.
    InvalidTest = "E701", Error, "regression test cannot be run as written";
    FailedTest = "E702", Error, "regression test fails";
    NotSynthesised = "E703", Error, "no capture can be made on which the rule fires";
    NotConvertible = "E704", Error, "rule cannot be converted to log columns";
    NotReplayed = "W751", Warning, "rule cannot be tried by the replay engine";
    PartlySynthesised = "W752", Warning, "captures are made for some of the rule's ways to match";
    NotLogged = "W753", Warning, "Zeek does not log by default what the rule looks for";
    NotInLog = "W754", Warning, "log does not tell what the rule asks for";

    // Filters.
    FilteredRule = "E901", Error, "filter cannot be put on the rule that it names";
    UnusedFilter = "W951", Warning, "filter is put on no rule";
    KeepingFilter = "W952", Warning, "filter keeps what it describes";
}
