//! Receipts and keys at the operator: finding, reading, and what can be done to them.

use domain::cash_receipt::{CashReceipt, CashReceiptOrigin};
use domain::issuance::Issuance;
use domain::key::BillingKey;
use domain::payment::{CancelFields, Payment};
use domain::reserve::Reserve;
use domain::{BillingKeyId, ProjectId, ReceiptId, Refusal, ReserveId};
use store::{OrderOwner, Page, PageRequest, PaymentFilter};

use super::OperatorService;
use super::audit::AuditedAction;
use super::role::Person;
use crate::operator::timeline::{Timeline, timeline};
use crate::services::payment;
use crate::support::language::Language;

/// Rows of one page.
pub const ROWS_A_PAGE: u32 = 50;
/// Things that one search finds at most.
const HITS_MAX: u32 = 20;

/// Payments that are put into one file at most.
pub const EXPORTED_MAX: usize = 10_000;
const EXPORTED_A_PART: u32 = 500;
/// Each looks back over ten thousand receipts.
const PARTS_MAX: usize = 100;

/// Something that a search found.
#[derive(Debug, Clone)]
pub enum SearchResult {
    Payment(Box<Payment>),
    Issuance(Box<Issuance>),
    Key(Box<BillingKey>),
    Reserve(Box<Reserve>),
    /// One that stands alone.
    CashReceipt(Box<CashReceipt>),
}

impl OperatorService {
    /// A page of the project's payments, newest first.
    pub async fn payments(
        &self,
        project: ProjectId,
        filter: PaymentFilter,
        before: Option<String>,
    ) -> Result<Page<Payment>, Refusal> {
        let page = self
            .app
            .services
            .store()
            .recent_payments(wanted(project, before), filter)
            .await;
        page.map_err(Refusal::from)
    }

    /// All payments that `filter` lets through, newest first; `None` where there are more than [`EXPORTED_MAX`], or more receipts to
    /// look through than they could be among.
    pub async fn all_payments(
        &self,
        project: ProjectId,
        filter: PaymentFilter,
    ) -> Result<Option<Vec<Payment>>, Refusal> {
        let (mut found, mut before) = (Vec::new(), None);
        for _part in 0..PARTS_MAX {
            let wanted = PageRequest {
                project,
                before,
                limit: EXPORTED_A_PART,
            };
            let part = self
                .app
                .services
                .store()
                .recent_payments(wanted, filter.clone())
                .await?;
            found.extend(part.rows);
            before = part.next;
            if before.is_none() {
                return Ok((found.len() <= EXPORTED_MAX).then_some(found));
            }
            if found.len() > EXPORTED_MAX {
                break;
            }
        }
        Ok(None)
    }

    /// The requests for a key with a subscription id, newest first, at most a page of them.
    pub async fn issuances_of(&self, project: ProjectId, subscription: &str) -> Result<Vec<Issuance>, Refusal> {
        let store = self.app.services.store();
        let found = store
            .issuances_by_subscription(project, subscription.to_owned(), None, HITS_MAX)
            .await;
        found.map_err(Refusal::from)
    }

    /// A page of the project's issuances, newest first.
    pub async fn issuances(&self, project: ProjectId, before: Option<String>) -> Result<Page<Issuance>, Refusal> {
        let page = self
            .app
            .services
            .store()
            .recent_issuances(wanted(project, before))
            .await;
        page.map_err(Refusal::from)
    }

    /// A page of the project's keys, newest first.
    pub async fn keys(&self, project: ProjectId, before: Option<String>) -> Result<Page<BillingKey>, Refusal> {
        let page = self.app.services.store().recent_keys(wanted(project, before)).await;
        page.map_err(Refusal::from)
    }

