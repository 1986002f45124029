//! A connector to begin with, for a PG that there is not: copy it, and put your PG in its place. Inside `crates/pg/src` it names
//! `crate::` where it names `jadong_pg::` here, and is cut into one file for each kind of call.
//!
//! What the imaginary PG says of itself, in full. A call is JSON with `Authorization: Bearer`; a success is 200, an error another status
//! with `{"error": code, "message": text}`.
//!
//! | call | answers | errors |
//! |---|---|---|
//! | `POST /consents` `{order, name, phone}` | `{order, consent, state}`: the customer's app rings, once an order | `no_such_customer` |
//! | `GET /consents/{order}` | the same; `state` is `asked`, `agreed` or `refused`, `key` is there once registered | `not_found` |
//! | `POST /consents/{order}/key` | the same with its `key`, however often | `not_found`, `not_agreed`, `refused` |
//! | `DELETE /keys/{key}` | `{key}` | `no_such_key` |
//! | `POST /debits` `{order, key, amount, tax_free, name}` | `{order, debit, amount, left, paid_at_ms}` | `no_such_key`, `no_money`, `order_used` |
//! | `GET /orders/{order}`, `GET /debits/{debit}` | the same | `not_found` |
//! | `POST /debits/{debit}/refunds` `{refund, amount, tax_free}` | the same with `refund`; a second one under that id changes nothing | `not_found`, `too_much` |
//! | any | | 401 `unauthorized` |
//!
//! A debit that it has not answered within 30 s it never makes. There are no cash receipts and no net-cancel.

pub mod fake;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::error::PgMessage;
use domain::issuance::{ConsentReport, PgNames};
use domain::payment::{Debit, DeclineReason};
use domain::{EpochMs, ErrorCode, ProjectId, Won};
use jadong_pg::{
    BoxFuture, CallTime, CancelCashReceiptRequest, Capabilities, CashReceiptLookup, CashReceiptRecord, CashReceipts,
    Connector, ConsentLookup, ConsentSeen, DebitRequest, ExpireKeyRequest, FindCashReceiptRequest, FindConsentRequest,
    FindRequest, Finding, Ids, IssueCashReceiptRequest, Line, NetCancelRefusal, Outcome, PaymentLookup, PaymentRecord,
    PgLimits, RefundRequest, RefundsSeen, RegisterKeyRequest, RegisterRefusal, StartConsentRequest, Unknown, Unsent,
};
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};

/// An answer's body; what it was refused with is the PG's own code, whose meaning depends on the call.
type Answered = Outcome<Value, String>;

/// The connector of one project.
pub struct Template {
    line: Arc<Line>,
    authorization: HeaderValue,
}

impl Template {
    /// `None`: the secret key has characters that cannot be sent.
    pub fn new(line: Arc<Line>, secret_key: &str) -> Option<Self> {
        let mut authorization = HeaderValue::try_from(format!("Bearer {secret_key}")).ok()?;
        authorization.set_sensitive(true);
        Some(Self { line, authorization })
    }

    /// One call in its turn: with a body it acts, and does not leave after its time; without one it may be sent at any time.
    async fn call(&self, call: &'static str, request: RequestBuilder, body: Option<Value>, at: CallTime) -> Answered {
        let turn = match self.line.turn(call, at).await {
            Ok(turn) => turn,
            Err(why) => return Outcome::NotSent(why),
        };
        let since = Instant::now();
        let request = request.header(AUTHORIZATION, self.authorization.clone());
        let reply = match body {
            Some(body) => self.line.send(&turn, request, body.to_string().into_bytes()).await,
            None => self.line.ask(request).await,
        };
        let answered = match reply {
            Ok(reply) => judge(reply.status, &reply.body),
            Err(none) => none.into(),
        };
        self.line.note(call, since, &answered);
        answered
    }
}

/// What an answer proves. What cannot be read, and every failure of the PG itself, proves nothing.
fn judge(status: StatusCode, body: &[u8]) -> Answered {
    let Ok(body) = serde_json::from_slice::<Value>(body) else {
        return Outcome::Unknown(Unknown::NotJson);
    };
    let code = text(&body, "error").unwrap_or_default();
    match status {
        StatusCode::OK => Outcome::Done(body),
        StatusCode::UNAUTHORIZED => {
            tracing::error!("the PG does not let this merchant in: see its credentials");
            Outcome::NotSent(Unsent::NoTurn)
        }
        _ if status.is_client_error() && !code.is_empty() => Outcome::Refused {
            pg: PgMessage::new(code, text(&body, "message").unwrap_or_default()),
            reason: code.to_owned(),
        },
        _ => Outcome::Unknown(Unknown::HttpStatus),
    }
}

