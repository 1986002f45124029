//! A batch's mark: the last row of its transaction. When the answer to COMMIT is lost, the same row is written again: it is there,
//! and so is the batch; or it is not, and now never will be, for the batch's own mark would meet it.

use tokio_postgres::Error;

use super::session::Session;
use crate::value::{Value, values};

const INSERT: &str = "INSERT INTO commit_mark (bucket, lane, batch, is_fence) VALUES ($1, $2, $3, false)";
/// Also changes a row that is there: so that this commit, too, waits until a standby has all that came before it. Not every
/// answer to a fence arrives either: a fence that is found is no commit.
const FENCE: &str = "INSERT INTO commit_mark (bucket, lane, batch, is_fence) VALUES ($1, $2, $3, true)
    ON CONFLICT (bucket, lane, batch) DO UPDATE SET looked_at = commit_mark.looked_at + 1 RETURNING is_fence";
const FIND: &str = "SELECT 1 FROM commit_mark WHERE bucket = $1 AND lane = $2 AND batch = $3 AND NOT is_fence";
/// A lane knows what became of a batch before it begins the next. The mark before stays: another lane may be looking for it just now.
/// Those of lanes that ended without forgetting go too: of a day ago no COMMIT is under way any more.
const FORGET: &str = "DELETE FROM commit_mark WHERE bucket = $1
    AND ((lane = $2 AND batch < $3 - 1) OR made_at < now() - interval '1 day')";
/// Marks are forgotten once in so many batches.
const FORGET_EVERY: i64 = 256;

/// Which batch of which lane of which run of this program.
#[derive(Debug, Clone)]
pub struct Mark {
    /// The lane's own, or the one that the batch is of.
    bucket: i64,
    lane: [u8; 16],
    batch: i64,
}

impl Mark {
    /// Before the first of a new lane.
    pub fn of_new_lane() -> Self {
        let mut lane = [0; 16];
        // Without chance two lanes could have one name, and each take the other's commits for its own.
        getrandom::fill(&mut lane).expect("the operating system gives random bytes");
        Self {
            bucket: lane[0].into(),
            lane,
            batch: 0,
        }
    }

    /// The next batch's, which is of that bucket where it is of one.
    pub fn advance(&mut self, bucket: Option<u8>) {
        self.batch += 1;
        self.bucket = bucket.unwrap_or(self.lane[0]).into();
    }

    /// Whether it is of a later batch of the same lane.
    pub fn is_later_than(&self, other: &Self) -> bool {
        self.lane == other.lane && self.batch > other.batch
    }

    /// Whether the server has it.
    pub async fn is_there(&self, session: &Session) -> Result<bool, Error> {
        let find = session.prepared(FIND).await?;
        let (rows, _) = session.run(&find, &self.values()).await?;
        Ok(!rows.is_empty())
    }

    fn values(&self) -> Vec<Value> {
        values![self.bucket, self.lane, self.batch]
    }

    /// Writes it, inside the batch's transaction. Errors: also that the batch was fenced off.
    pub async fn insert(&self, session: &Session) -> Result<(), Error> {
        let insert = session.prepared(INSERT).await?;
        session.run(&insert, &self.values()).await?;
        if self.batch % FORGET_EVERY == 0 {
            let forget = session.prepared(FORGET).await?;
            session.run(&forget, &self.values()).await?;
        }
        Ok(())
    }

    /// Whether the batch was committed; `false`: it was not, and cannot be any more. Errors: not known yet.
    pub async fn was_committed(&self, session: &Session) -> Result<bool, Error> {
        let fence = session.prepared(FENCE).await?;
        let (rows, _) = session.run(&fence, &self.values()).await?;
        let is_fence: bool = rows.first().map_or(Ok(true), |row| row.try_get(0))?;
        Ok(!is_fence)
    }
}
