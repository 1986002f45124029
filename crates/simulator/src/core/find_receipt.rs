//! Find a cash receipt by the order that issued it.

use nicepay::codes;

use super::ledger::Use;
use super::pg::SimulatedPg;
use super::receipt::ReceiptNo;
use super::refusal::PgRefusal;

/// `V100` for an order that issued none; a charge's receipt is found with its payment.
pub fn find_receipt(bank: &SimulatedPg, order_id: &str) -> Result<ReceiptNo, PgRefusal> {
    match bank.ledger.usage(order_id) {
        Some(Use::Receipt(number)) => Ok(number),
        _ => Err(PgRefusal(codes::NO_SUCH_ORDER)),
    }
}
