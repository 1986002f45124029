//! Debits: charge, find, net-cancel, cancel.

use domain::cash_receipt::CashReceiptWithDebit;
use domain::error::PgMessage;
use domain::payment::{Debit, Decline, DeclineReason};
use domain::{EpochMs, Won};
use nicepay::codes;
use nicepay::payment::{self, CashReceiptEntry, PaymentAnswer, PaymentStatus};

use super::answer::{Expected, about};
use super::connector::in_query;
use super::receipts::{is_cancelled, purpose};
use super::{GOODS_NAME_CHARACTERS_MAX, NicePay, reasons};
use crate::connector::{CallTime, DebitRequest, FindRequest, NetCancelRefusal, RefundRequest};
use crate::lookups::{PaymentLookup, PaymentRecord};
use crate::outcome::{Outcome, Unknown, Unsent};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// Days that are asked for one order; a clock that was wrong by more is beyond this.
const DAYS_MAX: usize = 10;

impl NicePay {
    pub(super) async fn charge_call(&self, order: DebitRequest, at: CallTime) -> Outcome<Debit, DeclineReason> {
        let turn = match self.line.turn("charge", at).await {
            Ok(turn) => turn,
            Err(why) => return Outcome::NotSent(why),
        };
        let (edi_date, sign_data) = self.stamp(turn.at, |edi_date, key| {
            nicepay::sign::key_use(&order.order_id, &order.bid, edi_date, key)
        });
        let url = format!("/v1/subscribe/{}/payments", order.bid);
        let body = payment::ChargeBody {
            order_id: order.order_id.clone(),
            amount: order.price.get(),
            tax_free_amt: order.tax_free.get(),
            goods_name: domain::text::cut(&order.order_name, GOODS_NAME_CHARACTERS_MAX),
            edi_date,
            sign_data,
        };
        let outcome = self.post::<PaymentAnswer>(turn, url, &body, Expected::Signature).await;
        match about(outcome, &order.order_id) {
            // Any other amount or state under a valid signature is not what was asked for.
            Outcome::Done(answer)
                if answer.status == Some(PaymentStatus::Paid) && answer.amount == order.price.get() =>
            {
                debit(&answer).map_or(Outcome::Unknown(Unknown::NotJson), Outcome::Done)
            }
            // Nothing was looked at: the customer is not to be told that the bank declined.
            Outcome::Refused { pg, .. } if codes::is_operators(&pg.code) => {
                tracing::error!(
                    pg_code = pg.code,
                    "NICE Payments does not let this merchant in: see its keys"
                );
                Outcome::NotSent(Unsent::NoTurn)
            }
            other => other.without_value().because(reasons::debit),
        }
    }

    /// Asks for one Korean day after the other, the likeliest first, until one has it.
    pub(super) async fn find_payment_call(&self, order: FindRequest, at: CallTime) -> Outcome<PaymentLookup> {
        let order_id = &order.order_id;
        let mut outcome = Outcome::Done(PaymentLookup::Nothing);
        for day in days(&order) {
            let turn = match self.line.turn("find_payment", at).await {
                Ok(turn) => turn,
                Err(why) => return Outcome::NotSent(why),
            };
            let (edi_date, sign_data) =
                self.stamp(turn.at, |edi_date, key| nicepay::sign::order(order_id, edi_date, key));
            let url = format!(
                "/v1/payments/find/{order_id}?orderDate={day}&ediDate={}&signData={sign_data}",
                in_query(&edi_date)
            );
            let answer = about(self.get(turn, url, Expected::Signature).await, order_id);
            outcome = looked_up(answer, |answer| answer.amount == order.price.get());
            if outcome != Outcome::Done(PaymentLookup::Nothing) {
                return outcome;
            }
        }
        outcome
    }

    pub(super) async fn find_by_tid_call(&self, tid: String, at: CallTime) -> Outcome<PaymentLookup> {
        let turn = match self.line.turn("find_by_tid", at).await {
            Ok(turn) => turn,
            Err(why) => return Outcome::NotSent(why),
        };
        let (edi_date, sign_data) = self.stamp(turn.at, |edi_date, key| nicepay::sign::tid(&tid, edi_date, key));
        let url = format!(
            "/v1/payments/{tid}?ediDate={}&signData={sign_data}",
            in_query(&edi_date)
        );
        let answer = self.get(turn, url, Expected::Signature).await;
        looked_up(answer, |answer| answer.tid.as_ref() == Some(&tid))
    }

