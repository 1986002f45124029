//! `jadong ars answer`, `refuse`, `hang-up` and `wrong-key`

use anyhow::bail;
use serde_json::json;

use super::list::{Calls, fetch};
use crate::output::{Output, print_json};
use crate::sandbox_api::SandboxApi;

pub async fn answer(api: &SandboxApi, receipt_id: Option<String>, answer: &str, output: Output) -> anyhow::Result<()> {
    let receipt_id = match receipt_id {
        Some(receipt_id) => receipt_id,
        None => the_one_that_rings(api).await?,
    };
    let path = format!("/sandbox/calls/{receipt_id}");
    let answered = api.post(&path, json!({ "answer": answer })).await?.success()?;
    match output {
        Output::Json => print_json(&answered)?,
        Output::Text => println!("{receipt_id}: {}", told(answer)),
    }
    Ok(())
}

async fn the_one_that_rings(api: &SandboxApi) -> anyhow::Result<String> {
    let calls = fetch(api, Calls::Ringing).await?;
    let ids: Vec<&str> = calls.iter().filter_map(|call| call["receipt_id"].as_str()).collect();
    match ids.as_slice() {
        [only] => Ok((*only).to_owned()),
        [] => bail!("울리는 전화가 없습니다 (no telephone rings)"),
        several => bail!(
            "전화 {}대가 울립니다. 하나를 고르십시오 (several ring, name one): {}",
            several.len(),
            several.join(" ")
        ),
    }
}

fn told(answer: &str) -> &'static str {
    match answer {
        "agree" => "동의했습니다. (The customer has agreed.)",
        "refuse" => "거절했습니다. (The customer has refused.)",
        "hang_up" => "끊었습니다. (Hung up: nobody answered.)",
        _ => "번호를 세 번 잘못 눌렀습니다. (Three wrong keys.)",
    }
}
