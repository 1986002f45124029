//! Looking payments up.

use super::Receipt;
use crate::client::Client;
use crate::error::Error;
use crate::transport::Call;
use crate::value::{OrderId, ReceiptId};

/// Whether a receipt comes with what was sent about its buyer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserData {
    /// Without.
    #[default]
    Without,
    /// With `user`.
    With,
}

impl Client {
    /// A receipt as it is now. Of a payment in doubt the status is 2 until it is known.
    ///
    /// `GET /v2/receipt/{receipt_id}`
    ///
    /// # Errors
    /// `RC_NOT_FOUND`.
    pub async fn lookup_receipt(&self, receipt_id: &ReceiptId, user_data: UserData) -> Result<Receipt, Error> {
        let segments = ["receipt", receipt_id.as_str()];
        let call = Call {
            query: match user_data {
                UserData::With => Some(("lookup_user_data", "true")),
                UserData::Without => None,
            },
            ..Call::get(&segments)
        };
        Ok(self.call(call).await?.0)
    }

    /// Every attempt to pay an order, oldest first; at most one of them is debited. Empty when there is none.
    ///
    /// `GET /v2/lookup/order/{order_id}`
    ///
    /// # Errors
    /// Credentials, transport.
    pub async fn lookup_order(&self, order_id: &OrderId) -> Result<Vec<Receipt>, Error> {
        let segments = ["lookup", "order", order_id.as_str()];
        Ok(self.call(Call::get(&segments)).await?.0)
    }
}
