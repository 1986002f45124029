//! What the doctor finds.

use owo_colors::{OwoColorize, Stream};
use serde::Serialize;

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

/// One line of the doctor's.
#[derive(Debug, Serialize)]
pub struct Finding {
    pub check: &'static str,
    pub grade: Grade,
    pub found: String,
    /// How to mend it, in Korean and English; empty where there is nothing to mend.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mend: Option<Mend>,
}

#[derive(Debug, Serialize)]
pub struct Mend {
    pub ko: String,
    pub en: String,
}

impl Finding {
    pub fn ok(check: &'static str, found: impl Into<String>) -> Self {
        Self {
            check,
            grade: Grade::Ok,
            found: found.into(),
            mend: None,
        }
    }

    pub fn warn(check: &'static str, found: impl Into<String>, ko: &str, en: &str) -> Self {
        Self::bad(check, Grade::Warn, found, ko, en)
    }

    pub fn fail(check: &'static str, found: impl Into<String>, ko: &str, en: &str) -> Self {
        Self::bad(check, Grade::Fail, found, ko, en)
    }

    fn bad(check: &'static str, grade: Grade, found: impl Into<String>, ko: &str, en: &str) -> Self {
        Self {
            check,
            grade,
            found: found.into(),
            mend: Some(Mend {
                ko: ko.to_owned(),
                en: en.to_owned(),
            }),
        }
    }

    pub fn print(&self) {
        let grade = match self.grade {
            Grade::Ok => "ok  "
                .if_supports_color(Stream::Stdout, |text| text.green())
                .to_string(),
            Grade::Warn => "warn"
                .if_supports_color(Stream::Stdout, |text| text.yellow())
                .to_string(),
            Grade::Fail => "fail".if_supports_color(Stream::Stdout, |text| text.red()).to_string(),
        };
        println!("{grade}  {:<13} {}", self.check, self.found);
        if let Some(mend) = &self.mend {
            println!("                    → {}\n                      {}", mend.ko, mend.en);
        }
    }
}
