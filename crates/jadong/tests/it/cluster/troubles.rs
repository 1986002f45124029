//! A database that takes no writes, no connections, no time, or has no room, and a node that does not reach the PG: requests are
//! refused in time, nothing is lost, and all goes on by itself.

use std::time::Duration;

use pgcluster::{Own, Shared};
use testkit::relay::Relay;

use super::Cluster;
use super::arena::Arena;

/// Two nodes on a server of the test's own, as a user who is not its superuser.
async fn on(server: &Own) -> Arena {
    server.sql("postgres", "CREATE ROLE shop LOGIN PASSWORD 'only-for-tests'");
    server.sql("postgres", "CREATE DATABASE jadong OWNER shop");
    let cluster = Cluster::over(server.url("jadong").replace("//postgres:", "//shop:")).await;
    let nodes = vec![cluster.node("a").await, cluster.node("b").await];
    Arena::open(cluster, nodes).await
}

#[tokio::test]
async fn a_database_that_is_read_only_for_a_while_is_waited_for() {
    let server = Own::start(&[]);
    let arena = on(&server).await;
    server.sql("postgres", "ALTER SYSTEM SET default_transaction_read_only = on");
    server.sql("postgres", "SELECT pg_reload_conf()");
    arena.refuses().await;
    server.sql("postgres", "ALTER SYSTEM RESET default_transaction_read_only");
    server.sql("postgres", "SELECT pg_reload_conf()");
    arena.goes_on().await;
    arena.close("read-only", |sql| server.sql("jadong", sql)).await;
}

#[tokio::test]
async fn a_server_without_a_connection_left_is_waited_for() {
    let server = Own::start(&[]);
    let arena = on(&server).await;
    server.sql("postgres", "ALTER ROLE shop CONNECTION LIMIT 0");
    server.sql(
        "postgres",
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'shop'",
    );
    arena.refuses().await;
    server.sql("postgres", "ALTER ROLE shop CONNECTION LIMIT -1");
    arena.goes_on().await;
    arena.close("no connection left", |sql| server.sql("jadong", sql)).await;
}

/// Somebody's maintenance holds a table for longer than a lock is waited for.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_slow_is_waited_for() {
    let server = Own::start(&[]);
    let arena = on(&server).await;
    tokio::task::block_in_place(|| {
        for _time in 0..2 {
            server.sql(
                "jadong",
                "BEGIN; LOCK TABLE payment IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(8); COMMIT",
            );
        }
    });
    arena.goes_on().await;
    arena
        .close("a table was locked for 8 s, twice", |sql| server.sql("jadong", sql))
        .await;
}

#[tokio::test]
async fn a_database_whose_disk_is_full_is_waited_for() {
    let Some((server, disk)) = Own::start_on_disk(192) else {
        println!("only root can make a small disk: not tried here");
        return;
    };
    let arena = on(&server).await;
    disk.fill();
    arena.refuses().await;
    disk.empty();
    arena.goes_on().await;
    arena.close("the disk was full", |sql| server.sql("jadong", sql)).await;
}

#[tokio::test]
async fn a_node_that_does_not_reach_the_pg_refuses_what_the_other_debits() {
    let database = Shared::server().empty_database();
    let cluster = Cluster::over(database.url()).await;
    let pg_url = cluster
        .pg
        .settings()
        .into_iter()
        .find(|(name, _)| *name == "JADONG_PG_URL");
    let (_, pg_url) = pg_url.expect("where the PG is");
    let line = Relay::to(pg_url.trim_start_matches("http://").parse().expect("an address")).await;
    let through = format!("http://{}", line.address);
    let cut_off = cluster.node_with("a", &[("JADONG_PG_URL", &through)]).await;
    let nodes = vec![cut_off, cluster.node("b").await];
    let arena = Arena::open(cluster, nodes).await;
    for _time in 0..3 {
        line.cut();
        arena.refuses().await;
        arena.load.more(15).await;
        // Answers that were under way are lost, too.
        tokio::time::sleep(Duration::from_millis(500)).await;
        line.mend();
        arena.goes_on().await;
    }
    arena
        .close("cut off from the PG three times", |sql| {
            Shared::server().sql(database.name(), sql).expect("it can be asked")
        })
        .await;
}
