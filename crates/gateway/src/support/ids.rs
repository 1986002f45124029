//! Minting ids.

use std::sync::atomic::{AtomicU32, Ordering};

use domain::due::Lease;
use domain::ids::ObjectId;
use domain::{BillingKeyId, EpochMs, ProjectId, ReceiptId, ReserveId};
use seams::Entropy;

/// A node's number is below this: it has three bytes of an id.
const NODES: u32 = 1 << 24;

/// Makes ids that grow with time: seconds, the project's bucket, the node, a counter. No other node that is alive has this
/// one's number, so no other makes the same id.
pub struct IdGenerator {
    node: u32,
    counter: AtomicU32,
}

impl IdGenerator {
    /// Of the node with this number.
    #[must_use]
    pub fn of_node(node: u32, entropy: &dyn Entropy) -> Self {
        let mut first = [0; 4];
        entropy.fill(&mut first);
        Self {
            node: node % NODES,
            counter: AtomicU32::new(u32::from_le_bytes(first)),
        }
    }

    /// Of a command beside the nodes, with a number that none of them is likely to have.
    #[must_use]
    pub fn of_command(entropy: &dyn Entropy) -> Self {
        Self::of_node(draw_node(entropy), entropy)
    }

    /// The node's number.
    #[must_use]
    pub fn node(&self) -> u32 {
        self.node
    }

    /// The first and the last number that a lease of this node can have.
    #[must_use]
    pub fn leases(&self) -> (Lease, Lease) {
        let first = i64::from(self.node) << 32;
        (Lease(first), Lease(first | i64::from(u32::MAX)))
    }

    fn next(&self, bucket: u8, now: EpochMs) -> ObjectId {
        let counter = self.counter.fetch_add(1, Ordering::Relaxed);
        ObjectId::of_node(now.epoch_seconds(), bucket, self.node, counter)
    }

    /// A number for what is leased at once, which no other lease has: the node and a counter.
    pub fn lease(&self) -> Lease {
        let counter = self.counter.fetch_add(1, Ordering::Relaxed);
        Lease((i64::from(self.node) << 32) | i64::from(counter))
    }

    /// Whether this node has made the id, which it has of everything that it has opened.
    pub fn has_made(&self, id: ObjectId) -> bool {
        id.node_hint() == Some(self.node)
    }

    pub fn receipt(&self, project: ProjectId, now: EpochMs) -> ReceiptId {
        ReceiptId(self.next(project.bucket(), now))
    }

    pub fn billing_key(&self, project: ProjectId, now: EpochMs) -> BillingKeyId {
        BillingKeyId(self.next(project.bucket(), now))
    }

    pub fn reserve(&self, project: ProjectId, now: EpochMs) -> ReserveId {
        ReserveId(self.next(project.bucket(), now))
    }

    /// A project is in a bucket by its id, not the other way round.
    pub fn project(&self, now: EpochMs) -> ProjectId {
        ProjectId(self.next(0, now))
    }
}

/// A number for a node; whoever serves asks whether another has it.
pub fn draw_node(entropy: &dyn Entropy) -> u32 {
    let mut bytes = [0; 4];
    entropy.fill(&mut bytes);
    u32::from_le_bytes(bytes) % NODES
}
