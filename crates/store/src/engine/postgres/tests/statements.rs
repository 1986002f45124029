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

/// A conflict is a count of rows: nothing is inserted and then looked at in one statement, and nothing raises.
#[test]
fn inserts_are_plain_and_say_what_a_conflict_means() {
    // Ids of their own making, or under a lock: what is there already is a fault, and an error.
    let may_raise = [
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

/// What goes over the rows of all projects, and when. Everything else names one bucket: on a request's way, and wherever a worker writes.
const OF_ALL: [(&str, &str); 12] = [
    ("FIND", "a worker reads whose work is due; it leases project by project"),
    (
        "HELD_OF",
        "a worker reads whose consents it drives; it renews project by project",
    ),
    ("GIVE_BACK", "once, when a node stops"),
    ("FREE_ALL", "once, when the only node of an installation starts"),
    ("IS_ANY", "tests"),
    ("COUNT_LATE", "a node's metrics, twice a minute"),
    ("SELECT_DUE_RESERVES", "an operator, after a restore"),
    ("SELECT_PAYMENTS_SINCE", "an operator, after a restore"),
    ("SELECT_PAYMENT_OF_ANYONE", "an operator resolves"),
    ("SELECT_UNRESOLVED", "an operator's list"),
    ("SELECT_RECENT_DELIVERIES", "an operator's list"),
    ("SELECT_OPEN_ISSUANCES", "an operator's list"),
];

/// The bucket is named as often as tables of buckets are: a statement of which one part did not would be sent to every machine, or
/// refused there. That those of [`OF_ALL`] are not run as one project's, and others only so, the engine asserts while it runs them.
#[test]
fn whatever_is_about_a_projects_rows_names_their_bucket() {
    let tables = database().sql(
        "SELECT c.relname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
        WHERE a.attname = 'bucket' AND c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace",
    );
    let tables: Vec<&str> = tables.lines().collect();
    assert!(tables.contains(&"due") && tables.contains(&"payment"), "{tables:?}");
    let mut of_all = Vec::new();
    let place = Place::Of("0123456789abcdef01234567".parse::<ProjectId>().unwrap());
    for statement in all() {
        let sql = &statement.postgres(place).sql;
        let words: Vec<&str> = sql
            .split(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
            .collect();
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        let is_about =
            |pair: &&[&str]| ["FROM", "JOIN", "INTO", "UPDATE"].contains(&pair[0]) && tables.contains(&pair[1]);
        let about = words.windows(2).filter(is_about).count();
        if about > 0 && !statement.is_of_one_project() {
            of_all.push(statement.name);
        } else if about > 0 {
            let inserted = sql
                .matches(" (bucket, ")
                .count()
                .min(sql.matches("INSERT INTO ").count());
            let named = sql.matches("bucket = ").count() + inserted;
            assert!(named >= about, "{}: {named} of {about}: {sql}", statement.name);
        }
    }
    let mut listed = OF_ALL.map(|(name, _)| name);
    listed.sort_unstable();
    of_all.sort_unstable();
    assert_eq!(of_all, listed);
}
