//! Notices: what has changed, told to whoever looks on (the console, a listener). Only a nudge to look again; the truth is
//! in the store.

use domain::change::Change;
use domain::{BillingKeyId, ProjectId, ReceiptId, ReserveId};
use tokio::sync::broadcast;
use uuid::Uuid;

/// A looker-on who is this far behind is told that it missed some ([`broadcast::error::RecvError::Lagged`]), and should
/// look at everything again.
const BEHIND_MAX: usize = 1024;

/// What has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    Issuance(ReceiptId),
    Key(BillingKeyId),
    Payment(ReceiptId),
    /// A cancel of this payment began; its end is a change of the payment.
    Cancel(ReceiptId),
    Reserve(ReserveId),
    /// A webhook of this receipt was written, or was tried.
    Webhook(ReceiptId),
    CashReceipt(ReceiptId),
    /// A simulated customer's call was answered.
    Call(ReceiptId),
    /// Who answers the simulated telephones.
    Phone,
    /// The faults that wait at the simulated PG.
    Faults,
    /// The sandbox's time.
    Clock,
    /// The console's audit log.
    Act,
    /// A request was answered.
    Request(Uuid),
}

impl About {
    /// The kind of thing, as event streams carry it.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Issuance(_) => "issuance",
            Self::Key(_) => "key",
            Self::Payment(_) => "payment",
            Self::Cancel(_) => "cancel",
            Self::Reserve(_) => "reserve",
            Self::Webhook(_) => "webhook",
            Self::CashReceipt(_) => "cash_receipt",
            Self::Call(_) => "call",
            Self::Phone => "phone",
            Self::Faults => "faults",
            Self::Clock => "clock",
            Self::Act => "act",
            Self::Request(_) => "request",
        }
    }

    /// The thing's id; `None` for what there is only one of.
    #[must_use]
    pub fn id(self) -> Option<String> {
        match self {
            Self::Issuance(id)
            | Self::Payment(id)
            | Self::Cancel(id)
            | Self::Webhook(id)
            | Self::CashReceipt(id)
            | Self::Call(id) => Some(id.to_string()),
            Self::Key(id) => Some(id.to_string()),
            Self::Reserve(id) => Some(id.to_string()),
            Self::Request(id) => Some(id.to_string()),
            Self::Phone | Self::Faults | Self::Clock | Self::Act => None,
        }
    }
}

/// Something has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notice {
    /// Whose it is; `None` for what all projects of a sandbox share.
    pub project_id: Option<ProjectId>,
    pub about: About,
}

/// Where notices are told. Clones tell the same lookers-on.
#[derive(Debug, Clone)]
pub struct Notices(broadcast::Sender<Notice>);

impl Default for Notices {
    fn default() -> Self {
        Self(broadcast::Sender::new(BEHIND_MAX))
    }
}

impl Notices {
    /// Notices from now on, of all projects.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Notice> {
        self.0.subscribe()
    }

    /// Tells one; costs nothing while nobody looks on.
    pub fn tell(&self, project_id: ProjectId, about: About) {
        let project_id = Some(project_id);
        let _ = self.0.send(Notice { project_id, about });
    }

    /// Tells of what all projects share.
    pub fn tell_all(&self, about: About) {
        let project_id = None;
        let _ = self.0.send(Notice { project_id, about });
    }

    /// What a commit of `changes` will be worth telling; nothing while nobody looks on.
    pub(crate) fn of(&self, changes: &[Change]) -> Vec<About> {
        if self.0.receiver_count() == 0 {
            return Vec::new();
        }
        changes.iter().filter_map(about).collect()
    }
}

fn about(change: &Change) -> Option<About> {
    let about = match change {
        Change::OpenIssuance(issuance) => About::Issuance(issuance.receipt_id),
        Change::MoveIssuance(step) => About::Issuance(step.receipt_id),
        Change::IssueKey(key) => About::Key(key.id),
        Change::DestroyKey(destroyed) => About::Key(destroyed.billing_key),
        Change::KeyExpiredAtPg { billing_key, .. } => About::Key(*billing_key),
        Change::OpenPayment(payment) => About::Payment(payment.receipt_id),
        Change::MovePayment(step) => About::Payment(step.receipt_id),
        Change::AddRung(rung) => About::Payment(rung.receipt_id),
        Change::OpenCancel(cancel) => About::Cancel(cancel.receipt_id),
        Change::OpenReserve(reserve) => About::Reserve(reserve.id),
        Change::MoveReserve(step) => About::Reserve(step.reserve_id),
        Change::PutOffReserve { reserve_id, .. } => About::Reserve(*reserve_id),
        Change::RevokeReserves { billing_key, .. } => About::Key(*billing_key),
        Change::Deliver(delivery) => About::Webhook(delivery.receipt_id),
        Change::PutCashReceipt { receipt, .. } => About::CashReceipt(receipt.receipt_id),
        Change::RememberIdempotency { .. }
        | Change::ForgetIdempotency { .. }
        | Change::VerdictDue { .. }
        | Change::EndCancel { .. } => return None,
    };
    Some(about)
}
