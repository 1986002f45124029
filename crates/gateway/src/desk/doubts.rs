//! In doubt: payments of which nobody knows yet whether money moved, and what a person can do about it.

use domain::payment::{Believe, Payment, PersonFields, Rung, State};
use domain::{EpochMs, ErrorCode, ProjectId, ReceiptId, Refusal};
use store::LooseEnd;

use super::Desk;
use super::audit::Deed;
use super::role::Person;
use crate::issuance::{commit_refusal, read_refusal};
use crate::payment::settle_by_person;

/// Payments on a page; more in doubt at once would be a PG that is down.
pub const DOUBTS_A_PAGE: u32 = 100;
/// Younger calls may only be under way.
const LOOSE_AFTER_MS: u64 = 60_000;

/// A payment in doubt, with its ladder.
#[derive(Debug, Clone)]
pub struct Doubt {
    pub payment: Payment,
    pub rungs: Vec<Rung>,
    /// When the next rung comes; `None` when a person must decide.
    pub next_at: Option<EpochMs>,
}

impl Desk {
    /// The project's payments in doubt, and those that need a person, oldest first, at most [`DOUBTS_A_PAGE`]; and whether there
    /// are more.
    pub async fn doubts(&self, project: ProjectId) -> Result<(Vec<Doubt>, bool), Refusal> {
        let store = &self.house.store;
        let open = store.unsettled_of(project, DOUBTS_A_PAGE + 1).await;
        let mut open = open.map_err(|error| read_refusal(&error))?;
        let shown = usize::try_from(DOUBTS_A_PAGE).unwrap_or(usize::MAX);
        let is_cut = open.len() > shown;
        open.truncate(shown);
        let receipts = open.iter().map(|one| one.payment.receipt_id).collect();
        let rungs = store
            .rungs_of_many(receipts)
            .await
            .map_err(|error| read_refusal(&error))?;
        let doubts = open.into_iter().map(|one| {
            let is_its = |rung: &&Rung| rung.receipt_id == one.payment.receipt_id;
            Doubt {
                rungs: rungs.iter().filter(is_its).cloned().collect(),
                next_at: one.next_rung_at.filter(|_| one.payment.state == State::InDoubt),
                payment: one.payment,
            }
        });
        Ok((doubts.collect(), is_cut))
    }

    /// One payment that needs a person; `None` when it does not.
    pub async fn needs_person(&self, project: ProjectId, receipt: ReceiptId) -> Result<Option<Doubt>, Refusal> {
        let found = self.payment(project, receipt).await?;
        let Some(payment) = found.filter(|payment| payment.state == State::NeedsPerson) else {
            return Ok(None);
        };
        let rungs = self.house.store.rungs(receipt).await;
        Ok(Some(Doubt {
            rungs: rungs.map_err(|error| read_refusal(&error))?,
            payment,
            next_at: None,
        }))
    }

    /// What else has no answer: cancels, cash receipts and issuances whose call ended without one a while ago. The workers find
    /// out by themselves.
    pub async fn loose_ends(&self, project: ProjectId) -> Result<Vec<LooseEnd>, Refusal> {
        let before = self.now(project).minus_ms(LOOSE_AFTER_MS);
        let found = self.house.store.loose_ends(project, before, DOUBTS_A_PAGE).await;
        found.map_err(|error| read_refusal(&error))
    }

    /// A person's verdict on a payment that needs one. The PG is asked once more before, and believed when it says otherwise,
    /// unless `believe` says not to.
    ///
    /// Errors: `RC_NOT_FOUND`; those of the settlement's rules.
    pub async fn settle(
        &self,
        person: &Person,
        project: ProjectId,
        receipt: ReceiptId,
        mut fields: PersonFields,
        believe: Believe,
    ) -> Result<Payment, Refusal> {
        fields.who = Some(person.name.clone());
        let said = fields.read(believe)?;
        let ours = self.payment(project, receipt).await?;
        ours.ok_or_else(|| Refusal::new(ErrorCode::ReceiptNotFound, "receipt_id"))?;
        let deed = Deed {
            act: "settle",
            object: receipt.to_string(),
            // Long numbers in it are hidden already. Whom to believe is what can go wrong here, so it is on record.
            note: match said.believe {
                Believe::Pg => format!("{}: {}", said.finding.name(), said.note),
                Believe::Person => format!("{}, forced: {}", said.finding.name(), said.note),
            },
        };
        let settling = async move |desk: Self| settle_by_person(&desk.house, receipt, said).await;
        self.on_record(person, deed, settling).await
    }

    /// Lets the ladder go on at once instead of at the next rung's time. Errors: `RC_NOT_FOUND` when the payment is no longer in
    /// doubt.
    pub async fn ask_again(&self, person: &Person, project: ProjectId, receipt: ReceiptId) -> Result<(), Refusal> {
        let deed = Deed {
            act: "ask_again",
            object: receipt.to_string(),
            note: String::new(),
        };
        let asking = async move |desk: Self| {
            let now = desk.now(project);
            let hastened = desk.house.store.hasten_verdict(project, receipt, now).await;
            if hastened.map_err(|error| commit_refusal(&error))? {
                Ok(())
            } else {
                Err(Refusal::new(ErrorCode::ReceiptNotFound, "receipt_id").hint("not in doubt"))
            }
        };
        self.on_record(person, deed, asking).await
    }
}
