//! The two languages of the manual.

use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Language {
    #[serde(rename = "ko")]
    Korean,
    #[serde(rename = "en")]
    English,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::Korean, Self::English];

    /// As in addresses and in the `lang` attribute.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Korean => "ko",
            Self::English => "en",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Korean => Self::English,
            Self::English => Self::Korean,
        }
    }

    /// The first language of an `Accept-Language` header, or of `LANG`, that is one of ours; Korean when none is.
    #[must_use]
    pub fn preferred(text: &str) -> Self {
        let wanted = text.split(',').filter_map(|part| part.trim().get(..2));
        let mut known = wanted.filter_map(|code| Self::from_code(&code.to_ascii_lowercase()));
        known.next().unwrap_or(Self::Korean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_known_language_wins() {
        for (text, meant) in [
            ("en-US,en;q=0.9,ko;q=0.8", Language::English),
            ("ko-KR,ko;q=0.9,en;q=0.8", Language::Korean),
            ("fr, en;q=0.5", Language::English),
            ("en_US.UTF-8", Language::English),
            ("C", Language::Korean),
            ("", Language::Korean),
            ("日本", Language::Korean),
        ] {
            assert_eq!(Language::preferred(text), meant, "{text}");
        }
    }
}
