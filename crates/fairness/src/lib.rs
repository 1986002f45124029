//! Many who want the same few things, and nobody who takes them all: places with shares, turns, and clients that do not
//! read what they asked for.

mod capacity;
mod fair_semaphore;
mod head_limit;
mod round_robin;
mod stall_limited;

pub use capacity::{Capacity, Limit, NoRoom, Party, Share};
pub use fair_semaphore::{FairSemaphore, Permit};
pub use head_limit::{Exchange, HeadLimit};
pub use round_robin::RoundRobin;
pub use stall_limited::{StallLimited, heed_slow_readers};
