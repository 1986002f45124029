//! `jadong audit pii` on files that nobody meant it to meet.

use std::fs::File;
use std::os::unix::fs::{FileExt, PermissionsExt, symlink};
use std::path::Path;

use rusqlite::Connection;
use serde_json::Value;
use testkit::process::{Output, TestDir};

const PHONE: &str = "010-9871-2345";
const ACCOUNT: &str = "98765432109871";

/// A data folder with a database that somebody else made.
fn database(dir: &TestDir) -> Connection {
    std::fs::create_dir_all(dir.data()).unwrap();
    let db = Connection::open(dir.data().join("jadong.db")).unwrap();
    let pragmas =
        "PRAGMA page_size = 512; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; PRAGMA secure_delete = OFF;";
    db.execute_batch(pragmas).unwrap();
    db.execute_batch(
        "CREATE TABLE kept (number INTEGER PRIMARY KEY, text TEXT); CREATE TABLE project (project_id TEXT)",
    )
    .unwrap();
    db
}

async fn audit(dir: &TestDir, more: &[&str]) -> Output {
    dir.run(&[&["audit", "pii", "--json"], more].concat(), &[]).await
}

/// Of this file or table, by the end of its name.
fn found<'a>(report: &'a Value, of: &str, name: &str) -> Vec<&'a Value> {
    let all = report["findings"].as_array().expect("findings");
    let is_there = |one: &&Value| one[of].as_str().is_some_and(|text| text.ends_with(name));
    all.iter().filter(is_there).collect()
}

fn not_searched(report: &Value) -> String {
    report["not_searched"].to_string()
}

#[tokio::test]
async fn a_number_that_lies_on_two_pages_of_the_log_is_found() {
    let dir = TestDir::empty();
    let db = database(&dir);
    for number in 0..520_u16 {
        let text = format!("{} {PHONE} {}", "가".repeat(number.into()), "x".repeat(900));
        db.execute("INSERT INTO kept VALUES (?1, ?2)", (number, text)).unwrap();
    }
    let log = std::fs::read(dir.data().join("jadong.db-wal")).unwrap();
    let whole = log
        .windows(PHONE.len())
        .filter(|window| *window == PHONE.as_bytes())
        .count();
    let output = audit(&dir, &[]).await;
    assert_eq!(output.code, Some(1), "{}", output.err);
    let report = output.json();
    let rows: Vec<u64> = found(&report, "table", "kept")
        .iter()
        .filter_map(|one| one["row"].as_u64())
        .collect();
    assert_eq!(rows, (1..=520).collect::<Vec<u64>>());
    assert!(whole < 520 * 2, "{whole}");
}

#[tokio::test]
async fn what_was_deleted_is_found_where_its_page_was() {
    let dir = TestDir::empty();
    let db = database(&dir);
    for _ in 0..50 {
        let text = format!("call {PHONE} or {ACCOUNT}!");
        db.execute("INSERT INTO kept (text) VALUES (?1)", [text]).unwrap();
    }
    db.execute_batch("DELETE FROM kept; PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
    drop(db);
    let list = dir.path().join("list");
    std::fs::write(&list, ACCOUNT).unwrap();
    let output = audit(&dir, &["--canary", list.to_str().unwrap()]).await;
    let report = output.json();
    assert_eq!(found(&report, "table", "kept").len(), 0);
    let kinds: Vec<&str> = found(&report, "file", "jadong.db")
        .iter()
        .filter_map(|one| one["kind"].as_str())
        .collect();
    assert!(kinds.contains(&"phone") && kinds.contains(&"canary"), "{kinds:?}");
    assert_eq!(output.code, Some(1));
}

#[tokio::test]
async fn every_number_of_a_long_file_is_found_once() {
    let dir = TestDir::empty();
    drop(database(&dir));
    let (line, count) = (format!("{PHONE} is 전화 {ACCOUNT}\n"), 70_000);
    std::fs::write(dir.path().join("long.log"), line.repeat(count)).unwrap();
    let packed = File::create(dir.path().join("long.gz")).unwrap();
    let mut packing = flate2::write::GzEncoder::new(packed, flate2::Compression::fast());
    std::io::Write::write_all(&mut packing, line.repeat(count).as_bytes()).unwrap();
    packing.finish().unwrap();
    for name in ["long.log", "long.gz"] {
        let output = audit(&dir, &["--also", dir.path().join(name).to_str().unwrap()]).await;
        assert_eq!(output.json()["found"], 2 * count, "{name}");
        assert!(output.out.len() < 1_000_000, "{}", output.out.len());
    }
}

#[tokio::test]
async fn loops_holes_and_what_is_no_file() {
    let dir = TestDir::empty();
    drop(database(&dir));
    let also = dir.path().join("also");
    std::fs::create_dir_all(also.join("deep")).unwrap();
    symlink("..", also.join("deep/up")).unwrap();
    symlink(dir.data(), also.join("deep/data")).unwrap();
    let hole = File::create(also.join("hole")).unwrap();
    hole.write_all_at(PHONE.as_bytes(), 6 << 30).unwrap();
    let text = also.to_str().unwrap();
    let output = audit(&dir, &["--also", text]).await;
    let report = output.json();
    let holes = found(&report, "file", "hole");
    assert_eq!((holes.len(), &report["found"]), (1, &Value::from(1)), "{}", output.out);
    assert_eq!(holes[0]["offset"], 6_u64 << 30);
    assert_eq!(not_searched(&report), "[]");
    std::fs::remove_file(also.join("hole")).unwrap();
    assert_eq!(audit(&dir, &["--also", text]).await.code, Some(0), "a loop is no fault");

    symlink("itself", also.join("itself")).unwrap();
    std::fs::write(also.join("dump.zip"), b"PK\x03\x04\x00\x00").unwrap();
    std::fs::write(also.join("cut.gz"), b"\x1f\x8b\x08\x00\x00").unwrap();
    let closed = also.join("closed");
    std::fs::create_dir(&closed).unwrap();
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o000)).unwrap();
    let is_closed = std::fs::read_dir(&closed).is_err();
    let output = audit(&dir, &["--also", text, "--also", "/no/such/path"]).await;
    let left = not_searched(&output.json());
    for name in ["itself", "dump.zip", "cut.gz", "/no/such/path"] {
        assert!(left.contains(name), "{name}: {left}");
    }
    assert_eq!(left.contains("closed"), is_closed, "{left}");
    assert_eq!(output.code, Some(2), "{}", output.err);
}

