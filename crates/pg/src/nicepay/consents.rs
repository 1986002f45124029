//! Consents and keys.

use domain::error::{ErrorCode, PgMessage};
use domain::issuance::{AuthType, ConsentReport, Payer};
use nicepay::codes;
use nicepay::wire::{self, ConsentAnswer, ConsentStatus};
use secrecy::ExposeSecret;

use super::answer::{Expected, about};
use super::connector::in_query;
use super::{GOODS_NAME_CHARACTERS_MAX, NicePay, reasons};
use crate::connector::{CallTime, ExpireKeyRequest, RegisterKeyRequest, RegisterRefusal, StartConsentRequest};
use crate::lookups::ConsentLookup;
use crate::outcome::{Outcome, Unknown, Unsent};

impl NicePay {
    pub(super) async fn start_consent_call(
        &self,
        order: StartConsentRequest,
        at: CallTime,
    ) -> Outcome<ConsentReport, ErrorCode> {
        let turn = match self.line.turn("start", at).await {
            Ok(turn) => turn,
            Err(why) => return Outcome::NotSent(why),
        };
        let (edi_date, sign_data) = self.stamp(turn.at, |edi_date, key| {
            nicepay::sign::order(&order.order_id, edi_date, key)
        });
        let fields = payer_fields(&order.payer);
        let Ok(enc_data) = nicepay::encdata::encrypt(&fields.to_form(), self.secret_key.expose_secret()) else {
            return Outcome::NotSent(Unsent::NoTurn);
        };
        let body = wire::StartConsent {
            order_id: order.order_id.clone(),
            edi_date,
            sign_data,
            auth_type: match order.auth_type {
                AuthType::Ars => wire::WireAuthType::Ars,
                AuthType::App => wire::WireAuthType::App,
            },
            goods_name: domain::text::cut(&order.order_name, GOODS_NAME_CHARACTERS_MAX),
            enc_mode: "A2".to_owned(),
            enc_data,
        };
        let url = "/v1/subscribe/account/consents".to_owned();
        let outcome = self.post::<ConsentAnswer>(turn, url, &body, Expected::Signature).await;
        match about(outcome, &order.order_id) {
            Outcome::Done(answer) => seen(&answer).map_or(Outcome::Unknown(Unknown::NotJson), Outcome::Done),
            other => other.without_value().because(reasons::consent),
        }
    }

    pub(super) async fn find_consent_call(&self, order_id: String, at: CallTime) -> Outcome<ConsentLookup> {
        let turn = match self.line.turn("find", at).await {
            Ok(turn) => turn,
            Err(why) => return Outcome::NotSent(why),
        };
        let (edi_date, sign_data) = self.stamp(turn.at, |edi_date, key| nicepay::sign::order(&order_id, edi_date, key));
        // The offset's plus sign would arrive as a space.
        let url = format!(
            "/v1/subscribe/account/consents/{order_id}?ediDate={}&signData={sign_data}",
            in_query(&edi_date)
        );
        let outcome = self.get::<ConsentAnswer>(turn, url, Expected::Signature).await;
        match about(outcome, &order_id) {
            Outcome::Done(answer) => match seen(&answer) {
                Some(seen) => Outcome::Done(ConsentLookup::Consent { seen, bid: answer.bid }),
                None => Outcome::Unknown(Unknown::NotJson),
            },
            Outcome::Refused { pg, .. } if pg.code == codes::NO_SUCH_ORDER => Outcome::Done(ConsentLookup::Nothing),
            other => other.without_value(),
        }
    }

    pub(super) async fn register_key_call(
        &self,
        order: RegisterKeyRequest,
        at: CallTime,
    ) -> Outcome<String, RegisterRefusal> {
        let turn = match self.line.turn("register", at).await {
            Ok(turn) => turn,
            Err(why) => return Outcome::NotSent(why),
        };
        let (edi_date, sign_data) = self.stamp(turn.at, |edi_date, key| {
            nicepay::sign::order(&order.order_id, edi_date, key)
        });
        let body = wire::RegisterKey {
            order_id: order.order_id.clone(),
            tid: order.tid,
            edi_date,
            sign_data,
        };
        let url = "/v1/subscribe/account/regist".to_owned();
        let outcome = self.post::<ConsentAnswer>(turn, url, &body, Expected::Signature).await;
        match about(outcome, &order.order_id) {
            Outcome::Done(ConsentAnswer { bid: Some(bid), .. }) => Outcome::Done(bid),
            Outcome::Done(_) => Outcome::Unknown(Unknown::NotJson),
            other => other.without_value().because(reasons::register),
        }
    }

    pub(super) async fn expire_key_call(&self, order: ExpireKeyRequest, at: CallTime) -> Outcome<()> {
        let turn = match self.line.turn("expire", at).await {
            Ok(turn) => turn,
            Err(why) => return Outcome::NotSent(why),
        };
        let (edi_date, sign_data) = self.stamp(turn.at, |edi_date, key| {
            nicepay::sign::key_use(&order.order_id, &order.bid, edi_date, key)
        });
        let url = format!("/v1/subscribe/{}/expire", order.bid);
        let body = wire::ExpireKey {
            order_id: order.order_id,
            edi_date,
            sign_data,
        };
        match self.post::<ConsentAnswer>(turn, url, &body, Expected::Nothing).await {
            Outcome::Done(_) => Outcome::Done(()),
            Outcome::Refused { pg, .. } if pg.code == codes::KEY_EXPIRED => Outcome::Done(()),
            other => other.without_value(),
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
fn seen(answer: &ConsentAnswer) -> Option<ConsentReport> {
    let tid = answer.tid.clone()?;
    let over = |code: ErrorCode, text: &str| {
        Some(ConsentReport::Over {
            code,
            pg: PgMessage::new(text, &answer.result_msg),
        })
    };
    match answer.consent_status? {
        ConsentStatus::Ringing => Some(ConsentReport::Ringing { tid, link: None }),
        ConsentStatus::Agreed => Some(ConsentReport::Agreed { tid }),
        ConsentStatus::Refused => over(ErrorCode::ConsentRefused, "refused"),
        ConsentStatus::NoAnswer => over(ErrorCode::ConsentNoAnswer, "noAnswer"),
        ConsentStatus::Busy => over(ErrorCode::ConsentBusy, "busy"),
        ConsentStatus::WrongKey => over(ErrorCode::ConsentWrongKey, "wrongKey"),
        ConsentStatus::SignerMismatch => over(ErrorCode::SignerMismatch, "signerMismatch"),
        ConsentStatus::Expired => over(ErrorCode::ConsentExpired, "expired"),
    }
}
