//! Step ①: `POST /signup`. Passes the customer's account on to the gateway and forgets it.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use client::{Bank, Consent, KeyRequest, Payer};
use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::ApiError;
use crate::shop::Shop;

const ORDER_NAME: &str = "월 구독 자동이체";

/// What the sign-up form sends. Blank fields go to the gateway as they are: its error codes name the field.
// No Debug, on this type or on PassedThrough: a log line cannot print what has no way to be printed.
#[derive(Deserialize)]
pub(crate) struct Form {
    #[serde(default)]
    pub(crate) customer_id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    bank: String,
    #[serde(default)]
    account: PassedThrough,
    #[serde(default)]
    birth: PassedThrough,
    #[serde(default)]
    phone: PassedThrough,
}

/// A value on its way to the gateway; wiped when the request is done.
#[derive(Default, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
struct PassedThrough(String);

impl PassedThrough {
    fn digits(&self) -> String {
        digits_of(&self.0)
    }

    fn take(&mut self) -> String {
        std::mem::take(&mut self.0)
    }
}

impl Form {
    /// One open issuance per customer: a double click reaches the same one and does not ring the phone twice.
    pub(crate) fn into_request(mut self) -> KeyRequest {
        let payer = Payer {
            holder: self.name.into(),
            bank: Bank::Name(self.bank),
            account: self.account.take().into(),
            identity: self.birth.take().into(),
            phone: self.phone.take().into(),
        };
        KeyRequest::new(format!("sub_{}", self.customer_id), ORDER_NAME, payer)
    }
}

/// Answers `{receipt_id, status, consent}`; `consent` is `agreed` or `waiting`, and either may be confirmed next.
///
/// # Errors
/// The gateway's refusal; 400 for an unusable `customer_id`; 409 when the customer has an active key.
pub(crate) async fn signup(
    State(shop): State<Shop>,
    form: Result<Json<Form>, JsonRejection>,
) -> Result<Json<Value>, ApiError> {
    // The rejection's own text quotes the offending value, which may be an account number: it is dropped.
    let Json(form) =
        form.map_err(|_| ApiError::BadRequest("JSON 형식이 올바르지 않습니다. 모든 값은 문자열입니다."))?;
    check_customer_id(&form)?;
    let customer_id = form.customer_id.clone();
    let current = shop.db.by_customer(&customer_id).await?;
    if current.is_some_and(|billing| billing.sealed_key().is_some()) {
        return Err(ApiError::AlreadyActive);
    }
    let asked = shop.client.request_key(&form.into_request()).await?;
    let receipt_id = asked.receipt_id.as_str();
    shop.db.requested(&customer_id, receipt_id).await?;
    let consent = match asked.consent {
        Consent::Agreed => "agreed",
        _ => "waiting",
    };
    tracing::info!(customer_id, receipt_id, consent, "asked for a billing key");
    Ok(Json(
        json!({ "receipt_id": receipt_id, "status": asked.receipt.status, "consent": consent }),
    ))
}

/// The customer id is stored and becomes the subscription_id, so it must not be the phone or the account in disguise.
fn check_customer_id(form: &Form) -> Result<(), ApiError> {
    if !is_plain_id(&form.customer_id) {
        return Err(ApiError::BadRequest(
            "customer_id는 영문, 숫자, - 와 _ 로 된 1~60자입니다.",
        ));
    }
    let id_digits = digits_of(&form.customer_id);
    let personal = [&form.account, &form.birth, &form.phone].map(PassedThrough::digits);
    if personal
        .iter()
        .any(|digits| digits.len() >= 6 && id_digits.contains(digits))
    {
        return Err(ApiError::BadRequest(
            "customer_id에 계좌번호, 생년월일, 전화번호를 쓸 수 없습니다.",
        ));
    }
    Ok(())
}

/// Safe in a URL path and in a column: 1 to 60 of `A-Z a-z 0-9 - _`.
fn is_plain_id(id: &str) -> bool {
    (1..=60).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_customer_id_that_carries_the_phone_is_refused() {
        let form = |customer_id: &str| Form {
            customer_id: customer_id.to_owned(),
            name: String::new(),
            bank: String::new(),
            account: PassedThrough("110-234-567890".to_owned()),
            birth: PassedThrough("900101".to_owned()),
            phone: PassedThrough("01012345678".to_owned()),
        };
        assert!(check_customer_id(&form("cust_1")).is_ok());
        for bad in [
            "",
            "a b",
            "../x",
            "u-010-1234-5678",
            "acc110234567890",
            "900101",
            &"a".repeat(61),
        ] {
            assert!(check_customer_id(&form(bad)).is_err(), "{bad}");
        }
    }
}
