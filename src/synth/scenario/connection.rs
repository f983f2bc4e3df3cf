//! Who talks to whom, and when: the fields that every service has.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::FieldRefusal;
use crate::synth::Capture;
use crate::synth::capture::NOON;
use crate::synth::conversation::ConnectionWriter;
use crate::synth::observation::ObservedValue;

/// The time between the first packet and the one at which a rule's event begins, in microseconds.
const LEAD: u64 = 500_000;
/// The latest time that the pcap format holds, less some for the conversation's end, in seconds since 1970.
const LATEST: u64 = u32::MAX as u64 - 3600;

/// Two endpoints, and the time at which the one says what a rule looks at.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::synth) struct Endpoints {
    /// The originator.
    pub(in crate::synth) client: IpAddr,
    /// The originator's port.
    pub(in crate::synth) client_port: u16,
    /// The responder.
    pub(in crate::synth) server: IpAddr,
    /// The responder's port; `None` for the protocol's usual one.
    pub(in crate::synth) server_port: Option<u16>,
    /// Microseconds since 1970.
    pub(in crate::synth) time: u64,
}

impl Endpoints {
    /// Two hosts of a network that is for documentation (RFC 5737).
    pub(in crate::synth) fn usual() -> Self {
        Self {
            client: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 10)),
            client_port: 49_801,
            server: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 20)),
            server_port: None,
            time: NOON + LEAD,
        }
    }

    /// Hosts of IPv6's network for documentation (RFC 3849) in place of those that there are.
    pub(in crate::synth) fn use_ipv6(&mut self) {
        let host = |number| IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, number));
        (self.client, self.server) = (host(0x10), host(0x20));
    }

    /// Whether both ends have addresses of one kind.
    pub(in crate::synth) fn are_of_one_family(&self) -> bool {
        self.client.is_ipv4() == self.server.is_ipv4()
    }

    /// Where both ends are as usual, takes those of an address's family.
    fn use_family_of(&mut self, address: IpAddr) {
        let usual = Self::usual();
        if address.is_ipv6() && (self.client, self.server) == (usual.client, usual.server) {
            self.use_ipv6();
        }
    }

    /// Opens the connection in a capture, in time for what is said at [`time`](Self::time).
    pub(in crate::synth) fn connect<'c>(
        &self,
        capture: &'c mut Capture,
        usual_port: u16,
    ) -> ConnectionWriter<'c> {
        capture.at_micros(self.time.saturating_sub(LEAD));
        let server_port = self.server_port.unwrap_or(usual_port);
        capture.connect_from((self.client, self.client_port), (self.server, server_port))
    }

    /// The fields' values.
    pub(super) fn values(&self, usual_port: u16) -> BTreeMap<String, ObservedValue> {
        let values = [
            ("id.orig_h", ObservedValue::Address(self.client)),
            ("id.orig_p", ObservedValue::Port(self.client_port)),
            ("id.resp_h", ObservedValue::Address(self.server)),
            (
                "id.resp_p",
                ObservedValue::Port(self.server_port.unwrap_or(usual_port)),
            ),
            ("ts", ObservedValue::Time(seconds(self.time))),
        ];
        let named = values
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        named.collect()
    }

    /// Gives a field a value; `None` where the field is none of these.
    pub(super) fn set(
        &mut self,
        name: &str,
        value: Option<&ObservedValue>,
    ) -> Option<Result<(), FieldRefusal>> {
        let target = match (name, value) {
            ("id.orig_h", Some(ObservedValue::Address(address))) => {
                self.use_family_of(*address);
                if self.server == *address {
                    self.server = self.client;
                }
                self.client = *address;
                Ok(())
            }
            ("id.resp_h", Some(ObservedValue::Address(address))) => {
                self.use_family_of(*address);
                if self.client == *address {
                    self.client = self.server;
                }
                self.server = *address;
                Ok(())
            }
            ("id.orig_p", Some(ObservedValue::Port(port))) if *port > 0 => {
                self.client_port = *port;
                Ok(())
            }
            ("id.resp_p", Some(ObservedValue::Port(port))) if *port > 0 => {
                self.server_port = Some(*port);
                Ok(())
            }
            ("ts", Some(ObservedValue::Time(seconds))) => self.set_time(*seconds),
            ("id.orig_h" | "id.resp_h", _) => Err("an IP address"),
            ("id.orig_p" | "id.resp_p", _) => Err("a port from 1 to 65535"),
            ("ts", _) => Err("a time from 1970 to 2106, which is what the pcap format holds"),
            _ => return None,
        };
        Some(target)
    }

    fn set_time(&mut self, seconds: f64) -> Result<(), FieldRefusal> {
        // A second must be left for the connection's beginning.
        #[allow(clippy::cast_precision_loss)]
        let latest = LATEST as f64;
        if !(1.0..=latest).contains(&seconds) {
            return Err("a time from 1970 to 2106, which is what the pcap format holds");
        }
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Just checked.
        let micros = (seconds * 1e6).round() as u64;
        self.time = micros;
        Ok(())
    }
}

/// Microseconds as seconds.
pub(super) fn seconds(micros: u64) -> f64 {
    #[allow(clippy::cast_precision_loss)] // As Zeek has times.
    let (whole, rest) = ((micros / 1_000_000) as f64, (micros % 1_000_000) as f64);
    whole + rest / 1e6
}
