//! What is due: whether there is any, and a lease of some of it. A row is due by the clock of its project, which in a sandbox
//! may be ahead of the machine's; callers give the machine's time, and a lease ends by the project's clock too.

use std::collections::HashSet;

use domain::cash_receipt::CashReceipt;
use domain::payment::{Cancel, FURTHEST_MS, Payment};
use domain::reserve::Reserve;
use domain::webhook_delivery::Delivery;
use domain::{EpochMs, ProjectId};

use crate::cancels::cancel_columns;
use crate::cash_receipts::cash_receipt_columns;
use crate::deliveries::delivery_columns;
use crate::error::{CommitError, ReadError};
use crate::payments::payment_columns;
use crate::place::Place;
use crate::reserves::reserve_columns;
use crate::row::{Columns, Read, only};
use crate::statement::{Statement, ahead_ms};
use crate::value::{Value, list, values};
use crate::{Store, cancels, cash_receipts, deliveries, payments, reserves};

/// A worker's lease of what is due: nobody else gets it before `until`.
#[derive(Debug, Clone, Copy)]
pub struct LeaseRequest {
    /// The machine's time, as `until` is.
    pub now: EpochMs,
    pub until: EpochMs,
    pub limit: u32,
}

/// Whose webhooks are not wanted now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Busy {
    pub projects: Vec<ProjectId>,
    /// A project's webhooks to one origin.
    pub queues: Vec<(ProjectId, String)>,
}

/// The two statements about one kind of due rows. Their first parameters are the same: the machine's time, and what else the
/// kind asks for; a lease has its end and its limit behind them.
struct Due {
    find: Statement,
    lease: Statement,
}

/// A row that is due at `?1` by its project's clock: within the index's bound, cheaply not where the project's clock was never
/// moved, and by the clock itself.
macro_rules! is_due {
    ($due:literal, $project:literal) => {
        concat!(
            "d.",
            $due,
            " <= ?1 + ",
            furthest_ms!(),
            " AND (d.",
            $due,
            " <= ?1 OR ",
            $project,
            " IN (SELECT project_id FROM sandbox_clock)) AND d.",
            $due,
            " <= ?1 + ",
            ahead_ms!($project)
        )
    };
}

/// How far the clock that is furthest ahead is ahead of the machine's.
macro_rules! furthest_ms {
    () => {
        "(SELECT coalesce(max(ahead_ms), 0) FROM sandbox_clock)"
    };
}

/// `$due` is the column, `$is_due` which rows `d` are; a row is known by `$key`, and `$until` and `$limit` are the lease's
/// parameters.
macro_rules! due {
    ($($name:ident = $table:literal by $due:literal of $project:literal, $is_due:expr, key $key:literal,
        until $until:literal limit $limit:literal returning $columns:expr;)*) => {
        $(static $name: Due = Due {
            find: Statement {
                name: concat!("FIND_", stringify!($name)),
                sql: concat!("SELECT 1 FROM ", $table, " AS d WHERE ", $is_due, " LIMIT 1"),
            },
            lease: Statement {
                name: concat!("LEASE_", stringify!($name)),
                sql: concat!(
                    "UPDATE ", $table, " AS d SET ", $due, " = ", $until, " + ", ahead_ms!($project),
                    " WHERE ", $key, " IN (SELECT ", $key, " FROM ", $table, " AS d WHERE ", $is_due,
                    " ORDER BY d.", $due, " LIMIT ", $limit, ") RETURNING ", $columns
                ),
            },
        };)*
        #[cfg(test)]
        pub(crate) static ALL: &[&Statement] = &[$(&$name.find, &$name.lease,)* &SELECT_DUE_RESERVES];
    };
}

