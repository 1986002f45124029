//! The page at a link, in the place of Toss's app: whoever has the link agrees or refuses there.

use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderValue, LOCATION, ORIGIN};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use hyper::body::Incoming;

use super::callback;
use super::keys::removal_of;
use crate::core::answer::Action;
use crate::core::wallet::LinkView;
use crate::http::body::Outgoing;
use crate::http::shell::Shell;

/// Where the pages are; behind it stands the key, and what is done with it.
pub const PAGES: &str = "/toss/";

/// Shows a link's page, or does what was clicked on it.
pub fn page(shell: &Shell, request: &Request<Incoming>) -> Response<Outgoing> {
    let rest = request.uri().path().strip_prefix(PAGES).unwrap_or_default();
    let (key, act) = rest.split_once('/').unwrap_or((rest, ""));
    let Some(link) = shell.engine.link(key) else {
        return html(StatusCode::NOT_FOUND, "<p>없는 링크입니다 · No such link</p>");
    };
    match (request.method(), act) {
        (&Method::GET, "") => html(StatusCode::OK, &shown(&link)),
        (&Method::POST, "agree" | "refuse" | "remove") if is_own(request.headers()) => clicked(shell, key, &link, act),
        _ => html(StatusCode::METHOD_NOT_ALLOWED, "<p>405</p>"),
    }
}

/// Whether no page of another place sent it.
fn is_own(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    text(ORIGIN).is_none_or(|origin| text(HOST).is_some_and(|host| origin == format!("http://{host}")))
}

fn clicked(shell: &Shell, key: &str, link: &LinkView, act: &str) -> Response<Outgoing> {
    let engine = &shell.engine;
    let (is_done, action) = match act {
        "agree" => (engine.answer(&link.order_id, Action::Agree).is_ok(), Some("ACTIVATED")),
        // Nobody is told of a refusal.
        "refuse" => (engine.answer(&link.order_id, Action::Refuse).is_ok(), None),
        _ => (engine.visit(0).expire(key, &removal_of(key)).is_ok(), Some("REMOVED")),
    };
    let now = engine.link(key).filter(|_| is_done);
    let Some(now) = now else {
        return html(
            StatusCode::CONFLICT,
            "<p>이미 끝난 요청입니다 · This is over already</p>",
        );
    };
    if let Some(action) = action {
        callback::tell(&now, action, engine.now_ms());
    }
    let to = match act {
        "agree" => &now.wallet.success_url,
        _ => &now.wallet.failure_url,
    };
    let joint = if to.contains('?') { '&' } else { '?' };
    let user_id = now.order_id.split('~').next().unwrap_or_default();
    let to = format!("{to}{joint}status={}&userId={user_id}&billingKey={key}", now.status);
    let mut response = html(StatusCode::SEE_OTHER, &shown(&now));
    // Without one, or with one that no header can have, the page itself says it.
    match HeaderValue::try_from(to)
        .ok()
        .filter(|to| to.as_bytes().starts_with(b"http"))
    {
        Some(to) => drop(response.headers_mut().insert(LOCATION, to)),
        None => *response.status_mut() = StatusCode::OK,
    }
    response
}

fn shown(link: &LinkView) -> String {
    let button = |act: &str, words: &str| {
        format!(
            r#"<form method="post" action="{PAGES}{}/{act}"><button>{words}</button></form>"#,
            link.wallet.bid
        )
    };
    let (words, buttons) = match link.status {
        "ACTIVE" => (
            "동의했습니다 · Agreed",
            button("remove", "앱에서 삭제 · Remove it in the app"),
        ),
        "REMOVE" => ("삭제되었습니다 · Removed", String::new()),
        _ if link.is_open => (
            "자동결제를 등록하시겠습니까? · Register this automatic payment?",
            button("agree", "동의 · Agree") + &button("refuse", "거절 · Refuse"),
        ),
        "CANCEL" => ("거절했습니다 · Refused", String::new()),
        _ => ("유효시간이 지났습니다 · The link is over", String::new()),
    };
    format!("<h1>{}</h1><p>{words}</p>{buttons}", escaped(&link.goods_name))
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

/// A page that asks for nothing from anywhere.
fn html(status: StatusCode, content: &str) -> Response<Outgoing> {
    let page = format!(
        r#"<!doctype html><html lang="ko"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>토스페이 (모의) · Toss Pay (simulated)</title><body>{content}<p>모의 결제 화면입니다 · This is a simulation</p></body></html>"#
    );
    let mut response = Response::new(Outgoing::whole(page));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'"));
    response
}
