//! The dispatcher of webhooks: in order for each receipt, side by side for different ones, and endpoints that are slow or do
//! not answer hold up nobody but themselves. A sandbox project whose clock was moved has lanes of its own, in its own time.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::delivery::{Delivery, LEASE_MS, after_attempt};
use domain::{EpochMs, ProjectId};
use store::{Busy, Claim, CommitError, ReadError, Whose};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::Setback;
use super::lanes::{Lanes, Silence, Started};
use crate::bustle::AtWork;
use crate::clocks::Timeline;
use crate::house::House;
use crate::notices::About;
use crate::overview;
use crate::webhook::{Courier, Heard, Lost, origin};

/// A webhook leaves well within a second of its commit.
const EVERY_MS: u64 = 100;
/// While deliveries end, the outbox is looked at this often.
const WHILE_BUSY: Duration = Duration::from_millis(5);
const PAGE: u32 = 256;

/// A delivery that is held in this process; a sandbox does not skip time meanwhile.
pub struct Held {
    pub delivery: Delivery,
    pub at_work: AtWork,
}

/// An attempt that is over.
struct Ended {
    way: Way,
    started: Started,
    silence: Silence,
    took: Duration,
}

/// Whose lanes: a moved project's, or those of all others.
type Way = Option<ProjectId>;

fn way(whose: Whose) -> Way {
    match whose {
        Whose::Of(project) => Some(project),
        Whose::Everyone | Whose::Unmoved => None,
    }
}

/// Runs until the gateway stops. What it holds then is sent by the next process, when the claims run out.
pub async fn deliveries(house: Arc<House>, courier: Courier) {
    let courier = Arc::new(courier);
    let (tell, mut endings) = mpsc::channel(PAGE as usize);
    let mut ways: HashMap<Way, Lanes> = HashMap::new();
    let (mut looked, mut poll_at) = (Instant::now(), house.clocks.machine_now());
    let mut nudges = house.clocks.nudges();
    let mut setback = Setback::of("webhooks");
    // Whether anything has ended since the outbox was looked at.
    let mut has_room = true;
    loop {
        let now = house.clocks.machine_now();
        if now >= poll_at || (has_room && looked.elapsed() >= WHILE_BUSY) {
            has_room = false;
            for timeline in house.clocks.timelines() {
                let lanes = ways.entry(way(timeline.whose)).or_default();
                has_room |= fetch(&house, lanes, timeline, &mut setback).await;
            }
            (looked, poll_at) = (Instant::now(), now.plus_ms(setback.pause_ms(EVERY_MS)));
        }
        for (way, lanes) in &mut ways {
            while let Some((started, held)) = lanes.next(now_on(&house, *way)) {
                let attempt = attempt(house.clone(), courier.clone(), held, (*way, started), tell.clone());
                house.tasks.spawn(attempt);
            }
        }
        tokio::select! {
            () = house.clocks.machine_sleep_until(poll_at) => {}
            () = tokio::time::sleep_until(looked + WHILE_BUSY), if has_room => {}
            () = nudges.next() => poll_at = now,
            Some(ended) = endings.recv() => {
                if let Some(lanes) = ways.get_mut(&ended.way) {
                    end(&house, lanes, ended).await;
                }
                has_room = true;
            }
            () = house.stopping.cancelled() => return,
        }
    }
}

fn now_on(house: &House, way: Way) -> EpochMs {
    way.map_or_else(|| house.clocks.machine_now(), |project| house.now_of(project))
}

/// Takes what is due into the lanes. Whether there may be more.
async fn fetch(house: &House, lanes: &mut Lanes, timeline: Timeline, setback: &mut Setback) -> bool {
    let now = timeline.now;
    let claiming = house.bustle.claim(timeline.whose);
    let limit = u32::try_from(lanes.room()).unwrap_or(PAGE).min(PAGE);
    if limit == 0 {
        return false;
    }
    let claimed = match claim(house, &lanes.busy(now), timeline, limit).await {
        Ok(claimed) => claimed,
        Err(error) => {
            setback.note(&error);
            return false;
        }
    };
    let is_full = claimed.len() == limit as usize;
    let mut unwanted = Vec::new();
    for delivery in claimed {
        let at_work = house.bustle.work(delivery.project_id);
        let held = Held { delivery, at_work };
        unwanted.extend(lanes.put(&origin(&held.delivery.url), held, now));
    }
    put_back(house, unwanted, now.plus_ms(LEASE_MS)).await;
    drop(claiming);
    is_full
}

