//! A node that is killed, paused, or cut off, while merchants charge at all of them.

use std::sync::{Arc, RwLock};
use std::time::Duration;

use pgcluster::{Database, Shared};
use rustix::process::Signal;
use serde_json::json;
use testkit::process::Gateway;
use testkit::relay::Relay;

use super::Cluster;
use super::load::{Addresses, Load, are_right, books};

/// Three nodes over a fresh database, and buyers at all of them.
struct Arena {
    cluster: Cluster,
    database: Database,
    nodes: Vec<Gateway>,
    addresses: Addresses,
    load: Load,
}

const NAMES: [&str; 3] = ["a", "b", "c"];

impl Arena {
    /// The last node reaches the database at `last_at`.
    async fn open(last_at: impl AsyncFnOnce(&str) -> String) -> Self {
        let database = Shared::server().empty_database();
        let cluster = Cluster::over(database.url()).await;
        let last_at = last_at(&cluster.url).await;
        let mut nodes = Vec::new();
        for name in NAMES {
            let url = if name == "c" { &last_at } else { &cluster.url };
            nodes.push(cluster.node_at(name, url).await);
        }
        let (_, key) = nodes[0].merchant().issue(json!({})).await;
        let addresses: Addresses = Arc::new(RwLock::new(nodes.iter().map(|node| node.url.clone()).collect()));
        let load = Load::start(&addresses, &key);
        load.more(10).await;
        Self {
            cluster,
            database,
            nodes,
            addresses,
            load,
        }
    }

    async fn kill(&mut self, node: usize) {
        self.nodes[node].process.kill().await;
    }

    async fn start_again(&mut self, node: usize) {
        let gateway = self.cluster.node(NAMES[node]).await;
        self.addresses.write().expect("no panic while held")[node].clone_from(&gateway.url);
        self.nodes[node] = gateway;
    }

    async fn close(self, what: &str) {
        let sold = self.load.end().await;
        let database = self.database;
        let found = books(&sold, &self.cluster.pg, |sql| {
            Shared::server().sql(database.name(), sql).expect("it can be asked")
        })
        .await;
        are_right(what, &sold, &found);
        gapless(&database);
        for node in self.nodes {
            node.process.stop().await;
        }
    }
}

/// A receipt's webhooks are numbered from one on, without a gap or a twin; so are its transitions.
fn gapless(database: &Database) {
    for (table, key, number) in [("delivery", "receipt_id", "sequence"), ("transition", "object", "seq")] {
        let wrong = format!(
            "SELECT count(*) FROM (SELECT {key} FROM {table} GROUP BY bucket, project_id, {key} HAVING max({number}) <> count(*) \
             OR count(DISTINCT {number}) <> count(*)) AS wrong"
        );
        let found = Shared::server().sql(database.name(), &wrong).expect("it can be asked");
        assert_eq!(found.trim(), "0", "{table}");
    }
}

async fn at_its_own(url: &str) -> String {
    url.to_owned()
}

#[tokio::test]
async fn a_node_that_is_killed_loses_nothing() {
    let mut arena = Arena::open(at_its_own).await;
    for node in [0, 1, 0] {
        arena.kill(node).await;
        arena.load.more(20).await;
        arena.start_again(node).await;
        arena.load.more(10).await;
    }
    arena.close("killed three times").await;
}

/// Two nodes in turn stand still for so long.
async fn paused(lasts: Duration) {
    let arena = Arena::open(at_its_own).await;
    for node in [2, 0] {
        arena.nodes[node].process.signal(Signal::STOP);
        tokio::time::sleep(lasts).await;
        arena.nodes[node].process.signal(Signal::CONT);
        arena.load.more(20).await;
    }
    arena.close(&format!("paused twice for {lasts:?}")).await;
}

#[tokio::test]
async fn a_node_that_was_paused_for_longer_than_its_leases_debits_nothing_late() {
    // Past `start_grace`, `verdict_quiet` and a node's heartbeat.
    paused(Duration::from_secs(14)).await;
}

#[tokio::test]
#[ignore = "two minutes: cargo nextest run -p jadong --features jadong/failpoints --run-ignored only -E 'test(paused_for_a_minute)'"]
async fn a_node_that_was_paused_for_a_minute_debits_nothing_late() {
    paused(Duration::from_secs(60)).await;
}

#[tokio::test]
async fn a_node_that_is_cut_off_from_the_database_answers_503_and_goes_on_after() {
    let mut line = None;
    let arena = Arena::open(async |url: &str| {
        let (user, rest) = url
            .split_once('@')
            .expect("postgres://user:password@host:port/database");
        let (server, database) = rest.split_once('/').expect("a database");
        let relay = Relay::to(server.parse().expect("an address")).await;
        let through = format!("{user}@{}/{database}", relay.address);
        line = Some(relay);
        through
    })
    .await;
    let line = line.expect("it was asked for");
    let cut_off = arena.nodes[2].merchant();
    for _time in 0..2 {
        line.cut();
        testkit::until(Duration::from_secs(30), async || {
            let answer = cut_off.get("/v2/receipt/6655069ca691573f1bb9c28a").await;
            if answer.status == 503 && answer.header("retry-after").is_some() {
                Ok(())
            } else {
                Err(answer)
            }
        })
        .await;
        arena.load.more(15).await;
        line.mend();
        testkit::until(Duration::from_secs(30), async || {
            let answer = cut_off.get("/readyz").await;
            if answer.status == 200 { Ok(()) } else { Err(answer) }
        })
        .await;
        arena.load.more(15).await;
    }
    arena.close("cut off from the database twice").await;
}
