//! Placing the tables, and what a store does where they are spread. The server here has no Citus: two functions and a list stand for it,
//! which keep what they were asked and refuse what Citus would refuse first, a table whose foreign key goes to one that is not placed.

use futures_util::future::join_all;
use pgcluster::Database;

use super::{add, database, open, options};
use crate::Store;
use crate::error::{OpenError, PostgresFault};
use crate::place::Place;

const CITUS: &str = "CREATE TABLE pg_dist_partition (logicalrelid regclass PRIMARY KEY, column_name text, with_table text, shards int);
    CREATE FUNCTION create_reference_table(t regclass) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = t AND contype = 'f'
            AND confrelid NOT IN (SELECT logicalrelid FROM pg_dist_partition)) THEN RAISE 'its foreign key'; END IF;
        INSERT INTO pg_dist_partition VALUES (t); END $$;
    CREATE FUNCTION create_distributed_table(t regclass, c text, shard_count int DEFAULT NULL, colocate_with text DEFAULT NULL)
        RETURNS void LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT 1 FROM pg_constraint WHERE contype = 'f' AND conrelid = t) THEN RAISE 'its foreign key'; END IF;
        INSERT INTO pg_dist_partition VALUES (t, c, colocate_with, shard_count); END $$";

fn placed(database: &Database) -> String {
    database.sql(
        "SELECT count(*) || ' ' || count(column_name) || ' ' || count(shards) || ' ' || count(DISTINCT with_table)
        FROM pg_dist_partition WHERE logicalrelid <> 'thing'::regclass",
    )
}

fn fault(error: OpenError) -> PostgresFault {
    match error {
        OpenError::Postgres(fault) => fault,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn each_table_is_placed_once_also_after_an_interruption() {
    let database = database();
    let options = options(database.url());
    let none = Store::distribute_postgres(&options, 16).await.unwrap_err();
    assert!(matches!(fault(none), PostgresFault::NoCitus { .. }));
    database.sql(CITUS);
    // It ends in the middle: nobody can have a table's lock.
    database.sql("ALTER TABLE due ADD CONSTRAINT wrong FOREIGN KEY (project_id) REFERENCES project (project_id)");
    let stopped = Store::distribute_postgres(&options, 16).await.unwrap_err();
    assert!(stopped.to_string().contains("its foreign key"), "{stopped}");
    database.sql("ALTER TABLE due DROP CONSTRAINT wrong");
    let done = Store::distribute_postgres(&options, 16).await.unwrap();
    let new = done.iter().filter(|placed| placed.is_new).count();
    assert!(new > 0 && new < done.len(), "{done:?}");
    let spread = done.iter().filter(|placed| placed.is_spread).count();
    assert_eq!(spread, 19, "{done:?}");
    for page in [
        include_str!("../../../../../../docs/operating/postgresql.md"),
        include_str!("../../../../../../docs/operating/postgresql.ko.md"),
    ] {
        for placed in done.iter().filter(|placed| placed.table != "thing") {
            let row = page
                .lines()
                .find(|line| line.starts_with("| ") && line.contains(&format!("`{}`", placed.table)));
            let is_by_bucket = row.expect(&placed.table).contains("`order_claim`");
            assert_eq!(is_by_bucket, placed.is_spread, "{}", placed.table);
        }
    }
    // All that are spread are by bucket, one of them with its number of shards, and the others as that one.
    assert_eq!(placed(&database), format!("{} {spread} 1 2", done.len() - 1));
    let again = Store::distribute_postgres(&options, 16).await.unwrap();
    assert!(again.iter().all(|placed| !placed.is_new) && again.len() == done.len());
    database.sql("INSERT INTO node VALUES (1, 'v', 'a', 'a', 0, 9000000000000, 0)");
    let served = Store::distribute_postgres(&options, 16).await.unwrap_err();
    assert!(matches!(fault(served), PostgresFault::Served { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_tables_are_spread_a_transaction_and_its_mark_are_of_one_bucket() {
    let database = database();
    database.sql(CITUS);
    database.sql("INSERT INTO pg_dist_partition VALUES ('due')");
    let store = open(&options(database.url())).await;
    let places: Vec<Place> = (1..=8)
        .map(|number| Place::Of(format!("{number:024x}").parse().unwrap()))
        .collect();
    let commands =
        (0..200).map(|number| store.write(places[number % 8], vec![add(&format!("{}-{number}", number % 8))]));
    for told in join_all(commands).await {
        assert_eq!(told.unwrap(), [1]);
    }
    let of_one = "SELECT max(projects) || ' ' || (count(*) < 100) FROM (SELECT count(DISTINCT split_part(name, '-', 1)) AS projects
        FROM thing GROUP BY xmin::text) AS transactions";
    assert_eq!(database.sql(of_one), "1 true");
    let buckets: Vec<String> = places
        .iter()
        .filter_map(|place| place.bucket())
        .map(|bucket| bucket.to_string())
        .collect();
    let strange = format!(
        "SELECT count(*) FROM commit_mark WHERE bucket NOT IN ({})",
        buckets.join(",")
    );
    assert_eq!(database.sql(&strange), "0");
    assert_ne!(database.sql("SELECT count(*) FROM commit_mark"), "0");
}
