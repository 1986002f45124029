//! `POST /v2/subscribe/payment`: charge a key now.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::{Posted, charge_body};

use crate::cash_receipt;
use crate::house::House;
use crate::http::reply::{Fault, ok, replayed};
use crate::http::wire;
use crate::issuance::Replayed;
use crate::payment::{self, Asked};

pub async fn handle(State(house): State<Arc<House>>, posted: Posted) -> Result<Response, Fault> {
    let read = charge_body::read(&posted)?;
    let project = &posted.caller.project;
    let asked = Asked {
        project: project.id,
        billing_key: read.billing_key,
        fields: read.fields,
        idempotency_key: posted.idempotency_key,
    };
    let answered = payment::charge(&house, asked).await?;
    // A debit of now carries what came with it; only an earlier one is looked up.
    let cash = match answered.replayed {
        Replayed::No => None,
        Replayed::Yes => cash_receipt::of_payment(&house, &answered.payment).await?,
    };
    let receipt = wire::PaymentReceipt::new(&house, project, &answered.payment, cash.as_ref())?;
    Ok(replayed(ok(&receipt), answered.replayed))
}
