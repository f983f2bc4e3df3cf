//! What the server knows of its client, and what it answers.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{
    self as protocol, CodeAction, CodeActionKind, CodeActionParams, CodeActionRequest,
    CodeActionResponse, CodeLens, CodeLensParams, CodeLensRequest, Command, CompletionItem,
    CompletionList, CompletionParams, CompletionRequest, CompletionResponse, DefinitionParams,
    DefinitionRequest, DefinitionResponse, Diagnostic, DidChangeTextDocumentParams,
    DidChangeWorkspaceFoldersParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DidSaveTextDocumentParams, ExecuteCommandParams, Hover, HoverParams, HoverRequest,
    InitializeParams, InitializeResult, Location, MarkupContent, MarkupKind,
    PublishDiagnosticsParams, ReferenceParams, ReferencesRequest, ServerCapabilities,
    TextDocumentContentParams, TextDocumentContentResult, TextDocumentPositionParams, TextEdit,
    Uri, WorkspaceFolders,
};
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::analysis::{Analysis, AnalysisRequest};
use super::completion::{self, Proposal};
use super::diagnostics::{self, Teller};
use super::document::OpenDocument;
use super::fixes::{self, Fixes};
use super::lenses::TestedRules;
use super::navigation::{self, Definition};
use super::pages::ServedDocument;
use super::question::CursorContext;
use super::text::{Lines, PositionEncoding};
use super::trials::{TrialRequest, TrialResult};
use super::{ServerEvent, Workers, answer, hover, link, refuse, rules, uri};
use crate::rule;

/// What comes after a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AfterMessage {
    Next,
    ShutDown,
    Exit,
}

/// What a user can set: `initializationOptions`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Options {
    /// Where a workspace folder has its rules; as the arguments of `sigzeek check`.
    paths: Option<Vec<PathBuf>>,
}

/// Where a workspace folder has its rules, unless options say otherwise: as for `sigzeek check`.
const USUAL_PATH: &str = "detections";

/// Runs the tests of a file's rules again; its argument is the file.
const RUN_TESTS: &str = "sigzeek.runTests";
/// Shows the Zeek scripts of a file's rules; its argument is the file.
const SHOW_GENERATED: &str = "sigzeek.showGenerated";

/// What has completion asked for, beside letters.
const TRIGGERS: [&str; 3] = ["|", ".", " "];

/// A server with its client.
#[derive(Debug)]
pub(super) struct Server {
    encoding: PositionEncoding,
    options: Options,
    /// Whether the client can show documents that only the server has.
    shows_pages: bool,
    /// Whether the client can tell of files that change outside of it.
    watches_files: bool,
    /// Whether the client can be told that what stands above rules has changed.
    refreshes_lenses: bool,
    folders: Vec<PathBuf>,
    documents: BTreeMap<PathBuf, OpenDocument>,
    /// Open rules outside of the folders' rules, which are checked by themselves.
    strays: BTreeSet<PathBuf>,
    analysis: Arc<Analysis>,
    /// What the client shows.
    published: BTreeMap<PathBuf, Vec<Diagnostic>>,
    workers: Workers,
    outcomes: TestedRules,
    /// What the client shows of the server's own documents.
    pages: BTreeSet<String>,
    /// Requests to the client so far.
    asked_client: u64,
    /// The number of the last job.
    last_job: u64,
    /// Requests that are answered once a job of that number is done.
    waiting: Vec<(u64, RequestId)>,
}

/// Asks to be answered once all that was said before is checked: for tests and for whoever wants to wait.
const CHECKED: &str = "sigzeek/checked";

