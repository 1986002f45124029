//! One step of an issuance's life.

use super::{IssuanceState, IssuedBy};
use crate::ids::{BillingKeyId, ReceiptId};
use crate::time::EpochMs;
use crate::transition::{Actor, Failure};

/// One transition of an issuance, with what it sets.
#[derive(Debug, Clone)]
pub struct IssuanceTransition {
    pub receipt_id: ReceiptId,
    /// The transition's number: one more than the state it starts from had.
    pub seq: u32,
    pub from: IssuanceState,
    pub to: IssuanceState,
    pub at: EpochMs,
    pub actor: Actor,
    pub pg_tid: Option<String>,
    /// Where the customer decides, at a PG that calls nobody.
    pub consent_url: Option<String>,
    pub failure: Option<Failure>,
    pub issued: Option<IssuedKey>,
}

/// What an issuance ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IssuedKey {
    pub billing_key: BillingKeyId,
    pub by: IssuedBy,
}
