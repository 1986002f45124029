//! What a webhook says.

use serde::Deserialize;
use serde_json::Value;

use super::form;
use super::order::Order;
use crate::error::ErrorCode;
use crate::lenient;
use crate::payment::Receipt;
use crate::reserve::ReserveDetails;
use crate::value::{OrderId, ReceiptId};

/// A delivery that was verified, or read without.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event {
    /// The delivery, the same at every attempt: do each once. Empty when there was no header.
    pub delivery_id: String,
    /// What happened.
    pub kind: Kind,
    /// To what.
    pub subject: Subject,
    /// 1, 2, 3 … for each receipt. Jadong only.
    pub sequence: Option<u64>,
    /// The project's.
    pub application_id: Option<String>,
}

/// `webhook_type`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Debited.
    PaymentCompleted,
    /// Some of it was given back.
    PaymentPartialCancelled,
    /// All of it was given back.
    PaymentCancelled,
    /// Not debited; also of a reserve.
    PaymentConfirmFailed,
    /// The PG refused to give it back.
    PaymentCancelFailed,
    /// The request failed.
    PaymentRequestFailed,
    /// Answer success, and do nothing.
    Other(String),
}

impl From<&str> for Kind {
    fn from(name: &str) -> Self {
        match name {
            "PAYMENT_COMPLETED" => Self::PaymentCompleted,
            "PAYMENT_PARTIAL_CANCELLED" => Self::PaymentPartialCancelled,
            "PAYMENT_CANCELLED" => Self::PaymentCancelled,
            "PAYMENT_CONFIRM_FAILED" => Self::PaymentConfirmFailed,
            "PAYMENT_CANCEL_FAILED" => Self::PaymentCancelFailed,
            "PAYMENT_REQUEST_FAILED" => Self::PaymentRequestFailed,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// What a webhook is about.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Subject {
    /// A payment, as it was when the change happened; look it up for its present state.
    Payment(Box<Receipt>),
    /// A reserve that failed before there was a payment.
    Reserve(Box<FailedReserve>),
}

/// A reserve that could not be executed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FailedReserve {
    /// The reserve.
    pub reserve: ReserveDetails,
    /// Why: `SUBSCRIBE_BK_EXPIRED`.
    pub error_code: Option<ErrorCode>,
    /// In words.
    pub message: String,
}

/// A body that is no webhook of this API. Nothing of it is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body is no webhook: neither the JSON nor the form of a receipt")]
pub struct Unreadable;

#[derive(Deserialize)]
struct Envelope {
    #[serde(default, deserialize_with = "lenient::words")]
    webhook_type: String,
    #[serde(default)]
    sequence: Value,
    #[serde(default, deserialize_with = "lenient::text")]
    application_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    receipt_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    reserve_id: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    error_code: Option<String>,
    #[serde(default, deserialize_with = "lenient::words")]
    message: String,
}

impl Event {
    /// Reads a delivery **without knowing who sent it**: the hosted service signs nothing. Take it as a hint to look the
    /// receipt up with [`crate::Client::lookup_receipt`], never as the truth.
    ///
    /// # Errors
    /// When it is no webhook.
    pub fn read_unverified(content_type: &str, body: &[u8]) -> Result<Self, Unreadable> {
        Self::read("", content_type, body)
    }

    pub(super) fn read(delivery_id: &str, content_type: &str, body: &[u8]) -> Result<Self, Unreadable> {
        let body = match content_type.trim().starts_with("application/x-www-form-urlencoded") {
            true => form::to_json(body),
            false => serde_json::from_slice(body).map_err(|_| Unreadable)?,
        };
        let envelope: Envelope = serde_json::from_value(body.clone()).map_err(|_| Unreadable)?;
        let subject = match (&envelope.receipt_id, &envelope.reserve_id) {
            (None, Some(_)) => Subject::Reserve(Box::new(FailedReserve {
                reserve: serde_json::from_value(body).map_err(|_| Unreadable)?,
                error_code: envelope.error_code.as_deref().map(ErrorCode::from),
                message: envelope.message,
            })),
            _ => Subject::Payment(serde_json::from_value(body).map_err(|_| Unreadable)?),
        };
        Ok(Self {
            delivery_id: delivery_id.to_owned(),
            kind: Kind::from(envelope.webhook_type.as_str()),
            subject,
            sequence: lenient::whole(&envelope.sequence).and_then(|number| u64::try_from(number).ok()),
            application_id: envelope.application_id,
        })
    }

