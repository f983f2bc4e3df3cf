//! Rules tried on a capture: the replay engine's events, given to the evaluator as they come.

use std::path::Path;

use crate::evaluation::{Evaluator, Output};
use crate::replay::{CaptureError, CaptureReader, Statistics, replay_packets};

/// Replays the capture at `path`; `take` gets what is found as it is.
///
/// # Errors
///
/// If there is no capture to read; damage further in is told in the [`Statistics`].
pub fn replay_file(
    evaluator: &mut Evaluator<'_>,
    path: &Path,
    take: &mut dyn FnMut(Output),
) -> Result<Statistics, CaptureError> {
    let capture = CaptureReader::open(path)?;
    let statistics = replay_packets(capture, evaluator, |evaluator, now| {
        evaluator.take_output().into_iter().for_each(&mut *take);
        evaluator.advance(now);
    });
    evaluator.take_output().into_iter().for_each(take);
    Ok(statistics)
}
