//! Step 5: the merchant confirms, the PG registers the key, the key comes back.

use std::sync::Arc;

use domain::change::{Actor, Change};
use domain::error::PgWords;
use domain::issuance::{self, Issuance, PublishStep, Registration, State};
use domain::payment::Payment;
use domain::{ErrorCode, ProjectId, ReceiptId, Refusal, Won};
use pg::{Outcome, RegisterOrder};
use store::{CommitError, Refused};

use super::request::Replayed;
use super::{commit_refusal, first_payment, read_refusal, settle};
use crate::board::Posted;
use crate::crash::crash_point;
use crate::house::House;
use crate::kind;
use crate::overview;
use crate::restore;

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
pub async fn publish(house: &Arc<House>, project: ProjectId, receipt: ReceiptId) -> Result<Published, Refusal> {
    let walked = house.tasks.spawn(walk(house.clone(), project, receipt));
    let mut published = walked.await.map_err(|_| Refusal::of(ErrorCode::Internal))??;
    published.first_payment = first_payment::of(house, &published.issuance).await?;
    Ok(published)
}

async fn walk(house: Arc<House>, project: ProjectId, receipt: ReceiptId) -> Result<Published, Refusal> {
    for _attempt in 0..3 {
        let issuance = read(&house, project, receipt).await?;
        match issuance::publish(&issuance, house.now_of(issuance.project_id))? {
            PublishStep::Replay => {
                return Ok(Published {
                    issuance,
                    replayed: Replayed::Yes,
                    first_payment: None,
                });
            }
            PublishStep::Wait => {
                // Nobody moves it here: its process did not come to it, or could not tell whether it had begun.
                settle::spawn_unposted(&house, issuance.clone());
                return wait(&house, issuance).await;
            }
            PublishStep::Ask(changes) => {
                // Its first payment would be a debit.
                if issuance.terms.price > Won::ZERO {
                    restore::held(&house)?;
                }
                let asking = Arc::new(after(&issuance, &changes));
                // On the board before it is on disk: whoever reads there that it is being published can follow it.
                let Some(posted) = house.board.put_up(asking.receipt_id, &asking) else {
                    return wait(&house, issuance).await;
                };
                match house.commit(project, changes).await {
                    Ok(()) => {
                        crash_point!("publish_after_commit");
                        overview::issuance(&house, issuance.state, &asking);
                        return ask(&house, posted, asking).await;
                    }
                    // Somebody else publishes, or it expired: look again.
                    Err(CommitError::Refused(Refused::LostRace)) => {}
                    Err(CommitError::InDoubt(_)) => return Err(Refusal::of(ErrorCode::PublishInDoubt)),
                    Err(error) => return Err(commit_refusal(&error)),
                }
            }
        }
    }
    Err(Refusal::of(ErrorCode::Overloaded))
}

async fn read(house: &House, project: ProjectId, receipt: ReceiptId) -> Result<Arc<Issuance>, Refusal> {
    let found = house
        .store
        .issuance(project, receipt)
        .await
        .map_err(|error| read_refusal(&error))?;
    match found {
        Some(issuance) => Ok(Arc::new(issuance)),
        None => Err(kind::not_found(house, project, receipt.0, "receipt_id").await),
    }
}

/// The issuance as it is once `changes` are committed.
pub fn after(issuance: &Issuance, changes: &[Change]) -> Issuance {
    match changes.first() {
        Some(Change::MoveIssuance(step)) => issuance.clone().after(step),
        _ => issuance.clone(),
    }
}

