//! The database is put back to an earlier state, as after a recovery to a point in time or the promotion of a standby that was not
//! synchronous: money has moved that it knows nothing of. Debits are held before one is sent twice, by nodes that run, and by one that
//! starts, whatever its folder knows.

use std::time::Duration;

use pgcluster::{Own, PASSWORD};
use serde_json::json;
use testkit::process::{Gateway, run};
use testkit::until;

use super::{Cluster, PEPPER};

/// A primary, and a copy of it that stops at some point in time.
struct Recovery {
    primary: Own,
    copy: Own,
    cluster: Cluster,
}

impl Recovery {
    async fn prepare() -> Self {
        let primary = Own::start(&["synchronous_standby_names = ''"]);
        primary.sql("postgres", "CREATE DATABASE jadong");
        let copy = Own::standby_of(&primary);
        let hosts = format!("127.0.0.1:{},127.0.0.1:{}", primary.port(), copy.port());
        let cluster = Cluster::over(format!("postgres://postgres:{PASSWORD}@{hosts}/jadong")).await;
        Self { primary, copy, cluster }
    }

    /// What was committed until now is in the copy, and nothing later will be.
    async fn point_in_time(&mut self) {
        let at = self.primary.sql("jadong", "SELECT pg_current_wal_lsn()");
        let arrived = format!("SELECT pg_last_wal_replay_lsn() >= '{at}'");
        until(Duration::from_secs(20), async || {
            let told = self.copy.sql("jadong", &arrived);
            if told == "t" { Ok(()) } else { Err(told) }
        })
        .await;
        self.copy.stop();
    }

    /// From now on the database is as it was then.
    fn recover(&mut self) {
        self.primary.stop();
        self.copy.start_again();
        self.copy.promote();
    }
}

async fn debits(node: &Gateway) -> String {
    let told = until(Duration::from_secs(60), async || {
        let answer = node.merchant().get("/readyz").await;
        if answer.status == 200 { Ok(answer) } else { Err(answer) }
    });
    told.await.text("debits")
}

/// Asked for once more, an order of which the database knows nothing is not debited again.
async fn is_refused(node: &Gateway, key: &str, order: &str) {
    let answer = node.merchant().charge(key, json!({ "order_id": order })).await;
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(answer.header("retry-after").is_some(), "{}", answer.body);
}

#[tokio::test]
async fn nodes_that_run_while_the_database_is_put_back_hold_debits() {
    let mut recovery = Recovery::prepare().await;
    let nodes = [recovery.cluster.node("a").await, recovery.cluster.node("b").await];
    let (_, key) = nodes[0].merchant().issue(json!({})).await;
    for order in ["one", "two"] {
        nodes[0]
            .merchant()
            .charge(&key, json!({ "order_id": order }))
            .await
            .expect(200);
    }
    recovery.point_in_time().await;
    for (node, order) in [(0, "three"), (1, "four")] {
        nodes[node]
            .merchant()
            .charge(&key, json!({ "order_id": order }))
            .await
            .expect(200);
    }
    recovery.recover();
    // At once and again and again, at both, whichever finds it out: it was debited, and the database does not know it.
    for _ in 0..40 {
        for node in &nodes {
            let answer = node.merchant().charge(&key, json!({ "order_id": "three" })).await;
            assert_ne!(answer.status, 200, "{}", answer.body);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for node in &nodes {
        assert_eq!(debits(node).await, "held");
        is_refused(node, &key, "four").await;
        is_refused(node, &key, "five").await;
    }
    assert_eq!(recovery.cluster.pg.ledger().await.debits.len(), 4);
    for node in nodes {
        node.process.stop().await;
    }
}

#[tokio::test]
async fn a_node_that_starts_on_a_database_that_was_put_back_holds_debits_whatever_its_folder_knows() {
    let mut recovery = Recovery::prepare().await;
    let early = recovery.cluster.node("early").await;
    let (_, key) = early.merchant().issue(json!({})).await;
    early.process.stop().await;
    let late = recovery.cluster.node("late").await;
    late.merchant()
        .charge(&key, json!({ "order_id": "one" }))
        .await
        .expect(200);
    recovery.point_in_time().await;
    late.merchant()
        .charge(&key, json!({ "order_id": "two" }))
        .await
        .expect(200);
    late.process.stop().await;
    recovery.recover();
    // An empty folder, one that has not seen the last state, one that has; each as the first that starts.
    let forget = "UPDATE installation SET held_at_ms = NULL, gap_from_ms = NULL, timeline = 1";
    for name in ["new", "early", "late"] {
        let node = recovery.cluster.node(name).await;
        assert_eq!(debits(&node).await, "held", "{name}");
        is_refused(&node, &key, "two").await;
        node.process.stop().await;
        recovery.copy.sql("jadong", forget);
    }
    assert_eq!(recovery.cluster.pg.ledger().await.debits.len(), 2);
}

/// Somebody has seen that something is wrong: no money moves until somebody says so.
#[tokio::test]
async fn what_is_held_by_hand_is_held_at_every_node_until_it_is_released() {
    let database = pgcluster::Shared::server().empty_database();
    let cluster = Cluster::over(database.url()).await;
    let nodes = [cluster.node("a").await, cluster.node("b").await];
    let (_, key) = nodes[0].merchant().issue(json!({})).await;
    let paid = nodes[0]
        .merchant()
        .charge(&key, json!({ "order_id": "one" }))
        .await
        .expect(200);
    for _ in 0..2 {
        let told = run(&["hold", "--json", "--store", &cluster.url], &[])
            .await
            .success()
            .json();
        assert_eq!(told["held"], json!(true));
    }
    let at = |state: &'static str| {
        let nodes = &nodes;
        until(Duration::from_secs(10), async move || {
            let told = [debits(&nodes[0]).await, debits(&nodes[1]).await];
            if told == [state, state] { Ok(()) } else { Err(told) }
        })
    };
    at("held").await;
    for node in &nodes {
        is_refused(node, &key, "two").await;
        let cancel = json!({ "receipt_id": paid.text("receipt_id") });
        assert_eq!(
            node.merchant().post(testkit::merchant::CANCEL, cancel).await.status,
            503
        );
    }
    let (data, pepper) = (cluster.data("a"), [("JADONG_PEPPER", PEPPER)]);
    let resume = ["resume", "--after-restore", "--data", data.to_str().expect("text")];
    run(&resume, &pepper).await.success();
    at("taken").await;
    nodes[1]
        .merchant()
        .charge(&key, json!({ "order_id": "two" }))
        .await
        .expect(200);
    assert_eq!(cluster.pg.ledger().await.debits.len(), 2);
    for node in nodes {
        node.process.stop().await;
    }
}

/// A promotion that lost nothing, while no node ran: who served last knows that, and says so for those that come.
#[tokio::test]
async fn a_promotion_that_lost_nothing_holds_nothing() {
    let mut recovery = Recovery::prepare().await;
    let node = recovery.cluster.node("a").await;
    let (_, key) = node.merchant().issue(json!({})).await;
    node.process.stop().await;
    recovery.point_in_time().await;
    recovery.recover();
    for (number, name) in ["a", "new", "a"].into_iter().enumerate() {
        let node = recovery.cluster.node(name).await;
        assert_eq!(debits(&node).await, "taken", "{name}");
        let order = json!({ "order_id": format!("order-{number}") });
        node.merchant().charge(&key, order).await.expect(200);
        node.process.stop().await;
    }
}
