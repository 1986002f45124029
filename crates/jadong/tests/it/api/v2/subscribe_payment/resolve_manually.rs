//! A person's verdict on what the resolution came to none for.

use std::time::Duration;

use domain::change::Change;
use domain::due::{DueKind, Lease};
use seams::Clock;
use serde_json::{Value, json};

use testkit::{Merchant, TestGateway};

/// A gateway in which the PG has not said a usable word for an hour, and now does again.
struct Silence {
    gateway: TestGateway,
    merchant: Merchant,
}

/// What was asked for before the silence.
struct Doubt {
    key: String,
    receipt_id: String,
}

impl Silence {
    async fn begin() -> Self {
        let gateway = TestGateway::with(|plan| plan.pg_read_timeout = Duration::from_millis(150)).await;
        let merchant = gateway.merchant();
        gateway.pg.fault("find-payment", "drop-before", 100_000).await;
        gateway.pg.fault("net-cancel", "drop-before", 100_000).await;
        Self { gateway, merchant }
    }

    /// A debit in doubt: `0007` happened, `0008` did not.
    async fn charge(&self, account: &str) -> Doubt {
        let key = self.merchant.key_of(account).await;
        let asked = json!({ "order_id": account, "feedback_url": "http://127.0.0.1:9/hook" });
        let unknown = self.gateway.while_time_passes(self.merchant.charge(&key, asked)).await;
        assert_eq!(unknown.verdict(), "400 RC_CONFIRM_CRITICAL_FAILED");
        Doubt {
            key,
            receipt_id: unknown.text("receipt_id"),
        }
    }

    /// Until every payment is a person's; then the PG answers again.
    async fn end(&self) {
        for _minute in 0..90 {
            self.gateway.pass(Duration::from_secs(60), Duration::from_secs(5)).await;
            let open = self.gateway.store().unresolved(100).await.unwrap();
            let is_persons = |one: &store::Unresolved| one.payment.state == domain::payment::PaymentState::NeedsReview;
            if !open.is_empty() && open.iter().all(is_persons) {
                return self.gateway.pg.clear_faults().await;
            }
        }
        panic!("the resolution did not end");
    }

    async fn status(&self, receipt_id: &str) -> Value {
        self.merchant.look_up(receipt_id).await["status"].clone()
    }
}

fn says(verdict: &str) -> Value {
    json!({ "verdict": verdict, "who": "kim", "note": "PG 관리자 화면에서 확인" })
}

fn forced(verdict: &str) -> Value {
    json!({ "verdict": verdict, "who": "kim", "note": "통화로 확인", "force": true, "tid": "UT0000113m01" })
}

