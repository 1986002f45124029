//! The threads that a gateway's tasks run on: the test's own, or others that can be stopped or taken away.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use super::Apart;

/// Dropping it ends every task on it, wherever it waits.
pub struct Threads(Option<Own>);

struct Own {
    /// `None` once it is taken away.
    runtime: Option<Runtime>,
    /// Of its one worker.
    name: String,
}

/// Threads that stand still, as those of a machine that was paused: no task is polled, no timer fires, no socket is read.
/// They go on when this is dropped.
#[must_use]
pub struct Frozen {
    reached: Option<oneshot::Receiver<()>>,
    point: Option<&'static str>,
    _thaw: mpsc::Sender<()>,
}

impl Threads {
    pub fn of(apart: Apart) -> Self {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let own = || {
            let name = format!("gateway-{}", MADE.fetch_add(1, Ordering::Relaxed));
            let mut builder = Builder::new_multi_thread();
            let runtime = builder.worker_threads(1).thread_name(&name).enable_all().build();
            Own {
                runtime: Some(runtime.unwrap()),
                name,
            }
        };
        Self((apart == Apart::Apart).then(own))
    }

    fn own(&self) -> &Own {
        self.0.as_ref().expect("only what runs apart can be stopped")
    }

    /// What their one worker is called.
    pub fn name(&self) -> &str {
        &self.own().name
    }

    /// Runs `start` on them, and whatever it leaves running.
    pub async fn run<T: Send + 'static>(&self, start: impl Future<Output = T> + Send + 'static) -> T {
        match self.0.as_ref().and_then(|own| own.runtime.as_ref()) {
            Some(runtime) => runtime.spawn(start).await.unwrap(),
            None => start.await,
        }
    }

    /// Stops them where they are. There is one worker: what blocks it stops all of it.
    pub async fn freeze(&self) -> Frozen {
        let (tell, reached) = oneshot::channel();
        let (thaw, thawed) = mpsc::channel::<()>();
        let runtime = self.own().runtime.as_ref().expect("it runs");
        runtime.spawn(async move {
            let _ = tell.send(());
            // An error is the thaw: the other end is gone.
            let _ = thawed.recv();
        });
        reached.await.expect("the worker takes the task that stops it");
        Frozen {
            reached: None,
            point: None,
            _thaw: thaw,
        }
    }

    /// Stops them when one of their tasks comes to this failpoint, the first time.
    pub fn freeze_at(&self, point: &'static str) -> Frozen {
        let (tell, reached) = oneshot::channel();
        let (thaw, thawed) = mpsc::channel::<()>();
        let (name, once) = (self.own().name.clone(), std::sync::Mutex::new(Some((tell, thawed))));
        fail::cfg_callback(point, move || {
            if std::thread::current().name() != Some(&name) {
                return;
            }
            let first = once.lock().unwrap().take();
            if let Some((tell, thawed)) = first {
                let _ = tell.send(());
                let _ = thawed.recv();
            }
        })
        .unwrap();
        Frozen {
            reached: Some(reached),
            point: Some(point),
            _thaw: thaw,
        }
    }
}

impl Frozen {
    /// Resolves when the point has been reached.
    pub async fn reached(&mut self) {
        if let Some(reached) = self.reached.take() {
            reached.await.expect("the point stays armed while this is held");
        }
    }

    /// They never go on again: a machine that is gone, and whose connections nobody closes.
    pub fn for_ever(self) {
        std::mem::forget(self);
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        if let Some(point) = self.point {
            fail::remove(point);
        }
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.as_mut().and_then(|own| own.runtime.take()) {
            runtime.shutdown_background();
        }
    }
}
