//! The gateway dies, by its own hand at a named point or by `kill -9` from outside, while merchants are at work. The
//! simulated PG lives on in a process of its own and knows what really happened.

mod arena;
mod killed;
mod overload;
mod points;
mod verdict;

pub use arena::Arena;

/// How often each crash test is repeated, with other seeds: `JADONG_CRASH_ROUNDS`, 1 unless set.
pub fn rounds() -> u64 {
    std::env::var("JADONG_CRASH_ROUNDS").map_or(1, |text| text.parse().expect("JADONG_CRASH_ROUNDS is a number"))
}
