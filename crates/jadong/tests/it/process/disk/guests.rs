//! Commands beside a server, and a database of another age.

use rusqlite::Connection;
use testkit::process::{TestDir, run};

/// The database as it was before its newest migration, as far as commands look.
fn make_older(dir: &TestDir) -> u32 {
    let database = Connection::open(dir.data().join("jadong.db")).expect("it opens");
    let older = "DELETE FROM migration WHERE number = (SELECT max(number) FROM migration)";
    assert_eq!(database.execute(older, []).expect("older"), 1);
    drop(database);
    schema(dir)
}

/// The database as it was before it knew of installations and of a second guard.
fn make_unguarded(dir: &TestDir) {
    let database = Connection::open(dir.data().join("jadong.db")).expect("it opens");
    let older = "DROP TABLE installation; DROP INDEX payment_live; DROP TABLE node; DROP INDEX due_leased;
        DELETE FROM migration WHERE number IN (13, 17);";
    database.execute_batch(older).expect("older");
}

fn schema(dir: &TestDir) -> u32 {
    let database = Connection::open(dir.data().join("jadong.db")).expect("it opens");
    database
        .query_row("SELECT max(number) FROM migration", [], |row| row.get(0))
        .expect("a number")
}

#[tokio::test]
async fn no_command_moves_a_schema_on() {
    let dir = TestDir::empty();
    assert!(dir.serve(&[]).await.process.stop().await.success());
    let older = make_older(&dir);
    let named = format!("schema {older}");
    for args in [
        &["in-doubt"][..],
        &["in-doubt", "--json"],
        &["explain", "6655069ca691573f1bb9c28a"],
        &["project", "list"],
        &["project", "create", "shop"],
        &["project", "rotate-key", "sandbox"],
        &["webhook", "list"],
        &["webhook", "set", "sandbox", "https://a.example/"],
        &["webhook", "secret", "sandbox"],
        &["console", "user", "list"],
    ] {
        let output = dir.run(args, &[]).await;
        assert_eq!(output.code, Some(1), "{args:?}: {}", output.out);
        assert!(
            output.err.contains(&named) && output.err.contains("jadong serve"),
            "{args:?}: {}",
            output.err
        );
        assert_eq!(schema(&dir), older, "{args:?}");
    }
    let doctor = dir.run(&["doctor", "--listen", "127.0.0.1:0"], &[]).await;
    assert!(doctor.out.contains(&named), "{}", doctor.out);
    assert_eq!(schema(&dir), older);
    // A command that only looks makes nothing either.
    let empty = dir.path().join("empty");
    std::fs::create_dir(&empty).expect("a folder");
    std::fs::write(empty.join("jadong.db"), "").expect("a file");
    let output = run(&["project", "list", "--data", empty.to_str().expect("text")], &[]).await;
    assert!(
        output.code == Some(1) && output.err.contains("no database"),
        "{}",
        output.err
    );
    assert_eq!(std::fs::metadata(empty.join("jadong.db")).expect("a file").len(), 0);
}

#[tokio::test]
async fn two_live_payments_of_one_order_stop_the_migration_and_are_named() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    let (_, key) = api.issue_for("sub_1").await;
    super::charge(&api, &key, "order_1").await;
    assert!(gateway.process.stop().await.success());
    make_unguarded(&dir);
    let database = Connection::open(dir.data().join("jadong.db")).expect("it opens");
    let twin = "CREATE TEMP TABLE twin AS SELECT * FROM payment;
        UPDATE twin SET receipt_id = '6655069ca691573f1bb9c28a';
        INSERT INTO payment SELECT * FROM twin;";
    database.execute_batch(twin).expect("a twin");
    drop(database);
    let (code, error) = dir.refused(&[]).await;
    assert_eq!(code, Some(1));
    assert!(
        error.contains("two live payments") && error.contains("order_1"),
        "{error}"
    );
    assert!(!is_guarded(&dir), "nothing was changed");
    let database = Connection::open(dir.data().join("jadong.db")).expect("it opens");
    let settled = "UPDATE payment SET state = 'voided' WHERE receipt_id = '6655069ca691573f1bb9c28a'";
    assert_eq!(database.execute(settled, []).expect("updated"), 1);
    drop(database);
    assert!(dir.serve(&[]).await.process.stop().await.success());
    assert!(is_guarded(&dir));
}

fn is_guarded(dir: &TestDir) -> bool {
    let database = Connection::open(dir.data().join("jadong.db")).expect("it opens");
    let found = "SELECT count(*) FROM sqlite_schema WHERE name = 'payment_live'";
    database
        .query_row(found, [], |row| row.get::<_, u32>(0))
        .expect("a count")
        == 1
}
