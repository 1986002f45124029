//! A place for one connection, which is made anew, for ever, when it ends.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::options::Target;
use super::session::{Role, Session};

/// How long the first attempts to connect are apart, and the later ones.
const APART: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// An answer that takes longer may never come.
const LONG: Duration = Duration::from_secs(1);

/// The connection, or why there is none.
type State = Result<Arc<Session>, String>;

pub struct Slot {
    target: Arc<Target>,
    state: watch::Receiver<State>,
    keeper: JoinHandle<()>,
}

impl Slot {
    pub fn start(target: Arc<Target>, role: Role) -> Self {
        let (told, state) = watch::channel(Err("not connected yet".to_owned()));
        Self {
            state,
            keeper: tokio::spawn(keep(target.clone(), role, told)),
            target,
        }
    }

    /// What `wait` comes to. While that takes long, looks whether another server is the primary by now: then connections to the old
    /// one, which may wait for a standby for ever, are given up.
    pub async fn while_looking_around<T>(&self, wait: impl Future<Output = T>) -> T {
        let mut wait = pin!(wait);
        loop {
            let look = async {
                tokio::time::sleep(LONG).await;
                // It is dropped again: what counts is what it was told of the timeline.
                let _ = Session::connect(&self.target, Role::Reads).await;
            };
            tokio::select! {
                biased;
                done = &mut wait => return done,
                () = look => {}
            }
        }
    }

    /// The connection, as soon as there is one. Errors: there was none until `until`; why.
    pub async fn session(&self, until: Instant) -> State {
        let mut state = self.state.clone();
        let is_up = |state: &State| state.as_ref().is_ok_and(|session| !session.is_over());
        if let Ok(Ok(found)) = tokio::time::timeout_at(until, state.wait_for(is_up)).await {
            return found.clone();
        }
        let last = self.state.borrow().clone();
        Err(last.err().unwrap_or_else(|| "the connection was lost".to_owned()))
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

async fn keep(target: Arc<Target>, role: Role, told: watch::Sender<State>) {
    let mut failed = 0;
    loop {
        match Session::connect(&target, role).await {
            Ok(session) => {
                if failed > 0 {
                    tracing::info!(?role, failed, "connected to PostgreSQL again");
                }
                failed = 0;
                let session = Arc::new(session);
                let _ = told.send_replace(Ok(session.clone()));
                session.ended(&target).await;
                let _ = told.send_replace(Err("the connection was lost".to_owned()));
            }
            Err(fault) => {
                // A cluster without a primary is told once, not ten times a second.
                if failed == 0 {
                    tracing::warn!(?role, %fault, "no connection to PostgreSQL");
                }
                let _ = told.send_replace(Err(fault.to_string()));
                failed += 1;
            }
        }
        tokio::time::sleep(pause(failed)).await;
    }
}

/// Twice as long each time, and never the same on two connections: a server that starts is not met by all at once.
pub fn pause(failed: u32) -> Duration {
    let longest = APART.0.saturating_mul(1 << failed.min(10)).min(APART.1);
    let mut chance = [0; 1];
    let _ = getrandom::fill(&mut chance);
    longest.mul_f64(0.5 + f64::from(chance[0]) / 512.0)
}
