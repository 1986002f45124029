//! Debits: charging a key, looking payments up, giving money back.

mod cancel;
mod charge;
mod lookup;
mod receipt;

pub use cancel::Cancel;
pub use charge::{Buyer, Charge, Item};
pub use lookup::UserData;
pub use receipt::{BankData, CashReceiptData, Receipt};
