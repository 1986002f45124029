//! Answers as snapshots: status, our headers, and the body, a member a line. Ids, dates and addresses are redacted.

use crate::Answer;
use crate::ordered::Ordered;

/// What a snapshot hides.
pub const FILTERS: &[(&str, &str)] = &[
    (r"\b[0-9a-f]{64}\b", "[token]"),
    (r"\b[0-9a-f]{24}\b", "[id]"),
    (r"\bjadong000m\d+\b", "[tid]"),
    (r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00", "[date]"),
    (r"http://127\.0\.0\.1:\d+", "[url]"),
];

/// Compares a text with the snapshot of this name, in the folder `snapshots` beside the test.
#[macro_export]
macro_rules! assert_text {
    ($name:expr, $text:expr) => {{
        let text: String = $text;
        $crate::transcript::settings().bind(|| insta::assert_snapshot!($name, text));
    }};
}

/// Compares an answer with the snapshot of this name, or with the one that is written behind it: `@"HTTP 200…"`.
#[macro_export]
macro_rules! assert_answer {
    ($answer:expr, @$snapshot:literal) => {{
        let text = $crate::transcript::transcript(&$answer);
        $crate::transcript::settings().bind(|| insta::assert_snapshot!(text, @$snapshot));
    }};
    ($name:expr, $answer:expr) => {
        $crate::assert_text!($name, $crate::transcript::transcript(&$answer))
    };
}

/// Compares several answers, each under a heading, with the snapshot of this name.
#[macro_export]
macro_rules! assert_answers {
    ($name:expr, $answers:expr) => {
        $crate::assert_text!($name, $crate::transcript::transcripts(&$answers))
    };
}

/// Snapshots are named by the tests alone.
pub fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_filters(FILTERS.to_vec());
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

/// Headers that are part of the contract.
const HEADERS: &[&str] = &[
    "content-type",
    "jadong-consent",
    "jadong-notice",
    "jadong-replayed",
    "retry-after",
];

/// One answer as a snapshot shows it.
pub fn transcript(answer: &Answer) -> String {
    let mut lines = vec![format!("HTTP {}", answer.status)];
    let ours = HEADERS.iter().filter_map(|name| Some((name, answer.header(name)?)));
    lines.extend(ours.map(|(name, value)| format!("{name}: {value}")));
    lines.push(String::new());
    match Ordered::read(&answer.body) {
        Ordered::Object(members) => {
            let shown = members.iter().filter(|(key, _)| !leads_to_its_page(answer, key));
            lines.extend(shown.map(|(key, value)| format!("{key}: {value}")));
        }
        other => lines.push(other.to_string()),
    }
    lines.join("\n")
}

/// Whether this is the `doc` that every refusal has; another one is shown.
fn leads_to_its_page(answer: &Answer, key: &str) -> bool {
    let page = format!("/docs/errors/{}", answer.text("error_code"));
    key == "doc" && answer.status >= 400 && answer.text("doc").ends_with(&page)
}

/// Each answer under its heading.
pub fn transcripts(answers: &[(String, Answer)]) -> String {
    let texts: Vec<_> = answers
        .iter()
        .map(|(heading, answer)| format!("--- {heading}\n{}", transcript(answer)))
        .collect();
    texts.join("\n\n")
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use super::transcript;
    use crate::Answer;

    #[test]
    fn a_refusal_is_shown_with_our_headers_and_without_the_way_to_its_page() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("date", "now"),
            ("retry-after", "1"),
            ("content-type", "application/json"),
        ] {
            headers.insert(name, value.parse().unwrap());
        }
        let body = r#"{"error_code":"RATE_LIMITED","doc":"http://h/docs/errors/RATE_LIMITED"}"#.to_owned();
        let status = 429;
        let shown = transcript(&Answer { status, headers, body });
        assert_eq!(
            shown,
            "HTTP 429\ncontent-type: application/json\nretry-after: 1\n\nerror_code: \"RATE_LIMITED\""
        );
    }
}
