//! `GET /console/customers?subscription_id=…`: all that a merchant calls by one `subscription_id`: requests for a key, what was debited
//! with the keys that came of them, and what will be.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;

use crate::format::filters;
use crate::layout::{Frame, Section};
use crate::live::{self, Kind};
use crate::page_context::{PageContext, PageError};
use crate::response::page;
use crate::rows::{self, Row};
use crate::words::Money;

#[derive(Deserialize)]
pub struct CustomerQuery {
    #[serde(default)]
    subscription_id: String,
}

#[derive(Template)]
#[template(path = "customer.html")]
struct Customer {
    frame: Frame,
    w: &'static Money,
    triggers: String,
    requests: Vec<Row>,
    reserves: Vec<Row>,
    payments: Vec<Row>,
    /// There may be older payments than these.
    is_cut: bool,
}

/// The page.
pub async fn show(context: PageContext, Query(asked): Query<CustomerQuery>) -> Result<Response, PageError> {
    let refused = |refusal| PageError::refused(&context, &refusal);
    let (operator, project, language) = (&context.operator, context.project, context.language());
    let subscription = asked.subscription_id.trim();
    let issuances = operator.issuances_of(project, subscription).await.map_err(refused)?;
    let (mut reserves, mut paid, mut is_cut) = (Vec::new(), Vec::new(), false);
    for key in issuances.iter().filter_map(|issuance| issuance.issued) {
        let of_key = operator
            .payments_of_key(project, key.billing_key)
            .await
            .map_err(refused)?;
        is_cut |= of_key.next.is_some();
        paid.extend(of_key.rows);
        reserves.extend(
            operator
                .reserves_of_key(project, key.billing_key)
                .await
                .map_err(refused)?,
        );
    }
    paid.sort_by_key(|payment| std::cmp::Reverse(payment.receipt_id));
    reserves.sort_by_key(|reserve| reserve.due_at);
    let w = Money::of(language);
    Ok(page(&Customer {
        frame: Frame::of(&context, Some(Section::Keys), &format!("{} {subscription}", w.customer)),
        w,
        triggers: live::triggers(&[Kind::Issuance, Kind::Key, Kind::Payment, Kind::Reserve]),
        requests: issuances.iter().map(|one| rows::issuance(one, language)).collect(),
        reserves: reserves.iter().map(|one| rows::reserve(one, language)).collect(),
        payments: paid.iter().map(|one| rows::payment(one, language)).collect(),
        is_cut,
    }))
}
