//! `jadong ars answer`, `refuse`, `hang-up` and `wrong-key`

use anyhow::bail;
use domain::Language;
use serde_json::json;
use terminal::lang::in_language;

use super::list::{Calls, fetch};
use crate::output::{Output, print_json};
use crate::sandbox_api::SandboxApi;

/// What the customer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerOptions {
    Agree,
    Refuse,
    HangUp,
    WrongKey,
}

impl AnswerOptions {
    /// As the API has it.
    fn name(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Refuse => "refuse",
            Self::HangUp => "hang_up",
            Self::WrongKey => "wrong_key",
        }
    }

    fn told(self, language: Language) -> &'static str {
        let (korean, english) = match self {
            Self::Agree => ("동의했습니다.", "The customer has agreed."),
            Self::Refuse => ("거절했습니다.", "The customer has refused."),
            Self::HangUp => ("끊었습니다.", "Hung up: nobody answered."),
            Self::WrongKey => ("번호를 세 번 잘못 눌렀습니다.", "Three wrong keys."),
        };
        in_language(language, korean, english)
    }
}

pub async fn answer(
    api: &SandboxApi,
    receipt_id: Option<String>,
    answer: AnswerOptions,
    language: Language,
    output: Output,
) -> anyhow::Result<()> {
    let receipt_id = match receipt_id {
        Some(receipt_id) => receipt_id,
        None => the_one_that_rings(api, language).await?,
    };
    let path = format!("/sandbox/calls/{receipt_id}");
    let answered = api.post(&path, json!({ "answer": answer.name() })).await?.success()?;
    match output {
        Output::Json => print_json(&answered)?,
        Output::Text => println!("{receipt_id}: {}", answer.told(language)),
    }
    Ok(())
}

async fn the_one_that_rings(api: &SandboxApi, language: Language) -> anyhow::Result<String> {
    let calls = fetch(api, Calls::Ringing).await?;
    let ids: Vec<&str> = calls.iter().filter_map(|call| call["receipt_id"].as_str()).collect();
    let (count, all) = (ids.len(), ids.join(" "));
    match ids.as_slice() {
        [only] => Ok((*only).to_owned()),
        [] => bail!(
            "{}",
            in_language(language, "울리는 전화가 없습니다", "no telephone rings")
        ),
        _ => bail!(
            "{}: {all}",
            in_language(
                language,
                format!("전화 {count}대가 울립니다. 하나를 고르십시오"),
                format!("{count} telephones ring; name one")
            )
        ),
    }
}
