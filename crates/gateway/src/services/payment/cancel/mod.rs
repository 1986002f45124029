//! Cancelling. The intent is on disk before the PG is asked, one cancel of a payment at a time, each under an order id of
//! its own, so that an unknown outcome can be looked up and the same request cancels at most once.

mod ask;
mod end;
mod resolve_manually;

pub use ask::{Resend, resolve_cancel};
pub use resolve_manually::resolve_cancel_manually;

use std::sync::Arc;

use domain::change::Change;
use domain::due::DueKind;

use domain::payment::{self, Cancel, CancelFields, CancelState, Payment};
use domain::{ErrorCode, ProjectId, ReceiptId, Refusal, Won};
use store::{CommitError, CommitRefused};

use self::ask::{CancelOutcome, ask, put_off};
use self::end::{CancelResult, EndedBy, end};
use super::lookup::by_receipt;
use super::resolution::lease_until;
use crate::services::Services;
use crate::services::issuance::Replayed;
use crate::services::restore;
use crate::services::watching::{Watched, watch};
use crate::support::at_capacity;
use crate::support::failpoints::crash_point;

/// The payment after a cancel.
pub struct Cancelled {
    pub payment: Payment,
    pub replayed: Replayed,
}

/// How often a cancel is decided anew on a payment that has moved: as often as other cancels of it can end meanwhile.
const DECISIONS: usize = 64;

/// Cancels a payment, wholly or in part.
///
/// Errors: those of `domain::payment::cancel`; `RC_CANCEL_SERVER_ERROR` when the PG refuses; `RC_CANCEL_CRITICAL_ERROR` while
/// its answer is unknown; 409 for a different cancel with the same `cancel_id`, or while another one is under way.
pub async fn cancel(
    services: &Arc<Services>,
    project: ProjectId,
    receipt: ReceiptId,
    fields: CancelFields,
) -> Result<Cancelled, Refusal> {
    services
        .run_to_end(perform(services.clone(), project, receipt, fields))
        .await
}

async fn perform(
    services: Arc<Services>,
    project: ProjectId,
    receipt: ReceiptId,
    fields: CancelFields,
) -> Result<Cancelled, Refusal> {
    for _decision in 0..DECISIONS {
        let payment = by_receipt(&services, project, receipt).await?;
        if let Some(earlier) = earlier(&services, &payment, &fields).await? {
            return replay(&services, payment, &earlier, &fields).await;
        }
        restore::refuse_while_held(&services)?;
        let send_by = services.send_by();
        let now = services.now_of(project);
        let cancel = payment::cancel(&payment, &fields, services.ids.receipt(project, now), now)?;
        // Registered before it is on disk: an equal request that finds it there can wait for its end.
        let place = services
            .in_flight
            .cancels
            .reserve_slot(services.ledger.share_of(project));
        let place = place.map_err(|of| at_capacity(of, "open_payments_max").receipt(receipt))?;
        let guard = services
            .in_flight
            .cancels
            .register(cancel.id, &Arc::new(cancel.clone()));
        // Its id is new.
        let guard = guard.ok_or_else(|| Refusal::of(ErrorCode::Internal))?.with_slot(place);
        crash_point!("cancel_before_commit");
        let lease = services.ids.lease();
        // The request that opens it asks the PG itself; a worker asks what became of it when that has had its time.
        let opening = vec![
            payment.unmoved().into(),
            Change::OpenCancel(Box::new(cancel.clone())),
            Change::Hold {
                kind: DueKind::Cancel,
                object: cancel.id.0,
                until: lease_until(&services, now),
                lease,
            },
        ];
        match services.ledger.commit(project, opening).await {
            Ok(()) => {}
            // Another cancel began and ended since the payment was read: the sums are others now.
            Err(CommitError::Refused(CommitRefused::LostRace)) => continue,
            Err(CommitError::Refused(CommitRefused::CancelTaken)) => {
                // An equal one was faster, or a different one is under way.
                let Some(earlier) = earlier(&services, &payment, &fields).await? else {
                    return Err(Refusal::new(ErrorCode::CancelUnderWay, "receipt_id").receipt(receipt));
                };
                return replay(&services, payment, &earlier, &fields).await;
            }
            // If it comes true, the worker sends it.
            Err(CommitError::InDoubt(_)) => return Err(Refusal::of(ErrorCode::CancelCritical).receipt(receipt)),
            Err(error) => return Err(Refusal::from(error)),
        }
        crash_point!("cancel_after_commit");
        let ended = ask(&services, &payment, &cancel, send_by).await;
        crash_point!("cancel_after_pg");
        if matches!(ended, CancelOutcome::Unknown) {
            put_off(&services, project, &cancel, lease, lease_until(&services, now)).await;
        }
        let ended = end(&services, guard, payment, ended, EndedBy::Api, &cancel).await?;
        return answer(ended, Replayed::No);
    }
    Err(Refusal::of(ErrorCode::Overloaded))
}

