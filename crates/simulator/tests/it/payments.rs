//! Charges, finds, cancels, net-cancels and cash receipts of an ordinary account.

use nicepay::payment::PaymentStatus::{Cancelled, Failed, Paid, PartialCancelled};
use nicepay::sign;
use serde_json::json;

use crate::client::Request;
use crate::shop::{EDI, PHONE, S, Shop, expire, signed, start};
use crate::till::{ACCOUNT, cancel, cancel_receipt, charge, find, find_on, find_tid, issue_receipt, net_cancel};

const HOUR_MS: u64 = 3_600_000;

#[tokio::test]
async fn a_charge_is_paid_found_and_in_the_ledger_once() {
    let shop = Shop::open().await;
    let bid = shop.key_of(ACCOUNT).await;
    let paid = shop.pay(&charge(&bid, "pay-1", 1_000)).await;
    assert_eq!((paid.result_code.as_str(), paid.status), ("0000", Some(Paid)));
    assert_eq!((paid.amount, paid.balance_amt), (1_000, 1_000));
    assert_eq!(paid.paid_at.as_deref(), Some(EDI));
    assert_eq!(
        (paid.failed_at.as_deref(), paid.cancelled_at.as_deref()),
        (Some("0"), Some("0"))
    );
    assert_eq!(paid.bank.as_ref().unwrap().bank_name, "국민은행");
    assert_eq!(paid.pay_method.as_deref(), Some("bank"));
    let tid = paid.tid.clone().unwrap();
    assert_eq!(shop.pay(&find("pay-1")).await, paid);
    assert_eq!(shop.pay(&find_tid(&tid)).await, paid);

    assert_eq!(shop.code(&charge(&bid, "pay-1", 1_000)).await, "U112");
    let ledger = shop.ledger().await;
    let (debits, account) = (&ledger["debits"], &ledger["keys"][0]["account_hash"]);
    let row = json!({
        "tid": tid, "order_id": "pay-1", "bid": bid, "account_hash": account, "amount": 1_000,
        "taken_at_ms": 1_767_290_645_678_i64, "refunded": 0, "tax_free_left": 0,
    });
    assert_eq!(debits, &json!([row]));
    let sums = json!({"debits": 1, "debited": 1_000, "refunds": 0, "refunded": 0});
    assert_eq!(ledger["totals"], sums);
    assert_eq!(ledger["accounts"][0]["debited"], 1_000);
    assert_eq!(ledger["requests"]["charge"], 2);
    assert_eq!(
        shop.control("GET", "/control/ledger/totals", "").await["debited"],
        1_000
    );
}

#[tokio::test]
async fn an_order_is_used_once_whatever_it_was_for() {
    let shop = Shop::open().await;
    let bid = shop.key_of(ACCOUNT).await;
    for used in ["key-0", "pay-1", "pay-2", "cancel-1", "receipt-1", "no-key"] {
        match used {
            "pay-1" => drop(shop.pay(&charge(&bid, used, 1_000)).await),
            "pay-2" => drop(shop.pay(&charge(&bid, used, 0)).await),
            "cancel-1" => {
                let tid = shop.pay(&find("pay-1")).await.tid.unwrap();
                shop.pay(&cancel(&tid, used, Some(1))).await;
            }
            "receipt-1" => drop(shop.receipt(&issue_receipt(used, 10, "01012345678")).await),
            "no-key" => drop(shop.pay(&charge("BIKYjadong000m1104999999999999", used, 10)).await),
            _ => {}
        }
        assert_eq!(shop.code(&charge(&bid, used, 10)).await, "U112", "{used}");
        assert_eq!(shop.answer(&start(used, PHONE)).await.result_code, "U112", "{used}");
        assert_eq!(shop.answer(&expire(&bid, used)).await.result_code, "U112", "{used}");
        let receipt = shop.receipt(&issue_receipt(used, 10, "01012345678")).await;
        assert_eq!(receipt.result_code, "U112", "{used}");
    }
    shop.pay(&net_cancel("pay-1")).await;
    assert_eq!(shop.code(&charge(&bid, "pay-1", 10)).await, "U112");
}

