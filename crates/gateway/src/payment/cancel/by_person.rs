//! A person's word on a cancel that has no answer.

use std::sync::Arc;

use domain::change::Actor;
use domain::payment::{CancelFinding, CancelSaid, CancelState, Payment};
use domain::{ErrorCode, ReceiptId, Refusal};

use super::ask::{Ended, Known, find, is_open};
use super::end::end;
use crate::house::House;
use crate::issuance::read_refusal;
use crate::payment::settle::stored;

/// Asks the PG once more, and ends the cancel as `said`.
///
/// Errors: `RC_NOT_FOUND`; `SETTLE_NOT_NEEDED` where no cancel of the payment is without an answer, or it is being asked for now;
/// `SETTLE_CONTRADICTED`.
pub async fn settle_cancel_by_person(
    house: &Arc<House>,
    receipt: ReceiptId,
    said: CancelSaid,
) -> Result<Payment, Refusal> {
    let walked = house.tasks.spawn(walk(house.clone(), receipt, said));
    walked.await.map_err(|_| Refusal::of(ErrorCode::Internal))?
}

async fn walk(house: Arc<House>, receipt: ReceiptId, said: CancelSaid) -> Result<Payment, Refusal> {
    let payment = stored(&house, receipt).await?;
    let cancels = house.store.cancels(receipt).await;
    let cancels = cancels.map_err(|error| read_refusal(&error))?;
    let open = cancels.into_iter().find(|cancel| cancel.state == CancelState::Intended);
    // Nobody asks the PG for it meanwhile.
    let posted = open.and_then(|cancel| Some((house.cancels.put_up(cancel.id, &Arc::new(cancel.clone()))?, cancel)));
    let not_needed = || {
        Refusal::new(ErrorCode::SettleNotNeeded, "receipt_id")
            .hint(payment.state.name())
            .receipt(receipt)
    };
    let (_posted, cancel) = posted.ok_or_else(not_needed)?;
    // The worker may have been faster.
    if !is_open(&house, &cancel).await? {
        return Err(not_needed());
    }
    let found = match find(&house, &payment, &cancel).await {
        Known::Done => Some(CancelFinding::GivenBack),
        Known::GivenBackElsewhere | Known::NotThere => Some(CancelFinding::NotGivenBack),
        Known::NoAnswer => None,
    };
    said.check(&payment, found)?;
    let finding = said.finding.name();
    tracing::warn!(%receipt, cancel = %cancel.id, finding, "a person's word on a cancel");
    let ended = match said.finding {
        CancelFinding::GivenBack => Ended::DoneBy(said),
        CancelFinding::NotGivenBack => Ended::Refused(said.refused()),
    };
    end(&house, payment, &cancel, ended, Actor::Person)
        .await
        .map(|(payment, _)| payment)
}