#[tokio::test]
async fn a_person_settles_what_happened_and_the_merchant_is_told_once() {
    let silence = Silence::begin().await;
    let (happened, never) = (silence.charge("0007").await, silence.charge("0008").await);
    silence.end().await;
    let gateway = &silence.gateway;
    let project = gateway
        .store()
        .payment_of_anyone(happened.receipt_id.parse().unwrap())
        .await;
    let project = project.unwrap().expect("a payment").project_id;
    assert_eq!(
        gateway.store().count_in_doubt(project).await.unwrap(),
        2,
        "what waits for a person counts"
    );
    assert_eq!(gateway.store().unresolved_of(project, 10).await.unwrap().len(), 2);
    let anothers = domain::ProjectId(domain::ids::ObjectId::from_parts(1, [0; 5], 1));
    assert_eq!(gateway.store().count_in_doubt(anothers).await.unwrap(), 0);
    assert!(gateway.store().unresolved_of(anothers, 10).await.unwrap().is_empty());

    // The PG is asked once more, and believed: nothing has changed after a wrong word.
    for wrong in ["declined", "voided"] {
        let refused = gateway.resolve_manually(&happened.receipt_id, says(wrong)).await;
        assert_eq!(refused.verdict(), "409 SETTLE_CONTRADICTED", "{wrong}");
        assert!(refused.text("hint").starts_with("paid, 1000 won"), "{}", refused.body);
    }
    assert_eq!(
        gateway
            .resolve_manually(&never.receipt_id, says("paid"))
            .await
            .verdict(),
        "409 SETTLE_CONTRADICTED"
    );
    for doubt in [&happened, &never] {
        assert_eq!(silence.status(&doubt.receipt_id).await, json!(2));
        assert!(gateway.webhooks_of(&doubt.receipt_id).await.is_empty());
    }

    let paid = gateway
        .resolve_manually(&happened.receipt_id, says("paid"))
        .await
        .expect(200);
    assert_eq!(paid.text("state"), "paid");
    assert!(!paid.text("tid").is_empty(), "the PG's own record of the debit");
    gateway
        .resolve_manually(&never.receipt_id, says("voided"))
        .await
        .expect(200);
    for (doubt, status, event, state) in [
        (&happened, 1, "PAYMENT_COMPLETED", "paid"),
        (&never, -2, "PAYMENT_CONFIRM_FAILED", "voided"),
    ] {
        assert_eq!(silence.status(&doubt.receipt_id).await, json!(status));
        let webhooks = gateway.webhooks_of(&doubt.receipt_id).await;
        assert_eq!(webhooks.len(), 1, "{webhooks:?}");
        assert_eq!(
            (webhooks[0].0.as_str(), &webhooks[0].1["status"]),
            (event, &json!(status))
        );
        let history = gateway.history(&doubt.receipt_id).await;
        let (to, actor, note) = history.last().unwrap();
        assert_eq!((to.as_str(), actor.as_str()), (state, "person"));
        assert!(note.starts_with("kim: PG 관리자 화면에서 확인 (the PG: "), "{note}");
        // Once: it waits for nobody any more.
        let again = gateway.resolve_manually(&doubt.receipt_id, says(state)).await;
        assert_eq!(
            (again.verdict(), again.text("hint")),
            ("409 SETTLE_NOT_NEEDED".to_owned(), state.to_owned())
        );
    }
    assert!(gateway.store().unresolved(100).await.unwrap().is_empty());
    silence.gateway.stop().await;
}

#[tokio::test]
async fn a_settled_order_is_free_only_where_no_money_moved() {
    let silence = Silence::begin().await;
    let (happened, never) = (silence.charge("0007").await, silence.charge("0008").await);
    silence.end().await;
    let gateway = &silence.gateway;
    gateway
        .resolve_manually(&happened.receipt_id, says("paid"))
        .await
        .expect(200);
    gateway
        .resolve_manually(&never.receipt_id, says("voided"))
        .await
        .expect(200);

    let asked = json!({ "order_id": "0007", "feedback_url": "http://127.0.0.1:9/hook" });
    let again = silence.merchant.charge(&happened.key, asked).await.expect(200);
    assert!(again.is_replayed() && again.text("receipt_id") == happened.receipt_id);
    let other = silence.merchant.key().await;
    let anew = silence
        .merchant
        .charge(&other, json!({ "order_id": "0008" }))
        .await
        .expect(200);
    let ledger = gateway.pg.ledger().await;
    assert_eq!(ledger.debited(&happened.receipt_id), (1, 1000));
    assert_eq!(ledger.debited(&never.receipt_id), (0, 0));
    assert_eq!(ledger.debited(&anew.text("receipt_id")), (1, 1000));

    // What was resolved as paid can be given back like any other.
    silence
        .merchant
        .cancel(&happened.receipt_id, json!({}))
        .await
        .expect(200);
    assert_eq!(gateway.pg.ledger().await.debited(&happened.receipt_id), (1, 0));
    silence.gateway.stop().await;
}

