//! Reserves: payments for a date.

use domain::due::{DueKind, Lease};
use domain::reserve::{Reserve, ReserveState, ReserveTransition, WAITING_MAX};
use domain::text::nfc;
use domain::transition::Actor;
use domain::{BillingKeyId, EpochMs, ProjectId, ReserveId};

use crate::due::is_due;
use crate::error::{CommitRefused, ReadError};
use crate::history::HistoryEntry;
use crate::issuances::as_sent;
use crate::lease::Busy;
use crate::place::Place;
use crate::row::{Columns, Read, only};
use crate::statement::{Write, ahead_ms, statements};
use crate::value::values;
use crate::{Store, billing_keys, due, orders, payments};

macro_rules! reserve_columns {
    () => {
        "reserve_id, project_id, billing_key, coalesce(order_id_as_sent, order_id), order_name, price, tax_free, metadata, items, \"user\", feedback_url,
        content_type, fingerprint, seq, state, requested_at_ms, execute_at_ms, due_at_ms, started_at_ms, finished_at_ms,
        revoked_at_ms, receipt_id, failure_code, failure_pg_code, failure_pg_text"
    };
}
pub(crate) use reserve_columns;

statements! {
    /// Not where the key has as many waiting as it may.
    INSERT_RESERVE = "INSERT INTO reserve ({bucket}reserve_id, project_id, billing_key, order_id, order_name, price, tax_free,
        metadata, items, \"user\", feedback_url, content_type, fingerprint, seq, state, requested_at_ms, execute_at_ms,
        due_at_ms, order_id_as_sent)
        SELECT {:bucket}?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19
        WHERE (SELECT count(*) FROM reserve WHERE {of}billing_key = ?3 AND state = 'waiting') < ?20";
    MOVE_RESERVE = "UPDATE reserve SET seq = ?2, state = ?3,
        started_at_ms = CASE ?3 WHEN 'executing' THEN ?4 WHEN 'waiting' THEN NULL ELSE started_at_ms END,
        finished_at_ms = CASE WHEN ?3 IN ('done', 'failed') THEN ?4 ELSE finished_at_ms END,
        revoked_at_ms = CASE WHEN ?3 = 'revoked' THEN ?4 ELSE revoked_at_ms END,
        receipt_id = CASE WHEN ?3 <> 'waiting' THEN coalesce(?5, receipt_id) END, failure_code = ?6,
        failure_pg_code = ?7, failure_pg_text = ?8
        WHERE {of}reserve_id = ?1 AND seq = ?2 - 1 AND state = ?9";
    POSTPONE = "UPDATE reserve SET due_at_ms = ?2 WHERE {of}reserve_id = ?1 AND state = 'waiting'";
    AGAIN = "INSERT INTO due ({bucket}kind, project_id, object, at_ms)
        SELECT {bucket}'reserve', project_id, reserve_id, coalesce(?2, due_at_ms) FROM reserve WHERE {of}reserve_id = ?1
        ON CONFLICT ({bucket}kind, project_id, object) DO UPDATE SET at_ms = excluded.at_ms, lease = NULL";
    END_OF_KEY = "DELETE FROM due WHERE {of}kind = 'reserve' AND project_id = ?1 AND object IN
        (SELECT reserve_id FROM reserve WHERE {of}billing_key = ?2 AND state = 'waiting')";
    REVOKE_OF_KEY = "UPDATE reserve SET seq = seq + 1, state = 'revoked', revoked_at_ms = ?2,
        failure_code = NULL, failure_pg_code = NULL, failure_pg_text = NULL WHERE {of}billing_key = ?1 AND state = 'waiting'";
    REVOKE_OF_KEY_HISTORY = "INSERT INTO transition ({place}object, seq, from_state, to_state, at_ms, actor, detail)
        SELECT {place}reserve_id, seq + 1, state, 'revoked', ?2, ?3, '' FROM reserve WHERE {of}billing_key = ?1 AND state = 'waiting'";
    /// Nobody else moves these until the commit.
    LOCK_WAITING = "{postgres}SELECT 1 FROM reserve WHERE {of}billing_key = ?1 AND state = 'waiting' ORDER BY reserve_id{lock}";
    SELECT_RESERVE = concat!("SELECT ", reserve_columns!(), " FROM reserve WHERE {of}reserve_id = ?1 AND project_id = ?2");
    SELECT_WAITING_OF_KEY = concat!("SELECT ", reserve_columns!(), " FROM reserve
        WHERE {of}billing_key = ?1 AND state = 'waiting' ORDER BY due_at_ms");
    SELECT_RESERVES_BETWEEN = concat!("SELECT ", reserve_columns!(), " FROM reserve
        WHERE {of}project_id = ?1 AND (due_at_ms, reserve_id) > (?2, ?5) AND due_at_ms < ?3
        ORDER BY due_at_ms, reserve_id LIMIT ?4");
    SELECT_DUE_RESERVES = concat!("SELECT ", reserve_columns!(), " FROM reserve JOIN (
            SELECT object, at_ms AS due_by{|, bucket AS b, project_id AS p} FROM due AS d WHERE ", is_due!(), " ORDER BY d.at_ms LIMIT ?6) AS d
        ON {|d.b = reserve.bucket AND d.p = reserve.project_id AND }d.object = reserve.reserve_id WHERE state = 'waiting' ORDER BY due_by");
    COUNT_RESERVES = "SELECT count(*) FROM (SELECT 1 FROM reserve
        WHERE {of}project_id = ?1 AND due_at_ms >= ?2 AND due_at_ms < ?3 LIMIT ?4){| AS found}";
}

