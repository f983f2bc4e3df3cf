//! The names that somebody who wrote another one may have meant.

/// How much of a name is looked at, in characters; real ones have fewer.
const LONGEST_NAME: usize = 80;

/// How short a part of a name may be and still point to it, in characters.
const SHORTEST_PART: usize = 3;

/// How much more than the best name another one may cost to be shown beside it.
const WORSE_BUT_SHOWN: usize = 2;

/// Up to `count` of `names` that resemble `wanted`, the most similar first; equally similar ones in the order of `names`.
///
/// Case does not matter. A name resembles another one that it begins with, then one that it contains, and one that is a
/// few typing errors away (optimal string alignment, up to a third of the length).
pub(super) fn nearest(names: &[&'static str], wanted: &str, count: usize) -> Vec<&'static str> {
    let wanted: String = wanted
        .chars()
        .take(LONGEST_NAME)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    let mut ranked: Vec<_> = names
        .iter()
        .filter_map(|&name| Some((rank(&name.to_ascii_lowercase(), &wanted)?, name)))
        .collect();
    ranked.sort_by_key(|&(rank, _)| rank);
    if let Some(&((best, _), _)) = ranked.first() {
        ranked.retain(|&((cost, _), _)| cost <= best + WORSE_BUT_SHOWN);
    }
    ranked.truncate(count);
    ranked.into_iter().map(|(_, name)| name).collect()
}

/// How far `name` is from `wanted`: the cost, then the difference in length. Nothing if they have nothing in common.
fn rank(name: &str, wanted: &str) -> Option<(usize, usize)> {
    let lengths = (name.chars().count(), wanted.chars().count());
    let difference = lengths.0.abs_diff(lengths.1);
    let cost = typing_errors(name, wanted, difference)
        .into_iter()
        .chain(part_cost(name, wanted))
        .min()?;
    Some((cost, difference))
}

fn typing_errors(name: &str, wanted: &str, difference: usize) -> Option<usize> {
    let bearable = (wanted.chars().count() / 3).max(1);
    if difference > bearable {
        return None;
    }
    let errors = strsim::osa_distance(name, wanted);
    (errors <= bearable).then_some(errors)
}

/// The cost of one being a part of the other: of `name` beginning with or containing `wanted`, or of `wanted` having
/// something around `name` that is shorter than `name` itself.
fn part_cost(name: &str, wanted: &str) -> Option<usize> {
    let (longer, part) = if name.len() < wanted.len() {
        (wanted, name)
    } else {
        (name, wanted)
    };
    if part.len() < SHORTEST_PART || wanted.len() > name.len() * 2 {
        None
    } else if longer.starts_with(part) {
        Some(1)
    } else if longer.contains(part) {
        Some(2)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: &[&str] = &[
        "CreateServiceA",
        "CreateServiceW",
        "NetrJobAdd",
        "SchRpcRegisterTask",
        "SchRpcRun",
        "svcctl",
    ];

    #[test]
    fn swapped_letters_are_one_error() {
        assert_eq!(
            nearest(NAMES, "SchRpcRegisterTaks", 3),
            ["SchRpcRegisterTask"]
        );
        assert_eq!(nearest(NAMES, "svcclt", 3), ["svcctl"]);
    }

    #[test]
    fn a_far_name_is_not_shown_beside_a_near_one() {
        let names = &["SchRpcRegisterTask", "SchRpcRetrieveTask"];
        assert_eq!(nearest(names, "SchRpcRegisterTaks", 2), names[..1]);
    }

    #[test]
    fn beginnings_and_parts_are_found_whatever_their_case() {
        assert_eq!(
            nearest(NAMES, "createservice", 3),
            ["CreateServiceA", "CreateServiceW"]
        );
        assert_eq!(nearest(NAMES, "JobAdd", 3), ["NetrJobAdd"]);
        assert_eq!(
            nearest(NAMES, "SchRpc", 3),
            ["SchRpcRun", "SchRpcRegisterTask"]
        );
    }

    #[test]
    fn a_name_with_too_much_around_it_is_found() {
        assert_eq!(
            nearest(NAMES, "SchRpcRegisterTaskEx", 3),
            ["SchRpcRegisterTask"]
        );
    }

    #[test]
    fn what_resembles_nothing_gets_nothing() {
        for wanted in ["", "x", "completely different", "ßßß"] {
            assert!(nearest(NAMES, wanted, 3).is_empty(), "{wanted}");
        }
        assert!(nearest(NAMES, &"S".repeat(1 << 20), 3).is_empty());
        assert!(nearest(NAMES, "svcctl", 0).is_empty());
    }
}
