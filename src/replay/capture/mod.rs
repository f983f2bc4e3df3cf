//! Capture files: pcap (microseconds and nanoseconds, both byte orders) and pcapng, either of them gzip'd, streamed.
//!
//! A file that is cut short or goes bad is read up to that point, and a [`CaptureWarning`] tells so; libpcap, and with it
//! Zeek, stops there too.

mod interface;
mod writer;

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use flate2::read::MultiGzDecoder;
use pcap_parser::pcapng::Block;
use pcap_parser::traits::{PcapNGPacketBlock, PcapReaderIterator};
use pcap_parser::{LegacyPcapBlock, PcapBlockOwned, PcapError, PcapHeader, create_reader};

pub use self::writer::pcap;

use self::interface::{CaptureInterface, LegacyClock};
use crate::event::Timestamp;

/// The link type of a packet, as the file numbers it (`LINKTYPE_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkType(pub i32);

/// A packet as it was captured.
#[derive(Clone, Copy, Debug)]
pub struct CapturedPacket<'a> {
    /// When.
    pub time: Timestamp,
    /// From which kind of link.
    pub link: LinkType,
    /// Length on the wire in bytes; more than `data` holds if the capture was limited.
    pub wire_len: usize,
    /// The captured bytes, from the link's header on.
    pub data: &'a [u8],
}

/// Why a capture can't be read at all.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// The file can't be opened or read.
    #[error("cannot read the capture: {0}")]
    Io(#[from] io::Error),
    /// The file is empty.
    #[error("the capture is empty: not even a file header")]
    Empty,
    /// The file begins as a capture does, and ends before its first header does.
    #[error("the capture is cut short: its file header is incomplete")]
    HeaderCutShort,
    /// The file is neither pcap nor pcapng.
    #[error("not a capture: neither pcap nor pcapng")]
    NotACapture,
}

/// Something wrong with a capture that doesn't stop its packets from being used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum CaptureWarning {
    /// The file ends within a packet or block.
    #[error("the capture is cut short: its last packet is incomplete")]
    CutShort,
    /// A block or packet header can't be right; nothing after it is read.
    #[error("the capture is damaged: reading stopped at a record that cannot be right")]
    Damaged,
    /// A packet names an interface that the file doesn't describe; it is left out.
    #[error("a packet of an undescribed interface was left out")]
    UnknownInterface,
    /// A packet without any captured byte.
    #[error("an empty packet was left out")]
    EmptyPacket,
    /// A packet of a pcap whose time has the highest bit set. Libpcap reads it as signed, and Zeek takes no packet with a
    /// negative time (`negative_packet_timestamp` in weird.log).
    #[error(
        "packets from 19 January 2038 on were left out: Zeek reads their times in a pcap as negative; write the capture as pcapng"
    )]
    NegativeTime,
}

impl CaptureWarning {
    /// Whether nothing after it is read. Zeek, too, gives up on such a capture: it ends before it writes its logs.
    #[must_use]
    pub fn stops_reading(self) -> bool {
        matches!(self, Self::CutShort | Self::Damaged)
    }
}

/// Whether the capture at `path` is cut short or damaged further in.
///
/// # Errors
///
/// If there is no capture to read.
pub fn is_broken(path: &Path) -> Result<bool, CaptureError> {
    let warnings = CaptureReader::open(path)?.for_each_packet(|_| {});
    Ok(warnings.into_iter().any(CaptureWarning::stops_reading))
}

/// Largest packet that libpcap takes from a file (`MAXIMUM_SNAPLEN`), in bytes.
const MAX_PACKET: usize = 262_144;
/// First size of the read buffer in bytes.
const BUFFER: usize = 1 << 20;
/// The read buffer grows to this at most; a block that doesn't fit is taken for damage.
const MAX_BUFFER: usize = 1 << 24;
/// How a pcapng section, a pcap of microseconds and one of nanoseconds begin, in either byte order.
const MAGIC: [[u8; 4]; 5] = [
    [0x0a, 0x0d, 0x0d, 0x0a],
    [0xa1, 0xb2, 0xc3, 0xd4],
    [0xd4, 0xc3, 0xb2, 0xa1],
    [0xa1, 0xb2, 0x3c, 0x4d],
    [0x4d, 0x3c, 0xb2, 0xa1],
];
/// Length of the shortest file header, which is pcap's, in bytes.
const FILE_HEADER: usize = 24;
/// How much is read ahead to tell the format.
const HEAD: u64 = 1 << 16;

/// Reads a capture packet by packet.
pub struct CaptureReader<'r> {
    blocks: Box<dyn PcapReaderIterator + Send + 'r>,
    format: CaptureFormat,
    warnings: Vec<CaptureWarning>,
    broken: Broken,
}

/// Why a packed capture ends where it does, unless that is its end.
type Broken = Arc<OnceLock<CaptureWarning>>;

/// A packed capture as far as it can be unpacked: what lies before the break is used.
struct UpToBreak<R> {
    unpacked: R,
    broken: Broken,
}

