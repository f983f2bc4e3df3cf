//! PDUs of connection-oriented DCE-RPC (C706, section 12.6; MS-RPCE, section 2.2.2).

use crate::registry::InterfaceUuid;
use crate::stub::TransferSyntax;

const REQUEST: u8 = 0;
const RESPONSE: u8 = 2;
const FAULT: u8 = 3;
const BIND: u8 = 11;
const BIND_ACK: u8 = 12;
const FIRST_FRAGMENT: u8 = 1;
const LAST_FRAGMENT: u8 = 2;

/// Why a context is refused (C706, section 12.6.3.1).
const PROVIDER_REJECTION: u16 = 2;
const SYNTAXES_NOT_SUPPORTED: u16 = 2;

/// Where the common header has the length of a verifier.
const AUTH_LENGTH: usize = 10;
/// The common header's length.
const HEADER: usize = 16;
/// What comes before the stub in a request and in a response.
pub(in crate::synth) const CALL_HEADER: usize = HEADER + 8;
/// The longest stub of one fragment, whose length is 16 bits.
pub(in crate::synth) const MAX_STUB: usize = u16::MAX as usize - CALL_HEADER;
/// The largest fragment that Windows offers to take.
const USUAL_FRAGMENT: usize = 5840;
const ASSOCIATION_GROUP: u32 = 0x0000_51c2;

/// An interface that is served on a pipe: that of the server service.
const SRVSVC: InterfaceUuid = InterfaceUuid::from_bytes([
    0x4b, 0x32, 0x4f, 0xc8, 0x16, 0x70, 0x01, 0xd3, 0x12, 0x78, 0x5a, 0x47, 0xbf, 0x6e, 0xe1, 0x88,
]);
/// The transfer syntax NDR (C706, appendix I).
const NDR: InterfaceUuid = InterfaceUuid::from_bytes([
    0x8a, 0x88, 0x5d, 0x04, 0x1c, 0xeb, 0x11, 0xc9, 0x9f, 0xe8, 0x08, 0x00, 0x2b, 0x10, 0x48, 0x60,
]);
const NDR_VERSION: u32 = 2;
/// The transfer syntax NDR64 (MS-RPCE section 2.2.5).
const NDR64: InterfaceUuid = InterfaceUuid::from_bytes([
    0x71, 0x71, 0x05, 0x33, 0xbe, 0xba, 0x49, 0x37, 0x83, 0x19, 0xb5, 0xdb, 0xef, 0x9c, 0xcc, 0x36,
]);
const NDR64_VERSION: u32 = 1;
/// The interface's version that is bound where stubs are what a rule asks for, not their operations' NDR: none that is in use.
/// Tools that know the interface in its own version would take them for damaged.
const NO_VERSION: (u16, u16) = (254, 0);

/// An authentication service (MS-RPCE section 2.2.1.1.7) whose tokens Zeek does not look at: Kerberos.
const KERBEROS: u8 = 16;
/// The level of packet privacy (MS-RPCE section 2.2.1.1.8).
const PRIVACY: u8 = 6;
/// How a verifier begins that seals (RFC 4121 section 4.2.6.2): 16 octets of padding, and all turned by 28.
const SEAL: [u8; 16] = [
    5, 4, 2, 0xff, 0, 16, 0, 28, 0, 0, 0, 0, 0x2e, 0x63, 0x17, 0x5c,
];
/// The rest of it: confounder, a sealed copy of the header, and checksum, as AES has them.
const SEALED: [u8; 60] = [0xc7; 60];

/// A PDU's status of a call that is refused: access is denied (MS-RPCE, section 2.2.2.12; C706, appendix E).
const ACCESS_DENIED: u32 = 5;

/// How an interface is bound, and calls are made then.
#[derive(Debug, Clone, Copy)]
pub(in crate::synth) struct BoundInterface {
    pub(in crate::synth) interface: InterfaceUuid,
    /// Major and minor; `None` where stubs are not those of its operations.
    pub(in crate::synth) version: Option<(u16, u16)>,
    pub(in crate::synth) syntax: TransferSyntax,
    /// Whether stubs are sealed.
    pub(in crate::synth) is_sealed: bool,
    /// The longest fragment that will come.
    pub(in crate::synth) longest_fragment: usize,
}

impl BoundInterface {
    /// The server service, without a call.
    pub(in crate::synth) const SRVSVC: Self = Self {
        interface: SRVSVC,
        version: None,
        syntax: TransferSyntax::Ndr,
        is_sealed: false,
        longest_fragment: 0,
    };

