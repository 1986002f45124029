//! Cash receipts that come with a charge, and receipts that are looked up.

use nicepay::payment::ReceiptType;
use nicepay::wire::WireAuthType;

use crate::shop::{PHONE, Shop, payer, register, start_with};
use crate::till::{ACCOUNT, cancel, cancel_receipt, charge, find, find_receipt, issue_receipt, net_cancel};

/// A key of this account whose payer wants cash receipts.
async fn standing_key(shop: &Shop, account_no: &str) -> String {
    let mut fields = payer(PHONE);
    fields.account_no = account_no.into();
    fields.cash_receipt_type = "소득공제".into();
    let started = shop.answer(&start_with("key", WireAuthType::Ars, &fields)).await;
    let registered = shop.answer(&register("key", &started.tid.unwrap())).await;
    registered.bid.unwrap()
}

#[tokio::test]
async fn a_charge_of_such_a_key_brings_a_receipt_that_goes_with_the_whole_of_it() {
    let shop = Shop::open().await;
    let bid = standing_key(&shop, ACCOUNT).await;
    let paid = shop.pay(&charge(&bid, "pay-1", 1_000)).await;
    let [receipt] = paid.cash_receipts.as_slice() else {
        panic!("{paid:?}")
    };
    assert_eq!((receipt.order_id.as_str(), receipt.amount), ("pay-1", 1_000));
    assert_eq!(
        (receipt.receipt_type, receipt.status.as_str()),
        (ReceiptType::Individual, "issueRequested")
    );
    assert_eq!(shop.pay(&find("pay-1")).await.cash_receipts, paid.cash_receipts);

    let tid = paid.tid.unwrap();
    let part = shop.pay(&cancel(&tid, "cancel-1", Some(400))).await;
    assert_eq!(part.cash_receipts[0].status, "issueRequested");
    let whole = shop.pay(&cancel(&tid, "cancel-2", None)).await;
    assert_eq!(whole.cash_receipts[0].status, "cancelled");
    let gone = shop.receipt(&cancel_receipt(&receipt.tid, "cancel-3")).await;
    assert_eq!(gone.result_code, "2013");
    let rows = shop.ledger().await["receipts"].clone();
    assert_eq!(rows.as_array().unwrap().len(), 1);
    assert!(rows[0]["cancelled_at_ms"].is_i64());

    let second = shop.pay(&charge(&bid, "pay-2", 10)).await;
    let alone = shop
        .receipt(&cancel_receipt(&second.cash_receipts[0].tid, "cancel-4"))
        .await;
    assert_eq!(alone.status.as_deref(), Some("cancelled"));
    assert_eq!(shop.moved("pay-2").await, (10, 0));
}

#[tokio::test]
async fn no_money_no_receipt() {
    let shop = Shop::open().await;
    let bid = standing_key(&shop, "110-222-330001").await;
    assert!(shop.pay(&charge(&bid, "pay-1", 1_000)).await.cash_receipts.is_empty());
    assert!(shop.ledger().await["receipts"].as_array().unwrap().is_empty());

    let shop = Shop::open().await;
    let bid = standing_key(&shop, "110-222-330007").await;
    shop.give_up(&charge(&bid, "pay-1", 1_000)).await;
    assert_eq!(shop.pay(&find("pay-1")).await.cash_receipts.len(), 1);
    assert_eq!(
        shop.pay(&net_cancel("pay-1")).await.cash_receipts[0].status,
        "cancelled"
    );
}

#[tokio::test]
async fn a_receipt_is_found_by_the_order_that_issued_it() {
    let shop = Shop::open().await;
    assert_eq!(shop.receipt(&find_receipt("receipt-1")).await.result_code, "V100");
    let issued = shop.receipt(&issue_receipt("receipt-1", 1_000, "01012345678")).await;
    let found = shop.receipt(&find_receipt("receipt-1")).await;
    assert_eq!(
        (&found.tid, &found.approve_no, found.amount),
        (&issued.tid, &issued.approve_no, 1_000)
    );
    shop.receipt(&cancel_receipt(&issued.tid.unwrap(), "cancel-1")).await;
    assert_eq!(
        shop.receipt(&find_receipt("receipt-1")).await.status.as_deref(),
        Some("cancelled")
    );
    assert_eq!(shop.receipt(&find_receipt("cancel-1")).await.result_code, "V100");
}
