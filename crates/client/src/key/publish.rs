//! Step 2: getting the key.

use serde::Serialize;

use super::{Issuance, IssuedKey};
use crate::client::Client;
use crate::error::{Effect, Error, UnexpectedAnswer};
use crate::transport::{Body, Call, Identity};
use crate::value::ReceiptId;

#[derive(Serialize)]
struct Publish<'a> {
    receipt_id: &'a ReceiptId,
}

impl Client {
    /// Step 2: the key, once the customer has consented. One receipt yields at most one key, however often it is published.
    /// A first payment is debited here.
    ///
    /// `POST /v2/request/subscribe/automatic-transfer/publish`
    ///
    /// # Errors
    /// `SUBSCRIBE_REQUEST_FAILED`: not yet, publish again in a few seconds. `SUBSCRIBE_PUBLISH_NOT_READY`: published
    /// already, or refused, expired, failed; [`Client::lookup_issuance`] tells. `RC_CONFIRM_FAILED` and
    /// `RC_CONFIRM_CRITICAL_FAILED` are about the first payment: the key exists all the same.
    pub async fn publish_key(&self, receipt_id: &ReceiptId) -> Result<IssuedKey, Error> {
        let segments = ["request", "subscribe", "automatic-transfer", "publish"];
        let call = Call::post(&segments, Body::open(&Publish { receipt_id })?, Identity::Known);
        let (issuance, _) = self.call::<Issuance>(call).await?;
        issuance.issued().ok_or_else(|| {
            Error::Unexpected(UnexpectedAnswer {
                http_status: 200,
                reason: "published without a key".to_owned(),
                effect: Effect::Acts,
            })
        })
    }
}
