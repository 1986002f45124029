//! Asking the PG to give money back, and finding out what came of it.

use std::sync::Arc;

use domain::change::{Actor, Change};
use domain::error::PgWords;
use domain::payment::{Cancel, CancelSaid, CancelState, Payment};
use domain::{ErrorCode, Refusal};
use pg::{CancelOrder, Outcome, PaymentFound};

use super::end::end;
use crate::house::House;
use crate::issuance::read_refusal;
use crate::payment::verdict::lease_until;

/// However old a cancel without an outcome is, the PG is asked at least so often.
const LOOKED_UP_EVERY_MS: u64 = 60 * 60 * 1000;

/// How one cancel ended at the PG.
pub enum Ended {
    Done,
    /// A person says so.
    DoneBy(CancelSaid),
    Refused(PgWords),
    /// Somebody else gave all of it back, in the PG's back office; nothing is left for this one.
    GivenBackElsewhere(PgWords),
    NotSent,
    Unknown,
}

pub async fn ask(house: &House, payment: &Payment, cancel: &Cancel) -> Ended {
    let Some(debit) = &payment.debit else {
        return Ended::Unknown;
    };
    let order = CancelOrder {
        order_id: cancel.id.to_string(),
        tid: debit.tid.clone(),
        price: cancel.price,
        tax_free: cancel.tax_free,
        reason: cancel.message.clone(),
    };
    let at = house
        .clocks
        .moment_of(payment.project_id)
        .at_bank(&payment.shown.bank_code);
    match house.connector.cancel(order, at).await {
        Outcome::Done(()) => Ended::Done,
        Outcome::Refused { pg, .. } => Ended::Refused(pg),
        Outcome::NotSent(_) => Ended::NotSent,
        Outcome::Unknown(_) => look_up(house, payment, cancel).await,
    }
}

/// What the PG knows of one cancel.
pub enum Known {
    Done,
    /// Not this one, and nothing is left that it could give back.
    GivenBackElsewhere,
    /// It may still be on its way.
    NotThere,
    NoAnswer,
}

/// Looks at the payment for this very cancel.
pub async fn find(house: &House, payment: &Payment, cancel: &Cancel) -> Known {
    let Some(debit) = &payment.debit else {
        return Known::NoAnswer;
    };
    let at = house.clocks.moment_of(payment.project_id);
    let (seen, is_all_back) = match house.connector.find_by_tid(debit.tid.clone(), at).await {
        Outcome::Done(PaymentFound::Paid(seen)) => (seen, false),
        Outcome::Done(PaymentFound::Cancelled(seen)) => (seen, true),
        _ => return Known::NoAnswer,
    };
    if seen.cancel_orders.contains(&cancel.id.to_string()) {
        Known::Done
    } else if is_all_back {
        Known::GivenBackElsewhere
    } else {
        Known::NotThere
    }
}

async fn look_up(house: &House, payment: &Payment, cancel: &Cancel) -> Ended {
    match find(house, payment, cancel).await {
        Known::Done => Ended::Done,
        Known::GivenBackElsewhere => Ended::GivenBackElsewhere(PgWords::new("2013", "이미 취소된 거래입니다.")),
        Known::NotThere | Known::NoAnswer => Ended::Unknown,
    }
}

/// A worker's turn at a cancel whose outcome nobody knows: look it up, else send it again under the same order id.
pub async fn settle_cancel(house: &Arc<House>, cancel: &Cancel) -> Result<(), Refusal> {
    // A person may be ending it at this moment, who must not say that it was not done while it is sent again.
    let Some(_posted) = house.cancels.put_up(cancel.id, &Arc::new(cancel.clone())) else {
        return Ok(());
    };
    // Or has ended it since it was claimed.
    if !is_open(house, cancel).await? {
        return Ok(());
    }
    let found = house
        .store
        .payment_of_anyone(cancel.receipt_id)
        .await
        .map_err(|error| read_refusal(&error))?;
    let payment = found.ok_or_else(|| Refusal::of(ErrorCode::Internal))?;
    let mut ended = look_up(house, &payment, cancel).await;
    if matches!(ended, Ended::Unknown) {
        ended = ask(house, &payment, cancel).await;
    }
    if matches!(ended, Ended::NotSent | Ended::Unknown) {
        put_off(house, &payment, cancel).await;
        return Ok(());
    }
    end(house, payment, cancel, ended, Actor::Worker).await.map(drop)
}

/// Whether it has no end yet. Who has it on the board is the only one who asks the PG for it, so that it stays so.
pub async fn is_open(house: &House, cancel: &Cancel) -> Result<bool, Refusal> {
    let cancels = house.store.cancels(cancel.receipt_id).await;
    let cancels = cancels.map_err(|error| read_refusal(&error))?;
    let is_open = |now: &Cancel| now.id == cancel.id && now.state == CancelState::Intended;
    Ok(cancels.iter().any(is_open))
}

/// The longer nobody knows, the seldomer the PG is asked: after half of that time again, and at least every hour.
async fn put_off(house: &House, payment: &Payment, cancel: &Cancel) {
    let now = house.now_of(payment.project_id);
    let wait_ms = (now.since_ms(cancel.requested_at) / 2).min(LOOKED_UP_EVERY_MS);
    let put_off = Change::PutOffCancel {
        id: cancel.id,
        until: lease_until(house, now).max(now.plus_ms(wait_ms)),
    };
    if let Err(error) = house.commit(payment.project_id, vec![put_off]).await {
        // The claim runs out by itself.
        tracing::warn!(%error, cancel = %cancel.id, "a cancel in doubt is looked up sooner than it should be");
    }
}
