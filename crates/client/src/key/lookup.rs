//! Looking keys up.

use super::{Issuance, KeyDetails};
use crate::client::Client;
use crate::error::Error;
use crate::transport::Call;
use crate::value::{BillingKey, ReceiptId};

impl Client {
    /// An issuance by its receipt, with its key when there is one.
    ///
    /// `GET /v2/subscribe/billing_key/{receipt_id}`
    ///
    /// # Errors
    /// `RC_NOT_FOUND`; `RC_NOT_SUBSCRIBE` for the receipt of a payment.
    pub async fn lookup_issuance(&self, receipt_id: &ReceiptId) -> Result<Issuance, Error> {
        let segments = ["subscribe", "billing_key", receipt_id.as_str()];
        Ok(self.call(Call::get(&segments)).await?.0)
    }

    /// A key by itself.
    ///
    /// `GET /v2/billing_key/{billing_key}`
    ///
    /// # Errors
    /// `RC_NOT_FOUND`.
    pub async fn lookup_key(&self, billing_key: &BillingKey) -> Result<KeyDetails, Error> {
        let segments = ["billing_key", billing_key.as_str()];
        Ok(self.call(Call::get(&segments)).await?.0)
    }
}
