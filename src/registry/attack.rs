//! MITRE ATT&CK techniques and tactics (Enterprise matrix, attack.mitre.org), and the tags that Sigma rules name them by.

use std::fmt;
use std::sync::OnceLock;

use super::table;

const TECHNIQUES: &str = include_str!("../../data/attack-techniques.tsv");

macro_rules! release {
    () => {
        "19"
    };
}

/// The ATT&CK release that the facts are from.
pub const ATTACK_RELEASE: &str = release!();
/// The release of sigzeek, and that of ATT&CK.
pub const VERSION_WITH_ATTACK: &str =
    concat!(env!("CARGO_PKG_VERSION"), " (ATT&CK ", release!(), ")");

/// An ATT&CK technique or sub-technique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Technique {
    /// Its identifier, such as `T1053.005`.
    pub id: &'static str,
    /// Its name; a sub-technique's begins with its technique's, as in `Scheduled Task/Job: Scheduled Task`.
    pub name: &'static str,
    /// The tactics that it serves, in ATT&CK's order. A technique that went out of use before a tactic was split may have served
    /// any of the tactics that took its place.
    pub tactics: Vec<Tactic>,
    /// Whether it is still to be used.
    pub status: TechniqueStatus,
}

/// Whether a technique is still to be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TechniqueStatus {
    /// It is.
    Active,
    /// Another technique took its place.
    Revoked {
        /// The identifier of that one.
        by: &'static str,
    },
    /// It was withdrawn, and nothing took its place.
    Deprecated,
}

impl Technique {
    /// The technique, or the one that took its place; `None` where nothing did.
    pub fn in_force(&'static self) -> Option<&'static Self> {
        match self.status {
            TechniqueStatus::Active => Some(self),
            TechniqueStatus::Revoked { by } => technique(by),
            TechniqueStatus::Deprecated => None,
        }
    }

    /// Whether it is still to be used.
    pub fn is_in_force(&self) -> bool {
        self.status == TechniqueStatus::Active
    }

    /// The Sigma tag of the technique, such as `attack.t1053.005`.
    pub fn tag(&self) -> String {
        tag_of(&self.id.to_ascii_lowercase())
    }
}

impl fmt::Display for Technique {
    /// Writes the identifier and the name, as in `T1053.005 Scheduled Task/Job: Scheduled Task`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.id, self.name)
    }
}

/// Declares the tactics once, in ATT&CK's order: variant, identifier, Sigma's name of it and its title.
macro_rules! tactics {
    ($($variant:ident = $id:literal, $name:literal, $title:literal;)*) => {
        /// An ATT&CK tactic of the Enterprise matrix.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Tactic {
            $(#[doc = $title] $variant,)*
        }

        impl Tactic {
            /// Every tactic, in ATT&CK's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its identifier, such as `TA0008`.
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// Its name in tags, such as `lateral-movement`.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Its name for people, such as `Lateral Movement`.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }
        }
    };
}

tactics! {
    Reconnaissance = "TA0043", "reconnaissance", "Reconnaissance";
    ResourceDevelopment = "TA0042", "resource-development", "Resource Development";
    InitialAccess = "TA0001", "initial-access", "Initial Access";
    Execution = "TA0002", "execution", "Execution";
    Persistence = "TA0003", "persistence", "Persistence";
    PrivilegeEscalation = "TA0004", "privilege-escalation", "Privilege Escalation";
    Stealth = "TA0005", "stealth", "Stealth";
    DefenseImpairment = "TA0112", "defense-impairment", "Defense Impairment";
    CredentialAccess = "TA0006", "credential-access", "Credential Access";
    Discovery = "TA0007", "discovery", "Discovery";
    LateralMovement = "TA0008", "lateral-movement", "Lateral Movement";
    Collection = "TA0009", "collection", "Collection";
    CommandAndControl = "TA0011", "command-and-control", "Command and Control";
    Exfiltration = "TA0010", "exfiltration", "Exfiltration";
    Impact = "TA0040", "impact", "Impact";
}

impl Tactic {
    /// The Sigma tag of the tactic, such as `attack.lateral-movement`.
    pub fn tag(self) -> String {
        tag_of(self.name())
    }

