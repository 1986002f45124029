//! Two nodes are as one: whichever is asked.

use pgcluster::Shared;
use serde_json::json;
use testkit::process::{TestDir, run};
use testkit::{Merchant, PATIENCE, until};

use super::{Cluster, PEPPER, states};

#[tokio::test]
async fn what_one_node_has_begun_the_other_goes_on_with() {
    let database = Shared::server().empty_database();
    let cluster = Cluster::over(database.url()).await;
    let (a, b) = (cluster.node("a").await, cluster.node("b").await);
    assert_eq!(states(&cluster.nodes().await), ["alive", "alive"]);
    let (at_a, at_b) = (a.merchant(), b.merchant());
    let receipt = at_a.receipt(json!({})).await;
    let key = at_b.publish(&receipt).await.expect(200).text("billing_key");
    // Equal charges at once: one debit, one answer.
    let order = json!({ "order_id": "once" });
    let (one, other) = tokio::join!(at_a.charge(&key, order.clone()), at_b.charge(&key, order.clone()));
    let (one, other) = (one.expect(200), other.expect(200));
    assert_eq!(one.text("receipt_id"), other.text("receipt_id"));
    assert_eq!(u8::from(one.is_replayed()) + u8::from(other.is_replayed()), 1);
    let receipt_id = one.text("receipt_id");
    assert_eq!(at_b.look_up(&receipt_id).await["status"], 1);
    // Two cancels of the whole at once: one gives it back.
    let (one, other) = tokio::join!(at_a.cancel(&receipt_id, json!({})), at_b.cancel(&receipt_id, json!({})));
    let verdicts = [one.verdict(), other.verdict()];
    assert!(verdicts.contains(&"200".to_owned()), "{verdicts:?}");
    let ledger = cluster.pg.ledger().await;
    assert_eq!(
        (ledger.debits_of(&receipt_id).len(), ledger.refunds_of(&receipt_id)),
        (1, vec![1_000])
    );
    // A project that was made a moment ago is known to both.
    let made = run(
        &["project", "create", "shop", "--json", "--store", &cluster.url],
        &[("JADONG_PEPPER", PEPPER)],
    )
    .await
    .success()
    .json();
    for node in [&a, &b] {
        let shop = Merchant::of_project(&node.url, &made);
        assert_eq!(
            shop.get(&format!("/v2/receipt/{receipt_id}")).await.verdict(),
            "404 RC_NOT_FOUND"
        );
    }
    // An orderly stop takes it off the list; the other goes on.
    assert!(a.process.stop().await.success());
    assert_eq!(states(&cluster.nodes().await), ["alive"]);
    at_b.charge(&key, json!({ "order_id": "after" })).await.expect(200);
    b.process.stop().await;
}

#[tokio::test]
async fn a_key_that_is_not_the_installations_is_refused() {
    let database = Shared::server().empty_database();
    let cluster = Cluster::over(database.url()).await;
    let a = cluster.node("a").await;
    let dir = TestDir::empty();
    let other = "08".repeat(32);
    let env = [("JADONG_STORE", cluster.url.as_str()), ("JADONG_PEPPER", &other)];
    let (code, error) = dir.refused(&env).await;
    assert!(
        code == Some(1) && error.contains("not the key") && !error.contains(&other),
        "{error}"
    );
    // Nor is one made: with the database's tables there, the key is somewhere else.
    let (code, error) = dir.refused(&env[..1]).await;
    assert!(code == Some(1) && error.contains("JADONG_PEPPER"), "{error}");
    // Of a sandbox whose customers are simulated in its own process there is one.
    let env = [("JADONG_STORE", cluster.url.as_str()), ("JADONG_PEPPER", PEPPER)];
    let (code, error) = dir.refused(&env).await;
    assert!(
        code == Some(1) && error.contains(&a.url) && error.contains("jadong bank"),
        "{error}"
    );
    a.process.stop().await;
}

/// A node that drains says so while it still answers.
#[tokio::test]
async fn a_node_that_is_asked_to_stop_serves_on_while_it_is_not_ready() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[("JADONG_DRAIN_DELAY", "3s")]).await;
    let anybody = Merchant::at(&gateway.url);
    assert_eq!(anybody.get("/readyz").await.status, 200);
    gateway.process.signal(rustix::process::Signal::TERM);
    until(PATIENCE, async || {
        let answer = anybody.get("/readyz").await;
        if answer.status == 503 { Ok(()) } else { Err(answer) }
    })
    .await;
    gateway.merchant().issue(json!({})).await;
    assert!(gateway.process.stop().await.success());
}
