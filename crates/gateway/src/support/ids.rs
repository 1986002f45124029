//! Minting ids.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use domain::due::Lease;
use domain::ids::ObjectId;
use domain::{BillingKeyId, EpochMs, ProjectId, ReceiptId, ReserveId};
use seams::Entropy;

/// Makes ids that grow with time: seconds, five bytes of this process, a counter.
pub struct IdGenerator {
    process: [u8; 5],
    counter: AtomicU32,
}

impl IdGenerator {
    #[must_use]
    pub fn new(entropy: &Arc<dyn Entropy>) -> Self {
        let mut process = [0; 5];
        let mut first = [0; 4];
        entropy.fill(&mut process);
        entropy.fill(&mut first);
        Self {
            process,
            counter: AtomicU32::new(u32::from_le_bytes(first)),
        }
    }

    fn next(&self, now: EpochMs) -> ObjectId {
        ObjectId::from_parts(
            now.epoch_seconds(),
            self.process,
            self.counter.fetch_add(1, Ordering::Relaxed),
        )
    }

    /// A number for what is leased at once, which no other lease has: of this process and a counter.
    pub fn lease(&self) -> Lease {
        let counter = self.counter.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let [a, b, c, d, e] = self.process;
        let [_, f, g, h] = counter;
        Lease(i64::from_be_bytes([a, b, c, d, e, f, g, h]))
    }

    pub fn receipt(&self, now: EpochMs) -> ReceiptId {
        ReceiptId(self.next(now))
    }

    pub fn billing_key(&self, now: EpochMs) -> BillingKeyId {
        BillingKeyId(self.next(now))
    }

    pub fn reserve(&self, now: EpochMs) -> ReserveId {
        ReserveId(self.next(now))
    }

    pub fn project(&self, now: EpochMs) -> ProjectId {
        ProjectId(self.next(now))
    }
}
