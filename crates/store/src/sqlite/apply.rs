//! Making the domain's changes true, with the history row that goes with each.

use domain::change::Change;

use domain::issuance::IssuanceTransition;

use domain::key::KeyDestroyed;

use domain::precondition::Precondition;

use domain::issuance::{Issuance, IssuedBy};
use domain::key::BillingKey;
use domain::text::nfc;
use domain::transition::Actor;
use domain::{EpochMs, ReceiptId};
use rusqlite::{Connection, ffi, params};

use super::rows::as_sent;
use super::writer::Aborted;
use super::{cancels, cash_receipts, deliveries, payments, reserves, sql};
use crate::error::CommitRefused;

pub fn apply(connection: &Connection, change: &Change) -> Result<(), Aborted> {
    match change {
        Change::Require(precondition) => require(connection, *precondition),
        Change::OpenIssuance(issuance) => open(connection, issuance),
        Change::TransitionIssuance(step) => transition(connection, step),
        Change::IssueKey(key) => issue(connection, key),
        Change::DestroyKey(destroyed) => destroy(connection, *destroyed),
        Change::OpenPayment(payment) => payments::open(connection, payment),
        Change::RememberIdempotency {
            project_id,
            key,
            fingerprint,
            receipt_id,
        } => {
            connection
                .prepare_cached(sql::INSERT_IDEMPOTENCY)?
                .execute(params![
                    project_id.to_string(),
                    key,
                    fingerprint.0,
                    receipt_id.to_string()
                ])
                .map_err(on_constraint(CommitRefused::IdempotencyTaken))?;
            Ok(())
        }
        Change::ForgetIdempotency {
            project_id,
            key,
            receipt_id,
        } => {
            let values = params![project_id.to_string(), key, receipt_id.to_string()];
            connection.prepare_cached(sql::DELETE_IDEMPOTENCY)?.execute(values)?;
            Ok(())
        }
        Change::TransitionPayment(step) => payments::transition(connection, step),
        Change::ScheduleResolution { receipt_id, due_at } => {
            payments::schedule_resolution(connection, *receipt_id, *due_at)
        }
        Change::AddResolutionStep(step) => payments::add_resolution_step(connection, step),
        Change::OpenCancel(cancel) => cancels::open(connection, cancel),
        Change::EndCancel { id, state, pg } => cancels::end(connection, *id, *state, pg.as_ref()),
        Change::PostponeCancel { id, until } => cancels::postpone(connection, *id, *until),
        Change::OpenReserve(reserve) => reserves::open(connection, reserve),
        Change::TransitionReserve(step) => reserves::transition(connection, step),
        Change::PostponeReserve { reserve_id, until } => reserves::postpone(connection, *reserve_id, *until),
        Change::RevokeReserves { billing_key, at } => reserves::revoke_all(connection, *billing_key, *at),
        Change::Deliver(delivery) => deliveries::insert(connection, delivery),
        Change::PutCashReceipt { receipt, by, at } => cash_receipts::put(connection, receipt, *by, *at),
        Change::KeyExpiredAtPg { billing_key, at } => {
            connection
                .prepare_cached(sql::KEY_EXPIRED_AT_PG)?
                .execute(params![billing_key.to_string(), at.0])?;
            Ok(())
        }
    }
}

/// Whether what the other changes of a command rest on is still true.
fn require(connection: &Connection, precondition: Precondition) -> Result<(), Aborted> {
    let holds = match precondition {
        Precondition::PaymentAt { receipt_id, seq } => connection
            .prepare_cached(sql::HAS_PAYMENT_AT)?
            .exists(params![receipt_id.to_string(), seq])?,
        Precondition::KeyActive(key) => connection
            .prepare_cached(sql::HAS_ACTIVE_KEY)?
            .exists([key.to_string()])?,
        Precondition::NoneOpen { billing_key, price } => !connection
            .prepare_cached(sql::SELECT_OPEN_DEBIT)?
            .exists(params![billing_key.to_string(), price.get().cast_signed()])?,
    };
    if holds {
        Ok(())
    } else {
        Err(Aborted::Refused(CommitRefused::LostRace))
    }
}

/// Turns a key that is taken into what that means to the caller. Any other violated constraint is a fault of this program.
pub fn on_constraint(refused: CommitRefused) -> impl Fn(rusqlite::Error) -> Aborted {
    move |error| match error.sqlite_error().map(|inner| inner.extended_code) {
        Some(ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_UNIQUE) => Aborted::Refused(refused),
        _ => Aborted::Engine(error),
    }
}

