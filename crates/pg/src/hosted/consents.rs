//! Consents and keys. Publishing is the only way to see that a customer has agreed, and makes the key.

use std::time::Duration;

use domain::issuance::{ConsentReport, Payer};
use domain::key::MaskedAccount;
use domain::{EpochMs, ErrorCode};
use serde::Serialize;
use serde_json::Value;

use super::Hosted;
use super::answer::{self, No, text};
use crate::connector::{
    CallTime, ExpireKeyRequest, FindConsentRequest, RegisterKeyRequest, RegisterRefusal, StartConsentRequest,
};
use crate::line::NoReply;
use crate::lookups::{ConsentLookup, KeyLookup, KeyRecord};
use crate::outcome::{Outcome, Unknown};

/// Another gateway holds the request until its customer has decided; the hosted one answers at once.
pub const HELD_AT_MOST: Duration = Duration::from_secs(70);

/// Characters of an order's name.
const NAME_CHARACTERS_MAX: usize = 100;

#[derive(Serialize)]
pub(super) struct StartBody<'a> {
    pg: &'a str,
    order_name: String,
    /// Ours: what a second start would be known by.
    subscription_id: &'a str,
    auth_type: &'a str,
    username: &'a str,
    bank_code: &'a str,
    bank_name: &'a str,
    bank_account: &'a str,
    identity_no: &'a str,
    phone: &'a str,
    /// The first payment is a debit of this gateway, not of the publish.
    price: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    cash_receipt_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cash_receipt_identity_no: Option<&'a str>,
}

impl<'a> StartBody<'a> {
    pub(super) fn new(order: &'a StartConsentRequest) -> Self {
        let payer: &Payer = &order.payer;
        let bank = domain::bank::Bank::by_code(&payer.bank_code);
        Self {
            pg: "nicepay",
            order_name: domain::text::cut(&order.order_name, NAME_CHARACTERS_MAX),
            subscription_id: &order.order_id,
            auth_type: order.auth_type.wire_name(),
            username: payer.holder.reveal(),
            bank_code: &payer.bank_code,
            bank_name: bank.map_or("", |bank| bank.short_name()),
            bank_account: payer.account.digits().reveal(),
            identity_no: payer.identity.digits().reveal(),
            phone: payer.phone.digits().reveal(),
            price: 0,
            cash_receipt_type: payer.cash_receipt_type.as_deref(),
            cash_receipt_identity_no: payer.cash_receipt_identity.as_ref().map(|number| number.reveal()),
        }
    }
}

#[derive(Serialize)]
pub(super) struct PublishBody<'a> {
    pub(super) receipt_id: &'a str,
}

impl Hosted {
    pub(super) async fn start_consent_call(
        &self,
        order: StartConsentRequest,
        at: CallTime,
    ) -> Outcome<ConsentReport, ErrorCode> {
        let request = self.line.post_held("/v2/request/subscribe/automatic-transfer");
        match self.send("start", request, &StartBody::new(&order), at).await {
            Ok(body) => match text(&body, "receipt_id") {
                Some(tid) => Outcome::Done(ConsentReport::Ringing {
                    tid: tid.to_owned(),
                    link: None,
                }),
                None => Outcome::Unknown(Unknown::NotJson),
            },
            Err(no) => no.because(|refusal| answer::consent(&refusal.code)),
        }
    }

    /// What there is to see without publishing: the key, once there is one.
    pub(super) async fn find_consent_call(&self, order: FindConsentRequest, at: CallTime) -> Outcome<ConsentLookup> {
        // Without an answer to the start there is nothing to ask by.
        let Some(tid) = order.tid else {
            return Outcome::Unknown(Unknown::NotOffered);
        };
        let (seen, bid) = match self.key_of(&tid, at).await {
            Ok(Some(bid)) => (ConsentReport::Agreed { tid }, Some(bid)),
            Ok(None) => (ConsentReport::Ringing { tid, link: None }, None),
            Err(no) => return no.because(|_| ()),
        };
        Outcome::Done(ConsentLookup::Consent { seen, bid })
    }

