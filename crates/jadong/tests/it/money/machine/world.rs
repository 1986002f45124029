//! A gateway, a PG and a model beside them, through one history.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::EpochMs;
use reqwest::Method;
use seams::Clock;
use serde_json::json;

use super::command::Command;
use super::model::{Answered, Attempt, Held, Key, Model, Reserve};
use testkit::in_process::{Apart, Down};
use testkit::{Answer, Merchant, TestGateway};

fn charge_body(billing_key: &str, order: u8, price: u64) -> serde_json::Value {
    let order_id = format!("order-{order}");
    json!({ "billing_key": billing_key, "order_name": "월 구독", "price": price, "order_id": order_id })
}

pub struct World {
    /// `None` only while it is restarted.
    gateway: Option<TestGateway>,
    pub merchant: Merchant,
    pub model: Model,
    pub wrong: Vec<String>,
    subscriptions: u32,
}

impl World {
    pub async fn open() -> Self {
        let gateway = TestGateway::with(|plan| {
            plan.pg_read_timeout = Duration::from_millis(150);
            plan.apart = Apart::Apart;
        })
        .await;
        Self {
            merchant: gateway.merchant(),
            gateway: Some(gateway),
            model: Model::default(),
            wrong: Vec::new(),
            subscriptions: 0,
        }
    }

    pub fn gateway(&self) -> &TestGateway {
        self.gateway.as_ref().expect("it is up")
    }

    pub fn now_ms(&self) -> i64 {
        self.gateway().clock.now_ms()
    }

    pub async fn does(&mut self, command: Command) {
        let count = self.model.keys.len().max(1);
        match command {
            Command::Issue(account) => self.issue(account).await,
            Command::Charge { key, order, price } => self.charge(usize::from(key) % count, order, price).await,
            Command::Reserve {
                key,
                order,
                price,
                after_s,
            } => {
                self.reserve(usize::from(key) % count, order, price, after_s).await;
            }
            Command::Revoke(reserve) => self.revoke(usize::from(reserve)).await,
            Command::Cancel {
                payment,
                price,
                cancel_id,
            } => {
                self.cancel(usize::from(payment), price, cancel_id).await;
            }
            Command::Destroy(key) => self.destroy(usize::from(key) % count).await,
            Command::Advance { seconds } => self.pass(u64::from(seconds)).await,
            Command::Fault { on, kind } => self.gateway().pg.fault(on, kind, 1).await,
            Command::Restart => {
                let down = self.gateway.take().expect("it is up").down().await;
                self.open_again(down).await;
            }
            Command::Crash {
                key,
                order,
                price,
                after_ms,
            } => {
                self.crash(usize::from(key) % count, order, price, u64::from(after_ms))
                    .await;
            }
        }
    }

    async fn open_again(&mut self, down: Down) {
        let gateway = down.up().await;
        self.merchant = gateway.merchant();
        self.gateway = Some(gateway);
    }

    /// Whatever the charge had come to, its merchant heard nothing of it, and sends it again to the next gateway.
    async fn crash(&mut self, key: usize, order: u8, price: u64, after_ms: u64) {
        let body = charge_body(&self.model.keys[key].billing_key, order, price);
        let unheard = self.merchant.request(Method::POST, "/v2/subscribe/payment").json(&body);
        let unheard = tokio::spawn(async move { unheard.send().await.is_ok() });
        tokio::time::sleep(Duration::from_millis(after_ms)).await;
        let down = self.gateway.take().expect("it is up").crash().await;
        unheard.abort();
        self.open_again(down).await;
        self.charge(key, order, price).await;
    }

    fn expect(&mut self, what: &str, answer: &Answer, allowed: &[&str]) {
        if !allowed.contains(&answer.verdict().as_str()) {
            self.wrong.push(format!(
                "{what}: {} is none of {allowed:?}: {}",
                answer.verdict(),
                answer.body
            ));
        }
    }

    async fn issue(&mut self, account: &'static str) {
        self.subscriptions += 1;
        let number = self.subscriptions;
        let changes = json!({
            "subscription_id": format!("sub-{number}"), "bank_account": format!("1234567890{account}"),
            "phone": format!("0105{:07}", 1_000 + number),
        });
        let (_, billing_key) = self.merchant.issue(changes).await;
        self.model.keys.push(Key {
            billing_key,
            account,
            is_destroyed: false,
        });
    }

