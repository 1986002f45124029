//! What was destroyed: a row for each kind, day and policy, which says how much, of which time, and which by a hash.

use domain::ProjectId;
use domain::retention::{Destruction, RecordKind};

use crate::Store;
use crate::error::{CommitRefused, ReadError};
use crate::place::Place;
use crate::row::{Columns, Read};
use crate::statement::{Write, statements};
use crate::value::values;

statements! {
    INSERT_DESTRUCTION = "INSERT INTO destruction ({bucket}project_id, on_day, kind, years, count, oldest_ms, newest_ms, ids_hash, at_ms)
        VALUES ({:bucket}?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT ({bucket}project_id, on_day, kind, years) DO NOTHING";
    /// Only behind what is known: another one who destroys beside this has gone on otherwise.
    ADD_TO_DESTRUCTION = "UPDATE destruction SET count = ?5, oldest_ms = ?6, newest_ms = ?7, ids_hash = ?8, at_ms = ?9
        WHERE {of}project_id = ?1 AND on_day = ?2 AND kind = ?3 AND years = ?4 AND ids_hash = ?10";
    SELECT_DESTRUCTIONS = "SELECT on_day, kind, years, count, oldest_ms, newest_ms, ids_hash, at_ms FROM destruction
        WHERE {of}project_id = ?1 ORDER BY on_day, kind, years";
}

/// Puts what was destroyed on record, in the place of what is known of the same day, kind and policy.
pub fn put(project: ProjectId, known: Option<&Destruction>, now: &Destruction) -> Write {
    let count = i64::try_from(now.count).unwrap_or(i64::MAX);
    let mut values = values![
        project,
        now.day,
        now.kind.name(),
        u32::from(now.years),
        count,
        now.oldest,
        now.newest,
        now.ids_hash,
        now.at,
    ];
    let statement = match known {
        None => &INSERT_DESTRUCTION,
        Some(known) => {
            values.extend(values![known.ids_hash]);
            &ADD_TO_DESTRUCTION
        }
    };
    Write::one(statement, values, CommitRefused::LostRace)
}

fn read(columns: &mut Columns<'_>) -> Read<Destruction> {
    Ok(Destruction {
        day: columns.next()?,
        kind: columns.named(RecordKind::from_name)?,
        years: {
            let years: u32 = columns.next()?;
            u8::try_from(years).or_else(|_| columns.unreadable())?
        },
        count: columns.next()?,
        oldest: columns.next()?,
        newest: columns.next()?,
        ids_hash: columns.next()?,
        at: columns.next()?,
    })
}

impl Store {
    /// What was destroyed of a project's records, oldest day first.
    pub async fn destructions(&self, project: ProjectId) -> Result<Vec<Destruction>, ReadError> {
        self.rows(Place::Of(project), &SELECT_DESTRUCTIONS, values![project], read)
            .await
    }
}
