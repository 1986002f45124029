//! What a decision asks the store to make true, all or nothing.

use crate::error::{ErrorCode, PgWords};
use crate::ids::{BillingKeyId, ReceiptId};
use crate::issuance::{Issuance, IssuedBy, State};
use crate::key::BillingKey;
use crate::time::EpochMs;

/// One change. A command is a list of these, committed together.
#[derive(Debug, Clone)]
pub enum Change {
    /// A new issuance; refused by the store when the project has an open one with the same subscription id.
    OpenIssuance(Box<Issuance>),
    /// A transition; refused by the store when somebody else has made one from the same state.
    MoveIssuance(Box<Move>),
    /// A new billing key.
    IssueKey(Box<BillingKey>),
    /// active → destroyed; refused by the store when the key is destroyed already.
    DestroyKey(KeyDestroyed),
    /// The PG has confirmed that the key of a destroyed billing key is dead there too.
    KeyExpiredAtPg { billing_key: BillingKeyId, at: EpochMs },
}

/// Who caused a transition; a column of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// A request of the merchant, while it waits.
    Api,
    /// The worker, from what is on disk.
    Worker,
}

impl Actor {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Worker => "worker",
        }
    }
}

/// One transition of an issuance, with what it sets.
#[derive(Debug, Clone)]
pub struct Move {
    pub receipt_id: ReceiptId,
    /// The transition's number: one more than the state it starts from had.
    pub seq: u32,
    pub from: State,
    pub to: State,
    pub at: EpochMs,
    pub actor: Actor,
    pub pg_tid: Option<String>,
    pub failure: Option<Failure>,
    pub issued: Option<Issued>,
}

/// How an issuance ended without a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub code: ErrorCode,
    pub pg: Option<PgWords>,
}

/// What an issuance ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Issued {
    pub billing_key: BillingKeyId,
    pub by: IssuedBy,
}

/// A key's end.
#[derive(Debug, Clone, Copy)]
pub struct KeyDestroyed {
    pub billing_key: BillingKeyId,
    pub at: EpochMs,
}
