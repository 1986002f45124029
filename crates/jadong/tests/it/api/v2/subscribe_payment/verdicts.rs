//! Debits whose outcome nobody knows, through the resolution to a verdict that the PG's ledger shares.

use std::time::Duration;

use domain::payment::StepOutcome;
use serde_json::json;

use testkit::Ledger;
use testkit::in_process::START_MS;
use testkit::{Merchant, PATIENCE, SANDBOX, TestGateway, until};

const MINUTE: Duration = Duration::from_secs(60);

/// A verdict, and the truth beside it.
struct Verdict {
    status: i64,
    ledger: Ledger,
    receipt_id: String,
}

impl Verdict {
    /// Paid means debited once and nothing given back; everything else means that nothing was kept.
    #[track_caller]
    fn assert_true(&self, why: &str) {
        let (debits, kept) = self.ledger.debited(&self.receipt_id);
        match self.status {
            1 => assert_eq!((debits, kept), (1, 1000), "{why}"),
            -2 => assert_eq!(kept, 0, "{why}"),
            other => panic!("{why}: {other} is no verdict"),
        }
    }
}

async fn gateway() -> TestGateway {
    TestGateway::with(|plan| plan.pg_read_timeout = Duration::from_millis(150)).await
}

async fn in_doubt(gateway: &TestGateway, merchant: &Merchant, account: &str) -> String {
    let key = merchant.key_of(account).await;
    let unknown = gateway
        .while_time_passes(merchant.charge(&key, json!({ "order_id": account })))
        .await;
    assert_eq!(unknown.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED", "{account}");
    unknown.text("receipt_id")
}

/// Waits for the verdict of a debit that is in doubt.
async fn verdict(gateway: &TestGateway, merchant: &Merchant, receipt_id: &str) -> Verdict {
    let status = gateway
        .eventually(async || {
            let status = merchant.look_up(receipt_id).await["status"].as_i64();
            status.filter(|status| *status != 2)
        })
        .await;
    Verdict {
        status,
        ledger: gateway.pg.ledger().await,
        receipt_id: receipt_id.to_owned(),
    }
}

/// The whole way for an account of the table.
async fn of_account(account: &str) -> Verdict {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let receipt_id = in_doubt(&gateway, &merchant, account).await;
    let found = verdict(&gateway, &merchant, &receipt_id).await;
    found.assert_true(account);
    // A verdict is final: hours later nothing has moved.
    gateway.pass(3 * 60 * MINUTE, 10 * MINUTE).await;
    assert_eq!(
        merchant.look_up(&receipt_id).await["status"],
        json!(found.status),
        "{account}"
    );
    let later = gateway.pg.ledger().await;
    assert_eq!(
        later.debited(&receipt_id),
        found.ledger.debited(&receipt_id),
        "{account}"
    );
    assert_eq!(later.requests.charge, 1, "{account}: never sent again");
    assert_eq!(later.requests.net_cancel, found.ledger.requests.net_cancel, "{account}");
    gateway.stop().await;
    found
}

#[tokio::test]
async fn a_time_out_after_a_debit_that_happened_is_paid() {
    let found = of_account("0007").await;
    assert_eq!((found.status, found.ledger.requests.net_cancel), (1, 0));
}

#[tokio::test]
async fn a_time_out_without_a_debit_is_voided() {
    let found = of_account("0008").await;
    assert_eq!((found.status, found.ledger.debits.len()), (-2, 0));
    assert_eq!(found.ledger.requests.net_cancel, 1, "one answered net-cancel is enough");
}

#[tokio::test]
async fn a_banks_maintenance_is_voided_in_the_end() {
    let found = of_account("0006").await;
    assert_eq!((found.status, found.ledger.debits.len()), (-2, 0));
}

#[tokio::test]
async fn a_silent_net_cancel_is_repeated_until_it_says_cancelled_already() {
    let found = of_account("0009").await;
    assert_eq!((found.status, found.ledger.debited(&found.receipt_id)), (-2, (1, 0)));
    assert_eq!(found.ledger.refunds_of(&found.receipt_id), [1000], "given back once");
    assert!(found.ledger.requests.net_cancel >= 2);
}

#[tokio::test]
async fn an_approval_after_the_net_cancel_is_refunded_once() {
    let found = of_account("0010").await;
    assert_eq!((found.status, found.ledger.debited(&found.receipt_id)), (-2, (1, 0)));
    assert_eq!(found.ledger.refunds_of(&found.receipt_id), [1000]);
    assert_eq!(found.ledger.refunds[0].kind, "cancel");
}

#[tokio::test]
async fn a_voided_order_may_be_paid_again_and_is_then_paid_once() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let receipt_id = in_doubt(&gateway, &merchant, "0010").await;
    verdict(&gateway, &merchant, &receipt_id).await.assert_true("0010");
    let key = merchant.key().await;
    let paid = merchant.charge(&key, json!({ "order_id": "0010" })).await.expect(200);
    let ledger = gateway.pg.ledger().await;
    assert_eq!(ledger.debited(&paid.text("receipt_id")), (1, 1000));
    assert_eq!(ledger.debited(&receipt_id), (1, 0));
    gateway.stop().await;
}

