//! Captures cut down to what a question needs.
//!
//! A question is anything that replaying a capture answers, such as which notices rules raise on it. Connections go first,
//! then turns of those that stay, then what comes after the last bytes that matter. A step that changes the answer is taken
//! back. What is taken out of a TCP stream leaves no gap: the numbers of the segments behind it are moved up.

pub mod anonymise;
mod conversation;
mod frames;
pub(crate) mod minimise;
mod question;
mod segment;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};

pub use self::question::{
    Sightings, calls_in, events_in, notices_in, to_calls, to_logged, to_notices,
};

use self::conversation::{ConversationSide, Conversations, Removed, SegmentLocation, ends};
use self::segment::Segment;
use crate::event::{ConnectionId, Event, Timestamp};
use crate::logs::LogError;
use crate::replay::capture::{CapturedPacket, LinkType, pcap};
use crate::replay::{self, CaptureError, CaptureReader};

/// What replaying a capture answers to a question. It tells no times.
#[derive(Debug, Default)]
pub struct Answer {
    /// How often each thing was seen; two answers are the same if these are.
    pub seen: BTreeMap<Vec<u8>, usize>,
    /// The connections that it was seen on.
    pub connections: BTreeSet<[SocketAddr; 2]>,
}

impl Answer {
    /// Adds something that was seen on a connection, or on several.
    pub fn add(&mut self, line: Vec<u8>, connection: Option<ConnectionId>) {
        *self.seen.entry(line).or_default() += 1;
        self.connections.extend(connection.map(ends_of));
    }

    /// How many things were seen.
    #[must_use]
    pub fn count(&self) -> usize {
        self.seen.values().sum()
    }
}

/// Answers a question about a capture.
pub type Question<'q> = dyn FnMut(CaptureReader<'_>) -> Answer + 'q;

/// A capture that was cut.
#[derive(Debug)]
pub struct Cut {
    /// The pcap file.
    pub bytes: Vec<u8>,
    /// What the capture was.
    pub before: Size,
    /// What is left of it.
    pub after: Size,
}

/// How large a capture is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// TCP connections.
    pub connections: usize,
    /// Packets of all kinds.
    pub packets: usize,
    /// The packets' captured bytes.
    pub bytes: u64,
}

/// Why a capture was not cut.
#[derive(Debug, thiserror::Error)]
pub enum CutError {
    /// There is no capture.
    #[error(transparent)]
    Capture(#[from] CaptureError),
    /// The question finds nothing in the capture.
    #[error("nothing that was asked for is in the capture")]
    NothingFound,
    /// There is no log.
    #[error("{}: {error}", path.display())]
    Log {
        /// The log.
        path: PathBuf,
        /// Why.
        error: LogError,
    },
    /// Too much of the capture matters.
    #[error(
        "what may matter of the capture has more than {} MB; cut it to some connections first, with `--connection`",
        MAX_BYTES >> 20
    )]
    TooLarge,
    /// One pcap file cannot hold what matters.
    #[error(
        "what matters was captured on links of different types, which one pcap file cannot hold"
    )]
    SeveralLinks,
    /// Written anew, the capture gives another answer.
    #[error("the capture is cut short or damaged, and gives other results without that")]
    Damaged,
}

/// The bytes of packets that are held at most.
const MAX_BYTES: u64 = 512 << 20;
/// The bytes of captures that are replayed at most in search of a smaller one.
const MAX_REPLAYED: usize = 1 << 30;
/// What a try costs beside its packets, as bytes.
const TRY: usize = 1 << 16;

/// Cuts the capture at `path` to what gives the same answer.
///
/// # Errors
///
/// See [`CutError`].
pub fn to_answer(path: &Path, question: &mut Question<'_>) -> Result<Cut, CutError> {
    let wanted = question(CaptureReader::open(path)?);
    if wanted.seen.is_empty() {
        return Err(CutError::NothingFound);
    }
    // Where what was seen on some connections needs others, and at last what is no TCP.
    let scopes = [
        Scope::Connections(wanted.connections.clone()),
        Scope::Connections(followed(path)?),
        Scope::Everything,
    ];
    for scope in scopes {
        let capture = LoadedCapture::new(path, &scope)?;
        let mut trial = CutTrial {
            capture: &capture,
            wanted: &wanted,
            question,
            replayed: 0,
        };
        let all = Draft::whole(&capture);
        if trial.holds(&all)? {
            let draft = trial.reduce(all);
            return capture.cut(&draft);
        }
    }
    Err(CutError::Damaged)
}

