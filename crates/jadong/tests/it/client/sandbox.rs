//! A sandbox of its own for each test: gateway and simulated PG, as `jadong serve` starts them.

use std::time::Duration;

use client::{
    Bank, Charge, Client, ClientBuilder, Credentials, IssuedKey, KeyRequest, OrderId, Payer, Receipt, UserData, Won,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use testkit::process::{Process, jadong, run};

pub struct Sandbox {
    pub url: String,
    pub bank_url: String,
    http: reqwest::Client,
    folder: TempDir,
    _process: Process,
}

impl Sandbox {
    /// Settings as environment variables, `JADONG_…`.
    pub async fn start(settings: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        let args = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--data",
            data.to_str().expect("text"),
        ];
        let process = Process::start(jadong(args, settings), &folder.path().join("log"), "listening on ").await;
        Self {
            url: process.line("listening on ").expect("where it listens"),
            bank_url: process.line("simulated PG on ").expect("a simulated PG"),
            http: http(),
            folder,
            _process: process,
        }
    }

    pub fn builder(&self) -> ClientBuilder {
        builder(&self.url)
    }

    pub fn client(&self) -> Client {
        self.builder().build().expect("a client")
    }

    /// Of the simulated PG's control API.
    pub async fn control(&self, method: reqwest::Method, path: &str, body: Value) -> Value {
        let request = self.http.request(method, format!("{}/control/{path}", self.bank_url));
        let answer = request.json(&body).send().await.expect("the bank answers");
        let (status, text) = (answer.status(), answer.text().await.expect("whole"));
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    pub async fn ledger(&self) -> Value {
        self.control(reqwest::Method::GET, "ledger", Value::Null).await
    }

    /// How often money was taken, in all.
    pub async fn debits(&self) -> usize {
        self.ledger().await["debits"].as_array().expect("a list").len()
    }

    /// What the customer with the newest ringing telephone does.
    pub async fn customer(&self, action: &str) {
        let calls = self
            .control(reqwest::Method::GET, "calls?status=ringing", Value::Null)
            .await;
        let order_id = calls[0]["order_id"].as_str().expect("a telephone rings").to_owned();
        let answer = json!({ "action": action });
        self.control(reqwest::Method::POST, &format!("calls/{order_id}/answer"), answer)
            .await;
    }

    /// Skips time, for gateway and PG alike.
    pub async fn advance(&self, span: &str) {
        let said = run(&["clock", "--url", &self.url, "advance", span], &[]).await;
        assert_eq!(said.code, Some(0), "{}", said.err);
    }

    /// The signing secret of the sandbox's project.
    pub async fn webhook_secret(&self) -> String {
        let data = self.folder.path().join("data");
        let args = ["webhook", "secret", "sandbox", "--data", data.to_str().expect("text")];
        let said = run(&args, &[]).await;
        assert_eq!(said.code, Some(0), "{}", said.err);
        said.out.trim().to_owned()
    }

    /// A key whose account has this number.
    pub async fn key(&self, subscription_id: &str, account: &str) -> IssuedKey {
        let request = KeyRequest::new(subscription_id, "월 구독", payer("01012345678", account));
        self.client().issue(&request).await.expect("a key")
    }
}

pub fn http() -> reqwest::Client {
    let http = reqwest::Client::builder().no_proxy().tls_certs_only([]);
    http.timeout(Duration::from_secs(20)).build().expect("an HTTP client")
}

pub fn builder(url: &str) -> ClientBuilder {
    Client::builder(Credentials::keys("sandbox_client_key", "sandbox_secret_key"))
        .base_url(url)
        .no_proxy()
}

pub fn payer(phone: &str, account: &str) -> Payer {
    Payer {
        holder: "홍길동".into(),
        bank: Bank::Name("국민은행".to_owned()),
        account: account.into(),
        identity: "900101".into(),
        phone: phone.into(),
    }
}

pub fn won(amount: u64) -> Won {
    Won::new(amount).expect("an amount")
}

pub fn charge(key: &IssuedKey, order_id: &str, price: u64) -> Charge {
    Charge::new(key.billing_key.clone(), order_id, "월 구독 12월", won(price))
}

/// Looks an order up until its only attempt is not in doubt any more.
pub async fn verdict(client: &Client, order_id: &str) -> Receipt {
    let order_id = OrderId::from(order_id);
    for _look in 0..150 {
        let attempts = client.lookup_order(&order_id).await.expect("a list");
        let [attempt] = attempts.try_into().expect("one attempt");
        if !attempt.status.is_in_doubt() {
            return client
                .lookup_receipt(&attempt.receipt_id, UserData::Without)
                .await
                .expect("a receipt");
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("no verdict on {order_id}");
}
