//! What a worker has leased and is still at. A lease may run out while the PG does not answer; then another process may take the
//! work over, but this one does not lease from itself what it is doing.

use std::sync::Arc;

use dashmap::DashSet;
use domain::ids::ObjectId;
use store::Busy;

/// The objects of one kind of work.
#[derive(Debug, Clone, Default)]
pub struct AtHand(Arc<DashSet<ObjectId>>);

/// One of them, until it is dropped.
pub struct AtHandGuard {
    at_hand: AtHand,
    object: ObjectId,
}

impl AtHand {
    /// What is not to be leased again.
    pub fn busy(&self) -> Busy {
        Busy {
            objects: self.0.iter().map(|object| *object).collect(),
            ..Busy::default()
        }
    }

    /// Notes what was leased; `None` when it was noted before.
    pub fn begin(&self, object: ObjectId) -> Option<AtHandGuard> {
        self.0.insert(object).then(|| AtHandGuard {
            at_hand: self.clone(),
            object,
        })
    }
}

impl Drop for AtHandGuard {
    fn drop(&mut self) {
        self.at_hand.0.remove(&self.object);
    }
}
