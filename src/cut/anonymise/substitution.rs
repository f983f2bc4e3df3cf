//! What stands for what: the same for each address, name and SID throughout a capture, and as long.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use aho_corasick::{AhoCorasick, MatchKind};

use super::identities::IdentityNames;
use crate::registry::InterfaceUuid;

/// What is replaced by what.
#[derive(Debug)]
pub(super) struct Substitution {
    addresses: BTreeMap<IpAddr, IpAddr>,
    macs: BTreeMap<[u8; 6], [u8; 6]>,
    patterns: Vec<Substitute>,
    search: Option<AhoCorasick>,
}

/// Bytes that are sought, and those that take their place.
#[derive(Debug, Clone)]
struct Substitute {
    sought: Vec<u8>,
    replacement: Vec<u8>,
    kind: PatternKind,
    /// How it is called for people.
    name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PatternKind {
    Text(TextEncoding, Within),
    Raw,
}

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TextEncoding {
    Ascii,
    Utf16LittleEndian,
    Utf16BigEndian,
}

impl TextEncoding {
    const ALL: [Self; 3] = [Self::Ascii, Self::Utf16LittleEndian, Self::Utf16BigEndian];

    fn octets(self, text: &str) -> Vec<u8> {
        match self {
            Self::Ascii => text.as_bytes().to_vec(),
            Self::Utf16LittleEndian => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16BigEndian => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        }
    }

    /// How far before a text the octet is that tells the character there, and how far behind its end.
    fn neighbours(self) -> (usize, usize) {
        match self {
            Self::Ascii | Self::Utf16BigEndian => (1, usize::from(self == Self::Utf16BigEndian)),
            Self::Utf16LittleEndian => (2, 0),
        }
    }
}

/// Whether a text counts within a longer word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Anywhere,
    /// Not beside a letter or a digit.
    Words,
    /// Not beside a digit.
    Numbers,
}

/// The shortest name that is replaced within words, in characters.
const WITHIN_WORDS: usize = 6;

/// What tells whose a SID is: the numbers behind its beginning, each with its least octet first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sid {
    pub(super) kind: SidKind,
    pub(super) numbers: Vec<u8>,
}

/// Whom a SID can belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SidKind {
    /// Those of a domain or a host: `S-1-5-21`, and three numbers (MS-DTYP section 2.4.2.2).
    Domain,
    /// Users and groups of Entra ID: `S-1-12-1`, and the four numbers that their object's GUID is made of.
    Cloud,
}

impl SidKind {
    pub(super) const ALL: [Self; 2] = [Self::Domain, Self::Cloud];

    /// How the text begins.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Domain => "S-1-5-21-",
            Self::Cloud => "S-1-12-1-",
        }
    }

    /// The identifier authority and the first sub-authority.
    pub(super) fn beginning(self) -> (u8, u32) {
        match self {
            Self::Domain => (5, 21),
            Self::Cloud => (12, 1),
        }
    }

    /// How many octets the numbers have.
    pub(super) fn length(self) -> usize {
        match self {
            Self::Domain => 12,
            Self::Cloud => 16,
        }
    }
}

