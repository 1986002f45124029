//! One simulated PG, one data folder with keys of every kind of account, and gateways that come and go; where the PG is the hosted
//! API, another gateway in its place.

use serde_json::{Value, json};
use testkit::merchant::TRANSFER;
use testkit::process::{Gateway, Simulator, TestDir};
use testkit::{Ledger, Merchant, PATIENCE, PgUnderTest, with};

use super::books::Books;
use super::there::{There, as_in_front};

pub struct Arena {
    pub dir: TestDir,
    pub pg: Simulator,
    pub api: Merchant,
    /// Account suffix and billing key; a plain account's suffix is `0000`.
    pub keys: Vec<(&'static str, String)>,
    gateway: Gateway,
    pub there: Option<There>,
    pub crashes: u32,
}

/// What is left when the gateways have stopped.
pub struct Left {
    pub dir: TestDir,
    pub books: Books,
    /// In the names of the gateway that was killed.
    pub ledger: Ledger,
    pub crashes: u32,
}

/// The end of an account that pays, whose customer wants a cash receipt with every debit.
pub const STANDING: &str = "1111";

/// Short times, so that every verdict is reached within the test.
pub const TIMES: [(&str, &str); 8] = [
    ("JADONG_SEND_WITHIN", "1s"),
    ("JADONG_START_GRACE", "1s"),
    ("JADONG_VERDICT_QUIET", "1s"),
    ("JADONG_PG_READ_TIMEOUT", "300ms"),
    ("JADONG_CONSENT_HOLD", "700ms"),
    ("JADONG_PUBLISH_WAIT", "1s"),
    ("JADONG_DRAIN", "2s"),
    ("JADONG_LOG", "warn"),
];

/// How long after the net-cancel a late approval lands: before the quiet time is over.
const LATE_MS: u32 = 600;

impl Arena {
    /// Issues one key for each of `accounts`, while nothing goes wrong.
    pub async fn open(pg: PgUnderTest, accounts: &[&'static str]) -> Self {
        let is_hosted = pg == PgUnderTest::Hosted;
        // Hours cannot pass for a gateway that goes by its database's clock.
        let dir = if is_hosted {
            TestDir::empty()
        } else {
            TestDir::on_either_engine()
        };
        let pg = Simulator::start(dir.path(), 0).await;
        let there = if is_hosted {
            Some(There::start(&dir, &pg).await)
        } else {
            None
        };
        let extra = there.as_ref().map(|there| there.settings(false)).unwrap_or_default();
        let gateway = start(&dir, &pg, &extra).await;
        let api = match &there {
            Some(there) => Merchant::of_project(&gateway.url, &there.project_in(&dir).await),
            None => gateway.merchant(),
        };
        let mut arena = Self {
            dir,
            pg,
            api,
            keys: Vec::new(),
            gateway,
            there,
            crashes: 0,
        };
        for (index, account) in accounts.iter().enumerate() {
            let (receipt_id, billing_key) = arena.issue(account, index).await;
            if *account == "0010" {
                let keys = arena.pg.ledger().await.keys;
                let key = keys
                    .iter()
                    .find(|key| key.order_id == receipt_id)
                    .expect("a key at the PG");
                arena.pg.approve_late(&key.bid, LATE_MS).await;
            }
            arena.keys.push((account, billing_key));
        }
        arena
    }

    /// One key; on a busy machine the PG may not be reached at once.
    async fn issue(&self, account: &str, index: usize) -> (String, String) {
        let body = application(&format!("key-{index}"), account, index, 0);
        let mut last = String::new();
        for _again in 0..50 {
            let asked = self.api.try_post(TRANSFER, &body).await.expect("an answer");
            let receipt_id = asked.text("receipt_id");
            let published = self.api.try_publish(&receipt_id).await.expect("an answer");
            if published.status == 200 {
                return (receipt_id, published.text("billing_key"));
            }
            last = format!("{}\n{}", asked.body, published.body);
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
        panic!("no key for {account}: {last}");
    }

    /// Whether the gateway has killed itself within the time.
    pub async fn has_crashed(&mut self, within: std::time::Duration) -> bool {
        let is_killed = self.gateway.has_crashed(within).await;
        self.crashes += u32::from(is_killed);
        is_killed
    }

    pub async fn kill(&mut self) {
        assert!(!self.gateway.process.has_ended(), "{}", self.dir.log_text());
        self.gateway.process.kill().await;
        self.crashes += 1;
    }

    /// Ends a gateway that is not to be killed, in order.
    pub async fn replace(&mut self, extra: &[(&str, &str)]) {
        self.gateway.process.signal(rustix::process::Signal::TERM);
        self.gateway.process.ended(PATIENCE).await;
        self.restart(extra).await;
    }

    /// A new gateway on what the dead one left, for which hours may pass.
    pub async fn restart(&mut self, extra: &[(&str, &str)]) {
        let there = self.there.as_ref().map(|there| there.settings(!extra.is_empty()));
        let extra = &[&there.unwrap_or_default(), extra].concat();
        self.gateway = start(&self.dir, &self.pg, extra).await;
        self.api.moved_to(&self.gateway.url);
    }

    /// Does `work`, in the time that it takes; where there is no net-cancel, hours.
    pub async fn in_time<T>(&self, work: impl Future<Output = T>) -> T {
        match &self.there {
            Some(there) => there.while_hours_pass(&self.dir, work).await,
            None => work.await,
        }
    }

    /// Stops the gateways, and reads what is left.
    pub async fn stop(self) -> Left {
        let status = self.gateway.process.stop().await;
        assert!(status.success(), "the last gateway ended with {status}");
        let books = Books::read(&self.dir);
        let mut ledger = self.pg.ledger().await;
        if let Some(there) = self.there {
            ledger = as_in_front(ledger, &Books::read(&there.stop().await), &books);
        }
        Left {
            dir: self.dir,
            books,
            ledger,
            crashes: self.crashes,
        }
    }
}

/// A request for a key on an account that ends in `account`, with a first payment of `price`.
pub fn application(subscription_id: &str, account: &str, number: usize, price: u64) -> Value {
    let wants_receipts = account == STANDING;
    let changes = json!({
        "cash_receipt_type": wants_receipts.then_some("소득공제"),
        "cash_receipt_identity_no": wants_receipts.then_some("01098765432"),
        "subscription_id": subscription_id, "bank_account": format!("1234567{:03}{account}", number % 1000),
        "phone": format!("0105{:07}", 1_000 + number), "price": price,
    });
    with(testkit::application(), changes)
}

async fn start(dir: &TestDir, pg: &Simulator, extra: &[(&str, &str)]) -> Gateway {
    dir.serve(&[&pg.settings(), &TIMES[..], extra].concat()).await
}
