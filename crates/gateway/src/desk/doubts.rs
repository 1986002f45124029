//! In doubt: payments of which nobody knows yet whether money moved, and what a person can do about it.

use domain::payment::{Believe, Payment, PersonFields, Rung, State};
use domain::{EpochMs, ErrorCode, ProjectId, ReceiptId, Refusal};
use store::Unsettled;

use super::Desk;
use super::audit::Deed;
use super::role::Person;
use crate::issuance::{commit_refusal, read_refusal};
use crate::payment::settle_by_person;

/// Payments that are looked at; more in doubt at once would be a PG that is down.
const LOOKED_AT: u32 = 500;

/// A payment in doubt, with its ladder.
#[derive(Debug, Clone)]
pub struct Doubt {
    pub payment: Payment,
    pub rungs: Vec<Rung>,
    /// When the next rung comes; `None` when a person must decide.
    pub next_at: Option<EpochMs>,
}

impl Desk {
    /// The project's payments in doubt, and those that need a person, oldest first.
    pub async fn doubts(&self, project: ProjectId) -> Result<Vec<Doubt>, Refusal> {
        let open = self.house.store.unsettled(LOOKED_AT).await;
        let open = open.map_err(|error| read_refusal(&error))?;
        let mut doubts = Vec::new();
        let is_ours = |one: &Unsettled| {
            // An intent whose call is under way is no doubt yet.
            one.payment.project_id == project && one.payment.state != State::Intended
        };
        for Unsettled { payment, next_rung_at } in open.into_iter().filter(is_ours) {
            let rungs = self.house.store.rungs(payment.receipt_id).await;
            doubts.push(Doubt {
                rungs: rungs.map_err(|error| read_refusal(&error))?,
                payment,
                next_at: next_rung_at,
            });
        }
        Ok(doubts)
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
            // Long numbers in it are hidden already.
            note: format!("{}: {}", said.finding.name(), said.note),
        };
        self.on_record(person, deed, settle_by_person(&self.house, receipt, said))
            .await
    }

    /// Lets the ladder go on at once instead of at the next rung's time. Errors: `RC_NOT_FOUND` when the payment is no longer in
    /// doubt.
    pub async fn ask_again(&self, person: &Person, project: ProjectId, receipt: ReceiptId) -> Result<(), Refusal> {
        let deed = Deed {
            act: "ask_again",
            object: receipt.to_string(),
            note: String::new(),
        };
        let asking = async {
            let hastened = self
                .house
                .store
                .hasten_verdict(project, receipt, self.now(project))
                .await;
            if hastened.map_err(|error| commit_refusal(&error))? {
                Ok(())
            } else {
                Err(Refusal::new(ErrorCode::ReceiptNotFound, "receipt_id").hint("not in doubt"))
            }
        };
        self.on_record(person, deed, asking).await
    }
}
