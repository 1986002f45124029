//! Connections that read. Each is shared: its requests are sent one behind the other without waiting.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};
use tokio_postgres::{Error, Row};

use super::fault::{Trouble, trouble, words};
use super::options::{PostgresOptions, Target};
use super::queue::Bound;
use super::session::{Role, Session};
use super::slot::Slot;
use crate::error::ReadError;

/// Reads that may be under way on one connection; one more of them all is refused.
const READS_MAX: usize = 1024;
/// The server gives a read up before.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

pub struct Readers {
    slots: Vec<Slot>,
    next: AtomicUsize,
    room: Semaphore,
    patience: Duration,
}

impl Readers {
    pub fn start(target: &Arc<Target>, options: &PostgresOptions) -> Self {
        let slots: Vec<Slot> = (0..options.readers.max(1))
            .map(|_| Slot::start(target.clone(), Role::Reads))
            .collect();
        Self {
            room: Semaphore::new(READS_MAX * slots.len()),
            slots,
            next: AtomicUsize::new(0),
            patience: options.doubt_patience,
        }
    }

    /// Every row of a statement. Read again where a connection is lost: a read changes nothing.
    pub async fn rows(&self, statement: &Bound) -> Result<Vec<Row>, ReadError> {
        let _permit = self.room.try_acquire().map_err(|_| ReadError::Overloaded)?;
        let until = Instant::now() + self.patience;
        loop {
            let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.slots.len();
            let session = self.slots[turn].session(until).await.map_err(ReadError::Failed)?;
            let failed = |error: &Error| ReadError::Failed(format!("{}: {}", statement.name, words(error)));
            match timeout(ANSWER_WITHIN, read(&session, statement)).await {
                Ok(Ok(rows)) => return Ok(rows),
                Ok(Err(error)) if trouble(&error) == Trouble::Lost => {
                    session.kill();
                    if Instant::now() >= until {
                        return Err(failed(&error));
                    }
                }
                Ok(Err(error)) => return Err(failed(&error)),
                Err(_) => {
                    session.kill();
                    return Err(ReadError::Failed(format!("{}: no answer", statement.name)));
                }
            }
        }
    }
}

async fn read(session: &Session, statement: &Bound) -> Result<Vec<Row>, Error> {
    let prepared = session.prepared(statement.sql).await?;
    session.run(&prepared, &statement.values).await.map(|(rows, _)| rows)
}
