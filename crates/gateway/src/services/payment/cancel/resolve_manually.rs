//! A person's word on a cancel that has no answer.

use std::sync::Arc;

use domain::due::DueKind;
use domain::payment::{CancelState, ClaimedCancelOutcome, ManualCancelResolution, Payment};
use domain::{ErrorCode, ReceiptId, Refusal};

use super::ask::{CancelLookup, CancelOutcome, find};
use super::end::{EndedBy, end};
use crate::services::Services;
use crate::services::payment::by_hand::{ByHand, under_way};
use crate::services::payment::resolve_manually::stored;

/// Asks the PG once more, and ends the cancel as `said`.
///
/// Errors: `RC_NOT_FOUND`; `SETTLE_NOT_NEEDED` where no cancel of the payment is without an answer; `SETTLE_UNDER_WAY` while it is being
/// asked for, by this gateway or another; `SETTLE_CONTRADICTED`.
pub async fn resolve_cancel_manually(
    services: &Arc<Services>,
    receipt: ReceiptId,
    said: ManualCancelResolution,
) -> Result<Payment, Refusal> {
    services.run_to_end(perform(services.clone(), receipt, said)).await
}

async fn perform(
    services: Arc<Services>,
    receipt: ReceiptId,
    said: ManualCancelResolution,
) -> Result<Payment, Refusal> {
    let payment = stored(&services, receipt).await?;
    let receipt = payment.receipt_id;
    let cancels = services.store().cancels(payment.project_id, receipt).await;
    let cancels = cancels?;
    let open = cancels.into_iter().find(|cancel| cancel.state == CancelState::Intended);
    let cancel = open.ok_or_else(|| {
        Refusal::new(ErrorCode::SettleNotNeeded, "receipt_id")
            .hint(payment.state.name())
            .receipt(receipt)
    })?;
    let guard = services
        .in_flight
        .cancels
        .register(cancel.id, &Arc::new(cancel.clone()));
    let guard = guard.ok_or_else(|| under_way(&payment))?;
    let held = ByHand::take(&services, &payment, (DueKind::Cancel, cancel.id.0)).await?;
    let found = match find(&services, &payment, &cancel).await {
        CancelLookup::Done => Some(ClaimedCancelOutcome::GivenBack),
        CancelLookup::GivenBackElsewhere | CancelLookup::NotThere => Some(ClaimedCancelOutcome::NotGivenBack),
        // A part was given back: by this one or by somebody else, a person knows.
        CancelLookup::OtherSum | CancelLookup::NotTold | CancelLookup::NoAnswer => None,
    };
    if let Err(refusal) = said.check(&payment, found) {
        held.give_up().await;
        return Err(refusal);
    }
    let finding = said.claimed.name();
    tracing::warn!(%receipt, cancel = %cancel.id, finding, "a person's word on a cancel");
    let ended = match said.claimed {
        ClaimedCancelOutcome::GivenBack => CancelOutcome::DoneBy(said),
        ClaimedCancelOutcome::NotGivenBack => CancelOutcome::Refused(said.refused()),
    };
    let by = EndedBy::Person(held.still());
    match end(&services, guard, payment.clone(), ended, by, &cancel).await {
        Ok((payment, _)) => Ok(payment),
        // Kept, and recorded unless a worker ends it first.
        Err(_) => Err(under_way(&payment)),
    }
}
