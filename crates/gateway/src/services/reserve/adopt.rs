//! A reserve that has waited at the PG that the merchant comes from: made here as a request for one makes it, and once in all.

use domain::change::Change;
use domain::payment::Order;
use domain::reserve::{self, Reserve, WAITING_MAX};
use domain::{ErrorCode, ProjectId, ReceiptId, Refusal, ReserveId, text};
use store::{CommitError, CommitRefused, OrderOwner};

use super::request::{Decided, ReserveRequest, decide, lookup};
use crate::services::Services;
use crate::services::key;
use crate::services::payment::check_terms;

/// What became of a reserve that is to be taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Became {
    Adopted,
    /// Of a dry run.
    WouldBeAdopted,
    /// It was taken over before, whatever has become of it, or asked for here.
    AlreadyHere,
}

/// Whether anything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adopting {
    Dry,
    Real,
}

/// A reserve that was taken over, or could be.
pub struct AdoptedReserve {
    pub reserve: Reserve,
    pub became: Became,
    /// How many of its key waited here before it.
    pub waiting: usize,
}

/// Takes over a reserve of a key that is here.
///
/// Errors: those of a request for one; a list that was taken over before has another request for the same order id.
pub async fn adopt(services: &Services, asked: &ReserveRequest, adopting: Adopting) -> Result<AdoptedReserve, Refusal> {
    let order = asked.fields.order()?;
    check_terms(services, asked.project, &order)?;
    let store = services.store();
    for _attempt in 0..3 {
        let waiting = store.waiting_reserves_of(asked.project, asked.billing_key).await?.len();
        let told = |reserve, became| AdoptedReserve {
            reserve,
            became,
            waiting,
        };
        if let Some(earlier) = adopted_before(services, asked, &order).await? {
            return Ok(told(earlier, Became::AlreadyHere));
        }
        if adopting == Adopting::Real {
            mark_one_that_is_here(services, asked.project, &order).await?;
        }
        let key = key::by_key(services, asked.project, asked.billing_key).await?;
        let (reserve, mut changes) = match decide(services, asked, &order, &key).await? {
            Decided::Earlier(earlier) => return Ok(told(earlier, Became::AlreadyHere)),
            Decided::New { reserve, opening } => (reserve, opening),
        };
        if waiting >= WAITING_MAX as usize {
            return Err(Refusal::new(ErrorCode::ReserveLimit, "billing_key"));
        }
        if adopting == Adopting::Dry {
            return Ok(told(reserve, Became::WouldBeAdopted));
        }
        changes.push(marked(&reserve));
        match services.ledger.commit(asked.project, changes).await {
            Ok(()) => return Ok(told(reserve, Became::Adopted)),
            // Somebody was faster with the order id, or has just destroyed the key: the next round finds out.
            Err(CommitError::Refused(CommitRefused::TooManyReserves)) => {
                return Err(Refusal::new(ErrorCode::ReserveLimit, "billing_key"));
            }
            Err(CommitError::Refused(_)) => {}
            Err(CommitError::InDoubt(_)) => return Err(Refusal::of(ErrorCode::ReserveInDoubt)),
            Err(error) => return Err(Refusal::from(error)),
        }
    }
    Err(Refusal::of(ErrorCode::Overloaded))
}

/// What says that an order was taken over: it outlives the order's claim, which a reserve that was revoked or has failed gives up. No
/// header can hold the sign in it.
fn mark(order: &Order) -> String {
    format!("reserve adopted\u{1}{}", text::nfc(&order.order_id))
}

fn marked(reserve: &Reserve) -> Change {
    Change::RememberIdempotency {
        project_id: reserve.project_id,
        key: mark(&reserve.order),
        fingerprint: reserve.fingerprint,
        receipt_id: ReceiptId(reserve.id.0),
    }
}

/// The order has a reserve here that no list has made. It is marked as well: revoked, it would come back with the same list's next run.
async fn mark_one_that_is_here(services: &Services, project: ProjectId, order: &Order) -> Result<(), Refusal> {
    let store = services.store();
    let Some(OrderOwner::Reserve(id)) = store.order_owner(project, &order.order_id).await? else {
        return Ok(());
    };
    let here = lookup(services, project, id).await?;
    match services.ledger.commit(project, vec![marked(&here)]).await {
        // Somebody else was faster with the mark.
        Ok(()) | Err(CommitError::Refused(_)) => Ok(()),
        Err(CommitError::InDoubt(_)) => Err(Refusal::of(ErrorCode::ReserveInDoubt)),
        Err(error) => Err(Refusal::from(error)),
    }
}

/// The reserve that an earlier list has made of this order, or found here. Errors: of another key, price or time.
async fn adopted_before(
    services: &Services,
    asked: &ReserveRequest,
    order: &Order,
) -> Result<Option<Reserve>, Refusal> {
    let Some((print, id)) = services.store().idempotency(asked.project, &mark(order)).await? else {
        return Ok(None);
    };
    let id = ReserveId(id.0);
    let key = key::by_key(services, asked.project, asked.billing_key).await?;
    let (now, at) = (services.now_of(asked.project), asked.execute_at.as_deref());
    let same = reserve::asked(order.clone(), &key, at, (asked.project, id), &services.pepper, now)?;
    if same.fingerprint != print {
        return Err(Refusal::new(ErrorCode::OrderConflict, "order_id").hint(format!("reserve_id {id}")));
    }
    lookup(services, asked.project, id).await.map(Some)
}
