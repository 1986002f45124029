//! What must hold at the end of a history, two hours later.

use std::collections::{BTreeMap, HashSet};

use super::model::{Answered, Attempt, Model};
use super::world::World;
use testkit::Ledger;

/// What came of histories, to see that they were worth it.
#[derive(Debug, Default)]
pub struct Totals {
    histories: usize,
    ends: BTreeMap<&'static str, usize>,
}

impl Totals {
    pub fn add(&mut self, other: &Self) {
        self.histories += other.histories;
        for (end, count) in &other.ends {
            *self.ends.entry(end).or_default() += count;
        }
    }

    fn count(&mut self, end: &'static str) {
        *self.ends.entry(end).or_default() += 1;
    }
}

const TWO_HOURS_S: u64 = 7_200;

impl World {
    /// Advances two hours and compares everything with everything; what is wrong is the error.
    pub async fn judged(mut self) -> Result<Totals, String> {
        self.pass(TWO_HOURS_S).await;
        let mut totals = Totals {
            histories: 1,
            ends: BTreeMap::new(),
        };
        let ledger = self.gateway().pg.ledger().await;
        let mut known = HashSet::new();
        for number in 0..4 {
            let order_id = format!("order-{number}");
            let found = self.merchant.get(&format!("/v2/lookup/order/{order_id}")).await.json();
            let mut kept = 0;
            for attempt in found.as_array().into_iter().flatten() {
                let seen = Seen::of(attempt);
                known.insert(seen.receipt.clone());
                kept += u32::from(ledger.debited(&seen.receipt).1 > 0);
                totals.count(seen.end());
                self.wrong.extend(seen.against_the_ledger(&ledger));
                if let Some(attempt) = self.model.attempts.get(&seen.receipt) {
                    self.wrong.extend(seen.against_the_model(attempt, &self.model));
                }
            }
            if kept > 1 {
                self.wrong.push(format!("{order_id} was debited {kept} times: {found}"));
            }
        }
        for receipt in self.model.attempts.keys().filter(|receipt| !known.contains(*receipt)) {
            self.wrong.push(format!("{receipt} was answered and is lost"));
        }
        for debit in ledger.debits.iter().filter(|debit| !known.contains(&debit.order_id)) {
            self.wrong.push(format!("a debit that nobody knows here: {debit:?}"));
        }
        self.judge_reserves(&ledger, &mut totals).await;
        let wrong = std::mem::take(&mut self.wrong);
        self.close().await;
        if wrong.is_empty() {
            Ok(totals)
        } else {
            Err(wrong.join("\n"))
        }
    }

    async fn judge_reserves(&mut self, ledger: &Ledger, totals: &mut Totals) {
        let mut receipts = HashSet::new();
        for reserve in &self.model.reserves {
            let found = self
                .merchant
                .get(&format!("/v2/subscribe/payment/reserve/{}", reserve.reserve_id))
                .await;
            let receipt = found.text("receipt_id");
            let kept = ledger.debited(&receipt).1;
            let is_right = match found.text("status").as_str() {
                "1" => !reserve.is_revoked && !receipt.is_empty(),
                "-1" => !reserve.is_revoked && kept == 0,
                "3" => reserve.is_revoked && receipt.is_empty(),
                _ => false,
            };
            totals.count(match found.text("status").as_str() {
                "1" => "reserves done",
                "-1" => "reserves failed",
                _ => "reserves revoked",
            });
            if !is_right || (!receipt.is_empty() && !receipts.insert(receipt)) {
                self.wrong.push(format!("{reserve:?} is {}, kept {kept}", found.body));
            }
            if found.text("status") == "1" {
                let again = self
                    .merchant
                    .post("/v2/subscribe/payment/reserve", reserve.body.clone())
                    .await;
                if again.text("reserve_id") != reserve.reserve_id {
                    self.wrong
                        .push(format!("{reserve:?}, asked again after its time: {}", again.body));
                }
            }
            if kept > 0 && self.model.keys[reserve.key].never_pays() {
                self.wrong.push(format!("{reserve:?} took money that is not there"));
            }
        }
    }
}

/// An attempt as the API shows it.
struct Seen {
    receipt: String,
    status: i64,
    price: u64,
    cancelled: u64,
}

impl Seen {
    fn of(attempt: &serde_json::Value) -> Self {
        Self {
            receipt: attempt["receipt_id"].as_str().unwrap_or_default().to_owned(),
            status: attempt["status"].as_i64().unwrap_or_default(),
            price: attempt["price"].as_u64().unwrap_or_default(),
            cancelled: attempt["cancelled_price"].as_u64().unwrap_or_default(),
        }
    }

    fn end(&self) -> &'static str {
        match (self.status, self.cancelled) {
            (1, 0) => "paid",
            (1, _) => "partly cancelled",
            (20, _) => "cancelled",
            (-2, _) => "no money",
            _ => "open",
        }
    }

    fn against_the_ledger(&self, ledger: &Ledger) -> Option<String> {
        let (debits, kept) = ledger.debited(&self.receipt);
        let given_back: u64 = ledger.refunds_of(&self.receipt).iter().sum();
        let is_right = match self.status {
            1 => debits == 1 && kept == self.price - self.cancelled && kept > 0,
            20 => debits == 1 && kept == 0 && self.cancelled == self.price,
            -2 => debits <= 1 && kept == 0 && self.cancelled == 0,
            _ => false,
        };
        let is_given_back = self.status == -2 || given_back == self.cancelled;
        (!is_right || !is_given_back).then(|| {
            let Self {
                receipt,
                status,
                price,
                cancelled,
            } = self;
            format!(
                "{receipt}: status {status}, {cancelled} of {price} cancelled; at the PG {debits} debits, {kept} kept, \
                 {given_back} given back"
            )
        })
    }

    fn against_the_model(&self, attempt: &Attempt, model: &Model) -> Option<String> {
        let is_paid = matches!(self.status, 1 | 20);
        let agrees = match attempt.answered {
            Answered::Paid => is_paid,
            Answered::NoMoney => !is_paid,
            Answered::InDoubt => true,
        };
        let may = attempt.surely_cancelled()..=attempt.perhaps_cancelled();
        let is_impossible = is_paid && model.keys[attempt.key].never_pays();
        (!agrees || !may.contains(&self.cancelled) || is_impossible).then(|| {
            format!(
                "{}: status {}, {} cancelled; answered: {attempt:?}",
                self.receipt, self.status, self.cancelled
            )
        })
    }
}
