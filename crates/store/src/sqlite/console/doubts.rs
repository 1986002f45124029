//! What is in doubt in one project. Every walk is along an index that holds only what is not settled yet, of all projects.

use domain::issuance::State;
use domain::payment::Rung;
use domain::{EpochMs, ProjectId, ReceiptId, Won};
use rusqlite::{Connection, Row, params};

use super::sql;
use crate::console::{LooseEnd, LooseKind};
use crate::error::ReadError;
use crate::payment::Unsettled;
use crate::sqlite::{Sqlite, payment_rows, rows};

impl Sqlite {
    pub(crate) async fn unsettled_of(&self, project: ProjectId, limit: u32) -> Result<Vec<Unsettled>, ReadError> {
        let query = move |c: &Connection| {
            c.prepare_cached(sql::UNSETTLED_OF)?
                .query_map(params![project.to_string(), limit], payment_rows::unsettled)?
                .collect()
        };
        self.readers.read(query).await
    }

    pub(crate) async fn rungs_of_many(&self, receipts: Vec<ReceiptId>) -> Result<Vec<Rung>, ReadError> {
        let query = move |c: &Connection| {
            let mut statement = c.prepare_cached(crate::sqlite::sql::SELECT_RUNGS)?;
            let mut rungs = Vec::new();
            for receipt in &receipts {
                let read = statement.query_map([receipt.to_string()], |row| payment_rows::rung(row, *receipt))?;
                for rung in read {
                    rungs.push(rung?);
                }
            }
            Ok(rungs)
        };
        self.readers.read(query).await
    }

    pub(crate) async fn loose_ends(
        &self,
        project: ProjectId,
        before: EpochMs,
        limit: u32,
    ) -> Result<Vec<LooseEnd>, ReadError> {
        let query = move |c: &Connection| {
            let project = project.to_string();
            let values = params![project, before.0, limit];
            let mut found = Vec::new();
            for (statement, kind) in [
                (sql::LOOSE_CANCELS, LooseKind::Cancel),
                (sql::LOOSE_CASH_RECEIPTS, LooseKind::CashReceipt),
                (sql::LOOSE_ISSUANCES, LooseKind::Issuance),
            ] {
                let mut statement = c.prepare_cached(statement)?;
                for end in statement.query_map(values, |row| loose_end(row, kind))? {
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
            let states = [State::Requested, State::Consenting].map(State::name);
            c.prepare_cached(sql::COUNT_OPEN_CONSENTS)?
                .query_row(params![project.to_string(), states[0], states[1]], |row| {
                    row.get::<_, i64>(0)
                })
        };
        Ok(self.readers.read(query).await?.try_into().unwrap_or(0))
    }
}

fn loose_end(row: &Row<'_>, kind: LooseKind) -> rusqlite::Result<LooseEnd> {
    let price: i64 = row.get(2)?;
    Ok(LooseEnd {
        kind,
        receipt_id: rows::parsed(row, 0)?,
        name: row.get(1)?,
        price: u64::try_from(price).ok().and_then(Won::new).unwrap_or(Won::ZERO),
        since: EpochMs(row.get(3)?),
    })
}
