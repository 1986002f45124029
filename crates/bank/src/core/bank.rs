//! The state, and how each event changes it.

use std::collections::{HashMap, HashSet};

use super::consent::Consent;
use super::event::Event;
use super::fingerprint::Fingerprint;
use super::ids::{Bid, Tid};
use super::refusal::Shop;
use super::scenario::Scenario;

/// Everything the bank knows.
#[derive(Default)]
pub struct Bank {
    pub consents: HashMap<Box<str>, Consent>,
    pub keys: HashMap<Bid, Key>,
    pub scenarios: HashMap<Fingerprint, SetScenario>,
    pub shop: Shop,
    pub last_tid: Tid,
    /// Orders that expired a key; an order is accepted once, whatever it was for.
    expiry_orders: HashSet<Box<str>>,
}

/// A registered key; its account is the consent's.
pub struct Key {
    pub order_id: Box<str>,
    pub registered_at_ms: i64,
    pub expired_at_ms: Option<i64>,
}

/// A behaviour that the control API gave to a phone.
pub struct SetScenario {
    pub phone_masked: Box<str>,
    pub scenario: Scenario,
}

/// An event names something that does not exist: the journal is not this bank's.
#[derive(Debug)]
pub struct Misfit;

impl Bank {
    /// Whether an accepted command has used this order.
    #[must_use]
    pub fn is_used(&self, order_id: &str) -> bool {
        self.consents.contains_key(order_id) || self.expiry_orders.contains(order_id)
    }

    /// Counts a look at a consent. Not an event: it changes no answer but a late report's, which is one.
    pub fn count_poll(&mut self, order_id: &str) {
        if let Some(consent) = self.consents.get_mut(order_id) {
            consent.polls = consent.polls.saturating_add(1);
        }
    }

    /// Lets `event` happen. An event that was decided on this very state always fits.
    pub fn apply(&mut self, event: Event) -> Result<(), Misfit> {
        match event {
            Event::ConsentStarted(mut started) => {
                self.last_tid = self.last_tid.max(started.tid);
                let order_id = std::mem::take(&mut started.order_id);
                // A second ring of the same order would be the very mistake that the ledger is there to show.
                match self.consents.get_mut(&order_id) {
                    Some(consent) => consent.rung += 1,
                    None => drop(self.consents.insert(order_id, Consent::started(started))),
                }
            }
            Event::ConsentAnswered { order_id, status, .. } => {
                self.consents.get_mut(&order_id).ok_or(Misfit)?.answer(status);
            }
            Event::KeyRegistered { order_id, bid, at_ms } => {
                self.consents.get_mut(&order_id).ok_or(Misfit)?.bid = Some(bid);
                let key = Key {
                    order_id,
                    registered_at_ms: at_ms,
                    expired_at_ms: None,
                };
                self.keys.insert(bid, key);
            }
            Event::KeyExpired { order_id, bid, at_ms } => {
                self.keys.get_mut(&bid).ok_or(Misfit)?.expired_at_ms = Some(at_ms);
                self.expiry_orders.insert(order_id);
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
        }
        Ok(())
    }
}
