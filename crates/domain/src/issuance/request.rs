//! The request for a billing key: every rule, in the order in which they are checked.
//!
//! pg → order_name → subscription_id → auth_type → username → bank → bank_account → identity_no → phone → price, tax_free →
//! cash receipt → lengths → sensitive text in stored fields. The first fault is the answer.

use super::pg_name::PgNames;
use super::{AuthType, Issuance, IssuanceState, IssuanceTerms};
use crate::bank::{self, Account, AccountDigitsMax};
use crate::cash_receipt::{CashReceiptPurpose, number_fingerprint, read_number};
use crate::error::{ErrorCode, Refusal};
use crate::fingerprint::{Fingerprint, Pepper};
use crate::identity::Identity;
use crate::ids::{ProjectId, ReceiptId};
use crate::key::MaskedAccount;
use crate::mandate::MandateTerms;
use crate::mask;
use crate::money::Won;
use crate::phone::Phone;
use crate::sensitive::Sensitive;
use crate::sensitive_text;
use crate::suggest;
use crate::text;
use crate::time::EpochMs;

/// The request as sent: `None` stands for absent, `null`, `""` and the like. Not printable.
#[derive(Clone, Default)]
pub struct IssuanceFields {
    pub pg: Option<String>,
    pub order_name: Option<String>,
    pub subscription_id: Option<String>,
    pub auth_type: Option<String>,
    pub username: Option<String>,
    pub bank_name: Option<String>,
    pub bank_code: Option<String>,
    pub bank_account: Option<Sensitive>,
    pub identity_no: Option<Sensitive>,
    pub phone: Option<Sensitive>,
    pub price: Option<String>,
    pub tax_free: Option<String>,
    pub cash_receipt_type: Option<String>,
    pub cash_receipt_identity_no: Option<Sensitive>,
    /// A JSON object; `{}` for none.
    pub metadata: String,
    /// A JSON object; `{}` for none.
    pub mandate: String,
}

/// What the gateway's configuration says about requests.
#[derive(Debug, Clone, Copy)]
pub struct IssuanceRules {
    pub account_digits_max: AccountDigitsMax,
    /// How long a customer may take to consent.
    pub consent_limit_ms: u64,
    /// What the project's PG is called.
    pub pg_names: PgNames,
}

/// Who is asked for consent: goes to the PG and nowhere else. Wiped when dropped.
#[derive(Clone)]
pub struct Payer {
    pub bank_code: String,
    pub account: Account,
    pub holder: Sensitive,
    pub identity: Identity,
    pub phone: Phone,
    pub cash_receipt_type: Option<String>,
    pub cash_receipt_identity: Option<Sensitive>,
}

/// A request that passed every rule.
pub struct IssuanceRequest {
    pub issuance: Issuance,
    pub payer: Payer,
    /// Nothing wrong, but worth telling the merchant.
    pub notice: Option<String>,
}

const TEXT_CHARACTERS_MAX: usize = 255;
const METADATA_BYTES_MAX: usize = 8 * 1024;
/// A cash receipt number is a phone, business or card number; shorter texts occur by chance.
const TELLING_LENGTH: usize = 8;

