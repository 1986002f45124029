//! Migrations: numbered files that are part of the binary, each applied once by `jadong db migrate`, and never changed afterwards.
//! Whoever serves only looks. A schema that is newer is no reason not to serve: its migrations only add, until one says from
//! which program on it may be served.

use std::time::Duration;

use tokio_postgres::Error;
use tokio_postgres::error::SqlState;

use super::fault::{PostgresFault, of_connecting, words};
use super::options::{PostgresOptions, Target};
use super::partitions;
use super::session::{Role, Session};
use crate::engine::checksum;

/// Number, what it does to older programs (`expand`: nothing; `contract`: it raises `min_program`), text.
const MIGRATIONS: &[(u32, &str, &str)] = &[
    (1, "expand", include_str!("../../../migrations/postgres/0001_first.sql")),
    (2, "expand", include_str!("../../../migrations/postgres/0002_node.sql")),
    (3, "expand", include_str!("../../../migrations/postgres/0003_move.sql")),
    (
        4,
        "expand",
        include_str!("../../../migrations/postgres/0004_timeline.sql"),
    ),
    (
        5,
        "expand",
        include_str!("../../../migrations/postgres/0005_project_pg.sql"),
    ),
    (
        6,
        "expand",
        include_str!("../../../migrations/postgres/0006_consent_url.sql"),
    ),
    (
        7,
        "expand",
        include_str!("../../../migrations/postgres/0007_mandate.sql"),
    ),
    (
        8,
        "expand",
        include_str!("../../../migrations/postgres/0008_cancel_sent_again.sql"),
    ),
    (
        9,
        "expand",
        include_str!("../../../migrations/postgres/0009_pg_answers.sql"),
    ),
    (
        10,
        "expand",
        include_str!("../../../migrations/postgres/0010_keys_of_the_pg.sql"),
    ),
    (
        11,
        "expand",
        include_str!("../../../migrations/postgres/0011_destruction.sql"),
    ),
];

/// The number of this program among those that may serve one database. Raised by whoever writes a contracting migration, or
/// something that older ones would take for something else: 2 knows that projects have PGs of their own.
const PROGRAM: u32 = 2;

/// Held by whoever migrates, on its own connection: "jadong" in letters.
const LOCK: i64 = 0x6a61_646f_6e67;
/// So often, and so far apart, the lock is asked for, and a migration is tried that met a transaction of whoever serves.
const TRIES: u32 = 50;
const APART: Duration = Duration::from_millis(200);

const CREATE_LIST: &str = "CREATE TABLE IF NOT EXISTS migration (
    number integer PRIMARY KEY, checksum bigint NOT NULL, phase text NOT NULL CHECK (phase IN ('expand', 'contract')))";

/// Number of the newest migration.
fn known() -> u32 {
    MIGRATIONS.iter().map(|(number, ..)| *number).max().unwrap_or(0)
}

/// Whether this program may serve. Errors: not migrated, older, only for newer programs, changed; an installation is being moved
/// there.
pub async fn check(session: &Session, target: &Target) -> Result<(), PostgresFault> {
    check_schema(session, target).await?;
    let asked = "SELECT moving_from IS NOT NULL FROM installation";
    let asked = session.client.query_one(asked, &[]).await;
    if asked.map_err(|error| of_connecting(target, &error))?.get(0) {
        let database = target.database();
        return Err(PostgresFault::Moving { database });
    }
    Ok(())
}

/// The same, also while an installation is being moved there.
pub async fn check_schema(session: &Session, target: &Target) -> Result<(), PostgresFault> {
    let failed = |error: Error| of_connecting(target, &error);
    let database = target.database();
    let has_list = "SELECT to_regclass('migration') IS NOT NULL AND to_regclass('installation') IS NOT NULL";
    let has_list: bool = session.client.query_one(has_list, &[]).await.map_err(failed)?.get(0);
    if !has_list {
        return Err(PostgresFault::NotMigrated { database });
    }
    let applied = applied(session).await.map_err(failed)?;
    unchanged(&applied, target)?;
    let found = applied.iter().map(|(number, _)| *number).max().unwrap_or(0);
    let known = known();
    if MIGRATIONS
        .iter()
        .any(|(number, ..)| !applied.iter().any(|(applied, _)| applied == number))
    {
        return Err(PostgresFault::Older { database, found, known });
    }
    let asked = "SELECT min_program FROM installation";
    let min_program: i32 = session.client.query_one(asked, &[]).await.map_err(failed)?.get(0);
    let min_program = u32::try_from(min_program).unwrap_or(0);
    if min_program > PROGRAM {
        return Err(PostgresFault::NewerOnly {
            database,
            min_program,
            program: PROGRAM,
        });
    }
    Ok(())
}

