//! A page with one sentence: not found, not allowed, not now.

use askama::Template;
use axum::response::Response;

use crate::format::filters;
use crate::layout::Frame;
use crate::page_context::Message;
use crate::response::with_status;

#[derive(Template)]
#[template(path = "message.html")]
struct Notice<'a> {
    frame: Frame,
    text: &'a str,
    /// Where to go instead, and what it is called.
    there: Option<(String, String)>,
    back: String,
}

/// The sentence, with the frame around it, and a link to the project that has what was looked for.
pub fn answer(said: &Message) -> Response {
    let context = &said.context;
    let words = Frame::words_of(context.language());
    let path = context.here.split('?').next().unwrap_or_default();
    let there = said.elsewhere.as_ref().map(|project| {
        let address = format!("{path}?project={}", project.id);
        (address, format!("{} {}", words.is_in_project, project.name))
    });
    let page = Notice {
        frame: Frame::of(context, None, said.title),
        text: &said.text,
        there,
        back: context
            .came_from
            .clone()
            .filter(|_| said.elsewhere.is_none())
            .unwrap_or_else(|| "/console".to_owned()),
    };
    with_status(said.status, &page)
}
