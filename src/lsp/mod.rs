//! A language server (Language Server Protocol 3.18): what editors ask about rules while they are written.
//!
//! One thread reads what the client sends, one answers it, one checks rules and one runs their tests; whoever types waits for none. What the
//! server knows of rules it has from the rooms that the commands have it from, so that an editor and `sigzeek check` agree.

mod analysis;
mod completion;
mod diagnostics;
mod document;
mod fixes;
mod hover;
mod lenses;
mod link;
mod navigation;
mod outline;
mod pages;
mod question;
mod rules;
mod schema;
mod server;
mod text;
mod transport;
mod trials;
mod uri;

use std::io::{self, BufRead, Write};
use std::sync::mpsc;
use std::thread;

use lsp_server::{ErrorCode, Message, RequestId, Response};

use analysis::{Analysis, AnalysisRequest};
use server::{AfterMessage, Server};
use transport::Incoming;
use trials::{TrialRequest, TrialResult};

/// How a server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The client asked it to shut down first, as it should.
    InOrder,
    /// The client told it to exit at once.
    AtOnce,
}

/// Why a server could not go on.
#[derive(Debug, thiserror::Error)]
pub enum LspError {
    /// The client sent what is not the protocol.
    #[error(
        "the client does not speak the Language Server Protocol: {0}\n\
         An editor starts this command; docs/editing.md says how"
    )]
    Garbage(String),
    /// The client closed the stream, most likely because it died.
    #[error("the client is gone: it closed the stream without `shutdown` and `exit`")]
    Gone,
    /// The client reads no more, or nothing can be written.
    #[error("cannot write to the client: {0}")]
    Output(#[from] io::Error),
}

/// What the server has to look at next.
#[derive(Debug)]
enum ServerEvent {
    Client(Incoming),
    Analysed(Analysis),
    Tried(TrialResult),
    /// An answer that took longer.
    Answer(Response),
}

/// What the server has others do.
#[derive(Debug, Clone)]
struct Workers {
    jobs: mpsc::Sender<AnalysisRequest>,
    trials: mpsc::Sender<TrialRequest>,
    events: mpsc::Sender<ServerEvent>,
}

/// Serves one client until it is done.
///
/// # Errors
///
/// [`LspError`].
pub fn serve(
    mut input: impl BufRead + Send + 'static,
    mut output: impl Write,
) -> Result<Ended, LspError> {
    let (events, received) = mpsc::channel();
    let from_client = events.clone();
    thread::spawn(move || {
        loop {
            let incoming = transport::read(&mut input);
            let is_last = matches!(incoming, Incoming::Garbage(_) | Incoming::End);
            if from_client.send(ServerEvent::Client(incoming)).is_err() || is_last {
                return;
            }
        }
    });
    let workers = workers(events);
    let mut session = Lifecycle::New;
    for event in received {
        let step = match (event, &mut session) {
            (ServerEvent::Client(Incoming::Message(message)), _) => {
                session.take(message, &workers, &mut output)?
            }
            (ServerEvent::Client(Incoming::Malformed(error)), _) => {
                transport::refuse_content(&error, &mut output)?;
                AfterMessage::Next
            }
            (ServerEvent::Client(Incoming::Garbage(error)), _) => {
                return Err(LspError::Garbage(error));
            }
            (ServerEvent::Client(Incoming::End), Lifecycle::ShutDown) => return Ok(Ended::InOrder),
            (ServerEvent::Client(Incoming::End), _) => return Err(LspError::Gone),
            (ServerEvent::Analysed(analysis), Lifecycle::Running(server)) => {
                server.analysed(analysis, &mut output)?;
                AfterMessage::Next
            }
            (ServerEvent::Tried(tried), Lifecycle::Running(server)) => {
                server.tried(tried, &mut output)?;
                AfterMessage::Next
            }
            (ServerEvent::Answer(response), Lifecycle::Running(_)) => {
                answer(response, &mut output)?;
                AfterMessage::Next
            }
            (ServerEvent::Analysed(_) | ServerEvent::Tried(_) | ServerEvent::Answer(_), _) => {
                AfterMessage::Next
            }
        };
        match step {
            AfterMessage::Next => {}
            AfterMessage::ShutDown => session = Lifecycle::ShutDown,
            AfterMessage::Exit => {
                return Ok(match session {
                    Lifecycle::ShutDown => Ended::InOrder,
                    _ => Ended::AtOnce,
                });
            }
        }
    }
    Err(LspError::Gone)
}

fn workers(events: mpsc::Sender<ServerEvent>) -> Workers {
    let (jobs, waiting) = mpsc::channel();
    let (trials, to_try) = mpsc::channel();
    let (analysed, tried) = (events.clone(), events.clone());
    // Where nobody listens any more, nobody sends anything to do either.
    thread::spawn(move || {
        analysis::work(&waiting, |analysis| {
            let _ = analysed.send(ServerEvent::Analysed(analysis));
        });
    });
    thread::spawn(move || {
        trials::work(&to_try, |outcome| {
            let _ = tried.send(ServerEvent::Tried(outcome));
        });
    });
    Workers {
        jobs,
        trials,
        events,
    }
}

/// How far a client and the server have come (LSP 3.18, "Server lifecycle").
enum Lifecycle {
    /// The client has not introduced itself.
    New,
    /// It is served.
    Running(Box<Server>),
    /// It has no more questions.
    ShutDown,
}

impl Lifecycle {
    fn take(
        &mut self,
        message: Message,
        workers: &Workers,
        output: &mut impl Write,
    ) -> io::Result<AfterMessage> {
        match (message, &mut *self) {
            (Message::Notification(told), _) if told.method == "exit" => Ok(AfterMessage::Exit),
            (Message::Request(asked), Self::New) if asked.method == "initialize" => {
                match Server::new(asked.params, workers.clone()) {
                    Ok(server) => {
                        answer(Response::new_ok(asked.id, server.introduction()), output)?;
                        *self = Self::Running(Box::new(server));
                    }
                    Err(error) => refuse(asked.id, ErrorCode::InvalidParams, &error, output)?,
                }
                Ok(AfterMessage::Next)
            }
            (Message::Request(asked), Self::New) => {
                let code = ErrorCode::ServerNotInitialized;
                refuse(asked.id, code, "`initialize` comes first", output)?;
                Ok(AfterMessage::Next)
            }
            (Message::Request(asked), Self::ShutDown) => {
                let code = ErrorCode::InvalidRequest;
                refuse(asked.id, code, "the server is shut down", output)?;
                Ok(AfterMessage::Next)
            }
            (message, Self::Running(server)) => server.take(message, output),
            (Message::Notification(_) | Message::Response(_), _) => Ok(AfterMessage::Next),
        }
    }
}

fn answer(response: Response, output: &mut impl Write) -> io::Result<()> {
    Message::from(response).write(output)
}

fn refuse(id: RequestId, code: ErrorCode, reason: &str, output: &mut impl Write) -> io::Result<()> {
    answer(
        Response::new_err(id, code as i32, reason.to_owned()),
        output,
    )
}
