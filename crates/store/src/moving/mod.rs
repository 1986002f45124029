//! Moving an installation from a file to PostgreSQL: every row, then each compared, and only then may the one be served from and the
//! other no more. What was interrupted goes on where it was.

mod file;
mod tables;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use self::file::{Column, PAGE, Source};
use self::tables::{TABLES, Table};
use crate::engine::postgres::{Mover, PostgresOptions};
use crate::error::{OpenError, PostgresFault};
use crate::place::Place;

/// How far a move is. One is told of each page.
#[derive(Debug, Clone, Copy)]
pub struct MoveProgress {
    /// The table.
    pub table: &'static str,
    /// Whether its rows are compared, and not copied.
    pub is_comparing: bool,
    /// So many of its rows are done.
    pub done: u64,
    pub of: u64,
}

/// A table that was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedTable {
    pub table: &'static str,
    pub rows: u64,
    /// SHA-256 of all its rows as PostgreSQL has them, in the order of their keys: equal to that of the file's, row by row. In
    /// hexadecimal digits.
    pub hash: String,
}

/// Why an installation could not be moved. The file is as it was.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(
        "the database `{0}` is not empty: projects were made in it, or it was served from. Move into a new database, after \
         `jadong db migrate`"
    )]
    NotEmpty(String),
    #[error("another installation is being moved into the database `{0}`: finish that, or move into a new database")]
    OfAnother(String),
    #[error(
        "a row of {table} is not the same there as in the file: {row}. Nothing was given up; move again into a new database, \
         and if it happens again, report it"
    )]
    Differs { table: &'static str, row: String },
    #[error(
        "the table {table} has {there} rows there and {here} in the file: one of them was written to meanwhile. Nothing was given \
         up; move again into a new database, with nothing running on either"
    )]
    Count { table: &'static str, here: u64, there: u64 },
    #[error("a row of {table} belongs to no project: {row}")]
    NoProject { table: &'static str, row: String },
}

impl From<PostgresFault> for MoveError {
    fn from(fault: PostgresFault) -> Self {
        Self::Open(fault.into())
    }
}

/// Moves the installation in `folder` to the migrated, empty database at `to`; gives what was moved. The file's name is
/// `jadong.db.moved` then. `tell` is called for each page.
///
/// Errors: somebody serves from the folder, the database is not an empty one or not this program's schema, either fails, a row
/// does not come out the same. Until the end nobody can serve from the database, and the file is served from as before.
pub async fn move_to_postgres(
    folder: PathBuf,
    to: &PostgresOptions,
    mut tell: impl FnMut(MoveProgress),
) -> Result<Vec<MovedTable>, MoveError> {
    let source = Source::hold(&folder)?;
    let identity = source.identity()?;
    let mover = Mover::connect(to).await?;
    begin(&mover, &identity).await?;
    if let Some(oldest) = source.oldest_seconds()? {
        mover.make_partitions_since(oldest).await?;
    }
    let mut moved = Vec::new();
    for table in TABLES {
        copy(&source, &mover, table, &mut tell).await?;
    }
    for table in TABLES {
        moved.push(compare(&source, &mover, table, &mut tell).await?);
    }
    // From here on there is one that may be served from, or none.
    source.rename(&folder)?;
    fail::fail_point!("move_renamed");
    let finish = "UPDATE installation SET id = $1, beat = $2::bigint, beat_at_ms = told.beat_at_ms, held_at_ms = told.held_at_ms,
        gap_from_ms = told.gap_from_ms, pepper_print = told.pepper_print, moving_from = NULL, moving_beat = NULL
        FROM json_populate_record(NULL::installation, $3::text::json) AS told";
    let rest = identity.rest.to_string();
    mover.execute(finish, &[&identity.id, &identity.beat, &rest]).await?;
    Ok(moved)
}

/// Says that a move goes on, so that nobody serves from the database; one that was begun goes on, unless the file was served from
/// since: then it begins again.
async fn begin(mover: &Mover, identity: &file::Identity) -> Result<(), MoveError> {
    let select = "SELECT moving_from, moving_beat, pepper_print IS NULL AND NOT EXISTS (SELECT 1 FROM project)
        AND NOT EXISTS (SELECT 1 FROM console_user) FROM installation";
    let row = mover.row(select, &[]).await?;
    let (from, beat, is_empty): (Option<String>, Option<i64>, bool) = (row.get(0), row.get(1), row.get(2));
    match from {
        None if !is_empty => return Err(MoveError::NotEmpty(mover.database())),
        Some(from) if from != identity.id => return Err(MoveError::OfAnother(mover.database())),
        Some(_) if beat != Some(identity.beat) => {
            let names: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
            mover.execute(&format!("TRUNCATE {}", names.join(", ")), &[]).await?;
        }
        _ => {}
    }
    let mark = "UPDATE installation SET moving_from = $1, moving_beat = $2::bigint";
    mover.execute(mark, &[&identity.id, &identity.beat]).await?;
    Ok(())
}

/// The columns of a table that a file has, in PostgreSQL's order.
async fn columns(mover: &Mover, table: &Table) -> Result<Vec<Column>, PostgresFault> {
    let select = "SELECT attname::text, atttypid = 'bytea'::regtype FROM pg_attribute
        WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'bucket' ORDER BY attnum";
    let rows = mover.rows(select, &[&table.name]).await?;
    let column = |row: &tokio_postgres::Row| Column {
        name: row.get(0),
        is_bytes: row.get(1),
    };
    Ok(rows.iter().map(column).collect())
}

/// Rows as JSON objects, with the bucket of their project.
fn objects(table: &Table, columns: &[Column], page: &[Vec<Json>]) -> Result<String, MoveError> {
    let object = |row: &Vec<Json>| {
        let named = columns
            .iter()
            .map(|column| column.name.clone())
            .zip(row.iter().cloned());
        let mut object: serde_json::Map<String, Json> = named.collect();
        if table.is_of_projects {
            let project = object.get("project_id").and_then(Json::as_str);
            let project = project.and_then(|project| project.parse().ok());
            let bucket = project.and_then(|project| Place::Of(project).bucket());
            let bucket = bucket.ok_or_else(|| MoveError::NoProject {
                table: table.name,
                row: key_of(table, columns, row),
            })?;
            object.insert("bucket".to_owned(), bucket.into());
        }
        Ok(Json::Object(object))
    };
    let objects: Result<Vec<Json>, MoveError> = page.iter().map(object).collect();
    Ok(Json::Array(objects?).to_string())
}

/// What a row is told apart by, for a sentence.
fn key_of(table: &Table, columns: &[Column], row: &[Json]) -> String {
    let named = columns.iter().zip(row);
    let key = named.filter(|(column, _)| table.key.contains(&column.name.as_str()));
    key.map(|(_, value)| value.to_string()).collect::<Vec<_>>().join(" ")
}

fn quoted(names: impl Iterator<Item = String>) -> String {
    names.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

async fn count(mover: &Mover, table: &Table) -> Result<u64, PostgresFault> {
    let row = mover.row(&format!("SELECT count(*) FROM {}", table.name), &[]).await?;
    Ok(u64::try_from(row.get::<_, i64>(0)).unwrap_or(0))
}

async fn copy(
    source: &Source,
    mover: &Mover,
    table: &'static Table,
    tell: &mut impl FnMut(MoveProgress),
) -> Result<(), MoveError> {
    let columns = columns(mover, table).await?;
    let bucket = table.is_of_projects.then(|| "bucket".to_owned());
    let list = quoted(
        bucket
            .into_iter()
            .chain(columns.iter().map(|column| column.name.clone())),
    );
    let name = table.name;
    let insert =
        format!("INSERT INTO {name} ({list}) SELECT {list} FROM json_populate_recordset(NULL::{name}, $1::text::json)");
    let of = source.count(table)?;
    // Pages are whole and in order: what is there already are the first ones.
    let mut done = count(mover, table).await?;
    let mut pages = source.pages(table, &columns, done);
    loop {
        tell(MoveProgress {
            table: name,
            is_comparing: false,
            done,
            of,
        });
        let page = pages.next()?;
        if page.is_empty() {
            return Ok(());
        }
        fail::fail_point!("move_page");
        let objects = objects(table, &columns, &page)?;
        done += mover.execute(&insert, &[&objects]).await?;
    }
}

async fn compare(
    source: &Source,
    mover: &Mover,
    table: &'static Table,
    tell: &mut impl FnMut(MoveProgress),
) -> Result<MovedTable, MoveError> {
    let columns = columns(mover, table).await?;
    let (here, there) = (source.count(table)?, count(mover, table).await?);
    if here != there {
        return Err(MoveError::Count {
            table: table.name,
            here,
            there,
        });
    }
    let values = quoted(columns.iter().map(|column| column.name.clone())).replace('"', "");
    let values: Vec<String> = values.split(", ").map(|name| format!("there.\"{name}\"")).collect();
    let place = table.is_of_projects.then_some(["bucket", "project_id"]);
    let on = place.into_iter().flatten().chain(table.key.iter().copied());
    let on: Vec<String> = on.map(|name| format!("there.\"{name}\" = here.\"{name}\"")).collect();
    // In the order of the page.
    let name = table.name;
    let select = format!(
        "SELECT json_build_array({})::text FROM ROWS FROM (json_array_elements($1::text::json)) WITH ORDINALITY AS row (value, number)
         CROSS JOIN LATERAL json_populate_record(NULL::{name}, row.value) AS here JOIN {name} AS there ON {} ORDER BY row.number",
        values.join(", "),
        on.join(" AND ")
    );
    let (mut pages, mut done, mut hash) = (source.pages(table, &columns, 0), 0, Sha256::new());
    loop {
        tell(MoveProgress {
            table: name,
            is_comparing: true,
            done,
            of: here,
        });
        let page = pages.next()?;
        if page.is_empty() {
            break;
        }
        let found = mover.rows(&select, &[&objects(table, &columns, &page)?]).await?;
        let found = found.iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>();
        for (number, row) in page.iter().enumerate() {
            let there: Option<Vec<Json>> = found.get(number).and_then(|text| serde_json::from_str(text).ok());
            if there.as_ref() != Some(row) {
                return Err(MoveError::Differs {
                    table: name,
                    row: key_of(table, &columns, row),
                });
            }
            hash.update(Json::Array(there.unwrap_or_default()).to_string());
        }
        done += u64::try_from(page.len()).unwrap_or(PAGE as u64);
    }
    let hash = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(MovedTable {
        table: name,
        rows: done,
        hash,
    })
}
