//! A connector whose calls are kept for people.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Instant;

use domain::error::PgMessage;
use domain::issuance::ConsentReport;
use domain::mask;
use domain::payment::{Debit, DeclineReason};
use domain::{EpochMs, ErrorCode, ProjectId, Won};
use pg::{
    BoxFuture, CallTime, CancelCashReceiptRequest, Capabilities, CashReceiptLookup, CashReceiptRecord, Connector,
    ConsentLookup, DebitRequest, ExpireKeyRequest, FindCashReceiptRequest, FindConsentRequest, FindRequest, Finding,
    IssueCashReceiptRequest, KeyLookup, NetCancelRefusal, Outcome, PaymentLookup, RefundRequest, RegisterKeyRequest,
    RegisterRefusal, StartConsentRequest,
};

use super::{PgCall, PgCallLog};

/// Passes every call on.
pub struct RecordingConnector {
    inner: Arc<dyn Connector>,
    exchanges: Arc<PgCallLog>,
}

/// What of a call may be kept.
struct Call {
    name: &'static str,
    at: EpochMs,
    object: String,
    tid: String,
    amount: Option<Won>,
}

impl RecordingConnector {
    pub fn new(inner: Arc<dyn Connector>, exchanges: Arc<PgCallLog>) -> Self {
        Self { inner, exchanges }
    }

    fn watch<'a, T: Send + 'a, R: Send + 'a>(
        &'a self,
        call: Call,
        asking: BoxFuture<'a, Outcome<T, R>>,
        said: fn(&T) -> &'static str,
    ) -> BoxFuture<'a, Outcome<T, R>> {
        Box::pin(async move {
            let started = Instant::now();
            let outcome = asking.await;
            let said = match &outcome {
                Outcome::Done(value) => said(value).to_owned(),
                Outcome::Refused { pg, .. } => format!("{} {}", pg.code, mask::free_text(&pg.text)),
                Outcome::NotSent(_) | Outcome::Unknown(_) => String::new(),
            };
            let exchange = PgCall {
                at: call.at,
                call: call.name,
                object: call.object,
                tid: call.tid,
                amount: call.amount,
                outcome: outcome.name(),
                said,
                took_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            };
            self.exchanges.push(exchange, call.at);
            outcome
        })
    }
}

fn call(name: &'static str, at: CallTime, object: &str) -> Call {
    Call {
        name,
        at: at.now,
        object: object.to_owned(),
        tid: String::new(),
        amount: None,
    }
}

fn nothing<T>(_: &T) -> &'static str {
    ""
}

fn paid(found: &PaymentLookup) -> &'static str {
    match found {
        PaymentLookup::Nothing => "not_there",
        PaymentLookup::Paid(_) => "paid",
        PaymentLookup::Failed(_) => "declined",
        PaymentLookup::Cancelled(_) => "cancelled",
    }
}

fn consent(found: &ConsentLookup) -> &'static str {
    match found {
        ConsentLookup::Nothing => "not_there",
        ConsentLookup::Consent { bid: Some(_), .. } => "registered",
        ConsentLookup::Consent { seen, .. } => customer(seen),
    }
}

fn customer(seen: &ConsentReport) -> &'static str {
    match seen {
        ConsentReport::Ringing { .. } => "ringing",
        ConsentReport::Agreed { .. } => "agreed",
        ConsentReport::Over { .. } => "over",
    }
}

fn receipt(found: &CashReceiptLookup) -> &'static str {
    match found {
        CashReceiptLookup::Nothing => "not_there",
        CashReceiptLookup::Issued(_) => "issued",
        CashReceiptLookup::Cancelled(_) => "cancelled",
    }
}

impl Connector for RecordingConnector {
    fn share_among(&self, nodes: NonZeroU32) {
        self.inner.share_among(nodes);
    }

