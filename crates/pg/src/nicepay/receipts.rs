//! Cash receipts: issue, cancel.

use domain::cash_receipt::Purpose;
use nice::codes;
use nice::payment::{self, ReceiptAnswer, ReceiptType};
use secrecy::ExposeSecret;

use super::NicePay;
use super::answer::Wanted;
use crate::connector::{CancelReceiptOrder, ReceiptIssued, ReceiptOrder};
use crate::outcome::{Outcome, Unknown};

impl NicePay {
    pub(super) async fn issue_receipt_call(&self, order: ReceiptOrder) -> Outcome<ReceiptIssued> {
        let amount = order.price.get();
        let (edi_date, sign_data) =
            self.stamp(|edi_date, key| nice::sign::receipt_issue(&order.order_id, amount, edi_date, key));
        let number = zeroize::Zeroizing::new(format!("receiptNo={}", order.number.reveal()));
        let Ok(enc_data) = nice::encdata::encrypt(&number, self.secret_key.expose_secret()) else {
            return Outcome::NotSent;
        };
        let body = payment::IssueReceipt {
            order_id: order.order_id,
            amount,
            goods_name: order.order_name.chars().take(40).collect(),
            receipt_type: match order.purpose {
                Purpose::Individual => ReceiptType::Individual,
                Purpose::Company => ReceiptType::Company,
            },
            enc_mode: "A2".to_owned(),
            enc_data,
            edi_date,
            sign_data,
        };
        let request = self.http.post(format!("{}/v1/receipt/", self.base_url)).json(&body);
        match self
            .exchange::<ReceiptAnswer>("issue_receipt", request, Wanted::Signature)
            .await
        {
            Outcome::Done(ReceiptAnswer {
                tid: Some(tid),
                approve_no,
                ..
            }) => Outcome::Done(ReceiptIssued {
                tid,
                approve_no: approve_no.unwrap_or_default(),
            }),
            Outcome::Done(_) => Outcome::Unknown(Unknown::NotJson),
            other => other.without_value(),
        }
    }

    pub(super) async fn cancel_receipt_call(&self, order: CancelReceiptOrder) -> Outcome<()> {
        let (edi_date, sign_data) = self.stamp(|edi_date, key| nice::sign::tid(&order.tid, edi_date, key));
        let url = format!("{}/v1/receipt/{}/cancel", self.base_url, order.tid);
        let body = payment::CancelReceipt {
            order_id: order.order_id,
            reason: if order.reason.is_empty() {
                "취소".to_owned()
            } else {
                order.reason
            },
            edi_date,
            sign_data,
        };
        match self
            .exchange::<ReceiptAnswer>("cancel_receipt", self.http.post(url).json(&body), Wanted::Signature)
            .await
        {
            Outcome::Done(_) => Outcome::Done(()),
            Outcome::Refused { pg, .. } if matches!(pg.code.as_str(), codes::CANCELLED_ALREADY | "2012") => {
                Outcome::Done(())
            }
            other => other.without_value(),
        }
    }
}
