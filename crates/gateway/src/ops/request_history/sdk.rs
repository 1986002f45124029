//! Which SDK a request comes from, by the headers that every official one sends. A header may hold anything, so only
//! what has the shape of a name or a version is taken over.

use http::HeaderMap;
use http::header::USER_AGENT;

/// The name of the SDK and its version, for example `JavaScript 2.13.1`; of other clients the first word of their
/// `User-Agent`; `None` when there is nothing that may be shown.
pub fn of(headers: &HeaderMap) -> Option<String> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let Some(name) = text("bootpay-sdk-type").and_then(name) else {
        return headers.get(USER_AGENT)?.to_str().ok().and_then(product);
    };
    // C# has these two swapped.
    let header = if name == "C#" {
        "bootpay-api-version"
    } else {
        "bootpay-sdk-version"
    };
    Some(match text(header).and_then(version) {
        Some(version) => format!("{name} {version}"),
        None => name.to_owned(),
    })
}

fn name(number: &str) -> Option<&'static str> {
    Some(match number {
        "300" => "Ruby",
        "301" => "JavaScript",
        "302" => "Python",
        "303" => "PHP",
        "304" => "Java",
        "305" => "Go",
        "306" => "Deno",
        "307" => "C#",
        _ => return None,
    })
}

/// Up to three numbers of up to three digits.
fn version(text: &str) -> Option<&str> {
    let parts: Vec<_> = text.split('.').collect();
    let is_number = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    ((2..=3).contains(&parts.len()) && parts.iter().all(is_number)).then_some(text)
}

/// `curl` of `curl/8.5.0`.
fn product(agent: &str) -> Option<String> {
    let name = agent.split(['/', ' ']).next()?;
    let is_name = (1..=24).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
    is_name.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pairs: &[(&'static str, &str)]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().unwrap());
        }
        of(&headers)
    }

    #[test]
    fn every_sdk_is_named_with_its_version_also_the_one_that_swaps_two_headers() {
        let kind = |kind, api, sdk| {
            sent(&[
                ("bootpay-sdk-type", kind),
                ("bootpay-api-version", api),
                ("bootpay-sdk-version", sdk),
            ])
        };
        assert_eq!(kind("301", "5.0.0", "2.13.1").as_deref(), Some("JavaScript 2.13.1"));
        assert_eq!(kind("307", "1.0.7", "5.0.0").as_deref(), Some("C# 1.0.7"));
        assert_eq!(sent(&[("user-agent", "curl/8.5.0")]).as_deref(), Some("curl"));
        assert_eq!(sent(&[]), None);
    }

    #[test]
    fn a_number_that_is_no_version_is_not_taken_over() {
        let number = "01098712345";
        assert_eq!(
            sent(&[("bootpay-sdk-type", "302"), ("bootpay-sdk-version", number)]).as_deref(),
            Some("Python")
        );
        assert_eq!(sent(&[("bootpay-sdk-type", number), ("user-agent", number)]), None);
    }
}
