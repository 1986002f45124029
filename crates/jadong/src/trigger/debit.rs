//! Scenarios of debits.

use std::time::Duration;

use serde_json::json;

use super::runner::{Runner, expect_code, expect_status};
use crate::sandbox_api::AnsweredCall;

const PAYMENT: &str = "/v2/subscribe/payment";

/// Past the quiet time of the resolution (a minute unless set otherwise).
const VERDICT: Duration = Duration::from_secs(150);

pub async fn paid(stage: &mut Runner) -> anyhow::Result<()> {
    let key = stage.key("1234").await?;
    let charged = charge(stage, &key, 9900).await?;
    expect_status(&charged, 1)
}

pub async fn declined(stage: &mut Runner) -> anyhow::Result<()> {
    stage.say(
        "끝자리 0001 계좌는 늘 잔액이 부족합니다.",
        "An account that ends with 0001 never has enough:",
    );
    let key = stage.key("0001").await?;
    let charged = charge(stage, &key, 9900).await?;
    expect_code(&charged, "RC_CONFIRM_FAILED")
}

pub async fn in_doubt_happened(stage: &mut Runner) -> anyhow::Result<()> {
    let receipt_id = in_doubt(stage, "drop-after").await?;
    let found = stage.until(&receipt(&receipt_id), &[1, -2], VERDICT).await?;
    expect_status(&found, 1)?;
    stage.say(
        "PG에서 출금을 찾았습니다: 결제 완료.",
        "It was found at the PG: paid. The story: jadong explain <receipt_id>",
    );
    Ok(())
}

pub async fn in_doubt_did_not_happen(stage: &mut Runner) -> anyhow::Result<()> {
    let receipt_id = in_doubt(stage, "drop-before").await?;
    stage.say(
        "늦게 도착할 수도 있어서 망취소하고 1분을 기다립니다.",
        "It may still arrive: it is net-cancelled, and a minute is waited.",
    );
    let found = stage.until(&receipt(&receipt_id), &[1, -2], VERDICT).await?;
    expect_status(&found, -2)?;
    stage.say(
        "출금되지 않았습니다. 같은 order_id로 다시 결제할 수 있습니다.",
        "Nothing was debited; the order_id may be charged again.",
    );
    Ok(())
}

/// A debit whose answer is lost; gives its receipt.
async fn in_doubt(stage: &mut Runner, fault: &str) -> anyhow::Result<String> {
    let key = stage.key("1234").await?;
    stage.say(
        "다음 출금의 PG 응답을 잃게 합니다.",
        "The PG's answer to the next debit will be lost:",
    );
    let body = json!({ "on": "charge", "kind": fault });
    stage.post("/sandbox/faults", body).await?.success()?;
    let charged = charge(stage, &key, 9900).await?;
    expect_code(&charged, "RC_CONFIRM_CRITICAL_FAILED")?;
    stage.say(
        "결과를 모릅니다. 다시 결제하지 말고 영수증을 봅니다.",
        "Nobody knows yet. Not charged again; the receipt says what came of it:",
    );
    Ok(charged.text("receipt_id"))
}

/// A debit of a key.
pub async fn charge(stage: &mut Runner, key: &str, price: u64) -> anyhow::Result<AnsweredCall> {
    let body = json!({
        "billing_key": key, "order_name": "월 구독 이번 달", "order_id": stage.id("order"), "price": price,
    });
    stage.post(PAYMENT, body).await
}

/// Where a receipt is looked up.
pub fn receipt(receipt_id: &str) -> String {
    format!("/v2/receipt/{receipt_id}")
}
