//! What happens behind the gateway's back.

use std::sync::Arc;
use std::time::Duration;

use domain::{EpochMs, ProjectId};
use gateway::IdGenerator;
use pg::{CallTime, Connector, DebitRequest, NicePay, Outcome, RefundRequest};
use seams::{Clock, OsEntropy};

use super::settings::pg_settings;
use super::{TestGateway, project};

impl TestGateway {
    /// Gives money back at the PG, behind the gateway's back.
    pub async fn refund_at_pg(&self, tid: &str, price: u64) {
        assert!(self.refund_if_left(tid, price).await);
    }

    /// Gives money back at the PG, behind the gateway's back; `false` when there is less left.
    pub async fn refund_if_left(&self, tid: &str, price: u64) -> bool {
        let operator = self.operator_at_pg();
        let order = RefundRequest {
            order_id: format!("operator-{tid}"),
            tid: tid.to_owned(),
            price: domain::Won::new(price).unwrap(),
            tax_free: domain::Won::ZERO,
            reason: "운영자".to_owned(),
        };
        let at = CallTime::of_machine(EpochMs(self.clock.now_ms()));
        operator.cancel(order, at).await == Outcome::Done(())
    }

    /// Debits a key at the PG, behind the gateway's back, under this order id.
    pub async fn debit_at_pg(&self, bid: &str, order_id: &str, price: u64) -> bool {
        let order = DebitRequest {
            order_id: order_id.to_owned(),
            bid: bid.to_owned(),
            order_name: "구독".to_owned(),
            price: domain::Won::new(price).unwrap(),
            tax_free: domain::Won::ZERO,
        };
        let at = CallTime::of_machine(EpochMs(self.clock.now_ms()));
        matches!(self.operator_at_pg().charge(order, at).await, Outcome::Done(_))
    }

    fn operator_at_pg(&self) -> NicePay {
        let settings = pg_settings(&self.rest.plan, &self.rest.simulator);
        NicePay::new(settings, Arc::new(self.clock.clone())).unwrap()
    }

    /// Makes a project beside the gateways, as `jadong project create` does; its webhooks go to `webhook_url`.
    pub async fn make_project(&self, name: &str, webhook_url: Option<String>) -> ProjectId {
        let mint = IdGenerator::of_command(&OsEntropy);
        let made = project(name, &self.rest.plan, &mint, &self.rest.pepper);
        self.store.create_project(made.clone()).await.unwrap();
        self.store.set_webhook(made.id, webhook_url).await.unwrap();
        made.id
    }

    /// Lets the gateway read the projects again, which it does every second.
    pub async fn projects_read(&self) {
        // Twice: it may have been reading when the first second began.
        for _read in 0..2 {
            self.clock.advance(Duration::from_millis(1_100));
            self.settle().await;
        }
    }
}
