//! Cancel a payment, wholly or in part.

use jiff::civil::DateTime;
use nicepay::codes;

use super::event::{Event, Refunded};
use super::find_payment::by_tid;
use super::ids::Tid;
use super::payment::{DebitStatus, PaymentNo};
use super::pg::SimulatedPg;
use super::refusal::PgRefusal;

/// The command.
pub struct Cancel<'a> {
    pub tid: Option<Tid>,
    pub order_id: &'a str,
    pub reason: &'a str,
    /// KRW; the whole balance without it.
    pub amount: Option<u64>,
    /// KRW of the amount that are free of tax; all that are left without an amount.
    pub tax_free: u64,
}

/// `V100` for a payment that is not there or was declined, `2014` for an order that was used, `2013` when nothing is
/// left, `2032` for more than is left, in all, of its taxed or of its tax-free part; in this order. A refused cancel uses no order up.
pub fn cancel(
    bank: &SimulatedPg,
    cancel: &Cancel<'_>,
    now_ms: i64,
    in_korea: DateTime,
) -> Result<(PaymentNo, Event), PgRefusal> {
    let number = by_tid(bank, cancel.tid, now_ms)?;
    let DebitStatus::Taken { .. } = bank.ledger.status(number, now_ms) else {
        return Err(PgRefusal(codes::NO_SUCH_ORDER));
    };
    if bank.is_used(cancel.order_id) {
        return Err(PgRefusal(codes::CANCEL_ORDER_USED));
    }
    let balance = bank.ledger.balance(number, now_ms);
    if balance == 0 {
        return Err(PgRefusal(codes::CANCELLED_ALREADY));
    }
    let amount = cancel.amount.unwrap_or(balance);
    let tax_free_left = u64::from(bank.ledger.payment(number).tax_free_left);
    let tax_free = cancel.amount.map_or(tax_free_left, |_| cancel.tax_free);
    let taxed_left = balance.saturating_sub(tax_free_left);
    if amount > balance || tax_free > tax_free_left || amount.saturating_sub(tax_free) > taxed_left {
        return Err(PgRefusal(codes::OVER_BALANCE));
    }
    let event = Event::Refunded(Refunded {
        tid: bank.ledger.payment(number).tid,
        cancel_tid: Tid::next(bank.last_tid, in_korea),
        cancel_order_id: Some(cancel.order_id.into()),
        amount: u32::try_from(amount).expect("a debit is at most DEBIT_MAX_KRW"),
        tax_free,
        reason: cancel.reason.into(),
        at_ms: now_ms,
    });
    Ok((number, event))
}