#[tokio::test]
async fn a_database_that_is_none_of_ours_is_not_clean() {
    let dir = TestDir::empty();
    for (sql, wanted) in [
        ("", "cannot be read as a database"),
        ("CREATE TABLE kept (text TEXT)", "no tables of jadong"),
    ] {
        let path = dir.data().join("jadong.db");
        std::fs::create_dir_all(dir.data()).unwrap();
        std::fs::write(
            &path,
            if sql.is_empty() {
                "x".repeat(4096)
            } else {
                String::new()
            },
        )
        .unwrap();
        if !sql.is_empty() {
            Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        }
        let output = audit(&dir, &[]).await;
        assert_eq!(output.code, Some(2), "{}", output.out);
        assert!(not_searched(&output.json()).contains(wanted), "{}", output.out);
    }
}

#[tokio::test]
async fn a_backup_is_read_as_a_database_and_nothing_is_written_beside_it() {
    let dir = TestDir::empty();
    let db = database(&dir);
    let backups = dir.path().join("backups");
    std::fs::create_dir(&backups).unwrap();
    db.execute("INSERT INTO kept (text) VALUES (?1)", [ACCOUNT]).unwrap();
    let backup = backups.join("of 100%#1?.db");
    db.execute("VACUUM INTO ?1", [backup.to_str().unwrap()]).unwrap();
    db.execute("DELETE FROM kept", []).unwrap();
    let output = audit(&dir, &["--also", backups.to_str().unwrap()]).await;
    let report = output.json();
    let places: Vec<&str> = found(&report, "table", "kept")
        .iter()
        .filter_map(|one| one["database"].as_str())
        .collect();
    assert_eq!(places, [backup.to_str().unwrap()], "{}", output.out);
    assert_eq!(std::fs::read_dir(&backups).unwrap().count(), 1);
}

async fn refused(dir: &TestDir, list: &Path) -> String {
    let output = audit(dir, &["--canary", list.to_str().unwrap()]).await;
    assert_eq!((output.code, output.out.as_str()), (Some(2), ""), "{}", output.err);
    output.err
}

#[tokio::test]
async fn a_list_that_cannot_be_searched_for_is_refused_without_a_word_of_it() {
    let dir = TestDir::empty();
    drop(database(&dir));
    let list = dir.path().join("list");
    assert!(refused(&dir, &list).await.contains("No such file"));
    for (bytes, wanted) in [
        (&b""[..], "has no value"),
        (b"\n \r\n", "has no value"),
        (b"good value\n\xff\xfe\n", "is not UTF-8"),
        (b"good value\nabc\n", "line 2"),
    ] {
        std::fs::write(&list, bytes).unwrap();
        let told = refused(&dir, &list).await;
        assert!(
            told.contains(wanted) && !told.contains("good") && !told.contains("abc"),
            "{told}"
        );
    }
    std::fs::write(&list, "x".repeat(257)).unwrap();
    assert!(refused(&dir, &list).await.contains("line 1"));
    assert!(refused(&dir, dir.path()).await.contains("directory"));
}
