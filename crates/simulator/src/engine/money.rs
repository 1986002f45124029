//! The engine's money calls.

use std::ops::Range;

use super::{EngineSession, KOREA, in_korea};
use crate::core::cancel::{Cancel, cancel};
use crate::core::cancel_receipt::cancel_receipt;
use crate::core::charge::{Answer, Charge, charge};
use crate::core::find_payment::{by_order, by_tid};
use crate::core::find_receipt::find_receipt;
use crate::core::ids::{Bid, Tid};
use crate::core::issue_receipt::{IssueReceipt, issue_receipt};
use crate::core::net_cancel::{NetCancelled, net_cancel};
use crate::core::payment::ChargeOutcome;
use crate::core::refusal::{INTERNAL, PgRefusal};
use crate::core::view::{PaymentView, ReceiptView};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What the caller is told.
pub enum ReplyTiming<T> {
    Answer(T),
    /// Nothing, until the caller gives up.
    Held,
    /// Nothing: the connection ends.
    Silence,
}

impl<T> ReplyTiming<T> {
    /// Another answer of the same act.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> ReplyTiming<U> {
        match self {
            Self::Answer(answer) => ReplyTiming::Answer(change(answer)),
            Self::Held => ReplyTiming::Held,
            Self::Silence => ReplyTiming::Silence,
        }
    }
}

impl EngineSession<'_> {
    /// Refuses what [`charge`] refuses, `U309`, and `2159`; a declined charge is an answer.
    pub fn charge(
        &self,
        bid: &str,
        request: &nicepay::payment::ChargeBody,
    ) -> Result<ReplyTiming<PaymentView>, PgRefusal> {
        let order_id = &request.order_id;
        let command = Charge {
            bid: Bid::parse(bid),
            asked: self.account,
            order_id,
            amount: request.amount,
            tax_free: request.tax_free_amt,
            goods_name: &request.goods_name,
            ahead_ms: self.ahead_ms,
        };
        let mut state = self.engine.lock();
        let now_ms = self.now_ms();
        let (event, answer) = charge(&state.bank, &command, now_ms, in_korea(now_ms))?;
        state.commit(event)?;
        if answer == Answer::Held {
            return Ok(ReplyTiming::Held);
        }
        let number = state.bank.ledger.by_order(order_id);
        let number = number.ok_or(PgRefusal(nicepay::codes::KEY_NEVER_ISSUED))?;
        if state.bank.ledger.payment(number).outcome == ChargeOutcome::Maintenance {
            return Err(PgRefusal(nicepay::codes::BANK_MAINTENANCE));
        }
        Ok(ReplyTiming::Answer(PaymentView::of(&state.bank, number, now_ms)))
    }

    /// `day_ms` is the day in Korea, as [`day`] reads it.
    pub fn find_payment(&self, order_id: &str, day_ms: &Range<i64>) -> Result<PaymentView, PgRefusal> {
        let mut state = self.engine.lock();
        let now_ms = self.now_ms();
        let number = by_order(&state.bank, order_id, day_ms, now_ms)?;
        state.bank.ledger.note_ahead(number, self.ahead_ms);
        Ok(PaymentView::of(&state.bank, number, now_ms))
    }

    pub fn find_tid(&self, tid: &str) -> Result<PaymentView, PgRefusal> {
        let mut state = self.engine.lock();
        let now_ms = self.now_ms();
        let number = by_tid(&state.bank, Tid::parse(tid), now_ms)?;
        state.bank.ledger.note_ahead(number, self.ahead_ms);
        Ok(PaymentView::of(&state.bank, number, now_ms))
    }

    pub fn net_cancel(&self, order_id: &str) -> Result<ReplyTiming<PaymentView>, PgRefusal> {
        let mut state = self.engine.lock();
        let now_ms = self.now_ms();
        if let Some(number) = state.bank.ledger.by_order(order_id) {
            state.bank.ledger.note_ahead(number, self.ahead_ms);
        }
        match net_cancel(&state.bank, order_id, now_ms, in_korea(now_ms)) {
            NetCancelled::Done(number, event) => {
                state.commit(event)?;
                Ok(ReplyTiming::Answer(PaymentView::of(&state.bank, number, now_ms)))
            }
            NetCancelled::Unanswered(event) => {
                state.commit(event)?;
                Ok(ReplyTiming::Silence)
            }
            NetCancelled::Refused(code, event) => {
                event.map_or(Ok(()), |event| state.commit(event))?;
                Err(PgRefusal(code))
            }
        }
    }

    pub fn cancel(&self, tid: &str, request: &nicepay::payment::CancelBody) -> Result<PaymentView, PgRefusal> {
        let command = Cancel {
            tid: Tid::parse(tid),
            order_id: &request.order_id,
            reason: &request.reason,
            amount: request.cancel_amt,
            tax_free: request.tax_free_amt,
        };
        let mut state = self.engine.lock();
        let now_ms = self.now_ms();
        let (number, event) = cancel(&state.bank, &command, now_ms, in_korea(now_ms))?;
        state.commit(event)?;
        Ok(PaymentView::of(&state.bank, number, now_ms))
    }

    pub fn issue_receipt(&self, receipt: &IssueReceipt<'_>) -> Result<ReceiptView, PgRefusal> {
        let mut state = self.engine.lock();
        let now_ms = self.now_ms();
        let event = issue_receipt(&state.bank, receipt, now_ms, in_korea(now_ms))?;
        state.commit(event)?;
        let last = state.bank.ledger.receipts().next_back();
        let view = last.and_then(|number| ReceiptView::of(&state.bank, number, now_ms));
        view.ok_or(PgRefusal(INTERNAL))
    }

    pub fn find_receipt(&self, order_id: &str) -> Result<ReceiptView, PgRefusal> {
        let state = self.engine.lock();
        let number = find_receipt(&state.bank, order_id)?;
        ReceiptView::of(&state.bank, number, self.now_ms()).ok_or(PgRefusal(nicepay::codes::NO_SUCH_ORDER))
    }

    pub fn cancel_receipt(&self, tid: &str, order_id: &str) -> Result<ReceiptView, PgRefusal> {
        let mut state = self.engine.lock();
        let now_ms = self.now_ms();
        let (number, event) = cancel_receipt(&state.bank, Tid::parse(tid), order_id, now_ms)?;
        state.commit(event)?;
        ReceiptView::of(&state.bank, number, now_ms).ok_or(PgRefusal(INTERNAL))
    }
}

/// The milliseconds of a day in Korea that is written `YYYYMMDD`.
#[must_use]
pub fn day(text: &str) -> Option<Range<i64>> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, month, day) = (
        text[..4].parse().ok()?,
        text[4..6].parse().ok()?,
        text[6..].parse().ok()?,
    );
    let midnight = jiff::civil::Date::new(year, month, day).ok()?.at(0, 0, 0, 0);
    let from_ms = KOREA.to_timestamp(midnight).ok()?.as_millisecond();
    Some(from_ms..from_ms + DAY_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_starts_at_nine_hours_before_it_does_in_greenwich() {
        let day_ms = day("20260102").unwrap();
        assert_eq!(day_ms.start, 1_767_290_645_678 - (3 * 3600 + 4 * 60 + 5) * 1000 - 678);
        assert_eq!(day_ms.end - day_ms.start, DAY_MS);
        for bad in [
            "",
            "2026010",
            "20260132",
            "20261301",
            "2026-1-2",
            "+2026010",
            "202601021",
        ] {
            assert!(day(bad).is_none(), "{bad}");
        }
    }
}
