//! Comparing payments with the PG, and mending what differs: what somebody gave back in the PG's back office is written down here,
//! and a debit that there must not be is given back.

use std::sync::Arc;

use domain::change::Decision;
use domain::ids::ObjectId;
use domain::payment::{
    self, Cancel, CancelState, Comparison, ManualResolutionForm, Mend, NextStep, Payment, PgReport, ResolutionAction,
    StepOutcome, compare,
};
use domain::transition::Actor;
use domain::{EpochMs, ErrorCode, ProjectId, ReceiptId, Refusal, Won, written_time};
use futures_util::{StreamExt, TryStreamExt, stream};

use super::by_hand::under_way;
use super::late_answer::{told, told_step};
use super::pg_report::pg_report;
use super::resolution::{resolved_by, rules};
use super::resolve_manually::stored;
use crate::services::{Services, cash_receipt, webhook};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// Comparisons of a payment that moves meanwhile.
const COMPARISONS: u32 = 3;
/// Questions to the PG at once.
const AT_ONCE: usize = 4;

/// A payment, what was given back of it here, and how it compares.
pub struct Compared {
    pub payment: Payment,
    /// The cancels that were done, oldest first.
    pub refunds: Vec<Cancel>,
    /// `None` where the PG was not asked.
    pub found: Option<Comparison>,
    /// What was not given back, by the PG; `None`: it has no debit of it, or did not say.
    pub left_at_pg: Option<Won>,
}

impl Compared {
    /// What mends it, where this gateway can.
    #[must_use]
    pub fn mend(&self) -> Option<Mend> {
        self.found.as_ref()?.mend(&self.payment)
    }
}

/// Which payments of a project are compared: those asked for between two moments, and those of which something was given back then.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    pub project: ProjectId,
    /// Ids of the first moment, and of the one after the last.
    pub ids: (ReceiptId, ReceiptId),
}

impl Span {
    /// A day in Korea, `2026-01-31`; `None` where it is none. Ids grow with time.
    #[must_use]
    pub fn of_day(project: ProjectId, date: &str) -> Option<Self> {
        let is_date = date.len() == "2026-01-31".len();
        let midnight = written_time::parse(date).filter(|_| is_date)?;
        let first = |at: EpochMs| ReceiptId(ObjectId::from_parts(at.epoch_seconds(), [0; 5], 0));
        let ids = (first(midnight), first(midnight.plus_ms(DAY_MS)));
        Some(Self { project, ids })
    }
}

/// Where a list goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cursor {
    /// After this payment.
    Payments(ReceiptId),
    /// After this cancel: the payments are done.
    Cancels(ReceiptId),
}

/// A part of the list, and where it goes on; `None` at the end.
pub struct Part {
    pub rows: Vec<Compared>,
    pub next: Option<Cursor>,
}

/// The next payments, at most `limit`, compared with the PG where `asks_pg`.
pub async fn part(
    services: &Arc<Services>,
    span: Span,
    after: Option<Cursor>,
    limit: u32,
    asks_pg: bool,
) -> Result<Part, Refusal> {
    let (first, end) = span.ids;
    let (payments, next) = match after.unwrap_or(Cursor::Payments(first)) {
        Cursor::Payments(after) => {
            let found = services
                .store()
                .payments_between(span.project, (after, end), limit)
                .await?;
            let is_full = found.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
            let next = match found.last() {
                Some(last) if is_full => Cursor::Payments(last.receipt_id),
                _ => Cursor::Cancels(first),
            };
            (found, Some(next))
        }
        Cursor::Cancels(after) => {
            let found = services
                .store()
                .cancels_between(span.project, (after, end), limit)
                .await?;
            let is_full = found.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
            let next = found.last().map(|(id, _)| Cursor::Cancels(*id)).filter(|_| is_full);
            // Of those asked for in this time themselves the first part has told.
            let earlier = found
                .iter()
                .filter(|(_, receipt)| !(first < *receipt && *receipt < end));
            let mut receipts: Vec<_> = earlier.map(|(_, receipt)| *receipt).collect();
            receipts.dedup();
            let mut payments = Vec::with_capacity(receipts.len());
            for receipt in receipts {
                payments.extend(services.store().payment(span.project, receipt).await?);
            }
            (payments, next)
        }
    };
    let compared = stream::iter(payments).map(|payment| compare_with_pg(services, payment, asks_pg));
    let rows = compared.buffered(AT_ONCE).try_collect().await?;
    Ok(Part { rows, next })
}

async fn compare_with_pg(services: &Services, mut payment: Payment, asks_pg: bool) -> Result<Compared, Refusal> {
    for _comparison in 0..COMPARISONS {
        let report = match asks_pg {
            true => Some(pg_report(services, &payment).await),
            false => None,
        };
        // A cancel that was done and recorded while the PG was asked has moved the payment, which is read last.
        let cancels = services.store().cancels(payment.project_id, payment.receipt_id).await?;
        let now = stored(services, payment.receipt_id).await?;
        if now.seq == payment.seq || report.is_none() {
            let is_open = cancels.iter().any(|cancel| cancel.state == CancelState::Intended);
            let left_at_pg = report.as_ref().and_then(left);
            let found = report.map(|report| compare(&now, is_open, &report));
            let refunds = cancels.into_iter().filter(|cancel| cancel.state == CancelState::Done);
            return Ok(Compared {
                payment: now,
                refunds: refunds.collect(),
                found,
                left_at_pg,
            });
        }
        payment = now;
    }
    Ok(Compared {
        payment,
        refunds: Vec::new(),
        found: Some(Comparison::Undecided),
        left_at_pg: None,
    })
}

