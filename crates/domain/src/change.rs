//! What a decision asks the store to make true, all or nothing.

use std::borrow::Cow;

use crate::cash_receipt::CashReceipt;
use crate::error::{ErrorCode, PgMessage};
use crate::fingerprint::Fingerprint;
use crate::ids::{BillingKeyId, ProjectId, ReceiptId, ReserveId};
use crate::issuance::{Issuance, IssuanceState, IssuedBy};
use crate::key::BillingKey;
use crate::money::Won;
use crate::payment::{self, Cancel, CancelState, Debit, DeclineReason, Payment, ResolutionStep};
use crate::reserve::{self, Reserve};
use crate::time::EpochMs;
use crate::webhook_delivery::NewDelivery;

/// What a decision rests on besides the rows that it changes: true when it was read, and still true when it is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precondition {
    /// The payment has made no transition since number `seq`.
    PaymentAt { receipt_id: ReceiptId, seq: u32 },
    /// The key is not destroyed.
    KeyActive(BillingKeyId),
    /// No debit of the key over this amount is without its outcome.
    NoneOpen { billing_key: BillingKeyId, price: Won },
}

/// One change. A command is a list of these, committed together.
#[derive(Debug, Clone)]
pub enum Change {
    /// Changes nothing; refused by the store when somebody else has made it untrue, and then nothing else is done either.
    Require(Precondition),
    /// A new issuance; refused by the store when the project has an open one with the same subscription id.
    OpenIssuance(Box<Issuance>),
    /// A transition; refused by the store when somebody else has made one from the same state.
    TransitionIssuance(Box<IssuanceTransition>),
    /// A new billing key.
    IssueKey(Box<BillingKey>),
    /// active → destroyed; refused by the store when the key is destroyed already.
    DestroyKey(KeyDestroyed),
    /// A new payment, which claims its order id; refused by the store when the order id is taken.
    OpenPayment(Box<Payment>),
    /// The merchant's own key for a request; refused by the store when it was used before.
    RememberIdempotency {
        project_id: ProjectId,
        key: String,
        fingerprint: Fingerprint,
        receipt_id: ReceiptId,
    },
    /// The request of `receipt_id` never left: its key may be used again.
    ForgetIdempotency {
        project_id: ProjectId,
        key: String,
        receipt_id: ReceiptId,
    },
    /// A transition of a payment; frees the order id where the new state says so.
    TransitionPayment(Box<PaymentTransition>),
    /// When the resolution goes on; `None` takes the payment off it.
    ScheduleResolution {
        receipt_id: ReceiptId,
        due_at: Option<EpochMs>,
    },
    /// A step of the resolution.
    AddResolutionStep(Box<ResolutionStep>),
    /// A new cancel; refused by the store when its `cancel_id` is taken, or another cancel of the payment is under way.
    OpenCancel(Box<Cancel>),
    /// A cancel's end. One that was refused without a word of the PG never left, and frees its `cancel_id`.
    EndCancel {
        id: ReceiptId,
        state: CancelState,
        pg: Option<PgMessage>,
    },
    /// A new reserve, which claims its order id; refused by the store when that is taken or the key has too many.
    OpenReserve(Box<Reserve>),
    /// A transition of a reserve.
    TransitionReserve(Box<ReserveTransition>),
    /// When a worker looks at a cancel again whose outcome nobody knows.
    PostponeCancel { id: ReceiptId, until: EpochMs },
    /// A waiting reserve's time was put off.
    PostponeReserve { reserve_id: ReserveId, until: EpochMs },
    /// Every waiting reserve of a key is revoked.
    RevokeReserves { billing_key: BillingKeyId, at: EpochMs },
    /// A webhook to send, in order behind the receipt's earlier ones.
    Deliver(Box<NewDelivery>),
    /// A cash receipt, new or changed.
    PutCashReceipt {
        receipt: Box<CashReceipt>,
        by: Actor,
        at: EpochMs,
    },
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
    /// An operator, where the resolution came to no verdict.
    Person,
}

impl Actor {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Worker => "worker",
            Self::Person => "person",
        }
    }
}

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
    pub failure: Option<Failure>,
    pub issued: Option<IssuedKey>,
}

/// How an issuance ended without a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub code: ErrorCode,
    pub pg: Option<PgMessage>,
}

/// What an issuance ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IssuedKey {
    pub billing_key: BillingKeyId,
    pub by: IssuedBy,
}

/// A key's end.
#[derive(Debug, Clone, Copy)]
pub struct KeyDestroyed {
    pub billing_key: BillingKeyId,
    pub at: EpochMs,
}

/// One transition of a payment, with what it sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentTransition {
    pub receipt_id: ReceiptId,
    /// The transition's number: one more than the state it starts from had.
    pub seq: u32,
    pub from: payment::PaymentState,
    pub to: payment::PaymentState,
    pub at: EpochMs,
    pub actor: Actor,
    pub debit: Option<Debit>,
    pub failure: Option<Failure>,
    pub reason: Option<DeclineReason>,
    /// Cumulative cancelled price and tax-free part.
    pub cancelled: Option<(Won, Won)>,
    /// For the history's reader.
    pub note: Cow<'static, str>,
    /// When the PG is asked what became of the debit; `None` where its word is not needed any more.
    pub look_up_at: Option<EpochMs>,
}

/// One transition of a reserve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReserveTransition {
    pub reserve_id: ReserveId,
    pub seq: u32,
    pub from: reserve::ReserveState,
    pub to: reserve::ReserveState,
    pub at: EpochMs,
    pub actor: Actor,
    /// The payment that its execution made.
    pub receipt_id: Option<ReceiptId>,
    pub failure: Option<Failure>,
    /// Of one that waits again: not before then; its due time stays.
    pub again_at: Option<EpochMs>,
    /// For the history's reader.
    pub note: &'static str,
}