impl<R: Read> Read for UpToBreak<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.broken.get().is_some() {
            return Ok(0);
        }
        match self.unpacked.read(buffer) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                let warning = match error.kind() {
                    io::ErrorKind::UnexpectedEof => CaptureWarning::CutShort,
                    _ => CaptureWarning::Damaged,
                };
                // Asked for above: it is set once.
                let _ = self.broken.set(warning);
                Ok(0)
            }
            result => result,
        }
    }
}

enum CaptureFormat {
    Undetermined,
    Legacy {
        clock: LegacyClock,
        link: LinkType,
        snaplen: usize,
    },
    NextGeneration {
        interfaces: Vec<CaptureInterface>,
    },
}

/// What became of one block.
enum BlockOutcome {
    Continue(usize),
    Refill,
    Stop,
}

impl CaptureReader<'static> {
    /// Opens the file at `path`.
    ///
    /// # Errors
    ///
    /// See [`CaptureError`].
    pub fn open(path: &Path) -> Result<Self, CaptureError> {
        Self::new(File::open(path)?)
    }
}

impl<'r> CaptureReader<'r> {
    /// Reads from `reader`; a gzip stream is unpacked on the fly.
    ///
    /// # Errors
    ///
    /// See [`CaptureError`].
    pub fn new(mut reader: impl Read + Send + 'r) -> Result<Self, CaptureError> {
        let head = read_head(&mut reader)?;
        if head.is_empty() {
            return Err(CaptureError::Empty);
        }
        let gzipped = head.starts_with(&[0x1f, 0x8b]);
        if !gzipped {
            return Self::plain(head, reader, Broken::default());
        }
        let broken = Broken::default();
        let mut unpacked = UpToBreak {
            unpacked: MultiGzDecoder::new(Cursor::new(head).chain(reader)),
            broken: Arc::clone(&broken),
        };
        let head = read_head(&mut unpacked)?;
        match (head.is_empty(), broken.get()) {
            (true, Some(CaptureWarning::CutShort)) => Err(CaptureError::HeaderCutShort),
            (true, Some(_)) => Err(CaptureError::NotACapture),
            (true, None) => Err(CaptureError::Empty),
            (false, _) => Self::plain(head, unpacked, broken),
        }
    }

