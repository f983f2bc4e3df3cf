//! What proves who somebody is: NTLM messages (MS-NLMP), Kerberos tickets (RFC 4120) and HTTP credentials, blanked in their place.

use memchr::memmem;

use super::identities::IdentityNames;

/// What was blanked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Blanked {
    /// NTLM messages.
    pub ntlm: usize,
    /// Encrypted parts of Kerberos messages.
    pub kerberos: usize,
    /// Credentials and cookies of HTTP.
    pub http: usize,
    /// Credentials of FTP, SMTP, POP3 and IMAP.
    pub ftp_and_mail: usize,
}

impl Blanked {
    pub(super) fn add(&mut self, other: Self) {
        self.ntlm += other.ntlm;
        self.kerberos += other.kerberos;
        self.http += other.http;
        self.ftp_and_mail += other.ftp_and_mail;
    }
}

/// Blanks the secrets of a stream, and adds the names that they come with.
pub(super) fn blank(stream: &mut [u8], names: &mut IdentityNames) -> Blanked {
    Blanked {
        ntlm: blank_ntlm(stream, names),
        kerberos: blank_kerberos(stream, names),
        http: blank_http(stream),
        ftp_and_mail: 0,
    }
}

const NTLM_SIGNATURE: &[u8] = b"NTLMSSP\0";

fn blank_ntlm(stream: &mut [u8], names: &mut IdentityNames) -> usize {
    let starts: Vec<usize> = memmem::find_iter(stream, NTLM_SIGNATURE).collect();
    for start in &starts {
        let message = &mut stream[*start..];
        match message.get(8) {
            Some(2) => {
                // The challenge (MS-NLMP section 2.2.1.2), and the target's name and information.
                fill(message, 24, 8);
                name_at(message, 12, names);
                if let Some((offset, length)) = field(message, 40) {
                    target_information(message, offset, length, names);
                }
            }
            Some(3) => {
                // Domain, user and workstation (section 2.2.1.3); then both responses, the session key and the MIC.
                for at in [28, 36, 44] {
                    name_at(message, at, names);
                }
                if let Some((offset, length)) = field(message, 20) {
                    const NTLM_V2_HEADER: usize = 44;
                    if length > NTLM_V2_HEADER {
                        let (offset, length) = (offset + NTLM_V2_HEADER, length - NTLM_V2_HEADER);
                        target_information(message, offset, length, names);
                    }
                }
                for at in [12, 20, 52] {
                    if let Some((offset, length)) = field(message, at) {
                        fill(message, offset, length);
                    }
                }
                let first = [12, 20, 28, 36, 44, 52].iter();
                let first = first
                    .filter_map(|at| field(message, *at))
                    .filter(|it| it.1 > 0);
                const MIC: usize = 72;
                if first.map(|(offset, _)| offset).min() >= Some(MIC + 16) {
                    fill(message, MIC, 16);
                }
            }
            _ => {}
        }
    }
    starts.len()
}

/// Offset and length of a field of an NTLM message.
fn field(message: &[u8], at: usize) -> Option<(usize, usize)> {
    let length = u16::from_le_bytes(message.get(at..at + 2)?.try_into().ok()?);
    let offset = u32::from_le_bytes(message.get(at + 4..at + 8)?.try_into().ok()?);
    Some((usize::try_from(offset).ok()?, usize::from(length)))
}

fn name_at(message: &[u8], at: usize, names: &mut IdentityNames) {
    if let Some((offset, length)) = field(message, at)
        && let Some(octets) = offset
            .checked_add(length)
            .and_then(|end| message.get(offset..end))
    {
        names.add(&text(octets));
    }
}

/// Text in UTF-16, or in ASCII if it has no zeros.
fn text(octets: &[u8]) -> String {
    if octets.get(1) == Some(&0) {
        let units = octets
            .as_chunks()
            .0
            .iter()
            .map(|unit| u16::from_le_bytes(*unit));
        return char::decode_utf16(units)
            .map(|c| c.unwrap_or('?'))
            .collect();
    }
    String::from_utf8_lossy(octets).into_owned()
}

/// Names of `AV_PAIR`s (section 2.2.2.1).
fn target_information(message: &[u8], offset: usize, length: usize, names: &mut IdentityNames) {
    const NAMES: std::ops::RangeInclusive<u16> = 1..=5;
    const TARGET_NAME: u16 = 9;
    let end = offset.saturating_add(length);
    let mut pairs = message.get(offset..end).unwrap_or_default();
    while let [a, b, c, d, rest @ ..] = pairs {
        let (id, length) = (u16::from_le_bytes([*a, *b]), u16::from_le_bytes([*c, *d]));
        let Some((value, rest)) = rest.split_at_checked(length.into()) else {
            return;
        };
        if NAMES.contains(&id) || id == TARGET_NAME {
            names.add(&text(value));
        }
        pairs = rest;
    }
}

