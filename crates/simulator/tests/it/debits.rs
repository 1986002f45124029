//! Each account's behaviour over time. The clock stands still until the test moves it.

use nicepay::payment::PaymentStatus::{Cancelled, Failed, Paid};

use crate::shop::{Shop, expire};
use crate::till::{ACCOUNT, cancel, charge, find, find_tid, net_cancel};

/// A shop and the key of an account that ends so.
async fn open(ends_with: &str) -> (Shop, String) {
    let shop = Shop::open().await;
    let bid = shop.key_of(&format!("110-222-33{ends_with}")).await;
    (shop, bid)
}

#[tokio::test]
async fn a_declined_charge_says_why_and_is_found_failed() {
    for (ends_with, code) in [
        ("0001", "V301"),
        ("0002", "V302"),
        ("0003", "V303"),
        ("0004", "V304"),
        ("0005", "V305"),
    ] {
        let (shop, bid) = open(ends_with).await;
        let declined = shop.pay(&charge(&bid, "pay-1", 1_000)).await;
        assert_eq!(declined.result_code, code);
        assert_eq!((declined.status, declined.signature), (Some(Failed), None));
        let found = shop.pay(&find("pay-1")).await;
        assert_eq!((found.result_code.as_str(), found.status), ("0000", Some(Failed)));
        assert_eq!((found.fail_code.as_deref(), found.balance_amt), (Some(code), 0));
        assert_ne!(found.failed_at.as_deref(), Some("0"));
        assert_eq!(found.paid_at.as_deref(), Some("0"));
        assert_eq!(shop.code(&net_cancel("pay-1")).await, "V100");
        assert_eq!(shop.code(&cancel(&found.tid.unwrap(), "cancel-1", None)).await, "V100");
        assert_eq!(shop.code(&charge(&bid, "pay-1", 1_000)).await, "U112");
        assert_eq!(shop.moved("pay-1").await, (0, 0));
    }
}

#[tokio::test]
async fn a_bank_in_maintenance_moves_nothing_and_leaves_nothing_to_find() {
    let (shop, bid) = open("0006").await;
    assert_eq!(shop.code(&charge(&bid, "pay-1", 1_000)).await, "2159");
    assert_eq!(shop.code(&find("pay-1")).await, "V100");
    assert_eq!(shop.code(&net_cancel("pay-1")).await, "V100");
    assert_eq!(shop.code(&charge(&bid, "pay-1", 1_000)).await, "U112");
    assert_eq!(shop.moved("pay-1").await, (0, 0));
}

#[tokio::test]
async fn a_time_out_that_paid_is_found_paid_and_can_be_net_cancelled() {
    let (shop, bid) = open("0007").await;
    shop.give_up(&charge(&bid, "pay-1", 1_000)).await;
    assert_eq!(shop.pay(&find("pay-1")).await.status, Some(Paid));
    assert_eq!(shop.code(&charge(&bid, "pay-1", 1_000)).await, "U112");
    assert_eq!(shop.pay(&net_cancel("pay-1")).await.status, Some(Cancelled));
    assert_eq!(shop.moved("pay-1").await, (1_000, 1_000));
}

#[tokio::test]
async fn a_time_out_that_paid_nothing_leaves_nothing() {
    let (shop, bid) = open("0008").await;
    shop.give_up(&charge(&bid, "pay-1", 1_000)).await;
    assert_eq!(shop.code(&find("pay-1")).await, "V100");
    assert_eq!(shop.code(&net_cancel("pay-1")).await, "V100");
    shop.later(86_000_000);
    assert_eq!(shop.moved("pay-1").await, (0, 0));
}

#[tokio::test]
async fn a_net_cancel_that_is_silent_twice_has_worked_the_second_time() {
    let (shop, bid) = open("0009").await;
    shop.give_up(&charge(&bid, "pay-1", 1_000)).await;
    assert_eq!(shop.moved("pay-1").await, (1_000, 0));
    assert_eq!(shop.code(&find("pay-1")).await, "S999");
    shop.is_dropped(&net_cancel("pay-1")).await;
    assert_eq!(shop.code(&find("pay-1")).await, "S999");
    assert_eq!(shop.moved("pay-1").await, (1_000, 0));
    shop.is_dropped(&net_cancel("pay-1")).await;
    assert_eq!(shop.moved("pay-1").await, (1_000, 1_000));
    assert_eq!(shop.code(&net_cancel("pay-1")).await, "2013");
    let found = shop.pay(&find("pay-1")).await;
    assert_eq!((found.status, found.balance_amt), (Some(Cancelled), 0));
    assert_eq!(shop.moved("pay-1").await, (1_000, 1_000));
}