impl Server {
    /// A server for a client that introduces itself.
    pub(super) fn new(params: Value, workers: Workers) -> Result<Self, String> {
        let params: InitializeParams =
            serde_json::from_value(params).map_err(|error| error.to_string())?;
        let options = match &params.initialization_options {
            Some(options) => serde_json::from_value(options.clone())
                .map_err(|error| format!("initializationOptions: {error}"))?,
            None => None,
        };
        let options: Option<Options> = options;
        let general = params.capabilities.general.as_ref();
        let offered = general.and_then(|general| general.position_encodings.as_deref());
        let workspace = params.capabilities.workspace.as_ref();
        let watching = workspace.and_then(|known| known.did_change_watched_files.as_ref());
        Ok(Self {
            encoding: PositionEncoding::of(offered),
            options: options.unwrap_or_default(),
            shows_pages: workspace.is_some_and(|known| known.text_document_content.is_some()),
            watches_files: watching.is_some_and(|known| known.dynamic_registration == Some(true)),
            refreshes_lenses: workspace
                .and_then(|known| known.code_lens.as_ref())
                .is_some_and(|known| known.refresh_support == Some(true)),
            folders: folders(&params),
            documents: BTreeMap::new(),
            strays: BTreeSet::new(),
            analysis: Arc::default(),
            published: BTreeMap::new(),
            workers,
            outcomes: TestedRules::default(),
            pages: BTreeSet::new(),
            asked_client: 0,
            last_job: 0,
            waiting: Vec::new(),
        })
    }

