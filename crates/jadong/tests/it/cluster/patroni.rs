//! Two nodes on three servers that Patroni keeps: the primary is killed, paused, or cut off, while merchants charge.

use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use pgcluster::{Member, Patroni};
use serde_json::{Value, json};
use testkit::process::Gateway;
use testkit::{Merchant, until};

use super::Cluster;
use super::load::{Addresses, Load, are_right, books};

/// A leader's key in etcd lasts 20 s.
const ELECTED: Duration = Duration::from_secs(90);

struct Arena {
    cluster: Cluster,
    servers: Patroni,
    nodes: [Gateway; 2],
    load: Load,
}

impl Arena {
    async fn open() -> Self {
        let servers = Patroni::start();
        let primary = servers.primary(None).expect("a primary");
        primary.sql("postgres", "CREATE DATABASE jadong").expect("a database");
        let cluster = Cluster::over(servers.url("jadong")).await;
        let nodes = [cluster.node("a").await, cluster.node("b").await];
        let (_, key) = nodes[0].merchant().issue(json!({})).await;
        let urls = nodes.iter().map(|node| node.url.clone()).collect();
        let addresses: Addresses = Arc::new(RwLock::new(urls));
        let load = Load::start(&addresses, &key);
        load.more(20).await;
        Self {
            cluster,
            servers,
            nodes,
            load,
        }
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
        for node in &self.nodes {
            until(Duration::from_secs(30), async || {
                let answer = node.merchant().get("/readyz").await;
                if answer.status == 200 { Ok(()) } else { Err(answer) }
            })
            .await;
        }
        println!(
            "{what}: a new primary after {elected:?}, both ready {:?} later",
            since.elapsed()
        );
        self.load.more(30).await;
        old
    }

    async fn close(self, what: &str) {
        let sold = self.load.end().await;
        let primary = self.servers.primary(None).expect("a primary");
        let found = books(&sold, &self.cluster.pg, |sql| {
            primary.sql("jadong", sql).expect("it can be asked")
        })
        .await;
        are_right(what, &sold, &found);
        for node in self.nodes {
            node.process.stop().await;
        }
    }
}

#[tokio::test]
async fn a_primary_that_is_killed_is_followed_by_its_standby() {
    let arena = Arena::open().await;
    arena.fail_over("killed", Member::crash).await;
    arena.close("the primary was killed").await;
}

/// Minutes; see docs/operating/postgresql.md for the command.
#[tokio::test]
#[ignore = "takes minutes"]
async fn a_primary_that_is_killed_paused_cut_off_and_left_alone_loses_nothing() {
    let arena = Arena::open().await;
    for round in 1..=2 {
        arena.fail_over(&format!("killed, {round}"), Member::crash).await;
        is_whole(&arena.servers).await;
        let old = arena.fail_over(&format!("paused, {round}"), Member::pause).await;
        old.go_on();
        is_whole(&arena.servers).await;
        let old = arena.fail_over(&format!("cut off, {round}"), Member::cut_off).await;
        old.go_on();
        is_whole(&arena.servers).await;
        // It goes on as a primary beside the new one, and cannot confirm anything.
        let old = arena.fail_over(&format!("left alone, {round}"), Member::forget).await;
        old.go_on();
        is_whole(&arena.servers).await;
    }
    arena.close("killed, paused, cut off and left alone twice").await;
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
