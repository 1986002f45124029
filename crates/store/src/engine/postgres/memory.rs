//! What this process knows to be committed: the last batch of each lane. A server that does not have one of them is not the one that
//! confirmed it, or was put back to an earlier state: what was acknowledged since is not in it, and money may have moved that it knows
//! nothing of.

use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tokio_postgres::Error;

use super::mark::Mark;
use super::session::Session;
use crate::place::Place;
use crate::statement::Statement;
use crate::value::values;

/// Marks that are older may have been forgotten by another lane.
const KEPT_FOR: Duration = Duration::from_secs(12 * 60 * 60);
/// One that is younger says that a server on a newer timeline has all that this process was told.
const FRESH: Duration = Duration::from_secs(5 * 60);

/// All is there.
const WHOLE: u8 = 0;
/// Something is not, and the database does not say so yet.
const FOUND_OUT: u8 = 1;
/// And the database says that debits are held.
const HELD: u8 = 2;

/// What a lane writes to the installation's row by itself.
#[derive(Clone, Copy)]
pub struct OnRecord {
    /// Debits are held from a time on; its parameters are 0 and that.
    pub hold: &'static Statement,
    /// On this timeline nothing is missing.
    pub confirm: &'static Statement,
}

/// Shared by the lanes.
pub struct Memory {
    on_record: OnRecord,
    last: Vec<Mutex<Option<(Mark, Instant)>>>,
    state: AtomicU8,
    /// The newest timeline on which nothing is missing.
    timeline: AtomicU32,
}

impl Memory {
    /// Of a store that is opened on this timeline.
    pub fn of_lanes(lanes: usize, timeline: u32, on_record: OnRecord) -> Self {
        Self {
            on_record,
            last: (0..lanes).map(|_| Mutex::default()).collect(),
            state: AtomicU8::new(WHOLE),
            timeline: AtomicU32::new(timeline),
        }
    }

    fn last(&self, lane: usize) -> MutexGuard<'_, Option<(Mark, Instant)>> {
        self.last[lane].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lane's batch is committed.
    pub fn note(&self, lane: usize, mark: &Mark) {
        *self.last(lane) = Some((mark.clone(), Instant::now()));
    }

    /// Compares a server with it, before anything is written there. `false`: something is missing; the database says by now that debits
    /// are held. Errors: not known, or not said, yet.
    pub async fn is_whole(&self, session: &Session) -> Result<bool, Error> {
        let mut is_fresh = false;
        for lane in 0..self.last.len() {
            loop {
                let Some((mark, at)) = self.last(lane).clone().filter(|(_, at)| at.elapsed() < KEPT_FOR) else {
                    break;
                };
                if mark.is_there(session).await? {
                    is_fresh |= at.elapsed() < FRESH;
                    break;
                }
                // A lane that goes on forgets what was before.
                if self
                    .last(lane)
                    .as_ref()
                    .is_some_and(|(now, _)| now.is_later_than(&mark))
                {
                    continue;
                }
                self.hold(session).await?;
                return Ok(false);
            }
        }
        if is_fresh {
            // It was another server that lacked something, and is not the one that is written to.
            let _ = self
                .state
                .compare_exchange(FOUND_OUT, WHOLE, Ordering::SeqCst, Ordering::SeqCst);
        }
        if is_fresh && session.timeline() > self.timeline.load(Ordering::SeqCst) {
            self.confirm(session).await?;
            self.timeline.fetch_max(session.timeline(), Ordering::SeqCst);
        }
        Ok(true)
    }

    async fn hold(&self, session: &Session) -> Result<(), Error> {
        self.state.store(FOUND_OUT, Ordering::SeqCst);
        tracing::error!(
            "the database has lost what it had confirmed: it was recovered to an earlier time, or a standby without it was promoted. Debits are held"
        );
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now = i64::try_from(now.unwrap_or_default().as_millis()).unwrap_or(i64::MAX);
        let hold = session
            .prepared(&self.on_record.hold.postgres(Place::Shared).sql)
            .await?;
        let values = values![0_i64, now];
        session.run(&hold, &values).await?;
        self.confirm(session).await?;
        for lane in 0..self.last.len() {
            *self.last(lane) = None;
        }
        self.state.store(HELD, Ordering::SeqCst);
        Ok(())
    }

    /// Whoever starts later, and knows of nothing, goes by this.
    async fn confirm(&self, session: &Session) -> Result<(), Error> {
        let confirm = session
            .prepared(&self.on_record.confirm.postgres(Place::Shared).sql)
            .await?;
        let values = values![i64::from(session.timeline())];
        session.run(&confirm, &values).await?;
        Ok(())
    }

    /// Whether something was missing, and nobody has read yet that debits are held.
    pub fn is_lost(&self) -> bool {
        self.state.load(Ordering::SeqCst) != WHOLE
    }

    /// Whether what the database says of held debits from now on is to be gone by.
    pub fn is_said(&self) -> bool {
        self.state.load(Ordering::SeqCst) != FOUND_OUT
    }

    /// Somebody has read what the database says, after [`is_said`](Self::is_said).
    pub fn heard(&self) {
        let _ = self
            .state
            .compare_exchange(HELD, WHOLE, Ordering::SeqCst, Ordering::SeqCst);
    }
}
