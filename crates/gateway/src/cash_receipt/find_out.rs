//! A worker's turn at a cash receipt whose outcome nobody knows. The number it was asked for with is not on disk, so nothing
//! can be asked for again; but the PG can be asked what became of it, and a cancel needs no number.

use domain::cash_receipt::{CashReceipt, State};
use domain::change::Actor;
use pg::{Outcome, ReceiptFound};

use super::ask::{self, Ended};
use super::lookup::stored;
use super::{cancel, turn};
use crate::house::House;

/// The merchant's own reason is not kept.
const REASON: &str = "가맹점 취소 (cancelled by the merchant)";

/// Finds out and commits it; without a usable answer the claim runs out, and it is tried again.
pub async fn find_out(house: &House, claimed: &CashReceipt) {
    // A request that is at it says more than a lookup.
    let Some(_turn) = turn(house, claimed.receipt_id) else {
        return;
    };
    let receipt = match stored(house, claimed.project_id, claimed.receipt_id).await {
        Ok(Some(receipt)) if receipt.seq == claimed.seq => receipt,
        Ok(_) | Err(_) => return,
    };
    let (id, state) = (receipt.receipt_id, receipt.state);
    let ended = match state {
        State::Intended => issue(house, receipt).await,
        State::Cancelling => take_back(house, receipt).await,
        State::Issued | State::Failed | State::Cancelled => return,
    };
    tracing::info!(receipt_id = %id, from = state.name(), ended, "a cash receipt in doubt was looked up");
}

/// Whether it was issued. It is due only past the time in which a late call would have landed.
async fn issue(house: &House, intent: CashReceipt) -> &'static str {
    let at = house.clocks.moment_of(intent.project_id);
    let ended = match house.connector.find_receipt(intent.pg_order_id.clone(), at).await {
        Outcome::Done(ReceiptFound::Issued(issued)) => Ended::Issued(issued),
        Outcome::Done(ReceiptFound::Cancelled(issued)) => Ended::TakenBack(issued),
        Outcome::Done(ReceiptFound::Nothing) => Ended::NeverArrived,
        Outcome::Refused { .. } | Outcome::NotSent(_) | Outcome::Unknown(_) => Ended::Unknown,
    };
    told(
        ask::end(house, intent, ended, Actor::Worker)
            .await
            .map(|answered| answered.receipt),
    )
}

/// Sends the cancel again. It is due only past the time in which the call before would have landed.
async fn take_back(house: &House, cancelling: CashReceipt) -> &'static str {
    let outcome = cancel::ask_again(house, &cancelling, REASON.to_owned(), cancel::Before::HasLanded).await;
    told(
        cancel::end(house, cancelling, outcome, Actor::Worker)
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
