//! The engine: the one place where a command is decided, journaled and applied, in this order and as one step.

mod money;
mod phones;
mod wallet;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use jiff::civil::DateTime;
use nicepay::wire::{ConsentStatus, PayerFields, WireAuthType};
use seams::{Clock, Entropy};

use crate::config::{SimulatorConfig, StartError};
use crate::core::answer::{Action, NotAnswered, answer};
use crate::core::calls::{Call, calls};
use crate::core::debit::DebitScenario;
use crate::core::event::Event;
use crate::core::expire::expire;
use crate::core::find::find;
use crate::core::fingerprint::FingerprintKey;
use crate::core::ids::{Bid, Tid};
use crate::core::ledger_report::LedgerReport;
use crate::core::payer::SimulatedPayer;
use crate::core::pg::SimulatedPg;
use crate::core::refusal::{INTERNAL, PgRefusal};
use crate::core::register::register;
use crate::core::scenario::Scenario;
use crate::core::start::{Start, start};
use crate::core::wallet::activate;
use crate::journal::{Journal, JournalFile, key_of};

pub use money::{ReplyTiming, day};
pub use phones::Phones;

/// Korea has had one offset since 1988.
const KOREA: jiff::tz::Offset = jiff::tz::Offset::constant(9);

/// The bank behind its lock. The lock is held for a decision and a write to the page cache, and never across an
/// await; the journal is under it too, so that its lines stand in the order in which they happened.
pub struct Engine {
    state: Mutex<SimulatorState>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    pub fingerprints: FingerprintKey,
    answer_delay_ms: AtomicU64,
    /// Who answers: a setting of this run, not of the world, and not journaled.
    pub phones: Phones,
    consent_limit_ms: u64,
}

struct SimulatorState {
    bank: SimulatedPg,
    journal: Journal,
}

/// A consent as the PG reports it.
#[derive(Clone, Copy)]
pub struct ConsentView {
    pub tid: Tid,
    pub status: ConsentStatus,
    pub bid: Option<Bid>,
}

impl Engine {
    /// Opens the folder and replays its journal; without a folder, an empty bank that forgets.
    pub fn open(
        config: &SimulatorConfig,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, StartError> {
        let (key, state) = match &config.folder {
            None => {
                let mut key = [0; 32];
                entropy.fill(&mut key);
                let journal = Journal::Memory;
                let bank = SimulatedPg::default();
                (key, SimulatorState { bank, journal })
            }
            Some(folder) => {
                std::fs::create_dir_all(folder).map_err(StartError::Folder)?;
                // The journal first: its lock keeps a second bank from making a second key.
                let (file, bank) = JournalFile::open(folder)?;
                let journal = Journal::File(file);
                (key_of(folder, entropy.as_ref())?, SimulatorState { bank, journal })
            }
        };
        Ok(Self {
            state: Mutex::new(state),
            clock,
            entropy,
            fingerprints: FingerprintKey::with_key(&key),
            answer_delay_ms: AtomicU64::new(config.answer_delay_ms),
            phones: Phones::default(),
            consent_limit_ms: config.consent_limit_ms,
        })
    }

    /// The machine's time, which the control API goes by.
    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// A caller whose clock is `ahead_ms` ahead of the machine's.
    pub fn visit(&self, ahead_ms: i64) -> EngineSession<'_> {
        EngineSession {
            engine: self,
            ahead_ms,
            project: None,
            customer: None,
            account: None,
        }
    }

    /// A person answers a call.
    pub fn answer(&self, order_id: &str, action: Action) -> Result<(), AnswerError> {
        let mut state = self.lock();
        let event = answer(&state.bank, order_id, action, self.now_ms()).map_err(AnswerError::NotAnswered)?;
        state.commit(event).map_err(|_| AnswerError::NotWritten)?;
        let activated = activate(&state.bank, order_id, self.now_ms());
        activated.map_or(Ok(()), |event| state.commit(event).map_err(|_| AnswerError::NotWritten))
    }

    /// Something the control API sets: a scenario, the shop, or a maintenance.
    pub fn set(&self, event: Event) -> Result<(), PgRefusal> {
        self.lock().commit(event)
    }

    /// For consents that start from now on. A setting of this run, not of the world: it is not journaled.
    pub fn set_answer_delay(&self, answer_delay_ms: u64) {
        self.answer_delay_ms.store(answer_delay_ms, Ordering::Relaxed);
    }

    pub fn calls(&self, status: Option<ConsentStatus>) -> Vec<Call> {
        calls(&self.lock().bank, status, self.now_ms())
    }

    pub fn ledger(&self) -> LedgerReport {
        let now_ms = self.now_ms();
        LedgerReport::of(&self.lock().bank, now_ms)
    }

