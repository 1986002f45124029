//! Cancel a cash receipt.

use nicepay::codes;

use super::event::Event;
use super::ids::Tid;
use super::pg::SimulatedPg;
use super::receipt::ReceiptNo;
use super::refusal::PgRefusal;

/// `V100` for a receipt that was never issued, `2013` for one that is cancelled, `2014` for an order that was used for
/// anything but this very receipt; in this order.
pub fn cancel_receipt(
    bank: &SimulatedPg,
    tid: Option<Tid>,
    order_id: &str,
    now_ms: i64,
) -> Result<(ReceiptNo, Event), PgRefusal> {
    let number = tid.and_then(|tid| bank.ledger.receipt_by_tid(tid));
    let number = number.ok_or(PgRefusal(codes::NO_SUCH_ORDER))?;
    let receipt = bank.ledger.receipt(number);
    let times = bank.ledger.receipt_times(number, now_ms);
    if times.ok_or(PgRefusal(codes::NO_SUCH_ORDER))?.cancelled_at_ms.is_some() {
        return Err(PgRefusal(codes::CANCELLED_ALREADY));
    }
    if *receipt.order_id != *order_id && bank.is_used(order_id) {
        return Err(PgRefusal(codes::CANCEL_ORDER_USED));
    }
    let event = Event::ReceiptCancelled {
        tid: receipt.tid,
        order_id: order_id.into(),
        at_ms: now_ms,
    };
    Ok((number, event))
}
