//! A charge that was asked for before: the payment that the equal request made, or in what the two differ.

use std::sync::Arc;

use domain::fingerprint::Fingerprint;
use domain::payment::{Order, Payment};
use domain::{BillingKeyId, ErrorCode, ProjectId, ReceiptId, Refusal};
use store::OrderOwner;

use super::charge::{ChargeAnswer, ChargeRequest};
use super::wait::debited;
use crate::services::Services;
use crate::services::issuance::Replayed;

/// An idempotency key stands for the order id too.
pub fn with_order(services: &Services, order: &Order, print: Fingerprint) -> Fingerprint {
    services
        .pepper
        .hash("idempotency", &[&domain::text::nfc(&order.order_id), &print.to_hex()])
}

/// The payment of an earlier request with the same identity; an error when that was a different request.
pub async fn same_request(
    services: &Services,
    asked: &ChargeRequest,
    order: &Order,
    print: Fingerprint,
) -> Result<Option<ChargeAnswer>, Refusal> {
    if let Some(key) = &asked.idempotency_key {
        let earlier = services.store().idempotency(asked.project, key).await?;
        if let Some((earlier_print, receipt)) = earlier {
            if earlier_print != with_order(services, order, print) {
                let hint = format!("receipt_id {receipt}");
                return Err(Refusal::of(ErrorCode::IdempotencyConflict).hint(hint).receipt(receipt));
            }
            return replay(services, asked.project, receipt).await.map(Some);
        }
    }
    let holder = services.store().order_owner(asked.project, &order.order_id).await?;
    match holder {
        None => Ok(None),
        Some(OrderOwner::Reserve(reserve)) => {
            Err(Refusal::new(ErrorCode::OrderConflict, "order_id").hint(format!("reserve_id {reserve}")))
        }
        Some(OrderOwner::Payment(receipt)) => {
            let answered = replay(services, asked.project, receipt).await?;
            if answered.payment.fingerprint != print {
                let differing = differences(&answered.payment, asked.billing_key, order);
                let hint = format!("receipt_id {receipt}: {differing}");
                return Err(Refusal::new(ErrorCode::OrderConflict, "order_id")
                    .hint(hint)
                    .receipt(receipt));
            }
            Ok(Some(answered))
        }
    }
}

/// Names the fields in which two requests differ, with both values where they may be told.
fn differences(earlier: &Payment, billing_key: BillingKeyId, order: &Order) -> String {
    let before = &earlier.order;
    let mut named = Vec::new();
    if earlier.billing_key != billing_key {
        named.push(format!("billing_key {} / {billing_key}", earlier.billing_key));
    }
    if before.price != order.price {
        named.push(format!("price {} / {}", before.price.get(), order.price.get()));
    }
    if before.tax_free != order.tax_free {
        named.push(format!("tax_free {} / {}", before.tax_free.get(), order.tax_free.get()));
    }
    let texts = [
        ("order_name", &before.order_name, &order.order_name),
        ("metadata", &before.metadata, &order.metadata),
        ("items", &before.items, &order.items),
        ("user", &before.user, &order.user),
    ];
    named.extend(
        texts
            .iter()
            .filter(|(_, a, b)| a != b)
            .map(|(name, _, _)| (*name).to_owned()),
    );
    if before.feedback_url != order.feedback_url || before.content_type != order.content_type {
        named.push("feedback_url, content_type".to_owned());
    }
    named.join(", ")
}

/// An order keeps its id for as long as its key can be debited, also when the record of its debit is destroyed.
pub fn destroyed(receipt: ReceiptId) -> Refusal {
    Refusal::new(ErrorCode::OrderConflict, "order_id").hint(format!(
        "receipt_id {receipt}: 보존 기한이 지나 기록이 파기된 결제 (a payment whose record was destroyed after its retention)"
    ))
}

/// The payment as it is, once a debit that is under way has ended.
async fn replay(services: &Services, project: ProjectId, receipt: ReceiptId) -> Result<ChargeAnswer, Refusal> {
    let payment = debited(services, project, receipt).await?;
    let payment = payment.ok_or_else(|| destroyed(receipt))?;
    Ok(ChargeAnswer {
        payment: Arc::new(payment),
        replayed: Replayed::Yes,
        beside: None,
    })
}
