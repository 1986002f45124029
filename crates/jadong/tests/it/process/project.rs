//! `jadong project`, beside a gateway that is running.

use std::time::{Duration, Instant};

use serde_json::Value;
use testkit::process::{Output, TestDir};
use testkit::{Merchant, until};

/// A receipt that does not exist: 404 with good credentials, 401 without.
const NOWHERE: &str = "/v2/receipt/6655069ca691573f1bb9c28a";

async fn project(dir: &TestDir, args: &[&str]) -> Output {
    dir.run(&[&["project"], args].concat(), &[]).await
}

async fn made(dir: &TestDir, args: &[&str]) -> Value {
    project(dir, args).await.success().json()
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().expect(key).to_owned()
}

/// How long it takes until a call is answered with `status`.
async fn answered(api: &Merchant, status: u16, code: &str) -> Duration {
    let since = Instant::now();
    until(testkit::PATIENCE, async || {
        let answer = api.get(NOWHERE).await;
        let is_so = (answer.status, answer.error_code().as_str()) == (status, code);
        if is_so { Ok(()) } else { Err(answer.body) }
    })
    .await;
    since.elapsed()
}

#[tokio::test]
async fn a_new_project_is_usable_at_a_running_gateway_within_seconds() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let shop = made(&dir, &["create", "shop", "--company-name", "우리 가게", "--json"]).await;
    let api = Merchant::of_project(&gateway.url, &shop);
    let took = answered(&api, 404, "RC_NOT_FOUND").await;
    assert!(took < Duration::from_secs(10), "{took:?}");
    let (receipt_id, _) = api.issue_for("sub_1").await;
    assert_eq!(api.look_up(&receipt_id).await["company_name"], "우리 가게");
    let stranger = gateway.merchant().get(&format!("/v2/receipt/{receipt_id}")).await;
    assert_eq!(stranger.status, 404, "a project sees only its own");
}

#[tokio::test]
async fn both_secrets_work_during_the_overlap_and_only_the_new_one_after_it() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let old = made(&dir, &["create", "shop", "--json"]).await;
    answered(&Merchant::of_project(&gateway.url, &old), 404, "RC_NOT_FOUND").await;

    let new = made(&dir, &["rotate-key", "shop", "--json"]).await;
    for unchanged in ["client_key", "application_id"] {
        assert_eq!(text(&old, unchanged), text(&new, unchanged));
    }
    assert_ne!(text(&old, "secret_key"), text(&new, "secret_key"));
    answered(&Merchant::of_project(&gateway.url, &new), 404, "RC_NOT_FOUND").await;
    let still = Merchant::of_project(&gateway.url, &old).get(NOWHERE).await;
    assert_eq!(still.error_code(), "RC_NOT_FOUND", "the old secret overlaps for a day");

    let newest = made(&dir, &["rotate-key", "shop", "--overlap", "1s", "--json"]).await;
    for ended in [&old, &new] {
        let took = answered(&Merchant::of_project(&gateway.url, ended), 401, "APP_SK_NOT_MATCHED").await;
        assert!(took < Duration::from_secs(15), "{took:?}");
    }
    answered(&Merchant::of_project(&gateway.url, &newest), 404, "RC_NOT_FOUND").await;
}

