//! The list of errors as a page of the manual, and one error as a text, both from the table and the lessons.

use std::fmt::Write;

use super::{Category, ErrorCode};
use crate::language::Language;

/// The words of the page.
struct Words {
    title: &'static str,
    other: &'static str,
    intro: &'static str,
    cause: &'static str,
    fix: &'static str,
    example: &'static str,
}

const KOREAN: Words = Words {
    title: "오류 코드",
    other: "[English](error-codes.md)",
    intro: "모든 오류 코드의 원인, 해결, 예시입니다. 답의 모양과 검사 순서는 [오류](errors.ko.md)에 있습니다.\n\
            터미널에서는 `jadong error RC_NOT_FOUND`, 실행 중인 게이트웨이에서는 답의 `doc` 주소에 같은 내용이 있습니다.",
    cause: "원인",
    fix: "해결",
    example: "예시",
};

const ENGLISH: Words = Words {
    title: "Error codes",
    other: "[한국어](error-codes.ko.md)",
    intro: "Cause, fix and an example of every error code. The shape of an answer and the order of checks: \
            [errors](errors.md).\nThe same in a terminal: `jadong error RC_NOT_FOUND`; of a running gateway: the address in \
            `doc` of the answer.",
    cause: "Cause",
    fix: "Fix",
    example: "Example",
};

const fn words(language: Language) -> &'static Words {
    match language {
        Language::Korean => &KOREAN,
        Language::English => &ENGLISH,
    }
}

/// `docs/reference/error-codes.md`, or `.ko.md`: Markdown, each code under a heading of its own.
#[must_use]
pub fn markdown(language: Language) -> String {
    let words = words(language);
    let mut page = format!(
        "<!-- Written from crates/domain/src/error: JADONG_BLESS=1 cargo nextest run -p jadong-domain errors_documented -->\n\
         # {}\n\n{}\n\n{}\n",
        words.title, words.other, words.intro
    );
    for chapter in Category::ALL {
        // Writing to a String cannot fail.
        let _ = write!(page, "\n## {}\n", chapter.title(language));
        for code in ErrorCode::of_category(chapter) {
            let _ = write!(page, "\n### {}\n\n{}", code.name(), section(code, language));
        }
    }
    page
}

fn section(code: ErrorCode, language: Language) -> String {
    let (_, lesson) = code.explanation();
    let Words {
        cause, fix, example, ..
    } = words(language);
    format!(
        "{} {}\n\n- **{cause}**: {}\n- **{fix}**: {}\n- **{example}**: `{}`\n",
        numbers(code),
        code.sentence(language),
        lesson.cause(language),
        lesson.fix(language),
        lesson.example
    )
}

fn numbers(code: ErrorCode) -> String {
    let number = code.number().map(|number| format!(" · {number}")).unwrap_or_default();
    format!("HTTP {}{number}.", code.http_status())
}

/// One error as a text for a terminal.
#[must_use]
pub fn text(code: ErrorCode, language: Language) -> String {
    let (chapter, lesson) = code.explanation();
    let Words {
        cause, fix, example, ..
    } = words(language);
    format!(
        "{}  {}\n{}\n{}\n\n{cause}\n  {}\n{fix}\n  {}\n{example}\n  {}\n",
        code.name(),
        numbers(code),
        chapter.title(language),
        code.sentence(language),
        lesson.cause(language),
        lesson.fix(language),
        lesson.example
    )
}

/// The words over cause, fix and example, in this order.
#[must_use]
pub const fn headings(language: Language) -> [&'static str; 3] {
    let words = words(language);
    [words.cause, words.fix, words.example]
}
