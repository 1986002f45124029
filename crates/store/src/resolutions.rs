//! The resolution of a debit without an outcome: its steps, when the next is due, and what has not come to an end.

use domain::error::PgMessage;
use domain::payment::{Decline, DeclineReason, Payment, ResolutionStep, StepOutcome};
use domain::{EpochMs, ProjectId, ReceiptId};

use crate::Store;
use crate::error::{CommitError, CommitRefused, ReadError};
use crate::payments::{self, payment_columns};
use crate::place::Place;
use crate::row::{Columns, Read};
use crate::statement::{Write, statements};
use crate::value::{list, values};

/// Whether a payment that is being resolved has no verdict, or one that the PG's last word contradicts. What only waits to be
/// looked up once more is resolved. A refund of which nobody knows whether it was made is as good as refused.
macro_rules! is_unresolved {
    () => {
        "(state IN ('intended', 'in_doubt', 'needs_person') OR (SELECT CASE WHEN r.act = 'refund' AND
        r.outcome IN ('sent', 'unknown') THEN 'refused' ELSE r.outcome END FROM verdict_rung AS r
        WHERE {same r payment}r.receipt_id = payment.receipt_id ORDER BY r.number DESC LIMIT 1) IN (CASE state WHEN 'paid' THEN 'not_there'
        ELSE 'paid' END, CASE state WHEN 'paid' THEN 'failed' ELSE 'paid' END,
        CASE state WHEN 'paid' THEN 'cancelled' ELSE 'refused' END))"
    };
}

macro_rules! select_step {
    () => {
        "SELECT receipt_id, number, act, at_ms, outcome, tid, approve_no, receipt_url, paid_at_ms, pg_code, pg_text,
        reason FROM verdict_rung"
    };
}