pub fn open(reserve: &Reserve, writes: &mut Vec<Write>) {
    writes.push(Write::any(&billing_keys::LOCK_KEY, values![reserve.billing_key]));
    let order = &reserve.order;
    writes.push(orders::claim(
        reserve.project_id,
        &order.order_id,
        "reserve",
        reserve.id,
    ));
    let values = values![
        reserve.id,
        reserve.project_id,
        reserve.billing_key,
        nfc(&order.order_id),
        order.order_name,
        order.price,
        order.tax_free,
        order.metadata,
        order.items,
        order.user,
        order.feedback_url,
        order.content_type.name(),
        reserve.fingerprint,
        reserve.seq,
        reserve.state.name(),
        reserve.requested_at,
        reserve.execute_at,
        reserve.due_at,
        as_sent(&order.order_id),
        WAITING_MAX,
    ];
    writes.push(Write::one(&INSERT_RESERVE, values, CommitRefused::TooManyReserves));
    let work = (DueKind::Reserve, reserve.id.0);
    writes.push(due::schedule(work, reserve.project_id, Some(reserve.due_at), None));
    let entry = HistoryEntry {
        object: &reserve.id.to_string(),
        seq: reserve.seq,
        from: "",
        to: reserve.state.name(),
        at: reserve.requested_at,
        actor: Actor::Api,
        detail: "",
    };
    writes.push(entry.insert());
}

pub fn transition(project: ProjectId, step: &ReserveTransition, writes: &mut Vec<Write>) {
    let id = step.reserve_id;
    let failure = step.failure.as_ref();
    let pg = failure.and_then(|failure| failure.pg.as_ref());
    let values = values![
        id,
        step.seq,
        step.to.name(),
        step.at,
        step.receipt_id,
        failure.map(|failure| failure.code.name()),
        pg.map(|pg| &pg.code),
        pg.map(|pg| &pg.text),
        step.from.name(),
    ];
    writes.push(Write::one(&MOVE_RESERVE, values, CommitRefused::LostRace));
    writes.push(match step.to {
        ReserveState::Waiting => Write::any(&AGAIN, values![id, step.again_at]),
        _ => due::end(DueKind::Reserve, project, id),
    });
    if matches!(step.to, ReserveState::Revoked | ReserveState::Failed) {
        writes.push(Write::any(&orders::FREE_OF_RESERVE, values![id]));
    }
    if step.to == ReserveState::Waiting {
        // Its payment has just given it up, in the same commit.
        let values = values![id];
        writes.push(Write::one(
            &orders::CLAIM_FOR_RESERVE,
            values,
            CommitRefused::OrderTaken,
        ));
    }
    let receipt = step.receipt_id.map_or_else(String::new, |id| id.to_string());
    let detail = match (step.to, failure) {
        (ReserveState::Executing, _) => receipt,
        (ReserveState::Waiting, _) => format!("{receipt} {}", step.note),
        (_, failure) => failure.map_or("", |failure| failure.code.name()).to_owned(),
    };
    let entry = HistoryEntry {
        object: &id.to_string(),
        seq: step.seq,
        from: step.from.name(),
        to: step.to.name(),
        at: step.at,
        actor: step.actor,
        detail: &detail,
    };
    writes.push(entry.insert());
}

