//! What surrounds a page: the head, the contents, the search, the switch of language.

use askama::Template;

use crate::{Hit, Language, MOUNT, Page, Section, address, contents};

/// The words of the frame, in one language.
pub struct Words {
    pub manual: &'static str,
    pub search: &'static str,
    pub contents: &'static str,
    pub on_this_page: &'static str,
    pub skip: &'static str,
    pub other_language: &'static str,
    pub only_english: &'static str,
    pub not_found: &'static str,
    pub results: &'static str,
    pub nothing: &'static str,
}

const KOREAN: Words = Words {
    manual: "Jadong 매뉴얼",
    search: "검색",
    contents: "목차",
    on_this_page: "이 페이지",
    skip: "본문으로 건너뛰기",
    other_language: "English",
    only_english: "이 페이지는 영어로만 있습니다.",
    not_found: "그런 페이지가 없습니다",
    results: "검색 결과",
    nothing: "찾은 것이 없습니다. 더 짧은 낱말로 검색해 보십시오.",
};

const ENGLISH: Words = Words {
    manual: "Jadong manual",
    search: "Search",
    contents: "Contents",
    on_this_page: "On this page",
    skip: "Skip to the text",
    other_language: "한국어",
    only_english: "This page exists in English only.",
    not_found: "There is no such page",
    results: "Search results",
    nothing: "Nothing was found. Try a shorter word.",
};

/// What stands in the middle.
pub enum Body {
    Page(Page),
    Search { query: String, hits: Vec<Hit> },
    NotFound,
}

#[derive(Template)]
#[template(path = "layout.html")]
struct Layout<'a> {
    words: &'a Words,
    language: Language,
    path: &'a str,
    title: &'a str,
    sections: &'a [Section],
    body: &'a Body,
    query: &'a str,
}

/// The whole document.
///
/// # Errors
/// When the template cannot be written, which it can into memory.
pub fn document(body: &Body, path: &str, language: Language) -> Result<String, askama::Error> {
    let words = match language {
        Language::Korean => &KOREAN,
        Language::English => &ENGLISH,
    };
    let (title, query) = match body {
        Body::Page(page) => (page.title.as_str(), ""),
        Body::Search { query, .. } => (words.results, query.as_str()),
        Body::NotFound => (words.not_found, ""),
    };
    let layout = Layout {
        words,
        language,
        path,
        title,
        sections: contents(language),
        body,
        query,
    };
    layout.render()
}

impl Layout<'_> {
    fn to(&self, path: &str) -> String {
        address(path, self.language)
    }

    fn mount(&self) -> &'static str {
        MOUNT
    }

    /// The same page, or the same search, in the other language.
    fn in_other_language(&self) -> String {
        address(self.path, self.language.other())
    }

    fn is_open(&self, section: &Section) -> bool {
        self.path.split('/').next() == Some(section.folder)
    }
}
