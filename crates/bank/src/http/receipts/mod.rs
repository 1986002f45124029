//! `/v1/receipt/…`: cash receipts.

mod answer;
mod cancel;
mod issue;

pub use cancel::cancel;
pub use issue::issue;
