//! `POST /payments/{receipt_id}/settle` on the admin listener: a person's verdict, signed with the installation's key.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::payment::{Believe, PersonFields};
use domain::{ErrorCode, ReceiptId, Refusal};
use http::{HeaderMap, Uri};
use serde::Deserialize;
use serde_json::json;

use super::body;
use super::reply::{Fault, ok};
use crate::auth::operator;
use crate::house::House;
use crate::payment;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Settle {
    verdict: Option<String>,
    who: Option<String>,
    note: Option<String>,
    tid: Option<String>,
    /// The person is to be believed against the PG.
    force: bool,
}

pub async fn handle(
    State(house): State<Arc<House>>,
    Path(receipt_id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    sent: Body,
) -> Result<Response, Fault> {
    let timing = house.settings.timing;
    let sent = body::read(sent, house.settings.limits.body_bytes, timing.client_patience).await?;
    let text = std::str::from_utf8(&sent).map_err(|_| Refusal::of(ErrorCode::BodyNotJson))?;
    operator::check(&house.pepper, &headers, uri.path(), text)?;
    let Settle {
        verdict,
        who,
        note,
        tid,
        force,
    } = body::json(&headers, &sent)?;
    let receipt: ReceiptId = receipt_id
        .parse()
        .map_err(|_| Refusal::new(ErrorCode::ReceiptNotFound, "receipt_id"))?;
    let believe = if force { Believe::Person } else { Believe::Pg };
    let fields = PersonFields {
        verdict,
        who,
        note,
        tid,
    };
    let settled = match fields.read_of_cancel(believe)? {
        Some(said) => payment::settle_cancel_by_person(&house, receipt, said).await?,
        None => payment::settle_by_person(&house, receipt, fields.read(believe)?).await?,
    };
    Ok(ok(&json!({
        "receipt_id": settled.receipt_id.to_string(),
        "order_id": settled.order.order_id,
        "price": settled.order.price.get(),
        "state": settled.state.name(),
        "tid": settled.debit.map(|debit| debit.tid),
    })))
}
