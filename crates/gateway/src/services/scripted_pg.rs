//! A PG that says what a test wants.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::error::PgMessage;
use domain::issuance::ConsentReport;
use domain::payment::{Debit, DeclineReason, Payment};
use domain::{EpochMs, ErrorCode, ProjectId, Won};
use pg::{
    BoxFuture, CallTime, CancelCashReceiptRequest, Capabilities, CashReceiptLookup, CashReceiptRecord, CashReceipts,
    Connector, ConsentLookup, ConsentSeen, DebitRequest, ExpireKeyRequest, FindCashReceiptRequest, FindConsentRequest,
    FindRequest, Finding, Ids, IssueCashReceiptRequest, NetCancelRefusal, Outcome, PaymentLookup, PgLimits,
    RefundRequest, RefundsSeen, RegisterKeyRequest, RegisterRefusal, StartConsentRequest, Unknown,
};
use tokio::sync::Notify;

use super::Services;
use super::tests::{NOW_MS, id};

type NetCancelled = Outcome<(), NetCancelRefusal>;

/// Says what it was made with, and nothing to what a test does not ask.
pub struct ScriptedPg {
    pub charge: Outcome<Debit, DeclineReason>,
    pub find_payment: Outcome<PaymentLookup>,
    /// What is found from a moment of the test on.
    pub found_now: Mutex<Option<PaymentLookup>>,
    pub net_cancel: NetCancelled,
    pub cancel: Outcome<()>,
    /// How often it was asked to give money back, by order id.
    pub refunds: Mutex<Vec<String>>,
    /// A debit is answered once this is told.
    pub charge_when: Option<Arc<Notify>>,
    pub can: Capabilities,
}

impl ScriptedPg {
    fn found(&self) -> Outcome<PaymentLookup> {
        let now = self.found_now.lock().unwrap().clone();
        now.map_or_else(|| self.find_payment.clone(), Outcome::Done)
    }

    pub fn find_now(&self, found: PaymentLookup) {
        *self.found_now.lock().unwrap() = Some(found);
    }
}

fn silent<T, R>() -> Outcome<T, R> {
    Outcome::Unknown(Unknown::TimedOut)
}

fn says<'a, T: Send + 'a>(value: T) -> BoxFuture<'a, T> {
    Box::pin(async { value })
}

impl Connector for ScriptedPg {
    fn start_consent(&self, _: StartConsentRequest, _: CallTime) -> BoxFuture<'_, Outcome<ConsentReport, ErrorCode>> {
        says(silent())
    }

    fn find_consent(&self, _: FindConsentRequest, _: CallTime) -> BoxFuture<'_, Outcome<ConsentLookup>> {
        says(Outcome::Done(ConsentLookup::Nothing))
    }

    fn register_key(&self, _: RegisterKeyRequest, _: CallTime) -> BoxFuture<'_, Outcome<String, RegisterRefusal>> {
        says(silent())
    }

    fn expire_key(&self, _: ExpireKeyRequest, _: CallTime) -> BoxFuture<'_, Outcome<()>> {
        says(silent())
    }

    fn charge(&self, _: DebitRequest, _: CallTime) -> BoxFuture<'_, Outcome<Debit, DeclineReason>> {
        let (when, charge) = (self.charge_when.clone(), self.charge.clone());
        Box::pin(async move {
            if let Some(when) = when {
                when.notified().await;
            }
            charge
        })
    }

    fn find_payment(&self, _: FindRequest, _: CallTime) -> BoxFuture<'_, Outcome<PaymentLookup>> {
        says(self.found())
    }

    fn find_by_tid(&self, _: String, _: CallTime) -> BoxFuture<'_, Outcome<PaymentLookup>> {
        says(self.found())
    }

    fn net_cancel(&self, _: String, _: CallTime) -> BoxFuture<'_, NetCancelled> {
        says(self.net_cancel.clone())
    }

    fn cancel(&self, order: RefundRequest, _: CallTime) -> BoxFuture<'_, Outcome<()>> {
        self.refunds.lock().unwrap().push(order.order_id);
        says(self.cancel.clone())
    }

    fn issue_receipt(&self, _: IssueCashReceiptRequest, _: CallTime) -> BoxFuture<'_, Outcome<CashReceiptRecord>> {
        says(silent())
    }

    fn find_receipt(&self, _: FindCashReceiptRequest, _: CallTime) -> BoxFuture<'_, Outcome<CashReceiptLookup>> {
        says(silent())
    }

    fn cancel_receipt(&self, _: CancelCashReceiptRequest, _: CallTime) -> BoxFuture<'_, Outcome<()>> {
        says(silent())
    }

    fn message(&self, of: Finding, _: Option<ProjectId>) -> PgMessage {
        PgMessage::new("OTHER", &format!("{of:?}"))
    }

    fn capabilities(&self, _: Option<ProjectId>) -> Capabilities {
        self.can.clone()
    }
}

/// As NICE Payments.
pub fn usual() -> Capabilities {
    let hour = Duration::from_secs(60 * 60);
    Capabilities {
        names: domain::issuance::PgNames::NICE,
        consent_seen: ConsentSeen::ByAsking,
        net_cancel: Some(hour),
        doubt_lasts: hour,
        absence_proven_after: None,
        refunds: RefundsSeen::ByOrder,
        ids: Ids::Ours,
        cash_receipts: CashReceipts::Findable,
        leaves_key: None,
        plays_outcomes: false,
        limits: PgLimits {
            debit_min: Won::new(1).unwrap(),
            debit_max: Won::new(10_000).unwrap(),
        },
    }
}

pub fn quiet_pg() -> ScriptedPg {
    ScriptedPg {
        charge: silent(),
        find_payment: Outcome::Done(PaymentLookup::Nothing),
        found_now: Mutex::default(),
        net_cancel: silent(),
        cancel: silent(),
        refunds: Mutex::default(),
        charge_when: None,
        can: usual(),
    }
}

pub fn debit() -> Debit {
    Debit {
        tid: "tid".to_owned(),
        approve_no: "1".to_owned(),
        receipt_url: String::new(),
        paid_at: EpochMs(NOW_MS),
        cash_receipt: None,
    }
}

pub async fn payment_of(services: &Services) -> Payment {
    let found = services.store().payments_by_order(ProjectId(id(1)), "order", 1).await;
    found.unwrap().remove(0)
}
