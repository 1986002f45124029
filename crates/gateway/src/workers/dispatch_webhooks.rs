//! The dispatcher of webhooks: in order for each receipt, side by side for different ones, and endpoints that are slow or do
//! not answer hold up nobody but themselves.

use std::sync::Arc;
use std::time::Duration;

use domain::EpochMs;
use domain::due::DueKind;
use domain::webhook_delivery::{Delivery, LEASE_MS, after_attempt};
use store::{Busy, CommitError, LeaseRequest, Leased, ReadError};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::endpoint_queues::{EndpointQueues, Started};
use crate::app::App;
use crate::ledger::change_feed::Subject;
use crate::ops::stats;
use crate::services::webhook::{
    Responsiveness, {AttemptOutcome, ConnectionFailure, WebhookClient, origin},
};
use crate::support::ActivityGuard;
use crate::support::Backoff;

/// A webhook leaves well within a second of its commit.
const EVERY_MS: u64 = 100;
/// While deliveries end, the outbox is looked at this often.
const WHILE_BUSY: Duration = Duration::from_millis(5);
const PAGE: u32 = 256;

/// A delivery that is held in this process; a sandbox does not skip time meanwhile.
pub struct LeasedDelivery {
    pub leased: Leased<Delivery>,
    pub at_work: ActivityGuard,
}

/// An attempt that is over.
struct Ended {
    started: Started,
    responsiveness: Responsiveness,
    took: Duration,
}

/// Runs until the gateway stops. What it holds then is sent by the next process, when the claims run out.
pub async fn dispatch_webhooks(app: Arc<App>, client: WebhookClient) {
    let client = Arc::new(client);
    let (tell, mut endings) = mpsc::channel(PAGE as usize);
    let clocks = app.clone();
    let mut queues = EndpointQueues::new(Box::new(move |project| clocks.services.clocks.offset_ms(project)));
    let (mut looked, mut poll_at) = (Instant::now(), app.services.clocks.machine_now());
    let mut wakeups = app.services.clocks.wakeups();
    let mut backoff = Backoff::of("webhooks");
    // Whether anything has ended since the outbox was looked at.
    let mut has_room = true;
    loop {
        let now = app.services.clocks.machine_now();
        if now >= poll_at || (has_room && looked.elapsed() >= WHILE_BUSY) {
            has_room = fetch(&app, &mut queues, &mut backoff).await;
            (looked, poll_at) = (Instant::now(), now.plus_ms(backoff.pause_ms(EVERY_MS)));
        }
        while let Some((started, held)) = queues.next(app.services.clocks.machine_now()) {
            let attempt = attempt(app.clone(), client.clone(), held, started, tell.clone());
            app.services.tasks.spawn(attempt);
        }
        tokio::select! {
            () = app.services.clocks.machine_sleep_until(poll_at) => {}
            () = tokio::time::sleep_until(looked + WHILE_BUSY), if has_room => {}
            () = wakeups.next() => poll_at = now,
            Some(ended) = endings.recv() => {
                end(&app, &mut queues, ended).await;
                has_room = true;
            }
            () = app.services.stopping.cancelled() => return,
        }
    }
}

/// Takes what is due into the queues. Whether there may be more.
async fn fetch(app: &App, queues: &mut EndpointQueues, backoff: &mut Backoff) -> bool {
    let now = app.services.clocks.machine_now();
    let claiming = app.sandbox.activity.begin_claim();
    let limit = u32::try_from(queues.room()).unwrap_or(PAGE).min(PAGE);
    if limit == 0 {
        return false;
    }
    let claimed = match claim(app, &queues.busy(now), now, limit).await {
        Ok(claimed) => claimed,
        Err(error) => {
            backoff.note(&error);
            return false;
        }
    };
    let is_full = claimed.len() == limit as usize;
    let mut unwanted = Vec::new();
    for leased in claimed {
        let at_work = app.sandbox.activity.begin(leased.project);
        let held = LeasedDelivery { leased, at_work };
        unwanted.extend(queues.put(&origin(&held.leased.of.url), held, now));
    }
    put_back(app, unwanted, now.plus_ms(LEASE_MS)).await;
    drop(claiming);
    is_full
}

