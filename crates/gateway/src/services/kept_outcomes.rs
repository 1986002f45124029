//! Outcomes that the PG has told and the store could not take. Whoever asked the PG owns its answer: it keeps it, and tries to
//! record it again for as long as the process runs. What is left when it ends, a resolution asks the PG for.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::ReceiptId;
use store::CommitError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::Services;

/// How long an answer waits for a record that was refused once.
const PATIENCE: Duration = Duration::from_secs(2);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// How long it is tried once the gateway stops.
const STOP_PATIENCE: Duration = Duration::from_secs(3);

/// An outcome, with the right to move what it is of.
pub trait PgOutcome: Send + 'static {
    /// What is on disk then, whoever has written it.
    type Recorded: Send + 'static;

    /// Tries to record it. It may have been tried before, by a commit of which nobody knows whether it was made: a lost race is
    /// looked at, and is no error.
    fn record(&mut self, services: &Arc<Services>) -> impl Future<Output = Result<Self::Recorded, CommitError>> + Send;

    /// What of it is told.
    fn of(&self) -> (&'static str, ReceiptId);

    /// Nobody is to wait for it any longer.
    fn let_waiters_go(&self);
}

/// It is not on disk, and still kept unless the log says otherwise.
#[derive(Debug)]
pub struct NotRecorded;

/// How many there are is limited as the payments under way are.
pub struct KeptOutcomes {
    places: Arc<Semaphore>,
}

/// One that is kept; counted until dropped.
struct Place {
    _permit: OwnedSemaphorePermit,
}

impl Drop for Place {
    fn drop(&mut self) {
        metrics::gauge!("jadong_kept_outcomes").decrement(1.0);
    }
}

impl KeptOutcomes {
    pub fn new(max: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(max.min(Semaphore::MAX_PERMITS))),
        }
    }

    fn place(&self) -> Option<Place> {
        let permit = self.places.clone().try_acquire_owned().ok()?;
        metrics::gauge!("jadong_kept_outcomes").increment(1.0);
        Some(Place { _permit: permit })
    }
}

/// Records it, now or later. Errors: not now, nor soon; it goes on in the background.
pub async fn record<O: PgOutcome>(services: &Arc<Services>, mut outcome: O) -> Result<O::Recorded, NotRecorded> {
    let error = match outcome.record(services).await {
        Ok(recorded) => return Ok(recorded),
        Err(error) => error,
    };
    let (what, receipt_id) = outcome.of();
    let Some(place) = services.kept.place() else {
        tracing::error!(%error, %receipt_id, what, "an outcome could not be recorded, and too many are kept: the PG is asked again");
        return Err(NotRecorded);
    };
    tracing::error!(%error, %receipt_id, what, "an outcome could not be recorded: it is kept, and tried again");
    let (tell, told) = oneshot::channel();
    let keeper = services.clone();
    services.tasks.spawn(async move {
        if let Some(recorded) = retry(&keeper, &mut outcome, place).await {
            // Whoever asked may have been answered.
            let _ = tell.send(recorded);
        }
    });
    match tokio::time::timeout(PATIENCE, told).await {
        Ok(Ok(recorded)) => Ok(recorded),
        Ok(Err(_)) | Err(_) => Err(NotRecorded),
    }
}

/// The same for a task that has nothing else to do meanwhile. `None`: the gateway stops.
pub async fn record_whenever<O: PgOutcome>(services: &Arc<Services>, outcome: &mut O) -> Option<O::Recorded> {
    let error = match outcome.record(services).await {
        Ok(recorded) => return Some(recorded),
        Err(error) => error,
    };
    let (what, receipt_id) = outcome.of();
    tracing::error!(%error, %receipt_id, what, "an outcome could not be recorded: it is kept, and tried again");
    retry(services, outcome, services.kept.place()).await
}

async fn retry<O: PgOutcome>(services: &Arc<Services>, outcome: &mut O, place: impl Send) -> Option<O::Recorded> {
    let (since, mut pause, mut give_up_at) = (Instant::now(), FIRST_PAUSE, None);
    let (what, receipt_id) = outcome.of();
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
            () = services.stopping.cancelled(), if give_up_at.is_none() => {
                give_up_at = Some(Instant::now() + STOP_PATIENCE);
                pause = FIRST_PAUSE;
            }
        }
        match outcome.record(services).await {
            Ok(recorded) => {
                let kept_ms = since.elapsed().as_millis();
                tracing::warn!(%receipt_id, what, kept_ms, "an outcome that was kept is recorded");
                drop(place);
                return Some(recorded);
            }
            Err(error) if give_up_at.is_some_and(|at| Instant::now() >= at) => {
                tracing::error!(%error, %receipt_id, what, "an outcome was never recorded: the next start asks the PG again");
                return None;
            }
            Err(_) => {}
        }
        if since.elapsed() >= PATIENCE {
            outcome.let_waiters_go();
        }
    }
}
