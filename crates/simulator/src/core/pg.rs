//! The state, and how each event changes it.

use std::collections::HashMap;

use super::consent::Consent;
use super::debit::{DebitScenario, DebitSetting};
use super::event::Event;
use super::fingerprint::SimulatorFingerprint;
use super::ids::{Bid, Tid};
use super::ledger::{SimulatorLedger, Use};
use super::maintenance::{Maintenance, Window};
use super::payment::ChargeOutcome;
use super::refusal::MerchantPermission;
use super::scenario::Scenario;
use super::wallet::Wallets;

/// Everything the bank knows.
#[derive(Default)]
pub struct SimulatedPg {
    pub consents: HashMap<Box<str>, Consent>,
    pub keys: HashMap<Bid, Key>,
    pub scenarios: HashMap<SimulatorFingerprint, SetScenario>,
    pub shop: MerchantPermission,
    pub last_tid: Tid,
    pub ledger: SimulatorLedger,
    pub maintenance: Maintenance,
    /// How every account behaves whose key was not told otherwise.
    pub every_account: Option<DebitSetting>,
    /// The consents by link.
    pub wallets: Wallets,
    /// How far the clock of whoever looked last at a consent was ahead of the machine's; few, so beside the consents.
    ahead_ms: HashMap<Box<str>, i64>,
}

/// A registered key; its account is the consent's.
pub struct Key {
    pub order_id: Box<str>,
    pub registered_at_ms: i64,
    pub expired_at_ms: Option<i64>,
    /// How its account behaves, if the control API said so.
    pub debit: Option<DebitSetting>,
    /// Charges that found too little, since the account was told how to behave.
    pub without_funds: u32,
}

/// A behaviour that the control API gave to a phone.
pub struct SetScenario {
    pub phone_masked: Box<str>,
    pub scenario: Scenario,
}

/// An event names something that does not exist: the journal is not this simulated PG's.
#[derive(Debug)]
pub struct ValidationError;

impl SimulatedPg {
    /// Whether an accepted command has used this order.
    #[must_use]
    pub fn is_used(&self, order_id: &str) -> bool {
        self.consents.contains_key(order_id) || self.ledger.usage(order_id).is_some()
    }

    /// How the account of `key` behaves: as the key was told, or all were, or as its number says.
    #[must_use]
    pub fn debit_setting(&self, key: &Key) -> DebitSetting {
        let usual = || self.consents.get(&key.order_id).map(|consent| consent.debit);
        key.debit
            .or(self.every_account)
            .unwrap_or_else(|| usual().unwrap_or(DebitScenario::Pays).into())
    }

    /// Three digits.
    #[must_use]
    pub fn bank_code(&self, key: &Key) -> &str {
        let consent = self.consents.get(&key.order_id);
        consent.map_or("", |consent| &consent.bank_code)
    }

    /// Counts a look at a consent. Not an event: it changes no answer but a late report's, which is one.
    pub fn look(&mut self, order_id: &str, ahead_ms: i64) {
        if let Some(consent) = self.consents.get_mut(order_id) {
            consent.polls = consent.polls.saturating_add(1);
            self.note_ahead(order_id, ahead_ms);
        }
    }

    fn note_ahead(&mut self, order_id: &str, ahead_ms: i64) {
        if ahead_ms > 0 {
            self.ahead_ms.insert(order_id.into(), ahead_ms);
        }
    }

    /// The own time of a consent, when the machine's is `machine_ms`.
    #[must_use]
    pub fn present_ms(&self, order_id: &str, machine_ms: i64) -> i64 {
        machine_ms.saturating_add(self.ahead_ms.get(order_id).copied().unwrap_or(0))
    }

