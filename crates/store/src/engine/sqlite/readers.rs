//! A few read-only connections, each on a thread of its own, so that a slow disk never blocks the runtime.

use std::sync::atomic::{AtomicUsize, Ordering};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

use crate::error::ReadError;

/// Reads that may wait for one thread; one more is refused.
const READ_QUEUE_MAX: usize = 4096;

type Job = Box<dyn FnOnce(&Connection) + Send>;

pub struct Readers {
    queues: Vec<mpsc::Sender<Job>>,
    next: AtomicUsize,
    /// One for each thread, which has the other end.
    alive: Vec<watch::Receiver<()>>,
}

impl Readers {
    pub fn start(connections: Vec<Connection>) -> std::io::Result<Self> {
        let mut queues = Vec::with_capacity(connections.len());
        let mut alive = Vec::with_capacity(connections.len());
        for connection in connections {
            let (life, lives) = watch::channel(());
            alive.push(lives);
            let (queue, mut jobs) = mpsc::channel::<Job>(READ_QUEUE_MAX);
            std::thread::Builder::new()
                .name("jadong-store-read".to_owned())
                .spawn(move || {
                    let _life = life;
                    while let Some(job) = jobs.blocking_recv() {
                        job(&connection);
                    }
                })?;
            queues.push(queue);
        }
        Ok(Self {
            queues,
            next: AtomicUsize::new(0),
            alive,
        })
    }

    /// Resolves when one of the threads has ended.
    pub async fn ended(&self) {
        let mut alive = self.alive.clone();
        let ends = alive.iter_mut().map(|lives| Box::pin(lives.changed()));
        let _ = first(ends.collect()).await;
    }

    /// Runs `query` on the next thread in turn.
    pub async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, ReadError> {
        let (answer, answered) = oneshot::channel();
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.queues.len();
        let job: Job = Box::new(move |connection| {
            let _ = answer.send(query(connection));
        });
        self.queues[turn].try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => ReadError::Overloaded,
            mpsc::error::TrySendError::Closed(_) => ReadError::Failed("closed".to_owned()),
        })?;
        let result = answered
            .await
            .map_err(|_| ReadError::Failed("the reader thread ended".to_owned()))?;
        result.map_err(|error| ReadError::Failed(error.to_string()))
    }
}

/// The first of several that is ready.
async fn first<F: Future + Unpin>(mut several: Vec<F>) -> F::Output {
    std::future::poll_fn(move |context| {
        let polled = several.iter_mut().map(|one| std::pin::Pin::new(one).poll(context));
        polled
            .into_iter()
            .find(std::task::Poll::is_ready)
            .unwrap_or(std::task::Poll::Pending)
    })
    .await
}
