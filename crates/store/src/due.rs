//! Work that is due: whether there is any, and a lease of some of it. A row is due by the clock of its project, which in a sandbox
//! may be ahead of the machine's; callers give the machine's time, and a lease ends by the project's clock too.

use domain::cash_receipt::CashReceipt;
use domain::due::{DueKind, Lease};
use domain::ids::ObjectId;
use domain::key::BillingKey;
use domain::payment::{Cancel, FURTHEST_MS, Payment};
use domain::reserve::Reserve;
use domain::webhook_delivery::Delivery;
use domain::{BillingKeyId, EpochMs, ProjectId, ReceiptId, ReserveId};
use futures_util::future::{join_all, try_join_all};

use crate::Store;
use crate::error::{CommitError, CommitRefused, ReadError};
use crate::lease::{Busy, LeaseRequest, Leased};
use crate::place::Place;
use crate::row::{Columns, Read, only};
use crate::statement::{Write, ahead_ms, statements};
use crate::value::{ToValue, Value, values};

/// What is due of kind `?1` at `?2`: within the index's bound, cheaply not where the project's clock was never moved, and by the
/// clock itself; and is not of a busy project (`?3`) or queue (`?4`), nor a busy object (`?5`).
macro_rules! is_due {
    () => {
        concat!(
            "d.kind = ?1 AND d.at_ms <= ?2 + (SELECT coalesce(max(ahead_ms), 0) FROM sandbox_clock)
            AND (d.at_ms <= ?2 OR d.project_id IN (SELECT project_id FROM sandbox_clock))
            AND d.at_ms <= ?2 + ",
            ahead_ms!("d.project_id"),
            " AND d.project_id NOT IN {each ?3}
            AND d.project_id || ' ' || d.queue NOT IN {each ?4}
            AND d.object NOT IN {each ?5}"
        )
    };
}

pub(crate) use is_due;

/// What a clock that was wrong has put further into the future than anything is (`?6`).
macro_rules! is_astray {
    () => {
        concat!(
            "d.kind = ?1 AND d.at_ms > ?6 AND d.at_ms > ?6 + ",
            ahead_ms!("d.project_id")
        )
    };
}

