//! What the database says of itself.

use domain::EpochMs;
use domain::ids::ObjectId;
use domain::payment::Payment;
use domain::reserve::Reserve;
use rusqlite::{Connection, Row, params};

use super::open::Sqlite;
use super::payment_rows;
use super::sql;
use super::writer::Aborted;
use crate::error::{CommitError, ReadError};
use crate::installation::{DebitsHeld, Installation};

fn read(row: &Row<'_>) -> rusqlite::Result<Installation> {
    let time = |column| row.get::<_, Option<i64>>(column).map(|at| at.map(EpochMs));
    let gap_from = time(4)?;
    Ok(Installation {
        id: row.get(0)?,
        beat: row.get::<_, i64>(1)?.cast_unsigned(),
        beat_at: time(2)?,
        held: time(3)?.map(|since| DebitsHeld { since, gap_from }),
    })
}

fn beat(connection: &Connection, at: Option<EpochMs>) -> Result<u64, Aborted> {
    let at = at.map(|at| at.0);
    let beat: i64 = connection
        .prepare_cached(sql::BEAT)?
        .query_row([at], |row| row.get(0))?;
    Ok(beat.cast_unsigned())
}

impl Sqlite {
    pub(crate) async fn beat(&self, at: Option<EpochMs>) -> Result<u64, CommitError> {
        self.writer.write_for(move |connection| beat(connection, at)).await
    }

    pub(crate) async fn installation(&self) -> Result<Installation, ReadError> {
        let found = self.one(sql::SELECT_INSTALLATION, [], read).await?;
        found.ok_or_else(|| ReadError::Failed("the installation's row is missing".to_owned()))
    }

    pub(crate) async fn hold(&self, seen: u64, now: EpochMs) -> Result<(), CommitError> {
        let change = move |connection: &Connection| {
            let values = params![seen.cast_signed(), now.0];
            connection.prepare_cached(sql::HOLD)?.execute(values)?;
            Ok(())
        };
        self.writer.write_for(change).await
    }

    pub(crate) async fn release(&self) -> Result<(), CommitError> {
        let change = |connection: &Connection| {
            connection.prepare_cached(sql::RELEASE)?.execute([])?;
            Ok(())
        };
        self.writer.write_for(change).await
    }

    pub(crate) async fn payments_since(&self, from: EpochMs, limit: u32) -> Result<Vec<Payment>, ReadError> {
        // Ids grow with time: the first of that second.
        let first = ObjectId::from_parts(from.epoch_seconds(), [0; 5], 0).to_string();
        self.many(sql::SELECT_PAYMENTS_SINCE, (first, limit), payment_rows::payment)
            .await
    }

    pub(crate) async fn due_reserves(&self, now: EpochMs, limit: u32) -> Result<Vec<Reserve>, ReadError> {
        self.many(sql::SELECT_DUE_RESERVES, (now.0, limit), payment_rows::reserve)
            .await
    }

    pub(crate) async fn ended(&self) {
        tokio::select! {
            () = self.writer.ended() => {}
            () = self.readers.ended() => {}
        }
    }

    pub(crate) fn commits(&self) -> u64 {
        self.writer.commits()
    }
}
