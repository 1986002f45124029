//! The one writer: takes what waits, commits it with one sync, then answers. Batches form while the disk is busy, so
//! no timer is needed.

use std::fs::File;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

use super::open::SqliteOptions;
use crate::error::{CommitError, CommitRefused};

/// So often, and so long apart, a later commit is tried after one that failed at its end.
const OVERWRITES: u32 = 3;
const OVERWRITE_AFTER: Duration = Duration::from_millis(50);
/// What goes wrong with every write is told so often.
const TOLD_EVERY: Duration = Duration::from_secs(10);

/// One command: committed whole, or not at all.
type Command = Box<dyn FnOnce(&Connection) -> Result<(), Aborted> + Send>;

struct Pending {
    command: Command,
    since: Instant,
    answer: oneshot::Sender<Result<(), CommitError>>,
}

/// Why a command inside a group was rolled back.
pub enum Aborted {
    Refused(CommitRefused),
    /// The engine failed: at which statement, and how.
    Failed(String),
}

/// The writer thread's front door.
pub struct Writer {
    queue: Mutex<Option<mpsc::Sender<Pending>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// The thread has the other end, and loses it however it ends.
    alive: watch::Receiver<()>,
    commits: Arc<AtomicU64>,
}

impl Writer {
    pub fn start(connection: Connection, lock: Option<File>, options: &SqliteOptions) -> std::io::Result<Self> {
        let (queue, waiting) = mpsc::channel(options.write_queue_max);
        let group_max = options.group_max.max(1);
        let (life, alive) = watch::channel(());
        let commits = Arc::new(AtomicU64::new(0));
        let counted = commits.clone();
        let thread = std::thread::Builder::new()
            .name("jadong-store-write".to_owned())
            .spawn(move || {
                write_groups(&connection, waiting, group_max, &counted);
                drop((connection, lock, life));
            })?;
        Ok(Self {
            queue: Mutex::new(Some(queue)),
            thread: Mutex::new(Some(thread)),
            alive,
            commits,
        })
    }

    /// Resolves when the thread has ended, by a panic or because it was told to.
    pub async fn ended(&self) {
        let _ = self.alive.clone().changed().await;
    }

