//! Texts that every string of a pattern has in it.

use super::{Case, Pattern, node::ByteExpression};

impl Pattern {
    /// Whether every string that the pattern matches is known to have these bytes in it, ASCII letters in any case.
    pub fn asks_for_part(&self, part: &[u8]) -> bool {
        asks_for(self.node(), part)
    }

    /// Whether the pattern matches these bytes alone, ASCII letters in any case.
    pub fn asks_for_whole(&self, whole: &[u8]) -> bool {
        self.as_literal()
            .is_some_and(|(bytes, _): (&[u8], Case)| bytes.eq_ignore_ascii_case(whole))
    }
}

fn asks_for(node: &ByteExpression, part: &[u8]) -> bool {
    match node {
        ByteExpression::Literal { bytes, .. } => has(bytes, part),
        ByteExpression::Class(_) => false,
        ByteExpression::Concat(nodes) => {
            nodes.iter().any(|node| asks_for(node, part))
                || runs(nodes).iter().any(|run| has(run, part))
        }
        ByteExpression::Alternation(arms) => {
            !arms.is_empty() && arms.iter().all(|arm| asks_for(arm, part))
        }
        ByteExpression::Repeat { node, min, .. } => *min > 0 && asks_for(node, part),
    }
}

/// Neighbouring literals, which are apart only where one minds case, joined.
fn runs(nodes: &[ByteExpression]) -> Vec<Vec<u8>> {
    let mut runs = vec![Vec::new()];
    for node in nodes {
        match (node, runs.last_mut()) {
            (ByteExpression::Literal { bytes, .. }, Some(run)) => run.extend_from_slice(bytes),
            _ => runs.push(Vec::new()),
        }
    }
    runs
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    part.is_empty()
        || bytes
            .windows(part.len())
            .any(|window| window.eq_ignore_ascii_case(part))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::{Anchoring, RegexFlags, ValuePart};
    use super::*;

    fn value(text: &str, anchoring: Anchoring) -> Pattern {
        let parts = [ValuePart::Literal(text.to_owned())];
        Pattern::from_sigma(&parts, anchoring, Case::Insensitive)
    }

    fn regex(text: &str) -> Pattern {
        Pattern::from_regex(text, RegexFlags::default()).unwrap()
    }

    #[test]
    fn what_every_match_has_in_it_is_asked_for() {
        for anchoring in [
            Anchoring::Exact,
            Anchoring::StartsWith,
            Anchoring::EndsWith,
            Anchoring::Contains,
        ] {
            assert!(value("/WSMAN-anon/", anchoring).asks_for_part(b"/wsman"));
            assert!(!value("/wsm", anchoring).asks_for_part(b"/wsman"));
        }
        assert!(regex(r"^/wsman(/|\?|$)").asks_for_part(b"/wsman"));
        assert!(regex(r"\.(url|lnk)\.lnk$").asks_for_part(b".lnk"));
        assert!(!regex(r"^(/wsman|/ews)").asks_for_part(b"/wsman"));
        assert!(!regex(r"^(/wsman)?/").asks_for_part(b"/wsman"));
        assert!(regex(r"^\x4c\x00\xff+").asks_for_part(b"L\0\xff"));
    }

    #[test]
    fn a_whole_is_not_a_part() {
        assert!(value("0", Anchoring::Exact).asks_for_whole(b"0"));
        assert!(!value("10", Anchoring::Exact).asks_for_whole(b"0"));
        assert!(!value("0", Anchoring::Contains).asks_for_whole(b"0"));
    }
}
