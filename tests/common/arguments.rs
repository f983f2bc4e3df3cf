//! A capture of DCE-RPC calls with stubs in NDR and NDR64, of clients of both byte orders, and of stubs that cannot be read.

use super::calls::SVCCTL;
use super::capture::{self, Capture};
use super::rpc::{Rpc, big_endian_call};

const WINREG: &str = "338cd001-2244-31f1-aaaa-900038001003";
const SPOOLSS: &str = "12345678-1234-abcd-ef00-0123456789ab";
const SAMR: &str = "12345778-1234-abcd-ef00-0123456789ac";
const LSARPC: &str = "12345778-1234-abcd-ef00-0123456789ab";
const ATSVC: &str = "1ff70682-0a51-30e8-076d-740be8cee98b";
const EFSRPC: &str = "df1941c5-fe89-4e79-bf10-463657acf44d";
const DHCPSRV: &str = "6bffd098-a112-3610-9833-46c3f874532d";
const ACTIVATION: &str = "4d9f4ab8-7d1c-11cf-861e-0020af6e7c57";

const CREATE_SERVICE_W: u16 = 12;
const CREATE_SERVICE_A: u16 = 24;

/// Calls that are told apart by their operations or by names in their arguments.
pub fn capture() -> Vec<u8> {
    capture::joined(&[super::calls::real("at-schedule"), over_tcp()])
}

fn over_tcp() -> Vec<u8> {
    let mut capture = Capture::new();
    let mut connection = capture.connect([10, 0, 0, 1], [10, 0, 0, 2], 135);
    let created = Stub::ndr().null().handle(7).word(0).stub;
    let refused = Stub::ndr().null().handle(0).word(5).stub;
    let plain = service(Stub::ndr(), "plain", r"C:\Windows\cmd.exe /c whoami", None);
    let long = service(Stub::ndr(), "long", "notepad.exe", None);
    Rpc::bind(&mut connection, &[SVCCTL])
        .call(0, CREATE_SERVICE_W, &plain, &created)
        .call(
            0,
            CREATE_SERVICE_W,
            &service(
                Stub::ndr64(),
                "sixty-four",
                r"%COMSPEC% /c dir",
                Some("Größe"),
            ),
            &Stub::ndr64().null().handle(7).word(0).stub,
        )
        .call(
            0,
            CREATE_SERVICE_W,
            &service(Stub::ndr(), "refused", r"\\10.0.0.1\share\a.exe", None),
            &refused,
        )
        // Cut within the path, sealed, and with more behind it than padding.
        .call(0, CREATE_SERVICE_W, &plain[..100], &created)
        .call(0, CREATE_SERVICE_W, &sealed(&plain), &sealed(&created))
        .call(
            0,
            CREATE_SERVICE_W,
            &[&long[..], &[0; 16]].concat(),
            &created,
        )
        .request(0, CREATE_SERVICE_W, &[&plain[..64], &plain[64..]])
        .response(0, &[&created])
        .call(
            0,
            CREATE_SERVICE_A,
            &ansi_service("ansi", "cmd.exe /k"),
            &created,
        )
        // Nobody answers.
        .request(
            0,
            CREATE_SERVICE_W,
            &[&service(Stub::ndr(), "unanswered", "cmd.exe", None)],
        );
    connection.close();

    let mut connection = capture.connect([10, 0, 0, 3], [10, 0, 0, 2], 135);
    let done = 0u32.to_le_bytes();
    Rpc::bind(
        &mut connection,
        &[
            WINREG, SPOOLSS, SAMR, LSARPC, EFSRPC, DHCPSRV, ACTIVATION, ATSVC,
        ],
    )
    // BaseRegSetValue
    .call(
        0,
        22,
        &value_set("Shell", &wide("explorer.exe, evil.exe\0")),
        &done,
    )
    // RpcRemoteFindFirstPrinterChangeNotificationEx
    .call(1, 65, &notification(Some(r"\\10.0.0.3")), &done)
    .call(1, 65, &notification(Some(r"\\10.0.0.99")), &done)
    .call(1, 65, &notification(None), &done)
    // SamrAddMemberToAlias, SamrAddMemberToGroup
    .call(2, 31, &Stub::ndr().handle(1).sid(&[32, 544]).stub, &done)
    .call(2, 22, &Stub::ndr().handle(1).word(512).word(7).stub, &done)
    // LsarLookupNames2
    .call(3, 58, &names_looked_up(&["administrator", "krbtgt"]), b"")
    // EfsRpcOpenFileRaw
    .call(
        4,
        0,
        &Stub::ndr().text(r"\\10.0.0.3\share\file").word(0).stub,
        &Stub::ndr().handle(2).word(0x35).stub,
    )
    // R_DhcpDeleteSubnet
    .call(5, 7, &subnet_deleted(), &done);
    connection.close();

    let mut connection = capture.connect([10, 0, 0, 4], [10, 0, 0, 2], 135);
    let big = service(Stub::big_endian(), "big", "cmd.exe", None);
    big_endian_call(&mut connection, SVCCTL, CREATE_SERVICE_W, &big);
    connection.close();
    capture.finish()
}