    async fn charge(&mut self, key: usize, order: u8, price: u64) {
        let order_id = format!("order-{order}");
        let held = self.model.held(&order_id, self.now_ms());
        let body = charge_body(&self.model.keys[key].billing_key, order, price);
        let answer = self.merchant.post("/v2/subscribe/payment", body).await;
        let what = format!("charge {order_id} of {price}, {held:?}");
        let receipt = answer.text("receipt_id");
        match &held {
            Held::Paid(paid) => {
                let before = &self.model.attempts[paid];
                if before.key == key && before.price == price {
                    self.expect(&what, &answer, &["200"]);
                    if !answer.is_replayed() || receipt != *paid {
                        self.wrong
                            .push(format!("{what}: not the stored answer of {paid}: {}", answer.body));
                    }
                } else {
                    self.expect(&what, &answer, &["409 RC_ORDER_ID_CONFLICT"]);
                }
                return;
            }
            Held::Waiting(_) => return self.expect(&what, &answer, &["409 RC_ORDER_ID_CONFLICT"]),
            Held::Free if self.model.keys[key].is_destroyed => {
                return self.expect(&what, &answer, &["400 SUBSCRIBE_BK_EXPIRED"]);
            }
            Held::Free => {
                self.expect(
                    &what,
                    &answer,
                    &["200", "400 RC_CONFIRM_FAILED", "400 RC_CONFIRM_CRITICAL_FAILED"],
                );
            }
            Held::Moving => {}
        }
        let answered = match answer.verdict().as_str() {
            "200" => Answered::Paid,
            "400 RC_CONFIRM_FAILED" => Answered::NoMoney,
            "400 RC_CONFIRM_CRITICAL_FAILED" => Answered::InDoubt,
            _ => return,
        };
        self.record(receipt, &order_id, key, price, answered);
    }

    /// The merchant was told of an attempt.
    pub fn record(&mut self, receipt: String, order_id: &str, key: usize, price: u64, answered: Answered) {
        let attempt = self.model.attempts.entry(receipt.clone()).or_insert_with(|| Attempt {
            order_id: order_id.to_owned(),
            key,
            price,
            answered,
            cancels: BTreeMap::new(),
        });
        if attempt.answered != answered && attempt.answered != Answered::InDoubt {
            self.wrong
                .push(format!("{receipt} was told {:?}, then {answered:?}", attempt.answered));
        }
        attempt.answered = answered;
    }

    async fn reserve(&mut self, key: usize, order: u8, price: u64, after_s: u32) {
        let order_id = format!("order-{order}");
        let held = self.model.held(&order_id, self.now_ms());
        let due_ms = self.now_ms() / 1_000 * 1_000 + i64::from(after_s) * 1_000;
        let body = json!({
            "billing_key": self.model.keys[key].billing_key, "order_name": "월 구독", "price": price,
            "order_id": order_id, "reserve_execute_at": EpochMs(due_ms).to_wire(),
        });
        let answer = self.merchant.post("/v2/subscribe/payment/reserve", body.clone()).await;
        let what = format!("reserve {order_id}, {held:?}");
        match held {
            Held::Free if due_ms <= self.now_ms() => {}
            Held::Free if self.model.keys[key].is_destroyed => {
                self.expect(&what, &answer, &["400 SUBSCRIBE_BK_EXPIRED"]);
            }
            Held::Free => self.expect(&what, &answer, &["200"]),
            Held::Paid(_) if !self.model.keys[key].is_destroyed && due_ms > self.now_ms() => {
                self.expect(&what, &answer, &["409 RC_ORDER_ID_CONFLICT"]);
            }
            _ => {}
        }
        let reserve_id = answer.text("reserve_id");
        if answer.status != 200
            || self
                .model
                .reserves
                .iter()
                .any(|reserve| reserve.reserve_id == reserve_id)
        {
            return;
        }
        let again = self.merchant.post("/v2/subscribe/payment/reserve", body.clone()).await;
        if again.text("reserve_id") != reserve_id {
            self.wrong
                .push(format!("{what}: an equal request was answered {}", again.body));
        }
        self.model.reserves.push(Reserve {
            reserve_id,
            order_id,
            key,
            due_ms,
            is_revoked: false,
            body,
        });
    }

    async fn revoke(&mut self, nth: usize) {
        if self.model.reserves.is_empty() {
            return;
        }
        let nth = nth % self.model.reserves.len();
        let (reserve, now_ms) = (self.model.reserves[nth].clone(), self.now_ms());
        let answer = self
            .merchant
            .delete(&format!("/v2/subscribe/payment/reserve/{}", reserve.reserve_id))
            .await;
        let what = format!("revoke {reserve:?}");
        if reserve.is_revoked {
            self.expect(&what, &answer, &["400 RESERVE_NOT_WAITING"]);
        } else if reserve.due_ms > now_ms {
            self.expect(&what, &answer, &["200"]);
        }
        self.model.reserves[nth].is_revoked |= answer.status == 200;
    }

