//! Many who want the same few things, and nobody who takes them all: places with shares, turns, and clients that do not
//! read what they asked for.

mod patient;
mod places;
mod ring;
mod turns;

pub use patient::{Patient, heed_slow_readers};
pub use places::{Full, Limit, Party, Places, Share};
pub use ring::Ring;
pub use turns::{Place, Turns};
