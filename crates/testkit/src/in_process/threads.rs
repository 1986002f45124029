//! The threads that a gateway's tasks run on: the test's own, or others that can be taken away.

use std::future::Future;

use tokio::runtime::{Builder, Runtime};

use super::Apart;

/// Dropping it ends every task on it, wherever it waits.
pub struct Threads(Option<Runtime>);

impl Threads {
    pub fn of(apart: Apart) -> Self {
        let runtime = || {
            Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
                .unwrap()
        };
        Self((apart == Apart::Apart).then(runtime))
    }

    /// Runs `start` on them, and whatever it leaves running.
    pub async fn run<T: Send + 'static>(&self, start: impl Future<Output = T> + Send + 'static) -> T {
        match &self.0 {
            Some(runtime) => runtime.spawn(start).await.unwrap(),
            None => start.await,
        }
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
