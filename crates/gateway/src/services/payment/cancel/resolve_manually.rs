//! A person's word on a cancel that has no answer.

use std::sync::Arc;

use domain::due::DueKind;
use domain::payment::{Cancel, CancelState, ClaimedCancelOutcome, ManualCancelResolution, Payment};
use domain::{ErrorCode, ReceiptId, Refusal};
use pg::RefundsSeen;

use super::ask::{CancelLookup, CancelOutcome, find, was_sent_before};
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
    let cancel = open_cancel(&services, &payment).await?;
    let guard = services
        .in_flight
        .cancels
        .register(cancel.id, &Arc::new(cancel.clone()));
    let guard = guard.ok_or_else(|| under_way(&payment))?;
    let held = ByHand::take(&services, &payment, (DueKind::Cancel, cancel.id.0)).await?;
    // As they are by now: a worker may have sent it once more since.
    let (payment, cancel) = match read_again(&services, &cancel).await {
        Ok(read) => read,
        Err(refusal) => {
            held.give_up().await;
            return Err(refusal);
        }
    };
    let seen = find(&services, &payment, &cancel).await;
    let found = match seen {
        CancelLookup::Done => Some(ClaimedCancelOutcome::GivenBack),
        CancelLookup::GivenBackElsewhere | CancelLookup::NotThere => Some(ClaimedCancelOutcome::NotGivenBack),
        // More is left than there would be.
        CancelLookup::NotTold { left } if left > payment.balance().minus(cancel.price) => {
            Some(ClaimedCancelOutcome::NotGivenBack)
        }
        // A part was given back: by this one or by somebody else, a person knows.
        CancelLookup::OtherSum | CancelLookup::NotTold { .. } | CancelLookup::NoAnswer => None,
    };
    if said.claimed == ClaimedCancelOutcome::NotGivenBack && may_be_on_its_way(&services, &payment, &cancel, seen) {
        held.give_up().await;
        return Err(under_way(&payment));
    }
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
        Ok((_, Some(refusal))) if refusal.code == ErrorCode::SettleUnderWay => Err(refusal),
        Ok((payment, _)) => Ok(payment),
        // Kept: it is recorded once the store takes it, unless a worker ends it first.
        Err(refusal) => Err(refusal),
    }
}

/// The cancel of a payment that has no answer. Errors: `SETTLE_NOT_NEEDED`.
async fn open_cancel(services: &Services, payment: &Payment) -> Result<Cancel, Refusal> {
    let cancels = services.store().cancels(payment.project_id, payment.receipt_id).await?;
    let open = cancels.into_iter().find(|cancel| cancel.state == CancelState::Intended);
    open.ok_or_else(|| {
        Refusal::new(ErrorCode::SettleNotNeeded, "receipt_id")
            .hint(payment.state.name())
            .receipt(payment.receipt_id)
    })
}

async fn read_again(services: &Services, cancel: &Cancel) -> Result<(Payment, Cancel), Refusal> {
    let payment = stored(services, cancel.receipt_id).await?;
    let open = open_cancel(services, &payment).await?;
    if open.id == cancel.id {
        Ok((payment, open))
    } else {
        Err(under_way(&payment))
    }
}

/// Whether it was sent, or sent again, so lately that it may come about after the PG was asked. What is not there then is no proof, nor what
/// a person saw before: a merchant who is told that nothing was given back asks for it again.
fn may_be_on_its_way(services: &Services, payment: &Payment, cancel: &Cancel, seen: CancelLookup) -> bool {
    let settled = match services.capabilities(payment.project_id).refunds {
        RefundsSeen::ByOrder => services.settings.timing.start_grace,
        RefundsSeen::BySum { stands_still } => stands_still,
    };
    // Where nothing is left, nothing comes any more.
    let may_come = !matches!(seen, CancelLookup::Done | CancelLookup::GivenBackElsewhere);
    may_come && !was_sent_before(services, cancel, payment.project_id, settled)
}
