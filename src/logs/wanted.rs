//! What is sought in a column, and how a line has it that has it.

use std::net::IpAddr;

use super::sieve::{SHORTEST, commonness, is_plain};
use super::tsv::TsvHeader;
use crate::predicate::pattern::Anchoring;
use crate::registry::{ColumnType, ScalarType};

/// What a column must have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A text, ASCII letters in any case, as the whole value, at one of its ends or anywhere in it.
    Text(Vec<u8>, Anchoring),
    /// A number.
    Number(u64),
    /// An address.
    Address(IpAddr),
}

/// A column, by its number among those that are asked for, and what it must have.
pub type Clue = (usize, Wanted);

impl Wanted {
    /// Whether lines as they are written tell that they have it, and not too many of them do.
    pub fn can_be_sought(&self) -> bool {
        match self {
            Self::Text(text, anchoring) => {
                let is_delimited = *anchoring != Anchoring::Contains && is_all_plain(text);
                // A text is known by what separates it from others, too.
                is_delimited && text.len() + 1 >= SHORTEST || rarest_run(text).is_some()
            }
            Self::Number(number) => *number >= 100,
            // Other addresses can be written in several ways.
            Self::Address(address) => address.is_ipv4(),
        }
    }

    /// A text that a line of TSV has if the column at `index`, of that type, has what is wanted; `None` where that is not
    /// known.
    pub(super) fn in_tsv(
        &self,
        header: &TsvHeader,
        index: usize,
        column_type: Option<ColumnType>,
    ) -> Option<Vec<u8>> {
        let delimited = |text: &[u8], anchoring| {
            let is_last = index + 1 == header.names().count();
            let separator = header.single_separator()?;
            let mut delimited = Vec::new();
            let is_single = matches!(column_type, None | Some(ColumnType::Single(_)));
            delimited.extend((is_single && has_start(anchoring) && index > 0).then_some(separator));
            delimited.extend_from_slice(text);
            delimited.extend((is_single && has_end(anchoring) && !is_last).then_some(separator));
            (delimited.len() >= SHORTEST).then_some(delimited)
        };
        let scalar_type = column_type.map(ColumnType::element);
        match self {
            Self::Text(..) if !scalar_type.is_none_or(is_text) => None,
            Self::Text(text, anchoring) if is_all_plain(text) => delimited(text, *anchoring),
            Self::Text(text, _) => rarest_run(text),
            // Numbers can begin with zeros.
            Self::Number(number) => scalar_type
                .is_some_and(is_whole_number)
                .then(|| delimited(number.to_string().as_bytes(), Anchoring::EndsWith))?,
            Self::Address(address) => (scalar_type == Some(ScalarType::Addr) && address.is_ipv4())
                .then(|| delimited(address.to_string().as_bytes(), Anchoring::Exact))?,
        }
    }

    /// Texts of which a line of JSON has one if the column of that name has what is wanted; `None` where that is not known.
    pub(super) fn in_json(
        &self,
        name: &str,
        column_type: Option<ColumnType>,
    ) -> Option<Vec<Vec<u8>>> {
        let quoted = |text: &[u8], anchoring| {
            let mut quoted = Vec::new();
            quoted.extend(has_start(anchoring).then_some(b'"'));
            quoted.extend_from_slice(text);
            quoted.extend(has_end(anchoring).then_some(b'"'));
            (quoted.len() >= SHORTEST).then(|| vec![quoted])
        };
        let scalar_type = column_type.map(ColumnType::element);
        match self {
            Self::Text(..) if !scalar_type.is_some_and(is_text) => None,
            Self::Text(text, anchoring) if is_all_plain(text) => quoted(text, *anchoring),
            Self::Text(text, _) => Some(vec![rarest_run(text)?]),
            Self::Number(number) => {
                let is_single = matches!(column_type, Some(ColumnType::Single(_)));
                (is_single && scalar_type.is_some_and(is_whole_number))
                    .then(|| keyed(name, *number))?
            }
            Self::Address(address) => (scalar_type == Some(ScalarType::Addr) && address.is_ipv4())
                .then(|| quoted(address.to_string().as_bytes(), Anchoring::Exact))?,
        }
    }
}

