//! Every table of the schema is one that is moved, or one of a single database.

use std::collections::BTreeSet;

use pgcluster::{Database, Shared};

use super::tables::{OF_ONE_DATABASE, TABLES};
use crate::Store;
use crate::engine::postgres::PostgresOptions;

fn database() -> Database {
    Shared::server().database_like("jadong", |url| {
        let any_server = PostgresOptions {
            allow_asynchronous_replication: true,
            allow_unsynced: true,
            ..PostgresOptions::at(url)
        };
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(Store::migrate_postgres(&any_server)).unwrap();
    })
}

#[test]
fn no_table_is_forgotten_in_a_move() {
    let database = database();
    let names = database.sql(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition",
    );
    let there: BTreeSet<&str> = names.lines().collect();
    let known = TABLES
        .iter()
        .map(|table| table.name)
        .chain(OF_ONE_DATABASE.iter().copied());
    assert_eq!(there, known.collect());
}

/// A row is found again by its key: the primary key's columns, of which bucket and project may be left out where an id is unique.
#[test]
fn a_tables_key_is_its_primary_key() {
    let database = database();
    for table in TABLES {
        let key = database.sql(&format!(
            "SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
             WHERE indrelid = '{}'::regclass AND indisprimary",
            table.name
        ));
        let place = table
            .is_of_projects
            .then_some(["bucket", "project_id"])
            .into_iter()
            .flatten();
        let ours: BTreeSet<&str> = place.chain(table.key.iter().copied()).collect();
        assert_eq!(key.lines().collect::<BTreeSet<_>>(), ours, "{}", table.name);
    }
}
