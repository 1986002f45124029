//! Nodes with merchants at all of them, while a test does harm.

use std::sync::{Arc, RwLock};
use std::time::Duration;

use serde_json::json;
use testkit::process::Gateway;
use testkit::until;

use super::Cluster;
use super::load::{Addresses, Load, are_right, books};

pub struct Arena {
    pub cluster: Cluster,
    pub nodes: Vec<Gateway>,
    pub load: Load,
    addresses: Addresses,
    key: String,
}

impl Arena {
    /// Merchants charge when it is there.
    pub async fn open(cluster: Cluster, nodes: Vec<Gateway>) -> Self {
        let (_, key) = nodes[0].merchant().issue(json!({})).await;
        let urls = nodes.iter().map(|node| node.url.clone()).collect();
        let addresses: Addresses = Arc::new(RwLock::new(urls));
        let load = Load::start(&addresses, &key);
        load.more(20).await;
        Self {
            cluster,
            nodes,
            load,
            addresses,
            key,
        }
    }

    /// Merchants find this one in its place.
    pub fn replace(&mut self, node: usize, by: Gateway) {
        self.addresses.write().expect("no panic while held")[node].clone_from(&by.url);
        self.nodes[node] = by;
    }

    /// Waits until the first node says that a charge is to be tried again later, and that nothing was done.
    pub async fn refuses(&self) {
        let mut tries = 0;
        until(Duration::from_secs(60), async || {
            // Another one each time: what was paid before the trouble is answered from what is there.
            tries += 1;
            let order = json!({ "order_id": format!("refused-{tries}") });
            let answer = self.nodes[0].merchant().charge(&self.key, order).await;
            if answer.status == 503 && answer.header("retry-after").is_some() {
                Ok(())
            } else {
                Err(answer)
            }
        })
        .await;
    }

    /// Waits until all nodes are ready.
    pub async fn ready(&self) {
        for node in &self.nodes {
            until(Duration::from_secs(60), async || {
                let answer = node.merchant().get("/readyz").await;
                if answer.status == 200 { Ok(()) } else { Err(answer) }
            })
            .await;
        }
    }

    /// The same, and some more is sold.
    pub async fn goes_on(&self) {
        self.ready().await;
        self.load.more(20).await;
    }

    /// Compares what merchants were told, the database, and the PG. `sql` asks the database.
    pub async fn close(self, what: &str, sql: impl Fn(&str) -> String) {
        let sold = self.load.end().await;
        let found = books(&sold, &self.cluster.pg, sql).await;
        are_right(what, &sold, &found);
        for node in self.nodes {
            node.process.stop().await;
        }
    }
}
