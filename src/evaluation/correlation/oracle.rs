//! Windows against the reference evaluator: the same events fire the same, with the same value.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use rsigma_eval::{CorrelationConfig, CorrelationEngine, JsonEvent};
use serde_json::{Value, json};

use super::window::{Match, Settings, Windows};
use crate::event::Timestamp;
use crate::rule::correlation::{Aggregation, BoundRelation};
use crate::rule::{Number, Quantity};

const RULES: [&str; 3] = ["a", "b", "c"];
const TIMESPAN: i64 = 10;

#[derive(Debug, Clone)]
struct GeneratedEvent {
    /// Seconds since the event before: late ones come before it.
    step: i64,
    rule: usize,
    group: Option<u8>,
    value: Option<u8>,
    /// Eighths, which doubles add up without an error.
    number: Option<i32>,
}

fn event() -> impl Strategy<Value = GeneratedEvent> {
    let step = prop_oneof![
        3 => Just(0_i64),
        6 => 1..4_i64,
        2 => Just(TIMESPAN),
        1 => TIMESPAN + 1..30,
        2 => -12..0_i64,
    ];
    let group = proptest::option::weighted(0.9, 0..2_u8);
    let value = proptest::option::weighted(0.9, 0..5_u8);
    let number = proptest::option::weighted(0.9, 0..80_i32);
    (step, 0..RULES.len(), group, value, number).prop_map(|(step, rule, group, value, number)| {
        GeneratedEvent {
            step,
            rule,
            group,
            value,
            number,
        }
    })
}

#[derive(Debug, Clone)]
struct GeneratedCase {
    aggregation: Aggregation,
    bounds: Vec<(BoundRelation, u32)>,
    max_events: Option<usize>,
    events: Vec<GeneratedEvent>,
}

fn case(aggregation: Aggregation) -> impl Strategy<Value = GeneratedCase> {
    let number = if aggregation.is_numeric() { 30_u32 } else { 6 };
    let one = prop_oneof![
        Just(BoundRelation::Greater),
        Just(BoundRelation::GreaterOrEqual),
        Just(BoundRelation::Less),
        Just(BoundRelation::LessOrEqual),
        Just(BoundRelation::Equal),
        Just(BoundRelation::NotEqual),
    ];
    let bounds = prop_oneof![
        3 => (one, 0..number).prop_map(|bound| vec![bound]),
        1 => (0..number, 0..number)
            .prop_map(|(a, b)| vec![(BoundRelation::Greater, a), (BoundRelation::LessOrEqual, a + b)]),
    ];
    // The reference evaluator bounds matches, also where we keep one time of each rule or value.
    let max_events = match aggregation {
        Aggregation::Temporal | Aggregation::TemporalOrdered | Aggregation::ValueCount => {
            Just(None).boxed()
        }
        _ => proptest::option::of(1..6_usize).boxed(),
    };
    let events = proptest::collection::vec(event(), 1..200);
    (bounds, max_events, events).prop_map(move |(bounds, max_events, mut events)| {
        if max_events.is_some() {
            // Beyond its bound, the evaluator forgets what it had of late matches, and we do not.
            events
                .iter_mut()
                .for_each(|event| event.step = event.step.max(0));
        }
        GeneratedCase {
            aggregation,
            bounds,
            max_events,
            events,
        }
    })
}

impl GeneratedCase {
    fn yaml(&self) -> String {
        let rules = RULES.map(|name| {
            format!(
                "title: {name}\nid: {}\nname: {name}\nlogsource:\n    product: zeek\ndetection:\n    \
                 selection:\n        rule: {name}\n    condition: selection\n---\n",
                id(name)
            )
        });
        let bounds: String = self
            .bounds
            .iter()
            .map(|(relation, number)| format!("        {}: {number}\n", relation.name()))
            .collect();
        let field = match self.aggregation {
            Aggregation::ValueCount => "        field: value\n",
            aggregation if aggregation.is_numeric() => "        field: number\n",
            _ => "",
        };
        let percentile = if self.aggregation == Aggregation::ValuePercentile {
            "        percentile: 75\n"
        } else {
            ""
        };
        format!(
            "{}title: correlation\nid: {}\ncorrelation:\n    type: {}\n    rules: [{}]\n    \
             group-by: [group]\n    timespan: {TIMESPAN}s\n    condition:\n{bounds}{field}{percentile}",
            rules.concat(),
            id("correlation"),
            self.aggregation.name(),
            RULES.join(", "),
        )
    }

    /// What the reference evaluator says of each event: the value where it fires.
    fn expected(&self) -> Vec<Option<f64>> {
        let mut engine = CorrelationEngine::new(CorrelationConfig {
            max_group_entries: self.max_events,
            ..CorrelationConfig::default()
        });
        let collection = rsigma_parser::parse_sigma_yaml(&self.yaml()).unwrap();
        engine.add_collection(&collection).unwrap();
        let mut now = 1_000_000;
        let fires = self.events.iter().map(|event| {
            now += event.step;
            let mut fields = serde_json::Map::new();
            fields.insert("rule".to_owned(), json!(RULES[event.rule]));
            let mut set = |name: &str, value: Option<Value>| {
                fields.extend(value.map(|value| (name.to_owned(), value)));
            };
            set("group", event.group.map(|group| json!(format!("g{group}"))));
            set("value", event.value.map(|value| json!(format!("v{value}"))));
            set(
                "number",
                event.number.map(|number| json!(f64::from(number) / 8.0)),
            );
            let fields = Value::Object(fields);
            let results = engine.process_event_at(&JsonEvent::borrow(&fields), now);
            let mut values = results
                .iter()
                .filter_map(|result| result.as_correlation())
                .map(|body| body.aggregated_value);
            values.next()
        });
        let fires: Vec<Option<f64>> = fires.collect();
        if self.aggregation != Aggregation::ValuePercentile {
            return fires;
        }
        // The evaluator computes the percentile, but does not compare it.
        let holds = |value: &f64| self.holds(*value);
        fires.into_iter().map(|value| value.filter(holds)).collect()
    }

