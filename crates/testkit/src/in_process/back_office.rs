//! What happens behind the gateway's back.

use std::sync::Arc;
use std::time::Duration;

use domain::EpochMs;
use pg::{CallTime, Connector, NicePay, Outcome, RefundRequest};
use seams::Clock;

use super::{TestGateway, pg_settings};

impl TestGateway {
    /// Gives money back at the PG, behind the gateway's back.
    pub async fn refund_at_pg(&self, tid: &str, price: u64) {
        assert!(self.refund_if_left(tid, price).await);
    }

    /// Gives money back at the PG, behind the gateway's back; `false` when there is less left.
    pub async fn refund_if_left(&self, tid: &str, price: u64) -> bool {
        let operator = NicePay::new(
            pg_settings(&self.rest.plan, &self.rest.simulator),
            Arc::new(self.clock.clone()),
        )
        .unwrap();
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

    /// Lets the gateway read the projects again, which it does every second.
    pub async fn projects_read(&self) {
        // Twice: it may have been reading when the first second began.
        for _read in 0..2 {
            self.clock.advance(Duration::from_millis(1_100));
            self.settle().await;
        }
    }
}
