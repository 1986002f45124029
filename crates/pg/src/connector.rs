//! The seam behind which a PG stands.

use std::future::Future;
use std::pin::Pin;

use domain::issuance::{AuthType, ConsentSeen, Payer};

use crate::outcome::Outcome;

pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Asks the PG to call the customer. Holds what must not be stored; wiped when dropped.
pub struct StartOrder {
    /// Unique for ever; what the consent is found by.
    pub order_id: String,
    pub order_name: String,
    pub auth_type: AuthType,
    pub payer: Payer,
}

/// Asks the PG for the key of a consent.
pub struct RegisterOrder {
    pub order_id: String,
    pub tid: String,
}

/// Asks the PG to forget a key.
pub struct ExpireOrder {
    /// Unique for ever, and not the issuance's.
    pub order_id: String,
    pub bid: String,
}

/// What the PG knows of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsentFound {
    /// It never received it, or not yet.
    Nothing,
    Consent {
        seen: ConsentSeen,
        /// The key, once registered.
        bid: Option<String>,
    },
}

/// A PG that issues account billing keys. Every method may take as long as the connector's time-out.
pub trait Connector: Send + Sync + 'static {
    /// Checks the holder and calls the customer, once per `order_id`.
    fn start_consent(&self, order: StartOrder) -> BoxFuture<'_, Outcome<ConsentSeen>>;
    /// Looks an order up. Changes nothing.
    fn find_consent(&self, order_id: String) -> BoxFuture<'_, Outcome<ConsentFound>>;
    /// Registers the key of an agreed consent, once per `order_id`; done gives the PG's id of the key.
    fn register_key(&self, order: RegisterOrder) -> BoxFuture<'_, Outcome<String>>;
    /// Ends a key at the PG; done also when it was dead already.
    fn expire_key(&self, order: ExpireOrder) -> BoxFuture<'_, Outcome<()>>;
}
