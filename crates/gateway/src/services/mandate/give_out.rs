//! A record given out by a gateway that runs.

use domain::{BillingKeyId, ErrorCode, ProjectId, Refusal};

use super::record::consent_record;
use crate::services::Services;
use crate::services::key::by_key;

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
    // With the error of every other look-up.
    by_key(services, project, id).await?;
    let now = services.clocks.machine_now();
    let known = services.ledger.project(project, now).await?;
    let known = known.ok_or_else(|| Refusal::of(ErrorCode::Internal))?;
    let record = consent_record(services.store(), &known.project, id, services.now_of(project)).await?;
    let written = record.and_then(|record| match form {
        RecordForm::Json => record.to_json(&services.pepper).ok().map(String::into_bytes),
        RecordForm::Pdf => record.to_pdf(&services.pepper).ok(),
    });
    written.ok_or_else(|| Refusal::of(ErrorCode::Internal))
}
