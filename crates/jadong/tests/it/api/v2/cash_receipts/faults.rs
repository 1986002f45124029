//! The PG fails: at most one receipt, and a cancel that happens once.

use serde_json::json;

use super::{ALONE, alone, gateway};
use testkit::with;

#[tokio::test]
async fn whatever_the_pg_does_one_receipt_is_issued_and_cancelled_once() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let kinds = [
        "drop-before",
        "drop-after",
        "bad-gateway-after",
        "half-body",
        "wrong-signature",
        "garbage",
        "hang",
    ];
    for (index, kind) in kinds.into_iter().enumerate() {
        let order = json!({ "order_id": format!("fault-{index}") });
        gateway.pg.fault("receipt", kind, 1).await;
        gateway.pg.fault("find-receipt", kind, 1).await;
        let first = gateway.while_time_passes(alone(&merchant, order.clone())).await;
        assert_eq!(first.verdict(), "503 RC_CASH_RECEIPT_IN_DOUBT", "{kind}");
        let receipt_id = first.text("receipt_id");
        assert_eq!(merchant.look_up(&receipt_id).await["status"], json!(2), "{kind}");
        let different = alone(&merchant, with(order.clone(), json!({ "price": 1 }))).await;
        assert_eq!(different.verdict(), "409 RC_CASH_RECEIPT_CONFLICT", "{kind}");
        let early = merchant.delete(&format!("{ALONE}/{receipt_id}")).await;
        assert_eq!(early.verdict(), "503 RC_CASH_RECEIPT_IN_DOUBT", "{kind}");
        let second = alone(&merchant, order).await.expect(200);
        assert_eq!(second.text("receipt_id"), receipt_id, "{kind}");

        gateway.pg.fault("receipt", kind, 1).await;
        let doubt = gateway
            .while_time_passes(merchant.delete(&format!("{ALONE}/{receipt_id}")))
            .await;
        assert_eq!(doubt.verdict(), "503 RC_CASH_RECEIPT_IN_DOUBT", "{kind}");
        let path = format!("{ALONE}/{receipt_id}");
        let gone = gateway.while_time_passes(merchant.delete(&path)).await.expect(200);
        assert_eq!(gone.text("status"), "61", "{kind}");
        let receipts = gateway.pg.ledger().await.receipts;
        let ours: Vec<_> = receipts.iter().filter(|row| row.order_id == receipt_id).collect();
        assert_eq!((ours.len(), receipts.len()), (1, index + 1), "{kind}");
        assert!(ours[0].cancelled_at_ms.is_some(), "{kind}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_lost_answer_is_looked_up_at_once_and_an_unreachable_pg_changes_nothing() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    gateway.pg.fault("receipt", "drop-after", 1).await;
    assert_eq!(alone(&merchant, json!({})).await.verdict(), "200");
    let order = json!({ "order_id": "cash_2" });
    gateway.pg.refuse_connections(200).await;
    assert_eq!(alone(&merchant, order.clone()).await.verdict(), "503 PG_UNAVAILABLE");
    let issued = gateway
        .eventually(async || Some(alone(&merchant, order.clone()).await).filter(|answer| answer.status == 200))
        .await;
    assert!(!issued.is_replayed());
    assert_eq!(gateway.pg.ledger().await.receipts.len(), 2);
    gateway.stop().await;
}
