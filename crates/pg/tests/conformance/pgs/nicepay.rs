//! NICE Payments: the simulator of its protocol.

use std::net::SocketAddr;
use std::sync::Arc;

use jadong_pg::{BoxFuture, Connector, NicePay, NicePaySettings};
use seams::SystemClock;
use simulator::{RunningSimulator, SANDBOX_CLIENT_KEY, SANDBOX_SECRET_KEY};
use testkit::SimulatedPg;

use super::simulated;
use crate::subject::{Asked, Decision, FakePg, Ledger, Who, times};

pub struct Nicepay {
    running: RunningSimulator,
    pg: SimulatedPg,
}

impl Nicepay {
    pub async fn start() -> Self {
        let running = simulated::start().await;
        let pg = SimulatedPg::at(&running.url());
        Self { running, pg }
    }
}

impl FakePg for Nicepay {
    fn address(&self) -> SocketAddr {
        self.running.addr()
    }

    fn connector(&self, url: String, who: Who) -> Arc<dyn Connector> {
        let secret_key = match who {
            Who::Merchant => SANDBOX_SECRET_KEY.to_owned(),
            Who::Stranger => "a_secret_key_that_nobody_gave_us".to_owned(),
        };
        let settings = NicePaySettings {
            base_url: url,
            client_key: SANDBOX_CLIENT_KEY.to_owned(),
            secret_key: secret_key.into(),
            connect_timeout: times().connect_timeout,
            read_timeout: times().read_timeout,
            calls_max: times().calls_max,
            queue_wait: times().queue_wait,
        };
        Arc::new(NicePay::new(settings, Arc::new(SystemClock)).unwrap())
    }

    fn customer<'a>(&'a self, asked: &'a Asked, decision: Decision) -> BoxFuture<'a, ()> {
        Box::pin(simulated::customer(&self.pg, &asked.order_id, decision))
    }

    fn ledger(&self) -> BoxFuture<'_, Ledger> {
        Box::pin(simulated::ledger(&self.pg))
    }

    fn refusal(&self, words: &str) -> (&'static str, String) {
        ("200 OK", format!(r#"{{"resultCode":"V301","resultMsg":"{words}"}}"#))
    }

    fn credentials(&self) -> Vec<String> {
        vec![SANDBOX_SECRET_KEY.to_owned()]
    }
}
