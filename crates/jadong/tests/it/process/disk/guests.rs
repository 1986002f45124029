//! Commands beside a server, and a database of another age.

use rusqlite::Connection;

use testkit::process::TestDir;
use testkit::process::run;

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
    let older = "DROP TABLE installation; DROP INDEX payment_live; DELETE FROM migration WHERE number = 13;";
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
    let told = format!("schema {older}");
    let data = dir.data_text();
    let data = data.as_str();
    for args in [
        &["in-doubt", "--data", data][..],
        &["in-doubt", "--json", "--data", data],
        &["explain", "6655069ca691573f1bb9c28a", "--data", data],
        &["project", "list", "--data", data],
        &["project", "create", "shop", "--data", data],
        &["project", "rotate-key", "sandbox", "--data", data],
        &["webhook", "list", "--data", data],
        &["webhook", "set", "sandbox", "https://a.example/", "--data", data],
        &["webhook", "secret", "sandbox", "--data", data],
        &["console", "user", "list", "--data", data],
    ] {
        let said = run(args, &[]).await;
        assert_eq!(said.code, Some(1), "{args:?}: {}", said.out);
        assert!(
            said.err.contains(&told) && said.err.contains("jadong serve"),
            "{args:?}: {}",
            said.err
        );
        assert_eq!(schema(&dir), older, "{args:?}");
    }
    let doctor = run(&["doctor", "--data", data, "--listen", "127.0.0.1:0"], &[]).await;
    assert!(doctor.out.contains(&told), "{}", doctor.out);
    assert_eq!(schema(&dir), older);
    // A command that only looks makes nothing either.
    let empty = dir.path().join("empty");
    std::fs::create_dir(&empty).expect("a folder");
    std::fs::write(empty.join("jadong.db"), "").expect("a file");
    let said = run(&["project", "list", "--data", empty.to_str().expect("text")], &[]).await;
    assert!(said.code == Some(1) && said.err.contains("no database"), "{}", said.err);
    assert_eq!(std::fs::metadata(empty.join("jadong.db")).expect("a file").len(), 0);
}

#[tokio::test]
async fn two_live_payments_of_one_order_stop_the_migration_and_are_named() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = testkit::process::api::Api::new(&gateway.url);
    let (_, key) = api.issue("sub_1", "01012345678").await;
    super::charge(&api, &key, "order_1").await.expect("an answer");
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
