//! The answers' shapes, key by key in the recorded order.

mod cash_receipt;
mod issued;
mod key;
mod payment;
mod receipt;
mod reserve;
mod status;

pub use cash_receipt::StandaloneReceipt;
pub use issued::IssuedKeyBody;
pub use key::KeyBody;
pub use payment::{BankData, CashReceiptData, PaymentReceipt, payment_status};
pub use receipt::IssuanceReceipt;
pub use reserve::ReserveBody;
pub use status::{WireStatus, status};

use domain::ReceiptId;
use domain::key::MaskedAccount;
use pg::Ids;
use serde::Serialize;
use utoipa::ToSchema;

pub const METHOD: &str = "계좌자동이체";
pub const METHOD_SYMBOL: &str = "automatic_transfer_rest";

/// What answers say of this installation.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    pub gateway_url: &'a str,
    pub is_sandbox: bool,
    /// What the project's PG is called.
    pub pg: &'static str,
    /// Whose ids the merchant knows its receipts by.
    pub ids: Ids,
}

impl Site<'_> {
    /// The id that the merchant knows a receipt by: the PG's once it has given one, where that is whose ids it is given.
    pub fn receipt_id(self, own: ReceiptId, of_pg: Option<&str>) -> String {
        match (self.ids, of_pg) {
            (Ids::OfThePg, Some(id)) => id.to_owned(),
            _ => own.to_string(),
        }
    }
}

/// `billing_data`: what may be shown of the account.
#[derive(Serialize, ToSchema)]
pub struct BillingData {
    bank_name: String,
    bank_code: String,
    bank_account: String,
    username: String,
}

/// The bank's name as answers carry it: `국민` for 004.
pub fn bank_name(code: &str) -> &'static str {
    domain::bank::Bank::by_code(code).map_or("", |bank| bank.short_name())
}

impl From<&MaskedAccount> for BillingData {
    fn from(shown: &MaskedAccount) -> Self {
        Self {
            bank_name: bank_name(&shown.bank_code).to_owned(),
            bank_code: shown.bank_code.clone(),
            bank_account: shown.account_masked.clone(),
            username: shown.holder_masked.clone(),
        }
    }
}