/// Decides on a request. Nothing is changed or called when it is refused.
pub fn request(
    fields: &IssuanceFields,
    (project_id, receipt_id): (ProjectId, ReceiptId),
    rules: IssuanceRules,
    pepper: &Pepper,
    now: EpochMs,
) -> Result<IssuanceRequest, Refusal> {
    rules.pg_names.check(fields.pg.as_deref())?;
    let order_name = fields.order_name.as_deref().map(text::line);
    let order_name = required(order_name.as_deref(), ErrorCode::OrderNameBlank, "order_name")?;
    let subscription_id = fields.subscription_id.as_deref();
    let subscription_id = required(subscription_id, ErrorCode::SubscriptionIdBlank, "subscription_id")?;
    crate::sensitive_text::check_visible(subscription_id, "subscription_id")?;
    let auth_type = auth_type(fields.auth_type.as_deref())?;
    let holder = required(fields.username.as_deref(), ErrorCode::HolderBlank, "username")?;
    crate::sensitive_text::check_visible(holder, "username")?;
    let holder = text::nfc(holder);
    let bank = bank::find(fields.bank_name.as_deref(), fields.bank_code.as_deref())?;
    let account = sensitive(&fields.bank_account, ErrorCode::AccountBlank, "bank_account")?;
    let account = Account::parse(account.reveal(), bank, rules.account_digits_max)?;
    let identity = sensitive(&fields.identity_no, ErrorCode::IdentityBlank, "identity_no")?;
    let identity = Identity::parse(identity.reveal())?;
    let phone = Phone::parse(sensitive(&fields.phone, ErrorCode::PhoneBlank, "phone")?.reveal())?;
    let (price, tax_free) = amounts(fields)?;
    let purpose = purpose(fields.cash_receipt_type.as_deref())?;
    check_lengths(fields)?;
    let cash_receipt_identity = cash_receipt_identity(fields.cash_receipt_identity_no.as_ref(), purpose)?;

    let payer = Payer {
        bank_code: bank.code.clone(),
        account,
        holder: Sensitive::new(holder.as_ref()),
        identity,
        phone,
        cash_receipt_type: purpose.map(|purpose| purpose.wire_name().to_owned()),
        cash_receipt_identity,
    };
    let terms = IssuanceTerms {
        subscription_id: subscription_id.to_owned(),
        order_name: order_name.to_owned(),
        price,
        tax_free,
        auth_type,
        shown: shown(bank, &payer.account, &holder),
        phone_masked: payer.phone.masked(),
        cash_receipt_type: payer.cash_receipt_type.clone(),
        cash_receipt_print: purpose.map(|purpose| standing_print(project_id, purpose, &payer, pepper)),
        metadata: fields.metadata.clone(),
        mandate: MandateTerms::parse(&fields.mandate)?,
    };
    refuse_sensitive(&terms, &payer)?;
    let issuance = Issuance {
        receipt_id,
        project_id,
        seq: 1,
        state: IssuanceState::Requested,
        fingerprint: fingerprint(&terms, &payer, pepper),
        terms,
        requested_at: now,
        consent_expires_at: now.plus_ms(rules.consent_limit_ms),
        published_at: None,
        pg_tid: None,
        consent_url: None,
        failure: None,
        issued: None,
    };
    Ok(IssuanceRequest {
        notice: payer.account.length_hint(bank),
        issuance,
        payer,
    })
}

/// Whom the receipts of debits go to: without a number of its own the payer's phone, or business number.
fn standing_print(project: ProjectId, purpose: CashReceiptPurpose, payer: &Payer, pepper: &Pepper) -> Fingerprint {
    let usual = match purpose {
        CashReceiptPurpose::Individual => payer.phone.digits(),
        CashReceiptPurpose::Company => payer.identity.digits(),
    };
    let number = payer.cash_receipt_identity.as_ref().unwrap_or(usual);
    number_fingerprint(project, purpose, number, pepper)
}

fn shown(bank: &bank::Bank, account: &Account, holder: &str) -> MaskedAccount {
    MaskedAccount {
        bank_code: bank.code.clone(),
        account_masked: account.masked(),
        holder_masked: mask::holder(holder),
    }
}

/// A stored field must not carry what must not be stored. A birth date is left out: six digits occur by chance.
fn refuse_sensitive(terms: &IssuanceTerms, payer: &Payer) -> Result<(), Refusal> {
    // Without its leading zero it is also found behind a +82.
    let phone = Sensitive::new(payer.phone.digits().reveal().trim_start_matches('0'));
    let receipt = payer.cash_receipt_identity.as_ref().map_or("", Sensitive::reveal);
    let receipt = Sensitive::new(receipt.chars().filter(char::is_ascii_digit).collect::<String>());
    let mut secrets = vec![payer.account.digits(), &phone];
    if let Identity::BusinessNumber(number) = &payer.identity {
        secrets.push(number);
    }
    if receipt.reveal().len() >= TELLING_LENGTH {
        secrets.push(&receipt);
    }
    let mandate = terms.mandate.to_json();
    let stored = [
        ("subscription_id", terms.subscription_id.as_str()),
        ("order_name", &terms.order_name),
        ("username", payer.holder.reveal()),
        ("metadata", &terms.metadata),
        ("mandate", &mandate),
    ];
    sensitive_text::refuse(&stored, &secrets)
}

fn required<'a>(field: Option<&'a str>, code: ErrorCode, name: &'static str) -> Result<&'a str, Refusal> {
    let text = field.map(str::trim).filter(|text| !text.is_empty());
    text.ok_or_else(|| Refusal::new(code, name))
}

fn sensitive<'a>(field: &'a Option<Sensitive>, code: ErrorCode, name: &'static str) -> Result<&'a Sensitive, Refusal> {
    let blank = |text: &&Sensitive| !text.reveal().trim().is_empty();
    field.as_ref().filter(blank).ok_or_else(|| Refusal::new(code, name))
}

