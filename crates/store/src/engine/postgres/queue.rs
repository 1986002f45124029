//! Commands that wait for a lane. Bounded: one more is refused, and nothing of it is kept.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;
use tokio_postgres::Row;

use crate::error::{CommitError, CommitRefused};
use crate::row::Unreadable;
use crate::value::Value;

/// Takes the rows that a command's statement gives back. Called before they are durable, and again when the command is run again.
pub type Keep = Box<dyn Fn(&[Row]) -> Result<(), Unreadable> + Send + Sync>;

/// A statement of a command, in this engine's text, with the values of its parameters.
pub struct Bound {
    pub name: &'static str,
    pub sql: &'static str,
    pub values: Vec<Value>,
    /// What it means that not exactly one row was changed or found; `None`: nothing.
    pub refused: Option<CommitRefused>,
}

/// Writes that are made all or none.
pub struct Command {
    pub writes: Vec<Bound>,
    /// Of whose rows; `None`: of what the projects share.
    pub bucket: Option<u8>,
    pub keep: Option<Keep>,
    pub since: Instant,
    /// How often it met another transaction.
    pub meetings: u32,
    answer: Option<oneshot::Sender<Result<Vec<usize>, CommitError>>>,
}

impl Command {
    /// A command, and where its answer comes.
    pub fn new(
        bucket: Option<u8>,
        writes: Vec<Bound>,
        keep: Option<Keep>,
    ) -> (Self, oneshot::Receiver<Result<Vec<usize>, CommitError>>) {
        let (answer, answered) = oneshot::channel();
        let command = Self {
            writes,
            bucket,
            keep,
            since: Instant::now(),
            meetings: 0,
            answer: Some(answer),
        };
        (command, answered)
    }

    /// Says what came of it. A caller that has gone away does not undo what is durable; only the first answer counts.
    pub fn answer(&mut self, result: Result<Vec<usize>, CommitError>) {
        if let Some(answer) = self.answer.take() {
            let _ = answer.send(result);
        }
    }

    /// Whether its caller knows what came of it.
    pub fn is_answered(&self) -> bool {
        self.answer.is_none()
    }

    /// What it is about: two groups that touch the same rows take them in one order, so that neither waits for the other.
    pub fn key(&self) -> &str {
        let mut values = self.writes.iter().flat_map(|write| &write.values);
        values
            .find_map(|value| match value {
                Value::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .unwrap_or_default()
    }
}

#[derive(Default)]
struct Waiting {
    commands: VecDeque<Command>,
    is_closed: bool,
}

pub struct Queue {
    waiting: Mutex<Waiting>,
    wake: Notify,
    max: usize,
    /// What is taken at once is of one bucket: where the buckets are on several machines, a transaction is of one of them.
    pub is_by_bucket: bool,
}

impl Queue {
    /// At most `max` commands wait.
    pub fn new(max: usize, is_by_bucket: bool) -> Self {
        Self {
            waiting: Mutex::default(),
            wake: Notify::new(),
            max,
            is_by_bucket,
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Errors: it is full, or closed; the command is not kept.
    pub fn push(&self, command: Command) -> Result<(), CommitError> {
        let mut waiting = self.waiting();
        if waiting.is_closed {
            return Err(CommitError::NotDone("closed".to_owned()));
        }
        if waiting.commands.len() >= self.max {
            return Err(CommitError::Overloaded);
        }
        waiting.commands.push_back(command);
        drop(waiting);
        self.wake.notify_one();
        Ok(())
    }

    /// Takes a command again, behind what waits: also when it is full, or closed.
    pub fn put_back(&self, command: Command) {
        self.waiting().commands.push_back(command);
        self.wake.notify_one();
    }

    /// What waits, at most `max` and at least one; `None` when nothing does and nothing will.
    pub async fn take(&self, max: usize) -> Option<Vec<Command>> {
        loop {
            let woken = self.wake.notified();
            {
                let mut waiting = self.waiting();
                if let Some(bucket) = waiting.commands.front().map(|command| command.bucket) {
                    let taken = if self.is_by_bucket {
                        take_of(bucket, &mut waiting.commands, max)
                    } else {
                        let many = waiting.commands.len().min(max.max(1));
                        waiting.commands.drain(..many).collect()
                    };
                    if !waiting.commands.is_empty() {
                        self.wake.notify_one();
                    }
                    return Some(taken);
                }
                if waiting.is_closed {
                    // For the next lane.
                    self.wake.notify_one();
                    return None;
                }
            }
            woken.await;
        }
    }

    /// Answers that those which have waited since before `since` are not done.
    pub fn expire(&self, since: Instant, reason: &str) {
        let mut waiting = self.waiting();
        waiting.commands.retain_mut(|command| {
            let waits = command.since >= since;
            if !waits {
                command.answer(Err(CommitError::NotDone(reason.to_owned())));
            }
            waits
        });
    }

    /// Takes no more; what waits is still given out.
    pub fn close(&self) {
        self.waiting().is_closed = true;
        self.wake.notify_one();
    }
}

/// The first of one bucket, at most `max` and at least one; the rest stays in its order.
fn take_of(bucket: Option<u8>, commands: &mut VecDeque<Command>, max: usize) -> Vec<Command> {
    let mut taken = Vec::new();
    for command in std::mem::take(commands) {
        if command.bucket == bucket && taken.len() < max.max(1) {
            taken.push(command);
        } else {
            commands.push_back(command);
        }
    }
    taken
}
