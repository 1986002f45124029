//! The page that waits with the customer, and then shows what they have.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::page;
use super::words::{Lang, Words};
use crate::db::{Billing, Payment, Stage};
use crate::error::ApiError;
use crate::shop::Shop;

#[derive(Template)]
#[template(path = "wait.html")]
struct WaitPage {
    words: &'static Words,
    customer_id: String,
    stage: Stage,
    reason: Option<String>,
    billing: Option<Billing>,
    next_on: Option<String>,
    payments: Vec<Payment>,
}

/// `GET /join/{customer_id}`
///
/// # Errors
/// 404 for a sign-up that is not there.
pub(crate) async fn wait(
    State(shop): State<Shop>,
    Path(customer_id): Path<String>,
    Query(lang): Query<Lang>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let signup = shop.db.signup(&customer_id).await?.ok_or(ApiError::UnknownCustomer)?;
    page(&WaitPage {
        words: Words::of(&lang, &headers),
        stage: signup.stage,
        reason: signup.reason.filter(|reason| !reason.is_empty()),
        billing: match signup.stage {
            Stage::Issued => shop.db.by_customer(&customer_id).await?,
            _ => None,
        },
        next_on: shop.db.next_on(&customer_id).await?,
        payments: shop.db.payments_of(&customer_id).await?,
        customer_id,
    })
}

impl WaitPage {
    fn is_calling(&self) -> bool {
        self.stage == Stage::Calling
    }

    fn headline(&self) -> &'static str {
        match self.stage {
            Stage::Calling => self.words.calling,
            Stage::Issued => self.words.issued,
            Stage::Refused => self.words.refused,
            Stage::Expired => self.words.expired,
            Stage::Failed => self.words.failed,
        }
    }
}