#[tokio::test]
async fn a_reserve_ends_with_a_persons_verdict_on_its_payment() {
    let silence = Silence::begin().await;
    let (gateway, merchant) = (&silence.gateway, &silence.merchant);
    let mut reserves = Vec::new();
    for account in ["0007", "0008"] {
        let key = merchant.key_of(account).await;
        let asked = json!({ "order_id": account, "reserve_execute_at": "2026-01-02T03:05:00+09:00" });
        reserves.push(merchant.reserve(&key, asked).await.expect(200).text("reserve_id"));
    }
    silence.end().await;
    for (reserve_id, verdict, status, state) in [
        (&reserves[0], "paid", 1, "done"),
        (&reserves[1], "declined", -1, "failed"),
    ] {
        let waiting = merchant.reserved(reserve_id).await;
        assert_eq!(waiting["status"], json!(0));
        let receipt_id = waiting["receipt_id"].as_str().unwrap();
        gateway.resolve_manually(receipt_id, says(verdict)).await.expect(200);
        assert_eq!(merchant.reserved(reserve_id).await["status"], json!(status));
        assert_eq!(gateway.history(reserve_id).await.last().unwrap().0, state);
    }
    silence.gateway.stop().await;
}

#[tokio::test]
async fn of_two_persons_at_once_one_is_told_that_it_is_settled() {
    let silence = Silence::begin().await;
    let doubt = silence.charge("0008").await;
    silence.end().await;
    let gateway = &silence.gateway;
    let (one, two) = tokio::join!(
        gateway.resolve_manually(&doubt.receipt_id, says("voided")),
        gateway.resolve_manually(&doubt.receipt_id, says("declined")),
    );
    let mut verdicts = [one.verdict(), two.verdict()];
    verdicts.sort();
    assert_eq!(verdicts[0], "200");
    let late = ["409 SETTLE_NOT_NEEDED", "409 SETTLE_UNDER_WAY"];
    assert!(late.contains(&verdicts[1].as_str()), "{verdicts:?}");
    assert_eq!(gateway.webhooks_of(&doubt.receipt_id).await.len(), 1);
    silence.gateway.stop().await;
}

#[tokio::test]
async fn while_the_pg_is_silent_a_person_is_believed_with_the_number_of_the_debit() {
    let silence = Silence::begin().await;
    let (happened, insisted) = (silence.charge("0007").await, silence.charge("0008").await);
    silence.end().await;
    let gateway = &silence.gateway;
    // Insisting against the PG, which says that there is no such order: the history says so.
    gateway
        .resolve_manually(&insisted.receipt_id, forced("paid"))
        .await
        .expect(200);
    let history = gateway.history(&insisted.receipt_id).await;
    assert!(
        history
            .last()
            .unwrap()
            .2
            .contains("against the PG: it knows no such order"),
        "{history:?}"
    );

    gateway.pg.fault("find-payment", "drop-before", 100_000).await;
    let without = gateway.resolve_manually(&happened.receipt_id, says("paid")).await;
    assert_eq!(
        (without.verdict(), without.text("field")),
        ("400 FIELD_INVALID".to_owned(), "tid".to_owned())
    );
    let mut named = says("paid");
    named["tid"] = json!("UT0000113m01");
    gateway.resolve_manually(&happened.receipt_id, named).await.expect(200);
    assert_eq!(
        silence.merchant.look_up(&happened.receipt_id).await["bank_data"]["tid"],
        json!("UT0000113m01")
    );
    silence.gateway.stop().await;
}

