//! A person's word on a cancel that has no answer.

use std::sync::Arc;

use domain::payment::{CancelState, ClaimedCancelOutcome, ManualCancelResolution, Payment};
use domain::transition::Actor;
use domain::{ErrorCode, ReceiptId, Refusal};

use super::ask::{CancelLookup, CancelOutcome, find, is_open};
use super::end::end;
use crate::services::Services;
use crate::services::payment::resolve_manually::stored;

/// Asks the PG once more, and ends the cancel as `said`.
///
/// Errors: `RC_NOT_FOUND`; `SETTLE_NOT_NEEDED` where no cancel of the payment is without an answer, or it is being asked for now;
/// `SETTLE_CONTRADICTED`.
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
    let cancels = services.store().cancels(payment.project_id, receipt).await;
    let cancels = cancels?;
    let open = cancels.into_iter().find(|cancel| cancel.state == CancelState::Intended);
    // Nobody asks the PG for it meanwhile.
    let guard = open.and_then(|cancel| {
        Some((
            services
                .in_flight
                .cancels
                .register(cancel.id, &Arc::new(cancel.clone()))?,
            cancel,
        ))
    });
    let not_needed = || {
        Refusal::new(ErrorCode::SettleNotNeeded, "receipt_id")
            .hint(payment.state.name())
            .receipt(receipt)
    };
    let (guard, cancel) = guard.ok_or_else(not_needed)?;
    // The worker may have been faster.
    if !is_open(&services, payment.project_id, &cancel).await? {
        return Err(not_needed());
    }
    let found = match find(&services, &payment, &cancel).await {
        CancelLookup::Done => Some(ClaimedCancelOutcome::GivenBack),
        CancelLookup::GivenBackElsewhere | CancelLookup::NotThere => Some(ClaimedCancelOutcome::NotGivenBack),
        // A part was given back: by this one or by somebody else, a person knows.
        CancelLookup::OtherSum | CancelLookup::NoAnswer => None,
    };
    said.check(&payment, found)?;
    let finding = said.claimed.name();
    tracing::warn!(%receipt, cancel = %cancel.id, finding, "a person's word on a cancel");
    let ended = match said.claimed {
        ClaimedCancelOutcome::GivenBack => CancelOutcome::DoneBy(said),
        ClaimedCancelOutcome::NotGivenBack => CancelOutcome::Refused(said.refused()),
    };
    end(&services, guard, payment, ended, Actor::Person, &cancel)
        .await
        .map(|(payment, _)| payment)
}
