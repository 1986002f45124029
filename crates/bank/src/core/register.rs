//! Register a key for a consent that was given.

use nice::codes;
use nice::wire::ConsentStatus;

use super::bank::Bank;
use super::event::Event;
use super::ids::Bid;
use super::refusal::Refusal;

/// `V100` when `order_id` and `tid` do not name one consent, `A127` when it has its key, `F115`/`F117` when the shop
/// may not, `V201` while it rings, `V202` when it ended without consent.
pub fn register(bank: &Bank, order_id: &str, tid: &str, random: u64, now_ms: i64) -> Result<Event, Refusal> {
    let consent = bank
        .consents
        .get(order_id)
        .filter(|consent| consent.tid.to_string() == tid)
        .ok_or(Refusal(codes::NO_SUCH_ORDER))?;
    if consent.bid.is_some() {
        return Err(Refusal(codes::ALREADY_REGISTERED));
    }
    bank.shop.check()?;
    match consent.status(now_ms) {
        ConsentStatus::Agreed => Ok(Event::KeyRegistered {
            order_id: order_id.into(),
            bid: Bid::pick(random, |bid| bank.keys.contains_key(&bid)),
            at_ms: now_ms,
        }),
        ConsentStatus::Ringing => Err(Refusal(codes::NOT_AGREED_YET)),
        _ => Err(Refusal(codes::CONSENT_OVER)),
    }
}
