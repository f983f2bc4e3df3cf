//! A capture of DCE-RPC calls: real ones over SMB pipes, then made ones over TCP.

use std::path::Path;

use super::capture::{self, Capture};
use super::rpc::Rpc;

pub const SVCCTL: &str = "367abb81-9844-35f1-ad32-98f038001003";
pub const ATSVC: &str = "1ff70682-0a51-30e8-076d-740be8cee98b";
pub const WINSPIPE: &str = "45f52c28-7f9f-101a-b52b-08002b2efabe";
/// An interface that nobody knows.
pub const UNKNOWN: &str = "11111111-2222-3333-4444-555555555555";

/// Calls that are told apart by their operations.
pub fn capture() -> Vec<u8> {
    capture::joined(&[real("printer-driver-add"), real("at-schedule"), over_tcp()])
}

/// A capture of `tests/data/captures`.
pub fn real(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/captures");
    std::fs::read(folder.join(format!("{name}.pcap"))).unwrap()
}

fn over_tcp() -> Vec<u8> {
    let mut capture = Capture::new();
    let mut connection = capture.connect([10, 0, 0, 1], [10, 0, 0, 2], 135);
    Rpc::bind(&mut connection, &[SVCCTL, ATSVC, WINSPIPE])
        // CreateServiceW
        .call(0, 12, &wide("%COMSPEC% /c whoami"), &[0, 0, 0, 0])
        // CreateServiceA, denied
        .call(0, 24, b"cmd.exe /c whoami\0", &[5, 0, 0, 0])
        // NetrJobDel
        .call(1, 1, b"\x01\xff\n\x00", b"")
        // StartServiceA
        .request(0, 31, &[b"whoa", b"mi /", b"all"])
        .response(0, &[b"den", b"ied"])
        // CloseServiceHandle
        .call(0, 0, b"", b"")
        // R_WinsStatusNew
        .call(2, 19, b"wins", b"wins")
        // CreateServiceWOW64A
        .call(0, 44, b"cmd.exe /c whoami", b"ok")
        // DeleteService, which nobody answers
        .request(0, 2, &[b"gone"]);
    connection.close();

    let mut connection = capture.connect([192, 168, 7, 9], [172, 16, 0, 1], 135);
    Rpc::bind(&mut connection, &[UNKNOWN]).call(0, 7, b"cmd.exe", b"ok");
    connection.close();
    capture.finish()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