/// Reads a success with `done`, and a code with `refused`. What either cannot make sense of is unknown.
fn read<T, R>(
    answered: Answered,
    done: impl FnOnce(&Value) -> Option<T>,
    refused: impl FnOnce(&str) -> Option<R>,
) -> Outcome<T, R> {
    match answered {
        Outcome::Done(body) => done(&body).map_or(Outcome::Unknown(Unknown::NotJson), Outcome::Done),
        Outcome::Refused { reason: code, pg } => match refused(&code) {
            Some(reason) => Outcome::Refused { reason, pg },
            None => Outcome::Unknown(Unknown::DelayedCode),
        },
        Outcome::NotSent(why) => Outcome::NotSent(why),
        Outcome::Unknown(why) => Outcome::Unknown(why),
    }
}

fn text<'a>(body: &'a Value, key: &str) -> Option<&'a str> {
    body.get(key)?.as_str().filter(|text| !text.is_empty())
}

fn won(body: &Value, key: &str) -> Option<Won> {
    Won::new(body.get(key)?.as_u64()?)
}

/// Whether `body` is about this one: an answer that is of something else is not believed.
fn is_of(body: &Value, key: &str, id: &str) -> Option<()> {
    (text(body, key) == Some(id)).then_some(())
}

fn consent(body: &Value, order_id: &str) -> Option<ConsentLookup> {
    is_of(body, "order", order_id)?;
    let tid = text(body, "consent")?.to_owned();
    let seen = match text(body, "state")? {
        "asked" => ConsentReport::Ringing { tid, link: None },
        "agreed" => ConsentReport::Agreed { tid },
        "refused" => ConsentReport::Over {
            code: ErrorCode::ConsentRefused,
            pg: PgMessage::new("refused", ""),
        },
        _ => return None,
    };
    let bid = text(body, "key").map(str::to_owned);
    Some(ConsentLookup::Consent { seen, bid })
}

fn payment(body: &Value) -> Option<PaymentRecord> {
    Some(PaymentRecord {
        debit: Debit {
            tid: text(body, "debit")?.to_owned(),
            approve_no: String::new(),
            receipt_url: String::new(),
            paid_at: EpochMs(body.get("paid_at_ms")?.as_i64()?),
            cash_receipt: None,
        },
        balance: won(body, "left")?,
        cancel_orders: None,
    })
}

fn found(record: PaymentRecord) -> PaymentLookup {
    if record.balance == Won::ZERO {
        PaymentLookup::Cancelled(record)
    } else {
        PaymentLookup::Paid(record)
    }
}

/// A look-up of a debit: `Nothing` only where the PG says so.
fn look_up(answered: Answered, of: impl FnOnce(&Value) -> Option<()>) -> Outcome<PaymentLookup> {
    match answered {
        Outcome::Refused { reason, .. } if reason == "not_found" => Outcome::Done(PaymentLookup::Nothing),
        other => read(other, |body| of(body).and_then(|()| payment(body)).map(found), |_| None),
    }
}