    /// The answer to `initialize`.
    pub(super) fn introduction(&self) -> InitializeResult {
        InitializeResult {
            capabilities: ServerCapabilities {
                position_encoding: Some(self.encoding.kind()),
                text_document_sync: Some(
                    protocol::TextDocumentSyncOptions {
                        open_close: Some(true),
                        change: Some(protocol::TextDocumentSyncKind::Incremental),
                        save: Some(true.into()),
                        ..Default::default()
                    }
                    .into(),
                ),
                completion_provider: Some(protocol::CompletionOptions {
                    trigger_characters: Some(TRIGGERS.map(str::to_owned).into()),
                    ..Default::default()
                }),
                hover_provider: Some(true.into()),
                definition_provider: Some(true.into()),
                references_provider: Some(true.into()),
                code_lens_provider: Some(protocol::CodeLensOptions::default()),
                execute_command_provider: Some(protocol::ExecuteCommandOptions {
                    commands: vec![RUN_TESTS.to_owned(), SHOW_GENERATED.to_owned()],
                    ..Default::default()
                }),
                code_action_provider: Some(
                    protocol::CodeActionOptions {
                        code_action_kinds: Some(vec![
                            CodeActionKind::QuickFix,
                            CodeActionKind::Custom(fixes::ALL.into()),
                        ]),
                        ..Default::default()
                    }
                    .into(),
                ),
                workspace: Some(protocol::WorkspaceOptions {
                    workspace_folders: Some(protocol::WorkspaceFoldersServerCapabilities {
                        supported: Some(true),
                        change_notifications: Some(true.into()),
                    }),
                    text_document_content: self.shows_pages.then(|| {
                        protocol::TextDocumentContentOptions {
                            schemes: vec![link::SCHEME.to_owned()],
                        }
                        .into()
                    }),
                    ..Default::default()
                }),
                ..Default::default()
            },
            server_info: Some(protocol::ServerInfo {
                name: "sigzeek".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        }
    }

    /// Takes a message of the client.
    pub(super) fn take(
        &mut self,
        message: Message,
        output: &mut impl Write,
    ) -> io::Result<AfterMessage> {
        match message {
            Message::Request(asked) => self.asked(asked, output),
            Message::Notification(told) => {
                self.told(told, output)?;
                Ok(AfterMessage::Next)
            }
            Message::Response(_) => Ok(AfterMessage::Next),
        }
    }

    fn asked(&mut self, asked: Request, output: &mut impl Write) -> io::Result<AfterMessage> {
        let response = match asked.method.as_str() {
            "textDocument/completion" => self.answered::<CompletionRequest>(asked, Self::complete),
            "textDocument/hover" => self.answered::<HoverRequest>(asked, Self::hover),
            "textDocument/definition" => {
                self.answered::<DefinitionRequest>(asked, Self::definition)
            }
            "textDocument/references" => {
                self.answered::<ReferencesRequest>(asked, Self::references)
            }
            "textDocument/codeAction" => self.answered::<CodeActionRequest>(asked, Self::actions),
            "textDocument/codeLens" => self.answered::<CodeLensRequest>(asked, Self::lenses),
            _ => return self.asked_to_act(asked, output),
        };
        answer(response, output)?;
        Ok(AfterMessage::Next)
    }

    /// Requests of which the answer is not all.
    fn asked_to_act(
        &mut self,
        asked: Request,
        output: &mut impl Write,
    ) -> io::Result<AfterMessage> {
        match asked.method.as_str() {
            "shutdown" => {
                answer(Response::new_ok(asked.id, Value::Null), output)?;
                return Ok(AfterMessage::ShutDown);
            }
            CHECKED => {
                self.waiting.push((self.last_job, asked.id));
                self.answer_waiting(output)?;
            }
            "initialize" => {
                let reason = "`initialize` comes once";
                refuse(asked.id, ErrorCode::InvalidRequest, reason, output)?;
            }
            "workspace/executeCommand" => self.execute(asked, output)?,
            "workspace/textDocumentContent" => self.show(asked, output)?,
            method => {
                let reason = format!("the server has no `{method}`");
                refuse(asked.id, ErrorCode::MethodNotFound, &reason, output)?;
            }
        }
        Ok(AfterMessage::Next)
    }

    /// The answer to a request that only has to be looked up.
    fn answered<R: protocol::Request>(
        &self,
        asked: Request,
        look_up: impl FnOnce(&Self, R::Params) -> R::Result,
    ) -> Response {
        let refused = |code: ErrorCode, error: serde_json::Error| {
            Response::new_err(asked.id.clone(), code as i32, error.to_string())
        };
        match serde_json::from_value(asked.params) {
            Err(error) => refused(ErrorCode::InvalidParams, error),
            Ok(params) => match serde_json::to_value(look_up(self, params)) {
                Err(error) => refused(ErrorCode::InternalError, error),
                Ok(result) => Response::new_ok(asked.id, result),
            },
        }
    }

    /// What stands at a place, and the file with its lines.
    fn at<T>(
        &self,
        place: &TextDocumentPositionParams,
        look: impl FnOnce(&CursorContext<'_>, &Lines<'_>) -> T,
    ) -> Option<T> {
        let path = uri::path(&place.text_document.uri)?;
        let text = &self.documents.get(&path)?.text;
        let lines = Lines::new(text, self.encoding);
        let offset = lines.offset(place.position);
        let pack = rules::pack_of(&self.analysis, &path);
        let question = CursorContext::new(text, offset, &path, pack)?;
        Some(look(&question, &lines))
    }

    fn complete(&self, params: CompletionParams) -> Option<CompletionResponse> {
        let place = &params.text_document_position_params;
        let list = self.at(place, |question, lines| {
            let proposals = completion::complete(question, &rules::known(&self.analysis));
            let range = lines.range(&proposals.span);
            let items = proposals.list.into_iter().enumerate();
            let items = items.map(|(index, proposal)| item(index, proposal, range));
            CompletionList {
                is_incomplete: proposals.are_more,
                items: items.collect(),
                ..Default::default()
            }
        })?;
        Some(CompletionResponse::CompletionList(list))
    }

    fn hover(&self, params: HoverParams) -> Option<Hover> {
        let place = &params.text_document_position_params;
        let markdown = |(span, value), lines: &Lines<'_>| Hover {
            contents: MarkupContent {
                kind: MarkupKind::Markdown,
                value,
            }
            .into(),
            range: Some(lines.range(&span)),
        };
        let told = self.at(place, |question, lines| {
            let rules = rules::known(&self.analysis);
            let told = hover::tell(question, &rules, &self.analysis)?;
            Some(markdown(told, lines))
        });
        told.flatten().or_else(|| {
            let path = uri::path(&place.text_document.uri)?;
            let text = &self.documents.get(&path)?.text;
            let lines = Lines::new(text, self.encoding);
            let told = hover::code(text, lines.offset(place.position))?;
            Some(markdown(told, &lines))
        })
    }

    fn definition(&self, params: DefinitionParams) -> Option<DefinitionResponse> {
        let place = &params.text_document_position_params;
        let found = self.at(place, |question, lines| {
            let rules = rules::known(&self.analysis);
            Some(match navigation::definition(question, &rules)? {
                Definition::Here(span) => Location {
                    uri: place.text_document.uri.clone(),
                    range: lines.range(&span),
                },
                Definition::Rule(place) => self.teller().location(&place),
            })
        });
        let location = found.flatten()?;
        Some(DefinitionResponse::Definition(location.into()))
    }

    fn references(&self, params: ReferenceParams) -> Option<Vec<Location>> {
        let with_definition = params.context.include_declaration;
        self.at(&params.text_document_position_params, |question, _| {
            let rules = rules::known(&self.analysis);
            let places = navigation::references(question, &rules, &self.analysis, with_definition);
            let mut teller = self.teller();
            places.iter().map(|place| teller.location(place)).collect()
        })
    }

    fn actions(&self, params: CodeActionParams) -> Option<Vec<CodeActionResponse>> {
        let path = uri::path(&params.text_document.uri)?;
        let document = self.documents.get(&path)?;
        let lines = Lines::new(&document.text, self.encoding);
        let span = lines.span(&params.range);
        let findings = self.analysis.findings();
        let fixes = Fixes::new(&document.uri, &path, &document.text, lines, findings);
        let is_wanted = |action: &CodeAction| {
            let (Some(wanted), Some(kind)) = (&params.context.only, &action.kind) else {
                return true;
            };
            // A kind is asked for with all below it (LSP 3.18, `CodeActionKind`).
            let kind = format!("{}.", String::from(kind.clone()));
            let mut wanted = wanted.iter().cloned().map(String::from);
            wanted.any(|wanted| kind.starts_with(&format!("{wanted}.")))
        };
        let single = fixes.at(&span, |finding| self.teller().diagnostic(finding));
        let all = single.into_iter().chain(fixes.all()).filter(is_wanted);
        Some(all.map(CodeActionResponse::CodeAction).collect())
    }

    fn lenses(&self, params: CodeLensParams) -> Option<Vec<CodeLens>> {
        let path = uri::path(&params.text_document.uri)?;
        let lenses = self.outcomes.lenses(&path, &self.analysis);
        let mut teller = self.teller();
        let arguments = Some(vec![json!(params.text_document.uri)]);
        let command = |title: String, command: &str| Command {
            title,
            command: command.to_owned(),
            arguments: arguments.clone(),
            ..Default::default()
        };
        let mut all = Vec::new();
        for (place, said) in &lenses {
            let range = teller.location(place).range;
            let generated = command("generated Zeek".to_owned(), SHOW_GENERATED);
            let commands = [
                Some(command(said.clone(), RUN_TESTS)),
                self.shows_pages.then_some(generated),
            ];
            all.extend(commands.into_iter().flatten().map(|command| CodeLens {
                range,
                command: Some(command),
                data: None,
            }));
        }
        Some(all)
    }

    /// Does what a lens offers: its argument is the rule's file.
    fn execute(&mut self, asked: Request, output: &mut impl Write) -> io::Result<()> {
        let params: Option<ExecuteCommandParams> = serde_json::from_value(asked.params).ok();
        let argument = params.as_ref().and_then(|params| {
            let first = params.arguments.as_ref()?.first()?;
            uri::path(&Uri(first.as_str()?.to_owned()))
        });
        match (
            params.as_ref().map(|params| params.command.as_str()),
            argument,
        ) {
            (Some(RUN_TESTS), Some(path)) => self.try_rules(path),
            (Some(SHOW_GENERATED), Some(path)) => {
                let document = json!({ "uri": ServedDocument::of_file(&path), "takeFocus": true });
                self.ask_client("window/showDocument", document, output)?;
            }
            _ => {
                let reason = "there is no such command, or it needs a file";
                return refuse(asked.id, ErrorCode::InvalidParams, reason, output);
            }
        }
        answer(Response::new_ok(asked.id, Value::Null), output)
    }

    /// Answers with one of the server's own documents, which may take long to write.
    fn show(&mut self, asked: Request, output: &mut impl Write) -> io::Result<()> {
        let params: Option<TextDocumentContentParams> = serde_json::from_value(asked.params).ok();
        let named =
            params.and_then(|params| Some((ServedDocument::named(&params.uri)?, params.uri)));
        let Some((page, uri)) = named else {
            let reason = "there is no such document";
            return refuse(asked.id, ErrorCode::InvalidParams, reason, output);
        };
        if let ServedDocument::Generated(_) = page {
            self.pages.insert(uri.0);
        }
        let (analysis, events) = (Arc::clone(&self.analysis), self.workers.events.clone());
        std::thread::spawn(move || {
            let text = page.text(&analysis);
            let result = TextDocumentContentResult { text };
            // Where nobody listens, the client is gone.
            let _ = events.send(ServerEvent::Answer(Response::new_ok(asked.id, result)));
        });
        Ok(())
    }

    /// Has the rules of a file tried on their captures.
    fn try_rules(&mut self, file: PathBuf) {
        let pack = match rules::pack_of(&self.analysis, &file) {
            Some(pack) => pack.path.clone(),
            None => file.clone(),
        };
        // The thread that takes it lives as long as the server.
        let _ = self.workers.trials.send(TrialRequest { file, pack });
    }

    /// Takes what became of tests.
    pub(super) fn tried(&mut self, tried: TrialResult, output: &mut impl Write) -> io::Result<()> {
        self.outcomes.take(tried);
        self.refresh_lenses(output)
    }

    fn refresh_lenses(&mut self, output: &mut impl Write) -> io::Result<()> {
        if self.refreshes_lenses {
            self.ask_client("workspace/codeLens/refresh", Value::Null, output)?;
        }
        Ok(())
    }

    /// Asks the client for something whose answer does not matter.
    fn ask_client(
        &mut self,
        method: &str,
        params: Value,
        output: &mut impl Write,
    ) -> io::Result<()> {
        self.asked_client += 1;
        let id = format!("sigzeek {}", self.asked_client);
        Message::from(Request::new(id.into(), method.to_owned(), params)).write(output)
    }

    fn teller(&self) -> Teller<'_> {
        let documents = self.documents.iter();
        let uris = documents.map(|(path, document)| (path.as_path(), &document.uri));
        Teller::new(self.encoding, self.shows_pages, uris.collect())
    }