/// Blanks the ciphers of `EncryptedData` (RFC 4120, section 5.2.9): `[0] etype, [1] kvno OPTIONAL, [2] cipher`.
fn blank_kerberos(stream: &mut [u8], names: &mut IdentityNames) -> usize {
    const ETYPE: &[u8] = &[0xa0, 0x03, 0x02, 0x01];
    /// The shortest cipher there is, in octets.
    const SHORTEST: usize = 16;
    let starts: Vec<usize> = memmem::find_iter(stream, ETYPE).collect();
    let mut count = 0;
    for start in starts {
        let mut at = start + ETYPE.len() + 1;
        if let Some((0xa1, length, content)) = der(stream, at) {
            at = content + length;
        }
        let Some((0xa2, _, content)) = der(stream, at) else {
            continue;
        };
        if let Some((0x04, length, content)) = der(stream, content)
            && length >= SHORTEST
        {
            fill(stream, content, length);
            count += 1;
        }
    }
    if count > 0 {
        general_strings(stream, names);
    }
    count
}

/// Tag, length and place of the content of what begins at `at` (X.690, section 8.1).
fn der(stream: &[u8], at: usize) -> Option<(u8, usize, usize)> {
    let (tag, first) = (*stream.get(at)?, usize::from(*stream.get(at + 1)?));
    let (length, content) = match first {
        0..=0x7f => (first, at + 2),
        0x81..=0x83 => {
            let octets = stream.get(at + 2..at + 2 + (first & 0x7f))?.iter();
            let length = octets.fold(0, |length, octet| length << 8 | usize::from(*octet));
            (length, at + 2 + (first & 0x7f))
        }
        _ => return None,
    };
    (content + length <= stream.len()).then_some((tag, length, content))
}

/// Realms and the names of principals, which are `KerberosString`s (RFC 4120, section 5.2.1).
fn general_strings(stream: &[u8], names: &mut IdentityNames) {
    const GENERAL_STRING: u8 = 0x1b;
    const LENGTHS: std::ops::RangeInclusive<usize> = 3..=64;
    for at in memchr::memchr_iter(GENERAL_STRING, stream) {
        if let Some((_, length, content)) = der(stream, at)
            && LENGTHS.contains(&length)
        {
            let octets = &stream[content..content + length];
            let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_$/@".contains(byte);
            if octets.iter().all(is_name) {
                names.add(&String::from_utf8_lossy(octets));
            }
        }
    }
}

/// Blanks the credentials in headers: what follows the scheme, and cookies.
fn blank_http(stream: &mut [u8]) -> usize {
    const WITH_SCHEME: &[&str] = &[
        "authorization:",
        "proxy-authorization:",
        "www-authenticate:",
        "proxy-authenticate:",
        "authentication-info:",
    ];
    const WHOLE: &[&str] = &["cookie:", "set-cookie:"];
    /// The longest name among them.
    const LONGEST: usize = 24;
    let mut count = 0;
    let line_starts: Vec<usize> = memmem::find_iter(stream, b"\r\n")
        .map(|end| end + 2)
        .collect();
    for start in line_starts {
        let head = stream.get(start..).unwrap_or_default();
        let head = &head[..head.len().min(LONGEST)];
        let begins = |name: &&&str| {
            head.get(..name.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(name.as_bytes()))
        };
        let (name, has_scheme) = match WITH_SCHEME.iter().find(begins) {
            Some(name) => (name, true),
            None => match WHOLE.iter().find(begins) {
                Some(name) => (name, false),
                None => continue,
            },
        };
        let value = start + name.len();
        let Some(length) = memmem::find(&stream[value..], b"\r\n") else {
            continue;
        };
        let line = &mut stream[value..value + length];
        let skipped = line.iter().take_while(|byte| **byte == b' ').count();
        let scheme = line[skipped..].iter().position(|byte| *byte == b' ');
        let secret = match (has_scheme, scheme) {
            (true, Some(scheme)) => skipped + scheme + 1,
            (true, None) => continue,
            (false, _) => skipped,
        };
        line[secret..].fill(b'A');
        count += 1;
    }
    count
}

fn fill(message: &mut [u8], offset: usize, length: usize) {
    let end = offset.saturating_add(length).min(message.len());
    if let Some(secret) = message.get_mut(offset..end) {
        secret.fill(0);
    }
}
