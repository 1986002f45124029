//! What must hold at the end of a history, hours later; where a person had to end something, hours after that.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use super::model::{Answered, Attempt, Model};
use super::world::World;
use domain::payment::CancelState;
use testkit::{Ledger, PgUnderTest, SANDBOX};

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

/// In which everything ends that can: a reserve that is due in an hour, and a debit that is looked for as long and half as long again.
const LONG: Duration = Duration::from_secs(3 * 3_600);

fn orders() -> impl Iterator<Item = String> {
    (0..4).map(|number| format!("order-{number}"))
}

impl World {
    /// Advances some hours and compares everything with everything; what is wrong is the error.
    pub async fn judged(mut self) -> Result<Totals, String> {
        self.mend_line();
        self.gateway().pass_quickly(LONG).await;
        let mut totals = Totals {
            histories: 1,
            ends: BTreeMap::new(),
        };
        let open = self.without_verdict().await;
        if self.pg == PgUnderTest::Hosted && !open.is_empty() {
            *totals.ends.entry("ended by a person").or_default() += self.settle_what_is_open(&open).await;
            self.gateway().pass_quickly(LONG).await;
        }
        let ledger = self.gateway().ledger().await;
        let mut known = HashSet::new();
        for order_id in orders() {
            let found = self.attempts(&order_id).await;
            let mut kept = 0;
            for seen in &found {
                known.insert(seen.receipt.clone());
                kept += u32::from(ledger.debited(&seen.receipt).1 > 0);
                totals.count(seen.end());
                self.wrong.extend(seen.against_the_ledger(&ledger));
                self.wrong.extend(self.open_cancels(&seen.receipt).await);
                self.wrong.extend(self.without_proof(&seen.receipt).await);
                if let Some(attempt) = self.model.attempts.get(&seen.receipt) {
                    self.wrong.extend(seen.against_the_model(attempt, &self.model));
                }
            }
            if kept > 1 {
                self.wrong
                    .push(format!("{order_id} was debited {kept} times: {found:?}"));
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

    /// The attempts to pay an order, as the API shows them.
    async fn attempts(&self, order_id: &str) -> Vec<Seen> {
        let found = self.merchant.get(&format!("/v2/lookup/order/{order_id}")).await.json();
        let mut attempts = Vec::new();
        for attempt in found.as_array().into_iter().flatten() {
            let mut seen = Seen::of(attempt);
            seen.receipt = self.own(seen.receipt).await;
            attempts.push(seen);
        }
        attempts
    }

    async fn without_verdict(&self) -> Vec<String> {
        let mut open = Vec::new();
        for order_id in orders() {
            let attempts = self.attempts(&order_id).await.into_iter();
            open.extend(attempts.filter(|seen| seen.status == 2).map(|seen| seen.receipt));
        }
        open
    }

    /// Every cancel has come to an end.
    async fn open_cancels(&self, receipt: &str) -> Option<String> {
        let project = self.gateway().project(SANDBOX).id;
        let cancels = self
            .gateway()
            .store()
            .cancels(project, receipt.parse().expect("an id"))
            .await;
        let cancels = cancels.expect("they can be read").into_iter();
        let open: Vec<_> = cancels.filter(|cancel| cancel.state == CancelState::Intended).collect();
        (!open.is_empty()).then(|| format!("{receipt} has cancels without an end: {open:?}"))
    }

    /// Where "it is not there" is no proof, nobody but a person says that nothing was debited.
    async fn without_proof(&self, receipt: &str) -> Option<String> {
        let history = self.gateway().history(receipt).await;
        let is_claimed = history
            .iter()
            .any(|row| (row.0.as_str(), row.1.as_str()) == ("voided", "worker"));
        (self.pg == PgUnderTest::Hosted && is_claimed)
            .then(|| format!("{receipt} was voided without proof: {history:?}"))
    }

    async fn judge_reserves(&mut self, ledger: &Ledger, totals: &mut Totals) {
        let mut receipts = HashSet::new();
        for reserve in &self.model.reserves {
            let found = self
                .merchant
                .get(&format!("/v2/subscribe/payment/reserve/{}", reserve.reserve_id))
                .await;
            let receipt = self.own(found.text("receipt_id")).await;
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
#[derive(Debug)]
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
