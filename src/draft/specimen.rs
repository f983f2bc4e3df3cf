//! The captures that go with a drafted rule: cut out of the attack, near misses out of the baseline, and from `synth`.

use std::collections::BTreeSet;
use std::path::Path;

use super::DraftError;
use super::candidate::Selection;
use super::evidence::{Baseline, Evidence};
use super::observation::Observation;
use super::proof;
use super::sighting::{Observer, Sighting};
use super::text::RuleText;
use crate::cut::anonymise::{anonymise, names_in};
use crate::cut::{self, Answer, CutError};
use crate::evaluation::{Evaluator, RulesOff};
use crate::plan::correlation::Source;
use crate::plan::{self, PackPlan};
use crate::replay;
use crate::synth::{self, Synthesised};

/// How many near misses are taken from `synth`.
const MAX_MISSES: usize = 4;

/// The captures, and what could not be made.
pub(super) fn of(
    text: &RuleText,
    selection: &Selection,
    evidence: &Evidence,
    baseline: &Baseline,
    keep: bool,
) -> Result<(Vec<Synthesised>, Vec<String>), DraftError> {
    let pack = proof::pack(&text.document());
    let plans = plan::packs(std::slice::from_ref(&pack), &mut Vec::new());
    let mut making = Making {
        plans: &plans,
        id: &text.id,
        keep,
        captures: Vec::new(),
        without: Vec::new(),
    };
    for (number, path) in evidence.files.iter().enumerate() {
        making.attack(number, path)?;
    }
    making.near(selection, baseline)?;
    making.synthesised();
    Ok((making.captures, making.without))
}

struct Making<'a> {
    plans: &'a [PackPlan<'a>],
    id: &'a str,
    keep: bool,
    captures: Vec<Synthesised>,
    without: Vec<String>,
}

impl Making<'_> {
    /// The part of an attack's capture on which the rule fires.
    fn attack(&mut self, number: usize, path: &Path) -> Result<(), DraftError> {
        let mut evaluator = Evaluator::new(self.plans, RulesOff::AreTriedToo, &mut Vec::new());
        let bytes = match cut::to_notices(path, &mut evaluator) {
            Ok((cut, _)) => cut.bytes,
            // The rule is about other files, or the file is a log.
            Err(CutError::NothingFound | CutError::Capture(_)) => return Ok(()),
            Err(error) => {
                let sentence = format!("{}: not cut: {error}", path.display());
                self.without.push(sentence);
                return Ok(());
            }
        };
        let name = format!("fires-attack-{}", number + 1);
        let shows = format!("attack {}, cut to what the rule needs", number + 1);
        self.add_cut(name, shows, true, bytes, path)?;
        Ok(())
    }

    /// What the baseline has that is nearest to what the rule asks for.
    fn near(&mut self, selection: &Selection, baseline: &Baseline) -> Result<(), DraftError> {
        let generals = selection.observations.iter();
        let generals: BTreeSet<Observation> = generals.filter_map(Observation::general).collect();
        for general in generals {
            let Some(seen) = baseline.has(&general) else {
                continue;
            };
            let Some(path) = baseline.files.get(seen.file) else {
                continue;
            };
            let cut = cut::to_answer(path, &mut |capture| {
                let mut answer = Answer::default();
                let mut take = |sighting: Sighting| {
                    let mut next = Some(sighting.observation);
                    while let Some(observation) = next {
                        if observation == general && answer.seen.is_empty() {
                            answer.add(b"near".to_vec(), sighting.connection);
                        }
                        next = observation.general();
                    }
                };
                let mut observer = Observer::new(&mut take);
                replay::replay_packets(capture, &mut observer, |_, _| {});
                observer.finish();
                answer
            });
            match cut {
                Ok(cut) => {
                    let number = self.captures.len();
                    let name = format!("silent-baseline-{number}");
                    let shows = format!("{general}, of the baseline");
                    self.add_cut(name, shows, false, cut.bytes, path)?;
                }
                // A log.
                Err(CutError::NothingFound | CutError::Capture(_)) => {}
                Err(error) => {
                    let sentence = format!("{}: not cut: {error}", path.display());
                    self.without.push(sentence);
                }
            }
        }
        Ok(())
    }

    fn synthesised(&mut self) {
        let Some(plan) = self.plans.first() else {
            return;
        };
        let synthesis = synth::synthesise(plan, Source::Rule(0));
        let has_positive = self.captures.iter().any(|capture| capture.fires);
        let (positives, misses): (Vec<_>, Vec<_>) = synthesis
            .captures
            .into_iter()
            .partition(|capture| capture.fires);
        let positives = positives.into_iter().take(usize::from(!has_positive));
        for made in positives.chain(misses.into_iter().take(MAX_MISSES)) {
            let shows = format!("{}, synthesised", made.shows);
            self.add(made.name, shows, made.fires, made.bytes);
        }
    }

    /// Adds a capture that was cut out of another one, anonymised unless it is to be kept.
    fn add_cut(
        &mut self,
        name: String,
        shows: String,
        fires: bool,
        bytes: Vec<u8>,
        from: &Path,
    ) -> Result<(), DraftError> {
        let bytes = match self.keep {
            true => bytes,
            false => anonymise(&bytes, &names_in(from).map_err(CutError::from)?)?.bytes,
        };
        if !self.add(name.clone(), shows, fires, bytes) {
            let sentence = format!(
                "{name}: left out, since the rule takes it for another once it is anonymised"
            );
            self.without.push(sentence);
        }
        Ok(())
    }

    /// Adds a capture, if the rule does on it what it should.
    fn add(&mut self, name: String, shows: String, fires: bool, bytes: Vec<u8>) -> bool {
        let matches = proof::matches_of(self.plans, &bytes);
        let is_right = matches.contains_key(self.id) == fires;
        if is_right {
            self.captures.push(Synthesised {
                name,
                fires,
                shows,
                bytes,
            });
        }
        is_right
    }
}
