//! Transactions: TRANSACTION on pipes, TRANSACTION2, NT_TRANSACT, and what continues them (MS-CIFS, sections 2.2.4.33,
//! 2.2.4.34, 2.2.4.46, 2.2.4.47, 2.2.4.62 and 2.2.4.63).

use super::block::Smb1Body;
use super::commands::FILE;
use super::{
    FILE_ID, MessageKind, NT_TRANSACT, NT_TRANSACT_SECONDARY, SUCCESS, Smb1Session, TRANSACTION,
    TRANSACTION_SECONDARY, TRANSACTION2, TRANSACTION2_SECONDARY, Turn,
};
use crate::synth::conversation::ntlm::wide;
use crate::synth::conversation::rpc::BoundInterface;
use crate::synth::conversation::smb::commands::{basic_info, names_info};
use crate::synth::conversation::smb::{length16, length32};

/// Subcommands of TRANSACTION (section 2.2.2.2, and 2.2.5).
const PEEK_NMPIPE: u16 = 0x23;
const WRITE_NMPIPE: u16 = 0x37;
/// What Zeek 8.0 has for the subcommand of a TRANSACTION whose setup has two words, as every one on a pipe has.
pub(in crate::synth) const SHOWN_OF_PIPES: u16 = 0;

/// Subcommands of TRANSACTION2 (section 2.2.2.2, and 2.2.6).
const OPEN2: u16 = 0x00;
pub(in crate::synth) const FIND_FIRST2: u16 = 0x01;
pub(super) const FIND_NEXT2: u16 = 0x02;
const QUERY_FS_INFORMATION: u16 = 0x03;
const SET_FS_INFORMATION: u16 = 0x04;
const QUERY_PATH_INFORMATION: u16 = 0x05;
const SET_PATH_INFORMATION: u16 = 0x06;
const QUERY_FILE_INFORMATION: u16 = 0x07;
const SET_FILE_INFORMATION: u16 = 0x08;
const CREATE_DIRECTORY: u16 = 0x0d;
/// Reserved; what the implant DoublePulsar listens to.
pub(in crate::synth) const RESERVED_SESSION_SETUP: u16 = 0x0e;
const GET_DFS_REFERRAL: u16 = 0x10;
const REPORT_DFS_INCONSISTENCY: u16 = 0x11;

/// Functions of NT_TRANSACT (section 2.2.2.2, and 2.2.7).
const SET_SECURITY_DESCRIPTOR: u16 = 3;
const QUERY_SECURITY_DESCRIPTOR: u16 = 6;

/// A search's id.
pub(super) const SEARCH: u16 = 0x0801;
const NAMES_INFO: u16 = 0x0103;
const BASIC_INFO: u16 = 0x0101;
const SIZE_INFO: u16 = 0x0103;
const NOT_IMPLEMENTED: u32 = 0xc000_0002;
/// The most parameters and data of a response.
const MOST: [u16; 2] = [64, 4096];

/// Whether a TRANSACTION2 is about what a tree of files shares.
pub(super) fn is_of_files(sub_command: u16) -> bool {
    matches!(sub_command, OPEN2..=SET_FILE_INFORMATION | CREATE_DIRECTORY)
}

/// Whether a TRANSACTION2 names a file that is open.
pub(super) fn needs_file(sub_command: u16) -> bool {
    matches!(sub_command, QUERY_FILE_INFORMATION | SET_FILE_INFORMATION)
}

/// What a transaction carries.
#[derive(Debug, Clone, Default)]
struct TransactionPayload {
    parameters: Vec<u8>,
    data: Vec<u8>,
}

impl TransactionPayload {
    fn parameters(words: &[u16]) -> Self {
        Self {
            parameters: octets(words),
            data: Vec::new(),
        }
    }

    fn text(mut self, text: &str) -> Self {
        self.parameters.extend(wide(text));
        self.parameters.extend([0, 0]);
        self
    }

    fn data(mut self, data: &[u8]) -> Self {
        self.data.extend(data);
        self
    }

    /// Adds both parts to a block, where multiples of four bytes begin: what its words are to say of them.
    fn append(&self, block: Smb1Body) -> (Smb1Body, Laid) {
        let block = block.aligned(4);
        let parameters = (self.parameters.len(), block.end());
        let block = block.octets(&self.parameters).aligned(4);
        let data = (self.data.len(), block.end());
        (block.octets(&self.data), Laid { parameters, data })
    }
}

/// Lengths and places of a transaction's two parts.
struct Laid {
    parameters: (usize, usize),
    data: (usize, usize),
}

