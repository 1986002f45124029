//! What a decision asks the store to make true, all or nothing.

use crate::cash_receipt::CashReceipt;
use crate::due::{DueKind, Lease};
use crate::error::PgMessage;
use crate::fingerprint::Fingerprint;
use crate::ids::{BillingKeyId, ObjectId, ProjectId, ReceiptId, ReserveId};
use crate::issuance::{Adoption, Issuance, IssuanceState, IssuanceTransition, Registered};
use crate::key::{BillingKey, KeyDestroyed};
use crate::mandate::MandateEvent;
use crate::payment::{Cancel, CancelState, Payment, PaymentState, PaymentTransition, ResolutionStep};
use crate::precondition::Precondition;
use crate::reserve::{Reserve, ReserveTransition};
use crate::time::EpochMs;
use crate::transition::Actor;
use crate::webhook_delivery::NewDelivery;

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
    /// A billing key that its PG has issued before; refused by the store when the project has it already.
    AdoptKey(Box<BillingKey>),
    /// active → destroyed; refused by the store when the key is destroyed already.
    DestroyKey(KeyDestroyed),
    /// The next event of a mandate's record; refused by the store when another one has its number.
    AddMandateEvent(Box<MandateEvent>),
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
    /// The PG has given a receipt an id of its own, by which the merchant knows it.
    NameReceipt { alias: String, receipt_id: ReceiptId },
    /// A transition of a payment; frees the order id where the new state says so.
    TransitionPayment(Box<PaymentTransition>),
    /// When the work about an object is due for whoever comes first; `None`: no more. With a lease it is refused by the store when
    /// somebody else has leased the work since; without one, the work is taken from whoever has it.
    Schedule {
        kind: DueKind,
        object: ObjectId,
        at: Option<EpochMs>,
        held: Option<Lease>,
    },
    /// The work about an object is the writer's own until `until`, whoever had it before.
    Hold {
        kind: DueKind,
        object: ObjectId,
        until: EpochMs,
        lease: Lease,
    },
    /// The work about an object stays the writer's until `until`; refused by the store when somebody else has leased it since.
    Renew {
        kind: DueKind,
        object: ObjectId,
        until: EpochMs,
        lease: Lease,
    },
    /// A step of the resolution.
    AddResolutionStep(Box<ResolutionStep>),
    /// A new cancel; refused by the store when its `cancel_id` is taken, or another cancel of the payment is under way.
    OpenCancel(Box<Cancel>),
    /// A cancel without an outcome is about to be sent once more; refused by the store when it has ended.
    SendCancelAgain { id: ReceiptId, at: EpochMs },
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
    /// A waiting reserve's time was put off by who has leased it; refused by the store when somebody else has since.
    PostponeReserve {
        reserve_id: ReserveId,
        until: EpochMs,
        held: Lease,
    },
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

/// What a decision comes to: the row as it will be, and the changes that make it so.
#[derive(Debug, Clone)]
pub struct Decision<T> {
    pub next: T,
    pub changes: Vec<Change>,
}

impl Decision<Issuance> {
    /// What a step of `issuance` comes to. Whoever drives it goes on with what the customer or the PG has to say next; while the
    /// merchant's word is waited for, nothing is to be done but to end it in time.
    #[must_use]
    pub fn of(issuance: &Issuance, step: IssuanceTransition) -> Self {
        let next = issuance.clone().after(&step);
        let at = match next.state {
            IssuanceState::Consented => Some(Some(next.consent_expires_at)),
            state if state.is_open() => None,
            _ => Some(None),
        };
        let (kind, object) = (DueKind::Consent, issuance.receipt_id.0);
        let work = at.map(|at| Change::Schedule {
            kind,
            object,
            at,
            held: None,
        });
        let mut changes = vec![step.into()];
        changes.extend(work);
        Self { next, changes }
    }

    /// What the PG's answer to a registration comes to: with the key, if there is one.
    #[must_use]
    pub fn registered(issuance: &Issuance, registered: &Registered) -> Self {
        let mut decision = Self::of(issuance, registered.step.clone());
        let key = registered.key.clone();
        decision.changes.extend(key.map(|key| Change::IssueKey(Box::new(key))));
        decision
    }
}

/// A step that no payment may take, or not this one: a bug, and nothing is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a payment that is {now:?} must not become {to:?}")]
pub struct ImpossibleTransition {
    now: PaymentState,
    to: PaymentState,
}

impl Decision<Payment> {
    /// What a step of `payment` comes to, with the look-up at the PG that it asks for.
    ///
    /// Errors: it is none of this payment as it is.
    pub fn of_payment(payment: &Payment, step: &PaymentTransition) -> Result<Self, ImpossibleTransition> {
        let is_its = (step.receipt_id, step.from, step.seq) == (payment.receipt_id, payment.state, payment.seq + 1);
        if !is_its || !step.from.may_become(step.to) {
            let (now, to) = (payment.state, step.to);
            return Err(ImpossibleTransition { now, to });
        }
        let (kind, object) = (DueKind::Resolution, payment.receipt_id.0);
        let look_up = step.look_up_at.map(|at| Change::schedule(kind, object, at));
        let mut changes = vec![step.clone().into()];
        changes.extend(look_up);
        Ok(Self {
            next: payment.clone().after(step),
            changes,
        })
    }
}

impl Change {
    /// What takes a key over that its PG has issued before.
    #[must_use]
    pub fn adopting(adoption: Adoption) -> Vec<Self> {
        let receipt_id = adoption.requested.receipt_id;
        let mut changes = vec![Self::OpenIssuance(Box::new(adoption.requested))];
        changes.extend(adoption.steps.into_iter().map(Self::from));
        changes.push(Self::AdoptKey(Box::new(adoption.key)));
        let named = |alias| Self::NameReceipt { alias, receipt_id };
        changes.extend(adoption.receipt_at_pg.map(named));
        changes
    }

    /// Work about `object`, due at `at` for whoever comes first.
    #[must_use]
    pub fn schedule(kind: DueKind, object: ObjectId, at: EpochMs) -> Self {
        let (at, held) = (Some(at), None);
        Self::Schedule { kind, object, at, held }
    }
}

impl From<Precondition> for Change {
    fn from(precondition: Precondition) -> Self {
        Self::Require(precondition)
    }
}

impl From<IssuanceTransition> for Change {
    fn from(step: IssuanceTransition) -> Self {
        Self::TransitionIssuance(Box::new(step))
    }
}

impl From<PaymentTransition> for Change {
    fn from(step: PaymentTransition) -> Self {
        Self::TransitionPayment(Box::new(step))
    }
}

impl From<ReserveTransition> for Change {
    fn from(step: ReserveTransition) -> Self {
        Self::TransitionReserve(Box::new(step))
    }
}

impl From<KeyDestroyed> for Change {
    fn from(destroyed: KeyDestroyed) -> Self {
        Self::DestroyKey(destroyed)
    }
}
