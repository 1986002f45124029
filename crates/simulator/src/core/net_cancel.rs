//! Net-cancel: undo a charge whose answer never came.

use jiff::civil::DateTime;
use nicepay::codes;

use super::event::{Event, Refunded};
use super::ids::Tid;
use super::payment::{ChargeOutcome, DebitStatus, PaymentNo};
use super::pg::SimulatedPg;

/// A net-cancel may come until then after the charge.
pub const NET_CANCEL_MS: i64 = 60 * 60 * 1000;
/// What a net-cancel's refund gives as its reason.
const REASON: &str = "망취소";

/// What a net-cancel does.
pub enum NetCancelled {
    /// The balance went back.
    Done(PaymentNo, Event),
    /// Something happened, and no answer is given.
    Unanswered(Event),
    /// Refused with this code; the event, if any, happens all the same.
    Refused(&'static str, Option<Event>),
}

/// `V100` when there is nothing to cancel (a charge that was never received, was declined, or is not there), `2013`
/// when nothing is left, `2020` more than an hour after the charge was received; in this order.
pub fn net_cancel(bank: &SimulatedPg, order_id: &str, now_ms: i64, in_korea: DateTime) -> NetCancelled {
    let tried = || Event::NetCancelTried {
        order_id: order_id.into(),
        at_ms: now_ms,
    };
    let ledger = &bank.ledger;
    let Some(number) = ledger.by_order(order_id) else {
        return NetCancelled::Refused(codes::NO_SUCH_ORDER, None);
    };
    match ledger.status(number, now_ms) {
        DebitStatus::Absent => {
            let waits = ledger.waits_for_net_cancel(number);
            return NetCancelled::Refused(codes::NO_SUCH_ORDER, waits.then(tried));
        }
        DebitStatus::Declined(_) => return NetCancelled::Refused(codes::NO_SUCH_ORDER, None),
        DebitStatus::Unknown | DebitStatus::Taken { .. } => {}
    }
    let balance = ledger.balance(number, now_ms);
    if balance == 0 {
        return NetCancelled::Refused(codes::CANCELLED_ALREADY, None);
    }
    let payment = ledger.payment(number);
    if now_ms.saturating_sub(payment.received_at_ms) > NET_CANCEL_MS {
        return NetCancelled::Refused(codes::NET_CANCEL_TOO_LATE, None);
    }
    let refunded = || {
        Event::Refunded(Refunded {
            tid: payment.tid,
            cancel_tid: Tid::next(bank.last_tid, in_korea),
            cancel_order_id: None,
            amount: u32::try_from(balance).expect("a debit is at most DEBIT_MAX_KRW"),
            tax_free: u64::from(payment.tax_free_left),
            reason: REASON.into(),
            at_ms: now_ms,
        })
    };
    match payment.outcome {
        ChargeOutcome::Silent => NetCancelled::Unanswered(tried()),
        ChargeOutcome::SilentTried => NetCancelled::Unanswered(refunded()),
        _ => NetCancelled::Done(number, refunded()),
    }
}
