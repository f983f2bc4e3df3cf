//! A language server (Language Server Protocol 3.18): what editors ask about rules while they are written.
//!
//! One thread reads what the client sends, one answers it, and one checks rules; whoever types waits for neither. What the
//! server knows of rules it has from the rooms that the commands have it from, so that an editor and `sigzeek check` agree.

mod analysis;
mod completion;
mod diagnostics;
mod document;
mod fixes;
mod hover;
mod link;
mod navigation;
mod outline;
mod question;
mod rules;
mod schema;
mod server;
mod text;
mod transport;
mod uri;

use std::io::{self, BufRead, Write};
use std::sync::mpsc;
use std::thread;

use lsp_server::{ErrorCode, Message, RequestId, Response};

use analysis::Analysis;
use server::{Server, Step};
use transport::Incoming;

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
enum Event {
    Client(Incoming),
    Analysed(Analysis),
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
            if from_client.send(Event::Client(incoming)).is_err() || is_last {
                return;
            }
        }
    });
    let (jobs, waiting) = mpsc::channel();
    thread::spawn(move || {
        analysis::work(&waiting, |analysis| {
            // Where nobody listens, nobody sends another job.
            let _ = events.send(Event::Analysed(analysis));
        });
    });
    let mut session = Session::New;
    for event in received {
        let step = match (event, &mut session) {
            (Event::Client(Incoming::Message(message)), _) => {
                session.take(message, &jobs, &mut output)?
            }
            (Event::Client(Incoming::Malformed(error)), _) => {
                transport::refuse_content(&error, &mut output)?;
                Step::Next
            }
            (Event::Client(Incoming::Garbage(error)), _) => return Err(LspError::Garbage(error)),
            (Event::Client(Incoming::End), Session::ShutDown) => return Ok(Ended::InOrder),
            (Event::Client(Incoming::End), _) => return Err(LspError::Gone),
            (Event::Analysed(analysis), Session::Running(server)) => {
                server.analysed(analysis, &mut output)?;
                Step::Next
            }
            (Event::Analysed(_), _) => Step::Next,
        };
        match step {
            Step::Next => {}
            Step::ShutDown => session = Session::ShutDown,
            Step::Exit => {
                return Ok(match session {
                    Session::ShutDown => Ended::InOrder,
                    _ => Ended::AtOnce,
                });
            }
        }
    }
    Err(LspError::Gone)
}

/// How far a client and the server have come (LSP 3.18, "Server lifecycle").
enum Session {
    /// The client has not introduced itself.
    New,
    /// It is served.
    Running(Box<Server>),
    /// It has no more questions.
    ShutDown,
}

impl Session {
    fn take(
        &mut self,
        message: Message,
        jobs: &mpsc::Sender<analysis::Job>,
        output: &mut impl Write,
    ) -> io::Result<Step> {
        match (message, &mut *self) {
            (Message::Notification(told), _) if told.method == "exit" => Ok(Step::Exit),
            (Message::Request(asked), Self::New) if asked.method == "initialize" => {
                match Server::new(asked.params, jobs.clone()) {
                    Ok(server) => {
                        answer(Response::new_ok(asked.id, server.introduction()), output)?;
                        *self = Self::Running(Box::new(server));
                    }
                    Err(error) => refuse(asked.id, ErrorCode::InvalidParams, &error, output)?,
                }
                Ok(Step::Next)
            }
            (Message::Request(asked), Self::New) => {
                let code = ErrorCode::ServerNotInitialized;
                refuse(asked.id, code, "`initialize` comes first", output)?;
                Ok(Step::Next)
            }
            (Message::Request(asked), Self::ShutDown) => {
                let code = ErrorCode::InvalidRequest;
                refuse(asked.id, code, "the server is shut down", output)?;
                Ok(Step::Next)
            }
            (message, Self::Running(server)) => server.take(message, output),
            (Message::Notification(_) | Message::Response(_), _) => Ok(Step::Next),
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
