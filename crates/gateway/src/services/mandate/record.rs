//! The record of a mandate as it is given out: every event with its hash and signature, every debit and refund under it, and what a
//! gateway cannot produce.

use domain::fingerprint::Pepper;
use domain::issuance::Issuance;
use domain::key::BillingKey;
use domain::payment::{Cancel, CancelState, Payment};
use domain::project::Project;
use domain::{BillingKeyId, EpochMs, bank};
use serde::Serialize;
use serde_json::value::RawValue;
use store::{HistoryRow, ReadError, Store};

use super::sealed_file;
use crate::ledger::mandate_record::MandateSeal;

pub const FORMAT: &str = "jadong-consent-record/1";
/// So many debits are in one record; who has more asks for the rest by `order_id`.
const DEBITS_MAX: usize = 10_000;
const PAGE: u32 = 500;

/// A record, in the order in which it is read.
#[derive(Serialize)]
pub struct ConsentRecord {
    pub format: &'static str,
    pub made_at: String,
    pub billing_key: String,
    pub receipt_id: String,
    /// `active`, `ended`, `withdrawn`.
    pub state: &'static str,
    pub payee: String,
    pub payer: Payer,
    pub subscription_id: String,
    pub product: String,
    pub requested_at: String,
    pub issued_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// Who has the original evidence, and the ids to ask for it by.
    pub evidence: Evidence,
    pub events: Vec<Event>,
    /// The steps that were taken while no record was kept.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub before_the_record: Vec<Step>,
    /// Oldest first.
    pub debits: Vec<Debit>,
    /// Whether older debits are left out.
    pub is_cut: bool,
}

/// Whom the account belongs to, as far as it may be shown.
#[derive(Serialize)]
pub struct Payer {
    pub holder: String,
    pub bank: String,
    pub account: String,
    pub phone: String,
}

/// Where the original is.
#[derive(Serialize)]
pub struct Evidence {
    pub held_by_pg: &'static str,
    pub pg_tid: Option<String>,
    /// What is not here and cannot be.
    pub not_kept_here: &'static [&'static str],
}

const NOT_KEPT: &[&str] = &[
    "동의 통화의 녹취 또는 전자서명 값 (the recording of the call, or the signature's value)",
    "계좌번호 전체와 실명번호 (the whole account number, the payer's identity number)",
    "연계정보 CI (the payer's connecting information)",
    "은행의 출금 원장 (the bank's own ledger entry)",
];

/// An event of the record.
#[derive(Serialize)]
pub struct Event {
    pub number: u32,
    /// In exactly the bytes that were hashed.
    pub entry: Box<RawValue>,
    pub hash: String,
    pub signature: String,
}

/// A step that was taken while no record was kept.
#[derive(Serialize)]
pub struct Step {
    pub at: String,
    pub from: String,
    pub to: String,
    pub by: String,
}

/// A debit under the mandate.
#[derive(Serialize)]
pub struct Debit {
    pub receipt_id: String,
    pub order_id: String,
    pub order_name: String,
    pub price: u64,
    pub state: &'static str,
    pub requested_at: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<Refund>,
}

/// A refund that was asked for.
#[derive(Serialize)]
pub struct Refund {
    pub cancel_id: String,
    pub price: u64,
    pub state: &'static str,
    pub requested_at: String,
}

/// A fault of this program.
#[derive(Debug, thiserror::Error)]
#[error("the document could not be drawn: {0}")]
pub struct NotDrawn(String);

impl ConsentRecord {
    /// As JSON, signed.
    ///
    /// Errors: none that a record can have.
    pub fn to_json(&self, pepper: &Pepper) -> serde_json::Result<String> {
        let record = serde_json::to_string_pretty(self)?;
        Ok(sealed_file::sealed_json(&record, &MandateSeal::new(pepper)))
    }

    /// As a document for people, signed.
    ///
    /// Errors: none that a record can have.
    pub fn to_pdf(&self, pepper: &Pepper) -> Result<Vec<u8>, NotDrawn> {
        let pdf = self.document().map_err(|error| NotDrawn(format!("{error:?}")))?;
        Ok(sealed_file::sealed_pdf(pdf, &MandateSeal::new(pepper)))
    }
}

