//! The store's statements on this engine.

use rusqlite::types::{ToSqlOutput, Type, ValueRef};
use rusqlite::{Connection, Row as SqliteRow, ToSql, params_from_iter};

use super::open::Sqlite;
use super::writer::Aborted;
use crate::error::{CommitError, ReadError};
use crate::row::{Cell, Columns, Read, Row, Unreadable};
use crate::statement::{Statement, Write};
use crate::value::Value;

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl Row for SqliteRow<'_> {
    fn cell(&self, column: usize) -> Option<Cell<'_>> {
        match self.get_ref(column).ok()? {
            ValueRef::Null => Some(Cell::Null),
            ValueRef::Integer(value) => Some(Cell::Int(value)),
            ValueRef::Text(text) => std::str::from_utf8(text).ok().map(Cell::Text),
            ValueRef::Blob(bytes) => Some(Cell::Bytes(bytes)),
            ValueRef::Real(_) => None,
        }
    }
}

impl From<Unreadable> for rusqlite::Error {
    fn from(unreadable: Unreadable) -> Self {
        Self::FromSqlConversionFailure(unreadable.0, Type::Text, unreadable.to_string().into())
    }
}

fn failed(statement: &Statement, error: &rusqlite::Error) -> Aborted {
    Aborted::Failed(format!("{}: {error}", statement.name))
}

/// Runs a statement that changes rows or finds them; how many.
fn count(connection: &Connection, write: &Write) -> rusqlite::Result<usize> {
    let Some(sql) = write.statement.sqlite() else {
        // What it guards, the one writer does.
        return Ok(1);
    };
    let mut statement = connection.prepare_cached(sql)?;
    let values = params_from_iter(&write.values);
    if statement.readonly() {
        return statement.exists(values).map(usize::from);
    }
    statement.execute(values)
}

/// Every row of a statement.
fn rows<T>(
    connection: &Connection,
    statement: &Statement,
    values: &[Value],
    read: impl Fn(&mut Columns<'_>) -> Read<T>,
) -> rusqlite::Result<Vec<T>> {
    let Some(sql) = statement.sqlite() else {
        return Ok(Vec::new());
    };
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(&mut Columns::of(row))?);
    }
    Ok(found)
}

impl Sqlite {
    pub async fn write(&self, writes: Vec<Write>) -> Result<Vec<usize>, CommitError> {
        let run = move |connection: &Connection| {
            let mut counts = Vec::with_capacity(writes.len());
            for write in &writes {
                let count = count(connection, write).map_err(|error| failed(write.statement, &error))?;
                if let Some(refused) = write.refused.filter(|_| count != 1) {
                    return Err(Aborted::Refused(refused));
                }
                counts.push(count);
            }
            Ok(counts)
        };
        self.writer.write(run).await
    }

    pub async fn changed<T: Send + 'static>(
        &self,
        statement: &'static Statement,
        values: Vec<Value>,
        read: fn(&mut Columns<'_>) -> Read<T>,
    ) -> Result<Vec<T>, CommitError> {
        let run = move |connection: &Connection| {
            rows(connection, statement, &values, read).map_err(|error| failed(statement, &error))
        };
        self.writer.write(run).await
    }

    pub async fn rows<T: Send + 'static>(
        &self,
        statement: &'static Statement,
        values: Vec<Value>,
        read: impl Fn(&mut Columns<'_>) -> Read<T> + Send + 'static,
    ) -> Result<Vec<T>, ReadError> {
        self.readers
            .read(move |connection| rows(connection, statement, &values, read))
            .await
    }

    pub async fn ended(&self) {
        tokio::select! {
            () = self.writer.ended() => {}
            () = self.readers.ended() => {}
        }
    }

    pub async fn close(&self) {
        let writer = self.writer.clone();
        // The thread is joined where blocking is allowed.
        let _ = tokio::task::spawn_blocking(move || writer.close()).await;
    }
}