/// Cuts the capture at `path` to connections, each by its ends, and leaves those as they are.
///
/// # Errors
///
/// See [`CutError`].
pub fn to_connections(path: &Path, connections: &[[SocketAddr; 2]]) -> Result<Cut, CutError> {
    let wanted = connections.iter().map(|[one, other]| ends(*one, *other));
    let capture = LoadedCapture::new(path, &Scope::Connections(wanted.collect()))?;
    if capture.packets.is_empty() {
        return Err(CutError::NothingFound);
    }
    capture.cut(&Draft::whole(&capture))
}

fn ends_of(id: ConnectionId) -> [SocketAddr; 2] {
    let [originator, responder] = id.ends();
    ends(originator, responder)
}

/// The connections of which the replay engine follows the protocol.
fn followed(path: &Path) -> Result<BTreeSet<[SocketAddr; 2]>, CutError> {
    let mut connections = BTreeSet::new();
    let mut sink = |event: &Event<'_>| {
        connections.insert(ends_of(event.connection));
    };
    replay::replay_file(path, &mut sink)?;
    Ok(connections)
}

/// Which packets of a capture are looked at.
enum Scope {
    /// The segments of these connections.
    Connections(BTreeSet<[SocketAddr; 2]>),
    Everything,
}

/// The packets of a capture that may matter.
struct LoadedCapture {
    packets: Vec<Packet>,
    conversations: Conversations,
    before: Size,
}

struct Packet {
    time: Timestamp,
    link: LinkType,
    wire_len: usize,
    data: Vec<u8>,
    /// Its TCP segment; packets without one stay or go whole.
    segment: Option<(Segment, SegmentLocation)>,
}

impl LoadedCapture {
    fn new(path: &Path, scope: &Scope) -> Result<Self, CutError> {
        Self::read(CaptureReader::open(path)?, scope)
    }

    fn read(capture: CaptureReader<'_>, scope: &Scope) -> Result<Self, CutError> {
        let mut loaded = Self {
            packets: Vec::new(),
            conversations: Conversations::default(),
            before: Size::default(),
        };
        let mut counted = Conversations::default();
        let mut held = 0;
        capture.for_each_packet(|packet| {
            loaded.before.packets += 1;
            loaded.before.bytes += packet.data.len() as u64;
            let segment = Segment::find(packet);
            if let Some(segment) = &segment {
                counted.locate(segment);
            }
            if scope.has(segment.as_ref()) {
                held += packet.data.len() as u64;
                if held <= MAX_BYTES {
                    loaded.add(packet, segment);
                }
            }
        });
        loaded.before.connections = counted.all.len();
        if held > MAX_BYTES {
            return Err(CutError::TooLarge);
        }
        Ok(loaded)
    }

    fn add(&mut self, packet: &CapturedPacket<'_>, segment: Option<Segment>) {
        let located = segment.map(|segment| {
            let location = self.conversations.locate(&segment);
            (segment, location)
        });
        self.packets.push(Packet {
            time: packet.time,
            link: packet.link,
            wire_len: packet.wire_len,
            data: packet.data.to_vec(),
            segment: located,
        });
    }

    /// The packets as a draft leaves them, and how many connections they are of.
    fn written(&self, draft: &Draft) -> (Vec<CutPacket<'_>>, usize) {
        let removals = self.removals(draft);
        let mut last_numbers = BTreeMap::new();
        let mut written = Vec::new();
        for (number, packet) in self.packets.iter().enumerate() {
            let Some((segment, location)) = &packet.segment else {
                if draft.others.contains(&number) {
                    written.push(CutPacket::unchanged(packet));
                }
                continue;
            };
            let Some(removed) = removals.get(&location.conversation) else {
                continue;
            };
            let Some(rewritten) = packet.without(segment, location, removed) else {
                continue;
            };
            // An acknowledgement of nothing new tells nothing.
            let key = (location.conversation, location.side);
            let numbers = Some((rewritten.sequence, rewritten.acknowledgment));
            let repeats = last_numbers.insert(key, numbers) == Some(numbers);
            if !(repeats && rewritten.is_empty && !segment.is_control) {
                written.push(rewritten);
            }
        }
        (written, removals.len())
    }

