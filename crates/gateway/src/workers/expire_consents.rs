//! Consents that nobody published in time. Publish refuses them on its own; this records it, and frees the subscription.

use std::sync::Arc;

use domain::issuance;
use store::{CommitError, CommitRefused, OpenCursor, ReadError};

use super::Turns;
use crate::app::App;

const PAGE: u32 = 500;
const EVERY_MS: u64 = 5_000;

/// Runs until the gateway stops.
pub async fn expire_consents(app: Arc<App>) {
    let mut turns = Turns::of(&app, "expired consents", EVERY_MS);
    while turns.next().await {
        let swept = sweep(&app, &mut turns).await;
        turns.given(swept);
    }
}

async fn sweep(app: &App, turns: &mut Turns) -> Result<(), ReadError> {
    let mut cursor = None;
    loop {
        let page = app.services.store().open_issuances(cursor.take(), PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        cursor = Some(OpenCursor {
            project_id: last.project_id,
            subscription_id: last.terms.subscription_id.clone(),
        });
        for issuance in page.iter().filter(|issuance| {
            app.services
                .in_flight
                .issuances
                .subscribe(issuance.receipt_id)
                .is_none()
        }) {
            let Some(step) = issuance::expire(issuance, app.services.now_of(issuance.project_id)) else {
                continue;
            };
            match app.services.ledger.commit(issuance.project_id, vec![step.into()]).await {
                Ok(()) => {
                    metrics::counter!("jadong_consents_total", "state" => "expired").increment(1);
                }
                // The merchant has just published it.
                Err(CommitError::Refused(CommitRefused::LostRace)) => {}
                Err(error) => turns.backoff.note(&error),
            }
        }
    }
}
