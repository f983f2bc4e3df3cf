//! NTLM's three messages (MS-NLMP, section 2.2.1) in SPNEGO's tokens (RFC 4178; MS-SPNG), as a session's set-up carries them.
//!
//! Nobody's password is behind them: responses to the challenge are filled with a pattern.

/// What client and server agree on: Unicode, NTLM, extended session security, target information, version, 128 bits.
const FLAGS: u32 = 0xa288_8205;
const SERVER_CHALLENGE: [u8; 8] = [0x53, 0x69, 0x67, 0x5a, 0x65, 0x65, 0x6b, 0x21];
const USER: &str = "operator";
const DOMAIN: &str = "EXAMPLE";
const WORKSTATION: &str = "CLIENT";
const SERVER: &str = "SERVER";
/// Windows 10, revision 15 of NTLM.
const VERSION: [u8; 8] = [10, 0, 0x63, 0x45, 0, 0, 0, 15];

const OBJECT_SPNEGO: &[u8] = &[0x06, 0x06, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x02];
const OBJECT_NTLM: &[u8] = &[
    0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0a,
];

const SEQUENCE: u8 = 0x30;
const OCTETS: u8 = 0x04;
const APPLICATION: u8 = 0x60;
const ENUMERATED: u8 = 0x0a;

/// A context-specific, constructed tag.
const fn context(number: u8) -> u8 {
    0xa0 | number
}

/// What the server offers: NTLM.
pub(super) fn offer() -> Vec<u8> {
    initial(&[der(context(0), &mechanisms())])
}

/// The client's first message.
pub(super) fn negotiate() -> Vec<u8> {
    let mut message = message(1);
    message.extend(FLAGS.to_le_bytes());
    // Neither domain nor workstation.
    message.extend([0; 16]);
    message.extend(VERSION);
    initial(&[
        der(context(0), &mechanisms()),
        der(context(2), &der(OCTETS, &message)),
    ])
}

/// The server's challenge.
pub(super) fn challenge() -> Vec<u8> {
    const HEADER: usize = 56;
    let target = wide(DOMAIN);
    let information = target_information();
    let mut message = message(2);
    message.extend(buffer(target.len(), HEADER));
    message.extend(FLAGS.to_le_bytes());
    message.extend(SERVER_CHALLENGE);
    message.extend([0; 8]);
    message.extend(buffer(information.len(), HEADER + target.len()));
    message.extend(VERSION);
    message.extend(target);
    message.extend(information);
    response(&[
        // Incomplete.
        der(context(0), &der(ENUMERATED, &[1])),
        der(context(1), OBJECT_NTLM),
        der(context(2), &der(OCTETS, &message)),
    ])
}

/// The client's answer to the challenge.
pub(super) fn authenticate(filetime: u64) -> Vec<u8> {
    const HEADER: usize = 72;
    let mut ntlm = vec![0x5a; 16];
    ntlm.extend([1, 1, 0, 0, 0, 0, 0, 0]);
    ntlm.extend(filetime.to_le_bytes());
    ntlm.extend([0x5a; 8]);
    ntlm.extend([0; 4]);
    ntlm.extend(target_information());
    ntlm.extend([0; 4]);
    let fields = [
        vec![0; 24],
        ntlm,
        wide(DOMAIN),
        wide(USER),
        wide(WORKSTATION),
        Vec::new(),
    ];
    let mut message = message(3);
    let mut offset = HEADER;
    for field in &fields {
        message.extend(buffer(field.len(), offset));
        offset += field.len();
    }
    message.extend(FLAGS.to_le_bytes());
    message.extend(VERSION);
    message.extend(fields.concat());
    response(&[der(context(2), &der(OCTETS, &message))])
}

/// Says that the client is who it is.
pub(super) fn accepted() -> Vec<u8> {
    response(&[der(context(0), &der(ENUMERATED, &[0]))])
}

fn initial(parts: &[Vec<u8>]) -> Vec<u8> {
    let token = der(context(0), &der(SEQUENCE, &parts.concat()));
    der(APPLICATION, &[OBJECT_SPNEGO, &token].concat())
}

fn response(parts: &[Vec<u8>]) -> Vec<u8> {
    der(context(1), &der(SEQUENCE, &parts.concat()))
}

fn mechanisms() -> Vec<u8> {
    der(SEQUENCE, OBJECT_NTLM)
}

fn message(kind: u32) -> Vec<u8> {
    [b"NTLMSSP\0".as_slice(), &kind.to_le_bytes()].concat()
}

/// Where a message's part is: its length, the room for it, and its place.
fn buffer(length: usize, offset: usize) -> Vec<u8> {
    // All parts are short and of fixed lengths.
    let length = u16::try_from(length).unwrap_or_default().to_le_bytes();
    let offset = u32::try_from(offset).unwrap_or_default().to_le_bytes();
    [length.as_slice(), &length, &offset].concat()
}

/// Names of the domain and the server.
fn target_information() -> Vec<u8> {
    let mut pairs = Vec::new();
    for (id, text) in [(2u16, DOMAIN), (1, SERVER)] {
        let text = wide(text);
        pairs.extend(id.to_le_bytes());
        pairs.extend(u16::try_from(text.len()).unwrap_or_default().to_le_bytes());
        pairs.extend(text);
    }
    pairs.extend([0; 4]);
    pairs
}

/// Text in UTF-16.
pub(super) fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A value in the distinguished encoding rules (X.690, section 8.1).
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    match content.len() {
        length @ 0..=0x7f => bytes.push(length as u8),
        length @ 0x80..=0xff => bytes.extend([0x81, length as u8]),
        length => {
            bytes.push(0x82);
            bytes.extend(u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes());
        }
    }
    bytes.extend(content);
    bytes
}
