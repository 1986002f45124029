//! Reserving a charge, looking it up, revoking it.

use jiff::Timestamp;

use super::{ReserveDetails, Reserved, Revoked};
use crate::client::Client;
use crate::error::Error;
use crate::payment::Charge;
use crate::transport::{Call, Identity};
use crate::value::ReserveId;

/// A charge at a later time.
///
/// ```
/// use jadong_client::{Charge, Reserve, Timestamp, Won};
/// let at: Timestamp = "2026-12-25T09:00:00+09:00".parse()?;
/// let charge = Charge::new("66550abf3324a61b141f9206", "sub_42-2026-12", "월 구독 12월", Won::new(9_900)?);
/// let reserve = Reserve::new(charge, at);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Reserve {
    charge: Charge,
    at: Timestamp,
}

impl Reserve {
    /// At `at`, within a second. The charge's idempotency key is not sent: the order id is the identity.
    pub fn new(charge: Charge, at: Timestamp) -> Self {
        Self { charge, at }
    }
}

impl Client {
    /// Debits at a later time, once. At most ten wait for each key.
    ///
    /// `POST /v2/subscribe/payment/reserve`
    ///
    /// # Errors
    /// `RESERVE_EXECUTE_AT_PAST`, `RESERVE_LIMIT_EXCEEDED`, `SUBSCRIBE_BK_EXPIRED`, and those of the charge's fields.
    pub async fn reserve(&self, reserve: &Reserve) -> Result<Reserved, Error> {
        let segments = ["subscribe", "payment", "reserve"];
        // To the second: that is what every service reads.
        let at = format!("{:.0}", reserve.at);
        let call = Call::post(&segments, reserve.charge.body(Some(&at))?, Identity::Known);
        let (reserved, headers) = self.call::<Reserved>(call).await?;
        Ok(Reserved {
            is_replay: headers.is_replay,
            ..reserved
        })
    }

    /// A reserve as it is now.
    ///
    /// `GET /v2/subscribe/payment/reserve/{reserve_id}`
    ///
    /// # Errors
    /// `RESERVE_NOT_FOUND`.
    pub async fn lookup_reserve(&self, reserve_id: &ReserveId) -> Result<ReserveDetails, Error> {
        let segments = ["subscribe", "payment", "reserve", reserve_id.as_str()];
        Ok(self.call(Call::get(&segments)).await?.0)
    }

    /// Revokes a reserve that waits.
    ///
    /// `DELETE /v2/subscribe/payment/reserve/{reserve_id}`
    ///
    /// # Errors
    /// `RESERVE_NOT_WAITING` when it was executed or revoked already; `RESERVE_NOT_FOUND`.
    pub async fn revoke_reserve(&self, reserve_id: &ReserveId) -> Result<Revoked, Error> {
        let segments = ["subscribe", "payment", "reserve", reserve_id.as_str()];
        Ok(self.call(Call::delete(&segments)).await?.0)
    }
}
