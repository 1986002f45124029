//! The store's baseline: the same rows, the same number of tasks, no HTTP.

use domain::ids::ObjectId;
use domain::{EpochMs, ProjectId};
use seams::{Clock, SystemClock};
use store::{SqliteOptions, Store};

use super::load::{self, BASELINE, rounds};
use super::seed;

/// Durable writes a second, four to an issuance.
pub async fn writes_per_second(tasks: usize) -> anyhow::Result<f64> {
    let folder = tempfile::tempdir()?;
    let store = Store::open_sqlite(&SqliteOptions::in_folder(folder.path()))?;
    let project = ProjectId(ObjectId::from_parts(1, [1; 5], 1));
    let stores = vec![store.clone(); tasks];
    let ran = load::run(stores, BASELINE, |store, index, deadline| async move {
        let mut writes = 0_u64;
        let process = [0, 0, 0, (index >> 8) as u8, index as u8];
        for (number, _) in rounds(deadline) {
            for commit in seed::life(project, process, number, EpochMs(SystemClock.now_ms()))?.commits {
                store.commit(project, commit).await?;
                writes += 1;
            }
        }
        Ok(writes)
    })
    .await?;
    store.close().await;
    Ok(ran.per_second(ran.results.iter().sum()))
}