/// What stands between octets in hexadecimal: nothing, or the escape of LDAP filters (RFC 4515, section 3), which logs escape once more.
pub(super) const SEPARATORS: [&str; 3] = ["", r"\", r"\\"];

/// Octets in hexadecimal, each behind a separator.
pub(super) fn hexadecimal(octets: &[u8], separator: &str) -> String {
    octets
        .iter()
        .map(|octet| format!("{separator}{octet:02x}"))
        .collect()
}

/// What is to be replaced.
#[derive(Debug, Default)]
pub(super) struct Identities {
    pub(super) addresses: BTreeSet<IpAddr>,
    pub(super) macs: BTreeSet<[u8; 6]>,
    pub(super) names: IdentityNames,
    pub(super) sids: BTreeSet<Sid>,
}

impl Substitution {
    pub(super) fn new(of: &Identities) -> Self {
        let mut made = Self {
            addresses: addresses(&of.addresses),
            macs: (1..)
                .zip(&of.macs)
                .map(|(number, mac)| (*mac, new_mac(number)))
                .collect(),
            patterns: Vec::new(),
            search: None,
        };
        for (number, label) in of.names.labels().into_iter().enumerate() {
            let within = if label.len() < WITHIN_WORDS {
                Within::Words
            } else {
                Within::Anywhere
            };
            made.text(label, &new_label(number, label), within, label);
        }
        for (old, new) in made.addresses.clone() {
            let text = old.to_string();
            let new_text = as_long(&text, &new.to_string());
            made.text(&text, &new_text, Within::Numbers, &text);
            if old.is_ipv4() {
                // As FTP writes it (RFC 959, section 5.3.2).
                let commas = |text: &str| text.replace('.', ",");
                let (sought, replacement) = (commas(&text), commas(&new_text));
                made.text(&sought, &replacement, Within::Numbers, &text);
            }
            // Zeros are in too much else.
            let octets = octets(old);
            if octets.iter().filter(|octet| **octet == 0).count() <= 1 {
                made.raw(&octets, &self::octets(new), &text);
            }
        }
        for (old, new) in made.macs.clone() {
            for separator in [":", "-"] {
                let text = |mac: [u8; 6]| {
                    let octets: Vec<String> = mac.iter().map(|it| format!("{it:02x}")).collect();
                    octets.join(separator)
                };
                made.text(&text(old), &text(new), Within::Anywhere, &text(old));
            }
            made.raw(&old, &new, "MAC address");
        }
        for (number, old) in (1_u32..).zip(&of.sids) {
            made.sid(old, &new_sid(number, old.kind));
        }
        let sought = made.patterns.iter().map(|pattern| &pattern.sought);
        made.search = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .ascii_case_insensitive(true)
            .build(sought)
            .ok();
        made
    }

    fn sid(&mut self, old: &Sid, new: &Sid) {
        let text = sid_text(old);
        let name = format!("SID {}{text}", old.kind.text());
        let (old, new) = (&old.numbers, &new.numbers);
        self.raw(old, new, &name);
        self.raw(&reversed(old), &reversed(new), &name);
        let new_text = numbers_text(new);
        self.text(&text, &as_long(&text, &new_text), Within::Numbers, &text);
        for separator in SEPARATORS {
            let (sought, replacement) = (hexadecimal(old, separator), hexadecimal(new, separator));
            self.text(&sought, &replacement, Within::Anywhere, &name);
        }
        if let (Some(sought), Some(replacement)) = (guid_text(old), guid_text(new)) {
            self.text(&sought, &replacement, Within::Anywhere, &name);
        }
    }

    fn text(&mut self, sought: &str, replacement: &str, within: Within, name: &str) {
        for encoding in TextEncoding::ALL {
            self.patterns.push(Substitute {
                sought: encoding.octets(sought),
                replacement: encoding.octets(replacement),
                kind: PatternKind::Text(encoding, within),
                name: name.to_owned(),
            });
        }
    }

    fn raw(&mut self, sought: &[u8], replacement: &[u8], name: &str) {
        self.patterns.push(Substitute {
            sought: sought.to_vec(),
            replacement: replacement.to_vec(),
            kind: PatternKind::Raw,
            name: name.to_owned(),
        });
    }

    /// What stands for an address.
    pub(super) fn address(&self, old: IpAddr) -> IpAddr {
        self.addresses.get(&old).copied().unwrap_or(old)
    }

    /// What stands for a MAC address.
    pub(super) fn mac(&self, old: [u8; 6]) -> [u8; 6] {
        self.macs.get(&old).copied().unwrap_or(old)
    }

    /// Replaces all that is known in bytes that are one after the other.
    pub(super) fn apply(&self, bytes: &mut [u8]) {
        let Some(search) = &self.search else { return };
        let found: Vec<_> = search.find_iter(&*bytes).collect();
        for found in found {
            let pattern = &self.patterns[found.pattern()];
            let place = found.range();
            match pattern.kind {
                // Letters' case was not asked for, and bytes are none.
                PatternKind::Raw if bytes[place.clone()] != pattern.sought => continue,
                PatternKind::Text(encoding, within) if is_part(bytes, &place, encoding, within) => {
                    continue;
                }
                _ => {}
            }
            for (octet, new) in bytes[place].iter_mut().zip(&pattern.replacement) {
                *octet = match pattern.kind {
                    PatternKind::Text(..) if octet.is_ascii_uppercase() => new.to_ascii_uppercase(),
                    _ => *new,
                };
            }
        }
    }

    /// A text with all replaced, in which addresses can become longer or shorter.
    pub(super) fn text_of_addresses(&self, text: &[u8]) -> Vec<u8> {
        let mut replaced = Vec::with_capacity(text.len());
        for word in text.split_inclusive(|byte| !is_of_address(*byte)) {
            let (address, rest) = match word.split_last() {
                Some((last, address)) if !is_of_address(*last) => (address, &word[address.len()..]),
                _ => (word, &[][..]),
            };
            let known = str::from_utf8(address)
                .ok()
                .and_then(|it| it.parse::<IpAddr>().ok());
            match known.filter(|known| self.addresses.contains_key(known)) {
                Some(known) => replaced.extend(self.address(known).to_string().into_bytes()),
                None => replaced.extend(address),
            }
            replaced.extend(rest);
        }
        self.apply(&mut replaced);
        replaced
    }

    /// Names of what is still in bytes.
    pub(super) fn left_in(&self, bytes: &[u8], left: &mut BTreeSet<String>) {
        let Some(search) = &self.search else { return };
        for found in search.find_iter(bytes) {
            let pattern = &self.patterns[found.pattern()];
            let is_text = matches!(pattern.kind, PatternKind::Text(..));
            if is_text || bytes[found.range()] == pattern.sought {
                left.insert(pattern.name.clone());
            }
        }
    }
}

/// The addresses that are whole words of a text.
pub(super) fn addresses_in(text: &[u8]) -> impl Iterator<Item = IpAddr> {
    let words = text.split(|byte| !is_of_address(*byte));
    words.filter_map(|word| str::from_utf8(word).ok()?.parse().ok())
}

fn is_of_address(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':')
}

