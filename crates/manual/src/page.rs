//! One page, rendered.

use serde::Serialize;

use crate::render::render;
use crate::{Language, markdown};

#[derive(Debug, Clone, Serialize)]
pub struct Page {
    /// Below `docs/`, without the file's ending: `concepts/states`; `""` is the first page.
    pub path: String,
    /// What it is written in: English where a page has no Korean pair.
    pub language: Language,
    pub title: String,
    /// The body, its heading included.
    pub html: String,
    pub toc: Vec<TocEntry>,
}

/// A heading below the title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TocEntry {
    /// 2 for a section, 3 for a part of it, …
    pub level: u8,
    pub text: String,
    pub anchor: String,
}

/// The page at `path` in `language`, or in English when it has no pair; `None` when there is no such page.
///
/// Links within it stay in the manual of `language`.
#[must_use]
pub fn page(path: &str, language: Language) -> Option<Page> {
    let (text, written_in) = match markdown(path, language) {
        Some(text) => (text, language),
        None => (markdown(path, Language::English)?, Language::English),
    };
    let rendered = render(&text, path, language);
    Some(Page {
        path: path.to_owned(),
        language: written_in,
        title: rendered.title,
        html: rendered.html,
        toc: rendered.toc,
    })
}
