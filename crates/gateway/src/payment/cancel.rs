//! Cancelling. The intent is on disk before the PG is asked, one cancel of a payment at a time, each under an order id of
//! its own, so that an unknown outcome can be looked up and the same request cancels at most once.

use std::sync::Arc;

use domain::change::{Actor, Change};
use domain::error::PgWords;
use domain::payment::{self, Cancel, CancelFields, CancelState, Payment};
use domain::{ErrorCode, ProjectId, ReceiptId, Refusal, Won};
use pg::{CancelOrder, Outcome, PaymentFound};
use store::{CommitError, Refused};

use super::lookup::by_receipt;
use crate::cash_receipt;
use crate::crash::crash_point;
use crate::house::House;
use crate::issuance::{Replayed, commit_refusal, full, read_refusal};
use crate::overview;
use crate::webhook;

/// The payment after a cancel.
pub struct Cancelled {
    pub payment: Payment,
    pub replayed: Replayed,
}

/// How one cancel ended at the PG.
enum Ended {
    Done,
    Refused(PgWords),
    NotSent,
    Unknown,
}

/// Cancels a payment, wholly or in part.
///
/// Errors: those of `domain::payment::cancel`; `RC_CANCEL_SERVER_ERROR` when the PG refuses; `RC_CANCEL_CRITICAL_ERROR` while
/// its answer is unknown; 409 for a different cancel with the same `cancel_id`, or while another one is under way.
pub async fn cancel(
    house: &Arc<House>,
    project: ProjectId,
    receipt: ReceiptId,
    fields: CancelFields,
) -> Result<Cancelled, Refusal> {
    let walked = house.tasks.spawn(walk(house.clone(), project, receipt, fields));
    walked.await.map_err(|_| Refusal::of(ErrorCode::Internal))?
}

async fn walk(
    house: Arc<House>,
    project: ProjectId,
    receipt: ReceiptId,
    fields: CancelFields,
) -> Result<Cancelled, Refusal> {
    let payment = by_receipt(&house, project, receipt).await?;
    if let Some(earlier) = earlier(&house, receipt, &fields).await? {
        return replay(&house, payment, &earlier, &fields).await;
    }
    let now = house.now_of(project);
    let cancel = payment::cancel(&payment, &fields, house.ids.receipt(now), now)?;
    // On the board before it is on disk: an equal request that finds it there can wait for its end.
    let place = house.cancels.enter(house.share_of(project));
    let place = place.map_err(|of| full(of, "open_payments_max").receipt(receipt))?;
    let posted = house.cancels.put_up(cancel.id, &Arc::new(cancel.clone()));
    let _posted = posted.map(|posted| posted.holding(place));
    crash_point!("cancel_before_commit");
    match house
        .commit(project, vec![Change::OpenCancel(Box::new(cancel.clone()))])
        .await
    {
        Ok(()) => {}
        Err(CommitError::Refused(Refused::CancelTaken)) => {
            // An equal one was faster, or a different one is under way.
            let Some(earlier) = earlier(&house, receipt, &fields).await? else {
                return Err(Refusal::new(ErrorCode::CancelUnderWay, "receipt_id").receipt(receipt));
            };
            return replay(&house, payment, &earlier, &fields).await;
        }
        Err(error) => return Err(commit_refusal(&error)),
    }
    crash_point!("cancel_after_commit");
    let ended = ask(&house, &payment, &cancel).await;
    crash_point!("cancel_after_pg");
    answer(end(&house, payment, &cancel, ended, Actor::Api).await?, Replayed::No)
}

/// The cancel with the request's `cancel_id`; one that is under way in this process is waited for.
async fn earlier(house: &House, receipt: ReceiptId, fields: &CancelFields) -> Result<Option<Cancel>, Refusal> {
    let Some(cancel_id) = &fields.cancel_id else {
        return Ok(None);
    };
    let read = || house.store.cancel(receipt, cancel_id);
    let Some(found) = read().await.map_err(|error| read_refusal(&error))? else {
        return Ok(None);
    };
    let Some(mut under_way) = house.cancels.follow(found.id) else {
        return Ok(Some(found));
    };
    tokio::select! {
        // Nothing is shown of a cancel: that it leaves the board is its end.
        _ = under_way.wait_for(|_| false) => {}
        () = house.stopping.cancelled() => {}
    }
    read().await.map_err(|error| read_refusal(&error))
}

/// The same cancel again: its answer again. While it is under way or unknown, the merchant is told so.
async fn replay(
    house: &House,
    payment: Payment,
    earlier: &Cancel,
    fields: &CancelFields,
) -> Result<Cancelled, Refusal> {
    let amount = |text: &Option<String>| text.as_deref().and_then(Won::parse);
    // Without a price it means all that was left before the earlier one.
    let left = match earlier.state {
        CancelState::Done => payment.balance().plus(earlier.price),
        CancelState::Refused | CancelState::Intended => payment.balance(),
    };
    let price = amount(&fields.cancel_price)
        .filter(|price| *price > Won::ZERO)
        .unwrap_or(left);
    let tax_free = amount(&fields.cancel_tax_free).unwrap_or(earlier.tax_free);
    if price != earlier.price || tax_free != earlier.tax_free {
        let hint = format!(
            "cancel_price {} / {}, cancel_tax_free {} / {}",
            earlier.price.get(),
            price.get(),
            earlier.tax_free.get(),
            tax_free.get()
        );
        return Err(Refusal::new(ErrorCode::CancelConflict, "cancel_id")
            .hint(hint)
            .receipt(payment.receipt_id));
    }
    let ended = match earlier.state {
        CancelState::Done => None,
        CancelState::Refused => Some(ErrorCode::CancelServerError),
        CancelState::Intended => Some(ErrorCode::CancelCritical),
    };
    let payment = by_receipt(house, payment.project_id, payment.receipt_id).await?;
    match ended {
        None => Ok(Cancelled {
            payment,
            replayed: Replayed::Yes,
        }),
        Some(code) => Err(Refusal::of(code).pg(earlier.pg.clone()).receipt(payment.receipt_id)),
    }
}

