//! What a run has left at the hosted API is taken back: debits are refunded, keys are ended. What cannot be is told.

use std::time::Duration;

use domain::Won;
use serde_json::Value;
use tokio::time::Instant;

use super::super::answer::Receipt;
use super::ask::Said;
use super::consent::key_of;
use super::ledger::{SentConsent, SentDebit};
use super::{Desk, Measuring, Progress};
use crate::connector::{Connector, ExpireKeyRequest, RefundRequest};
use crate::lookups::PaymentLookup;
use crate::outcome::Outcome;

/// How many times as long as refunds take to show one that was refused is looked at.
const REFUSED_LOOKS: u32 = 4;
/// Between two tries.
const TRIES_EVERY: Duration = Duration::from_secs(2);

/// What stays there until a person sees to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Left {
    /// Money, by its receipt.
    Debit {
        order_id: String,
        receipt_id: String,
        price: Won,
        why: String,
    },
    /// It may have been debited; no receipt is known.
    PerhapsDebited {
        order_id: String,
        price: Won,
    },
    Key {
        billing_key: String,
        why: String,
    },
    /// Somebody may have been called and have agreed, and it cannot be seen whether there is a key of it.
    PerhapsAsked {
        subscription_id: String,
    },
}

impl Measuring {
    /// Gives back whatever this run has debited, and ends the keys that it has made. To be called when it is over, however it ended.
    pub async fn give_back(&self, desk: &dyn Desk) -> Vec<Left> {
        let (debits, consents) = {
            let ledger = self.ledger();
            (ledger.debits.clone(), ledger.consents.clone())
        };
        let mut left = Vec::new();
        for debit in &debits {
            self.give_back_debit(debit, desk, &mut left).await;
        }
        for consent in &consents {
            left.extend(self.end_key(consent).await);
        }
        left
    }

    /// The same of what nobody waited for: all that it has sent.
    #[must_use]
    pub fn not_given_back(&self) -> Vec<Left> {
        let ledger = self.ledger();
        let debits = ledger.debits.iter().flat_map(|debit| {
            let known = debit.receipts.iter().map(|receipt_id| Left::Debit {
                order_id: debit.order_id.clone(),
                receipt_id: receipt_id.clone(),
                price: debit.price,
                why: "not waited for".to_owned(),
            });
            known
                .chain((debit.open > 0).then(|| perhaps(debit)))
                .collect::<Vec<_>>()
        });
        let keys = ledger.consents.iter().filter_map(|consent| consent.key.clone());
        let keys = keys.map(|billing_key| Left::Key {
            billing_key,
            why: "not waited for".to_owned(),
        });
        debits.chain(keys).collect()
    }

    async fn give_back_debit(&self, debit: &SentDebit, desk: &dyn Desk, left: &mut Vec<Left>) {
        let mut receipts = debit.receipts.clone();
        let until = Instant::now() + self.waits.lost;
        // One without an answer may still come; and a look-up knows of what no answer has told.
        loop {
            let listed = self.paid_receipts(debit).await;
            for found in listed.into_iter().flatten() {
                if !receipts.contains(&found) {
                    receipts.push(found);
                }
            }
            let is_open = receipts.len() < debit.receipts.len() + usize::try_from(debit.open).unwrap_or(usize::MAX);
            if !is_open {
                break;
            }
            if Instant::now() >= until {
                left.push(perhaps(debit));
                break;
            }
            tokio::time::sleep(TRIES_EVERY.min(self.waits.lost)).await;
        }
        for receipt_id in &receipts {
            if let Err(why) = self.refund_rest(receipt_id, desk).await {
                left.push(Left::Debit {
                    order_id: debit.order_id.clone(),
                    receipt_id: receipt_id.clone(),
                    price: debit.price,
                    why,
                });
            }
        }
    }

    /// The paid receipts under the order id, whoever told of them; `None`: no answer.
    async fn paid_receipts(&self, debit: &SentDebit) -> Option<Vec<String>> {
        let said = self.get(format!("/v2/lookup/order/{}", debit.order_id)).await.ok()?;
        let Said::Done(Value::Array(list)) = said else {
            return None;
        };
        let receipts = list.iter().filter_map(Receipt::of);
        let paid = receipts
            .filter(|receipt| receipt.is_of(&debit.order_id) && matches!(receipt.seen(), Some(PaymentLookup::Paid(_))));
        Some(paid.map(|receipt| receipt.receipt_id).collect())
    }