/// Put off by who has leased it.
pub fn postpone(project: ProjectId, id: ReserveId, until: EpochMs, held: Lease, writes: &mut Vec<Write>) {
    writes.push(due::schedule(
        (DueKind::Reserve, id.0),
        project,
        Some(until),
        Some(held),
    ));
    writes.push(Write::any(&POSTPONE, values![id, until]));
}

/// Those of a key that wait, as they are when the commit is made.
pub fn revoke_all(project: ProjectId, key: BillingKeyId, at: EpochMs, writes: &mut Vec<Write>) {
    writes.push(Write::any(&billing_keys::LOCK_KEY, values![key]));
    writes.push(Write::any(&LOCK_WAITING, values![key]));
    writes.push(Write::any(&END_OF_KEY, values![project, key]));
    writes.push(Write::any(&orders::FREE_OF_KEY, values![key]));
    writes.push(Write::any(&REVOKE_OF_KEY_HISTORY, values![key, at, Actor::Api.name()]));
    writes.push(Write::any(&REVOKE_OF_KEY, values![key, at]));
}

/// Columns as `reserve_columns!` lists them.
pub fn read(columns: &mut Columns<'_>) -> Read<Reserve> {
    Ok(Reserve {
        id: columns.next()?,
        project_id: columns.next()?,
        billing_key: columns.next()?,
        order: payments::order(columns)?,
        fingerprint: columns.next()?,
        seq: columns.next()?,
        state: columns.next()?,
        requested_at: columns.next()?,
        execute_at: columns.next()?,
        due_at: columns.next()?,
        started_at: columns.next()?,
        finished_at: columns.next()?,
        revoked_at: columns.next()?,
        receipt_id: columns.next()?,
        failure: columns.failure()?,
    })
}

impl Store {
    /// A reserve of `project`.
    pub async fn reserve(&self, project: ProjectId, id: ReserveId) -> Result<Option<Reserve>, ReadError> {
        self.first(Place::Of(project), &SELECT_RESERVE, values![id, project], read)
            .await
    }

    /// The waiting reserves of a key.
    pub async fn waiting_reserves_of(&self, project: ProjectId, key: BillingKeyId) -> Result<Vec<Reserve>, ReadError> {
        self.rows(Place::Of(project), &SELECT_WAITING_OF_KEY, values![key], read)
            .await
    }

    /// At most `limit` waiting reserves of all projects that are due, oldest first; they are not leased.
    pub async fn due_reserves(&self, now: EpochMs, limit: u32) -> Result<Vec<Reserve>, ReadError> {
        let busy = Busy::default().values();
        let values = [values![DueKind::Reserve.name(), now], busy, values![limit]].concat();
        self.rows(Place::Shared, &SELECT_DUE_RESERVES, values, read).await
    }

    /// At most `limit` reserves that are due after the one at `after` (a time and an id, or a time alone) and before `until`,
    /// earliest first.
    pub async fn reserves_between(
        &self,
        project: ProjectId,
        (from, after): (EpochMs, Option<ReserveId>),
        until: EpochMs,
        limit: u32,
    ) -> Result<Vec<Reserve>, ReadError> {
        // Below every id: then `from` itself is in.
        let after = after.map_or_else(String::new, |id| id.to_string());
        let values = values![project, from, until, limit, after];
        self.rows(Place::Of(project), &SELECT_RESERVES_BETWEEN, values, read)
            .await
    }

    /// How many reserves are due in `[from, until)`, counted up to `max`.
    pub async fn count_reserves(
        &self,
        project: ProjectId,
        from: EpochMs,
        until: EpochMs,
        max: u32,
    ) -> Result<u32, ReadError> {
        let values = values![project, from, until, max];
        Ok(self
            .first(Place::Of(project), &COUNT_RESERVES, values, only)
            .await?
            .unwrap_or_default())
    }
}