    fn found(&self) -> Vec<Option<f64>> {
        self.found_counting(usize::MAX)
    }

    /// What is found where no more than so many matches or values are counted.
    fn found_counting(&self, most: usize) -> Vec<Option<f64>> {
        let settings = Settings {
            tells_total: true,
            aggregation: self.aggregation,
            percentile: 75,
            is_exact: false,
            rules: RULES.len(),
            timespan: TIMESPAN,
            max_groups: usize::MAX,
            max_events: self.max_events.unwrap_or(usize::MAX),
            most,
        };
        let mut windows = Windows::default();
        let mut now = Timestamp::from_micros(1_000_000_000_000);
        let fires = self.events.iter().map(|event| {
            now = now.plus_seconds(event.step);
            let matched = Match {
                time: now,
                group: vec![event.group.map(|group| vec![group])],
                rule: event.rule,
                value: event.value.map(|value| vec![value]),
                number: event
                    .number
                    .and_then(|number| Number::new(f64::from(number) / 8.0)),
                weight: 1,
            };
            let computed = windows.take(&settings, &matched)?;
            Some(computed.value.as_f64()).filter(|value| self.holds(*value))
        });
        fires.collect()
    }

    fn holds(&self, value: f64) -> bool {
        self.bounds.iter().all(|(relation, number)| {
            relation.holds(Quantity::Double(value), u64::from(*number).into())
        })
    }
}

fn id(name: &str) -> String {
    let digits: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("00000000-0000-4000-8000-{:0>12.12}", digits)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn event_count(case in case(Aggregation::EventCount)) {
        prop_assert_eq!(case.found(), case.expected());
    }

    #[test]
    fn value_count(case in case(Aggregation::ValueCount)) {
        prop_assert_eq!(case.found(), case.expected());
    }

    #[test]
    fn temporal(case in case(Aggregation::Temporal)) {
        prop_assert_eq!(case.found(), case.expected());
    }

    #[test]
    fn temporal_ordered(case in case(Aggregation::TemporalOrdered)) {
        prop_assert_eq!(case.found(), case.expected());
    }

    #[test]
    fn value_sum(case in case(Aggregation::ValueSum)) {
        prop_assert_eq!(case.found(), case.expected());
    }

    #[test]
    fn value_avg(case in case(Aggregation::ValueAvg)) {
        prop_assert_eq!(case.found(), case.expected());
    }

    /// What is kept for the condition alone comes to the same as all there is.
    #[test]
    fn enough_is_kept(
        case in prop_oneof![case(Aggregation::EventCount), case(Aggregation::ValueCount)]
    ) {
        let case = GeneratedCase { max_events: None, ..case };
        let numbers = case.bounds.iter().map(|(relation, number)| {
            *number as usize + usize::from(relation.tells_apart_beyond())
        });
        let most = numbers.max().unwrap_or_default().max(1);
        let fires = |values: Vec<Option<f64>>| -> Vec<bool> {
            values.iter().map(Option::is_some).collect()
        };
        prop_assert_eq!(fires(case.found_counting(most)), fires(case.expected()));
    }

    #[test]
    fn value_percentile(case in case(Aggregation::ValuePercentile)) {
        prop_assert_eq!(case.found(), case.expected());
    }
}

/// Beyond so many groups, those that were not seen for longest are forgotten.
#[test]
fn groups_are_bounded() {
    let settings = Settings {
        tells_total: true,
        aggregation: Aggregation::EventCount,
        percentile: 50,
        is_exact: false,
        rules: 1,
        timespan: 1000,
        max_groups: 4,
        max_events: 10,
        most: 10,
    };
    let mut windows = Windows::default();
    let mut take = |seconds: i64, group: u8| {
        let matched = Match {
            time: Timestamp::from_micros(seconds * 1_000_000),
            group: vec![Some(vec![group])],
            rule: 0,
            value: None,
            number: None,
            weight: 1,
        };
        windows
            .take(&settings, &matched)
            .map(|computed| computed.value.as_f64())
    };
    for group in 0..4 {
        assert_eq!(take(i64::from(group), group), Some(1.0));
    }
    // The fifth group makes the others' older half go.
    assert_eq!(take(10, 4), Some(1.0));
    assert_eq!(take(11, 3), Some(2.0));
    assert_eq!(take(12, 0), Some(1.0));
    // What is too old goes first.
    assert_eq!(take(1011, 1), Some(1.0));
    assert_eq!(take(1012, 2), Some(1.0));
    assert_eq!(take(1013, 3), Some(1.0));
}
