//! A folder whose files do not belong together, or are damaged: not a new installation, and not one to debit from.

use std::os::unix::fs::{FileExt, PermissionsExt};

use super::{charge, copy};
use testkit::process::{Simulator, TestDir};

/// A folder that was served from, with something in it.
async fn lived_in() -> TestDir {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    gateway.merchant().issue_for("sub_1").await;
    assert!(gateway.process.stop().await.success());
    dir
}

async fn refused(dir: &TestDir) -> String {
    let (code, error) = dir.refused(&[]).await;
    assert_eq!(code, Some(1), "{error}");
    error
}

#[tokio::test]
async fn a_database_that_is_gone_is_not_made_anew_beside_what_it_left() {
    let dir = lived_in().await;
    let database = dir.data().join("jadong.db");
    let kept = std::fs::read(&database).expect("a file");
    let gone: [&dyn Fn(); 3] = [
        &|| std::fs::remove_file(&database).expect("it was there"),
        &|| std::fs::write(&database, "").expect("emptied"),
        &|| {
            std::fs::write(&database, "").expect("emptied");
            std::fs::write(dir.data().join("jadong.db-wal"), "half of something").expect("a file");
        },
    ];
    for go in gone {
        go();
        let error = refused(&dir).await;
        assert!(
            error.contains("jadong.db") && error.contains("pepper.key") && error.contains("restore"),
            "{error}"
        );
        assert_eq!(
            std::fs::metadata(&database).map_or(0, |file| file.len()),
            0,
            "nothing was made"
        );
        let doctor = dir.run(&["doctor", "--listen", "127.0.0.1:0"], &[]).await;
        assert!(
            doctor.code == Some(1) && doctor.out.contains("there was a database"),
            "{}",
            doctor.out
        );
        let output = dir.run(&["project", "create", "shop"], &[]).await;
        assert_eq!(output.code, Some(1), "nor by a command: {}", output.out);
        let _ = std::fs::remove_file(dir.data().join("jadong.db-wal"));
    }
    // The mark alone says it too.
    std::fs::remove_file(&database).expect("it was there");
    std::fs::remove_file(dir.data().join("pepper.key")).expect("it was there");
    assert!(refused(&dir).await.contains("jadong.mark"));
    assert!(
        !dir.data().join("pepper.key").exists(),
        "a new key would not be the old one"
    );
    std::fs::write(&database, kept).expect("restored");
    assert!(refused(&dir).await.contains("pepper.key is missing"));
}

#[tokio::test]
async fn a_first_start_that_was_cut_short_is_gone_on_with() {
    let dir = TestDir::empty();
    std::fs::create_dir_all(dir.data()).expect("a folder");
    let key = "0".repeat(64);
    std::fs::write(dir.data().join("pepper.new"), &key).expect("a file");
    std::fs::write(dir.data().join("jadong.db"), "").expect("a file");
    assert!(dir.serve(&[]).await.process.stop().await.success());
    // And between the database and its key.
    std::fs::rename(dir.data().join("pepper.key"), dir.data().join("pepper.new")).expect("renamed");
    assert!(dir.serve(&[]).await.process.stop().await.success());
    assert!(!dir.data().join("pepper.new").exists());
}

#[tokio::test]
async fn what_the_doctor_calls_damaged_is_not_served_from() {
    let dir = lived_in().await;
    let database = dir.data().join("jadong.db");
    let whole = dir.path().join("whole.db");
    copy(&database, &whole);
    let pages = std::fs::metadata(&database).expect("a file").len() / 4096;
    let mut refusals = 0;
    for page in (1..pages).step_by(3) {
        copy(&whole, &database);
        let file = std::fs::File::options().write(true).open(&database).expect("a file");
        file.write_all_at(&[0xff; 64], page * 4096).expect("damaged");
        let doctor = dir.run(&["doctor", "--json", "--listen", "127.0.0.1:0"], &[]).await;
        if !doctor.out.contains("damaged") && !doctor.out.contains("malformed") {
            continue;
        }
        let error = refused(&dir).await;
        assert!(
            error.contains("damaged") || error.contains("malformed"),
            "page {page}: {error}"
        );
        refusals += 1;
    }
    assert!(refusals > 3, "{refusals} of {pages} pages");
    copy(&whole, &database);
    assert!(dir.serve(&[]).await.process.stop().await.success());
}

/// The claim on the order id is gone: the schema has a guard of its own.
#[tokio::test]
async fn a_lost_claim_is_no_second_debit() {
    let dir = TestDir::empty();
    let pg = Simulator::start(dir.path(), 0).await;
    let gateway = dir.serve(&pg.settings()).await;
    let api = gateway.merchant();
    let (_, key) = api.issue_for("sub_1").await;
    charge(&api, &key, "order_1").await;
    assert!(gateway.process.stop().await.success());
    let database = rusqlite::Connection::open(dir.data().join("jadong.db")).expect("it opens");
    assert_eq!(database.execute("DELETE FROM order_claim", []).expect("deleted"), 1);
    drop(database);
    let gateway = dir.serve(&pg.settings()).await;
    let again = charge(&gateway.merchant(), &key, "order_1").await;
    assert_ne!(again.status, 200, "{}", again.body);
    assert_eq!(pg.ledger().await.debits.len(), 1);
}

#[tokio::test]
async fn every_file_is_its_owners_alone_and_live_mode_takes_no_open_key() {
    let dir = lived_in().await;
    let open = |name: &str| std::fs::set_permissions(dir.data().join(name), PermissionsExt::from_mode(0o644));
    let mode = |name: &str| {
        let file = std::fs::metadata(dir.data().join(name)).expect(name);
        file.permissions().mode() & 0o777
    };
    for name in ["jadong.db", "jadong.lock", "jadong.mark", "admin.url", "pepper.key"] {
        assert_eq!(mode(name), 0o600, "{name}");
        open(name).expect("opened");
    }
    let live = [
        ("JADONG_MODE", "live"),
        ("JADONG_PG", "nicepay"),
        ("JADONG_PG_URL", "https://127.0.0.1:9"),
        ("JADONG_PG_CLIENT_KEY", "my-own-key"),
        ("JADONG_PG_SECRET_KEY", "12345678901234567890123456789012"),
        ("JADONG_BEHIND_PROXY", "true"),
    ];
    let (code, error) = dir.refused(&live).await;
    assert_eq!(code, Some(1));
    assert!(error.contains("pepper.key") && error.contains("chmod 600"), "{error}");
    let gateway = dir.serve(&[]).await;
    for name in [
        "jadong.db",
        "jadong.db-wal",
        "jadong.lock",
        "jadong.mark",
        "admin.url",
        "pepper.key",
    ] {
        assert_eq!(mode(name), 0o600, "{name}");
    }
    assert!(gateway.process.stop().await.success());
}
