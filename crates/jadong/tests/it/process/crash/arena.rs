//! One simulated PG, one data folder, and gateways that come and go.

use std::time::Duration;

use crate::process::load::Story;

use super::verdict;
use testkit::process::{Gateway, Simulator, TestDir};
use testkit::{Merchant, PATIENCE};

pub struct Arena {
    pub dir: TestDir,
    pub pg: Simulator,
    pub api: Merchant,
    gateway: Gateway,
    /// Deaths so far.
    pub crashes: u32,
    slowest_restart: Duration,
}

/// Short times, so that what waits for something is resolved within the test.
const TIMES: [(&str, &str); 5] = [
    ("JADONG_SEND_WITHIN", "1s"),
    ("JADONG_START_GRACE", "1s"),
    ("JADONG_CONSENT_HOLD", "700ms"),
    ("JADONG_PUBLISH_WAIT", "1s"),
    ("JADONG_LOG", "warn"),
];

impl Arena {
    /// `extra` are settings of the first gateway only, the crash point among them.
    pub async fn open(extra: &[(&str, &str)]) -> Self {
        let dir = TestDir::empty();
        let pg = Simulator::start(dir.path(), 60).await;
        let gateway = start(&dir, &pg, extra).await;
        let api = gateway.merchant();
        Self {
            dir,
            pg,
            api,
            gateway,
            crashes: 0,
            slowest_restart: Duration::ZERO,
        }
    }

    /// Whether the gateway has killed itself within the time.
    pub async fn has_crashed(&mut self) -> bool {
        self.crashes += 1;
        self.gateway.has_crashed(PATIENCE).await
    }

    pub async fn kill(&mut self) {
        assert!(!self.gateway.process.has_ended(), "{}", self.dir.log_text());
        self.gateway.process.kill().await;
        self.crashes += 1;
    }

    /// A new gateway on what the dead one left.
    pub async fn restart(&mut self, extra: &[(&str, &str)]) {
        self.gateway = start(&self.dir, &self.pg, extra).await;
        self.slowest_restart = self.slowest_restart.max(self.gateway.ready_in);
        self.api.moved_to(&self.gateway.url);
    }

    /// Compares what the merchants were answered with what the gateway and the PG know. Prints a summary; panics with
    /// every violation there is.
    pub async fn judge(self, name: &str, stories: &[Story]) {
        let mut violations = verdict::ended(stories);
        violations.extend(verdict::answered(&self.api, stories).await);
        violations.extend(verdict::dead_at_the_pg(&self.pg, &self.api, stories).await);
        let status = self.gateway.process.stop().await;
        if !status.success() {
            violations.push(format!("the last gateway ended with {status}"));
        }
        let ledger = self.pg.ledger().await;
        violations.extend(verdict::at_rest(&self.dir.data(), &ledger).await);
        violations.extend(verdict::rung_once(&ledger, stories));
        println!(
            "{name}: {} crashes, {} issuances, {} retries, {} ended without a key and asked again, {} destroyed, \
             slowest restart {} ms, {} violations",
            self.crashes,
            stories.iter().filter(|story| story.billing_key.is_some()).count(),
            stories.iter().map(|story| story.retries).sum::<u32>(),
            stories.iter().map(|story| story.ended.len()).sum::<usize>(),
            stories.iter().filter(|story| story.is_destroyed).count(),
            self.slowest_restart.as_millis(),
            violations.len(),
        );
        let log = self.dir.log_text();
        assert!(
            violations.is_empty(),
            "{name}:\n  {}\n--- log\n{log}",
            violations.join("\n  ")
        );
    }
}

async fn start(dir: &TestDir, pg: &Simulator, extra: &[(&str, &str)]) -> Gateway {
    dir.serve(&[&pg.settings(), &TIMES[..], extra].concat()).await
}
