//! Addresses that meet their tests.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Unsolved;
use super::group::TestGroup;
use super::text::{self, WantedText};
use crate::predicate::pattern::{ByteSet, Pattern, RegexFlags};
use crate::predicate::{Comparison, Test};
use crate::synth::observation::ObservedValue;
use crate::synth::scenario::Scenario;

/// Hosts of networks that are for documentation, private, and public (RFC 5737, RFC 1918, RFC 3849).
const USUAL: [IpAddr; 8] = [
    IpAddr::V4(Ipv4Addr::new(192, 0, 2, 30)),
    IpAddr::V4(Ipv4Addr::new(198, 51, 100, 30)),
    IpAddr::V4(Ipv4Addr::new(203, 0, 113, 30)),
    IpAddr::V4(Ipv4Addr::new(10, 20, 30, 40)),
    IpAddr::V4(Ipv4Addr::new(172, 20, 30, 40)),
    IpAddr::V4(Ipv4Addr::new(192, 168, 30, 40)),
    IpAddr::V4(Ipv4Addr::new(93, 184, 215, 14)),
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0x30)),
];

/// An IPv4 address in text.
const FORM: &str = r"^(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}$";

pub(super) fn find(
    group: &TestGroup<'_>,
    scenario: &Scenario,
    test: &Test,
) -> Result<ObservedValue, Unsolved> {
    let asked = group.tests().iter().flat_map(|(test, _)| near(test));
    let endpoints = scenario.endpoints();
    let in_text = by_text(group);
    // Both ends are of one kind, where the rule leaves the choice; they change places where nothing else will do.
    let own = [endpoints.client, endpoints.server];
    let mut candidates: Vec<IpAddr> = asked.chain(in_text).chain(USUAL).collect();
    candidates.sort_by_key(|address| own.contains(address));
    candidates
        .into_iter()
        .map(ObservedValue::Address)
        .find(group.fitting())
        .ok_or_else(|| group.contradiction(test, None))
}

/// The next address.
pub(super) fn next(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => Ipv4Addr::from(u32::from(address).wrapping_add(1)).into(),
        IpAddr::V6(address) => Ipv6Addr::from(u128::from(address).wrapping_add(1)).into(),
    }
}

fn near(test: &Test) -> Vec<IpAddr> {
    match &test.comparison {
        Comparison::Address(address) => vec![*address, next(*address)],
        Comparison::Network(network) => {
            let first = network.first();
            let mut hosts = vec![next(first)];
            for _ in 0..8 {
                hosts.extend(hosts.last().copied().map(next));
            }
            hosts.push(first);
            hosts
        }
        _ => Vec::new(),
    }
}

/// An address whose text matches the patterns.
fn by_text(group: &TestGroup<'_>) -> Option<IpAddr> {
    let form = Pattern::from_regex(FORM, RegexFlags::default()).ok()?;
    let frame = text::TextFrame {
        bytes: ByteSet::range(b'0'..=b'9').union(ByteSet::single(b'.')),
        form: Some(form),
        ..text::TextFrame::bytes(15)
    };
    let matching = group.patterns(true);
    if matching.is_empty() {
        return None;
    }
    let text = text::find(&WantedText {
        matching,
        not_matching: group.patterns(false),
        frame: &frame,
        length: (0, 15),
        present: None,
    });
    String::from_utf8(text.ok()?).ok()?.parse().ok()
}
