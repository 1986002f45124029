//! What somebody sees who is not let in: no frame, nothing of anybody's.

use askama::Template;
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use crate::answer::with_status;
use crate::assets;
use crate::clothes::{Clothes, language_tag};
use crate::frame::Frame;

#[derive(Template)]
#[template(path = "closed.html")]
struct Closed {
    lang: &'static str,
    theme: &'static str,
    version: &'static str,
    title: &'static str,
    text: &'static str,
}

fn closed(clothes: &Clothes, title: &'static str, text: &'static str) -> Closed {
    Closed {
        lang: language_tag(clothes.language),
        theme: clothes.theme.name(),
        version: assets::version(),
        title,
        text,
    }
}

/// 403: it opens to this machine only.
pub fn answer(headers: &HeaderMap) -> Response {
    let clothes = Clothes::of(headers);
    let words = Frame::words_of(clothes.language);
    with_status(
        StatusCode::FORBIDDEN,
        &closed(&clothes, words.closed, words.closed_text),
    )
}

/// There is nothing to show yet.
pub fn no_project(clothes: &Clothes) -> Response {
    let words = Frame::words_of(clothes.language);
    with_status(
        StatusCode::OK,
        &closed(clothes, words.no_project, words.no_project_text),
    )
}
