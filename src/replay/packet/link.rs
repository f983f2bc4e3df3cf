//! Link layers: Ethernet and what it carries, cooked and raw captures, loopback, PPP, 802.11.

use super::bytes::{be16, byte, le16, le32};
use super::{Decapsulation, Layer, PacketWarning};
use crate::replay::capture::LinkType;

mod ethertype {
    pub(super) const IPV4: u16 = 0x0800;
    pub(super) const ARP: u16 = 0x0806;
    pub(super) const RARP: u16 = 0x8035;
    pub(super) const VLAN: u16 = 0x8100;
    pub(super) const IPV6: u16 = 0x86dd;
    pub(super) const MPLS: u16 = 0x8847;
    pub(super) const PPPOE: u16 = 0x8864;
    pub(super) const QINQ: u16 = 0x88a8;
    pub(super) const PBB: u16 = 0x88e7;
    pub(super) const FABRIC_PATH: u16 = 0x8903;
    pub(super) const VNTAG: u16 = 0x8926;
    pub(super) const QINQ_OLD: u16 = 0x9100;
}

/// Who carries an EtherType; each carrier knows other ones.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Carrier {
    Ethernet,
    Vlan,
    VnTag,
    /// Cooked captures, 802.11 and SNAP: IP only.
    Plain,
}

const PPP_IPV4: u16 = 0x0021;
const PPP_IPV6: u16 = 0x0057;
const PPP_MPLS: u16 = 0x0281;

impl Decapsulation<'_, '_> {
    pub(super) fn link(&mut self, link: LinkType, layer: Layer<'_>) -> Result<(), PacketWarning> {
        match link.0 {
            0 => self.null(layer),
            1 => self.ethernet(layer),
            9 => self.ppp(layer),
            10 => self.ip(layer.skip(21).ok_or(PacketWarning::Truncated)?), // FDDI and LLC
            50 => self.ppp_serial(layer),
            105 => self.wlan(layer),
            113 => self.cooked(layer, 16, 14),
            127 => self.radiotap(layer),
            239 => self.nflog(layer),
            276 => self.cooked(layer, 20, 0),
            // Raw IP, and whatever else: Zeek looks for an IP header there.
            _ => self.ip(layer),
        }
    }

    pub(super) fn ethernet(&mut self, layer: Layer<'_>) -> Result<(), PacketWarning> {
        if layer.data.len() <= 16 {
            return Err(PacketWarning::Truncated);
        }
        let mut layer = layer;
        if be16(layer.data, 12)? == ethertype::FABRIC_PATH {
            layer = layer
                .skip(16)
                .filter(|inner| inner.data.len() > 14)
                .ok_or(PacketWarning::Truncated)?;
        }
        let kind = be16(layer.data, 12)?;
        let payload = layer.skip(14).ok_or(PacketWarning::Truncated)?;
        if kind >= 1536 {
            return self.ethertype(Carrier::Ethernet, kind, payload);
        }
        if kind > 1500 || payload.data.len() < usize::from(kind) {
            return Err(PacketWarning::Malformed);
        }
        self.llc(payload)
    }

    fn ethertype(
        &mut self,
        carrier: Carrier,
        kind: u16,
        layer: Layer<'_>,
    ) -> Result<(), PacketWarning> {
        let framed = matches!(carrier, Carrier::Ethernet | Carrier::Vlan);
        match kind {
            ethertype::IPV4 | ethertype::IPV6 if carrier != Carrier::VnTag => self.ip(layer),
            ethertype::ARP | ethertype::RARP => Ok(()),
            ethertype::VLAN if carrier != Carrier::Plain => self.vlan(layer),
            ethertype::QINQ | ethertype::QINQ_OLD
                if matches!(carrier, Carrier::Ethernet | Carrier::VnTag) =>
            {
                self.vlan(layer)
            }
            ethertype::MPLS if framed => self.mpls(layer),
            ethertype::PPPOE if framed => self.pppoe(layer),
            ethertype::PBB if framed => {
                // The backbone header; the customer's frame begins 4 bytes in.
                let frame = layer
                    .skip(4)
                    .filter(|_| layer.data.len() > 18)
                    .ok_or(PacketWarning::Truncated)?;
                self.ethernet(frame)
            }
            ethertype::VNTAG if framed => {
                let payload = layer
                    .skip(6)
                    .filter(|inner| !inner.data.is_empty())
                    .ok_or(PacketWarning::Truncated)?;
                self.ethertype(Carrier::VnTag, be16(layer.data, 4)?, payload)
            }
            _ => Err(PacketWarning::NotFollowed),
        }
    }

