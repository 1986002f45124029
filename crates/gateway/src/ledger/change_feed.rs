//! What has changed, told to whoever subscribes (the console, a listener). Only a hint to look again; the truth is
//! in the store.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::change::Change;
use domain::{BillingKeyId, ProjectId, ReceiptId, ReserveId};
use tokio::sync::broadcast;
use uuid::Uuid;

/// A subscriber that is this far behind is told that it missed some ([`broadcast::error::RecvError::Lagged`]), and should
/// look at everything again.
const BEHIND_MAX: usize = 1024;

/// What has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
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

impl Subject {
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
pub struct ChangeEvent {
    /// Whose it is; `None` for what all projects of a sandbox share.
    pub project_id: Option<ProjectId>,
    pub about: Subject,
}

/// Tells subscribers what has changed. Clones tell the same ones.
#[derive(Debug, Clone)]
pub struct ChangeFeed {
    sender: broadcast::Sender<ChangeEvent>,
    /// How many there are. The channel's own count is behind its lock, which every debit would take.
    subscribers: Arc<AtomicUsize>,
}

impl Default for ChangeFeed {
    fn default() -> Self {
        Self {
            sender: broadcast::Sender::new(BEHIND_MAX),
            subscribers: Arc::default(),
        }
    }
}

/// Somebody who looks on, until it is dropped.
#[derive(Debug)]
pub struct Subscriber {
    receiver: broadcast::Receiver<ChangeEvent>,
    subscribers: Arc<AtomicUsize>,
}

impl Subscriber {
    /// The next notice. Errors: some were missed; nobody tells any more.
    pub async fn recv(&mut self) -> Result<ChangeEvent, broadcast::error::RecvError> {
        self.receiver.recv().await
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        self.subscribers.fetch_sub(1, Ordering::Relaxed);
    }
}

impl ChangeFeed {
    /// Notices from now on, of all projects.
    #[must_use]
    pub fn subscribe(&self) -> Subscriber {
        let receiver = self.sender.subscribe();
        self.subscribers.fetch_add(1, Ordering::Relaxed);
        Subscriber {
            receiver,
            subscribers: self.subscribers.clone(),
        }
    }

    fn is_watched(&self) -> bool {
        self.subscribers.load(Ordering::Relaxed) > 0
    }

    /// Tells one; costs nothing while nobody looks on.
    pub fn publish(&self, project_id: ProjectId, about: Subject) {
        self.send(Some(project_id), about);
    }

    /// Tells of what all projects share.
    pub fn publish_to_all(&self, about: Subject) {
        self.send(None, about);
    }

    fn send(&self, project_id: Option<ProjectId>, about: Subject) {
        if self.is_watched() {
            // The last one may have left meanwhile.
            let _ = self.sender.send(ChangeEvent { project_id, about });
        }
    }

    /// What a commit of `changes` will be worth telling; nothing while nobody looks on.
    pub(crate) fn events_for(&self, changes: &[Change]) -> Vec<Subject> {
        if !self.is_watched() {
            return Vec::new();
        }
        changes.iter().filter_map(about).collect()
    }
}

fn about(change: &Change) -> Option<Subject> {
    let about = match change {
        Change::OpenIssuance(issuance) => Subject::Issuance(issuance.receipt_id),
        Change::TransitionIssuance(step) => Subject::Issuance(step.receipt_id),
        Change::IssueKey(key) | Change::AdoptKey(key) => Subject::Key(key.id),
        Change::DestroyKey(destroyed) => Subject::Key(destroyed.billing_key),
        Change::KeyExpiredAtPg { billing_key, .. } => Subject::Key(*billing_key),
        Change::OpenPayment(payment) => Subject::Payment(payment.receipt_id),
        Change::TransitionPayment(step) => Subject::Payment(step.receipt_id),
        Change::AddResolutionStep(step) => Subject::Payment(step.receipt_id),
        Change::OpenCancel(cancel) => Subject::Cancel(cancel.receipt_id),
        Change::OpenReserve(reserve) => Subject::Reserve(reserve.id),
        Change::TransitionReserve(step) => Subject::Reserve(step.reserve_id),
        Change::PostponeReserve { reserve_id, .. } => Subject::Reserve(*reserve_id),
        Change::RevokeReserves { billing_key, .. } => Subject::Key(*billing_key),
        Change::Deliver(delivery) => Subject::Webhook(delivery.receipt_id),
        Change::PutCashReceipt { receipt, .. } => Subject::CashReceipt(receipt.receipt_id),
        Change::AddMandateEvent(_)
        | Change::Require(_)
        | Change::NameReceipt { .. }
        | Change::RememberIdempotency { .. }
        | Change::ForgetIdempotency { .. }
        | Change::Schedule { .. }
        | Change::Hold { .. }
        | Change::Renew { .. }
        | Change::SendCancelAgain { .. }
        | Change::EndCancel { .. } => return None,
    };
    Some(about)
}
