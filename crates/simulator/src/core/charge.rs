//! Charge a key.

use jiff::civil::DateTime;
use nicepay::codes;

use super::debit::{ATTEMPTS_WITHOUT_FUNDS, DEBIT_MAX_KRW, DebitScenario, DebitSetting};
use super::event::{Charged, Event};
use super::ids::{Bid, Tid};
use super::payment::ChargeOutcome;
use super::pg::{Key, SimulatedPg};
use super::refusal::PgRefusal;

/// The command.
pub struct Charge<'a> {
    pub bid: Option<Bid>,
    /// How the account behaves this once.
    pub asked: Option<DebitScenario>,
    pub order_id: &'a str,
    /// KRW.
    pub amount: u64,
    /// KRW; part of the amount.
    pub tax_free: u64,
    pub goods_name: &'a str,
    /// How far the caller's clock is ahead of the machine's.
    pub ahead_ms: i64,
}

/// Whether the caller hears of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Given,
    /// Held until the caller gives up.
    Held,
}

/// Refuses `U112` for an order that was used. Anything else uses the order up, a refusal too: `U309` for a key that
/// was never issued leaves nothing but the order, and every other one is a charge with a [`ChargeOutcome`].
pub fn charge(
    bank: &SimulatedPg,
    charge: &Charge<'_>,
    now_ms: i64,
    in_korea: DateTime,
) -> Result<(Event, Answer), PgRefusal> {
    if bank.is_used(charge.order_id) {
        return Err(PgRefusal(codes::DUPLICATE_ORDER));
    }
    let key = charge.bid.and_then(|bid| bank.keys.get(&bid).map(|key| (bid, key)));
    let Some((bid, key)) = key else {
        let event = Event::ChargedNoKey {
            order_id: charge.order_id.into(),
            at_ms: now_ms,
        };
        return Ok((event, Answer::Given));
    };
    let setting = charge.asked.map_or_else(|| bank.debit_setting(key), DebitSetting::from);
    let refused = refused(bank, key, charge.amount, now_ms);
    let (outcome, answer) = refused.unwrap_or_else(|| debited(setting.scenario, key));
    let late_ms = (outcome == ChargeOutcome::Late).then_some(setting.late_ms);
    let event = Event::Charged(Charged {
        order_id: charge.order_id.into(),
        tid: Tid::next(bank.last_tid, in_korea),
        bid,
        amount: charge.amount,
        tax_free: charge.tax_free,
        goods_name: charge.goods_name.into(),
        outcome,
        late_ms,
        asked: charge.asked.is_some(),
        ahead_ms: charge.ahead_ms,
        at_ms: now_ms,
    });
    Ok((event, answer))
}

/// What is refused whatever the account would do.
fn refused(bank: &SimulatedPg, key: &Key, amount: u64, now_ms: i64) -> Option<(ChargeOutcome, Answer)> {
    let outcome = if key.expired_at_ms.is_some() {
        ChargeOutcome::KeyExpired
    } else if amount == 0 {
        ChargeOutcome::AmountRefused
    } else if amount > DEBIT_MAX_KRW {
        ChargeOutcome::OverLimit
    } else if bank.maintenance.is_on(bank.bank_code(key), now_ms) {
        ChargeOutcome::Maintenance
    } else {
        return None;
    };
    Some((outcome, Answer::Given))
}

/// What the account does.
fn debited(scenario: DebitScenario, key: &Key) -> (ChargeOutcome, Answer) {
    let given = |outcome| (outcome, Answer::Given);
    let held = |outcome| (outcome, Answer::Held);
    match scenario {
        DebitScenario::Pays => given(ChargeOutcome::Paid),
        DebitScenario::InsufficientFunds => given(ChargeOutcome::InsufficientFunds),
        DebitScenario::AccountClosed => given(ChargeOutcome::AccountClosed),
        DebitScenario::AccountFrozen => given(ChargeOutcome::AccountFrozen),
        DebitScenario::MandateEnded => given(ChargeOutcome::MandateEnded),
        DebitScenario::OverLimit => given(ChargeOutcome::OverLimit),
        DebitScenario::BankMaintenance => given(ChargeOutcome::Maintenance),
        DebitScenario::TimesOutPaid => held(ChargeOutcome::Paid),
        DebitScenario::TimesOutUnpaid => held(ChargeOutcome::Lost),
        DebitScenario::NetCancelSilent => held(ChargeOutcome::Silent),
        DebitScenario::ApprovedLate => held(ChargeOutcome::Late),
        DebitScenario::FundsAtThirdAttempt if key.without_funds < ATTEMPTS_WITHOUT_FUNDS => {
            given(ChargeOutcome::InsufficientFunds)
        }
        DebitScenario::FundsAtThirdAttempt => given(ChargeOutcome::Paid),
    }
}
