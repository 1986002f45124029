//! Consents and keys. A consent is a link that its customer opens; the key has its name from the start, and is one once they have
//! agreed. So it is registered by asking whether it is.
//!
//! Every consent is of a user of its own, named by the issuance: Toss Pay tells keys apart by that, and gives one user one key.

use domain::ErrorCode;
use domain::error::PgMessage;
use domain::issuance::ConsentReport;
use serde_json::{Value, json};

use super::Tosspay;
use super::answer::{self, text};
use crate::connector::{
    CallTime, ExpireKeyRequest, FindConsentRequest, RegisterKeyRequest, RegisterRefusal, StartConsentRequest,
};
use crate::lookups::ConsentLookup;
use crate::outcome::{Outcome, Unknown};

/// Characters of a product's description.
pub const PRODUCT_CHARACTERS_MAX: usize = 255;

impl Tosspay {
    /// Nothing of the payer is sent: Toss Pay knows its user, who chooses the account.
    pub(super) async fn start_consent_call(
        &self,
        order: StartConsentRequest,
        at: CallTime,
    ) -> Outcome<ConsentReport, ErrorCode> {
        let body = json!({
            "userId": order.order_id,
            "productDesc": domain::text::cut(&order.order_name, PRODUCT_CHARACTERS_MAX),
            // Must be given. What is told there is not signed: the key's state is asked for instead.
            "resultCallback": self.return_url,
            "returnSuccessUrl": self.return_url,
            "returnFailureUrl": self.return_url,
        });
        match self.post("start", "/api/v1/billing-key", body, at).await {
            Ok(body) => started(&body).map_or(Outcome::Unknown(Unknown::NotJson), Outcome::Done),
            // Without the link nobody can agree, whatever the code.
            Err(no) => no.because(|_| Some(ErrorCode::RequestRefused)),
        }
    }

    pub(super) async fn find_consent_call(&self, order: FindConsentRequest, at: CallTime) -> Outcome<ConsentLookup> {
        match self.key_of("find", &order.order_id, at).await {
            Ok(body) if is_of_another(&body, order.tid.as_deref()) => Outcome::Unknown(Unknown::NotJson),
            Ok(body) => match (seen(&body), order.tid) {
                // The link was in an answer that nobody has got: nobody can agree.
                (Some((ConsentReport::Ringing { .. }, _)), None) => Outcome::Done(ConsentLookup::Nothing),
                (Some((seen, bid)), _) => Outcome::Done(ConsentLookup::Consent { seen, bid }),
                (None, _) => Outcome::Unknown(Unknown::NotJson),
            },
            Err(no) if no.is(answer::NO_SUCH_KEY) => Outcome::Done(ConsentLookup::Nothing),
            Err(no) => no.because(|_| None),
        }
    }

    pub(super) async fn register_key_call(
        &self,
        order: RegisterKeyRequest,
        at: CallTime,
    ) -> Outcome<String, RegisterRefusal> {
        let body = match self.key_of("register", &order.order_id, at).await {
            Ok(body) if is_of_another(&body, Some(&order.tid)) => return Outcome::Unknown(Unknown::NotJson),
            Ok(body) => body,
            Err(no) => return no.because(|_| None),
        };
        match seen(&body) {
            Some((ConsentReport::Agreed { .. }, Some(bid))) => Outcome::Done(bid),
            Some((ConsentReport::Over { pg, .. }, _)) => Outcome::Refused {
                reason: RegisterRefusal::Final,
                pg,
            },
            Some(_) => Outcome::Refused {
                reason: RegisterRefusal::NotAgreed,
                pg: PgMessage::new(text(&body, "status").unwrap_or_default(), ""),
            },
            None => Outcome::Unknown(Unknown::NotJson),
        }
    }

    pub(super) async fn expire_key_call(&self, order: ExpireKeyRequest, at: CallTime) -> Outcome<()> {
        let body = json!({"billingKey": order.bid});
        match self.post("expire", "/api/v1/billing-key/remove", body, at).await {
            Ok(_) => Outcome::Done(()),
            // Dead already, or none of this shop's.
            Err(no) if no.is(answer::NO_SUCH_KEY) => Outcome::Done(()),
            Err(no) => no.because(|code| (code == "COMMON_INVALID_PARAMETER").then_some(())),
        }
    }

    async fn key_of(&self, call: &'static str, user_id: &str, at: CallTime) -> answer::Answered {
        self.post(call, "/api/v1/billing-key/status", json!({"userId": user_id}), at)
            .await
    }
}

/// A key has its name from the start: an answer about another one is not believed.
fn is_of_another(body: &Value, tid: Option<&str>) -> bool {
    let (named, wanted) = (text(body, "billingKey"), tid);
    let is_other = named.is_some() && wanted.is_some() && named != wanted;
    if is_other {
        tracing::error!("Toss Pay answered about another key");
    }
    is_other
}

/// `None`: without a key and a link nothing can come of it.
fn started(body: &Value) -> Option<ConsentReport> {
    let link = text(body, "checkoutUri").filter(|link| link.starts_with("https://") || link.starts_with("http://"))?;
    Some(ConsentReport::Ringing {
        tid: text(body, "billingKey")?.to_owned(),
        link: Some(link.to_owned()),
    })
}

/// What a key's status says of its consent, and the key; `None`: nothing that can be read. That `CANCEL` is a refusal is assumed: the
/// guide has the word only.
fn seen(body: &Value) -> Option<(ConsentReport, Option<String>)> {
    let status = text(body, "status")?;
    let over = |code| {
        let pg = PgMessage::new(status, "");
        Some((ConsentReport::Over { code, pg }, None))
    };
    let tid = text(body, "billingKey").unwrap_or_default().to_owned();
    match status {
        "CREATE" | "AUTH" => Some((ConsentReport::Ringing { tid, link: None }, None)),
        "ACTIVE" if !tid.is_empty() => Some((ConsentReport::Agreed { tid: tid.clone() }, Some(tid))),
        "CANCEL" => over(ErrorCode::ConsentRefused),
        "FAIL" | "REMOVE" => over(ErrorCode::RequestRefused),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_active_key_is_one() {
        let read = |status: &str| {
            let seen = seen(&json!({"status": status, "billingKey": "bk"}));
            seen.map(|(seen, bid)| (matches!(seen, ConsentReport::Over { .. }), bid.is_some()))
        };
        for status in ["CREATE", "AUTH"] {
            assert_eq!(read(status), Some((false, false)), "{status}");
        }
        assert_eq!(read("ACTIVE"), Some((false, true)));
        for status in ["CANCEL", "FAIL", "REMOVE"] {
            assert_eq!(read(status), Some((true, false)), "{status}");
        }
        assert_eq!(read("never seen"), None);
        assert_eq!(seen(&json!({"status": "ACTIVE"})), None);
        assert_eq!(
            started(&json!({"billingKey": "bk", "checkoutUri": "javascript:x"})),
            None
        );
    }
}
