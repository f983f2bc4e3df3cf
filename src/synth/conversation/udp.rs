//! UDP datagrams over Ethernet and IP (RFC 768), with their checksums.

use std::net::IpAddr;

use super::internet::{HostRole, internet};
use crate::synth::Capture;

impl Capture {
    /// Adds a datagram between two addresses with their ports. One that is too long for IP is left out.
    pub(in crate::synth) fn datagram(
        &mut self,
        sender: HostRole,
        from: (IpAddr, u16),
        to: (IpAddr, u16),
        payload: &[u8],
    ) {
        let builder = internet(sender, from.0, to.0).udp(from.1, to.1);
        let mut packet = Vec::with_capacity(builder.size(payload.len()));
        if builder.write(&mut packet, payload).is_ok() {
            self.record(packet);
        }
    }
}
