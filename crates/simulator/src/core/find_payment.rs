//! Find a payment, by its order and day or by its tid.

use std::ops::Range;

use nicepay::codes;

use super::ids::Tid;
use super::payment::{DebitStatus, PaymentNo};
use super::pg::SimulatedPg;
use super::refusal::{INTERNAL, PgRefusal};

/// `V100` unless the charge was received within `day_ms` and is there, `S999` while the PG does not know itself.
pub fn by_order(bank: &SimulatedPg, order_id: &str, day_ms: &Range<i64>, now_ms: i64) -> Result<PaymentNo, PgRefusal> {
    let number = bank.ledger.by_order(order_id);
    let number = number.filter(|number| day_ms.contains(&bank.ledger.payment(*number).received_at_ms));
    seen(bank, number, now_ms)
}

/// The same, without a day.
pub fn by_tid(bank: &SimulatedPg, tid: Option<Tid>, now_ms: i64) -> Result<PaymentNo, PgRefusal> {
    seen(bank, tid.and_then(|tid| bank.ledger.by_tid(tid)), now_ms)
}

fn seen(bank: &SimulatedPg, number: Option<PaymentNo>, now_ms: i64) -> Result<PaymentNo, PgRefusal> {
    let number = number.ok_or(PgRefusal(codes::NO_SUCH_ORDER))?;
    match bank.ledger.status(number, now_ms) {
        DebitStatus::Absent => Err(PgRefusal(codes::NO_SUCH_ORDER)),
        DebitStatus::Unknown => Err(PgRefusal(INTERNAL)),
        DebitStatus::Declined(_) | DebitStatus::Taken { .. } => Ok(number),
    }
}
