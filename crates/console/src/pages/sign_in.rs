//! `GET|POST /console/sign-in` and `POST /console/sign-out`.

use std::net::SocketAddr;

use askama::Template;
use axum::Form;
use axum::extract::{ConnectInfo, State};
use axum::response::{IntoResponse, Redirect, Response};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use gateway::{NotSignedIn, SignedIn};
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;

use crate::Console;
use crate::appearance::{Appearance, language_tag};
use crate::assets;
use crate::cookies::SESSION;
use crate::cookies::cookie_value;
use crate::response::{seen_after, with_status};
use crate::words::People;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    lang: &'static str,
    theme: &'static str,
    version: &'static str,
    w: &'static People,
    fault: Option<&'static str>,
}

fn form(headers: &HeaderMap, status: StatusCode, fault: Option<fn(&'static People) -> &'static str>) -> Response {
    let appearance = Appearance::of(headers);
    let w = People::of(appearance.language);
    let page = SignIn {
        lang: language_tag(appearance.language),
        theme: appearance.theme.name(),
        version: assets::version(),
        w,
        fault: fault.map(|of| of(w)),
    };
    with_status(status, &page)
}

/// The form.
pub async fn show(headers: HeaderMap) -> Response {
    form(&headers, StatusCode::OK, None)
}

/// What a person typed. Not `Debug`: it holds a password.
#[derive(Deserialize)]
pub struct SignInForm {
    name: String,
    password: String,
}

/// Signs in, and says neither whether the name exists nor what was wrong.
pub async fn enter(
    State(console): State<Console>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Form(typed): Form<SignInForm>,
) -> Response {
    let from = console.operator.caller(peer, &headers);
    match console
        .operator
        .sign_in(typed.name.trim(), typed.password.into(), from)
        .await
    {
        Ok(signed_in) => welcome(&console, &headers, &signed_in),
        Err(NotSignedIn::Wrong) => form(&headers, StatusCode::UNAUTHORIZED, Some(|w| w.wrong)),
        Err(NotSignedIn::TooMany) => form(&headers, StatusCode::TOO_MANY_REQUESTS, Some(|w| w.too_many)),
        Err(NotSignedIn::Unavailable) => form(&headers, StatusCode::SERVICE_UNAVAILABLE, Some(|w| w.unavailable)),
    }
}

fn welcome(console: &Console, headers: &HeaderMap, signed_in: &SignedIn) -> Response {
    let mut response = seen_after("/console");
    let lasts = Duration::seconds(i64::try_from(signed_in.expires_in_seconds).unwrap_or(0));
    put_cookie(console, headers, &mut response, &signed_in.token, lasts);
    response
}

/// Ends the session, here and in the browser.
pub async fn leave(
    State(console): State<Console>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    if let Some(token) = cookie_value(&headers, SESSION) {
        console
            .operator
            .sign_out(&token, console.operator.caller(peer, &headers))
            .await;
    }
    let mut response = Redirect::to("/console/sign-in").into_response();
    put_cookie(&console, &headers, &mut response, "", Duration::ZERO);
    response
}

fn put_cookie(console: &Console, headers: &HeaderMap, response: &mut Response, token: &str, lasts: Duration) {
    let is_https = headers.get("x-forwarded-proto").is_some_and(|scheme| scheme == "https");
    let cookie = Cookie::build((SESSION, token))
        .path("/console")
        .http_only(true)
        .secure(console.operator.has_tls() || is_https)
        .same_site(SameSite::Strict)
        .max_age(lasts);
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}
