//! The workers' claims on what is due, and whether anything is.

use std::collections::HashSet;

use domain::cash_receipt::CashReceipt;
use domain::payment::{Cancel, FURTHEST_MS, Payment};
use domain::reserve::Reserve;
use domain::webhook_delivery::Delivery;
use domain::{EpochMs, ProjectId};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use super::open::Sqlite;
use super::payment_queries::changed;
use super::scoped::{self, of_claim, with_project};
use super::{cash_receipts, payment_rows};
use crate::error::{CommitError, ReadError};
use crate::{Busy, ClockScope, LeaseRequest};

impl Sqlite {
    async fn lease<T: Send + 'static>(
        &self,
        claim: LeaseRequest,
        statement: &'static scoped::ScopedSql,
        read: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, CommitError> {
        self.lease_except(claim, Vec::new(), statement, read).await
    }

    /// The same, with what is not wanted now.
    async fn lease_except<T: Send + 'static>(
        &self,
        claim: LeaseRequest,
        unwanted: Vec<Value>,
        statement: &'static scoped::ScopedSql,
        read: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, CommitError> {
        let values = [of_claim(&claim), unwanted].concat();
        let values = with_project(values, claim.scope);
        let run = move |connection: &Connection| {
            changed(connection, statement.of(claim.scope), params_from_iter(values), read)
        };
        self.writer.write_for(run).await
    }

    pub(crate) async fn lease_resolutions(&self, claim: LeaseRequest) -> Result<Vec<Payment>, CommitError> {
        let mut values = of_claim(&claim);
        values.push(claim.now.plus_ms(FURTHEST_MS).0.into());
        let values = with_project(values, claim.scope);
        let statement = scoped::CLAIM_VERDICTS.of(claim.scope);
        let run = move |connection: &Connection| {
            changed(connection, statement, params_from_iter(values), payment_rows::payment)
        };
        self.writer.write_for(run).await
    }

    pub(crate) async fn has_due_resolution(&self, whose: ClockScope, now: EpochMs) -> Result<bool, ReadError> {
        let values = with_project(vec![now.0.into(), now.plus_ms(FURTHEST_MS).0.into()], whose);
        let statement = scoped::SELECT_DUE_VERDICT.of(whose);
        let found = self.one(statement, params_from_iter(values), |row| row.get::<_, i64>(0));
        Ok(found.await?.is_some())
    }

    pub(crate) async fn lease_cancels(&self, claim: LeaseRequest) -> Result<Vec<Cancel>, CommitError> {
        self.lease(claim, &scoped::CLAIM_CANCELS, payment_rows::cancel).await
    }

    pub(crate) async fn lease_reserves(
        &self,
        claim: LeaseRequest,
        busy: &HashSet<ProjectId>,
    ) -> Result<Vec<Reserve>, CommitError> {
        let unwanted = vec![list(busy)];
        let claimed = self.lease_except(claim, unwanted, &scoped::CLAIM_RESERVES, payment_rows::reserve);
        let mut claimed = claimed.await?;
        claimed.sort_by_key(|reserve| (reserve.due_at, reserve.id));
        Ok(claimed)
    }

    pub(crate) async fn lease_deliveries(
        &self,
        claim: LeaseRequest,
        busy: &Busy,
    ) -> Result<Vec<Delivery>, CommitError> {
        let statement = &scoped::CLAIM_DELIVERIES;
        self.lease_except(claim, lists(busy), statement, payment_rows::delivery)
            .await
    }

    pub(crate) async fn lease_cash_receipts(&self, claim: LeaseRequest) -> Result<Vec<CashReceipt>, CommitError> {
        self.lease(claim, &scoped::CLAIM_CASH_RECEIPTS, cash_receipts::read)
            .await
    }

    pub(crate) async fn has_due_cash_receipt(&self, whose: ClockScope, now: EpochMs) -> Result<bool, ReadError> {
        let values = with_project(vec![now.0.into()], whose);
        let statement = scoped::SELECT_DUE_CASH_RECEIPT.of(whose);
        let found = self.one(statement, params_from_iter(values), |row| row.get::<_, i64>(0));
        Ok(found.await?.is_some())
    }

    pub(crate) async fn has_due_reserve(
        &self,
        whose: ClockScope,
        now: EpochMs,
        busy: &HashSet<ProjectId>,
    ) -> Result<bool, ReadError> {
        let values = with_project(vec![now.0.into(), list(busy)], whose);
        let statement = scoped::SELECT_DUE_RESERVE.of(whose);
        let found = self.one(statement, params_from_iter(values), |row| row.get::<_, i64>(0));
        Ok(found.await?.is_some())
    }

    pub(crate) async fn has_due_delivery(
        &self,
        whose: ClockScope,
        now: EpochMs,
        busy: &Busy,
    ) -> Result<bool, ReadError> {
        let values = [vec![now.0.into()], lists(busy)].concat();
        let values = with_project(values, whose);
        let statement = scoped::SELECT_DUE_DELIVERY.of(whose);
        let found = self.one(statement, params_from_iter(values), |row| row.get::<_, i64>(0));
        Ok(found.await?.is_some())
    }
}

/// Names as one parameter, which `json_each` takes apart.
fn list(names: impl IntoIterator<Item = impl ToString>) -> Value {
    let names: Vec<_> = names.into_iter().map(|name| name.to_string().into()).collect();
    serde_json::Value::Array(names).to_string().into()
}

fn lists(busy: &Busy) -> Vec<Value> {
    let queues = busy
        .queues
        .iter()
        .map(|(project, origin)| format!("{project} {origin}"));
    vec![list(&busy.projects), list(queues)]
}