    /// Refunds what is left of a debit. One that was sent without an answer is never sent again: it is read until the receipt shows it.
    /// One that was refused is sent anew when the receipt has moved since: it had not shown all that was given back.
    async fn refund_rest(&self, receipt_id: &str, desk: &dyn Desk) -> Result<(), String> {
        let mut until = Instant::now() + self.waits.lost;
        let mut why = "its receipt could not be read".to_owned();
        let mut tried = None;
        loop {
            let seen = self.hosted.find_by_tid(receipt_id.to_owned(), self.at()).await;
            match seen {
                Outcome::Done(PaymentLookup::Cancelled(_)) => return Ok(()),
                Outcome::Done(PaymentLookup::Paid(record)) if record.balance == Won::ZERO => return Ok(()),
                Outcome::Done(PaymentLookup::Paid(record))
                    if tried.is_none_or(|price| may_try(price, record.balance)) =>
                {
                    let refund = self.refund_once(receipt_id, record.balance, desk).await;
                    (tried, why) = match refund {
                        Outcome::Done(()) | Outcome::Unknown(_) => (
                            Some(None),
                            "its refund was sent, and the receipt does not show it".to_owned(),
                        ),
                        Outcome::NotSent(_) => (None, "its refund could not be sent".to_owned()),
                        Outcome::Refused { pg, .. } => {
                            until = until.min(Instant::now() + REFUSED_LOOKS * self.waits.settles);
                            (
                                Some(Some(record.balance)),
                                format!("its refund was refused: {} {}", pg.code, pg.text),
                            )
                        }
                    };
                }
                _ => {}
            }
            if Instant::now() >= until {
                return Err(why);
            }
            tokio::time::sleep(self.waits.look).await;
        }
    }

    async fn refund_once(&self, receipt_id: &str, price: Won, desk: &dyn Desk) -> Outcome<()> {
        desk.tell(&Progress::GivingBack { receipt_id, price });
        let order = RefundRequest {
            order_id: self.new_id(),
            tid: receipt_id.to_owned(),
            price,
            tax_free: Won::ZERO,
            reason: "jadong measure".to_owned(),
        };
        self.hosted.cancel(order, self.at_once()).await
    }

    /// A key that came of a consent is ended; also one of an agreement that came after the last question.
    async fn end_key(&self, consent: &SentConsent) -> Option<Left> {
        let key = match (&consent.key, &consent.receipt_id) {
            (Some(key), _) => key.clone(),
            (None, None) if consent.is_over => return None,
            (None, None) => return Some(perhaps_asked(consent)),
            (None, Some(receipt_id)) => match self.publish(receipt_id).await {
                Ok(Said::Silent(_) | Said::NotSent(_)) => return Some(perhaps_asked(consent)),
                Ok(said) => match key_of(&said) {
                    Some(key) => key,
                    // Published before by a call whose answer was lost, or not agreed to, and then nobody publishes it any more: only the
                    // key's look-up says which.
                    None => match self.get(format!("/v2/subscribe/billing_key/{receipt_id}")).await {
                        Ok(Said::Silent(_) | Said::NotSent(_)) | Err(_) => return Some(perhaps_asked(consent)),
                        Ok(found) => key_of(&found)?,
                    },
                },
                Err(_) => return Some(perhaps_asked(consent)),
            },
        };
        let order = ExpireKeyRequest {
            order_id: self.new_id(),
            bid: key.clone(),
        };
        let why = match self.hosted.expire_key(order, self.at_once()).await {
            Outcome::Done(()) => return None,
            Outcome::Refused { pg, .. } => format!("{} {}", pg.code, pg.text),
            Outcome::NotSent(_) | Outcome::Unknown(_) => "no answer".to_owned(),
        };
        Some(Left::Key { billing_key: key, why })
    }
}

/// After a refund that was refused for `price`; one that may have been done has none.
fn may_try(refused: Option<Won>, balance: Won) -> bool {
    refused.is_some_and(|price| price != balance)
}

fn perhaps(debit: &SentDebit) -> Left {
    Left::PerhapsDebited {
        order_id: debit.order_id.clone(),
        price: debit.price,
    }
}

fn perhaps_asked(consent: &SentConsent) -> Left {
    Left::PerhapsAsked {
        subscription_id: consent.subscription_id.clone(),
    }
}