/// The same for a unique index alone: neither the primary key nor a check of the row's own values.
pub fn on_unique(refused: CommitRefused) -> impl Fn(rusqlite::Error) -> Aborted {
    move |error| match error.sqlite_error() {
        Some(code) if code.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE => Aborted::Refused(refused),
        _ => Aborted::Engine(error),
    }
}

pub struct HistoryEntry<'a> {
    pub object: &'a str,
    pub seq: u32,
    pub from: &'a str,
    pub to: &'a str,
    pub at: EpochMs,
    pub actor: Actor,
    pub detail: &'a str,
}

/// Adds a row to the history; the row that is there already says that another transition won.
pub fn insert_transition(connection: &Connection, entry: &HistoryEntry<'_>) -> Result<(), Aborted> {
    connection
        .prepare_cached(sql::INSERT_TRANSITION)?
        .execute(params![
            entry.object,
            entry.seq,
            entry.from,
            entry.to,
            entry.at.0,
            entry.actor.name(),
            entry.detail
        ])
        .map_err(on_constraint(CommitRefused::LostRace))?;
    Ok(())
}

fn open(connection: &Connection, issuance: &Issuance) -> Result<(), Aborted> {
    let object = issuance.receipt_id.to_string();
    let terms = &issuance.terms;
    connection
        .prepare_cached(sql::INSERT_ISSUANCE)?
        .execute(params![
            object,
            issuance.project_id.to_string(),
            nfc(&terms.subscription_id),
            issuance.seq,
            issuance.state.name(),
            terms.order_name,
            terms.price.get().cast_signed(),
            terms.tax_free.get().cast_signed(),
            terms.auth_type.wire_name(),
            terms.shown.bank_code,
            terms.shown.account_masked,
            terms.shown.holder_masked,
            terms.phone_masked,
            terms.cash_receipt_type,
            terms.metadata,
            issuance.fingerprint.0,
            issuance.requested_at.0,
            issuance.consent_expires_at.0,
            as_sent(&terms.subscription_id),
            terms.cash_receipt_print.map(|print| print.0),
        ])
        .map_err(on_constraint(CommitRefused::AlreadyOpen))?;
    let entry = HistoryEntry {
        object: &object,
        seq: issuance.seq,
        from: "",
        to: issuance.state.name(),
        at: issuance.requested_at,
        actor: Actor::Api,
        detail: "",
    };
    insert_transition(connection, &entry)
}

fn transition(connection: &Connection, step: &IssuanceTransition) -> Result<(), Aborted> {
    let object = step.receipt_id.to_string();
    let failure = step.failure.as_ref();
    let pg = failure.and_then(|failure| failure.pg.as_ref());
    let moved = connection.prepare_cached(sql::MOVE_ISSUANCE)?.execute(params![
        object,
        step.seq,
        step.to.name(),
        i32::from(step.to.is_open()),
        step.pg_tid,
        failure.map(|failure| failure.code.name()),
        pg.map(|words| &words.code),
        pg.map(|words| &words.text),
        step.issued.map(|issued| issued.billing_key.to_string()),
        step.issued.map(|issued| issued_by_name(issued.by)),
        step.issued.map(|_| step.at.0),
        step.from.name(),
    ])?;
    if moved != 1 {
        return Err(Aborted::Refused(CommitRefused::LostRace));
    }
    let detail = failure.map_or("", |failure| failure.code.name());
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
            detail,
        },
    )
}

pub fn issued_by_name(by: IssuedBy) -> &'static str {
    match by {
        IssuedBy::Publish => "publish",
        IssuedBy::Recovery => "recovery",
    }
}

fn issue(connection: &Connection, key: &BillingKey) -> Result<(), Aborted> {
    let receipt: ReceiptId = key.receipt_id;
    connection
        .prepare_cached(sql::INSERT_KEY)?
        .execute(params![
            key.id.to_string(),
            key.project_id.to_string(),
            receipt.to_string(),
            key.bid,
            key.shown.bank_code,
            key.shown.account_masked,
            key.shown.holder_masked,
            key.issued_at.0,
        ])
        .map_err(on_constraint(CommitRefused::LostRace))?;
    Ok(())
}

fn destroy(connection: &Connection, destroyed: KeyDestroyed) -> Result<(), Aborted> {
    let object = destroyed.billing_key.to_string();
    let changed = connection
        .prepare_cached(sql::DESTROY_KEY)?
        .execute(params![object, destroyed.at.0])?;
    if changed != 1 {
        return Err(Aborted::Refused(CommitRefused::LostRace));
    }
    let entry = HistoryEntry {
        object: &object,
        seq: 1,
        from: "active",
        to: "destroyed",
        at: destroyed.at,
        actor: Actor::Api,
        detail: "",
    };
    insert_transition(connection, &entry)
}
