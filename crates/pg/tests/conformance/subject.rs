//! What is checked: a connector, before a fake of its PG. The author of a connector writes [`FakePg`] for it, and nothing else.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::bank::{Account, AccountDigitsMax, Bank};
use domain::identity::Identity;
use domain::issuance::{AuthType, ConsentReport, Payer};
use domain::payment::{Debit, DeclineReason};
use domain::phone::Phone;
use domain::{EpochMs, ErrorCode, Sensitive, Won};
use jadong_pg::{
    BoxFuture, CallTime, CallTimes, Capabilities, Connector, ConsentLookup, ConsentSeen, DebitRequest,
    ExpireKeyRequest, FindConsentRequest, FindRequest, NetCancelRefusal, Outcome, PaymentLookup, RefundRequest,
    RegisterKeyRequest, RegisterRefusal, SendBy, StartConsentRequest,
};
use seams::{Clock, SystemClock};

use crate::relay::Relay;

/// How long a connector under test is to wait for a connection, for an answer, and for its turn.
pub const PATIENCE: Duration = Duration::from_millis(700);

/// What must never be seen of the payer. The telephone is one that the simulated PG's customer answers by hand.
pub const ACCOUNT: &str = "11022233334444";
pub const HOLDER: &str = "홍길동";
pub const IDENTITY: &str = "850719";
pub const PHONE: &str = "01048159265";

/// The times of a connector under test.
pub fn times() -> CallTimes {
    CallTimes {
        connect_timeout: PATIENCE,
        read_timeout: PATIENCE,
        calls_max: 8,
        queue_wait: PATIENCE,
    }
}

/// Whose credentials a connector has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Merchant,
    /// Somebody whom the PG does not let in.
    Stranger,
}

/// What a customer decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Agrees,
    Refuses,
}

/// A consent that was started.
#[derive(Debug, Clone)]
pub struct Asked {
    pub order_id: String,
    pub tid: String,
}

/// What really happened at the PG so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Customers who were asked for their consent.
    pub asked: usize,
    /// Keys that can be debited.
    pub keys: usize,
    pub debits: usize,
    /// Won.
    pub taken: u64,
    /// Won.
    pub given_back: u64,
    /// Cash receipts that stand.
    pub receipts: usize,
}

