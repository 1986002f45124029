//! `GET /docs/errors/{error_code}`: what an error means. The `doc` of every refusal leads here.

use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use domain::error::list;
use domain::{ErrorCode, Refusal};
use http::HeaderMap;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use serde::Deserialize;

use crate::http::response::ApiError;
use crate::support::language::{Language, preferred};

/// The page needs nothing but its own style.
const POLICY: &str = "default-src 'none'; style-src 'sha256-MKxD3C7teo0EBp33yACJO7iUUWd3LQyo/Gu/9dlswk8='; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const STYLE: &str = include_str!("error.css");

/// `lang` wins over `Accept-Language`: a link may be sent to somebody else.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct ErrorPageQuery {
    lang: String,
}

pub async fn handle(
    Path(name): Path<String>,
    Query(wanted): Query<ErrorPageQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let code = ErrorCode::from_name(&name).ok_or_else(|| {
        let names: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.name()).collect();
        let near = domain::suggest::suggestions(&name, names).join(", ");
        let refusal = Refusal::of(ErrorCode::EndpointNotFound);
        if near.is_empty() { refusal } else { refusal.hint(near) }
    })?;
    let language = match wanted.lang.as_str() {
        "ko" => Language::Korean,
        "en" => Language::English,
        _ => preferred(&headers),
    };
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    Ok((headers, page(code, language)).into_response())
}

fn page(code: ErrorCode, language: Language) -> String {
    let (chapter, lesson) = code.explanation();
    let [cause, fix, example] = list::headings(language);
    let (tag, other, other_name) = match language {
        Language::Korean => ("ko", "en", "English"),
        Language::English => ("en", "ko", "한국어"),
    };
    let number = code.number().map(|number| format!(" · {number}")).unwrap_or_default();
    format!(
        "<!doctype html>\n<html lang=\"{tag}\">\n<head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{name} · Jadong</title>\n<style>{STYLE}</style></head>\n<body><main>\n\
         <p><a href=\"?lang={other}\" lang=\"{other}\" hreflang=\"{other}\">{other_name}</a></p>\n\
         <h1><code>{name}</code></h1>\n<p>HTTP {status}{number} · {chapter}</p>\n<p><strong>{sentence}</strong></p>\n\
         <h2>{cause}</h2>\n<p>{cause_text}</p>\n<h2>{fix}</h2>\n<p>{fix_text}</p>\n\
         <h2>{example}</h2>\n<pre><code>{example_text}</code></pre>\n</main></body>\n</html>\n",
        name = code.name(),
        status = code.http_status(),
        chapter = chapter.title(language),
        sentence = escaped(code.sentence(language)),
        cause_text = with_code(lesson.cause(language)),
        fix_text = with_code(lesson.fix(language)),
        example_text = escaped(&lesson.example),
    )
}

/// What stands between backticks is code.
fn with_code(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 64);
    for (place, part) in text.split('`').enumerate() {
        if place % 2 == 1 {
            html.push_str("<code>");
            html.push_str(&escaped(part));
            html.push_str("</code>");
        } else {
            html.push_str(&escaped(part));
        }
    }
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_policy_allows_the_pages_own_style() {
        let hash = STANDARD.encode(Sha256::digest(STYLE));
        assert!(POLICY.contains(&format!("'sha256-{hash}'")), "sha256-{hash}");
    }

    #[test]
    fn every_page_is_whole_and_escaped() {
        for code in ErrorCode::ALL {
            for language in [Language::Korean, Language::English] {
                let page = page(*code, language);
                assert_eq!(page.matches("<h2>").count(), 3, "{}", code.name());
                assert!(!page.contains('`'), "{}: an odd number of backticks", code.name());
                assert!(!page.contains("<the"), "{}", code.name());
            }
        }
    }
}
