//! Scenarios of reserves.

use std::time::Duration;

use anyhow::Context;
use serde_json::json;

use super::debit::receipt;
use super::runner::{Runner, expect_status};

const RESERVE: &str = "/v2/subscribe/payment/reserve";
/// How far ahead the debit is reserved.
const AHEAD: Duration = Duration::from_secs(4);
const PATIENCE: Duration = Duration::from_secs(30);
const DONE: i64 = 1;
const FAILED: i64 = -1;

pub async fn executed(stage: &mut Runner) -> anyhow::Result<()> {
    let key = stage.key("1234").await?;
    let path = reserve(stage, &key).await?;
    let ended = stage.until(&path, &[DONE, FAILED], PATIENCE).await?;
    expect_status(&ended, DONE)?;
    let paid = stage.get(&receipt(&ended.text("receipt_id"))).await?;
    expect_status(&paid, 1)
}

pub async fn on_destroyed_key(stage: &mut Runner) -> anyhow::Result<()> {
    let key = stage.key("1234").await?;
    let path = reserve(stage, &key).await?;
    stage.say(
        "키를 없앱니다. 예약은 남습니다.",
        "The key is destroyed; the reserve stays:",
    );
    stage
        .delete(&format!("/v2/subscribe/billing_key/{key}"))
        .await?
        .success()?;
    let ended = stage.until(&path, &[DONE, FAILED], PATIENCE).await?;
    expect_status(&ended, FAILED)?;
    stage.say(
        "예약이 실패했고 웹훅으로 알립니다: SUBSCRIBE_BK_EXPIRED.",
        "It has failed, and a webhook says why: SUBSCRIBE_BK_EXPIRED.",
    );
    Ok(())
}

/// Reserves a debit a few seconds ahead of the sandbox's time; gives where it is looked up.
async fn reserve(stage: &mut Runner, key: &str) -> anyhow::Result<String> {
    let clock = stage.api.get("/sandbox/clock").await?.success()?;
    let now: jiff::Timestamp = clock["now"]
        .as_str()
        .and_then(|now| now.parse().ok())
        .context("what time it is for the sandbox")?;
    let at = now.checked_add(jiff::SignedDuration::try_from(AHEAD)?)?;
    stage.say("4초 뒤 출금을 예약합니다.", "A debit is reserved, four seconds ahead:");
    let body = json!({
        "billing_key": key, "order_name": "월 구독 다음 달", "order_id": stage.id("order"), "price": 9900,
        "reserve_execute_at": at.to_string(),
    });
    let reserved = stage.post(RESERVE, body).await?.success()?;
    let id = reserved["reserve_id"].as_str().context("a reserve_id")?;
    Ok(format!("{RESERVE}/{id}"))
}
