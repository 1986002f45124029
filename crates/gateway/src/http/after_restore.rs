//! `POST /after-restore` on the admin listener: what an operator compares after a restore, and that debits may go on; signed
//! with the installation's key.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use domain::{ErrorCode, Refusal, ReserveId};
use http::{HeaderMap, Uri};
use serde::Deserialize;
use serde_json::json;

use super::body;
use super::reply::{Fault, ok};
use crate::auth::operator;
use crate::house::House;
use crate::restore::{self, Gap};

#[derive(Deserialize, Default)]
#[serde(default)]
struct AfterRestore {
    /// Reserves that the PG has debited; `null` asks only.
    debited: Option<Vec<String>>,
}

pub async fn handle(
    State(house): State<Arc<House>>,
    headers: HeaderMap,
    uri: Uri,
    sent: Body,
) -> Result<Response, Fault> {
    let timing = house.settings.timing;
    let sent = body::read(sent, house.settings.limits.body_bytes, timing.client_patience).await?;
    let text = std::str::from_utf8(&sent).map_err(|_| Refusal::of(ErrorCode::BodyNotJson))?;
    operator::check(&house.pepper, &headers, uri.path(), text)?;
    let AfterRestore { debited } = body::json(&headers, &sent)?;
    let Some(debited) = debited else {
        let gap = restore::gap(&house).await?;
        return Ok(ok(&gap.map_or_else(|| json!({ "held": false }), |gap| told(&gap))));
    };
    let read = |id: &String| {
        let unread = |_| Refusal::new(ErrorCode::ReserveNotFound, "debited").hint(id.clone());
        id.parse::<ReserveId>().map_err(unread)
    };
    let debited: Vec<ReserveId> = debited.iter().map(read).collect::<Result<_, Refusal>>()?;
    let running = restore::resume(&house, &debited).await?;
    Ok(ok(
        &json!({ "held": false, "revoked": debited.len(), "running": running }),
    ))
}

fn told(gap: &Gap) -> serde_json::Value {
    let due: Vec<_> = gap
        .due
        .iter()
        .map(|reserve| {
            json!({
                "reserve_id": reserve.id.to_string(),
                "order_id": reserve.order.order_id,
                "order_name": reserve.order.order_name,
                "price": reserve.order.price.get(),
                "due_at": reserve.due_at.to_wire(),
            })
        })
        .collect();
    let differing: Vec<_> = gap
        .differing
        .iter()
        .map(|payment| {
            json!({
                "receipt_id": payment.receipt_id.to_string(),
                "order_id": payment.order_id,
                "left_here": payment.here.get(),
                "left_at_pg": payment.at_pg.map(domain::Won::get),
            })
        })
        .collect();
    json!({
        "held": true,
        "gap_from": gap.from.map(domain::EpochMs::to_wire),
        "gap_until": gap.until.to_wire(),
        "due_reserves": due,
        "payments_asked": gap.asked,
        "payments_unanswered": gap.unanswered,
        "payments_differing": differing,
    })
}
