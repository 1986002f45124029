//! Destroying a key. It is dead here before the PG is told; the worker tells the PG until it knows.

use std::sync::Arc;
use std::time::Duration;

use domain::change::Change;
use domain::due::DueKind;
use domain::key::{self, BillingKey};
use domain::mandate::KeyEnd;
use domain::{BillingKeyId, ErrorCode, ProjectId, Refusal};
use pg::{ExpireKeyRequest, Outcome};
use store::{CommitError, CommitRefused};

use super::by_key;
use crate::services::Services;
use crate::support::failpoints::crash_point;

/// How long an answer waits for the PG to be told.
const PG_PATIENCE: Duration = Duration::from_secs(3);

/// When a worker tells the PG for the first time.
const TOLD_BY_WORKER_AFTER_MS: u64 = 10_000;

/// What becomes of a destroyed key's waiting reserves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reserves {
    /// They fail when their time comes, as documented.
    Left,
    Revoked,
}

/// Destroys a key of `project`, as `end` says, and revokes its reserves in the same commit where that is asked for.
///
/// Errors: `RC_NOT_FOUND`; `SUBSCRIBE_BK_EXPIRED` when it is destroyed already.
pub async fn destroy(
    services: &Arc<Services>,
    project: ProjectId,
    id: BillingKeyId,
    reserves: Reserves,
    end: KeyEnd,
) -> Result<(), Refusal> {
    let key = services
        .run_to_end(perform(services.clone(), project, id, (reserves, end)))
        .await?;
    let telling = services.clone();
    let told = services.tasks.spawn(async move { expire_at_pg(&telling, &key).await });
    // The key is dead whatever the PG says; a PG that hangs does not hold up the answer.
    let _ = tokio::time::timeout(PG_PATIENCE, told).await;
    Ok(())
}

async fn perform(
    services: Arc<Services>,
    project: ProjectId,
    id: BillingKeyId,
    (reserves, end): (Reserves, KeyEnd),
) -> Result<BillingKey, Refusal> {
    let key = by_key(&services, project, id).await?;
    let now = services.now_of(project);
    let mut changes = vec![
        key::destroy(&key, end, now)?.into(),
        // This request tells the PG itself; the worker tells it what that leaves open.
        Change::schedule(DueKind::KeyExpiry, key.id.0, now.plus_ms(TOLD_BY_WORKER_AFTER_MS)),
    ];
    if reserves == Reserves::Revoked {
        changes.push(Change::RevokeReserves {
            billing_key: key.id,
            at: now,
        });
    }
    let committed = services.ledger.commit(project, changes).await;
    committed.map_err(|error| match error {
        CommitError::Refused(CommitRefused::LostRace) => Refusal::of(ErrorCode::KeyExpired),
        other => Refusal::from(other),
    })?;
    crash_point!("destroy_after_commit");
    Ok(key)
}

/// Tells the PG that a destroyed key is dead. What fails is tried again by the worker.
pub async fn expire_at_pg(services: &Services, key: &BillingKey) {
    let order_id = services
        .ids
        .receipt(key.project_id, services.now_of(key.project_id))
        .to_string();
    let order = ExpireKeyRequest {
        order_id,
        bid: key.bid.clone(),
    };
    let outcome = services
        .pg
        .connector
        .expire_key(
            order,
            services.clocks.call_time(key.project_id).at_bank(&key.shown.bank_code),
        )
        .await;
    crash_point!("destroy_after_pg");
    match outcome {
        Outcome::Done(()) => {
            let told = Change::KeyExpiredAtPg {
                billing_key: key.id,
                at: services.now_of(key.project_id),
            };
            if let Err(error) = services.ledger.commit(key.project_id, vec![told]).await {
                tracing::warn!(%error, billing_key = %key.id, "the PG will be told of a destroyed key again");
            }
        }
        Outcome::Refused { pg, .. } => {
            tracing::error!(billing_key = %key.id, pg_code = pg.code, "the PG refuses to expire a destroyed key");
        }
        Outcome::NotSent(_) | Outcome::Unknown(_) => {}
    }
}