statements! {
    /// Of which projects something is due, and how much of the oldest. A read over all of them: the leases are each one project's.
    FIND = concat!(
        "SELECT project_id, count(*) FROM (
            SELECT * FROM (SELECT project_id FROM due AS d WHERE ", is_due!(), " ORDER BY d.at_ms LIMIT ?7){| AS on_time}
            UNION ALL SELECT * FROM (SELECT project_id FROM due AS d WHERE ", is_astray!(), " LIMIT ?7){| AS astray}) AS found
        GROUP BY project_id"
    );
    /// Chosen once, and none that somebody else is choosing now.
    LEASE = concat!(
        "WITH leased AS MATERIALIZED (
            SELECT * FROM (SELECT {bucket}kind, project_id, object FROM due AS d WHERE {of d}{+|}d.project_id = ?10 AND ", is_due!(), "
                ORDER BY d.at_ms LIMIT ?9{| FOR UPDATE OF d SKIP LOCKED}){| AS on_time}
            UNION ALL SELECT * FROM (SELECT {bucket}kind, project_id, object FROM due AS d WHERE {of d}{+|}d.project_id = ?10 AND ", is_astray!(), "
                ORDER BY d.at_ms LIMIT ?9{| FOR UPDATE OF d SKIP LOCKED}){| AS astray})
        UPDATE due SET at_ms = ?7 + ", ahead_ms!("?10"), ", lease = ?8
        WHERE {of}({bucket}kind, project_id, object) IN (SELECT * FROM leased)
        RETURNING project_id, object, at_ms"
    );
    SCHEDULE = "INSERT INTO due ({bucket}kind, project_id, object, at_ms) VALUES ({:bucket}?1, ?2, ?3, ?4)
        ON CONFLICT ({bucket}kind, project_id, object) DO UPDATE SET at_ms = excluded.at_ms, lease = NULL";
    SCHEDULE_HELD = "UPDATE due SET at_ms = ?4, lease = NULL WHERE {of}kind = ?1 AND project_id = ?2 AND object = ?3 AND lease = ?5";
    PUT_BACK = concat!("UPDATE due SET at_ms = ?4 + ", ahead_ms!("?2"), ", lease = NULL
        WHERE {of}kind = ?1 AND project_id = ?2 AND object = ?3 AND lease = ?5");
    END = "DELETE FROM due WHERE {of}kind = ?1 AND project_id = ?2 AND object = ?3";
    END_HELD = "DELETE FROM due WHERE {of}kind = ?1 AND project_id = ?2 AND object = ?3 AND lease = ?4";
    /// Of one node: its leases are numbers that follow each other.
    GIVE_BACK = concat!("UPDATE due SET at_ms = ?3 + ", ahead_ms!("due.project_id"), ", lease = NULL
        WHERE lease BETWEEN ?1 AND ?2");
    IS_ANY = "SELECT 1 FROM due WHERE kind = ?1 LIMIT 1";
    COUNT_LATE = "SELECT count(*) FROM (SELECT 1 FROM due WHERE kind = ?1 AND at_ms <= ?2 LIMIT 10000) AS found";
    DEAD_ROWS = "{postgres}SELECT least(n_dead_tup, 1000000000) FROM pg_stat_user_tables WHERE relname = 'due'";
}

/// A row's key.
fn key(kind: DueKind, project: ProjectId, object: impl ToValue) -> Vec<Value> {
    values![kind.name(), project, object]
}

pub fn schedule(
    (kind, object): (DueKind, ObjectId),
    project: ProjectId,
    at: Option<EpochMs>,
    held: Option<Lease>,
) -> Write {
    let key = key(kind, project, object);
    let lost = CommitRefused::LostRace;
    match (at, held) {
        (Some(at), None) => Write::any(&SCHEDULE, [key, values![at]].concat()),
        (Some(at), Some(lease)) => Write::one(&SCHEDULE_HELD, [key, values![at, lease.0]].concat(), lost),
        (None, None) => Write::any(&END, key),
        (None, Some(lease)) => Write::one(&END_HELD, [key, values![lease.0]].concat(), lost),
    }
}

/// Work that is done; there may be none.
pub fn end(kind: DueKind, project: ProjectId, object: impl ToValue) -> Write {
    Write::any(&END, key(kind, project, object))
}

/// Further than any time that is right; of other work than resolutions, which may be ordered for any time, nothing is.
fn astray(kind: DueKind, now: EpochMs) -> EpochMs {
    match kind {
        DueKind::Resolution => now.plus_ms(FURTHEST_MS),
        _ => EpochMs(i64::MAX / 2),
    }
}

fn row(columns: &mut Columns<'_>) -> Read<(ProjectId, ObjectId, EpochMs)> {
    Ok((columns.next()?, columns.next()?, columns.next()?))
}

impl Store {
    /// Whether a lease of this kind would find any: what is asked before a write.
    pub async fn has_due(&self, kind: DueKind, now: EpochMs, busy: &Busy) -> Result<bool, ReadError> {
        Ok(!self.find_due(kind, now, busy, 1).await?.is_empty())
    }

    /// Whose is what is due, and how much of it: of the oldest, so much in all.
    async fn find_due(
        &self,
        kind: DueKind,
        now: EpochMs,
        busy: &Busy,
        limit: u32,
    ) -> Result<Vec<(ProjectId, u32)>, ReadError> {
        let asked = [values![kind.name(), now], busy.values()].concat();
        let values = [asked, values![astray(kind, now), limit]].concat();
        let found = |columns: &mut Columns<'_>| -> Read<_> { Ok((columns.next()?, columns.next()?)) };
        self.rows(Place::Shared, &FIND, values, found).await
    }

    /// Whether there is any work of this kind, due or not.
    pub async fn has_any(&self, kind: DueKind) -> Result<bool, ReadError> {
        let found = self.first(Place::Shared, &IS_ANY, values![kind.name()], only::<i64>);
        Ok(found.await?.is_some())
    }

    /// How much of this kind is due at `now`, and leased by nobody; ten thousand at most.
    pub async fn count_late(&self, kind: DueKind, now: EpochMs) -> Result<u32, ReadError> {
        let found = self
            .first(Place::Shared, &COUNT_LATE, values![kind.name(), now], only)
            .await?;
        Ok(found.unwrap_or(0))
    }

    /// Rows of work that is done, which the server has not cleaned up yet: each makes every lease slower. `None` for a file.
    pub async fn dead_due_rows(&self) -> Result<Option<u32>, ReadError> {
        if !self.has_many_servers() {
            return Ok(None);
        }
        self.first(Place::Shared, &DEAD_ROWS, values![], only).await
    }

    /// Leases the oldest, each project's in a commit of its own. One that fails takes nothing from the others: its rows are due still,
    /// or leased by nobody for as long as a lease lasts.
    async fn lease(
        &self,
        kind: DueKind,
        request: LeaseRequest,
        busy: &Busy,
    ) -> Result<Vec<Leased<ObjectId>>, CommitError> {
        let LeaseRequest {
            now,
            until,
            lease,
            limit,
        } = request;
        let found = self.find_due(kind, now, busy, limit).await;
        let found = found.map_err(|error| CommitError::NotDone(error.to_string()))?;
        let commits = found.into_iter().map(|(project, limit)| {
            let asked = [values![kind.name(), now], busy.values(), values![astray(kind, now)]].concat();
            let values = [asked, values![until, lease.0, limit, project]].concat();
            self.changed(Place::Of(project), &LEASE, values, row)
        });
        let (mut leased, mut failed) = (Vec::new(), None);
        for rows in join_all(commits).await {
            match rows {
                Ok(rows) => leased.extend(rows),
                Err(error) => failed = Some(error),
            }
        }
        if let (true, Some(error)) = (leased.is_empty(), failed) {
            return Err(error);
        }
        metrics::counter!("jadong_leased_total", "kind" => kind.name()).increment(leased.len() as u64);
        let with = |(project, of, until)| Leased {
            project,
            lease,
            until,
            of,
        };
        Ok(leased.into_iter().map(with).collect())
    }

    /// Leases and reads what the rows are about. What cannot be read is leased again when the lease has run out.
    pub(crate) async fn lease_and_read<T, F>(
        &self,
        kind: DueKind,
        request: LeaseRequest,
        busy: &Busy,
        read: impl Fn(ProjectId, ObjectId) -> F,
    ) -> Result<Vec<Leased<T>>, CommitError>
    where
        F: Future<Output = Result<Option<T>, ReadError>>,
    {
        let leased = self.lease(kind, request, busy).await?;
        let reads = leased.iter().map(|leased| read(leased.project, leased.of));
        let found = try_join_all(reads).await;
        let found = found.map_err(|error| CommitError::NotDone(error.to_string()))?;
        let with = |(leased, of): (Leased<ObjectId>, Option<T>)| of.map(|of| leased.with(of));
        Ok(leased.into_iter().zip(found).filter_map(with).collect())
    }

    /// Payments whose resolution goes on now; also those that a clock which was wrong has put far into the future.
    pub async fn lease_resolutions(
        &self,
        request: LeaseRequest,
        busy: &Busy,
    ) -> Result<Vec<Leased<Payment>>, CommitError> {
        let read = |project, object| self.payment(project, ReceiptId(object));
        self.lease_and_read(DueKind::Resolution, request, busy, read).await
    }

    /// Cancels whose outcome nobody knows yet.
    pub async fn lease_cancels(&self, request: LeaseRequest, busy: &Busy) -> Result<Vec<Leased<Cancel>>, CommitError> {
        let read = |project, object| self.cancel_by_id(project, ReceiptId(object));
        self.lease_and_read(DueKind::Cancel, request, busy, read).await
    }

    /// Cash receipts whose outcome is to be found out now.
    pub async fn lease_cash_receipts(
        &self,
        request: LeaseRequest,
        busy: &Busy,
    ) -> Result<Vec<Leased<CashReceipt>>, CommitError> {
        let read = |project, object| self.cash_receipt(project, ReceiptId(object));
        self.lease_and_read(DueKind::CashReceipt, request, busy, read).await
    }

    /// Reserves that are due, oldest first, but none that is `busy`.
    pub async fn lease_reserves(
        &self,
        request: LeaseRequest,
        busy: &Busy,
    ) -> Result<Vec<Leased<Reserve>>, CommitError> {
        let read = |project, object| self.reserve(project, ReserveId(object));
        let mut leased = self.lease_and_read(DueKind::Reserve, request, busy, read).await?;
        leased.sort_by_key(|leased| (leased.of.due_at, leased.of.id));
        Ok(leased)
    }

    /// Webhooks that are due, the earliest of each receipt, but none that is `busy`.
    pub async fn lease_deliveries(
        &self,
        request: LeaseRequest,
        busy: &Busy,
    ) -> Result<Vec<Leased<Delivery>>, CommitError> {
        let read = |project, object| self.next_delivery(project, ReceiptId(object));
        self.lease_and_read(DueKind::Webhook, request, busy, read).await
    }

    /// Destroyed keys of which the PG is to be told now.
    pub async fn lease_key_expiries(
        &self,
        request: LeaseRequest,
        busy: &Busy,
    ) -> Result<Vec<Leased<BillingKey>>, CommitError> {
        let read = |project, object| self.billing_key(project, BillingKeyId(object));
        self.lease_and_read(DueKind::KeyExpiry, request, busy, read).await
    }

    /// Makes due at `now`, the machine's time, what was leased under one of these numbers.
    pub async fn give_back(&self, (first, last): (Lease, Lease), now: EpochMs) -> Result<(), CommitError> {
        let values = values![first.0, last.0, now];
        self.write_one(Place::Shared, &GIVE_BACK, values).await.map(drop)
    }

    /// Gives leased webhooks back without an attempt; they are due again at `until` by the machine's clock.
    pub async fn put_back_deliveries(&self, leased: Vec<Leased<Delivery>>, until: EpochMs) -> Result<(), CommitError> {
        let back = |leased: &Leased<Delivery>| {
            let key = key(DueKind::Webhook, leased.project, leased.of.receipt_id);
            Write::any(&PUT_BACK, [key, values![until, leased.lease.0]].concat())
        };
        for of_project in leased.chunk_by(|one, next| one.project == next.project) {
            let back = of_project.iter().map(back).collect();
            self.write(Place::Of(of_project[0].project), back).await?;
        }
        Ok(())
    }
}