/// A number behind its key, and all that can stand between the two beside a colon or a colon and a space.
fn keyed(name: &str, number: u64) -> Option<Vec<Vec<u8>>> {
    // A record of Zeek can be an object.
    let member = name.rsplit('.').next()?;
    if member.is_empty() || !member.bytes().all(is_plain) {
        return None;
    }
    let number = number.to_string();
    let between = [
        &*format!(":{number}"),
        &*format!(": {number}"),
        " ",
        "\t",
        "\r",
        ":  ",
        ":\t",
        ":\r",
        ": \t",
        ": \r",
    ];
    let texts = between.map(|between| format!("{member}\"{between}").into_bytes());
    let is_long_enough = texts.iter().all(|text| text.len() >= SHORTEST);
    is_long_enough.then(|| texts.to_vec())
}

fn has_start(anchoring: Anchoring) -> bool {
    matches!(anchoring, Anchoring::Exact | Anchoring::StartsWith)
}

fn has_end(anchoring: Anchoring) -> bool {
    matches!(anchoring, Anchoring::Exact | Anchoring::EndsWith)
}

fn is_all_plain(text: &[u8]) -> bool {
    text.iter().copied().all(is_plain)
}

/// Of a text, the part that is written as it is and is likely to be the rarest.
fn rarest_run(text: &[u8]) -> Option<Vec<u8>> {
    let runs = text.split(|octet| !is_plain(*octet));
    let runs = runs.filter(|run| run.len() >= SHORTEST);
    let longest = runs.max_by_key(|run| (run.len(), std::cmp::Reverse(commonness(run))));
    longest.map(<[u8]>::to_vec)
}

/// Whether a value of such a type is compared as it is written.
fn is_text(scalar_type: ScalarType) -> bool {
    matches!(scalar_type, ScalarType::String | ScalarType::Enum)
}

/// Whether a number of such a type is written in digits alone.
fn is_whole_number(scalar_type: ScalarType) -> bool {
    use ScalarType::{Count, Int, Port};
    matches!(scalar_type, Count | Int | Port)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNT: Option<ColumnType> = Some(ColumnType::Single(ScalarType::Count));

    /// Whatever white space is around the colon.
    #[test]
    fn a_number_of_json_is_known_by_its_key() {
        let texts = Wanted::Number(443).in_json("id.resp_p", COUNT);
        let texts = texts.unwrap_or_default();
        let has = |line: &str| {
            let has = |text: &Vec<u8>| memchr::memmem::find(line.as_bytes(), text).is_some();
            texts.iter().any(has)
        };
        let spaces = ["", " ", "\t", "\r", "  ", " \t", "\t "];
        for before in spaces {
            for behind in spaces {
                for key in ["id.resp_p", "resp_p"] {
                    let line = format!("{{\"{key}\"{before}:{behind}443}}");
                    assert!(has(&line), "{line:?}");
                }
            }
        }
        assert!(!has("{\"id.resp_p\":44,\"id.orig_p\":443}"));
        assert!(!has("{\"id.resp_p\": 44,\"resp_h\": 443}"));
    }

    #[test]
    fn what_is_compared_in_another_way_than_it_is_written_is_not_sought() {
        let double = Some(ColumnType::Single(ScalarType::Double));
        assert_eq!(Wanted::Number(443).in_json("rtt", double), None);
        let text = Wanted::Text(b"443.0".to_vec(), Anchoring::Contains);
        assert_eq!(text.in_json("rtt", double), None);
        assert!(!Wanted::Address(std::net::Ipv6Addr::LOCALHOST.into()).can_be_sought());
        assert!(!Wanted::Text(b"a\\b\"\xc3c".to_vec(), Anchoring::Exact).can_be_sought());
    }
}
