//! Step 1: the request for a billing key, held until the customer decides or the hold ends.

use std::sync::Arc;

use domain::change::Change;
use domain::issuance::{self, Issuance, IssuanceFields, Payer};
use domain::{ErrorCode, ProjectId, Refusal};
use pg::SendBy;
use store::{CommitError, CommitRefused};

use crate::services::Services;
use crate::services::issuance::{consent, lease};
use crate::services::watching::{Watched, watch};
use crate::support::at_capacity;
use crate::support::failpoints::crash_point;
use crate::support::test_outcomes::carried;
use crate::support::{InFlightGuard, Origin, Slot, Subscription};

/// What the merchant is told of the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentWait {
    Agreed,
    Waiting,
}

/// The answer of step 1.
pub struct Opened {
    pub issuance: Arc<Issuance>,
    pub consent: ConsentWait,
    /// Another request had opened it.
    pub replayed: Replayed,
    pub notice: Option<String>,
}

/// Whether an answer belongs to an earlier, equal request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replayed {
    Yes,
    No,
}

/// Opens an issuance, has the customer called, and waits for at most the hold.
///
/// Errors: every refusal of `domain::issuance::request`; 409 for a different open request with the same subscription id;
/// the customer's refusal inside the hold; PG or store unavailable.
pub async fn request(services: &Arc<Services>, project: ProjectId, fields: IssuanceFields) -> Result<Opened, Refusal> {
    let (send_by, now) = (services.send_by(), services.now_of(project));
    let ids = (project, services.ids.receipt(project, now));
    let requested = issuance::request(&fields, ids, services.rules(project), &services.pepper, now)?;
    // Nothing sensitive stays in memory while the customer is waited for, but what the PG is sent.
    drop(fields);
    check_first_payment(services, &requested.issuance)?;
    let place = services
        .in_flight
        .issuances
        .reserve_slot(services.ledger.share_of(project));
    let place = place.map_err(|of| at_capacity(of, "open_consents_max"))?;
    let issuance = Arc::new(requested.issuance);
    // A task of its own: the merchant may hang up, what was begun is finished.
    let opening = open(services.clone(), issuance, requested.payer, place, send_by);
    let (issuance, seen, replayed) = services.run_to_end(opening).await?;
    let issuance = hold(services, issuance, seen).await;
    answer(issuance, replayed, requested.notice)
}

/// What the PG would refuse at publish is refused before the customer is called.
fn check_first_payment(services: &Services, issuance: &Issuance) -> Result<(), Refusal> {
    let (price, most) = (
        issuance.terms.price,
        services.capabilities(issuance.project_id).limits.debit_max,
    );
    if price > most {
        return Err(Refusal::new(ErrorCode::AmountInvalid, "price").hint(format!("<= {}", most.get())));
    }
    Ok(())
}

type Opening = (Arc<Issuance>, Option<Subscription<Issuance>>, Replayed);

/// Commits the intent and hands the issuance to its driver, or finds the open one with the same identity.
async fn open(
    services: Arc<Services>,
    issuance: Arc<Issuance>,
    payer: Payer,
    place: Slot,
    send_by: SendBy,
) -> Result<Opening, Refusal> {
    let in_flight = &services.in_flight.issuances;
    // Before it is on disk: what this process has there and does not drive is taken up.
    let guard = in_flight.register(issuance.receipt_id, &issuance);
    let guard = guard
        .ok_or_else(|| Refusal::of(ErrorCode::Overloaded))?
        .with_slot(place);
    for _attempt in 0..3 {
        crash_point!("request_before_commit");
        let opening = vec![
            Change::OpenIssuance(Box::new(Issuance::clone(&issuance))),
            lease::hold(&services, &issuance),
        ];
        let opened = match services.ledger.commit(issuance.project_id, opening).await {
            Err(error @ CommitError::InDoubt(_)) => is_open(&services, &issuance).await.ok_or(error),
            other => other,
        };
        match opened {
            Ok(()) => {
                crash_point!("request_after_commit");
                guard.set_leased();
                let seen = in_flight.subscribe(issuance.receipt_id);
                drive(&services, guard, issuance.clone(), (payer, send_by));
                return Ok((issuance, seen, Replayed::No));
            }
            Err(CommitError::Refused(CommitRefused::AlreadyOpen)) => {
                if let Some((existing, seen, replayed)) = join(&services, &issuance).await? {
                    let seen = match is_left(&services, &existing).await {
                        true => go_on_with(&services, existing.clone(), (payer, send_by), guard.into_slot()),
                        false => seen,
                    };
                    return Ok((existing, seen, replayed));
                }
                // It ended in the meantime: the subscription id is free again.
            }
            Err(error) => return Err(Refusal::from(error)),
        }
    }
    Err(Refusal::of(ErrorCode::Overloaded))
}

/// Whether a commit in doubt has opened it: only here is the payer known. `None` where that cannot be read, too.
async fn is_open(services: &Services, issuance: &Issuance) -> Option<()> {
    let found = services
        .store()
        .issuance(issuance.project_id, issuance.receipt_id)
        .await;
    found.ok().flatten().map(drop)
}

/// Whether nobody has called the customer, as far as can be told: the process that opened it is gone, or could not tell whether it was
/// on disk. The customer is called with what this equal request brings; the PG takes the order id once.
async fn is_left(services: &Services, existing: &Issuance) -> bool {
    const OPENING_MS: u64 = 2_000;
    let age_ms = services.now_of(existing.project_id).since_ms(existing.requested_at);
    let in_flight = &services.in_flight.issuances;
    existing.state == issuance::IssuanceState::Requested
        && age_ms > OPENING_MS
        && in_flight.origin(existing.receipt_id) != Some(Origin::Own)
        && lease::take(services, existing.project_id, existing).await
}

