//! Charging, cancelling and reserving.

use client::{
    Advice, Cancel, DeclineReason, ErrorCode, Item, JsonObject, KeyStatus, OrderId, ReceiptStatus, Reserve,
    ReserveStatus, Timestamp, UserData,
};
use serde_json::json;

use super::sandbox::{Sandbox, charge, won};

#[tokio::test]
async fn a_charge_its_replay_and_its_conflict() {
    let sandbox = Sandbox::start(&[]).await;
    let (client, key) = (sandbox.client(), sandbox.key("sub_1", "12345678901234").await);
    let metadata = JsonObject::from(json!({ "plan": "gold" }).as_object().expect("an object").clone());
    let item = Item {
        id: "i1".to_owned(),
        name: "구독".to_owned(),
        qty: 1,
        price: won(9_900),
    };
    let order = charge(&key, "order 1/December", 9_900)
        .tax_free(won(900))
        .item(item)
        .metadata(metadata.clone());
    let paid = client.charge(&order).await.expect("paid");
    assert_eq!(
        (paid.status, paid.price, paid.tax_free),
        (ReceiptStatus::Paid, won(9_900), won(900))
    );
    assert_eq!((&paid.metadata, paid.is_replay), (&metadata, false));
    assert!(
        paid.purchased_at
            .is_some_and(|at| at > "2026-01-01T00:00:00Z".parse::<Timestamp>().expect("a time"))
    );
    assert_eq!(
        paid.bank_data.as_ref().expect("an account").bank_account.as_str(),
        "123456789*****"
    );
    assert!(
        paid.other.is_empty(),
        "the server has fields that the client does not know: {:?}",
        paid.other
    );

    let again = client.charge(&order).await.expect("answered again");
    assert!(again.is_replay && again.receipt_id == paid.receipt_id);
    let other = client
        .charge(&charge(&key, "order 1/December", 100))
        .await
        .expect_err("another content");
    assert_eq!(
        (other.code(), other.receipt_id()),
        (Some(&ErrorCode::OrderConflict), Some(&paid.receipt_id))
    );
    // An order id with everything in it that a URL must not have.
    let attempts = client
        .lookup_order(&OrderId::from("order 1/December"))
        .await
        .expect("a list");
    assert_eq!(attempts.len(), 1);
    let looked_up = client
        .lookup_receipt(&paid.receipt_id, UserData::With)
        .await
        .expect("a receipt");
    assert_eq!(looked_up.status, ReceiptStatus::Paid);
    assert_eq!(sandbox.debits().await, 1);
}

#[tokio::test]
async fn a_decline_says_why_what_to_do_and_frees_its_order() {
    let sandbox = Sandbox::start(&[]).await;
    let client = sandbox.client();
    for (account, reason, advice) in [
        ("12345678900001", DeclineReason::InsufficientFunds, Advice::TryInDays),
        ("12345678900002", DeclineReason::AccountClosed, Advice::NewKey),
        ("12345678900003", DeclineReason::AccountFrozen, Advice::CustomerAsksBank),
        ("12345678900004", DeclineReason::MandateEnded, Advice::NewKey),
        ("12345678900005", DeclineReason::OverLimit, Advice::TryTomorrow),
    ] {
        let key = sandbox.key(&account[10..], account).await;
        let declined = client
            .charge(&charge(&key, &account[10..], 100))
            .await
            .expect_err("declined");
        let refusal = declined.api().expect("said");
        assert_eq!(refusal.decline_reason().expect("a decline"), reason);
        assert_eq!(reason.advice(), advice);
        assert!(refusal.pg_error_code.is_some() && !declined.is_in_doubt() && !declined.is_retryable());
    }
    let key = sandbox.key("sub_11", "12345678900011").await;
    for _attempt in 0..2 {
        assert!(client.charge(&charge(&key, "order_11", 100)).await.is_err());
    }
    let third = client
        .charge(&charge(&key, "order_11", 100))
        .await
        .expect("funds at the third attempt");
    let attempts = client.lookup_order(&OrderId::from("order_11")).await.expect("a list");
    let statuses: Vec<_> = attempts.iter().map(|attempt| attempt.status).collect();
    assert_eq!(
        statuses,
        [
            ReceiptStatus::PaymentFailed,
            ReceiptStatus::PaymentFailed,
            ReceiptStatus::Paid
        ]
    );
    assert_eq!(attempts[2].receipt_id, third.receipt_id);
}

