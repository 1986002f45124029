//! `/v2/request`

mod automatic_transfer;
mod token;
