//! Ids, money, statuses and what must not print.

mod id;
mod json;
mod masked;
mod personal;
mod status;
mod won;

pub use id::{BillingKey, CancelId, OrderId, ReceiptId, ReserveId, SubscriptionId};
pub use json::JsonObject;
pub use masked::MaskedAccount;
pub use personal::{AccountNumber, HolderName, IdentityNumber, Phone};
pub use status::{CashReceiptStatus, KeyStatus, ReceiptStatus, ReserveStatus};
pub use won::{NotAnAmount, Won};
