//! Cash receipts and destroyed keys, here and at the PG.

use std::collections::{HashMap, HashSet};

use super::arena::STANDING;
use super::books::{Books, CashReceipt, Payment};
use super::orders::Order;
use testkit::Ledger;
use testkit::ledger::CashReceipt as Receipt;

pub fn judge(orders: &[Order], keys: &[(&'static str, String)], books: &Books, ledger: &Ledger) -> Vec<String> {
    let mut wrong: Vec<String> = books
        .cash_receipts
        .iter()
        .filter_map(|receipt| agrees(receipt, ledger))
        .collect();
    let ours: HashSet<&str> = books
        .cash_receipts
        .iter()
        .map(|receipt| receipt.pg_order_id.as_str())
        .collect();
    // The receipt of a debit that was undone has gone with the money, and was never ours.
    let is_undone = |receipt: &Receipt| {
        let of_it = books
            .payments
            .iter()
            .find(|payment| payment.receipt_id == receipt.order_id);
        receipt.cancelled_at_ms.is_some() && of_it.is_some_and(|payment| payment.state == "voided")
    };
    let unknown = |receipt: &&Receipt| !ours.contains(receipt.order_id.as_str()) && !is_undone(receipt);
    for receipt in ledger.receipts.iter().filter(unknown) {
        wrong.push(format!("the PG has a cash receipt that nobody knows here: {receipt:?}"));
    }
    let states: HashMap<&str, &str> = books
        .cash_receipts
        .iter()
        .map(|receipt| (receipt.receipt_id.as_str(), receipt.state.as_str()))
        .collect();
    for order in orders {
        for receipt in &order.receipted {
            let is_taken_back = order.taken_back.contains(receipt);
            let state = states.get(receipt.as_str()).copied().unwrap_or("unknown here");
            if state != if is_taken_back { "cancelled" } else { "issued" } {
                wrong.push(format!(
                    "{}: the cash receipt {receipt} is {state}: {order:?}",
                    order.order_id
                ));
            }
        }
    }
    wrong.extend(standing(keys, books, &states));
    wrong.extend(destroyed(orders, books, ledger));
    wrong
}

/// One cash receipt: at most one at the PG, exactly one where it says issued.
fn agrees(receipt: &CashReceipt, ledger: &Ledger) -> Option<String> {
    let at_pg: Vec<&Receipt> = ledger
        .receipts
        .iter()
        .filter(|row| row.order_id == receipt.pg_order_id)
        .collect();
    let is_right = match (receipt.state.as_str(), at_pg[..].as_ref()) {
        ("issued", [one]) => one.cancelled_at_ms.is_none(),
        ("cancelled", [one]) => one.cancelled_at_ms.is_some(),
        ("failed", []) => true,
        _ => false,
    };
    (!is_right || receipt.is_due).then(|| format!("{receipt:?}; at the PG: {at_pg:?}"))
}

/// A debit of a key whose customer wants receipts has one, which ends with the whole of the money.
fn standing(keys: &[(&'static str, String)], books: &Books, states: &HashMap<&str, &str>) -> Vec<String> {
    let is_standing = |key: &str| keys.iter().any(|(account, known)| *account == STANDING && known == key);
    let mut wrong = Vec::new();
    for payment in books
        .payments
        .iter()
        .filter(|payment| is_standing(&payment.billing_key))
    {
        let state = states.get(payment.receipt_id.as_str()).copied();
        let is_right = match payment.state.as_str() {
            "paid" | "partly_cancelled" => state == Some("issued"),
            "cancelled" => state == Some("cancelled"),
            _ => state.is_none(),
        };
        if !is_right {
            wrong.push(format!("{payment:?} has the cash receipt {state:?}"));
        }
    }
    let of_debits = books.cash_receipts.iter().filter(|receipt| receipt.origin == "debit");
    for receipt in of_debits {
        let of_it = books
            .payments
            .iter()
            .find(|payment| payment.receipt_id == receipt.receipt_id);
        if !of_it.is_some_and(|payment| is_standing(&payment.billing_key) || payment.source == "publish") {
            wrong.push(format!("{receipt:?} came with a debit that wanted none"));
        }
    }
    wrong
}

/// A destroyed key is dead in both places; its reserves went with it, or failed because of it, and debited nobody.
fn destroyed(orders: &[Order], books: &Books, ledger: &Ledger) -> Vec<String> {
    let mut wrong = Vec::new();
    for order in orders {
        for key in &order.destroyed {
            let Some(found) = books.destroyed.iter().find(|found| found.billing_key == *key) else {
                wrong.push(format!("{key} was answered as destroyed and lives"));
                continue;
            };
            let at_pg = ledger.keys.iter().find(|row| row.bid == found.bid);
            if !found.is_told_to_pg || at_pg.is_none_or(|row| row.expired_at_ms.is_none()) {
                wrong.push(format!("{found:?} lives at the PG: {at_pg:?}"));
            }
        }
        let ends = if order.takes_reserves_along() {
            "revoked"
        } else {
            "failed"
        };
        let destroyed = books
            .destroyed
            .iter()
            .find(|found| found.billing_key == order.billing_key);
        for reserve_id in &order.left {
            // On a busy machine it was due before the key was destroyed.
            let was_alive =
                |payment: &Payment| destroyed.is_some_and(|key| payment.requested_at_ms < key.destroyed_at_ms);
            let mut attempts = books.attempts(reserve_id);
            if attempts.next().is_some_and(was_alive) && attempts.all(was_alive) {
                continue;
            }
            let reserve = books.reserves.iter().find(|reserve| reserve.reserve_id == *reserve_id);
            let is_right = reserve.is_some_and(|reserve| {
                let why = reserve.failure.as_deref();
                reserve.state == ends && (ends == "revoked" || why == Some("SUBSCRIBE_BK_EXPIRED"))
            });
            if !is_right || books.attempts(reserve_id).next().is_some() {
                wrong.push(format!("a reserve of a destroyed key: {reserve:?}"));
            }
        }
    }
    wrong
}