#[tokio::test]
async fn secrets_are_shown_once_and_kept_nowhere_in_the_clear() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let shop = made(&dir, &["create", "shop", "--json"]).await;
    let new = made(&dir, &["rotate-key", "shop", "--json"]).await;
    answered(&Merchant::of_project(&gateway.url, &new), 404, "RC_NOT_FOUND").await;
    let list = project(&dir, &["list"]).await.out + &project(&dir, &["list", "--json"]).await.out;
    assert!(
        list.contains(&text(&shop, "client_key")) && list.contains("sandbox"),
        "{list}"
    );
    let mut searched = vec![("list".to_owned(), list.into_bytes())];
    for entry in std::fs::read_dir(dir.data()).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            searched.push((path.display().to_string(), std::fs::read(&path).expect("a file")));
        }
    }
    let holds = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    let client_key = text(&shop, "client_key");
    assert!(
        searched.iter().skip(1).any(|(_, bytes)| holds(bytes, &client_key)),
        "the right files are searched"
    );
    for credentials in [&shop, &new] {
        for name in ["secret_key", "private_key"] {
            let secret = text(credentials, name);
            assert_eq!(secret.len(), 64);
            let raw = hex::decode(&secret).expect("hex");
            for (place, bytes) in &searched {
                assert!(!holds(bytes, &secret), "{place} holds a {name}");
                assert!(
                    !bytes.windows(raw.len()).any(|window| window == raw),
                    "{place} holds a {name}"
                );
            }
        }
    }
}

#[tokio::test]
async fn an_allow_list_lets_only_its_own_in() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let near = made(&dir, &["create", "near", "--allow-ip", "127.0.0.0/8", "--json"]).await;
    let far = made(&dir, &["create", "far", "--allow-ip", "203.0.113.0/24", "--json"]).await;
    answered(&Merchant::of_project(&gateway.url, &near), 404, "RC_NOT_FOUND").await;
    answered(&Merchant::of_project(&gateway.url, &far), 401, "APP_FIREWALL_BLOCKED").await;
}

#[tokio::test]
async fn only_create_makes_a_folder() {
    let dir = TestDir::empty();
    for args in [
        &["project", "list"][..],
        &["project", "rotate-key", "shop"],
        &["webhook", "list"],
        &["webhook", "secret", "shop"],
        &["webhook", "rotate-secret", "shop"],
        &["webhook", "set", "shop", "none"],
        &["webhook", "resend", "000000000000000000000000"],
        &["explain", "000000000000000000000000"],
        &["in-doubt"],
        &["settle", "000000000000000000000000", "paid", "--note", "x"],
        &["console", "user", "list"],
    ] {
        let output = dir.run(args, &[("USER", "kim")]).await;
        assert_eq!((output.code, output.out.as_str()), (Some(1), ""), "{args:?}");
        assert!(
            output.err.contains("--data"),
            "{args:?} names the option: {}",
            output.err
        );
        assert!(!dir.data().exists(), "{args:?} has made a folder");
    }
    made(&dir, &["create", "shop", "--json"]).await;
    assert!(dir.data().join("jadong.db").exists());
    // A lost key is not replaced behind the back of its owner.
    std::fs::remove_file(dir.data().join("pepper.key")).expect("removed");
    let output = project(&dir, &["rotate-key", "shop"]).await;
    assert!(
        output.code == Some(1) && output.err.contains("pepper.key"),
        "{}",
        output.err
    );
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused_and_named() {
    let dir = TestDir::empty();
    made(&dir, &["create", "shop", "--json"]).await;
    for (args, expected) in [
        (vec!["create", "shop"], "there is a project \"shop\" already"),
        (vec!["create", "other", "--allow-ip", "300.1.2.3/8"], "300.1.2.3/8"),
        (vec!["create", "other", "--allow-ip", "somewhere"], "203.0.113.0/24"),
        (vec!["create", " "], "1 to 64 characters"),
        (vec!["create", "other", "--issued-status", "2"], "1 or 11"),
        (vec!["rotate-key", "nobody"], "no project \"nobody\""),
        (vec!["rotate-key", "shop", "--overlap", "soon"], "--overlap"),
    ] {
        let output = project(&dir, &args).await;
        assert_eq!((output.code, output.out.as_str()), (Some(1), ""), "{args:?}");
        assert!(output.err.contains(expected), "{args:?}: {}", output.err);
    }
    let list = made(&dir, &["list", "--json"]).await;
    let names: Vec<_> = list
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| text(row, "project"))
        .collect();
    assert_eq!(names, ["shop"], "nothing that was refused is there");
}
