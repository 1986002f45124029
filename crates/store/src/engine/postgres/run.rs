//! The store's statements on this engine.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_postgres::Row as PgRow;

use super::distribute;
use super::fault::{PostgresFault, of_connecting};
use super::lane::Lane;
use super::mark::Mark;
use super::memory::{Memory, OnRecord};
use super::migrate;
use super::options::{PostgresOptions, Target};
use super::queue::{Bound, Command, Keep, Queue};
use super::readers::Readers;
use super::session::{Role, Session};
use super::slot::Slot;
use crate::error::{CommitError, ReadError};
use crate::place::Place;
use crate::row::{Columns, Read, Unreadable};
use crate::statement::{Statement, Write};
use crate::value::{ToValue, Value};

/// The engine. Clones share it; the lanes end when the last one is gone.
#[derive(Clone)]
pub struct Postgres(Arc<Shared>);

struct Shared {
    queue: Arc<Queue>,
    lanes: Mutex<Vec<JoinHandle<()>>>,
    /// One for each lane, which has the other end.
    alive: Vec<watch::Receiver<()>>,
    readers: Readers,
    commits: Arc<AtomicU64>,
    memory: Arc<Memory>,
    target: Arc<Target>,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl Postgres {
    /// Connects once to see that all is as it must be, and then for good. Errors: it is not.
    pub async fn open(options: &PostgresOptions, on_record: OnRecord) -> Result<Self, PostgresFault> {
        let target = Arc::new(Target::of(options)?);
        let first = Session::connect(&target, Role::Writes).await?;
        migrate::check(&first, &target).await?;
        let is_spread = distribute::is_spread(&first).await;
        let is_spread = is_spread.map_err(|error| of_connecting(&target, &error))?;
        let queue = Arc::new(Queue::new(options.write_queue_max, is_spread));
        let commits = Arc::new(AtomicU64::new(0));
        let (mut lanes, mut alive) = (Vec::new(), Vec::new());
        let memory = Arc::new(Memory::of_lanes(options.lanes.max(1), first.timeline(), on_record));
        for number in 0..options.lanes.max(1) {
            let lane = Lane {
                queue: queue.clone(),
                slot: Slot::start(target.clone(), Role::Writes),
                mark: Mark::of_new_lane(),
                group_max: options.group_max,
                patience: options.doubt_patience,
                commits: commits.clone(),
                memory: memory.clone(),
                number,
                compared: Weak::new(),
                down_since: None,
            };
            let (life, lives) = watch::channel(());
            alive.push(lives);
            lanes.push(tokio::spawn(async move {
                let _life = life;
                lane.run().await;
            }));
        }
        Ok(Self(Arc::new(Shared {
            queue,
            lanes: Mutex::new(lanes),
            alive,
            readers: Readers::start(&target, options),
            commits,
            memory,
            target,
        })))
    }

    async fn command(&self, place: Place, writes: Vec<Bound>, keep: Option<Keep>) -> Result<Vec<usize>, CommitError> {
        let (command, answered) = Command::new(place.bucket(), writes, keep);
        self.0.queue.push(command)?;
        // A lane that panicked had the command at a step that is not known.
        let died = |_| CommitError::InDoubt("the lane died".to_owned());
        answered.await.map_err(died)?
    }

    pub async fn write(&self, place: Place, writes: Vec<Write>) -> Result<Vec<usize>, CommitError> {
        let writes = writes.into_iter().map(|write| bound(place, write));
        self.command(place, writes.collect(), None).await
    }

    pub async fn changed<T: Send + 'static>(
        &self,
        place: Place,
        statement: &'static Statement,
        values: Vec<Value>,
        read: fn(&mut Columns<'_>) -> Read<T>,
    ) -> Result<Vec<T>, CommitError> {
        let kept = Arc::new(Mutex::new(Vec::new()));
        let slot = kept.clone();
        let keep: Keep = Box::new(move |rows| {
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = each(rows, read)?;
            Ok(())
        });
        let write = bound(place, Write::any(statement, values));
        self.command(place, vec![write], Some(keep)).await?;
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(std::mem::take(&mut *kept))
    }

    pub async fn rows<T>(
        &self,
        place: Place,
        statement: &'static Statement,
        values: Vec<Value>,
        read: impl Fn(&mut Columns<'_>) -> Read<T>,
    ) -> Result<Vec<T>, ReadError> {
        let statement = bound(place, Write::any(statement, values));
        let rows = self.0.readers.rows(&statement).await?;
        each(&rows, read).map_err(|error| ReadError::Failed(format!("{}: {error}", statement.name)))
    }

    /// What this process knows to be committed.
    pub fn memory(&self) -> &Memory {
        &self.0.memory
    }

    /// The newest timeline that a primary was on.
    pub fn timeline(&self) -> u32 {
        *self.0.target.timeline.borrow()
    }

    pub fn commits(&self) -> u64 {
        self.0.commits.load(Ordering::Relaxed)
    }

    /// Resolves when a lane has ended, by a panic or because it was told to.
    pub async fn ended(&self) {
        let ends = self.0.alive.iter().map(|lives| {
            let mut lives = lives.clone();
            Box::pin(async move { drop(lives.changed().await) })
        });
        futures_util::future::select_all(ends).await;
    }

    /// Refuses new commands and finishes those that wait.
    pub async fn close(&self) {
        self.0.queue.close();
        let lanes = std::mem::take(&mut *self.0.lanes.lock().unwrap_or_else(PoisonError::into_inner));
        for lane in lanes {
            if lane.await.is_err() {
                tracing::error!("a lane of the store had panicked");
            }
        }
    }
}

/// A statement with its values, those of the place behind its own.
fn bound(place: Place, write: Write) -> Bound {
    let text = write.statement.postgres(place);
    // Of all projects is only what says so, and is listed with its reason in a test.
    debug_assert!(
        matches!(place, Place::Of(_)) || !write.statement.is_of_one_project(),
        "{}",
        write.statement.name
    );
    let mut values = write.values;
    if text.has_bucket {
        values.push(place.bucket().map_or(Value::Null, |bucket| Value::Int(bucket.into())));
    }
    if text.has_project {
        values.push(match place {
            Place::Of(project) => project.to_value(),
            Place::Shared => Value::Null,
        });
    }
    Bound {
        name: write.statement.name,
        sql: &text.sql,
        values,
        refused: write.refused,
    }
}

fn each<T>(rows: &[PgRow], read: impl Fn(&mut Columns<'_>) -> Read<T>) -> Result<Vec<T>, Unreadable> {
    rows.iter().map(|row| read(&mut Columns::of(row))).collect()
}
