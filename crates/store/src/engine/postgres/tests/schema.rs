//! What the schema must keep so that it can be spread over machines by bucket.

use super::database;

/// Rows that a query finds are what is wrong.
fn none(what: &str, sql: &str) {
    let found = database().sql(sql);
    assert_eq!(found, "", "{what}");
}

const OF_BUCKETS: &str = "SELECT attrelid FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE attname = 'bucket' AND relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')";

#[test]
fn every_unique_key_of_a_projects_rows_begins_with_their_bucket() {
    none(
        "unique indexes",
        &format!(
            "SELECT indexrelid::regclass FROM pg_index WHERE indisunique AND indrelid IN ({OF_BUCKETS})
             AND (SELECT attname FROM pg_attribute WHERE attrelid = indrelid AND attnum = indkey[0]) <> 'bucket'"
        ),
    );
}

#[test]
fn no_foreign_key_leaves_a_bucket() {
    none(
        "foreign keys",
        &format!(
            "SELECT conname FROM pg_constraint WHERE contype = 'f' AND (conrelid IN ({OF_BUCKETS}) OR confrelid IN ({OF_BUCKETS}))"
        ),
    );
}

#[test]
fn there_is_no_trigger_and_no_sequence() {
    none("triggers", "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal");
    none(
        "sequences",
        "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace",
    );
    none(
        "functions",
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    );
}

#[test]
fn ids_are_compared_byte_by_byte() {
    none(
        "collations",
        "SELECT c.relname || '.' || a.attname FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
            JOIN pg_collation AS l ON l.oid = a.attcollation
            JOIN pg_index AS i ON i.indrelid = c.oid AND a.attnum = ANY(i.indkey)
         WHERE c.relnamespace = 'public'::regnamespace AND i.indisprimary AND l.collname <> 'C'",
    );
}

/// The rules above would be true of no table at all.
#[test]
fn the_big_tables_have_buckets() {
    let tables = database().sql(&format!(
        "SELECT count(*) FROM pg_class WHERE relkind = 'p' AND oid IN ({OF_BUCKETS})"
    ));
    assert_eq!(tables, "8");
}
