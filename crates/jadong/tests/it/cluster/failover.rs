//! The database's primary is lost, and a synchronous standby takes its place, while merchants charge at two nodes.

use std::time::Instant;

use pgcluster::{Own, PASSWORD};

use super::Cluster;
use super::arena::Arena;

#[tokio::test]
async fn what_was_acknowledged_survives_the_loss_of_the_primary() {
    let mut primary = Own::start(&["synchronous_standby_names = ''"]);
    primary.sql("postgres", "CREATE DATABASE jadong");
    let standby = Own::standby_of(&primary);
    primary.sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'");
    primary.sql("postgres", "SELECT pg_reload_conf()");
    let hosts = format!("127.0.0.1:{},127.0.0.1:{}", primary.port(), standby.port());
    let cluster = Cluster::over(format!("postgres://postgres:{PASSWORD}@{hosts}/jadong")).await;
    let nodes = vec![cluster.node("a").await, cluster.node("b").await];
    let arena = Arena::open(cluster, nodes).await;
    // Without a primary nobody is told that anything was done.
    primary.stop();
    arena.refuses().await;
    // A new primary waits for nobody: there is no other standby.
    standby.promote();
    standby.sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = ''");
    standby.sql("postgres", "SELECT pg_reload_conf()");
    let since = Instant::now();
    arena.ready().await;
    println!("ready again {:?} after the promotion", since.elapsed());
    arena.goes_on().await;
    arena
        .close("the primary was lost", |sql| standby.sql("jadong", sql))
        .await;
}
