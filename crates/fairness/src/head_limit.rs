//! Until when the head of a request must have come whole. A connection that has had an answer may stay idle for longer: clients
//! keep theirs for a minute and more, and one that the server closes just as the next request comes is a request of which
//! nobody knows what came of it.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Context;
use std::time::Duration;

use tokio::time::Sleep;

/// What a connection is at; told by whoever serves it. The number of the request, and two bits.
#[derive(Debug, Clone, Default)]
pub struct Exchange(Arc<AtomicU64>);

/// The head must come whole: nothing was answered yet, or some of it has come.
const HEAD: u64 = 0;
/// Answered, and nothing of the next has come.
const IDLE: u64 = 1;
const SERVING: u64 = 2;
const NEXT: u64 = 4;

impl Exchange {
    /// A request's head has come.
    pub fn begin(&self) {
        let number = self.0.load(Ordering::Relaxed) / NEXT + 1;
        self.0.store(number * NEXT + SERVING, Ordering::Relaxed);
    }

    /// It has its answer.
    pub fn end(&self) {
        self.set(IDLE);
    }

    fn set(&self, phase: u64) {
        let number = self.0.load(Ordering::Relaxed) / NEXT;
        self.0.store(number * NEXT + phase, Ordering::Relaxed);
    }

    fn get(&self) -> (u64, u64) {
        let word = self.0.load(Ordering::Relaxed);
        (word / NEXT, word % NEXT)
    }
}

/// Ends a connection whose request's head takes longer than the patience.
pub struct HeadLimit {
    exchange: Exchange,
    patience: Duration,
    /// Since when the head of this request is waited for.
    waits: Option<(u64, Pin<Box<Sleep>>)>,
}

impl HeadLimit {
    pub fn new(exchange: Exchange, patience: Duration) -> Self {
        Self {
            exchange,
            patience,
            waits: None,
        }
    }

    /// Something has come.
    pub fn has_read(&self) {
        if self.exchange.get().1 == IDLE {
            self.exchange.set(HEAD);
        }
    }

    /// Nothing has come yet; whether that has lasted too long.
    pub fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        let (number, phase) = self.exchange.get();
        if phase != HEAD {
            return false;
        }
        let waits = match self.waits.take() {
            Some((of, sleep)) if of == number => sleep,
            _ => Box::pin(tokio::time::sleep(self.patience)),
        };
        let (_, sleep) = self.waits.insert((number, waits));
        sleep.as_mut().poll(context).is_ready()
    }
}
