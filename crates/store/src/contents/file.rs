//! Every table of a SQLite file, whoever made it.

use std::path::Path;

use rusqlite::types::{Value as Raw, ValueRef};
use rusqlite::{Connection, OpenFlags, Row, params_from_iter};

use super::{Counted, EachRow, PAGE, ReadTable, StoredColumn, StoredValue};
use crate::error::OpenError;

/// Reads the SQLite file at `path`, with what is in the write-ahead log beside it; only the table `only`, where that is named.
/// Blocks. A file without such a log, like a backup, is not written beside either.
///
/// Errors: it cannot be opened, or its tables cannot be listed. What goes wrong with one table is told with it.
pub fn read_file(path: &Path, only: Option<&str>, each: &mut EachRow<'_>) -> Result<Vec<ReadTable>, OpenError> {
    let failed = |error: rusqlite::Error| OpenError::Engine {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    let connection = open(path).map_err(failed)?;
    let names = names(&connection).map_err(failed)?;
    let wanted = names.into_iter().filter(|name| only.is_none_or(|only| only == name));
    Ok(wanted.map(|name| table(&connection, &name, each)).collect())
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let connection = match path.to_str().filter(|_| !Path::new(&log).exists()) {
        Some(path) => {
            let escaped = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
            let uri = format!("file:{escaped}?immutable=1");
            Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)?
        }
        None => Connection::open_with_flags(path, flags)?,
    };
    connection.execute_batch("PRAGMA busy_timeout = 5000; PRAGMA cache_size = -4000; PRAGMA trusted_schema = OFF")?;
    Ok(connection)
}

fn names(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut select = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")?;
    select.query_map([], |row| row.get(0))?.collect()
}

fn table(connection: &Connection, name: &str, each: &mut EachRow<'_>) -> ReadTable {
    let mut counted = Counted::of(name, Vec::new());
    if let Err(error) = rows(connection, name, &mut counted, each) {
        counted.read.fault = Some(error.to_string());
    }
    counted.read
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn rows(connection: &Connection, name: &str, counted: &mut Counted, each: &mut EachRow<'_>) -> rusqlite::Result<()> {
    let mut select = connection.prepare("SELECT name, pk FROM pragma_table_info(?1) ORDER BY cid")?;
    let columns: Vec<(String, u32)> = select
        .query_map([name], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    // A key of columns may be NULL where there is a row id.
    let is_taken = |name: &&str| columns.iter().any(|(column, _)| column.eq_ignore_ascii_case(name));
    let row_id = ["rowid", "_rowid_", "oid"].into_iter().find(|name| !is_taken(name));
    let row_id = row_id.filter(|id| {
        connection
            .prepare(&format!("SELECT {id} FROM {}", quoted(name)))
            .is_ok()
    });
    let mut key: Vec<&(String, u32)> = columns.iter().filter(|(_, place)| *place > 0).collect();
    key.sort_unstable_by_key(|(_, place)| *place);
    let key: Vec<String> = match row_id {
        Some(id) => vec![id.to_owned()],
        None => key.iter().map(|(name, _)| quoted(name)).collect(),
    };
    let named = columns.iter().map(|(name, place)| StoredColumn {
        name: name.clone(),
        is_key: *place > 0,
    });
    counted.columns = named.collect();
    let values: Vec<String> = columns.iter().map(|(name, _)| quoted(name)).collect();
    let (values, key_list, from) = (values.join(", "), key.join(", "), quoted(name));
    let marks = vec!["?"; key.len()].join(", ");
    let page = |condition: &str| {
        format!("SELECT {values}, {key_list} FROM {from} {condition} ORDER BY {key_list} LIMIT {PAGE}")
    };
    let mut statement = connection.prepare(&page(""))?;
    let mut next = connection.prepare(&page(&format!("WHERE ({key_list}) > ({marks})")))?;
    let (mut after, mut is_first) = (Vec::<Raw>::new(), true);
    loop {
        let statement = if is_first { &mut statement } else { &mut next };
        let mut rows = statement.query(params_from_iter(after.clone()))?;
        let mut read = 0;
        while let Some(row) = rows.next()? {
            let values = (0..columns.len()).map(|column| value(row, column));
            counted.tell(&values.collect::<Result<Vec<_>, _>>()?, each);
            let key = columns.len()..columns.len() + key.len();
            after = key.map(|column| row.get(column)).collect::<Result<_, _>>()?;
            read += 1;
        }
        if read < PAGE {
            return Ok(());
        }
        is_first = false;
    }
}

fn value(row: &Row<'_>, column: usize) -> rusqlite::Result<StoredValue> {
    Ok(match row.get_ref(column)? {
        ValueRef::Null => StoredValue::Null,
        ValueRef::Integer(number) => StoredValue::Number(number.to_string()),
        ValueRef::Real(number) => StoredValue::Number(number.to_string()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => StoredValue::Bytes(bytes.to_vec()),
    })
}
