//! A request for a debit: every rule, in the order in which they are checked.
//!
//! billing_key → order_name → price → order_id → tax_free → items, user, metadata → feedback_url, content_type → the key.

use super::{Order, Payment, PaymentSource, PaymentState};
use crate::error::{ErrorCode, Refusal};
use crate::fingerprint::Pepper;
use crate::ids::{ProjectId, ReceiptId};
use crate::key::BillingKey;
use crate::money::Won;
use crate::sensitive_text;
use crate::suggest;
use crate::text;
use crate::time::EpochMs;
use crate::webhook_delivery::{ContentType, read_url};

/// The request as sent: `None` stands for absent, `null`, `""` and the like.
#[derive(Debug, Clone, Default)]
pub struct ChargeFields {
    pub order_name: Option<String>,
    pub price: Option<String>,
    pub order_id: Option<String>,
    pub tax_free: Option<String>,
    /// JSON as sent, already cleaned of what must not be kept.
    pub items: String,
    pub user: String,
    pub metadata: String,
    pub feedback_url: Option<String>,
    pub content_type: Option<String>,
}

/// A request that passed every rule.
#[derive(Debug)]
pub struct Intent {
    pub payment: Payment,
}

const TEXT_CHARACTERS_MAX: usize = 255;
const JSON_BYTES_MAX: usize = 8 * 1024;

impl ChargeFields {
    /// Reads the order, without looking at the key. Also the rules of a reserve.
    pub fn order(&self) -> Result<Order, Refusal> {
        let order_name = self.order_name.as_deref().map(text::line);
        let order_name = required(order_name.as_deref(), ErrorCode::PaymentOrderNameBlank, "order_name")?;
        let price = self
            .price
            .as_deref()
            .and_then(Won::parse)
            .filter(|price| *price > Won::ZERO);
        let price = price.ok_or_else(|| Refusal::new(ErrorCode::PriceInvalid, "price").hint("1000"))?;
        let order_id = required(self.order_id.as_deref(), ErrorCode::OrderIdBlank, "order_id")?;
        crate::sensitive_text::check_visible(order_id, "order_id")?;
        sensitive_text::refuse_shapes(order_id, "order_id")?;
        let tax_free = match self.tax_free.as_deref() {
            None => Won::ZERO,
            Some(text) => Won::parse(text)
                .filter(|tax_free| *tax_free <= price)
                .ok_or_else(|| Refusal::new(ErrorCode::PriceInvalid, "tax_free").hint("0 <= tax_free <= price"))?,
        };
        for (name, json) in [
            ("items", &self.items),
            ("user", &self.user),
            ("metadata", &self.metadata),
        ] {
            if json.len() > JSON_BYTES_MAX {
                return Err(Refusal::new(ErrorCode::FieldInvalid, name).hint("8 KiB"));
            }
        }
        let feedback_url = self.feedback_url.as_deref().map(str::trim).map(str::to_owned);
        if let Some(url) = &feedback_url {
            read_url(url).map_err(|fault| fault.refusal("feedback_url"))?;
            crate::sensitive_text::check_visible(url, "feedback_url")?;
            sensitive_text::refuse_shapes(url, "feedback_url")?;
        }
        let content_type = match self.content_type.as_deref() {
            None => ContentType::Json,
            Some(name) => ContentType::from_name(name).ok_or_else(|| {
                let known = ["application/json", "application/x-www-form-urlencoded"];
                Refusal::new(ErrorCode::FieldInvalid, "content_type").hint(suggest::hint(name, &known))
            })?,
        };
        Ok(Order {
            order_id: order_id.to_owned(),
            order_name: order_name.to_owned(),
            price,
            tax_free,
            metadata: self.metadata.clone(),
            items: self.items.clone(),
            user: self.user.clone(),
            feedback_url,
            content_type,
        })
    }
}

/// Decides on a request to debit `key`.
///
/// Errors: the faults of the order; `SUBSCRIBE_BK_EXPIRED` for a destroyed key.
pub fn charge(
    order: Order,
    key: &BillingKey,
    source: PaymentSource,
    (project_id, receipt_id): (ProjectId, ReceiptId),
    pepper: &Pepper,
    now: EpochMs,
) -> Result<Intent, Refusal> {
    if key.is_destroyed() {
        return Err(Refusal::new(ErrorCode::KeyExpired, "billing_key"));
    }
    let payment = Payment {
        receipt_id,
        project_id,
        billing_key: key.id,
        bid: key.bid.clone(),
        source,
        seq: 1,
        state: PaymentState::Intended,
        fingerprint: fingerprint(&order, &key.id.to_string(), pepper),
        order,
        masked_account: key.shown.clone(),
        requested_at: now,
        debit: None,
        failure: None,
        reason: None,
        cancelled_price: Won::ZERO,
        cancelled_tax_free: Won::ZERO,
        cancelled_at: None,
    };
    Ok(Intent { payment })
}

/// Everything that makes two requests for a debit the same request; texts in NFC, so that one spelling is as good as another.
#[must_use]
pub fn fingerprint(order: &Order, billing_key: &str, pepper: &Pepper) -> crate::fingerprint::Fingerprint {
    pepper.hash(
        "payment",
        &[
            billing_key,
            &text::nfc(&order.order_name),
            &order.price.get().to_string(),
            &order.tax_free.get().to_string(),
            &text::nfc(&order.metadata),
            &text::nfc(&order.items),
            &text::nfc(&order.user),
            order.feedback_url.as_deref().unwrap_or(""),
            order.content_type.name(),
        ],
    )
}

fn required<'a>(field: Option<&'a str>, code: ErrorCode, name: &'static str) -> Result<&'a str, Refusal> {
    let text = field.map(str::trim).filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| Refusal::new(code, name))?;
    if text::length(text) > TEXT_CHARACTERS_MAX {
        let hint = format!("{TEXT_CHARACTERS_MAX}자 이하 (at most {TEXT_CHARACTERS_MAX} characters)");
        return Err(Refusal::new(ErrorCode::FieldInvalid, name).hint(hint));
    }
    Ok(text)
}
