//! The monthly charge: what is due becomes a payment, a payment is charged, and what nobody knows is found out.
//!
//! Each step is on disk before the next, so the process may die anywhere: the order id is the month of the customer, and
//! the gateway debits an order at most once.

mod charge;
mod find_out;
mod run;
mod worker;

pub(crate) use find_out::find_out;
pub use run::Report;
pub(crate) use run::{charge_by_hand, run};
pub(crate) use worker::work;

use client::Won;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

/// The plan: a month, in won.
pub(crate) const PRICE_WON: u64 = 9_900;

/// Today in Korea.
pub(crate) fn today() -> Date {
    let korea = TimeZone::fixed(Offset::constant(9));
    jiff::Timestamp::now().to_zoned(korea).date()
}

/// An amount that is in the books, so it is one.
pub(crate) fn won(amount: u64) -> Won {
    Won::new(amount).unwrap_or_default()
}
