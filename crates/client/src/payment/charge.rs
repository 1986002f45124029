//! Charging a key.

use reqwest::header::{HeaderName, HeaderValue};
use serde::Serialize;

use super::Receipt;
use crate::client::Client;
use crate::error::Error;
use crate::transport::{Body, Call, Identity};
use crate::value::{BillingKey, JsonObject, OrderId, Phone, Won};

/// What was ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// The merchant's id of it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How many.
    pub qty: u32,
    /// Each.
    pub price: Won,
}

/// Who ordered. `Debug` shows the ids.
#[derive(Clone, Debug, Default)]
pub struct Buyer {
    /// The merchant's id of the customer.
    pub id: Option<String>,
    /// A name.
    pub username: Option<crate::value::HolderName>,
    /// A phone; the service keeps it masked.
    pub phone: Option<Phone>,
}

/// A debit.
///
/// ```
/// use jadong_client::{Charge, Won};
/// let charge = Charge::new("66550abf3324a61b141f9206", "sub_42-2026-12", "월 구독 12월", Won::new(9_900)?);
/// # Ok::<(), jadong_client::NotAnAmount>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Charge {
    billing_key: BillingKey,
    order_id: OrderId,
    order_name: String,
    price: Won,
    tax_free: Option<Won>,
    items: Vec<Item>,
    buyer: Option<Buyer>,
    metadata: Option<JsonObject>,
    feedback_url: Option<String>,
    is_form: bool,
    idempotency_key: Option<String>,
}

impl Charge {
    /// `order_id` names what is paid: make it of the thing itself ("subscription 42, December"), so that a program that
    /// starts over cannot make up another one.
    pub fn new(
        billing_key: impl Into<BillingKey>,
        order_id: impl Into<OrderId>,
        order_name: impl Into<String>,
        price: Won,
    ) -> Self {
        Self {
            billing_key: billing_key.into(),
            order_id: order_id.into(),
            order_name: order_name.into(),
            price,
            tax_free: None,
            items: Vec::new(),
            buyer: None,
            metadata: None,
            feedback_url: None,
            is_form: false,
            idempotency_key: None,
        }
    }

    /// The part of the price that is free of tax.
    pub fn tax_free(mut self, amount: Won) -> Self {
        self.tax_free = Some(amount);
        self
    }

    /// One more of what was ordered.
    pub fn item(mut self, item: Item) -> Self {
        self.items.push(item);
        self
    }

    /// Who ordered.
    pub fn buyer(mut self, buyer: Buyer) -> Self {
        self.buyer = Some(buyer);
        self
    }

    /// Kept and answered as sent. No personal data belongs in it.
    pub fn metadata(mut self, metadata: impl Into<JsonObject>) -> Self {
        self.metadata = Some(metadata.into());
        self
    }

    /// Where webhooks of this payment go instead of the project's URL.
    pub fn feedback_url(mut self, url: impl Into<String>) -> Self {
        self.feedback_url = Some(url.into());
        self
    }

    /// Those webhooks come as a form instead of JSON.
    pub fn feedback_as_form(mut self) -> Self {
        self.is_form = true;
        self
    }

    /// For this one attempt, besides the order id: after a decline the same key gets the same decline. Jadong only. Not
    /// sent with a reserve.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.idempotency_key = Some(key.into());
        self
    }

    pub(crate) fn body(&self, reserve_execute_at: Option<&str>) -> Result<Body, Error> {
        let buyer = self.buyer.as_ref();
        let name = buyer
            .and_then(|buyer| buyer.username.as_ref())
            .map(|name| name.expose());
        let phone = buyer.and_then(|buyer| buyer.phone.as_ref()).map(Phone::expose);
        let user = buyer.map(|buyer| User {
            id: buyer.id.as_deref(),
            username: name,
            phone,
        });
        let wire = Wire {
            billing_key: &self.billing_key,
            order_id: &self.order_id,
            order_name: &self.order_name,
            price: self.price,
            tax_free: self.tax_free,
            items: &self.items,
            user,
            metadata: self.metadata.as_ref(),
            feedback_url: self.feedback_url.as_deref(),
            content_type: self.is_form.then_some("application/x-www-form-urlencoded"),
            reserve_execute_at,
        };
        let shown = Wire {
            user: user.map(|user| User {
                username: name.map(|_| HIDDEN),
                phone: phone.map(|_| HIDDEN),
                ..user
            }),
            ..wire
        };
        Body::hiding(&wire, &shown, &[phone.unwrap_or_default()])
    }

    fn header(&self) -> Result<Option<(HeaderName, HeaderValue)>, Error> {
        let Some(key) = &self.idempotency_key else {
            return Ok(None);
        };
        let value = HeaderValue::from_str(key);
        let value = value.map_err(|_| Error::InvalidRequest("idempotency_key: not a header's value".to_owned()))?;
        Ok(Some((HeaderName::from_static("idempotency-key"), value)))
    }
}

const HIDDEN: &str = "******";

#[derive(Clone, Copy, Serialize)]
struct User<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a str>,
}

#[derive(Clone, Copy, Serialize)]
struct Wire<'a> {
    billing_key: &'a BillingKey,
    order_id: &'a OrderId,
    order_name: &'a str,
    price: Won,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax_free: Option<Won>,
    #[serde(skip_serializing_if = "<[Item]>::is_empty")]
    items: &'a [Item],
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<User<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a JsonObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feedback_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reserve_execute_at: Option<&'a str>,
}

impl Client {
    /// Debits now; one attempt. An `Ok` is a debit: its receipt says 1, or 20 when an earlier, equal charge was answered
    /// again and has been cancelled since.
    ///
    /// `POST /v2/subscribe/payment`
    ///
    /// # Errors
    /// `RC_CONFIRM_FAILED`: declined, nothing moved, the order id is free; [`crate::ApiError::decline_reason`] says why.
    /// [`Error::is_in_doubt`]: **nobody knows**. Look the order up, or wait for the webhook; never charge the same thing
    /// under another order id meanwhile.
    pub async fn charge(&self, charge: &Charge) -> Result<Receipt, Error> {
        let segments = ["subscribe", "payment"];
        let call = Call {
            header: charge.header()?,
            ..Call::post(&segments, charge.body(None)?, Identity::Known)
        };
        let (receipt, headers) = self.call::<Receipt>(call).await?;
        Ok(receipt.with_replay(headers.is_replay))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buyer_is_sent_and_not_shown() {
        let buyer = Buyer {
            id: Some("cust_1".to_owned()),
            username: Some("홍길동".into()),
            phone: Some("01098765432".into()),
        };
        let charge = Charge::new("key", "order", "name", Won::new(100).unwrap()).buyer(buyer);
        let body = charge.body(None).unwrap();
        let wire = std::str::from_utf8(&body.wire).unwrap();
        assert!(wire.contains("01098765432") && wire.contains("홍길동"));
        for text in [body.shown.clone(), format!("{charge:?}"), body.cleaned(wire.to_owned())] {
            assert!(!text.contains("01098765432") && text.contains("cust_1"), "{text}");
        }
    }

    #[test]
    fn an_idempotency_key_must_fit_a_header() {
        let charge = Charge::new("key", "order", "name", Won::ZERO).idempotency_key("a\nb");
        assert!(matches!(charge.header(), Err(Error::InvalidRequest(_))));
    }
}
