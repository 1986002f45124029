//! Toss Pay: the simulated one, whose customers click on a page.

use std::net::SocketAddr;
use std::sync::Arc;

use domain::project::{PgName, ProjectPg};
use jadong_pg::{BoxFuture, Connector, PgCredentials, connector_of};
use seams::SystemClock;
use simulator::{RunningSimulator, TOSS_LIVE_KEY};
use testkit::SimulatedPg;

use super::simulated;
use crate::subject::{Asked, Decision, FakePg, Ledger, Who, times};

pub struct Tosspay {
    running: RunningSimulator,
    pg: SimulatedPg,
}

impl Tosspay {
    pub async fn start() -> Self {
        let running = simulated::start().await;
        let pg = SimulatedPg::at(&running.url());
        Self { running, pg }
    }

    async fn click(&self, key: &str, act: &str) {
        let page = format!("{}/toss/{key}/{act}", self.running.url());
        let client = reqwest::Client::builder().no_proxy().tls_certs_only([]);
        let client = client.redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let clicked = client.post(page).send().await.unwrap();
        assert!(clicked.status().is_redirection(), "{clicked:?}");
    }
}

impl FakePg for Tosspay {
    fn address(&self) -> SocketAddr {
        self.running.addr()
    }

    fn connector(&self, url: String, who: Who) -> Arc<dyn Connector> {
        let pg = ProjectPg {
            name: PgName::Tosspay,
            url: Some(url),
            ..ProjectPg::default()
        };
        let api_key = match who {
            Who::Merchant => TOSS_LIVE_KEY,
            Who::Stranger => "sk_live_another",
        };
        let credentials = PgCredentials {
            client_key: String::new(),
            secret_key: api_key.to_owned().into(),
            return_url: Some("https://shop.invalid/back".to_owned()),
        };
        connector_of(&pg, Some(credentials), times(), Arc::new(SystemClock)).unwrap()
    }

    fn customer<'a>(&'a self, asked: &'a Asked, decision: Decision) -> BoxFuture<'a, ()> {
        let act = match decision {
            Decision::Agrees => "agree",
            Decision::Refuses => "refuse",
        };
        Box::pin(self.click(&asked.tid, act))
    }

    fn ledger(&self) -> BoxFuture<'_, Ledger> {
        Box::pin(simulated::ledger(&self.pg))
    }

    fn refusal(&self, words: &str) -> (&'static str, String) {
        let body = format!(r#"{{"code":-1,"errorCode":"COMMON_NOT_ENOUGH_CASH","msg":"{words}"}}"#);
        ("200 OK", body)
    }

    fn credentials(&self) -> Vec<String> {
        vec![TOSS_LIVE_KEY.to_owned()]
    }
}
