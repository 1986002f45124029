//! A request for a key.

use serde::Serialize;

use crate::cash_receipt::CashReceiptType;
use crate::error::Error;
use crate::transport::Body;
use crate::value::{AccountNumber, HolderName, IdentityNumber, JsonObject, Phone, SubscriptionId, Won};

/// How the customer consents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum AuthType {
    /// An automatic call.
    #[default]
    #[serde(rename = "ARS")]
    Ars,
    /// 간편인증: an app or a certificate.
    #[serde(rename = "간편인증")]
    EasySign,
}

/// The PG behind the service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum Pg {
    /// 나이스페이먼츠, the only one with account billing keys.
    #[default]
    #[serde(rename = "nicepay")]
    NicePay,
    /// Another name.
    #[serde(untagged)]
    Other(String),
}

/// The customer's bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bank {
    /// `국민`, `국민은행`, `KB국민은행`.
    Name(String),
    /// Three digits: `004`.
    Code(String),
}

/// Who is asked and debited. `Debug` shows the bank only.
#[derive(Clone, Debug)]
pub struct Payer {
    /// The holder of the account, or the company.
    pub holder: HolderName,
    /// The bank of the account.
    pub bank: Bank,
    /// The account.
    pub account: AccountNumber,
    /// Birth date or business number.
    pub identity: IdentityNumber,
    /// Who is called.
    pub phone: Phone,
}

/// A request for a billing key.
///
/// ```
/// use jadong_client::{Bank, KeyRequest, Payer, Won};
/// let payer = Payer {
///     holder: "홍길동".into(),
///     bank: Bank::Name("국민은행".to_owned()),
///     account: "123456-78-901234".into(),
///     identity: "900101".into(),
///     phone: "010-1234-5678".into(),
/// };
/// let request = KeyRequest::new("sub_42", "월 구독", payer).first_payment(Won::new(9_900)?);
/// assert!(!format!("{request:?}").contains("1234"));
/// # Ok::<(), jadong_client::NotAnAmount>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct KeyRequest {
    pub(crate) subscription_id: SubscriptionId,
    order_name: String,
    payer: Payer,
    pg: Pg,
    auth_type: AuthType,
    price: Option<Won>,
    tax_free: Option<Won>,
    cash_receipt: Option<(CashReceiptType, IdentityNumber)>,
    metadata: Option<JsonObject>,
}

impl KeyRequest {
    /// `subscription_id` is the merchant's own name for what is subscribed to: while a request with it is open, the same
    /// request again reaches that one, and the customer is not called twice.
    pub fn new(subscription_id: impl Into<SubscriptionId>, order_name: impl Into<String>, payer: Payer) -> Self {
        Self {
            subscription_id: subscription_id.into(),
            order_name: order_name.into(),
            payer,
            pg: Pg::default(),
            auth_type: AuthType::default(),
            price: None,
            tax_free: None,
            cash_receipt: None,
            metadata: None,
        }
    }

    /// Another way of consenting than an automatic call.
    pub fn auth_type(mut self, auth_type: AuthType) -> Self {
        self.auth_type = auth_type;
        self
    }

    /// Another PG.
    pub fn pg(mut self, pg: Pg) -> Self {
        self.pg = pg;
        self
    }

    /// The first payment, debited when the key is published, under the subscription id as its order id.
    pub fn first_payment(mut self, price: Won) -> Self {
        self.price = Some(price);
        self
    }

    /// The part of the first payment that is free of tax.
    pub fn tax_free(mut self, amount: Won) -> Self {
        self.tax_free = Some(amount);
        self
    }

    /// A cash receipt with each payment of this key: its kind, and the phone, business or card number it is for.
    pub fn cash_receipt(mut self, kind: CashReceiptType, identity: impl Into<IdentityNumber>) -> Self {
        self.cash_receipt = Some((kind, identity.into()));
        self
    }

    /// Kept and answered as sent. No personal data belongs in it.
    pub fn metadata(mut self, metadata: impl Into<JsonObject>) -> Self {
        self.metadata = Some(metadata.into());
        self
    }

    pub(crate) fn has_first_payment(&self) -> bool {
        self.price.is_some_and(|price| price > Won::ZERO)
    }

