//! An id that is not what it was sent as: the refusal says what it is.

use domain::ids::ObjectId;
use domain::{BillingKeyId, ErrorCode, ProjectId, ReceiptId, Refusal, ReserveId};

use crate::services::Services;

/// `RC_NOT_FOUND` for `id`, sent as `field`. When it is something else of this project, `hint` says what, and how that is
/// looked up. Only asked for what was not found; a store that cannot be read costs the hint and nothing else.
pub async fn not_found(services: &Services, project: ProjectId, id: ObjectId, field: &'static str) -> Refusal {
    missing(services, project, id, Refusal::new(ErrorCode::ReceiptNotFound, field)).await
}

/// The same for a refusal of another code.
pub async fn missing(services: &Services, project: ProjectId, id: ObjectId, refusal: Refusal) -> Refusal {
    match what_it_is(services, project, id).await {
        Some(hint) => refusal.hint(hint),
        None => refusal,
    }
}

async fn what_it_is(services: &Services, project: ProjectId, id: ObjectId) -> Option<&'static str> {
    let store = services.store();
    if store.billing_key(project, BillingKeyId(id)).await.ok()?.is_some() {
        return Some("billing_key: GET /v2/billing_key/{billing_key}");
    }
    if store.issuance(project, ReceiptId(id)).await.ok()?.is_some() {
        return Some("receipt_id (빌링키 요청, of a request for a key): GET /v2/subscribe/billing_key/{receipt_id}");
    }
    if store.payment(project, ReceiptId(id)).await.ok()?.is_some() {
        return Some("receipt_id (결제, of a payment): GET /v2/receipt/{receipt_id}");
    }
    if store.reserve(project, ReserveId(id)).await.ok()?.is_some() {
        return Some("reserve_id: GET /v2/subscribe/payment/reserve/{reserve_id}");
    }
    let on_record = store.destructions(project).await.ok()?;
    let made_at = id.made_at();
    if on_record.iter().any(|row| row.covers(row.kind, made_at)) {
        return Some(
            "그때의 기록은 보존 기한이 지나 파기되었습니다 (records of that time were destroyed after their retention)",
        );
    }
    None
}
