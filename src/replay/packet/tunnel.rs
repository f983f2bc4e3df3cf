//! Tunnels that Zeek follows by default: IP in IP, GRE (with PPTP, ERSPAN and Aruba), and over UDP VXLAN, Geneve, GRE,
//! GTPv1, Teredo and AYIYA.

use super::bytes::{be16, byte};
use super::ip::{NetworkLayer, is_exact, kind_of, protocol};
use super::{Decapsulation, Layer, MAX_TUNNELS, PacketWarning};
use crate::replay::tcp::ports;

mod port {
    pub(super) const AYIYA: u16 = 5072;
    pub(super) const GENEVE: u16 = 6081;
    pub(super) const GRE: u16 = 4754;
    pub(super) const GTP_CONTROL: u16 = 2123;
    pub(super) const GTP_USER: u16 = 2152;
    pub(super) const TEREDO: u16 = 3544;
    pub(super) const VXLAN: u16 = 4789;
}

const ETHERNET_BRIDGING: u16 = 0x6558;

impl Decapsulation<'_, '_> {
    pub(super) fn ip_in_ip(&mut self, kind: u8, layer: Layer<'_>) -> Result<(), PacketWarning> {
        if layer.tunnels >= MAX_TUNNELS {
            return Err(PacketWarning::TooDeep);
        }
        if !is_exact(kind, layer.data) {
            return Err(PacketWarning::Malformed);
        }
        self.ip(layer.inner(layer.data))
    }

    pub(super) fn gre(&mut self, layer: Layer<'_>) -> Result<(), PacketWarning> {
        let flags = be16(layer.data, 0)?;
        let kind = be16(layer.data, 2)?;
        let version = flags & 7;
        let mut header = 4;
        for flag in [0x8000, 0x2000, 0x1000, 0x0080] {
            header += if flags & flag != 0 { 4 } else { 0 };
        }
        if version > 1 || version == 1 && kind != 0x880b || flags & 0x4078 != 0 {
            return Err(PacketWarning::Malformed);
        }
        if layer.tunnels >= MAX_TUNNELS {
            return Err(PacketWarning::TooDeep);
        }
        if version == 1 {
            // PPTP: a PPP header follows.
            let inner = match be16(layer.data, header + 2)? {
                0x0021 => protocol::IPV4,
                0x0057 => protocol::IPV6,
                _ => return Err(PacketWarning::NotFollowed),
            };
            return self.ip_in_ip(
                inner,
                layer.skip(header + 4).ok_or(PacketWarning::Truncated)?,
            );
        }
        let after = |extra: usize, minimum: usize| {
            let data = layer
                .data
                .get(header + extra..)
                .ok_or(PacketWarning::Truncated)?;
            if data.len() < minimum {
                Err(PacketWarning::Truncated)
            } else {
                Ok(Layer {
                    beyond: 0,
                    ..layer.inner(data)
                })
            }
        };
        let aruba = (kind & 0x8200 == 0x8200 && kind & 15 == 0)
            || (kind & 0x8300 == 0x8300 && kind & 15 == 0 && kind <= 0x8370)
            || kind == 0x9000;
        match kind {
            ETHERNET_BRIDGING => self.ethernet(after(0, 15)?),
            // ERSPAN: type II, told by its sequence number, has a header of its own, type III a longer one.
            0x88be if flags & 0x1000 != 0 => self.ethernet(after(8, 14)?),
            0x88be => self.ethernet(after(0, 15)?),
            0x22eb => {
                let optional = byte(layer.data, header + 11)? & 1 != 0;
                self.ethernet(after(if optional { 20 } else { 12 }, 15)?)
            }
            _ if aruba => self.wlan(after(0, 1)?),
            _ => self.ip(after(0, 0)?),
        }
    }

    pub(super) fn udp(
        &mut self,
        network: &NetworkLayer,
        layer: Layer<'_>,
    ) -> Result<(), PacketWarning> {
        const HEADER: usize = 8;
        let stated = network.payload_len.filter(|&len| len > 0);
        if stated.is_some_and(|len| len < HEADER) || layer.data.len() < HEADER {
            return Err(PacketWarning::Truncated);
        }
        let (source, destination) = (be16(layer.data, 0)?, be16(layer.data, 2)?);
        let length = stated.unwrap_or(layer.data.len()).min(layer.data.len()) - HEADER;
        let payload = layer
            .skip(HEADER)
            .ok_or(PacketWarning::TooDeep)?
            .shortened(length);
        let outcome = match responder_port(source, destination) {
            port::VXLAN => self.vxlan(payload),
            port::GENEVE => self.geneve(payload),
            port::GRE => self.gre(payload),
            port::TEREDO => self.teredo(payload),
            port::AYIYA => self.ayiya(payload),
            port::GTP_USER | port::GTP_CONTROL => self.gtp(payload),
            _ if looks_like_teredo(payload.data) => self.teredo(payload),
            _ if payload.data.get(1..3) == Some(&[0x52, 0x11]) => self.ayiya(payload),
            _ => return Ok(()),
        };
        // What only looked like a tunnel is nothing to warn of.
        outcome.or(Ok(()))
    }

