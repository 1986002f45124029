//! What is in doubt in one project. Every walk is along an index that holds only what is not settled yet, of all projects.

use domain::issuance::IssuanceState;
use domain::payment::ResolutionStep;
use domain::{EpochMs, ProjectId, ReceiptId, Won};
use rusqlite::{Connection, Row, params};

use super::sql;
use crate::console::{PendingKind, PendingOperation};
use crate::error::ReadError;
use crate::payment::Unresolved;
use crate::sqlite::{Sqlite, payment_rows, rows};

impl Sqlite {
    pub(crate) async fn unresolved_of(&self, project: ProjectId, limit: u32) -> Result<Vec<Unresolved>, ReadError> {
        let query = move |c: &Connection| {
            c.prepare_cached(sql::UNSETTLED_OF)?
                .query_map(params![project.to_string(), limit], payment_rows::unresolved)?
                .collect()
        };
        self.readers.read(query).await
    }

    pub(crate) async fn resolution_steps_of_many(
        &self,
        receipts: Vec<ReceiptId>,
    ) -> Result<Vec<ResolutionStep>, ReadError> {
        let query = move |c: &Connection| {
            let mut statement = c.prepare_cached(crate::sqlite::sql::SELECT_RESOLUTION_STEPS)?;
            let mut steps = Vec::new();
            for receipt in &receipts {
                let read = statement.query_map([receipt.to_string()], |row| {
                    payment_rows::resolution_step(row, *receipt)
                })?;
                for step in read {
                    steps.push(step?);
                }
            }
            Ok(steps)
        };
        self.readers.read(query).await
    }

    pub(crate) async fn pending_operations(
        &self,
        project: ProjectId,
        before: EpochMs,
        limit: u32,
    ) -> Result<Vec<PendingOperation>, ReadError> {
        let query = move |c: &Connection| {
            let project = project.to_string();
            let values = params![project, before.0, limit];
            let mut found = Vec::new();
            for (statement, kind) in [
                (sql::LOOSE_CANCELS, PendingKind::Cancel),
                (sql::LOOSE_CASH_RECEIPTS, PendingKind::CashReceipt),
                (sql::LOOSE_ISSUANCES, PendingKind::Issuance),
            ] {
                let mut statement = c.prepare_cached(statement)?;
                for end in statement.query_map(values, |row| pending_operation(row, kind))? {
                    found.push(end?);
                }
            }
            found.sort_by_key(|end| end.since);
            Ok(found)
        };
        self.readers.read(query).await
    }

    pub(crate) async fn open_consents(&self, project: ProjectId) -> Result<u64, ReadError> {
        let query = move |c: &Connection| {
            let states = [IssuanceState::Requested, IssuanceState::Consenting].map(IssuanceState::name);
            c.prepare_cached(sql::COUNT_OPEN_CONSENTS)?
                .query_row(params![project.to_string(), states[0], states[1]], |row| {
                    row.get::<_, i64>(0)
                })
        };
        Ok(self.readers.read(query).await?.try_into().unwrap_or(0))
    }
}

fn pending_operation(row: &Row<'_>, kind: PendingKind) -> rusqlite::Result<PendingOperation> {
    let price: i64 = row.get(2)?;
    Ok(PendingOperation {
        kind,
        receipt_id: rows::parsed(row, 0)?,
        name: row.get(1)?,
        price: u64::try_from(price).ok().and_then(Won::new).unwrap_or(Won::ZERO),
        since: EpochMs(row.get(3)?),
    })
}
