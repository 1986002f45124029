//! A record given out by a gateway that runs.

use domain::{BillingKeyId, ErrorCode, ProjectId, Refusal};
use tokio::sync::Semaphore;

use super::read::consent_record;
use crate::services::Services;
use crate::services::key::by_key;

static GIVING_OUT: Semaphore = Semaphore::const_new(1);

/// What a record is given out as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordForm {
    Json,
    Pdf,
}

/// The signed record of a key's mandate. Errors: `RC_NOT_FOUND`.
pub async fn signed_record(
    services: &Services,
    project: ProjectId,
    id: BillingKeyId,
    form: RecordForm,
) -> Result<Vec<u8>, Refusal> {
    // One at a time: each reads, and draws, up to ten thousand debits.
    let _turn = GIVING_OUT.acquire().await;
    // With the error of every other look-up.
    by_key(services, project, id).await?;
    let now = services.clocks.machine_now();
    let known = services.ledger.project(project, now).await?;
    let known = known.ok_or_else(|| Refusal::of(ErrorCode::Internal))?;
    let (pepper, now) = (services.pepper.clone(), services.now_of(project));
    let record = consent_record(services.store(), &pepper, &known.project, id, now).await?;
    // Drawing takes long, and the threads that debit are no place for it.
    let writing = tokio::task::spawn_blocking(move || {
        record.and_then(|record| match form {
            RecordForm::Json => record.to_json(&pepper).ok().map(String::into_bytes),
            RecordForm::Pdf => record.to_pdf(&pepper).ok(),
        })
    });
    let written = writing.await.ok().flatten();
    written.ok_or_else(|| Refusal::of(ErrorCode::Internal))
}