/// 2026-01-02T23:59:59.400+09:00, and three quarters of an hour before: the verdict comes on another day.
#[tokio::test]
async fn near_midnight_a_debit_is_found_on_either_day() {
    let to_midnight_ms = (24 * 3600 - (3 * 3600 + 4 * 60 + 5)) * 1000;
    for before_ms in [600, 45 * 60 * 1000] {
        for account in ["0007", "0008"] {
            let gateway = TestGateway::with(|plan| {
                plan.pg_read_timeout = Duration::from_millis(150);
                plan.start_ms = START_MS + to_midnight_ms - before_ms;
            })
            .await;
            let merchant = gateway.merchant();
            let key = merchant.key_of(account).await;
            let unknown = merchant.charge(&key, json!({})).await;
            let receipt_id = unknown.text("receipt_id");
            gateway.pg.fault("find-payment", "drop-before", 1).await;
            gateway.clock.advance(Duration::from_millis(before_ms as u64));
            let found = verdict(&gateway, &merchant, &receipt_id).await;
            found.assert_true(&format!("{account}, {before_ms} ms before midnight"));
            assert_eq!(found.status == 1, account == "0007");
            gateway.stop().await;
        }
    }
}

#[tokio::test]
async fn without_any_answer_in_time_it_is_a_persons_and_stays_in_doubt_for_the_api() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let key = merchant.key_of("0007").await;
    gateway.pg.fault("find-payment", "drop-before", 100_000).await;
    gateway.pg.fault("net-cancel", "drop-before", 100_000).await;
    let unknown = merchant.charge(&key, json!({})).await;
    let receipt_id = unknown.text("receipt_id");
    gateway.pass(49 * MINUTE, Duration::from_secs(5)).await;
    let asked = gateway.pg.ledger().await.requests;
    assert!(asked.net_cancel > 3, "{asked:?}: tried for as long as it may be");
    gateway.pass(60 * MINUTE, Duration::from_secs(10)).await;
    let given_up = gateway.pg.ledger().await.requests;
    gateway.pass(10 * 60 * MINUTE, 2 * MINUTE).await;
    let later = gateway.pg.ledger().await.requests;
    let asked = later.find_payment + later.net_cancel - given_up.find_payment - given_up.net_cancel;
    assert!((8..=45).contains(&asked), "seldom, for as long as it takes: {asked}");
    // Also what was answered after its lease had run out: a step of this clock is longer than one.
    let project = gateway.project(SANDBOX).id;
    until(PATIENCE, async || {
        let steps = gateway.store().resolution_steps(project, receipt_id.parse().unwrap());
        let steps = steps.await.unwrap();
        let told = steps.iter().filter(|step| step.outcome != StepOutcome::Sent).count();
        let asked = gateway.pg.ledger().await.requests;
        let asked = asked.find_payment + asked.net_cancel;
        if told as u32 == asked {
            Ok(())
        } else {
            Err((told, asked))
        }
    })
    .await;
    // Money may have moved: nothing else is said, and the order is not given away.
    assert_eq!(merchant.look_up(&receipt_id).await["status"], json!(2));
    let again = merchant.charge(&key, json!({})).await;
    assert_eq!((again.status, &again.body), (unknown.status, &unknown.body));
    assert_eq!(gateway.pg.ledger().await.requests.charge, 1);
    gateway.stop().await;
}

#[tokio::test]
async fn a_gateway_that_was_down_meanwhile_takes_the_ladder_up_again() {
    for (account, away) in [
        ("0007", 10 * MINUTE),
        ("0008", 10 * MINUTE),
        ("0009", MINUTE),
        ("0007", 120 * MINUTE),
    ] {
        let gateway = gateway().await;
        let key = gateway.merchant().key_of(account).await;
        let receipt_id = gateway.merchant().charge(&key, json!({})).await.text("receipt_id");
        let down = gateway.down().await;
        down.clock.advance(away);
        let gateway = down.up().await;
        let found = verdict(&gateway, &gateway.merchant(), &receipt_id).await;
        found.assert_true(&format!("{account} after {away:?}"));
        assert_eq!(found.ledger.requests.charge, 1);
        gateway.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_debits_in_doubt_at_once_all_get_the_verdict_that_is_true() {
    let gateway = gateway().await;
    let merchant = gateway.merchant();
    let mut keys = Vec::new();
    for account in ["0006", "0007", "0008", "0009", "0010"] {
        keys.push(merchant.key_of(account).await);
    }
    let asked: Vec<_> = (0..50)
        .map(|number| {
            let (merchant, key) = (gateway.merchant(), keys[number % keys.len()].clone());
            tokio::spawn(async move {
                merchant
                    .charge(&key, json!({ "order_id": format!("order_{number}") }))
                    .await
            })
        })
        .collect();
    let mut receipts = Vec::new();
    for one in asked {
        receipts.push(one.await.unwrap().text("receipt_id"));
    }
    for receipt_id in &receipts {
        verdict(&gateway, &merchant, receipt_id).await.assert_true(receipt_id);
    }
    // None is sent again. One that was given up on a busy machine may never have been read by the PG.
    let asked = gateway.pg.ledger().await.requests.charge;
    assert!((40..=50).contains(&asked), "{asked}");
    gateway.stop().await;
}
