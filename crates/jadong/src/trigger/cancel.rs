//! Scenarios of giving money back, and of cash receipts.

use anyhow::ensure;
use serde_json::json;

use super::debit::charge;
use super::runner::{Runner, expect_status};

const CANCEL: &str = "/v2/cancel";

pub async fn partly(stage: &mut Runner) -> anyhow::Result<()> {
    let receipt_id = paid(stage).await?;
    for (part, left_of) in [(1, 3000), (2, 6000)] {
        let body = json!({
            "receipt_id": receipt_id, "cancel_price": 3000, "cancel_id": stage.id(&format!("cancel-{part}")),
            "cancel_username": "가게", "cancel_message": "일부 취소",
        });
        let cancelled = stage.post(CANCEL, body).await?;
        expect_status(&cancelled, 1)?;
        ensure!(
            cancelled.body["cancelled_price"] == left_of,
            "{left_of} won should be cancelled by now"
        );
    }
    stage.say("나머지를 취소합니다.", "And what is left:");
    let body = json!({ "receipt_id": receipt_id, "cancel_username": "가게", "cancel_message": "전체 취소", "cancel_id": stage.id("rest") });
    let cancelled = stage.post(CANCEL, body).await?;
    expect_status(&cancelled, 20)
}

pub async fn cash_receipt(stage: &mut Runner) -> anyhow::Result<()> {
    let receipt_id = paid(stage).await?;
    let body = json!({ "receipt_id": receipt_id, "identity_no": "01012345678", "cash_receipt_type": "소득공제" });
    let issued = stage.post("/v2/request/receipt/cash/publish", body).await?.success()?;
    ensure!(issued["cash_receipt_data"]["status"] == 60, "it should be issued (60)");
    stage.say("현금영수증을 취소합니다.", "The cash receipt is cancelled:");
    let path = format!("/v2/request/receipt/cash/cancel/{receipt_id}");
    let cancelled = stage.delete(&path).await?.success()?;
    ensure!(
        cancelled["cash_receipt_data"]["status"] == 61,
        "it should be cancelled (61)"
    );
    Ok(())
}

/// A payment of 10,000 won; gives its receipt.
async fn paid(stage: &mut Runner) -> anyhow::Result<String> {
    let key = stage.key("1234").await?;
    let charged = charge(stage, &key, 10_000).await?;
    expect_status(&charged, 1)?;
    Ok(charged.text("receipt_id"))
}
