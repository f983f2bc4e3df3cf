//! The analyzers of a connection: attached for its port at first, and by signatures on its first bytes.

use super::dce_rpc::DceRpc;
use super::detection::Detector;
use super::http::Http;
use super::smb::Smb;
use super::socks::Socks;
use super::{AnalyzerContext, Protocol};

/// Bound on tunnels within tunnels.
const MAX_DEPTH: u8 = 16;

/// An analyzer tree. The detector stands between the analyzers of the port and those that it attaches.
#[derive(Debug)]
pub(crate) struct AnalyzerTree {
    children: Vec<Child>,
}

#[derive(Debug)]
enum Child {
    Detector(Box<Detector>),
    Analyzer { analyzer: Analyzer, removing: bool },
}

#[derive(Debug)]
enum Analyzer {
    DceRpc(Box<DceRpc>),
    Smb(Box<Smb>),
    Http(Box<Http>),
    Socks(Box<Socks>),
}

/// What a tree hands on: data, or the news that some won't come.
#[derive(Clone, Copy)]
enum StreamInput<'a> {
    Data(&'a [u8]),
    Gap { start: u64, len: u64 },
}

impl AnalyzerTree {
    pub(crate) fn new(by_port: &[Protocol]) -> Self {
        let mut children: Vec<_> = by_port.iter().copied().map(Child::new).collect();
        children.push(Child::Detector(Box::default()));
        Self { children }
    }

    pub(crate) fn deliver(
        &mut self,
        is_orig: bool,
        data: &[u8],
        context: &mut AnalyzerContext<'_>,
    ) {
        if context.depth < MAX_DEPTH {
            context.depth += 1;
            self.forward(is_orig, StreamInput::Data(data), context);
            context.depth -= 1;
        }
    }

    pub(crate) fn undelivered(
        &mut self,
        is_orig: bool,
        start: u64,
        len: u64,
        context: &mut AnalyzerContext<'_>,
    ) {
        self.forward(is_orig, StreamInput::Gap { start, len }, context);
    }

    pub(crate) fn end_of_stream(&mut self, is_orig: bool, context: &mut AnalyzerContext<'_>) {
        for child in &mut self.children {
            if let Child::Analyzer {
                analyzer: Analyzer::Http(http),
                removing,
            } = child
            {
                http.end_of_stream(is_orig, *removing, context);
            }
        }
    }

    pub(crate) fn connection_finished(&mut self, context: &mut AnalyzerContext<'_>) {
        self.each_http(|http| http.connection_finished(context));
    }

    pub(crate) fn connection_reset(&mut self, context: &mut AnalyzerContext<'_>) {
        self.each_http(|http| http.connection_reset(context));
    }

    pub(crate) fn packet_with_rst(&mut self, context: &mut AnalyzerContext<'_>) {
        self.each_http(|http| http.connection_reset(context));
    }

    pub(crate) fn flip_roles(&mut self) {
        for child in &mut self.children {
            match child {
                Child::Detector(detector) => detector.flip_roles(),
                Child::Analyzer {
                    analyzer: Analyzer::Http(http),
                    ..
                } => http.flip_roles(),
                Child::Analyzer {
                    analyzer: Analyzer::Socks(socks),
                    ..
                } => socks.flip_roles(),
                Child::Analyzer { .. } => {}
            }
        }
    }

    pub(crate) fn done(&mut self, context: &mut AnalyzerContext<'_>) {
        for child in &mut self.children {
            if let Child::Analyzer { analyzer, .. } = child {
                analyzer.done(context);
            }
        }
    }

    /// Marks the analyzers for removal whose violations count. Zeek does so once a packet is through.
    pub(crate) fn apply_violations(&mut self) {
        for child in &mut self.children {
            if let Child::Analyzer { analyzer, removing } = child {
                *removing |= analyzer.violated();
            }
        }
    }

    /// Bytes of memory in buffers.
    pub(crate) fn buffered(&self) -> usize {
        self.children
            .iter()
            .map(|child| match child {
                Child::Detector(detector) => detector.buffered(),
                Child::Analyzer {
                    analyzer: Analyzer::DceRpc(dce_rpc),
                    ..
                } => dce_rpc.buffered(),
                Child::Analyzer {
                    analyzer: Analyzer::Smb(smb),
                    ..
                } => smb.buffered(),
                Child::Analyzer {
                    analyzer: Analyzer::Http(http),
                    ..
                } => http.buffered(),
                Child::Analyzer {
                    analyzer: Analyzer::Socks(socks),
                    ..
                } => socks.buffered(),
            })
            .sum()
    }