/// A PG in the test's own process. It keeps each order once, as the real one does, and fails at nothing: see [`crate::relay`].
pub trait FakePg: Send + Sync {
    /// Where it listens.
    fn address(&self) -> SocketAddr;
    /// The connector to be checked, with `url` in the place of its PG and the [`times`] for its waits.
    fn connector(&self, url: String, who: Who) -> Arc<dyn Connector>;
    /// A customer who was asked decides.
    fn customer<'a>(&'a self, asked: &'a Asked, decision: Decision) -> BoxFuture<'a, ()>;
    fn ledger(&self) -> BoxFuture<'_, Ledger>;
    /// How the PG refuses a debit for want of money, in these words: an HTTP status and a body.
    fn refusal(&self, words: &str) -> (&'static str, String);
    /// The merchant's credentials that must not be seen.
    fn credentials(&self) -> Vec<String>;
}

/// A connector and its fake PG, with the relay in between.
pub struct Subject {
    pub pg: Arc<dyn Connector>,
    pub fake: Box<dyn FakePg>,
    pub relay: Relay,
    pub can: Capabilities,
}

/// Of a call that may leave for ten seconds from now.
pub fn now() -> CallTime {
    CallTime::of_machine(EpochMs(SystemClock.now_ms())).sent_by(SendBy::within(Duration::from_secs(10), &SystemClock))
}

pub fn won(amount: u64) -> Won {
    Won::new(amount).unwrap()
}

/// An id as the gateway makes them: 24 hexadecimal digits, of which the last ones differ.
pub fn new_order() -> String {
    static LAST: AtomicU64 = AtomicU64::new(0);
    format!("6b0441b403d772a4{:08x}", LAST.fetch_add(1, Ordering::Relaxed))
}

/// The value of what must be done.
#[track_caller]
pub fn done<T: std::fmt::Debug, R: std::fmt::Debug>(outcome: Outcome<T, R>) -> T {
    match outcome {
        Outcome::Done(value) => value,
        other => panic!("not done: {other:?}"),
    }
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

fn payer() -> Payer {
    Payer {
        bank_code: "004".to_owned(),
        account: Account::parse(ACCOUNT, Bank::by_code("004").unwrap(), AccountDigitsMax::Live).unwrap(),
        holder: Sensitive::new(HOLDER),
        identity: Identity::parse(IDENTITY).unwrap(),
        phone: Phone::parse(PHONE).unwrap(),
        cash_receipt_type: None,
        cash_receipt_identity: None,
    }
}

impl Subject {
    pub async fn before(fake: impl FakePg + 'static) -> Self {
        let relay = Relay::to(fake.address()).await;
        let pg = fake.connector(relay.url.clone(), Who::Merchant);
        Self {
            can: pg.capabilities(None),
            fake: Box::new(fake),
            pg,
            relay,
        }
    }

    /// The same PG before somebody else's connector: one with other credentials, or that calls elsewhere.
    pub fn with(self, url: &str, who: Who) -> Self {
        Self {
            pg: self.fake.connector(url.to_owned(), who),
            ..self
        }
    }

    pub fn sees_by_asking(&self) -> bool {
        self.can.consent_seen == ConsentSeen::ByAsking
    }

    pub async fn ledger(&self) -> Ledger {
        self.fake.ledger().await
    }

    pub async fn start(&self, order_id: &str, at: CallTime) -> Outcome<ConsentReport, ErrorCode> {
        let order = StartConsentRequest {
            order_id: order_id.to_owned(),
            order_name: "월 구독".to_owned(),
            auth_type: AuthType::Ars,
            payer: payer(),
        };
        self.pg.start_consent(order, at).await
    }

    /// A customer is asked, and has not decided.
    pub async fn ask(&self) -> Asked {
        let order_id = new_order();
        let ConsentReport::Ringing { tid, .. } = done(self.start(&order_id, now()).await) else {
            panic!("nobody has decided yet");
        };
        Asked { order_id, tid }
    }

    pub async fn consent(&self, order_id: &str, tid: Option<&str>) -> Outcome<ConsentLookup> {
        let order = FindConsentRequest {
            order_id: order_id.to_owned(),
            tid: tid.map(str::to_owned),
        };
        self.pg.find_consent(order, now()).await
    }

    pub async fn register(&self, asked: &Asked, at: CallTime) -> Outcome<String, RegisterRefusal> {
        let order = RegisterKeyRequest {
            order_id: asked.order_id.clone(),
            tid: asked.tid.clone(),
        };
        self.pg.register_key(order, at).await
    }

    /// Registers as soon as the PG has noticed that the customer agreed.
    pub async fn registered(&self, asked: &Asked) -> Outcome<String, RegisterRefusal> {
        for _ in 0..100 {
            match self.register(asked, now()).await {
                Outcome::Refused {
                    reason: RegisterRefusal::NotAgreed,
                    ..
                } => tokio::time::sleep(Duration::from_millis(50)).await,
                other => return other,
            }
        }
        panic!("the PG does not notice that the customer agreed");
    }

    /// The same where it may have been registered before, without an answer.
    pub async fn registered_or_found(&self, asked: &Asked) -> Outcome<String, RegisterRefusal> {
        let outcome = self.registered(asked).await;
        if !matches!(outcome, Outcome::Unknown(_)) {
            return outcome;
        }
        match self.consent(&asked.order_id, Some(&asked.tid)).await {
            Outcome::Done(ConsentLookup::Consent { bid: Some(bid), .. }) => Outcome::Done(bid),
            other => panic!("neither registered nor found: {outcome:?}, {other:?}"),
        }
    }

    /// A key of a customer who has agreed.
    pub async fn key(&self) -> String {
        let asked = self.ask().await;
        self.fake.customer(&asked, Decision::Agrees).await;
        done(self.registered(&asked).await)
    }

    pub async fn expire(&self, key: &str, at: CallTime) -> Outcome<()> {
        let order = ExpireKeyRequest {
            order_id: new_order(),
            bid: key.to_owned(),
        };
        self.pg.expire_key(order, at).await
    }

    pub async fn charge_at(
        &self,
        key: &str,
        order_id: &str,
        amount: u64,
        at: CallTime,
    ) -> Outcome<Debit, DeclineReason> {
        let order = DebitRequest {
            order_id: order_id.to_owned(),
            bid: key.to_owned(),
            order_name: "구독".to_owned(),
            price: won(amount),
            tax_free: Won::ZERO,
        };
        self.pg.charge(order, at).await
    }

    pub async fn charge(&self, key: &str, order_id: &str, amount: u64) -> Outcome<Debit, DeclineReason> {
        self.charge_at(key, order_id, amount, now()).await
    }

    /// A debit of a new order.
    pub async fn debit(&self, key: &str, amount: u64) -> Debit {
        done(self.charge(key, &new_order(), amount).await)
    }

    pub async fn find(&self, order_id: &str, amount: u64) -> Outcome<PaymentLookup> {
        let at = now();
        let order = FindRequest {
            order_id: order_id.to_owned(),
            price: won(amount),
            asked_at: at.now,
            earliest: at.now.minus_ms(60_000),
            latest: at.now.plus_ms(60_000),
        };
        self.pg.find_payment(order, at).await
    }

    pub async fn find_tid(&self, tid: &str) -> Outcome<PaymentLookup> {
        self.pg.find_by_tid(tid.to_owned(), now()).await
    }

    pub async fn refund_at(&self, tid: &str, order_id: &str, amount: u64, at: CallTime) -> Outcome<()> {
        let order = RefundRequest {
            order_id: order_id.to_owned(),
            tid: tid.to_owned(),
            price: won(amount),
            tax_free: Won::ZERO,
            reason: String::new(),
        };
        self.pg.cancel(order, at).await
    }

    pub async fn refund(&self, tid: &str, order_id: &str, amount: u64) -> Outcome<()> {
        self.refund_at(tid, order_id, amount, now()).await
    }

    pub async fn net_cancel(&self, order_id: &str) -> Outcome<(), NetCancelRefusal> {
        self.pg.net_cancel(order_id.to_owned(), now()).await
    }
}
