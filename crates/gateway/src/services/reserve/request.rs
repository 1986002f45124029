//! Asking for a reserve, reading it, revoking it.

use std::sync::Arc;

use domain::change::Change;
use domain::key::BillingKey;
use domain::payment::{ChargeFields, Order, PaymentSource};
use domain::reserve::{self, Reserve, ReserveState};
use domain::transition::Actor;
use domain::{BillingKeyId, ErrorCode, ProjectId, Refusal, ReserveId};
use store::{CommitError, CommitRefused, OrderOwner};

use crate::services::Services;
use crate::services::issuance::Replayed;
use crate::services::key;
use crate::services::not_found;
use crate::services::payment::{check_terms, destroyed};

/// What the merchant asks for.
pub struct ReserveRequest {
    pub project: ProjectId,
    pub billing_key: BillingKeyId,
    pub fields: ChargeFields,
    pub execute_at: Option<String>,
}

/// Reserves a debit for a date; the same request again answers the same reserve.
///
/// Errors: the faults of the order and the time; a dead key; the 11th waiting reserve of a key; 409 when the order id belongs
/// to a different request.
pub async fn request(services: &Arc<Services>, asked: ReserveRequest) -> Result<(Reserve, Replayed), Refusal> {
    let order = asked.fields.order()?;
    check_terms(services, asked.project, &order)?;
    for _attempt in 0..3 {
        let key = key::by_key_or_adopted(services, asked.project, asked.billing_key).await?;
        let (reserve, opening) = match decide(services, &asked, &order, &key).await? {
            Decided::Earlier(earlier) => return Ok((earlier, Replayed::Yes)),
            Decided::New { reserve, opening } => (reserve, opening),
        };
        match services.ledger.commit(reserve.project_id, opening).await {
            Ok(()) => return Ok((reserve, Replayed::No)),
            // Somebody was faster with the order id, or has just destroyed the key: the next round finds out.
            Err(CommitError::Refused(CommitRefused::OrderTaken | CommitRefused::LostRace)) => {}
            Err(CommitError::Refused(CommitRefused::TooManyReserves)) => {
                return Err(Refusal::new(ErrorCode::ReserveLimit, "billing_key"));
            }
            // If it comes true, it debits.
            Err(CommitError::InDoubt(_)) => return Err(Refusal::of(ErrorCode::ReserveInDoubt)),
            Err(error) => return Err(Refusal::from(error)),
        }
    }
    Err(Refusal::of(ErrorCode::Overloaded))
}

/// What a request comes to before anything is written.
pub(super) enum Decided {
    /// It was asked for before.
    Earlier(Reserve),
    New {
        reserve: Reserve,
        opening: Vec<Change>,
    },
}

/// Decides on `order` as it is asked for with `key`. Errors: those of [`request`], but for how many the key has.
pub(super) async fn decide(
    services: &Services,
    asked: &ReserveRequest,
    order: &Order,
    key: &BillingKey,
) -> Result<Decided, Refusal> {
    let now = services.now_of(asked.project);
    let ids = (asked.project, services.ids.reserve(asked.project, now));
    let (at, pepper) = (asked.execute_at.as_deref(), &services.pepper);
    // Before the clock and the key are asked: the first answer is given again also after its time.
    let same = reserve::asked(order.clone(), key, at, ids, pepper, now)?;
    if let Some(earlier) = same_request(services, &same).await? {
        return Ok(Decided::Earlier(earlier));
    }
    let reserve = reserve::request(order.clone(), key, at, ids, pepper, now)?;
    let opening = vec![
        key.still_active().into(),
        Change::OpenReserve(Box::new(reserve.clone())),
    ];
    Ok(Decided::New { reserve, opening })
}

async fn same_request(services: &Services, new: &Reserve) -> Result<Option<Reserve>, Refusal> {
    let holder = services
        .store()
        .order_owner(new.project_id, &new.order.order_id)
        .await?;
    let conflict = |whose: String| Refusal::new(ErrorCode::OrderConflict, "order_id").hint(whose);
    let id = match holder {
        None => return Ok(None),
        Some(OrderOwner::Reserve(id)) => id,
        Some(OrderOwner::Payment(receipt)) => {
            let payment = services.store().payment(new.project_id, receipt).await?;
            match payment.ok_or_else(|| destroyed(receipt))?.source {
                // The payment that an earlier reserve became.
                PaymentSource::Reserve(id) => id,
                PaymentSource::Charge | PaymentSource::Publish(_) => {
                    return Err(conflict(format!("receipt_id {receipt}")).receipt(receipt));
                }
            }
        }
    };
    let earlier = lookup(services, new.project_id, id).await?;
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
pub async fn lookup(services: &Services, project: ProjectId, id: ReserveId) -> Result<Reserve, Refusal> {
    let found = services.store().reserve(project, id).await?;
    match found {
        Some(reserve) => Ok(reserve),
        None => {
            let refusal = Refusal::new(ErrorCode::ReserveNotFound, "reserve_id");
            Err(not_found::missing(services, project, id.0, refusal).await)
        }
    }
}

/// Revokes a waiting reserve. Errors: `RESERVE_NOT_WAITING` once its time has come.
pub async fn revoke(services: &Services, project: ProjectId, id: ReserveId) -> Result<(), Refusal> {
    for _attempt in 0..3 {
        let reserve = lookup(services, project, id).await?;
        if reserve.state != ReserveState::Waiting {
            return Err(Refusal::new(ErrorCode::ReserveNotWaiting, "reserve_id").hint(reserve.state.name()));
        }
        let step = reserve.step(ReserveState::Revoked, services.now_of(project), Actor::Api);
        match services
            .ledger
            .commit(project, vec![Change::TransitionReserve(Box::new(step))])
            .await
        {
            Ok(()) => return Ok(()),
            // Begun, revoked by somebody else, or waiting once more: it is looked at again.
            Err(CommitError::Refused(CommitRefused::LostRace)) => {}
            Err(CommitError::InDoubt(_)) => return Err(Refusal::of(ErrorCode::ReserveInDoubt)),
            Err(error) => return Err(Refusal::from(error)),
        }
    }
    Err(Refusal::of(ErrorCode::Overloaded))
}
