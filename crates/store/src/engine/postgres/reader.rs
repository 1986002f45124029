//! A connection that reads whatever the database holds, by itself.

use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row, RowStream};

use super::fault::{PostgresFault, words};
use super::options::{PostgresOptions, Target};
use super::session::{Role, Session};

/// It can write nothing.
pub struct Reader {
    session: Session,
    target: Target,
}

impl Reader {
    /// Errors: the server's.
    pub async fn connect(options: &PostgresOptions) -> Result<Self, PostgresFault> {
        let target = Target::of(options)?;
        let session = Session::connect(&target, Role::Reads).await?;
        Ok(Self { session, target })
    }

    /// Every row of a short answer.
    pub async fn rows(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, PostgresFault> {
        let rows = self.session.client.query(sql, parameters).await;
        rows.map_err(|error| self.failed(&error))
    }

    /// Rows as they come; parameters are texts.
    pub async fn stream(&self, sql: &str, parameters: &[String]) -> Result<RowStream, PostgresFault> {
        let rows = self.session.client.query_raw(sql, parameters).await;
        rows.map_err(|error| self.failed(&error))
    }

    /// What an error of the server comes to.
    pub fn failed(&self, error: &Error) -> PostgresFault {
        PostgresFault::Engine {
            place: self.target.place(),
            reason: words(error),
        }
    }
}
