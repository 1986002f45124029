//! Payments: the claim on the order id, transitions, and the resolution.

use domain::payment::PaymentTransition;

use domain::payment::{Payment, PaymentSource, ResolutionStep, StepOutcome};
use domain::text::nfc;
use domain::transition::Actor;
use domain::{EpochMs, ReceiptId};
use rusqlite::{Connection, OptionalExtension, params};

use super::apply::{HistoryEntry, insert_transition, on_constraint, on_unique};
use super::rows::as_sent;
use super::sql;
use super::writer::Aborted;
use crate::error::CommitRefused;

pub fn open(connection: &Connection, payment: &Payment) -> Result<(), Aborted> {
    let object = payment.receipt_id.to_string();
    let project = payment.project_id.to_string();
    let order = &payment.order;
    let (source, source_id) = match payment.source {
        PaymentSource::Charge => ("charge", None),
        PaymentSource::Reserve(id) => ("reserve", Some(id.to_string())),
        PaymentSource::Publish(id) => ("publish", Some(id.to_string())),
    };
    claim_order(connection, payment, &project, &object)?;
    let values = params![
        object,
        project,
        payment.billing_key.to_string(),
        payment.bid,
        source,
        source_id,
        payment.seq,
        payment.state.name(),
        nfc(&order.order_id),
        order.order_name,
        order.price.get().cast_signed(),
        order.tax_free.get().cast_signed(),
        order.metadata,
        order.items,
        order.user,
        order.feedback_url,
        order.content_type.name(),
        payment.masked_account.bank_code,
        payment.masked_account.account_masked,
        payment.masked_account.holder_masked,
        payment.fingerprint.0,
        payment.requested_at.0,
        as_sent(&order.order_id),
    ];
    // The claim was free, and yet there is a live payment of the order: the database is not what it was.
    connection
        .prepare_cached(sql::INSERT_PAYMENT)?
        .execute(values)
        .map_err(on_unique(CommitRefused::OrderTaken))?;
    let actor = if matches!(payment.source, PaymentSource::Reserve(_)) {
        Actor::Worker
    } else {
        Actor::Api
    };
    let entry = HistoryEntry {
        object: &object,
        seq: payment.seq,
        from: "",
        to: payment.state.name(),
        at: payment.requested_at,
        actor,
        detail: "",
    };
    insert_transition(connection, &entry)
}

/// A reserve hands its claim over; everybody else makes a new one.
fn claim_order(connection: &Connection, payment: &Payment, project: &str, object: &str) -> Result<(), Aborted> {
    let order_id = nfc(&payment.order.order_id);
    if let PaymentSource::Reserve(reserve) = payment.source {
        let values = params![project, order_id, reserve.to_string(), object];
        let handed = connection.prepare_cached(sql::HAND_OVER_ORDER)?.execute(values)?;
        return if handed == 1 {
            Ok(())
        } else {
            Err(Aborted::Refused(CommitRefused::OrderTaken))
        };
    }
    connection
        .prepare_cached(sql::CLAIM_ORDER)?
        .execute(params![project, order_id, "payment", object])
        .map_err(on_constraint(CommitRefused::OrderTaken))?;
    Ok(())
}

pub fn transition(connection: &Connection, step: &PaymentTransition) -> Result<(), Aborted> {
    let object = step.receipt_id.to_string();
    let (debit, failure) = (step.debit.as_ref(), step.failure.as_ref());
    let pg = failure.and_then(|failure| failure.pg.as_ref());
    let moved: Option<(String, String)> = connection
        .prepare_cached(sql::MOVE_PAYMENT)?
        .query_row(
            params![
                object,
                step.seq,
                step.to.name(),
                debit.map(|debit| &debit.tid),
                debit.map(|debit| &debit.approve_no),
                debit.map(|debit| &debit.receipt_url),
                debit.map(|debit| debit.paid_at.0),
                failure.map(|failure| failure.code.name()),
                pg.map(|words| &words.code),
                pg.map(|words| &words.text),
                step.reason.map(|reason| reason.name()),
                step.cancelled.map(|(price, _)| price.get().cast_signed()),
                step.cancelled.map(|(_, tax_free)| tax_free.get().cast_signed()),
                step.cancelled.map(|_| step.at.0),
                step.to.awaits_verdict(),
                step.from.name(),
            ],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let (project, order_id) = moved.ok_or(Aborted::Refused(CommitRefused::LostRace))?;
    if step.to.frees_order() {
        connection
            .prepare_cached(sql::FREE_ORDER)?
            .execute(params![project, order_id, object])?;
    }
    let detail = match step.reason {
        None => step.note.to_string(),
        Some(reason) if step.note.is_empty() => reason.name().to_owned(),
        Some(reason) => format!("{} · {}", reason.name(), step.note),
    };
    let (from, to) = (step.from.name(), step.to.name());
    insert_transition(
        connection,
        &HistoryEntry {
            object: &object,
            seq: step.seq,
            from,
            to,
            at: step.at,
            actor: step.actor,
            detail: &detail,
        },
    )
}

pub fn schedule_resolution(
    connection: &Connection,
    receipt: ReceiptId,
    due_at: Option<EpochMs>,
) -> Result<(), Aborted> {
    let values = params![receipt.to_string(), due_at.map(|at| at.0)];
    connection.prepare_cached(sql::VERDICT_DUE)?.execute(values)?;
    Ok(())
}

pub fn add_resolution_step(connection: &Connection, step: &ResolutionStep) -> Result<(), Aborted> {
    let debit = match &step.outcome {
        StepOutcome::Paid(debit) => Some(debit),
        _ => None,
    };
    let words = match &step.outcome {
        StepOutcome::Failed(words) | StepOutcome::Refused(words) => Some(words),
        _ => None,
    };
    connection
        .prepare_cached(sql::INSERT_RESOLUTION_STEP)?
        .execute(params![
            step.receipt_id.to_string(),
            step.number,
            step.action.name(),
            step.at.0,
            step.outcome.name(),
            debit.map(|debit| &debit.tid),
            debit.map(|debit| &debit.approve_no),
            debit.map(|debit| &debit.receipt_url),
            debit.map(|debit| debit.paid_at.0),
            words.map(|words| &words.code),
            words.map(|words| &words.text),
        ])
        .map_err(on_constraint(CommitRefused::LostRace))?;
    Ok(())
}
