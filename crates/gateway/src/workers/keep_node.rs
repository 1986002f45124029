//! Says every two seconds that this node is alive, reads how many others are, and follows the database's clock.

use std::sync::Arc;

use domain::EpochMs;
use domain::due::DueKind;
use store::{CommitError, Node, NodeBeat, Store};
use strum::VariantArray;

use super::Turns;
use crate::app::App;
use crate::services::restore;

const EVERY_MS: u64 = 2_000;
/// What waits is counted once in so many turns.
const MEASURED_EVERY: u64 = 15;
/// An answer that took longer is not a clock's.
const QUICK_MS: i64 = 500;
/// A node that has not said so for this long counts as dead.
pub const LASTS_MS: u64 = 10_000;
/// The number of a dead one is not given to another for a day.
const FORGOTTEN_AFTER_MS: u64 = 24 * 60 * 60 * 1000;

/// Runs until the gateway stops.
pub async fn keep_node(app: Arc<App>, mut node: Node) {
    let mut turns = Turns::by_machine(&app, "this node's heartbeat", EVERY_MS);
    for turn in 0_u64.. {
        if turn.is_multiple_of(MEASURED_EVERY) {
            measure(&app).await;
        }
        let beaten = beat(&app, &mut node).await;
        if turns.given(beaten).is_some() {
            let now = app.services.clocks.machine_now();
            let alive = app.services.store().nodes_alive(now).await;
            if let Some(alive) = turns.given(alive) {
                share(&app, alive);
            }
            // Another node may have found out that the database was restored, or a person at another node let debits go on.
            if let Some(are_held) = turns.given(app.services.store().are_debits_held().await) {
                restore::keep_held(&app.services, are_held);
                app.services.store().heard_of_loss();
            }
        }
        if !turns.next().await {
            return;
        }
    }
}

/// What waits: of all nodes, as the database says.
async fn measure(app: &App) {
    let (store, now) = (app.services.store(), app.services.clocks.machine_now());
    for kind in DueKind::VARIANTS {
        if let Ok(late) = store.count_late(*kind, now).await {
            metrics::gauge!("jadong_due_late", "kind" => kind.name()).set(f64::from(late));
        }
    }
    if let Ok(Some(dead)) = store.dead_due_rows().await {
        metrics::gauge!("jadong_due_dead_rows").set(f64::from(dead));
    }
}

async fn beat(app: &App, node: &mut Node) -> Result<(), CommitError> {
    let (services, asked_at) = (&app.services, app.services.clocks.elapsed_ms());
    let now = services.clocks.machine_now();
    node.started_at = now;
    let beat = NodeBeat {
        number: node.number,
        now,
        lasts_ms: LASTS_MS,
        is_draining: services.nodes.is_draining(),
    };
    let store = services.store();
    let at = match store.beat_node(beat).await? {
        Some(at) => Some(at),
        // It was dead for so long that it was forgotten.
        None => store.join_node(node, LASTS_MS).await?,
    };
    let Some(at) = at else {
        return Err(CommitError::NotDone("another node has this one's number".to_owned()));
    };
    // Between asking and hearing; half of that ago, as likely as not. What had to wait says nothing of the time: the next one will.
    let took_ms = services.clocks.elapsed_ms().saturating_sub(asked_at);
    if took_ms <= QUICK_MS {
        services.clocks.follow(EpochMs(at.0.saturating_add(took_ms / 2)));
    }
    store.forget_dead_nodes(at.minus_ms(FORGOTTEN_AFTER_MS)).await
}

/// Takes this node's part of what the nodes share.
fn share(app: &App, alive: u32) {
    metrics::gauge!("jadong_nodes").set(f64::from(alive));
    if !app.services.nodes.set_alive(alive) {
        return;
    }
    let nodes = app.services.nodes.alive();
    tracing::info!(%nodes, "so many nodes share the rates now");
    app.auth.rates.share_among(nodes);
    app.auth.hint_rates.share_among(nodes);
    app.services.pg.poll_budget.share_among(nodes);
    app.services.pg.connector.share_among(nodes);
}

/// Adds this node; with the number that it has, and the database's time. Errors: the store.
pub async fn join(store: &Store, mut node: Node, mut draw: impl FnMut() -> u32) -> Result<Node, CommitError> {
    loop {
        node.number = draw();
        if let Some(at) = store.join_node(&node, LASTS_MS).await? {
            node.started_at = at;
            return Ok(node);
        }
    }
}

/// The oldest other node that is alive by the database's time.
pub async fn another(store: &Store, beat: NodeBeat) -> Result<Option<Node>, CommitError> {
    let now = store.beat_node(beat).await?.unwrap_or(beat.now);
    let nodes = store
        .nodes()
        .await
        .map_err(|error| CommitError::NotDone(error.to_string()))?;
    let is_another = |node: &Node| node.number != beat.number && node.alive_until > now;
    Ok(nodes.into_iter().find(is_another))
}
