//! What this run has sent that must not stay: written down before it is sent.

use domain::Won;

/// All of it.
#[derive(Default)]
pub(super) struct Ledger {
    numbers: u32,
    pub(super) debits: Vec<SentDebit>,
    pub(super) consents: Vec<SentConsent>,
}

/// A debit that was sent, or is about to be.
#[derive(Debug, Clone)]
pub(super) struct SentDebit {
    pub(super) order_id: String,
    pub(super) price: Won,
    /// Those that are known to have come of it.
    pub(super) receipts: Vec<String>,
    /// How many of its sendings may have debited, and have no receipt here.
    pub(super) open: u32,
}

/// A consent that somebody was asked for.
#[derive(Debug, Clone)]
pub(super) struct SentConsent {
    pub(super) subscription_id: String,
    /// `None`: its start had no answer, or was refused.
    pub(super) receipt_id: Option<String>,
    pub(super) key: Option<String>,
    pub(super) is_over: bool,
}

/// What a sending of a debit came to.
pub(super) enum Sent {
    Debited(String),
    Refused,
    Unknown,
}

impl Ledger {
    pub(super) fn next_number(&mut self) -> u32 {
        self.numbers += 1;
        self.numbers
    }

    /// A debit is about to be sent.
    pub(super) fn sends(&mut self, order_id: &str, price: Won) {
        match self.debits.iter_mut().find(|debit| debit.order_id == order_id) {
            Some(again) => again.open += 1,
            None => self.debits.push(SentDebit {
                order_id: order_id.to_owned(),
                price,
                receipts: Vec::new(),
                open: 1,
            }),
        }
    }

    /// The last sending of the order was answered.
    pub(super) fn answered(&mut self, order_id: &str, sent: Sent) {
        let Some(debit) = self.debits.iter_mut().find(|debit| debit.order_id == order_id) else {
            return;
        };
        match sent {
            Sent::Debited(receipt_id) => {
                debit.open -= 1;
                if !debit.receipts.contains(&receipt_id) {
                    debit.receipts.push(receipt_id);
                }
            }
            Sent::Refused => debit.open -= 1,
            Sent::Unknown => {}
        }
    }

    /// What is known of the consent now.
    pub(super) fn consent(&mut self, subscription_id: &str, change: impl FnOnce(&mut SentConsent)) {
        let known = |consent: &&mut SentConsent| consent.subscription_id == subscription_id;
        // A second start under one id is a consent of its own: the last one is meant.
        if let Some(consent) = self.consents.iter_mut().rev().find(known) {
            change(consent);
        }
    }

    pub(super) fn asks(&mut self, subscription_id: &str) {
        self.consents.push(SentConsent {
            subscription_id: subscription_id.to_owned(),
            receipt_id: None,
            key: None,
            is_over: false,
        });
    }
}
