//! `POST /webhooks`: the gateway tells of a change.
//!
//! The extractor has checked signature and time. What the webhook says is a hint: the order is looked up, and what the
//! gateway says *now* is stored, with the receipt's number in the same transaction. So it does no harm when webhooks come
//! twice, late, out of order, or before the answer to the charge.

use axum::extract::State as Handed;
use client::webhook::{Order, Reply, VerifiedWebhook};

use crate::db::News;
use crate::error::ApiError;
use crate::monthly::{find_out, today};
use crate::shop::Shop;

pub(crate) async fn receive(Handed(shop): Handed<Shop>, VerifiedWebhook(event): VerifiedWebhook) -> Reply {
    let (Some(receipt_id), Some(order_id)) = (event.receipt_id(), event.order_id()) else {
        return Reply::Success;
    };
    let (receipt_id, order_id) = (receipt_id.to_string(), order_id.to_string());
    match handle(&shop, &receipt_id, &order_id, |last| event.order_after(last)).await {
        Ok(handled) => {
            tracing::info!(order_id, kind = ?event.kind, ?handled, "webhook");
            Reply::Success
        }
        // It comes again.
        Err(error) => {
            tracing::warn!(order_id, ?error, "webhook put off");
            Reply::Again
        }
    }
}

/// How a webhook was handled.
#[derive(Clone, Copy, Debug)]
enum Handled {
    Stored,
    /// Done before, or overtaken.
    Old,
    /// No order of this shop.
    NotOurs,
}

async fn handle(
    shop: &Shop,
    receipt_id: &str,
    order_id: &str,
    order_after: impl FnOnce(Option<u64>) -> Order,
) -> Result<Handled, ApiError> {
    let Some(payment) = shop.db.payment(order_id).await? else {
        return Ok(Handled::NotOurs);
    };
    let last = shop.db.seen(receipt_id).await?;
    if order_after(last) == Order::Old {
        return Ok(Handled::Old);
    }
    let outcome = find_out(shop, &payment, today()).await?;
    let news = News {
        order_id: order_id.to_owned(),
        receipt_id: receipt_id.to_owned(),
        sequence: last.unwrap_or(0) + 1,
    };
    shop.db.told(news, outcome).await?;
    Ok(Handled::Stored)
}
