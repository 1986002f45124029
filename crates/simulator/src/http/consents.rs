//! `POST /v1/subscribe/account/consents` and `GET …/consents/{orderId}`.

use std::borrow::Cow;

use nicepay::wire::{ConsentAnswer, PayerFields, StartConsent};
use nicepay::{codes, encdata, sign};

use super::counter::Counter;
use super::reply::Reply;
use crate::core::refusal::PgRefusal;
use crate::engine::ConsentView;

/// Longest `orderId`, `goodsName` and `reason`, in characters.
const ORDER_ID_MAX: usize = 64;
const GOODS_NAME_MAX: usize = 40;
const REASON_MAX: usize = 100;

/// Starts a consent; `body` is a [`StartConsent`].
pub fn start(counter: &Counter<'_>, body: &[u8]) -> Result<Reply, PgRefusal> {
    let request: StartConsent = parse(body)?;
    check_sign(
        &request.sign_data,
        &sign::order(&request.order_id, &request.edi_date, counter.secret_key),
    )?;
    if !is_order_id(&request.order_id) || !is_goods_name(&request.goods_name) || request.enc_mode != "A2" {
        return Err(PgRefusal(codes::BAD_PARAMETER));
    }
    let form = encdata::decrypt(&request.enc_data, counter.secret_key).map_err(|_| PgRefusal(codes::BAD_PARAMETER))?;
    let fields = PayerFields::from_form(&form);
    let view = counter
        .visit
        .start(&request.order_id, request.auth_type, &request.goods_name, &fields)?;
    Ok(consent(request.order_id, view))
}

/// Finds a consent; `query` holds `ediDate` and `signData`.
pub fn find(counter: &Counter<'_>, order_id: &str, query: &str) -> Result<Reply, PgRefusal> {
    let query = Query::read(query)?;
    check_sign(
        &query.sign_data,
        &sign::order(order_id, &query.edi_date, counter.secret_key),
    )?;
    Ok(consent(order_id.to_owned(), counter.visit.find(order_id)?))
}

fn consent(order_id: String, view: ConsentView) -> Reply {
    Reply::done(ConsentAnswer {
        order_id: Some(order_id),
        tid: Some(view.tid.to_string()),
        consent_status: Some(view.status),
        bid: view.bid.map(|bid| bid.to_string()),
        ..ConsentAnswer::default()
    })
}

/// What a find carries behind the `?`.
pub struct Query<'a> {
    pub edi_date: Cow<'a, str>,
    pub sign_data: Cow<'a, str>,
    pub order_date: Option<Cow<'a, str>>,
}

impl<'a> Query<'a> {
    /// `U301` without `ediDate` or `signData`.
    pub fn read(query: &'a str) -> Result<Self, PgRefusal> {
        let (mut edi_date, mut sign_data, mut order_date) = (None, None, None);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "ediDate" => edi_date = Some(value),
                "signData" => sign_data = Some(value),
                "orderDate" => order_date = Some(value),
                _ => {}
            }
        }
        let (Some(edi_date), Some(sign_data)) = (edi_date, sign_data) else {
            return Err(PgRefusal(codes::BAD_PARAMETER));
        };
        Ok(Self {
            edi_date,
            sign_data,
            order_date,
        })
    }
}

/// A JSON body, or `U301`.
pub fn parse<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, PgRefusal> {
    serde_json::from_slice(body).map_err(|_| PgRefusal(codes::BAD_PARAMETER))
}

/// `U312` unless the two are one.
pub fn check_sign(given: &str, expected: &str) -> Result<(), PgRefusal> {
    if given == expected {
        Ok(())
    } else {
        Err(PgRefusal(codes::BAD_SIGN_DATA))
    }
}

/// Whether an order may be called this.
pub fn is_order_id(order_id: &str) -> bool {
    (1..=ORDER_ID_MAX).contains(&order_id.chars().count()) && !order_id.contains(char::is_control)
}

/// Whether goods may be called this.
pub fn is_goods_name(goods_name: &str) -> bool {
    (1..=GOODS_NAME_MAX).contains(&goods_name.chars().count())
}

/// Whether this may be the reason of a cancel.
pub fn is_reason(reason: &str) -> bool {
    (1..=REASON_MAX).contains(&reason.chars().count())
}