    /// What goes from each conversation that stays.
    fn removals(&self, draft: &Draft) -> BTreeMap<usize, [Removed; 2]> {
        let stays = draft.turns.iter().filter(|(_, kept)| !kept.is_empty());
        let removals = stays.map(|(index, kept)| {
            let conversation = &self.conversations.all[*index];
            let removed = [0, 1].map(|side| {
                let more = draft.removed.get(&(*index, side)).map(Vec::as_slice);
                conversation.removed(side, kept, more)
            });
            (*index, removed)
        });
        removals.collect()
    }

    fn cut(&self, draft: &Draft) -> Result<Cut, CutError> {
        let (packets, connections) = self.written(draft);
        let after = Size {
            connections,
            packets: packets.len(),
            bytes: packets
                .iter()
                .map(|packet| packet.data().len() as u64)
                .sum(),
        };
        Ok(Cut {
            bytes: file(&packets)?,
            before: self.before,
            after,
        })
    }
}

fn file(packets: &[CutPacket<'_>]) -> Result<Vec<u8>, CutError> {
    let links: BTreeSet<LinkType> = packets.iter().map(|packet| packet.packet.link).collect();
    if links.len() > 1 {
        return Err(CutError::SeveralLinks);
    }
    let link = links.first().copied().unwrap_or(LinkType(1));
    let packets: Vec<_> = packets.iter().map(CutPacket::captured).collect();
    Ok(pcap(link, &packets))
}

impl Scope {
    fn has(&self, segment: Option<&Segment>) -> bool {
        match (self, segment) {
            (Self::Everything, _) => true,
            (Self::Connections(wanted), Some(segment)) => {
                wanted.contains(&ends(segment.source, segment.destination))
            }
            (Self::Connections(_), None) => false,
        }
    }
}

/// A packet of the cut capture.
struct CutPacket<'a> {
    packet: &'a Packet,
    /// What it is now, if it was changed.
    changed: Option<Vec<u8>>,
    sequence: i64,
    acknowledgment: Option<i64>,
    is_empty: bool,
}

impl<'a> CutPacket<'a> {
    fn unchanged(packet: &'a Packet) -> Self {
        Self {
            packet,
            changed: None,
            sequence: 0,
            acknowledgment: None,
            is_empty: false,
        }
    }

    fn data(&self) -> &[u8] {
        self.changed.as_ref().unwrap_or(&self.packet.data)
    }

    fn captured(&self) -> CapturedPacket<'_> {
        CapturedPacket {
            time: self.packet.time,
            link: self.packet.link,
            wire_len: match &self.changed {
                Some(changed) => changed.len(),
                None => self.packet.wire_len,
            },
            data: self.data(),
        }
    }
}

impl Packet {
    /// The packet without what was taken out of its stream; nothing, where nothing is left of it.
    fn without(
        &self,
        segment: &Segment,
        location: &SegmentLocation,
        removed: &[Removed; 2],
    ) -> Option<CutPacket<'_>> {
        let (own, other) = (&removed[location.side], &removed[1 - location.side]);
        let payload = &self.data[segment.payload.clone()];
        let rest = own.rest(location.offset, payload);
        if rest.is_empty() && !payload.is_empty() && !segment.is_control {
            return None;
        }
        let sooner = own.before(location.offset);
        let acknowledged = location.acknowledged.map(|offset| other.before(offset));
        let changed = if own.is_empty() && other.is_empty() {
            None
        } else {
            let sequence = segment.sequence.wrapping_sub(truncated(sooner));
            let acknowledgment = segment.acknowledgment.unwrap_or(0);
            let acknowledgment = acknowledgment.wrapping_sub(truncated(acknowledged.unwrap_or(0)));
            segment.rewritten(&self.data, sequence, acknowledgment, &rest)
        };
        Some(CutPacket {
            packet: self,
            changed,
            #[allow(clippy::cast_possible_wrap)] // A packet's length.
            sequence: location.offset - sooner + rest.len() as i64,
            acknowledgment: location
                .acknowledged
                .zip(acknowledged)
                .map(|(offset, sooner)| offset - sooner),
            is_empty: rest.is_empty(),
        })
    }
}

