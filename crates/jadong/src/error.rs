//! `jadong error [CODE]`: what an error means, as its page says it.

use anyhow::bail;
use clap::Args;
use domain::error::{Category, list};
use domain::{ErrorCode, Language};
use serde_json::json;
use terminal::lang::LangOption;

use crate::output::{JsonOption, Output, print_json};

#[derive(Args)]
pub struct ErrorOptions {
    /// An `error_code`, such as RC_NOT_FOUND, or its number, such as 2350
    code: Option<String>,
    #[command(flatten)]
    lang: LangOption,
    #[command(flatten)]
    json: JsonOption,
}

/// Errors: a code that there is not; names the nearest.
pub fn run(options: &ErrorOptions) -> anyhow::Result<()> {
    let language = options.lang.language();
    let code = options.code.as_deref().map(find).transpose()?;
    match (code, options.json.output()) {
        (Some(code), Output::Json) => print_json(&as_json(code, language))?,
        (Some(code), Output::Text) => print!("{}", list::text(code, language)),
        (None, Output::Json) => {
            let all = ErrorCode::ALL.iter().map(|code| as_json(*code, language));
            print_json(&all.collect::<Vec<_>>())?;
        }
        (None, Output::Text) => all(language),
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
    let near = domain::suggest::suggestions(&name, names);
    if near.is_empty() {
        bail!("no such error code; `jadong error` lists them");
    }
    bail!("no such error code; perhaps {}", near.join(" or "));
}

fn all(language: Language) {
    for chapter in Category::ALL {
        println!("{}", chapter.title(language));
        for code in ErrorCode::of_category(chapter) {
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
    let (_, lesson) = code.explanation();
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
