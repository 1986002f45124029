//! The shop's till: the calls that move money, as a connector would build them.

use std::time::Duration;

use nicepay::payment::{PaymentAnswer, ReceiptAnswer};
use nicepay::wire::WireAuthType;
use nicepay::{encdata, sign};
use serde_json::json;

use crate::client::{Connection, Request};
use crate::shop::{EDI, PHONE, S, Shop, payer, register, signed, start_with};

/// The day of the shop's clock, in Korea.
pub const TODAY: &str = "20260102";
/// An account that always has enough.
pub const ACCOUNT: &str = "110-222-333444";

impl Shop {
    /// A key of this account.
    pub async fn key_of(&self, account_no: &str) -> String {
        let order_id = format!("key-{}", self.ledger().await["keys"].as_array().unwrap().len());
        let mut fields = payer(PHONE);
        fields.account_no = account_no.into();
        let started = self.answer(&start_with(&order_id, WireAuthType::Ars, &fields)).await;
        let registered = self.answer(&register(&order_id, &started.tid.unwrap())).await;
        registered.bid.unwrap()
    }

    /// A payment answer to a request that is not meant to break; what is done is signed.
    pub async fn pay(&self, request: &Request) -> PaymentAnswer {
        let response = self.send(request).await.unwrap().expect("an answer");
        assert_eq!(response.status, 200);
        let answer: PaymentAnswer = serde_json::from_slice(&response.body).expect("a payment answer");
        let signature = (answer.result_code == "0000").then(|| {
            let (tid, edi_date) = (answer.tid.as_deref().unwrap(), answer.edi_date.as_deref().unwrap());
            sign::answer(tid, answer.amount, edi_date, S)
        });
        assert_eq!(answer.signature, signature);
        answer
    }

    pub async fn code(&self, request: &Request) -> String {
        self.pay(request).await.result_code
    }

    pub async fn receipt(&self, request: &Request) -> ReceiptAnswer {
        let response = self.send(request).await.unwrap().expect("an answer");
        serde_json::from_slice(&response.body).expect("a receipt answer")
    }

    /// Sends, and leaves without an answer.
    pub async fn give_up(&self, request: &Request) {
        let mut connection = Connection::open(self.bank.addr()).await.unwrap();
        let answer = tokio::time::timeout(Duration::from_millis(150), connection.send(request)).await;
        assert!(answer.is_err(), "{answer:?}");
    }

    /// The connection ends without an answer.
    pub async fn is_dropped(&self, request: &Request) {
        assert!(self.send(request).await.unwrap().is_none());
    }

    /// KRW taken and given back, and how many of each, of an order by the ledger.
    pub async fn moved(&self, order_id: &str) -> (u64, u64) {
        let path = format!("/control/ledger/orders/{order_id}");
        let story = self.control("GET", &path, "").await;
        let sum = |list: &str| -> u64 {
            let rows = story[list].as_array().unwrap().iter();
            rows.map(|row| row["amount"].as_u64().unwrap()).sum()
        };
        (sum("debits"), sum("refunds"))
    }

    pub fn later(&self, by_ms: u64) {
        self.clock.advance(Duration::from_millis(by_ms));
    }
}

pub fn charge(bid: &str, order_id: &str, amount: u64) -> Request {
    let body = json!({
        "orderId": order_id, "amount": amount, "taxFreeAmt": 0, "goodsName": "월 구독",
        "ediDate": EDI, "signData": sign::key_use(order_id, bid, EDI, S),
    });
    let path = format!("/v1/subscribe/{bid}/payments");
    signed(Request::new("POST", path, body.to_string()))
}

pub fn find(order_id: &str) -> Request {
    find_on(order_id, TODAY)
}

pub fn find_on(order_id: &str, order_date: &str) -> Request {
    let (sign, edi) = (sign::order(order_id, EDI, S), EDI.replace('+', "%2B"));
    let path = format!("/v1/payments/find/{order_id}?orderDate={order_date}&ediDate={edi}&signData={sign}");
    signed(Request::new("GET", path, ""))
}

pub fn find_tid(tid: &str) -> Request {
    let (sign, edi) = (sign::tid(tid, EDI, S), EDI.replace('+', "%2B"));
    let path = format!("/v1/payments/{tid}?ediDate={edi}&signData={sign}");
    signed(Request::new("GET", path, ""))
}

pub fn net_cancel(order_id: &str) -> Request {
    let body = json!({"orderId": order_id, "ediDate": EDI, "signData": sign::order(order_id, EDI, S)});
    signed(Request::new("POST", "/v1/payments/netcancel", body.to_string()))
}

/// The whole balance without an amount.
pub fn cancel(tid: &str, order_id: &str, amount: Option<u64>) -> Request {
    let mut body = json!({
        "orderId": order_id, "reason": "고객 변심", "taxFreeAmt": 0, "ediDate": EDI, "signData": sign::tid(tid, EDI, S),
    });
    if let Some(amount) = amount {
        body["cancelAmt"] = amount.into();
    }
    signed(Request::new(
        "POST",
        format!("/v1/payments/{tid}/cancel"),
        body.to_string(),
    ))
}

pub fn issue_receipt(order_id: &str, amount: u64, number: &str) -> Request {
    let body = json!({
        "orderId": order_id, "amount": amount, "goodsName": "월 구독", "receiptType": "individual", "encMode": "A2",
        "encData": encdata::encrypt(&format!("receiptNo={number}"), S).unwrap(),
        "ediDate": EDI, "signData": sign::receipt_issue(order_id, amount, EDI, S),
    });
    signed(Request::new("POST", "/v1/receipt/", body.to_string()))
}

pub fn cancel_receipt(tid: &str, order_id: &str) -> Request {
    let body = json!({"orderId": order_id, "reason": "취소", "ediDate": EDI, "signData": sign::tid(tid, EDI, S)});
    let path = format!("/v1/receipt/{tid}/cancel");
    signed(Request::new("POST", path, body.to_string()))
}

pub fn find_receipt(order_id: &str) -> Request {
    let (sign, edi) = (sign::order(order_id, EDI, S), EDI.replace('+', "%2B"));
    let path = format!("/v1/receipt/find/{order_id}?ediDate={edi}&signData={sign}");
    signed(Request::new("GET", path, ""))
}