/// In place of whoever only follows it here.
fn go_on_with(
    services: &Arc<Services>,
    existing: Arc<Issuance>,
    call: (Payer, SendBy),
    place: Option<Slot>,
) -> Option<Subscription<Issuance>> {
    let (in_flight, id) = (&services.in_flight.issuances, existing.receipt_id);
    in_flight.give_up(id, |origin, _| origin == Origin::Adopted);
    if let Some(guard) = in_flight.register(id, &existing) {
        let place =
            place.unwrap_or_else(|| in_flight.reserve_slot_over_limit(services.ledger.share_of(existing.project_id)));
        guard.set_leased();
        drive(services, guard.with_slot(place), existing, call);
    }
    in_flight.subscribe(id)
}

/// Has the customer called, who is known by the payer, and follows the consent.
fn drive(
    services: &Arc<Services>,
    guard: InFlightGuard<Issuance>,
    issuance: Arc<Issuance>,
    (payer, send_by): (Payer, SendBy),
) {
    let driven = services.clone();
    services.tasks.spawn(carried(async move {
        consent::start(&driven, guard, issuance, payer, send_by).await;
    }));
}

/// The open issuance with the same subscription id, if its request was the same.
async fn join(services: &Services, new: &Issuance) -> Result<Option<Opening>, Refusal> {
    let subscription = &new.terms.subscription_id;
    let existing = services.store().open_issuance(new.project_id, subscription).await?;
    let Some(existing) = existing else { return Ok(None) };
    if existing.fingerprint != new.fingerprint {
        let site = services.site(existing.project_id);
        let receipt_id = site.receipt_id(existing.receipt_id, existing.pg_tid.as_deref());
        let hint = format!("receipt_id {receipt_id}: {}", differences(&existing, new));
        return Err(Refusal::new(ErrorCode::SubscriptionConflict, "subscription_id").hint(hint));
    }
    let seen = services.in_flight.issuances.subscribe(existing.receipt_id);
    Ok(Some((Arc::new(existing), seen, Replayed::Yes)))
}

/// Names the fields in which two requests differ, as far as they may be told.
fn differences(open: &Issuance, new: &Issuance) -> String {
    let (a, b) = (&open.terms, &new.terms);
    let compared = [
        ("order_name", a.order_name == b.order_name),
        ("price", a.price == b.price),
        ("tax_free", a.tax_free == b.tax_free),
        ("auth_type", a.auth_type == b.auth_type),
        ("bank_name", a.shown.bank_code == b.shown.bank_code),
        ("username", a.shown.holder_masked == b.shown.holder_masked),
        ("bank_account", a.shown.account_masked == b.shown.account_masked),
        ("phone", a.phone_masked == b.phone_masked),
        ("cash_receipt_type", a.cash_receipt_type == b.cash_receipt_type),
        ("metadata", a.metadata == b.metadata),
    ];
    let named: Vec<_> = compared
        .iter()
        .filter(|(_, equal)| !equal)
        .map(|(name, _)| *name)
        .collect();
    if named.is_empty() {
        return "username, bank_account, identity_no or phone".to_owned();
    }
    named.join(", ")
}

/// Waits for the customer's decision, for the link where they decide, the end of the hold, or the gateway's stop. Another gateway may follow the consent, or go
/// on with it when this one no longer does.
async fn hold(services: &Services, issuance: Arc<Issuance>, seen: Option<Subscription<Issuance>>) -> Arc<Issuance> {
    let hold_ms = u64::try_from(services.settings.timing.consent_hold.as_millis()).unwrap_or(u64::MAX);
    let (project, id) = (issuance.project_id, issuance.receipt_id);
    let until = services.now_of(project).plus_ms(hold_ms);
    let is_over = |issuance: &Issuance| !issuance.state.awaits_consent() || issuance.consent_url.is_some();
    let _counted = Held::count();
    let mut latest = issuance;
    if let Some(mut seen) = seen {
        tokio::select! {
            // An error says that the driver has left.
            _ = seen.wait_for(|issuance| is_over(issuance)) => {}
            () = services.clocks.sleep_until(project, until) => {}
            () = services.stopping.cancelled() => {}
        }
        latest = seen.borrow().clone();
    }
    if is_over(&latest) {
        return latest;
    }
    let watched = Watched {
        among: &services.watching.issuances,
        project,
        id,
        until,
    };
    let moved = watch(services, watched, || services.store().issuance(project, id), is_over).await;
    moved.map_or(latest, Arc::new)
}

/// One held request in the metrics, also when its merchant hangs up.
struct Held;

impl Held {
    fn count() -> Self {
        metrics::gauge!("jadong_held_requests").increment(1.0);
        Self
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        metrics::gauge!("jadong_held_requests").decrement(1.0);
    }
}

fn answer(issuance: Arc<Issuance>, replayed: Replayed, notice: Option<String>) -> Result<Opened, Refusal> {
    if let Some(failure) = &issuance.failure {
        return Err(Refusal::of(failure.code).pg(failure.pg.clone()));
    }
    let consent = if issuance.state.awaits_consent() {
        ConsentWait::Waiting
    } else {
        ConsentWait::Agreed
    };
    Ok(Opened {
        issuance,
        consent,
        replayed,
        notice,
    })
}
