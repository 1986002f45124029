//! Lists of a project's own: what its merchant has lost, or wants to go over.

use domain::issuance::Issuance;
use domain::key::BillingKey;
use domain::payment::Payment;
use domain::reserve::Reserve;
use domain::{ProjectId, Refusal};
use store::{Page, PageRequest, PaymentFilter, ReserveFilter};

use super::Services;

/// Payments, newest first.
pub async fn payments(
    services: &Services,
    wanted: PageRequest,
    filter: PaymentFilter,
) -> Result<Page<Payment>, Refusal> {
    Ok(services.store().recent_payments(wanted, filter).await?)
}

/// Reserves, newest first.
pub async fn reserves(
    services: &Services,
    wanted: PageRequest,
    filter: ReserveFilter,
) -> Result<Page<Reserve>, Refusal> {
    Ok(services.store().recent_reserves(wanted, filter).await?)
}

/// Requests for a key with this subscription id, newest first, each with the key that came of it.
pub async fn issuances_of(
    services: &Services,
    wanted: PageRequest,
    subscription: String,
) -> Result<Page<(Issuance, Option<BillingKey>)>, Refusal> {
    let PageRequest { project, before, limit } = wanted;
    let one_more = limit.saturating_add(1);
    let found = services
        .store()
        .issuances_by_subscription(project, subscription, before, one_more);
    let mut found = found.await?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_cut = found.len() > most;
    found.truncate(most);
    let next = found.last().filter(|_| is_cut).map(|last| last.receipt_id.to_string());
    let mut rows = Vec::with_capacity(found.len());
    for issuance in found {
        let key = key_of(services, project, &issuance).await?;
        rows.push((issuance, key));
    }
    Ok(Page { rows, next })
}

async fn key_of(services: &Services, project: ProjectId, issuance: &Issuance) -> Result<Option<BillingKey>, Refusal> {
    match issuance.issued {
        Some(issued) => Ok(services.store().billing_key(project, issued.billing_key).await?),
        None => Ok(None),
    }
}
