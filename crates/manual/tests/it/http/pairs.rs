//! What people read exists in Korean and in English, with the same sections, and each language leads to its own pages.

use jadong_manual::{Language, contents, markdown};

const PAIRED: [&str; 4] = ["concepts", "integrating", "operating", "reference"];

/// Made from the commands' own help, which is in English: its Korean page sums up.
const SUMMED_UP: [&str; 1] = ["reference/commands"];

fn paths() -> Vec<String> {
    let sections = contents(Language::English).iter();
    let paired = sections.filter(|section| PAIRED.contains(&section.folder));
    let paths: Vec<String> = paired
        .flat_map(|section| section.entries.iter().map(|entry| entry.path.clone()))
        .collect();
    assert!(paths.len() > 20, "only {} pages", paths.len());
    paths
}

/// The levels of its headings, in their order; lines in code are none.
fn levels(text: &str) -> Vec<usize> {
    let mut in_code = false;
    let mut levels = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            in_code = !in_code;
        } else if !in_code && line.starts_with('#') {
            levels.push(line.chars().take_while(|c| *c == '#').count());
        }
    }
    levels
}

#[test]
fn every_page_has_its_pair_with_the_same_sections() {
    let mut offenders = Vec::new();
    for path in paths() {
        let texts = Language::ALL.map(|language| markdown(&path, language));
        let [Some(korean), Some(english)] = texts else {
            offenders.push(format!("{path}: exists in one language only"));
            continue;
        };
        if levels(&korean) != levels(&english) && !SUMMED_UP.contains(&path.as_str()) {
            offenders.push(format!(
                "{path}: sections {:?} in Korean, {:?} in English",
                levels(&korean),
                levels(&english)
            ));
        }
        // Between the fences is code, which has one language.
        let prose: String = korean.split("\n```").step_by(2).collect();
        let korean_letters = prose.chars().filter(|c| ('가'..='힣').contains(c)).count();
        if korean_letters * 12 < prose.chars().count() {
            offenders.push(format!("{path}: the Korean page is hardly Korean"));
        }
    }
    assert!(offenders.is_empty(), "\n  {}\n", offenders.join("\n  "));
}

#[test]
fn each_page_names_its_pair_and_links_within_its_language() {
    let mut offenders = Vec::new();
    for path in paths() {
        let name = path.rsplit('/').next().unwrap_or_default();
        for (language, pair) in [
            (Language::Korean, format!("[English]({name}.md)")),
            (Language::English, format!("[한국어]({name}.ko.md)")),
        ] {
            let text = markdown(&path, language).unwrap_or_default();
            if !text.lines().take(6).any(|line| line == pair) {
                offenders.push(format!("{path} ({}): does not say {pair} at its top", language.code()));
            }
            let own = format!("href=\"/manual/{}", language.other().code());
            let html = jadong_manual::page(&path, language).map(|page| page.html);
            if html.unwrap_or_default().matches(&own).count() > 1 {
                offenders.push(format!(
                    "{path} ({}): leads to the other language's pages",
                    language.code()
                ));
            }
        }
    }
    assert!(offenders.is_empty(), "\n  {}\n", offenders.join("\n  "));
}
