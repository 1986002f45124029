//! An operator at the admin listener, and beside the database.

use serde_json::Value;

use crate::{Answer, Merchant, SANDBOX, TestGateway};

impl TestGateway {
    /// A person's verdict, signed with the installation's key.
    pub async fn resolve_manually(&self, receipt_id: &str, body: Value) -> Answer {
        self.operate(&format!("/payments/{receipt_id}/settle"), body).await
    }

    /// What an operator asks at the admin listener, signed with the installation's key.
    pub async fn operate(&self, path: &str, body: Value) -> Answer {
        let signature = gateway::sign_operator(&self.pepper(), path, &body.to_string());
        self.operator(&signature).post(path, body).await
    }

    /// Somebody at the admin listener with this `Authorization`.
    pub fn operator(&self, authorization: &str) -> Merchant {
        Merchant::at(&format!("http://{}", self.admin_address())).authorized(authorization)
    }

    /// Every transition of a receipt or reserve: the states it came to, by whom, and what was noted.
    pub async fn history(&self, object: &str) -> Vec<(String, String, String)> {
        let project = self.project(SANDBOX).id;
        let rows = self.store().history(project, object.to_owned()).await.unwrap();
        rows.into_iter().map(|row| (row.to, row.actor, row.detail)).collect()
    }
}
