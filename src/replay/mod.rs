//! From a capture to protocol events, as Zeek 8.0 with its default scripts would raise them.
//!
//! [`capture`] reads packets, [`packet`] takes link, network and tunnel headers off, [`tcp`] reassembles streams and
//! [`protocol`] parses them; each [`Event`] goes to an [`EventSink`]. All of it streams: memory is bounded by what is
//! open at a time, not by the capture's size. Where Zeek has a quirk, it is kept: this engine's one promise is to agree.
//!
//! ```no_run
//! use std::path::Path;
//! use sigzeek::replay::{self, Event};
//!
//! let mut sink = |event: &Event<'_>| println!("{event}");
//! let statistics = replay::replay_file(Path::new("capture.pcap"), &mut sink)?;
//! eprintln!("{} packets", statistics.packets);
//! # Ok::<(), replay::CaptureError>(())
//! ```

pub mod capture;
pub mod captures;
mod engine;

pub mod packet;
pub mod protocol;
pub mod tcp;

pub use crate::event::{ConnectionId, Event, EventKind, EventSink, Timestamp};
pub use capture::{CaptureError, CaptureReader, CaptureWarning};
pub use engine::{Engine, Statistics, replay_file, replay_packets, replay_reader};
