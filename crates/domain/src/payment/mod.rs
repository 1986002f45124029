//! A payment: one debit of one order, from the intent on disk to its verdict.
//!
//! ```text
//! intended → paid │ declined │ voided │ in_doubt → paid │ declined │ voided │ needs_person
//! needs_person → paid │ declined │ voided, by a person
//! paid → partly_cancelled → cancelled
//! ```

mod cancel;
mod cash_receipt;
mod charge;
mod comparison;
mod decline;
mod manual_cancel_resolution;
mod manual_resolution;
mod outcome;
mod resolution;
mod state;
mod transition;

pub use cancel::{Cancel, CancelFields, CancelState, cancel, cancelled, given_back_elsewhere};
pub use charge::{ChargeFields, Intent, charge, fingerprint};
pub use comparison::{Comparison, Mend, compare};
pub use decline::{Decline, DeclineReason};
pub use manual_cancel_resolution::{ClaimedCancelOutcome, ManualCancelResolution, refusal_for_merchant};
pub use manual_resolution::{
    ClaimedOutcome, ManualResolution, ManualResolutionForm, PgReport, Precedence, resolve_manually,
};
pub use outcome::{Debit, DebitOutcome, debited};
pub use resolution::{
    FURTHEST_MS, NextStep, ResolutionAction, ResolutionRules, ResolutionStep, StepOutcome, Undoing, never_arrived,
    next_step,
};
pub use state::PaymentState;
pub use transition::PaymentTransition;

use crate::fingerprint::Fingerprint;
use crate::ids::{BillingKeyId, ProjectId, ReceiptId};
use crate::key::MaskedAccount;
use crate::money::Won;
use crate::precondition::Precondition;
use crate::time::EpochMs;
use crate::transition::Failure;
use crate::webhook_delivery::ContentType;

/// Who asked for the debit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentSource {
    /// `POST /v2/subscribe/payment`
    Charge,
    /// A reserve whose time came.
    Reserve(crate::ids::ReserveId),
    /// The first payment, inside publish.
    Publish(ReceiptId),
}

/// What was asked for, as far as it may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub order_id: String,
    pub order_name: String,
    pub price: Won,
    pub tax_free: Won,
    /// JSON objects and lists as sent; of `user` only what is no telephone number.
    pub metadata: String,
    pub items: String,
    pub user: String,
    /// Where webhooks go instead of the project's URL.
    pub feedback_url: Option<String>,
    pub content_type: ContentType,
}

/// A payment as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    pub receipt_id: ReceiptId,
    pub project_id: ProjectId,
    pub billing_key: BillingKeyId,
    /// The PG's id of the key.
    pub bid: String,
    pub source: PaymentSource,
    /// Number of its latest transition.
    pub seq: u32,
    pub state: PaymentState,
    pub order: Order,
    pub masked_account: MaskedAccount,
    /// Stands for the whole request.
    pub fingerprint: Fingerprint,
    pub requested_at: EpochMs,
    pub debit: Option<Debit>,
    pub failure: Option<Failure>,
    pub reason: Option<DeclineReason>,
    pub cancelled_price: Won,
    pub cancelled_tax_free: Won,
    pub cancelled_at: Option<EpochMs>,
}

impl Payment {
    /// The order identity at the PG: fresh for every attempt, and what the debit is found and net-cancelled by.
    #[must_use]
    pub fn pg_order_id(&self) -> String {
        self.receipt_id.to_string()
    }

    /// What is left to cancel.
    #[must_use]
    pub fn balance(&self) -> Won {
        self.order.price.minus(self.cancelled_price)
    }

    /// The tax-free part of what is left to cancel.
    #[must_use]
    pub fn tax_free_balance(&self) -> Won {
        self.order.tax_free.minus(self.cancelled_tax_free)
    }

    /// Goes with every change that was decided on this payment and does not move it: a payment that has moved since refuses it.
    #[must_use]
    pub fn unmoved(&self) -> Precondition {
        Precondition::PaymentAt {
            receipt_id: self.receipt_id,
            seq: self.seq,
        }
    }
}
