//! Step ①: `POST /signup`. Passes the customer's account on to the gateway and forgets it.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::ApiError;
use crate::exchanges::Step;
use crate::gateway::{Call, CallError, Unclear};
use crate::server::Shop;

const ORDER_NAME: &str = "월 구독 자동이체";
const HIDDEN: &str = "******";

/// What the sign-up form sends. Blank fields go to the gateway as they are: its error codes name the field.
// No Debug, on this type or on PassedThrough: a log line cannot print what has no way to be printed.
#[derive(Deserialize)]
pub(crate) struct Signup {
    customer_id: String,
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
}

/// The body of `POST /v2/request/subscribe/automatic-transfer`.
#[derive(Serialize)]
struct KeyRequest<'a> {
    pg: &'a str,
    order_name: &'a str,
    subscription_id: &'a str,
    auth_type: &'a str,
    username: &'a str,
    bank_name: &'a str,
    bank_account: &'a str,
    identity_no: &'a str,
    phone: &'a str,
}

/// Answers `{receipt_id, status, consent}`; `consent` is `agreed` or `waiting`, and either may be confirmed next.
///
/// # Errors
/// The gateway's refusal; 400 for an unusable `customer_id`; 409 when the customer has an active key.
pub(crate) async fn signup(
    State(shop): State<Shop>,
    form: Result<Json<Signup>, JsonRejection>,
) -> Result<Json<Value>, ApiError> {
    // The rejection's own text quotes the offending value, which may be an account number: it is dropped.
    let Json(form) =
        form.map_err(|_| ApiError::BadRequest("JSON 형식이 올바르지 않습니다. 모든 값은 문자열입니다."))?;
    check_customer_id(&form)?;
    let current = shop.db.by_customer(&form.customer_id).await?;
    if current.is_some_and(|billing| billing.active_key().is_some()) {
        return Err(ApiError::AlreadyActive);
    }
    // One open issuance per customer: a double click reaches the same one and does not ring the phone twice.
    let subscription_id = format!("sub_{}", form.customer_id);
    let request = KeyRequest {
        pg: "nicepay",
        order_name: ORDER_NAME,
        subscription_id: &subscription_id,
        auth_type: "ARS",
        username: &form.name,
        bank_name: &form.bank,
        bank_account: &form.account.0,
        identity_no: &form.birth.0,
        phone: &form.phone.0,
    };
    let (name, phone) = (masked_name(&form.name), masked_phone(&form.phone.0));
    let shown = KeyRequest {
        username: &name,
        bank_account: HIDDEN,
        identity_no: HIDDEN,
        phone: &phone,
        ..request
    };
    let call = Call {
        step: Step::Request,
        method: Method::POST,
        path: "/v2/request/subscribe/automatic-transfer".to_owned(),
        body: Some(&request),
        shown: Some(&shown),
        never_shown: &[&form.account.0, &form.birth.0, &form.phone.0],
    };
    let answer = shop.gateway.call(call).await?;
    let receipt_id = answer
        .body
        .get("receipt_id")
        .and_then(Value::as_str)
        .filter(|id| is_plain_id(id));
    let receipt_id = receipt_id.ok_or(CallError::Unclear(Unclear::BadAnswer))?;
    shop.db.requested(&form.customer_id, receipt_id).await?;
    let consent = answer.consent.as_deref().unwrap_or("waiting");
    tracing::info!(
        customer_id = form.customer_id,
        receipt_id,
        consent,
        "asked for a billing key"
    );
    Ok(Json(
        json!({ "receipt_id": receipt_id, "status": answer.body.get("status"), "consent": consent }),
    ))
}

/// The customer id is stored and becomes the subscription_id, so it must not be the phone or the account in disguise.
fn check_customer_id(form: &Signup) -> Result<(), ApiError> {
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
pub(crate) fn is_plain_id(id: &str) -> bool {
    (1..=60).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// `홍길동` → `홍**`.
fn masked_name(name: &str) -> String {
    name.chars().take(1).chain("**".chars()).collect()
}

/// `01012345678` → `010****5678`; anything that is not as long as a phone number is hidden whole.
fn masked_phone(phone: &str) -> String {
    let digits = digits_of(phone);
    match digits.len() {
        10 | 11 => format!("{}****{}", &digits[..3], &digits[digits.len() - 4..]),
        _ => HIDDEN.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_a_phone_is_never_all_of_it() {
        assert_eq!(masked_phone("010-1234-5678"), "010****5678");
        assert_eq!(masked_phone("5678"), HIDDEN);
        assert_eq!(masked_name("홍길동"), "홍**");
    }

    #[test]
    fn a_customer_id_that_carries_the_phone_is_refused() {
        let form = |customer_id: &str| Signup {
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
