//! Language and theme: what the browser prefers, unless the person has chosen.

use gateway::{Language, preferred_language};
use http::HeaderMap;

use crate::cookies::{LANGUAGE, THEME, cookie_value};

/// Light, dark, or as the system has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString, strum::VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Theme {
    Auto,
    Light,
    Dark,
}

domain::named!(Theme);

/// `ko` or `en`, as the page's `lang` has it.
pub fn language_tag(language: Language) -> &'static str {
    match language {
        Language::Korean => "ko",
        Language::English => "en",
    }
}

pub fn language_from_tag(tag: &str) -> Option<Language> {
    [Language::Korean, Language::English]
        .into_iter()
        .find(|language| language_tag(*language) == tag)
}

/// How a page is dressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appearance {
    pub language: Language,
    pub theme: Theme,
}

impl Appearance {
    pub fn of(headers: &HeaderMap) -> Self {
        let language = cookie_value(headers, LANGUAGE).and_then(|tag| language_from_tag(&tag));
        let theme = cookie_value(headers, THEME).and_then(|name| Theme::from_name(&name));
        Self {
            language: language.unwrap_or_else(|| preferred_language(headers)),
            theme: theme.unwrap_or(Theme::Auto),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_beats_the_browser_and_nonsense_is_no_choice() {
        let appearance = |cookie: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("accept-language", "en-GB, ko".parse().unwrap());
            headers.insert("cookie", cookie.parse().unwrap());
            Appearance::of(&headers)
        };
        let chosen = appearance("other=1; jadong_language=ko; jadong_theme=dark");
        assert_eq!((chosen.language, chosen.theme), (Language::Korean, Theme::Dark));
        let nonsense = appearance("jadong_language=klingon; jadong_theme=\"><script>");
        assert_eq!((nonsense.language, nonsense.theme), (Language::English, Theme::Auto));
    }
}
