//! Notices: what has changed, told to whoever looks on (the console, a listener). Only a nudge to look again; the truth is
//! in the store.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

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
pub struct Notices {
    sender: broadcast::Sender<Notice>,
    /// How many look on. The channel's own count is behind its lock, which every debit would take.
    lookers: Arc<AtomicUsize>,
}

impl Default for Notices {
    fn default() -> Self {
        Self {
            sender: broadcast::Sender::new(BEHIND_MAX),
            lookers: Arc::default(),
        }
    }
}

/// Somebody who looks on, until it is dropped.
#[derive(Debug)]
pub struct Looker {
    receiver: broadcast::Receiver<Notice>,
    lookers: Arc<AtomicUsize>,
}

impl Looker {
    /// The next notice. Errors: some were missed; nobody tells any more.
    pub async fn recv(&mut self) -> Result<Notice, broadcast::error::RecvError> {
        self.receiver.recv().await
    }
}

impl Drop for Looker {
    fn drop(&mut self) {
        self.lookers.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Notices {
    /// Notices from now on, of all projects.
    #[must_use]
    pub fn subscribe(&self) -> Looker {
        let receiver = self.sender.subscribe();
        self.lookers.fetch_add(1, Ordering::Relaxed);
        Looker {
            receiver,
            lookers: self.lookers.clone(),
        }
    }

    fn is_watched(&self) -> bool {
        self.lookers.load(Ordering::Relaxed) > 0
    }

    /// Tells one; costs nothing while nobody looks on.
    pub fn tell(&self, project_id: ProjectId, about: About) {
        self.send(Some(project_id), about);
    }

    /// Tells of what all projects share.
    pub fn tell_all(&self, about: About) {
        self.send(None, about);
    }

    fn send(&self, project_id: Option<ProjectId>, about: About) {
        if self.is_watched() {
            // The last one may have left meanwhile.
            let _ = self.sender.send(Notice { project_id, about });
        }
    }

    /// What a commit of `changes` will be worth telling; nothing while nobody looks on.
    pub(crate) fn of(&self, changes: &[Change]) -> Vec<About> {
        if !self.is_watched() {
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
        Change::Require(_)
        | Change::PutOffCancel { .. }
        | Change::RememberIdempotency { .. }
        | Change::ForgetIdempotency { .. }
        | Change::VerdictDue { .. }
        | Change::EndCancel { .. } => return None,
    };
    Some(about)
}