    /// Everything of the project that has this id: of a receipt, a key, a reserve, an order or a subscription.
    pub async fn search(&self, project: ProjectId, text: &str) -> Result<Vec<SearchResult>, Refusal> {
        let store = &self.app.services.store();
        let mut hits = Vec::new();
        if let Ok(id) = text.parse::<ReceiptId>() {
            let id = self.app.services.own_receipt(project, id).await?;
            let found = store.payment(project, id).await?;
            hits.extend(found.map(|payment| SearchResult::Payment(Box::new(payment))));
            let found = store.issuance(project, id).await?;
            hits.extend(found.map(|issuance| SearchResult::Issuance(Box::new(issuance))));
            let found = store.billing_key(project, BillingKeyId(id.0)).await;
            hits.extend(found?.map(|key| SearchResult::Key(Box::new(key))));
            let found = store.reserve(project, ReserveId(id.0)).await;
            let found = found?;
            hits.extend(found.map(|reserve| SearchResult::Reserve(Box::new(reserve))));
            let found = store.cash_receipt(project, id).await;
            hits.extend(alone(found?));
        }
        let found = store.cash_receipt_of_order(project, text).await;
        hits.extend(alone(found?));
        let paid = store.payments_by_order(project, text, HITS_MAX).await;
        let paid = paid?;
        hits.extend(paid.into_iter().map(|payment| SearchResult::Payment(Box::new(payment))));
        let holder = store.order_owner(project, text).await;
        if let Some(OrderOwner::Reserve(id)) = holder? {
            let found = store.reserve(project, id).await?;
            hits.extend(found.map(|reserve| SearchResult::Reserve(Box::new(reserve))));
        }
        let issued = store
            .issuances_by_subscription(project, text.to_owned(), None, HITS_MAX)
            .await;
        let issued = issued?;
        hits.extend(
            issued
                .into_iter()
                .map(|issuance| SearchResult::Issuance(Box::new(issuance))),
        );
        Ok(hits)
    }

    /// A receipt's life; `None` when the project has no such receipt.
    pub async fn timeline(
        &self,
        project: ProjectId,
        receipt: ReceiptId,
        language: Language,
    ) -> Result<Option<Timeline>, Refusal> {
        let told = timeline(self.app.services.store(), Some(project), receipt, language).await;
        told.map_err(Refusal::from)
    }

    /// The payment with this id, if it is one.
    pub async fn payment(&self, project: ProjectId, receipt: ReceiptId) -> Result<Option<Payment>, Refusal> {
        let found = self.app.services.store().payment(project, receipt).await;
        found.map_err(Refusal::from)
    }

    /// Cancels a payment, wholly without a price. Errors: those of the API's cancel.
    pub async fn cancel(
        &self,
        person: &Person,
        project: ProjectId,
        receipt: ReceiptId,
        fields: CancelFields,
    ) -> Result<Payment, Refusal> {
        let action = AuditedAction {
            act: "cancel",
            object: receipt.to_string(),
            note: amount(fields.cancel_price.as_deref()),
        };
        let cancelling = async move |operator: Self| {
            let cancelled = payment::cancel(&operator.app.services, project, receipt, fields).await?;
            Ok(cancelled.payment)
        };
        self.audited(person, action, cancelling).await
    }
}

/// A payment's is part of the payment.
fn alone(found: Option<CashReceipt>) -> Option<SearchResult> {
    found
        .filter(|receipt| receipt.origin == CashReceiptOrigin::Standalone)
        .map(|receipt| SearchResult::CashReceipt(Box::new(receipt)))
}

pub(super) fn wanted(project: ProjectId, before: Option<String>) -> PageRequest {
    PageRequest {
        project,
        before,
        limit: ROWS_A_PAGE,
    }
}

/// For the audit log: what was typed, if it is an amount.
fn amount(typed: Option<&str>) -> String {
    match typed.map(domain::Won::parse) {
        None => "all".to_owned(),
        Some(Some(price)) => price.get().to_string(),
        Some(None) => "no amount".to_owned(),
    }
}