#[tokio::test]
async fn a_key_or_an_amount_that_cannot_be_charged_is_refused_and_takes_nothing() {
    let shop = Shop::open().await;
    let bid = shop.key_of(ACCOUNT).await;
    let unknown = "BIKYjadong000m1104999999999999";
    assert_eq!(shop.code(&charge(unknown, "pay-1", 1_000)).await, "U309");
    assert_eq!(shop.code(&charge("nonsense", "pay-2", 1_000)).await, "U309");
    assert_eq!(shop.code(&find("pay-1")).await, "V100");
    assert_eq!(shop.code(&charge(&bid, "pay-3", 0)).await, "U127");
    assert_eq!(shop.code(&charge(&bid, "pay-4", 2_000_001)).await, "V305");
    assert_eq!(shop.code(&charge(&bid, "pay-5", u64::MAX)).await, "V305");
    assert_eq!(shop.code(&charge(&bid, "pay-6", 2_000_000)).await, "0000");
    assert_eq!(shop.code(&charge(&bid, "pay-7", 1)).await, "0000");
    shop.answer(&expire(&bid, "expiry-1")).await;
    assert_eq!(shop.code(&charge(&bid, "pay-8", 1_000)).await, "U115");
    let found = shop.pay(&find("pay-8")).await;
    assert_eq!((found.status, found.fail_code.as_deref()), (Some(Failed), Some("U115")));
    assert_eq!(shop.ledger().await["totals"]["debited"], 2_000_001);
    // A key's end does not keep its payments from being cancelled.
    let tid = shop.pay(&find("pay-7")).await.tid.unwrap();
    assert_eq!(shop.code(&cancel(&tid, "cancel-1", None)).await, "0000");
}

#[tokio::test]
async fn a_payment_is_found_on_the_day_in_korea_on_which_it_was_received() {
    let shop = Shop::open().await;
    let bid = shop.key_of(ACCOUNT).await;
    // One millisecond before midnight, and at midnight.
    shop.later(86_400_000 - (3 * 3_600_000 + 4 * 60_000 + 5_678) - 1);
    shop.pay(&charge(&bid, "pay-1", 1_000)).await;
    shop.later(1);
    shop.pay(&charge(&bid, "pay-2", 1_000)).await;
    for (order_id, date, code) in [
        ("pay-1", "20260102", "0000"),
        ("pay-1", "20260103", "V100"),
        ("pay-2", "20260102", "V100"),
        ("pay-2", "20260103", "0000"),
        ("pay-2", "2026-01-03", "U301"),
        ("pay-2", "", "U301"),
    ] {
        assert_eq!(shop.code(&find_on(order_id, date)).await, code, "{order_id} {date}");
    }
    assert_eq!(shop.code(&find_tid("jadong000m02162601020304059999")).await, "V100");
    assert_eq!(shop.code(&find("key-0")).await, "V100");
}

#[tokio::test]
async fn a_net_cancel_works_once_and_within_an_hour() {
    let shop = Shop::open().await;
    let bid = shop.key_of(ACCOUNT).await;
    assert_eq!(shop.code(&net_cancel("pay-1")).await, "V100");
    shop.pay(&charge(&bid, "pay-1", 1_000)).await;
    shop.pay(&charge(&bid, "pay-2", 1_000)).await;
    shop.later(HOUR_MS);
    let cancelled = shop.pay(&net_cancel("pay-1")).await;
    assert_eq!((cancelled.status, cancelled.balance_amt), (Some(Cancelled), 0));
    assert_eq!((cancelled.amount, cancelled.cancels.len()), (1_000, 1));
    assert_eq!(cancelled.cancels[0].order_id, "pay-1");
    assert_eq!(shop.code(&net_cancel("pay-1")).await, "2013");
    shop.later(1);
    assert_eq!(shop.code(&net_cancel("pay-1")).await, "2013");
    assert_eq!(shop.code(&net_cancel("pay-2")).await, "2020");
    assert_eq!(shop.pay(&find("pay-2")).await.status, Some(Paid));
    assert_eq!(
        (shop.moved("pay-1").await, shop.moved("pay-2").await),
        ((1_000, 1_000), (1_000, 0))
    );
    let ledger = shop.ledger().await;
    assert_eq!(ledger["refunds"][0]["kind"], "net_cancel");
    assert_eq!(ledger["refunds"][0]["order_id"], "pay-1");
}