    fn vxlan(&mut self, layer: Layer<'_>) -> Result<(), PacketWarning> {
        if byte(layer.data, 0)? & 8 == 0 {
            return Err(PacketWarning::Malformed);
        }
        let inner = self.encapsulated(layer, 8)?;
        self.ethernet(inner)
    }

    fn geneve(&mut self, layer: Layer<'_>) -> Result<(), PacketWarning> {
        let first = byte(layer.data, 0)?;
        if first >> 6 != 0 {
            return Err(PacketWarning::Malformed);
        }
        let kind = be16(layer.data, 2)?;
        let inner = self.encapsulated(layer, 8 + usize::from(first & 0x3f) * 4)?;
        match kind {
            ETHERNET_BRIDGING => self.ethernet(inner),
            0x0800 | 0x86dd => self.ip(inner),
            _ => Err(PacketWarning::NotFollowed),
        }
    }

    fn ayiya(&mut self, layer: Layer<'_>) -> Result<(), PacketWarning> {
        let identity = 1_usize << (byte(layer.data, 0)? >> 4);
        let signature = usize::from(byte(layer.data, 1)? >> 4) * 4;
        let (operation, next) = (byte(layer.data, 2)? & 15, byte(layer.data, 3)?);
        let inner = self.encapsulated(layer, 8 + identity + signature)?;
        match (operation, next) {
            (1, protocol::IPV4 | protocol::IPV6) => self.ip(inner),
            _ => Ok(()),
        }
    }

    fn teredo(&mut self, layer: Layer<'_>) -> Result<(), PacketWarning> {
        let mut offset = 0;
        loop {
            match be16(layer.data, offset)? {
                0 => offset += 8,
                1 => {
                    let (client, authentication) =
                        (byte(layer.data, offset + 2)?, byte(layer.data, offset + 3)?);
                    offset += 13 + usize::from(client) + usize::from(authentication);
                }
                tag if tag >> 12 == 6 => break,
                _ => return Err(PacketWarning::Malformed),
            }
        }
        let inner = self.encapsulated(layer, offset)?;
        if !is_exact(protocol::IPV6, inner.data) {
            return Err(PacketWarning::Malformed);
        }
        self.ip(inner)
    }

    /// G-PDUs of GTPv1 (3GPP TS 29.281).
    fn gtp(&mut self, layer: Layer<'_>) -> Result<(), PacketWarning> {
        const G_PDU: u8 = 255;
        let flags = byte(layer.data, 0)?;
        if flags >> 5 != 1 || flags & 0x10 == 0 || byte(layer.data, 1)? != G_PDU {
            return Ok(());
        }
        let mut offset = if flags & 7 != 0 { 12 } else { 8 };
        if flags & 4 != 0 {
            let mut next = byte(layer.data, offset - 1)?;
            while next != 0 {
                let length = usize::from(byte(layer.data, offset)?) * 4;
                if length == 0 {
                    return Err(PacketWarning::Malformed);
                }
                offset += length;
                next = byte(layer.data, offset - 1)?;
            }
        }
        let inner = self.encapsulated(layer, offset)?;
        if !is_exact(kind_of(inner.data)?, inner.data) {
            return Err(PacketWarning::Malformed);
        }
        self.ip(inner)
    }

    fn encapsulated<'a>(
        &self,
        layer: Layer<'a>,
        header: usize,
    ) -> Result<Layer<'a>, PacketWarning> {
        if layer.tunnels >= MAX_TUNNELS {
            return Err(PacketWarning::TooDeep);
        }
        let data = layer
            .data
            .get(header..)
            .filter(|data| !data.is_empty())
            .ok_or(PacketWarning::Truncated)?;
        Ok(layer.inner(data))
    }
}

/// The port of the side that Zeek takes for the responder, if this were the flow's first packet.
fn responder_port(source: u16, destination: u16) -> u16 {
    if ports::is_likely_udp_server(source) && !ports::is_likely_udp_server(destination) {
        source
    } else {
        destination
    }
}

/// Zeek's content check for Teredo (RFC 4380) on any port.
fn looks_like_teredo(data: &[u8]) -> bool {
    const PREFIX: [u8; 4] = [0x20, 0x01, 0, 0];
    if data.len() < 40 {
        return false;
    }
    if data[0] >> 4 == 6 {
        return data[8..12] == PREFIX || data[24..28] == PREFIX;
    }
    let mut rest = data;
    if rest[0] == 0 && rest[1] == 1 {
        let skipped = 13 + usize::from(rest[2]) + usize::from(rest[3]);
        rest = rest.get(skipped..).unwrap_or_default();
    } else if rest[0] != 0 || rest[1] != 0 {
        return false;
    }
    rest.len() >= 48 && rest[..2] == [0, 0] && rest[8] >> 4 == 6
}
