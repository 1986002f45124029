//! Money through the real binary, with a simulated PG of its own that knows what really happened.

mod cancels_at_once;
mod clock_jumps;
mod late_pg;
mod long_outage;
mod silent_pg;

use serde_json::json;
use testkit::{Answer, Merchant};

async fn charge(api: &Merchant, key: &str, order_id: &str, price: u64, tax_free: u64) -> Answer {
    let changes = json!({ "price": price, "tax_free": tax_free, "order_id": order_id });
    api.charge(key, changes).await
}
