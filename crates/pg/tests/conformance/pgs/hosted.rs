//! The hosted Bootpay API: another gateway in its place, with the simulated PG behind that.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use domain::project::{PgName, ProjectPg};
use jadong_pg::{BoxFuture, Connector, PgCredentials, connector_of};
use seams::{Clock, SystemClock};
use testkit::{PgUnderTest, TestGateway};

use super::simulated;
use crate::subject::{Asked, Decision, FakePg, Ledger, Who, times};

const SECRET_KEY: &str = "sandbox_secret_key";

pub struct Hosted {
    gateway: TestGateway,
}

impl Hosted {
    pub async fn start() -> Self {
        let gateway = TestGateway::with(|plan| {
            plan.pg = PgUnderTest::Nicepay;
            plan.start_ms = SystemClock.now_ms();
            // The hosted API answers at once; whoever asks it waits for the customer.
            plan.consent_hold = Duration::from_secs(1);
        });
        let gateway = gateway.await;
        simulated::by_hand(&gateway.pg).await;
        // A test's clock stands still by itself. Here it runs ten times as fast as the machine's, for the waits of the other gateway.
        let clock = gateway.clock.clone();
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(2)).await;
                clock.advance(Duration::from_millis(20));
            }
        });
        Self { gateway }
    }
}

impl FakePg for Hosted {
    fn address(&self) -> SocketAddr {
        self.gateway.node.address
    }

    fn connector(&self, url: String, who: Who) -> Arc<dyn Connector> {
        let pg = ProjectPg {
            name: PgName::Hosted,
            url: Some(url),
            ..ProjectPg::default()
        };
        let secret_key = match who {
            Who::Merchant => SECRET_KEY,
            Who::Stranger => "another_secret_key",
        };
        let credentials = PgCredentials {
            client_key: "sandbox_client_key".to_owned(),
            secret_key: secret_key.to_owned().into(),
            return_url: None,
        };
        connector_of(&pg, Some(credentials), times(), Arc::new(SystemClock)).unwrap()
    }

    /// Who is known at the simulated PG by the receipt of the gateway in between.
    fn customer<'a>(&'a self, asked: &'a Asked, decision: Decision) -> BoxFuture<'a, ()> {
        Box::pin(simulated::customer(&self.gateway.pg, &asked.tid, decision))
    }

    fn ledger(&self) -> BoxFuture<'_, Ledger> {
        Box::pin(simulated::ledger(&self.gateway.pg))
    }

    fn refusal(&self, words: &str) -> (&'static str, String) {
        let body = format!(r#"{{"error_code":"RC_CONFIRM_FAILED","message":"{words}","pg_error_code":"V301"}}"#);
        ("400 Bad Request", body)
    }

    fn credentials(&self) -> Vec<String> {
        vec![SECRET_KEY.to_owned()]
    }
}