    pub(super) async fn net_cancel_call(&self, order_id: String, at: CallTime) -> Outcome<(), NetCancelRefusal> {
        let turn = match self.line.turn("net_cancel", at).await {
            Ok(turn) => turn,
            Err(why) => return Outcome::NotSent(why),
        };
        let (edi_date, sign_data) = self.stamp(turn.at, |edi_date, key| nicepay::sign::order(&order_id, edi_date, key));
        let body = payment::NetCancelBody {
            order_id: order_id.clone(),
            edi_date,
            sign_data,
        };
        let url = "/v1/payments/netcancel".to_owned();
        let outcome = self.post::<PaymentAnswer>(turn, url, &body, Expected::Signature).await;
        match about(outcome, &order_id) {
            Outcome::Done(answer) if answer.status == Some(PaymentStatus::Cancelled) => Outcome::Done(()),
            Outcome::Refused { pg, .. } if codes::is_cancelled_already(&pg.code) => Outcome::Done(()),
            other => other.without_value().because(reasons::net_cancel),
        }
    }

    pub(super) async fn cancel_call(&self, order: RefundRequest, at: CallTime) -> Outcome<()> {
        let turn = match self.line.turn("cancel", at).await {
            Ok(turn) => turn,
            Err(why) => return Outcome::NotSent(why),
        };
        let (edi_date, sign_data) = self.stamp(turn.at, |edi_date, key| nicepay::sign::tid(&order.tid, edi_date, key));
        let url = format!("/v1/payments/{}/cancel", order.tid);
        let body = payment::CancelBody {
            order_id: order.order_id.clone(),
            reason: if order.reason.is_empty() {
                "취소".to_owned()
            } else {
                order.reason
            },
            cancel_amt: Some(order.price.get()),
            tax_free_amt: order.tax_free.get(),
            edi_date,
            sign_data,
        };
        match self.post::<PaymentAnswer>(turn, url, &body, Expected::Signature).await {
            Outcome::Done(answer) if answer.cancels.iter().any(|cancel| cancel.order_id == order.order_id) => {
                Outcome::Done(())
            }
            // It may have been this very cancel, whose first answer was lost: look it up.
            Outcome::Refused { pg, .. }
                if codes::is_cancelled_already(&pg.code) || pg.code == codes::CANCEL_ORDER_USED =>
            {
                Outcome::Unknown(Unknown::Duplicate)
            }
            other => other.without_value(),
        }
    }
}

/// The Korean days, as `YYYYMMDD`, on which the PG may have received an order: the day of asking, then outwards from it.
fn days(order: &FindRequest) -> Vec<String> {
    let day = |at: EpochMs| {
        let digits = at.to_wire();
        digits.chars().filter(char::is_ascii_digit).take(8).collect::<String>()
    };
    let (first, last) = (day(order.earliest), day(order.latest));
    let mut days = vec![day(order.asked_at)];
    for distance in (1..).map(|days: u64| days * DAY_MS).take(DAYS_MAX) {
        let around = [order.asked_at.minus_ms(distance), order.asked_at.plus_ms(distance)].map(day);
        days.extend(around.into_iter().filter(|day| (&first..=&last).contains(&day)));
    }
    days.truncate(DAYS_MAX);
    days
}

/// Anything but the debit that was asked about is not believed.
fn looked_up(
    outcome: Outcome<PaymentAnswer>,
    is_wanted: impl FnOnce(&PaymentAnswer) -> bool,
) -> Outcome<PaymentLookup> {
    match outcome {
        Outcome::Done(answer) if !is_wanted(&answer) => Outcome::Unknown(Unknown::NotJson),
        Outcome::Done(answer) => found(&answer).map_or(Outcome::Unknown(Unknown::NotJson), Outcome::Done),
        Outcome::Refused { pg, .. } if pg.code == codes::NO_SUCH_ORDER => Outcome::Done(PaymentLookup::Nothing),
        other => other.without_value(),
    }
}

