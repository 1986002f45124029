//! A gateway, a PG and a model beside them, through one history.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Method;
use seams::Clock;
use serde_json::json;

use super::command::Command;
use super::model::{Answered, Attempt, Held, Key, Model};
use testkit::in_process::{Apart, Down, TestSettings};
use testkit::{Answer, Line, Loses, Merchant, PgUnderTest, SANDBOX, TestGateway};

fn charge_body(billing_key: &str, order: u8, price: u64) -> serde_json::Value {
    let order_id = format!("order-{order}");
    json!({ "billing_key": billing_key, "order_name": "월 구독", "price": price, "order_id": order_id })
}

pub struct World {
    /// `None` only while it is restarted.
    gateway: Option<TestGateway>,
    pub pg: PgUnderTest,
    /// To the hosted API.
    line: Option<Line>,
    /// What it loses of the next command that asks for money.
    loses: Option<Loses>,
    pub merchant: Merchant,
    pub model: Model,
    pub wrong: Vec<String>,
    subscriptions: u32,
}

impl World {
    pub async fn open(pg: PgUnderTest) -> Self {
        let times = |plan: &mut TestSettings| {
            // There is one more in between.
            let read_ms = if pg == PgUnderTest::Hosted { 400 } else { 150 };
            plan.pg_read_timeout = Duration::from_millis(read_ms);
            plan.apart = Apart::Apart;
        };
        let (gateway, line) = if pg == PgUnderTest::Hosted {
            let (gateway, line) = TestGateway::over_a_line(times).await;
            (gateway, Some(line))
        } else {
            let gateway = TestGateway::with(|plan| {
                plan.pg = pg;
                times(plan);
            });
            (gateway.await, None)
        };
        Self {
            merchant: gateway.merchant(),
            gateway: Some(gateway),
            pg,
            line,
            loses: None,
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
        let asks = matches!(
            command,
            Command::Charge { .. } | Command::Cancel { .. } | Command::Crash { .. } | Command::CrashThere { .. }
        );
        if let Some(line) = &self.line {
            line.loses(self.loses.take_if(|_| asks));
        }
        match command {
            Command::Issue(account) => self.issue(account).await,
            Command::Charge { key, order, price } => {
                self.charge(usize::from(key) % count, order, price, None).await;
            }
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
            Command::Advance { seconds } => self.gateway().pass_quickly(Duration::from_secs(seconds.into())).await,
            Command::Fault { on, kind } => self.gateway().pg.fault(on, kind, 1).await,
            Command::Lose(what) => self.loses = Some(what),
            Command::Settle(payment) => self.settle(usize::from(payment)).await,
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
            Command::CrashThere {
                key,
                order,
                price,
                after_ms,
            } => {
                self.charge(usize::from(key) % count, order, price, Some(u64::from(after_ms)))
                    .await;
            }
        }
    }

    async fn open_again(&mut self, down: Down) {
        let gateway = down.up().await;
        self.merchant = gateway.merchant();
        self.gateway = Some(gateway);
    }

    /// The line loses nothing any more.
    pub fn mend_line(&mut self) {
        self.loses = None;
        if let Some(line) = &self.line {
            line.loses(None);
        }
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
        self.charge(key, order, price, None).await;
    }

    /// The gateway's own id of a receipt, which may have one of the PG's too.
    pub async fn own(&self, receipt: String) -> String {
        let project = self.gateway().project(SANDBOX).id;
        let named = self.gateway().store().receipt_by_alias(project, &receipt).await;
        named.expect("it can be read").map_or(receipt, |own| own.to_string())
    }

    /// A debit; `crashes_there`: so many milliseconds after it was sent, whoever stands in the place of the hosted API dies.
    async fn ask_for(&mut self, body: serde_json::Value, crashes_there: Option<u64>) -> Answer {
        let asked = self.merchant.post("/v2/subscribe/payment", body);
        let Some(after_ms) = crashes_there else {
            return asked.await;
        };
        let (gateway, line) = (
            self.gateway.as_mut().expect("it is up"),
            self.line.as_ref().expect("a line"),
        );
        let crash = async {
            tokio::time::sleep(Duration::from_millis(after_ms)).await;
            gateway.crash_hosted(line).await;
        };
        tokio::join!(asked, crash).0
    }

    /// What is answered where the PG could not be reached: nothing was done.
    fn expect_or_unreached(&mut self, what: &str, answer: &Answer, allowed: &[&str]) {
        if self.pg != PgUnderTest::Hosted || answer.verdict() != "503 PG_UNAVAILABLE" {
            self.expect(what, answer, allowed);
        }
    }

    pub fn expect(&mut self, what: &str, answer: &Answer, allowed: &[&str]) {
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
        // Whoever is not told of the customer's consent at once asks again a little later.
        let issued = self.gateway().while_time_creeps(self.merchant.issue(changes));
        let (_, billing_key) = issued.await;
        self.model.keys.push(Key {
            billing_key,
            account,
            is_destroyed: false,
        });
    }

    async fn charge(&mut self, key: usize, order: u8, price: u64, crashes_there: Option<u64>) {
        let order_id = format!("order-{order}");
        let held = self.model.held(&order_id, self.now_ms());
        let body = charge_body(&self.model.keys[key].billing_key, order, price);
        let answer = self.ask_for(body, crashes_there).await;
        let what = format!("charge {order_id} of {price}, {held:?}");
        let receipt = self.own(answer.text("receipt_id")).await;
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
                self.expect_or_unreached(
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
                self.expect_or_unreached(&what, &answer, &["200", "400 RC_CANCEL_CRITICAL_ERROR"]);
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

    pub async fn close(self) {
        if let Some(gateway) = self.gateway {
            gateway.stop().await;
        }
    }
}