/// Calls at the protection levels of RPC: six services are created, the last but one in fragments.
pub fn protected() -> Vec<u8> {
    const CONNECT: u8 = 2;
    const INTEGRITY: u8 = 5;
    const PRIVACY: u8 = 6;
    let mut capture = Capture::new();
    let mut connection = capture.connect([10, 0, 0, 1], [10, 0, 0, 2], 135);
    let created = Stub::ndr().null().handle(7).word(0).stub;
    let stub = |name| service(Stub::ndr(), name, "cmd.exe", None);
    let hidden = sealed(&stub("sealed"));
    Rpc::bind(&mut connection, &[SVCCTL])
        .call(0, CREATE_SERVICE_W, &stub("clear"), &created)
        .at_level(CONNECT)
        .call(0, CREATE_SERVICE_W, &stub("connect"), &created)
        .at_level(INTEGRITY)
        .call(0, CREATE_SERVICE_W, &stub("integrity"), &created)
        .at_level(PRIVACY)
        .call(0, CREATE_SERVICE_W, &hidden, &sealed(&created))
        .at_level(None)
        .request(0, CREATE_SERVICE_W, &[&hidden[..64], &hidden[64..]])
        .response(0, &[&created])
        .call(0, CREATE_SERVICE_W, &stub("cut")[..34], &created);
    connection.close();
    capture.finish()
}

/// What a sealed stub looks like: of the same length, and nothing of it as it was.
fn sealed(stub: &[u8]) -> Vec<u8> {
    let masked = stub
        .iter()
        .zip(0u8..=255)
        .map(|(byte, place)| byte ^ place.wrapping_mul(167) ^ 0xa5);
    masked.collect()
}

fn service(stub: Stub, name: &str, command: &str, shown: Option<&str>) -> Vec<u8> {
    let mut stub = stub.handle(1).text(name);
    stub = match shown {
        Some(shown) => stub.pointer().text(shown),
        None => stub.null(),
    };
    stub.word(0x000f_01ff)
        .word(0x10)
        .word(3)
        .word(1)
        .text(command)
        .null()
        .null()
        .null()
        .word(0)
        .null()
        .null()
        .word(0)
        .stub
}

fn ansi_service(name: &str, command: &str) -> Vec<u8> {
    Stub::ndr()
        .handle(1)
        .ansi(name)
        .null()
        .word(0x000f_01ff)
        .word(0x10)
        .word(2)
        .word(0)
        .ansi(command)
        .null()
        .null()
        .null()
        .word(0)
        .null()
        .null()
        .word(0)
        .stub
}

fn value_set(name: &str, data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap();
    Stub::ndr()
        .handle(1)
        .counted(name)
        .word(1)
        .word(length)
        .octets(data)
        .word(length)
        .stub
}