/// Whether what was found is a part of a longer word or number.
fn is_part(
    bytes: &[u8],
    place: &std::ops::Range<usize>,
    encoding: TextEncoding,
    within: Within,
) -> bool {
    let joins = |at: Option<usize>| {
        let Some(byte) = at.and_then(|at| bytes.get(at)) else {
            return false;
        };
        match within {
            Within::Anywhere => false,
            Within::Words => byte.is_ascii_alphanumeric(),
            Within::Numbers => byte.is_ascii_digit(),
        }
    };
    let (before, behind) = encoding.neighbours();
    joins(place.start.checked_sub(before)) || joins(place.end.checked_add(behind))
}

/// Letters in place of a label's letters and digits, another word for each number.
fn new_label(number: usize, label: &str) -> String {
    let places = label.chars().filter(char::is_ascii_alphanumeric).count();
    let mut word = vec![b'x'; places];
    let mut rest = number;
    for letter in word.iter_mut().rev() {
        // From a to w: x is what fills.
        const LETTERS: usize = 23;
        *letter = b"abcdefghijklmnopqrstuvw"[rest % LETTERS];
        rest /= LETTERS;
        if rest == 0 {
            break;
        }
    }
    let mut letters = word.into_iter().map(char::from);
    label
        .chars()
        .map(|c| match c.is_ascii_alphanumeric() {
            true => letters.next().unwrap_or('x'),
            false => c,
        })
        .collect()
}

