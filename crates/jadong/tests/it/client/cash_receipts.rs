//! 현금영수증.

use client::{
    CashReceiptOfPayment, CashReceiptStatus, CashReceiptType, ErrorCode, ReceiptStatus, StandaloneCashReceipt,
};

use super::sandbox::{Sandbox, charge, won};

#[tokio::test]
async fn of_a_payment_and_standing_alone() {
    let sandbox = Sandbox::start(&[]).await;
    let (client, key) = (sandbox.client(), sandbox.key("sub_1", "12345678901234").await);
    let paid = client.charge(&charge(&key, "order_1", 1_000)).await.expect("paid");
    let wanted = CashReceiptOfPayment::new(paid.receipt_id.clone(), CashReceiptType::IncomeDeduction, "01098765432");
    let receipt = client.issue_cash_receipt(&wanted).await.expect("issued");
    let data = receipt.cash_receipt_data.expect("a cash receipt");
    assert_eq!(
        (data.status, data.cash_receipt_type.as_str()),
        (CashReceiptStatus::Issued, "소득공제")
    );
    assert!(
        client
            .issue_cash_receipt(&wanted)
            .await
            .expect("answered again")
            .is_replay
    );
    let cancelled = client
        .cancel_cash_receipt(&paid.receipt_id, "착오 발급")
        .await
        .expect("cancelled");
    assert_eq!(
        cancelled.cash_receipt_data.expect("a cash receipt").status,
        CashReceiptStatus::Cancelled
    );
    assert_eq!(cancelled.status, ReceiptStatus::Paid, "the payment stays");

    let separate = StandaloneCashReceipt::new(
        "cash_1",
        "현장 결제",
        won(2_000),
        CashReceiptType::BusinessExpense,
        "1208147521",
    );
    let receipt = client.issue_standalone_cash_receipt(&separate).await.expect("issued");
    assert_eq!(
        (receipt.status, receipt.price),
        (ReceiptStatus::CashReceiptIssued, won(2_000))
    );
    let cancelled = client
        .cancel_standalone_cash_receipt(&receipt.receipt_id, "착오")
        .await
        .expect("cancelled");
    assert_eq!(cancelled.status, ReceiptStatus::CashReceiptCancelled);

    let resident = StandaloneCashReceipt::new(
        "cash_2",
        "현장 결제",
        won(100),
        CashReceiptType::IncomeDeduction,
        "9001011234567",
    );
    let refused = client
        .issue_standalone_cash_receipt(&resident)
        .await
        .expect_err("a resident number");
    assert!(
        matches!(
            refused.code(),
            Some(ErrorCode::CashReceiptFailed | ErrorCode::ResidentNumberRefused)
        ),
        "{refused:?}"
    );
    assert!(!format!("{refused:?} {resident:?}").contains("9001011234567"));
}
