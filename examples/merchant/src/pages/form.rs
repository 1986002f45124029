//! The form, and what happens when it is sent.

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Query, State};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Redirect, Response};

use super::issue::begin;
use super::page;
use super::words::{Lang, Words};
use crate::error::ApiError;
use crate::shop::Shop;
use crate::signup;

/// The banks that most people have. The gateway knows more, and more spellings.
const BANKS: &[&str] = &[
    "국민은행",
    "신한은행",
    "우리은행",
    "하나은행",
    "농협은행",
    "기업은행",
    "카카오뱅크",
    "케이뱅크",
    "토스뱅크",
    "새마을금고",
    "우체국",
    "SC제일은행",
    "부산은행",
    "대구은행",
];

#[derive(Template)]
#[template(path = "form.html")]
struct FormPage {
    words: &'static Words,
    banks: &'static [&'static str],
}

/// `GET /`
pub(crate) async fn form(Query(lang): Query<Lang>, headers: HeaderMap) -> Result<Response, ApiError> {
    page(&FormPage {
        words: Words::of(&lang, &headers),
        banks: BANKS,
    })
}

/// `POST /join`: begins to wait for the customer in the background, and sends the browser to the page that shows it.
///
/// # Errors
/// 400 for what is no form; the service DB.
pub(crate) async fn join(
    State(shop): State<Shop>,
    Query(lang): Query<Lang>,
    headers: HeaderMap,
    sent: Result<Form<signup::Form>, FormRejection>,
) -> Result<Redirect, ApiError> {
    let Form(mut sent) = sent.map_err(|_| ApiError::BadRequest("양식을 읽을 수 없습니다."))?;
    // Whoever knows the id sees the page, so it cannot be guessed. Letters only: it must not look like an account.
    sent.customer_id = random_letters()?;
    let to = format!("/join/{}?lang={}", sent.customer_id, Words::of(&lang, &headers).lang);
    begin(&shop, sent).await?;
    Ok(Redirect::to(&to))
}

/// 24 letters, 96 bits.
fn random_letters() -> Result<String, ApiError> {
    let mut bytes = [0_u8; 12];
    let filled = getrandom::fill(&mut bytes);
    filled.map_err(|error| ApiError::ServiceDb(anyhow::anyhow!("no randomness: {error}")))?;
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    Ok(halves.map(|half| char::from(b'a' + half)).collect())
}

/// `GET /style.css`
pub(crate) async fn style() -> Response {
    let css = include_str!("../../templates/style.css");
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], css).into_response()
}
