//! `jadong error [CODE]`: what an error means, as its page says it.

use anyhow::bail;
use clap::Args;
use domain::error::{Chapter, list};
use domain::{ErrorCode, Language};
use serde_json::json;

#[derive(Args)]
pub struct ErrorOptions {
    /// An `error_code`, such as RC_NOT_FOUND, or its number, such as 2350
    code: Option<String>,
    /// `ko` or `en` [default: by LC_ALL, LC_MESSAGES, LANG]
    #[arg(long, value_parser = ["ko", "en"])]
    lang: Option<String>,
    #[arg(long)]
    json: bool,
}

/// Errors: a code that there is not; names the nearest.
pub fn run(options: &ErrorOptions) -> anyhow::Result<()> {
    let language = language(options.lang.as_deref());
    match &options.code {
        Some(sent) => {
            let code = find(sent)?;
            if options.json {
                println!("{}", as_json(code, language));
            } else {
                print!("{}", list::text(code, language));
            }
        }
        None if options.json => {
            for code in ErrorCode::ALL {
                println!("{}", as_json(*code, language));
            }
        }
        None => all(language),
    }
    Ok(())
}

fn find(sent: &str) -> anyhow::Result<ErrorCode> {
    let name = sent.trim().to_uppercase();
    let numbered = || {
        let number: u16 = name.parse().ok()?;
        let codes = ErrorCode::ALL.iter().copied();
        codes.into_iter().find(|code| code.number() == Some(number))
    };
    if let Some(code) = ErrorCode::from_name(&name).or_else(numbered) {
        return Ok(code);
    }
    let names = ErrorCode::ALL.iter().map(|code| code.name());
    let near = domain::nearest::nearest(&name, names);
    if near.is_empty() {
        bail!("no such error code; `jadong error` lists them");
    }
    bail!("no such error code; perhaps {}", near.join(" or "));
}

/// The language of the terminal; English unless it is Korean.
fn language(wanted: Option<&str>) -> Language {
    let of_terminal = || {
        let names = ["LC_ALL", "LC_MESSAGES", "LANG"];
        names
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    };
    let wanted = wanted.map(str::to_owned).or_else(of_terminal).unwrap_or_default();
    if wanted.starts_with("ko") {
        Language::Korean
    } else {
        Language::English
    }
}

fn all(language: Language) {
    for chapter in Chapter::ALL {
        println!("{}", chapter.title(language));
        for code in ErrorCode::of_chapter(chapter) {
            println!(
                "  {:40} {} {}",
                code.name(),
                code.http_status(),
                code.sentence(language)
            );
        }
    }
}

fn as_json(code: ErrorCode, language: Language) -> serde_json::Value {
    let (_, lesson) = code.lesson();
    json!({
        "error_code": code.name(),
        "code": code.number(),
        "http_status": code.http_status(),
        "message": code.sentence(language),
        "cause": lesson.cause(language),
        "fix": lesson.fix(language),
        "example": lesson.example,
    })
}
