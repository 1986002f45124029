//! Reserves.

use domain::reserve::ReserveTransition;

use domain::reserve::{Reserve, ReserveState, WAITING_MAX};
use domain::text::nfc;
use domain::transition::Actor;
use domain::{BillingKeyId, EpochMs, ReserveId};
use rusqlite::{Connection, OptionalExtension, params};

use super::apply::{HistoryEntry, insert_transition, on_constraint};
use super::rows::as_sent;
use super::writer::Aborted;
use super::{payment_rows, sql};
use crate::error::CommitRefused;

pub fn open(connection: &Connection, reserve: &Reserve) -> Result<(), Aborted> {
    let object = reserve.id.to_string();
    let project = reserve.project_id.to_string();
    let order = &reserve.order;
    connection
        .prepare_cached(sql::CLAIM_ORDER)?
        .execute(params![project, nfc(&order.order_id), "reserve", object])
        .map_err(on_constraint(CommitRefused::OrderTaken))?;
    let key = reserve.billing_key.to_string();
    let waiting: u32 = connection
        .prepare_cached(sql::COUNT_WAITING)?
        .query_row([&key], |row| row.get(0))?;
    if waiting >= WAITING_MAX {
        return Err(Aborted::Refused(CommitRefused::TooManyReserves));
    }
    connection.prepare_cached(sql::INSERT_RESERVE)?.execute(params![
        object,
        project,
        key,
        nfc(&order.order_id),
        order.order_name,
        order.price.get().cast_signed(),
        order.tax_free.get().cast_signed(),
        order.metadata,
        order.items,
        order.user,
        order.feedback_url,
        order.content_type.name(),
        reserve.fingerprint.0,
        reserve.seq,
        reserve.state.name(),
        reserve.requested_at.0,
        reserve.execute_at.0,
        reserve.due_at.0,
        as_sent(&order.order_id),
    ])?;
    let entry = HistoryEntry {
        object: &object,
        seq: reserve.seq,
        from: "",
        to: reserve.state.name(),
        at: reserve.requested_at,
        actor: Actor::Api,
        detail: "",
    };
    insert_transition(connection, &entry)
}

pub fn transition(connection: &Connection, step: &ReserveTransition) -> Result<(), Aborted> {
    let object = step.reserve_id.to_string();
    let failure = step.failure.as_ref();
    let pg = failure.and_then(|failure| failure.pg.as_ref());
    let moved: Option<(String, String)> = connection
        .prepare_cached(sql::MOVE_RESERVE)?
        .query_row(
            params![
                object,
                step.seq,
                step.to.name(),
                step.at.0,
                step.receipt_id.map(|id| id.to_string()),
                failure.map(|failure| failure.code.name()),
                pg.map(|words| &words.code),
                pg.map(|words| &words.text),
                step.from.name(),
                step.again_at.map(|at| at.0),
            ],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let (project, order_id) = moved.ok_or(Aborted::Refused(CommitRefused::LostRace))?;
    if matches!(step.to, ReserveState::Revoked | ReserveState::Failed) {
        // Only a claim that is still the reserve's own: a payment keeps or frees its own.
        connection
            .prepare_cached(sql::FREE_ORDER)?
            .execute(params![project, order_id, object])?;
    }
    if step.to == ReserveState::Waiting {
        // Its payment has just given it up, in the same commit.
        connection
            .prepare_cached(sql::CLAIM_ORDER)?
            .execute(params![project, order_id, "reserve", object])
            .map_err(on_constraint(CommitRefused::OrderTaken))?;
    }
    let receipt = step.receipt_id.map_or_else(String::new, |id| id.to_string());
    let detail = match (step.to, failure) {
        (ReserveState::Executing, _) => receipt,
        (ReserveState::Waiting, _) => format!("{receipt} {}", step.note),
        (_, failure) => failure.map_or("", |failure| failure.code.name()).to_owned(),
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

pub fn postpone(connection: &Connection, id: ReserveId, until: EpochMs) -> Result<(), Aborted> {
    connection
        .prepare_cached(sql::PUT_OFF_RESERVE)?
        .execute(params![id.to_string(), until.0])?;
    Ok(())
}

pub fn revoke_all(connection: &Connection, key: BillingKeyId, at: EpochMs) -> Result<(), Aborted> {
    let waiting: Vec<Reserve> = connection
        .prepare_cached(sql::SELECT_WAITING_OF_KEY)?
        .query_map([key.to_string()], payment_rows::reserve)?
        .collect::<rusqlite::Result<_>>()?;
    waiting
        .iter()
        .try_for_each(|reserve| transition(connection, &reserve.step(ReserveState::Revoked, at, Actor::Api)))
}
