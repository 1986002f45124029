//! Every table of a PostgreSQL database's search path.

use std::pin::pin;

use futures_util::TryStreamExt as _;
use tokio_postgres::Row;

use super::{Counted, EachRow, PAGE, ReadTable, StoredColumn, StoredValue};
use crate::engine::postgres::{PostgresOptions, Reader};
use crate::error::{OpenError, PostgresFault};

/// Tables with all their partitions, and what is kept of views.
const TABLES: &str = "SELECT n.nspname::text, c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ANY (current_schemas(false)) AND c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition ORDER BY 1, 2";
/// In the table's order; the third says at which place of the primary key.
const COLUMNS: &str = "SELECT a.attname::text, format_type(a.atttypid, NULL)::text,
    (SELECT array_position(i.indkey::smallint[], a.attnum) FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary)::int,
    t.typcategory IN ('N', 'B')
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = format('%I.%I', $1::text, $2::text)::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

/// Reads the database at `options.url`; only the table `only`, where that is named.
///
/// Errors: the server's; its tables cannot be listed. What goes wrong with one table is told with it.
pub async fn read_server(
    options: &PostgresOptions,
    only: Option<&str>,
    each: &mut EachRow<'_>,
) -> Result<Vec<ReadTable>, OpenError> {
    let reader = Reader::connect(options).await?;
    let mut read = Vec::new();
    for row in reader.rows(TABLES, &[]).await? {
        let (schema, table): (String, String) = (row.get(0), row.get(1));
        if only.is_none_or(|only| only == table) {
            let mut counted = Counted::of(&table, Vec::new());
            if let Err(fault) = rows(&reader, &schema, &mut counted, each).await {
                counted.read.fault = Some(fault.to_string());
            }
            read.push(counted.read);
        }
    }
    Ok(read)
}

struct Column {
    name: String,
    kind: String,
    key: Option<i32>,
    is_number: bool,
}

impl Column {
    fn is_bytes(&self) -> bool {
        self.kind == "bytea"
    }

    fn quoted(&self) -> String {
        format!("t.{}", quoted(&self.name))
    }

    fn value(&self, row: &Row, at: usize) -> Result<StoredValue, tokio_postgres::Error> {
        if self.is_bytes() {
            let bytes: Option<&[u8]> = row.try_get(at)?;
            return Ok(bytes.map_or(StoredValue::Null, |bytes| StoredValue::Bytes(bytes.to_vec())));
        }
        let text: Option<String> = row.try_get(at)?;
        Ok(match text {
            None => StoredValue::Null,
            Some(text) if self.is_number => StoredValue::Number(text),
            Some(text) => StoredValue::Bytes(text.into_bytes()),
        })
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

async fn rows(
    reader: &Reader,
    schema: &str,
    counted: &mut Counted,
    each: &mut EachRow<'_>,
) -> Result<(), PostgresFault> {
    let table = counted.read.table.clone();
    let listed = reader.rows(COLUMNS, &[&schema, &table]).await?;
    let columns: Vec<Column> = listed
        .iter()
        .map(|row| Column {
            name: row.get(0),
            kind: row.get(1),
            key: row.get(2),
            is_number: row.get(3),
        })
        .collect();
    let named = columns.iter().map(|column| StoredColumn {
        name: column.name.clone(),
        is_key: column.key.is_some(),
    });
    counted.columns = named.collect();
    let mut key: Vec<usize> = (0..columns.len()).filter(|at| columns[*at].key.is_some()).collect();
    key.sort_unstable_by_key(|at| columns[*at].key);
    let values = columns.iter().map(|column| {
        let cast = if column.is_bytes() { "" } else { "::text" };
        format!("{}{cast}", column.quoted())
    });
    let values = values.collect::<Vec<_>>().join(", ");
    let key_list = key
        .iter()
        .map(|at| columns[*at].quoted())
        .collect::<Vec<_>>()
        .join(", ");
    let marks = key
        .iter()
        .enumerate()
        .map(|(number, at)| format!("${}::text::{}", number + 1, columns[*at].kind));
    let marks = marks.collect::<Vec<_>>().join(", ");
    let from = format!("{}.{}", quoted(schema), quoted(&table));
    let page = |condition: &str| match key.is_empty() {
        // All at once; the server sends them as they are read.
        true => format!("SELECT {values} FROM {from} AS t"),
        false => format!("SELECT {values} FROM {from} AS t {condition} ORDER BY {key_list} LIMIT {PAGE}"),
    };
    let mut select = page("");
    let mut after: Vec<String> = Vec::new();
    loop {
        let mut found = pin!(reader.stream(&select, &after).await?);
        let mut read = 0;
        while let Some(row) = found.try_next().await.map_err(|error| reader.failed(&error))? {
            let values = columns.iter().enumerate().map(|(at, column)| column.value(&row, at));
            let values: Vec<StoredValue> = values
                .collect::<Result<_, _>>()
                .map_err(|error| reader.failed(&error))?;
            counted.tell(&values, each);
            read += 1;
            if read == PAGE {
                after = key
                    .iter()
                    .map(|at| parameter(&values[*at], columns[*at].is_bytes()))
                    .collect();
            }
        }
        if read < PAGE || key.is_empty() {
            return Ok(());
        }
        select = page(&format!("WHERE ({key_list}) > ({marks})"));
    }
}

/// As the server reads it from text.
fn parameter(value: &StoredValue, is_bytes: bool) -> String {
    let bytes = value.bytes();
    if is_bytes {
        let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
        return format!("\\x{}", digits.collect::<String>());
    }
    String::from_utf8_lossy(bytes).into_owned()
}
