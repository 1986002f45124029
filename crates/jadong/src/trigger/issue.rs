//! Scenarios of issuing a key.

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use reqwest::Method;
use serde_json::json;

use super::runner::{Runner, expect_code, expect_status};
use crate::sandbox_api::AnsweredCall;

pub const TRANSFER: &str = "/v2/request/subscribe/automatic-transfer";
pub const PUBLISH: &str = "/v2/request/subscribe/automatic-transfer/publish";

/// A customer who waits until somebody answers.
const WAITS: &str = "01000000007";
const ACCOUNT: &str = "12345678901234";

pub async fn issued(stage: &mut Runner) -> anyhow::Result<()> {
    let key = stage.key("1234").await?;
    stage.say("키를 조회합니다.", "The key, looked up:");
    stage.get(&format!("/v2/billing_key/{key}")).await?.success()?;
    Ok(())
}

pub async fn refused(stage: &mut Runner) -> anyhow::Result<()> {
    let asked = stage.post(TRANSFER, stage.application("01000000001", ACCOUNT)).await?;
    expect_code(&asked, "SUBSCRIBE_AT_CONSENT_REFUSED")
}

pub async fn no_answer(stage: &mut Runner) -> anyhow::Result<()> {
    let api = stage.api.clone();
    let body = stage.application(WAITS, ACCOUNT);
    let waiting = tokio::spawn(async move { api.post(TRANSFER, body).await });
    let receipt_id = ringing(stage).await?;
    stage.say("전화가 울립니다. 끊습니다.", "The telephone rings, and rings off:");
    answer(stage, &receipt_id, "hang_up").await?;
    let asked = waiting.await??;
    let asked = stage.told(&Method::POST, TRANSFER, asked);
    expect_code(&asked, "SUBSCRIBE_AT_CONSENT_NO_ANSWER")
}

pub async fn late(stage: &mut Runner) -> anyhow::Result<()> {
    let asked = stage.post(TRANSFER, stage.application(WAITS, ACCOUNT)).await?;
    expect_status(&asked, 41)?;
    let receipt_id = asked.text("receipt_id");
    stage.say(
        "아직 동의하지 않았지만 41입니다. 발급은 기다리라고 합니다.",
        "41, though nobody has agreed yet; publish says to wait:",
    );
    let body = json!({ "receipt_id": receipt_id });
    let early = stage.post(PUBLISH, body.clone()).await?;
    expect_code(&early, "SUBSCRIBE_REQUEST_FAILED")?;
    stage.say("고객이 이제 동의합니다.", "Now the customer agrees:");
    answer(stage, &receipt_id, "agree").await?;
    let published = published(stage, &receipt_id).await?;
    expect_status(&published, 1)
}

/// Publishes until the gateway has seen the consent, which on a busy machine may come after the hold.
pub async fn published(stage: &mut Runner, receipt_id: &str) -> anyhow::Result<AnsweredCall> {
    let started = Instant::now();
    loop {
        let answered = stage.api.post(PUBLISH, json!({ "receipt_id": receipt_id })).await?;
        let is_pending = answered.text("error_code") == "SUBSCRIBE_REQUEST_FAILED";
        if !is_pending || started.elapsed() > Duration::from_secs(10) {
            return Ok(stage.told(&Method::POST, PUBLISH, answered));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn answer(stage: &mut Runner, receipt_id: &str, answer: &str) -> anyhow::Result<()> {
    let path = format!("/sandbox/calls/{receipt_id}");
    stage.post(&path, json!({ "answer": answer })).await?.success()?;
    Ok(())
}

/// The receipt of this run's call, once it rings.
async fn ringing(stage: &Runner) -> anyhow::Result<String> {
    let own = stage.id("sub");
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(10) {
        let calls = stage.api.get("/sandbox/calls?state=ringing").await?.success()?;
        let calls = calls["calls"].as_array().context("a list of calls")?;
        if let Some(call) = calls.iter().find(|call| call["subscription_id"] == own) {
            return Ok(call["receipt_id"].as_str().unwrap_or_default().to_owned());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("no telephone rings")
}
