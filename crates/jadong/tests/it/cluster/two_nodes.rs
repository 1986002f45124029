//! Two nodes are as one: whichever is asked.

use pgcluster::Shared;
use serde_json::json;
use testkit::net::http;
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

/// A page at one node asks again for what the other does, and says what is its own node's alone.
#[tokio::test]
async fn a_page_shows_what_the_other_node_does_and_says_what_it_cannot() {
    let database = Shared::server().empty_database();
    let cluster = Cluster::over(database.url()).await;
    let (a, b) = (cluster.node("a").await, cluster.node("b").await);
    let (_, key) = b.merchant().issue(json!({})).await;
    let page = async |path: &str| Merchant::at(&a.url).in_english().get(path).await.expect(200).body;
    // Each node counts the others every few seconds.
    until(PATIENCE, async || {
        let requests = page("/console/requests?lang=en").await;
        let nodes = cluster.nodes().await;
        let own = nodes.iter().find(|node| node["address"].as_str() == Some(&a.url));
        let own = own
            .and_then(|node| node["node"].as_str())
            .ok_or("it is not on the list")?;
        if requests.contains(&format!("{own} (1/2)")) {
            Ok(())
        } else {
            Err("nothing of the other")
        }
    })
    .await;
    let stream = http().get(format!("{}/console/live", a.url)).send().await;
    let mut stream = stream.expect("a stream");
    let paid = b
        .merchant()
        .charge(&key, json!({ "order_id": "at b" }))
        .await
        .expect(200);
    let told = tokio::time::timeout(PATIENCE, async {
        let mut text = String::new();
        while !text.contains("event: anything") {
            let part = stream.chunk().await.expect("bytes").expect("the stream goes on");
            text.push_str(&String::from_utf8_lossy(&part));
        }
    });
    told.await.expect("it is told to ask again");
    let receipt_id = paid.text("receipt_id");
    assert!(page("/console/receipts").await.contains(&receipt_id));
    drop(stream);
    for node in [a, b] {
        node.process.stop().await;
    }
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
