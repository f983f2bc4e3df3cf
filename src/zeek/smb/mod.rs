//! The dispatch of SMB file actions and tree connects: one look-up of the action, and one automaton a field, whatever the
//! number of rules.

mod events;

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;

use self::events::{FILE_EVENTS, TREE_EVENTS};
pub(super) use self::events::{names_of_file_events, names_of_tree_events};
use super::expression::{presence, value};
use super::keys::{PatternEntry, list};
use super::rule_file::transfer_function_name;
use super::{WriteError, Writer};
use crate::plan::dispatch::EventRuns;
use crate::plan::extraction::{ExtractionPlan, transfers};
use crate::predicate::pattern::Pattern;
use crate::service::{Field, FileAction, Phase, Service, SmbVersion};

#[derive(Template)]
#[template(path = "smb-action.zeek")]
struct Action<'a> {
    module: &'a str,
    files: bool,
    trees: bool,
    commands: bool,
}

#[derive(Template)]
#[template(path = "smb.zeek")]
struct SmbScript<'a> {
    module: &'a str,
    field: &'a str,
    keeps_requests: bool,
    keeps_data: bool,
    keeps_service: bool,
    uses_shares: bool,
    /// Whether some event falls back on the connection's latest file.
    falls_back: bool,
    shared_tables: Vec<SharedTable>,
    file_phases: Vec<FilePhase>,
    file_events: Vec<FileEvent>,
    /// Rules that have files extracted.
    transfers: Vec<ActionRow>,
    tree_phases: Vec<TreePhase>,
    tree_events: Vec<TreeEvent>,
    command_phases: Vec<CommandPhase>,
    command_events: Vec<CommandEvents>,
}

#[derive(Template)]
#[template(path = "file-extraction.zeek")]
struct Extraction<'a> {
    module: &'a str,
    field: &'a str,
    attack: bool,
    max_extracted_bytes: u64,
    max_name_bytes: usize,
}

/// Bytes of a file that are extracted, unless an operator changes `max_extracted_bytes`: what Zeek's own limit is.
const MAX_EXTRACTED_BYTES: u64 = 104_857_600;
/// Length of the longest name of an extracted file; file systems take 255.
const MAX_NAME_BYTES: usize = 200;

/// Rules by what a field must match.
struct SharedTable {
    name: String,
    comment: String,
    handler: &'static str,
    entries: Vec<PatternEntry>,
}

/// What is dispatched of file actions at one event.
struct FilePhase {
    phase: Phase,
    name: &'static str,
    words: &'static str,
    tables: Vec<FileTable>,
    every: Vec<ActionRow>,
    actions: BTreeSet<FileAction>,
}

/// Rules by action and by what a field must match.
struct FileTable {
    name: String,
    field: String,
    guard: Option<String>,
    subject: String,
    rows: Vec<ActionRow>,
}

/// What a table has for an action.
struct ActionRow {
    action: &'static str,
    value: String,
}

/// What is dispatched of tree connects at one event.
struct TreePhase {
    phase: Phase,
    name: &'static str,
    words: &'static str,
    tables: Vec<FieldTable>,
    every: String,
}

/// A table of rules by what a field must match, and how the field is looked up in it.
struct FieldTable {
    name: String,
    guard: Option<String>,
    subject: String,
}

/// What is dispatched of commands at one event.
struct CommandPhase {
    name: &'static str,
    words: &'static str,
    tables: Vec<FieldTable>,
    every: String,
}

/// The handlers of a generation's messages.
struct CommandEvents {
    smb1: bool,
    requests: bool,
    responses: bool,
    uses_status: bool,
}

/// The handler of an event of file actions.
struct FileEvent {
    name: &'static str,
    parameters: String,
    is_deletion: bool,
    /// Whether the connection's latest file is taken for the one it is about where its request was not captured.
    falls_back: bool,
    /// The action, in Zeek.
    kind: String,
    keeps_data: bool,
    has_data: bool,
    /// The argument that has the length.
    length: &'static str,
    response_length: &'static str,
    phases: Vec<&'static str>,
    /// The condition under which no rule watches the action.
    unwatched: String,
}

/// The handler of an event of tree connects.
struct TreeEvent {
    name: &'static str,
    parameters: String,
    phase: &'static str,
    keeps_service: bool,
    runs: bool,
}

impl FilePhase {
    fn watches(&self, action: FileAction) -> bool {
        self.actions.contains(&action)
    }
}

/// Rules by pattern: the functions to run.
type Patterns = BTreeMap<Pattern, Vec<String>>;