/// Brings the database to this program's schema; gives the numbers of the migrations that it applied.
///
/// Errors: the server's, another program is migrating, a migration was changed or fails.
pub async fn migrate(options: &PostgresOptions) -> Result<Vec<u32>, PostgresFault> {
    let target = Target::of(options)?;
    let session = Session::connect(&target, Role::Migrates).await?;
    lock(&session, &target).await?;
    let failed = |error: Error| of_connecting(&target, &error);
    session.client.batch_execute(CREATE_LIST).await.map_err(failed)?;
    let applied = applied(&session).await.map_err(failed)?;
    unchanged(&applied, &target)?;
    let mut done = Vec::new();
    for (number, phase, sql) in MIGRATIONS {
        if applied.iter().any(|(applied, _)| applied == number) {
            continue;
        }
        apply(&session, *number, phase, sql)
            .await
            .map_err(|error| PostgresFault::Migration {
                database: target.database(),
                number: *number,
                reason: words(&error),
            })?;
        done.push(*number);
    }
    let made = partitions::make(&session).await.map_err(failed)?;
    tracing::info!(
        migrations = done.len(),
        partitions = made.len(),
        "the database is migrated"
    );
    // The lock goes with the connection.
    Ok(done)
}

/// Takes the lock of whoever migrates, which waiting for by itself could not be told from a lock of a table.
pub async fn lock(session: &Session, target: &Target) -> Result<(), PostgresFault> {
    for _ in 0..TRIES {
        let asked = session.client.query_one("SELECT pg_try_advisory_lock($1)", &[&LOCK]);
        if asked.await.map_err(|error| of_connecting(target, &error))?.get(0) {
            return Ok(());
        }
        tokio::time::sleep(APART).await;
    }
    let database = target.database();
    Err(PostgresFault::Migrating { database })
}

/// Applies one migration, in one transaction. It waits for no lock long, for everybody else would wait behind it.
async fn apply(session: &Session, number: u32, phase: &str, sql: &str) -> Result<(), Error> {
    let listed = format!(
        "INSERT INTO migration (number, checksum, phase) VALUES ({number}, {}, '{phase}')",
        checksum(sql)
    );
    let all = format!("BEGIN;\n{sql}\n;{listed};\nCOMMIT");
    let mut tries = 0;
    loop {
        let Err(error) = session.client.batch_execute(&all).await else {
            return Ok(());
        };
        session.client.batch_execute("ROLLBACK").await?;
        tries += 1;
        if error.code() != Some(&SqlState::LOCK_NOT_AVAILABLE) || tries >= TRIES {
            return Err(error);
        }
        tokio::time::sleep(APART).await;
    }
}

/// The numbers and checksums of what was applied.
async fn applied(session: &Session) -> Result<Vec<(u32, i64)>, Error> {
    let rows = session
        .client
        .query("SELECT number, checksum FROM migration", &[])
        .await?;
    let read = |row: &tokio_postgres::Row| Ok((u32::try_from(row.try_get::<_, i32>(0)?).unwrap_or(0), row.try_get(1)?));
    rows.iter().map(read).collect()
}

fn unchanged(applied: &[(u32, i64)], target: &Target) -> Result<(), PostgresFault> {
    let changed = MIGRATIONS.iter().find(|(number, _, sql)| {
        let found = applied.iter().find(|(applied, _)| applied == number);
        found.is_some_and(|(_, sum)| *sum != checksum(sql))
    });
    match changed {
        Some((number, ..)) => Err(PostgresFault::Changed {
            database: target.database(),
            number: *number,
        }),
        None => Ok(()),
    }
}
