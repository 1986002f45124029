//! Every endpoint of the document, by what it is about. A new URL is added here: a test compares this with the router.

mod cash_receipts;
mod keys;
mod payments;
mod sandbox;

use super::endpoint::Endpoint;

/// The table.
pub fn all() -> impl Iterator<Item = &'static Endpoint> {
    [
        keys::ENDPOINTS,
        payments::ENDPOINTS,
        cash_receipts::ENDPOINTS,
        sandbox::ENDPOINTS,
    ]
    .into_iter()
    .flatten()
}
