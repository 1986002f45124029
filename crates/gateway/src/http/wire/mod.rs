//! The answers' shapes, key by key in the recorded order.

mod issued;
mod key;
mod receipt;
mod status;

pub use issued::Issued;
pub use key::Key;
pub use receipt::Receipt;
pub use status::{Standing, standing};

use domain::key::Shown;
use serde::Serialize;

pub const PG: &str = "나이스페이먼츠";
pub const METHOD: &str = "계좌자동이체";
pub const METHOD_SYMBOL: &str = "automatic_transfer_rest";

/// `billing_data`: what may be shown of the account.
#[derive(Serialize)]
pub struct BillingData {
    bank_name: String,
    bank_code: String,
    bank_account: String,
    username: String,
}

impl From<&Shown> for BillingData {
    fn from(shown: &Shown) -> Self {
        let bank = domain::bank::Bank::by_code(&shown.bank_code);
        Self {
            bank_name: bank.map_or("", |bank| bank.short_name()).to_owned(),
            bank_code: shown.bank_code.clone(),
            bank_account: shown.account_masked.clone(),
            username: shown.holder_masked.clone(),
        }
    }
}
