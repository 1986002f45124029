//! The store's baseline: the same rows, the same number of tasks, no HTTP.

use std::path::Path;
use std::time::{Duration, Instant};

use domain::ids::ObjectId;
use domain::{EpochMs, ProjectId};
use seams::{Clock, SystemClock};
use store::{SqliteOptions, Store};

use super::{load, seed};

/// Durable writes a second, four to an issuance.
pub async fn writes_per_second(folder: &Path, tasks: usize, lasts: Duration) -> anyhow::Result<f64> {
    let store = Store::open_sqlite(&SqliteOptions::in_folder(folder))?;
    let project = ProjectId(ObjectId::from_parts(1, [1; 5], 1));
    let ran = load::run(tasks, lasts, |index, deadline| {
        let store = store.clone();
        async move {
            let mut writes = 0_u64;
            let process = [0, 0, 0, (index >> 8) as u8, index as u8];
            for number in 0.. {
                if Instant::now() >= deadline {
                    break;
                }
                let now = EpochMs(SystemClock.now_ms());
                for commit in seed::life(project, process, number, now)?.commits {
                    store.commit(commit).await?;
                    writes += 1;
                }
            }
            Ok(writes)
        }
    })
    .await?;
    store.close().await;
    Ok(ran.results.iter().sum::<u64>() as f64 / ran.elapsed.as_secs_f64())
}
