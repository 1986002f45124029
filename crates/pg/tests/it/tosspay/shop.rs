//! A shop at the simulated Toss Pay: calls it as the gateway does, and clicks as its customers do.

use std::sync::Arc;
use std::time::Duration;

use domain::bank::{Account, AccountDigitsMax, Bank};
use domain::identity::Identity;
use domain::issuance::ConsentReport;
use domain::payment::{Debit, DeclineReason};
use domain::phone::Phone;
use domain::project::{PgName, ProjectPg};
use domain::{EpochMs, ErrorCode, Sensitive, Won};
use jadong_pg::{
    CallTime, CallTimes, Connector, ConsentLookup, DebitRequest, FindConsentRequest, FindRequest, Outcome,
    PaymentLookup, PgCredentials, RefundRequest, RegisterKeyRequest, RegisterRefusal, SendBy, StartConsentRequest,
    connector_of,
};
use seams::{OsEntropy, SystemClock};
use simulator::{RunningSimulator, SimulatorConfig, TOSS_LIVE_KEY};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub const PATIENCE: Duration = Duration::from_millis(700);

/// A bank, and a shop's connector to it.
pub struct Shop {
    pub bank: RunningSimulator,
    pub pg: Arc<dyn Connector>,
}

pub fn connector(url: String, api_key: &str) -> Arc<dyn Connector> {
    let pg = ProjectPg {
        name: PgName::Tosspay,
        url: Some(url),
        ..ProjectPg::default()
    };
    let credentials = PgCredentials {
        client_key: String::new(),
        secret_key: api_key.to_owned().into(),
        return_url: Some("https://shop.invalid/back".to_owned()),
    };
    let times = CallTimes {
        connect_timeout: PATIENCE,
        read_timeout: PATIENCE,
        calls_max: 8,
        queue_wait: PATIENCE,
    };
    connector_of(&pg, Some(credentials), times, Arc::new(SystemClock)).unwrap()
}

pub fn now() -> CallTime {
    let clock = SystemClock;
    let now = seams::Clock::now_ms(&clock);
    CallTime::of_machine(EpochMs(now)).sent_by(SendBy::within(Duration::from_secs(10), &clock))
}

pub fn won(amount: u64) -> Won {
    Won::new(amount).unwrap()
}

impl Shop {
    pub async fn open() -> Self {
        let config = SimulatorConfig::sandbox("127.0.0.1:0".parse().unwrap());
        let bank = simulator::start(config, Arc::new(SystemClock), Arc::new(OsEntropy)).await;
        let bank = bank.unwrap();
        let pg = connector(bank.url(), TOSS_LIVE_KEY);
        Self { bank, pg }
    }

    /// A request without anything around it; the body of the answer.
    pub async fn send(&self, method: &str, path: &str, body: &str) -> String {
        let mut socket = TcpStream::connect(self.bank.addr()).await.unwrap();
        let length = body.len();
        let head = format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n");
        let head = format!("{head}content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}");
        socket.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }

    pub async fn fault(&self, on: &str, kind: &str) {
        let fault = format!(r#"{{"on":"{on}","kind":"{kind}"}}"#);
        self.send("POST", "/control/faults", &fault).await;
    }

    /// KRW taken and given back in all.
    pub async fn moved(&self) -> (u64, u64) {
        let sums = self.send("GET", "/control/ledger/totals", "").await;
        let sums: serde_json::Value = serde_json::from_str(&sums).unwrap();
        (sums["debited"].as_u64().unwrap(), sums["refunded"].as_u64().unwrap())
    }

    pub async fn start(&self, order_id: &str) -> Outcome<ConsentReport, ErrorCode> {
        let order = StartConsentRequest {
            order_id: order_id.to_owned(),
            order_name: "월 구독".to_owned(),
            auth_type: domain::issuance::AuthType::App,
            payer: payer(),
        };
        self.pg.start_consent(order, now()).await
    }

    pub async fn consent(&self, order_id: &str, tid: Option<&str>) -> Outcome<ConsentLookup> {
        let order = FindConsentRequest {
            order_id: order_id.to_owned(),
            tid: tid.map(str::to_owned),
        };
        self.pg.find_consent(order, now()).await
    }

    pub async fn register(&self, order_id: &str, tid: &str) -> Outcome<String, RegisterRefusal> {
        let (order_id, tid) = (order_id.to_owned(), tid.to_owned());
        self.pg.register_key(RegisterKeyRequest { order_id, tid }, now()).await
    }

    /// A key whose customer has clicked.
    pub async fn key(&self) -> String {
        let Outcome::Done(ConsentReport::Ringing { tid, .. }) = self.start("consent-1").await else {
            panic!("a link");
        };
        self.send("POST", &format!("/toss/{tid}/agree"), "").await;
        tid
    }

    pub async fn charge(&self, bid: &str, order_id: &str, amount: u64) -> Outcome<Debit, DeclineReason> {
        let order = DebitRequest {
            order_id: order_id.to_owned(),
            bid: bid.to_owned(),
            order_name: "구독".to_owned(),
            price: won(amount),
            tax_free: Won::ZERO,
        };
        self.pg.charge(order, now()).await
    }

    pub async fn find(&self, order_id: &str, amount: u64) -> Outcome<PaymentLookup> {
        let order = FindRequest {
            order_id: order_id.to_owned(),
            price: won(amount),
            asked_at: EpochMs(7),
            earliest: EpochMs(0),
            latest: EpochMs(0),
        };
        self.pg.find_payment(order, now()).await
    }

    pub async fn refund(&self, tid: &str, order_id: &str, amount: u64) -> Outcome<()> {
        let order = RefundRequest {
            order_id: order_id.to_owned(),
            tid: tid.to_owned(),
            price: won(amount),
            tax_free: Won::ZERO,
            reason: String::new(),
        };
        self.pg.cancel(order, now()).await
    }
}

fn payer() -> domain::issuance::Payer {
    let bank = Bank::by_code("004").unwrap();
    domain::issuance::Payer {
        bank_code: "004".to_owned(),
        account: Account::parse("11022233334444", bank, AccountDigitsMax::Live).unwrap(),
        holder: Sensitive::new("홍길동"),
        identity: Identity::parse("900101").unwrap(),
        phone: Phone::parse("01012345678").unwrap(),
        cash_receipt_type: None,
        cash_receipt_identity: None,
    }
}

pub fn paid(outcome: Outcome<Debit, DeclineReason>) -> Debit {
    let Outcome::Done(debit) = outcome else {
        panic!("{outcome:?}");
    };
    debit
}

/// What a look-up shows, and what is left of it.
pub fn shown(outcome: &Outcome<PaymentLookup>) -> (&'static str, u64) {
    match outcome {
        Outcome::Done(PaymentLookup::Paid(record)) => ("paid", record.balance.get()),
        Outcome::Done(PaymentLookup::Cancelled(record)) => ("cancelled", record.balance.get()),
        Outcome::Done(PaymentLookup::Failed(_)) => ("failed", 0),
        Outcome::Done(PaymentLookup::Nothing) => ("nothing", 0),
        other => (other.name(), 0),
    }
}
