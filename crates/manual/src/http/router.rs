//! The manual's URLs.

use axum::Router;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::header::ACCEPT_LANGUAGE;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::answer;
use super::layout::{Body, document};
use crate::{Language, MOUNT, QUERY_CHARS_MAX, address, page, picture, search};

const STYLESHEET: &str = include_str!("../../assets/manual.css");

/// Everything below [`MOUNT`], ready to be merged into a router. Keeps nothing and asks nobody.
pub fn router() -> Router {
    Router::new()
        .route(MOUNT, get(first))
        .route(
            &format!("{MOUNT}/manual.css"),
            get(|| async { answer::stylesheet(STYLESHEET) }),
        )
        .route(&format!("{MOUNT}/pictures/{{*name}}"), get(show_picture))
        .route(&format!("{MOUNT}/{{language}}"), get(show_first))
        .route(&format!("{MOUNT}/{{language}}/search"), get(show_hits))
        .route(&format!("{MOUNT}/{{language}}/{{*path}}"), get(show_page))
}

async fn first(headers: HeaderMap) -> Response {
    let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let language = Language::preferred(accepted.unwrap_or_default());
    Redirect::to(&address("", language)).into_response()
}

async fn show_picture(Path(name): Path<String>) -> Response {
    match picture(&format!("pictures/{name}")) {
        Some(svg) => answer::picture(svg.into_owned()),
        None => not_found("", Language::Korean),
    }
}

async fn show_first(Path(language): Path<String>) -> Response {
    show("", &language)
}

async fn show_page(Path((language, path)): Path<(String, String)>) -> Response {
    show(&path, &language)
}

fn show(path: &str, language: &str) -> Response {
    let Some(language) = Language::from_code(language) else {
        return not_found("", Language::Korean);
    };
    match page(path, language) {
        Some(page) => write(StatusCode::OK, &Body::Page(page), path, language),
        None => not_found("", language),
    }
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
}

async fn show_hits(Path(language): Path<String>, Query(asked): Query<Asked>) -> Response {
    let Some(language) = Language::from_code(&language) else {
        return not_found("", Language::Korean);
    };
    let query: String = asked.q.chars().take(QUERY_CHARS_MAX).collect();
    let hits = search(&query, language);
    write(StatusCode::OK, &Body::Search { query, hits }, "", language)
}

fn not_found(path: &str, language: Language) -> Response {
    write(StatusCode::NOT_FOUND, &Body::NotFound, path, language)
}

fn write(status: StatusCode, body: &Body, path: &str, language: Language) -> Response {
    match document(body, path, language) {
        Ok(text) => answer::html(status, text),
        Err(error) => answer::html(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}