    /// Of the payment, when there is one.
    #[must_use]
    pub fn receipt(&self) -> Option<&Receipt> {
        match &self.subject {
            Subject::Payment(receipt) => Some(receipt),
            Subject::Reserve(_) => None,
        }
    }

    /// Of the payment, when there is one.
    #[must_use]
    pub fn receipt_id(&self) -> Option<&ReceiptId> {
        self.receipt().map(|receipt| &receipt.receipt_id)
    }

    /// The merchant's order.
    #[must_use]
    pub fn order_id(&self) -> Option<&OrderId> {
        match &self.subject {
            Subject::Payment(receipt) => receipt.order_id.as_ref(),
            Subject::Reserve(failed) => failed.reserve.order_id.as_ref(),
        }
    }

    /// Whether this is news after the sequence that was handled last for the receipt, `None` before the first.
    #[must_use]
    pub fn order_after(&self, last: Option<u64>) -> Order {
        Order::of(self.sequence, last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_form_say_the_same() {
        let json = r#"{"receipt_id":"a1","order_id":"o 1","price":1000,"sandbox":true,"status":1,"sequence":2,
            "webhook_type":"PAYMENT_COMPLETED","metadata":{"k":[1]},"bank_data":{"bank_account":"123*****","bank_code":"004"}}"#;
        let form = "receipt_id=a1&order_id=o+1&price=1000&sandbox=true&status=1&sequence=2&webhook_type=PAYMENT_COMPLETED\
            &metadata=%7B%22k%22%3A%5B1%5D%7D&bank_data=%7B%22bank_account%22%3A%22123*****%22%2C%22bank_code%22%3A%22004%22%7D";
        let a = Event::read_unverified("application/json; charset=utf-8", json.as_bytes()).unwrap();
        let b = Event::read_unverified("application/x-www-form-urlencoded", form.as_bytes()).unwrap();
        for event in [&a, &b] {
            let receipt = event.receipt().unwrap();
            assert_eq!((event.kind.clone(), event.sequence), (Kind::PaymentCompleted, Some(2)));
            assert_eq!((receipt.price.amount(), receipt.sandbox), (1000, true));
            assert_eq!(receipt.metadata.get("k"), Some(&serde_json::json!([1])));
            assert_eq!(receipt.bank_data.as_ref().unwrap().bank_account.as_str(), "123*****");
            assert_eq!(event.order_id().unwrap().as_str(), "o 1");
        }
    }

    #[test]
    fn a_failed_reserve_and_an_unknown_type_are_events_and_rubbish_is_not() {
        let body = br#"{"reserve_id":"b2","status":-1,"order_id":"o","error_code":"SUBSCRIBE_BK_EXPIRED","message":"m",
            "webhook_type":"PAYMENT_CONFIRM_FAILED"}"#;
        let event = Event::read_unverified("", body).unwrap();
        let Subject::Reserve(failed) = &event.subject else {
            panic!("{event:?}")
        };
        assert_eq!(failed.error_code, Some(ErrorCode::KeyExpired));
        let body = br#"{"receipt_id":"a","status":99,"webhook_type":"SOMETHING_NEW"}"#;
        let event = Event::read_unverified("", body).unwrap();
        assert_eq!(event.kind, Kind::Other("SOMETHING_NEW".to_owned()));
        for rubbish in ["", "[]", "{}", "{\"receipt_id\":1}", "null", "a=b"] {
            assert!(Event::read_unverified("", rubbish.as_bytes()).is_err(), "{rubbish}");
        }
    }
}
