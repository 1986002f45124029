//! What an error means: why it comes, what to do, an example. The sentences are in `explanations.toml`, one for each code.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::ErrorCode;
use crate::language::Language;

/// What a developer wants to know who meets an error.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    cause_ko: String,
    cause_en: String,
    fix_ko: String,
    fix_en: String,
    /// What brings it about, then what of the answer matters. The same in both languages.
    pub example: String,
}

impl Explanation {
    /// Why it comes. Names of fields and values stand between backticks.
    #[must_use]
    pub fn cause(&self, language: Language) -> &str {
        match language {
            Language::Korean => &self.cause_ko,
            Language::English => &self.cause_en,
        }
    }

    /// What to do.
    #[must_use]
    pub fn fix(&self, language: Language) -> &str {
        match language {
            Language::Korean => &self.fix_ko,
            Language::English => &self.fix_en,
        }
    }
}

/// What a caller was doing; the chapters of the list of errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    Request,
    Consent,
    Publish,
    Charge,
    Cancel,
    CashReceipt,
    Reserve,
    Credentials,
    Person,
    Sandbox,
    Gateway,
}

impl Category {
    /// Every chapter, in the order of the list.
    pub const ALL: [Self; 11] = [
        Self::Request,
        Self::Consent,
        Self::Publish,
        Self::Charge,
        Self::Cancel,
        Self::CashReceipt,
        Self::Reserve,
        Self::Credentials,
        Self::Person,
        Self::Sandbox,
        Self::Gateway,
    ];

    #[must_use]
    pub const fn title(self, language: Language) -> &'static str {
        let (korean, english) = match self {
            Self::Request => ("빌링키 요청", "A request for a key"),
            Self::Consent => ("키 없이 끝난 동의", "How a consent ends without a key"),
            Self::Publish => ("발급과 빌링키", "Publishing and keys"),
            Self::Charge => ("출금", "Charging"),
            Self::Cancel => ("취소", "Cancelling"),
            Self::CashReceipt => ("현금영수증", "Cash receipts"),
            Self::Reserve => ("예약과 웹훅", "Reserves and webhooks"),
            Self::Credentials => ("인증", "Credentials"),
            Self::Person => ("사람의 판정", "A person's verdict"),
            Self::Sandbox => ("샌드박스", "The sandbox"),
            Self::Gateway => ("게이트웨이", "The gateway itself"),
        };
        match language {
            Language::Korean => korean,
            Language::English => english,
        }
    }
}

static EXPLANATIONS: LazyLock<BTreeMap<Category, BTreeMap<String, Explanation>>> = LazyLock::new(|| {
    toml::from_str(include_str!("explanations.toml"))
        .expect("explanations.toml is part of the program and was tested with it")
});

impl ErrorCode {
    /// The chapter and the lesson of this error.
    ///
    /// # Panics
    /// For a code without a lesson, which a test rules out.
    #[must_use]
    pub fn explanation(self) -> (Category, &'static Explanation) {
        EXPLANATIONS
            .iter()
            .find_map(|(chapter, lessons)| Some((*chapter, lessons.get(self.name())?)))
            .expect("every code has a lesson, as a test says")
    }

    /// The sentence in `language`.
    #[must_use]
    pub const fn sentence(self, language: Language) -> &'static str {
        match language {
            Language::Korean => self.korean(),
            Language::English => self.english(),
        }
    }

    /// The codes of a chapter, in the order of the table.
    pub fn of_category(chapter: Category) -> impl Iterator<Item = Self> {
        let codes = Self::ALL.iter().copied();
        codes.filter(move |code| code.explanation().0 == chapter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_has_exactly_one_lesson_and_no_lesson_is_left_over() {
        let mut taught: Vec<&str> = EXPLANATIONS
            .values()
            .flat_map(|lessons| lessons.keys().map(String::as_str))
            .collect();
        taught.sort_unstable();
        let codes: BTreeSet<&str> = ErrorCode::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(taught, Vec::from_iter(codes), "codes and explanations.toml");
        assert_eq!(EXPLANATIONS.len(), Category::ALL.len());
    }

    #[test]
    fn a_lesson_says_something_in_both_languages() {
        for code in ErrorCode::ALL {
            let (_, lesson) = code.explanation();
            let is_korean = |text: &str| text.chars().any(|letter| ('가'..='힣').contains(&letter));
            for (korean, english) in [(&lesson.cause_ko, &lesson.cause_en), (&lesson.fix_ko, &lesson.fix_en)] {
                assert!(is_korean(korean), "{}: {korean}", code.name());
                assert!(
                    english.ends_with('.') && english.len() > 3,
                    "{}: {english}",
                    code.name()
                );
            }
            assert!(!lesson.example.is_empty(), "{}", code.name());
        }
    }
}
