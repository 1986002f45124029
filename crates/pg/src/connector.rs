//! The seam behind which a PG stands.

use std::future::Future;
use std::num::NonZeroU32;
use std::pin::Pin;
use std::time::Duration;

use domain::cash_receipt::CashReceiptPurpose;
use domain::error::PgMessage;
use domain::issuance::{AuthType, ConsentReport, Payer};
use domain::payment::{Debit, DeclineReason};
use domain::{EpochMs, ErrorCode, ProjectId, Sensitive, Won};
use seams::Clock;

use crate::capabilities::Capabilities;
use crate::lookups::{CashReceiptLookup, CashReceiptRecord, ConsentLookup, KeyLookup, PaymentLookup};
use crate::outcome::{Outcome, Unknown};
use crate::test_outcomes::{TestOutcomes, TestedCall};

pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// When a call is made, and for whom: the caller's time. Only in a sandbox may that be ahead of the machine's; then the
/// simulated PG is told, so that what it does happens in the caller's time too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallTime {
    pub now: EpochMs,
    /// How far `now` is ahead of the machine's clock.
    pub ahead_ms: i64,
    /// Whose call it is: projects share the calls that may be under way, and take turns. `None`: nobody's.
    pub project: Option<ProjectId>,
    /// Whether the PG is simulated, and told whose call it is; never in live mode.
    pub names_project: bool,
    /// The number of the bank that the PG will ask for it, where one is known: a bank that hangs holds no more than its share.
    pub bank: Option<u16>,
    /// What the request asks to become of it; heard by a simulated PG only.
    pub asked: TestOutcomes,
    /// After it the call is not sent any more; `None` for one that changes nothing.
    pub send_by: Option<SendBy>,
}

/// Until when a call may leave. By the machine's clock and by one that nobody can set, whichever is further: a machine that was
/// suspended, or whose clock was set back, may have stopped either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendBy {
    now_ms: i64,
    elapsed_ms: i64,
}

impl SendBy {
    /// So long from now. To be taken before the intent is dated: what others conclude from its age is counted from there.
    #[must_use]
    pub fn within(limit: Duration, clock: &dyn Clock) -> Self {
        let limit_ms = i64::try_from(limit.as_millis()).unwrap_or(i64::MAX);
        Self {
            now_ms: clock.now_ms().saturating_add(limit_ms),
            elapsed_ms: clock.elapsed_ms().saturating_add(limit_ms),
        }
    }

    /// How long it still is; nothing once it is past.
    #[must_use]
    pub fn left(self, clock: &dyn Clock) -> Duration {
        let left_ms =
            (self.now_ms.saturating_sub(clock.now_ms())).min(self.elapsed_ms.saturating_sub(clock.elapsed_ms()));
        Duration::from_millis(u64::try_from(left_ms).unwrap_or(0))
    }

    #[must_use]
    pub fn is_past(self, clock: &dyn Clock) -> bool {
        self.left(clock).is_zero()
    }
}

impl CallTime {
    /// A moment of the machine's clock, and nobody's call.
    #[must_use]
    pub fn of_machine(now: EpochMs) -> Self {
        Self {
            now,
            ahead_ms: 0,
            project: None,
            names_project: false,
            bank: None,
            asked: TestOutcomes::default(),
            send_by: None,
        }
    }

    /// The same for a call that the bank with this code has a part in.
    #[must_use]
    pub fn at_bank(self, code: &str) -> Self {
        Self {
            bank: code.parse().ok(),
            ..self
        }
    }

    /// The same for an order that may ask for its own outcome in its metadata; outside a sandbox that is only the merchant's note.
    #[must_use]
    pub fn of_order(self, metadata: &str) -> Self {
        if !self.names_project {
            return self;
        }
        let of_metadata = TestOutcomes::of_metadata(metadata, &[TestedCall::Consent, TestedCall::Charge]);
        let asked = self.asked.or(of_metadata.ok().flatten().unwrap_or_default());
        Self { asked, ..self }
    }

    /// The same for a call that must not leave later.
    #[must_use]
    pub fn sent_by(self, limit: SendBy) -> Self {
        Self {
            send_by: Some(limit),
            ..self
        }
    }

    /// The same call, so much later.
    #[must_use]
    pub fn later(self, by: Duration) -> Self {
        Self {
            now: self.now.plus_ms(u64::try_from(by.as_millis()).unwrap_or(u64::MAX)),
            ..self
        }
    }
}

/// Asks the PG to call the customer. Holds what must not be stored; wiped when dropped.
pub struct StartConsentRequest {
    /// Unique for ever; what the consent is found by.
    pub order_id: String,
    pub order_name: String,
    pub auth_type: AuthType,
    pub payer: Payer,
}

/// A consent to be looked up.
#[derive(Debug, Clone)]
pub struct FindConsentRequest {
    /// What it was started under.
    pub order_id: String,
    /// The PG's id of it, where it was answered with one.
    pub tid: Option<String>,
}

/// Why the PG refuses to register a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegisterRefusal {
    /// The customer has not agreed, or not yet: it may be asked for again.
    NotAgreed,
    /// There will be no key.
    Final,
}

/// Asks the PG for the key of a consent.
pub struct RegisterKeyRequest {
    pub order_id: String,
    pub tid: String,
}

/// Asks the PG to forget a key.
pub struct ExpireKeyRequest {
    /// Unique for ever, and not the issuance's.
    pub order_id: String,
    pub bid: String,
}

/// Asks the PG to debit a key.
#[derive(Debug, Clone)]
pub struct DebitRequest {
    /// Unique for ever; what the debit is found and net-cancelled by.
    pub order_id: String,
    pub bid: String,
    pub order_name: String,
    pub price: Won,
    pub tax_free: Won,
}

