//! An answer of the PG that comes after its payment was moved by somebody else.

use domain::change::Change;
use domain::due::DueKind;
use domain::payment::{DebitOutcome, Payment, ResolutionAction, ResolutionStep, StepOutcome};

use crate::services::Services;

/// What the PG said of a debit whose payment was moved by somebody else meanwhile is a step of its resolution, which goes on from it
/// at once: a debit that was given up is given back.
pub async fn record_late_answer(services: &Services, intent: &Payment, seen: DebitOutcome) {
    let outcome = match seen {
        DebitOutcome::Paid(debit) => StepOutcome::Paid(debit),
        DebitOutcome::Declined(decline) => StepOutcome::Failed(decline),
        DebitOutcome::NotSent | DebitOutcome::Unknown => return,
    };
    let receipt_id = intent.receipt_id;
    tracing::warn!(%receipt_id, outcome = outcome.name(), "an answer of the PG came after its payment was moved");
    for _try in 0..3 {
        let payment = services.store().payment(intent.project_id, receipt_id).await;
        let (Ok(Some(payment)), Ok(steps)) = (
            payment,
            services.store().resolution_steps(intent.project_id, receipt_id).await,
        ) else {
            continue;
        };
        let at = services.now_of(payment.project_id);
        let number = u32::try_from(steps.len()).unwrap_or(u32::MAX) + 1;
        let (act, outcome) = (ResolutionAction::Find, outcome.clone());
        let told = ResolutionStep {
            receipt_id,
            number,
            action: act,
            at,
            outcome,
        };
        let changes = vec![
            payment.unmoved().into(),
            Change::AddResolutionStep(Box::new(told)),
            Change::schedule(DueKind::Resolution, receipt_id.0, at),
        ];
        match services.ledger.commit(payment.project_id, changes).await {
            Ok(()) => return,
            Err(error) => tracing::warn!(%error, %receipt_id, "a late answer of the PG could not be recorded"),
        }
    }
    tracing::error!(%receipt_id, "a late answer of the PG is lost; the resolution asks for it");
}
