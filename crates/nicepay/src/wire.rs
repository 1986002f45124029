//! Wire types of the calls about a consent and its key. Field names are the PG's; see `docs/reference/pg-protocol.md`.

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// How the customer is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WireAuthType {
    /// A telephone call.
    #[serde(rename = "ARS")]
    Ars,
    /// An app message (간편인증).
    #[serde(rename = "APP")]
    App,
}

/// What the customer has decided so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ConsentStatus {
    Ringing,
    Agreed,
    Refused,
    NoAnswer,
    Busy,
    WrongKey,
    SignerMismatch,
    Expired,
}

/// `POST /v1/subscribe/account/consents`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StartConsent {
    pub order_id: String,
    pub edi_date: String,
    pub sign_data: String,
    pub auth_type: WireAuthType,
    pub goods_name: String,
    pub enc_mode: String,
    pub enc_data: String,
}

/// The plaintext of [`StartConsent::enc_data`], form-urlencoded. Never printed, wiped when dropped.
#[derive(Clone, Default, Zeroize, ZeroizeOnDrop)]
pub struct PayerFields {
    pub bank_code: String,
    pub account_no: String,
    pub holder: String,
    pub id_no: String,
    pub tel: String,
    pub cash_receipt_type: String,
    pub cash_receipt_no: String,
}

impl PayerFields {
    /// As form-urlencoded text; empty cash receipt fields are left out.
    #[must_use]
    pub fn to_form(&self) -> zeroize::Zeroizing<String> {
        let mut form = form_urlencoded::Serializer::new(String::with_capacity(192));
        form.append_pair("bankCode", &self.bank_code)
            .append_pair("accountNo", &self.account_no)
            .append_pair("holder", &self.holder)
            .append_pair("idNo", &self.id_no)
            .append_pair("tel", &self.tel);
        if !self.cash_receipt_type.is_empty() {
            form.append_pair("cashReceiptType", &self.cash_receipt_type);
        }
        if !self.cash_receipt_no.is_empty() {
            form.append_pair("cashReceiptNo", &self.cash_receipt_no);
        }
        zeroize::Zeroizing::new(form.finish())
    }

    /// Reads [`to_form`](Self::to_form)'s text; a key that is missing stays empty, an unknown one is ignored.
    #[must_use]
    pub fn from_form(text: &str) -> Self {
        let mut fields = Self::default();
        for (key, value) in form_urlencoded::parse(text.as_bytes()) {
            let slot = match key.as_ref() {
                "bankCode" => &mut fields.bank_code,
                "accountNo" => &mut fields.account_no,
                "holder" => &mut fields.holder,
                "idNo" => &mut fields.id_no,
                "tel" => &mut fields.tel,
                "cashReceiptType" => &mut fields.cash_receipt_type,
                "cashReceiptNo" => &mut fields.cash_receipt_no,
                _ => continue,
            };
            *slot = value.into_owned();
        }
        fields
    }
}

/// `POST /v1/subscribe/account/regist`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegisterKey {
    pub order_id: String,
    pub tid: String,
    pub edi_date: String,
    pub sign_data: String,
}

/// `POST /v1/subscribe/{bid}/expire`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpireKey {
    pub order_id: String,
    pub edi_date: String,
    pub sign_data: String,
}

/// Query of `GET /v1/subscribe/account/consents/{orderId}`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FindConsent {
    pub edi_date: String,
    pub sign_data: String,
}

/// The answer of every call; which optional fields are present depends on the call and on `result_code`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsentAnswer {
    pub result_code: String,
    pub result_msg: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent_status: Option<ConsentStatus>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edi_date: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payer_fields_survive_the_form_with_korean_and_separators() {
        let fields = PayerFields {
            bank_code: "004".into(),
            account_no: "12345678901234".into(),
            holder: "홍길동 & 주식회사=가".into(),
            id_no: "900101".into(),
            tel: "01012345678".into(),
            cash_receipt_type: String::new(),
            cash_receipt_no: String::new(),
        };
        let back = PayerFields::from_form(&fields.to_form());
        assert_eq!(back.holder, fields.holder);
        assert_eq!(back.tel, "01012345678");
        assert_eq!(back.cash_receipt_type, "");
    }
}