#[tokio::test]
async fn cancels_never_give_back_more_than_was_taken() {
    let shop = Shop::open().await;
    let bid = shop.key_of(ACCOUNT).await;
    let tid = shop.pay(&charge(&bid, "pay-1", 1_000)).await.tid.unwrap();
    assert_eq!(shop.code(&cancel(&tid, "cancel-1", Some(0))).await, "U301");
    assert_eq!(shop.code(&cancel(&tid, "cancel-1", Some(1_001))).await, "2032");
    let part = shop.pay(&cancel(&tid, "cancel-1", Some(400))).await;
    assert_eq!(
        (part.status, part.balance_amt, part.amount),
        (Some(PartialCancelled), 600, 1_000)
    );
    assert_eq!(shop.code(&cancel(&tid, "cancel-1", Some(400))).await, "2014");
    assert_eq!(shop.code(&cancel(&tid, "pay-1", Some(400))).await, "2014");
    assert_eq!(shop.code(&cancel(&tid, "cancel-2", Some(601))).await, "2032");
    shop.pay(&cancel(&tid, "cancel-2", Some(100))).await;
    let whole = shop.pay(&cancel(&tid, "cancel-3", None)).await;
    assert_eq!((whole.status, whole.balance_amt), (Some(Cancelled), 0));
    let cancels: Vec<_> = whole
        .cancels
        .iter()
        .map(|one| (one.order_id.as_str(), one.amount))
        .collect();
    assert_eq!(cancels, [("cancel-1", 400), ("cancel-2", 100), ("cancel-3", 500)]);
    assert_eq!(whole.cancels[0].reason, "고객 변심");
    assert_eq!(shop.code(&cancel(&tid, "cancel-4", None)).await, "2013");
    assert_eq!(shop.code(&cancel(&tid, "cancel-3", None)).await, "2014");
    assert_eq!(shop.code(&net_cancel("pay-1")).await, "2013");
    assert_eq!(
        shop.code(&cancel("jadong000m02162601020304059999", "cancel-5", None))
            .await,
        "V100"
    );
    assert_eq!(shop.moved("pay-1").await, (1_000, 1_000));
    let story = shop.control("GET", "/control/ledger/orders/cancel-2", "").await;
    assert_eq!(story["used_for"], "cancel");
    assert_eq!(story["refunds"][0]["cancel_order_id"], "cancel-2");
    assert_eq!(shop.ledger().await["debits"][0]["refunded"], 1_000);
}

#[tokio::test]
async fn a_net_cancel_after_a_part_gives_back_the_rest() {
    let shop = Shop::open().await;
    let bid = shop.key_of(ACCOUNT).await;
    let tid = shop.pay(&charge(&bid, "pay-1", 1_000)).await.tid.unwrap();
    shop.pay(&cancel(&tid, "cancel-1", Some(400))).await;
    let rest = shop.pay(&net_cancel("pay-1")).await;
    assert_eq!((rest.balance_amt, rest.cancels[1].amount), (0, 600));
    assert_eq!(shop.moved("pay-1").await, (1_000, 1_000));
}

