//! The real binary dies, by its own hand at a named point or by `kill -9` from outside, while merchants move money. The
//! simulated PG lives on in a process of its own and knows what really happened.

mod again;
mod arena;
mod books;
mod buyer;
mod cash;
mod destroyer;
mod killed;
pub mod matrix;
mod on_nicepay;
pub mod orders;
mod receipts;
mod there;
mod verdict;
mod webhooks;

/// How often the full size of every test is run: `JADONG_CRASH_ROUNDS`; 0, the size for every day, unless set.
fn rounds() -> u64 {
    std::env::var("JADONG_CRASH_ROUNDS").map_or(0, |text| text.parse().expect("JADONG_CRASH_ROUNDS is a number"))
}

/// Other seeds than every day's: `JADONG_CRASH_SEED`; 0 unless set.
fn seed() -> u64 {
    std::env::var("JADONG_CRASH_SEED").map_or(0, |text| text.parse().expect("JADONG_CRASH_SEED is a number"))
}
