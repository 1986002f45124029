//! 현금영수증.

mod cancel;
mod of_payment;
mod standalone;

pub use of_payment::CashReceiptOfPayment;
pub use standalone::StandaloneCashReceipt;

use serde::Serialize;

use crate::payment::Receipt;

/// The receipt that a cash receipt is answered with: of its payment, or its own.
pub type CashReceipt = Receipt;

/// What a cash receipt is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum CashReceiptType {
    /// For a person's income deduction.
    #[serde(rename = "소득공제")]
    IncomeDeduction,
    /// For a business's expenses.
    #[serde(rename = "지출증빙")]
    BusinessExpense,
}
