//! Register a key for a consent that was given.

use nicepay::codes;
use nicepay::wire::ConsentStatus;

use super::event::Event;
use super::ids::Bid;
use super::pg::SimulatedPg;
use super::refusal::PgRefusal;

/// `V100` when `order_id` and `tid` do not name one consent, `A127` when it has its key, `F115`/`F117` when the shop
/// may not, `V201` while it rings, `V202` when it ended without consent.
pub fn register(bank: &SimulatedPg, order_id: &str, tid: &str, random: u64, now_ms: i64) -> Result<Event, PgRefusal> {
    let consent = bank
        .consents
        .get(order_id)
        .filter(|consent| consent.tid.to_string() == tid)
        .ok_or(PgRefusal(codes::NO_SUCH_ORDER))?;
    if consent.bid.is_some() {
        return Err(PgRefusal(codes::ALREADY_REGISTERED));
    }
    bank.shop.check()?;
    match consent.status(now_ms) {
        ConsentStatus::Agreed => Ok(Event::KeyRegistered {
            order_id: order_id.into(),
            bid: Bid::pick(random, |bid| bank.keys.contains_key(&bid)),
            at_ms: now_ms,
        }),
        ConsentStatus::Ringing => Err(PgRefusal(codes::NOT_AGREED_YET)),
        _ => Err(PgRefusal(codes::CONSENT_OVER)),
    }
}