    fn told(&mut self, told: Notification, output: &mut impl Write) -> io::Result<()> {
        match told.method.as_str() {
            "initialized" => {
                self.watch_files(output)?;
                self.check(false);
            }
            "textDocument/didOpen" => {
                self.with(told, Self::opened);
            }
            "textDocument/didChange" => {
                self.with(told, Self::changed);
            }
            "textDocument/didClose" => {
                self.with(told, Self::closed);
            }
            "textDocument/didSave" => self.with(told, Self::saved),
            "workspace/didChangeWatchedFiles" => self.check(true),
            "workspace/didChangeWorkspaceFolders" => {
                self.with(told, Self::changed_folders);
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes a notification with its parameters. There is nobody to tell that these are wrong.
    fn with<P: DeserializeOwned>(&mut self, told: Notification, take: impl FnOnce(&mut Self, P)) {
        if let Ok(params) = serde_json::from_value(told.params) {
            take(self, params);
        }
    }

    /// Asks the client to tell of files that change outside of it: rules, their tests and captures.
    fn watch_files(&mut self, output: &mut impl Write) -> io::Result<()> {
        if !self.watches_files {
            return Ok(());
        }
        let params = json!({
            "registrations": [{
                "id": "files",
                "method": "workspace/didChangeWatchedFiles",
                "registerOptions": {
                    "watchers": [{ "globPattern": "**/*.{yml,yaml,pcap,pcapng,gz,log}" }],
                },
            }],
        });
        self.ask_client("client/registerCapability", params, output)
    }

    fn opened(&mut self, params: DidOpenTextDocumentParams) {
        let opened = params.text_document;
        let Some(path) = uri::path(&opened.uri) else {
            return;
        };
        if !self.is_in_folders(&path) && rule::is_of_zeek(&opened.text) {
            self.strays.insert(path.clone());
        }
        let document = OpenDocument {
            uri: opened.uri,
            version: opened.version,
            text: opened.text,
        };
        self.documents.insert(path.clone(), document);
        self.check(false);
        self.try_rules(path);
    }

    fn saved(&mut self, params: DidSaveTextDocumentParams) {
        self.check(true);
        if let Some(path) = uri::path(&params.text_document.uri) {
            self.try_rules(path);
        }
    }

    fn changed(&mut self, params: DidChangeTextDocumentParams) {
        let changed = params.text_document;
        let encoding = self.encoding;
        let Some(path) = uri::path(&changed.text_document_identifier.uri) else {
            return;
        };
        let Some(document) = self.documents.get_mut(&path) else {
            return;
        };
        document.change(changed.version, params.content_changes, encoding);
        let is_rule = rule::is_of_zeek(&document.text);
        if is_rule && !self.is_in_folders(&path) {
            self.strays.insert(path);
        }
        self.check(false);
    }

    fn closed(&mut self, params: DidCloseTextDocumentParams) {
        if let Some(path) = uri::path(&params.text_document.uri) {
            self.documents.remove(&path);
            self.strays.remove(&path);
            self.pages.remove(&ServedDocument::of_file(&path).0);
            self.check(false);
        }
    }

    fn changed_folders(&mut self, params: DidChangeWorkspaceFoldersParams) {
        let paths = |folders: &[protocol::WorkspaceFolder]| -> Vec<PathBuf> {
            let paths = folders.iter().filter_map(|folder| uri::path(&folder.uri));
            paths.collect()
        };
        let gone = paths(&params.event.removed);
        self.folders.retain(|folder| !gone.contains(folder));
        self.folders.extend(paths(&params.event.added));
        self.check(false);
    }

    /// Where a folder has its rules.
    fn rule_paths(&self, folder: &Path) -> Vec<PathBuf> {
        match &self.options.paths {
            Some(paths) => paths.iter().map(|path| folder.join(path)).collect(),
            None => vec![folder.join(USUAL_PATH)],
        }
    }

    fn is_in_folders(&self, path: &Path) -> bool {
        let mut folders = self.folders.iter();
        folders.any(|folder| {
            let mut rules = self.rule_paths(folder).into_iter();
            rules.any(|rules| path.starts_with(rules))
        })
    }

    /// Has everything checked. `forget` says that other files than rules may have changed.
    fn check(&mut self, forget: bool) {
        self.last_job += 1;
        let folders = self.folders.iter();
        let of_folders = folders.map(|folder| {
            let mut paths = self.rule_paths(folder);
            paths.retain(|path| path.exists());
            paths
        });
        let strays = self.strays.iter().map(|path| vec![path.clone()]);
        let documents = self.documents.iter();
        let job = AnalysisRequest {
            groups: of_folders
                .filter(|paths| !paths.is_empty())
                .chain(strays)
                .collect(),
            edited: documents
                .map(|(path, document)| (path.clone(), document.text.clone()))
                .collect(),
            forget,
            number: self.last_job,
        };
        // The thread that takes it lives as long as the server.
        let _ = self.workers.jobs.send(job);
    }

    /// Takes what was found, and tells the client what is new in it.
    pub(super) fn analysed(
        &mut self,
        analysis: Analysis,
        output: &mut impl Write,
    ) -> io::Result<()> {
        let found = diagnostics::by_file(analysis.findings(), &mut self.teller());
        let gone = self.published.keys();
        let gone = gone.filter(|path| !found.contains_key(*path));
        for path in gone {
            self.publish(path, &[], output)?;
        }
        for (path, diagnostics) in &found {
            if self.published.get(path) != Some(diagnostics) {
                self.publish(path, diagnostics, output)?;
            }
        }
        self.published = found;
        for problem in &analysis.problems {
            log(problem, output)?;
        }
        self.analysis = Arc::new(analysis);
        self.refresh_lenses(output)?;
        for uri in self.pages.clone() {
            let params = json!({ "uri": uri });
            self.ask_client("workspace/textDocumentContent/refresh", params, output)?;
        }
        self.answer_waiting(output)
    }

    fn answer_waiting(&mut self, output: &mut impl Write) -> io::Result<()> {
        let done = self.analysis.number;
        let waiting = std::mem::take(&mut self.waiting);
        let (ready, waiting) = waiting.into_iter().partition(|(number, _)| *number <= done);
        self.waiting = waiting;
        let ready: Vec<(u64, RequestId)> = ready;
        for (_, id) in ready {
            answer(Response::new_ok(id, Value::Null), output)?;
        }
        Ok(())
    }

    fn publish(
        &self,
        path: &Path,
        diagnostics: &[Diagnostic],
        output: &mut impl Write,
    ) -> io::Result<()> {
        let document = self.documents.get(path);
        let params = PublishDiagnosticsParams {
            uri: document.map_or_else(|| uri::of(path), |document| document.uri.clone()),
            version: None,
            diagnostics: diagnostics.to_vec(),
        };
        let method = "textDocument/publishDiagnostics".to_owned();
        Message::from(Notification::new(method, params)).write(output)
    }
}

/// A proposal as clients show it; they keep the order.
fn item(index: usize, proposal: Proposal, range: protocol::Range) -> CompletionItem {
    let Proposal {
        label,
        kind,
        detail,
        documentation,
        insert,
        tags,
    } = proposal;
    let said = |text: String| (!text.is_empty()).then_some(text);
    CompletionItem {
        filter_text: Some(format!("{label} {detail}")),
        text_edit: Some(
            TextEdit {
                range,
                new_text: insert.unwrap_or_else(|| label.clone()),
            }
            .into(),
        ),
        sort_text: Some(format!("{index:05}")),
        label,
        kind: Some(kind),
        detail: said(detail),
        documentation: said(documentation).map(Into::into),
        tags: (!tags.is_empty()).then_some(tags),
        ..Default::default()
    }
}

/// Tells the client's log.
fn log(message: &str, output: &mut impl Write) -> io::Result<()> {
    let params = json!({ "type": protocol::MessageType::Warning, "message": message });
    Message::from(Notification::new("window/logMessage".to_owned(), params)).write(output)
}

/// The folders that a client has open.
fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    let folders = &params.workspace_folders_initialize_params.workspace_folders;
    if let Some(WorkspaceFolders::WorkspaceFolderList(folders)) = folders {
        return folders
            .iter()
            .filter_map(|one| uri::path(&one.uri))
            .collect();
    }
    #[allow(deprecated)] // What clients without workspace folders have.
    let root = params.root_uri.as_ref();
    root.and_then(uri::path).into_iter().collect()
}
