//! Making the domain's changes true, with the history row that goes with each.

use domain::change::{Actor, Change, KeyDestroyed, Move, Premise};
use domain::issuance::{Issuance, IssuedBy};
use domain::key::BillingKey;
use domain::text::nfc;
use domain::{EpochMs, ReceiptId};
use rusqlite::{Connection, ffi, params};

use super::rows::as_sent;
use super::writer::Undone;
use super::{cancels, cash_receipts, deliveries, payments, reserves, sql};
use crate::error::Refused;

pub fn apply(connection: &Connection, change: &Change) -> Result<(), Undone> {
    match change {
        Change::Require(premise) => require(connection, *premise),
        Change::OpenIssuance(issuance) => open(connection, issuance),
        Change::MoveIssuance(step) => move_on(connection, step),
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
                .map_err(on_constraint(Refused::IdempotencyTaken))?;
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
        Change::MovePayment(step) => payments::move_on(connection, step),
        Change::VerdictDue { receipt_id, due_at } => payments::verdict_due(connection, *receipt_id, *due_at),
        Change::AddRung(rung) => payments::add_rung(connection, rung),
        Change::OpenCancel(cancel) => cancels::open(connection, cancel),
        Change::EndCancel { id, state, pg } => cancels::end(connection, *id, *state, pg.as_ref()),
        Change::PutOffCancel { id, until } => cancels::put_off(connection, *id, *until),
        Change::OpenReserve(reserve) => reserves::open(connection, reserve),
        Change::MoveReserve(step) => reserves::move_on(connection, step),
        Change::PutOffReserve { reserve_id, until } => reserves::put_off(connection, *reserve_id, *until),
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
fn require(connection: &Connection, premise: Premise) -> Result<(), Undone> {
    let holds = match premise {
        Premise::PaymentAt { receipt_id, seq } => connection
            .prepare_cached(sql::HAS_PAYMENT_AT)?
            .exists(params![receipt_id.to_string(), seq])?,
        Premise::KeyActive(key) => connection
            .prepare_cached(sql::HAS_ACTIVE_KEY)?
            .exists([key.to_string()])?,
        Premise::NoneOpen { billing_key, price } => !connection
            .prepare_cached(sql::SELECT_OPEN_DEBIT)?
            .exists(params![billing_key.to_string(), price.get().cast_signed()])?,
    };
    if holds {
        Ok(())
    } else {
        Err(Undone::Refused(Refused::LostRace))
    }
}

/// Turns a key that is taken into what that means to the caller. Any other violated constraint is a fault of this program.
pub fn on_constraint(refused: Refused) -> impl Fn(rusqlite::Error) -> Undone {
    move |error| match error.sqlite_error().map(|inner| inner.extended_code) {
        Some(ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_UNIQUE) => Undone::Refused(refused),
        _ => Undone::Engine(error),
    }
}

/// The same for a unique index alone: neither the primary key nor a check of the row's own values.
pub fn on_unique(refused: Refused) -> impl Fn(rusqlite::Error) -> Undone {
    move |error| match error.sqlite_error() {
        Some(code) if code.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE => Undone::Refused(refused),
        _ => Undone::Engine(error),
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
pub fn remember(connection: &Connection, entry: &HistoryEntry<'_>) -> Result<(), Undone> {
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
        .map_err(on_constraint(Refused::LostRace))?;
    Ok(())
}

fn open(connection: &Connection, issuance: &Issuance) -> Result<(), Undone> {
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
        .map_err(on_constraint(Refused::AlreadyOpen))?;
    let entry = HistoryEntry {
        object: &object,
        seq: issuance.seq,
        from: "",
        to: issuance.state.name(),
        at: issuance.requested_at,
        actor: Actor::Api,
        detail: "",
    };
    remember(connection, &entry)
}

fn move_on(connection: &Connection, step: &Move) -> Result<(), Undone> {
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
        return Err(Undone::Refused(Refused::LostRace));
    }
    let detail = failure.map_or("", |failure| failure.code.name());
    let (from, to) = (step.from.name(), step.to.name());
    remember(
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

fn issue(connection: &Connection, key: &BillingKey) -> Result<(), Undone> {
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
        .map_err(on_constraint(Refused::LostRace))?;
    Ok(())
}

fn destroy(connection: &Connection, destroyed: KeyDestroyed) -> Result<(), Undone> {
    let object = destroyed.billing_key.to_string();
    let changed = connection
        .prepare_cached(sql::DESTROY_KEY)?
        .execute(params![object, destroyed.at.0])?;
    if changed != 1 {
        return Err(Undone::Refused(Refused::LostRace));
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
    remember(connection, &entry)
}
