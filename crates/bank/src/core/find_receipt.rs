//! Find a cash receipt by the order that issued it.

use nice::codes;

use super::bank::Bank;
use super::books::Use;
use super::receipt::ReceiptNo;
use super::refusal::Refusal;

/// `V100` for an order that issued none; a charge's receipt is found with its payment.
pub fn find_receipt(bank: &Bank, order_id: &str) -> Result<ReceiptNo, Refusal> {
    match bank.books.usage(order_id) {
        Some(Use::Receipt(number)) => Ok(number),
        _ => Err(Refusal(codes::NO_SUCH_ORDER)),
    }
}
