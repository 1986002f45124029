//! A page with one sentence: not found, not allowed, not now.

use askama::Template;
use axum::response::Response;
use gateway::ProjectShown;
use http::StatusCode;

use crate::format::filters;
use crate::layout::Frame;
use crate::page_context::PageContext;
use crate::response::with_status;

#[derive(Template)]
#[template(path = "notice.html")]
struct Notice<'a> {
    frame: Frame,
    text: &'a str,
    /// Where to go instead, and what it is called.
    there: Option<(String, String)>,
    back: String,
}

/// The sentence, with the frame around it.
pub fn answer(visit: &PageContext, status: StatusCode, title: &str, text: &str) -> Response {
    let frame = Frame::of(visit, None, title);
    let back = visit.came_from.clone().unwrap_or_else(|| "/console".to_owned());
    let there = None;
    with_status(
        status,
        &Notice {
            frame,
            text,
            there,
            back,
        },
    )
}

/// Not found here, and a link to the project that has it.
pub fn not_in_this_project(visit: &PageContext, other: &ProjectShown) -> Response {
    let words = Frame::words_of(visit.language());
    let path = visit.here.split('?').next().unwrap_or_default();
    let page = Notice {
        frame: Frame::of(visit, None, words.not_found),
        text: words.not_found_text,
        there: Some((
            format!("{path}?project={}", other.id),
            format!("{} {}", words.is_in_project, other.name),
        )),
        back: "/console".to_owned(),
    };
    with_status(StatusCode::NOT_FOUND, &page)
}
