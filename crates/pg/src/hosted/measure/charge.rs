//! Debits, and how soon the look-up of their orders shows them.

use std::time::Duration;

use domain::Won;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::Instant;

use super::super::answer::Receipt;
use super::answers::{EMPTY_LIST, LISTED, NEVER};
use super::ask::Said;
use super::ledger::Sent;
use super::{Act, Desk, Measuring, Plan, Probe, Progress, Question, Stopped, check_key_pair};
use crate::lookups::PaymentLookup;

pub(super) const QUESTIONS: &[Question] = &[Question::PaidOrder, Question::SeenAfterMs];

/// One may have been quick by chance.
const DEBITS: u32 = 3;
/// A look-up that has shown a debit must go on to: another of its machines may not know it yet.
const LOOKS_IN_A_ROW: u32 = 3;

#[derive(Serialize)]
struct Body<'a> {
    billing_key: &'a str,
    order_name: &'a str,
    order_id: &'a str,
    price: u64,
    tax_free: u64,
}

/// A debit that was made.
pub(super) struct Debited {
    pub(super) order_id: String,
    pub(super) receipt_id: String,
}

/// What a debit's order looked like from outside.
struct Listing {
    /// From its sending until it was there for good; `None`: it never was.
    after: Option<Duration>,
    /// Whether the last look was answered with "nothing".
    is_told: bool,
}

/// How a debit's sending stands.
#[derive(Clone, Copy)]
enum Standing {
    UnderWay,
    Debited(Instant),
    Over,
}

impl Measuring {
    /// What is said of an order that nobody has used.
    pub(super) async fn look_up_nothing(&self) -> Result<(), Stopped> {
        let said = self.get(format!("/v2/lookup/order/{}", self.new_id())).await?;
        let says = match &said {
            Said::Done(Value::Array(list)) if list.is_empty() => Ok(EMPTY_LIST.to_owned()),
            Said::Done(Value::Array(list)) => Ok(format!("list_of_{}", list.len())),
            Said::Done(_) => Ok("no_list".to_owned()),
            said => said.shown(),
        };
        self.measured(Probe::Lookup, Question::UnknownOrder, says);
        Ok(())
    }

    /// Errors: the key is of a key pair that must not be measured with.
    pub(super) async fn check_key(&self, key: &str, allowed: super::KeyPairs) -> Result<(), Stopped> {
        match self.get(format!("/v2/billing_key/{key}")).await? {
            Said::Done(body) => check_key_pair(&body, allowed),
            said => Err(Stopped::NoKey(said.shown().unwrap_or_else(|why| why))),
        }
    }

    /// Debits, and what is tried on a debit.
    pub(super) async fn charges(&self, key: Option<&str>, plan: &Plan, desk: &dyn Desk) -> Result<(), Stopped> {
        let nothing_to_try = |why: &str| {
            self.skipped(Probe::Charge, QUESTIONS, why);
            self.skipped(Probe::UsedOrder, &[Question::UsedOrderId], why);
            self.skipped(Probe::Refund, super::refund::QUESTIONS, why);
        };
        let Some(key) = key else {
            nothing_to_try("no key: --key, or a consent that was agreed to");
            return Ok(());
        };
        let act = Act::Charge {
            key: key.to_owned(),
            price: plan.price,
            times: DEBITS,
        };
        if !self.may(&act, desk).await? {
            nothing_to_try("charge is not allowed");
            return Ok(());
        }
        self.check_key(key, plan.key_pairs).await?;
        let Some(debited) = self.debits(key, plan.price, desk).await? else {
            let why = "no debit was made";
            self.skipped(Probe::UsedOrder, &[Question::UsedOrderId], why);
            self.skipped(Probe::Refund, super::refund::QUESTIONS, why);
            return Ok(());
        };
        self.used_order(key, &debited.order_id, plan, desk).await?;
        self.refunds(&debited.receipt_id, plan.price, desk).await
    }

    /// The longest time is what counts; where one has none, nothing was measured.
    async fn debits(&self, key: &str, price: Won, desk: &dyn Desk) -> Result<Option<Debited>, Stopped> {
        let (mut longest, mut first) = (Duration::ZERO, None);
        let mut seen_after = Ok(());
        for _ in 0..DEBITS {
            let (debited, listing) = match self.debit(key, price, desk).await? {
                Ok(done) => done,
                Err(why) => {
                    seen_after = Err(why);
                    break;
                }
            };
            first.get_or_insert(debited);
            match listing {
                Listing { after: Some(after), .. } => longest = longest.max(after),
                Listing { is_told: true, .. } => {
                    self.measured(Probe::Charge, Question::PaidOrder, Ok("not_listed".to_owned()));
                    self.measured(Probe::Charge, Question::SeenAfterMs, Ok(NEVER.to_owned()));
                    return Ok(first);
                }
                Listing { .. } => {
                    seen_after = Err("the look-up did not answer".to_owned());
                    break;
                }
            }
        }
        let says = |says: String| seen_after.clone().map(|()| says);
        self.measured(Probe::Charge, Question::PaidOrder, says(LISTED.to_owned()));
        // Rounded up: nothing was there before.
        let ms = longest.as_millis() + 1;
        self.measured(Probe::Charge, Question::SeenAfterMs, says(ms.to_string()));
        Ok(first)
    }