/// Asks the PG for the key and records what it says.
async fn ask(house: &Arc<House>, posted: Posted<Issuance>, issuance: Arc<Issuance>) -> Result<Published, Refusal> {
    let outcome = register(house, &issuance).await;
    crash_point!("publish_after_pg");
    let now = house.now_of(issuance.project_id);
    let mut changes = issuance::registered(&issuance, outcome, Actor::Api, house.ids.billing_key(now), now);
    let moved = Arc::new(after(&issuance, &changes));
    let intent = first_payment::intend(house, &issuance, &mut changes);
    let intent = match first_payment::commit(house, moved.project_id, changes, intent).await {
        Ok(intent) => intent,
        Err(error) => {
            tracing::error!(%error, receipt_id = %issuance.receipt_id, "a verdict could not be recorded");
            // On disk it is still being published: it is found out again.
            settle::spawn(house, posted, issuance);
            return Err(Refusal::of(ErrorCode::PublishInDoubt));
        }
    };
    crash_point!("publish_after_outcome_commit");
    overview::issuance(house, issuance.state, &moved);
    if moved.state == State::InDoubt {
        posted.show(moved.clone());
        settle::spawn(house, posted, moved.clone());
        return wait(house, moved).await;
    }
    posted.leave(moved.clone());
    first_payment::take(house, intent).await;
    verdict(moved, Replayed::No)
}

/// One registration, as the domain wants to hear of it.
pub async fn register(house: &House, issuance: &Issuance) -> Registration {
    let Some(tid) = issuance.pg_tid.clone() else {
        return Registration::Unknown;
    };
    let order = RegisterOrder {
        order_id: issuance.pg_order_id(),
        tid,
    };
    let at = house
        .clocks
        .moment_of(issuance.project_id)
        .at_bank(&issuance.terms.shown.bank_code);
    match house.connector.register_key(order, at).await {
        Outcome::Done(bid) => Registration::Registered { bid },
        Outcome::Refused { pg, .. } => Registration::Refused { pg },
        Outcome::NotSent(_) => Registration::NotSent,
        Outcome::Unknown(_) => Registration::Unknown,
    }
}

/// Waits for the outcome of a publish that is under way, as long as `publish_wait` allows.
async fn wait(house: &Arc<House>, issuance: Arc<Issuance>) -> Result<Published, Refusal> {
    let wait_ms = u64::try_from(house.settings.timing.publish_wait.as_millis()).unwrap_or(u64::MAX);
    let until = house.now_of(issuance.project_id).plus_ms(wait_ms);
    let latest = match house.board.follow(issuance.receipt_id) {
        Some(mut seen) => tokio::select! {
            decided = seen.wait_for(|issuance| !matches!(issuance.state, State::Publishing | State::InDoubt)) => {
                decided.ok().map(|issuance| issuance.clone())
            }
            () = house.clocks.sleep_until(issuance.project_id, until) => return Err(Refusal::of(ErrorCode::PublishInDoubt)),
            () = house.stopping.cancelled() => return Err(Refusal::of(ErrorCode::PublishInDoubt)),
        },
        None => None,
    };
    match latest {
        Some(latest) => verdict(latest, Replayed::Yes),
        // Nobody moves it here any more: what is on disk is the outcome.
        None => verdict(
            read(house, issuance.project_id, issuance.receipt_id).await?,
            Replayed::Yes,
        ),
    }
}

fn verdict(issuance: Arc<Issuance>, replayed: Replayed) -> Result<Published, Refusal> {
    match issuance.state {
        State::Issued => Ok(Published {
            issuance,
            replayed,
            first_payment: None,
        }),
        State::Publishing | State::InDoubt => Err(Refusal::of(ErrorCode::PublishInDoubt)),
        // Whoever follows the consent has not shown its end yet.
        State::Requested | State::Consenting => Err(Refusal::of(ErrorCode::ConsentPending)),
        // The PG was not reached: the consent stands, and publish may be called again.
        State::Consented => Err(Refusal::of(ErrorCode::PgUnavailable)),
        _ => {
            let failure = issuance.failure.clone();
            let pg: Option<PgWords> = failure.as_ref().and_then(|failure| failure.pg.clone());
            Err(Refusal::of(failure.map_or(ErrorCode::PublishRefused, |failure| failure.code)).pg(pg))
        }
    }
}