/// A write only when a read has found something.
async fn claim(app: &App, busy: &Busy, now: EpochMs, limit: u32) -> Result<Vec<Leased<Delivery>>, String> {
    let is_due = app.services.store().has_due(DueKind::Webhook, now, busy).await;
    if !is_due.map_err(|error: ReadError| error.to_string())? {
        return Ok(Vec::new());
    }
    let claim = LeaseRequest {
        now,
        until: now.plus_ms(LEASE_MS),
        limit,
        lease: app.services.ids.lease(),
    };
    let claimed = app.services.store().lease_deliveries(claim, busy).await;
    let mut claimed = claimed.map_err(|error: CommitError| error.to_string())?;
    claimed.sort_by_key(|leased| (leased.of.created_at, leased.of.id));
    Ok(claimed)
}

async fn end(app: &App, queues: &mut EndpointQueues, ended: Ended) {
    let now = app.services.clocks.machine_now();
    let left = queues.ended(ended.started, ended.responsiveness, ended.took, now);
    put_back(app, left, now.plus_ms(LEASE_MS)).await;
}

/// No attempt was made: the endpoint is given time, and the deliveries keep their tries.
async fn put_back(app: &App, unwanted: Vec<LeasedDelivery>, until: EpochMs) {
    if unwanted.is_empty() {
        return;
    }
    let (deliveries, at_work): (Vec<_>, Vec<_>) = unwanted.into_iter().map(|held| (held.leased, held.at_work)).unzip();
    if let Err(error) = app.services.store().put_back_deliveries(deliveries, until).await {
        tracing::warn!(%error, "webhooks are held until their claim runs out");
    }
    drop(at_work);
}

async fn attempt(
    app: Arc<App>,
    client: Arc<WebhookClient>,
    held: LeasedDelivery,
    started: Started,
    tell: mpsc::Sender<Ended>,
) {
    let LeasedDelivery { leased, at_work } = held;
    let delivery = &leased.of;
    let since = Instant::now();
    // Signed with the machine's time: a merchant's server, which checks it, has no other.
    let now = app.services.clocks.machine_now();
    let outcome = match app.services.ledger.project(delivery.project_id, now).await {
        Ok(Some(known)) => client.send(&app.services.pepper, &known.project, delivery, now).await,
        // Whose it is cannot be read now.
        Ok(None) | Err(_) => AttemptOutcome::NoConnection(ConnectionFailure::Unknown),
    };
    // A closed queue opens after a time that a moved clock would have to wait for; it holds up only its own project.
    let responsiveness = if app.services.clocks.is_moved(delivery.project_id) {
        Responsiveness::Answered
    } else {
        Responsiveness::of(&outcome)
    };
    let took = since.elapsed();
    record(&app, leased, &outcome).await;
    let ended = Ended {
        started,
        responsiveness,
        took,
    };
    // The dispatcher is gone when the gateway stops.
    let _ = tell.send(ended).await;
    drop(at_work);
}

async fn record(app: &App, leased: Leased<Delivery>, outcome: &AttemptOutcome) {
    let delivery = &leased.of;
    let now = app.services.now_of(delivery.project_id);
    metrics::counter!("jadong_webhook_attempts_total", "result" => outcome.name()).increment(1);
    let failure = (*outcome != AttemptOutcome::Success).then(|| outcome.name());
    let counted_at = app.services.clocks.machine_now();
    stats::delivery(&app.ops.counters, delivery.project_id, counted_at, failure);
    let attempted = after_attempt(delivery, outcome.state(), outcome.asked_wait_ms(), jitter(app), now);
    if *outcome == AttemptOutcome::Success {
        let took = Duration::from_millis(now.since_ms(delivery.created_at));
        metrics::histogram!("jadong_webhook_delivery_seconds").record(took.as_secs_f64());
    } else if attempted.state == domain::webhook_delivery::DeliveryState::Exhausted {
        tracing::warn!(delivery = %delivery.id, receipt = %delivery.receipt_id, result = outcome.sentence(), "a webhook is given up");
    }
    let (project, receipt) = (delivery.project_id, delivery.receipt_id);
    let recorded = app
        .services
        .store()
        .end_delivery(leased, attempted, outcome.sentence(), now)
        .await;
    if let Err(error) = recorded {
        tracing::warn!(%error, "what came of a webhook could not be recorded; it is sent again");
    }
    app.services
        .ledger
        .change_feed
        .publish(project, Subject::Webhook(receipt));
}

/// 0 to 1000.
fn jitter(app: &App) -> u16 {
    let mut bytes = [0; 2];
    app.auth.entropy.fill(&mut bytes);
    u16::from_le_bytes(bytes) % 1001
}
