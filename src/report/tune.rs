//! What tuning a rule came to, for people.

use std::io::{self, Write};

use super::draft::print_left_out;
use crate::score::Score;
use crate::text::{listed, paragraph, printable};
use crate::tune::{Refused, Tuned};

/// How many conditions are no sign yet that they fit the captures alone.
const MOST_CONVINCING: usize = 2;

/// Prints what was found and in which engines it was proved.
#[allow(clippy::missing_errors_doc)]
pub fn print(
    tuned: &Tuned,
    engines: &[String],
    width: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    let verb = if tuned.narrows {
        "asks for"
    } else {
        "excludes"
    };
    let conditions: Vec<String> = tuned.conditions.iter().map(ToString::to_string).collect();
    let text = format!(
        "{}: {verb} {}",
        tuned.title,
        printable(&conditions.join(" or "))
    );
    paragraph("", 0, &text, width, out)?;
    for (what, [before, after]) in [
        ("false positives", tuned.false_positives),
        ("true positives", tuned.true_positives),
    ] {
        writeln!(
            out,
            "  {what}: {} before, {after} after",
            counted_matches(before)
        )?;
    }
    let score = |score: Option<Score>| score.map_or("none".to_owned(), |score| score.to_string());
    let [before, after] = tuned.score.map(score);
    writeln!(out, "  score: {before} before, {after} after")?;
    let text =
        "whoever makes the excluded thing true, or does without what is asked for, evades the rule";
    paragraph("  ", 2, text, width, out)?;
    if tuned.conditions.len() > MOST_CONVINCING {
        let text = "so many conditions fit these captures and may fit no others: read each, or try more true positives";
        paragraph("  ", 2, text, width, out)?;
    }
    if !tuned.correlations.is_empty() {
        let text = format!(
            "counted by: {}; the rule's matches were compared, not what is raised on them",
            listed(&tuned.correlations)
        );
        paragraph("  ", 2, &printable(&text), width, out)?;
    }
    writeln!(out, "  proved in {}", listed(engines))
}

/// Prints that nothing separates false from true positives.
#[allow(clippy::missing_errors_doc)]
pub fn print_refused(refused: &Refused, width: usize, out: &mut impl Write) -> io::Result<()> {
    let matches = counted_matches(refused.false_positives);
    let text = format!(
        "nothing that lasts separates the false positives ({matches}) from the true ones: whatever quiets all of the former loses some of \
         the latter, or changes from one time to the next. If it is who does it, name the hosts in an allow-list of the package."
    );
    paragraph("", 0, &text, width, out)?;
    if let Some((condition, quieted)) = &refused.best {
        let condition = condition.to_string();
        writeln!(
            out,
            "best: excluding {} quiets {quieted}",
            printable(&condition)
        )?;
    }
    print_left_out(&refused.left_out, width, out)
}

fn counted_matches(number: usize) -> String {
    format!("{number} match{}", if number == 1 { "" } else { "es" })
}