impl Writer<'_> {
    pub(super) fn smb_action(&self) -> Result<String, WriteError> {
        Ok(Action {
            module: &self.names.module,
            files: self.serves(Service::SMB_FILES),
            trees: self.serves(Service::SMB_MAPPING),
            commands: self.serves(Service::SMB_CMD),
        }
        .render()?)
    }

    pub(super) fn file_extraction(&self) -> Result<String, WriteError> {
        Ok(Extraction {
            module: &self.names.module,
            field: &self.names.field,
            attack: self.is_attack_style(),
            max_extracted_bytes: MAX_EXTRACTED_BYTES,
            max_name_bytes: MAX_NAME_BYTES,
        }
        .render()?)
    }

    /// Whether some rule has files extracted.
    pub(super) fn extracts_files(&self) -> bool {
        let mut rules = self.plan.rules.iter();
        rules.any(|rule| rule.extraction.is_some())
    }

    fn transfers(&self) -> Vec<ActionRow> {
        let mut functions: BTreeMap<FileAction, Vec<String>> = BTreeMap::new();
        for (rule, names) in self.rules().filter(|(rule, _)| rule.extraction.is_some()) {
            for action in rule.actions.iter().filter(|action| transfers(**action)) {
                let known = functions.entry(*action).or_default();
                known.push(transfer_function_name(names));
            }
        }
        let rows = functions.into_iter().map(|(action, functions)| ActionRow {
            action: action.name(),
            value: list(&functions),
        });
        rows.collect()
    }

    pub(super) fn smb(&self) -> Result<String, WriteError> {
        let mut shared_tables = Vec::new();
        let events = self.dispatch.files.iter();
        let file_phases: Vec<FilePhase> = events
            .map(|event| self.file_phase(event, &mut shared_tables))
            .collect();
        let events = self.dispatch.trees.iter();
        let tree_phases: Vec<TreePhase> = events
            .map(|event| self.tree_phase(event, &mut shared_tables))
            .collect();
        let events = self.dispatch.commands.iter();
        let command_phases: Vec<CommandPhase> = events
            .map(|event| self.command_phase(event, &mut shared_tables))
            .collect();
        let keeps_data = self.smb_uses(&["data_offset", "data_len"]);
        let keeps_service = self.smb_uses(&["requested_service"]);
        let file_events = file_events(&file_phases, keeps_data);
        Ok(SmbScript {
            module: &self.names.module,
            field: &self.names.field,
            keeps_requests: keeps_data || keeps_service,
            keeps_data,
            keeps_service,
            uses_shares: file_events
                .iter()
                .any(|event| event.kind.starts_with("by_share")),
            falls_back: file_events.iter().any(|event| event.falls_back),
            shared_tables,
            file_events,
            transfers: self.transfers(),
            tree_events: tree_events(&tree_phases, keeps_service),
            command_events: self.command_events(),
            command_phases,
            file_phases,
            tree_phases,
        }
        .render()?)
    }

    /// Whether some rule of SMB looks at one of these fields.
    fn smb_uses(&self, names: &[&str]) -> bool {
        let mut rules = self.plan.rules.iter().filter(|rule| rule.service.is_smb());
        rules.any(|rule| {
            let extraction = rule.extraction.iter();
            let mut saved = extraction.flat_map(ExtractionPlan::fields);
            names.iter().any(|name| rule.uses(name))
                || saved.any(|field| names.contains(&field.name.as_str()))
        })
    }

    fn file_phase(&self, event: &EventRuns, shared: &mut Vec<SharedTable>) -> FilePhase {
        let phase = event.phase;
        let mut by_field: BTreeMap<Field, BTreeMap<FileAction, Patterns>> = BTreeMap::new();
        let mut every: BTreeMap<FileAction, Vec<String>> = BTreeMap::new();
        let mut watched = BTreeSet::new();
        for run in &event.runs {
            let (rule, _, function) = self.run(run, phase);
            for action in &rule.actions {
                watched.insert(*action);
                let functions = match self.key(run) {
                    Some(key) => by_field
                        .entry(key.field.clone())
                        .or_default()
                        .entry(*action)
                        .or_default()
                        .entry(key.pattern.clone())
                        .or_default(),
                    None => every.entry(*action).or_default(),
                };
                functions.push(function.clone());
            }
        }
        let tables = by_field
            .iter()
            .map(|(field, actions)| self.file_table(phase, field, actions, shared))
            .collect();
        let every = every.into_iter().map(|(action, functions)| ActionRow {
            action: action.name(),
            value: list(&functions),
        });
        FilePhase {
            phase,
            name: phase.name(),
            words: phase.when(),
            tables,
            every: every.collect(),
            actions: watched,
        }
    }

    /// Rules by what a field must match, an automaton for all actions that the same rules watch.
    fn file_table(
        &self,
        phase: Phase,
        field: &Field,
        actions: &BTreeMap<FileAction, Patterns>,
        shared: &mut Vec<SharedTable>,
    ) -> FileTable {
        let name = format!("{}_rules_by_{}", phase.name(), field.name);
        let mut written: Vec<(&Patterns, String)> = Vec::new();
        let mut rows = Vec::new();
        for (action, patterns) in actions {
            let known = written.iter().find(|(known, _)| *known == patterns);
            let table = match known {
                Some((_, table)) => table.clone(),
                None => {
                    let table = format!("{name}_{}", written.len() + 1);
                    shared.push(SharedTable {
                        name: table.clone(),
                        comment: format!(
                            "Rules by what {} must match, {}.",
                            field.name,
                            phase.when()
                        ),
                        handler: "FileHandler",
                        entries: self.gates.entries(phase, &field.name, patterns),
                    });
                    written.push((patterns, table.clone()));
                    table
                }
            };
            rows.push(ActionRow {
                action: action.name(),
                value: table,
            });
        }
        FileTable {
            name,
            field: field.name.clone(),
            guard: presence(field),
            subject: value(field),
            rows,
        }
    }

    fn tree_phase(&self, event: &EventRuns, shared: &mut Vec<SharedTable>) -> TreePhase {
        let (tables, every) = self.field_tables("a tree", "TreeHandler", event, shared);
        TreePhase {
            phase: event.phase,
            name: event.phase.name(),
            words: event.phase.when(),
            tables,
            every: list(&every),
        }
    }

    fn command_phase(&self, event: &EventRuns, shared: &mut Vec<SharedTable>) -> CommandPhase {
        let (tables, every) = self.field_tables("a command", "MessageHandler", event, shared);
        CommandPhase {
            name: event.phase.name(),
            words: event.phase.when(),
            tables,
            every: list(&every),
        }
    }

    /// The handlers of the generations of SMB whose commands some rule watches.
    fn command_events(&self) -> Vec<CommandEvents> {
        let of_version = |version| {
            let watches = |phase| {
                let events = self.dispatch.commands.iter();
                let mut runs = events
                    .filter(|event| event.phase == phase)
                    .flat_map(|event| &event.runs);
                runs.any(|run| self.run(run, phase).0.versions.contains(&version))
            };
            CommandEvents {
                smb1: version == SmbVersion::Smb1,
                requests: watches(Phase::CommandRequest),
                responses: watches(Phase::CommandResponse),
                uses_status: self.smb_uses(&["status"]),
            }
        };
        SmbVersion::ALL
            .into_iter()
            .map(of_version)
            .filter(|events| events.requests || events.responses)
            .collect()
    }

    /// The rules of trees or commands at one event: those that a field's text finds, and the functions of the others.
    fn field_tables(
        &self,
        what: &str,
        handler: &'static str,
        event: &EventRuns,
        shared: &mut Vec<SharedTable>,
    ) -> (Vec<FieldTable>, Vec<String>) {
        let phase = event.phase;
        let mut by_field: BTreeMap<Field, Patterns> = BTreeMap::new();
        let mut every = Vec::new();
        for run in &event.runs {
            let (.., function) = self.run(run, phase);
            match self.key(run) {
                Some(key) => {
                    let patterns = by_field.entry(key.field.clone()).or_default();
                    patterns
                        .entry(key.pattern.clone())
                        .or_default()
                        .push(function);
                }
                None => every.push(function),
            }
        }
        let mut tables = Vec::new();
        for (field, patterns) in &by_field {
            let name = format!("{}_rules_by_{}", phase.name(), field.name);
            shared.push(SharedTable {
                name: name.clone(),
                comment: format!(
                    "Rules by what {} of {what} must match, {}.",
                    field.name,
                    phase.when()
                ),
                handler,
                entries: self.gates.entries(phase, &field.name, patterns),
            });
            tables.push(FieldTable {
                name,
                guard: presence(field),
                subject: value(field),
            });
        }
        (tables, every)
    }
}