#[tokio::test]
async fn a_cash_receipt_is_issued_and_cancelled_once() {
    let shop = Shop::open().await;
    let issued = shop.receipt(&issue_receipt("receipt-1", 1_000, "010-1234-5678")).await;
    assert_eq!((issued.result_code.as_str(), issued.amount), ("0000", 1_000));
    assert_eq!(issued.status.as_deref(), Some("issueRequested"));
    let tid = issued.tid.unwrap();
    let edi_date = issued.edi_date.unwrap();
    assert_eq!(
        issued.signature,
        Some(sign::receipt_answer(&tid, "receipt-1", &edi_date, S))
    );
    for (number, amount, code) in [
        ("9001011234567", 1_000, "U301"),
        ("12345", 1_000, "U301"),
        ("", 1_000, "U301"),
        ("2208162517", 0, "U127"),
        ("2208162517", 1_000, "0000"),
    ] {
        let answer = shop.receipt(&issue_receipt("receipt-2", amount, number)).await;
        assert_eq!(answer.result_code, code, "{number}");
    }
    assert_eq!(
        shop.receipt(&cancel_receipt(&tid, "receipt-2")).await.result_code,
        "2014"
    );
    let cancelled = shop.receipt(&cancel_receipt(&tid, "receipt-3")).await;
    assert_eq!(cancelled.status.as_deref(), Some("cancelled"));
    let edi_date = cancelled.edi_date.unwrap();
    assert_eq!(
        cancelled.signature,
        Some(sign::receipt_answer(&tid, "receipt-3", &edi_date, S))
    );
    assert_eq!(
        shop.receipt(&cancel_receipt(&tid, "receipt-4")).await.result_code,
        "2013"
    );
    let nobody = shop
        .receipt(&cancel_receipt("jadong000m02162601020304059999", "receipt-4"))
        .await;
    assert_eq!(nobody.result_code, "V100");
    let receipts = &shop.ledger().await["receipts"];
    assert_eq!(receipts.as_array().unwrap().len(), 2);
    assert_eq!(receipts[0]["number_hash"].as_str().unwrap().len(), 64);
    assert!(receipts[0]["cancelled_at_ms"].is_i64());
    assert!(receipts[1]["cancelled_at_ms"].is_null());
}

#[tokio::test]
async fn a_wrong_signature_credential_or_method_moves_no_money() {
    let shop = Shop::open().await;
    let bid = shop.key_of(ACCOUNT).await;
    let tid = shop.pay(&charge(&bid, "pay-1", 1_000)).await.tid.unwrap();
    let receipt = shop
        .receipt(&issue_receipt("receipt-1", 10, "01012345678"))
        .await
        .tid
        .unwrap();
    let calls = || {
        [
            charge(&bid, "pay-2", 1_000),
            find("pay-1"),
            find_tid(&tid),
            net_cancel("pay-1"),
            cancel(&tid, "cancel-1", None),
            issue_receipt("receipt-2", 10, "01012345678"),
            cancel_receipt(&receipt, "receipt-3"),
        ]
    };
    for mut call in calls() {
        call.body = call.body.replace("2026-01-02", "2026-01-03");
        call.path = call.path.replace("2026-01-02", "2026-01-03");
        assert_eq!(shop.code(&call).await, "U312", "{}", call.path);
    }
    for mut call in calls() {
        call.authorization = None;
        assert_eq!(shop.send(&call).await.unwrap().unwrap().status, 401, "{}", call.path);
    }
    for mut call in calls() {
        call.method = if call.method == "GET" { "POST" } else { "PUT" };
        assert_eq!(shop.send(&call).await.unwrap().unwrap().status, 405, "{}", call.path);
    }
    let junk = signed(Request::new("POST", format!("/v1/subscribe/{bid}/payments"), "{}"));
    assert_eq!(shop.code(&junk).await, "U301");
    assert_eq!(shop.ledger().await["totals"]["debited"], 1_000);
    assert_eq!(shop.ledger().await["totals"]["refunded"], 0);
    let nobody = Request::new("GET", "/control/ledger/orders/pay-2", "");
    assert_eq!(shop.send(&nobody).await.unwrap().unwrap().status, 404);
}
