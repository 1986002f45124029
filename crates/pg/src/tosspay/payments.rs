//! Debits and refunds. A debit goes out under an order number of this gateway, used once: what it is found by.

use domain::payment::{Debit, DeclineReason};
use domain::{EpochMs, Won};
use serde_json::{Value, json};

use super::Tosspay;
use super::answer::{self, text, time, won};
use super::consents::PRODUCT_CHARACTERS_MAX;
use crate::connector::{CallTime, DebitRequest, FindRequest, RefundRequest};
use crate::lookups::{PaymentLookup, PaymentRecord};
use crate::outcome::{Outcome, Unknown};

/// Characters of a refund's reason; the guide has none, and this is short enough.
const REASON_CHARACTERS_MAX: usize = 100;
/// What a refund that nobody has given a reason for has as its own.
const NO_REASON: &str = "취소";

impl Tosspay {
    pub(super) async fn charge_call(&self, order: DebitRequest, at: CallTime) -> Outcome<Debit, DeclineReason> {
        let body = json!({
            "billingKey": order.bid,
            "orderNo": order.order_id,
            "productDesc": domain::text::cut(&order.order_name, PRODUCT_CHARACTERS_MAX),
            "amount": order.price.get(),
            "amountTaxFree": order.tax_free.get(),
            // Issued when the merchant asks for it, to whom the merchant says.
            "cashReceipt": false,
        });
        let body = match self.post("charge", "/api/v1/billing-key/bill", body, at).await {
            Ok(body) => body,
            Err(no) => return no.because(answer::decline),
        };
        if !is_of(&body, &order.order_id, order.price) {
            return Outcome::Unknown(Unknown::NotJson);
        }
        debit(&body, "approvalTime", at.now).map_or(Outcome::Unknown(Unknown::NotJson), Outcome::Done)
    }

    pub(super) async fn find_payment_call(&self, order: FindRequest, at: CallTime) -> Outcome<PaymentLookup> {
        let asked = json!({"orderNo": order.order_id});
        let is_wanted = |body: &Value| is_of(body, &order.order_id, order.price);
        self.find("find_payment", asked, is_wanted, order.asked_at, at).await
    }

    pub(super) async fn find_by_tid_call(&self, tid: String, at: CallTime) -> Outcome<PaymentLookup> {
        let asked = json!({"payToken": tid});
        let is_wanted = |body: &Value| text(body, "payToken") == Some(&tid);
        self.find("find_by_tid", asked, is_wanted, at.now, at).await
    }

    /// Anything but the debit that was asked about is not believed.
    async fn find(
        &self,
        call: &'static str,
        asked: Value,
        is_wanted: impl FnOnce(&Value) -> bool,
        usual: EpochMs,
        at: CallTime,
    ) -> Outcome<PaymentLookup> {
        match self.post(call, "/api/v2/status", asked, at).await {
            Ok(body) if is_wanted(&body) => seen(&body, usual),
            Ok(_) => Outcome::Unknown(Unknown::NotJson),
            Err(no) if no.is(answer::NO_SUCH_PAYMENT) => Outcome::Done(PaymentLookup::Nothing),
            Err(no) => no.because(|_| None),
        }
    }

    /// The same number twice gives back once, and is answered as the first time: that is what `idempotent` asks for.
    pub(super) async fn cancel_call(&self, order: RefundRequest, at: CallTime) -> Outcome<()> {
        let reason = domain::text::cut(order.reason.trim(), REASON_CHARACTERS_MAX);
        let body = json!({
            "payToken": order.tid,
            "refundNo": order.order_id,
            "idempotent": true,
            "reason": if reason.is_empty() { NO_REASON } else { &*reason },
            "amount": order.price.get(),
            "amountTaxFree": order.tax_free.get(),
        });
        let no = match self.post("cancel", "/api/v2/refunds", body, at).await {
            Ok(body) => {
                let is_this = text(&body, "refundNo") == Some(&order.order_id);
                // Of this refund or of all of them: the guide can be read either way.
                let is_enough = won(&body, "refundedAmount").is_none_or(|sum| sum >= order.price);
                return if is_this && is_enough {
                    Outcome::Done(())
                } else {
                    Outcome::Unknown(Unknown::NotJson)
                };
            }
            Err(no) => no,
        };
        let outcome = no.because(|code| answer::is_refund_refused(code).then_some(()));
        if !matches!(outcome, Outcome::Refused { .. }) {
            return outcome;
        }
        // Of a refund that is running, perhaps this very one sent before, a second is refused too.
        match self.find_by_tid_call(order.tid, CallTime { send_by: None, ..at }).await {
            Outcome::Done(_) => outcome,
            Outcome::Refused { .. } | Outcome::NotSent(_) | Outcome::Unknown(_) => {
                Outcome::Unknown(Unknown::DelayedCode)
            }
        }
    }
}

