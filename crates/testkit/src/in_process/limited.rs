//! A PG that can do less than the one behind it: what a connector of other capabilities would see of the same money.

use std::sync::Arc;

use domain::error::PgMessage;
use domain::issuance::ConsentReport;
use domain::payment::{Debit, DeclineReason};
use domain::{ErrorCode, ProjectId};
use pg::{
    BoxFuture, CallTime, CancelCashReceiptRequest, Capabilities, CashReceiptLookup, CashReceiptRecord, Connector,
    ConsentLookup, ConsentSeen, DebitRequest, ExpireKeyRequest, FindCashReceiptRequest, FindConsentRequest,
    FindRequest, Finding, IssueCashReceiptRequest, NetCancelRefusal, Outcome, PaymentLookup, RefundRequest,
    RefundsSeen, RegisterKeyRequest, RegisterRefusal, StartConsentRequest,
};

/// Passes on what `can` allows.
pub struct Limited {
    pub inner: Arc<dyn Connector>,
    pub can: Capabilities,
}

impl Limited {
    fn is_by_registering(&self) -> bool {
        self.can.consent_seen == ConsentSeen::ByRegistering
    }

    fn shown(&self, mut seen: PaymentLookup) -> PaymentLookup {
        if let PaymentLookup::Paid(record) | PaymentLookup::Cancelled(record) = &mut seen
            && self.can.refunds != RefundsSeen::ByOrder
        {
            record.cancel_orders = None;
        }
        seen
    }

    async fn see(&self, looking: BoxFuture<'_, Outcome<PaymentLookup>>) -> Outcome<PaymentLookup> {
        match looking.await {
            Outcome::Done(seen) => Outcome::Done(self.shown(seen)),
            other => other,
        }
    }
}

impl Connector for Limited {
    fn start_consent(
        &self,
        order: StartConsentRequest,
        at: CallTime,
    ) -> BoxFuture<'_, Outcome<ConsentReport, ErrorCode>> {
        Box::pin(async move {
            match self.inner.start_consent(order, at).await {
                Outcome::Done(ConsentReport::Agreed { tid }) if self.is_by_registering() => {
                    Outcome::Done(ConsentReport::Ringing { tid, link: None })
                }
                other => other,
            }
        })
    }

    fn find_consent(&self, order: FindConsentRequest, at: CallTime) -> BoxFuture<'_, Outcome<ConsentLookup>> {
        Box::pin(async move {
            let tid = order.tid.clone();
            match (self.inner.find_consent(order, at).await, tid) {
                (Outcome::Done(ConsentLookup::Consent { bid: None, .. }), Some(tid)) if self.is_by_registering() => {
                    let seen = ConsentReport::Ringing { tid, link: None };
                    Outcome::Done(ConsentLookup::Consent { seen, bid: None })
                }
                (other, _) => other,
            }
        })
    }

    fn register_key(&self, order: RegisterKeyRequest, at: CallTime) -> BoxFuture<'_, Outcome<String, RegisterRefusal>> {
        Box::pin(async move {
            if self.is_by_registering() {
                let asked = FindConsentRequest {
                    order_id: order.order_id.clone(),
                    tid: Some(order.tid.clone()),
                };
                let refused = |reason| Outcome::Refused {
                    reason,
                    pg: PgMessage::new("limited", ""),
                };
                match self.inner.find_consent(asked, at).await {
                    Outcome::Done(ConsentLookup::Consent { bid: Some(bid), .. }) => return Outcome::Done(bid),
                    Outcome::Done(ConsentLookup::Consent { seen, .. }) => match seen {
                        ConsentReport::Agreed { .. } => {}
                        ConsentReport::Ringing { .. } => return refused(RegisterRefusal::NotAgreed),
                        ConsentReport::Over { .. } => return refused(RegisterRefusal::Final),
                    },
                    Outcome::Done(ConsentLookup::Nothing) => return refused(RegisterRefusal::Final),
                    Outcome::Refused { pg, .. } => {
                        let reason = RegisterRefusal::NotAgreed;
                        return Outcome::Refused { reason, pg };
                    }
                    Outcome::NotSent(why) => return Outcome::NotSent(why),
                    Outcome::Unknown(why) => return Outcome::Unknown(why),
                }
            }
            self.inner.register_key(order, at).await
        })
    }

    fn expire_key(&self, order: ExpireKeyRequest, at: CallTime) -> BoxFuture<'_, Outcome<()>> {
        self.inner.expire_key(order, at)
    }

    fn charge(&self, order: DebitRequest, at: CallTime) -> BoxFuture<'_, Outcome<Debit, DeclineReason>> {
        self.inner.charge(order, at)
    }

    fn find_payment(&self, order: FindRequest, at: CallTime) -> BoxFuture<'_, Outcome<PaymentLookup>> {
        Box::pin(self.see(self.inner.find_payment(order, at)))
    }

    fn find_by_tid(&self, tid: String, at: CallTime) -> BoxFuture<'_, Outcome<PaymentLookup>> {
        Box::pin(self.see(self.inner.find_by_tid(tid, at)))
    }

    /// Panics where the PG has none.
    fn net_cancel(&self, order_id: String, at: CallTime) -> BoxFuture<'_, Outcome<(), NetCancelRefusal>> {
        assert!(self.can.net_cancel.is_some(), "a net-cancel of a PG that has none");
        self.inner.net_cancel(order_id, at)
    }

    fn cancel(&self, order: RefundRequest, at: CallTime) -> BoxFuture<'_, Outcome<()>> {
        self.inner.cancel(order, at)
    }

    fn issue_receipt(&self, order: IssueCashReceiptRequest, at: CallTime) -> BoxFuture<'_, Outcome<CashReceiptRecord>> {
        self.inner.issue_receipt(order, at)
    }

    fn find_receipt(&self, order: FindCashReceiptRequest, at: CallTime) -> BoxFuture<'_, Outcome<CashReceiptLookup>> {
        self.inner.find_receipt(order, at)
    }

    fn cancel_receipt(&self, order: CancelCashReceiptRequest, at: CallTime) -> BoxFuture<'_, Outcome<()>> {
        self.inner.cancel_receipt(order, at)
    }

    fn message(&self, of: Finding, project: Option<ProjectId>) -> PgMessage {
        self.inner.message(of, project)
    }

    fn capabilities(&self, _: Option<ProjectId>) -> Capabilities {
        self.can.clone()
    }
}
