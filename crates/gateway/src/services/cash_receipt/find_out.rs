//! A worker's turn at a cash receipt whose outcome nobody knows. The number it was asked for with is not on disk, so nothing
//! can be asked for again; but the PG can be asked what became of it, and a cancel needs no number.

use std::sync::Arc;

use domain::cash_receipt::{CashReceipt, CashReceiptState};
use domain::transition::Actor;
use pg::{CashReceiptLookup, Outcome, SendBy};

use super::ask::{self, IssueOutcome};
use super::lookup::stored;
use super::{cancel, look_up, turn};
use crate::services::Services;
use crate::support::InFlightGuard;

/// The merchant's own reason is not kept.
const REASON: &str = "가맹점 취소 (cancelled by the merchant)";

/// Finds out and commits it; without a usable answer the claim runs out, and it is tried again.
pub async fn find_out(services: &Arc<Services>, claimed: &CashReceipt) {
    // A request that is at it says more than a lookup.
    let send_by = services.send_by();
    let Some(turn) = turn(services, claimed.receipt_id) else {
        return;
    };
    let receipt = match stored(services, claimed.project_id, claimed.receipt_id).await {
        Ok(Some(receipt)) if receipt.seq == claimed.seq => receipt,
        Ok(_) | Err(_) => return,
    };
    let (id, state) = (receipt.receipt_id, receipt.state);
    let ended = match state {
        CashReceiptState::Intended => issue(services, turn, receipt).await,
        CashReceiptState::Cancelling => take_back(services, turn, receipt, send_by).await,
        CashReceiptState::Issued | CashReceiptState::Failed | CashReceiptState::Cancelled => return,
    };
    tracing::info!(receipt_id = %id, from = state.name(), ended, "a cash receipt in doubt was looked up");
}

/// Whether it was issued. It is due only past the time in which a late call would have landed.
async fn issue(services: &Arc<Services>, turn: InFlightGuard<()>, intent: CashReceipt) -> &'static str {
    let ended = match look_up(services, &intent).await {
        Outcome::Done(CashReceiptLookup::Issued(issued)) => IssueOutcome::Issued(issued),
        Outcome::Done(CashReceiptLookup::Cancelled(issued)) => IssueOutcome::TakenBack(issued),
        Outcome::Done(CashReceiptLookup::Nothing) => IssueOutcome::NeverArrived,
        Outcome::Refused { .. } | Outcome::NotSent(_) | Outcome::Unknown(_) => IssueOutcome::Unknown,
    };
    told(
        ask::end(services, turn, intent, ended, Actor::Worker)
            .await
            .map(|answered| answered.receipt),
    )
}

/// Sends the cancel again. It is due only past the time in which the call before would have landed.
async fn take_back(
    services: &Arc<Services>,
    turn: InFlightGuard<()>,
    cancelling: CashReceipt,
    send_by: SendBy,
) -> &'static str {
    let outcome = cancel::ask_again(
        services,
        &cancelling,
        REASON.to_owned(),
        cancel::Before::HasLanded,
        send_by,
    )
    .await;
    told(
        cancel::end(services, turn, cancelling, outcome, Actor::Worker)
            .await
            .map(|answered| answered.receipt),
    )
}

fn told(ended: Result<CashReceipt, domain::Refusal>) -> &'static str {
    match ended {
        Ok(receipt) => receipt.state.name(),
        Err(refusal) => refusal.code.name(),
    }
}
