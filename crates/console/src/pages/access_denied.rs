//! What somebody sees who is not let in: no frame, nothing of anybody's.

use askama::Template;
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use crate::appearance::{Appearance, language_tag};
use crate::assets;
use crate::layout::Frame;
use crate::response::with_status;

#[derive(Template)]
#[template(path = "access_denied.html")]
struct Closed {
    lang: &'static str,
    theme: &'static str,
    version: &'static str,
    title: &'static str,
    text: &'static str,
    /// Leads to the form.
    sign_in: Option<&'static str>,
}

fn closed(appearance: &Appearance, title: &'static str, text: &'static str) -> Closed {
    Closed {
        lang: language_tag(appearance.language),
        theme: appearance.theme.name(),
        version: assets::version(),
        title,
        text,
        sign_in: None,
    }
}

/// 403: nobody is signed in, and it opens by itself to a sandbox's own machine only.
pub fn answer(appearance: &Appearance) -> Response {
    let words = Frame::words_of(appearance.language);
    let page = Closed {
        sign_in: Some(words.to_sign_in),
        ..closed(appearance, words.closed, words.closed_text)
    };
    with_status(StatusCode::FORBIDDEN, &page)
}

/// 503: an act goes on beyond the time that a page waits for it.
pub fn late(headers: &HeaderMap) -> Response {
    let appearance = Appearance::of(headers);
    let words = Frame::words_of(appearance.language);
    with_status(
        StatusCode::SERVICE_UNAVAILABLE,
        &closed(&appearance, words.late, words.late_text),
    )
}

/// There is nothing to show yet.
pub fn no_project(appearance: &Appearance) -> Response {
    let words = Frame::words_of(appearance.language);
    with_status(
        StatusCode::OK,
        &closed(appearance, words.no_project, words.no_project_text),
    )
}
