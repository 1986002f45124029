//! The store's interface for payments, reserves, webhooks and cash receipts.

use std::collections::HashSet;

use domain::cash_receipt::CashReceipt;
use domain::fingerprint::Fingerprint;
use domain::payment::{Cancel, Payment, ResolutionStep};
use domain::project::Guard;
use domain::reserve::Reserve;
use domain::webhook_delivery::{Delivery, DeliveryAttempt};
use domain::{BillingKeyId, EpochMs, ProjectId, ReceiptId, ReserveId, Won};

use crate::error::{CommitError, ReadError};
use crate::{ClockScope, HistoryRow, Store, engine};

/// Who has an order id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderOwner {
    Payment(ReceiptId),
    Reserve(ReserveId),
}

/// A worker's claim on what is due: nobody else gets it before `until`.
#[derive(Debug, Clone, Copy)]
pub struct LeaseRequest {
    pub scope: ClockScope,
    /// Their time.
    pub now: EpochMs,
    pub until: EpochMs,
    pub limit: u32,
}

/// Whose webhooks are not wanted now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Busy {
    pub projects: Vec<ProjectId>,
    /// A project's webhooks to one origin.
    pub queues: Vec<(ProjectId, String)>,
}

/// A payment without a verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unresolved {
    pub payment: Payment,
    /// When the PG is asked again.
    pub next_step_at: Option<EpochMs>,
}

/// A receipt's id is its payment's too, which has a history of its own.
pub(crate) fn cash_receipt_history(receipt_id: impl std::fmt::Display) -> String {
    format!("cash:{receipt_id}")
}

impl Store {
    /// A payment of `project`; `None` also when it is another project's.
    pub async fn payment(&self, project: ProjectId, id: ReceiptId) -> Result<Option<Payment>, ReadError> {
        engine!(self, e => e.payment(project, id).await)
    }

    /// A payment of any project: for the operator and the workers.
    pub async fn payment_of_anyone(&self, id: ReceiptId) -> Result<Option<Payment>, ReadError> {
        engine!(self, e => e.payment_of_anyone(id).await)
    }

    /// At most `limit` attempts to pay an order, oldest first.
    pub async fn payments_by_order(
        &self,
        project: ProjectId,
        order_id: &str,
        limit: u32,
    ) -> Result<Vec<Payment>, ReadError> {
        engine!(self, e => e.payments_by_order(project, order_id, limit).await)
    }

    /// At most `limit` payments without a verdict, those that need a person, and those whose verdict the PG contradicts, oldest
    /// first.
    pub async fn unresolved(&self, limit: u32) -> Result<Vec<Unresolved>, ReadError> {
        engine!(self, e => e.unresolved(limit).await)
    }

    /// The oldest debit of a key over this amount whose outcome is open: intended, in doubt, or a person's.
    pub async fn open_debit(&self, key: BillingKeyId, price: Won) -> Result<Option<ReceiptId>, ReadError> {
        engine!(self, e => e.open_debit(key, price).await)
    }

    /// What a project wants of a charge beside a debit without an outcome.
    pub async fn set_guard(&self, project: ProjectId, guard: Guard) -> Result<(), CommitError> {
        engine!(self, e => e.set_guard(project, guard).await)
    }

    /// Who has the order id, if anyone.
    pub async fn order_owner(&self, project: ProjectId, order_id: &str) -> Result<Option<OrderOwner>, ReadError> {
        engine!(self, e => e.order_owner(project, order_id).await)
    }

    /// The request that used this idempotency key.
    pub async fn idempotency(
        &self,
        project: ProjectId,
        key: &str,
    ) -> Result<Option<(Fingerprint, ReceiptId)>, ReadError> {
        engine!(self, e => e.idempotency(project, key).await)
    }

    /// The resolution of a payment, step by step.
    pub async fn resolution_steps(&self, receipt: ReceiptId) -> Result<Vec<ResolutionStep>, ReadError> {
        engine!(self, e => e.resolution_steps(receipt).await)
    }

    /// One cancel of a payment by the merchant's id for it.
    pub async fn cancel(&self, receipt: ReceiptId, cancel_id: &str) -> Result<Option<Cancel>, ReadError> {
        engine!(self, e => e.cancel(receipt, cancel_id).await)
    }

    /// Every cancel of a payment, oldest first.
    pub async fn cancels(&self, receipt: ReceiptId) -> Result<Vec<Cancel>, ReadError> {
        engine!(self, e => e.cancels(receipt).await)
    }

    /// A reserve of `project`.
    pub async fn reserve(&self, project: ProjectId, id: ReserveId) -> Result<Option<Reserve>, ReadError> {
        engine!(self, e => e.reserve(project, id).await)
    }

    /// A cash receipt of `project`, by its own or its payment's id.
    pub async fn cash_receipt(&self, project: ProjectId, id: ReceiptId) -> Result<Option<CashReceipt>, ReadError> {
        engine!(self, e => e.cash_receipt(project, id).await)
    }

