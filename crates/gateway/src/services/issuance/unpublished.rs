//! What is left of a consent that nobody has published. At a PG where an agreement makes the key there may be one: it is ended once
//! the consent has expired here and can become none any more, so that a publish cannot come in between.

use std::sync::Arc;
use std::time::Duration;

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
    let can = services.capabilities(issuance.project_id);
    let is_over = match issuance.state {
        IssuanceState::Expired => true,
        // A link can be opened once more, whatever its customer has said before.
        IssuanceState::Refused => can.consent_seen == ConsentSeen::ByAsking,
        _ => false,
    };
    is_over && issuance.pg_tid.is_some() && can.leaves_key.is_some()
}

/// What is committed with the end of such a consent, so that somebody sees to its key.
pub fn see_to_its_key(services: &Services, ended: &Issuance) -> Option<Change> {
    // Past the longest call that may still be on its way for it, and past the time in which its customer may still agree.
    let timing = services.settings.timing;
    let ms = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let leaves_key = services.capabilities(ended.project_id).leaves_key.unwrap_or_default();
    let at = services
        .now_of(ended.project_id)
        .plus_ms(ms(timing.start_grace + timing.verdict_quiet))
        .max(ended.requested_at.plus_ms(ms(leaves_key)));
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
