//! What goes on beside the requests, watched over.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use store::Node;

use crate::app::App;
use crate::ops::stats;
use crate::services::webhook::WebhookClient;
use crate::workers;

/// Starts what goes on beside the requests, until the gateway stops.
pub fn spawn_workers(app: &Arc<App>, webhook_client: WebhookClient, node: Node) {
    let telling = webhook_client.clone();
    let work = |name, work| app.services.tasks.spawn(supervised(app.clone(), name, work));
    work("the node's heartbeat", workers::keep_node(app.clone(), node).boxed());
    work("the projects' reader", workers::refresh_projects(app.clone()).boxed());
    work("the consents' worker", workers::consents(app.clone()).boxed());
    work("the keys' worker", workers::expire_keys_at_pg(app.clone()).boxed());
    work("the verdicts' worker", workers::resolve_payments(app.clone()).boxed());
    work("the cash receipts' worker", workers::cash_receipts(app.clone()).boxed());
    work("the reserves' worker", workers::reserves(app.clone()).boxed());
    work(
        "the webhooks' worker",
        workers::dispatch_webhooks(app.clone(), webhook_client).boxed(),
    );
    if let Some(daily) = app.services.settings.reconcile.clone() {
        work(
            "the daily reconcile",
            workers::reconcile_daily(app.clone(), daily, telling).boxed(),
        );
    }
    if let Some(policy) = app.services.settings.retention {
        work(
            "destroying old records",
            workers::destroy_old(app.clone(), policy).boxed(),
        );
    }
    work("the overview's keeper", stats::run(app.ops.clone()).boxed());
}

/// Work that goes on until the gateway stops. That it ends before, by a panic or a bug, is no state to go on in.
pub async fn supervised(app: Arc<App>, name: &'static str, work: impl Future<Output = ()>) {
    let ended = AssertUnwindSafe(work).catch_unwind().await;
    if !app.services.stopping.is_cancelled() {
        tracing::error!(
            part = name,
            panicked = ended.is_err(),
            "a part of the gateway has ended by itself"
        );
        app.broken.send_replace(Some(name));
    }
}