/// Asks the PG once more, and mends the difference so; `form` says who and why. Gives the payment as it is then.
///
/// Errors: `RC_NOT_FOUND`; `FIELD_INVALID`; `SETTLE_NOT_NEEDED` where that is not what is wrong, with what is as hint;
/// `SETTLE_UNDER_WAY` where somebody else moves the payment at this moment.
pub async fn mend(
    services: &Arc<Services>,
    receipt: ReceiptId,
    mend: Mend,
    form: ManualResolutionForm,
) -> Result<Payment, Refusal> {
    services
        .run_to_end(perform(services.clone(), receipt, mend, form))
        .await
}

async fn perform(
    services: Arc<Services>,
    receipt: ReceiptId,
    mend: Mend,
    form: ManualResolutionForm,
) -> Result<Payment, Refusal> {
    let (who, note) = form.who_and_note()?;
    let payment = stored(&services, receipt).await?;
    let receipt = payment.receipt_id;
    let compared = compare_with_pg(&services, payment, true).await?;
    let payment = &compared.payment;
    let not_needed = |hint: &str| {
        Refusal::new(ErrorCode::SettleNotNeeded, "receipt_id")
            .hint(hint)
            .receipt(receipt)
    };
    let found = compared.found.as_ref().map_or("", Comparison::name);
    if compared.mend() != Some(mend) {
        return Err(not_needed(found));
    }
    tracing::warn!(%receipt, found, who, mend = mend.name(), "a difference from the PG is mended");
    match &compared.found {
        Some(Comparison::GivenBackThere { more }) => {
            let note = format!("{who}: {note}");
            record_given_back(&services, payment, *more, (Actor::Person, &note)).await?;
        }
        Some(Comparison::DebitedThere { debit, .. }) => {
            if resolved_by(&services, payment).await? == Actor::Person {
                return Err(not_needed(
                    "a person has resolved it: give it back in the PG's back office",
                ));
            }
            let mut steps = services.store().resolution_steps(payment.project_id, receipt).await?;
            let number = steps.len();
            let now = services.now_of(payment.project_id);
            steps.push(told_step(payment, number, StepOutcome::Paid(debit.clone()), now));
            let rules = rules(&services, payment.project_id);
            let next = payment::next_step(payment, &steps, rules, Actor::Worker, now);
            if next != NextStep::Do(ResolutionAction::Refund) {
                return Err(not_needed(
                    "it was refused too often: give it back in the PG's back office",
                ));
            }
            let outcome = StepOutcome::Paid(debit.clone());
            commit(&services, payment, told(payment, number, outcome, now)).await?;
            services.clocks.wake_workers();
        }
        _ => return Err(not_needed(found)),
    }
    stored(&services, receipt).await
}

/// Writes down that so much `more` of a payment, as it was compared, was given back at the PG, with the merchant's webhook. Nothing is
/// sent to the PG.
///
/// Errors: `SETTLE_UNDER_WAY` where the payment has moved since; the store.
pub async fn record_given_back(
    services: &Services,
    payment: &Payment,
    more: Won,
    (by, note): (Actor, &str),
) -> Result<(), Refusal> {
    let now = services.now_of(payment.project_id);
    let mut step = payment::given_back_elsewhere(payment, more, by, now);
    step.note = format!("{note} ({})", step.note).into();
    webhook::ready(services, payment.project_id).await?;
    let decision = Decision::of_payment(payment, &step).map_err(|_| Refusal::of(ErrorCode::Internal))?;
    let mut changes = decision.changes;
    let (cash, ends) = cash_receipt::ends_with(services, &decision.next, &step).await;
    changes.extend(webhook::payment_webhook(services, &decision.next, cash.as_ref())?);
    changes.extend(ends);
    commit(services, payment, changes).await
}

async fn commit(services: &Services, payment: &Payment, changes: Vec<domain::change::Change>) -> Result<(), Refusal> {
    match services.ledger.commit(payment.project_id, changes).await {
        Ok(()) => Ok(()),
        Err(store::CommitError::Refused(store::CommitRefused::LostRace)) => Err(under_way(payment)),
        Err(error) => Err(Refusal::from(error).receipt(payment.receipt_id)),
    }
}

/// How a payment compares with the PG now; for whoever has it at hand.
pub async fn compared(services: &Services, payment: Payment) -> Result<Compared, Refusal> {
    compare_with_pg(services, payment, true).await
}

fn left(report: &PgReport) -> Option<Won> {
    match report {
        PgReport::Paid { balance, .. } => Some(*balance),
        PgReport::Cancelled => Some(Won::ZERO),
        PgReport::Failed(_) | PgReport::Nothing | PgReport::Silent => None,
    }
}
