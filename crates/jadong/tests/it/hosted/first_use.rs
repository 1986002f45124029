//! A key that was issued at the hosted API before this gateway was there, taken over when it is used for the first time.

use domain::project::{ProjectPg, UnknownKeys};
use gateway::seal_pg_credentials;
use pg::PgCredentials;
use serde_json::json;
use testkit::{Line, Loses, OTHER, SANDBOX, TestGateway};

use super::{front_over_a_calm_line, front_over_a_line};

const LOOK_UP: &str = "GET /v2/billing_key/";
const NOWHERE: &str = "66542dfb4d18d5fc7b43e1b6";

/// In front of the hosted API, over a line; `sandbox` takes keys over on their first use.
async fn adopting() -> (TestGateway, Line) {
    let (gateway, line) = front_over_a_calm_line().await;
    wants(&gateway, SANDBOX, UnknownKeys::Adopt).await;
    (gateway, line)
}

async fn wants(gateway: &TestGateway, project: &str, unknown: UnknownKeys) {
    let project = gateway.project(project).id;
    gateway.store().set_unknown_keys(project, unknown).await.expect("set");
    gateway.projects_read().await;
}

#[tokio::test]
async fn a_key_is_charged_reserved_and_looked_up_without_a_list_of_keys() {
    let (gateway, line) = adopting().await;
    let (merchant, there) = (gateway.merchant(), gateway.hosted().merchant());
    let (charged, reserved, looked_up) = (there.key().await, there.key().await, there.key().await);
    let order = json!({ "order_id": "january" });
    merchant.charge(&charged, order.clone()).await.expect(200);
    assert!(merchant.charge(&charged, order).await.expect(200).is_replayed());
    let later = json!({ "reserve_execute_at": "2026-03-01T00:00:00+09:00" });
    merchant.reserve(&reserved, later).await.expect(200);
    let path = format!("/v2/billing_key/{looked_up}");
    let shown = async |of: &testkit::Merchant| of.get(&path).await.expect(200).json()["billing_data"].clone();
    assert_eq!(shown(&merchant).await, shown(&there).await);
    assert_eq!(line.asked(LOOK_UP), 3, "each once");
    let (consent, ledger) = (
        format!("/v2/subscribe/billing_key/{charged}/consent"),
        gateway.pg.ledger().await,
    );
    let record = merchant.get(&consent).await.expect(200);
    assert!(
        record.body.contains("adopted") && record.body.contains("hosted"),
        "{}",
        record.body
    );
    assert_eq!((ledger.debits.len(), ledger.totals.debited), (1, 1000));
    // Destroyed here: it is known, and is not taken over a second time.
    merchant
        .delete(&format!("/v2/subscribe/billing_key/{charged}"))
        .await
        .expect(200);
    let dead = merchant.charge(&charged, json!({ "order_id": "february" })).await;
    assert_eq!(dead.verdict(), "400 SUBSCRIBE_BK_EXPIRED");
    assert_eq!(line.asked(LOOK_UP), 3);
    gateway.stop().await;
}

#[tokio::test]
async fn where_a_project_does_not_want_it_nothing_is_asked() {
    let (gateway, line) = front_over_a_calm_line().await;
    let key = gateway.hosted().merchant().key().await;
    let unknown = gateway.merchant().charge(&key, json!({})).await;
    assert_eq!(
        (unknown.verdict().as_str(), line.asked(LOOK_UP)),
        ("404 RC_NOT_FOUND", 0)
    );
    wants(&gateway, SANDBOX, UnknownKeys::Adopt).await;
    gateway.merchant().charge(&key, json!({})).await.expect(200);
    wants(&gateway, SANDBOX, UnknownKeys::Refuse).await;
    gateway
        .merchant()
        .charge(&key, json!({ "order_id": "again" }))
        .await
        .expect(200);
    gateway.stop().await;
}

/// Whether the look-up or its answer was lost: nothing was sent for the charge, and the same order is charged later.
#[tokio::test]
async fn a_look_up_without_an_answer_refuses_the_charge_as_not_sent() {
    for loses in [Loses::Requests("/v2/billing_key/"), Loses::Answers("/v2/billing_key/")] {
        let (gateway, line) = front_over_a_line().await;
        wants(&gateway, SANDBOX, UnknownKeys::Adopt).await;
        let (merchant, key) = (gateway.merchant(), gateway.hosted().merchant().key().await);
        line.loses(Some(loses));
        let path = format!("/v2/billing_key/{key}");
        for refused in [merchant.charge(&key, json!({})).await, merchant.get(&path).await] {
            assert_eq!(refused.verdict(), "503 PG_UNAVAILABLE", "{loses:?}");
            assert_eq!(refused.json()["field"], json!("billing_key"), "{}", refused.body);
        }
        assert_eq!(gateway.pg.ledger().await.requests.charge, 0);
        line.loses(None);
        let paid = merchant.charge(&key, json!({})).await.expect(200);
        assert!(!paid.is_replayed(), "{loses:?}");
        assert_eq!(gateway.pg.ledger().await.requests.charge, 1);
        gateway.stop().await;
    }
}

