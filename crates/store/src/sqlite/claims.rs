//! The workers' claims on what is due, and whether anything is.

use std::collections::HashSet;

use domain::cash_receipt::CashReceipt;
use domain::delivery::Delivery;
use domain::payment::{Cancel, FURTHEST_MS, Payment};
use domain::reserve::Reserve;
use domain::{EpochMs, ProjectId};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use super::due::{self, of_claim, with_project};
use super::open::Sqlite;
use super::payment_calls::changed;
use super::{cash_receipts, payment_rows};
use crate::error::{CommitError, ReadError};
use crate::{Busy, Claim, Whose};

impl Sqlite {
    async fn claim<T: Send + 'static>(
        &self,
        claim: Claim,
        statement: &'static due::ByWhose,
        read: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, CommitError> {
        self.claim_but(claim, Vec::new(), statement, read).await
    }

    /// The same, with what is not wanted now.
    async fn claim_but<T: Send + 'static>(
        &self,
        claim: Claim,
        unwanted: Vec<Value>,
        statement: &'static due::ByWhose,
        read: fn(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, CommitError> {
        let values = [of_claim(&claim), unwanted].concat();
        let values = with_project(values, claim.whose);
        let run = move |connection: &Connection| {
            changed(connection, statement.of(claim.whose), params_from_iter(values), read)
        };
        self.writer.write_for(run).await
    }

    pub(crate) async fn claim_verdicts(&self, claim: Claim) -> Result<Vec<Payment>, CommitError> {
        let mut values = of_claim(&claim);
        values.push(claim.now.plus_ms(FURTHEST_MS).0.into());
        let values = with_project(values, claim.whose);
        let statement = due::CLAIM_VERDICTS.of(claim.whose);
        let run = move |connection: &Connection| {
            changed(connection, statement, params_from_iter(values), payment_rows::payment)
        };
        self.writer.write_for(run).await
    }

    pub(crate) async fn has_due_verdict(&self, whose: Whose, now: EpochMs) -> Result<bool, ReadError> {
        let values = with_project(vec![now.0.into(), now.plus_ms(FURTHEST_MS).0.into()], whose);
        let statement = due::SELECT_DUE_VERDICT.of(whose);
        let found = self.one(statement, params_from_iter(values), |row| row.get::<_, i64>(0));
        Ok(found.await?.is_some())
    }

    pub(crate) async fn claim_cancels(&self, claim: Claim) -> Result<Vec<Cancel>, CommitError> {
        self.claim(claim, &due::CLAIM_CANCELS, payment_rows::cancel).await
    }

    pub(crate) async fn claim_reserves(
        &self,
        claim: Claim,
        busy: &HashSet<ProjectId>,
    ) -> Result<Vec<Reserve>, CommitError> {
        let unwanted = vec![list(busy)];
        let claimed = self.claim_but(claim, unwanted, &due::CLAIM_RESERVES, payment_rows::reserve);
        let mut claimed = claimed.await?;
        claimed.sort_by_key(|reserve| (reserve.due_at, reserve.id));
        Ok(claimed)
    }

    pub(crate) async fn claim_deliveries(&self, claim: Claim, busy: &Busy) -> Result<Vec<Delivery>, CommitError> {
        let statement = &due::CLAIM_DELIVERIES;
        self.claim_but(claim, lists(busy), statement, payment_rows::delivery)
            .await
    }

    pub(crate) async fn claim_cash_receipts(&self, claim: Claim) -> Result<Vec<CashReceipt>, CommitError> {
        self.claim(claim, &due::CLAIM_CASH_RECEIPTS, cash_receipts::read).await
    }

    pub(crate) async fn has_due_cash_receipt(&self, whose: Whose, now: EpochMs) -> Result<bool, ReadError> {
        let values = with_project(vec![now.0.into()], whose);
        let statement = due::SELECT_DUE_CASH_RECEIPT.of(whose);
        let found = self.one(statement, params_from_iter(values), |row| row.get::<_, i64>(0));
        Ok(found.await?.is_some())
    }

    pub(crate) async fn has_due_reserve(
        &self,
        whose: Whose,
        now: EpochMs,
        busy: &HashSet<ProjectId>,
    ) -> Result<bool, ReadError> {
        let values = with_project(vec![now.0.into(), list(busy)], whose);
        let statement = due::SELECT_DUE_RESERVE.of(whose);
        let found = self.one(statement, params_from_iter(values), |row| row.get::<_, i64>(0));
        Ok(found.await?.is_some())
    }

    pub(crate) async fn has_due_delivery(&self, whose: Whose, now: EpochMs, busy: &Busy) -> Result<bool, ReadError> {
        let values = [vec![now.0.into()], lists(busy)].concat();
        let values = with_project(values, whose);
        let statement = due::SELECT_DUE_DELIVERY.of(whose);
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
    let lanes = busy.lanes.iter().map(|(project, origin)| format!("{project} {origin}"));
    vec![list(&busy.projects), list(lanes)]
}
