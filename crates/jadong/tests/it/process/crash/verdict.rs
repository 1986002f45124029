//! What must be true after all the crashes, as a list of what is not.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::{Duration, Instant};

use domain::ProjectId;
use domain::issuance::IssuanceState;
use rusqlite::{Connection, OpenFlags};
use store::{SqliteOptions, Store};

use crate::process::load::Story;
use testkit::process::Simulator;
use testkit::{Ledger, Merchant};

/// Every story came to its end, and nothing was answered that a crash does not excuse.
pub fn ended(stories: &[Story]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut keys = HashSet::new();
    for story in stories {
        let name = &story.subscription_id;
        if story.is_stuck {
            wrong.push(format!("{name} never ended: {story:?}"));
        }
        for surprise in &story.surprises {
            wrong.push(format!("{name} was answered {surprise}"));
        }
        if let Some(key) = &story.billing_key
            && !keys.insert(key)
        {
            wrong.push(format!("{name} got a key that another one has: {key}"));
        }
    }
    wrong
}

/// Every receipt and key that was answered is found, by both lookups, as it was answered.
pub async fn answered(api: &Merchant, stories: &[Story]) -> Vec<String> {
    let mut wrong = Vec::new();
    for story in stories {
        for receipt_id in &story.receipts {
            let found = api.try_look_up(receipt_id).await.expect("the gateway answers");
            let order_id = found.text("order_id");
            if found.status != 200 || order_id != story.subscription_id {
                wrong.push(format!("41 was answered for {receipt_id}, now: {}", found.body));
            }
        }
        let Some(key) = &story.billing_key else { continue };
        let expected = if story.is_destroyed { -11 } else { 1 };
        let receipt_id = story.receipts.last().expect("a key has a receipt");
        for path in [
            format!("/v2/subscribe/billing_key/{receipt_id}"),
            format!("/v2/billing_key/{key}"),
        ] {
            let found = api.try_get(&path).await.expect("the gateway answers");
            if found.text("billing_key") != *key || found.number("status") != Some(expected) {
                wrong.push(format!("{key} should have status {expected}: {}", found.body));
            }
        }
    }
    wrong
}

/// Destroyed keys die at the PG too, the worker sees to it; all others live.
pub async fn dead_at_the_pg(pg: &Simulator, api: &Merchant, stories: &[Story]) -> Vec<String> {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let ledger = pg.ledger().await;
        let mut wrong = Vec::new();
        for story in stories.iter().filter(|story| story.billing_key.is_some()) {
            let receipt_id = story.receipts.last().expect("a key has a receipt");
            let keys = ledger.keys.iter().filter(|key| key.order_id == *receipt_id);
            let keys: Vec<_> = keys.collect();
            if keys.len() != 1 || keys[0].expired_at_ms.is_some() != story.is_destroyed {
                wrong.push(format!(
                    "{receipt_id}, destroyed: {}, at the PG: {keys:?}",
                    story.is_destroyed
                ));
            }
        }
        if wrong.is_empty() || Instant::now() > until {
            return wrong;
        }
        // Readiness in between: a gateway that died must not look like a slow worker.
        api.try_get("/readyz").await.expect("the gateway answers");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// The folder of a stopped gateway: no half-issued key, nothing under way for ever, a complete history.
pub async fn at_rest(data: &Path, ledger: &Ledger) -> Vec<String> {
    let mut wrong = Vec::new();
    let store = Store::open_sqlite(&SqliteOptions::in_folder(data)).expect("the gateway has let go of it");
    let project = store.projects().await.expect("projects")[0].id;
    for open in store.open_issuances(None, 10_000).await.expect("open issuances") {
        if open.state != IssuanceState::Consented {
            wrong.push(format!("{} is stuck in {:?}", open.receipt_id, open.state));
        }
    }
    for key in &ledger.keys {
        let ours = key_of(&store, project, &key.order_id).await;
        if ours.as_deref() != Some(key.bid.as_str()) {
            wrong.push(format!("the PG has {key:?}, we have {ours:?}"));
        }
    }
    let states = states(data);
    let keys = count(data, "SELECT count(*) FROM billing_key");
    if keys != ledger.keys.len() {
        wrong.push(format!("{keys} keys here, {} at the PG", ledger.keys.len()));
    }
    for (receipt_id, state) in states {
        let history = store.history(project, receipt_id.clone()).await.expect("a history");
        let mut at = String::new();
        for (index, row) in history.iter().enumerate() {
            if row.seq as usize != index + 1 || row.from != at {
                wrong.push(format!("{receipt_id} has a torn history: {history:?}"));
            }
            row.to.clone_into(&mut at);
        }
        if at != state {
            wrong.push(format!("{receipt_id} is {state}, its history says {at:?}"));
        }
    }
    store.close().await;
    wrong
}

/// The PG's id of the one key that came of a receipt.
async fn key_of(store: &Store, project: ProjectId, order_id: &str) -> Option<String> {
    let receipt = order_id.parse().ok()?;
    let issuance = store.issuance(project, receipt).await.expect("a read")?;
    let issued = issuance.issued.filter(|_| issuance.state == IssuanceState::Issued)?;
    let key = store.billing_key(project, issued.billing_key).await.expect("a read")?;
    Some(key.bid)
}

fn open(data: &Path) -> Connection {
    Connection::open_with_flags(data.join("jadong.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).expect("a database")
}

fn count(data: &Path, sql: &str) -> usize {
    let counted: i64 = open(data).query_row(sql, [], |row| row.get(0)).expect("a count");
    usize::try_from(counted).expect("not negative")
}

fn states(data: &Path) -> HashMap<String, String> {
    let db = open(data);
    let mut select = db
        .prepare("SELECT receipt_id, state FROM issuance")
        .expect("the schema");
    let rows = select
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("rows");
    rows.collect::<Result<_, _>>().expect("rows")
}

/// No phone rang twice: not for one receipt, and not for one customer, who asked for one key only.
pub fn rung_once(ledger: &Ledger, stories: &[Story]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut calls: HashMap<&str, Vec<&str>> = HashMap::new();
    for call in &ledger.calls {
        calls.entry(&call.phone_hash).or_default().push(&call.order_id);
        if call.rung != 1 {
            wrong.push(format!("{} rang {} times", call.order_id, call.rung));
        }
    }
    for orders in calls.values().filter(|orders| orders.len() > 1) {
        wrong.push(format!("one customer was called for {orders:?}"));
    }
    let issued = stories.iter().filter(|story| story.billing_key.is_some()).count();
    if calls.len() < issued {
        wrong.push(format!("{issued} keys, but only {} customers were asked", calls.len()));
    }
    wrong
}