#[tokio::test]
async fn a_silent_net_cancel_that_comes_too_late_says_so() {
    let (shop, bid) = open("0009").await;
    shop.give_up(&charge(&bid, "pay-1", 1_000)).await;
    shop.later(3_600_001);
    assert_eq!(shop.code(&net_cancel("pay-1")).await, "2020");
    assert_eq!(shop.code(&find("pay-1")).await, "S999");
}

#[tokio::test]
async fn an_approval_lands_after_the_net_cancel_that_found_nothing() {
    let (shop, bid) = open("0010").await;
    shop.give_up(&charge(&bid, "pay-1", 1_000)).await;
    shop.later(60_000);
    assert_eq!(shop.code(&find("pay-1")).await, "V100");
    assert_eq!(shop.code(&net_cancel("pay-1")).await, "V100");
    shop.later(4_999);
    // Asking again does not push it away.
    assert_eq!(shop.code(&net_cancel("pay-1")).await, "V100");
    assert_eq!(shop.code(&find("pay-1")).await, "V100");
    assert_eq!(shop.moved("pay-1").await, (0, 0));
    shop.later(1);
    let found = shop.pay(&find("pay-1")).await;
    assert_eq!((found.status, found.balance_amt), (Some(Paid), 1_000));
    let tid = found.tid.unwrap();
    assert_eq!(shop.pay(&find_tid(&tid)).await.status, Some(Paid));
    let debits = shop.ledger().await["debits"].clone();
    assert_eq!(debits[0]["taken_at_ms"], 1_767_290_645_678_i64 + 65_000);
    assert_eq!(shop.pay(&cancel(&tid, "cancel-1", None)).await.status, Some(Cancelled));
    assert_eq!(shop.moved("pay-1").await, (1_000, 1_000));
}

#[tokio::test]
async fn without_a_net_cancel_a_late_approval_never_lands() {
    let (shop, bid) = open("0010").await;
    shop.give_up(&charge(&bid, "pay-1", 1_000)).await;
    shop.later(86_000_000);
    assert_eq!(shop.moved("pay-1").await, (0, 0));
}

#[tokio::test]
async fn funds_arrive_at_the_third_attempt_of_each_key() {
    let (shop, first) = open("0011").await;
    let second = shop.key_of("110-222-330011").await;
    for (index, bid) in [&first, &second].into_iter().enumerate() {
        for (attempt, code) in ["V301", "V301", "0000", "0000"].into_iter().enumerate() {
            let order_id = format!("pay-{index}-{attempt}");
            assert_eq!(shop.code(&charge(bid, &order_id, 1_000)).await, code, "{order_id}");
        }
    }
}

