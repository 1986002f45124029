//! Korean unless English is preferred.

pub use domain::Language;
use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;

/// The caller's preference, by the order of `Accept-Language` (quality values do not change it for two languages in use).
pub fn preferred(headers: &HeaderMap) -> Language {
    let Some(list) = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()) else {
        return Language::Korean;
    };
    let first = list
        .split(',')
        .map(|item| item.trim().to_ascii_lowercase())
        .find_map(|item| {
            let tag = item.split([';', '-']).next().unwrap_or("");
            match tag {
                "ko" => Some(Language::Korean),
                "en" => Some(Language::English),
                _ => None,
            }
        });
    first.unwrap_or(Language::Korean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_known_language_wins_and_korean_is_the_default() {
        let language = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, value.parse().unwrap());
            preferred(&headers)
        };
        assert_eq!(preferred(&HeaderMap::new()), Language::Korean);
        assert_eq!(language("en-US,en;q=0.9,ko;q=0.8"), Language::English);
        assert_eq!(language("ko-KR,en;q=0.8"), Language::Korean);
        assert_eq!(language("*"), Language::Korean);
    }
}
