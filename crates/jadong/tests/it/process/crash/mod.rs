//! The gateway dies, by its own hand at a named point or by `kill -9` from outside, while merchants are at work. The bank
//! lives on in a process of its own and knows what really happened.

mod arena;
mod killed;
mod overload;
#[cfg(feature = "failpoints")]
mod points;
mod verdict;

pub use arena::Arena;

/// How often each crash test is repeated, with other seeds: `JADONG_CRASH_ROUNDS`, 1 unless set.
pub fn rounds() -> u64 {
    std::env::var("JADONG_CRASH_ROUNDS").map_or(1, |text| text.parse().expect("JADONG_CRASH_ROUNDS is a number"))
}

/// Numbers that look random and are the same every time.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}
