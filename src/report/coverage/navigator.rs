//! A layer of the ATT&CK Navigator, after its layer format 4.5 (mitre-attack/attack-navigator,
//! `layers/spec/v4.5/layerformat.md`).

use serde_json::{Value, json};

use crate::coverage::{Coverage, CoveredTechnique, Gap};
use crate::registry::attack::ATTACK_RELEASE;
use crate::registry::robustness::Column;
use crate::score::Score;

const LAYER_FORMAT: &str = "4.5";
/// The oldest Navigator whose layers may say that they are of format 4.5 and whose layout is used here.
const NAVIGATOR: &str = "5.1.0";

/// The colours of scores from 0 to 5.
const COLOURS: [&str; 3] = ["#ff6666", "#ffe766", "#8ec843"];
/// The colour of techniques without a rule.
const GAP: &str = "#d5d5d5";
const MOST: f64 = 5.0;

/// The layer: techniques with a rule coloured by their best score, and in grey those without.
pub(super) fn layer(coverage: &Coverage<'_>) -> Value {
    let covered = coverage.techniques.iter().map(covered);
    let techniques: Vec<Value> = covered.chain(coverage.gaps.iter().map(gap)).collect();
    let release = ATTACK_RELEASE.split('.').next().unwrap_or(ATTACK_RELEASE);
    json!({
        "name": "sigzeek",
        "versions": {"attack": release, "navigator": NAVIGATOR, "layer": LAYER_FORMAT},
        "domain": "enterprise-attack",
        "description": "Techniques that Zeek detects with these rules, by the best robustness score (Summiting the Pyramid): \
                        its row, and half a row less where payload must be readable",
        "sorting": 3,
        "layout": {
            "layout": "side",
            "showID": true,
            "showName": true,
            "showAggregateScores": false,
            "countUnscored": false,
            "aggregateFunction": "max",
            "expandedSubtechniques": "annotated",
        },
        "hideDisabled": false,
        "techniques": techniques,
        "gradient": {"colors": COLOURS, "minValue": 0, "maxValue": MOST},
        "legendItems": legend(coverage),
        "showTacticRowBackground": false,
        "selectTechniquesAcrossTactics": true,
        "selectSubtechniquesWithParent": false,
        "selectVisibleTechniques": false,
        "metadata": [],
        "links": [],
    })
}

fn covered(covered: &CoveredTechnique<'_>) -> Value {
    let rules: Vec<Value> = super::rules(covered)
        .map(|(title, score)| json!({"name": title, "value": score}))
        .collect();
    let mut technique = json!({
        "techniqueID": covered.technique.id,
        "comment": format!("best score {}", super::text(covered.best)),
        "enabled": true,
        "metadata": rules,
    });
    if let Some(best) = covered.best {
        technique["score"] = json!(number(best));
    }
    technique
}

fn gap(gap: &Gap) -> Value {
    json!({
        "techniqueID": gap.technique.id,
        "comment": format!("no rule; shown by {}", gap.shown_by.join(", ")),
        "enabled": true,
        "color": GAP,
    })
}

/// A score as a number for the gradient.
fn number(score: Score) -> f64 {
    let row = f64::from(score.row.number());
    match score.column {
        Column::Header => row,
        Column::Payload => row - 0.5,
    }
}

fn legend(coverage: &Coverage<'_>) -> Vec<Value> {
    let mut items: Vec<Value> = Score::all()
        .filter(|score| {
            coverage
                .techniques
                .iter()
                .any(|covered| covered.best == Some(*score))
        })
        .map(|score| json!({"label": score.to_string(), "color": colour(number(score))}))
        .collect();
    items.push(json!({"label": "no rule", "color": GAP}));
    items
}

/// The gradient's colour at a number from 0 to 5.
fn colour(number: f64) -> String {
    let [low, middle, high] = COLOURS;
    let share = number / MOST * 2.0;
    let (from, to, share) = if share <= 1.0 {
        (low, middle, share)
    } else {
        (middle, high, share - 1.0)
    };
    let part = |colour: &str, place: usize| {
        let digits = colour.get(place..place + 2).unwrap_or("00");
        f64::from(u8::from_str_radix(digits, 16).unwrap_or_default())
    };
    let mut text = String::from("#");
    for place in [1, 3, 5] {
        let value = part(from, place) + (part(to, place) - part(from, place)) * share;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        text.push_str(&format!("{:02x}", value.round() as u8));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::colour;

    #[test]
    fn colours_are_those_of_the_gradient() {
        assert_eq!(colour(0.0), "#ff6666");
        assert_eq!(colour(2.5), "#ffe766");
        assert_eq!(colour(5.0), "#8ec843");
        assert_eq!(colour(1.25), "#ffa766");
    }
}
