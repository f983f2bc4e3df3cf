//! Values that are of no use to a rule, or that no rule should give away: they change from one attack to the next.

use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;

use super::observation::{ObservedComparison, ObservedCondition};
use super::sighting::LeftOut;

/// Why a value is left out of drafted rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ephemeral {
    /// An address.
    Address,
    /// The name of a host, a domain or a user.
    Name,
    /// A number that counts or measures.
    Number,
    /// A time.
    Time,
    /// An identifier: a handle, a GUID, a SID, a session.
    Identifier,
    /// Text that looks random.
    Random,
    /// Text of a few characters, which much else has, too.
    Short,
    /// Text that is not printable.
    Unprintable,
}

impl fmt::Display for Ephemeral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "addresses",
            Self::Name => "names of hosts, domains and users",
            Self::Number => "numbers and ports",
            Self::Time => "times",
            Self::Identifier => "identifiers",
            Self::Random => "texts that look random",
            Self::Short => "short texts",
            Self::Unprintable => "bytes that are not text",
        })
    }
}

/// The names that the attack's captures show.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names(BTreeSet<String>);

/// The shortest name that is looked for within words, in characters; shorter ones must be the whole word.
const SHORTEST_NAME: usize = 4;
/// How many names are kept.
const MAX_NAMES: usize = 10_000;
/// The shortest text that tells anything, in characters.
const SHORTEST_TEXT: usize = 3;

