//! SOCKS 4 and 5: waits until both sides have agreed, then looks at what the proxy carries.
//!
//! Zeek's parser takes each piece of data for one message, and expects a version number in a reply of SOCKS 4, where
//! the protocol has a zero.

use super::wire::{OutOfBounds, Parsed, WireReader};
use super::{AnalyzerContext, AnalyzerTree};

const ORIG: usize = 0;
const RESP: usize = 1;

/// The analyzer of a connection.
#[derive(Debug, Default)]
pub(super) struct Socks {
    state: SocksState,
    tunnel: Option<Box<AnalyzerTree>>,
    violated: bool,
}

#[derive(Debug, Default)]
struct SocksState {
    /// Whether a side's part is over.
    done: [bool; 2],
    method: Option<u8>,
    authenticating: bool,
    /// Whether nothing more is parsed.
    skip: bool,
}

impl Socks {
    pub(super) fn deliver(
        &mut self,
        is_orig: bool,
        data: &[u8],
        context: &mut AnalyzerContext<'_>,
    ) {
        if self.state.skip || context.connected.partial {
            return;
        }
        if self.state.done == [true; 2] {
            self.tunnel
                .get_or_insert_with(|| Box::new(AnalyzerTree::new(&[])))
                .deliver(is_orig, data, context);
        } else if self.state.message(is_orig, data).is_err() {
            self.violated |= context.violation_counts();
        }
    }

    pub(super) fn done(&mut self, context: &mut AnalyzerContext<'_>) {
        if let Some(tunnel) = &mut self.tunnel {
            tunnel.done(context);
        }
    }

    pub(super) fn flip_roles(&mut self) {
        if let Some(tunnel) = &mut self.tunnel {
            tunnel.flip_roles();
        }
    }

    pub(super) fn take_violation(&mut self) -> bool {
        if let Some(tunnel) = &mut self.tunnel {
            tunnel.apply_violations();
        }
        std::mem::take(&mut self.violated)
    }

    pub(super) fn buffered(&self) -> usize {
        self.tunnel.as_ref().map_or(0, |tunnel| tunnel.buffered())
    }
}

impl SocksState {
    fn message(&mut self, is_orig: bool, data: &[u8]) -> Parsed<()> {
        let mut reader = WireReader::new(data, true);
        if self.authenticating {
            return self.authentication(is_orig, &mut reader);
        }
        match (reader.u8()?, is_orig, self.method) {
            (4, true, _) => {
                reader.skip(3)?;
                let address = reader.u32()?;
                skip_terminated(&mut reader)?;
                // SOCKS 4a: a name stands for the address.
                if address <= 0xff {
                    skip_terminated(&mut reader)?;
                }
                self.done[ORIG] = true;
            }
            (4, false, _) => {
                reader.skip(8)?;
                self.done[RESP] = true;
            }
            (5, true, None) => {
                let methods = reader.u8()?;
                reader.skip(usize::from(methods))?;
            }
            (5, false, None) => {
                let method = reader.u8()?;
                self.method = Some(method);
                self.authenticating = !matches!(method, 0 | 0xff);
            }
            (5, true, Some(_)) => {
                let (command, reserved) = (reader.u8()?, reader.u8()?);
                skip_endpoint(&mut reader)?;
                if reserved != 0 || !(1..=3).contains(&command) {
                    self.skip = true;
                    return Err(OutOfBounds);
                }
                self.done[ORIG] = true;
            }
            (5, false, Some(_)) => {
                reader.skip(2)?;
                skip_endpoint(&mut reader)?;
                self.done[RESP] = true;
            }
            _ => return Err(OutOfBounds),
        }
        Ok(())
    }

    fn authentication(&mut self, is_orig: bool, reader: &mut WireReader<'_>) -> Parsed<()> {
        const USER_AND_PASSWORD: u8 = 2;
        if self.method == Some(USER_AND_PASSWORD) && reader.u8()? == 1 {
            let fields = if is_orig { 2 } else { 1 };
            for _ in 0..fields {
                let len = reader.u8()?;
                reader.skip(if is_orig { usize::from(len) } else { 0 })?;
            }
        }
        self.authenticating &= is_orig;
        Ok(())
    }
}

fn skip_terminated(reader: &mut WireReader<'_>) -> Parsed<()> {
    while reader.u8()? != 0 {}
    Ok(())
}

/// Address and port.
fn skip_endpoint(reader: &mut WireReader<'_>) -> Parsed<()> {
    let len = match reader.u8()? {
        1 => 4,
        3 => usize::from(reader.u8()?),
        4 => 16,
        _ => return Err(OutOfBounds),
    };
    reader.skip(len + 2)
}