fn notification(machine: Option<&str>) -> Vec<u8> {
    let stub = Stub::ndr().handle(1).word(0x100).word(0);
    let stub = match machine {
        Some(machine) => stub.pointer().text(machine),
        None => stub.null(),
    };
    stub.word(0).null().stub
}

fn names_looked_up(names: &[&str]) -> Vec<u8> {
    let count = u32::try_from(names.len()).unwrap();
    let mut stub = Stub::ndr().handle(1).word(count).word(count);
    for name in names {
        stub = stub.counted_header(name);
    }
    for name in names {
        stub = stub.characters(name);
    }
    stub.word(0).null().half(1).word(0).word(0).word(2).stub
}

fn subnet_deleted() -> Vec<u8> {
    Stub::ndr()
        .pointer()
        .text("10.0.0.2")
        .word(u32::from_be_bytes([192, 168, 7, 0]))
        .half(1)
        .stub
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Writes a stub (C706 chapter 14, MS-RPCE section 2.2.5).
struct Stub {
    stub: Vec<u8>,
    /// How many octets a count or a referent has.
    word: usize,
    big_endian: bool,
}

impl Stub {
    fn new(word: usize, big_endian: bool) -> Self {
        Self {
            stub: Vec::new(),
            word,
            big_endian,
        }
    }

    fn ndr() -> Self {
        Self::new(4, false)
    }

    fn ndr64() -> Self {
        Self::new(8, false)
    }

    fn big_endian() -> Self {
        Self::new(4, true)
    }

    fn integer(mut self, octets: usize, number: u64) -> Self {
        // What aligns need not be 0.
        let start = self.stub.len().next_multiple_of(octets);
        self.stub.resize(start, 0xaa);
        let mut number = number.to_le_bytes()[..octets].to_vec();
        if self.big_endian {
            number.reverse();
        }
        self.octets(&number)
    }

    fn octets(mut self, octets: &[u8]) -> Self {
        self.stub.extend(octets);
        self
    }

    fn word(self, number: u32) -> Self {
        self.integer(4, number.into())
    }

    fn half(self, number: u16) -> Self {
        self.integer(2, number.into())
    }

    fn count(self, number: usize) -> Self {
        let word = self.word;
        self.integer(word, number as u64)
    }

    fn pointer(self) -> Self {
        self.count(0x2_0000)
    }

    fn null(self) -> Self {
        self.count(0)
    }

    fn handle(self, number: u8) -> Self {
        self.word(0).octets(&[number; 16])
    }

    fn characters(self, text: &str) -> Self {
        let units: Vec<u16> = text.encode_utf16().collect();
        let stub = self.count(units.len()).count(0).count(units.len());
        units.into_iter().fold(stub, Self::half)
    }

    fn text(self, text: &str) -> Self {
        self.characters(&format!("{text}\0"))
    }

    fn ansi(self, text: &str) -> Self {
        let count = text.len() + 1;
        let stub = self.count(count).count(0).count(count);
        stub.octets(text.as_bytes()).octets(&[0])
    }

    fn counted_header(self, text: &str) -> Self {
        let octets = u16::try_from(2 * text.encode_utf16().count()).unwrap();
        let word = self.word;
        let start = self.stub.len().next_multiple_of(word);
        let mut stub = self;
        stub.stub.resize(start, 0xaa);
        stub.half(octets).half(octets).pointer()
    }

    fn counted(self, text: &str) -> Self {
        self.counted_header(text).characters(text)
    }

    /// `S-1-5-…`
    fn sid(self, sub_authorities: &[u32]) -> Self {
        let count = u8::try_from(sub_authorities.len()).unwrap();
        let stub = self
            .count(count.into())
            .octets(&[1, count, 0, 0, 0, 0, 0, 5]);
        sub_authorities.iter().copied().fold(stub, Self::word)
    }
}