#[tokio::test]
async fn a_key_behaves_as_told_before_all_keys_and_these_before_their_accounts() {
    let (shop, first) = open("0003").await;
    let second = shop.key_of(ACCOUNT).await;
    let own = format!("/control/accounts/{first}/scenario");
    let all = "/control/accounts/all/scenario";
    let mut order = 0;
    let mut codes = async || {
        order += 2;
        let (one, two) = (format!("pay-{order}"), format!("pay-{}", order + 1));
        let codes = [
            shop.code(&charge(&first, &one, 10)).await,
            shop.code(&charge(&second, &two, 10)).await,
        ];
        codes.join(" ")
    };
    assert_eq!(codes().await, "V303 0000");
    shop.control("PUT", &own, r#"{"scenario":"insufficient-funds"}"#).await;
    assert_eq!(codes().await, "V301 0000");
    shop.control("PUT", all, r#"{"scenario":"mandate-ended"}"#).await;
    assert_eq!(codes().await, "V304 V304");
    shop.control("PUT", &own, r#"{"scenario":"pays"}"#).await;
    assert_eq!(codes().await, "0000 V304");
    let listed = shop.control("GET", "/control/scenarios", "").await;
    assert_eq!(listed["every_account"]["scenario"], "mandate-ended");
    assert_eq!(listed["accounts"][0]["ends_with"], "0001");
    shop.control("DELETE", all, "").await;
    assert_eq!(codes().await, "V303 0000");
    let keys = shop.ledger().await["keys"].clone();
    let row = keys.as_array().unwrap().iter().find(|key| key["bid"] == first.as_str());
    assert_eq!(row.unwrap()["debit_scenario"], "account-frozen");

    let expected = [
        ("/control/accounts/all/scenario", r#"{"scenario":"sings"}"#, 400),
        (
            "/control/accounts/all/scenario",
            r#"{"scenario":"approved-late","late_ms":86400001}"#,
            400,
        ),
        ("/control/accounts/nobody/scenario", r#"{"scenario":"pays"}"#, 404),
    ];
    for (path, body, status) in expected {
        let request = crate::client::Request::new("PUT", path, body);
        assert_eq!(shop.send(&request).await.unwrap().unwrap().status, status, "{body}");
    }
}

#[tokio::test]
async fn how_late_an_approval_lands_can_be_set() {
    let (shop, bid) = open("4444").await;
    let path = format!("/control/accounts/{bid}/scenario");
    shop.control("PUT", &path, r#"{"scenario":"approved-late","late_ms":60000}"#)
        .await;
    shop.give_up(&charge(&bid, "pay-1", 1_000)).await;
    // A setting for later charges leaves this one alone.
    shop.control("PUT", &path, r#"{"scenario":"pays"}"#).await;
    assert_eq!(shop.code(&net_cancel("pay-1")).await, "V100");
    shop.later(59_999);
    assert_eq!(shop.code(&find("pay-1")).await, "V100");
    shop.later(1);
    assert_eq!(shop.code(&find("pay-1")).await, "0000");
    // Within the hour after the charge, a net-cancel undoes it after all.
    assert_eq!(shop.code(&net_cancel("pay-1")).await, "0000");
}

#[tokio::test]
async fn a_maintenance_window_holds_for_its_bank_and_its_time() {
    let (shop, bid) = open("4444").await;
    let now_ms = 1_767_290_645_678_i64;
    let window = |bank_code: &str| {
        let until_ms = now_ms + 1_000;
        format!(r#"{{"bank_code":"{bank_code}","from_ms":{now_ms},"until_ms":{until_ms}}}"#)
    };
    let path = "/control/maintenance";
    shop.control("PUT", path, &window("088")).await;
    assert_eq!(shop.code(&charge(&bid, "pay-1", 10)).await, "0000");
    shop.control("PUT", path, &window("004")).await;
    assert_eq!(shop.code(&charge(&bid, "pay-2", 10)).await, "2159");
    assert_eq!(shop.code(&find("pay-2")).await, "V100");
    let listed = shop.control("GET", path, "").await;
    assert_eq!(listed[0]["bank_code"], "004");
    shop.later(999);
    assert_eq!(shop.code(&charge(&bid, "pay-3", 10)).await, "2159");
    shop.later(1);
    assert_eq!(shop.code(&charge(&bid, "pay-4", 10)).await, "0000");
    shop.control(
        "PUT",
        path,
        r#"{"bank_code":"all","from_ms":0,"until_ms":9000000000000}"#,
    )
    .await;
    assert_eq!(shop.code(&charge(&bid, "pay-5", 10)).await, "2159");
    shop.control("DELETE", path, "").await;
    assert_eq!(shop.code(&charge(&bid, "pay-6", 10)).await, "0000");
    for body in [
        r#"{"bank_code":"4","from_ms":0,"until_ms":1}"#,
        r#"{"bank_code":"004","from_ms":1,"until_ms":1}"#,
    ] {
        let request = crate::client::Request::new("PUT", path, body);
        assert_eq!(shop.send(&request).await.unwrap().unwrap().status, 400, "{body}");
    }
}

#[tokio::test]
async fn an_expired_key_is_refused_before_its_account_is_asked() {
    let (shop, bid) = open("0007").await;
    shop.answer(&expire(&bid, "expiry-1")).await;
    assert_eq!(shop.code(&charge(&bid, "pay-1", 10)).await, "U115");
}