/// A write only when a read has found something.
async fn claim(house: &House, busy: &Busy, timeline: Timeline, limit: u32) -> Result<Vec<Delivery>, String> {
    let Timeline { whose, now } = timeline;
    let is_due = house.store.has_due_delivery(whose, now, busy).await;
    if !is_due.map_err(|error: ReadError| error.to_string())? {
        return Ok(Vec::new());
    }
    let claim = Claim {
        whose,
        now,
        until: now.plus_ms(LEASE_MS),
        limit,
    };
    let claimed = house.store.claim_deliveries(claim, busy).await;
    let mut claimed = claimed.map_err(|error: CommitError| error.to_string())?;
    claimed.sort_by_key(|delivery| (delivery.created_at, delivery.id));
    Ok(claimed)
}

async fn end(house: &House, lanes: &mut Lanes, ended: Ended) {
    let now = now_on(house, ended.way);
    let left = lanes.ended(ended.started, ended.silence, ended.took, now);
    put_back(house, left, now.plus_ms(LEASE_MS)).await;
}

/// No attempt was made: the endpoint is given time, and the deliveries keep their tries.
async fn put_back(house: &House, unwanted: Vec<Held>, until: EpochMs) {
    if unwanted.is_empty() {
        return;
    }
    let (deliveries, at_work): (Vec<_>, Vec<_>) =
        unwanted.into_iter().map(|held| (held.delivery, held.at_work)).unzip();
    if let Err(error) = house.store.put_back_deliveries(deliveries, until).await {
        tracing::warn!(%error, "webhooks are held until their claim runs out");
    }
    drop(at_work);
}

async fn attempt(
    house: Arc<House>,
    courier: Arc<Courier>,
    held: Held,
    (way, started): (Way, Started),
    tell: mpsc::Sender<Ended>,
) {
    let Held { delivery, at_work } = held;
    let since = Instant::now();
    let heard = match house.projects.by_id(delivery.project_id) {
        Some(known) => {
            // Signed with the machine's time: a merchant's server, which checks it, has no other.
            let now = house.clocks.machine_now();
            courier.send(&house.pepper, &known.project, &delivery, now).await
        }
        // Made a moment ago, and not read yet.
        None => Heard::NoConnection(Lost::Unknown),
    };
    // A closed lane opens after a time that a moved clock would have to wait for; it holds up only its own project.
    let silence = way.map_or_else(|| Silence::of(&heard), |_| Silence::Answered);
    let took = since.elapsed();
    record(&house, delivery, &heard).await;
    let ended = Ended {
        way,
        started,
        silence,
        took,
    };
    // The dispatcher is gone when the gateway stops.
    let _ = tell.send(ended).await;
    drop(at_work);
}

async fn record(house: &House, delivery: Delivery, heard: &Heard) {
    let now = house.now_of(delivery.project_id);
    metrics::counter!("jadong_webhook_attempts_total", "result" => heard.name()).increment(1);
    let failure = (*heard != Heard::Success).then(|| heard.name());
    overview::delivery(house, delivery.project_id, failure);
    let attempted = after_attempt(&delivery, heard.state(), heard.asked_wait_ms(), jitter(house), now);
    if *heard == Heard::Success {
        let took = Duration::from_millis(now.since_ms(delivery.created_at));
        metrics::histogram!("jadong_webhook_delivery_seconds").record(took.as_secs_f64());
    } else if attempted.state == domain::delivery::State::Exhausted {
        tracing::warn!(delivery = %delivery.id, receipt = %delivery.receipt_id, result = heard.sentence(), "a webhook is given up");
    }
    let (project, receipt) = (delivery.project_id, delivery.receipt_id);
    let recorded = house
        .store
        .end_delivery(delivery, attempted, heard.sentence(), now)
        .await;
    if let Err(error) = recorded {
        tracing::warn!(%error, "what came of a webhook could not be recorded; it is sent again");
    }
    house.notices.tell(project, About::Webhook(receipt));
}

/// 0 to 1000.
fn jitter(house: &House) -> u16 {
    let mut bytes = [0; 2];
    house.entropy.fill(&mut bytes);
    u16::from_le_bytes(bytes) % 1001
}
