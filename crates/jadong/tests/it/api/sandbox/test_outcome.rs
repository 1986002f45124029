//! `Jadong-Test`, and `jadong_test` in `metadata`: a request's own outcome, and nobody else's.

use std::time::Duration;

use gateway::Mode;
use pg::TestedCall;
use serde_json::{Value, json};

use testkit::merchant::{CANCEL, PAYMENT, PUBLISH, RESERVE, TRANSFER};
use testkit::{Answer, Merchant, OTHER, PgUnderTest, TestGateway, application, with};

use super::clock::advance;

const DECLINED: &str = "400 RC_CONFIRM_FAILED";

async fn gateway() -> TestGateway {
    TestGateway::with(|plan| plan.pg_read_timeout = Duration::from_millis(200)).await
}

fn order(key: &str, order_id: &str) -> Value {
    json!({ "billing_key": key, "order_name": "월 구독", "order_id": order_id, "price": 1000 })
}

/// A `POST` with these values of the header.
async fn post(merchant: &Merchant, path: &str, tests: &[&str], body: Value) -> Answer {
    let request = merchant.request(reqwest::Method::POST, path).json(&body);
    let add = |request: reqwest::RequestBuilder, test: &&str| request.header("Jadong-Test", test.as_bytes());
    Answer::to(tests.iter().fold(request, add)).await
}

async fn charge(merchant: &Merchant, key: &str, order_id: &str, test: &str) -> Answer {
    post(merchant, PAYMENT, &[test], order(key, order_id)).await
}

fn asked(test: &str) -> Value {
    json!({ "jadong_test": test })
}

/// Debits of one key at the same time, of which each has its own outcome; and one of another project.
#[tokio::test]
async fn debits_at_the_same_time_get_what_each_asks_for() {
    let gateway = gateway().await;
    let (merchant, other) = (gateway.merchant(), gateway.merchant_named(OTHER));
    let (key, others_key) = (merchant.key().await, other.key().await);
    for round in 0..5 {
        let id = |name: &str| format!("{name}_{round}");
        let (short, closed, plain, noted, stranger) = tokio::join!(
            async { charge(&merchant, &key, &id("short"), "charge=insufficient_funds").await },
            async { charge(&merchant, &key, &id("closed"), "charge=account-closed").await },
            async { merchant.charge(&key, json!({ "order_id": id("plain") })).await },
            async {
                let noted = json!({ "order_id": id("noted"), "metadata": asked("charge=over_limit") });
                merchant.charge(&key, noted).await
            },
            async { other.charge(&others_key, json!({ "order_id": id("plain") })).await },
        );
        for (declined, reason) in [
            (short, "insufficient_funds"),
            (closed, "account_closed"),
            (noted, "over_limit"),
        ] {
            assert_eq!(declined.verdict(), DECLINED, "{}", declined.body);
            assert!(declined.body.contains(reason), "{}", declined.body);
        }
        for paid in [plain, stranger] {
            assert_eq!(paid.expect(200).number("status"), Some(1));
        }
    }
    gateway.stop().await;
}

/// What is asked for wins over the account, and is no word about it: two attempts that were asked to fail are not two of its own.
#[tokio::test]
async fn the_account_is_as_before() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let empty = merchant.key_of("0001").await;
    charge(&merchant, &empty, "pays", "charge=pays").await.expect(200);
    let again = merchant.charge(&empty, json!({ "order_id": "as_usual" })).await;
    assert_eq!(again.verdict(), DECLINED);
    let third = merchant.key_of("0011").await;
    for number in 0..2 {
        let declined = charge(
            &merchant,
            &third,
            &format!("asked_{number}"),
            "charge=insufficient_funds",
        )
        .await;
        assert_eq!(declined.verdict(), DECLINED);
    }
    let first = merchant.charge(&third, json!({ "order_id": "first" })).await;
    assert_eq!(first.verdict(), DECLINED, "its own first attempt");
    gateway.stop().await;
}

