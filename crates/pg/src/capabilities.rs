//! What a PG can do. The services and the resolution go by this, and by nothing else that tells one PG from another.

use std::time::Duration;

use domain::Won;
use domain::issuance::PgNames;

/// What a connector's PG can do, and what it allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// What it is called on the wire.
    pub names: PgNames,
    /// How it is seen that the customer has agreed.
    pub consent_seen: ConsentSeen,
    /// How long after a debit it can be taken back by its order id; `None`: never.
    pub net_cancel: Option<Duration>,
    /// How long after it was sent a debit without an answer may still come about.
    pub doubt_lasts: Duration,
    /// How long after it was sent "there is no such debit" is believed. `None`: never; a person decides.
    pub absence_proven_after: Option<Duration>,
    /// How it is seen which refunds of a debit were done.
    pub refunds: RefundsSeen,
    /// Whose ids the merchant is given.
    pub ids: Ids,
    /// Whether a cash receipt without an answer can be looked up.
    pub cash_receipts: CashReceipts,
    /// How long after its start a consent may still leave a key that nobody has registered; `None`: registering makes it.
    pub leaves_key: Option<Duration>,
    /// Whether it is a simulated one, whose calls become what a request asks for: real ones never hear of it.
    pub plays_outcomes: bool,
    pub limits: PgLimits,
}

/// What was measured of one merchant's PG; without a measurement the most careful reading.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Measured {
    /// How long after a debit "no such order" is believed; `None`: never.
    pub absence_proven_after: Option<Duration>,
    /// A refund that was sent again under its id was seen to give back again.
    pub gives_again: bool,
    /// The code that a used order id is refused with: such a refusal says nothing of the debit that has the id. `None`: not known.
    pub used_order_id: Option<String>,
}

/// How it is seen that the customer has agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentSeen {
    /// By a question that changes nothing.
    ByAsking,
    /// By asking for the key: whoever has agreed has one then. Asked while somebody waits for it, and a key that nobody publishes is
    /// ended.
    ByRegistering,
}

/// How it is seen which refunds of a debit were done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundsSeen {
    /// Each by its order id: the same may be sent again, and is done once.
    ByOrder,
    /// By the sum alone. The debit is read before a refund is sent, and again when it was not answered; the same is sent again only
    /// when the sum has stood still for so long.
    BySum { stands_still: Duration },
}

/// Whose ids the merchant is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ids {
    /// Those of this gateway.
    Ours,
    /// The PG's: billing keys, and receipts from when it has given them one. A merchant can go back to it with what it has stored.
    OfThePg,
}

/// What becomes of a cash receipt that was not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CashReceipts {
    /// It is looked up by its order id.
    Findable,
    /// One that is for a payment, by that; of one that stands alone nobody can tell, and it stays in doubt.
    OfPayments,
}

/// What the PG allows in a debit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PgLimits {
    pub debit_min: Won,
    pub debit_max: Won,
}