/// A text where it is as long as the one that it stands for, or else that one with zeros for digits and letters.
fn as_long(old: &str, new: &str) -> String {
    if old.len() == new.len() {
        return new.to_owned();
    }
    let hidden = |c: char| if c.is_ascii_alphanumeric() { '0' } else { c };
    old.chars().map(hidden).collect()
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

/// A locally administered address (IEEE 802, section 8.2.2).
fn new_mac(number: u64) -> [u8; 6] {
    let [.., a, b, c, d] = number.to_be_bytes();
    [0x02, 0x00, a, b, c, d]
}

fn new_sid(number: u32, kind: SidKind) -> Sid {
    // As many digits as most have.
    const FIRST: u32 = 1_000_000_000;
    let others = std::iter::repeat_n(FIRST, kind.length() / 4 - 1);
    let numbers = std::iter::once(FIRST + number).chain(others);
    Sid {
        kind,
        numbers: numbers.flat_map(u32::to_le_bytes).collect(),
    }
}

/// The numbers with their greatest octets first, or from these.
pub(super) fn reversed(numbers: &[u8]) -> Vec<u8> {
    let mut reversed = numbers.to_vec();
    for number in reversed.as_chunks_mut::<4>().0 {
        number.reverse();
    }
    reversed
}

/// The numbers of a SID as text, such as `1-2-3`.
fn sid_text(sid: &Sid) -> String {
    numbers_text(&sid.numbers)
}

fn numbers_text(numbers: &[u8]) -> String {
    let numbers = numbers.as_chunks().0.iter();
    let numbers: Vec<String> = numbers
        .map(|it| u32::from_le_bytes(*it).to_string())
        .collect();
    numbers.join("-")
}

/// The GUID that sixteen octets are, as text (MS-DTYP section 2.3.4).
fn guid_text(octets: &[u8]) -> Option<String> {
    let mut octets: [u8; 16] = octets.try_into().ok()?;
    octets[..4].reverse();
    octets[4..6].reverse();
    octets[6..8].reverse();
    Some(InterfaceUuid::from_bytes(octets).to_string())
}

/// What stands for each address: inside stays inside, and where it can be the text has as many characters.
fn addresses(old: &BTreeSet<IpAddr>) -> BTreeMap<IpAddr, IpAddr> {
    let mut taken: BTreeSet<IpAddr> = old.clone();
    let mut new = BTreeMap::new();
    for address in old {
        let candidates: Box<dyn Iterator<Item = IpAddr>> = match address {
            IpAddr::V4(address) => Box::new(like_v4(*address)),
            IpAddr::V6(address) => Box::new(like_v6(*address)),
        };
        let mut candidates = candidates.filter(|candidate| !taken.contains(candidate));
        if let Some(found) = candidates.next() {
            taken.insert(found);
            new.insert(*address, found);
        }
    }
    new
}

fn like_v4(old: Ipv4Addr) -> impl Iterator<Item = IpAddr> {
    let length = old.to_string().len();
    let prefixes: &[[u8; 3]] = if old.is_private() {
        &[
            [10, 0, 0],
            [10, 0, 10],
            [10, 10, 10],
            [10, 10, 100],
            [10, 100, 100],
            [172, 16, 100],
            [192, 168, 100],
        ]
    } else if old.is_link_local() {
        &[[169, 254, 1], [169, 254, 10], [169, 254, 100]]
    } else {
        // RFC 5737, and for benchmarks RFC 2544.
        &[
            [192, 0, 2],
            [203, 0, 113],
            [198, 51, 100],
            [198, 18, 0],
            [198, 19, 100],
        ]
    };
    let is_kept =
        old.is_loopback() || old.is_multicast() || old.is_broadcast() || old.is_unspecified();
    let all = prefixes
        .iter()
        .flat_map(|[a, b, c]| (1..=254).map(|d| Ipv4Addr::new(*a, *b, *c, d)));
    let as_long = all.clone().filter(move |it| it.to_string().len() == length);
    as_long
        .chain(all)
        .take_while(move |_| !is_kept)
        .map(IpAddr::from)
}

fn like_v6(old: Ipv6Addr) -> impl Iterator<Item = IpAddr> {
    let prefix = if old.is_unicast_link_local() {
        [0xfe80, 0]
    } else if old.is_unique_local() {
        [0xfd00, 0]
    } else {
        // RFC 3849.
        [0x2001, 0xdb8]
    };
    let is_kept = old.is_loopback() || old.is_multicast() || old.is_unspecified();
    let all = (1..=u16::MAX).map(move |n| Ipv6Addr::new(prefix[0], prefix[1], 0, 0, 0, 0, 0, n));
    all.take_while(move |_| !is_kept).map(IpAddr::from)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn substitution() -> Substitution {
        let mut identities = Identities::default();
        identities.addresses.insert("192.168.7.23".parse().unwrap());
        identities.addresses.insert("8.8.8.8".parse().unwrap());
        identities.names.add("DC01.corp.contoso.test");
        identities.names.add("ed");
        Substitution::new(&identities)
    }

    fn applied(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        substitution().apply(&mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn names_and_addresses_become_others_of_the_same_length() {
        let text =
            r"\\DC01.corp.contoso.test\C$ 192.168.7.23 192.168.7.234 8.8.8.8 Contosos dc011 ed";
        let new = applied(text);
        assert_eq!(new.len(), text.len());
        assert_eq!(
            new,
            r"\\XXxb.corp.xxxxxxa.test\C$ 10.10.10.100 192.168.7.234 0.0.0.0 Xxxxxxas dc011 ed"
        );
        assert_eq!(applied("8.8.8.8"), "0.0.0.0");
        assert_eq!(applied(text), new);
    }

    #[test]
    fn inside_stays_inside() {
        let made = substitution();
        let new = |text: &str| made.address(text.parse().unwrap());
        let IpAddr::V4(inside) = new("192.168.7.23") else {
            unreachable!()
        };
        assert!(inside.is_private());
        assert_eq!(inside.to_string().len(), "192.168.7.23".len());
        assert_eq!(new("8.8.8.8").to_string(), "192.0.2.1");
        assert_eq!(new("127.0.0.1").to_string(), "127.0.0.1");
    }
}
