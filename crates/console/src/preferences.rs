//! `POST /console/preferences`: language, theme and project, each kept in a cookie of its own.

use axum::Form;
use axum::response::{IntoResponse, Redirect, Response};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use http::HeaderValue;
use http::header::SET_COOKIE;
use serde::Deserialize;

use crate::appearance::{Theme, language_from_tag};
use crate::cookies::{LANGUAGE, PROJECT, THEME};
use crate::page_context::PageContext;

#[derive(Deserialize)]
pub struct Chosen {
    language: Option<String>,
    theme: Option<String>,
    project: Option<String>,
    /// Where to go on.
    back: Option<String>,
}

/// Keeps what is one of ours, and goes back to where the person was.
pub async fn change(context: PageContext, Form(chosen): Form<Chosen>) -> Response {
    let language = chosen.language.filter(|tag| language_from_tag(tag).is_some());
    let theme = chosen.theme.filter(|name| Theme::from_name(name).is_some());
    let project = chosen
        .project
        .filter(|id| context.projects.iter().any(|known| known.id.to_string() == *id));
    let stays = if project.is_some() {
        Stays::InSection
    } else {
        Stays::AtPage
    };
    let mut response = Redirect::to(&back(chosen.back.as_deref(), stays)).into_response();
    for (name, value) in [(LANGUAGE, language), (THEME, theme), (PROJECT, project)] {
        let Some(value) = value else { continue };
        let cookie = Cookie::build((name, value))
            .path("/console")
            .http_only(true)
            .same_site(SameSite::Lax)
            .max_age(Duration::days(365));
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            response.headers_mut().append(SET_COOKIE, value);
        }
    }
    response
}

/// How much of the place is kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stays {
    AtPage,
    InSection,
}

/// Only a page of the console; one thing of another project is none of this one's.
fn back(wanted: Option<&str>, stays: Stays) -> String {
    let path =
        wanted.filter(|path| *path == "/console" || path.starts_with("/console/") || path.starts_with("/console?"));
    let path = path.unwrap_or("/console");
    if stays == Stays::InSection {
        let section: Vec<&str> = path.split(['/', '?']).take(3).collect();
        return section.join("/");
    }
    path.to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Stays, back};

    #[test]
    fn the_way_back_stays_in_the_console() {
        assert_eq!(
            back(Some("/console/receipts?page=2"), Stays::AtPage),
            "/console/receipts?page=2"
        );
        assert_eq!(back(Some("//evil.example"), Stays::AtPage), "/console");
        assert_eq!(back(Some("https://evil.example/console/"), Stays::AtPage), "/console");
        assert_eq!(back(Some("/consolex"), Stays::AtPage), "/console");
        assert_eq!(back(None, Stays::AtPage), "/console");
        assert_eq!(
            back(Some("/console/receipts/66a1?x=1"), Stays::InSection),
            "/console/receipts"
        );
        assert_eq!(back(Some("/console"), Stays::InSection), "/console");
    }
}