    /// The tactic of this name in any case, with hyphens or, as older Sigma rules write it, underscores.
    pub fn from_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|tactic| is_name_of(name, tactic.name()))
    }
}

/// Whether a tactic is written in this way: in any case, with hyphens or underscores.
fn is_name_of(written: &str, name: &str) -> bool {
    written.replace('_', "-").eq_ignore_ascii_case(name)
}

/// A tactic of earlier releases, in place of which there are others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormerTactic {
    /// Defense Evasion, which ATT&CK 19 split.
    DefenseEvasion,
}

impl FormerTactic {
    /// Every former tactic.
    pub const ALL: &'static [Self] = &[Self::DefenseEvasion];

    /// Its name in tags, such as `defense-evasion`.
    pub fn name(self) -> &'static str {
        match self {
            Self::DefenseEvasion => "defense-evasion",
        }
    }

    /// Its name for people, such as `Defense Evasion`.
    pub fn title(self) -> &'static str {
        match self {
            Self::DefenseEvasion => "Defense Evasion",
        }
    }

    /// The tactics that took its place; the first has kept its identifier.
    pub fn successors(self) -> &'static [Tactic] {
        match self {
            Self::DefenseEvasion => &[Tactic::Stealth, Tactic::DefenseImpairment],
        }
    }

    /// Those of its successors that techniques serve, or the techniques that took their places. Nothing where that cannot be
    /// told: there is no technique in force.
    pub fn successors_by(self, techniques: &[&'static Technique]) -> Option<Vec<Tactic>> {
        let in_force: Vec<&Technique> = techniques
            .iter()
            .filter_map(|technique| technique.in_force())
            .collect();
        let is_served = |tactic: &Tactic| {
            let mut techniques = in_force.iter();
            techniques.any(|technique| technique.tactics.contains(tactic))
        };
        let served = self.successors().iter().copied().filter(is_served);
        (!in_force.is_empty()).then(|| served.collect())
    }

    fn from_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|tactic| is_name_of(name, tactic.name()))
    }
}

/// The namespace of ATT&CK's tags in Sigma rules.
const NAMESPACE: &str = "attack";

fn tag_of(name: &str) -> String {
    format!("{NAMESPACE}.{name}")
}

/// What a Sigma tag in the namespace `attack` names (Sigma specification, appendix on tags).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttackTag {
    /// A technique's identifier in upper case, such as `T1053.005`. It may not exist: ask [`technique`].
    Technique(String),
    /// A tactic.
    Tactic(Tactic),
    /// A tactic of earlier releases.
    FormerTactic(FormerTactic),
    /// A group's identifier in upper case, such as `G0016`.
    Group(String),
    /// A software's identifier in upper case, such as `S0002`.
    Software(String),
    /// A campaign's, a mitigation's or a data source's identifier in upper case, such as `C0024`, `M1026` or `DS0005`.
    Other(String),
    /// Something else.
    Unknown,
}

impl AttackTag {
    /// Reads a Sigma tag such as `attack.t1053.005`; case does not matter. Nothing if it is of another namespace.
    pub fn parse(tag: &str) -> Option<Self> {
        let (namespace, name) = tag.split_once('.')?;
        if !namespace.eq_ignore_ascii_case(NAMESPACE) {
            return None;
        }
        let id = name.to_ascii_uppercase();
        Some(if let Some(tactic) = Tactic::from_name(name) {
            Self::Tactic(tactic)
        } else if let Some(tactic) = FormerTactic::from_name(name) {
            Self::FormerTactic(tactic)
        } else if is_technique_id(&id) {
            Self::Technique(id)
        } else if is_numbered(&id, "G") {
            Self::Group(id)
        } else if is_numbered(&id, "S") {
            Self::Software(id)
        } else if ["C", "M", "DS"].iter().any(|kind| is_numbered(&id, kind)) {
            Self::Other(id)
        } else {
            Self::Unknown
        })
    }
}

/// Whether `id` has the form of a technique's identifier: `T` and four digits, and for a sub-technique a dot and three.
fn is_technique_id(id: &str) -> bool {
    let (technique, sub_technique) = match id.split_once('.') {
        Some((technique, sub_technique)) => (technique, Some(sub_technique)),
        None => (id, None),
    };
    is_numbered(technique, "T") && sub_technique.is_none_or(|digits| is_digits(digits, 3))
}