impl Laid {
    /// Lengths and places in 16 bits each.
    fn narrow(&self) -> Vec<u8> {
        let ((parameters, place), (data, data_place)) = (self.parameters, self.data);
        [parameters, place, data, data_place].map(length16).concat()
    }

    /// The same, with how much came in messages before after each pair.
    fn displaced(&self) -> Vec<u8> {
        let ((parameters, place), (data, data_place)) = (self.parameters, self.data);
        let words = [parameters, place, 0, data, data_place, 0];
        words.map(length16).concat()
    }

    /// The same in 32 bits each.
    fn displaced_wide(&self, earlier: usize) -> Vec<u8> {
        let ((parameters, place), (data, data_place)) = (self.parameters, self.data);
        let words = [parameters, place, 0, data, data_place, earlier];
        words.map(length32).concat()
    }
}

impl Smb1Session<'_, '_> {
    /// Looks into a pipe, as clients do that ask for an update's absence: into one that nobody has opened.
    pub(super) fn peek(&mut self) {
        let succeeds = self.wire.turn.status_or(SUCCESS) == SUCCESS;
        let file = if succeeds { FILE_ID } else { 0 };
        let request = on_pipe(PEEK_NMPIPE, file, &TransactionPayload::default(), 0);
        // Nothing to read, in a pipe that is connected.
        let response = TransactionPayload::parameters(&[0, 0, 3]);
        let message = MessageKind {
            command: TRANSACTION,
            sub_command: Some(SHOWN_OF_PIPES),
            status: SUCCESS,
        };
        self.exchange_of(&message, &request, &answer(&response));
    }

    pub(super) fn transaction2(&mut self, sub_command: u16, time: u64) {
        let (request, response) = parts(sub_command, time);
        let status = if response.is_some() {
            SUCCESS
        } else {
            NOT_IMPLEMENTED
        };
        let message = MessageKind {
            command: TRANSACTION2,
            sub_command: Some(sub_command),
            status,
        };
        let request = transaction2(sub_command, &request, (0, 0));
        self.exchange_of(&message, &request, &answer(&response.unwrap_or_default()));
    }

    pub(super) fn nt_transaction(&mut self) {
        let request = nt_transaction(QUERY_SECURITY_DESCRIPTOR, &security_request(), 0);
        let descriptor = security_descriptor();
        let response = TransactionPayload {
            parameters: length32(descriptor.len()).to_vec(),
            data: descriptor,
        };
        self.exchange(NT_TRANSACT, &request, &nt_answer(&response));
    }

    pub(super) fn transaction_in_parts(&mut self) {
        let data = BoundInterface::SRVSVC.bind();
        let first = Continued {
            command: TRANSACTION,
            sub_command: Some(SHOWN_OF_PIPES),
            request: on_pipe(
                WRITE_NMPIPE,
                FILE_ID,
                &TransactionPayload::default(),
                data.len(),
            ),
            response: answer(&TransactionPayload {
                parameters: length16(data.len()).to_vec(),
                data: Vec::new(),
            }),
        };
        let (mut block, laid) = TransactionPayload::default()
            .data(&data)
            .append(Smb1Body::words(vec![0; 16]));
        block.put(2, &length16(data.len()));
        block.put(4, &laid.displaced());
        self.continue_with(&first, TRANSACTION_SECONDARY, &block);
    }

    pub(super) fn transaction2_in_parts(&mut self) {
        let (whole, response) = parts(SET_PATH_INFORMATION, 0);
        let first = Continued {
            command: TRANSACTION2,
            sub_command: Some(SET_PATH_INFORMATION),
            request: transaction2(
                SET_PATH_INFORMATION,
                &TransactionPayload {
                    parameters: whole.parameters.clone(),
                    data: Vec::new(),
                },
                (0, whole.data.len()),
            ),
            response: answer(&response.unwrap_or_default()),
        };
        // No file goes with it.
        let mut words = vec![0; 16];
        words.extend([0xff, 0xff]);
        let rest = TransactionPayload::default().data(&whole.data);
        let (mut block, laid) = rest.append(Smb1Body::words(words));
        block.put(0, &length16(whole.parameters.len()));
        block.put(2, &length16(whole.data.len()));
        block.put(4, &laid.displaced());
        self.continue_with(&first, TRANSACTION2_SECONDARY, &block);
    }