#[tokio::test]
async fn only_who_has_the_installations_key_may_and_only_what_waits_for_a_person() {
    let gateway = TestGateway::start().await;
    let merchant = gateway.merchant();
    let key = merchant.key().await;
    let paid = merchant.charge(&key, json!({})).await.expect(200).text("receipt_id");
    let path = format!("/payments/{paid}/settle");
    for authorization in [
        "",
        "Jadong",
        "Jadong 00",
        &format!("Jadong {}", "0".repeat(64)),
        "Bearer x",
    ] {
        let answer = gateway.operator(authorization).post(&path, says("voided")).await;
        assert_eq!(answer.verdict(), "401 OPERATOR_UNKNOWN", "{authorization}");
    }
    // A signature is good for its own request only.
    let signature = gateway::sign_operator(&gateway.pepper(), &path, &says("paid").to_string());
    assert_eq!(
        gateway.operator(&signature).post(&path, says("voided")).await.verdict(),
        "401 OPERATOR_UNKNOWN"
    );
    // Not on the public listener.
    assert_eq!(
        gateway
            .anybody()
            .authorized(&signature)
            .post(&path, says("paid"))
            .await
            .status,
        404
    );
    assert_eq!(
        gateway.resolve_manually(&paid, says("voided")).await.verdict(),
        "409 SETTLE_NOT_NEEDED"
    );
    assert_eq!(
        gateway
            .resolve_manually("6655069ca691573f1bb9c28a", says("voided"))
            .await
            .verdict(),
        "404 RC_NOT_FOUND"
    );
    assert_eq!(
        gateway.resolve_manually("x", says("voided")).await.verdict(),
        "404 RC_NOT_FOUND"
    );
    let mut bad = says("maybe");
    assert_eq!(
        gateway.resolve_manually(&paid, bad.clone()).await.text("field"),
        "verdict"
    );
    bad = says("voided");
    bad["note"] = json!("");
    assert_eq!(gateway.resolve_manually(&paid, bad).await.text("field"), "note");
    assert_eq!(merchant.look_up(&paid).await["status"], json!(1));
    gateway.stop().await;
}

/// The resolution goes on beside a person, in any gateway: while it is at a payment, its net-cancel may be on its way.
#[tokio::test]
async fn what_a_worker_is_at_no_person_settles() {
    let silence = Silence::begin().await;
    let doubt = silence.charge("0007").await;
    silence.end().await;
    let gateway = &silence.gateway;
    let receipt: domain::ReceiptId = doubt.receipt_id.parse().unwrap();
    let (project, work) = (gateway.project(testkit::SANDBOX).id, (DueKind::Resolution, receipt.0));
    let take = async |lease| {
        let now = domain::EpochMs(gateway.clock.now_ms());
        let (until, lease) = (now.plus_ms(30_000), Lease(lease));
        let asked = store::LeaseRequest {
            now,
            until,
            limit: 1,
            lease,
        };
        gateway.store().take_work(project, work, asked).await.unwrap()
    };
    assert!(take(7).await, "nobody is at it before its hour");
    for verdict in ["paid", "voided"] {
        let refused = gateway.resolve_manually(&doubt.receipt_id, forced(verdict)).await;
        assert_eq!(refused.verdict(), "409 SETTLE_UNDER_WAY");
    }
    assert_eq!(
        gateway.history(&doubt.receipt_id).await.last().unwrap().0,
        "needs_person"
    );
    // The worker has put it off: a person takes it, and nobody has it after a verdict that does not hold.
    let put_off = Change::Schedule {
        kind: work.0,
        object: work.1,
        at: Some(domain::EpochMs(gateway.clock.now_ms()).plus_ms(3_600_000)),
        held: Some(Lease(7)),
    };
    gateway.store().commit(project, vec![put_off]).await.unwrap();
    for _try in 0..2 {
        let refused = gateway.resolve_manually(&doubt.receipt_id, says("voided")).await;
        assert_eq!(refused.verdict(), "409 SETTLE_CONTRADICTED");
    }
    gateway
        .resolve_manually(&doubt.receipt_id, says("paid"))
        .await
        .expect(200);
    // In an hour the PG is asked once more.
    let due_later = gateway.store().has_any(DueKind::Resolution).await;
    assert!(due_later.unwrap());
    assert!(take(8).await);
    silence.gateway.stop().await;
}
