//! Find a consent.

use nicepay::codes;
use nicepay::wire::ConsentStatus;

use super::event::Event;
use super::pg::SimulatedPg;
use super::refusal::PgRefusal;

/// `V100` for an order that was never accepted. The event, if any, is a late answer that this look reports; once
/// reported it is kept, so that a restart does not take it back.
pub fn find(bank: &SimulatedPg, order_id: &str, now_ms: i64) -> Result<Option<Event>, PgRefusal> {
    let consent = bank.consents.get(order_id).ok_or(PgRefusal(codes::NO_SUCH_ORDER))?;
    Ok(consent.is_reported_now(now_ms).then(|| Event::ConsentAnswered {
        order_id: order_id.into(),
        status: ConsentStatus::Agreed,
        at_ms: now_ms,
    }))
}
