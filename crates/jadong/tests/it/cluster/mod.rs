//! Several nodes, each a process of its own, over one PostgreSQL database: real signals, real servers, and the simulated PG's ledger
//! as the truth at the end.

mod arena;
mod failover;
mod load;
mod losses;
mod moving;
mod patroni;
mod recovered;
mod troubles;
mod two_nodes;
mod upgrade;

use std::path::PathBuf;

use serde_json::Value;
use testkit::process::{Gateway, Simulator, TestDir, jadong_path, run, run_at};

/// The same for every node.
const PEPPER: &str = "0707070707070707070707070707070707070707070707070707070707070707";

/// A simulated PG, a database that was migrated, and a folder for the nodes' own files.
struct Cluster {
    dir: TestDir,
    pg: Simulator,
    /// Of the database.
    url: String,
}

impl Cluster {
    /// Over the database at `url`.
    async fn over(url: String) -> Self {
        Self::over_by(jadong_path(), url).await
    }

    /// The same, migrated by this binary.
    async fn over_by(path: PathBuf, url: String) -> Self {
        let dir = TestDir::empty();
        let pg = Simulator::start(dir.path(), 20).await;
        run_at(path, &["db", "migrate", "--store", &url], &[]).await.success();
        Self { dir, pg, url }
    }

    fn data(&self, node: &str) -> PathBuf {
        self.dir.path().join(node)
    }

    /// Starts a node that reaches the database at `url`. What is waited for is short; a node counts as dead after ten seconds.
    async fn node_at(&self, node: &str, url: &str) -> Gateway {
        self.start(node, &[("JADONG_STORE", url)]).await
    }

    async fn start(&self, node: &str, settings: &[(&str, &str)]) -> Gateway {
        self.start_at(jadong_path(), node, settings).await
    }

    async fn start_at(&self, path: PathBuf, node: &str, settings: &[(&str, &str)]) -> Gateway {
        let mut env = self.pg.settings();
        env.extend([
            ("JADONG_PEPPER", PEPPER),
            ("JADONG_SEND_WITHIN", "2s"),
            ("JADONG_PG_QUEUE_WAIT", "1s"),
            ("JADONG_PG_CONNECT_TIMEOUT", "1s"),
            ("JADONG_PG_READ_TIMEOUT", "1s"),
            ("JADONG_START_GRACE", "4s"),
            ("JADONG_VERDICT_QUIET", "2s"),
            ("JADONG_RESERVE_RETRY_WITHIN", "60s"),
            ("JADONG_DRAIN", "5s"),
        ]);
        env.extend(settings);
        let log = self.dir.path().join(format!("{node}.log"));
        let file = std::fs::OpenOptions::new().create(true).append(true).open(&log);
        Gateway::start_at(path, &self.data(node), file.expect("a log file"), &env, &log).await
    }

    async fn node(&self, node: &str) -> Gateway {
        self.node_at(node, &self.url).await
    }

    /// The same with other settings.
    async fn node_with(&self, node: &str, settings: &[(&str, &str)]) -> Gateway {
        self.start(node, &[&[("JADONG_STORE", self.url.as_str())], settings].concat())
            .await
    }

    /// `jadong nodes --json`
    async fn nodes(&self) -> Vec<Value> {
        let told = run(&["nodes", "--json", "--store", &self.url], &[]).await.success();
        told.json().as_array().expect("a list").clone()
    }
}

/// What a node is called in a list, and its state.
fn states(nodes: &[Value]) -> Vec<&str> {
    nodes.iter().filter_map(|node| node["state"].as_str()).collect()
}