    fn vlan(&mut self, layer: Layer<'_>) -> Result<(), PacketWarning> {
        let payload = layer
            .skip(4)
            .filter(|inner| !inner.data.is_empty())
            .ok_or(PacketWarning::Truncated)?;
        match be16(layer.data, 2)? {
            kind @ 1536.. => self.ethertype(Carrier::Vlan, kind, payload),
            0..=1500 if payload.data.len() >= 2 => self.llc(payload),
            _ => Err(PacketWarning::Malformed),
        }
    }

    /// 802.2: of its protocols only SNAP leads to IP.
    fn llc(&mut self, layer: Layer<'_>) -> Result<(), PacketWarning> {
        if !layer.data.starts_with(&[0xaa, 0xaa]) {
            return Err(PacketWarning::NotFollowed);
        }
        let header = if byte(layer.data, 2)? & 3 == 3 { 3 } else { 4 };
        let snap = layer
            .data
            .get(header..header + 5)
            .ok_or(PacketWarning::Truncated)?;
        if snap[..3] != [0, 0, 0] {
            return Err(PacketWarning::NotFollowed);
        }
        let payload = layer.skip(header + 5).ok_or(PacketWarning::Truncated)?;
        self.ethertype(Carrier::Plain, be16(snap, 3)?, payload)
    }

    fn mpls(&mut self, layer: Layer<'_>) -> Result<(), PacketWarning> {
        let mut offset = 0;
        loop {
            if layer.data.len() <= offset + 4 {
                return Err(PacketWarning::Truncated);
            }
            let bottom = layer.data[offset + 2] & 1 == 1;
            offset += 4;
            if bottom {
                return self.ip(layer.skip(offset).ok_or(PacketWarning::TooDeep)?);
            }
        }
    }

    fn pppoe(&mut self, layer: Layer<'_>) -> Result<(), PacketWarning> {
        let payload = layer
            .skip(8)
            .filter(|inner| !inner.data.is_empty())
            .ok_or(PacketWarning::Truncated)?;
        let length = usize::from(be16(layer.data, 4)?).saturating_sub(2);
        match be16(layer.data, 6)? {
            PPP_IPV4 | PPP_IPV6 => self.ip(payload.shortened(length)),
            _ => Err(PacketWarning::NotFollowed),
        }
    }

    fn ppp(&mut self, layer: Layer<'_>) -> Result<(), PacketWarning> {
        if layer.data.starts_with(&[0xff, 0x03]) {
            self.ppp_protocol(layer, 2)
        } else {
            self.ppp_protocol(layer, 0)
        }
    }

    fn ppp_serial(&mut self, layer: Layer<'_>) -> Result<(), PacketWarning> {
        self.ppp_protocol(layer, 2)
    }

    fn ppp_protocol(&mut self, layer: Layer<'_>, offset: usize) -> Result<(), PacketWarning> {
        let payload = layer
            .skip(offset + 2)
            .filter(|inner| !inner.data.is_empty())
            .ok_or(PacketWarning::Truncated)?;
        match be16(layer.data, offset)? {
            PPP_IPV4 | PPP_IPV6 => self.ip(payload),
            PPP_MPLS => self.mpls(payload),
            _ => Err(PacketWarning::NotFollowed),
        }
    }

