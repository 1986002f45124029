//! Measures what nobody has written down of the hosted API, with a merchant's own credentials there. What moves money or calls
//! somebody is asked about first, and what was debited is given back.
//!
//! A probe that ends unknown has measured nothing: what it was to find out stays as it was.

pub mod answers;
mod ask;
mod charge;
mod consent;
mod give_back;
mod ledger;
mod plan;
mod refund;
mod refused;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use seams::{Clock, Entropy};
use serde_json::Value;
use tokio::sync::watch;

pub use self::answers::{PROBE_VERSION, Question, absence_proven_after, merged};
pub use self::give_back::Left;
use self::ledger::Ledger;
pub use self::plan::{Act, Desk, KeyPairs, PRICE_MIN, Plan, Probe, Progress, Waits};

use super::Hosted;

/// How every id begins that a probe sends.
pub const ID_PREFIX: &str = "jadong-measure-";

/// What a question came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    Measured(String),
    /// It was tried; why nothing is known.
    NotMeasured(String),
    /// It was not tried; why.
    Skipped(String),
}

/// A line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub question: Question,
    pub probe: Probe,
    pub found: Found,
}

impl Row {
    /// What was seen, where it was.
    #[must_use]
    pub fn measured(&self) -> Option<&str> {
        match &self.found {
            Found::Measured(says) => Some(says),
            Found::NotMeasured(_) | Found::Skipped(_) => None,
        }
    }
}

/// Why it went no further.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    #[error("stopped")]
    Asked,
    #[error("the hosted API does not let this project in ({0}): see its credentials, and its list of addresses there")]
    NotLetIn(String),
    #[error("the billing key cannot be looked up: {0}")]
    NoKey(String),
    #[error("the key pair is a live one; --live measures with it, and moves real money")]
    Live,
    #[error(
        "the hosted API does not say whether the key pair is of its sandbox; --live measures with it as with a live one"
    )]
    Unsaid,
}

/// One measuring, from its first probe until all is given back.
pub struct Measuring {
    hosted: Hosted,
    clock: Arc<dyn Clock>,
    /// Of this run: in every id that it sends.
    tag: String,
    waits: Waits,
    stop: watch::Sender<bool>,
    rows: Mutex<Vec<Row>>,
    ledger: Mutex<Ledger>,
}

impl Measuring {
    /// With a connector that goes by no measurement. Nothing is sent yet.
    pub(crate) fn new(hosted: Hosted, waits: Waits, clock: Arc<dyn Clock>, entropy: &dyn Entropy) -> Self {
        let mut random = [0; 6];
        entropy.fill(&mut random);
        Self {
            hosted,
            clock,
            tag: random.iter().map(|byte| format!("{byte:02x}")).collect(),
            waits,
            stop: watch::Sender::new(false),
            rows: Mutex::default(),
            ledger: Mutex::default(),
        }
    }

    /// Asks it to go no further. A call that is under way is waited for: it may be a debit.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Every probe that is allowed, one after the other. What was found is in [`rows`](Self::rows), also when it goes no further.
    pub async fn run(&self, plan: &mut Plan, desk: &dyn Desk) -> Result<(), Stopped> {
        let done = self.probes(plan, desk).await;
        self.fill_up(match &done {
            Ok(()) | Err(Stopped::Asked) => "stopped",
            Err(Stopped::NotLetIn(_)) => "not let in",
            Err(Stopped::NoKey(_)) => "no such key",
            Err(Stopped::Live | Stopped::Unsaid) => "not a sandbox's key pair",
        });
        done
    }

    async fn probes(&self, plan: &mut Plan, desk: &dyn Desk) -> Result<(), Stopped> {
        let mut key = plan.key.clone();
        if let Some(key) = &key {
            self.check_key(key, plan.key_pairs).await?;
        }
        self.look_up_nothing().await?;
        if let Some(made) = self.consents(plan, desk).await? {
            key = Some(made);
        }
        self.charges(key.as_deref(), plan, desk).await?;
        self.refused_charge(plan, desk).await
    }

    /// What was found, in the order in which it was.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn found(&self, probe: Probe, question: Question, found: Found) {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        rows.push(Row { question, probe, found });
    }

    fn measured(&self, probe: Probe, question: Question, says: Result<String, String>) {
        let found = says.map_or_else(Found::NotMeasured, Found::Measured);
        self.found(probe, question, found);
    }

    fn skipped(&self, probe: Probe, questions: &[Question], why: &str) {
        for question in questions {
            self.found(probe, *question, Found::Skipped(why.to_owned()));
        }
    }

    /// No question is left out of the table.
    fn fill_up(&self, why: &str) {
        for (probe, questions) in QUESTIONS {
            let rows = self.rows();
            let open = questions
                .iter()
                .filter(|of| rows.iter().all(|row| row.question != **of));
            self.skipped(*probe, &open.copied().collect::<Vec<_>>(), why);
        }
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An id that nobody has used.
    fn new_id(&self) -> String {
        let number = self.ledger().next_number();
        format!("{ID_PREFIX}{}-{number}", self.tag)
    }

    /// Errors: it was asked to stop, before the time was over.
    async fn pause(&self, time: Duration) -> Result<(), Stopped> {
        let mut stop = self.stop.subscribe();
        let asked = stop.wait_for(|is_asked| *is_asked);
        match tokio::time::timeout(time, asked).await {
            Err(_) => Ok(()),
            Ok(_) => Err(Stopped::Asked),
        }
    }

    /// Whether `act` may be done. Errors: it was asked to stop.
    async fn may(&self, act: &Act, desk: &dyn Desk) -> Result<bool, Stopped> {
        let mut stop = self.stop.subscribe();
        tokio::select! {
            biased;
            _ = stop.wait_for(|is_asked| *is_asked) => Err(Stopped::Asked),
            may = desk.may(act) => Ok(may),
        }
    }
}

/// Where each question is asked.
const QUESTIONS: &[(Probe, &[Question])] = &[
    (Probe::Lookup, &[Question::UnknownOrder]),
    (Probe::Consent, consent::QUESTIONS),
    (Probe::RefusedConsent, &[Question::PublishRefused]),
    (Probe::Charge, charge::QUESTIONS),
    (Probe::UsedOrder, &[Question::UsedOrderId]),
    (Probe::Refund, refund::QUESTIONS),
    (Probe::RefusedCharge, refused::QUESTIONS),
];

/// Errors: the key pair is none that may be measured with, going by what the API says of a key or a receipt.
fn check_key_pair(body: &Value, allowed: KeyPairs) -> Result<(), Stopped> {
    if allowed == KeyPairs::SandboxAndLive {
        return Ok(());
    }
    // A number in one answer, and a truth value in the others.
    match body.get("sandbox") {
        Some(Value::Bool(true)) => Ok(()),
        Some(Value::Number(number)) if number.as_i64() == Some(1) => Ok(()),
        None | Some(Value::Null) => Err(Stopped::Unsaid),
        Some(_) => Err(Stopped::Live),
    }
}
