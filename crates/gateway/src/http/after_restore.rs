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

use super::response::{ApiError, ok};
use super::signed_body;
use crate::app::App;
use crate::services::restore::{self, Debited, RestoreGap};

/// Of a body: every reserve that is due may be named in it.
const BODY_MAX: usize = 4 * 1024 * 1024;

#[derive(Deserialize, Default)]
#[serde(default)]
struct AfterRestore {
    /// Reserves that the PG has debited; `null` asks only.
    debited: Option<Named>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Named {
    These(Vec<String>),
    /// `all` or `none`.
    Word(String),
}

impl Named {
    fn read(self) -> Result<Debited, Refusal> {
        let unread = |id: &str| Refusal::new(ErrorCode::ReserveNotFound, "debited").hint(id.to_owned());
        match self {
            Self::Word(word) if word == "all" => Ok(Debited::All),
            Self::Word(word) if word == "none" => Ok(Debited::These(Vec::new())),
            Self::Word(word) => Err(unread(&word)),
            Self::These(ids) => {
                let read = |id: &String| id.parse::<ReserveId>().map_err(|_| unread(id));
                ids.iter().map(read).collect::<Result<_, _>>().map(Debited::These)
            }
        }
    }
}

pub async fn handle(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    uri: Uri,
    sent: Body,
) -> Result<Response, ApiError> {
    let AfterRestore { debited } = signed_body::read(&app, (&headers, &uri), sent, BODY_MAX).await?;
    let Some(debited) = debited else {
        let gap = restore::gap(&app.services).await?;
        return Ok(ok(&gap.map_or_else(|| json!({ "held": false }), |gap| told(&gap))));
    };
    let resumed = restore::resume(&app.services, &debited.read()?).await?;
    Ok(ok(
        &json!({ "held": false, "revoked": resumed.revoked, "running": resumed.running }),
    ))
}

fn told(gap: &RestoreGap) -> serde_json::Value {
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
