//! One connection: how it is set up, what it must be, and the statements prepared on it.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::stream::FuturesUnordered;
use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};
use tokio_postgres::tls::TlsStream;
use tokio_postgres::{AsyncMessage, Client, Connection, Error, Row, Socket, Statement as Prepared};

use super::fault::{self, PostgresFault};
use super::options::Target;
use super::values::Parameter;
use crate::value::Value;

/// How long the other hosts have when one has answered.
const OTHERS_WITHIN: Duration = Duration::from_millis(200);

/// The oldest server that will do.
const VERSION_MIN: u32 = 150_000;

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Writes,
    Reads,
    Migrates,
}

impl Role {
    /// The session's settings. A writing session holds no lock for long, whatever becomes of its process. A statement of it has no
    /// timeout on the server: cancelled while it waits for a standby, a commit would be confirmed without it.
    fn settings(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Writes => &[("lock_timeout", "3s"), ("idle_in_transaction_session_timeout", "5s")],
            Self::Reads => &[("default_transaction_read_only", "on"), ("statement_timeout", "15s")],
            Self::Migrates => &[("lock_timeout", "3s")],
        }
    }
}

/// Of several hosts' faults the one that says most: that one cannot be reached or is a standby is nothing special.
fn weight(fault: &PostgresFault) -> u8 {
    match fault {
        PostgresFault::Unreachable { .. } => 0,
        PostgresFault::ReadOnly { .. } => 1,
        PostgresFault::Replaced { .. } => 2,
        _ => 3,
    }
}

/// A connection that is being driven. It ends when the server goes, or by [`kill`](Self::kill).
pub struct Session {
    pub client: Client,
    prepared: Mutex<HashMap<&'static str, Prepared>>,
    is_doubtful: Arc<AtomicBool>,
    /// The server's when it was connected to.
    timeline: AtomicU32,
    kill: watch::Sender<bool>,
    ended: watch::Receiver<()>,
}

impl Session {
    /// Connects to all hosts at once and takes the one that is a primary to trust: one that does not answer holds up nobody, and one
    /// that was replaced and does not know it is not taken for being quicker. Errors: there is none.
    pub async fn connect(target: &Target, role: Role) -> Result<Self, PostgresFault> {
        let attempts = target
            .each()
            .map(|host| async move { Self::connect_to(&host, role).await });
        let mut attempts: FuturesUnordered<_> = attempts.collect();
        let (mut worst, mut best): (Option<PostgresFault>, Option<Self>) = (None, None);
        let mut until = Instant::now() + target.connect_timeout * 3;
        while let Ok(Some(attempt)) = timeout_at(until, attempts.next()).await {
            match attempt {
                Ok(session) => {
                    until = Instant::now() + OTHERS_WITHIN;
                    if best.as_ref().is_none_or(|best| best.timeline() < session.timeline()) {
                        best = Some(session);
                    }
                }
                Err(fault) if worst.as_ref().is_none_or(|worst| weight(worst) < weight(&fault)) => worst = Some(fault),
                Err(_) => {}
            }
        }
        if let Some(best) = best {
            return Ok(best);
        }
        Err(match worst {
            Some(PostgresFault::Unreachable { reason, .. }) => PostgresFault::Unreachable {
                place: target.place(),
                reason,
            },
            Some(fault) => fault,
            None => PostgresFault::Url("it names no host".to_owned()),
        })
    }

    /// Of the server when it was connected to: one more with each promotion.
    pub fn timeline(&self) -> u32 {
        self.timeline.load(Ordering::Acquire)
    }

    async fn connect_to(target: &Target, role: Role) -> Result<Self, PostgresFault> {
        let connecting = async {
            let connected = target.config.connect(target.tls.clone()).await;
            let (client, connection) = connected.map_err(|error| fault::of_connecting(target, &error))?;
            let session = Self::driven(client, connection);
            session.set_up(target, role).await?;
            Ok(session)
        };
        // To connect, and then the first questions.
        let connected = tokio::time::timeout(target.connect_timeout * 2, connecting).await;
        connected.unwrap_or_else(|_| {
            Err(PostgresFault::Unreachable {
                place: target.place(),
                reason: "it does not answer".to_owned(),
            })
        })
    }