/// The handlers that the rules' actions need. `keeps_data` is whether some rule looks at what reads and writes ask for.
fn file_events(phases: &[FilePhase], keeps_data: bool) -> Vec<FileEvent> {
    let mut handlers = Vec::new();
    for event in FILE_EVENTS {
        let actions = event.actions();
        let watches = |phase: &&FilePhase| actions.iter().any(|action| phase.watches(*action));
        let runs: Vec<&'static str> = phases
            .iter()
            .filter(|phase| event.phases().contains(&phase.phase))
            .filter(watches)
            .map(|phase| phase.name)
            .collect();
        let has_data = keeps_data && event.has_data();
        let keeps = has_data && event.is_request() && phases.iter().any(|phase| watches(&phase));
        if runs.is_empty() && !keeps {
            continue;
        }
        let unwatched: Vec<String> = runs
            .iter()
            .map(|phase| format!("kind !in {phase}_actions"))
            .collect();
        handlers.push(FileEvent {
            name: event.name,
            parameters: event.parameters(),
            is_deletion: event.is_deletion(),
            falls_back: event.falls_back(),
            kind: event.kind(),
            keeps_data: keeps,
            has_data,
            length: event.length,
            response_length: event.response_length,
            phases: runs,
            unwatched: unwatched.join(" && "),
        });
    }
    handlers
}

fn tree_events(phases: &[TreePhase], keeps_service: bool) -> Vec<TreeEvent> {
    let mut handlers = Vec::new();
    for event in TREE_EVENTS {
        let runs = phases.iter().any(|phase| phase.phase == event.phase);
        let keeps_service = keeps_service && event.has_service;
        if runs || keeps_service {
            handlers.push(TreeEvent {
                name: event.name,
                parameters: format!("c: connection, {}", event.arguments),
                phase: event.phase.name(),
                keeps_service,
                runs,
            });
        }
    }
    handlers
}
