//! Compiles network detections written as Sigma rules into Zeek packages.
//!
//! Rules flow in one direction, each stage taking the previous one's type:
//! rule files, [`rule`], [`plan`], [`zeek`] and [`zkg`], [`package`]. [`schema`] and [`registry`] hold the facts that planning needs;
//! [`replay`] reads captures and raises the protocol events that rules are tried on, and [`regression`] runs rules' tests.
//! [`synth`] writes captures for rules.
//! [`score`] says how hard a rule is to evade, and [`coverage`] what rules cover. [`difference`] says how two sets of rules
//! differ, and [`revision`] takes one out of git. [`finding`] is what every stage says of a rule that it cannot take,
//! [`report`] prints it, and [`mending`] applies fixes. [`json_schema`] tells editors what rules are made of, and [`init`]
//! makes new rule repositories.

pub mod cli;
pub mod compile;
pub mod coverage;
pub mod difference;
pub mod finding;
pub mod init;
pub mod json_schema;
pub mod mending;
pub mod package;
pub mod plan;
pub mod registry;
pub mod regression;
pub mod replay;
pub mod report;
pub mod revision;
pub mod rule;
pub mod schema;
pub mod score;
pub mod synth;
pub mod zeek;
pub mod zkg;
