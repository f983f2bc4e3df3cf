//! What rules cost, for people and as JSON.

use std::io::{self, Write};

use clap::ValueEnum;
use serde_json::{Value as Json, json};

use crate::cost::{Cost, Costs, DispatchReason, reasons};
use crate::plan::PackPlan;
use crate::text::{Table, counted, print_json, printable};

/// How costs are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CostFormat {
    /// A table for people
    Human,
    /// One JSON object
    Json,
}

/// Prints costs that were measured.
#[allow(clippy::missing_errors_doc)]
pub fn print(
    costs: &Costs,
    zeek: &str,
    format: CostFormat,
    width: Option<usize>,
    out: &mut impl Write,
) -> io::Result<()> {
    let packs: f64 = costs.costs.iter().map(|cost| cost.seconds).sum();
    if format == CostFormat::Json {
        let each: Vec<Json> = costs.costs.iter().map(cost_json).collect();
        let seconds = json!({"zeek": costs.zeek, "packs": packs});
        return print_json(
            &json!({"zeek": zeek, "seconds": seconds, "costs": each}),
            out,
        );
    }
    let share = |seconds: f64| {
        if costs.zeek > 0.0 {
            format!("{:.2}%", 100.0 * seconds / costs.zeek)
        } else {
            "-".to_owned()
        }
    };
    writeln!(
        out,
        "Zeek {zeek} alone {:.1} ms, the packs {:.1} ms ({} of it)\n",
        costs.zeek * 1e3,
        packs * 1e3,
        share(packs)
    )?;
    let mut table = Table::new(["share", "ms", "calls", "us a call", "event", "what"]);
    for cost in &costs.costs {
        let what = match &cost.rule {
            Some(rule) => format!("{} ({})", printable(&rule.title), rule.name),
            None => format!("shared by the rules of {}", cost.pack),
        };
        table.push([
            share(cost.seconds),
            format!("{:.3}", cost.seconds * 1e3),
            format!("{:.0}", cost.calls),
            format!("{:.1}", cost.seconds * 1e6 / cost.calls),
            cost.event.clone(),
            what,
        ]);
    }
    table.print(width, out)
}

fn cost_json(cost: &Cost) -> Json {
    json!({
        "pack": cost.pack,
        "rule": cost.rule.as_ref().map(|rule| &rule.name),
        "title": cost.rule.as_ref().map(|rule| &rule.title),
        "event": cost.event,
        "calls": cost.calls,
        "seconds": cost.seconds,
    })
}

/// Prints what of each rule costs, as its plan tells it.
#[allow(clippy::missing_errors_doc)]
pub fn print_reasons(
    packs: &[PackPlan<'_>],
    format: CostFormat,
    width: Option<usize>,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut table = Table::new(["events", "found by", "keeps", "rule"]);
    let mut each = Vec::new();
    for pack in packs {
        for (rule, reasons) in pack.rules.iter().zip(reasons(pack)) {
            let title = rule.rule.title.value.as_str();
            for reason in reasons {
                let found_by = found_by(&reason.found_by);
                if format == CostFormat::Json {
                    each.push(json!({
                        "pack": pack.pack.name,
                        "title": title,
                        "events": reason.events,
                        "found_by": found_by,
                        "keeps": reason.keeps,
                    }));
                } else {
                    table.push([
                        reason.events.join(", "),
                        found_by,
                        reason.keeps.join(", "),
                        printable(title),
                    ]);
                }
            }
        }
    }
    if format == CostFormat::Json {
        print_json(&json!({"reasons": each}), out)
    } else {
        table.print(width, out)
    }
}

fn found_by(found: &DispatchReason) -> String {
    match found {
        DispatchReason::Text { field, size } => {
            format!(
                "a text of {}, {} of pattern",
                printable(field),
                counted(*size, "byte")
            )
        }
        DispatchReason::Value { field, values } => {
            format!("{} of {}", counted(*values, "value"), printable(field))
        }
        DispatchReason::Operations(operations) => counted(*operations, "operation"),
        DispatchReason::Interfaces(interfaces) => {
            format!("every call of {}", counted(*interfaces, "interface"))
        }
        DispatchReason::Kind => "the kind of the message".to_owned(),
        DispatchReason::Candidacy => "its earlier event".to_owned(),
        DispatchReason::Nothing => "nothing: it is tried each time".to_owned(),
    }
}