/// The cancel with the request's `cancel_id`; one that is under way is waited for.
async fn earlier(services: &Services, payment: &Payment, fields: &CancelFields) -> Result<Option<Cancel>, Refusal> {
    let Some(cancel_id) = &fields.cancel_id else {
        return Ok(None);
    };
    let read = || {
        services
            .store()
            .cancel(payment.project_id, payment.receipt_id, cancel_id)
    };
    let Some(found) = read().await? else {
        return Ok(None);
    };
    if let Some(mut under_way) = services.in_flight.cancels.subscribe(found.id) {
        tokio::select! {
            // Nothing is shown of a cancel: that it is not registered any more is its end.
            _ = under_way.wait_for(|_| false) => {}
            () = services.stopping.cancelled() => {}
        }
        return read().await.map_err(Refusal::from);
    }
    let is_over = |cancel: &Cancel| cancel.state != CancelState::Intended;
    if is_over(&found) {
        return Ok(Some(found));
    }
    // Whoever opened it has made its id, and asks the PG for so long at most; this process no longer does.
    let may_be_elsewhere =
        !services.ids.has_made(found.id.0) && services.may_be_elsewhere(payment.project_id, found.requested_at);
    let called_until = match may_be_elsewhere {
        true => lease_until(services, found.requested_at),
        false => found.requested_at,
    };
    let watched = Watched {
        among: &services.watching.cancels,
        project: payment.project_id,
        id: found.id,
        until: called_until,
    };
    Ok(Some(watch(services, watched, read, is_over).await.unwrap_or(found)))
}

/// The same cancel again: its answer again. While it is under way or unknown, the merchant is told so.
async fn replay(
    services: &Services,
    payment: Payment,
    earlier: &Cancel,
    fields: &CancelFields,
) -> Result<Cancelled, Refusal> {
    let amount = |text: &Option<String>| text.as_deref().and_then(Won::parse);
    // As it is after the earlier one, which may have been waited for.
    let payment = by_receipt(services, payment.project_id, payment.receipt_id).await?;
    // Without a price it means all that was left before the earlier one.
    let left = match earlier.state {
        CancelState::Done => payment.balance().plus(earlier.price),
        CancelState::Refused => payment.balance(),
        // It may have ended since it was read.
        CancelState::Intended => payment.balance().max(earlier.price),
    };
    let price = amount(&fields.cancel_price)
        .filter(|price| *price > Won::ZERO)
        .unwrap_or(left);
    let tax_free = amount(&fields.cancel_tax_free)
        .filter(|tax_free| *tax_free > Won::ZERO)
        .unwrap_or(earlier.tax_free);
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
    match ended {
        None => Ok(Cancelled {
            payment,
            replayed: Replayed::Yes,
        }),
        Some(code) => Err(Refusal::of(code)
            .pg(earlier.pg.as_ref().map(payment::refusal_for_merchant))
            .receipt(payment.receipt_id)),
    }
}

fn answer((payment, refusal): CancelResult, replayed: Replayed) -> Result<Cancelled, Refusal> {
    match refusal {
        None => Ok(Cancelled { payment, replayed }),
        Some(refusal) => Err(refusal),
    }
}
