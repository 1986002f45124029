//! Recording what a cancel came to at the PG.

use std::sync::Arc;

use domain::change::{Change, Decision};
use domain::error::PgMessage;

use domain::payment::PaymentTransition;

use domain::payment::{self, Cancel, CancelState, Payment, PaymentState};
use domain::transition::Actor;
use domain::{ErrorCode, ReceiptId, Refusal};
use store::{CommitError, CommitRefused};

use super::DECISIONS;
use super::ask::CancelOutcome;
use crate::services::Services;
use crate::services::cash_receipt;
use crate::services::kept_outcomes::{self, PgOutcome};
use crate::services::payment::by_hand::under_way;
use crate::services::webhook;
use crate::support::InFlightGuard;
use crate::support::failpoints::crash_point;

/// What a cancel came to: the payment now, and why not if not.
pub type CancelResult = (Payment, Option<Refusal>);

/// Who has found out.
pub enum EndedBy {
    Api,
    Worker,
    /// A person, as long as the work is still theirs.
    Person(Change),
}

/// Records it, now or later. Errors: `RC_CANCEL_CRITICAL_ERROR`, for it may have happened at the PG.
pub async fn end(
    services: &Arc<Services>,
    guard: InFlightGuard<Cancel>,
    payment: Payment,
    ended: CancelOutcome,
    by: EndedBy,
    cancel: &Cancel,
) -> Result<CancelResult, Refusal> {
    let critical = || Refusal::of(ErrorCode::CancelCritical).receipt(cancel.receipt_id);
    if matches!(ended, CancelOutcome::Unknown) {
        return Ok((payment, Some(critical())));
    }
    let outcome = CancelEnd {
        guard,
        payment,
        cancel: cancel.clone(),
        ended,
        by,
    };
    let recorded = kept_outcomes::record(services, outcome).await;
    crash_point!("cancel_after_outcome_commit");
    recorded.map_err(|_| critical())
}

struct CancelEnd {
    guard: InFlightGuard<Cancel>,
    /// As it was when the cancel began.
    payment: Payment,
    cancel: Cancel,
    ended: CancelOutcome,
    by: EndedBy,
}

impl PgOutcome for CancelEnd {
    type Recorded = CancelResult;

    async fn record(&mut self, services: &Arc<Services>) -> Result<CancelResult, CommitError> {
        let (payment, cancel, actor) = (&self.payment, &self.cancel, self.actor());
        webhook::ready(services, payment.project_id).await?;
        let moved: &(dyn Fn(&Payment) -> PaymentTransition + Sync) = match &self.ended {
            CancelOutcome::Done => &|now| payment::cancelled(now, cancel, actor, services.now_of(now.project_id)),
            CancelOutcome::DoneBy(said) => &|now| said.given_back(now, cancel, services.now_of(now.project_id)),
            CancelOutcome::GivenBackElsewhere(pg) => {
                let moved = |now: &Payment| {
                    payment::given_back_elsewhere(now, now.balance(), actor, services.now_of(now.project_id))
                };
                let refusal = Refusal::new(ErrorCode::AlreadyCancelled, "receipt_id").receipt(payment.receipt_id);
                let ended = self.over(CancelState::Refused, Some(pg.clone()));
                let refusal = Some(refusal.pg(Some(pg.clone())));
                return self.give_back(services, ended, &moved, refusal).await;
            }
            CancelOutcome::Refused(pg) => return self.refuse(services, Some(pg)).await,
            CancelOutcome::NotSent | CancelOutcome::Unknown => return self.refuse(services, None).await,
        };
        self.give_back(services, self.over(CancelState::Done, None), moved, None)
            .await
    }

    fn of(&self) -> (&'static str, ReceiptId) {
        ("cancel", self.cancel.receipt_id)
    }

    fn let_waiters_go(&self) {
        self.guard.let_waiters_go();
    }
}

impl CancelEnd {
    const fn is_persons(&self) -> bool {
        matches!(self.by, EndedBy::Person(_))
    }

    const fn actor(&self) -> Actor {
        match self.by {
            EndedBy::Api => Actor::Api,
            EndedBy::Worker => Actor::Worker,
            EndedBy::Person(_) => Actor::Person,
        }
    }

    fn over(&self, state: CancelState, pg: Option<PgMessage>) -> Vec<Change> {
        let id = self.cancel.id;
        let end = Change::EndCancel { id, state, pg };
        match &self.by {
            // First: the cancel's end ends the work.
            EndedBy::Person(held) => vec![held.clone(), end],
            EndedBy::Api | EndedBy::Worker => vec![end],
        }
    }

