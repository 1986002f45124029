//! `signup`: what a waiting page shows.

use rusqlite::{OptionalExtension, params};

use super::ServiceDb;
use crate::error::ApiError;

/// Where a sign-up is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The customer is being called, or has not decided.
    Calling,
    Issued,
    /// The customer did not consent.
    Refused,
    /// The time for consent is over.
    Expired,
    Failed,
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Self::Calling => "calling",
            Self::Issued => "issued",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Failed => "failed",
        }
    }

    fn named(name: &str) -> Self {
        let all = [Self::Calling, Self::Issued, Self::Refused, Self::Expired];
        all.into_iter()
            .find(|stage| stage.name() == name)
            .unwrap_or(Self::Failed)
    }
}

pub(crate) struct Signup {
    pub customer_id: String,
    pub stage: Stage,
    pub receipt_id: Option<String>,
    /// The service's words, for the customer.
    pub reason: Option<String>,
}

impl ServiceDb {
    /// `false` when there is such a sign-up already.
    pub(crate) async fn begin_signup(&self, customer_id: &str) -> Result<bool, ApiError> {
        let customer_id = customer_id.to_owned();
        let insert = "INSERT INTO signup (customer_id, stage) VALUES (?1, 'calling') ON CONFLICT DO NOTHING";
        let inserted = self.run(move |db| db.execute(insert, [customer_id])).await?;
        Ok(inserted == 1)
    }

    /// Ends a sign-up without a key. One that is issued stays issued.
    pub(crate) async fn end_signup(&self, customer_id: &str, stage: Stage, reason: &str) -> Result<(), ApiError> {
        let (customer_id, reason) = (customer_id.to_owned(), reason.to_owned());
        self.run(move |db| {
            db.execute(
                "UPDATE signup SET stage = ?2, reason = ?3 WHERE customer_id = ?1 AND stage = 'calling'",
                params![customer_id, stage.name(), reason],
            )?;
            Ok(())
        })
        .await
    }

    pub(crate) async fn signup(&self, customer_id: &str) -> Result<Option<Signup>, ApiError> {
        let customer_id = customer_id.to_owned();
        let found = self.signups("customer_id = ?1", customer_id).await?;
        Ok(found.into_iter().next())
    }

    /// Those that nobody waits for since this process started.
    pub(crate) async fn open_signups(&self) -> Result<Vec<Signup>, ApiError> {
        self.signups("stage = ?1", "calling".to_owned()).await
    }

    async fn signups(&self, condition: &'static str, value: String) -> Result<Vec<Signup>, ApiError> {
        let select = format!("SELECT customer_id, stage, receipt_id, reason FROM signup WHERE {condition}");
        self.run(move |db| {
            let mut select = db.prepare(&select)?;
            let rows = select.query_map([value], |row| {
                Ok(Signup {
                    customer_id: row.get(0)?,
                    stage: Stage::named(&row.get::<_, String>(1)?),
                    receipt_id: row.get(2)?,
                    reason: row.get(3)?,
                })
            })?;
            rows.collect()
        })
        .await
    }

    /// For the page of a customer.
    pub(crate) async fn next_on(&self, customer_id: &str) -> Result<Option<String>, ApiError> {
        let customer_id = customer_id.to_owned();
        let select = "SELECT next_on FROM schedule WHERE customer_id = ?1";
        self.run(move |db| db.query_row(select, [customer_id], |row| row.get(0)).optional())
            .await
    }
}
