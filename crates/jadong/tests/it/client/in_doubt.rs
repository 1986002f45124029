//! Debits of which nobody knows for a while.

use client::{ErrorCode, ReceiptStatus};

use super::sandbox::{Sandbox, charge, verdict};

#[tokio::test]
async fn an_unknown_debit_is_in_doubt_until_its_verdict_and_is_not_charged_again_meanwhile() {
    let settings = [("JADONG_PG_READ_TIMEOUT", "700ms"), ("JADONG_VERDICT_QUIET", "1s")];
    let sandbox = Sandbox::start(&settings).await;
    let client = sandbox.client();
    for (account, order_id) in [("12345678900007", "happened"), ("12345678900008", "did-not")] {
        let key = sandbox.key(order_id, account).await;
        let order = charge(&key, order_id, 100);
        let unknown = client.charge(&order).await.expect_err("the PG does not answer");
        assert_eq!(unknown.code(), Some(&ErrorCode::ConfirmCritical));
        assert!(unknown.is_in_doubt() && !unknown.is_retryable(), "{order_id}");
        assert!(unknown.receipt_id().is_some());
        let found = verdict(&client, order_id).await;
        let totals = sandbox.pg.ledger().await.totals;
        let net = totals.debited - totals.refunded;
        // Paid, and the money is there; or not, and it is not: nothing in between.
        match found.status {
            ReceiptStatus::Paid => assert_eq!(net, 100, "{order_id}"),
            ReceiptStatus::PaymentFailed => assert_eq!(net, 0, "{order_id}"),
            other => panic!("no verdict: {other:?}"),
        }
        if found.status == ReceiptStatus::Paid {
            client
                .cancel(&client::Cancel::whole(found.receipt_id, "c"))
                .await
                .expect("given back");
        }
    }
}
