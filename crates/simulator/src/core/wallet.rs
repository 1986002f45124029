//! A consent by link, as Toss Pay asks for one: the key has its name from the beginning, and is one once its customer has agreed.

use std::collections::HashMap;

use jiff::civil::DateTime;
use nicepay::wire::{ConsentStatus, WireAuthType};
use serde::{Deserialize, Serialize};

use super::debit::DebitScenario;
use super::event::{ConsentStarted, Event};
use super::fingerprint::FingerprintKey;
use super::ids::{Bid, Tid};
use super::pg::SimulatedPg;
use super::scenario::Scenario;

/// How long a link can be used.
pub const LINK_MS: u64 = 15 * 60 * 1000;
/// Whose account stands behind every wallet: Shinhan Bank, as in the public guide's examples.
pub const BANK_CODE: &str = "088";

/// What a consent by link has besides.
#[derive(Clone, Serialize, Deserialize)]
pub struct Wallet {
    pub bid: Bid,
    /// Told once the key is there.
    pub callback: Box<str>,
    pub success_url: Box<str>,
    pub failure_url: Box<str>,
}

/// The consents by link, by order and by key.
#[derive(Default)]
pub struct Wallets {
    of_order: HashMap<Box<str>, Wallet>,
    orders: HashMap<Bid, Box<str>>,
}

impl Wallets {
    pub(super) fn add(&mut self, order_id: &str, wallet: Wallet) {
        self.orders.insert(wallet.bid, order_id.into());
        self.of_order.insert(order_id.into(), wallet);
    }

    #[must_use]
    pub fn get(&self, order_id: &str) -> Option<&Wallet> {
        self.of_order.get(order_id)
    }

    #[must_use]
    pub fn order_of(&self, bid: Bid) -> Option<&str> {
        self.orders.get(&bid).map(|order_id| &**order_id)
    }
}

/// The command. `order_id` is the merchant's user, and with several keys of one user the key's own name besides.
pub struct StartLink<'a> {
    pub order_id: &'a str,
    pub goods_name: &'a str,
    pub callback: &'a str,
    pub success_url: &'a str,
    pub failure_url: &'a str,
    pub random: u64,
    /// How far the caller's clock is ahead of the machine's.
    pub ahead_ms: i64,
}

/// Starts it. `None` for an order that was used.
#[must_use]
pub fn start_link(
    bank: &SimulatedPg,
    start: &StartLink<'_>,
    fingerprints: &FingerprintKey,
    now_ms: i64,
    in_korea: DateTime,
) -> Option<Event> {
    if bank.is_used(start.order_id) {
        return None;
    }
    let is_taken = |bid| bank.keys.contains_key(&bid) || bank.wallets.order_of(bid).is_some();
    Some(Event::ConsentStarted(ConsentStarted {
        order_id: start.order_id.into(),
        tid: Tid::next(bank.last_tid, in_korea),
        auth_type: WireAuthType::App,
        goods_name: start.goods_name.into(),
        bank_code: BANK_CODE.into(),
        account: fingerprints.account(BANK_CODE, start.order_id),
        phone: fingerprints.phone(start.order_id),
        phone_masked: "".into(),
        scenario: Scenario::Waits,
        debit: DebitScenario::Pays,
        cash_receipt: None,
        answer_delay_ms: 0,
        consent_limit_ms: LINK_MS,
        ahead_ms: start.ahead_ms,
        wallet: Some(Wallet {
            bid: Bid::pick(start.random, is_taken),
            callback: start.callback.into(),
            success_url: start.success_url.into(),
            failure_url: start.failure_url.into(),
        }),
        at_ms: now_ms,
    }))
}

/// What follows an agreement to a consent by link: its key is one. `None` of any other.
#[must_use]
pub fn activate(bank: &SimulatedPg, order_id: &str, machine_ms: i64) -> Option<Event> {
    let wallet = bank.wallets.get(order_id)?;
    let consent = bank.consents.get(order_id)?;
    let at_ms = bank.present_ms(order_id, machine_ms);
    let is_agreed = consent.bid.is_none() && consent.status(at_ms) == ConsentStatus::Agreed;
    is_agreed.then(|| Event::KeyRegistered {
        order_id: order_id.into(),
        bid: wallet.bid,
        at_ms,
    })
}

/// A consent by link at a moment: a copy that outlives the lock.
pub struct LinkView {
    pub order_id: Box<str>,
    pub goods_name: Box<str>,
    pub wallet: Wallet,
    /// As Toss Pay names it. That an unused link stays `CREATE` after its time is assumed.
    pub status: &'static str,
    /// Whether its customer can still decide.
    pub is_open: bool,
}

impl LinkView {
    /// `None` where there is no such consent.
    #[must_use]
    pub fn of(bank: &SimulatedPg, order_id: &str, now_ms: i64) -> Option<Self> {
        let (wallet, consent) = (bank.wallets.get(order_id)?, bank.consents.get(order_id)?);
        let seen = consent.status(now_ms);
        let status = match (seen, bank.keys.get(&wallet.bid)) {
            (_, Some(key)) if key.expired_at_ms.is_some() => "REMOVE",
            (_, Some(_)) => "ACTIVE",
            (ConsentStatus::Agreed, None) => "AUTH",
            (ConsentStatus::Ringing | ConsentStatus::Expired, None) => "CREATE",
            (_, None) => "CANCEL",
        };
        Some(Self {
            order_id: order_id.into(),
            goods_name: consent.goods_name.clone(),
            wallet: wallet.clone(),
            status,
            is_open: seen == ConsentStatus::Ringing,
        })
    }
}
