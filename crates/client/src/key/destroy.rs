//! Destroying a key.

use serde::Deserialize;

use crate::client::Client;
use crate::error::Error;
use crate::transport::Call;
use crate::value::BillingKey;

/// The key that cannot be charged any more.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Destroyed {
    /// It.
    pub billing_key: BillingKey,
}

impl Client {
    /// Destroys a key. Its waiting reserves stay, and fail when their time comes.
    ///
    /// `DELETE /v2/subscribe/billing_key/{billing_key}`
    ///
    /// # Errors
    /// `SUBSCRIBE_BK_EXPIRED` when it is destroyed already: after an unknown outcome that is a success. `RC_NOT_FOUND`.
    pub async fn destroy_key(&self, billing_key: &BillingKey) -> Result<Destroyed, Error> {
        let segments = ["subscribe", "billing_key", billing_key.as_str()];
        Ok(self.call(Call::delete(&segments)).await?.0)
    }

    /// Destroys a key and revokes its waiting reserves with it. Jadong only: the hosted service ignores the wish.
    ///
    /// # Errors
    /// As [`Client::destroy_key`].
    pub async fn destroy_key_and_reserves(&self, billing_key: &BillingKey) -> Result<Destroyed, Error> {
        let segments = ["subscribe", "billing_key", billing_key.as_str()];
        let call = Call {
            query: Some(("cancel_reserves", "true")),
            ..Call::delete(&segments)
        };
        Ok(self.call(call).await?.0)
    }
}
