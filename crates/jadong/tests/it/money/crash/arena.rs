//! One bank, one data folder with keys of every kind of account, and gateways that come and go.

use serde_json::{Value, json};

use crate::money::ledger::{self, Ledger};
use testkit::process::api::Api;
use testkit::process::bank::Bank;
use testkit::process::{Gateway, TestDir};

pub struct Arena {
    pub dir: TestDir,
    pub bank: Bank,
    pub api: Api,
    /// Account suffix and billing key; a plain account's suffix is `0000`.
    pub keys: Vec<(&'static str, String)>,
    gateway: Gateway,
    pub crashes: u32,
}

/// The end of an account that pays, whose customer wants a cash receipt with every debit.
pub const STANDING: &str = "1111";

/// Short times, so that every verdict is reached within the test.
const TIMES: [(&str, &str); 7] = [
    ("JADONG_START_GRACE", "1s"),
    ("JADONG_VERDICT_QUIET", "1s"),
    ("JADONG_PG_READ_TIMEOUT", "300ms"),
    ("JADONG_CONSENT_HOLD", "700ms"),
    ("JADONG_PUBLISH_WAIT", "1s"),
    ("JADONG_DRAIN", "2s"),
    ("JADONG_LOG", "warn"),
];

/// How long after the net-cancel a late approval lands: before the quiet time is over.
const LATE_MS: u64 = 600;

impl Arena {
    /// Issues one key for each of `accounts`, while nothing goes wrong.
    pub async fn open(accounts: &[&'static str]) -> Self {
        let dir = TestDir::empty();
        let bank = Bank::start(dir.path(), 0).await;
        let gateway = start(&dir, &bank, &[]).await;
        let api = Api::new(&gateway.url);
        let mut arena = Self {
            dir,
            bank,
            api,
            keys: Vec::new(),
            gateway,
            crashes: 0,
        };
        for (index, account) in accounts.iter().enumerate() {
            let (receipt_id, billing_key) = arena.issue(account, index).await;
            if *account == "0010" {
                let bid = Ledger::of(&arena.bank.url).await.bid_of(&receipt_id);
                ledger::late(&arena.bank.url, &bid, LATE_MS).await;
            }
            arena.keys.push((account, billing_key));
        }
        arena
    }

    /// One key; on a busy machine the bank may not be reached at once.
    async fn issue(&self, account: &str, index: usize) -> (String, String) {
        let body = application(&format!("key-{index}"), account, index, 0);
        let mut last = String::new();
        for _again in 0..50 {
            let asked = self.api.request(&body).await.expect("an answer");
            let receipt_id = asked.text("receipt_id");
            let published = self.api.publish(&receipt_id).await.expect("an answer");
            if published.status == 200 {
                return (receipt_id, published.text("billing_key"));
            }
            last = format!("{}\n{}", asked.body, published.body);
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
        panic!("no key for {account}: {last}");
    }

    /// Whether the gateway has killed itself within the time.
    #[cfg(feature = "failpoints")]
    pub async fn has_crashed(&mut self, within: std::time::Duration) -> bool {
        use std::os::unix::process::ExitStatusExt;

        let ended = self.gateway.process.ended(within).await;
        let is_killed = ended.and_then(|status| status.signal()) == Some(rustix::process::Signal::KILL.as_raw());
        self.crashes += u32::from(is_killed);
        is_killed
    }

    pub async fn kill(&mut self) {
        assert!(!self.gateway.process.has_ended(), "{}", self.dir.log_text());
        self.gateway.process.kill().await;
        self.crashes += 1;
    }

    /// Ends a gateway that is not to be killed, in order.
    #[cfg(feature = "failpoints")]
    pub async fn replace(&mut self, extra: &[(&str, &str)]) {
        self.gateway.process.signal(rustix::process::Signal::TERM);
        self.gateway.process.ended(testkit::process::PATIENCE).await;
        self.restart(extra).await;
    }

    /// A new gateway on what the dead one left.
    pub async fn restart(&mut self, extra: &[(&str, &str)]) {
        self.gateway = start(&self.dir, &self.bank, extra).await;
        self.api.moved_to(&self.gateway.url);
    }

    /// Stops the gateway; the bank and the folder remain.
    pub async fn stop(self) -> (TestDir, Bank, u32) {
        let status = self.gateway.process.stop().await;
        assert!(status.success(), "the last gateway ended with {status}");
        (self.dir, self.bank, self.crashes)
    }
}

/// A request for a key on an account that ends in `account`, with a first payment of `price`.
pub fn application(subscription_id: &str, account: &str, number: usize, price: u64) -> Value {
    let wants_receipts = account == STANDING;
    json!({
        "cash_receipt_type": wants_receipts.then_some("소득공제"),
        "cash_receipt_identity_no": wants_receipts.then_some("01098765432"),
        "pg": "nicepay", "order_name": "월 구독", "subscription_id": subscription_id, "username": "홍길동",
        "bank_name": "국민은행", "bank_account": format!("1234567{:03}{account}", number % 1000),
        "identity_no": "900101", "phone": format!("0105{:07}", 1_000 + number), "price": price,
    })
}

async fn start(dir: &TestDir, bank: &Bank, extra: &[(&str, &str)]) -> Gateway {
    let mut env = bank.settings();
    env.extend(TIMES);
    env.extend(extra.iter().copied());
    dir.serve(&env).await
}
