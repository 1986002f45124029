//! Two nodes on three servers that Patroni keeps: the primary is killed, paused, or cut off, while merchants charge.

use std::time::{Duration, Instant};

use pgcluster::{Member, Patroni};
use serde_json::Value;
use testkit::{Merchant, until};

use super::Cluster;
use super::arena::Arena;

/// A leader's key in etcd lasts 20 s.
const ELECTED: Duration = Duration::from_secs(90);

/// Two nodes on three servers.
struct Watched {
    arena: Arena,
    servers: Patroni,
}

impl Watched {
    async fn open() -> Self {
        let servers = Patroni::start();
        let primary = servers.primary(None).expect("a primary");
        primary.sql("postgres", "CREATE DATABASE jadong").expect("a database");
        let cluster = Cluster::over(servers.url("jadong")).await;
        let nodes = vec![cluster.node("a").await, cluster.node("b").await];
        let arena = Arena::open(cluster, nodes).await;
        Self { arena, servers }
    }

    /// Does `harm` to the primary and waits until another one is there, and then until both nodes serve from it.
    async fn fail_over(&self, what: &str, harm: impl FnOnce(&Member)) -> &Member {
        let old = self.servers.primary(None).expect("a primary");
        harm(old);
        let since = Instant::now();
        until(ELECTED, async || {
            self.servers
                .primary(Some(&old.name))
                .map(drop)
                .ok_or("no other primary")
        })
        .await;
        let elected = since.elapsed();
        let since = Instant::now();
        self.arena.ready().await;
        println!(
            "{what}: a new primary after {elected:?}, both ready {:?} later",
            since.elapsed()
        );
        self.arena.load.more(30).await;
        old
    }

    async fn close(self, what: &str) {
        let primary = self.servers.primary(None).expect("a primary");
        let sql = |sql: &str| primary.sql("jadong", sql).expect("it can be asked");
        self.arena.close(what, sql).await;
    }
}

#[tokio::test]
async fn a_primary_that_is_killed_is_followed_by_its_standby() {
    let watched = Watched::open().await;
    watched.fail_over("killed", Member::crash).await;
    watched.close("the primary was killed").await;
}

/// Minutes; see docs/operating/postgresql.md for the command.
#[tokio::test]
#[ignore = "takes minutes"]
async fn a_primary_that_is_killed_paused_cut_off_and_left_alone_loses_nothing() {
    let watched = Watched::open().await;
    for round in 1..=2 {
        watched.fail_over(&format!("killed, {round}"), Member::crash).await;
        is_whole(&watched.servers).await;
        let old = watched.fail_over(&format!("paused, {round}"), Member::pause).await;
        old.go_on();
        is_whole(&watched.servers).await;
        let old = watched.fail_over(&format!("cut off, {round}"), Member::cut_off).await;
        old.go_on();
        is_whole(&watched.servers).await;
        // It goes on as a primary beside the new one, and cannot confirm anything.
        let old = watched.fail_over(&format!("left alone, {round}"), Member::forget).await;
        old.go_on();
        is_whole(&watched.servers).await;
    }
    watched.close("killed, paused, cut off and left alone twice").await;
}

/// The one who was the primary follows the new one, and Patroni knows a standby that may follow as the primary.
async fn is_whole(servers: &Patroni) {
    until(ELECTED, async || {
        let primary = servers.primary(None).ok_or_else(|| "no primary".to_owned())?;
        let patroni = Merchant::at(&format!("http://127.0.0.1:{}", primary.api_port));
        let told = patroni
            .try_get("/cluster")
            .await
            .ok_or("Patroni does not answer")?
            .json();
        let members = told["members"].as_array().ok_or("no members")?;
        let mut roles: Vec<_> = members.iter().filter_map(|member| member["role"].as_str()).collect();
        roles.sort_unstable();
        let is_running =
            |member: &Value| ["running", "streaming"].contains(&member["state"].as_str().unwrap_or_default());
        if roles == ["leader", "replica", "sync_standby"] && members.iter().all(is_running) {
            Ok(())
        } else {
            Err(told.to_string())
        }
    })
    .await;
}