    /// One debit, looked for from the moment in which it is sent. `Err`: why none was made.
    async fn debit(
        &self,
        key: &str,
        price: Won,
        desk: &dyn Desk,
    ) -> Result<Result<(Debited, Listing), String>, Stopped> {
        self.pause(Duration::ZERO).await?;
        let order_id = self.new_id();
        let (standing, seen) = watch::channel(Standing::UnderWay);
        let sent = Instant::now();
        let sending = async {
            let said = self.charge(key, &order_id, price, desk).await;
            let is_debited = matches!(&said, Ok(Said::Done(_)));
            standing.send_replace(if is_debited {
                Standing::Debited(Instant::now())
            } else {
                Standing::Over
            });
            said
        };
        let (said, listing) = tokio::join!(sending, self.listing(&order_id, price, sent, seen));
        let said = said?;
        let (Said::Done(_), Some(receipt_id)) = (&said, said.receipt_id()) else {
            return Ok(Err(said.shown().unwrap_or_else(|why| why)));
        };
        Ok(Ok((Debited { order_id, receipt_id }, listing)))
    }

    /// Sends a debit. It is on the ledger before it leaves.
    pub(super) async fn charge(&self, key: &str, order_id: &str, price: Won, desk: &dyn Desk) -> Result<Said, Stopped> {
        self.ledger().sends(order_id, price);
        desk.tell(&Progress::Debiting { order_id, price });
        let body = Body {
            billing_key: key,
            order_name: "jadong measure",
            order_id,
            price: price.get(),
            tax_free: 0,
        };
        let said = self.post("/v2/subscribe/payment", &body).await;
        let sent = match &said {
            Ok(Said::Done(body)) => match Receipt::of(body) {
                Some(receipt) if matches!(receipt.seen(), Some(PaymentLookup::Paid(_))) => {
                    Sent::Debited(receipt.receipt_id)
                }
                // Answered with what is not paid: whoever gives back looks again.
                _ => Sent::Unknown,
            },
            Ok(Said::Refused { .. } | Said::NotSent(_)) | Err(_) => Sent::Refused,
            Ok(Said::Silent(_)) => Sent::Unknown,
        };
        let is_open = matches!((&said, &sent), (Ok(Said::Done(_)), Sent::Unknown));
        self.ledger().answered(order_id, sent);
        if is_open {
            return Ok(Said::Silent("not paid yet"));
        }
        said
    }

    /// Looks for a debit until it is there for good, its sending has come to nothing, or its time is over.
    async fn listing(&self, order_id: &str, price: Won, sent: Instant, standing: watch::Receiver<Standing>) -> Listing {
        let mut since = None;
        let mut in_a_row = 0;
        loop {
            let looked_at = Instant::now();
            let looked = self.listed(order_id, price).await;
            if looked == Some(true) {
                // Seen when it was answered, not when it was asked.
                let first = *since.get_or_insert_with(Instant::now);
                in_a_row += 1;
                if in_a_row >= LOOKS_IN_A_ROW {
                    return Listing {
                        after: Some(first - sent),
                        is_told: true,
                    };
                }
            } else {
                (since, in_a_row) = (None, 0);
            }
            let is_over = match *standing.borrow() {
                Standing::UnderWay => false,
                Standing::Debited(at) => looked_at.saturating_duration_since(at) > self.waits.listed,
                Standing::Over => true,
            };
            if is_over || self.pause(self.waits.look).await.is_err() {
                return Listing {
                    after: None,
                    is_told: is_over && looked == Some(false),
                };
            }
        }
    }

    /// Whether the order is listed as paid; `None`: that was not answered.
    async fn listed(&self, order_id: &str, price: Won) -> Option<bool> {
        match self.get(format!("/v2/lookup/order/{order_id}")).await.ok()? {
            Said::Done(Value::Array(list)) => {
                let is_paid = |body: &Value| {
                    Receipt::of(body).is_some_and(|receipt| {
                        receipt.is_of(order_id)
                            && receipt.price() == Some(price)
                            && matches!(receipt.seen(), Some(PaymentLookup::Paid(_)))
                    })
                };
                Some(list.iter().any(is_paid))
            }
            Said::Refused { code, .. } if code == super::super::answer::NOT_FOUND => Some(false),
            _ => None,
        }
    }

    async fn used_order(&self, key: &str, order_id: &str, plan: &Plan, desk: &dyn Desk) -> Result<(), Stopped> {
        let act = Act::UsedOrder {
            key: key.to_owned(),
            price: plan.price,
        };
        if !self.may(&act, desk).await? {
            self.skipped(Probe::UsedOrder, &[Question::UsedOrderId], "used-order is not allowed");
            return Ok(());
        }
        let before = self.receipts_of(order_id);
        let said = self.charge(key, order_id, plan.price, desk).await?;
        let says = match &said {
            Said::Done(_) if self.receipts_of(order_id) == before => Ok("same_receipt".to_owned()),
            Said::Done(_) => Ok("debited_again".to_owned()),
            said => said.shown(),
        };
        self.measured(Probe::UsedOrder, Question::UsedOrderId, says);
        Ok(())
    }

    fn receipts_of(&self, order_id: &str) -> usize {
        let ledger = self.ledger();
        let debit = ledger.debits.iter().find(|debit| debit.order_id == order_id);
        debit.map_or(0, |debit| debit.receipts.len())
    }
}
