//! After a start: every issuance that was under way is taken up again from what is on disk.

use std::sync::Arc;

use domain::issuance::{Issuance, IssuanceState};
use domain::transition::Actor;
use store::{OpenCursor, ReadError};

use crate::app::App;
use crate::services::issuance::consent;
use crate::services::issuance::recover_publish;

const PAGE: u32 = 500;

/// Puts every open issuance back on its way. The customer is not called again: only questions are asked.
pub async fn recover(app: &Arc<App>) -> Result<usize, ReadError> {
    let mut cursor = None;
    let mut recovered = 0;
    loop {
        let page = app.services.store().open_issuances(cursor.take(), PAGE).await?;
        let Some(last) = page.last() else { return Ok(recovered) };
        cursor = Some(OpenCursor {
            project_id: last.project_id,
            subscription_id: last.terms.subscription_id.clone(),
        });
        for issuance in page {
            recovered += usize::from(adopt(app, Arc::new(issuance)));
        }
    }
}

fn adopt(app: &Arc<App>, issuance: Arc<Issuance>) -> bool {
    match issuance.state {
        IssuanceState::Requested | IssuanceState::Consenting => {
            let Some(guard) = app
                .services
                .in_flight
                .issuances
                .register(issuance.receipt_id, &issuance)
            else {
                return false;
            };
            let guard = guard.with_slot(
                app.services
                    .in_flight
                    .issuances
                    .reserve_slot_over_limit(app.services.ledger.share_of(issuance.project_id)),
            );
            let driven = app.clone();
            app.services
                .tasks
                .spawn(async move { consent::follow(&driven.services, guard, issuance, Actor::Worker).await });
        }
        IssuanceState::Publishing | IssuanceState::InDoubt => recover_publish::spawn_unguarded(&app.services, issuance),
        // It waits for the merchant, and the expiry worker for its end.
        IssuanceState::Consented
        | IssuanceState::Issued
        | IssuanceState::Refused
        | IssuanceState::Expired
        | IssuanceState::Failed => return false,
    }
    true
}
