//! The answers as the project's settings. They are written over what was read, and only for the account that was measured.

use anyhow::bail;
use domain::EpochMs;
use domain::fingerprint::Pepper;
use domain::project::{Project, ProjectPg};
use pg::measure::{Row, absence_proven_after, merged};
use seams::{Clock, SystemClock};
use store::{CommitError, CommitRefused, Store};

use crate::project::{account, named};

/// Others measure or rotate at the same time seldom, and not again and again.
const TRIES: u32 = 3;

/// Stores what was found over what is known by now; gives the project's PG as it is after that.
pub async fn keep(store: &Store, pepper: &Pepper, measured: &Project, rows: &[Row]) -> anyhow::Result<ProjectPg> {
    let now = EpochMs(SystemClock.now_ms());
    let of = |pg: &ProjectPg| account(pg.credentials.as_ref(), measured.id, pepper);
    let change = |was: &ProjectPg| {
        let is_same_place = was.name == measured.pg.name && was.url == measured.pg.url;
        if !is_same_place || of(was) != of(&measured.pg) {
            bail!(
                "{} has another account or address at its PG by now: what was measured is not of that one, and is not stored",
                measured.name
            );
        }
        if rows.iter().all(|row| row.measured().is_none()) {
            return Ok(was.clone());
        }
        let answers = merged(was.answers.as_ref(), rows, now);
        let absence = absence_proven_after(answers.as_ref());
        Ok(ProjectPg {
            absence_proven_after_ms: absence.and_then(|after| i64::try_from(after.as_millis()).ok()),
            answers,
            ..was.clone()
        })
    };
    set(store, &measured.name, change).await
}

/// Nothing was measured any more.
pub async fn forget(store: &Store, name: &str) -> anyhow::Result<ProjectPg> {
    let change = |was: &ProjectPg| {
        Ok(ProjectPg {
            absence_proven_after_ms: None,
            answers: None,
            ..was.clone()
        })
    };
    set(store, name, change).await
}

async fn set(
    store: &Store,
    name: &str,
    change: impl Fn(&ProjectPg) -> anyhow::Result<ProjectPg>,
) -> anyhow::Result<ProjectPg> {
    for _ in 0..TRIES {
        let project = named(store, name).await?;
        let pg = change(&project.pg)?;
        if pg == project.pg {
            return Ok(pg);
        }
        match store.set_pg(project.id, &project.pg, &pg).await {
            Ok(()) => return Ok(pg),
            Err(CommitError::Refused(CommitRefused::LostRace)) => {}
            Err(CommitError::InDoubt(reason)) => {
                bail!("{reason}: it may have been stored or not, `jadong project list --json` says")
            }
            Err(error) => return Err(error.into()),
        }
    }
    bail!("others change the PG of {name} all the time: nothing was stored")
}
