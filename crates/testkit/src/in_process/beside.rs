//! A second gateway on the same database, as a second machine would be.

use crate::{Merchant, TestGateway};

use super::SANDBOX;

/// It runs on the test's threads, until the first one closes the database.
pub struct Beside(gateway::Running);

impl TestGateway {
    /// Starts another gateway on the same store, PG and clock; it takes up what is left there.
    pub async fn beside(&self) -> Beside {
        let started = gateway::start(self.rest.dependencies(&self.clock, &self.store));
        Beside(started.await.unwrap())
    }
}

impl Beside {
    /// The merchant `sandbox`.
    pub fn merchant(&self) -> Merchant {
        let merchant = Merchant::at(&format!("http://{}", self.0.address()));
        merchant.basic(&format!("{SANDBOX}_client_key"), &format!("{SANDBOX}_secret_key"))
    }
}