    async fn cancel(&mut self, nth: usize, price: u64, cancel_id: u8) {
        let Some(receipt) = self
            .model
            .attempts
            .keys()
            .nth(nth % self.model.attempts.len().max(1))
            .cloned()
        else {
            return;
        };
        let attempt = self.model.attempts[&receipt].clone();
        let cancel_id = format!("cancel-{cancel_id}");
        let body = json!({ "receipt_id": receipt, "cancel_id": cancel_id, "cancel_price": price });
        let answer = self.merchant.post("/v2/cancel", body).await;
        let what = format!("cancel {price} of {attempt:?}");
        let known = attempt.cancels.get(&cancel_id).copied();
        let is_certain = attempt.cancels.values().all(|(_, is_done)| *is_done);
        let left = attempt.price - attempt.surely_cancelled();
        match (attempt.answered, known) {
            (Answered::NoMoney, _) => self.expect(&what, &answer, &["400 RC_NOT_PAID"]),
            (Answered::Paid, Some((before, true))) if price != 0 && price != before => {
                self.expect(&what, &answer, &["409 RC_CANCEL_ID_CONFLICT"]);
            }
            // Without a price it stands for all that was left, which may be another amount.
            (Answered::Paid, Some((_, true))) if price == 0 => {
                self.expect(&what, &answer, &["200", "409 RC_CANCEL_ID_CONFLICT"]);
            }
            (Answered::Paid, Some((_, true))) => self.expect(&what, &answer, &["200"]),
            (Answered::Paid, None) if is_certain && left == 0 => {
                self.expect(&what, &answer, &["400 RC_ALREADY_CANCELLED"]);
            }
            (Answered::Paid, None) if is_certain && price > left => {
                self.expect(&what, &answer, &["400 RC_CANCEL_PRICE_INVALID"]);
            }
            (Answered::Paid, None) if is_certain => {
                self.expect(&what, &answer, &["200", "400 RC_CANCEL_CRITICAL_ERROR"]);
            }
            _ => {}
        }
        let is_done = match answer.verdict().as_str() {
            "200" => true,
            "400 RC_CANCEL_CRITICAL_ERROR" => false,
            _ => return,
        };
        let attempt = self.model.attempts.get_mut(&receipt).expect("it is there");
        let amount = known.map_or(if price == 0 { left } else { price }, |(before, _)| before);
        attempt.cancels.insert(cancel_id, (amount, is_done));
    }

    async fn destroy(&mut self, key: usize) {
        let billing_key = self.model.keys[key].billing_key.clone();
        let answer = self
            .merchant
            .delete(&format!("/v2/subscribe/billing_key/{billing_key}"))
            .await;
        let expected = if self.model.keys[key].is_destroyed {
            "400 SUBSCRIBE_BK_EXPIRED"
        } else {
            "200"
        };
        self.expect("destroy", &answer, &[expected]);
        self.model.keys[key].is_destroyed = true;
    }

    /// Lets so many seconds pass: second by second while something is under way, else from event to event.
    pub async fn pass(&self, seconds: u64) {
        let until_ms = self.now_ms() + i64::try_from(seconds).expect("not long") * 1_000;
        while self.now_ms() < until_ms {
            let step_ms = if self.is_moving().await {
                1_000
            } else {
                let dues = self.model.reserves.iter().map(|reserve| reserve.due_ms - self.now_ms());
                dues.filter(|wait_ms| *wait_ms > 0).min().unwrap_or(i64::MAX)
            };
            let step_ms = step_ms.min(until_ms - self.now_ms()).max(1);
            self.gateway()
                .clock
                .advance(Duration::from_millis(step_ms.cast_unsigned()));
            tokio::time::sleep(Duration::from_millis(4)).await;
        }
    }

    /// Whether a verdict, a reserve whose time has come, or a cancel is under way.
    async fn is_moving(&self) -> bool {
        for (receipt, attempt) in &self.model.attempts {
            if attempt.answered != Answered::NoMoney {
                let found = self.merchant.get(&format!("/v2/receipt/{receipt}")).await;
                let is_open = attempt.cancels.values().any(|(_, is_done)| !is_done)
                    && found.json()["cancelled_price"].as_u64() < Some(attempt.perhaps_cancelled());
                if found.text("status") == "2" || (is_open && found.text("status") == "1") {
                    return true;
                }
            }
        }
        for reserve in self
            .model
            .reserves
            .iter()
            .filter(|reserve| reserve.due_ms <= self.now_ms())
        {
            let found = self
                .merchant
                .get(&format!("/v2/subscribe/payment/reserve/{}", reserve.reserve_id))
                .await;
            if found.text("status") == "0" {
                return true;
            }
        }
        false
    }

    pub async fn close(self) {
        if let Some(gateway) = self.gateway {
            gateway.stop().await;
        }
    }
}