fn found(answer: &PaymentAnswer) -> Option<PaymentLookup> {
    let paid = || {
        Some(PaymentRecord {
            debit: debit(answer)?,
            balance: Won::new(answer.balance_amt)?,
            cancel_orders: Some(answer.cancels.iter().map(|cancel| cancel.order_id.clone()).collect()),
        })
    };
    match answer.status? {
        PaymentStatus::Paid | PaymentStatus::PartialCancelled => paid().map(PaymentLookup::Paid),
        PaymentStatus::Cancelled => paid().map(PaymentLookup::Cancelled),
        PaymentStatus::Failed | PaymentStatus::Expired => {
            let code = answer.fail_code.as_deref().unwrap_or("failed");
            Some(PaymentLookup::Failed(Decline {
                reason: reasons::debit(code),
                pg: PgMessage::new(code, answer.fail_msg.as_deref().unwrap_or("")),
            }))
        }
        PaymentStatus::Ready => None,
    }
}

fn debit(answer: &PaymentAnswer) -> Option<Debit> {
    Some(Debit {
        tid: answer.tid.clone()?,
        approve_no: answer.approve_no.clone().unwrap_or_default(),
        receipt_url: answer.receipt_url.clone().unwrap_or_default(),
        paid_at: domain::written_time::parse(answer.paid_at.as_deref()?)?,
        cash_receipt: answer.cash_receipts.iter().find_map(with_debit),
    })
}

/// The receipt that came with a debit, unless it was taken back.
fn with_debit(entry: &CashReceiptEntry) -> Option<CashReceiptWithDebit> {
    if is_cancelled(&entry.status) {
        return None;
    }
    Some(CashReceiptWithDebit {
        tid: entry.tid.clone(),
        approve_no: entry.approve_no.clone(),
        purpose: purpose(entry.receipt_type),
        price: Won::new(entry.amount)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(at: &str, earliest: &str, latest: &str) -> Vec<String> {
        let read = |text| domain::written_time::parse(text).unwrap();
        days(&FindRequest {
            price: Won::ZERO,
            order_id: String::new(),
            asked_at: read(at),
            earliest: read(earliest),
            latest: read(latest),
        })
    }

    /// One without a code, or with a blank one, is declined like one with a code that nobody knows.
    #[test]
    fn a_debit_that_is_found_failed_is_declined_for_the_reason_of_its_code() {
        let declines = [
            (Some("V302"), "V302", DeclineReason::AccountClosed),
            (Some("V399"), "V399", DeclineReason::BankRefused),
            (Some(""), "", DeclineReason::BankRefused),
            (None, "failed", DeclineReason::BankRefused),
        ];
        for (fail_code, code, reason) in declines {
            let answer = PaymentAnswer {
                status: Some(PaymentStatus::Failed),
                fail_code: fail_code.map(str::to_owned),
                ..PaymentAnswer::default()
            };
            let pg = PgMessage::new(code, "");
            assert_eq!(found(&answer), Some(PaymentLookup::Failed(Decline { reason, pg })));
        }
    }

    #[test]
    fn every_day_that_it_may_be_is_asked_the_likeliest_first() {
        let noon = "2026-11-23T12:00:00+09:00";
        assert_eq!(asked(noon, noon, noon), ["20261123"]);
        let late = "2026-11-23T23:59:30+09:00";
        assert_eq!(asked(late, late, "2026-11-24T00:05:00+09:00"), ["20261123", "20261124"]);
        assert_eq!(asked(noon, "2026-11-22T12:00:00+09:00", noon), ["20261123", "20261122"]);
        // A clock that was six hours behind, across midnight.
        let behind = "2026-11-23T20:00:00+09:00";
        let days = asked(behind, "2026-11-22T20:00:00+09:00", "2026-11-24T02:00:00+09:00");
        assert_eq!(days, ["20261123", "20261122", "20261124"]);
        assert_eq!(
            asked(noon, "2020-01-01T00:00:00+09:00", "2026-12-31T00:00:00+09:00").len(),
            DAYS_MAX
        );
    }
}
