//! A page with one sentence: not found, not allowed, not now.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use crate::answer::with_status;
use crate::frame::Frame;
use crate::show::filters;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "notice.html")]
struct Notice<'a> {
    frame: Frame,
    text: &'a str,
    back: String,
}

/// The sentence, with the frame around it.
pub fn answer(visit: &Visit, status: StatusCode, title: &str, text: &str) -> Response {
    let frame = Frame::of(visit, None, title);
    let back = visit.came_from.clone().unwrap_or_else(|| "/console".to_owned());
    with_status(status, &Notice { frame, text, back })
}
