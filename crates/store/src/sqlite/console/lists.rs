//! Lists for people. Each looks back over a bounded number of rows along the ids, which grow with time: no index of their own to
//! pay for on every debit, and no scan however much is on disk.

use domain::issuance::Issuance;
use domain::key::BillingKey;
use domain::payment::{Payment, PaymentState};
use domain::reserve::Reserve;
use domain::{BillingKeyId, EpochMs, ProjectId, ReserveId};
use rusqlite::{Connection, OptionalExtension, ToSql, params};

use super::sql::{self, LOOK_BACK};
use crate::console::{Page, PageRequest};
use crate::error::ReadError;
use crate::sqlite::{Sqlite, payment_rows, rows};

/// Above every id.
const TOP: &str = "g";

/// Where looking back from `before` ends: the id there, or none when the list's end is nearer.
fn edge(connection: &Connection, statement: &str, before: &str) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached(statement)?
        .query_row(params![before, LOOK_BACK - 1], |row| row.get(0))
        .optional()
}

/// Reads one more than wanted, to know whether there is more; else the next part begins at the edge.
fn page<T>(mut rows: Vec<T>, limit: u32, edge: Option<String>, id: impl Fn(&T) -> String) -> Page<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_cut = rows.len() > limit;
    rows.truncate(limit);
    let next = if is_cut { rows.last().map(id) } else { edge };
    Page { rows, next }
}

impl Sqlite {
    pub(crate) async fn recent_payments(
        &self,
        wanted: PageRequest,
        states: Vec<PaymentState>,
    ) -> Result<Page<Payment>, ReadError> {
        let names: Vec<&str> = states.iter().map(|state| state.name()).collect();
        let names = serde_json::to_string(&names).unwrap_or_else(|_| "[]".to_owned());
        let query = move |c: &Connection| {
            let before = wanted.before.as_deref().unwrap_or(TOP);
            let edge = edge(c, sql::PAYMENT_EDGE, before)?;
            let from = edge.clone().unwrap_or_default();
            let project = wanted.project.to_string();
            let values = params![before, from, project, names, wanted.limit + 1];
            let rows = c
                .prepare_cached(sql::RECENT_PAYMENTS)?
                .query_map(values, payment_rows::payment)?
                .collect::<rusqlite::Result<_>>()?;
            Ok(page(rows, wanted.limit, edge, |payment: &Payment| {
                payment.receipt_id.to_string()
            }))
        };
        self.readers.read(query).await
    }

    pub(crate) async fn recent_issuances(&self, wanted: PageRequest) -> Result<Page<Issuance>, ReadError> {
        let query = move |c: &Connection| {
            let before = wanted.before.as_deref().unwrap_or(TOP);
            let edge = edge(c, sql::ISSUANCE_EDGE, before)?;
            let from = edge.clone().unwrap_or_default();
            let values = params![before, from, wanted.project.to_string(), wanted.limit + 1];
            let rows = c
                .prepare_cached(sql::RECENT_ISSUANCES)?
                .query_map(values, rows::issuance)?
                .collect::<rusqlite::Result<_>>()?;
            Ok(page(rows, wanted.limit, edge, |issuance: &Issuance| {
                issuance.receipt_id.to_string()
            }))
        };
        self.readers.read(query).await
    }

    pub(crate) async fn recent_keys(&self, wanted: PageRequest) -> Result<Page<BillingKey>, ReadError> {
        let query = move |c: &Connection| {
            let before = wanted.before.as_deref().unwrap_or(TOP);
            let edge = edge(c, sql::KEY_EDGE, before)?;
            let from = edge.clone().unwrap_or_default();
            let values = params![before, from, wanted.project.to_string(), wanted.limit + 1];
            let rows = c
                .prepare_cached(sql::RECENT_KEYS)?
                .query_map(values, rows::billing_key)?
                .collect::<rusqlite::Result<_>>()?;
            Ok(page(rows, wanted.limit, edge, |key: &BillingKey| key.id.to_string()))
        };
        self.readers.read(query).await
    }

    pub(crate) async fn issuances_by_subscription(
        &self,
        project: ProjectId,
        subscription: String,
        limit: u32,
    ) -> Result<Vec<Issuance>, ReadError> {
        let query = move |c: &Connection| {
            c.prepare_cached(sql::BY_SUBSCRIPTION)?
                .query_map(
                    params![project.to_string(), domain::text::nfc(&subscription), limit],
                    rows::issuance,
                )?
                .collect()
        };
        self.readers.read(query).await
    }

    pub(crate) async fn payments_by_key(
        &self,
        project: ProjectId,
        key: BillingKeyId,
        limit: u32,
    ) -> Result<Page<Payment>, ReadError> {
        let query = move |c: &Connection| {
            let edge = edge(c, sql::PAYMENT_EDGE, TOP)?;
            let from = edge.clone().unwrap_or_default();
            let values = params![from, project.to_string(), key.to_string(), limit + 1];
            let rows = c
                .prepare_cached(sql::PAYMENTS_BY_KEY)?
                .query_map(values, payment_rows::payment)?
                .collect::<rusqlite::Result<_>>()?;
            Ok(page(rows, limit, edge, |payment: &Payment| {
                payment.receipt_id.to_string()
            }))
        };
        self.readers.read(query).await
    }

    pub(crate) async fn waiting_reserves_of(&self, key: BillingKeyId) -> Result<Vec<Reserve>, ReadError> {
        let query = move |c: &Connection| {
            c.prepare_cached(sql::WAITING_OF_KEY)?
                .query_map([key.to_string()], payment_rows::reserve)?
                .collect()
        };
        self.readers.read(query).await
    }

    pub(crate) async fn reserves_between(
        &self,
        project: ProjectId,
        (from, after): (EpochMs, Option<ReserveId>),
        until: EpochMs,
        limit: u32,
    ) -> Result<Vec<Reserve>, ReadError> {
        let query = move |c: &Connection| {
            // Below every id: then `from` itself is in.
            let after = after.map_or_else(String::new, |id| id.to_string());
            let values: [&dyn ToSql; 5] = [&project.to_string(), &from.0, &until.0, &limit, &after];
            c.prepare_cached(sql::RESERVES_BETWEEN)?
                .query_map(values, payment_rows::reserve)?
                .collect()
        };
        self.readers.read(query).await
    }

    pub(crate) async fn count_reserves(
        &self,
        project: ProjectId,
        from: EpochMs,
        until: EpochMs,
        max: u32,
    ) -> Result<u32, ReadError> {
        let query = move |c: &Connection| {
            let values: [&dyn ToSql; 4] = [&project.to_string(), &from.0, &until.0, &max];
            c.prepare_cached(sql::COUNT_RESERVES)?
                .query_row(values, |row| row.get(0))
        };
        self.readers.read(query).await
    }
}