    fn driven<T: TlsStream + Unpin + Send + 'static>(client: Client, connection: Connection<Socket, T>) -> Self {
        let is_doubtful = Arc::new(AtomicBool::new(false));
        let (kill, killed) = watch::channel(false);
        let (life, ended) = watch::channel(());
        tokio::spawn(drive(connection, is_doubtful.clone(), killed, life));
        Self {
            client,
            prepared: Mutex::default(),
            is_doubtful,
            timeline: AtomicU32::new(0),
            kill,
            ended,
        }
    }

    async fn set_up(&self, target: &Target, role: Role) -> Result<(), PostgresFault> {
        let place = target.place();
        let failed = |error: Error| fault::of_connecting(target, &error);
        let asked = "SELECT current_setting('server_version_num')::int, pg_is_in_recovery(),
            current_setting('synchronous_standby_names'), current_setting('fsync'), current_setting('full_page_writes'),
            CASE WHEN pg_is_in_recovery() THEN 0
                ELSE ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))::bit(32)::int END";
        let server = self.client.query_one(asked, &[]).await.map_err(failed)?;
        let version = u32::try_from(server.get::<_, i32>(0)).unwrap_or(0);
        if version < VERSION_MIN {
            let found = version / 10_000;
            return Err(PostgresFault::TooOld { place, found });
        }
        if server.get(1) {
            return Err(PostgresFault::ReadOnly { place });
        }
        let timeline = u32::try_from(server.get::<_, i32>(5)).unwrap_or(0);
        target.timeline.send_if_modified(|newest| {
            let is_newer = timeline > *newest;
            *newest = timeline.max(*newest);
            is_newer
        });
        let newest = *target.timeline.borrow();
        if timeline < newest {
            return Err(PostgresFault::Replaced {
                place,
                timeline,
                newest,
            });
        }
        self.timeline.store(timeline, Ordering::Release);
        if server.get::<_, &str>(2).is_empty() && !target.allow_asynchronous_replication {
            return Err(PostgresFault::Asynchronous { place });
        }
        for (column, setting) in [(3, "fsync"), (4, "full_page_writes")] {
            if server.get::<_, &str>(column) == "off" && !target.allow_unsynced {
                return Err(PostgresFault::Unsynced { place, setting });
            }
        }
        for (name, value) in role.settings() {
            let set = format!("SET {name} = '{value}'");
            self.client.batch_execute(&set).await.map_err(failed)?;
        }
        // A role or a database may have it lower; one that has it higher keeps it.
        let raise = "SELECT set_config('synchronous_commit', 'on', false)
            WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')";
        self.client.query_opt(raise, &[]).await.map_err(failed)?;
        self.keeps_settings(target, role).await
    }

    /// That what was set is set: a pooler may have given the settings to another connection.
    async fn keeps_settings(&self, target: &Target, role: Role) -> Result<(), PostgresFault> {
        let commits = [("synchronous_commit", "on")];
        for (setting, wanted) in role.settings().iter().chain(&commits) {
            let row = self.client.query_one("SELECT current_setting($1)", &[setting]).await;
            let row = row.map_err(|error| fault::of_connecting(target, &error))?;
            let found: String = row.get(0);
            if found != *wanted && found != "remote_apply" {
                let (place, setting) = (target.place(), *setting);
                return Err(PostgresFault::Forgetful { place, setting, found });
            }
        }
        Ok(())
    }

    /// Gives the connection up; the server takes back what was not committed. Nothing is asked of the server: a cancelled wait
    /// for a standby would be a commit that was not confirmed by it.
    pub fn kill(&self) {
        self.kill.send_replace(true);
    }

    /// Whether it has ended, or was given up.
    pub fn is_over(&self) -> bool {
        self.client.is_closed() || *self.kill.borrow()
    }

    /// Resolves when it has ended; gives it up when another server than this one's is the primary.
    pub async fn ended(&self, target: &Target) {
        let (mut ended, mut timeline) = (self.ended.clone(), target.timeline.subscribe());
        let own = self.timeline();
        tokio::select! {
            _ = ended.changed() => {}
            Ok(newest) = timeline.wait_for(|newest| *newest > own) => {
                tracing::warn!(own, newest = *newest, "the primary was replaced: a connection to the old one is given up");
                self.kill();
            }
        }
    }

    /// Whether the server said since the last time that it did not wait for a standby.
    pub fn take_doubt(&self) -> bool {
        self.is_doubtful.swap(false, Ordering::AcqRel)
    }

    /// The statement with this text, prepared once.
    pub async fn prepared(&self, sql: &'static str) -> Result<Prepared, Error> {
        let known = |session: &Self| session.statements().get(sql).cloned();
        if let Some(prepared) = known(self) {
            return Ok(prepared);
        }
        let prepared = self.client.prepare(sql).await?;
        self.statements().insert(sql, prepared.clone());
        Ok(prepared)
    }

    fn statements(&self) -> std::sync::MutexGuard<'_, HashMap<&'static str, Prepared>> {
        self.prepared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a prepared statement: its rows, and how many it changed or found.
    pub async fn run(&self, statement: &Prepared, values: &[Value]) -> Result<(Vec<Row>, usize), Error> {
        let mut stream = Box::pin(self.client.query_raw(statement, values.iter().map(Parameter)).await?);
        let mut rows = Vec::new();
        while let Some(row) = stream.try_next().await? {
            rows.push(row);
        }
        let count = stream.rows_affected().unwrap_or(0);
        Ok((rows, usize::try_from(count).unwrap_or(usize::MAX)))
    }
}

/// Moves what is sent and received until the connection ends, and hears what the server says besides.
async fn drive<T: TlsStream + Unpin>(
    mut connection: Connection<Socket, T>,
    is_doubtful: Arc<AtomicBool>,
    mut killed: watch::Receiver<bool>,
    life: watch::Sender<()>,
) {
    loop {
        let message = tokio::select! {
            message = poll_fn(|context| connection.poll_message(context)) => message,
            _ = killed.wait_for(|is_killed| *is_killed) => break,
        };
        match message {
            Some(Ok(AsyncMessage::Notice(notice))) => {
                // Heard before the answer to COMMIT, which says that all is well.
                if notice.message().contains("synchronous replication") {
                    is_doubtful.store(true, Ordering::Release);
                    tracing::error!(notice = notice.message(), "the server did not wait for a standby");
                } else {
                    tracing::debug!(notice = notice.message(), "the server says");
                }
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => {
                tracing::debug!(error = fault::words(&error), "a connection to PostgreSQL ended");
                break;
            }
            None => break,
        }
    }
    drop((connection, life));
}
