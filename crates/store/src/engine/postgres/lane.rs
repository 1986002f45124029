//! A lane: one writing connection. It takes what waits, makes it one transaction, and knows what became of that before it
//! takes more.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::batch::{self, Attempt, Verdict};
use super::fault::words;
use super::mark::Mark;
use super::memory::Memory;
use super::queue::{Command, Queue};
use super::session::Session;
use super::slot::{Slot, pause};
use crate::error::CommitError;

/// So often a command that met another transaction is put behind the others.
const MEETINGS_MAX: u32 = 5;
/// How long the answers to a batch may take at least: longer than one of its statements waits for a lock.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// While there is no server, what waits is looked at so often.
const LOOK_EVERY: Duration = Duration::from_millis(100);

pub struct Lane {
    pub queue: Arc<Queue>,
    pub slot: Slot,
    pub mark: Mark,
    pub group_max: usize,
    pub patience: Duration,
    pub commits: Arc<AtomicU64>,
    /// What all lanes know to be committed, and which of them this is.
    pub memory: Arc<Memory>,
    pub number: usize,
    /// The connection whose server was compared with it.
    pub compared: Weak<Session>,
    /// Since when no batch has come to an end; `None`: all is well.
    pub down_since: Option<Instant>,
}

/// What became of a batch whose COMMIT was sent.
enum Ended {
    Committed,
    /// It was not, and never will be.
    Never,
}

impl Lane {
    /// Works until the queue is closed and empty.
    pub async fn run(mut self) {
        let waited = metrics::histogram!("jadong_store_queue_seconds");
        let committed = metrics::histogram!("jadong_store_commit_seconds");
        while let Some(group) = self.queue.take(self.group_max).await {
            fail::fail_point!("store_group");
            let began = Instant::now();
            // The first of a group has waited longest: one sample says it for all.
            if let Some(first) = group.first() {
                waited.record(began.saturating_duration_since(first.since).as_secs_f64());
            }
            self.group(group).await;
            committed.record(began.elapsed().as_secs_f64());
        }
    }

    /// Answers every command of a group. One that is refused, fails or waits too long for a lock is run once more by itself, so that it harms nobody and its
    /// answer is its own.
    async fn group(&mut self, group: Vec<Command>) {
        let (mut fresh, met): (Vec<_>, Vec<_>) = group.into_iter().partition(|command| command.meetings == 0);
        fresh.sort_by(|a, b| a.key().cmp(b.key()));
        let mut batches = VecDeque::from([fresh]);
        batches.extend(met.into_iter().map(|command| vec![command]));
        while let Some(batch) = batches.pop_front() {
            let parts = self.batch(batch).await;
            for part in parts.into_iter().rev().filter(|part| !part.is_empty()) {
                batches.push_front(part);
            }
        }
    }

    /// Runs a batch until it is known what became of it. Gives back those commands that are to be run again, in parts.
    async fn batch(&mut self, mut commands: Vec<Command>) -> Vec<Vec<Command>> {
        let mut lost = 0;
        while !commands.is_empty() {
            let Some(session) = self.session(&mut commands).await else {
                break;
            };
            let bucket = commands.first().and_then(|command| command.bucket);
            self.mark.advance(bucket.filter(|_| self.queue.is_by_bucket));
            let within = self.patience.max(ANSWER_WITHIN);
            let attempt = timeout(within, batch::attempt(&session, &commands, &self.mark));
            let attempt = self.slot.while_looking_around(attempt).await;
            match attempt.unwrap_or_else(|_| Attempt::Lost("the server does not answer".to_owned())) {
                Attempt::Ready(counts) => {
                    let ended = self.commit(&session, &mut commands, &counts).await;
                    if matches!(ended, Ended::Committed) {
                        self.commits.fetch_add(1, Ordering::Relaxed);
                        self.memory.note(self.number, &self.mark);
                        metrics::counter!("jadong_store_commands_total").increment(counts.len() as u64);
                        self.is_up();
                        answer_all(&mut commands, counts);
                        break;
                    }
                    // Whoever was told that it is in doubt must not see it made later.
                    commands.retain(|command| !command.is_answered());
                    lost += 1;
                }
                Attempt::Undone(verdicts) => {
                    self.is_up();
                    if matches!(verdicts.as_slice(), [Verdict::Met(_)])
                        && let Some(command) = commands.pop_if(can_wait)
                    {
                        tokio::time::sleep(pause(0)).await;
                        self.queue.put_back(command);
                        break;
                    }
                    return parted(commands, verdicts);
                }
                Attempt::Lost(reason) => {
                    session.kill();
                    self.is_down(&mut commands, &reason);
                    lost += 1;
                    tokio::time::sleep(pause(lost.min(4))).await;
                }
            }
        }
        Vec::new()
    }

    /// The connection. While there is none, answers those that have waited long enough; `None` when they all have.
    async fn session(&mut self, commands: &mut Vec<Command>) -> Option<Arc<Session>> {
        loop {
            match self.slot.session(Instant::now() + LOOK_EVERY).await {
                Ok(session) if self.has_compared(&session, commands).await => return Some(session),
                Ok(_) => {}
                Err(reason) => self.is_down(commands, &reason),
            }
            if commands.is_empty() {
                return None;
            }
        }
    }

