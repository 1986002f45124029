//! The record of mandates, written by the same commit as what it tells of. Each event carries the hash of the one before, signed
//! with a key that is made of the installation's own: who has the database alone can neither change an event nor leave one out
//! before the newest.

mod entry;
mod seal;

use domain::change::Change;
use domain::fingerprint::Pepper;
use domain::issuance::Adoption;
use domain::key::KeyDestroyed;
use domain::mandate::{MandateAct, MandateEvent};
use domain::project::Project;
use domain::{EpochMs, ProjectId, ReceiptId};
use serde_json::Value;
use store::{ReadError, Store};

pub use self::seal::{EVENT, FILE, MandateSeal, is_signed, next_hash};

/// So often a commit is tried again whose record another one has gone on with.
pub const TRIES: u32 = 16;

/// What a commit is worth telling of a mandate.
#[derive(Debug, Clone)]
pub struct ToldOfMandate {
    pub receipt_id: ReceiptId,
    pub at: EpochMs,
    pub entry: Value,
}

impl ToldOfMandate {
    /// An act of the merchant.
    pub fn act(receipt_id: ReceiptId, at: EpochMs, act: &MandateAct) -> Self {
        let entry = entry::act(act, at);
        Self { receipt_id, at, entry }
    }

    /// The end of a mandate.
    pub fn ended(ended: &KeyDestroyed) -> Self {
        let entry = entry::ended(ended);
        let (receipt_id, at) = (ended.receipt_id, ended.at);
        Self { receipt_id, at, entry }
    }
}

/// What an entry tells of: its `event`.
pub fn event_name(entry: &str) -> Option<String> {
    let entry: Value = serde_json::from_str(entry).ok()?;
    entry["event"].as_str().map(str::to_owned)
}

/// What `changes` tell of mandates of `payee`.
pub fn told(changes: &[Change], payee: impl Fn() -> Option<Project>) -> Vec<ToldOfMandate> {
    let one = |change: &Change| {
        let (receipt_id, at, entry) = match change {
            Change::OpenIssuance(issuance) => {
                let entry = entry::requested(issuance, payee().as_ref());
                (issuance.receipt_id, issuance.requested_at, entry)
            }
            Change::TransitionIssuance(step) => (step.receipt_id, step.at, entry::step(step)),
            Change::DestroyKey(ended) => return Some(ToldOfMandate::ended(ended)),
            _ => return None,
        };
        Some(ToldOfMandate { receipt_id, at, entry })
    };
    changes.iter().filter_map(one).collect()
}

/// Where a record stands: its newest number and hash.
type Heads = Vec<(ReceiptId, Option<(u32, String)>)>;

/// Writes records.
pub struct MandateRecords {
    seal: MandateSeal,
}

impl MandateRecords {
    pub fn new(pepper: &Pepper) -> Self {
        let seal = MandateSeal::new(pepper);
        Self { seal }
    }

    /// Where the records stand that are told of.
    pub async fn heads(&self, store: &Store, project: ProjectId, told: &[ToldOfMandate]) -> Result<Heads, ReadError> {
        let mut heads = Heads::new();
        for receipt_id in told.iter().map(|told| told.receipt_id) {
            if heads.iter().all(|(known, _)| *known != receipt_id) {
                let last = store.last_mandate_event(project, receipt_id).await?;
                heads.push((receipt_id, last.map(|event| (event.number, event.hash))));
            }
        }
        Ok(heads)
    }

    /// The next events behind `heads`.
    pub fn events(&self, project_id: ProjectId, heads: &Heads, told: &[ToldOfMandate]) -> Vec<Change> {
        let mut heads = heads.clone();
        let mut events = Vec::with_capacity(told.len());
        for ToldOfMandate { receipt_id, at, entry } in told {
            let Some((_, head)) = heads.iter_mut().find(|(of, _)| of == receipt_id) else {
                continue;
            };
            let (last, before) = head.take().unwrap_or_default();
            let (number, entry) = (last + 1, entry.to_string());
            let hash = next_hash(&receipt_id.to_string(), number, &before, &entry);
            *head = Some((number, hash.clone()));
            events.push(Change::AddMandateEvent(Box::new(MandateEvent {
                project_id,
                receipt_id: *receipt_id,
                number,
                at: *at,
                entry,
                signature: self.seal.sign(EVENT, hash.as_bytes()),
                hash,
            })));
        }
        events
    }

    /// The first event of a key that is taken over `now`: what was agreed to, and when, is known to its PG alone.
    pub fn adopted(&self, project: &Project, adoption: &Adoption, now: EpochMs) -> Change {
        let (receipt_id, at) = (adoption.key.receipt_id, now);
        let entry = entry::adopted(adoption, project, now);
        let told = [ToldOfMandate { receipt_id, at, entry }];
        let event = self.events(project.id, &vec![(receipt_id, None)], &told).pop();
        event.expect("one is told of")
    }
}
