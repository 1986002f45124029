//! What is left of a consent that nobody has published. A PG that shows consent only by making the key may have one: it is ended once
//! the consent has expired here, so that a publish cannot come in between.

use std::sync::Arc;

use domain::change::Change;
use domain::due::DueKind;
use domain::issuance::{Issuance, IssuanceState};
use pg::{ConsentLookup, ConsentSeen, ExpireKeyRequest, Outcome};

use super::consent;
use crate::services::Services;

/// So often it is tried.
const EVERY_MS: u64 = 60_000;

/// Whether the PG may have a key of it that nobody has.
pub fn may_have_left_a_key(services: &Services, issuance: &Issuance) -> bool {
    issuance.state == IssuanceState::Expired
        && issuance.pg_tid.is_some()
        && services.capabilities(issuance.project_id).consent_seen == ConsentSeen::ByRegistering
}

/// What is committed with the end of such a consent, so that somebody sees to its key.
pub fn see_to_its_key(services: &Services, ended: &Issuance) -> Option<Change> {
    // Past the longest call that may still be on its way for it.
    let timing = services.settings.timing;
    let wait = timing.start_grace + timing.verdict_quiet;
    let at = services
        .now_of(ended.project_id)
        .plus_ms(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
    may_have_left_a_key(services, ended).then(|| Change::schedule(DueKind::Consent, ended.receipt_id.0, at))
}

/// Ends the key, where there is one. Begins with a commit that has it tried again, should this process not come to the end of it.
pub async fn end_key(services: Arc<Services>, issuance: Issuance) {
    let (kind, object, held) = (DueKind::Consent, issuance.receipt_id.0, None);
    let again = services.now_of(issuance.project_id).plus_ms(EVERY_MS);
    let later = Change::schedule(kind, object, again);
    if let Err(error) = services.ledger.commit(issuance.project_id, vec![later]).await {
        return tracing::warn!(%error, receipt_id = %issuance.receipt_id, "a key that nobody has published is ended later");
    }
    // A database that was put back may have forgotten that it was published.
    if !services.are_debits_held() && is_without_key(&services, &issuance).await {
        let at = None;
        let done = Change::Schedule { kind, object, at, held };
        if let Err(error) = services.ledger.commit(issuance.project_id, vec![done]).await {
            tracing::warn!(%error, receipt_id = %issuance.receipt_id, "a key that was ended is looked for once more");
        }
    }
}

async fn is_without_key(services: &Services, issuance: &Issuance) -> bool {
    let at = services.clocks.call_time(issuance.project_id);
    let bid = match services.pg.connector.find_consent(consent::order(issuance), at).await {
        Outcome::Done(ConsentLookup::Consent { bid: Some(bid), .. }) => bid,
        Outcome::Done(_) => return true,
        Outcome::Refused { .. } | Outcome::NotSent(_) | Outcome::Unknown(_) => return false,
    };
    // It was taken over meanwhile.
    let own = bid.parse().ok();
    let known = match own {
        Some(key) => services.store().billing_key(issuance.project_id, key).await,
        None => Ok(None),
    };
    match known {
        Ok(None) => {}
        Ok(Some(_)) => return true,
        Err(_) => return false,
    }
    let order = ExpireKeyRequest {
        order_id: format!("{}-end", issuance.receipt_id),
        bid,
    };
    match services.pg.connector.expire_key(order, at).await {
        Outcome::Done(()) => {
            tracing::info!(receipt_id = %issuance.receipt_id, "a key that nobody has published was ended at the PG");
            true
        }
        Outcome::Refused { pg, .. } => {
            tracing::error!(receipt_id = %issuance.receipt_id, pg_code = pg.code, "the PG refuses to end a key that nobody has published");
            false
        }
        Outcome::NotSent(_) | Outcome::Unknown(_) => false,
    }
}
