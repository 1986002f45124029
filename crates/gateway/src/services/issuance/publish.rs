//! Step 5: the merchant confirms, the PG registers the key, the key comes back.

use std::sync::Arc;

use domain::change::Decision;

use domain::error::PgMessage;
use domain::issuance::{self, Issuance, IssuanceState, PublishStep, Registration};
use domain::payment::Payment;
use domain::transition::Actor;
use domain::{ErrorCode, ProjectId, ReceiptId, Refusal, Won};
use pg::{ConsentSeen, Outcome, RegisterKeyRequest, RegisterRefusal, SendBy};
use store::{CommitError, CommitRefused};

use super::registration::{self, RecordedRegistration, RegistrationEnd};
use super::request::Replayed;
use super::{first_payment, lease, probe, recover_publish};
use crate::services::Services;
use crate::services::kept_outcomes::PgOutcome;
use crate::services::not_found;
use crate::services::restore;
use crate::services::watching::{Watched, watch};
use crate::support::InFlightGuard;
use crate::support::failpoints::crash_point;

/// The answer of publish.
#[derive(Debug)]
pub struct Published {
    pub issuance: Arc<Issuance>,
    pub replayed: Replayed,
    /// The debit that was taken with it, where one was asked for.
    pub first_payment: Option<Payment>,
}

/// Publishes a consented issuance; an earlier publish that is still under way is waited for, never repeated.
///
/// Errors: those of `domain::issuance::publish`; `RC_NOT_FOUND`; `SUBSCRIBE_PUBLISH_FAILED` when the PG refuses;
/// `SUBSCRIBE_PUBLISH_IN_DOUBT` (503) when its answer stays unknown.
pub async fn publish(services: &Arc<Services>, project: ProjectId, receipt: ReceiptId) -> Result<Published, Refusal> {
    let mut published = services.run_to_end(perform(services.clone(), project, receipt)).await?;
    published.first_payment = first_payment::of(services, &published.issuance).await?;
    Ok(published)
}

async fn perform(services: Arc<Services>, project: ProjectId, receipt: ReceiptId) -> Result<Published, Refusal> {
    for _attempt in 0..3 {
        let mut issuance = read(&services, project, receipt).await?;
        if issuance.state == IssuanceState::Consenting
            && services.capabilities(project).consent_seen == ConsentSeen::ByRegistering
        {
            issuance = probe::decided_by_now(&services, issuance).await?;
        }
        // From after the PG was asked whether the customer has agreed, which may take as long as a call may be late.
        let send_by = services.send_by();
        match issuance::publish(&issuance, services.now_of(issuance.project_id))? {
            PublishStep::Replay => {
                return Ok(Published {
                    issuance,
                    replayed: Replayed::Yes,
                    first_payment: None,
                });
            }
            PublishStep::Wait => {
                return wait(&services, issuance).await;
            }
            PublishStep::Ask(step) => {
                // Its first payment would be a debit.
                if issuance.terms.price > Won::ZERO {
                    restore::refuse_while_held(&services)?;
                }
                let Decision { next, mut changes } = Decision::of(&issuance, *step);
                changes.push(lease::hold(&services, &next));
                let asking = Arc::new(next);
                // Registered before it is on disk: whoever reads there that it is being published can follow it.
                let Some(guard) = services.in_flight.issuances.register(asking.receipt_id, &asking) else {
                    return wait(&services, issuance).await;
                };
                match services.ledger.commit(project, changes).await {
                    Ok(()) => {
                        guard.set_leased();
                        crash_point!("publish_after_commit");
                        return ask(&services, guard, asking, send_by).await;
                    }
                    // Somebody else publishes, or it expired: look again.
                    Err(CommitError::Refused(CommitRefused::LostRace)) => {}
                    Err(CommitError::InDoubt(_)) => {
                        let now = services.store().issuance(project, receipt).await.ok().flatten();
                        let is_made = now.is_some_and(|now| (now.seq, now.state) == (asking.seq, asking.state));
                        if !is_made {
                            return Err(Refusal::of(ErrorCode::PublishInDoubt));
                        }
                        guard.set_leased();
                        return ask(&services, guard, asking, send_by).await;
                    }
                    Err(error) => return Err(Refusal::from(error)),
                }
            }
        }
    }
    Err(Refusal::of(ErrorCode::Overloaded))
}

async fn read(services: &Services, project: ProjectId, receipt: ReceiptId) -> Result<Arc<Issuance>, Refusal> {
    let found = services.store().issuance(project, receipt).await?;
    match found {
        Some(issuance) => Ok(Arc::new(issuance)),
        None => Err(not_found::not_found(services, project, receipt.0, "receipt_id").await),
    }
}

