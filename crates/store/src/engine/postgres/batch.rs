//! One transaction for several commands, sent in one go. Every result is in hand before COMMIT is sent: if the connection is lost
//! then, one thing is unknown of the whole batch, and its mark tells.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use tokio_postgres::{Error, Row, Statement as Prepared};

use super::fault::{Trouble, trouble, words};
use super::mark::Mark;
use super::queue::{Bound, Command};
use super::session::Session;
use crate::error::CommitRefused;

/// What a batch came to before its end.
pub enum Attempt {
    /// Every command is done but for the COMMIT; how many rows each of its writes has changed or found.
    Ready(Vec<Vec<usize>>),
    /// Taken back: how each command went.
    Undone(Vec<Verdict>),
    /// The connection is of no more use. Nothing is done.
    Lost(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Fine(Vec<usize>),
    Refused(CommitRefused),
    Failed(String),
    /// It met another transaction: the same again may go well.
    Met(String),
    /// It came after one that failed.
    Unknown,
}

type Ran = Result<(Vec<Row>, usize), Error>;

/// Runs `commands` up to the COMMIT, with `mark` as the transaction's last row.
pub async fn attempt(session: &Session, commands: &[Command], mark: &Mark) -> Attempt {
    let mut prepared = Vec::with_capacity(commands.len());
    for (index, command) in commands.iter().enumerate() {
        match prepare(session, command).await {
            Ok(statements) => prepared.push(statements),
            Err((name, error)) => return stopped(commands, index, name, &error),
        }
    }
    match run(session, commands, &prepared, mark).await {
        Ok(results) => judge(session, commands, results).await,
        Err(error) => Attempt::Lost(words(&error)),
    }
}

async fn prepare(session: &Session, command: &Command) -> Result<Vec<Prepared>, (&'static str, Error)> {
    let mut statements = Vec::with_capacity(command.writes.len());
    for write in &command.writes {
        let prepared = session.prepared(write.sql).await;
        statements.push(prepared.map_err(|error| (write.name, error))?);
    }
    Ok(statements)
}

/// A command whose statement the server does not take, before the transaction has begun.
fn stopped(commands: &[Command], at: usize, name: &str, error: &Error) -> Attempt {
    let reason = format!("{name}: {}", words(error));
    match trouble(error) {
        Trouble::Lost => Attempt::Lost(reason),
        Trouble::Again | Trouble::After | Trouble::Failed => {
            let verdict = |index| {
                if index == at {
                    Verdict::Failed(reason.clone())
                } else {
                    Verdict::Unknown
                }
            };
            Attempt::Undone((0..commands.len()).map(verdict).collect())
        }
    }
}

/// Sends BEGIN, every statement and the mark before the first answer is waited for. The results are the commands' only; an error
/// is of the mark or the transaction itself.
async fn run(
    session: &Session,
    commands: &[Command],
    prepared: &[Vec<Prepared>],
    mark: &Mark,
) -> Result<Vec<Vec<Ran>>, Error> {
    let mut begin = Sent::new(session.client.batch_execute("BEGIN"));
    begin.send().await;
    let mut sent = Vec::with_capacity(commands.len());
    for (command, statements) in commands.iter().zip(prepared) {
        let mut of_command = Vec::with_capacity(statements.len());
        for (write, statement) in command.writes.iter().zip(statements) {
            let mut statement = Sent::new(session.run(statement, &write.values));
            statement.send().await;
            of_command.push(statement);
        }
        sent.push(of_command);
    }
    let mut marked = Sent::new(mark.insert(session));
    marked.send().await;
    begin.answer().await?;
    let mut results = Vec::with_capacity(sent.len());
    for of_command in sent {
        let mut ran = Vec::with_capacity(of_command.len());
        for statement in of_command {
            ran.push(statement.answer().await);
        }
        results.push(ran);
    }
    let is_broken = results.iter().flatten().any(Result::is_err);
    match marked.answer().await {
        Err(error) if !is_broken => Err(error),
        _ => Ok(results),
    }
}

/// What the results mean; anything but a good one takes the transaction back.
async fn judge(session: &Session, commands: &[Command], results: Vec<Vec<Ran>>) -> Attempt {
    let mut verdicts = Vec::with_capacity(commands.len());
    for (command, ran) in commands.iter().zip(results) {
        match verdict(command, ran) {
            Ok(verdict) => verdicts.push(verdict),
            Err(broken) => {
                take_back(session).await;
                return broken;
            }
        }
    }
    if verdicts.iter().all(|verdict| matches!(verdict, Verdict::Fine(_))) {
        let counts = |verdict| {
            if let Verdict::Fine(counts) = verdict {
                counts
            } else {
                Vec::new()
            }
        };
        return Attempt::Ready(verdicts.into_iter().map(counts).collect());
    }
    take_back(session).await;
    Attempt::Undone(verdicts)
}

/// A connection that cannot even take back is given up, and the server does it.
async fn take_back(session: &Session) {
    if session.client.batch_execute("ROLLBACK").await.is_err() {
        session.kill();
    }
}

/// Errors: the whole batch is affected.
fn verdict(command: &Command, ran: Vec<Ran>) -> Result<Verdict, Attempt> {
    let mut counts = Vec::with_capacity(ran.len());
    for (write, result) in command.writes.iter().zip(ran) {
        let (rows, count) = match result {
            Ok(ran) => ran,
            Err(error) => {
                let reason = format!("{}: {}", write.name, words(&error));
                return match trouble(&error) {
                    Trouble::Lost => Err(Attempt::Lost(reason)),
                    Trouble::Again => Ok(Verdict::Met(reason)),
                    Trouble::After => Ok(Verdict::Unknown),
                    Trouble::Failed => Ok(Verdict::Failed(reason)),
                };
            }
        };
        if let Some(refused) = refused(write, count) {
            return Ok(Verdict::Refused(refused));
        }
        if let Some(Err(unreadable)) = command.keep.as_ref().map(|keep| keep(&rows)) {
            return Ok(Verdict::Failed(format!("{}: {unreadable}", write.name)));
        }
        counts.push(count);
    }
    Ok(Verdict::Fine(counts))
}

fn refused(write: &Bound, count: usize) -> Option<CommitRefused> {
    write.refused.filter(|_| count != 1)
}

/// A request that is sent when it is first polled, and answered later. Requests of one connection are answered in their order.
struct Sent<F: Future> {
    future: Pin<Box<F>>,
    answer: Option<F::Output>,
}

impl<F: Future> Sent<F> {
    fn new(future: F) -> Self {
        Self {
            future: Box::pin(future),
            answer: None,
        }
    }

    async fn send(&mut self) {
        self.answer = poll_fn(|context| {
            Poll::Ready(match self.future.as_mut().poll(context) {
                Poll::Ready(answer) => Some(answer),
                Poll::Pending => None,
            })
        })
        .await;
    }

    async fn answer(self) -> F::Output {
        match self.answer {
            Some(answer) => answer,
            None => self.future.await,
        }
    }
}
