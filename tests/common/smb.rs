//! A capture of SMB: what is done with files, pipes and printers, over SMB2 and over SMB1.

use super::capture::{Capture, ConnectionWriter};

const SUCCESS: u32 = 0;
const PENDING: u32 = 0x0000_0103;
const ACCESS_DENIED: u32 = 0xc000_0022;
/// The first of June 2024, 12:00:00 UTC, as a FILETIME.
const NOON: u64 = 133_617_168_000_000_000;
const HALF_SECOND: u64 = 5_000_000;
const DELETE_ON_CLOSE: u32 = 0x1000;
/// The file id in a compound request that stands for the file that is just opened.
const THE_SAME: u64 = u64::MAX;

/// File actions and tree connects, told apart by their paths and names.
pub fn capture() -> Vec<u8> {
    let mut capture = Capture::new();
    smb2_files(&mut capture);
    smb2_shares(&mut capture);
    smb2_odd_ends(&mut capture);
    smb1_files(&mut capture);
    smb1_odd_ends(&mut capture);
    smb1_transactions(&mut capture);
    capture.finish()
}

/// Files of these names, each written to `\\files\C$` over SMB2.
pub fn files_written(names: &[&str]) -> Vec<u8> {
    let mut capture = Capture::new();
    let mut connection = capture.connect([10, 0, 0, 1], [10, 0, 0, 2], 445);
    let mut smb = Smb2::new(&mut connection);
    smb.connect(1, r"\\files\C$", 1);
    for (name, file) in names.iter().zip(10..) {
        smb.open(1, file, name, 0, 0);
        smb.write(1, file, 0, b"MZ");
        smb.close_file(1, file);
    }
    connection.close();
    capture.finish()
}

/// A connection to a share, then an encrypted message of each side (MS-SMB2 section 2.2.41).
pub fn encrypted() -> Vec<u8> {
    let mut capture = Capture::new();
    let mut connection = capture.connect([10, 0, 0, 1], [10, 0, 0, 2], 445);
    Smb2::new(&mut connection).connect(1, r"\\files\C$", 1);
    let header = [b"\xfdSMB".as_slice(), &[0; 48]].concat();
    let message = framed(&[header, vec![0x5a; 64]]);
    connection.client(message.clone());
    connection.server(message);
    connection.close();
    capture.finish()
}

fn smb2_files(capture: &mut Capture) {
    let mut connection = capture.connect([10, 0, 0, 1], [10, 0, 0, 2], 445);
    let mut smb = Smb2::new(&mut connection);
    smb.connect(1, r"\\files\C$", 1);
    smb.open(1, 10, r"tools\new.exe", 0, 0);
    smb.write(1, 10, 0, b"MZ new");
    smb.write(1, 10, 6, b"some more");
    smb.set_times(1, 10);
    smb.rename(1, 10, r"tools\svchost.exe");
    smb.close_file(1, 10);
    smb.open(1, 11, "report.docx", 4096, 0);
    smb.read(1, 11, 100, b"a part of the report");
    smb.write(1, 11, 4096, b"a line more");
    smb.close_file(1, 11);
    smb.open(1, 12, "old.txt", 7, 0);
    smb.delete(1, 12, true);
    smb.close_file(1, 12);
    smb.open(1, 13, "kept.txt", 7, 0);
    smb.delete(1, 13, false);
    smb.close_file(1, 13);
    smb.open(1, 14, "temporary.tmp", 1, DELETE_ON_CLOSE);
    smb.close_file(1, 14);
    smb.open(1, 15, "", 0, 0);
    smb.close_file(1, 15);
    connection.close();
}

fn smb2_shares(capture: &mut Capture) {
    let mut connection = capture.connect([10, 0, 0, 1], [10, 0, 0, 2], 445);
    let mut smb = Smb2::new(&mut connection);
    let message = smb.request(3, 0, &tree_connect(r"\\files\ADMIN$"));
    smb.refuse(message, 3, 0);
    smb.connect(1, r"\\files\IPC$", 2);
    smb.open(1, 20, "wkssvc", 0, 0);
    smb.write(1, 20, 0, b"no call");
    smb.close_file(1, 20);
    smb.connect(2, r"\\files\laser", 3);
    smb.open(2, 21, "letter.ps", 0, 0);
    smb.write(2, 21, 0, b"%!PS");
    smb.close_file(2, 21);
    smb.connect(3, r"\\files\Benutzer für alle", 1);
    smb.open(3, 22, "Übersicht.xls", 77, 0);
    smb.close_file(3, 22);
    smb.disconnect(3);
    smb.connect(3, r"\\files\other", 1);
    smb.open(3, 23, "after.txt", 1, 0);
    smb.close_file(3, 23);
    connection.close();
}

