//! MITRE ATT&CK techniques and tactics (Enterprise matrix, attack.mitre.org), and the tags that Sigma rules name them by.

use std::fmt;
use std::sync::OnceLock;

use super::table;

const TECHNIQUES: &str = include_str!("../../data/attack-techniques.tsv");

/// The ATT&CK release that the facts are from.
pub const ATTACK_RELEASE: &str = "18.1";

/// An ATT&CK technique or sub-technique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Technique {
    /// Its identifier, such as `T1053.005`.
    pub id: &'static str,
    /// Its name; a sub-technique's begins with its technique's, as in `Scheduled Task/Job: Scheduled Task`.
    pub name: &'static str,
    /// The tactics that it serves, in ATT&CK's order.
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
    DefenseEvasion = "TA0005", "defense-evasion", "Defense Evasion";
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
        format!("{NAMESPACE}.{}", self.name())
    }

    /// The tactic of this name in any case, with hyphens or, as older Sigma rules write it, underscores.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.replace('_', "-");
        Self::ALL
            .iter()
            .copied()
            .find(|tactic| tactic.name().eq_ignore_ascii_case(&name))
    }
}

/// The namespace of ATT&CK's tags in Sigma rules.
const NAMESPACE: &str = "attack";

/// What a Sigma tag in the namespace `attack` names (Sigma specification, appendix on tags).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttackTag {
    /// A technique's identifier in upper case, such as `T1053.005`. It may not exist: ask [`technique`].
    Technique(String),
    /// A tactic.
    Tactic(Tactic),
    /// A group's identifier in upper case, such as `G0016`.
    Group(String),
    /// A software's identifier in upper case, such as `S0002`.
    Software(String),
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
        } else if is_technique_id(&id) {
            Self::Technique(id)
        } else if is_numbered(&id, 'G') {
            Self::Group(id)
        } else if is_numbered(&id, 'S') {
            Self::Software(id)
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
    is_numbered(technique, 'T') && sub_technique.is_none_or(|digits| is_digits(digits, 3))
}

fn is_numbered(id: &str, letter: char) -> bool {
    id.strip_prefix(letter)
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
    let mut tactics = column
        .split(',')
        .map(Tactic::from_name)
        .collect::<Option<Vec<_>>>()?;
    tactics.sort_unstable();
    Some(tactics)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_in_order() {
        assert_eq!(techniques().len(), table::row_count(TECHNIQUES));
        assert!(techniques().is_sorted_by(|one, other| one.id < other.id));
    }

    #[test]
    fn rows_are_consistent() {
        for technique in techniques() {
            assert!(is_technique_id(technique.id), "{technique}");
            assert!(!technique.name.is_empty() && !technique.tactics.is_empty());
            if let TechniqueStatus::Revoked { by } = technique.status {
                assert!(super::technique(by).is_some(), "{technique}");
            }
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
        for tag in [
            "attack.",
            "attack.t105",
            "attack.t1053.5",
            "attack.t1053.",
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
