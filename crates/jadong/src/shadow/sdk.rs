//! Which SDK a request comes from, as it says itself.

use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;

use super::difference::word;

const OTHER: &str = "unknown";
/// `BOOTPAY-SDK-TYPE`, from 300 on.
const NAMES: [&str; 8] = ["Ruby", "JavaScript", "Python", "PHP", "Java", "Go", "Deno", "C#"];

/// `JavaScript 2.13.1`; without the SDKs' own headers the first word of `User-Agent`.
pub fn of(headers: &HeaderMap) -> String {
    let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let kind = said("bootpay-sdk-type").and_then(|text| text.parse::<usize>().ok());
    let Some(name) = kind.and_then(|number| NAMES.get(number.checked_sub(300)?)) else {
        let agent = said(USER_AGENT.as_str()).and_then(|text| text.split_whitespace().next());
        return agent.and_then(|agent| word(agent, 40)).unwrap_or(OTHER).to_owned();
    };
    // The C# SDK has these two the other way round.
    let version = if *name == "C#" {
        "bootpay-api-version"
    } else {
        "bootpay-sdk-version"
    };
    match said(version).and_then(|version| word(version, 20)) {
        Some(version) => format!("{name} {version}"),
        None => (*name).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn an_sdk_is_told_by_its_headers_and_nothing_else_is_shown() {
        let told = |headers: &[(&'static str, &str)]| {
            let pairs = headers
                .iter()
                .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
            of(&pairs.collect())
        };
        assert_eq!(
            told(&[("bootpay-sdk-type", "301"), ("bootpay-sdk-version", "2.13.1")]),
            "JavaScript 2.13.1"
        );
        let swapped = [
            ("bootpay-sdk-type", "307"),
            ("bootpay-api-version", "2.2.0"),
            ("bootpay-sdk-version", "5.0.0"),
        ];
        assert_eq!(told(&swapped), "C# 2.2.0");
        assert_eq!(
            told(&[("bootpay-sdk-type", "399"), ("user-agent", "curl/8.5.0 (x)")]),
            "curl/8.5.0"
        );
        assert_eq!(told(&[("user-agent", "010-1234-5678")]), "unknown");
        assert_eq!(told(&[]), "unknown");
    }
}