statements! {
    /// Not what somebody is at: it would be taken from them.
    HASTEN = "UPDATE due SET at_ms = CASE WHEN lease IS NULL THEN ?3 ELSE at_ms END WHERE {of}kind = 'resolution' AND project_id = ?2 AND object = ?1
        AND EXISTS (SELECT 1 FROM payment WHERE {of}receipt_id = ?1 AND project_id = ?2
            AND state IN ('in_doubt', 'needs_person'))";
    INSERT_STEP = "INSERT INTO verdict_rung ({place}receipt_id, number, act, at_ms, outcome, tid, approve_no, receipt_url,
        paid_at_ms, pg_code, pg_text, reason) VALUES ({:place}?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        ON CONFLICT ({place}receipt_id, number) DO NOTHING";
    SELECT_STEPS = concat!(select_step!(), " WHERE {of}receipt_id = ?1 ORDER BY number");
    SELECT_STEPS_OF_MANY = concat!(select_step!(), " WHERE {of}receipt_id IN {each ?1}
        ORDER BY receipt_id, number");
    SELECT_UNRESOLVED = concat!("SELECT ", payment_columns!(), ", next_step_at FROM payment
        JOIN (SELECT object, at_ms AS next_step_at{|, bucket AS b, project_id AS p} FROM due WHERE kind = 'resolution') AS d ON {|d.b = payment.bucket AND d.p = payment.project_id AND }d.object = payment.receipt_id
        WHERE ", is_unresolved!(), " ORDER BY requested_at_ms, receipt_id LIMIT ?1");
    SELECT_UNRESOLVED_OF = concat!("SELECT ", payment_columns!(), ", next_step_at FROM payment
        JOIN (SELECT object, at_ms AS next_step_at{|, bucket AS b, project_id AS p} FROM due WHERE {of}kind = 'resolution' AND project_id = ?1) AS d
            ON {|d.b = payment.bucket AND d.p = payment.project_id AND }d.object = payment.receipt_id
        WHERE {of payment}state <> 'intended' AND ", is_unresolved!(), "
        ORDER BY requested_at_ms, receipt_id LIMIT ?2");
}

/// The reason of a net-cancel that came too late.
const TOO_LATE: &str = "too_late";

/// A payment whose outcome is open, or contradicted by what the PG said last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unresolved {
    pub payment: Payment,
    /// When the PG is asked again.
    pub next_step_at: Option<EpochMs>,
}

pub fn add_step(step: &ResolutionStep) -> Write {
    let debit = match &step.outcome {
        StepOutcome::Paid(debit) => Some(debit),
        _ => None,
    };
    let (pg, reason) = match &step.outcome {
        StepOutcome::Failed(decline) => (Some(&decline.pg), Some(decline.reason.name())),
        StepOutcome::Refused { pg, is_too_late } => (Some(pg), is_too_late.then_some(TOO_LATE)),
        _ => (None, None),
    };
    let values = values![
        step.receipt_id,
        step.number,
        step.action.name(),
        step.at,
        step.outcome.name(),
        debit.map(|debit| &debit.tid),
        debit.map(|debit| &debit.approve_no),
        debit.map(|debit| &debit.receipt_url),
        debit.map(|debit| debit.paid_at),
        pg.map(|pg| &pg.code),
        pg.map(|pg| &pg.text),
        reason,
    ];
    Write::one(&INSERT_STEP, values, CommitRefused::LostRace)
}

fn step(columns: &mut Columns<'_>) -> Read<ResolutionStep> {
    let (receipt_id, number, action, at) = (columns.next()?, columns.next()?, columns.next()?, columns.next()?);
    let outcome: String = columns.next()?;
    let debit = payments::debit(columns)?;
    let pg = columns.pg_message()?.unwrap_or_else(|| PgMessage::new("", ""));
    let reason: Option<String> = columns.next()?;
    let outcome = match (outcome.as_str(), debit) {
        ("paid", Some(debit)) => StepOutcome::Paid(debit),
        ("failed", _) => {
            let reason = reason.map_or(Some(DeclineReason::BankRefused), |name| DeclineReason::from_name(&name));
            let Some(reason) = reason else {
                return columns.unreadable();
            };
            StepOutcome::Failed(Decline { reason, pg })
        }
        ("cancelled", _) => StepOutcome::Cancelled,
        ("not_there", _) => StepOutcome::NotThere,
        ("refused", _) => StepOutcome::Refused {
            pg,
            is_too_late: reason.as_deref() == Some(TOO_LATE),
        },
        ("unknown", _) => StepOutcome::Unknown,
        ("sent", _) => StepOutcome::Sent,
        _ => return columns.unreadable(),
    };
    Ok(ResolutionStep {
        receipt_id,
        number,
        action,
        at,
        outcome,
    })
}

fn unresolved(columns: &mut Columns<'_>) -> Read<Unresolved> {
    Ok(Unresolved {
        payment: payments::read(columns)?,
        next_step_at: columns.next()?,
    })
}

impl Store {
    /// The resolution of a payment, step by step.
    pub async fn resolution_steps(
        &self,
        project: ProjectId,
        receipt: ReceiptId,
    ) -> Result<Vec<ResolutionStep>, ReadError> {
        self.rows(Place::Of(project), &SELECT_STEPS, values![receipt], step)
            .await
    }

    /// The steps of several resolutions, one resolution after the other.
    pub async fn resolution_steps_of_many(
        &self,
        project: ProjectId,
        receipts: Vec<ReceiptId>,
    ) -> Result<Vec<ResolutionStep>, ReadError> {
        self.rows(Place::Of(project), &SELECT_STEPS_OF_MANY, vec![list(receipts)], step)
            .await
    }

    /// At most `limit` payments without a verdict, those that need a person, and those whose verdict the PG contradicts, oldest
    /// first.
    pub async fn unresolved(&self, limit: u32) -> Result<Vec<Unresolved>, ReadError> {
        self.rows(Place::Shared, &SELECT_UNRESOLVED, values![limit], unresolved)
            .await
    }

    /// At most `limit` payments of a project that are in doubt or need a person, oldest first.
    pub async fn unresolved_of(&self, project: ProjectId, limit: u32) -> Result<Vec<Unresolved>, ReadError> {
        self.rows(
            Place::Of(project),
            &SELECT_UNRESOLVED_OF,
            values![project, limit],
            unresolved,
        )
        .await
    }

    /// Makes the next step of a payment in doubt due at `now`; `false` when it is not in doubt.
    pub async fn hasten_resolution(
        &self,
        project: ProjectId,
        receipt: ReceiptId,
        now: EpochMs,
    ) -> Result<bool, CommitError> {
        self.write_one(Place::Of(project), &HASTEN, values![receipt, project, now])
            .await
    }
}
