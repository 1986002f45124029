//! Giving money back.

use serde::Serialize;

use super::Receipt;
use crate::client::Client;
use crate::error::Error;
use crate::transport::{Body, Call, Identity};
use crate::value::{CancelId, ReceiptId, Won};

/// A cancel of a payment, whole or in part. The cancel id is not optional here: without one nothing guards against giving
/// a part back twice.
#[derive(Clone, Debug, Serialize)]
#[must_use]
pub struct Cancel {
    receipt_id: ReceiptId,
    cancel_id: CancelId,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancel_price: Option<Won>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancel_tax_free: Option<Won>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancel_username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancel_message: Option<String>,
}

impl Cancel {
    /// All that is left.
    pub fn whole(receipt_id: impl Into<ReceiptId>, cancel_id: impl Into<CancelId>) -> Self {
        Self {
            receipt_id: receipt_id.into(),
            cancel_id: cancel_id.into(),
            cancel_price: None,
            cancel_tax_free: None,
            cancel_username: None,
            cancel_message: None,
        }
    }

    /// A part. Zero would mean "all" on the wire, and is refused by [`Client::cancel`].
    pub fn part(receipt_id: impl Into<ReceiptId>, cancel_id: impl Into<CancelId>, price: Won) -> Self {
        Self {
            cancel_price: Some(price),
            ..Self::whole(receipt_id, cancel_id)
        }
    }

    /// How much of it is free of tax.
    pub fn tax_free(mut self, amount: Won) -> Self {
        self.cancel_tax_free = Some(amount);
        self
    }

    /// Who gives it back: a name of the merchant's own people.
    pub fn by(mut self, name: impl Into<String>) -> Self {
        self.cancel_username = Some(name.into());
        self
    }

    /// Why; the PG is told too.
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.cancel_message = Some(message.into());
        self
    }
}

impl Client {
    /// Gives money back. The receipt says how much in all: `cancelled_price`; its status is 20 when everything is back.
    ///
    /// `POST /v2/cancel`
    ///
    /// # Errors
    /// `RC_ALREADY_CANCELLED`, `RC_NOT_PAID`, `RC_CANCEL_PRICE_INVALID`, `RC_CANCEL_ID_CONFLICT`.
    /// `RC_CANCEL_CRITICAL_ERROR`: the outcome is unknown; the same cancel id again, or a look at the receipt, tells.
    pub async fn cancel(&self, cancel: &Cancel) -> Result<Receipt, Error> {
        if cancel.cancel_price == Some(Won::ZERO) {
            return Err(Error::InvalidRequest(
                "a part of 0 won: on the wire that means all of it".to_owned(),
            ));
        }
        let call = Call::post(&["cancel"], Body::open(cancel)?, Identity::Known);
        let (receipt, headers) = self.call::<Receipt>(call).await?;
        Ok(receipt.with_replay(headers.is_replay))
    }
}