/// Sequence numbers have 32 bits, and wrap around.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn truncated(bytes: i64) -> u32 {
    bytes as u32
}

/// What of a capture stays.
#[derive(Debug, Clone)]
struct Draft {
    /// The turns of each conversation.
    turns: BTreeMap<usize, BTreeSet<usize>>,
    /// What goes of the turns that stay.
    removed: BTreeMap<(usize, ConversationSide), Vec<Range<i64>>>,
    /// The packets without a TCP segment.
    others: BTreeSet<usize>,
}

/// A turn of a conversation, or a packet without a TCP segment.
#[derive(Debug, Clone, Copy)]
enum CapturePart {
    Turn(usize, usize),
    Other(usize),
}

impl Draft {
    fn whole(capture: &LoadedCapture) -> Self {
        let conversations = capture.conversations.all.iter().enumerate();
        let packets = capture.packets.iter().enumerate();
        Self {
            turns: conversations
                .map(|(index, conversation)| (index, (0..conversation.turns()).collect()))
                .collect(),
            removed: BTreeMap::new(),
            others: packets
                .filter(|(_, packet)| packet.segment.is_none())
                .map(|(number, _)| number)
                .collect(),
        }
    }

    fn of_parts(parts: &[CapturePart]) -> Self {
        let mut draft = Self {
            turns: BTreeMap::new(),
            removed: BTreeMap::new(),
            others: BTreeSet::new(),
        };
        for part in parts {
            match *part {
                CapturePart::Turn(conversation, turn) => {
                    draft.turns.entry(conversation).or_default().insert(turn);
                }
                CapturePart::Other(number) => {
                    draft.others.insert(number);
                }
            }
        }
        draft
    }

    fn parts(&self) -> Vec<CapturePart> {
        let turns = self.turns.iter().flat_map(|(conversation, turns)| {
            turns
                .iter()
                .map(|turn| CapturePart::Turn(*conversation, *turn))
        });
        turns
            .chain(self.others.iter().map(|number| CapturePart::Other(*number)))
            .collect()
    }
}

/// Drafts, tried.
struct CutTrial<'t, 'q> {
    capture: &'t LoadedCapture,
    wanted: &'t Answer,
    question: &'t mut Question<'q>,
    replayed: usize,
}

impl CutTrial<'_, '_> {
    fn holds(&mut self, draft: &Draft) -> Result<bool, CutError> {
        let (packets, _) = self.capture.written(draft);
        let bytes = file(&packets)?;
        self.replayed += bytes.len() + TRY;
        let answer = (self.question)(CaptureReader::new(bytes.as_slice())?);
        Ok(answer.seen == self.wanted.seen)
    }

    /// Whether a draft with less does, and there is time left to try.
    fn suffices(&mut self, draft: &Draft) -> bool {
        self.replayed < MAX_REPLAYED && self.holds(draft).unwrap_or(false)
    }

    fn reduce(&mut self, whole: Draft) -> Draft {
        let conversations: Vec<_> = whole.turns.iter().collect();
        let needed = minimise::needed(conversations, &mut |some| {
            self.suffices(&Draft {
                turns: some
                    .iter()
                    .map(|(index, turns)| (**index, (*turns).clone()))
                    .collect(),
                ..whole.clone()
            })
        });
        let draft = Draft {
            turns: needed
                .into_iter()
                .map(|(index, turns)| (*index, turns.clone()))
                .collect(),
            ..whole.clone()
        };
        let parts = minimise::needed(draft.parts(), &mut |some| {
            self.suffices(&Draft::of_parts(some))
        });
        let draft = self.without_frames(Draft::of_parts(&parts));
        self.without_tails(draft)
    }