    pub(super) fn nt_transaction_in_parts(&mut self) {
        let whole = security_request().data(&security_descriptor());
        let (begun, rest) = whole.data.split_at(8);
        let first = Continued {
            command: NT_TRANSACT,
            sub_command: None,
            request: nt_transaction(
                SET_SECURITY_DESCRIPTOR,
                &TransactionPayload {
                    parameters: whole.parameters.clone(),
                    data: begun.to_vec(),
                },
                rest.len(),
            ),
            response: nt_answer(&TransactionPayload::default()),
        };
        let (mut block, laid) = TransactionPayload::default()
            .data(rest)
            .append(Smb1Body::words(vec![0; 36]));
        block.put(3, &length32(whole.parameters.len()));
        block.put(7, &length32(whole.data.len()));
        block.put(11, &laid.displaced_wide(begun.len()));
        self.continue_with(&first, NT_TRANSACT_SECONDARY, &block);
    }

    /// Begins a transaction, and brings the rest when the server has said that it may come (section 3.2.4.1.5). What
    /// answers it is of the first message's command, unless the rest is refused.
    fn continue_with(&mut self, first: &Continued, command: u16, rest: &Smb1Body) {
        let own = self.wire.take_turn();
        let due = (self.wire.at.take(), self.wire.cut.take());
        let id = self.id_for(&own);
        let told = Turn {
            id: Some(id.into()),
            ..Turn::usual()
        };
        self.request(first.command, first.sub_command, &told, &first.request);
        // The rest may come (sections 2.2.4.33.3, 2.2.4.46.3 and 2.2.4.62.3).
        self.respond(first.command, id, &told, SUCCESS, &Smb1Body::default());
        (self.wire.at, self.wire.cut) = due;
        let own = Turn {
            id: Some(id.into()),
            answered_as: None,
            ..own
        };
        self.request(command, None, &own, rest);
        if own.status.is_some() {
            self.respond(command, id, &own, SUCCESS, &Smb1Body::default());
        } else if own.is_answered {
            self.respond(first.command, id, &told, SUCCESS, &first.response);
        }
    }
}

/// The first message of a transaction that is continued, and the answer to all of it.
struct Continued {
    command: u16,
    sub_command: Option<u16>,
    request: Smb1Body,
    response: Smb1Body,
}

