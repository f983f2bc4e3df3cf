//! File actions and tree connects: refused, and in segments.

use super::Variant;
use crate::synth::scenario::{FileWork, Scenario, TreeConnect};

/// A place in the middle of every request: beyond SMB2's header, and before its end.
const MIDDLE: usize = 80;

pub(super) fn of_file(work: &FileWork) -> Vec<Variant> {
    let (mut cut, mut refused) = (work.clone(), work.clone());
    cut.cut = Some(MIDDLE);
    refused.is_refused = true;
    both(Scenario::File(cut), Scenario::File(refused))
}

pub(super) fn of_tree(tree: &TreeConnect) -> Vec<Variant> {
    let (mut cut, mut refused) = (tree.clone(), tree.clone());
    cut.cut = Some(MIDDLE);
    refused.is_refused = true;
    both(Scenario::Tree(cut), Scenario::Tree(refused))
}

fn both(cut: Scenario, refused: Scenario) -> Vec<Variant> {
    vec![
        Variant {
            label: "across-segments",
            shows: "the same, the request cut by TCP",
            scenario: cut,
        },
        Variant {
            label: "refused",
            shows: "the server denies access",
            scenario: refused,
        },
    ]
}