/// Asks the PG to give money back.
#[derive(Debug, Clone)]
pub struct RefundRequest {
    /// Unique for ever, and not the payment's.
    pub order_id: String,
    pub tid: String,
    pub price: Won,
    pub tax_free: Won,
    pub reason: String,
}

/// Asks the PG for a cash receipt. Holds what must not be stored.
#[derive(Clone)]
pub struct IssueCashReceiptRequest {
    pub order_id: String,
    /// The PG's id of the payment that it is for; `None` where it stands alone.
    pub payment_tid: Option<String>,
    pub order_name: String,
    pub price: Won,
    pub purpose: CashReceiptPurpose,
    pub number: Sensitive,
}

/// A cash receipt to be looked up.
#[derive(Debug, Clone)]
pub struct FindCashReceiptRequest {
    /// What it was issued under.
    pub order_id: String,
    /// The PG's id of it, where it is known to be issued.
    pub tid: Option<String>,
    /// The PG's id of the payment that it is for; `None` where it stands alone.
    pub payment_tid: Option<String>,
}

/// Asks the PG to take a cash receipt back.
#[derive(Debug, Clone)]
pub struct CancelCashReceiptRequest {
    pub order_id: String,
    /// The PG's id of the payment that it is for; `None` where it stands alone.
    pub payment_tid: Option<String>,
    pub tid: String,
    pub reason: String,
}

/// A debit to be looked up, and when the PG may have received it: at `asked_at`, unless the clock was wrong then.
#[derive(Debug, Clone)]
pub struct FindRequest {
    pub order_id: String,
    pub price: Won,
    pub asked_at: EpochMs,
    pub earliest: EpochMs,
    pub latest: EpochMs,
}

/// Why the PG refuses a net-cancel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NetCancelRefusal {
    /// It has no such order, or not yet.
    NotThere,
    /// Its time for net-cancels is over; said only of a debit that it has.
    TooLate,
    Other,
}

/// What a look-up has shown, and no refusal has said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    NoSuchOrder,
    /// All of a debit was given back.
    CancelledAlready,
}

/// A PG that issues account billing keys. Every method may take as long as the connector's waits for a turn and for an answer.
/// What moves money or makes something is not sent after the call's [`SendBy`].
pub trait Connector: Send + Sync + 'static {
    /// Checks the holder and calls the customer, once per `order_id`; refused with the code that the merchant is told.
    fn start_consent(
        &self,
        order: StartConsentRequest,
        at: CallTime,
    ) -> BoxFuture<'_, Outcome<ConsentReport, ErrorCode>>;
    /// Looks an order up. Changes nothing.
    fn find_consent(&self, order: FindConsentRequest, at: CallTime) -> BoxFuture<'_, Outcome<ConsentLookup>>;
    /// Registers the key of an agreed consent, once per `order_id`; done gives the PG's id of the key.
    fn register_key(&self, order: RegisterKeyRequest, at: CallTime) -> BoxFuture<'_, Outcome<String, RegisterRefusal>>;
    /// Looks a key up by its id, to take over what was issued elsewhere. Changes nothing. Not every PG can be asked that.
    fn find_key(&self, _bid: String, _at: CallTime) -> BoxFuture<'_, Outcome<KeyLookup>> {
        Box::pin(async { Outcome::Unknown(Unknown::NotOffered) })
    }
    /// Ends a key at the PG; done also when it was dead already.
    fn expire_key(&self, order: ExpireKeyRequest, at: CallTime) -> BoxFuture<'_, Outcome<()>>;
    /// Debits a key, once per `order_id`.
    fn charge(&self, order: DebitRequest, at: CallTime) -> BoxFuture<'_, Outcome<Debit, DeclineReason>>;
    /// Looks a debit up by its order id, on every day on which the PG may have received it. Changes nothing.
    fn find_payment(&self, order: FindRequest, at: CallTime) -> BoxFuture<'_, Outcome<PaymentLookup>>;
    /// Looks a debit up by the PG's id. Changes nothing.
    fn find_by_tid(&self, tid: String, at: CallTime) -> BoxFuture<'_, Outcome<PaymentLookup>>;
    /// Takes a debit back whose outcome is unknown; done says that it is cancelled.
    fn net_cancel(&self, order_id: String, at: CallTime) -> BoxFuture<'_, Outcome<(), NetCancelRefusal>>;
    /// Gives money back, once per `order_id`.
    fn cancel(&self, order: RefundRequest, at: CallTime) -> BoxFuture<'_, Outcome<()>>;
    /// Issues a cash receipt, once per `order_id`.
    fn issue_receipt(&self, order: IssueCashReceiptRequest, at: CallTime) -> BoxFuture<'_, Outcome<CashReceiptRecord>>;
    /// Looks a cash receipt up by the order id that issued it. Changes nothing.
    fn find_receipt(&self, order: FindCashReceiptRequest, at: CallTime) -> BoxFuture<'_, Outcome<CashReceiptLookup>>;
    /// Takes a cash receipt back; done also when it was taken back already.
    fn cancel_receipt(&self, order: CancelCashReceiptRequest, at: CallTime) -> BoxFuture<'_, Outcome<()>>;
    /// The code and text that a refusal for it would have.
    fn message(&self, of: Finding, project: Option<ProjectId>) -> PgMessage;
    /// What the PG of `of` can do; `None`: nobody's in particular.
    fn capabilities(&self, of: Option<ProjectId>) -> Capabilities;
    /// So many nodes call this PG: a connector that bounds its calls keeps to its part.
    fn share_among(&self, _nodes: NonZeroU32) {}
}
