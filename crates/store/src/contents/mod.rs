//! Everything that a database holds, table by table and column by column, whatever its schema: for whoever looks for what must not be
//! there. Reads only, a page of rows at a time, so that whoever serves is not held up.

mod file;
mod server;

pub use file::read_file;
pub use server::read_server;

/// Rows that are read at once.
const PAGE: usize = 500;

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredColumn {
    pub name: String,
    /// Part of what a row is told apart by.
    pub is_key: bool,
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq)]
pub enum StoredValue {
    Null,
    /// A number or a truth value, as text.
    Number(String),
    /// A text or bytes.
    Bytes(Vec<u8>),
}

impl StoredValue {
    /// Its text or bytes; empty for NULL.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Null => &[],
            Self::Number(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

/// A row as it is read.
#[derive(Debug)]
pub struct StoredRow<'a> {
    pub table: &'a str,
    /// Which row it is in the order of the table's key, from 1.
    pub number: u64,
    pub columns: &'a [StoredColumn],
    /// As many as `columns`.
    pub values: &'a [StoredValue],
}

/// A table that was read, or could not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadTable {
    pub table: String,
    pub rows: u64,
    /// Of texts and bytes.
    pub bytes: u64,
    /// Why it was not read to its end.
    pub fault: Option<String>,
}

/// Is told of every row.
pub type EachRow<'a> = dyn FnMut(&StoredRow<'_>) + Send + 'a;

/// Counts what is read of a table.
struct Counted {
    columns: Vec<StoredColumn>,
    read: ReadTable,
}

impl Counted {
    fn of(table: &str, columns: Vec<StoredColumn>) -> Self {
        let read = ReadTable {
            table: table.to_owned(),
            rows: 0,
            bytes: 0,
            fault: None,
        };
        Self { columns, read }
    }

    fn tell(&mut self, values: &[StoredValue], each: &mut EachRow<'_>) {
        self.read.rows += 1;
        self.read.bytes += values.iter().map(|value| value.bytes().len() as u64).sum::<u64>();
        each(&StoredRow {
            table: &self.read.table,
            number: self.read.rows,
            columns: &self.columns,
            values,
        });
    }
}
