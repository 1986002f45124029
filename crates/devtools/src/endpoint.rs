//! What a merchant's webhook endpoint said to a delivery: for `jadong listen` and `jadong webhook ordeal`.

use std::error::Error as _;

use domain::Language;
use domain::text::is_invisible;
use reqwest::Url;
use serde_json::Value;
use terminal::lang::in_language;

use crate::http::tls_fault;
use crate::local_url::place;

/// Characters of its body that are shown.
const SHOWN_MAX: usize = 200;

/// What came of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndpointReply {
    /// HTTP 200 and `{"success": true}`.
    Success,
    /// Another answer.
    Answer {
        status: u16,
        /// The beginning of its body, on one line; empty when it has none.
        body: String,
    },
    /// Nothing takes connections there.
    Nobody,
    /// The host's name leads nowhere.
    NoSuchHost,
    /// No answer within five seconds.
    TooLate,
    /// The connection ended without an answer.
    Closed,
    /// TLS was not to be had, and why.
    Tls(String),
}

impl EndpointReply {
    /// Sends a delivery, and hears what is said to it.
    pub async fn of(request: reqwest::RequestBuilder) -> Self {
        let answered = async {
            let response = request.send().await?;
            let status = response.status().as_u16();
            Ok((status, response.text().await?))
        };
        match answered.await {
            Ok((status, body)) => Self::answer(status, &body),
            Err(error) => Self::without_answer(&error),
        }
    }

    fn answer(status: u16, body: &str) -> Self {
        let is_success = serde_json::from_str::<Value>(body).is_ok_and(|answer| answer["success"] == true);
        if status == 200 && is_success {
            return Self::Success;
        }
        Self::Answer {
            status,
            body: one_line(body),
        }
    }

    fn without_answer(error: &reqwest::Error) -> Self {
        if let Some(fault) = tls_fault(error) {
            return Self::Tls(fault);
        }
        if error.is_timeout() {
            return Self::TooLate;
        }
        if !error.is_connect() {
            return Self::Closed;
        }
        let mut cause = error.source();
        while let Some(next) = cause {
            if next.to_string().contains("dns error") {
                return Self::NoSuchHost;
            }
            cause = next.source();
        }
        Self::Nobody
    }

    /// The HTTP status of an answer.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Success => Some(200),
            Self::Answer { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// What is wrong, for a person; empty when nothing is.
    pub fn wrong(&self, url: &Url, language: Language) -> String {
        match self {
            Self::Success => String::new(),
            Self::Answer { status: 300..400, .. } => {
                in_language(language, "리다이렉트는 따라가지 않습니다", "redirects are not followed").to_owned()
            }
            Self::Answer { status: 200, body } => in_language(
                language,
                format!("{{\"success\": true}}라고 답해야 하는데 {}", quoted(body, language)),
                format!("must answer {{\"success\": true}}, and said {}", quoted(body, language)),
            ),
            Self::Answer { body, .. } => in_language(
                language,
                format!("200이 아닙니다: {}", quoted(body, language)),
                format!("not 200: {}", quoted(body, language)),
            ),
            Self::Nobody => in_language(
                language,
                format!("{}에서 아무것도 받지 않습니다", place(url)),
                format!("nothing listens at {}", place(url)),
            ),
            Self::NoSuchHost => in_language(
                language,
                format!("{}라는 호스트가 없습니다", url.host_str().unwrap_or_default()),
                format!("there is no host {}", url.host_str().unwrap_or_default()),
            ),
            Self::TooLate => in_language(language, "5초 안에 답이 없습니다", "no answer within 5 s").to_owned(),
            Self::Closed => in_language(
                language,
                "답하지 않고 연결을 끊었습니다",
                "the connection was closed without an answer",
            )
            .to_owned(),
            Self::Tls(fault) => fault.clone(),
        }
    }
}

fn quoted(body: &str, language: Language) -> String {
    if body.is_empty() {
        in_language(language, "빈 본문이 왔습니다", "nothing").to_owned()
    } else {
        in_language(language, format!("`{body}`"), format!("`{body}`"))
    }
}

/// The beginning of a text as one line, without anything that moves a terminal's cursor or turns its text round.
fn one_line(text: &str) -> String {
    let quiet: String = text
        .chars()
        .take(SHOWN_MAX * 4)
        .map(|character| if is_invisible(character) { ' ' } else { character })
        .collect();
    let words = quiet.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown: String = words.chars().take(SHOWN_MAX).collect();
    if shown.len() < words.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_one_answer_is_a_success_and_any_other_is_shown() {
        assert_eq!(
            EndpointReply::answer(200, "{\"success\": true}"),
            EndpointReply::Success
        );
        let url = Url::parse("http://localhost:8000/x").unwrap();
        for (status, body, expected) in [
            (200, "OK", "must answer {\"success\": true}, and said `OK`"),
            (200, "", "must answer {\"success\": true}, and said nothing"),
            (
                200,
                "{\"success\": \"true\"}",
                "must answer {\"success\": true}, and said `{\"success\": \"true\"}`",
            ),
            (201, "{\"success\": true}", "not 200: `{\"success\": true}`"),
            (500, "Traceback:\n  File", "not 200: `Traceback: File`"),
            (404, "", "not 200: nothing"),
            (302, "", "redirects are not followed"),
        ] {
            let heard = EndpointReply::answer(status, body);
            assert_eq!(
                (heard.status(), heard.wrong(&url, Language::English).as_str()),
                (Some(status), expected)
            );
        }
        assert_eq!(
            EndpointReply::Nobody.wrong(&url, Language::English),
            "nothing listens at localhost:8000"
        );
    }

    #[test]
    fn a_body_does_nothing_to_the_terminal() {
        assert_eq!(one_line("a\u{1b}[2Jb\r\n\u{7}c\u{202e}d\u{9b}e"), "a [2Jb c d e");
        assert_eq!(one_line(&"가".repeat(300)).chars().count(), SHOWN_MAX + 1);
    }
}
