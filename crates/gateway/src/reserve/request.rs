//! Asking for a reserve, reading it, revoking it.

use std::sync::Arc;

use domain::change::{Actor, Change};
use domain::payment::{ChargeFields, Source};
use domain::reserve::{self, Reserve, State};
use domain::{BillingKeyId, ErrorCode, ProjectId, Refusal, ReserveId};
use store::{CommitError, Holder, Refused};

use crate::house::House;
use crate::issuance::{Replayed, commit_refusal, read_refusal};
use crate::key;
use crate::kind;
use crate::payment::{by_receipt, check_terms};

/// What the merchant asks for.
pub struct Asked {
    pub project: ProjectId,
    pub billing_key: BillingKeyId,
    pub fields: ChargeFields,
    pub execute_at: Option<String>,
}

/// Reserves a debit for a date; the same request again answers the same reserve.
///
/// Errors: the faults of the order and the time; a dead key; the 11th waiting reserve of a key; 409 when the order id belongs
/// to a different request.
pub async fn request(house: &Arc<House>, asked: Asked) -> Result<(Reserve, Replayed), Refusal> {
    let order = asked.fields.order()?;
    check_terms(house, &order)?;
    for _attempt in 0..3 {
        let key = key::by_key(house, asked.project, asked.billing_key).await?;
        let now = house.now_of(asked.project);
        let ids = (asked.project, house.ids.reserve(now));
        let (at, pepper) = (asked.execute_at.as_deref(), &house.pepper);
        // Before the clock and the key are asked: the first answer is given again also after its time.
        let same = reserve::asked(order.clone(), &key, at, ids, pepper, now)?;
        if let Some(earlier) = same_request(house, &same).await? {
            return Ok((earlier, Replayed::Yes));
        }
        let reserve = reserve::request(order.clone(), &key, at, ids, pepper, now)?;
        let opening = vec![key.still_active(), Change::OpenReserve(Box::new(reserve.clone()))];
        match house.commit(reserve.project_id, opening).await {
            Ok(()) => return Ok((reserve, Replayed::No)),
            // Somebody was faster with the order id, or has just destroyed the key: the next round finds out.
            Err(CommitError::Refused(Refused::OrderTaken | Refused::LostRace)) => {}
            Err(CommitError::Refused(Refused::TooManyReserves)) => {
                return Err(Refusal::new(ErrorCode::ReserveLimit, "billing_key"));
            }
            // If it comes true, it debits.
            Err(CommitError::InDoubt(_)) => return Err(Refusal::of(ErrorCode::ReserveInDoubt)),
            Err(error) => return Err(commit_refusal(&error)),
        }
    }
    Err(Refusal::of(ErrorCode::Overloaded))
}

async fn same_request(house: &House, new: &Reserve) -> Result<Option<Reserve>, Refusal> {
    let holder = house
        .store
        .order_holder(new.project_id, &new.order.order_id)
        .await
        .map_err(|e| read_refusal(&e))?;
    let conflict = |whose: String| Refusal::new(ErrorCode::OrderConflict, "order_id").hint(whose);
    let id = match holder {
        None => return Ok(None),
        Some(Holder::Reserve(id)) => id,
        Some(Holder::Payment(receipt)) => match by_receipt(house, new.project_id, receipt).await?.source {
            // The payment that an earlier reserve became.
            Source::Reserve(id) => id,
            Source::Charge | Source::Publish(_) => {
                return Err(conflict(format!("receipt_id {receipt}")).receipt(receipt));
            }
        },
    };
    let earlier = lookup(house, new.project_id, id).await?;
    if earlier.fingerprint == new.fingerprint {
        return Ok(Some(earlier));
    }
    let (before, now) = (&earlier.order, &new.order);
    Err(conflict(format!(
        "reserve_id {id}: price {} / {}, reserve_execute_at {} / {}",
        before.price.get(),
        now.price.get(),
        earlier.execute_at.to_wire(),
        new.execute_at.to_wire()
    )))
}

/// The reserve with this id. Errors: `RESERVE_NOT_FOUND`.
pub async fn lookup(house: &House, project: ProjectId, id: ReserveId) -> Result<Reserve, Refusal> {
    let found = house
        .store
        .reserve(project, id)
        .await
        .map_err(|error| read_refusal(&error))?;
    match found {
        Some(reserve) => Ok(reserve),
        None => {
            let refusal = Refusal::new(ErrorCode::ReserveNotFound, "reserve_id");
            Err(kind::missing(house, project, id.0, refusal).await)
        }
    }
}

/// Revokes a waiting reserve. Errors: `RESERVE_NOT_WAITING` once its time has come.
pub async fn revoke(house: &House, project: ProjectId, id: ReserveId) -> Result<(), Refusal> {
    for _attempt in 0..3 {
        let reserve = lookup(house, project, id).await?;
        if reserve.state != State::Waiting {
            return Err(Refusal::new(ErrorCode::ReserveNotWaiting, "reserve_id").hint(reserve.state.name()));
        }
        let step = reserve.step(State::Revoked, house.now_of(project), Actor::Api);
        match house.commit(project, vec![Change::MoveReserve(Box::new(step))]).await {
            Ok(()) => return Ok(()),
            // Begun, revoked by somebody else, or waiting once more: it is looked at again.
            Err(CommitError::Refused(Refused::LostRace)) => {}
            Err(CommitError::InDoubt(_)) => return Err(Refusal::of(ErrorCode::ReserveInDoubt)),
            Err(error) => return Err(commit_refusal(&error)),
        }
    }
    Err(Refusal::of(ErrorCode::Overloaded))
}
