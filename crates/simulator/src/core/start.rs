//! Start a consent: the holder check, then the call.

use jiff::civil::DateTime;
use nicepay::codes;
use nicepay::wire::WireAuthType;

use super::event::{ConsentStarted, Event};
use super::ids::Tid;
use super::payer::SimulatedPayer;
use super::pg::SimulatedPg;
use super::refusal::PgRefusal;
use super::scenario::{Answering, Course, Scenario};

/// The command.
pub struct Start {
    pub order_id: Box<str>,
    pub auth_type: WireAuthType,
    pub goods_name: Box<str>,
    pub payer: SimulatedPayer,
    /// How the customer behaves this once, whoever answers the telephones.
    pub asked: Option<Scenario>,
    pub answering: Answering,
    pub answer_delay_ms: u64,
    pub consent_limit_ms: u64,
    /// How far the caller's clock is ahead of the machine's.
    pub ahead_ms: i64,
}

/// Refuses `U112` for an order that was used, `V101` and `V102` before anybody is called. In the sandbox every
/// account belongs to whoever claims it, unless the scenario says otherwise. A refused order leaves no trace: it was
/// not accepted, and may be sent again.
pub fn start(bank: &SimulatedPg, start: Start, now_ms: i64, now_in_korea: DateTime) -> Result<Event, PgRefusal> {
    if bank.is_used(&start.order_id) {
        return Err(PgRefusal(codes::DUPLICATE_ORDER));
    }
    let set = bank.scenarios.get(&start.payer.phone).map(|set| set.scenario);
    let scenario = match start.asked {
        Some(asked) => asked.asked_by(start.auth_type),
        None => set
            .unwrap_or(start.payer.usual)
            .asked_by(start.auth_type)
            .answered(start.answering),
    };
    if let Course::NotCalled { code } = scenario.course(start.answer_delay_ms) {
        return Err(PgRefusal(code));
    }
    Ok(Event::ConsentStarted(ConsentStarted {
        order_id: start.order_id,
        tid: Tid::next(bank.last_tid, now_in_korea),
        auth_type: start.auth_type,
        goods_name: start.goods_name,
        bank_code: start.payer.bank_code,
        account: start.payer.account,
        phone: start.payer.phone,
        phone_masked: start.payer.phone_masked,
        scenario,
        debit: start.payer.debit,
        cash_receipt: start.payer.cash_receipt,
        answer_delay_ms: start.answer_delay_ms,
        consent_limit_ms: start.consent_limit_ms,
        ahead_ms: start.ahead_ms,
        wallet: None,
        at_ms: now_ms,
    }))
}
