//! Things as rows of a list.

use domain::Won;
use domain::cash_receipt::CashReceipt;
use domain::issuance::Issuance;
use domain::key::BillingKey;
use domain::payment::Payment;
use domain::reserve::Reserve;
use gateway::{Language, SearchResult};

use crate::badge::{self, Badge};
use crate::format::{kst, won};
use crate::words::overview;

/// One row: what it is, how much, where it stands, when.
pub struct Row {
    pub href: String,
    pub badge: Badge,
    /// The id by which people know it.
    pub name: String,
    pub detail: String,
    pub account: String,
    /// Empty where no money is meant.
    pub amount: String,
    /// What was given back of it, or why it was not debited.
    pub note: String,
    pub when: String,
}

/// Whether the list has a column of accounts.
pub fn have_accounts(rows: &[Row]) -> bool {
    rows.iter().any(|row| !row.account.is_empty())
}

fn note(payment: &Payment, language: Language) -> String {
    match payment.reason {
        Some(reason) => overview::decline(reason, language).to_owned(),
        None if payment.cancelled_price > Won::ZERO => format!("−{}", won(payment.cancelled_price, language)),
        None => String::new(),
    }
}

pub fn payment(payment: &Payment, language: Language) -> Row {
    Row {
        href: format!("/console/receipts/{}", payment.receipt_id),
        badge: badge::of_payment(payment.state, language),
        name: payment.order.order_id.clone(),
        detail: payment.order.order_name.clone(),
        account: payment.masked_account.line(),
        amount: won(payment.order.price, language),
        note: note(payment, language),
        when: kst(&payment.requested_at.to_wire()),
    }
}

pub fn issuance(issuance: &Issuance, language: Language) -> Row {
    Row {
        href: format!("/console/receipts/{}", issuance.receipt_id),
        badge: badge::of_issuance(issuance.state, language),
        name: issuance.terms.subscription_id.clone(),
        detail: issuance.terms.order_name.clone(),
        account: issuance.terms.shown.line(),
        amount: String::new(),
        note: String::new(),
        when: kst(&issuance.requested_at.to_wire()),
    }
}

pub fn key(key: &BillingKey, language: Language) -> Row {
    Row {
        href: format!("/console/keys/{}", key.id),
        badge: badge::of_key(key, language),
        name: key.id.to_string(),
        detail: String::new(),
        account: key.shown.line(),
        amount: String::new(),
        note: String::new(),
        when: kst(&key.issued_at.to_wire()),
    }
}

pub fn reserve(reserve: &Reserve, language: Language) -> Row {
    Row {
        href: format!("/console/reserves/{}", reserve.id),
        badge: badge::of_reserve(reserve.state, language),
        name: reserve.order.order_id.clone(),
        detail: reserve.order.order_name.clone(),
        account: String::new(),
        amount: won(reserve.order.price, language),
        note: String::new(),
        when: kst(&reserve.due_at.to_wire()),
    }
}

pub fn cash_receipt(receipt: &CashReceipt, language: Language) -> Row {
    Row {
        href: format!("/console/receipts/{}", receipt.receipt_id),
        badge: badge::of_cash_receipt(receipt.state, language),
        name: receipt.order_id.clone(),
        detail: receipt.order_name.clone(),
        account: String::new(),
        amount: won(receipt.price, language),
        note: String::new(),
        when: kst(&receipt.requested_at.to_wire()),
    }
}

pub fn hit(found: &SearchResult, language: Language) -> Row {
    match found {
        SearchResult::Payment(found) => payment(found, language),
        SearchResult::Issuance(found) => issuance(found, language),
        SearchResult::Key(found) => key(found, language),
        SearchResult::Reserve(found) => reserve(found, language),
        SearchResult::CashReceipt(found) => cash_receipt(found, language),
    }
}
