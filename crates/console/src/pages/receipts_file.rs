//! `GET /console/receipts.csv`: the payments of some days as a file for a spreadsheet.

use axum::extract::Query;
use axum::response::{IntoResponse, Response};
use domain::payment::Payment;
use domain::{ErrorCode, Refusal};
use gateway::EXPORTED_MAX;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde::Deserialize;

use super::receipts::Days;
use crate::page_context::{PageContext, PageError};
use crate::words::Money;

#[derive(Deserialize)]
pub struct FileQuery {
    #[serde(default)]
    state: String,
    #[serde(flatten)]
    days: Days,
}

const COLUMNS: [&str; 11] = [
    "receipt_id",
    "order_id",
    "order_name",
    "state",
    "price",
    "cancelled_price",
    "reason",
    "billing_key",
    "bank_code",
    "account",
    "requested_at",
];

/// The file. Refused where it would not have everything: who adds up a list that was cut gets a wrong sum.
pub async fn download(context: PageContext, Query(asked): Query<FileQuery>) -> Result<Response, PageError> {
    let refused = |refusal: Refusal| PageError::refused(&context, &refusal);
    let filter = asked.days.filter(&asked.state);
    let found = context
        .operator
        .all_payments(context.project, filter)
        .await
        .map_err(refused)?;
    let payments = found.ok_or_else(|| {
        let too_many = Refusal::new(ErrorCode::FieldInvalid, "since");
        refused(too_many.hint(format!("{} ({EXPORTED_MAX})", Money::of(context.language()).too_many)))
    })?;
    let written = written(&payments).map_err(|error| {
        tracing::warn!(%error, "a file of receipts cannot be written");
        refused(Refusal::of(ErrorCode::Internal))
    })?;
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"receipts.csv\""),
    ];
    Ok((headers, written).into_response())
}

/// With the mark by which spreadsheets know UTF-8.
fn written(payments: &[Payment]) -> Result<Vec<u8>, csv::Error> {
    let mut file = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    file.write_record(COLUMNS)?;
    for payment in payments {
        let account = &payment.masked_account;
        file.write_record([
            payment.receipt_id.to_string(),
            as_text(&payment.order.order_id),
            as_text(&payment.order.order_name),
            payment.state.name().to_owned(),
            payment.order.price.get().to_string(),
            payment.cancelled_price.get().to_string(),
            payment
                .reason
                .map_or_else(String::new, |reason| reason.name().to_owned()),
            payment.billing_key.to_string(),
            account.bank_code.clone(),
            account.account_masked.clone(),
            payment.requested_at.to_wire(),
        ])?;
    }
    file.into_inner().map_err(|error| error.into_error().into())
}

/// What a merchant's customer may have chosen is no formula of whoever opens the file.
fn as_text(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_a_formula() {
        for formula in ["=1+1", "+82", "-1", "@SUM(A1)", "\t=1"] {
            assert_eq!(as_text(formula), format!("'{formula}"));
        }
        assert_eq!(as_text("sub_1-2026-11"), "sub_1-2026-11");
    }
}