    /// Reads the state; `read` must be short.
    pub fn read<T>(&self, read: impl FnOnce(&SimulatedPg) -> T) -> T {
        read(&self.lock().bank)
    }

    /// Nothing happens any more, and the folder is free for another bank.
    pub fn close(&self) {
        self.lock().journal = Journal::Closed;
    }

    fn lock(&self) -> MutexGuard<'_, SimulatorState> {
        self.state.lock().expect("no holder of this lock panics")
    }
}

/// A call of the PG, at the caller's time. Times of different callers are not one order: the journal's lines are, and what
/// is decided of a caller's orders is decided by that caller's time.
pub struct EngineSession<'a> {
    engine: &'a Engine,
    ahead_ms: i64,
    project: Option<&'a str>,
    customer: Option<Scenario>,
    account: Option<DebitScenario>,
}

impl<'a> EngineSession<'a> {
    /// As this sandbox project.
    pub fn of(self, project: Option<&'a str>) -> Self {
        Self { project, ..self }
    }

    /// As one that says how the customer or the account behaves.
    pub fn asked(self, customer: Option<Scenario>, account: Option<DebitScenario>) -> Self {
        Self {
            customer,
            account,
            ..self
        }
    }

    pub fn now_ms(&self) -> i64 {
        self.engine.now_ms().saturating_add(self.ahead_ms)
    }

    pub fn fingerprints(&self) -> &FingerprintKey {
        &self.engine.fingerprints
    }

    /// Refuses what [`start`] refuses, and `U301` for payer fields that [`Payer::read`] does not take.
    pub fn start(
        &self,
        order_id: &str,
        auth_type: WireAuthType,
        goods_name: &str,
        fields: &PayerFields,
    ) -> Result<ConsentView, PgRefusal> {
        let payer =
            SimulatedPayer::read(fields, &self.engine.fingerprints).ok_or(PgRefusal(nicepay::codes::BAD_PARAMETER))?;
        let command = Start {
            order_id: order_id.into(),
            auth_type,
            goods_name: goods_name.into(),
            payer,
            asked: self.customer,
            answering: self.engine.phones.answering(self.project),
            answer_delay_ms: self.engine.answer_delay_ms.load(Ordering::Relaxed),
            consent_limit_ms: self.engine.consent_limit_ms,
            ahead_ms: self.ahead_ms,
        };
        let mut state = self.engine.lock();
        let now_ms = self.now_ms();
        let event = start(&state.bank, command, now_ms, in_korea(now_ms))?;
        state.commit(event)?;
        state.view(order_id, now_ms)
    }

    pub fn find(&self, order_id: &str) -> Result<ConsentView, PgRefusal> {
        let mut state = self.engine.lock();
        let now_ms = self.now_ms();
        state.bank.look(order_id, self.ahead_ms);
        if let Some(event) = find(&state.bank, order_id, now_ms)? {
            state.commit(event)?;
        }
        state.view(order_id, now_ms)
    }

    pub fn register(&self, order_id: &str, tid: &str) -> Result<ConsentView, PgRefusal> {
        let mut random = [0; 8];
        self.engine.entropy.fill(&mut random);
        let mut state = self.engine.lock();
        let now_ms = self.now_ms();
        let event = register(&state.bank, order_id, tid, u64::from_le_bytes(random), now_ms)?;
        state.commit(event)?;
        state.view(order_id, now_ms)
    }

    pub fn expire(&self, bid: &str, order_id: &str) -> Result<(), PgRefusal> {
        let mut state = self.engine.lock();
        let event = expire(&state.bank, Bid::parse(bid), order_id, self.now_ms())?;
        state.commit(event)
    }
}

/// Why a person's answer had no effect.
pub enum AnswerError {
    NotAnswered(NotAnswered),
    NotWritten,
}

impl SimulatorState {
    /// On disk first, then in memory; what could not be written did not happen.
    fn commit(&mut self, event: Event) -> Result<(), PgRefusal> {
        if let Err(error) = self.journal.append(&event) {
            tracing::error!(%error, "the journal cannot be written");
            return Err(PgRefusal(INTERNAL));
        }
        self.bank.apply(event).expect("an event decided on this state fits it");
        Ok(())
    }

    fn view(&self, order_id: &str, now_ms: i64) -> Result<ConsentView, PgRefusal> {
        let consent = self.bank.consents.get(order_id);
        let consent = consent.ok_or(PgRefusal(nicepay::codes::NO_SUCH_ORDER))?;
        Ok(ConsentView {
            tid: consent.tid,
            status: consent.status(now_ms),
            bid: consent.bid,
        })
    }
}

/// The wall clock in Korea; the epoch for a time that no calendar has.
pub fn in_korea(now_ms: i64) -> DateTime {
    let now = jiff::Timestamp::from_millisecond(now_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    KOREA.to_datetime(now)
}

#[cfg(test)]
mod tests;