    /// Lets `event` happen. An event that was decided on this very state always fits.
    pub fn apply(&mut self, event: Event) -> Result<(), ValidationError> {
        match event {
            Event::ConsentStarted(mut started) => {
                self.last_tid = self.last_tid.max(started.tid);
                let order_id = std::mem::take(&mut started.order_id);
                self.note_ahead(&order_id, started.ahead_ms);
                if let Some(wallet) = started.wallet.take() {
                    self.wallets.add(&order_id, wallet);
                }
                // A second ring of the same order would be the very mistake that the ledger is there to show.
                match self.consents.get_mut(&order_id) {
                    Some(consent) => consent.rung += 1,
                    None => drop(self.consents.insert(order_id, Consent::started(started))),
                }
            }
            Event::ConsentAnswered { order_id, status, .. } => {
                self.consents.get_mut(&order_id).ok_or(ValidationError)?.answer(status);
            }
            Event::KeyRegistered { order_id, bid, at_ms } => {
                self.consents.get_mut(&order_id).ok_or(ValidationError)?.bid = Some(bid);
                let key = Key {
                    order_id,
                    registered_at_ms: at_ms,
                    expired_at_ms: None,
                    debit: None,
                    without_funds: 0,
                };
                self.keys.insert(bid, key);
            }
            Event::KeyExpired { order_id, bid, at_ms } => {
                self.keys.get_mut(&bid).ok_or(ValidationError)?.expired_at_ms = Some(at_ms);
                self.ledger.spend(&order_id, Use::Expiry)?;
            }
            Event::ScenarioSet {
                phone,
                phone_masked,
                scenario,
                ..
            } => {
                let set = SetScenario { phone_masked, scenario };
                self.scenarios.insert(phone, set);
            }
            Event::ScenarioRemoved { phone, .. } => drop(self.scenarios.remove(&phone)),
            Event::ShopSet { register, .. } => self.shop = register,
            event => self.apply_money(event)?,
        }
        Ok(())
    }

    /// The same for charges and what follows them.
    fn apply_money(&mut self, event: Event) -> Result<(), ValidationError> {
        match event {
            Event::Charged(charged) => {
                let key = self.keys.get_mut(&charged.bid).ok_or(ValidationError)?;
                if charged.outcome == ChargeOutcome::InsufficientFunds && !charged.asked {
                    key.without_funds = key.without_funds.saturating_add(1);
                }
                let consent = self.consents.get(&key.order_id);
                let status = consent.and_then(|consent| consent.cash_receipt.as_deref().copied());
                let receipt = status.filter(|_| charged.outcome.takes());
                let last_tid = receipt.map_or(charged.tid, |_| charged.tid.following());
                self.last_tid = self.last_tid.max(last_tid);
                self.ledger.charge(&charged)?;
                receipt.map_or(Ok(()), |receipt| self.ledger.receipt_with(&charged, receipt))
            }
            Event::ChargedNoKey { order_id, .. } => self.ledger.spend(&order_id, Use::NoKey).map(drop),
            Event::NetCancelTried { order_id, at_ms } => self.ledger.net_cancel_tried(&order_id, at_ms),
            Event::Refunded(refunded) => {
                self.last_tid = self.last_tid.max(refunded.cancel_tid);
                self.ledger.give_back(&refunded)
            }
            Event::ReceiptIssued(issued) => {
                self.last_tid = self.last_tid.max(issued.tid);
                self.ledger.issue_receipt(&issued)
            }
            Event::ReceiptCancelled { tid, order_id, at_ms } => self.ledger.cancel_receipt(tid, &order_id, at_ms),
            Event::DebitSet { bid, debit, .. } => {
                let key = self.keys.get_mut(&bid).ok_or(ValidationError)?;
                key.debit = debit;
                key.without_funds = 0;
                Ok(())
            }
            Event::EveryDebitSet { debit, .. } => {
                self.every_account = debit;
                for key in self.keys.values_mut() {
                    key.debit = None;
                    key.without_funds = 0;
                }
                Ok(())
            }
            Event::MaintenanceSet {
                bank_code,
                from_ms,
                until_ms,
                ..
            } => {
                self.maintenance.set(bank_code, Window { from_ms, until_ms });
                Ok(())
            }
            Event::MaintenanceCleared { .. } => {
                self.maintenance.clear();
                Ok(())
            }
            // The ones that `apply` knows.
            _ => Err(ValidationError),
        }
    }
}