async fn ask(house: &House, payment: &Payment, cancel: &Cancel) -> Ended {
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
        Outcome::NotSent => Ended::NotSent,
        Outcome::Unknown(_) => look_up(house, payment, cancel).await,
    }
}

/// Whether the PG has this very cancel. "Not there" is not believed: the call may still be on its way.
async fn look_up(house: &House, payment: &Payment, cancel: &Cancel) -> Ended {
    let Some(debit) = &payment.debit else {
        return Ended::Unknown;
    };
    let at = house.clocks.moment_of(payment.project_id);
    match house.connector.find_by_tid(debit.tid.clone(), at).await {
        Outcome::Done(PaymentFound::Paid(seen) | PaymentFound::Cancelled(seen))
            if seen.cancel_orders.contains(&cancel.id.to_string()) =>
        {
            Ended::Done
        }
        _ => Ended::Unknown,
    }
}

/// A worker's turn at a cancel whose outcome nobody knows: look it up, else send it again under the same order id.
pub async fn settle_cancel(house: &Arc<House>, cancel: &Cancel) -> Result<(), Refusal> {
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
        return Ok(());
    }
    end(house, payment, cancel, ended, Actor::Worker).await.map(drop)
}

/// What a cancel came to: the payment now, and why not if not.
type CancelEnd = (Payment, Option<Refusal>);

async fn end(
    house: &House,
    payment: Payment,
    cancel: &Cancel,
    ended: Ended,
    actor: Actor,
) -> Result<CancelEnd, Refusal> {
    let (changes, after, refusal) = match ended {
        Ended::Done => {
            // The payment may have moved since: the cumulative sums must be of now.
            let payment = by_receipt(house, payment.project_id, payment.receipt_id).await?;
            let step = payment::cancelled(&payment, cancel, actor, house.now_of(payment.project_id));
            let after = payment.clone().after(&step);
            let mut changes = vec![
                Change::EndCancel {
                    id: cancel.id,
                    state: CancelState::Done,
                    pg: None,
                },
                Change::MovePayment(Box::new(step.clone())),
            ];
            changes.extend(webhook::told_of_payment(house, &after));
            changes.extend(cash_receipt::ends_with(house, &after, &step).await);
            (changes, after, None)
        }
        Ended::Refused(pg) => {
            let end = Change::EndCancel {
                id: cancel.id,
                state: CancelState::Refused,
                pg: Some(pg.clone()),
            };
            let mut changes = vec![end];
            changes.extend(webhook::told_of_failed_cancel(house, &payment));
            let refusal = Refusal::of(ErrorCode::CancelServerError)
                .pg(Some(pg))
                .receipt(payment.receipt_id);
            (changes, payment, Some(refusal))
        }
        Ended::NotSent => {
            let end = Change::EndCancel {
                id: cancel.id,
                state: CancelState::Refused,
                pg: None,
            };
            let refusal = Refusal::of(ErrorCode::PgUnavailable).receipt(payment.receipt_id);
            (vec![end], payment, Some(refusal))
        }
        Ended::Unknown => {
            let refusal = Refusal::of(ErrorCode::CancelCritical).receipt(payment.receipt_id);
            return Ok((payment, Some(refusal)));
        }
    };
    match commit(house, after.project_id, changes).await {
        Ok(()) if refusal.is_none() => overview::cancelled(house, after.project_id),
        Ok(()) => {}
        // The worker was faster with the same answer.
        Err(CommitError::Refused(Refused::LostRace)) => {}
        Err(error) => return Err(commit_refusal(&error).receipt(after.receipt_id)),
    }
    crash_point!("cancel_after_outcome_commit");
    Ok((after, refusal))
}

/// A cash receipt that is being cancelled at the same time loses its race alone; the money's record does not.
async fn commit(house: &House, project: ProjectId, changes: Vec<Change>) -> Result<(), CommitError> {
    let is_receipt = |change: &Change| matches!(change, Change::PutCashReceipt { .. });
    let without: Option<Vec<_>> = changes
        .iter()
        .any(is_receipt)
        .then(|| changes.iter().filter(|change| !is_receipt(change)).cloned().collect());
    match (house.commit(project, changes).await, without) {
        (Err(CommitError::Refused(Refused::LostRace)), Some(without)) => house.commit(project, without).await,
        (done, _) => done,
    }
}

fn answer((payment, refusal): CancelEnd, replayed: Replayed) -> Result<Cancelled, Refusal> {
    match refusal {
        None => Ok(Cancelled { payment, replayed }),
        Some(refusal) => Err(refusal),
    }
}
