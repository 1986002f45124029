//! A search over every section of every page. The whole manual is below a megabyte, so each query reads all of it:
//! no index to keep, and Korean needs no word boundaries.

mod words;

use std::sync::LazyLock;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use serde::Serialize;

use crate::render::options;
use crate::slug::Slugs;
use crate::source::paths;
use crate::{Language, markdown};

use words::{ALSO, FILLERS, count, stem};

/// Longer queries are cut.
pub const QUERY_CHARS_MAX: usize = 100;
const WORDS_MAX: usize = 8;
const HITS_MAX: usize = 30;
const EXCERPT_CHARS: usize = 160;

/// A section in which words of the query occur.
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
    /// Path, title and heading.
    head: String,
}

static KOREAN: LazyLock<Vec<Passage>> = LazyLock::new(|| passages(Language::Korean));
static ENGLISH: LazyLock<Vec<Passage>> = LazyLock::new(|| passages(Language::English));

/// A word of a query, and all that counts as it.
struct Term {
    spellings: Vec<String>,
    /// Rare words say more: as high as there are sections for each one that has it.
    weight: usize,
}

/// The sections that hold the words of `query`, best first, at most 30. Upper and lower case are the same, endings do not count, and
/// neither do words such as "how do I". A word that the manual does not have is as if it had not been typed.
#[must_use]
pub fn search(query: &str, language: Language) -> Vec<Hit> {
    let query: String = query.chars().take(QUERY_CHARS_MAX).collect::<String>().to_lowercase();
    let words: Vec<&str> = query
        .split(|letter: char| letter.is_whitespace() || letter == '?')
        .filter(|word| !word.is_empty())
        .take(WORDS_MAX)
        .collect();
    let all: &[Passage] = match language {
        Language::Korean => &KOREAN,
        Language::English => &ENGLISH,
    };
    let meant: Vec<&str> = words.iter().copied().filter(|word| !FILLERS.contains(word)).collect();
    let meant = if meant.is_empty() { words } else { meant };
    let terms: Vec<Term> = meant.into_iter().filter_map(|word| term(word, all)).collect();
    let most: usize = terms.iter().map(|term| term.weight).sum();
    let mut found: Vec<(usize, &Passage)> = all
        .iter()
        .filter_map(|passage| Some((score(passage, &terms, most)?, passage)))
        .collect();
    found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    found.truncate(HITS_MAX);
    found.into_iter().map(|(_, passage)| hit(passage, &terms)).collect()
}

/// `None` where no section has it.
fn term(word: &str, all: &[Passage]) -> Option<Term> {
    let stem = stem(word);
    let also = ALSO.iter().filter(|(said, _)| *said == stem || *said == word);
    let mut spellings: Vec<String> = also
        .flat_map(|(_, others)| *others)
        .map(|other| (*other).to_owned())
        .collect();
    spellings.push(stem.to_owned());
    let having = all.iter().filter(|passage| passage.has(&spellings)).count();
    Some(Term {
        weight: all.len().checked_div(having)?.clamp(1, 200),
        spellings,
    })
}

impl Passage {
    fn has(&self, spellings: &[String]) -> bool {
        spellings
            .iter()
            .any(|spelling| count(&self.lower, spelling) > 0 || count(&self.head, spelling) > 0)
    }
}

/// A word in a title or a heading counts more than one in the text; what has more of the words comes first. Nothing where none is there.
fn score(passage: &Passage, terms: &[Term], most: usize) -> Option<usize> {
    let (mut total, mut covered) = (0, 0);
    for term in terms {
        let counted = |text: &str| {
            term.spellings
                .iter()
                .map(|spelling| count(text, spelling))
                .max()
                .unwrap_or(0)
        };
        let (in_text, in_head) = (counted(&passage.lower), counted(&passage.head));
        if in_text + in_head > 0 {
            covered += term.weight;
            total += term.weight * (in_text + 10 * in_head.min(2));
        }
    }
    let score = total * covered / most.max(1) * covered / most.max(1);
    // Most who ask integrate. Why something was decided is read after what was, and how it is tested after both.
    let is_aside = passage.path.starts_with("decisions") || passage.path == "operating/failpoints";
    let is_near = passage.path.starts_with("integrating");
    (covered > 0).then_some(match (is_near, is_aside) {
        (true, _) => score * 2,
        (_, true) => score / 4,
        _ => score,
    })
}

fn hit(passage: &Passage, terms: &[Term]) -> Hit {
    let spellings = || terms.iter().flat_map(|term| &term.spellings);
    let first = spellings().find(|spelling| count(&passage.lower, spelling) > 0);
    Hit {
        path: passage.path.clone(),
        title: passage.title.clone(),
        heading: passage.heading.clone(),
        anchor: passage.anchor.clone(),
        excerpt: excerpt(&passage.text, first.map_or("", String::as_str)),
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
                    head: String::new(),
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
        passage.head = format!("{} {} {}", passage.path, passage.title, passage.heading).to_lowercase();
    }
}

#[cfg(test)]
mod tests;
