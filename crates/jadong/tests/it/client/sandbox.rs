//! A sandbox of its own for each test: gateway and simulated PG, as `jadong serve` starts them.

use client::{
    Bank, Charge, Client, ClientBuilder, Credentials, IssuedKey, KeyRequest, OrderId, Payer, Receipt, UserData, Won,
};
use testkit::process::{Gateway, TestDir, run};
use testkit::{PATIENCE, SimulatedPg, until};

pub struct Sandbox {
    pub url: String,
    pub pg: SimulatedPg,
    pub dir: TestDir,
    _gateway: Gateway,
}

impl Sandbox {
    /// Settings as environment variables, `JADONG_…`.
    pub async fn start(settings: &[(&str, &str)]) -> Self {
        let dir = TestDir::empty();
        let gateway = dir.serve(settings).await;
        Self {
            url: gateway.url.clone(),
            pg: gateway.pg(),
            dir,
            _gateway: gateway,
        }
    }

    pub fn builder(&self) -> ClientBuilder {
        builder(&self.url)
    }

    pub fn client(&self) -> Client {
        self.builder().build().expect("a client")
    }

    /// How often money was taken, in all.
    pub async fn debits(&self) -> usize {
        self.pg.ledger().await.debits.len()
    }

    /// What the customer with the newest ringing telephone does.
    pub async fn customer(&self, action: &str) {
        let ringing = self.pg.ringing().await;
        self.pg
            .answer(ringing.first().expect("a telephone rings"), action)
            .await;
    }

    /// Skips time, for gateway and PG alike.
    pub async fn advance(&self, span: &str) {
        run(&["clock", "--url", &self.url, "advance", span], &[])
            .await
            .success();
    }

    /// A key whose account has this number.
    pub async fn key(&self, subscription_id: &str, account: &str) -> IssuedKey {
        let request = KeyRequest::new(subscription_id, "월 구독", payer("01012345678", account));
        self.client().issue(&request).await.expect("a key")
    }
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
    until(PATIENCE, async || {
        let attempts = client.lookup_order(&order_id).await.expect("a list");
        let [attempt] = attempts.try_into().expect("one attempt");
        if attempt.status.is_in_doubt() {
            return Err(attempt);
        }
        let receipt = client.lookup_receipt(&attempt.receipt_id, UserData::Without).await;
        Ok(receipt.expect("a receipt"))
    })
    .await
}