    pub(crate) fn body(&self) -> Result<Body, Error> {
        let payer = &self.payer;
        let (bank_name, bank_code) = match &payer.bank {
            Bank::Name(name) => (Some(name.as_str()), None),
            Bank::Code(code) => (None, Some(code.as_str())),
        };
        let receipt_for = self.cash_receipt.as_ref().map(|(_, identity)| identity.expose());
        let wire = Wire {
            pg: &self.pg,
            order_name: &self.order_name,
            subscription_id: &self.subscription_id,
            auth_type: self.auth_type,
            username: payer.holder.expose(),
            bank_name,
            bank_code,
            bank_account: payer.account.expose(),
            identity_no: payer.identity.expose(),
            phone: payer.phone.expose(),
            price: self.price,
            tax_free: self.tax_free,
            cash_receipt_type: self.cash_receipt.as_ref().map(|(kind, _)| *kind),
            cash_receipt_identity_no: receipt_for,
            metadata: self.metadata.as_ref(),
        };
        let (name, phone) = (shown_name(wire.username), shown_phone(wire.phone));
        let shown = Wire {
            username: &name,
            bank_account: HIDDEN,
            identity_no: HIDDEN,
            phone: &phone,
            cash_receipt_identity_no: receipt_for.map(|_| HIDDEN),
            ..wire
        };
        let secrets = [
            wire.bank_account,
            wire.identity_no,
            wire.phone,
            receipt_for.unwrap_or_default(),
        ];
        Body::hiding(&wire, &shown, &secrets)
    }
}

const HIDDEN: &str = "******";

#[derive(Serialize)]
struct Wire<'a> {
    pg: &'a Pg,
    order_name: &'a str,
    subscription_id: &'a SubscriptionId,
    auth_type: AuthType,
    username: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    bank_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bank_code: Option<&'a str>,
    bank_account: &'a str,
    identity_no: &'a str,
    phone: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<Won>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax_free: Option<Won>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cash_receipt_type: Option<CashReceiptType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cash_receipt_identity_no: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a JsonObject>,
}

/// `홍길동` → `홍**`.
fn shown_name(name: &str) -> String {
    name.chars().take(1).chain("**".chars()).collect()
}

/// `010-1234-5678` → `010****5678`; what is not as long as a phone number is hidden whole.
fn shown_phone(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    match digits.len() {
        10 | 11 => format!("{}****{}", &digits[..3], &digits[digits.len() - 4..]),
        _ => HIDDEN.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> KeyRequest {
        let payer = Payer {
            holder: "홍길동".into(),
            bank: Bank::Code("004".to_owned()),
            account: "110-234-567890".into(),
            identity: "900101".into(),
            phone: "010-9876-5432".into(),
        };
        KeyRequest::new("sub_1", "월 구독", payer).cash_receipt(CashReceiptType::IncomeDeduction, "01098765432")
    }

    #[test]
    fn what_is_personal_is_sent_and_neither_shown_nor_printed() {
        let body = request().body().unwrap();
        let wire = std::str::from_utf8(&body.wire).unwrap();
        for secret in ["110-234-567890", "900101", "010-9876-5432", "01098765432", "홍길동"] {
            assert!(wire.contains(secret), "{secret} is not sent");
            assert!(!body.shown.contains(secret), "{secret} is shown");
            assert!(!format!("{:?}", request()).contains(secret), "{secret} is printed");
        }
        assert!(body.shown.contains("010****5432") && body.shown.contains("홍**"));
        assert_eq!(body.cleaned("계좌 110-234-567890 오류".to_owned()), "계좌 ****** 오류");
    }

    #[test]
    fn what_is_not_given_is_not_sent() {
        let body = request().body().unwrap();
        let wire: serde_json::Value = serde_json::from_slice(&body.wire).unwrap();
        assert_eq!(wire.get("price"), None);
        assert_eq!(wire.get("bank_name"), None);
        assert_eq!(wire["bank_code"], "004");
        assert_eq!(
            (&wire["pg"], &wire["auth_type"], &wire["cash_receipt_type"]),
            (&"nicepay".into(), &"ARS".into(), &"소득공제".into())
        );
    }
}
