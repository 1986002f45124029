//! `jadong manual`: the manual in the terminal, without a server and without a network.

use std::io::Write;

use anyhow::Context;
use clap::Args;
use manual::{Hit, Language};

#[derive(Args)]
pub struct ManualOptions {
    /// A page of the contents, for example concepts/states
    page: Option<String>,
    /// List the sections in which these words occur
    #[arg(long, value_name = "WORDS", conflicts_with = "page")]
    search: Option<String>,
    /// ko or en [default: what LANG asks for]
    #[arg(long, value_parser = ["ko", "en"])]
    language: Option<String>,
    #[arg(long)]
    json: bool,
}

pub fn run(options: &ManualOptions) -> anyhow::Result<()> {
    let language = language(options.language.as_deref());
    let text = match (&options.page, &options.search) {
        (Some(path), _) => page(path, language, options.json)?,
        (None, Some(words)) => hits(&manual::search(words, language), options.json)?,
        (None, None) => contents(language, options.json)?,
    };
    // `jadong manual | head` closes the pipe; that is no failure.
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

fn language(asked: Option<&str>) -> Language {
    let of_terminal = || {
        let set = ["LC_ALL", "LC_MESSAGES", "LANG"].map(std::env::var);
        let text = set.into_iter().flatten().find(|value| !value.is_empty());
        Language::preferred(&text.unwrap_or_default())
    };
    asked.and_then(Language::from_code).unwrap_or_else(of_terminal)
}

fn page(path: &str, language: Language, json: bool) -> anyhow::Result<String> {
    let path = path.trim_matches('/').trim_end_matches(".md").trim_end_matches(".ko");
    if json {
        let page = manual::page(path, language).with_context(|| no_page(path))?;
        return Ok(serde_json::to_string_pretty(&page)? + "\n");
    }
    let text = manual::markdown(path, language).or_else(|| manual::markdown(path, Language::English));
    text.with_context(|| no_page(path))
}

fn no_page(path: &str) -> String {
    format!("the manual has no page {path:?}; `jadong manual` lists them")
}

fn contents(language: Language, json: bool) -> anyhow::Result<String> {
    let sections = manual::contents(language);
    if json {
        return Ok(serde_json::to_string_pretty(sections)? + "\n");
    }
    let mut text = String::new();
    for section in sections {
        text += &format!("{}\n", section.title);
        for entry in &section.entries {
            text += &format!("  {:<40} {}\n", entry.path, entry.title);
        }
    }
    Ok(text)
}

fn hits(hits: &[Hit], json: bool) -> anyhow::Result<String> {
    if json {
        return Ok(serde_json::to_string_pretty(hits)? + "\n");
    }
    let lines = hits
        .iter()
        .map(|hit| format!("{}  {} · {}\n    {}\n", hit.path, hit.title, hit.heading, hit.excerpt));
    Ok(lines.collect())
}