fn smb2_odd_ends(capture: &mut Capture) {
    let mut connection = capture.connect([10, 0, 0, 3], [10, 0, 0, 2], 445);
    let mut smb = Smb2::new(&mut connection);
    smb.connect(1, r"\\files\D$", 1);
    // Refused.
    let message = smb.request(5, 1, &create("refused.exe", 0));
    smb.refuse(message, 5, 1);
    // Only after a while.
    let message = smb.request(5, 1, &create("slow.txt", 0));
    smb.response(message, 5, 1, PENDING, &error());
    smb.response(message, 5, 1, SUCCESS, &created(30, 12));
    // Two writes before the first response, and the other way round.
    let first = smb.request(9, 1, &write(30, 0, b"first"));
    let second = smb.request(9, 1, &write(30, 5, b"and second"));
    smb.response(second, 9, 1, SUCCESS, &written(10));
    smb.response(first, 9, 1, SUCCESS, &written(4));
    // A write that is refused, and one that nobody answers.
    let message = smb.request(9, 1, &write(30, 15, b"refused"));
    smb.refuse(message, 9, 1);
    smb.request(9, 1, &write(30, 22, b"unanswered"));
    // The file's id is given to another file though the first was not closed.
    smb.open(1, 30, "reused.txt", 3, 0);
    smb.write(1, 30, 0, b"to which of them?");
    // Opened, renamed and closed in one message.
    smb.compound(
        1,
        &[
            (5, create("at-once.txt", 0)),
            (17, set_info(THE_SAME, 0x0a, &renaming("then.txt"))),
            (6, close(THE_SAME)),
        ],
        &[(5, created(31, 5)), (17, vec![2, 0]), (6, closed())],
    );
    // A file and a tree that nobody has seen opened.
    smb.write(9, 77, 0, b"whose?");
    smb.close_file(9, 77);
    connection.reset();
}

fn smb1_files(capture: &mut Capture) {
    let mut connection = capture.connect([192, 168, 7, 9], [172, 16, 0, 1], 445);
    let mut smb = Smb1::new(&mut connection);
    smb.connect(5, r"\\OLD\C$", "?????", "A:", "NTFS");
    smb.open(5, 0x4000, r"\temp\drop.exe", 0);
    smb.write(5, 0x4000, 0, b"MZ old");
    smb.write(5, 0x4000, 6, b"and the rest");
    smb.close_file(5, 0x4000);
    smb.open(5, 0x4001, r"\temp\notes.txt", 300);
    smb.read(5, 0x4001, 10, b"some notes");
    smb.close_file(5, 0x4001);
    smb.connect(6, r"\\OLD\IPC$", "IPC", "IPC", "");
    smb.open(6, 0x4002, r"\srvsvc", 0);
    smb.close_file(6, 0x4002);
    connection.close();
}

fn smb1_odd_ends(capture: &mut Capture) {
    let mut connection = capture.connect([192, 168, 7, 10], [172, 16, 0, 1], 445);
    let mut smb = Smb1::new(&mut connection);
    // Neither the tree's nor the file's beginning was captured; nor, then, the request.
    smb.write(7, 0x5000, 0, b"whose?");
    smb.server(0x2f, 7, 99, SUCCESS, &smb1_written(6));
    smb.server(0x75, 8, 98, SUCCESS, &smb1_connected("A:", "FAT"));
    // A tree connect that is refused.
    let message = smb.client(0x75, 0xffff, &smb1_tree_connect(r"\\OLD\ADMIN$", "A:"));
    smb.server(0x75, 0, message, ACCESS_DENIED, &[0, 0, 0]);
    // A read and a write of one file before either is answered.
    smb.connect(5, r"\\OLD\D$", "?????", "A:", "NTFS");
    smb.open(5, 0x5001, r"\both.txt", 64);
    let written = smb.client(0x2f, 5, &smb1_write(0x5001, 3, b"written"));
    let read = smb.client(0x2e, 5, &smb1_read(0x5001, 0, 10));
    smb.server(0x2f, 5, written, SUCCESS, &smb1_written(7));
    smb.server(0x2e, 5, read, SUCCESS, &smb1_data(b"data that was read"));
    smb.close_file(5, 0x5001);
    connection.close();
}