fn auth_type(sent: Option<&str>) -> Result<AuthType, Refusal> {
    match sent.map(str::trim).map(text::nfc).as_deref() {
        None | Some("" | "0" | "ARS" | "ars") => Ok(AuthType::Ars),
        Some("간편인증") => Ok(AuthType::App),
        Some(other) => {
            let hint = suggest::hint(other, &["ARS", "간편인증"]);
            Err(Refusal::new(ErrorCode::AuthTypeInvalid, "auth_type").hint(hint))
        }
    }
}

fn amounts(fields: &IssuanceFields) -> Result<(Won, Won), Refusal> {
    let read = |text: &Option<String>, name| match text.as_deref() {
        None => Ok(Won::ZERO),
        Some(text) => Won::parse(text).ok_or_else(|| Refusal::new(ErrorCode::AmountInvalid, name).hint("1000")),
    };
    let (price, tax_free) = (read(&fields.price, "price")?, read(&fields.tax_free, "tax_free")?);
    if tax_free > price {
        return Err(Refusal::new(ErrorCode::AmountInvalid, "tax_free").hint("tax_free <= price"));
    }
    Ok((price, tax_free))
}

/// `소득공제` (also Ruby's `1`) or `지출증빙` (`2`); `0`, as documented, is none.
fn purpose(sent: Option<&str>) -> Result<Option<CashReceiptPurpose>, Refusal> {
    match sent.map(str::trim).map(text::nfc).as_deref() {
        None | Some("" | "0") => Ok(None),
        Some(text) => CashReceiptPurpose::parse(text)
            .map(Some)
            .ok_or_else(|| crate::cash_receipt::unknown_type(text)),
    }
}

/// `0` is how some clients leave a number out. Without a purpose nothing is issued to it, and it is not looked at.
fn cash_receipt_identity(
    sent: Option<&Sensitive>,
    purpose: Option<CashReceiptPurpose>,
) -> Result<Option<Sensitive>, Refusal> {
    let sent = sent.filter(|number| !matches!(number.reveal().trim(), "" | "0"));
    match (sent, purpose) {
        (Some(sent), Some(purpose)) => read_number(sent.reveal(), purpose, "cash_receipt_identity_no").map(Some),
        (sent, _) => Ok(sent.cloned()),
    }
}

fn check_lengths(fields: &IssuanceFields) -> Result<(), Refusal> {
    let texts = [
        ("order_name", &fields.order_name),
        ("subscription_id", &fields.subscription_id),
        ("username", &fields.username),
    ];
    for (name, sent) in texts {
        if text::length(sent.as_deref().unwrap_or("").trim()) > TEXT_CHARACTERS_MAX {
            let hint = format!("{TEXT_CHARACTERS_MAX}자 이하 (at most {TEXT_CHARACTERS_MAX} characters)");
            return Err(Refusal::new(ErrorCode::FieldInvalid, name).hint(hint));
        }
    }
    if fields.metadata.len() > METADATA_BYTES_MAX {
        return Err(Refusal::new(ErrorCode::FieldInvalid, "metadata").hint("8 KiB"));
    }
    let number = fields.cash_receipt_identity_no.as_ref().map_or("", Sensitive::reveal);
    crate::cash_receipt::refuse_resident_number(number, "cash_receipt_identity_no")?;
    if number.len() > 32 {
        return Err(Refusal::new(ErrorCode::FieldInvalid, "cash_receipt_identity_no"));
    }
    Ok(())
}

/// Everything that makes two requests the same request.
fn fingerprint(terms: &IssuanceTerms, payer: &Payer, pepper: &Pepper) -> Fingerprint {
    let cash_receipt_identity = payer.cash_receipt_identity.as_ref().map_or("", Sensitive::reveal);
    let (order_name, metadata) = (text::nfc(&terms.order_name), text::nfc(&terms.metadata));
    let (price, tax_free) = (terms.price.get().to_string(), terms.tax_free.get().to_string());
    // In the hashes of older programs there is none, as in those of requests that say nothing of it.
    let mandate = (!terms.mandate.is_empty()).then(|| terms.mandate.to_json());
    let mut parts = vec![
        &*order_name,
        &price,
        &tax_free,
        terms.auth_type.wire_name(),
        payer.holder.reveal(),
        &payer.bank_code,
        payer.account.digits().reveal(),
        payer.identity.digits().reveal(),
        payer.phone.digits().reveal(),
        terms.cash_receipt_type.as_deref().unwrap_or(""),
        cash_receipt_identity,
        &metadata,
    ];
    parts.extend(mandate.as_deref());
    pepper.hash("issuance", &parts)
}