impl Connector for Template {
    fn start_consent(
        &self,
        order: StartConsentRequest,
        at: CallTime,
    ) -> BoxFuture<'_, Outcome<ConsentReport, ErrorCode>> {
        Box::pin(async move {
            let body = json!({
                "order": order.order_id,
                "name": order.payer.holder.reveal(),
                "phone": order.payer.phone.digits().reveal(),
            });
            let answered = self.call("start", self.line.post("/consents"), Some(body), at).await;
            let started = |body: &Value| match consent(body, &order.order_id)? {
                ConsentLookup::Consent { seen, .. } => Some(seen),
                ConsentLookup::Nothing => None,
            };
            read(answered, started, |code| {
                (code == "no_such_customer").then_some(ErrorCode::HolderCheckFailed)
            })
        })
    }

    fn find_consent(&self, order: FindConsentRequest, at: CallTime) -> BoxFuture<'_, Outcome<ConsentLookup>> {
        Box::pin(async move {
            let path = format!("/consents/{}", order.order_id);
            match self.call("find", self.line.get(&path), None, at).await {
                Outcome::Refused { reason, .. } if reason == "not_found" => Outcome::Done(ConsentLookup::Nothing),
                other => read(other, |body| consent(body, &order.order_id), |_| None),
            }
        })
    }

    fn register_key(&self, order: RegisterKeyRequest, at: CallTime) -> BoxFuture<'_, Outcome<String, RegisterRefusal>> {
        Box::pin(async move {
            let request = self.line.post(&format!("/consents/{}/key", order.order_id));
            let answered = self.call("register", request, Some(json!({})), at).await;
            let key = |body: &Value| {
                is_of(body, "order", &order.order_id)?;
                text(body, "key").map(str::to_owned)
            };
            read(answered, key, |code| match code {
                "not_agreed" => Some(RegisterRefusal::NotAgreed),
                "refused" | "not_found" => Some(RegisterRefusal::Final),
                _ => None,
            })
        })
    }

    fn expire_key(&self, order: ExpireKeyRequest, at: CallTime) -> BoxFuture<'_, Outcome<()>> {
        Box::pin(async move {
            let request = self.line.delete(&format!("/keys/{}", order.bid));
            match self.call("expire", request, None, at).await {
                // Dead already.
                Outcome::Refused { reason, .. } if reason == "no_such_key" => Outcome::Done(()),
                other => read(other, |body| is_of(body, "key", &order.bid), |_| None),
            }
        })
    }

    fn charge(&self, order: DebitRequest, at: CallTime) -> BoxFuture<'_, Outcome<Debit, DeclineReason>> {
        Box::pin(async move {
            let body = json!({
                "order": order.order_id,
                "key": order.bid,
                "amount": order.price.get(),
                "tax_free": order.tax_free.get(),
                "name": order.order_name,
            });
            let answered = self.call("charge", self.line.post("/debits"), Some(body), at).await;
            if matches!(&answered, Outcome::Refused { reason, .. } if reason == "order_used") {
                return Outcome::Unknown(Unknown::Duplicate);
            }
            let debit = |body: &Value| {
                is_of(body, "order", &order.order_id)?;
                (won(body, "amount")? == order.price).then_some(payment(body)?.debit)
            };
            read(answered, debit, |code| match code {
                "no_money" => Some(DeclineReason::InsufficientFunds),
                "no_such_key" => Some(DeclineReason::KeyRefused),
                _ => None,
            })
        })
    }

    fn find_payment(&self, order: FindRequest, at: CallTime) -> BoxFuture<'_, Outcome<PaymentLookup>> {
        Box::pin(async move {
            let request = self.line.get(&format!("/orders/{}", order.order_id));
            let answered = self.call("find_payment", request, None, at).await;
            look_up(answered, |body| {
                is_of(body, "order", &order.order_id)?;
                (won(body, "amount")? == order.price).then_some(())
            })
        })
    }

    fn find_by_tid(&self, tid: String, at: CallTime) -> BoxFuture<'_, Outcome<PaymentLookup>> {
        Box::pin(async move {
            let request = self.line.get(&format!("/debits/{tid}"));
            let answered = self.call("find_by_tid", request, None, at).await;
            look_up(answered, |body| is_of(body, "debit", &tid))
        })
    }

    /// There is none; nothing is sent.
    fn net_cancel(&self, _: String, _: CallTime) -> BoxFuture<'_, Outcome<(), NetCancelRefusal>> {
        Box::pin(async { Outcome::Unknown(Unknown::NotOffered) })
    }

    fn cancel(&self, order: RefundRequest, at: CallTime) -> BoxFuture<'_, Outcome<()>> {
        Box::pin(async move {
            let request = self.line.post(&format!("/debits/{}/refunds", order.tid));
            let (amount, tax_free) = (order.price.get(), order.tax_free.get());
            let body = json!({"refund": order.order_id, "amount": amount, "tax_free": tax_free});
            let answered = self.call("cancel", request, Some(body), at).await;
            let is_this = |body: &Value| is_of(body, "debit", &order.tid).and(is_of(body, "refund", &order.order_id));
            read(answered, is_this, |code| (code == "too_much").then_some(()))
        })
    }

    fn issue_receipt(&self, _: IssueCashReceiptRequest, _: CallTime) -> BoxFuture<'_, Outcome<CashReceiptRecord>> {
        let pg = PgMessage::new("NOT_OFFERED", "현금영수증을 발급하지 않는 PG입니다");
        Box::pin(async { Outcome::Refused { reason: (), pg } })
    }

    fn find_receipt(&self, _: FindCashReceiptRequest, _: CallTime) -> BoxFuture<'_, Outcome<CashReceiptLookup>> {
        Box::pin(async { Outcome::Unknown(Unknown::NotOffered) })
    }

    fn cancel_receipt(&self, _: CancelCashReceiptRequest, _: CallTime) -> BoxFuture<'_, Outcome<()>> {
        Box::pin(async { Outcome::Unknown(Unknown::NotOffered) })
    }

    fn message(&self, of: Finding, _: Option<ProjectId>) -> PgMessage {
        match of {
            Finding::NoSuchOrder => PgMessage::new("not_found", "PG에 해당 주문이 없습니다"),
            Finding::CancelledAlready => PgMessage::new("too_much", "이미 취소된 거래입니다"),
        }
    }

    fn capabilities(&self, _: Option<ProjectId>) -> Capabilities {
        Capabilities {
            names: PgNames {
                shown: "견본",
                asked: &["template"],
            },
            consent_seen: ConsentSeen::ByAsking,
            net_cancel: None,
            // It says 30 s; a little more, for two clocks.
            doubt_lasts: Duration::from_secs(60),
            absence_proven_after: Some(Duration::from_secs(60)),
            refunds: RefundsSeen::ByOrder,
            ids: Ids::Ours,
            cash_receipts: CashReceipts::OfPayments,
            leaves_key: None,
            plays_outcomes: false,
            limits: PgLimits {
                debit_min: Won::new(100).unwrap_or(Won::ZERO),
                debit_max: Won::new(1_000_000).unwrap_or(Won::ZERO),
            },
        }
    }

    fn share_among(&self, nodes: NonZeroU32) {
        self.line.share_among(nodes);
    }
}