    /// Groups made durable so far.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Answers when what `change` does is durable, with what it gives back, or was not done.
    pub async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> Result<T, Aborted> + Send + 'static,
    ) -> Result<T, CommitError> {
        let slot = Arc::new(Mutex::new(None));
        let filled = slot.clone();
        let command: Command = Box::new(move |connection| {
            let value = change(connection)?;
            *filled.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
            Ok(())
        });
        self.enqueue(command).await?;
        let value = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
        value.ok_or_else(died)
    }

    async fn enqueue(&self, command: Command) -> Result<(), CommitError> {
        let (answer, answered) = oneshot::channel();
        let queue = self.queue.lock().map_err(|_| closed())?.clone().ok_or_else(closed)?;
        queue
            .try_send(Pending {
                command,
                since: Instant::now(),
                answer,
            })
            .map_err(|error| match error {
                mpsc::error::TrySendError::Full(_) => CommitError::Overloaded,
                mpsc::error::TrySendError::Closed(_) => closed(),
            })?;
        drop(queue);
        answered.await.map_err(|_| died())?
    }

    /// Refuses new commands, finishes those that wait, and ends the thread.
    pub fn close(&self) {
        drop(self.queue.lock().ok().and_then(|mut queue| queue.take()));
        let thread = self.thread.lock().ok().and_then(|mut thread| thread.take());
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the store's writer thread had panicked");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

fn closed() -> CommitError {
    CommitError::NotDone("closed".to_owned())
}

/// The writer died with the command: at which step is not known.
fn died() -> CommitError {
    CommitError::InDoubt("the writer died".to_owned())
}

/// Why a group was not committed.
enum Broken {
    /// Before the end: nothing of it can be on disk as committed.
    Before(rusqlite::Error),
    /// At the end: its last frame may be on disk, and a process that finds it there after a crash takes it for committed.
    AtCommit(rusqlite::Error),
}

impl From<rusqlite::Error> for Broken {
    fn from(error: rusqlite::Error) -> Self {
        Self::Before(error)
    }
}

/// Whether a later commit has taken the place of a failed one in the log, so that it cannot come true any more.
fn is_overwritten(connection: &Connection) -> bool {
    let write = |connection: &Connection| {
        let count: i32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        connection.execute_batch(&format!(
            "BEGIN IMMEDIATE; PRAGMA user_version = {}; COMMIT",
            count.wrapping_add(1).max(0)
        ))
    };
    for attempt in 0..OVERWRITES {
        std::thread::sleep(OVERWRITE_AFTER * attempt);
        match write(connection) {
            Ok(()) => return true,
            Err(_) => drop(connection.execute_batch("ROLLBACK")),
        }
    }
    false
}

/// Groups that could not be committed. On a disk without room a small one may still fit between two that do not: neither is
/// told more often than [`TOLD_EVERY`].
#[derive(Default)]
struct Trouble {
    failed: u64,
    told_at: Option<Instant>,
}

impl Trouble {
    fn note(&mut self, error: &CommitError) {
        self.failed += 1;
        if self.told_at.is_none_or(|at| at.elapsed() >= TOLD_EVERY) {
            tracing::error!(%error, failed = self.failed, "a group could not be committed");
            self.told_at = Some(Instant::now());
        }
    }

    fn is_over(&mut self) {
        if self.told_at.is_some_and(|at| at.elapsed() >= TOLD_EVERY) {
            tracing::info!(failed = self.failed, "groups are committed again");
            *self = Self::default();
        }
    }
}

fn write_groups(connection: &Connection, mut waiting: mpsc::Receiver<Pending>, group_max: usize, commits: &AtomicU64) {
    let mut trouble = Trouble::default();
    let mut group = Vec::with_capacity(group_max);
    let waited = metrics::histogram!("jadong_store_queue_seconds");
    let committed = metrics::histogram!("jadong_store_commit_seconds");
    while let Some(first) = waiting.blocking_recv() {
        group.push(first);
        while group.len() < group_max
            && let Ok(next) = waiting.try_recv()
        {
            group.push(next);
        }
        fail::fail_point!("store_group");
        let began = Instant::now();
        // The first of a group has waited longest: one sample says it for all.
        if let Some(first) = group.first() {
            waited.record(began.saturating_duration_since(first.since).as_secs_f64());
        }
        let (commands, answers): (Vec<_>, Vec<_>) = group.drain(..).map(|p| (p.command, p.answer)).unzip();
        let results = match write_group(connection, commands) {
            Ok(results) => {
                commits.fetch_add(1, Ordering::Relaxed);
                trouble.is_over();
                results
            }
            Err(broken) => {
                let error = undo(connection, broken);
                trouble.note(&error);
                answers.iter().map(|_| Err(error.clone())).collect()
            }
        };
        committed.record(began.elapsed().as_secs_f64());
        for (answer, result) in answers.into_iter().zip(results) {
            // A caller that has gone away does not undo what is durable.
            let _ = answer.send(result);
        }
    }
    if let Err(error) = connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)") {
        tracing::warn!(%error, "the write-ahead log was not folded in; the next start does it");
    }
}

/// Leaves nothing of a broken group behind, and says what is known of it.
fn undo(connection: &Connection, broken: Broken) -> CommitError {
    // Whatever is left open would poison the next group.
    let _ = connection.execute_batch("ROLLBACK");
    match broken {
        Broken::AtCommit(error) if !is_overwritten(connection) => CommitError::InDoubt(error.to_string()),
        Broken::AtCommit(error) | Broken::Before(error) => CommitError::NotDone(error.to_string()),
    }
}

/// One transaction, one sync; every command in a savepoint of its own.
fn write_group(connection: &Connection, commands: Vec<Command>) -> Result<Vec<Result<(), CommitError>>, Broken> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let mut results = Vec::with_capacity(commands.len());
    for command in commands {
        connection.prepare_cached("SAVEPOINT command")?.execute([])?;
        let result = command(connection);
        if result.is_err() {
            connection.prepare_cached("ROLLBACK TO command")?.execute([])?;
        }
        connection.prepare_cached("RELEASE command")?.execute([])?;
        results.push(result.map_err(|undone| match undone {
            Aborted::Refused(refused) => CommitError::Refused(refused),
            Aborted::Failed(reason) => CommitError::NotDone(reason),
        }));
    }
    let ended = connection.prepare_cached("COMMIT")?.execute([]);
    ended.map(|_| results).map_err(Broken::AtCommit)
}
