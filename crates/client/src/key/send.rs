//! Step 1: asking for a key.

use super::KeyRequest;
use crate::client::Client;
use crate::error::Error;
use crate::payment::Receipt;
use crate::transport::{Call, Identity};
use crate::value::ReceiptId;

/// What is known of the customer when step 1 is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Consent {
    /// The customer agreed: publish now.
    Agreed,
    /// The customer has not decided yet.
    Waiting,
    /// Not said: the hosted service does not.
    Unknown,
}

/// An open request for a key.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RequestedKey {
    /// To publish with, and to look up by.
    pub receipt_id: ReceiptId,
    /// Of the customer, so far.
    pub consent: Consent,
    /// The same request was open already; nobody was called again.
    pub is_replay: bool,
    /// The whole answer.
    pub receipt: Receipt,
}

impl Client {
    /// Step 1: the customer is called. Jadong answers when the customer has agreed, or after 8 s; the hosted service at
    /// once. Then comes [`Client::publish_key`]; [`Client::issue`] does both and waits.
    ///
    /// `POST /v2/request/subscribe/automatic-transfer`
    ///
    /// # Errors
    /// A field is at fault, the holder check failed, or the customer refused while the call was held
    /// (`SUBSCRIBE_AT_CONSENT_REFUSED` and the like). After an unknown outcome the same request again finds the open one.
    pub async fn request_key(&self, request: &KeyRequest) -> Result<RequestedKey, Error> {
        let segments = ["request", "subscribe", "automatic-transfer"];
        // An issuance frees its subscription id when it ends, so an automatic repetition could call the customer again.
        let call = Call::post(&segments, request.body()?, Identity::None);
        let (receipt, headers) = self.call::<Receipt>(call).await?;
        Ok(RequestedKey {
            receipt_id: receipt.receipt_id.clone(),
            consent: match headers.consent.as_deref() {
                Some("agreed") => Consent::Agreed,
                Some(_) => Consent::Waiting,
                None => Consent::Unknown,
            },
            is_replay: headers.is_replay,
            receipt,
        })
    }
}