/// Asks the PG for the key and records what it says.
async fn ask(
    services: &Arc<Services>,
    guard: InFlightGuard<Issuance>,
    issuance: Arc<Issuance>,
    send_by: SendBy,
) -> Result<Published, Refusal> {
    let outcome = register(services, &issuance, send_by).await;
    crash_point!("publish_after_pg");
    let Some(mut end) = RegistrationEnd::new(services, issuance.clone(), outcome, Actor::Api) else {
        // The PG's word came to nothing: it is asked again.
        recover_publish::spawn(services, guard, issuance, None);
        return Err(Refusal::of(ErrorCode::PublishInDoubt));
    };
    let (moved, intent) = match end.record(services).await {
        Ok(RecordedRegistration::Ours(moved, intent)) => (moved, intent),
        Ok(RecordedRegistration::OutOfOurHands) => {
            drop(guard);
            return verdict(
                read(services, issuance.project_id, issuance.receipt_id).await?,
                Replayed::Yes,
            );
        }
        Err(error) => {
            tracing::error!(%error, receipt_id = %issuance.receipt_id, "a verdict could not be recorded: it is kept");
            recover_publish::spawn(services, guard, issuance.clone(), Some(end));
            return wait(services, issuance).await;
        }
    };
    crash_point!("publish_after_outcome_commit");
    if moved.state == IssuanceState::InDoubt {
        guard.update(moved.clone());
        recover_publish::spawn(services, guard, moved.clone(), None);
        return wait(services, moved).await;
    }
    registration::finish(services, guard, moved.clone(), intent).await;
    verdict(moved, Replayed::No)
}

/// One registration, as the domain wants to hear of it.
pub async fn register(services: &Services, issuance: &Issuance, send_by: SendBy) -> Registration {
    let Some(tid) = issuance.pg_tid.clone() else {
        return Registration::Unknown;
    };
    let order = RegisterKeyRequest {
        order_id: issuance.pg_order_id(),
        tid,
    };
    let at = services
        .clocks
        .call_time(issuance.project_id)
        .at_bank(&issuance.terms.shown.bank_code)
        .sent_by(send_by);
    match services.pg.connector.register_key(order, at).await {
        Outcome::Done(bid) => Registration::Registered { bid },
        Outcome::Refused {
            reason: RegisterRefusal::Final,
            pg,
        } => Registration::Refused { pg },
        // Nothing was made, and it may be asked for again.
        Outcome::Refused {
            reason: RegisterRefusal::NotAgreed,
            ..
        }
        | Outcome::NotSent(_) => Registration::NotSent,
        Outcome::Unknown(_) => Registration::Unknown,
    }
}

/// Waits for the outcome of a publish that is under way, here or in another gateway, as long as `publish_wait` allows.
async fn wait(services: &Arc<Services>, issuance: Arc<Issuance>) -> Result<Published, Refusal> {
    let (project, id) = (issuance.project_id, issuance.receipt_id);
    let wait_ms = u64::try_from(services.settings.timing.publish_wait.as_millis()).unwrap_or(u64::MAX);
    let until = services.now_of(project).plus_ms(wait_ms);
    let is_over = |issuance: &Issuance| !matches!(issuance.state, IssuanceState::Publishing | IssuanceState::InDoubt);
    if let Some(mut seen) = services.in_flight.issuances.subscribe(id) {
        tokio::select! {
            decided = seen.wait_for(|issuance| is_over(issuance)) => {
                if let Ok(decided) = decided {
                    return verdict(decided.clone(), Replayed::Yes);
                }
            }
            () = services.clocks.sleep_until(project, until) => {}
            () = services.stopping.cancelled() => {}
        }
    }
    // Nobody moves it here, any more: what is on disk is the outcome.
    let now = read(services, project, id).await?;
    if is_over(&now) {
        return verdict(now, Replayed::Yes);
    }
    let watched = Watched {
        among: &services.watching.issuances,
        project,
        id,
        until,
    };
    let seen = watch(services, watched, || services.store().issuance(project, id), is_over).await;
    verdict(seen.map_or(now, Arc::new), Replayed::Yes)
}

fn verdict(issuance: Arc<Issuance>, replayed: Replayed) -> Result<Published, Refusal> {
    match issuance.state {
        IssuanceState::Issued => Ok(Published {
            issuance,
            replayed,
            first_payment: None,
        }),
        IssuanceState::Publishing | IssuanceState::InDoubt => Err(Refusal::of(ErrorCode::PublishInDoubt)),
        // Whoever follows the consent has not shown its end yet.
        IssuanceState::Requested | IssuanceState::Consenting => Err(Refusal::of(ErrorCode::ConsentPending)),
        // The PG was not reached: the consent stands, and publish may be called again.
        IssuanceState::Consented => Err(Refusal::of(ErrorCode::PgUnavailable)),
        _ => {
            let failure = issuance.failure.clone();
            let pg: Option<PgMessage> = failure.as_ref().and_then(|failure| failure.pg.clone());
            Err(Refusal::of(failure.map_or(ErrorCode::PublishRefused, |failure| failure.code)).pg(pg))
        }
    }
}
