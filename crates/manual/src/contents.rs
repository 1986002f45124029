//! The table of contents: sections are folders; within one, pages stand in the order in which the first page names
//! them, and the rest by their file's name.

use std::sync::LazyLock;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use serde::Serialize;

use crate::render::options;
use crate::source::{page_of, paths};
use crate::{Language, markdown};

#[derive(Debug, Clone, Serialize)]
pub struct Section {
    /// The folder below `docs/`.
    pub folder: &'static str,
    pub title: &'static str,
    pub entries: Vec<Entry>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    pub path: String,
    pub title: String,
}

/// Folder, Korean title, English title.
const SECTIONS: [(&str, &str, &str); 5] = [
    ("concepts", "개념", "Concepts"),
    ("integrating", "연동", "Integrating"),
    ("operating", "운영", "Operating"),
    ("reference", "레퍼런스", "Reference"),
    ("decisions", "결정 기록", "Decisions"),
];

static KOREAN: LazyLock<Vec<Section>> = LazyLock::new(|| gather(Language::Korean));
static ENGLISH: LazyLock<Vec<Section>> = LazyLock::new(|| gather(Language::English));

/// Every page but the first, by section.
#[must_use]
pub fn contents(language: Language) -> &'static [Section] {
    match language {
        Language::Korean => &KOREAN,
        Language::English => &ENGLISH,
    }
}

fn gather(language: Language) -> Vec<Section> {
    let named = named_by_the_first_page();
    let place = |path: &String| named.iter().position(|name| name == path).unwrap_or(usize::MAX);
    let mut paths = paths();
    paths.sort_by_key(place);
    let sections = SECTIONS.into_iter().map(|(folder, korean, english)| Section {
        folder,
        title: match language {
            Language::Korean => korean,
            Language::English => english,
        },
        entries: paths
            .iter()
            .filter(|path| path.split('/').next() == Some(folder))
            .map(|path| entry(path, language))
            .collect(),
    });
    sections.filter(|section| !section.entries.is_empty()).collect()
}

fn entry(path: &str, language: Language) -> Entry {
    let text = markdown(path, language).or_else(|| markdown(path, Language::English));
    Entry {
        path: path.to_owned(),
        title: title(&text.unwrap_or_default()),
    }
}

/// The text of the first heading.
fn title(markdown: &str) -> String {
    let mut title = String::new();
    for event in Parser::new_ext(markdown, options()) {
        match event {
            Event::Text(text) | Event::Code(text) => title.push_str(&text),
            Event::End(TagEnd::Heading(_)) => break,
            _ => {}
        }
    }
    title
}

fn named_by_the_first_page() -> Vec<String> {
    let first = markdown("", Language::English).unwrap_or_default();
    let mut named = Vec::new();
    for event in Parser::new_ext(&first, options()) {
        if let Event::Start(Tag::Link { dest_url, .. }) = event
            && dest_url.ends_with(".md")
        {
            named.push(page_of(&dest_url).0);
        }
    }
    named
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_in_the_contents_once() {
        for language in Language::ALL {
            let mut listed: Vec<_> = contents(language)
                .iter()
                .flat_map(|section| section.entries.iter().map(|entry| entry.path.clone()))
                .collect();
            listed.sort();
            let mut all = paths();
            all.retain(|path| !path.is_empty());
            assert_eq!(listed, all);
        }
    }

    #[test]
    fn pages_stand_in_the_order_of_the_first_page() {
        let integrating = &contents(Language::English)[1];
        let first_two: Vec<_> = integrating.entries[..2]
            .iter()
            .map(|entry| entry.path.as_str())
            .collect();
        assert_eq!(first_two, ["integrating/first-key", "integrating/first-debit"]);
    }
}
