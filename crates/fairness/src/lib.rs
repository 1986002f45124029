//! Many who want the same few things, and nobody who takes them all: places with shares, turns, and clients that do not
//! read what they asked for.

mod patient;
mod places;
mod ring;
mod turns;

pub use patient::{StallLimited, heed_slow_readers};
pub use places::{Capacity, Limit, NoRoom, Party, Share};
pub use ring::RoundRobin;
pub use turns::{FairSemaphore, Permit};