    fn forward(
        &mut self,
        is_orig: bool,
        input: StreamInput<'_>,
        context: &mut AnalyzerContext<'_>,
    ) {
        let mut attached = Vec::new();
        let mut index = 0;
        while index < self.children.len() {
            match &mut self.children[index] {
                Child::Analyzer {
                    analyzer,
                    removing: true,
                } => {
                    analyzer.done(context);
                    self.children.remove(index);
                    continue;
                }
                Child::Analyzer { analyzer, .. } => analyzer.take(is_orig, input, context),
                Child::Detector(detector) => {
                    let detected = match input {
                        StreamInput::Data(data) => detector.data(is_orig, data),
                        StreamInput::Gap { start, len } => {
                            detector.gap(is_orig, start, len);
                            [None; 4]
                        }
                    };
                    for protocol in detected.into_iter().flatten() {
                        self.attach(index, protocol, &mut attached, context);
                    }
                }
            }
            index += 1;
        }
        if attached.is_empty() {
            return;
        }
        self.children.extend(attached);
    }

    /// Attaches an analyzer and gives it what the detector at `index` kept, unless there is one already.
    fn attach(
        &mut self,
        index: usize,
        protocol: Protocol,
        attached: &mut Vec<Child>,
        context: &mut AnalyzerContext<'_>,
    ) {
        if self
            .children
            .iter()
            .chain(&*attached)
            .any(|child| child.is_active(protocol))
        {
            return;
        }
        let mut analyzer = Analyzer::new(protocol);
        if let Child::Detector(detector) = &self.children[index] {
            detector.replay(|is_orig, chunk| match chunk {
                Ok(data) => analyzer.take(is_orig, StreamInput::Data(data), context),
                Err((start, len)) => {
                    analyzer.take(is_orig, StreamInput::Gap { start, len }, context)
                }
            });
        }
        attached.push(Child::Analyzer {
            analyzer,
            removing: false,
        });
    }

    fn each_http(&mut self, mut act: impl FnMut(&mut Http)) {
        for child in &mut self.children {
            if let Child::Analyzer {
                analyzer: Analyzer::Http(http),
                ..
            } = child
            {
                act(http);
            }
        }
    }
}

impl Child {
    fn new(protocol: Protocol) -> Self {
        Self::Analyzer {
            analyzer: Analyzer::new(protocol),
            removing: false,
        }
    }

    fn is_active(&self, protocol: Protocol) -> bool {
        matches!(self, Self::Analyzer { analyzer, removing: false } if analyzer.protocol() == protocol)
    }
}

impl Analyzer {
    fn new(protocol: Protocol) -> Self {
        match protocol {
            Protocol::DceRpc => Self::DceRpc(Box::new(DceRpc::new(0))),
            Protocol::Smb => Self::Smb(Box::default()),
            Protocol::Http => Self::Http(Box::default()),
            Protocol::Socks => Self::Socks(Box::default()),
        }
    }

    fn protocol(&self) -> Protocol {
        match self {
            Self::DceRpc(_) => Protocol::DceRpc,
            Self::Smb(_) => Protocol::Smb,
            Self::Http(_) => Protocol::Http,
            Self::Socks(_) => Protocol::Socks,
        }
    }

    fn take(&mut self, is_orig: bool, input: StreamInput<'_>, context: &mut AnalyzerContext<'_>) {
        match (self, input) {
            (Self::DceRpc(dce_rpc), StreamInput::Data(data)) => {
                dce_rpc.deliver(is_orig, data, context)
            }
            (Self::DceRpc(dce_rpc), StreamInput::Gap { .. }) => dce_rpc.undelivered(),
            (Self::Smb(smb), StreamInput::Data(data)) => smb.deliver(is_orig, data, context),
            (Self::Smb(smb), StreamInput::Gap { .. }) => smb.undelivered(),
            (Self::Http(http), StreamInput::Data(data)) => http.deliver(is_orig, data, context),
            (Self::Http(http), StreamInput::Gap { start, len }) => {
                http.undelivered(is_orig, start, len, context)
            }
            (Self::Socks(socks), StreamInput::Data(data)) => socks.deliver(is_orig, data, context),
            (Self::Socks(_), StreamInput::Gap { .. }) => {}
        }
    }

    /// Whether a violation counted since the last question.
    fn violated(&mut self) -> bool {
        match self {
            // DPD::ignore_violations
            Self::DceRpc(_) => false,
            Self::Smb(smb) => smb.take_violation(),
            Self::Http(http) => http.take_violation(),
            Self::Socks(socks) => socks.take_violation(),
        }
    }

    fn done(&mut self, context: &mut AnalyzerContext<'_>) {
        match self {
            Self::Http(http) => http.done(context),
            Self::Socks(socks) => socks.done(context),
            Self::DceRpc(_) | Self::Smb(_) => {}
        }
    }
}
