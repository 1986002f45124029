//! A search over every section of every page. The whole manual is below a megabyte, so each query reads all of it:
//! no index to keep, and Korean needs no word boundaries.

use std::sync::LazyLock;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use serde::Serialize;

use crate::render::options;
use crate::slug::Slugs;
use crate::source::paths;
use crate::{Language, markdown};

/// Longer queries are cut.
pub const QUERY_CHARS_MAX: usize = 100;
const WORDS_MAX: usize = 8;
const HITS_MAX: usize = 30;
const EXCERPT_CHARS: usize = 160;

/// A section in which every word of the query occurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    pub path: String,
    /// The page's title.
    pub title: String,
    /// The section's heading; the title again at the top of the page.
    pub heading: String,
    /// The section's anchor; empty at the top of the page.
    pub anchor: String,
    /// The text around the first word found.
    pub excerpt: String,
}

struct Passage {
    path: String,
    title: String,
    heading: String,
    anchor: String,
    text: String,
    lower: String,
}

static KOREAN: LazyLock<Vec<Passage>> = LazyLock::new(|| passages(Language::Korean));
static ENGLISH: LazyLock<Vec<Passage>> = LazyLock::new(|| passages(Language::English));

/// The sections that hold every word of `query`, best first, at most 30. Upper and lower case are the same.
#[must_use]
pub fn search(query: &str, language: Language) -> Vec<Hit> {
    let query: String = query.chars().take(QUERY_CHARS_MAX).collect::<String>().to_lowercase();
    let words: Vec<&str> = query.split_whitespace().take(WORDS_MAX).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let all: &[Passage] = match language {
        Language::Korean => &KOREAN,
        Language::English => &ENGLISH,
    };
    let mut found: Vec<(usize, &Passage)> = all
        .iter()
        .filter_map(|passage| score(passage, &words).map(|score| (score, passage)))
        .collect();
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    found.truncate(HITS_MAX);
    found.into_iter().map(|(_, passage)| hit(passage, words[0])).collect()
}

/// A word in a title or a heading counts more than one in the text; nothing when a word is missing.
fn score(passage: &Passage, words: &[&str]) -> Option<usize> {
    let (title, heading) = (passage.title.to_lowercase(), passage.heading.to_lowercase());
    let mut total = 0;
    for word in words {
        let in_text = passage.lower.matches(word).take(10).count();
        let in_heading = usize::from(heading.contains(word));
        let in_title = usize::from(title.contains(word));
        let score = in_text + 20 * in_heading + 10 * in_title;
        if score == 0 {
            return None;
        }
        total += score;
    }
    // Why something was decided is read after what was.
    Some(if passage.path.starts_with("decisions") {
        total / 4
    } else {
        total
    })
}

fn hit(passage: &Passage, word: &str) -> Hit {
    Hit {
        path: passage.path.clone(),
        title: passage.title.clone(),
        heading: passage.heading.clone(),
        anchor: passage.anchor.clone(),
        excerpt: excerpt(&passage.text, word),
    }
}

fn excerpt(text: &str, word: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let at = text
        .to_lowercase()
        .split(word)
        .next()
        .map_or(0, |before| before.chars().count());
    let at = if at >= characters.len() { 0 } else { at };
    let start = at.saturating_sub(EXCERPT_CHARS / 4);
    let end = (start + EXCERPT_CHARS).min(characters.len());
    let inside: String = characters[start..end].iter().collect();
    let (before, after) = (
        if start > 0 { "… " } else { "" },
        if end < characters.len() { " …" } else { "" },
    );
    format!("{before}{}{after}", inside.trim())
}

fn passages(language: Language) -> Vec<Passage> {
    let mut all = Vec::new();
    for path in paths() {
        let text = markdown(&path, language).or_else(|| markdown(&path, Language::English));
        split(&path, &text.unwrap_or_default(), &mut all);
    }
    all
}

fn split(path: &str, text: &str, all: &mut Vec<Passage>) {
    let mut slugs = Slugs::default();
    let first = all.len();
    let mut in_heading = false;
    for event in Parser::new_ext(text, options()) {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                in_heading = true;
                all.push(Passage {
                    path: path.to_owned(),
                    title: String::new(),
                    heading: String::new(),
                    anchor: String::new(),
                    text: String::new(),
                    lower: String::new(),
                });
            }
            Event::End(TagEnd::Heading(_)) => {
                in_heading = false;
                let count = all.len();
                let title = all[first].heading.clone();
                let passage = &mut all[count - 1];
                let anchor = slugs.of(&passage.heading);
                passage.title = title;
                passage.anchor = if count - 1 == first { String::new() } else { anchor };
            }
            Event::Text(piece) | Event::Code(piece) if all.len() > first => {
                let count = all.len();
                let passage = &mut all[count - 1];
                let into = if in_heading {
                    &mut passage.heading
                } else {
                    &mut passage.text
                };
                into.push_str(&piece);
            }
            Event::SoftBreak | Event::HardBreak | Event::End(_) if all.len() > first && !in_heading => {
                let count = all.len();
                let text = &mut all[count - 1].text;
                if !text.ends_with(' ') && !text.is_empty() {
                    text.push(' ');
                }
            }
            _ => {}
        }
    }
    for passage in &mut all[first..] {
        passage.lower = passage.text.to_lowercase();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_outranks_the_text() {
        let hits = search("quirks", Language::English);
        assert_eq!(hits.first().map(|hit| hit.path.as_str()), Some("reference/quirks"));
    }

    #[test]
    fn every_word_must_occur() {
        assert!(search("consent xyzzy", Language::English).is_empty());
        assert!(!search("CONSENT billing", Language::English).is_empty());
        assert!(search("  ", Language::English).is_empty());
    }

    #[test]
    fn korean_is_found_within_words() {
        let hits = search("빌링키", Language::Korean);
        assert!(hits.iter().any(|hit| hit.path == "integrating/first-key"), "{hits:?}");
    }

    #[test]
    fn a_hit_leads_to_its_section() {
        for hit in search("billing key", Language::English) {
            let page = crate::page(&hit.path, Language::English).expect("a page");
            assert!(
                hit.anchor.is_empty() || page.html.contains(&format!("id=\"{}\"", hit.anchor)),
                "{hit:?}"
            );
        }
    }

    #[test]
    fn long_and_strange_queries_are_harmless() {
        assert!(search(&"가".repeat(100_000), Language::Korean).is_empty());
        assert!(search("İ ß <script> %00", Language::English).is_empty());
    }
}
