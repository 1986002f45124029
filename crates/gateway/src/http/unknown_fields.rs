//! Misspelt fields: a refusal that misses a field names the unknown one that looks like it.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use domain::Refusal;
use serde::de::IgnoredAny;

/// Every field that some endpoint reads or that an SDK sends.
pub const KNOWN: &[&str] = &[
    "application_id",
    "auth_type",
    "bank_account",
    "bank_code",
    "bank_name",
    "billing_key",
    "cancel_id",
    "cancel_message",
    "cancel_price",
    "cancel_reserves",
    "cancel_tax_free",
    "cancel_uername",
    "cancel_username",
    "card_interest",
    "card_quota",
    "cash_receipt_identity_no",
    "cash_receipt_type",
    "client_key",
    "content_type",
    "currency",
    "email",
    "extra",
    "feedback_url",
    "identity_no",
    "items",
    "mandate",
    "metadata",
    "method",
    "order_id",
    "order_name",
    "pg",
    "phone",
    "price",
    "private_key",
    "purchased_at",
    "receipt_id",
    "refund",
    "reserve_execute_at",
    "secret_key",
    "server_key",
    "subscription_id",
    "tax_free",
    "user",
    "username",
    "wallet_key",
    "webhook_url",
];

/// A name of more letters is no misspelt field.
const NAME_BYTES_MAX: usize = 40;
/// Names that nobody reads; more in one body are no slips.
const STRAYS_MAX: usize = 16;

/// The body that was read, for the one who writes the answer: looked at only when a refusal misses a field.
#[derive(Clone, Default)]
pub struct UnknownFields(Arc<OnceLock<Bytes>>);

/// The names of one body.
struct Names {
    known: Vec<&'static str>,
    strays: Vec<String>,
}

impl Names {
    /// The names of the body that nobody reads. Only letters, `_` and `-`: a name can hold no number of a person.
    fn of(body: &[u8]) -> Option<Self> {
        let sent: BTreeMap<String, Option<IgnoredAny>> = serde_json::from_slice(body).ok()?;
        let is_letter = |letter: char| letter.is_alphabetic() || matches!(letter, '_' | '-');
        let is_name = |name: &str| name.len() <= NAME_BYTES_MAX && name.chars().all(is_letter);
        let is_stray = |name: &&String| known(name).is_none() && is_name(name);
        let is_given = |name: &&'static str| sent.get(*name).is_some_and(Option::is_some);
        Some(Self {
            known: KNOWN.iter().copied().filter(is_given).collect(),
            strays: sent.keys().filter(is_stray).take(STRAYS_MAX).cloned().collect(),
        })
    }
}

impl UnknownFields {
    pub fn body(&self, body: &Bytes) {
        let _ = self.0.set(body.clone());
    }

    /// Adds the misspelt name to a refusal that misses a field.
    pub fn explain(&self, refusal: &mut Refusal) {
        let (Some(field), Some(body)) = (refusal.field.filter(|_| refusal.code.is_blank()), self.0.get()) else {
            return;
        };
        let Some(names) = Names::of(body).filter(|names| !names.known.contains(&field)) else {
            return;
        };
        // A bank is named or numbered; the refusal names only one of the two.
        let fields: &[&str] = if field == "bank_code" {
            &["bank_code", "bank_name"]
        } else {
            &[field]
        };
        let is_slip = |stray: &&String| fields.iter().any(|field| is_like(stray, field));
        if let Some(stray) = names.strays.iter().find(is_slip) {
            let meant = fields.iter().find(|field| is_like(stray, field)).unwrap_or(&field);
            let told = format!("{stray} → {meant}");
            refusal.hint = Some(match refusal.hint.take() {
                Some(hint) if hint == told => hint,
                Some(hint) => format!("{told}; {hint}"),
                None => told,
            });
        }
    }
}

/// The field that some endpoint reads under this name.
pub fn known(name: &str) -> Option<&'static str> {
    KNOWN.iter().copied().find(|known| *known == name)
}

/// `bank_acount`, `bankAccount` and `BankAccount` for `bank_account`.
fn is_like(stray: &str, field: &str) -> bool {
    let plain = |name: &str| name.replace(['_', '-'], "").to_lowercase();
    let (stray, field) = (plain(stray), plain(field));
    !domain::suggest::suggestions(&stray, [field.as_str()]).is_empty()
        || (field.len() > 4 && stray.len() > 4 && (stray.contains(&field) || field.contains(&stray)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ErrorCode;

    fn hint(body: &str, code: ErrorCode, field: &'static str) -> Option<String> {
        let noted = UnknownFields::default();
        noted.body(&Bytes::copy_from_slice(body.as_bytes()));
        let mut refusal = Refusal::new(code, field);
        noted.explain(&mut refusal);
        refusal.hint
    }

    #[test]
    fn a_misspelt_field_is_named_only_where_the_right_one_is_missing() {
        let account = |body: &str| hint(body, ErrorCode::AccountBlank, "bank_account");
        for name in [
            "bank_acount",
            "bankAccount",
            "BANK_ACCOUNT",
            "bank_account_no",
            "bank-account",
        ] {
            let told = account(&format!("{{\"{name}\":\"1\"}}"));
            assert_eq!(told, Some(format!("{name} → bank_account")));
        }
        assert_eq!(
            account(r#"{"\uba54\ubaa8":1,"bank_acount":"1"}"#),
            Some("bank_acount → bank_account".to_owned())
        );
        assert_eq!(account(r#"{"bank_name":"1","bank_code":"1"}"#), None);
        assert_eq!(account(r#"{"color":"1"}"#), None);
        assert_eq!(account(r#"{"bank_account":"","bank_acount":"1"}"#), None);
        assert_eq!(
            hint(r#"{"bank_acount":1}"#, ErrorCode::AccountInvalid, "bank_account"),
            None
        );
    }

    #[test]
    fn a_name_with_a_digit_is_never_told() {
        assert_eq!(hint(r#"{"phone01012345678":1}"#, ErrorCode::PhoneBlank, "phone"), None);
    }
}
