//! Another gateway in the place of the hosted API, between the gateway that is killed and the simulated PG, and how hours pass: there
//! is no net-cancel, so what never arrived is a person's after an hour, and a refund is seen by its sum alone after ten minutes.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::Value;
use testkit::process::{FakeTime, Gateway, Simulator, TestDir};
use testkit::{Ledger, Line, Loses, Merchant};

use super::arena::TIMES;
use super::books::Books;

/// How long everything may end by itself before an hour passes.
const AN_HOUR_EVERY: Duration = Duration::from_secs(4);
/// Longer than a debit without an answer may still come about.
const HOUR_MINUTES: u32 = 70;

pub struct There {
    pub dir: TestDir,
    gateway: Gateway,
    line: Line,
    /// Of the gateway in front.
    time: FakeTime,
    hours: AtomicU32,
}

impl There {
    pub async fn start(front: &TestDir, pg: &Simulator) -> Self {
        let dir = TestDir::empty();
        let gateway = serve(&dir, pg).await;
        let line = Line::to(gateway.address().parse().expect("an address")).await;
        let time = FakeTime::in_folder(front.path());
        let hours = AtomicU32::new(0);
        Self {
            dir,
            gateway,
            line,
            time,
            hours,
        }
    }

    /// A project of the gateway in front, for whom this is the PG; its credentials.
    pub async fn project_in(&self, front: &TestDir) -> Value {
        let file = front.path().join("hosted.toml");
        let credentials = "client_key = \"sandbox_client_key\"\nsecret_key = \"sandbox_secret_key\"\n";
        std::fs::write(&file, credentials).expect("written");
        let (url, file) = (format!("http://{}", self.line.address), file.to_str().expect("text"));
        let pg = ["--pg", "hosted", "--pg-url", &url, "--pg-credentials", file];
        front.create_project("shop", &pg).await
    }

    /// What a gateway in front is started with. One that is to die goes by the machine's time: the library would leave its traces.
    pub fn settings(&self, is_to_die: bool) -> Vec<(&'static str, &str)> {
        // What is asked here is asked of the PG too.
        let mut settings = vec![("JADONG_PG_READ_TIMEOUT", "1s")];
        if !is_to_die {
            settings.extend(self.time.settings());
        }
        settings
    }

    pub fn loses(&self, what: Option<Loses>) {
        self.line.loses(what);
    }

    /// It dies, and is started again, elsewhere.
    pub async fn dies(&mut self, pg: &Simulator) {
        self.gateway.process.kill().await;
        self.gateway = serve(&self.dir, pg).await;
        self.line.leads_to(self.gateway.address().parse().expect("an address"));
    }

    /// Does `work`, while in front hour after hour passes, and a person ends what is left to one.
    pub async fn while_hours_pass<T>(&self, front: &TestDir, work: impl Future<Output = T>) -> T {
        let hours = async {
            loop {
                tokio::time::sleep(AN_HOUR_EVERY).await;
                let hours = 1 + self.hours.fetch_add(1, Ordering::Relaxed);
                self.time.set(&format!("+{}m", hours * HOUR_MINUTES));
                // Seen within a second, and looked for once more.
                tokio::time::sleep(AN_HOUR_EVERY / 2).await;
                self.settle(front).await;
            }
        };
        tokio::select! {
            done = work => done,
            () = hours => unreachable!("it has no end"),
        }
    }

    /// A person says what is shown here of every debit that waits for one.
    async fn settle(&self, front: &TestDir) {
        let listed = front.run(&["in-doubt", "--json"], &[]).await.success().json();
        for row in listed.as_array().expect("a list") {
            let receipt = row["receipt_id"].as_str().expect("an id");
            if row["state"] != "needs_person" {
                continue;
            }
            let shown = shown(&self.gateway.merchant(), receipt).await;
            if let Some(verdict) = shown {
                // Refused where a worker is at it, and said again in an hour.
                front
                    .run(&["resolve", receipt, verdict, "--note", "seen there"], &[])
                    .await;
            }
        }
    }

    pub async fn stop(self) -> TestDir {
        let status = self.gateway.process.stop().await;
        assert!(
            status.success(),
            "the gateway in the place of the hosted API ended with {status}"
        );
        self.dir
    }
}

async fn serve(dir: &TestDir, pg: &Simulator) -> Gateway {
    dir.serve(&[&pg.settings(), &TIMES[..]].concat()).await
}

/// What the hosted API shows of a debit in words of a person; `None`: nothing yet.
pub async fn shown(there: &Merchant, receipt: &str) -> Option<&'static str> {
    let listed = there.try_get(&format!("/v2/lookup/order/{receipt}")).await?.json();
    match listed.as_array()?.first() {
        None => Some("voided"),
        Some(debit) => match debit["status"].as_i64()? {
            1 | 20 => Some("paid"),
            -2 => Some("declined"),
            _ => None,
        },
    }
}

/// The PG's ledger in the names of the gateway in front, whose debits, cancels and keys have names of their own there.
pub fn as_in_front(mut ledger: Ledger, there: &Books, front: &Books) -> Ledger {
    let debits = there
        .payments
        .iter()
        .map(|row| (row.receipt_id.clone(), row.order_id.clone()));
    let debits: HashMap<_, _> = debits.collect();
    let cancels: HashMap<_, _> = there
        .cancels
        .iter()
        .map(|row| (row.id.clone(), row.cancel_id.clone()))
        .collect();
    let keys: HashMap<_, _> = there
        .destroyed
        .iter()
        .map(|row| (row.bid.clone(), row.billing_key.clone()))
        .collect();
    let mut receipts = HashMap::new();
    for row in &there.cash_receipts {
        let payment = debits.get(&row.receipt_id);
        let here = payment.and_then(|payment| front.cash_receipts.iter().find(|here| here.receipt_id == *payment));
        if let Some(here) = here {
            receipts.insert(row.pg_order_id.clone(), here.pg_order_id.clone());
        }
    }
    ledger.rename_orders(&debits);
    let rename = |name: &mut String, names: &HashMap<String, String>| {
        if let Some(known) = names.get(name) {
            name.clone_from(known);
        }
    };
    for cancel in ledger
        .refunds
        .iter_mut()
        .filter_map(|refund| refund.cancel_order_id.as_mut())
    {
        rename(cancel, &cancels);
    }
    ledger.keys.iter_mut().for_each(|key| rename(&mut key.bid, &keys));
    ledger
        .receipts
        .iter_mut()
        .for_each(|receipt| rename(&mut receipt.order_id, &receipts));
    ledger
}
