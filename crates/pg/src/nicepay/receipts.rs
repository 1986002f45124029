//! Cash receipts: issue, find, cancel.

use domain::cash_receipt::CashReceiptPurpose;
use nicepay::codes;
use nicepay::payment::{self, ReceiptAnswer, ReceiptType};
use secrecy::ExposeSecret;

use super::answer::{Expected, about};
use super::connector::in_query;
use super::{GOODS_NAME_CHARACTERS_MAX, NicePay};
use crate::connector::{CallTime, CancelCashReceiptRequest, IssueCashReceiptRequest};
use crate::lookups::{CashReceiptLookup, CashReceiptRecord};
use crate::outcome::{Outcome, Unknown, Unsent};

impl NicePay {
    pub(super) async fn issue_receipt_call(
        &self,
        order: IssueCashReceiptRequest,
        at: CallTime,
    ) -> Outcome<CashReceiptRecord> {
        let amount = order.price.get();
        let turn = match self.line.turn("issue_receipt", at).await {
            Ok(turn) => turn,
            Err(why) => return Outcome::NotSent(why),
        };
        let (edi_date, sign_data) = self.stamp(turn.at, |edi_date, key| {
            nicepay::sign::receipt_issue(&order.order_id, amount, edi_date, key)
        });
        let number = zeroize::Zeroizing::new(format!("receiptNo={}", order.number.reveal()));
        let Ok(enc_data) = nicepay::encdata::encrypt(&number, self.secret_key.expose_secret()) else {
            return Outcome::NotSent(Unsent::NoTurn);
        };
        let body = payment::IssueReceiptBody {
            order_id: order.order_id.clone(),
            amount,
            goods_name: domain::text::cut(&order.order_name, GOODS_NAME_CHARACTERS_MAX),
            receipt_type: match order.purpose {
                CashReceiptPurpose::Individual => ReceiptType::Individual,
                CashReceiptPurpose::Company => ReceiptType::Company,
            },
            enc_mode: "A2".to_owned(),
            enc_data,
            edi_date,
            sign_data,
        };
        let url = "/v1/receipt/".to_owned();
        let outcome = self.post::<ReceiptAnswer>(turn, url, &body, Expected::Signature).await;
        match about(outcome, &order.order_id) {
            // Another amount under a valid signature is not what was asked for.
            Outcome::Done(answer) if answer.amount == amount => {
                issued(answer).map_or(Outcome::Unknown(Unknown::NotJson), Outcome::Done)
            }
            other => other.without_value(),
        }
    }

    pub(super) async fn find_receipt_call(&self, order_id: String, at: CallTime) -> Outcome<CashReceiptLookup> {
        let turn = match self.line.turn("find_receipt", at).await {
            Ok(turn) => turn,
            Err(why) => return Outcome::NotSent(why),
        };
        let (edi_date, sign_data) = self.stamp(turn.at, |edi_date, key| nicepay::sign::order(&order_id, edi_date, key));
        let url = format!(
            "/v1/receipt/find/{order_id}?ediDate={}&signData={sign_data}",
            in_query(&edi_date)
        );
        let outcome = self.get::<ReceiptAnswer>(turn, url, Expected::Signature).await;
        match about(outcome, &order_id) {
            Outcome::Done(answer) => found(answer).map_or(Outcome::Unknown(Unknown::NotJson), Outcome::Done),
            Outcome::Refused { pg, .. } if pg.code == codes::NO_SUCH_ORDER => Outcome::Done(CashReceiptLookup::Nothing),
            other => other.without_value(),
        }
    }

    pub(super) async fn cancel_receipt_call(&self, order: CancelCashReceiptRequest, at: CallTime) -> Outcome<()> {
        let turn = match self.line.turn("cancel_receipt", at).await {
            Ok(turn) => turn,
            Err(why) => return Outcome::NotSent(why),
        };
        let (edi_date, sign_data) = self.stamp(turn.at, |edi_date, key| nicepay::sign::tid(&order.tid, edi_date, key));
        let url = format!("/v1/receipt/{}/cancel", order.tid);
        let body = payment::CancelReceiptBody {
            order_id: order.order_id,
            reason: if order.reason.is_empty() {
                "취소".to_owned()
            } else {
                order.reason
            },
            edi_date,
            sign_data,
        };
        match self.post::<ReceiptAnswer>(turn, url, &body, Expected::Signature).await {
            Outcome::Done(_) => Outcome::Done(()),
            Outcome::Refused { pg, .. } if codes::is_cancelled_already(&pg.code) => Outcome::Done(()),
            // The order was used, perhaps by this very cancel.
            Outcome::Refused { pg, .. } if pg.code == codes::CANCEL_ORDER_USED => Outcome::Unknown(Unknown::Duplicate),
            other => other.without_value(),
        }
    }
}

fn issued(answer: ReceiptAnswer) -> Option<CashReceiptRecord> {
    Some(CashReceiptRecord {
        tid: answer.tid?,
        approve_no: answer.approve_no.unwrap_or_default(),
    })
}

fn found(answer: ReceiptAnswer) -> Option<CashReceiptLookup> {
    let is_cancelled = answer.status.as_deref().is_some_and(is_cancelled);
    let issued = issued(answer)?;
    Some(if is_cancelled {
        CashReceiptLookup::Cancelled(issued)
    } else {
        CashReceiptLookup::Issued(issued)
    })
}

/// Whether this is the status of a receipt that was taken back.
pub(super) fn is_cancelled(status: &str) -> bool {
    matches!(status, "cancelled" | "cancelRequested")
}

pub(super) fn purpose(receipt_type: ReceiptType) -> CashReceiptPurpose {
    match receipt_type {
        ReceiptType::Individual => CashReceiptPurpose::Individual,
        ReceiptType::Company => CashReceiptPurpose::Company,
    }
}