impl Names {
    /// Takes a name of a host, a domain or a user.
    pub(super) fn add(&mut self, name: &str) {
        let name = name.trim_matches(['\\', '/', '.', '$', ' ']).to_lowercase();
        let common = ["", "*", "localhost", "workgroup", "unknown"];
        if self.0.len() < MAX_NAMES && !common.contains(&name.as_str()) {
            // The first part of a host's name stands for it, too.
            if name.parse::<IpAddr>().is_err()
                && let Some((host, _)) = name.split_once('.')
            {
                self.0.insert(host.to_owned());
            }
            self.0.insert(name);
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether a condition has none of the names in it. What has is counted.
    pub(crate) fn allow(&self, condition: &ObservedCondition, left_out: &mut LeftOut) -> bool {
        // What protocols call things is nobody's name.
        let is_of_protocol = condition.comparison == ObservedComparison::Matches
            || matches!(
                condition.field.as_str(),
                "endpoint" | "operation" | "action"
            );
        let is_name = || reason(&condition.value, self) == Some(Ephemeral::Name);
        let is_left_out = !is_of_protocol && is_name();
        if is_left_out {
            left_out.add(&condition.field, Ephemeral::Name);
        }
        !is_left_out
    }

    fn is_in(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let has = |name: &String| name.chars().count() >= SHORTEST_NAME && text.contains(name);
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        self.0.contains(&text)
            || self.0.iter().any(has)
            || words.any(|word| word.len() >= SHORTEST_TEXT && self.0.contains(word))
    }
}

/// Why a text is left out; `None` for one that a rule can ask for.
pub(super) fn reason(text: &str, names: &Names) -> Option<Ephemeral> {
    let plain = |character: char| character == ' ' || character.is_ascii_graphic();
    Some(if !text.chars().all(plain) {
        Ephemeral::Unprintable
    } else if text.trim().chars().count() < SHORTEST_TEXT {
        Ephemeral::Short
    } else if has_address(text) {
        Ephemeral::Address
    } else if is_identifier(text) {
        Ephemeral::Identifier
    } else if is_time(text) {
        Ephemeral::Time
    } else if names.is_in(text) {
        Ephemeral::Name
    } else if !text
        .chars()
        .any(|c| c.is_ascii_alphabetic() || "%$<>{}".contains(c))
    {
        Ephemeral::Number
    } else if text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(looks_random)
    {
        Ephemeral::Random
    } else {
        return None;
    })
}

/// Whether a text has an address of either family in it, or one with commas as FTP has it (RFC 959 section 4.1.2).
fn has_address(text: &str) -> bool {
    let is_mark = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | ';');
    let mut words = text.split(is_mark).filter(|word| !is_product(word));
    words.any(|word| has_dotted_address(word) || is_host_port(word))
}

fn has_dotted_address(word: &str) -> bool {
    let is_part = |c: char| c.is_ascii_hexdigit() || matches!(c, '.' | ':');
    word.split(|c: char| !is_part(c)).any(|part| {
        let part = part.trim_matches(['.', ':']);
        let port = part.rsplit_once(':').map_or(part, |(address, _)| address);
        let is = |text: &str| text.len() > 3 && text.parse::<IpAddr>().is_ok();
        is(part) || is(port)
    })
}

/// Whether a word is six octets with commas between them: an address and a port.
fn is_host_port(word: &str) -> bool {
    let octets: Vec<&str> = word.trim_end_matches('.').split(',').collect();
    octets.len() == 6 && octets.iter().all(|octet| octet.parse::<u8>().is_ok())
}

/// Whether a word is a product with its version (RFC 9110 section 10.1.5): that can look like an address.
fn is_product(word: &str) -> bool {
    word.split_once('/').is_some_and(|(product, version)| {
        product.starts_with(|c: char| c.is_ascii_alphabetic()) && !version.contains('/')
    })
}

/// Whether a text is a GUID, a SID or a long hexadecimal number, or ends in one.
fn is_identifier(text: &str) -> bool {
    const HEXADECIMAL: usize = 8;
    let has_digit = |part: &str| part.bytes().any(|byte| byte.is_ascii_digit());
    let is_long = |part: &str| {
        part.len() >= HEXADECIMAL && has_digit(part) && part.bytes().all(|b| b.is_ascii_hexdigit())
    };
    text.contains("S-1-5-21-")
        || text
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(is_long)
}

fn is_time(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let marks = text
        .bytes()
        .filter(|byte| matches!(byte, b'-' | b':' | b'/'))
        .count();
    digits >= 6 && marks >= 2 && digits + marks + 3 >= text.len()
}

/// Whether a word looks as if nobody had thought of it: letters of both cases and digits in turn, or hardly a vowel.
fn looks_random(word: &str) -> bool {
    const LONG: usize = 6;
    const MANY_TURNS: usize = 4;
    let class = |byte: u8| match byte {
        b'0'..=b'9' => 0,
        b'A'..=b'Z' => 1,
        _ => 2,
    };
    let classes: Vec<u8> = word.bytes().map(class).collect();
    // A word that begins with a capital is one word.
    let turns = classes
        .windows(2)
        .filter(|pair| pair[0] != pair[1] && *pair != [1, 2])
        .count();
    let is_vowel = |byte: u8| b"aeiouyAEIOUY".contains(&byte);
    let letters = word.bytes().filter(u8::is_ascii_alphabetic).count();
    let vowels = word.bytes().filter(|byte| is_vowel(*byte)).count();
    let is_unspeakable = letters >= LONG && vowels * 7 < letters;
    let mixes = word.bytes().any(|b| b.is_ascii_digit()) && turns >= 3;
    if word.len() < LONG {
        return mixes;
    }
    turns >= MANY_TURNS || mixes || is_unspeakable && word.bytes().any(|b| b.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::{Ephemeral, Names, reason};

    #[test]
    fn what_changes_from_attack_to_attack_is_left_out() {
        let mut names = Names::default();
        names.add("DC01.corp.example");
        names.add("crl.example");
        for (text, expected) in [
            ("192.0.2.1", Some(Ephemeral::Address)),
            (r"\\192.0.2.1\share", Some(Ephemeral::Address)),
            ("[2001:db8::1]:80", Some(Ephemeral::Address)),
            (
                "Passive Mode (192,0,2,1,173,235).",
                Some(Ephemeral::Address),
            ),
            ("http://192.0.2.1/x", Some(Ephemeral::Address)),
            ("Mozilla/5.0 (X11) Chrome/102.0.0.0", None),
            (r"\\dc01\C$", Some(Ephemeral::Name)),
            ("/crl/", Some(Ephemeral::Name)),
            ("/crlf", None),
            ("dc01.corp.example", Some(Ephemeral::Name)),
            ("49152", Some(Ephemeral::Number)),
            ("d1a9fbd0-4f0b-4e5a", Some(Ephemeral::Identifier)),
            ("S-1-5-21-1-2-3-500", Some(Ephemeral::Identifier)),
            ("2026-11-30T07:00:00", Some(Ephemeral::Time)),
            ("BTOBTO", None),
            ("xKjQpZvW", Some(Ephemeral::Random)),
            ("a1b2c3d4", Some(Ephemeral::Identifier)),
            ("/c", Some(Ephemeral::Short)),
            ("caf\u{e9}", Some(Ephemeral::Unprintable)),
            ("%COMSPEC%", None),
            ("PSEXESVC.exe", None),
            ("E5sG", Some(Ephemeral::Random)),
            ("/wsman", None),
            ("/.%2e/", None),
            ("${jndi:ldap:", None),
            ("CreateServiceW", None),
            ("multipart/encrypted", None),
            ("cmd.exe", None),
            ("1.10", Some(Ephemeral::Number)),
        ] {
            assert_eq!(reason(text, &names), expected, "{text}");
        }
    }
}