/// The record of a key's mandate; `None` when the project has no such key. `now` is the project's time.
pub async fn consent_record(
    store: &Store,
    project: &Project,
    id: BillingKeyId,
    now: EpochMs,
) -> Result<Option<ConsentRecord>, ReadError> {
    let Some(key) = store.billing_key(project.id, id).await? else {
        return Ok(None);
    };
    let Some(issuance) = store.issuance(project.id, key.receipt_id).await? else {
        return Ok(None);
    };
    let events = store.mandate_events(project.id, key.receipt_id).await?;
    let has_beginning = events.first().is_some_and(|event| {
        event.entry.contains(r#""event":"requested""#) || event.entry.contains(r#""event":"adopted""#)
    });
    let mut before_the_record = Vec::new();
    if !has_beginning {
        let first = events.first().map(|event| event.at);
        let history = store.history(project.id, key.receipt_id.to_string()).await?;
        let unrecorded = history
            .into_iter()
            .filter(|row| first.is_none_or(|first| row.at < first));
        before_the_record.extend(unrecorded.map(step));
        let ended = store.history(project.id, key.id.to_string()).await?;
        before_the_record.extend(ended.into_iter().filter(|_| events.is_empty()).map(step));
    }
    let is_withdrawn = events
        .iter()
        .any(|event| event.entry.contains(r#""event":"withdrawn""#));
    let (debits, is_cut) = debits(store, &key).await?;
    let events = events.into_iter().filter_map(|event| {
        let entry = RawValue::from_string(event.entry).ok()?;
        let (number, hash, signature) = (event.number, event.hash, event.signature);
        Some(Event {
            number,
            entry,
            hash,
            signature,
        })
    });
    Ok(Some(ConsentRecord {
        events: events.collect(),
        before_the_record,
        debits,
        is_cut,
        state: match key.destroyed_at {
            None => "active",
            Some(_) if is_withdrawn => "withdrawn",
            Some(_) => "ended",
        },
        ..head(project, &issuance, &key, now)
    }))
}

fn head(project: &Project, issuance: &Issuance, key: &BillingKey, now: EpochMs) -> ConsentRecord {
    let shown = &key.shown;
    let bank = bank::Bank::by_code(&shown.bank_code).map_or(&shown.bank_code, |bank| &bank.name);
    ConsentRecord {
        format: FORMAT,
        made_at: now.to_wire(),
        billing_key: key.id.to_string(),
        receipt_id: key.receipt_id.to_string(),
        state: "active",
        payee: project.company_name.clone(),
        payer: Payer {
            holder: shown.holder_masked.clone(),
            bank: bank.clone(),
            account: shown.account_masked.clone(),
            phone: issuance.terms.phone_masked.clone(),
        },
        subscription_id: issuance.terms.subscription_id.clone(),
        product: issuance.terms.order_name.clone(),
        requested_at: issuance.requested_at.to_wire(),
        issued_at: key.issued_at.to_wire(),
        ended_at: key.destroyed_at.map(EpochMs::to_wire),
        evidence: Evidence {
            held_by_pg: project.pg.name.name(),
            pg_tid: issuance.pg_tid.clone(),
            not_kept_here: NOT_KEPT,
        },
        events: Vec::new(),
        before_the_record: Vec::new(),
        debits: Vec::new(),
        is_cut: false,
    }
}

fn step(row: HistoryRow) -> Step {
    Step {
        at: row.at.to_wire(),
        from: row.from,
        to: row.to,
        by: row.actor,
    }
}

/// The newest debits with `key`, oldest first, and whether there are more.
async fn debits(store: &Store, key: &BillingKey) -> Result<(Vec<Debit>, bool), ReadError> {
    let (mut found, mut before) = (Vec::new(), None);
    loop {
        let page = store.payments_by_key(key.project_id, key.id, before, PAGE).await?;
        for payment in page.rows {
            let refunds = store.cancels(key.project_id, payment.receipt_id).await?;
            found.push(debit(&payment, refunds));
        }
        // Ids grow with time: what is older than the mandate is not under it.
        before = page.next.filter(|next| *next > key.receipt_id.to_string());
        if before.is_none() || found.len() >= DEBITS_MAX {
            break;
        }
    }
    found.truncate(DEBITS_MAX);
    found.reverse();
    Ok((found, before.is_some()))
}

fn debit(payment: &Payment, refunds: Vec<Cancel>) -> Debit {
    let refunds = refunds
        .into_iter()
        .filter(|cancel| cancel.state != CancelState::Refused);
    Debit {
        receipt_id: payment.receipt_id.to_string(),
        order_id: payment.order.order_id.clone(),
        order_name: payment.order.order_name.clone(),
        price: payment.order.price.get(),
        state: payment.state.name(),
        requested_at: payment.requested_at.to_wire(),
        refunds: refunds.map(refund).collect(),
    }
}

fn refund(cancel: Cancel) -> Refund {
    Refund {
        price: cancel.price.get(),
        state: cancel.state.name(),
        requested_at: cancel.requested_at.to_wire(),
        cancel_id: cancel.cancel_id,
    }
}
