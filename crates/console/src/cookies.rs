//! The console's cookies.

use cookie::Cookie;
use http::HeaderMap;
use http::header::COOKIE;

/// The session.
pub const SESSION: &str = "jadong_session";
/// The chosen project.
pub const PROJECT: &str = "jadong_project";
/// The chosen language and theme.
pub const LANGUAGE: &str = "jadong_language";
pub const THEME: &str = "jadong_theme";

/// The value of a cookie.
pub fn cookie_value(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}
