//! A tree connect over SMB2.

use super::connection::Endpoints;
use super::file::utf8;
use super::{FieldRefusal, SMB_PORT, path_frame};
use crate::service::{Field, Phase};
use crate::synth::Capture;
use crate::synth::conversation::smb::{self, ShareType, WrittenSession};
use crate::synth::observation::{ObservedEvent, ObservedValue};
use crate::synth::solve::text::TextFrame;

const SHARES: [(&str, ShareType); 3] = [
    ("DISK", ShareType::Disk),
    ("PIPE", ShareType::Pipe),
    ("PRINT", ShareType::Print),
];

/// A tree connect.
#[derive(Debug, Clone)]
pub(in crate::synth) struct TreeConnect {
    pub(in crate::synth) endpoints: Endpoints,
    path: String,
    share: ShareType,
    pub(in crate::synth) is_refused: bool,
    /// Where TCP cuts the request in two.
    pub(in crate::synth) cut: Option<usize>,
}

impl TreeConnect {
    pub(super) fn usual() -> Self {
        Self {
            endpoints: Endpoints::usual(),
            path: r"\\SERVER\share".to_owned(),
            share: ShareType::Disk,
            is_refused: false,
            cut: None,
        }
    }

    pub(super) fn title(&self) -> String {
        format!("SMB::TREE_CONNECT {}", self.path)
    }

    pub(super) fn observations(&self) -> Vec<ObservedEvent> {
        let mut observations = vec![self.observation(Phase::TreeRequest)];
        if !self.is_refused {
            observations.push(self.subject());
        }
        observations
    }

    pub(super) fn subject(&self) -> ObservedEvent {
        self.observation(Phase::TreeResponse)
    }

    fn observation(&self, phase: Phase) -> ObservedEvent {
        let mut values = self.endpoints.values(SMB_PORT);
        let mut put = |name: &str, text: &str| {
            values.insert(
                name.to_owned(),
                ObservedValue::Bytes(text.as_bytes().to_vec()),
            );
        };
        put("path", &self.path);
        // What Zeek takes a tree for until it is told.
        let told = SHARES.iter().find(|(_, share)| *share == self.share);
        let told = told.filter(|_| phase == Phase::TreeResponse);
        put("share_type", told.map_or("DISK", |(name, _)| name));
        ObservedEvent {
            phases: vec![phase],
            identity: None,
            values,
        }
    }

    pub(super) fn frame(&self, field: &Field) -> TextFrame {
        match field.name.as_str() {
            "path" => path_frame(&self.endpoints),
            _ => TextFrame::bytes(8000),
        }
    }

    pub(super) fn choices(field: &Field) -> Option<Vec<ObservedValue>> {
        (field.name == "share_type").then(|| {
            let names = SHARES.iter().map(|(name, _)| name.as_bytes().to_vec());
            names.map(ObservedValue::Bytes).collect()
        })
    }

    pub(super) fn set(
        &mut self,
        field: &Field,
        value: Option<ObservedValue>,
    ) -> Result<(), FieldRefusal> {
        match (field.name.as_str(), value) {
            ("path", Some(value)) => self.path = utf8(&value)?,
            ("share_type", Some(value)) => {
                let text = value.text();
                let mut shares = SHARES.iter();
                let known = shares.find(|(name, _)| name.as_bytes() == &*text);
                self.share = known.ok_or("DISK, PIPE or PRINT")?.1;
            }
            ("service" | "native_file_system" | "requested_service", None) => {}
            ("service" | "native_file_system" | "requested_service", _) => {
                return Err("unset: SMB1 alone tells it, and captures are of SMB2");
            }
            _ => return Err("something that each tree connect has"),
        }
        Ok(())
    }

    pub(super) fn record(&self, capture: &mut Capture) {
        let mut connection = self.endpoints.connect(capture, SMB_PORT);
        let mut session =
            WrittenSession::set_up(&mut connection, smb::filetime(self.endpoints.time));
        let status = if self.is_refused {
            smb::ACCESS_DENIED
        } else {
            smb::SUCCESS
        };
        session.wire.at = Some(self.endpoints.time);
        session.wire.cut = self.cut;
        session.connect(&self.path, self.share, status);
        session.leave();
        connection.close();
    }
}
