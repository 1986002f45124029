//! `/v1/receipt/…`: cash receipts.

mod answer;
mod cancel;
mod find;
mod issue;

pub use cancel::cancel;
pub use find::find;
pub use issue::issue;
