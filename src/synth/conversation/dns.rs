//! DNS messages (RFC 1035).

use std::net::IpAddr;

use simple_dns::rdata::{RData, TXT};
use simple_dns::{
    CLASS, CharacterString, Label, Name, Packet, PacketFlag, QCLASS, QTYPE, Question, RCODE,
    ResourceRecord, TYPE,
};

/// The longest name, as Zeek writes it: 255 bytes with the lengths of its labels (RFC 1035, section 2.3.4).
pub(in crate::synth) const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;
const LONGEST_TXT: usize = 255;

/// What is asked for.
#[derive(Debug, Clone)]
pub(in crate::synth) struct DnsQuestion {
    /// The labels, joined by dots.
    pub(in crate::synth) name: Vec<u8>,
    pub(in crate::synth) query_type: u16,
    pub(in crate::synth) class: u16,
}

/// The head of a message.
#[derive(Debug, Clone, Copy)]
pub(in crate::synth) struct DnsHeader {
    pub(in crate::synth) id: u16,
    pub(in crate::synth) flags: PacketFlag,
    /// 0 to 10, which have names.
    pub(in crate::synth) response_code: u16,
}

/// What an answer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::synth) enum DnsAnswer {
    Address(IpAddr),
    /// A CNAME: labels, joined by dots.
    Name(Vec<u8>),
    Text(Vec<u8>),
}

impl DnsAnswer {
    /// The answer that Zeek writes so, but for the length of a text; `None` where there is none.
    pub(in crate::synth) fn read(text: &[u8]) -> Option<Self> {
        let readable = std::str::from_utf8(text).ok();
        let address = readable.and_then(|text| text.parse().ok());
        // Zeek writes mapped addresses as those of IPv4.
        let as_written = |address: &IpAddr| {
            address.to_canonical() == *address && address.to_string().as_bytes() == text
        };
        if let Some(address) = address.filter(as_written) {
            return Some(Self::Address(address));
        }
        if let Some(content) = text_record(text) {
            return Some(Self::Text(content.to_vec()));
        }
        // Zeek brings names to lower case.
        let is_lower = text.to_ascii_lowercase() == text;
        (is_lower && is_name(text)).then(|| Self::Name(text.to_vec()))
    }

    /// As Zeek writes it.
    pub(in crate::synth) fn text(&self) -> Vec<u8> {
        match self {
            Self::Address(address) => address.to_string().into_bytes(),
            Self::Name(name) => name.clone(),
            Self::Text(text) => [format!("TXT {} ", text.len()).as_bytes(), text].concat(),
        }
    }

    fn data(&self) -> Option<RData<'_>> {
        Some(match self {
            Self::Address(IpAddr::V4(address)) => RData::A((*address).into()),
            Self::Address(IpAddr::V6(address)) => RData::AAAA((*address).into()),
            Self::Name(name) => RData::CNAME(dns_name(name).into()),
            Self::Text(text) => {
                RData::TXT(TXT::new().with_char_string(CharacterString::new(text).ok()?))
            }
        })
    }
}

/// The text of a TXT record, which Zeek writes behind `TXT` and the length. Whatever length a pattern has led to, it is the
/// text's in the end.
fn text_record(text: &[u8]) -> Option<&[u8]> {
    let rest = text.strip_prefix(b"TXT ")?;
    let space = rest.iter().position(|byte| !byte.is_ascii_digit())?;
    let content = rest[space..].strip_prefix(b" ")?;
    (space > 0 && content.len() <= LONGEST_TXT).then_some(content)
}

/// Whether it is a name: labels of 1 to 63 bytes, joined by dots.
pub(in crate::synth) fn is_name(text: &[u8]) -> bool {
    let mut labels = text.split(|byte| *byte == b'.');
    text.len() <= LONGEST_NAME && labels.all(|label| (1..=LONGEST_LABEL).contains(&label.len()))
}

/// A message.
pub(in crate::synth) fn message(
    header: DnsHeader,
    question: &DnsQuestion,
    answers: &[DnsAnswer],
    time_to_live: u32,
) -> Vec<u8> {
    let mut packet = if header.flags.contains(PacketFlag::RESPONSE) {
        Packet::new_reply(header.id)
    } else {
        Packet::new_query(header.id)
    };
    packet.set_flags(header.flags);
    *packet.rcode_mut() = RCODE::from(header.response_code);
    let name = dns_name(&question.name);
    let query_type = QTYPE::try_from(question.query_type)
        .unwrap_or(QTYPE::TYPE(TYPE::Unknown(question.query_type)));
    let class = QCLASS::try_from(question.class).unwrap_or(QCLASS::ANY);
    packet
        .questions
        .push(Question::new(name.clone(), query_type, class, false));
    let class = CLASS::try_from(question.class).unwrap_or(CLASS::IN);
    let data = answers.iter().filter_map(DnsAnswer::data);
    packet
        .answers
        .extend(data.map(|data| ResourceRecord::new(name.clone(), class, time_to_live, data)));
    // Memory takes every byte.
    packet.build_bytes_vec_compressed().unwrap_or_default()
}

fn dns_name(text: &[u8]) -> Name<'_> {
    let labels = text
        .split(|byte| *byte == b'.')
        .filter(|label| !label.is_empty());
    let labels: Vec<Label<'_>> = labels.map(Label::new_unchecked).collect();
    Name::new_with_labels(&labels)
}

#[cfg(test)]
mod tests {
    use super::DnsAnswer;

    #[test]
    fn answers_are_read_as_zeek_writes_them() {
        let read = |text: &str| DnsAnswer::read(text.as_bytes());
        assert!(matches!(read("192.0.2.1"), Some(DnsAnswer::Address(_))));
        assert!(matches!(read("2001:db8::1"), Some(DnsAnswer::Address(_))));
        assert_eq!(
            read("TXT 5 v=One"),
            Some(DnsAnswer::Text(b"v=One".to_vec()))
        );
        assert_eq!(read("TXT 9 v=One"), read("TXT 5 v=One"));
        assert_eq!(read("TXT v=One"), None);
        assert_eq!(
            read("mail.example"),
            Some(DnsAnswer::Name(b"mail.example".to_vec()))
        );
        assert_eq!(read("Mail.example"), None);
        assert_eq!(read("two..dots"), None);
    }
}