fn is_numbered(id: &str, prefix: &str) -> bool {
    id.strip_prefix(prefix)
        .is_some_and(|digits| is_digits(digits, 4))
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Every technique, by identifier.
pub fn techniques() -> &'static [Technique] {
    static TABLE: OnceLock<Vec<Technique>> = OnceLock::new();
    TABLE.get_or_init(|| table::rows(TECHNIQUES).filter_map(read_technique).collect())
}

/// The technique with this identifier, in upper case.
pub fn technique(id: &str) -> Option<&'static Technique> {
    let techniques = techniques();
    let place = techniques
        .binary_search_by_key(&id, |technique| technique.id)
        .ok()?;
    techniques.get(place)
}

fn read_technique(
    [id, name, tactics, status, superseded_by]: [&'static str; 5],
) -> Option<Technique> {
    Some(Technique {
        id,
        name,
        tactics: read_tactics(tactics)?,
        status: match (status, superseded_by) {
            ("active", "") => TechniqueStatus::Active,
            ("revoked", by) if !by.is_empty() => TechniqueStatus::Revoked { by },
            ("deprecated", "") => TechniqueStatus::Deprecated,
            _ => return None,
        },
    })
}

fn read_tactics(column: &str) -> Option<Vec<Tactic>> {
    let mut tactics = Vec::new();
    for name in column.split(',') {
        match Tactic::from_name(name) {
            Some(tactic) => tactics.push(tactic),
            None => tactics.extend(FormerTactic::from_name(name)?.successors()),
        }
    }
    tactics.sort_unstable();
    Some(tactics)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_row_is_read_in_order() {
        assert_eq!(techniques().len(), table::row_count(TECHNIQUES));
        assert!(techniques().is_sorted_by(|one, other| one.id < other.id));
    }

    #[test]
    fn rows_are_consistent() {
        for technique in techniques() {
            assert!(technique.in_force().is_none_or(Technique::is_in_force));
            assert!(is_technique_id(technique.id), "{technique}");
            assert!(!technique.name.is_empty() && !technique.tactics.is_empty());
            if let TechniqueStatus::Revoked { by } = technique.status {
                assert!(super::technique(by).is_some(), "{technique}");
            }
        }
    }

    #[test]
    fn the_table_is_of_the_release() {
        let release = format!("# MITRE ATT&CK Enterprise v{ATTACK_RELEASE} ");
        assert!(TECHNIQUES.starts_with(&release));
    }

    /// The tags of a rules' repository: of the folder that `SIGMA_RULES` names, or else those that SigmaHQ had.
    fn tags_in_use() -> BTreeSet<String> {
        let Some(folder) = std::env::var_os("SIGMA_RULES") else {
            let known = include_str!("../../tests/data/sigmahq-attack-tags.txt").lines();
            let tags = known.filter(|line| !line.starts_with('#'));
            return tags.map(str::to_owned).collect();
        };
        let files = walkdir::WalkDir::new(folder).into_iter();
        let files = files.map(|entry| entry.unwrap().into_path());
        let rules = files.filter(|path| path.extension().is_some_and(|ending| ending == "yml"));
        let texts = rules.map(|path| std::fs::read(path).unwrap());
        let lines = texts.flat_map(|text| {
            let text = String::from_utf8_lossy(&text).into_owned();
            text.lines().map(str::to_owned).collect::<Vec<_>>()
        });
        lines
            .filter_map(|line| {
                let item = line.trim_start().strip_prefix("- ")?;
                let word = item.split_whitespace().next()?;
                let tag = word.trim_matches(['\'', '"']);
                let namespace = tag.get(..NAMESPACE.len() + 1)?;
                namespace
                    .eq_ignore_ascii_case("attack.")
                    .then(|| tag.to_owned())
            })
            .collect()
    }

    #[test]
    fn the_table_knows_every_tag_in_use() {
        let tags = tags_in_use();
        assert!(!tags.is_empty());
        let unknown: Vec<&String> = tags
            .iter()
            .filter(|tag| match AttackTag::parse(tag) {
                Some(AttackTag::Technique(id)) => technique(&id).is_none(),
                Some(AttackTag::Unknown) | None => true,
                Some(_) => false,
            })
            .collect();
        assert!(
            unknown.is_empty(),
            "data/attack-techniques.tsv does not know {unknown:?}: CONTRIBUTING.md says how it is updated"
        );
    }

    #[test]
    fn techniques_in_force_serve_no_former_tactic() {
        let rows = TECHNIQUES.lines().filter(|row| !row.starts_with('#'));
        for row in rows.filter(|row| row.contains("\tactive\t")) {
            for tactic in FormerTactic::ALL {
                assert!(!row.contains(tactic.name()), "{row}");
            }
        }
    }

    #[test]
    fn a_split_tactic_is_told_by_techniques() {
        let successors = |ids: &[&str]| {
            let techniques: Vec<_> = ids.iter().map(|id| technique(id).unwrap()).collect();
            FormerTactic::DefenseEvasion.successors_by(&techniques)
        };
        assert_eq!(successors(&["T1070.004"]), Some(vec![Tactic::Stealth]));
        let impairment = Some(vec![Tactic::DefenseImpairment]);
        assert_eq!(successors(&["T1562.001"]), impairment);
        assert_eq!(successors(&["T1685.005", "T1047"]), impairment);
        assert_eq!(
            successors(&["T1562.001", "T1070.004"]),
            Some(vec![Tactic::Stealth, Tactic::DefenseImpairment])
        );
        assert_eq!(successors(&["T1047"]), Some(vec![]));
        // Nothing took the place of T1064.
        for techniques in [&[][..], &["T1064"]] {
            assert_eq!(successors(techniques), None);
        }
    }

    #[test]
    fn a_technique_is_found_by_its_identifier() {
        let task = technique("T1053.005").unwrap();
        assert_eq!(
            task.to_string(),
            "T1053.005 Scheduled Task/Job: Scheduled Task"
        );
        assert_eq!(
            task.tactics,
            [
                Tactic::Execution,
                Tactic::Persistence,
                Tactic::PrivilegeEscalation
            ]
        );
        assert_eq!(task.status, TechniqueStatus::Active);
        let revoked = technique("T1002").unwrap().status;
        assert_eq!(revoked, TechniqueStatus::Revoked { by: "T1560" });
        assert!(technique("T9999").is_none());
    }

    #[test]
    fn tags_are_read() {
        let technique = |id: &str| Some(AttackTag::Technique(id.into()));
        assert_eq!(AttackTag::parse("attack.t1053.005"), technique("T1053.005"));
        assert_eq!(AttackTag::parse("attack.T1047"), technique("T1047"));
        for tag in ["attack.lateral-movement", "attack.lateral_movement"] {
            assert_eq!(
                AttackTag::parse(tag),
                Some(AttackTag::Tactic(Tactic::LateralMovement))
            );
        }
        assert_eq!(
            AttackTag::parse("attack.g0016"),
            Some(AttackTag::Group("G0016".into()))
        );
        assert_eq!(
            AttackTag::parse("attack.s0002"),
            Some(AttackTag::Software("S0002".into()))
        );
        for tag in ["attack.defense-evasion", "attack.Defense_Evasion"] {
            assert_eq!(
                AttackTag::parse(tag),
                Some(AttackTag::FormerTactic(FormerTactic::DefenseEvasion))
            );
        }
        for id in ["C0024", "M1026", "DS0005"] {
            assert_eq!(
                AttackTag::parse(&format!("attack.{}", id.to_lowercase())),
                Some(AttackTag::Other(id.into()))
            );
        }
        for tag in [
            "attack.",
            "attack.t105",
            "attack.t1053.5",
            "attack.t1053.",
            "attack.ds05",
            "attack.é",
        ] {
            assert_eq!(AttackTag::parse(tag), Some(AttackTag::Unknown), "{tag}");
        }
        for tag in ["", "attack", "cve.2021-1675", "t1053"] {
            assert_eq!(AttackTag::parse(tag), None, "{tag}");
        }
    }

    #[test]
    fn tactics_have_tags() {
        for &tactic in Tactic::ALL {
            assert_eq!(
                AttackTag::parse(&tactic.tag()),
                Some(AttackTag::Tactic(tactic))
            );
        }
    }
}
