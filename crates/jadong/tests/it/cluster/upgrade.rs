//! The release before this one and this one over one database, while merchants charge at both nodes: replaced one by one, taken back,
//! replaced again, and one of the new ones killed beside an old one.

use std::path::PathBuf;

use pgcluster::Shared;
use rustix::process::Signal;
use testkit::PATIENCE;
use testkit::process::{jadong_path, previous_path, run};

use super::Cluster;
use super::arena::Arena;

const NAMES: [&str; 2] = ["a", "b"];

impl Arena {
    /// The node ends as it does when it is asked to, and another release starts in its place.
    async fn release(&mut self, node: usize, path: PathBuf) {
        let process = &mut self.nodes[node].process;
        if !process.has_ended() {
            process.signal(Signal::TERM);
            process.ended(PATIENCE).await.expect("it stops when asked");
        }
        let store = self.cluster.url.clone();
        let next = self
            .cluster
            .start_at(path, NAMES[node], &[("JADONG_STORE", &store)])
            .await;
        self.replace(node, next);
        self.load.more(30).await;
    }
}

#[tokio::test]
#[ignore = "scripts/test upgrade builds the previous release for it"]
async fn the_previous_release_is_replaced_node_by_node_while_it_serves() {
    let database = Shared::server().empty_database();
    let cluster = Cluster::over_by(previous_path(), database.url()).await;
    let mut nodes = Vec::new();
    for name in NAMES {
        let store = [("JADONG_STORE", cluster.url.as_str())];
        nodes.push(cluster.start_at(previous_path(), name, &store).await);
    }
    let mut arena = Arena::open(cluster, nodes).await;
    // Expand: the old ones serve on.
    run(&["db", "migrate", "--store", &arena.cluster.url], &[])
        .await
        .success();
    arena.load.more(20).await;
    arena.release(0, jadong_path()).await;
    arena.nodes[0].process.kill().await;
    arena.load.more(20).await;
    arena.release(0, jadong_path()).await;
    arena.release(1, jadong_path()).await;
    // Taken back, as one does who has found a fault in it.
    arena.release(0, previous_path()).await;
    arena.release(0, jadong_path()).await;
    arena.goes_on().await;
    arena
        .close("the previous release and this one", |sql| {
            Shared::server().sql(database.name(), sql).expect("it can be asked")
        })
        .await;
}
