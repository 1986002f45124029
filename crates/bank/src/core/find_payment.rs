//! Find a payment, by its order and day or by its tid.

use std::ops::Range;

use nice::codes;

use super::bank::Bank;
use super::ids::Tid;
use super::payment::{PaymentNo, Standing};
use super::refusal::{INTERNAL, Refusal};

/// `V100` unless the charge was received within `day_ms` and is there, `S999` while the PG does not know itself.
pub fn by_order(bank: &Bank, order_id: &str, day_ms: &Range<i64>, now_ms: i64) -> Result<PaymentNo, Refusal> {
    let number = bank.books.by_order(order_id);
    let number = number.filter(|number| day_ms.contains(&bank.books.payment(*number).received_at_ms));
    seen(bank, number, now_ms)
}

/// The same, without a day.
pub fn by_tid(bank: &Bank, tid: Option<Tid>, now_ms: i64) -> Result<PaymentNo, Refusal> {
    seen(bank, tid.and_then(|tid| bank.books.by_tid(tid)), now_ms)
}

fn seen(bank: &Bank, number: Option<PaymentNo>, now_ms: i64) -> Result<PaymentNo, Refusal> {
    let number = number.ok_or(Refusal(codes::NO_SUCH_ORDER))?;
    match bank.books.standing(number, now_ms) {
        Standing::Absent => Err(Refusal(codes::NO_SUCH_ORDER)),
        Standing::Unknown => Err(Refusal(INTERNAL)),
        Standing::Declined(_) | Standing::Taken { .. } => Ok(number),
    }
}
