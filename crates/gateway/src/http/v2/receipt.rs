//! `GET /v2/receipt/{receipt_id}`: an issuance's receipt, a payment's, or a stand-alone cash receipt, with its present status.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::{ErrorCode, ReceiptId};
use serde::Deserialize;

use super::Caller;
use crate::auth::projects::Known;
use crate::cash_receipt;
use crate::house::House;
use crate::http::reply::{Fault, ok};
use crate::http::{id, wire};
use crate::issuance;
use crate::payment;

/// Anything but `true` means no.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    lookup_user_data: String,
}

pub async fn handle(
    State(house): State<Arc<House>>,
    Caller(known): Caller,
    Path(receipt_id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let receipt_id = id::id(&receipt_id, "receipt_id")?;
    match issuance::by_receipt(&house, known.project.id, receipt_id).await {
        Ok(found) => {
            let standing = wire::standing(&house, &known.project, &found.issuance, found.key.as_ref());
            Ok(ok(&wire::Receipt::new(
                &house,
                &known.project,
                &found.issuance,
                standing,
            )?))
        }
        Err(refusal) if refusal.code == ErrorCode::NotSubscribe => {
            of_payment(&house, &known, receipt_id, wanted.lookup_user_data == "true").await
        }
        Err(refusal) if refusal.code == ErrorCode::ReceiptNotFound => {
            let receipt = cash_receipt::stands_alone(&house, known.project.id, receipt_id).await?;
            Ok(ok(&wire::AloneReceipt::new(&house, &known.project, &receipt)?))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

async fn of_payment(
    house: &Arc<House>,
    known: &Known,
    receipt_id: ReceiptId,
    lookup_user_data: bool,
) -> Result<Response, Fault> {
    let project = &known.project;
    let payment = payment::by_receipt(house, project.id, receipt_id).await?;
    let cash = cash_receipt::of_payment(house, &payment).await?;
    let receipt = wire::PaymentReceipt::new(house, project, &payment, cash.as_ref())?;
    let receipt = if lookup_user_data {
        receipt.with_user(&payment)?
    } else {
        receipt
    };
    Ok(ok(&receipt))
}
