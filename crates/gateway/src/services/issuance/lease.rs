//! Who drives an open issuance: the gateway whose lease its row of work has, for as long as it renews it. A gateway that dies, or
//! cannot reach the store, loses what it drives to others; nothing that it writes late is taken, because each step names the one before.

use domain::change::Change;
use domain::due::DueKind;
use domain::issuance::Issuance;
use domain::{EpochMs, ProjectId};
use store::LeaseRequest;

use crate::services::Services;

/// So long a gateway that is gone keeps others from what it drove. Shorter than a call to the PG may take: whoever adopts asks
/// what came of it, and asks for nothing a second time but under the same order id.
pub const LASTS_MS: u64 = 10_000;

/// This process drives the issuance from now on.
pub fn hold(services: &Services, issuance: &Issuance) -> Change {
    Change::Hold {
        kind: DueKind::Consent,
        object: issuance.receipt_id.0,
        until: services.now_of(issuance.project_id).plus_ms(LASTS_MS),
        lease: services.lease,
    }
}

/// What this process asks the store for.
pub fn request(services: &Services, now: EpochMs, limit: u32) -> LeaseRequest {
    LeaseRequest {
        now,
        until: now.plus_ms(LASTS_MS),
        limit,
        lease: services.lease,
    }
}

/// Takes an issuance that nobody drives. `false` where another gateway does, or it cannot be told.
pub async fn take(services: &Services, project: ProjectId, issuance: &Issuance) -> bool {
    let asked = request(services, services.clocks.machine_now(), 1);
    let taken = services.store().take_consent(project, issuance.receipt_id, asked).await;
    taken.unwrap_or(false)
}
