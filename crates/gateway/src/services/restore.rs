//! After a restore: what happened since the backup is not in the database, so nothing moves money until an operator has
//! compared it with the PG.
//!
//! The PG is asked about the payments that the database has. It cannot be asked for those that it lacks: they are found by
//! our order id, and that is what was lost.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use domain::change::Change;

use domain::payment::{Comparison, Payment, PaymentState};
use domain::reserve::{Reserve, ReserveState};
use domain::transition::Actor;
use domain::{EpochMs, ErrorCode, ReceiptId, Refusal, ReserveId, Won};
use futures_util::{StreamExt, stream};

use crate::services::Services;
use crate::services::payment::reconcile;

/// Payments that the PG is asked about; more than that is a matter for its own list.
const PAYMENTS_MAX: u32 = 2_000;
/// Reserves that may be due: more than any installation has, for each of them must be shown.
const DUE_MAX: u32 = 1_000_000;
/// Payments asked for that are older than the backup: what was given back since is mostly of the last days.
const DAYS_BEFORE_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// Questions to the PG at once.
const AT_ONCE: usize = 8;

const HELD: &str = "debits are held: the database was restored from a backup; the operator lets them go on with \
                    `jadong resume --after-restore`";

/// What the operator compares with the PG's list.
pub struct RestoreGap {
    /// When the backup was made; `None` when it does not say.
    pub from: Option<EpochMs>,
    /// When the restored database was first served from.
    pub until: EpochMs,
    /// Reserves that are due now: some of them may have been debited since the backup.
    pub due: Vec<Reserve>,
    /// Payments of which the PG says something else than the database.
    pub differing: Vec<Differing>,
    /// Payments asked for, and those of them that the PG did not answer.
    pub asked: usize,
    pub unanswered: usize,
}

/// A payment whose balance is another at the PG.
pub struct Differing {
    pub receipt_id: ReceiptId,
    pub order_id: String,
    /// What is left of it here, and at the PG; `None` where the PG does not know the payment.
    pub here: Won,
    pub at_pg: Option<Won>,
}

/// Errors: debits are held; nothing was changed, and the same request may come again.
pub fn refuse_while_held(services: &Services) -> Result<(), Refusal> {
    if services.are_debits_held() {
        return Err(Refusal::of(ErrorCode::Overloaded).hint(HELD));
    }
    Ok(())
}

/// What is to be compared; `None` when nothing is held. Asks the PG about the last payments, which may take a while.
pub async fn gap(services: &Arc<Services>) -> Result<Option<RestoreGap>, Refusal> {
    let installation = services.store().installation().await?;
    let Some(held) = installation.held else { return Ok(None) };
    let since = EpochMs(held.gap_from.unwrap_or(held.since).0.saturating_sub(DAYS_BEFORE_MS));
    let payments = services.store().payments_since(since, PAYMENTS_MAX).await;
    let payments = payments?;
    let asked: Vec<Result<Option<Differing>, Unanswered>> = stream::iter(payments.into_iter().filter(has_moved_money))
        .map(|payment| ask(services.clone(), payment))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let unanswered = asked.iter().filter(|said| said.is_err()).count();
    Ok(Some(RestoreGap {
        from: held.gap_from,
        until: held.since,
        due: due(services).await?,
        asked: asked.len(),
        unanswered,
        differing: asked.into_iter().flatten().flatten().collect(),
    }))
}

async fn due(services: &Services) -> Result<Vec<Reserve>, Refusal> {
    let now = services.clocks.machine_now();
    Ok(services.store().due_reserves(now, DUE_MAX).await?)
}

fn has_moved_money(payment: &Payment) -> bool {
    matches!(
        payment.state,
        PaymentState::Paid | PaymentState::PartlyCancelled | PaymentState::Cancelled
    )
}

/// How it differs; `None`: not at all. Errors: the PG did not answer.
async fn ask(services: Arc<Services>, payment: Payment) -> Result<Option<Differing>, Unanswered> {
    let compared = reconcile::compared(&services, payment).await.map_err(|_| Unanswered)?;
    if matches!(compared.found, None | Some(Comparison::NotCompared)) {
        return Err(Unanswered);
    }
    let (here, at_pg) = (compared.payment.balance(), compared.left_at_pg);
    Ok((at_pg != Some(here)).then_some(Differing {
        receipt_id: compared.payment.receipt_id,
        order_id: compared.payment.order.order_id,
        here,
        at_pg,
    }))
}

struct Unanswered;

/// Due reserves whose debit the operator has found at the PG.
pub enum Debited {
    All,
    These(Vec<ReserveId>),
}

/// What became of the reserves that were due.
#[derive(Debug, Default)]
pub struct Resumed {
    pub revoked: usize,
    /// Due, and executed from now on.
    pub running: usize,
}

/// Lets debits go on. The due reserves that were debited are revoked, and the others run now.
///
/// Errors: one of `debited` is not among the reserves that are due. Nothing was changed then.
pub async fn resume(services: &Services, debited: &Debited) -> Result<Resumed, Refusal> {
    if !services.are_debits_held() {
        // Asked for again.
        return Ok(Resumed::default());
    }
    let due = due(services).await?;
    let known: HashSet<ReserveId> = due.iter().map(|reserve| reserve.id).collect();
    let debited: HashSet<ReserveId> = match debited {
        Debited::All => known.clone(),
        Debited::These(ids) => ids.iter().copied().collect(),
    };
    if let Some(other) = debited.difference(&known).next() {
        return Err(Refusal::new(ErrorCode::ReserveNotWaiting, "debited").hint(format!("{other} is not due")));
    }
    for reserve in due.iter().filter(|reserve| debited.contains(&reserve.id)) {
        let step = reserve.step(
            ReserveState::Revoked,
            services.now_of(reserve.project_id),
            Actor::Person,
        );
        let revoked = services
            .ledger
            .commit(reserve.project_id, vec![Change::TransitionReserve(Box::new(step))])
            .await;
        revoked?;
    }
    services.store().release().await?;
    keep_held(services, false);
    tracing::warn!(revoked = debited.len(), "debits go on after a restore");
    services.clocks.wake_workers();
    Ok(Resumed {
        revoked: debited.len(),
        running: due.len() - debited.len(),
    })
}

/// Keeps whether debits are held, as the store says.
pub fn keep_held(services: &Services, is_held: bool) {
    if services.debits_held.swap(is_held, Ordering::AcqRel) != is_held {
        tracing::warn!(is_held, "debits are held, or go on");
    }
    metrics::gauge!("jadong_debits_held").set(if is_held { 1.0 } else { 0.0 });
}
