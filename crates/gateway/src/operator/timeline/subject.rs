//! What a timeline is about.

use domain::cash_receipt::CashReceipt;
use domain::issuance::Issuance;
use domain::payment::{Payment, PaymentState};
use domain::reserve::Reserve;
use domain::{ProjectId, ReceiptId, ReserveId};
use store::{ReadError, Store};

/// Everything with a life of its own. A cash receipt is one when it stands alone; a payment's is part of the payment's.
pub enum TimelineSubject {
    Payment(Box<Payment>),
    Issuance(Box<Issuance>),
    Reserve(Box<Reserve>),
    CashReceipt(Box<CashReceipt>),
}

impl TimelineSubject {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Payment(_) => "payment",
            Self::Issuance(_) => "issuance",
            Self::Reserve(_) => "reserve",
            Self::CashReceipt(_) => "cash_receipt",
        }
    }

    /// The name of its state.
    pub const fn state(&self) -> &'static str {
        match self {
            Self::Payment(payment) => payment.state.name(),
            Self::Issuance(issuance) => issuance.state.name(),
            Self::Reserve(reserve) => reserve.state.name(),
            Self::CashReceipt(receipt) => receipt.state.name(),
        }
    }

    /// Whether a payment took money, given back or not.
    pub const fn was_debited(&self) -> Option<bool> {
        let Self::Payment(payment) = self else { return None };
        match payment.state {
            PaymentState::Paid | PaymentState::PartlyCancelled | PaymentState::Cancelled => Some(true),
            PaymentState::Declined | PaymentState::Voided => Some(false),
            PaymentState::Intended | PaymentState::InDoubt | PaymentState::NeedsReview => None,
        }
    }
}

impl TimelineSubject {
    /// Whose it is.
    pub fn project(&self) -> ProjectId {
        match self {
            Self::Payment(payment) => payment.project_id,
            Self::Issuance(issuance) => issuance.project_id,
            Self::Reserve(reserve) => reserve.project_id,
            Self::CashReceipt(receipt) => receipt.project_id,
        }
    }
}

/// What has this id, of any project or of one.
pub async fn find(
    store: &Store,
    project: Option<ProjectId>,
    id: ReceiptId,
) -> Result<Option<TimelineSubject>, ReadError> {
    let projects = match project {
        Some(project) => vec![project],
        None => store.projects().await?.into_iter().map(|project| project.id).collect(),
    };
    for project in projects {
        if let Some(found) = find_in(store, project, id).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

async fn find_in(store: &Store, project: ProjectId, id: ReceiptId) -> Result<Option<TimelineSubject>, ReadError> {
    if let Some(payment) = store.payment(project, id).await? {
        return Ok(Some(TimelineSubject::Payment(Box::new(payment))));
    }
    if let Some(issuance) = store.issuance(project, id).await? {
        return Ok(Some(TimelineSubject::Issuance(Box::new(issuance))));
    }
    if let Some(reserve) = store.reserve(project, ReserveId(id.0)).await? {
        return Ok(Some(TimelineSubject::Reserve(Box::new(reserve))));
    }
    let receipt = store.cash_receipt(project, id).await?;
    Ok(receipt.map(|receipt| TimelineSubject::CashReceipt(Box::new(receipt))))
}

/// The payment that a reserve became, once it has.
pub async fn payment_of(store: &Store, reserve: &Reserve) -> Result<Option<Payment>, ReadError> {
    match reserve.receipt_id {
        Some(id) => store.payment(reserve.project_id, id).await,
        None => Ok(None),
    }
}