/// A fault that waits for the next call is for a call that asks for nothing.
#[tokio::test]
async fn a_waiting_fault_is_left_for_others() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    gateway.pg.fault("charge", "refuse", 1).await;
    charge(&merchant, &key, "asks", "charge=pays").await.expect(200);
    assert_eq!(gateway.pg.waiting_faults().await, 1);
    let next = merchant.charge(&key, json!({ "order_id": "next" })).await;
    assert_ne!(next.status, 200);
    gateway.stop().await;
}

/// The call is broken, and the look-ups of the order find what the bank did.
#[tokio::test]
async fn an_order_in_doubt_comes_to_the_end_that_it_asked_for() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for (test, end, debits) in [
        ("charge=drop-after", 1, 1),
        ("charge=times_out_paid", 1, 1),
        ("charge=drop-before", -2, 0),
    ] {
        let unknown = gateway.while_time_passes(charge(&merchant, &key, test, test)).await;
        assert_eq!(unknown.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED", "{test}");
        let receipt_id = unknown.text("receipt_id");
        let status = gateway
            .eventually(async || {
                let status = merchant.look_up(&receipt_id).await["status"].as_i64();
                status.filter(|status| *status != 2)
            })
            .await;
        assert_eq!(status, end, "{test}");
        assert_eq!(gateway.pg.ledger().await.debited(&receipt_id).0, debits, "{test}");
    }
    gateway.stop().await;
}

/// A paid order is what it is: a replay asks the bank for nothing. A declined one is asked for anew, and that attempt asks for itself.
#[tokio::test]
async fn a_replay_gets_the_recorded_answer_and_a_new_attempt_its_own() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    charge(&merchant, &key, "paid", "charge=pays").await.expect(200);
    let again = charge(&merchant, &key, "paid", "charge=insufficient_funds").await;
    assert!(again.is_replayed() && again.status == 200, "{}", again.body);
    let declined = charge(&merchant, &key, "declined", "charge=insufficient_funds").await;
    assert_eq!(declined.verdict(), DECLINED);
    let again = charge(&merchant, &key, "declined", "charge=pays").await;
    assert!(!again.is_replayed() && again.status == 200, "{}", again.body);
    assert_eq!(gateway.pg.ledger().await.requests.charge, 3);
    gateway.stop().await;
}

#[tokio::test]
async fn a_reserve_is_what_its_metadata_asks_for_when_its_time_has_come() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let at = "2026-02-01T09:00:00+09:00";
    let reserve = async |order_id: &str, metadata: Value| {
        let asked = json!({ "order_id": order_id, "reserve_execute_at": at, "metadata": metadata });
        merchant.reserve(&key, asked).await.expect(200).text("reserve_id")
    };
    let declined = reserve("declined", asked("charge=mandate_ended")).await;
    let paid = reserve("paid", json!({})).await;
    advance(&merchant, "31d").await;
    let declined = merchant.reserved(&declined).await;
    assert_eq!(declined["status"], json!(-1), "{declined}");
    assert_eq!(declined["metadata"], asked("charge=mandate_ended"));
    assert_eq!(merchant.reserved(&paid).await["status"], json!(1));
    gateway.stop().await;
}

#[tokio::test]
async fn a_customer_and_a_first_payment_do_as_they_are_asked() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let ask = async |subscription: &str, test: &str| {
        let body = with(application(), json!({ "subscription_id": subscription }));
        post(&merchant, TRANSFER, &[test], body).await
    };
    let (refuses, agrees, busy) = tokio::join!(
        ask("refuses", "consent=refuse"),
        ask("agrees", "consent=agree"),
        ask("busy", "consent=busy"),
    );
    assert_eq!(refuses.verdict(), "400 SUBSCRIBE_AT_CONSENT_REFUSED");
    assert_eq!(agrees.header("Jadong-Consent"), Some("agreed"), "{}", agrees.body);
    assert_eq!(busy.verdict(), "400 SUBSCRIBE_AT_CONSENT_BUSY");

    let metadata = asked("consent=agree,charge=insufficient_funds");
    let first = json!({ "subscription_id": "first", "price": 1000, "phone": "01000000001", "metadata": metadata });
    let receipt_id = merchant.receipt(first).await;
    let published = merchant.publish(&receipt_id).await;
    assert_eq!(published.verdict(), DECLINED, "{}", published.body);
    let issued = merchant.get(&format!("/v2/subscribe/billing_key/{receipt_id}")).await;
    let key = issued.expect(200).text("billing_key");
    merchant.charge(&key, json!({ "order_id": "later" })).await.expect(200);
    gateway.stop().await;
}