    /// Before a server is written to it is compared with what this process knows to be committed. Where something is missing, debits are
    /// held, and what waits here was decided on what is gone: none of it is done.
    async fn has_compared(&mut self, session: &Arc<Session>, commands: &mut Vec<Command>) -> bool {
        if self
            .compared
            .upgrade()
            .is_some_and(|compared| Arc::ptr_eq(&compared, session))
        {
            return true;
        }
        let within = self.patience.max(ANSWER_WITHIN);
        match timeout(within, self.memory.is_whole(session)).await {
            Ok(Ok(is_whole)) => {
                self.compared = Arc::downgrade(session);
                if !is_whole {
                    let reason = "the database was put back to an earlier state: debits are held";
                    for mut command in commands.drain(..) {
                        command.answer(Err(CommitError::NotDone(reason.to_owned())));
                    }
                    self.queue.expire(Instant::now(), reason);
                }
                true
            }
            Ok(Err(error)) => {
                session.kill();
                self.is_down(commands, &words(&error));
                false
            }
            Err(_) => {
                session.kill();
                self.is_down(commands, "the server does not answer");
                false
            }
        }
    }

    /// Since when nothing has come to an end: from now on, where all was well.
    fn goes_down(&mut self, now: Instant) -> Instant {
        if self.down_since.is_none() {
            metrics::gauge!("jadong_store_lanes_down").increment(1.0);
        }
        *self.down_since.get_or_insert(now)
    }

    fn is_up(&mut self) {
        if self.down_since.take().is_some() {
            metrics::gauge!("jadong_store_lanes_down").decrement(1.0);
        }
    }

    /// No server that takes writes answers: none of these is done, nor will be for those that have waited long enough, here and
    /// in the queue. What came before the trouble has its time from then on.
    fn is_down(&mut self, commands: &mut Vec<Command>, reason: &str) {
        let now = Instant::now();
        let down_since = self.goes_down(now);
        let patience = self.patience;
        commands.retain_mut(|command| {
            let waits = command.since.max(down_since) + patience > now;
            if !waits {
                command.answer(Err(CommitError::NotDone(reason.to_owned())));
            }
            waits
        });
        if let Some(since) = now.checked_sub(patience).filter(|since| down_since <= *since) {
            self.queue.expire(since, reason);
        }
    }

    /// Sends COMMIT, and finds out what it came to.
    async fn commit(&mut self, session: &Session, commands: &mut [Command], counts: &[Vec<usize>]) -> Ended {
        let commit = timeout(self.patience, session.client.batch_execute("COMMIT"));
        let reason = match self.slot.while_looking_around(commit).await {
            Ok(Ok(())) if !session.take_doubt() => return Ended::Committed,
            Ok(Ok(())) => "the server did not wait for its standby".to_owned(),
            Ok(Err(error)) => words(&error),
            Err(_) => "the server does not answer".to_owned(),
        };
        session.kill();
        tracing::warn!(
            reason,
            commands = counts.len(),
            "the answer to a commit was lost; its mark will tell"
        );
        self.resolve(commands, &reason).await
    }

    /// Asks by the batch's mark, as long as it takes: nothing else is written meanwhile. After a while the callers are told that it
    /// is in doubt.
    async fn resolve(&mut self, commands: &mut [Command], reason: &str) -> Ended {
        let began = Instant::now();
        let down_since = self.goes_down(began);
        loop {
            if began.elapsed() >= self.patience {
                for command in commands.iter_mut() {
                    command.answer(Err(CommitError::InDoubt(reason.to_owned())));
                }
            }
            if let Some(since) = Instant::now()
                .checked_sub(self.patience)
                .filter(|since| down_since <= *since)
            {
                self.queue.expire(since, reason);
            }
            let Ok(session) = self.slot.session(Instant::now() + LOOK_EVERY).await else {
                continue;
            };
            let asked = timeout(self.patience, self.mark.was_committed(&session));
            match self.slot.while_looking_around(asked).await {
                Ok(Ok(was_committed)) if !session.take_doubt() => {
                    tracing::info!(was_committed, "a commit in doubt is resolved");
                    let became = if was_committed { "committed" } else { "never" };
                    metrics::counter!("jadong_store_doubts_total", "became" => became).increment(1);
                    return if was_committed { Ended::Committed } else { Ended::Never };
                }
                Ok(Err(error)) => tracing::debug!(error = words(&error), "a commit stays in doubt"),
                _ => {}
            }
            session.kill();
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

/// Whether a command that met another transaction may do so again. It is not the others that wait for it.
fn can_wait(command: &mut Command) -> bool {
    command.meetings += 1;
    command.meetings <= MEETINGS_MAX
}

fn answer_all(commands: &mut [Command], counts: Vec<Vec<usize>>) {
    for (command, counts) in commands.iter_mut().zip(counts) {
        command.answer(Ok(counts));
    }
}

/// Those that went well and those that came after a failure, as one batch; each of the others alone, behind them. One that was
/// alone already has its answer.
fn parted(mut commands: Vec<Command>, verdicts: Vec<Verdict>) -> Vec<Vec<Command>> {
    if let ([command], [verdict]) = (commands.as_mut_slice(), verdicts.as_slice()) {
        command.answer(Err(match verdict {
            Verdict::Refused(refused) => CommitError::Refused(*refused),
            Verdict::Failed(reason) | Verdict::Met(reason) => CommitError::NotDone(reason.clone()),
            Verdict::Fine(_) | Verdict::Unknown => CommitError::NotDone("the transaction was aborted".to_owned()),
        }));
        return Vec::new();
    }
    let (mut together, mut parts) = (Vec::new(), Vec::new());
    for (command, verdict) in commands.into_iter().zip(verdicts) {
        match verdict {
            Verdict::Fine(_) | Verdict::Unknown => together.push(command),
            Verdict::Refused(_) | Verdict::Failed(_) | Verdict::Met(_) => parts.push(vec![command]),
        }
    }
    parts.insert(0, together);
    parts
}