    fn start_consent(
        &self,
        order: StartConsentRequest,
        at: CallTime,
    ) -> BoxFuture<'_, Outcome<ConsentReport, ErrorCode>> {
        let call = call("start", at, &order.order_id);
        self.watch(call, self.inner.start_consent(order, at), customer)
    }

    fn find_consent(&self, order: FindConsentRequest, at: CallTime) -> BoxFuture<'_, Outcome<ConsentLookup>> {
        let call = call("find", at, &order.order_id);
        self.watch(call, self.inner.find_consent(order, at), consent)
    }

    fn register_key(&self, order: RegisterKeyRequest, at: CallTime) -> BoxFuture<'_, Outcome<String, RegisterRefusal>> {
        let call = call("register", at, &order.order_id);
        self.watch(call, self.inner.register_key(order, at), nothing)
    }

    fn find_key(&self, bid: String, at: CallTime) -> BoxFuture<'_, Outcome<KeyLookup>> {
        let call = call("find_key", at, &bid);
        self.watch(call, self.inner.find_key(bid, at), nothing)
    }

    fn expire_key(&self, order: ExpireKeyRequest, at: CallTime) -> BoxFuture<'_, Outcome<()>> {
        let call = call("expire", at, &order.order_id);
        self.watch(call, self.inner.expire_key(order, at), nothing)
    }

    fn charge(&self, order: DebitRequest, at: CallTime) -> BoxFuture<'_, Outcome<Debit, DeclineReason>> {
        let call = Call {
            amount: Some(order.price),
            ..call("charge", at, &order.order_id)
        };
        self.watch(call, self.inner.charge(order, at), nothing)
    }

    fn find_payment(&self, order: FindRequest, at: CallTime) -> BoxFuture<'_, Outcome<PaymentLookup>> {
        let call = call("find_payment", at, &order.order_id);
        self.watch(call, self.inner.find_payment(order, at), paid)
    }

    fn find_by_tid(&self, tid: String, at: CallTime) -> BoxFuture<'_, Outcome<PaymentLookup>> {
        let call = Call {
            tid: tid.clone(),
            ..call("find_by_tid", at, &tid)
        };
        self.watch(call, self.inner.find_by_tid(tid, at), paid)
    }

    fn net_cancel(&self, order_id: String, at: CallTime) -> BoxFuture<'_, Outcome<(), NetCancelRefusal>> {
        let call = call("net_cancel", at, &order_id);
        self.watch(call, self.inner.net_cancel(order_id, at), nothing)
    }

    fn cancel(&self, order: RefundRequest, at: CallTime) -> BoxFuture<'_, Outcome<()>> {
        let call = Call {
            tid: order.tid.clone(),
            amount: Some(order.price),
            ..call("cancel", at, &order.order_id)
        };
        self.watch(call, self.inner.cancel(order, at), nothing)
    }

    fn issue_receipt(&self, order: IssueCashReceiptRequest, at: CallTime) -> BoxFuture<'_, Outcome<CashReceiptRecord>> {
        let call = Call {
            amount: Some(order.price),
            ..call("issue_receipt", at, &order.order_id)
        };
        self.watch(call, self.inner.issue_receipt(order, at), nothing)
    }

    fn find_receipt(&self, order: FindCashReceiptRequest, at: CallTime) -> BoxFuture<'_, Outcome<CashReceiptLookup>> {
        let call = call("find_receipt", at, &order.order_id);
        self.watch(call, self.inner.find_receipt(order, at), receipt)
    }

    fn cancel_receipt(&self, order: CancelCashReceiptRequest, at: CallTime) -> BoxFuture<'_, Outcome<()>> {
        let call = Call {
            tid: order.tid.clone(),
            ..call("cancel_receipt", at, &order.order_id)
        };
        self.watch(call, self.inner.cancel_receipt(order, at), nothing)
    }

    fn message(&self, of: Finding, project: Option<ProjectId>) -> PgMessage {
        self.inner.message(of, project)
    }

    fn capabilities(&self, of: Option<ProjectId>) -> Capabilities {
        self.inner.capabilities(of)
    }
}