    /// BSD loopback: the address family in the byte order of the capturing machine, which Zeek takes as little-endian.
    fn null(&mut self, layer: Layer<'_>) -> Result<(), PacketWarning> {
        let payload = layer
            .skip(4)
            .filter(|inner| !inner.data.is_empty())
            .ok_or(PacketWarning::Truncated)?;
        match le32(layer.data, 0)? {
            2 | 24 | 28 | 30 => self.ip(payload),
            _ => Err(PacketWarning::NotFollowed),
        }
    }

    fn cooked(
        &mut self,
        layer: Layer<'_>,
        header: usize,
        protocol: usize,
    ) -> Result<(), PacketWarning> {
        let payload = layer
            .skip(header)
            .filter(|inner| !inner.data.is_empty())
            .ok_or(PacketWarning::Truncated)?;
        self.ethertype(Carrier::Plain, be16(layer.data, protocol)?, payload)
    }

    fn nflog(&mut self, layer: Layer<'_>) -> Result<(), PacketWarning> {
        const PAYLOAD: u16 = 9;
        let family = byte(layer.data, 0)?;
        if byte(layer.data, 1)? != 0 {
            return Err(PacketWarning::NotFollowed);
        }
        let mut offset = 4;
        while layer.data.len() > offset + 4 {
            let length = usize::from(le16(layer.data, offset)?);
            if le16(layer.data, offset + 2)? == PAYLOAD {
                let payload = layer.skip(offset + 4).ok_or(PacketWarning::Truncated)?;
                return if matches!(family, 2 | 10) {
                    self.ip(payload)
                } else {
                    Err(PacketWarning::NotFollowed)
                };
            }
            if length < 4 {
                return Err(PacketWarning::Malformed);
            }
            offset += length.next_multiple_of(4);
        }
        Err(PacketWarning::Truncated)
    }

    fn radiotap(&mut self, layer: Layer<'_>) -> Result<(), PacketWarning> {
        let length = usize::from(le16(layer.data, 2)?);
        self.wlan(
            layer
                .skip(length)
                .filter(|inner| !inner.data.is_empty())
                .ok_or(PacketWarning::Truncated)?,
        )
    }

    /// 802.11 data frames that aren't encrypted.
    pub(super) fn wlan(&mut self, layer: Layer<'_>) -> Result<(), PacketWarning> {
        let data = layer.data;
        let mut header = 24;
        if data.len() <= header {
            return Err(PacketWarning::Truncated);
        }
        let (control, flags) = (data[0], data[1]);
        let (is_data, empty, quality) = (
            control & 0x08 != 0,
            control & 0x40 != 0,
            control & 0x80 != 0,
        );
        if !is_data || empty {
            return Ok(());
        }
        if flags & 3 == 3 {
            header += 6; // the fourth address
        }
        let mut aggregate = false;
        if quality {
            aggregate = byte(data, header)? & 0x80 != 0;
            if flags & 0x40 != 0 {
                return Ok(());
            }
            header += 2;
        }
        let body = layer
            .skip(header)
            .filter(|inner| !inner.data.is_empty())
            .ok_or(PacketWarning::Truncated)?;
        if !aggregate {
            return self.wlan_frame(body);
        }
        let mut rest = body.data;
        while !rest.is_empty() {
            let length = usize::from(be16(rest, 12)?);
            let frame = rest.get(14..14 + length).ok_or(PacketWarning::Truncated)?;
            self.wlan_frame(Layer {
                data: frame,
                ..body
            })?;
            rest = &rest[14 + length..];
            rest = rest.get(length % 4..).unwrap_or(rest);
        }
        Ok(())
    }

    fn wlan_frame(&mut self, layer: Layer<'_>) -> Result<(), PacketWarning> {
        if layer.data.len() < 8 {
            return Err(PacketWarning::Truncated);
        }
        if !layer.data.starts_with(&[0xaa, 0xaa, 3, 0, 0, 0]) {
            return Err(PacketWarning::NotFollowed);
        }
        self.ethertype(
            Carrier::Plain,
            be16(layer.data, 6)?,
            layer.skip(8).ok_or(PacketWarning::TooDeep)?,
        )
    }
}
