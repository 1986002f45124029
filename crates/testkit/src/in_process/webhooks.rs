//! What a gateway has to tell its merchants, and whether they have heard it.

use std::time::Duration;

use domain::webhook_delivery::{Delivery, DeliveryState};
use serde_json::{Value, json};

use crate::{SANDBOX, TestGateway, with};

impl TestGateway {
    /// The project `sandbox` wants its webhooks at `url` from now on.
    pub async fn send_webhooks_to(&self, url: &str) {
        let project = self.project(SANDBOX).id;
        self.store().set_webhook(project, Some(url.to_owned())).await.unwrap();
        self.projects_read().await;
    }

    /// A paid order on a key of its own, with `changes` to the charge; its receipt id.
    pub async fn paid(&self, order_id: &str, changes: Value) -> String {
        let merchant = self.merchant();
        let key = merchant.key().await;
        let order = with(json!({ "order_id": order_id }), changes);
        merchant.charge(&key, order).await.expect(200).text("receipt_id")
    }

    /// The webhooks of a receipt, in order.
    pub async fn deliveries(&self, receipt_id: &str) -> Vec<Delivery> {
        let (receipt, mut found) = (receipt_id.parse().unwrap(), Vec::new());
        for project in self.store().projects().await.unwrap() {
            found.extend(self.store().deliveries_of(project.id, receipt).await.unwrap());
        }
        found
    }

    /// The same: type and body.
    pub async fn webhooks_of(&self, receipt_id: &str) -> Vec<(String, Value)> {
        let sent = self.deliveries(receipt_id).await.into_iter();
        sent.map(|delivery| (delivery.webhook_type, serde_json::from_str(&delivery.payload).unwrap()))
            .collect()
    }

    /// Lets time pass until none of the receipt's webhooks is pending.
    pub async fn delivered(&self, receipt_id: &str) -> Vec<Delivery> {
        self.slowly(async || {
            let deliveries = self.deliveries(receipt_id).await;
            let is_over = deliveries
                .iter()
                .all(|delivery| delivery.state != DeliveryState::Pending);
            (is_over && !deliveries.is_empty()).then_some(deliveries)
        })
        .await
    }

    /// Lets time pass until `look` finds something: a tenth of a second at a step, with time for a delivery and its record
    /// in between.
    pub async fn slowly<T>(&self, mut look: impl AsyncFnMut() -> Option<T>) -> T {
        for _look in 0..2_000 {
            if let Some(found) = look().await {
                return found;
            }
            self.clock.advance(Duration::from_millis(100));
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("what should have happened by now has not");
    }
}