due! {
    // Also those that a clock which was wrong has put far into the future.
    RESOLUTIONS = "payment" by "verdict_due_at_ms" of "d.project_id",
        concat!("(", is_due!("verdict_due_at_ms", "d.project_id"), " OR (d.verdict_due_at_ms > ?2 AND d.verdict_due_at_ms > ?2 + ", ahead_ms!("d.project_id"), "))"),
        key "receipt_id", until "?3" limit "?4" returning payment_columns!();
    CANCELS = "cancel" by "due_at_ms" of "(SELECT p.project_id FROM payment AS p WHERE p.receipt_id = d.receipt_id)",
        is_due!("due_at_ms", "(SELECT p.project_id FROM payment AS p WHERE p.receipt_id = d.receipt_id)"),
        key "id", until "?2" limit "?3" returning cancel_columns!();
    CASH_RECEIPTS = "cash_receipt" by "due_at_ms" of "d.project_id", is_due!("due_at_ms", "d.project_id"),
        key "receipt_id", until "?2" limit "?3" returning cash_receipt_columns!();
    RESERVES = "reserve" by "claim_at_ms" of "d.project_id",
        concat!(is_due!("claim_at_ms", "d.project_id"), " AND d.project_id NOT IN (SELECT value FROM json_each(?2))"),
        key "reserve_id", until "?3" limit "?4" returning reserve_columns!();
    DELIVERIES = "delivery" by "next_at_ms" of "d.project_id",
        concat!("d.state = 'pending' AND ", is_due!("next_at_ms", "d.project_id"), "
        AND d.project_id NOT IN (SELECT value FROM json_each(?2))
        AND d.project_id || ' ' || d.origin NOT IN (SELECT value FROM json_each(?3))
        AND NOT EXISTS (SELECT 1 FROM delivery AS e WHERE e.receipt_id = d.receipt_id AND e.sequence < d.sequence
        AND e.state = 'pending')"),
        key "id", until "?4" limit "?5" returning delivery_columns!();
}

static SELECT_DUE_RESERVES: Statement = Statement {
    name: "SELECT_DUE_RESERVES",
    sql: concat!(
        "SELECT ",
        reserve_columns!(),
        " FROM reserve AS d WHERE ",
        is_due!("claim_at_ms", "d.project_id"),
        " AND d.state = 'waiting' ORDER BY d.claim_at_ms LIMIT ?2"
    ),
};

impl Store {
    async fn is_any_due(&self, due: &'static Due, values: Vec<Value>) -> Result<bool, ReadError> {
        let found = self.first(Place::Shared, &due.find, values, only::<i64>).await?;
        Ok(found.is_some())
    }

    async fn lease<T: Send + 'static>(
        &self,
        due: &'static Due,
        values: Vec<Value>,
        request: LeaseRequest,
        read: fn(&mut Columns<'_>) -> Read<T>,
    ) -> Result<Vec<T>, CommitError> {
        let values = [values, values![request.until, request.limit]].concat();
        self.changed(Place::Shared, &due.lease, values, read).await
    }

    /// Whether a lease of payments would find any: what is asked before a write.
    pub async fn has_due_resolution(&self, now: EpochMs) -> Result<bool, ReadError> {
        self.is_any_due(&RESOLUTIONS, values![now, now.plus_ms(FURTHEST_MS)])
            .await
    }

    /// Payments whose resolution goes on now; also those that a clock which was wrong has put far into the future.
    pub async fn lease_resolutions(&self, request: LeaseRequest) -> Result<Vec<Payment>, CommitError> {
        let values = values![request.now, request.now.plus_ms(FURTHEST_MS)];
        self.lease(&RESOLUTIONS, values, request, payments::read).await
    }

    /// Cancels whose outcome nobody knows yet.
    pub async fn lease_cancels(&self, request: LeaseRequest) -> Result<Vec<Cancel>, CommitError> {
        self.lease(&CANCELS, values![request.now], request, cancels::read).await
    }

    /// Whether a lease of cash receipts would find any: what is asked before a write.
    pub async fn has_due_cash_receipt(&self, now: EpochMs) -> Result<bool, ReadError> {
        self.is_any_due(&CASH_RECEIPTS, values![now]).await
    }

    /// Cash receipts whose outcome is to be found out now.
    pub async fn lease_cash_receipts(&self, request: LeaseRequest) -> Result<Vec<CashReceipt>, CommitError> {
        self.lease(&CASH_RECEIPTS, values![request.now], request, cash_receipts::read)
            .await
    }

    /// Whether a lease of reserves would find any: what is asked before a write.
    pub async fn has_due_reserve(&self, now: EpochMs, busy: &HashSet<ProjectId>) -> Result<bool, ReadError> {
        self.is_any_due(&RESERVES, [values![now], vec![list(busy)]].concat())
            .await
    }

    /// At most `limit` waiting reserves of all projects that are due, oldest first; they are not leased.
    pub async fn due_reserves(&self, now: EpochMs, limit: u32) -> Result<Vec<Reserve>, ReadError> {
        self.rows(Place::Shared, &SELECT_DUE_RESERVES, values![now, limit], reserves::read)
            .await
    }

    /// Reserves that are due, oldest first, but none of the `busy` projects.
    pub async fn lease_reserves(
        &self,
        request: LeaseRequest,
        busy: &HashSet<ProjectId>,
    ) -> Result<Vec<Reserve>, CommitError> {
        let values = [values![request.now], vec![list(busy)]].concat();
        let mut leased = self.lease(&RESERVES, values, request, reserves::read).await?;
        leased.sort_by_key(|reserve| (reserve.due_at, reserve.id));
        Ok(leased)
    }

    /// Whether a lease of webhooks would find any: what is asked before a write.
    pub async fn has_due_delivery(&self, now: EpochMs, busy: &Busy) -> Result<bool, ReadError> {
        self.is_any_due(&DELIVERIES, [values![now], lists(busy)].concat()).await
    }

    /// Webhooks that are due, the earliest of each receipt, but none that is `busy`.
    pub async fn lease_deliveries(&self, request: LeaseRequest, busy: &Busy) -> Result<Vec<Delivery>, CommitError> {
        let values = [values![request.now], lists(busy)].concat();
        self.lease(&DELIVERIES, values, request, deliveries::read).await
    }
}

fn lists(busy: &Busy) -> Vec<Value> {
    let queues = busy.queues.iter();
    let queues = queues.map(|(project, origin)| format!("{project} {origin}"));
    vec![list(&busy.projects), list(queues)]
}