/// Messages of SMB2 over a connection.
struct Smb2<'a, 'b> {
    connection: &'a mut ConnectionWriter<'b>,
    message: u64,
}

impl<'a, 'b> Smb2<'a, 'b> {
    fn new(connection: &'a mut ConnectionWriter<'b>) -> Self {
        Self {
            connection,
            message: 0,
        }
    }

    /// Sends a request; its message id.
    fn request(&mut self, command: u16, tree: u32, body: &[u8]) -> u64 {
        self.message += 1;
        let header = smb2_header(command, 0, 0, self.message, tree);
        self.connection.client(framed(&[header, body.to_vec()]));
        self.message
    }

    fn response(&mut self, message: u64, command: u16, tree: u32, status: u32, body: &[u8]) {
        let header = smb2_header(command, status, 0, message, tree);
        self.connection.server(framed(&[header, body.to_vec()]));
    }

    fn refuse(&mut self, message: u64, command: u16, tree: u32) {
        self.response(message, command, tree, ACCESS_DENIED, &error());
    }

    fn exchange(&mut self, command: u16, tree: u32, request: &[u8], response: &[u8]) {
        let message = self.request(command, tree, request);
        self.response(message, command, tree, SUCCESS, response);
    }

    fn connect(&mut self, tree: u32, path: &str, share_type: u8) {
        let message = self.request(3, 0, &tree_connect(path));
        let mut body = vec![16, 0, share_type, 0];
        body.extend([0; 12]);
        self.response(message, 3, tree, SUCCESS, &body);
    }

    fn disconnect(&mut self, tree: u32) {
        self.exchange(4, tree, &[4, 0, 0, 0], &[4, 0, 0, 0]);
    }

    fn open(&mut self, tree: u32, file: u64, name: &str, size: u64, options: u32) {
        self.exchange(5, tree, &create(name, options), &created(file, size));
    }

    fn write(&mut self, tree: u32, file: u64, offset: u64, data: &[u8]) {
        let written = written(u32::try_from(data.len()).unwrap());
        self.exchange(9, tree, &write(file, offset, data), &written);
    }

    fn read(&mut self, tree: u32, file: u64, offset: u64, data: &[u8]) {
        let length = u32::try_from(data.len()).unwrap();
        let mut request = vec![49, 0, 0, 0];
        request.extend(length.to_le_bytes());
        request.extend(offset.to_le_bytes());
        request.extend(file_id(file));
        request.extend([0; 17]);
        let mut response = vec![17, 0, 80, 0];
        response.extend(length.to_le_bytes());
        response.extend([0; 8]);
        response.extend(data);
        self.exchange(8, tree, &request, &response);
    }

    fn set_times(&mut self, tree: u32, file: u64) {
        let mut info = Vec::new();
        for time in [0, 0, NOON, 0] {
            info.extend(u64::to_le_bytes(time));
        }
        info.extend([0; 8]);
        self.exchange(17, tree, &set_info(file, 0x04, &info), &[2, 0]);
    }

    fn rename(&mut self, tree: u32, file: u64, name: &str) {
        self.exchange(17, tree, &set_info(file, 0x0a, &renaming(name)), &[2, 0]);
    }

    fn delete(&mut self, tree: u32, file: u64, pending: bool) {
        let info = [u8::from(pending)];
        self.exchange(17, tree, &set_info(file, 0x0d, &info), &[2, 0]);
    }

    fn close_file(&mut self, tree: u32, file: u64) {
        self.exchange(6, tree, &close(file), &closed());
    }

