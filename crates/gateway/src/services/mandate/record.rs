//! The record of a mandate as it is given out: every event with its hash and signature, every debit and refund under it, and what a
//! gateway cannot produce.

use domain::fingerprint::Pepper;
use serde::Serialize;
use serde_json::value::RawValue;

use super::sealed_file;
use crate::ledger::mandate_record::MandateSeal;

pub const FORMAT: &str = "jadong-consent-record/1";
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
    /// The number of the first event that does not follow from the one before: the record in the database was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken_at: Option<u32>,
    /// The steps that an older program took, which kept no record.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unrecorded: Vec<Step>,
    /// Oldest first.
    pub debits: Vec<Debit>,
    /// Whether older debits are left out.
    pub is_cut: bool,
    /// Of the time since the mandate began debits were destroyed: whether any of them was this mandate's nobody can say any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub debits_destroyed: Option<DebitsDestroyed>,
}

/// Debits that are not here because they were kept for long enough.
#[derive(Serialize)]
pub struct DebitsDestroyed {
    /// When the newest of them was asked for.
    pub asked_until: String,
    /// The last day on which some were destroyed, and for how many years they were kept.
    pub last_on: String,
    pub years: u8,
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

pub(super) const NOT_KEPT: &[&str] = &[
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

/// A step that an older program took.
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pg_tid: Option<String>,
    /// Why it was declined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
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
