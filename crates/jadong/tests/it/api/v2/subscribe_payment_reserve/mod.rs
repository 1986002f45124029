//! `/v2/subscribe/payment/reserve` and, below it, `/{reserve_id}`

mod destroyed_keys;
mod due;
mod identity;
mod life;
mod times;