    /// Takes out messages and fragments that do not matter within turns that do.
    fn without_frames(&mut self, draft: Draft) -> Draft {
        let frames = self.capture.frames(&draft);
        let without = |some: &[TurnFragment]| {
            let kept: BTreeSet<_> = some.iter().map(TurnFragment::key).collect();
            let mut draft = draft.clone();
            for frame in frames.iter().filter(|frame| !kept.contains(&frame.key())) {
                let removed = draft.removed.entry((frame.conversation, frame.side));
                removed.or_default().push(frame.bytes.clone());
            }
            draft
        };
        let needed = minimise::needed(frames.clone(), &mut |some| self.suffices(&without(some)));
        without(&needed)
    }

    /// Takes out what each side sends after the last segment that matters.
    fn without_tails(&mut self, mut draft: Draft) -> Draft {
        for conversation in draft.turns.keys().copied().collect::<Vec<_>>() {
            for side in [0, 1] {
                let end = self.capture.conversations.all[conversation].end(side);
                let ends = self.capture.segment_ends(conversation, side);
                let shorter = |limit| {
                    let mut draft = draft.clone();
                    let removed = draft.removed.entry((conversation, side));
                    removed.or_default().push(limit..end);
                    draft
                };
                let least = minimise::least(&ends, &mut |limit| self.suffices(&shorter(limit)));
                if let Some(limit) = least {
                    draft = shorter(limit);
                }
            }
        }
        draft
    }
}

/// A message or fragment of a turn.
#[derive(Debug, Clone)]
struct TurnFragment {
    conversation: usize,
    side: ConversationSide,
    bytes: Range<i64>,
}

impl TurnFragment {
    fn key(&self) -> (usize, ConversationSide, i64) {
        (self.conversation, self.side, self.bytes.start)
    }
}

impl LoadedCapture {
    /// The frames of a draft's turns, in order.
    fn frames(&self, draft: &Draft) -> Vec<TurnFragment> {
        let mut frames = Vec::new();
        for (&conversation, turns) in &draft.turns {
            for side in [0, 1] {
                let Some(stream) = self.stream(conversation, side) else {
                    continue;
                };
                let parts = turns.iter().map(|turn| {
                    let whole = &self.conversations.all[conversation];
                    whole.part(side, *turn)
                });
                let parts: Vec<_> = parts.collect();
                let all = frames::of(&stream).into_iter();
                let kept = all.filter(|frame| {
                    parts
                        .iter()
                        .any(|part| part.start <= frame.start && frame.end <= part.end)
                });
                frames.extend(kept.map(|bytes| TurnFragment {
                    conversation,
                    side,
                    bytes,
                }));
            }
        }
        frames
    }

    /// What a side sends, if the capture has all of it.
    fn stream(&self, conversation: usize, side: ConversationSide) -> Option<Vec<u8>> {
        let mut stream = Vec::new();
        for (segment, location, packet) in self.segments(conversation, side) {
            let payload = &packet.data[segment.payload.clone()];
            let Ok(offset) = usize::try_from(location.offset) else {
                continue;
            };
            let known = stream.len().checked_sub(offset)?;
            stream.extend_from_slice(payload.get(known..).unwrap_or_default());
        }
        Some(stream)
    }

    /// The offsets at which segments of a side end, in order.
    fn segment_ends(&self, conversation: usize, side: ConversationSide) -> Vec<i64> {
        #[allow(clippy::cast_possible_wrap)] // A packet's length.
        let ends: BTreeSet<i64> = self
            .segments(conversation, side)
            .map(|(segment, location, _)| location.offset + segment.payload.len() as i64)
            .collect();
        // A SYN stands before the first byte.
        ends.into_iter().filter(|end| *end >= 0).collect()
    }

    fn segments(
        &self,
        conversation: usize,
        side: ConversationSide,
    ) -> impl Iterator<Item = (&Segment, &SegmentLocation, &Packet)> {
        self.packets.iter().filter_map(move |packet| {
            let (segment, location) = packet.segment.as_ref()?;
            let is_own = (location.conversation, location.side) == (conversation, side);
            is_own.then_some((segment, location, packet))
        })
    }
}