    /// Requests in one message, and their responses in another.
    fn compound(&mut self, tree: u32, requests: &[(u16, Vec<u8>)], responses: &[(u16, Vec<u8>)]) {
        let first = self.message + 1;
        for (client, parts) in [(true, requests), (false, responses)] {
            let mut message = Vec::new();
            for (index, (command, body)) in parts.iter().enumerate() {
                let length = (64 + body.len()).next_multiple_of(8);
                let is_last = index + 1 == parts.len();
                let next = if is_last {
                    0
                } else {
                    u32::try_from(length).unwrap()
                };
                let number = first + u64::try_from(index).unwrap();
                let mut part = smb2_header(*command, SUCCESS, next, number, tree);
                part.extend(body);
                if !is_last {
                    part.resize(length, 0);
                }
                message.extend(part);
            }
            if client {
                self.connection.client(framed(&[message]));
            } else {
                self.connection.server(framed(&[message]));
            }
        }
        self.message += u64::try_from(requests.len()).unwrap();
    }
}

/// The session header (RFC 1002, 4.3.1) and a message.
fn framed(parts: &[Vec<u8>]) -> Vec<u8> {
    let message = parts.concat();
    let mut bytes = u32::try_from(message.len()).unwrap().to_be_bytes().to_vec();
    bytes.extend(message);
    bytes
}