    /// Records that no money went back. `pg`: its words; without any the cancel was never sent.
    async fn refuse(&self, services: &Services, pg: Option<&PgMessage>) -> Result<CancelResult, CommitError> {
        let payment = &self.payment;
        let mut changes = self.over(CancelState::Refused, pg.cloned());
        let code = match pg {
            Some(_) => {
                let cash = cash_receipt::of_payment(services, payment).await.ok().flatten();
                changes.extend(webhook::failed_cancel_webhook(services, payment, cash.as_ref())?);
                ErrorCode::CancelServerError
            }
            None => ErrorCode::PgUnavailable,
        };
        match services.ledger.commit(payment.project_id, changes).await {
            Ok(()) => {}
            // The worker was faster, or an earlier try was made. What was not sent here may have been sent by somebody else.
            Err(CommitError::Refused(CommitRefused::LostRace)) => {
                match ended_as(services, payment, &self.cancel).await? {
                    Some(CancelState::Done) => return Ok((stored(services, payment).await?, None)),
                    Some(_) => {}
                    // A worker has it since: this word is of before.
                    None if self.is_persons() => return Ok((payment.clone(), Some(under_way(payment)))),
                    None => return Err(CommitError::Overloaded),
                }
            }
            Err(error) => return Err(error),
        }
        let refusal = Refusal::of(code).pg(pg.cloned()).receipt(payment.receipt_id);
        Ok((payment.clone(), Some(refusal)))
    }

    /// Records that money went back: the cancel's end, the payment's new sums, the webhook, and the end of a cash receipt that came
    /// with the debit. Decided on the payment as it is by now, and anew when it or its cash receipt moves meanwhile.
    async fn give_back(
        &self,
        services: &Services,
        ended: Vec<Change>,
        moved: &(dyn Fn(&Payment) -> PaymentTransition + Sync),
        refusal: Option<Refusal>,
    ) -> Result<CancelResult, CommitError> {
        let (payment, cancel) = (&self.payment, &self.cancel);
        for _decision in 0..DECISIONS {
            let now = stored(services, payment).await?;
            if !matches!(now.state, PaymentState::Paid | PaymentState::PartlyCancelled) {
                // The worker was faster with the same answer, or all of it was given back there, which leaves this one to be ended.
                return match services.ledger.commit(payment.project_id, ended).await {
                    Ok(()) | Err(CommitError::Refused(_)) => Ok((now, refusal)),
                    Err(error) => Err(error),
                };
            }
            let step = moved(&now);
            let Decision {
                next: after,
                changes: decided,
            } = Decision::of_payment(&now, &step).map_err(unread)?;
            let mut changes = ended.clone();
            changes.extend(decided);
            let (cash, ends) = cash_receipt::ends_with(services, &after, &step).await;
            changes.extend(webhook::payment_webhook(services, &after, cash.as_ref())?);
            changes.extend(ends);
            match services.ledger.commit(after.project_id, changes).await {
                Ok(()) => return Ok((after, refusal)),
                Err(CommitError::Refused(CommitRefused::LostRace)) => {
                    match ended_as(services, payment, cancel).await? {
                        Some(CancelState::Done) => return Ok((stored(services, payment).await?, refusal)),
                        Some(_) if refusal.is_none() => {
                            let (receipt_id, cancel) = (cancel.receipt_id, cancel.id);
                            tracing::error!(%receipt_id, %cancel, "the PG gave money back for a cancel that was ended as not done");
                            metrics::counter!("jadong_verdicts_contradicted_total").increment(1);
                            return Ok((stored(services, payment).await?, None));
                        }
                        Some(_) => return Ok((stored(services, payment).await?, refusal)),
                        // A worker has it since: this word is of before.
                        None if self.is_persons() && stored(services, payment).await?.seq == now.seq => {
                            return Ok((now, Some(under_way(payment))));
                        }
                        None => {}
                    }
                }
                Err(error) => return Err(error),
            }
        }
        Err(CommitError::Overloaded)
    }
}

fn unread(error: impl std::fmt::Display) -> CommitError {
    CommitError::NotDone(error.to_string())
}

async fn stored(services: &Services, payment: &Payment) -> Result<Payment, CommitError> {
    let found = services.store().payment(payment.project_id, payment.receipt_id).await;
    found.map_err(unread)?.ok_or_else(|| unread("there is no such payment"))
}

/// How somebody else has ended this cancel; `None` while nobody has.
async fn ended_as(services: &Services, payment: &Payment, cancel: &Cancel) -> Result<Option<CancelState>, CommitError> {
    let cancels = services
        .store()
        .cancels(payment.project_id, cancel.receipt_id)
        .await
        .map_err(unread)?;
    let now = cancels.into_iter().find(|now| now.id == cancel.id);
    Ok(now.map(|now| now.state).filter(|state| *state != CancelState::Intended))
}
