//! Asking for a webhook again.

use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::error::Error;
use crate::transport::{Body, Call, Identity};
use crate::value::ReceiptId;

#[derive(Serialize)]
struct Resend<'a> {
    receipt_id: &'a ReceiptId,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_url: Option<&'a str>,
}

#[derive(Deserialize)]
struct Accepted {}

impl Client {
    /// The receipt's latest webhook is sent again, to its own URL, or its present state to `webhook_url`.
    ///
    /// `POST /v2/request/webhook`
    ///
    /// # Errors
    /// `RC_NOT_FOUND`; `WEBHOOK_URL_INVALID`, also when there is no URL at all.
    pub async fn resend_webhook(&self, receipt_id: &ReceiptId, webhook_url: Option<&str>) -> Result<(), Error> {
        let body = Body::open(&Resend {
            receipt_id,
            webhook_url,
        })?;
        let call = Call::post(&["request", "webhook"], body, Identity::Known);
        self.call::<Accepted>(call).await?;
        Ok(())
    }
}
