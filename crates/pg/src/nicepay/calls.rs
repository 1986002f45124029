//! The four calls.

use domain::EpochMs;
use domain::error::{ErrorCode, PgWords};
use domain::issuance::{AuthType, ConsentSeen, Payer};
use nice::codes;
use nice::wire::{self, Answer, ConsentStatus};
use secrecy::ExposeSecret;

use super::NicePay;
use super::answer::Wanted;
use crate::connector::{BoxFuture, Connector, ConsentFound, ExpireOrder, RegisterOrder, StartOrder};
use crate::outcome::{Outcome, Unknown};

impl Connector for NicePay {
    fn start_consent(&self, order: StartOrder) -> BoxFuture<'_, Outcome<ConsentSeen>> {
        Box::pin(async move {
            let (edi_date, sign_data) = self.stamp(|edi_date, key| nice::sign::order(&order.order_id, edi_date, key));
            let fields = payer_fields(&order.payer);
            let Ok(enc_data) = nice::encdata::encrypt(&fields.to_form(), self.secret_key.expose_secret()) else {
                return Outcome::NotSent;
            };
            let body = wire::StartConsent {
                order_id: order.order_id,
                edi_date,
                sign_data,
                auth_type: match order.auth_type {
                    AuthType::Ars => wire::AuthType::Ars,
                    AuthType::App => wire::AuthType::App,
                },
                goods_name: order.order_name.chars().take(40).collect(),
                enc_mode: "A2".to_owned(),
                enc_data,
            };
            let request = self
                .http
                .post(format!("{}/v1/subscribe/account/consents", self.base_url))
                .json(&body);
            match self.exchange("start", request, Wanted::Signature).await {
                Outcome::Done(answer) => seen(&answer).map_or(Outcome::Unknown(Unknown::NotJson), Outcome::Done),
                other => other.without_value(),
            }
        })
    }

    fn find_consent(&self, order_id: String) -> BoxFuture<'_, Outcome<ConsentFound>> {
        Box::pin(async move {
            let (edi_date, sign_data) = self.stamp(|edi_date, key| nice::sign::order(&order_id, edi_date, key));
            // The offset's plus sign would arrive as a space.
            let url = format!(
                "{}/v1/subscribe/account/consents/{order_id}?ediDate={}&signData={sign_data}",
                self.base_url,
                edi_date.replace('+', "%2B")
            );
            match self.exchange("find", self.http.get(url), Wanted::Signature).await {
                Outcome::Done(answer) => match seen(&answer) {
                    Some(seen) => Outcome::Done(ConsentFound::Consent { seen, bid: answer.bid }),
                    None => Outcome::Unknown(Unknown::NotJson),
                },
                Outcome::Refused { pg, .. } if pg.code == codes::NO_SUCH_ORDER => Outcome::Done(ConsentFound::Nothing),
                other => other.without_value(),
            }
        })
    }

    fn register_key(&self, order: RegisterOrder) -> BoxFuture<'_, Outcome<String>> {
        Box::pin(async move {
            let (edi_date, sign_data) = self.stamp(|edi_date, key| nice::sign::order(&order.order_id, edi_date, key));
            let body = wire::RegisterKey {
                order_id: order.order_id,
                tid: order.tid,
                edi_date,
                sign_data,
            };
            let request = self
                .http
                .post(format!("{}/v1/subscribe/account/regist", self.base_url))
                .json(&body);
            match self.exchange("register", request, Wanted::Signature).await {
                Outcome::Done(Answer { bid: Some(bid), .. }) => Outcome::Done(bid),
                Outcome::Done(_) => Outcome::Unknown(Unknown::NotJson),
                other => other.without_value(),
            }
        })
    }

    fn expire_key(&self, order: ExpireOrder) -> BoxFuture<'_, Outcome<()>> {
        Box::pin(async move {
            let (edi_date, sign_data) =
                self.stamp(|edi_date, key| nice::sign::key_use(&order.order_id, &order.bid, edi_date, key));
            let url = format!("{}/v1/subscribe/{}/expire", self.base_url, order.bid);
            let body = wire::ExpireKey {
                order_id: order.order_id,
                edi_date,
                sign_data,
            };
            match self
                .exchange("expire", self.http.post(url).json(&body), Wanted::Nothing)
                .await
            {
                Outcome::Done(_) => Outcome::Done(()),
                Outcome::Refused { pg, .. } if pg.code == codes::KEY_EXPIRED => Outcome::Done(()),
                other => other.without_value(),
            }
        })
    }
}

impl NicePay {
    /// The present `ediDate` and the `signData` that `sign` makes of it and the secret key.
    fn stamp(&self, sign: impl FnOnce(&str, &str) -> String) -> (String, String) {
        let edi_date = EpochMs(self.clock.now_ms()).to_edi_date();
        let sign_data = sign(&edi_date, self.secret_key.expose_secret());
        (edi_date, sign_data)
    }
}

impl Outcome<Answer> {
    /// The same outcome for another value; an answer that was not used is not believed.
    fn without_value<T>(self) -> Outcome<T> {
        match self {
            Self::Done(_) => Outcome::Unknown(Unknown::NotJson),
            Self::Refused { code, pg } => Outcome::Refused { code, pg },
            Self::NotSent => Outcome::NotSent,
            Self::Unknown(why) => Outcome::Unknown(why),
        }
    }
}

fn payer_fields(payer: &Payer) -> wire::PayerFields {
    let cash_receipt_no = payer
        .cash_receipt_identity
        .as_ref()
        .map_or_else(String::new, |no| no.reveal().to_owned());
    wire::PayerFields {
        bank_code: payer.bank_code.clone(),
        account_no: payer.account.digits().reveal().to_owned(),
        holder: payer.holder.reveal().to_owned(),
        id_no: payer.identity.digits().reveal().to_owned(),
        tel: payer.phone.digits().reveal().to_owned(),
        cash_receipt_type: payer.cash_receipt_type.clone().unwrap_or_default(),
        cash_receipt_no,
    }
}

/// What an answer says of the consent; `None` when it says nothing.
fn seen(answer: &Answer) -> Option<ConsentSeen> {
    let tid = answer.tid.clone()?;
    let over = |code: ErrorCode, text: &str| {
        Some(ConsentSeen::Over {
            code,
            pg: Some(PgWords::new(text, &answer.result_msg)),
        })
    };
    match answer.consent_status? {
        ConsentStatus::Ringing => Some(ConsentSeen::Ringing { tid }),
        ConsentStatus::Agreed => Some(ConsentSeen::Agreed { tid }),
        ConsentStatus::Refused => over(ErrorCode::ConsentRefused, "refused"),
        ConsentStatus::NoAnswer => over(ErrorCode::ConsentNoAnswer, "noAnswer"),
        ConsentStatus::Busy => over(ErrorCode::ConsentBusy, "busy"),
        ConsentStatus::WrongKey => over(ErrorCode::ConsentWrongKey, "wrongKey"),
        ConsentStatus::SignerMismatch => over(ErrorCode::SignerMismatch, "signerMismatch"),
        ConsentStatus::Expired => over(ErrorCode::ConsentExpired, "expired"),
    }
}