/// A TRANSACTION on a pipe, whose setup names the subcommand and the pipe; `later` bytes of data are yet to come.
fn on_pipe(sub_command: u16, file: u16, parts: &TransactionPayload, later: usize) -> Smb1Body {
    let block = Smb1Body::words(request_words(&[sub_command, file])).text(r"\PIPE\");
    with_parts(block, parts, (0, later))
}

/// A TRANSACTION2; so many bytes of parameters and data are yet to come.
fn transaction2(sub_command: u16, parts: &TransactionPayload, later: (usize, usize)) -> Smb1Body {
    // There is no name.
    let block = Smb1Body::words(request_words(&[sub_command])).octets(&[0]);
    with_parts(block, parts, later)
}

/// The words of a request, of which lengths and places are yet to be filled in.
fn request_words(setup: &[u16]) -> Vec<u8> {
    let mut words = vec![0; 4];
    words.extend(octets(&MOST));
    // No setup in the response; neither flags nor a timeout.
    words.extend([0; 10]);
    words.extend([0; 8]);
    words.extend([setup.len() as u8, 0]);
    words.extend(octets(setup));
    words
}

fn with_parts(block: Smb1Body, parts: &TransactionPayload, later: (usize, usize)) -> Smb1Body {
    let (mut block, laid) = parts.append(block);
    block.put(0, &length16(parts.parameters.len() + later.0));
    block.put(2, &length16(parts.data.len() + later.1));
    block.put(18, &laid.narrow());
    block
}

/// What answers a TRANSACTION or a TRANSACTION2 (sections 2.2.4.33.2 and 2.2.4.46.2).
fn answer(parts: &TransactionPayload) -> Smb1Body {
    let (mut block, laid) = parts.append(Smb1Body::words(vec![0; 20]));
    block.put(0, &length16(parts.parameters.len()));
    block.put(2, &length16(parts.data.len()));
    block.put(6, &laid.displaced());
    block
}

/// An NT_TRANSACT; `later` bytes of data are yet to come.
fn nt_transaction(function: u16, parts: &TransactionPayload, later: usize) -> Smb1Body {
    let mut words = vec![0; 3];
    words.extend(length32(parts.parameters.len()));
    words.extend(length32(parts.data.len() + later));
    words.extend(MOST.map(|most| u32::from(most).to_le_bytes()).concat());
    words.extend([0; 16]);
    // No setup.
    words.push(0);
    words.extend(function.to_le_bytes());
    let (mut block, laid) = parts.append(Smb1Body::words(words));
    let ((parameters, place), (data, data_place)) = (laid.parameters, laid.data);
    let lengths = [parameters, place, data, data_place].map(length32);
    block.put(19, &lengths.concat());
    block
}

/// Section 2.2.4.62.2.
fn nt_answer(parts: &TransactionPayload) -> Smb1Body {
    let (mut block, laid) = parts.append(Smb1Body::words(vec![0; 36]));
    block.put(3, &length32(parts.parameters.len()));
    block.put(7, &length32(parts.data.len()));
    block.put(11, &laid.displaced_wide(0));
    block
}

/// What a TRANSACTION2 asks for and what it gets; no answer where servers implement it not.
fn parts(sub_command: u16, time: u64) -> (TransactionPayload, Option<TransactionPayload>) {
    let info = basic_info(time);
    let of_file = |words: &[u16]| TransactionPayload::parameters(words).text(FILE);
    // Where an error in extended attributes is: nowhere.
    let done = TransactionPayload::parameters(&[0]);
    match sub_command {
        OPEN2 => {
            // Read, write and execute, shared in every way; no times; opened if it is there.
            let request = of_file(&[0, 0x0042, 0, 0, 0, 0, 0x0001, 0, 0, 0, 0, 0, 0, 0]);
            let response = [FILE_ID, 0x80, 0, 0, 4096, 0, 2, 0, 0, 1, 0, 0, 0, 0, 0];
            // A list of extended attributes that has none.
            (
                request.data(&4u32.to_le_bytes()),
                Some(TransactionPayload::parameters(&response)),
            )
        }
        FIND_FIRST2 => (
            // Whatever its attributes, one, and the search stays open.
            TransactionPayload::parameters(&[0x16, 1, 0, NAMES_INFO, 0, 0]).text(r"\*"),
            Some(TransactionPayload::parameters(&[SEARCH, 1, 0, 0, 0]).data(&names_info())),
        ),
        FIND_NEXT2 => (
            TransactionPayload::parameters(&[SEARCH, 1, NAMES_INFO, 0, 0, 0]).text(FILE),
            Some(TransactionPayload::parameters(&[1, 1, 0, 0]).data(&names_info())),
        ),
        QUERY_FS_INFORMATION => {
            let sizes = [1_000_000u64, 500_000].map(u64::to_le_bytes).concat();
            let units = [8u32, 512].map(u32::to_le_bytes).concat();
            let response = TransactionPayload::default().data(&sizes).data(&units);
            (TransactionPayload::parameters(&[SIZE_INFO]), Some(response))
        }
        QUERY_PATH_INFORMATION => (of_file(&[BASIC_INFO, 0, 0]), Some(done.data(&info))),
        SET_PATH_INFORMATION => (of_file(&[BASIC_INFO, 0, 0]).data(&info), Some(done)),
        QUERY_FILE_INFORMATION => (
            TransactionPayload::parameters(&[FILE_ID, BASIC_INFO]),
            Some(done.data(&info)),
        ),
        SET_FILE_INFORMATION => (
            TransactionPayload::parameters(&[FILE_ID, BASIC_INFO, 0]).data(&info),
            Some(done),
        ),
        CREATE_DIRECTORY => (
            TransactionPayload::parameters(&[0, 0]).text(r"\reports"),
            Some(done),
        ),
        GET_DFS_REFERRAL => {
            let request = TransactionPayload::parameters(&[3]).text(r"\SERVER\share");
            // Of the path nothing is known elsewhere.
            (request, Some(TransactionPayload::default().data(&[0; 8])))
        }
        REPORT_DFS_INCONSISTENCY => (
            TransactionPayload::default().text(r"\SERVER\share"),
            Some(TransactionPayload::default()),
        ),
        SET_FS_INFORMATION => (TransactionPayload::parameters(&[0, BASIC_INFO]), None),
        _ => (TransactionPayload::parameters(&[0; 6]), None),
    }
}

/// A file's owner and access control lists (sections 2.2.7.4 and 2.2.7.6).
fn security_request() -> TransactionPayload {
    const OWNER: u16 = 1;
    TransactionPayload::parameters(&[FILE_ID, 0, OWNER, 0])
}

/// A security descriptor that tells nothing (MS-DTYP, section 2.4.6).
fn security_descriptor() -> Vec<u8> {
    let mut descriptor = vec![1, 0, 0, 0x80];
    descriptor.extend([0; 16]);
    descriptor
}

fn octets(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}
