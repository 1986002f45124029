//! The data folder: whose it is, and what must be in it.

use std::os::unix::fs::PermissionsExt;
use testkit::Merchant;
use testkit::net::listener;
use testkit::process::TestDir;

#[tokio::test]
async fn a_second_serve_on_the_same_folder_is_refused_and_the_first_goes_on() {
    let dir = TestDir::empty();
    let first = dir.serve(&[]).await;
    let (code, error) = dir.refused(&[]).await;
    assert_eq!(code, Some(1), "{error}");
    assert!(
        error.contains("in use by another jadong") && error.contains("--data"),
        "{error}"
    );
    let api = Merchant::sandbox(&first.url);
    api.issue_for("sub_1").await;
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let dir = TestDir::empty();
    let (_taken, address) = listener().await;
    let address = address.to_string();
    let output = dir.run(&["serve", "--listen", &address], &[]).await;
    assert_eq!(output.code, Some(1));
    assert!(
        output.err.contains(&address) && output.err.contains("in use"),
        "{}",
        output.err
    );
}

#[tokio::test]
async fn an_unknown_setting_is_named_and_its_value_is_not_told() {
    let dir = TestDir::empty();
    let path = dir.path().join("jadong.toml");
    std::fs::write(&path, "pg_secrte_key = \"do-not-tell-anybody\"\n").expect("a file");
    let (code, error) = dir.refused(&[("JADONG_CONFIG", path.to_str().expect("text"))]).await;
    assert_eq!(code, Some(2));
    assert!(
        error.contains("pg_secrte_key") && error.contains("jadong.toml"),
        "{error}"
    );
    assert!(!error.contains("do-not-tell-anybody"), "{error}");
}

#[tokio::test]
async fn a_damaged_key_file_is_refused_and_left_as_it_is() {
    let dir = TestDir::empty();
    assert!(dir.serve(&[]).await.process.stop().await.success());
    let path = dir.data().join("pepper.key");
    for damaged in ["", "abc", &"g".repeat(64), &"0".repeat(63)] {
        std::fs::write(&path, damaged).expect("a file");
        let (code, error) = dir.refused(&[]).await;
        assert_eq!(code, Some(1));
        assert!(
            error.contains("pepper.key") && error.contains("64 hexadecimal"),
            "{error}"
        );
        assert_eq!(std::fs::read_to_string(&path).expect("a file"), damaged);
    }
}

#[tokio::test]
async fn a_database_without_its_key_file_is_refused() {
    let dir = TestDir::empty();
    assert!(dir.serve(&[]).await.process.stop().await.success());
    let path = dir.data().join("pepper.key");
    std::fs::remove_file(&path).expect("it is there");
    let (code, error) = dir.refused(&[]).await;
    assert_eq!(code, Some(1));
    assert!(error.contains("pepper.key") && error.contains("restore"), "{error}");
    assert!(!path.exists(), "a new key would make every stored hash worthless");
}

#[tokio::test]
async fn only_the_owner_may_read_the_key_file() {
    let dir = TestDir::empty();
    assert!(dir.serve(&[]).await.process.stop().await.success());
    let mode = std::fs::metadata(dir.data().join("pepper.key"))
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let dir = TestDir::empty();
    assert!(dir.serve(&[]).await.process.stop().await.success());
    std::fs::write(
        dir.data().join("jadong.db"),
        "not a database, and long enough to have a header ".repeat(40),
    )
    .expect("a file");
    let (code, error) = dir.refused(&[]).await;
    assert_eq!(code, Some(1));
    assert!(error.contains("jadong.db"), "{error}");
}
