//! Compiles network detections written as Sigma rules into Zeek packages, and tries them on captures.
//!
//! The modules are rooms of a house: each takes from those below it alone, which `tests/commands/architecture.rs` checks. From the
//! ground up: [`text`] lays out text for people, and `platform` holds what operating systems do each in their own way; [`finding`] is what every stage says of a rule that it cannot take;
//! [`registry`] and [`service`] hold the facts of RPC, ATT&CK and Zeek's logs; [`stub`] is how the arguments of calls are read; [`package`] writes folders atomically.
//! [`rule`] reads Sigma, [`predicate`] is what a rule asks, [`score`] how hard that is to evade, and [`plan`] what has to be
//! done at which event. [`zeek`] writes a plan as Zeek scripts, and [`zkg`] makes them a package. [`evaluation`] takes the
//! same plan and protocol [events](event), which [`replay`] reads from captures, or records of logs; [`trial`] joins them, and [`visibility`] tells what rules could not see. [`logs`] reads
//! Zeek's log files, and [`survey`] asks a Zeek which logs it has. [`conversion`] writes rules on log
//! columns alone, for other Sigma tools. [`cut`] cuts captures down to what matters, [`synth`] writes captures for rules, and [`regression`]
//! runs rules' tests. [`draft`] writes rules on what an attack shows and a baseline does not, and
//! [`tune`] quiets false positives. [`hunt`] searches log files for what rules match. [`words`] says in English what a rule asks, [`difference`] how two sets of rules differ and
//! [`coverage`] what they cover. [`report`] prints whatever was found, [`lsp`] serves
//! editors, and [`cli`] is the command line.

pub mod cli;
pub mod compile;
pub mod conversion;
pub mod cost;
pub mod coverage;
pub mod cut;
pub mod difference;
pub mod draft;
pub mod evaluation;
pub mod event;
pub mod finding;
pub mod hunt;
pub mod init;
pub mod json_schema;
pub mod logs;
pub mod lsp;
pub mod mending;
pub mod package;
pub mod plan;
mod platform;
pub mod predicate;
pub mod registry;
pub mod regression;
pub mod replay;
pub mod report;
pub mod revision;
pub mod rule;
pub mod score;
pub mod service;
pub mod stub;
pub mod survey;
pub mod synth;
pub mod text;
pub mod trial;
pub mod tune;
pub mod visibility;
pub mod words;
pub mod zeek;
pub mod zkg;
