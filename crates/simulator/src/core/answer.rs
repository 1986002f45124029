//! A person answers a call through the control API, in the customer's place.

use nicepay::wire::ConsentStatus;
use serde::Deserialize;

use super::event::Event;
use super::pg::SimulatedPg;

/// What the person does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    Agree,
    Refuse,
    WrongKey,
    /// Hung up without pressing a key: for the PG nobody answered.
    HangUp,
}

/// Why it cannot be answered.
#[derive(Debug, PartialEq, Eq)]
pub enum NotAnswered {
    NoSuchCall,
    AlreadyOver,
}

/// Any call that still rings may be answered, whatever its scenario would have done.
pub fn answer(bank: &SimulatedPg, order_id: &str, action: Action, machine_ms: i64) -> Result<Event, NotAnswered> {
    let consent = bank.consents.get(order_id).ok_or(NotAnswered::NoSuchCall)?;
    let now_ms = bank.present_ms(order_id, machine_ms);
    if consent.status(now_ms) != ConsentStatus::Ringing {
        return Err(NotAnswered::AlreadyOver);
    }
    let status = match action {
        Action::Agree => ConsentStatus::Agreed,
        Action::Refuse => ConsentStatus::Refused,
        Action::WrongKey => ConsentStatus::WrongKey,
        Action::HangUp => ConsentStatus::NoAnswer,
    };
    Ok(Event::ConsentAnswered {
        order_id: order_id.into(),
        status,
        at_ms: now_ms,
    })
}
