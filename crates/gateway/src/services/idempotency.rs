//! `Idempotency-Key` beside the identity that a request has anyway: one key stands for one request of one operation.

use std::future::Future;

use domain::change::Change;
use domain::fingerprint::Fingerprint;
use domain::{ErrorCode, ProjectId, ReceiptId, Refusal};
use store::{CommitError, CommitRefused};

use crate::services::Services;

/// What a key is to guard.
pub struct IdempotencyClaim {
    pub project: ProjectId,
    /// Keys of different operations never meet; a charge keeps its own, without a name.
    pub operation: &'static str,
    pub key: Option<String>,
    /// Stands for the request.
    pub print: Fingerprint,
}

/// Does `work` under its key. The key is on disk first; that nothing happens twice is the work's own to see to, by its id.
///
/// Errors: `IDEMPOTENCY_KEY_CONFLICT` when the key stood for another request; those of the work, after which a key that
/// led to nothing may be used again.
pub async fn once<T>(
    services: &Services,
    guard: IdempotencyClaim,
    work: impl Future<Output = Result<T, Refusal>>,
) -> Result<T, Refusal> {
    let Some(key) = guard.key else { return work.await };
    // No header can hold the sign between.
    let key = format!("{}\u{1}{key}", guard.operation);
    // Whose it is, so that only who wrote it forgets it.
    let mark = services.ids.receipt(guard.project, services.now_of(guard.project));
    let remember = Change::RememberIdempotency {
        project_id: guard.project,
        key: key.clone(),
        fingerprint: guard.print,
        receipt_id: mark,
    };
    let is_first = match services.ledger.commit(guard.project, vec![remember]).await {
        Ok(()) => true,
        Err(CommitError::Refused(CommitRefused::IdempotencyTaken)) => {
            let earlier = services.store().idempotency(guard.project, &key).await;
            match earlier? {
                Some((print, _)) if print != guard.print => return Err(Refusal::of(ErrorCode::IdempotencyConflict)),
                _ => false,
            }
        }
        Err(error) => return Err(Refusal::from(error)),
    };
    let done = work.await;
    if let (true, Err(refusal)) = (is_first, &done)
        && led_to_nothing(refusal)
    {
        forget(services, guard.project, key, mark).await;
    }
    done
}

/// A refusal of the request itself, or of a PG that was never reached.
fn led_to_nothing(refusal: &Refusal) -> bool {
    let is_open = matches!(
        refusal.code,
        ErrorCode::CancelCritical
            | ErrorCode::CancelUnderWay
            | ErrorCode::CancelServerError
            | ErrorCode::ConfirmCritical
    );
    !is_open && (refusal.code.http_status() < 500 || refusal.code == ErrorCode::PgUnavailable)
}

async fn forget(services: &Services, project_id: ProjectId, key: String, receipt_id: ReceiptId) {
    let forget = Change::ForgetIdempotency {
        project_id,
        key,
        receipt_id,
    };
    if let Err(error) = services.ledger.commit(project_id, vec![forget]).await {
        tracing::warn!(%error, "a request that led to nothing keeps its idempotency key");
    }
}
