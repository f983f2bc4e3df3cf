//! What a correlation's notice says, as the package's `fmt` writes it.

use super::window::{Computed, GroupKey};
use crate::plan::correlation::{CorrelationPlan, MAX_LISTED_BYTES, MessagePart};
use crate::rule::{Number, Quantity};

/// What a notice can tell.
pub(super) struct Told<'a> {
    pub(super) group: &'a GroupKey,
    pub(super) computed: Computed,
    pub(super) threshold: Number,
    /// The values that were counted, where the notice lists them.
    pub(super) values: Vec<u8>,
}

/// Several values as one text that tells them apart.
pub(super) fn told_apart(values: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut text = Vec::new();
    for value in values {
        text.extend(format!("{}:", value.len()).into_bytes());
        text.extend(value);
    }
    text
}

/// A value that is counted, for people. Zeek's unique ids are not known here.
pub(super) fn counted_value(counted: &[u8], is_uid: &[bool]) -> Vec<u8> {
    let mut parts: Vec<&[u8]> = Vec::new();
    let mut rest = counted;
    while let Some((length, behind)) = length_and_rest(rest) {
        let (value, next) = behind.split_at(length.min(behind.len()));
        let shown = is_uid.get(parts.len()) != Some(&true);
        parts.push(if shown { value } else { b"-" });
        rest = next;
    }
    parts.join(&b'/')
}

fn length_and_rest(text: &[u8]) -> Option<(usize, &[u8])> {
    let colon = memchr::memchr(b':', text)?;
    let length = std::str::from_utf8(&text[..colon]).ok()?.parse().ok()?;
    Some((length, &text[colon + 1..]))
}

/// Values as a notice lists them, of so many that were counted.
pub(super) fn listing(values: impl Iterator<Item = Vec<u8>>, counted: usize) -> Vec<u8> {
    let shown: Vec<Vec<u8>> = values
        .map(|value| match value.get(..MAX_LISTED_BYTES) {
            Some(beginning) if value.len() > MAX_LISTED_BYTES => [beginning, b"..."].concat(),
            _ => value,
        })
        .collect();
    let mut text = shown.join(&b", "[..]);
    if counted > shown.len() {
        text.extend(format!(" and {} more", counted - shown.len()).into_bytes());
    }
    text
}

/// A text of a notice.
pub(super) fn text(parts: &[MessagePart], plan: &CorrelationPlan<'_>, told: &Told<'_>) -> Vec<u8> {
    let Told {
        group,
        computed,
        threshold,
        values,
    } = told;
    let mut message = Vec::new();
    for part in parts {
        match part {
            MessagePart::Literal(text) => message.extend(text.as_bytes()),
            MessagePart::Total => message.extend(computed.total.to_string().into_bytes()),
            MessagePart::Count => message.extend(quantity(plan, computed.value).into_bytes()),
            MessagePart::Values => message.extend(values),
            MessagePart::Threshold => message.extend(number(plan, *threshold).into_bytes()),
            MessagePart::Timespan => message.extend(interval(plan.timespan()).into_bytes()),
            // Zeek's unique ids are not known here.
            MessagePart::Column(column) if plan.is_uid(*column) => message.push(b'-'),
            MessagePart::Column(column) => match group.get(*column) {
                Some(Some(value)) => message.extend(value),
                _ => message.push(b'-'),
            },
        }
    }
    message
}

/// What the condition compares. Of a sum beyond what Zeek counts to, the nearest double is written.
pub(super) fn quantity(plan: &CorrelationPlan<'_>, quantity: Quantity) -> String {
    match quantity {
        Quantity::Ratio {
            numerator,
            denominator: 1,
        } if plan.comes_to_whole() && numerator <= u64::MAX.into() => numerator.to_string(),
        _ if plan.comes_to_whole() => format!("{:.0}", quantity.as_f64()),
        _ => format!("{:.2}", quantity.as_f64()),
    }
}

fn number(plan: &CorrelationPlan<'_>, number: Number) -> String {
    match number.as_count() {
        Some(whole) if plan.compares_whole() => whole.to_string(),
        _ if plan.comes_to_whole() => format!("{:.0}", number.as_f64()),
        _ => format!("{:.2}", number.as_f64()),
    }
}

/// A time span as Zeek prints it: `5.0 mins`, `1.0 hr 30.0 mins`.
fn interval(seconds: u64) -> String {
    const UNITS: &[(u64, &str)] = &[(86_400, "day"), (3600, "hr"), (60, "min"), (1, "sec")];
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (unit, name) in UNITS {
        let number = rest / unit;
        rest %= unit;
        match number {
            0 => {}
            1 => parts.push(format!("1.0 {name}")),
            number => parts.push(format!("{number}.0 {name}s")),
        }
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::interval;

    #[test]
    fn time_spans_are_written_as_by_zeek() {
        assert_eq!(interval(1), "1.0 sec");
        assert_eq!(interval(30), "30.0 secs");
        assert_eq!(interval(300), "5.0 mins");
        assert_eq!(interval(5400), "1.0 hr 30.0 mins");
        assert_eq!(interval(86_400), "1.0 day");
        assert_eq!(interval(604_800), "7.0 days");
        assert_eq!(interval(90_061), "1.0 day 1.0 hr 1.0 min 1.0 sec");
    }

    /// As C's `printf` does, which Zeek's `fmt` calls.
    #[test]
    fn halves_are_rounded_to_even() {
        assert_eq!(format!("{:.2}", 0.125), "0.12");
        assert_eq!(format!("{:.2}", 0.375), "0.38");
        assert_eq!(format!("{:.2}", 2.5), "2.50");
    }
}
