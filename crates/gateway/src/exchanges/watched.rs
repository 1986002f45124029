//! A connector whose calls are kept for people.

use std::sync::Arc;
use std::time::Instant;

use domain::issuance::ConsentSeen;
use domain::mask;
use domain::payment::Debit;
use domain::{EpochMs, Won};
use pg::{
    BoxFuture, CancelOrder, CancelReceiptOrder, ChargeOrder, Connector, ConsentFound, ExpireOrder, FindOrder, Moment,
    Outcome, PaymentFound, ReceiptFound, ReceiptIssued, ReceiptOrder, RegisterOrder, StartOrder, Terms,
};

use super::{Exchange, Exchanges};

/// Passes every call on.
pub struct Watched {
    inner: Arc<dyn Connector>,
    exchanges: Arc<Exchanges>,
}

/// What of a call may be kept.
struct Call {
    name: &'static str,
    at: EpochMs,
    object: String,
    tid: String,
    amount: Option<Won>,
}

impl Watched {
    pub fn new(inner: Arc<dyn Connector>, exchanges: Arc<Exchanges>) -> Self {
        Self { inner, exchanges }
    }

    fn watch<'a, T: Send + 'a>(
        &'a self,
        call: Call,
        asking: BoxFuture<'a, Outcome<T>>,
        said: fn(&T) -> &'static str,
    ) -> BoxFuture<'a, Outcome<T>> {
        Box::pin(async move {
            let started = Instant::now();
            let outcome = asking.await;
            let said = match &outcome {
                Outcome::Done(value) => said(value).to_owned(),
                Outcome::Refused { pg, .. } => format!("{} {}", pg.code, mask::free_text(&pg.text)),
                Outcome::NotSent(_) | Outcome::Unknown(_) => String::new(),
            };
            let exchange = Exchange {
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

fn call(name: &'static str, at: Moment, object: &str) -> Call {
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

fn paid(found: &PaymentFound) -> &'static str {
    match found {
        PaymentFound::Nothing => "not_there",
        PaymentFound::Paid(_) => "paid",
        PaymentFound::Failed(_) => "declined",
        PaymentFound::Cancelled(_) => "cancelled",
    }
}

fn consent(found: &ConsentFound) -> &'static str {
    match found {
        ConsentFound::Nothing => "not_there",
        ConsentFound::Consent { bid: Some(_), .. } => "registered",
        ConsentFound::Consent { seen, .. } => customer(seen),
    }
}

fn customer(seen: &ConsentSeen) -> &'static str {
    match seen {
        ConsentSeen::Ringing { .. } => "ringing",
        ConsentSeen::Agreed { .. } => "agreed",
        ConsentSeen::Over { .. } => "over",
    }
}

fn receipt(found: &ReceiptFound) -> &'static str {
    match found {
        ReceiptFound::Nothing => "not_there",
        ReceiptFound::Issued(_) => "issued",
        ReceiptFound::Cancelled(_) => "cancelled",
    }
}

impl Connector for Watched {
    fn start_consent(&self, order: StartOrder, at: Moment) -> BoxFuture<'_, Outcome<ConsentSeen>> {
        let call = call("start", at, &order.order_id);
        self.watch(call, self.inner.start_consent(order, at), customer)
    }

    fn find_consent(&self, order_id: String, at: Moment) -> BoxFuture<'_, Outcome<ConsentFound>> {
        let call = call("find", at, &order_id);
        self.watch(call, self.inner.find_consent(order_id, at), consent)
    }

    fn register_key(&self, order: RegisterOrder, at: Moment) -> BoxFuture<'_, Outcome<String>> {
        let call = call("register", at, &order.order_id);
        self.watch(call, self.inner.register_key(order, at), nothing)
    }

    fn expire_key(&self, order: ExpireOrder, at: Moment) -> BoxFuture<'_, Outcome<()>> {
        let call = call("expire", at, &order.order_id);
        self.watch(call, self.inner.expire_key(order, at), nothing)
    }

    fn charge(&self, order: ChargeOrder, at: Moment) -> BoxFuture<'_, Outcome<Debit>> {
        let call = Call {
            amount: Some(order.price),
            ..call("charge", at, &order.order_id)
        };
        self.watch(call, self.inner.charge(order, at), nothing)
    }

    fn find_payment(&self, order: FindOrder, at: Moment) -> BoxFuture<'_, Outcome<PaymentFound>> {
        let call = call("find_payment", at, &order.order_id);
        self.watch(call, self.inner.find_payment(order, at), paid)
    }

    fn find_by_tid(&self, tid: String, at: Moment) -> BoxFuture<'_, Outcome<PaymentFound>> {
        let call = Call {
            tid: tid.clone(),
            ..call("find_by_tid", at, &tid)
        };
        self.watch(call, self.inner.find_by_tid(tid, at), paid)
    }

    fn net_cancel(&self, order_id: String, at: Moment) -> BoxFuture<'_, Outcome<()>> {
        let call = call("net_cancel", at, &order_id);
        self.watch(call, self.inner.net_cancel(order_id, at), nothing)
    }

    fn cancel(&self, order: CancelOrder, at: Moment) -> BoxFuture<'_, Outcome<()>> {
        let call = Call {
            tid: order.tid.clone(),
            amount: Some(order.price),
            ..call("cancel", at, &order.order_id)
        };
        self.watch(call, self.inner.cancel(order, at), nothing)
    }

    fn issue_receipt(&self, order: ReceiptOrder, at: Moment) -> BoxFuture<'_, Outcome<ReceiptIssued>> {
        let call = Call {
            amount: Some(order.price),
            ..call("issue_receipt", at, &order.order_id)
        };
        self.watch(call, self.inner.issue_receipt(order, at), nothing)
    }

    fn find_receipt(&self, order_id: String, at: Moment) -> BoxFuture<'_, Outcome<ReceiptFound>> {
        let call = call("find_receipt", at, &order_id);
        self.watch(call, self.inner.find_receipt(order_id, at), receipt)
    }

    fn cancel_receipt(&self, order: CancelReceiptOrder, at: Moment) -> BoxFuture<'_, Outcome<()>> {
        let call = Call {
            tid: order.tid.clone(),
            ..call("cancel_receipt", at, &order.order_id)
        };
        self.watch(call, self.inner.cancel_receipt(order, at), nothing)
    }

    fn terms(&self) -> Terms {
        self.inner.terms()
    }
}