    /// The stand-alone cash receipt of an order; a failed one does not count.
    pub async fn cash_receipt_of_order(
        &self,
        project: ProjectId,
        order_id: &str,
    ) -> Result<Option<CashReceipt>, ReadError> {
        engine!(self, e => e.cash_receipt_of_order(project, order_id).await)
    }

    /// Every transition of a cash receipt, oldest first; its payment's are another history.
    pub async fn cash_receipt_history(&self, id: ReceiptId) -> Result<Vec<HistoryRow>, ReadError> {
        self.history(cash_receipt_history(id)).await
    }

    /// Whether a claim of cash receipts would find any: what is asked before a write.
    pub async fn has_due_cash_receipt(&self, whose: ClockScope, now: EpochMs) -> Result<bool, ReadError> {
        engine!(self, e => e.has_due_cash_receipt(whose, now).await)
    }

    /// Cash receipts whose outcome is to be found out now.
    pub async fn lease_cash_receipts(&self, claim: LeaseRequest) -> Result<Vec<CashReceipt>, CommitError> {
        engine!(self, e => e.lease_cash_receipts(claim).await)
    }

    /// The webhooks of a receipt, in order.
    pub async fn deliveries_of(&self, receipt: ReceiptId) -> Result<Vec<Delivery>, ReadError> {
        engine!(self, e => e.deliveries_of(receipt).await)
    }

    /// The newest webhooks of all projects.
    pub async fn recent_deliveries(&self, limit: u32) -> Result<Vec<Delivery>, ReadError> {
        engine!(self, e => e.recent_deliveries(limit).await)
    }

    /// Whether a claim of reserves would find any: what is asked before a write.
    pub async fn has_due_reserve(
        &self,
        whose: ClockScope,
        now: EpochMs,
        busy: &HashSet<ProjectId>,
    ) -> Result<bool, ReadError> {
        engine!(self, e => e.has_due_reserve(whose, now, busy).await)
    }

    /// Whether any cancel's outcome is open.
    pub async fn has_open_cancels(&self) -> Result<bool, ReadError> {
        engine!(self, e => e.has_open_cancels().await)
    }

    /// Whether a claim of payments would find any: what is asked before a write.
    pub async fn has_due_resolution(&self, whose: ClockScope, now: EpochMs) -> Result<bool, ReadError> {
        engine!(self, e => e.has_due_resolution(whose, now).await)
    }

    /// Payments whose resolution goes on now; also those that a clock which was wrong has put far into the future.
    pub async fn lease_resolutions(&self, claim: LeaseRequest) -> Result<Vec<Payment>, CommitError> {
        engine!(self, e => e.lease_resolutions(claim).await)
    }

    /// Cancels whose outcome nobody knows yet.
    pub async fn lease_cancels(&self, claim: LeaseRequest) -> Result<Vec<Cancel>, CommitError> {
        engine!(self, e => e.lease_cancels(claim).await)
    }

    /// Reserves that are due, oldest first, but none of the `busy` projects.
    pub async fn lease_reserves(
        &self,
        claim: LeaseRequest,
        busy: &HashSet<ProjectId>,
    ) -> Result<Vec<Reserve>, CommitError> {
        engine!(self, e => e.lease_reserves(claim, busy).await)
    }

    /// Webhooks that are due, the earliest of each receipt, but none that is `busy`.
    pub async fn lease_deliveries(&self, claim: LeaseRequest, busy: &Busy) -> Result<Vec<Delivery>, CommitError> {
        engine!(self, e => e.lease_deliveries(claim, busy).await)
    }

    /// Whether a claim of webhooks would find any: what is asked before a write.
    pub async fn has_due_delivery(&self, whose: ClockScope, now: EpochMs, busy: &Busy) -> Result<bool, ReadError> {
        engine!(self, e => e.has_due_delivery(whose, now, busy).await)
    }

    /// Gives claimed webhooks back without an attempt; they are due again at `until`.
    pub async fn put_back_deliveries(&self, claimed: Vec<Delivery>, until: EpochMs) -> Result<(), CommitError> {
        engine!(self, e => e.put_back_deliveries(claimed, until).await)
    }

    /// Records what came of an attempt at a claimed webhook.
    pub async fn end_delivery(
        &self,
        claimed: Delivery,
        attempted: DeliveryAttempt,
        result: String,
        now: EpochMs,
    ) -> Result<(), CommitError> {
        engine!(self, e => e.end_delivery(claimed, attempted, result, now).await)
    }

    /// Sends a webhook again that has ended, or now one that waits for its next attempt; `false` when there is none such.
    /// `now` is the machine's: the project's is known here.
    pub async fn resend(&self, id: ReceiptId, now: EpochMs) -> Result<bool, CommitError> {
        engine!(self, e => e.resend(id, now).await)
    }

    /// Where the project's webhooks go.
    pub async fn set_webhook(&self, project: ProjectId, url: Option<String>) -> Result<(), CommitError> {
        engine!(self, e => e.set_webhook(project, url).await)
    }

    /// A new signing secret; the one before signs too until `until`.
    pub async fn rotate_webhook_secret(&self, project: ProjectId, until: EpochMs) -> Result<(), CommitError> {
        engine!(self, e => e.rotate_webhook_secret(project, until).await)
    }
}
