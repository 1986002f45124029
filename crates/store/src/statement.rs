//! Statements as data. Each is written once, beside the rows that it is about, with numbered parameters (`?1` is the first); an
//! engine runs it. Tests prepare them all against the newest schema and look at the plans of those that must not scan.

use crate::dialect::{ForPostgres, Texts};
use crate::error::CommitRefused;
use crate::place::Place;
use crate::value::Value;

/// A statement with its name in this crate.
pub struct Statement {
    pub name: &'static str,
    /// In the one spelling that both engines' texts are made from.
    pub sql: &'static str,
    texts: Texts,
}

impl Statement {
    pub const fn new(name: &'static str, sql: &'static str) -> Self {
        let texts = Texts::new();
        Self { name, sql, texts }
    }

    /// Whether it names the bucket of the rows that it is about.
    pub fn is_of_one_project(&self) -> bool {
        ["{of", "{:bucket}", "{:place}"]
            .iter()
            .any(|token| self.sql.contains(token))
    }

    /// The text for SQLite; `None` where it is not run there.
    pub fn sqlite(&self) -> Option<&str> {
        self.texts.sqlite(self.sql)
    }

    /// The text for PostgreSQL.
    pub fn postgres(&self, place: Place) -> &ForPostgres {
        self.texts.postgres(self.sql, matches!(place, Place::Of(_)))
    }
}

/// One write of a commit. A row that another commit has made or changed first is a row that this one does not change: an
/// insert says so by `ON CONFLICT (the constraint's columns) DO NOTHING`, an update by its condition. What breaks any other
/// constraint is a fault of this program, and an error.
pub struct Write {
    pub statement: &'static Statement,
    pub values: Vec<Value>,
    /// What it means that not exactly one row was changed or found; `None`: nothing.
    pub refused: Option<CommitRefused>,
}

impl Write {
    /// Changes any number of rows.
    pub fn any(statement: &'static Statement, values: Vec<Value>) -> Self {
        Self {
            statement,
            values,
            refused: None,
        }
    }

    /// Changes or finds one row; else the commit is refused.
    pub fn one(statement: &'static Statement, values: Vec<Value>, refused: CommitRefused) -> Self {
        Self {
            statement,
            values,
            refused: Some(refused),
        }
    }
}

macro_rules! statements {
    ($($(#[$about:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$about])* pub(crate) static $name: $crate::statement::Statement =
            $crate::statement::Statement::new(stringify!($name), $sql);)*
        #[cfg(test)]
        pub(crate) static ALL: &[&$crate::statement::Statement] = &[$(&$name),*];
    };
}
pub(crate) use statements;

/// How far a project's clock is ahead of the machine's, in milliseconds: 0 but for a sandbox's that were moved.
macro_rules! ahead_ms {
    ($project:expr) => {
        concat!(
            "coalesce((SELECT ahead_ms FROM sandbox_clock AS c WHERE c.project_id = ",
            $project,
            "), 0)"
        )
    };
}
pub(crate) use ahead_ms;

#[cfg(test)]
pub mod tests;