#[tokio::test]
async fn a_cancel_fails_as_it_is_asked_and_the_next_one_works() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let paid = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    let part = |id: &str| json!({ "receipt_id": paid, "cancel_id": id, "cancel_price": 100 });
    let refused = post(&merchant, CANCEL, &["cancel=refuse"], part("a")).await;
    assert_eq!(refused.verdict(), "400 RC_CANCEL_SERVER_ERROR", "{}", refused.body);
    let again = post(&merchant, CANCEL, &["cancel=slow"], part("a")).await;
    assert_eq!((again.status, &again.body), (refused.status, &refused.body), "recorded");
    let noted = with(part("b"), json!({ "metadata": asked("cancel=refuse") }));
    assert_eq!(merchant.post(CANCEL, noted).await.verdict(), refused.verdict());
    let lost = post(&merchant, CANCEL, &["cancel=drop-before"], part("c")).await;
    assert_eq!(lost.verdict(), "400 RC_CANCEL_CRITICAL_ERROR", "{}", lost.body);
    gateway
        .eventually(async || (merchant.look_up(&paid).await["cancelled_price"] == json!(100)).then_some(()))
        .await;
    merchant.post(CANCEL, part("d")).await.expect(200);
    assert_eq!(gateway.pg.ledger().await.refunds_of(&paid), [100, 100]);
    gateway.stop().await;
}

/// Whatever nobody would send: nothing of it reaches the bank.
#[tokio::test]
async fn what_cannot_be_played_is_refused_with_what_can() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let refused = |answer: &Answer, field: &str, why: &str| {
        assert_eq!(answer.verdict(), "400 FIELD_INVALID", "{why}: {}", answer.body);
        assert!(answer.body.contains(field), "{why}: {}", answer.body);
    };
    let long = format!("charge={}pays", " ".repeat(300));
    for bad in [
        "",
        "charge",
        "charge=nope",
        "consent=agree",
        "charge=잔액부족",
        "charge=pays,charge=slow",
        &"charge=pays,".repeat(200),
        &long,
    ] {
        let answer = charge(&merchant, &key, "bad", bad).await;
        refused(&answer, "Jadong-Test", bad);
    }
    let unknown = charge(&merchant, &key, "bad", "charge=nope").await;
    assert!(
        unknown.body.contains("insufficient-funds|account-closed"),
        "{}",
        unknown.body
    );
    let twice = post(&merchant, PAYMENT, &["charge=pays", "charge=pays"], order(&key, "bad")).await;
    refused(&twice, "Jadong-Test", "twice");

    let both = |noted: &str| with(order(&key, "both"), json!({ "metadata": asked(noted) }));
    let contradicting = post(&merchant, PAYMENT, &["charge=over_limit"], both("charge=pays")).await;
    refused(&contradicting, "metadata", "contradicting");
    for noted in [
        json!("charge=잔액"),
        json!(7),
        json!(""),
        json!("consent=agree"),
        json!("cancel=hang"),
    ] {
        let body = with(order(&key, "bad"), json!({ "metadata": { "jadong_test": noted } }));
        refused(
            &merchant.post(PAYMENT, body.clone()).await,
            "metadata",
            &noted.to_string(),
        );
        let later = with(body, json!({ "reserve_execute_at": "2026-02-01T09:00:00+09:00" }));
        refused(&merchant.post(RESERVE, later).await, "metadata", &noted.to_string());
    }
    let later = with(
        order(&key, "bad"),
        json!({ "reserve_execute_at": "2026-02-01T09:00:00+09:00" }),
    );
    let reserve = post(&merchant, RESERVE, &["charge=pays"], later).await;
    refused(&reserve, "metadata.jadong_test", "a reserve");
    for (path, test) in [
        (PUBLISH, "charge=pays"),
        (TRANSFER, "charge=pays"),
        (CANCEL, "charge=pays"),
    ] {
        refused(&post(&merchant, path, &[test], json!({})).await, "Jadong-Test", path);
    }
    assert_eq!(gateway.pg.ledger().await.requests.charge, 0);
    let same = post(&merchant, PAYMENT, &["charge=over-limit"], both("charge=over_limit")).await;
    assert_eq!(same.verdict(), DECLINED, "they say the same");
    gateway.stop().await;
}