#[tokio::test]
async fn parts_and_the_rest_are_given_back_once_each() {
    let sandbox = Sandbox::start(&[]).await;
    let (client, key) = (sandbox.client(), sandbox.key("sub_1", "12345678901234").await);
    let paid = client.charge(&charge(&key, "order_1", 1_000)).await.expect("paid");
    let part = Cancel::part(paid.receipt_id.clone(), "c1", won(300))
        .by("김담당")
        .message("부분 환불");
    let first = client.cancel(&part).await.expect("given back");
    assert_eq!(
        (first.status, first.cancelled_price, first.left()),
        (ReceiptStatus::Paid, won(300), won(700))
    );
    let again = client.cancel(&part).await.expect("answered again");
    assert_eq!((again.is_replay, again.cancelled_price), (true, won(300)));
    let nothing = client
        .cancel(&Cancel::part(paid.receipt_id.clone(), "c0", won(0)))
        .await;
    assert!(
        matches!(nothing, Err(client::Error::InvalidRequest(_))),
        "zero would have meant all of it"
    );
    let rest = client
        .cancel(&Cancel::whole(paid.receipt_id.clone(), "c2"))
        .await
        .expect("given back");
    assert_eq!((rest.status, rest.left()), (ReceiptStatus::Cancelled, won(0)));
    let over = client
        .cancel(&Cancel::whole(paid.receipt_id, "c3"))
        .await
        .expect_err("nothing left");
    assert_eq!(over.code(), Some(&ErrorCode::AlreadyCancelled));
    assert_eq!(sandbox.pg.ledger().await.totals.refunded, 1_000);
}

#[tokio::test]
async fn a_reserve_waits_runs_and_another_is_revoked() {
    let sandbox = Sandbox::start(&[]).await;
    let (client, key) = (sandbox.client(), sandbox.key("sub_1", "12345678901234").await);
    let at = Timestamp::now() + std::time::Duration::from_secs(3_600);
    let reserve = Reserve::new(charge(&key, "order_1", 500), at);
    let reserved = client.reserve(&reserve).await.expect("reserved");
    assert_eq!(reserved.reserve_execute_at.expect("a time").as_second(), at.as_second());
    let again = client.reserve(&reserve).await.expect("answered again");
    assert!(again.is_replay && again.reserve_id == reserved.reserve_id);
    let second = client
        .reserve(&Reserve::new(charge(&key, "order_2", 500), at))
        .await
        .expect("reserved");
    assert!(
        client
            .revoke_reserve(&second.reserve_id)
            .await
            .expect("revoked")
            .success
    );
    let revoked = client.lookup_reserve(&second.reserve_id).await.expect("it is there");
    assert_eq!(revoked.status, ReserveStatus::Revoked);
    let over = client
        .revoke_reserve(&second.reserve_id)
        .await
        .expect_err("revoked already");
    assert_eq!(over.code(), Some(&ErrorCode::ReserveNotWaiting));

    sandbox.advance("61m").await;
    let done = client.lookup_reserve(&reserved.reserve_id).await.expect("it is there");
    assert_eq!((done.status, done.price), (ReserveStatus::Done, won(500)));
    let receipt = client
        .lookup_receipt(&done.receipt_id.expect("executed"), UserData::Without)
        .await
        .expect("a receipt");
    assert_eq!(receipt.status, ReceiptStatus::Paid);
    assert_eq!(sandbox.debits().await, 1);
}

#[tokio::test]
async fn a_destroyed_key_is_found_dead_and_its_reserves_with_it_when_asked() {
    let sandbox = Sandbox::start(&[]).await;
    let (client, key) = (sandbox.client(), sandbox.key("sub_1", "12345678901234").await);
    assert_eq!(
        client.lookup_key(&key.billing_key).await.expect("a key").status,
        KeyStatus::Active
    );
    let at = Timestamp::now() + std::time::Duration::from_secs(3_600);
    let reserved = client
        .reserve(&Reserve::new(charge(&key, "order_1", 500), at))
        .await
        .expect("reserved");
    let destroyed = client
        .destroy_key_and_reserves(&key.billing_key)
        .await
        .expect("destroyed");
    assert_eq!(destroyed.billing_key, key.billing_key);
    let reserve = client.lookup_reserve(&reserved.reserve_id).await.expect("it is there");
    assert_eq!(reserve.status, ReserveStatus::Revoked);
    let again = client
        .destroy_key(&key.billing_key)
        .await
        .expect_err("destroyed already");
    assert_eq!(again.code(), Some(&ErrorCode::KeyExpired));
    assert_eq!(
        client.lookup_key(&key.billing_key).await.expect("a key").status,
        KeyStatus::Destroyed
    );
    let issuance = client.lookup_issuance(&key.receipt_id).await.expect("it is there");
    assert_eq!(issuance.status, ReceiptStatus::KeyDestroyed);
    assert!(issuance.issued().is_none());
    let charged = client.charge(&charge(&key, "order_2", 100)).await.expect_err("dead");
    assert_eq!(charged.code(), Some(&ErrorCode::KeyExpired));
}
