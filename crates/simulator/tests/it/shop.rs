//! A shop with a bank of its own: builds the four calls as a connector would.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use jadong_simulator::{RunningSimulator, SANDBOX_CLIENT_KEY, SANDBOX_SECRET_KEY, SimulatorConfig};
use nicepay::wire::{ConsentAnswer, PayerFields, WireAuthType};
use nicepay::{encdata, sign};
use seams::{OsEntropy, TestClock};
use serde_json::json;

use crate::client::{Connection, Request, Response};

pub const EDI: &str = "2026-01-02T03:04:05.678+0900";
pub const S: &str = SANDBOX_SECRET_KEY;
/// An ordinary customer's phone.
pub const PHONE: &str = "01012345678";

/// A running bank, its clock, and what is needed to call it.
pub struct Shop {
    pub bank: RunningSimulator,
    pub clock: TestClock,
}

impl Shop {
    /// A bank in memory whose customers agree at once.
    pub async fn open() -> Self {
        Self::open_in(None).await
    }

    pub async fn open_in(folder: Option<&Path>) -> Self {
        let mut config = SimulatorConfig::sandbox("127.0.0.1:0".parse().unwrap());
        config.folder = folder.map(Path::to_path_buf);
        config.answer_delay_ms = 0;
        let clock = TestClock::at_ms(1_767_290_645_678);
        let bank = jadong_simulator::start(config, Arc::new(clock.clone()), Arc::new(OsEntropy)).await;
        Self {
            bank: bank.expect("the bank starts"),
            clock,
        }
    }

    /// Sends on a connection of its own.
    pub async fn send(&self, request: &Request) -> io::Result<Option<Response>> {
        let sent = async { Connection::open(self.bank.addr()).await?.send(request).await };
        tokio::time::timeout(Duration::from_secs(10), sent)
            .await
            .expect("an answer, or the end of the connection, in ten seconds")
    }

    /// The answer to a request that is not meant to break.
    pub async fn answer(&self, request: &Request) -> ConsentAnswer {
        let response = self.send(request).await.unwrap().expect("an answer");
        serde_json::from_slice(&response.body).expect("an answer of the PG")
    }

    /// A control call that is meant to work.
    pub async fn control(&self, method: &'static str, path: &str, body: &str) -> serde_json::Value {
        let response = self.send(&Request::new(method, path, body)).await.unwrap().unwrap();
        assert_eq!(response.status, 200, "{}", response.text());
        response.json()
    }

    pub async fn ledger(&self) -> serde_json::Value {
        self.control("GET", "/control/ledger", "").await
    }
}

pub fn payer(tel: &str) -> PayerFields {
    PayerFields {
        bank_code: "004".into(),
        account_no: "110-222-333444".into(),
        holder: "홍길동".into(),
        id_no: "900101".into(),
        tel: tel.into(),
        cash_receipt_type: String::new(),
        cash_receipt_no: String::new(),
    }
}

pub fn signed(mut request: Request) -> Request {
    let pair = format!("{SANDBOX_CLIENT_KEY}:{S}");
    let encoded = base64::engine::general_purpose::STANDARD.encode(pair);
    request.authorization = Some(format!("Basic {encoded}"));
    request
}

pub fn start(order_id: &str, tel: &str) -> Request {
    start_with(order_id, WireAuthType::Ars, &payer(tel))
}

pub fn start_with(order_id: &str, auth_type: WireAuthType, payer: &PayerFields) -> Request {
    let body = json!({
        "orderId": order_id, "ediDate": EDI, "signData": sign::order(order_id, EDI, S),
        "authType": auth_type, "goodsName": "월 구독", "encMode": "A2",
        "encData": encdata::encrypt(&payer.to_form(), S).unwrap(),
    });
    signed(Request::new("POST", "/v1/subscribe/account/consents", body.to_string()))
}

pub fn find(order_id: &str) -> Request {
    let sign = sign::order(order_id, EDI, S);
    let edi = EDI.replace('+', "%2B");
    let path = format!("/v1/subscribe/account/consents/{order_id}?ediDate={edi}&signData={sign}");
    signed(Request::new("GET", path, ""))
}

pub fn register(order_id: &str, tid: &str) -> Request {
    let sign = sign::order(order_id, EDI, S);
    let body = json!({"orderId": order_id, "tid": tid, "ediDate": EDI, "signData": sign});
    signed(Request::new("POST", "/v1/subscribe/account/regist", body.to_string()))
}

pub fn expire(bid: &str, order_id: &str) -> Request {
    let sign = sign::key_use(order_id, bid, EDI, S);
    let body = json!({"orderId": order_id, "ediDate": EDI, "signData": sign});
    signed(Request::new(
        "POST",
        format!("/v1/subscribe/{bid}/expire"),
        body.to_string(),
    ))
}