    /// Calls `handle` for every packet, then returns what was wrong with the capture, in the order of the file.
    pub fn for_each_packet(
        mut self,
        mut handle: impl FnMut(&CapturedPacket<'_>),
    ) -> Vec<CaptureWarning> {
        loop {
            match self.step(&mut handle) {
                BlockOutcome::Continue(consumed) => self.blocks.consume(consumed),
                BlockOutcome::Refill => {
                    if !self.refill() {
                        break;
                    }
                }
                BlockOutcome::Stop => break,
            }
        }
        if let Some(warning) = self.broken.get()
            && !self.is_stopped()
        {
            self.warnings.push(*warning);
        }
        self.warnings
    }

    /// Whether a warning has told why reading stopped.
    fn is_stopped(&self) -> bool {
        let mut warnings = self.warnings.iter();
        warnings.any(|warning| warning.stops_reading())
    }

    fn plain(
        head: Vec<u8>,
        rest: impl Read + Send + 'r,
        broken: Broken,
    ) -> Result<Self, CaptureError> {
        let is_short = head.len() < FILE_HEADER;
        let begins_as = |magic: &[u8; 4]| head.iter().zip(magic).all(|(byte, known)| byte == known);
        if is_short && MAGIC.iter().any(begins_as) {
            return Err(CaptureError::HeaderCutShort);
        }
        match create_reader(BUFFER, Cursor::new(head).chain(rest)) {
            Ok(blocks) => Ok(Self {
                blocks,
                format: CaptureFormat::Undetermined,
                warnings: Vec::new(),
                broken,
            }),
            Err(PcapError::Eof) => Err(CaptureError::Empty),
            Err(_) => Err(CaptureError::NotACapture),
        }
    }

    fn step(&mut self, handle: &mut impl FnMut(&CapturedPacket<'_>)) -> BlockOutcome {
        match self.blocks.next() {
            Ok((consumed, PcapBlockOwned::LegacyHeader(header))) => {
                self.format = legacy_format(&header);
                BlockOutcome::Continue(consumed)
            }
            Ok((consumed, PcapBlockOwned::Legacy(block))) => {
                let kept = legacy_packet(&self.format, &block, &mut self.warnings, handle);
                if kept {
                    BlockOutcome::Continue(consumed)
                } else {
                    BlockOutcome::Stop
                }
            }
            Ok((consumed, PcapBlockOwned::NG(block))) => {
                let kept =
                    next_generation_block(&mut self.format, &block, &mut self.warnings, handle);
                if kept {
                    BlockOutcome::Continue(consumed)
                } else {
                    BlockOutcome::Stop
                }
            }
            Err(PcapError::Eof) => BlockOutcome::Stop,
            Err(PcapError::Incomplete(_) | PcapError::BufferTooSmall) => BlockOutcome::Refill,
            Err(PcapError::UnexpectedEof) => {
                if !self.blocks.data().is_empty() {
                    self.warnings.push(CaptureWarning::CutShort);
                }
                BlockOutcome::Stop
            }
            Err(_) => {
                self.warnings.push(CaptureWarning::Damaged);
                BlockOutcome::Stop
            }
        }
    }

    /// Reads more; false if there is no sense in going on.
    fn refill(&mut self) -> bool {
        let before = self.blocks.data().len();
        if self.blocks.refill().is_err() {
            self.warnings.push(CaptureWarning::Damaged);
            return false;
        }
        if self.blocks.data().len() > before || self.blocks.reader_exhausted() {
            return true;
        }
        // The buffer is full of one block.
        if before * 2 > MAX_BUFFER || !self.blocks.grow((before * 2).max(BUFFER * 2)) {
            self.warnings.push(CaptureWarning::Damaged);
            return false;
        }
        true
    }
}

fn read_head(reader: &mut impl Read) -> Result<Vec<u8>, CaptureError> {
    let mut head = Vec::new();
    match reader.take(HEAD).read_to_end(&mut head) {
        Ok(_) => Ok(head),
        // A gzip stream that breaks off still gives what came before.
        Err(_) if !head.is_empty() => Ok(head),
        Err(error) => Err(error.into()),
    }
}

fn legacy_format(header: &PcapHeader) -> CaptureFormat {
    let snaplen = match usize::try_from(header.snaplen) {
        Ok(snaplen) if snaplen > 0 && snaplen <= MAX_PACKET => snaplen,
        _ => MAX_PACKET,
    };
    let clock = if header.is_nanosecond_precision() {
        LegacyClock::Nanoseconds
    } else {
        LegacyClock::Microseconds
    };
    // The upper bits hold the length of a frame check sequence.
    let link = LinkType(header.network.0 & 0x03ff_ffff);
    CaptureFormat::Legacy {
        clock,
        link,
        snaplen,
    }
}

/// False if the packet can't be right.
fn legacy_packet(
    format: &CaptureFormat,
    block: &LegacyPcapBlock<'_>,
    warnings: &mut Vec<CaptureWarning>,
    handle: &mut impl FnMut(&CapturedPacket<'_>),
) -> bool {
    let CaptureFormat::Legacy {
        clock,
        link,
        snaplen,
    } = format
    else {
        return false;
    };
    if block.data.len() > MAX_PACKET {
        warnings.push(CaptureWarning::Damaged);
        return false;
    }
    let Ok(seconds) = i32::try_from(block.ts_sec) else {
        push_once(warnings, CaptureWarning::NegativeTime);
        return true;
    };
    let data = &block.data[..block.data.len().min(*snaplen)];
    let time = clock.time(seconds, block.ts_usec);
    emit(
        CapturedPacket {
            time,
            link: *link,
            wire_len: block.origlen as usize,
            data,
        },
        warnings,
        handle,
    );
    true
}

fn next_generation_block(
    format: &mut CaptureFormat,
    block: &Block<'_>,
    warnings: &mut Vec<CaptureWarning>,
    handle: &mut impl FnMut(&CapturedPacket<'_>),
) -> bool {
    if matches!(format, CaptureFormat::Undetermined) || matches!(block, Block::SectionHeader(_)) {
        *format = CaptureFormat::NextGeneration {
            interfaces: Vec::new(),
        };
    }
    let CaptureFormat::NextGeneration { interfaces } = format else {
        return false;
    };
    let (interface, data, wire_len, ticks) = match block {
        Block::InterfaceDescription(description) => {
            interfaces.push(CaptureInterface::new(description));
            return true;
        }
        Block::EnhancedPacket(packet) => {
            let ticks = (u64::from(packet.ts_high) << 32) | u64::from(packet.ts_low);
            (
                interfaces.get(packet.if_id as usize),
                packet.packet_data(),
                packet.origlen,
                ticks,
            )
        }
        Block::SimplePacket(packet) => {
            let data = packet.packet_data();
            let captured = data.len().min(packet.origlen as usize);
            (interfaces.first(), &data[..captured], packet.origlen, 0)
        }
        _ => return true,
    };
    let Some(interface) = interface else {
        warnings.push(CaptureWarning::UnknownInterface);
        return true;
    };
    if data.len() > MAX_PACKET {
        warnings.push(CaptureWarning::Damaged);
        return false;
    }
    let data = &data[..data.len().min(interface.snaplen)];
    let packet = CapturedPacket {
        time: interface.time(ticks),
        link: interface.link,
        wire_len: wire_len as usize,
        data,
    };
    emit(packet, warnings, handle);
    true
}

fn emit(
    packet: CapturedPacket<'_>,
    warnings: &mut Vec<CaptureWarning>,
    handle: &mut impl FnMut(&CapturedPacket<'_>),
) {
    if packet.data.is_empty() || packet.wire_len == 0 {
        push_once(warnings, CaptureWarning::EmptyPacket);
        return;
    }
    handle(&packet);
}

fn push_once(warnings: &mut Vec<CaptureWarning>, warning: CaptureWarning) {
    if !warnings.contains(&warning) {
        warnings.push(warning);
    }
}
