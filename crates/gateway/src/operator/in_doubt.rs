//! In doubt: payments of which nobody knows yet whether money moved, and what a person can do about it.

use domain::payment::{ManualResolutionForm, Payment, PaymentState, Precedence, ResolutionStep};
use domain::{EpochMs, ErrorCode, ProjectId, ReceiptId, Refusal};
use store::PendingOperation;

use super::OperatorService;
use super::audit::AuditedAction;
use super::role::Person;
use crate::services::payment::resolve_manually;

/// Payments on a page; more in doubt at once would be a PG that is down.
pub const UNRESOLVED_PER_PAGE: u32 = 100;
/// Younger calls may only be under way.
const LOOSE_AFTER_MS: u64 = 60_000;

/// A payment in doubt, with its resolution.
#[derive(Debug, Clone)]
pub struct InDoubt {
    pub payment: Payment,
    pub steps: Vec<ResolutionStep>,
    /// When the next step comes; `None` when a person must decide.
    pub next_at: Option<EpochMs>,
}

impl OperatorService {
    /// The project's payments in doubt, and those that need a person, oldest first, at most [`UNRESOLVED_PER_PAGE`]; and whether there
    /// are more.
    pub async fn in_doubt(&self, project: ProjectId) -> Result<(Vec<InDoubt>, bool), Refusal> {
        let store = &self.app.services.store();
        let open = store.unresolved_of(project, UNRESOLVED_PER_PAGE + 1).await;
        let mut open = open?;
        let shown = usize::try_from(UNRESOLVED_PER_PAGE).unwrap_or(usize::MAX);
        let is_cut = open.len() > shown;
        open.truncate(shown);
        let receipts = open.iter().map(|one| one.payment.receipt_id).collect();
        let steps = store.resolution_steps_of_many(project, receipts).await?;
        let unresolved = open.into_iter().map(|one| {
            let is_its = |step: &&ResolutionStep| step.receipt_id == one.payment.receipt_id;
            InDoubt {
                steps: steps.iter().filter(is_its).cloned().collect(),
                next_at: one.next_step_at.filter(|_| one.payment.state == PaymentState::InDoubt),
                payment: one.payment,
            }
        });
        Ok((unresolved.collect(), is_cut))
    }

    /// One payment that needs a person; `None` when it does not.
    pub async fn needs_review(&self, project: ProjectId, receipt: ReceiptId) -> Result<Option<InDoubt>, Refusal> {
        let found = self.payment(project, receipt).await?;
        let Some(payment) = found.filter(|payment| payment.state == PaymentState::NeedsReview) else {
            return Ok(None);
        };
        let steps = self.app.services.store().resolution_steps(project, receipt).await;
        Ok(Some(InDoubt {
            steps: steps?,
            payment,
            next_at: None,
        }))
    }

    /// What else has no answer: cancels, cash receipts and issuances whose call ended without one a while ago. The workers find
    /// out by themselves.
    pub async fn pending_operations(&self, project: ProjectId) -> Result<Vec<PendingOperation>, Refusal> {
        let before = self.now(project).minus_ms(LOOSE_AFTER_MS);
        let found = self
            .app
            .services
            .store()
            .pending_operations(project, before, UNRESOLVED_PER_PAGE)
            .await;
        found.map_err(Refusal::from)
    }

    /// A person's verdict on a payment that needs one. The PG is asked once more before, and believed when it says otherwise,
    /// unless `believe` says not to.
    ///
    /// Errors: `RC_NOT_FOUND`; those of `resolve_manually`.
    pub async fn resolve(
        &self,
        person: &Person,
        project: ProjectId,
        receipt: ReceiptId,
        mut fields: ManualResolutionForm,
        believe: Precedence,
    ) -> Result<Payment, Refusal> {
        fields.who = Some(person.name.clone());
        let said = fields.read(believe)?;
        let ours = self.payment(project, receipt).await?;
        ours.ok_or_else(|| Refusal::new(ErrorCode::ReceiptNotFound, "receipt_id"))?;
        let action = AuditedAction {
            act: "settle",
            object: receipt.to_string(),
            // Long numbers in it are hidden already. Whom to believe is what can go wrong here, so it is on record.
            note: match said.precedence {
                Precedence::Pg => format!("{}: {}", said.claimed.name(), said.note),
                Precedence::Person => format!("{}, forced: {}", said.claimed.name(), said.note),
            },
        };
        let resolving = async move |operator: Self| resolve_manually(&operator.app.services, receipt, said).await;
        self.audited(person, action, resolving).await
    }

    /// Lets the resolution go on at once instead of at the next step's time. Errors: `RC_NOT_FOUND` when the payment is no longer in
    /// doubt.
    pub async fn ask_again(&self, person: &Person, project: ProjectId, receipt: ReceiptId) -> Result<(), Refusal> {
        let action = AuditedAction {
            act: "ask_again",
            object: receipt.to_string(),
            note: String::new(),
        };
        let asking = async move |operator: Self| {
            let now = operator.now(project);
            let hastened = operator
                .app
                .services
                .store()
                .hasten_resolution(project, receipt, now)
                .await;
            if hastened? {
                Ok(())
            } else {
                Err(Refusal::new(ErrorCode::ReceiptNotFound, "receipt_id").hint("not in doubt"))
            }
        };
        self.audited(person, action, asking).await
    }
}