/// Whether it is about this very order over this very amount.
fn is_of(body: &Value, order_id: &str, price: Won) -> bool {
    let is_of = text(body, "orderNo") == Some(order_id) && won(body, "amount") == Some(price);
    if !is_of {
        tracing::error!(order_id, "Toss Pay answered with another order or amount");
    }
    is_of
}

/// `usual` is its time where none can be read: the money is taken all the same.
fn debit(body: &Value, time_key: &str, usual: EpochMs) -> Option<Debit> {
    let of_step = || body.get("transactions")?.get(0)?.get("transactionId")?.as_str();
    let approve_no = text(body, "transactionId").or_else(of_step);
    Some(Debit {
        // By which it is looked up and given back there.
        tid: text(body, "payToken")?.to_owned(),
        approve_no: approve_no.unwrap_or_default().to_owned(),
        receipt_url: String::new(),
        paid_at: time(body, time_key).unwrap_or(usual),
        cash_receipt: None,
    })
}

/// What a debit's state says. The guide says of none that the bank has refused it; one that still runs, and one whose refund does, are
/// neither one thing nor the other.
fn seen(body: &Value, usual: EpochMs) -> Outcome<PaymentLookup> {
    let record = || {
        Some(PaymentRecord {
            debit: debit(body, "paidTs", usual)?,
            balance: won(body, "refundableAmount")?,
            cancel_orders: None,
        })
    };
    let is_refunded = match text(body, "payStatus") {
        Some("PAY_COMPLETE" | "SETTLEMENT_COMPLETE") => false,
        Some("REFUND_SUCCESS" | "SETTLEMENT_REFUND_COMPLETE") => true,
        // PAY_STANDBY, PAY_APPROVED, PAY_PROGRESS, PAY_CANCEL, REFUND_PROGRESS, and what was never seen.
        _ => return Outcome::Unknown(Unknown::DelayedCode),
    };
    match record() {
        Some(record) if is_refunded && record.balance == Won::ZERO => Outcome::Done(PaymentLookup::Cancelled(record)),
        Some(record) => Outcome::Done(PaymentLookup::Paid(record)),
        None => Outcome::Unknown(Unknown::NotJson),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_debit_is_there_only_when_it_is_complete() {
        let read = |status: &str, left: u64| {
            let body = json!({"payToken": "t", "payStatus": status, "refundableAmount": left});
            match seen(&body, EpochMs(7)) {
                Outcome::Done(PaymentLookup::Paid(record)) => format!("paid {}", record.balance.get()),
                Outcome::Done(PaymentLookup::Cancelled(_)) => "cancelled".to_owned(),
                other => other.name().to_owned(),
            }
        };
        for status in ["PAY_COMPLETE", "SETTLEMENT_COMPLETE"] {
            assert_eq!(read(status, 1000), "paid 1000");
        }
        for status in ["REFUND_SUCCESS", "SETTLEMENT_REFUND_COMPLETE"] {
            assert_eq!(
                (read(status, 0), read(status, 600)),
                ("cancelled".to_owned(), "paid 600".to_owned())
            );
        }
        for status in [
            "PAY_STANDBY",
            "PAY_APPROVED",
            "PAY_PROGRESS",
            "PAY_CANCEL",
            "REFUND_PROGRESS",
            "",
            "new",
        ] {
            assert_eq!(read(status, 0), "delayed_code", "{status}");
        }
        let halves = [
            json!({"payToken": "t", "payStatus": "PAY_COMPLETE"}),
            json!({"refundableAmount": 1, "payStatus": "PAY_COMPLETE"}),
        ];
        for half in halves {
            assert_eq!(seen(&half, EpochMs(7)).name(), "not_json");
        }
    }
}
