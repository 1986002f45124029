//! Who has an order id: a payment that is live, or a reserve that will be one. The claim is what lets an order be debited once.

use domain::text::nfc;
use domain::{ProjectId, ReceiptId, ReserveId};

use crate::Store;
use crate::error::{CommitRefused, ReadError};
use crate::place::Place;
use crate::statement::{Write, statements};
use crate::value::{ToValue, values};

statements! {
    CLAIM = "INSERT INTO order_claim ({bucket}project_id, order_id, kind, holder) VALUES ({:bucket}?1, ?2, ?3, ?4)
        ON CONFLICT ({bucket}project_id, order_id) DO NOTHING";
    /// A reserve's claim becomes its payment's.
    HAND_OVER = "UPDATE order_claim SET kind = 'payment', holder = ?4
        WHERE {of}project_id = ?1 AND order_id = ?2 AND kind = 'reserve' AND holder = ?3";
    FREE_OF_PAYMENT = "DELETE FROM order_claim WHERE {of}holder = ?1
        AND (project_id, order_id) = (SELECT project_id, order_id FROM payment WHERE {of}receipt_id = ?1)";
    /// Only a claim that is still the reserve's own: a payment keeps or frees its own.
    FREE_OF_RESERVE = "DELETE FROM order_claim WHERE {of}holder = ?1
        AND (project_id, order_id) = (SELECT project_id, order_id FROM reserve WHERE {of}reserve_id = ?1)";
    FREE_OF_KEY = "DELETE FROM order_claim WHERE {of}(project_id, order_id, holder) IN
        (SELECT project_id, order_id, reserve_id FROM reserve WHERE {of}billing_key = ?1 AND state = 'waiting')";
    CLAIM_FOR_RESERVE = "INSERT INTO order_claim ({bucket}project_id, order_id, kind, holder)
        SELECT {bucket}project_id, order_id, 'reserve', reserve_id FROM reserve WHERE {of}reserve_id = ?1
        ON CONFLICT ({bucket}project_id, order_id) DO NOTHING";
    SELECT_CLAIM = "SELECT kind, holder FROM order_claim WHERE {of}project_id = ?1 AND order_id = ?2";
}

/// Who has an order id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderOwner {
    Payment(ReceiptId),
    Reserve(ReserveId),
}

/// A new claim; refused when somebody has the order id.
pub fn claim(project: ProjectId, order_id: &str, kind: &str, holder: impl ToValue) -> Write {
    let values = values![project, nfc(order_id), kind, holder];
    Write::one(&CLAIM, values, CommitRefused::OrderTaken)
}

impl Store {
    /// Who has the order id, if anyone.
    pub async fn order_owner(&self, project: ProjectId, order_id: &str) -> Result<Option<OrderOwner>, ReadError> {
        self.first(
            Place::Of(project),
            &SELECT_CLAIM,
            values![project, nfc(order_id)],
            |columns| {
                let kind: String = columns.next()?;
                Ok(match kind.as_str() {
                    "payment" => OrderOwner::Payment(columns.next()?),
                    _ => OrderOwner::Reserve(columns.next()?),
                })
            },
        )
        .await
    }
}
