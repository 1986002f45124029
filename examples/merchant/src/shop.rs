//! What the handlers work with.

use std::sync::Arc;

use axum::extract::FromRef;
use client::Client;
use tokio::sync::Mutex;

use crate::db::ServiceDb;
use crate::exchanges::Exchanges;
use crate::seal::MasterKey;

/// What every handler is given.
#[derive(Clone)]
pub(crate) struct Shop {
    pub client: Client,
    pub db: ServiceDb,
    pub exchanges: Exchanges,
    pub master_key: MasterKey,
    pub webhook_url: Option<String>,
    /// Held during a run.
    pub charging: Arc<Mutex<()>>,
}

impl FromRef<Shop> for Exchanges {
    fn from_ref(shop: &Shop) -> Self {
        shop.exchanges.clone()
    }
}
