//! The table of all settings is made from the file of defaults, whose comments explain them. The Korean page explains
//! them in its own words, and must have every one with its default.
//! After a change: `JADONG_BLESS=1 cargo nextest run -p jadong-manual reference`, then the Korean page by hand.

use std::fs;

use crate::reference::{read, root};

const ENGLISH: &str = "docs/reference/settings.md";
const KOREAN: &str = "docs/reference/settings.ko.md";
const TABLE: &str = "\n| setting | default | |\n|---|---|---|\n";

struct Setting {
    name: String,
    default: String,
    means: String,
}

/// What a comment says holds for the settings that follow it without a blank line between.
fn settings(toml: &str) -> Vec<Setting> {
    let (mut found, mut comment, mut in_comment) = (Vec::new(), String::new(), false);
    for line in toml.lines() {
        if let Some(text) = line.strip_prefix('#') {
            if !in_comment {
                comment.clear();
            }
            in_comment = true;
            if !text.trim_start().starts_with("---") {
                comment.push(' ');
                comment.push_str(text.trim());
            }
        } else if let Some((name, default)) = line.split_once(" = ") {
            in_comment = false;
            found.push(Setting {
                name: name.to_owned(),
                default: default.to_owned(),
                means: comment.trim().replace('|', "\\|"),
            });
        } else {
            in_comment = false;
            comment.clear();
        }
    }
    assert!(found.len() > 30, "only {} settings were found", found.len());
    found
}

fn defaults() -> Vec<Setting> {
    settings(&read("crates/jadong/src/config/jadong.default.toml"))
}

#[test]
fn the_table_is_made_from_the_defaults() {
    let page = read(ENGLISH);
    let (before, _) = page.rsplit_once(TABLE).expect("a table of every setting at the end");
    let rows = defaults()
        .into_iter()
        .map(|setting| format!("| `{}` | `{}` | {} |\n", setting.name, setting.default, setting.means));
    let made = format!("{before}{TABLE}{}", rows.collect::<String>());
    if std::env::var_os("JADONG_BLESS").is_some() {
        fs::write(root().join(ENGLISH), made).expect("the page written");
    } else {
        assert!(
            page == made,
            "{ENGLISH} is not what the defaults say; make it with JADONG_BLESS=1"
        );
    }
}

#[test]
fn the_korean_page_has_every_setting_with_its_default() {
    let page = read(KOREAN);
    let mut missing = Vec::new();
    for Setting { name, default, .. } in defaults() {
        let row = page
            .lines()
            .find_map(|line| line.strip_prefix(&format!("| `{name}` | `{default}` | ")));
        if row.is_none_or(|means| means.trim_end_matches('|').trim().is_empty()) {
            missing.push(format!("{name} = {default}"));
        }
    }
    assert!(missing.is_empty(), "{KOREAN} lacks:\n  {}", missing.join("\n  "));
}

#[test]
fn a_comment_explains_what_follows_it() {
    let toml = "# the file\n\n# --- A part ---\n\n# One\n# line.\na = 1\nb = \"x\"\n# Another.\nc = true\n";
    let padded = format!(
        "{toml}{}",
        (0..30).map(|n| format!("\n# .\nz{n} = 0\n")).collect::<String>()
    );
    let found: Vec<_> = settings(&padded)
        .into_iter()
        .take(3)
        .map(|setting| (setting.name, setting.default, setting.means))
        .collect();
    let row = |name: &str, default: &str, means: &str| (name.to_owned(), default.to_owned(), means.to_owned());
    assert_eq!(
        found,
        [
            row("a", "1", "One line."),
            row("b", "\"x\"", "One line."),
            row("c", "true", "Another.")
        ]
    );
}
