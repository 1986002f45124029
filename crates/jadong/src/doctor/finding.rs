//! What the doctor finds.

use domain::Language;
use owo_colors::{OwoColorize, Stream};
use serde::Serialize;
use terminal::lang::in_language;

use crate::table::padded;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    Ok,
    /// It works, but somebody should know.
    Warn,
    /// It does not work, or money is at risk.
    Fail,
}

/// A sentence in both languages.
#[derive(Debug)]
pub struct FindingText {
    ko: String,
    en: String,
}

impl FindingText {
    fn in_language(self, language: Language) -> String {
        in_language(language, self.ko, self.en)
    }
}

/// What is the same in both: a path, what the system said.
impl From<String> for FindingText {
    fn from(text: String) -> Self {
        Self {
            ko: text.clone(),
            en: text,
        }
    }
}

/// Korean, then English.
impl<K: Into<String>, E: Into<String>> From<(K, E)> for FindingText {
    fn from((ko, en): (K, E)) -> Self {
        Self {
            ko: ko.into(),
            en: en.into(),
        }
    }
}

/// One finding, in both languages.
#[derive(Debug)]
pub struct Finding {
    check: &'static str,
    grade: Grade,
    found: FindingText,
    /// How to mend it; `None` where there is nothing to mend.
    mend: Option<FindingText>,
}

impl Finding {
    pub fn ok(check: &'static str, found: impl Into<FindingText>) -> Self {
        Self {
            check,
            grade: Grade::Ok,
            found: found.into(),
            mend: None,
        }
    }

    pub fn warn(check: &'static str, found: impl Into<FindingText>, mend: impl Into<FindingText>) -> Self {
        Self {
            grade: Grade::Warn,
            mend: Some(mend.into()),
            ..Self::ok(check, found)
        }
    }

    pub fn fail(check: &'static str, found: impl Into<FindingText>, mend: impl Into<FindingText>) -> Self {
        Self {
            grade: Grade::Fail,
            ..Self::warn(check, found, mend)
        }
    }

    pub fn told(self, language: Language) -> Line {
        Line {
            check: self.check,
            grade: self.grade,
            found: self.found.in_language(language),
            mend: self.mend.map(|mend| mend.in_language(language)),
        }
    }
}

/// One finding, in the language that was asked for.
#[derive(Debug, Serialize)]
pub struct Line {
    check: &'static str,
    pub grade: Grade,
    found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<String>,
}

impl Line {
    pub fn print(&self, language: Language) {
        let grade = match self.grade {
            Grade::Ok => "ok  "
                .if_supports_color(Stream::Stdout, |text| text.green())
                .to_string(),
            Grade::Warn => "warn"
                .if_supports_color(Stream::Stdout, |text| text.yellow())
                .to_string(),
            Grade::Fail => "fail".if_supports_color(Stream::Stdout, |text| text.red()).to_string(),
        };
        println!("{grade}  {} {}", padded(word(self.check, language), 13), self.found);
        if let Some(mend) = &self.mend {
            println!("                    → {mend}");
        }
    }
}

/// What people call a check.
fn word(check: &str, language: Language) -> &str {
    let korean = match check {
        "configuration" => "설정",
        "data folder" => "데이터 폴더",
        "disk space" => "디스크",
        "database" => "데이터베이스",
        "projects" => "프로젝트",
        "console" => "콘솔",
        "lock" => "잠금",
        "ports" => "포트",
        "clock" => "시계",
        "webhooks" => "웹훅",
        "open files" => "열린 파일",
        _ => check,
    };
    in_language(language, korean, check)
}
