//! One run: every open payment, one after another.

use axum::Json;
use axum::extract::State as Handed;
use axum::extract::rejection::JsonRejection;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::charge::charge;
use super::{PRICE_WON, find_out};
use crate::db::{Payment, State};
use crate::error::ApiError;
use crate::shop::Shop;

/// What a run did, in payments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Months that have become due.
    pub became_due: usize,
    /// Debited by this run, or found to be.
    pub paid: usize,
    /// Not debited; tried again on another day.
    pub declined: usize,
    /// Nobody knows yet.
    pub in_doubt: usize,
    /// Not debited, and a person must talk to the customer.
    pub needs_customer: usize,
    /// Nothing happened: the gateway is away, or the next run goes on.
    pub left: usize,
}

impl Report {
    fn count(&mut self, state: State) {
        *match state {
            State::Paid | State::Refunded => &mut self.paid,
            State::Declined => &mut self.declined,
            State::InDoubt | State::Charging => &mut self.in_doubt,
            State::NeedsCustomer => &mut self.needs_customer,
            State::Due => &mut self.left,
        } += 1;
    }
}

/// Finds out what is in doubt, makes payments of what is due on `today`, and charges them. One run at a time.
///
/// # Errors
/// The service DB. What the gateway says is in the books and in the report.
pub(crate) async fn run(shop: &Shop, today: Date) -> Result<Report, ApiError> {
    let _one_at_a_time = shop.charging.lock().await;
    let mut report = Report::default();
    for payment in shop.db.to_find_out().await? {
        match find_out(shop, &payment, today).await {
            Ok(outcome) => {
                report.count(outcome.state);
                shop.db.became(&payment.order_id, outcome).await?;
            }
            Err(error) => {
                tracing::warn!(order_id = payment.order_id, %error, "still in doubt: it cannot be looked up");
                report.count(State::InDoubt);
            }
        }
    }
    report.became_due = shop.db.become_due(today, PRICE_WON).await?;
    for payment in shop.db.to_charge(today).await? {
        report.count(charge_one(shop, &payment, today).await?);
    }
    Ok(report)
}

async fn charge_one(shop: &Shop, payment: &Payment, today: Date) -> Result<State, ApiError> {
    let billing = shop.db.by_customer(&payment.customer_id).await?;
    let sealed = billing
        .as_ref()
        .and_then(|billing| Some((billing.receipt_id.as_str(), billing.sealed_key()?)));
    let Some((row, sealed)) = sealed else {
        // The customer has left; the month that was due is not taken from anybody.
        let gone = crate::db::Outcome {
            state: State::NeedsCustomer,
            receipt_id: None,
            reason: Some("자동이체가 해지되었습니다.".to_owned()),
            retry_on: None,
        };
        shop.db.became(&payment.order_id, gone).await?;
        return Ok(State::NeedsCustomer);
    };
    let billing_key = shop.master_key.open(row, sealed).map_err(ApiError::ServiceDb)?;
    if !shop.db.charging(payment).await? {
        return Ok(State::Charging);
    }
    let outcome = charge(shop, payment, &billing_key, today).await;
    tracing::info!(order_id = payment.order_id, state = outcome.state.name(), "charged");
    let state = outcome.state;
    shop.db.became(&payment.order_id, outcome).await?;
    Ok(state)
}

#[derive(Deserialize)]
pub(crate) struct On {
    /// `2026-12-01`
    on: String,
}

/// `POST /monthly {"on":"2026-12-01"}`: a run as if it were that day. For trying it out: a real backend keeps this inside.
///
/// # Errors
/// 400 when it is no date.
pub(crate) async fn charge_by_hand(
    Handed(shop): Handed<Shop>,
    on: Result<Json<On>, JsonRejection>,
) -> Result<Json<Report>, ApiError> {
    let no_date = || ApiError::BadRequest("on은 2026-12-01 형식의 날짜입니다.");
    let Json(on) = on.map_err(|_| no_date())?;
    let today: Date = on.on.parse().map_err(|_| no_date())?;
    Ok(Json(run(&shop, today).await?))
}