#[tokio::test]
async fn what_is_not_there_or_dead_there_is_told_and_not_asked_again_for_a_minute() {
    let (gateway, line) = adopting().await;
    let (merchant, there) = (gateway.merchant(), gateway.hosted().merchant());
    let dead = there.key().await;
    there
        .delete(&format!("/v2/subscribe/billing_key/{dead}"))
        .await
        .expect(200);
    for round in 0..3 {
        let order = json!({ "order_id": format!("order_{round}") });
        assert_eq!(
            merchant.charge(NOWHERE, order.clone()).await.verdict(),
            "404 RC_NOT_FOUND"
        );
        assert_eq!(
            merchant.charge(&dead, order).await.verdict(),
            "400 SUBSCRIBE_BK_EXPIRED"
        );
    }
    let not_an_id = merchant.charge("../../v2/cancel", json!({})).await;
    assert_eq!((not_an_id.status / 100, line.asked(LOOK_UP)), (4, 2));
    gateway.pass_quickly(std::time::Duration::from_secs(61)).await;
    assert_eq!(merchant.charge(NOWHERE, json!({})).await.verdict(), "404 RC_NOT_FOUND");
    assert_eq!(line.asked(LOOK_UP), 3);
    assert_eq!(gateway.pg.ledger().await.requests.charge, 0);
    gateway.stop().await;
}

/// A hundred charges of a key that nobody has are one question, and twenty first charges of one that is there are one too.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_uses_one_key_at_once_asks_once() {
    let (gateway, line) = adopting().await;
    let key = gateway.hosted().merchant().key().await;
    for (key, times, verdict) in [(NOWHERE.to_owned(), 100, "404 RC_NOT_FOUND"), (key, 20, "200")] {
        let before = line.asked(LOOK_UP);
        let charges = (0..times).map(|number| {
            let (merchant, key) = (gateway.merchant(), key.clone());
            tokio::spawn(async move {
                merchant
                    .charge(&key, json!({ "order_id": format!("order_{number}") }))
                    .await
            })
        });
        for charge in charges.collect::<Vec<_>>() {
            assert_eq!(charge.await.expect("no panic").verdict(), verdict);
        }
        assert_eq!(line.asked(LOOK_UP) - before, 1, "{verdict}");
    }
    assert_eq!(gateway.pg.ledger().await.debits.len(), 20);
    gateway.stop().await;
}

/// Two projects with one account there both find the key. It is the first one's, and the other's first charge moves nothing: at once, one
/// after the other, and where it was issued through this gateway.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_key_of_another_project_here_is_never_taken_over() {
    let (gateway, line) = adopting().await;
    let project = gateway.project(OTHER).id;
    let same_account = PgCredentials {
        client_key: "sandbox_client_key".to_owned(),
        secret_key: "sandbox_secret_key".to_owned().into(),
        return_url: None,
    };
    let pg = ProjectPg {
        url: Some(format!("http://{}", line.address)),
        credentials: seal_pg_credentials(&gateway.pepper(), project, &same_account),
        ..gateway.project(OTHER).pg.clone()
    };
    gateway
        .store()
        .set_pg(project, &gateway.project(OTHER).pg, &pg)
        .await
        .expect("nothing was asked yet");
    wants(&gateway, OTHER, UnknownKeys::Adopt).await;
    let (one, other) = (gateway.merchant(), gateway.merchant_named(OTHER));
    for round in 0..5 {
        let key = gateway.hosted().merchant().key().await;
        let order = json!({ "order_id": format!("order_{round}") });
        let both = tokio::join!(one.charge(&key, order.clone()), other.charge(&key, order.clone()));
        let mut verdicts = [both.0.verdict(), both.1.verdict()];
        verdicts.sort();
        assert_eq!(verdicts, ["200", "404 RC_NOT_FOUND"]);
        let loser = if both.0.status == 404 { &one } else { &other };
        assert_eq!(loser.charge(&key, order).await.verdict(), "404 RC_NOT_FOUND");
    }
    // Whoever died between its claim and the key goes on with it, and only that one does.
    let key = gateway.hosted().merchant().key().await;
    let claimed = gateway.store().claim_adopted_key(project, key.parse().unwrap()).await;
    assert_eq!(claimed.unwrap(), project);
    assert_eq!(one.charge(&key, json!({})).await.verdict(), "404 RC_NOT_FOUND");
    let claimed = json!({ "order_id": "claimed" });
    other.charge(&key, claimed).await.expect(200);
    let (_, own) = one.issue(json!({})).await;
    assert_eq!(other.charge(&own, json!({})).await.verdict(), "404 RC_NOT_FOUND");
    assert_eq!(other.reserve(&own, json!({})).await.status, 404);
    assert_eq!(gateway.pg.ledger().await.debits.len(), 6);
    gateway.stop().await;
}

/// Two gateways over one store: each looks it up, and one key and one record of it come of that.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_gateways_take_one_key_over_once() {
    let (gateway, _line) = adopting().await;
    let node = gateway.another().await;
    for round in 0..5 {
        let key = gateway.hosted().merchant().key().await;
        let order = |of: &str| json!({ "order_id": format!("{of} {round}") });
        let (here, there) = (gateway.merchant(), node.merchant());
        let both = tokio::join!(here.charge(&key, order("here")), there.charge(&key, order("there")));
        both.0.expect(200);
        both.1.expect(200);
        let record = here
            .get(&format!("/v2/subscribe/billing_key/{key}/consent"))
            .await
            .expect(200);
        assert_eq!(record.body.matches("\"adopted\"").count(), 1, "{}", record.body);
    }
    assert_eq!(gateway.pg.ledger().await.debits.len(), 10);
    node.leave().await;
    gateway.stop().await;
}
