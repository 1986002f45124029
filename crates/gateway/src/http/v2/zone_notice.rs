//! A time without a zone is Korean time. An SDK whose documentation counts in UTC may mean nine hours later.

use axum::response::Response;
use domain::written_time::{TimeZone, read as read_when};
use http::{HeaderMap, HeaderValue};

use crate::http::response::JADONG_NOTICE;
use crate::ops::request_history;

/// Their samples end in `UTC` or `Z`.
const COUNT_IN_UTC: [&str; 3] = ["PHP", "JavaScript", "Deno"];

/// Adds a notice that tells how `text` of `field` was read, where its sender may have meant another moment.
pub fn add(mut response: Response, headers: &HeaderMap, field: &str, text: Option<&str>) -> Response {
    let assumed = text.and_then(read_when).filter(|when| when.zone == TimeZone::Assumed);
    let counts_in_utc = || {
        request_history::sdk(headers).is_some_and(|sdk| {
            let name = sdk.split(' ').next().unwrap_or_default();
            COUNT_IN_UTC.contains(&name)
        })
    };
    if let Some(when) = assumed.filter(|_| counts_in_utc()) {
        let notice = format!("{field} without a time zone is Korean time: {}", when.at.to_wire());
        if let Ok(notice) = HeaderValue::try_from(notice) {
            response.headers_mut().append(JADONG_NOTICE, notice);
        }
    }
    response
}
