//! The database's primary is lost, and a synchronous standby takes its place, while merchants charge at two nodes.

use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use pgcluster::{Own, PASSWORD};
use serde_json::json;
use testkit::until;

use super::Cluster;
use super::load::{Addresses, Load, are_right, books};

#[tokio::test]
async fn what_was_acknowledged_survives_the_loss_of_the_primary() {
    let mut primary = Own::start(&["synchronous_standby_names = ''"]);
    primary.sql("postgres", "CREATE DATABASE jadong");
    let standby = Own::standby_of(&primary);
    primary.sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'");
    primary.sql("postgres", "SELECT pg_reload_conf()");
    let hosts = format!("127.0.0.1:{},127.0.0.1:{}", primary.port(), standby.port());
    let cluster = Cluster::over(format!("postgres://postgres:{PASSWORD}@{hosts}/jadong")).await;
    let (a, b) = (cluster.node("a").await, cluster.node("b").await);
    let (_, key) = a.merchant().issue(json!({})).await;
    let addresses: Addresses = Arc::new(RwLock::new(vec![a.url.clone(), b.url.clone()]));
    let load = Load::start(&addresses, &key);
    load.more(30).await;
    // Without a primary nobody is told that anything was done.
    primary.stop();
    until(Duration::from_secs(30), async || {
        let answer = a
            .merchant()
            .charge(&key, json!({ "order_id": "without a primary" }))
            .await;
        if answer.status == 503 && answer.header("retry-after").is_some() {
            Ok(())
        } else {
            Err(answer)
        }
    })
    .await;
    // A new primary waits for nobody: there is no other standby.
    standby.promote();
    standby.sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = ''");
    standby.sql("postgres", "SELECT pg_reload_conf()");
    let since = Instant::now();
    for node in [&a, &b] {
        until(Duration::from_secs(30), async || {
            let answer = node.merchant().get("/readyz").await;
            if answer.status == 200 { Ok(()) } else { Err(answer) }
        })
        .await;
    }
    println!("ready again {:?} after the promotion", since.elapsed());
    load.more(30).await;
    let sold = load.end().await;
    let found = books(&sold, &cluster.pg, |sql| standby.sql("jadong", sql)).await;
    are_right("the primary was lost", &sold, &found);
    for node in [a, b] {
        node.process.stop().await;
    }
}
