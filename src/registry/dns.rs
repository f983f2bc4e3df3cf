use std::sync::LazyLock;

use super::table;

const TABLE: &str = include_str!("../../data/dns-names.tsv");

static NAMES: LazyLock<Vec<(DnsCode, u16, &'static str)>> = LazyLock::new(|| {
    let rows = table::rows::<3>(TABLE);
    rows.filter_map(|[kind, code, name]| Some((DnsCode::of(kind)?, code.parse().ok()?, name)))
        .collect()
});

/// What a number in a DNS message stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DnsCode {
    /// The class of a query or a record (RFC 1035, section 3.2.4).
    Class,
    /// The code of a response (RFC 1035, section 4.1.1).
    ResponseCode,
    /// The type of a query or a record (RFC 1035, section 3.2.2).
    Type,
}

impl DnsCode {
    /// The name that Zeek has for the number in dns.log; `None` where it has none of its own.
    pub fn name(self, code: u16) -> Option<&'static str> {
        let named = NAMES.iter();
        let mut named = named.filter(|(kind, known, _)| (*kind, *known) == (self, code));
        named.next().map(|(.., name)| *name)
    }

    /// Every number that Zeek has a name for, in their order.
    pub fn codes(self) -> impl Iterator<Item = u16> {
        let named = NAMES.iter().filter(move |(kind, ..)| *kind == self);
        named.map(|(_, code, _)| *code)
    }

    /// The number for which Zeek has a name.
    pub fn code(self, name: &str) -> Option<u16> {
        let mut named = NAMES.iter();
        let found = named.find(|(kind, _, known)| *kind == self && *known == name);
        found.map(|(_, code, _)| *code)
    }

    fn of(column: &str) -> Option<Self> {
        match column {
            "class" => Some(Self::Class),
            "rcode" => Some(Self::ResponseCode),
            "type" => Some(Self::Type),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        assert_eq!(NAMES.len(), table::row_count(TABLE));
    }

    #[test]
    fn names_are_those_of_zeek() {
        assert_eq!(DnsCode::Type.name(255), Some("*"));
        assert_eq!(DnsCode::Type.code("AAAA"), Some(28));
        assert_eq!(DnsCode::Class.name(1), Some("C_INTERNET"));
        assert_eq!(DnsCode::ResponseCode.code("NXDOMAIN"), Some(3));
        assert_eq!(DnsCode::ResponseCode.name(24), None);
    }
}