/// Real money: a header that means a test is refused, and metadata is the merchant's own.
#[tokio::test]
async fn in_live_mode_no_outcome_is_asked_for() {
    let gateway = TestGateway::with(|plan| plan.mode = Mode::Live).await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let refused = charge(&merchant, &key, "live", "charge=insufficient_funds").await;
    assert_eq!(refused.verdict(), "400 FIELD_INVALID");
    assert!(refused.body.contains("Jadong-Test"), "{}", refused.body);
    assert_eq!(gateway.pg.ledger().await.requests.charge, 0);
    for noted in ["charge=insufficient_funds", "무엇이든"] {
        let body = json!({ "order_id": noted, "metadata": asked(noted) });
        let paid = merchant.charge(&key, body).await.expect(200);
        assert_eq!(paid.json()["metadata"], asked(noted));
    }
    gateway.stop().await;
}

/// Another PG would never hear of it, and debit.
#[tokio::test]
async fn where_the_pg_is_no_simulated_one_it_is_refused() {
    let gateway = TestGateway::with(|plan| plan.pg = PgUnderTest::Hosted).await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let refused = charge(&merchant, &key, "header", "charge=pays").await;
    assert_eq!(refused.verdict(), "400 FIELD_INVALID", "{}", refused.body);
    let noted = json!({ "order_id": "noted", "metadata": asked("charge=pays") });
    let refused = merchant.charge(&key, noted).await;
    assert_eq!(refused.verdict(), "400 FIELD_INVALID", "{}", refused.body);
    assert_eq!(gateway.pg.ledger().await.requests.charge, 0);
    gateway.stop().await;
}

/// One vocabulary: the bank knows every name, and there is none that it knows besides.
#[tokio::test]
async fn the_outcomes_are_the_simulated_pgs_own() {
    let name = |scenario: Value| scenario.as_str().unwrap().to_owned();
    let customers = simulator::PHONES.iter().map(|(_, scenario)| name(json!(scenario)));
    let accounts = simulator::ACCOUNTS.iter().map(|(_, scenario)| name(json!(scenario)));
    let accounts = accounts.filter(|name| name != "funds-at-third-attempt");
    let faults = || pg::FAULT_KINDS[1..].iter().map(|kind| (*kind).to_owned());
    let sorted = |names: &mut Vec<String>| {
        names.sort();
        names.clone()
    };
    let of = |call: TestedCall| sorted(&mut call.outcomes().into_iter().map(str::to_owned).collect());
    let mut known: Vec<_> = customers.chain(["agrees".to_owned()]).chain(faults()).collect();
    known.retain(|name| name != "refuse");
    assert_eq!(of(TestedCall::Consent), sorted(&mut known));
    let mut known: Vec<_> = accounts.chain(["pays".to_owned()]).chain(faults()).collect();
    assert_eq!(of(TestedCall::Charge), sorted(&mut known));
    assert_eq!(of(TestedCall::Cancel), sorted(&mut faults().collect()));

    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    for outcome in TestedCall::Charge.outcomes() {
        let sent = gateway.pg.ledger().await.requests.charge;
        let test = format!("charge={outcome}");
        let answer = gateway.while_time_passes(charge(&merchant, &key, outcome, &test)).await;
        let expected = match outcome {
            "pays" => "200",
            "bank-maintenance" | "refuse" => continue,
            outcome if outcome.ends_with("-funds") || outcome.starts_with("account-") => DECLINED,
            "mandate-ended" | "over-limit" => DECLINED,
            _ => "400 RC_CONFIRM_CRITICAL_FAILED",
        };
        assert!(answer.verdict().starts_with(expected), "{outcome}: {}", answer.body);
        assert_eq!(gateway.pg.ledger().await.requests.charge, sent + 1, "{outcome}");
    }
    gateway.stop().await;
}