    /// The transfer syntaxes that are offered, each on a context of its own.
    fn offered(&self) -> &'static [TransferSyntax] {
        match self.syntax {
            TransferSyntax::Ndr => &[TransferSyntax::Ndr],
            TransferSyntax::Ndr64 => &TransferSyntax::ALL,
        }
    }

    /// The presentation context of the calls: the last one that is offered.
    fn context(&self) -> u16 {
        u16::from(self.offered().len() > 1)
    }

    /// Asks for the interface.
    pub(in crate::synth) fn bind(&self) -> Vec<u8> {
        let (major, minor) = self.version.unwrap_or(NO_VERSION);
        let version = u32::from(minor) << 16 | u32::from(major);
        let mut body = fragment_sizes(self.longest_fragment);
        body.extend(0u32.to_le_bytes());
        let mut contexts = Vec::new();
        for (context, offered) in (0u16..).zip(self.offered()) {
            contexts.extend(context.to_le_bytes());
            contexts.extend([1, 0]);
            contexts.extend(syntax(self.interface, version));
            contexts.extend(transfer_syntax(*offered));
        }
        body.extend([self.number_of_contexts(), 0, 0, 0]);
        body.extend(contexts);
        pdu(BIND, FIRST_FRAGMENT | LAST_FRAGMENT, 1, &body)
    }

    /// Grants the interface. `secondary_address` is the port or the pipe where it is served; it is cut to what 16 bits count.
    pub(in crate::synth) fn bind_ack(&self, secondary_address: &[u8]) -> Vec<u8> {
        let mut body = fragment_sizes(self.longest_fragment);
        body.extend(ASSOCIATION_GROUP.to_le_bytes());
        let mut address = secondary_address[..secondary_address.len().min(MAX_ADDRESS)].to_vec();
        address.push(0);
        body.extend(length(address.len()).to_le_bytes());
        body.extend(address);
        body.resize(body.len().next_multiple_of(4), 0);
        body.extend([self.number_of_contexts(), 0, 0, 0]);
        for offered in self.offered() {
            if *offered == self.syntax {
                // Accepted, for no reason.
                body.extend([0; 4]);
                body.extend(transfer_syntax(*offered));
            } else {
                body.extend(
                    [PROVIDER_REJECTION, SYNTAXES_NOT_SUPPORTED]
                        .map(u16::to_le_bytes)
                        .concat(),
                );
                body.extend([0; 20]);
            }
        }
        pdu(BIND_ACK, FIRST_FRAGMENT | LAST_FRAGMENT, 1, &body)
    }

    fn number_of_contexts(&self) -> u8 {
        1 + u8::from(self.context() > 0)
    }

    /// A request, a PDU a fragment.
    pub(in crate::synth) fn request(
        &self,
        call: u32,
        opnum: u16,
        fragments: &[&[u8]],
    ) -> Vec<Vec<u8>> {
        self.call_pdus(REQUEST, call, opnum, fragments)
    }

    /// The response, a PDU a fragment.
    pub(in crate::synth) fn response(&self, call: u32, fragments: &[&[u8]]) -> Vec<Vec<u8>> {
        // Where a request has its operation, a response counts cancellations.
        self.call_pdus(RESPONSE, call, 0, fragments)
    }

    /// Says that the call was refused.
    pub(in crate::synth) fn fault(&self, call: u32) -> Vec<u8> {
        let mut body = vec![0; 4];
        body.extend(self.context().to_le_bytes());
        body.extend([0, 0]);
        body.extend(ACCESS_DENIED.to_le_bytes());
        body.extend([0; 4]);
        pdu(FAULT, FIRST_FRAGMENT | LAST_FRAGMENT, call, &body)
    }

    fn call_pdus(&self, kind: u8, call: u32, number: u16, fragments: &[&[u8]]) -> Vec<Vec<u8>> {
        let mut left: usize = fragments.iter().map(|stub| stub.len()).sum();
        let last = fragments.len().saturating_sub(1);
        let pdus = fragments.iter().enumerate().map(|(index, stub)| {
            let mut flags = 0;
            if index == 0 {
                flags |= FIRST_FRAGMENT;
            }
            if index == last {
                flags |= LAST_FRAGMENT;
            }
            // How much room to make for what is still to come.
            let mut body = u32::try_from(left)
                .unwrap_or(u32::MAX)
                .to_le_bytes()
                .to_vec();
            left -= stub.len();
            body.extend(self.context().to_le_bytes());
            body.extend(number.to_le_bytes());
            body.extend(*stub);
            match self.is_sealed {
                true => sealed_pdu(kind, flags, call, body),
                false => pdu(kind, flags, call, &body),
            }
        });
        pdus.collect()
    }
}

/// A PDU with an authentication trailer (MS-RPCE section 2.2.2.11).
fn sealed_pdu(kind: u8, flags: u8, call: u32, mut body: Vec<u8>) -> Vec<u8> {
    let padded = body.len().next_multiple_of(16);
    let padding = padded - body.len();
    body.resize(padded, 0x3d);
    body.extend([
        KERBEROS,
        PRIVACY,
        u8::try_from(padding).unwrap_or_default(),
        0,
    ]);
    body.extend([0; 4]);
    body.extend([SEAL.as_slice(), &SEALED].concat());
    let mut bytes = pdu(kind, flags, call, &body);
    let verifier = length(SEAL.len() + SEALED.len());
    bytes[AUTH_LENGTH..AUTH_LENGTH + 2].copy_from_slice(&verifier.to_le_bytes());
    bytes
}

fn transfer_syntax(transfer: TransferSyntax) -> Vec<u8> {
    match transfer {
        TransferSyntax::Ndr => syntax(NDR, NDR_VERSION),
        TransferSyntax::Ndr64 => syntax(NDR64, NDR64_VERSION),
    }
}

/// The longest secondary address that is written.
pub(in crate::synth) const MAX_ADDRESS: usize = 1024;

/// The common header and a body, little-endian.
fn pdu(kind: u8, flags: u8, call: u32, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![5, 0, kind, flags, 0x10, 0, 0, 0];
    bytes.extend(length(HEADER + body.len()).to_le_bytes());
    bytes.extend([0, 0]);
    bytes.extend(call.to_le_bytes());
    bytes.extend(body);
    bytes
}

/// The largest fragments to send and to receive.
fn fragment_sizes(longest: usize) -> Vec<u8> {
    let size = length(longest.max(USUAL_FRAGMENT)).to_le_bytes();
    [size, size].concat()
}

/// A length that callers keep within 16 bits.
fn length(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

/// An interface or transfer syntax: UUID, of which the first three groups are little-endian, and version.
fn syntax(uuid: InterfaceUuid, version: u32) -> Vec<u8> {
    let mut bytes = uuid.swapped().as_bytes().to_vec();
    bytes.extend(version.to_le_bytes());
    bytes
}
