//! Recognising protocols by a stream's first bytes: Zeek's dynamic protocol detection with the signatures of its
//! DCE-RPC, SMB, HTTP and SOCKS scripts.

use super::Protocol;

/// Zeek's `dpd_buffer_size` in bytes.
const MAX_BYTES: usize = 1024;
/// Zeek's `dpd_max_packets`.
const MAX_CHUNKS: usize = 100;

/// Watches both directions until a kilobyte has passed, and keeps it for the analyzers that it attaches.
#[derive(Debug, Default)]
pub(super) struct Detector {
    chunks: Vec<DataBlock>,
    bytes: usize,
    /// Both directions' first bytes, originator's first; the signatures are anchored there.
    beginnings: [Vec<u8>; 2],
    matched: Matched,
    finished: bool,
}

#[derive(Debug)]
struct DataBlock {
    is_orig: bool,
    content: BufferedInput,
}

#[derive(Debug)]
enum BufferedInput {
    Data(Vec<u8>),
    Gap { start: u64, len: u64 },
}

/// Signatures that have matched; each does so once.
#[derive(Debug, Default)]
struct Matched {
    dce_rpc: bool,
    smb: bool,
    http_client: bool,
    http_server: bool,
    socks: bool,
}

impl Detector {
    /// Takes data; gives the protocols that are recognised now, in the order in which Zeek attaches them.
    pub(super) fn data(&mut self, is_orig: bool, data: &[u8]) -> [Option<Protocol>; 4] {
        if self.finished {
            return [None; 4];
        }
        self.bytes += data.len();
        self.chunks.push(DataBlock {
            is_orig,
            content: BufferedInput::Data(data.to_vec()),
        });
        self.beginnings[usize::from(!is_orig)].extend_from_slice(data);
        self.finished = self.bytes > MAX_BYTES || self.chunks.len() > MAX_CHUNKS;
        self.recognise(is_orig)
    }

    pub(super) fn gap(&mut self, is_orig: bool, start: u64, len: u64) {
        if self.finished || self.chunks.is_empty() {
            return;
        }
        self.chunks.push(DataBlock {
            is_orig,
            content: BufferedInput::Gap { start, len },
        });
        self.finished = self.chunks.len() > MAX_CHUNKS;
        self.forget();
    }

    /// Gives everything kept, in order; gaps are `Err` of start and length.
    pub(super) fn replay(&self, mut take: impl FnMut(bool, Result<&[u8], (u64, u64)>)) {
        for chunk in &self.chunks {
            match &chunk.content {
                BufferedInput::Data(data) => take(chunk.is_orig, Ok(data)),
                BufferedInput::Gap { start, len } => take(chunk.is_orig, Err((*start, *len))),
            }
        }
    }

    pub(super) fn flip_roles(&mut self) {
        self.beginnings.swap(0, 1);
    }

    pub(super) fn buffered(&self) -> usize {
        self.beginnings.iter().map(Vec::capacity).sum::<usize>() + self.bytes
    }

    /// Frees what isn't needed any more.
    fn forget(&mut self) {
        if self.finished {
            self.chunks = Vec::new();
            self.beginnings = Default::default();
            self.bytes = 0;
        }
    }

    fn recognise(&mut self, is_orig: bool) -> [Option<Protocol>; 4] {
        let beginning = &self.beginnings[usize::from(!is_orig)];
        let matched = &mut self.matched;
        let dce_rpc = once(&mut matched.dce_rpc, || is_dce_rpc(beginning));
        let smb = once(&mut matched.smb, || is_smb(beginning));
        let http = if is_orig {
            once(&mut matched.http_client, || is_http_request(beginning))
        } else {
            once(&mut matched.http_server, || is_http_reply(beginning))
        };
        let socks = once(&mut matched.socks, || is_socks(&self.beginnings));
        [
            dce_rpc.then_some(Protocol::DceRpc),
            http.then_some(Protocol::Http),
            smb.then_some(Protocol::Smb),
            socks.then_some(Protocol::Socks),
        ]
    }
}

fn once(done: &mut bool, matches: impl FnOnce() -> bool) -> bool {
    let now = !*done && matches();
    *done |= now;
    now
}

/// `/\x05[\x00\x01][\x00-\x13]/`
fn is_dce_rpc(data: &[u8]) -> bool {
    matches!(data, [5, 0 | 1, 0..=0x13, ..])
}

/// `/^....[\xfe\xff]SMB/`, where a dot is no line feed.
fn is_smb(data: &[u8]) -> bool {
    matches!(data, [a, b, c, d, 0xfe | 0xff, b'S', b'M', b'B', ..] if ![a, b, c, d].contains(&&b'\n'))
}

/// `/^[hH][tT][tT][pP]\/[0-9]/`
fn is_http_reply(data: &[u8]) -> bool {
    data.len() >= 6 && data[..5].eq_ignore_ascii_case(b"http/") && data[5].is_ascii_digit()
}

/// Requests and replies of SOCKS 4, either side being the client, or of SOCKS 5.
fn is_socks([orig, resp]: &[Vec<u8>; 2]) -> bool {
    let is_5 = matches!(orig[..], [5, any, 0..=9, ..] if any != b'\n')
        && matches!(resp[..], [5, 0..=3 | 5..=9 | 0xff, ..]);
    is_5 || is_socks_4(orig, resp) || is_socks_4(resp, orig)
}

fn is_socks_4(client: &[u8], server: &[u8]) -> bool {
    const MAX_NAME: usize = 32;
    let [4, 1 | 2, name @ ..] = client else {
        return false;
    };
    let end = name
        .iter()
        .take(MAX_NAME + 1)
        .position(|&byte| matches!(byte, 0 | b'\n'));
    end.is_some_and(|end| name[end] == 0) && matches!(server, [0, 0x5a..=0x5d, ..])
}

/// White space and one of the methods.
fn is_http_request(data: &[u8]) -> bool {
    const METHODS: [&str; 42] = [
        "OPTIONS",
        "GET",
        "HEAD",
        "POST",
        "PUT",
        "DELETE",
        "TRACE",
        "CONNECT",
        "PROPFIND",
        "PROPPATCH",
        "MKCOL",
        "COPY",
        "MOVE",
        "LOCK",
        "UNLOCK",
        "VERSION-CONTROL",
        "REPORT",
        "CHECKOUT",
        "CHECKIN",
        "UNCHECKOUT",
        "MKWORKSPACE",
        "UPDATE",
        "LABEL",
        "MERGE",
        "BASELINE-CONTROL",
        "MKACTIVITY",
        "ORDERPATCH",
        "ACL",
        "PATCH",
        "SEARCH",
        "BCOPY",
        "BDELETE",
        "BMOVE",
        "BPROPFIND",
        "BPROPPATCH",
        "NOTIFY",
        "POLL",
        "SUBSCRIBE",
        "UNSUBSCRIBE",
        "X-MS-ENUMATTS",
        "RPC_OUT_DATA",
        "RPC_IN_DATA",
    ];
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c);
    let word = &data[data
        .iter()
        .position(|byte| !is_space(byte))
        .unwrap_or(data.len())..];
    METHODS
        .iter()
        .any(|method| word.starts_with(method.as_bytes()))
}
