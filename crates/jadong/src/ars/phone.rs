//! `jadong ars phone`

use domain::Language;
use serde_json::json;
use terminal::lang::in_language;

use super::Answering;
use crate::output::{Output, print_json};
use crate::sandbox_api::SandboxApi;

pub async fn phone(
    api: &SandboxApi,
    answering: Option<Answering>,
    language: Language,
    output: Output,
) -> anyhow::Result<()> {
    let answered = match answering {
        None => api.get("/sandbox/phone").await?,
        Some(answering) => {
            let word = match answering {
                Answering::Auto => "auto",
                Answering::ByHand => "by_hand",
            };
            api.post("/sandbox/phone", json!({ "answering": word })).await?
        }
    };
    let phone = answered.success()?;
    match output {
        Output::Json => print_json(&phone)?,
        Output::Text if phone["answering"] == "by_hand" => {
            let (korean, english) = ("응답할 때까지 울립니다.", "Every call rings until somebody answers it.");
            println!("by-hand: {}", in_language(language, korean, english));
        }
        Output::Text => {
            let (korean, english) = ("번호대로 응답합니다.", "Each customer decides by its number.");
            println!("auto: {}", in_language(language, korean, english));
        }
    }
    Ok(())
}
