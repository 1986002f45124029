//! Every change of a receipt has its webhook: one for each, in the order of the changes, numbered without a gap.

use std::collections::HashMap;

use super::books::{Books, Payment, Webhook};

pub fn judge(books: &Books) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut by_receipt: HashMap<&str, Vec<&Webhook>> = HashMap::new();
    for webhook in &books.webhooks {
        by_receipt.entry(&webhook.receipt_id).or_default().push(webhook);
    }
    for (receipt, sent) in &by_receipt {
        let numbers: Vec<_> = sent.iter().map(|webhook| webhook.sequence).collect();
        if numbers != (1..=u32::try_from(sent.len()).expect("few")).collect::<Vec<_>>() {
            wrong.push(format!("{receipt} has webhooks numbered {numbers:?}"));
        }
    }
    let sent_to = |receipt: &str| by_receipt.get(receipt).cloned().unwrap_or_default();
    for payment in &books.payments {
        let sent = sent_to(&payment.receipt_id);
        if !payment.has_url {
            if !sent.is_empty() {
                wrong.push(format!("{payment:?} wanted no webhooks and has {sent:?}"));
            }
            continue;
        }
        wrong.extend(has_all(payment, &sent, books));
    }
    for reserve in &books.reserves {
        // Of one that had a payment, the payment tells.
        let has_payment = books.attempts(&reserve.reserve_id).next().is_some();
        let is_sent = reserve.has_url && reserve.state == "failed" && !has_payment;
        let types = types(&sent_to(&reserve.reserve_id));
        if types
            != if is_sent {
                vec!["PAYMENT_CONFIRM_FAILED"]
            } else {
                Vec::new()
            }
        {
            wrong.push(format!("{reserve:?} has the webhooks {types:?}"));
        }
    }
    wrong
}

fn types<'a>(sent: &[&'a Webhook]) -> Vec<&'a str> {
    sent.iter().map(|webhook| webhook.webhook_type.as_str()).collect()
}

/// One webhook for each change of a payment, in their order, and one for each cancel that the PG refused.
fn has_all(payment: &Payment, sent: &[&Webhook], books: &Books) -> Vec<String> {
    let mut wrong = Vec::new();
    let changes: Vec<_> = books
        .history(&payment.receipt_id)
        .filter_map(|row| match row.to.as_str() {
            "paid" => Some(("PAYMENT_COMPLETED", 1)),
            "partly_cancelled" => Some(("PAYMENT_PARTIAL_CANCELLED", 1)),
            "cancelled" => Some(("PAYMENT_CANCELLED", 20)),
            // One that is tried again has nothing to tell yet.
            "declined" | "voided" if !is_tried_again(payment, books) => Some(("PAYMENT_CONFIRM_FAILED", -2)),
            _ => None,
        })
        .collect();
    let (refusals, changed): (Vec<&Webhook>, Vec<&Webhook>) = sent
        .iter()
        .copied()
        .partition(|webhook| webhook.webhook_type == "PAYMENT_CANCEL_FAILED");
    let sent_changes: Vec<_> = changed
        .iter()
        .map(|webhook| {
            let status = webhook.payload["status"].as_i64().unwrap_or_default();
            (webhook.webhook_type.as_str(), status)
        })
        .collect();
    if sent_changes != changes {
        wrong.push(format!("{payment:?} changed {changes:?} and sent {sent_changes:?}"));
    }
    let refused = books
        .cancels
        .iter()
        .filter(|cancel| cancel.receipt_id == payment.receipt_id && cancel.is_refused_by_pg);
    if refusals.len() != refused.count() {
        wrong.push(format!("{payment:?} told of {} refused cancels", refusals.len()));
    }
    let given_back: Vec<_> = sent
        .iter()
        .map(|webhook| webhook.payload["cancelled_price"].as_u64().unwrap_or_default())
        .collect();
    if !given_back.is_sorted()
        || sent
            .iter()
            .any(|webhook| books.own(webhook.payload["receipt_id"].as_str().unwrap_or_default()) != payment.receipt_id)
    {
        wrong.push(format!("{payment:?} told of the cancelled prices {given_back:?}"));
    }
    wrong
}

/// Whether its reserve made another attempt after this one.
fn is_tried_again(payment: &Payment, books: &Books) -> bool {
    let Some(reserve_id) = &payment.source_id else {
        return false;
    };
    let later = |other: &Payment| other.receipt_id > payment.receipt_id;
    payment.source == "reserve" && books.attempts(reserve_id).any(later)
}
