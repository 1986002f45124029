//! `jadong manual`: the manual in the terminal, without a server and without a network.

use anyhow::Context;
use clap::Args;
use manual::{Hit, Language};
use terminal::lang::{LangOption, localized};

use crate::output::{JsonOption, Output, print_json};

#[derive(Args)]
pub struct ManualOptions {
    /// A page of the contents, for example concepts/states
    page: Option<String>,
    /// List the sections in which these words occur
    #[arg(long, value_name = "WORDS", conflicts_with = "page")]
    search: Option<String>,
    #[command(flatten)]
    lang: LangOption,
    #[command(flatten)]
    json: JsonOption,
}

pub fn run(options: &ManualOptions) -> anyhow::Result<()> {
    let language = match options.lang.language() {
        domain::Language::Korean => Language::Korean,
        domain::Language::English => Language::English,
    };
    let output = options.json.output();
    match (&options.page, &options.search) {
        (Some(path), _) => page(path, language, output),
        (None, Some(words)) => hits(&manual::search(words, language), output),
        (None, None) => contents(language, output),
    }
}

fn page(path: &str, language: Language, output: Output) -> anyhow::Result<()> {
    let path = path.trim_matches('/').trim_end_matches(".md").trim_end_matches(".ko");
    if output == Output::Json {
        return print_json(&manual::page(path, language).with_context(|| no_page(path))?);
    }
    let text = manual::markdown(path, language).or_else(|| manual::markdown(path, Language::English));
    print!("{}", text.with_context(|| no_page(path))?);
    Ok(())
}

fn no_page(path: &str) -> String {
    format!("the manual has no page {path:?}; `jadong manual` lists them")
}

fn contents(language: Language, output: Output) -> anyhow::Result<()> {
    let sections = manual::contents(language);
    if output == Output::Json {
        return print_json(&sections);
    }
    for section in sections {
        println!("{}", section.title);
        for entry in &section.entries {
            println!("  {:<40} {}", entry.path, entry.title);
        }
    }
    Ok(())
}

fn hits(hits: &[Hit], output: Output) -> anyhow::Result<()> {
    if output == Output::Json {
        return print_json(&hits);
    }
    if hits.is_empty() {
        let nothing = localized(
            "찾지 못했습니다. 다른 말이나 `--lang en`으로 찾아보십시오.",
            "Nothing was found: try other words, or `--lang ko`.",
        );
        eprintln!("{nothing}");
    }
    for hit in hits {
        println!("{}  {} · {}\n    {}", hit.path, hit.title, hit.heading, hit.excerpt);
    }
    Ok(())
}