    /// The key of a receipt; `None` while it has none. Errors: it cannot be told.
    async fn key_of(&self, tid: &str, at: CallTime) -> Result<Option<String>, No> {
        let path = format!("/v2/subscribe/billing_key/{tid}");
        match self.get("find", path, at).await {
            Ok(body) if is_of(&body, tid) => Ok(key(&body)),
            Ok(_) => Err(No::Reply(NoReply::Unknown(Unknown::NotJson))),
            // What it answers of a receipt that waits is not known; that it waits is no fault.
            Err(No::Refused(refusal)) if !answer::is_operators(&refusal.code) => Ok(None),
            Err(no) => Err(no),
        }
    }

    pub(super) async fn register_key_call(
        &self,
        order: RegisterKeyRequest,
        at: CallTime,
    ) -> Outcome<String, RegisterRefusal> {
        let path = "/v2/request/subscribe/automatic-transfer/publish";
        let body = PublishBody { receipt_id: &order.tid };
        let no = match self.post("register", path, &body, at).await {
            Ok(body) => {
                let own = key(&body).filter(|_| is_of(&body, &order.tid));
                return own.map_or(Outcome::Unknown(Unknown::NotJson), Outcome::Done);
            }
            Err(no) => no,
        };
        if no.is(answer::NOT_READY) {
            // Published before, being published at this moment, or over: only the key says which.
            return match self.key_of(&order.tid, at).await {
                Ok(Some(bid)) => Outcome::Done(bid),
                Ok(None) => Outcome::Unknown(Unknown::Duplicate),
                Err(open) => open.because(|_| RegisterRefusal::NotAgreed),
            };
        }
        // What else it may refuse with while a customer has not decided is not known: only what says that it is over ends it.
        no.because(|refusal| match refusal.code.as_str() {
            "SUBSCRIBE_PUBLISH_FAILED" | answer::NOT_FOUND => RegisterRefusal::Final,
            _ => RegisterRefusal::NotAgreed,
        })
    }

    pub(super) async fn find_key_call(&self, bid: String, at: CallTime) -> Outcome<KeyLookup> {
        match self.get("find_key", format!("/v2/billing_key/{bid}"), at).await {
            Ok(body) => key_record(&body, &bid).map_or(Outcome::Unknown(Unknown::NotJson), Outcome::Done),
            Err(no) if no.is(answer::NOT_FOUND) => Outcome::Done(KeyLookup::Nothing),
            Err(no) if no.is(answer::KEY_DEAD) => Outcome::Done(KeyLookup::Dead),
            Err(no) => no.because(|_| ()),
        }
    }

    pub(super) async fn expire_key_call(&self, order: ExpireKeyRequest, at: CallTime) -> Outcome<()> {
        let path = format!("/v2/subscribe/billing_key/{}", order.bid);
        match self.delete("expire", path, at).await {
            Ok(_) => Outcome::Done(()),
            // Dead already, or none of this merchant's.
            Err(no) if no.is(answer::KEY_DEAD) || no.is(answer::NOT_FOUND) => Outcome::Done(()),
            Err(no) => no.because(|_| ()),
        }
    }
}

/// Whether it is about the consent that was asked about; one that names none may be.
fn is_of(body: &Value, tid: &str) -> bool {
    let is_of = text(body, "receipt_id").is_none_or(|own| own == tid);
    if !is_of {
        tracing::error!(tid, "the hosted API answered about another consent");
    }
    is_of
}

fn key(body: &Value) -> Option<String> {
    text(body, "billing_key").map(str::to_owned)
}

/// A key as the look-up by itself tells it; `None`: that is none.
fn key_record(body: &Value, bid: &str) -> Option<KeyLookup> {
    if key(body)? != bid {
        return None;
    }
    if body.get("status").and_then(Value::as_i64)? != 1 {
        return Some(KeyLookup::Dead);
    }
    let data = body.get("billing_data")?;
    let published_at = text(body, "published_at")?.parse::<jiff::Timestamp>().ok()?;
    let bank_code = text(data, "bank_code")?;
    domain::bank::Bank::by_code(bank_code)?;
    // Masked there; whatever is not is masked here.
    let masked = |key: &str, mask: fn(&str) -> String| {
        let shown = text(data, key).unwrap_or_default();
        if shown.contains('*') {
            shown.to_owned()
        } else {
            mask(shown)
        }
    };
    Some(KeyLookup::Key(KeyRecord {
        shown: MaskedAccount {
            bank_code: bank_code.to_owned(),
            account_masked: masked("bank_account", domain::mask::account),
            holder_masked: masked("username", domain::mask::holder),
        },
        issued_at: EpochMs(published_at.as_millisecond()),
    }))
}
