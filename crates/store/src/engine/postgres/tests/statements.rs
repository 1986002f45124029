//! The store's statements and its schema, as this engine has them.

use domain::ProjectId;

use super::database;
use crate::engine::postgres::options::Target;
use crate::engine::postgres::session::{Role, Session};
use crate::place::Place;
use crate::statement::tests::all;

#[tokio::test]
async fn every_statement_is_taken_for_one_project_and_for_all() {
    let database = database();
    let target = Target::of(&super::options(database.url())).unwrap();
    let session = Session::connect(&target, Role::Writes).await.unwrap();
    let mut refused = Vec::new();
    for statement in all() {
        for place in [
            Place::Of("0123456789abcdef01234567".parse::<ProjectId>().unwrap()),
            Place::Shared,
        ] {
            if let Err(error) = session.client.prepare(&statement.postgres(place).sql).await {
                refused.push(format!(
                    "{} {place:?}: {}",
                    statement.name,
                    crate::engine::postgres::fault::words(&error)
                ));
            }
        }
    }
    assert!(refused.is_empty(), "{refused:#?}");
}

/// Spread over machines by `bucket`, a table can promise only what is unique together with it. And a statement cannot be sent where
/// its rows are when a trigger or a sequence would have to be there too.
#[test]
fn every_unique_key_of_the_projects_rows_begins_with_their_bucket() {
    let database = database();
    let unique = "SELECT c.relname || ': ' || pg_get_indexdef(i.indexrelid) FROM pg_index AS i
        JOIN pg_class AS c ON c.oid = i.indrelid
        WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace AND NOT c.relispartition
        AND EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = c.oid AND attname = 'bucket')
        AND pg_get_indexdef(i.indexrelid, 1, true) <> 'bucket'";
    assert_eq!(database.sql(unique), "");
    let of_projects = "SELECT c.relname FROM pg_class AS c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND c.relnamespace = 'public'::regnamespace
        AND EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = c.oid AND attname = 'bucket') ORDER BY 1";
    let tables = database.sql(of_projects);
    for table in ["order_claim", "payment", "transition", "billing_key", "delivery"] {
        assert!(tables.lines().any(|line| line == table), "{tables}");
    }
    let text = "SELECT c.relname || '.' || a.attname FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
        JOIN pg_collation AS l ON l.oid = a.attcollation JOIN pg_index AS i ON i.indrelid = c.oid AND a.attnum = ANY(i.indkey)
        WHERE c.relnamespace = 'public'::regnamespace AND i.indisprimary AND l.collname <> 'C'";
    assert_eq!(database.sql(text), "", "ids are compared byte by byte");
    let others = "SELECT (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal) || ' ' ||
        (SELECT count(*) FROM pg_class WHERE relkind = 'S')";
    assert_eq!(database.sql(others), "0 0");
}

/// A conflict is a count of rows: nothing is inserted and then looked at in one statement, and nothing raises.
#[test]
fn inserts_are_plain_and_say_what_a_conflict_means() {
    // Ids of their own making, or under a lock: what is there already is a fault, and an error.
    let may_raise = [
        "INSERT_KEY",
        "INSERT_TOKEN",
        "INSERT_SESSION",
        "INSERT_ENTRY",
        "INSERT_RESERVE",
        "INSERT_DELIVERY",
        "REVOKE_OF_KEY_HISTORY",
    ];
    for statement in all() {
        let sql = &statement.postgres(Place::Shared).sql;
        assert!(
            !(sql.starts_with("WITH") && sql.contains("INSERT")),
            "{}",
            statement.name
        );
        if sql.starts_with("INSERT") {
            let says = sql.contains("ON CONFLICT");
            assert_eq!(says, !may_raise.contains(&statement.name), "{}", statement.name);
        }
    }
}
