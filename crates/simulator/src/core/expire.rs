//! Expire a key.

use nicepay::codes;

use super::event::Event;
use super::ids::Bid;
use super::pg::SimulatedPg;
use super::refusal::PgRefusal;

/// `U309` for a key that was never issued, `U115` for one that has expired, `U112` for an order that was used.
pub fn expire(bank: &SimulatedPg, bid: Option<Bid>, order_id: &str, now_ms: i64) -> Result<Event, PgRefusal> {
    let (bid, key) = bid
        .and_then(|bid| bank.keys.get(&bid).map(|key| (bid, key)))
        .ok_or(PgRefusal(codes::KEY_NEVER_ISSUED))?;
    if key.expired_at_ms.is_some() {
        return Err(PgRefusal(codes::KEY_EXPIRED));
    }
    if bank.is_used(order_id) {
        return Err(PgRefusal(codes::DUPLICATE_ORDER));
    }
    Ok(Event::KeyExpired {
        order_id: order_id.into(),
        bid,
        at_ms: now_ms,
    })
}