/// MS-SMB2 2.2.1.
fn smb2_header(command: u16, status: u32, next: u32, message: u64, tree: u32) -> Vec<u8> {
    let mut bytes = b"\xfeSMB\x40\0\0\0".to_vec();
    bytes.extend(status.to_le_bytes());
    bytes.extend(command.to_le_bytes());
    bytes.extend([1, 0, 0, 0, 0, 0]);
    bytes.extend(next.to_le_bytes());
    bytes.extend(message.to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend(tree.to_le_bytes());
    bytes.extend([0; 24]);
    bytes
}

fn file_id(file: u64) -> Vec<u8> {
    let volatile = if file == THE_SAME { THE_SAME } else { 0 };
    [file.to_le_bytes(), volatile.to_le_bytes()].concat()
}

fn error() -> Vec<u8> {
    vec![9, 0, 0, 0, 0, 0, 0, 0, 0]
}

fn tree_connect(path: &str) -> Vec<u8> {
    let path = wide(path);
    let mut bytes = vec![9, 0, 0, 0, 72, 0];
    bytes.extend(u16::try_from(path.len()).unwrap().to_le_bytes());
    bytes.extend(path);
    bytes
}

fn create(name: &str, options: u32) -> Vec<u8> {
    let name = wide(name);
    let mut bytes = vec![57, 0];
    bytes.extend([0; 34]);
    bytes.extend([1, 0, 0, 0]);
    bytes.extend(options.to_le_bytes());
    bytes.extend([120, 0]);
    bytes.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
    bytes.extend([0; 8]);
    bytes.extend(name);
    bytes
}

fn created(file: u64, size: u64) -> Vec<u8> {
    let mut bytes = vec![89, 0, 0, 0, 1, 0, 0, 0];
    // Creation, last access, last write and change.
    for halves in [0, file, 2 * file, 3 * file] {
        bytes.extend((NOON + halves * HALF_SECOND).to_le_bytes());
    }
    bytes.extend(size.to_le_bytes());
    bytes.extend(size.to_le_bytes());
    bytes.extend([0; 8]);
    bytes.extend(file_id(file));
    bytes.extend([0; 8]);
    bytes
}

fn write(file: u64, offset: u64, data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![49, 0, 112, 0];
    bytes.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
    bytes.extend(offset.to_le_bytes());
    bytes.extend(file_id(file));
    bytes.extend([0; 16]);
    bytes.extend(data);
    bytes
}

fn written(length: u32) -> Vec<u8> {
    let mut bytes = vec![17, 0, 0, 0];
    bytes.extend(length.to_le_bytes());
    bytes.extend([0; 8]);
    bytes
}

fn set_info(file: u64, level: u8, info: &[u8]) -> Vec<u8> {
    let mut bytes = vec![33, 0, 1, level];
    bytes.extend(u32::try_from(info.len()).unwrap().to_le_bytes());
    bytes.extend([96, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend(file_id(file));
    bytes.extend(info);
    bytes
}

fn renaming(name: &str) -> Vec<u8> {
    let name = wide(name);
    let mut bytes = vec![0; 16];
    bytes.extend(u32::try_from(name.len()).unwrap().to_le_bytes());
    bytes.extend(name);
    bytes
}

fn close(file: u64) -> Vec<u8> {
    let mut bytes = vec![24, 0, 0, 0, 0, 0, 0, 0];
    bytes.extend(file_id(file));
    bytes
}

fn closed() -> Vec<u8> {
    let mut bytes = vec![60, 0];
    bytes.extend([0; 58]);
    bytes
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Messages of SMB1 over a connection.
/// Commands that Zeek shows by their headers alone, and what transactions do.
fn smb1_transactions(capture: &mut Capture) {
    const NOT_IMPLEMENTED: u32 = 0xc000_0002;
    const NO_NAME: u32 = 0xcfff_ffff;
    let mut connection = capture.connect([10, 0, 0, 7], [10, 0, 0, 2], 445);
    let mut smb = Smb1::new(&mut connection);
    let set_up = smb.client(0x32, 1, &transaction2(0x0e));
    smb.server(0x32, 1, set_up, NOT_IMPLEMENTED, &[0, 0, 0]);
    // A reply with another id, and a status without a name.
    let set_up = smb.client(0x32, 1, &transaction2(0x0e));
    smb.server(0x32, 1, set_up + 16, NO_NAME, &[0, 0, 0]);
    let unnamed = smb.client(0x32, 1, &transaction2(0x66));
    smb.server(0x32, 1, unnamed, SUCCESS, &[0, 0, 0]);
    // The id of an earlier request, which was not answered.
    let first = smb.client(0xa0, 1, &[0, 0, 0]);
    smb.message -= 1;
    smb.client(0x33, 1, &[0, 0, 0]);
    smb.server(0x33, 1, first, ACCESS_DENIED, &[0, 0, 0]);
    smb.client(0x25, 1, &transaction());
    connection.close();
}

/// TRANSACTION2 with no parameters and no data (MS-CIFS 2.2.4.46.1).
fn transaction2(sub_command: u16) -> Vec<u8> {
    let mut bytes = vec![15];
    bytes.extend([0; 26]);
    bytes.extend([1, 0]);
    bytes.extend(sub_command.to_le_bytes());
    bytes.extend([0, 0, 0, 0]);
    bytes
}

/// TRANSACTION on a named pipe, which looks at what is in it (MS-CIFS 2.2.5.5.1).
fn transaction() -> Vec<u8> {
    const PEEK: u16 = 0x23;
    let mut bytes = vec![15];
    bytes.extend([0; 26]);
    bytes.extend([1, 0]);
    bytes.extend(PEEK.to_le_bytes());
    bytes.extend([8, 0]);
    bytes.extend(terminated(r"\PIPE\"));
    bytes.extend([0, 0]);
    bytes
}

struct Smb1<'a, 'b> {
    connection: &'a mut ConnectionWriter<'b>,
    message: u16,
}

/// No further command (MS-CIFS 2.2.3.4).
const NO_ANDX: [u8; 4] = [0xff, 0, 0, 0];

impl<'a, 'b> Smb1<'a, 'b> {
    fn new(connection: &'a mut ConnectionWriter<'b>) -> Self {
        Self {
            connection,
            message: 0,
        }
    }

    /// Sends a request; its multiplex id.
    fn client(&mut self, command: u8, tree: u16, body: &[u8]) -> u16 {
        self.message += 1;
        let header = smb1_header(command, SUCCESS, tree, self.message);
        self.connection.client(framed(&[header, body.to_vec()]));
        self.message
    }

    fn server(&mut self, command: u8, tree: u16, message: u16, status: u32, body: &[u8]) {
        let header = smb1_header(command, status, tree, message);
        self.connection.server(framed(&[header, body.to_vec()]));
    }

    fn exchange(&mut self, command: u8, tree: u16, request: &[u8], response: &[u8]) {
        let message = self.client(command, tree, request);
        self.server(command, tree, message, SUCCESS, response);
    }

    fn connect(&mut self, tree: u16, path: &str, asked: &str, service: &str, native: &str) {
        let message = self.client(0x75, 0xffff, &smb1_tree_connect(path, asked));
        let response = smb1_connected(service, native);
        self.server(0x75, tree, message, SUCCESS, &response);
    }

    fn open(&mut self, tree: u16, file: u16, name: &str, size: u64) {
        let mut request = words(24);
        request.push(0);
        request.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        request.extend([0; 41]);
        request.extend(u16::try_from(name.len() + 1).unwrap().to_le_bytes());
        request.extend(terminated(name));
        let mut response = words(34);
        response.push(0);
        response.extend(file.to_le_bytes());
        response.extend([1, 0, 0, 0]);
        for halves in [0, 1, 2, 3] {
            let time = NOON + halves * u64::from(file) * HALF_SECOND;
            response.extend(time.to_le_bytes());
        }
        response.extend([0; 12]);
        response.extend(size.to_le_bytes());
        response.extend([0; 7]);
        self.exchange(0xa2, tree, &request, &response);
    }

    fn write(&mut self, tree: u16, file: u16, offset: u32, data: &[u8]) {
        let written = smb1_written(u16::try_from(data.len()).unwrap());
        self.exchange(0x2f, tree, &smb1_write(file, offset, data), &written);
    }

    fn read(&mut self, tree: u16, file: u16, offset: u32, data: &[u8]) {
        let request = smb1_read(file, offset, u16::try_from(data.len()).unwrap());
        self.exchange(0x2e, tree, &request, &smb1_data(data));
    }

    fn close_file(&mut self, tree: u16, file: u16) {
        let mut request = vec![3];
        request.extend(file.to_le_bytes());
        request.extend([0; 6]);
        self.exchange(0x04, tree, &request, &[0, 0, 0]);
    }
}

/// MS-CIFS 2.2.3.1.
fn smb1_header(command: u8, status: u32, tree: u16, message: u16) -> Vec<u8> {
    let mut bytes = b"\xffSMB".to_vec();
    bytes.push(command);
    bytes.extend(status.to_le_bytes());
    bytes.extend([0; 15]);
    bytes.extend(tree.to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend(message.to_le_bytes());
    bytes
}

/// The word count and the end of the chain of commands.
fn words(count: u8) -> Vec<u8> {
    let mut bytes = vec![count];
    bytes.extend(NO_ANDX);
    bytes
}

fn terminated(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    bytes.push(0);
    bytes
}

fn smb1_tree_connect(path: &str, service: &str) -> Vec<u8> {
    let data = [vec![0], terminated(path), terminated(service)].concat();
    let mut bytes = words(4);
    bytes.extend([0, 0, 1, 0]);
    bytes.extend(u16::try_from(data.len()).unwrap().to_le_bytes());
    bytes.extend(data);
    bytes
}

fn smb1_connected(service: &str, native_file_system: &str) -> Vec<u8> {
    let data = [terminated(service), terminated(native_file_system)].concat();
    let mut bytes = words(3);
    bytes.extend([0, 0]);
    bytes.extend(u16::try_from(data.len()).unwrap().to_le_bytes());
    bytes.extend(data);
    bytes
}

fn smb1_write(file: u16, offset: u32, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap().to_le_bytes();
    let mut bytes = words(12);
    bytes.extend(file.to_le_bytes());
    bytes.extend(offset.to_le_bytes());
    bytes.extend([0; 10]);
    bytes.extend(length);
    bytes.extend([59, 0]);
    bytes.extend(length);
    bytes.extend(data);
    bytes
}

fn smb1_written(length: u16) -> Vec<u8> {
    let mut bytes = words(6);
    bytes.extend(length.to_le_bytes());
    bytes.extend([0; 8]);
    bytes
}

fn smb1_read(file: u16, offset: u32, length: u16) -> Vec<u8> {
    let mut bytes = words(10);
    bytes.extend(file.to_le_bytes());
    bytes.extend(offset.to_le_bytes());
    bytes.extend(length.to_le_bytes());
    bytes.extend([0; 10]);
    bytes
}

fn smb1_data(data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap().to_le_bytes();
    let mut bytes = words(12);
    bytes.extend([0; 6]);
    bytes.extend(length);
    bytes.extend([59, 0]);
    bytes.extend([0; 10]);
    bytes.extend(length);
    bytes.extend(data);
    bytes
}
