//! `jadong consent` on real files, and on a database that somebody has written to.

use rusqlite::Connection;
use serde_json::{Value, json};
use testkit::process::{TestDir, run};

/// A gateway that was stopped after it had issued a key and debited it.
async fn with_key(dir: &TestDir) -> String {
    let gateway = dir.serve(&[]).await;
    let merchant = gateway.merchant();
    let (_, key) = merchant.issue(json!({ "mandate": { "amount": "variable" } })).await;
    merchant
        .charge(&key, json!({ "order_id": "order_1" }))
        .await
        .expect(200);
    gateway.process.stop().await;
    key
}

fn change(dir: &TestDir, sql: &str) -> usize {
    let db = Connection::open(dir.data().join("jadong.db")).unwrap();
    db.execute(sql, ()).unwrap()
}

#[tokio::test]
async fn a_record_is_given_out_once_and_checked_without_the_database() {
    let dir = TestDir::empty();
    let key = with_key(&dir).await;
    let (json, pdf) = (dir.path().join("r.json"), dir.path().join("r.pdf"));
    let (json, pdf) = (json.to_str().unwrap(), pdf.to_str().unwrap());
    for command in [
        vec!["consent", "export", &key, "--out", json],
        vec!["consent", "export", &key, "--pdf", "--out", pdf],
    ] {
        let done = dir.run(&command, &[]).await;
        assert_eq!(done.code, Some(0), "{}", done.err);
        let again = dir.run(&command, &[]).await;
        assert!(again.code == Some(1) && again.err.contains("--out"), "{}", again.err);
    }
    let public = dir.run(&["consent", "key"], &[]).await.out;
    let elsewhere = TestDir::empty();
    for file in [json, pdf] {
        let verified = run(&["consent", "verify", file, "--key", public.trim()], &[]).await;
        assert_eq!(verified.code, Some(0), "{file}: {}", verified.err);
        let unchecked = run(&["consent", "verify", file], &[]).await;
        assert_eq!(unchecked.code, Some(2), "whose it is was not asked: {}", unchecked.out);
        let told = run(&["consent", "verify", file, "--json", "--key", public.trim()], &[])
            .await
            .json();
        assert_eq!(
            (&told["public_key"], &told["signer_checked"]),
            (&json!(public.trim()), &json!(true))
        );
        for wrong in ["xxx", "", "AAAA"] {
            let refused = run(&["consent", "verify", file, "--key", wrong], &[]).await;
            assert!(
                refused.code == Some(1) && refused.err.contains("--key"),
                "{}",
                refused.err
            );
        }
        let other = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        let refused = run(&["consent", "verify", file, "--key", other], &[]).await;
        assert!(
            refused.code == Some(1) && refused.err.contains("another installation"),
            "{}",
            refused.err
        );
        let mut changed = std::fs::read(file).unwrap();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        let path = elsewhere.path().join("changed");
        std::fs::write(&path, &changed).unwrap();
        let refused = run(
            &["consent", "verify", path.to_str().unwrap()],
            &[("LANG", "en_US.UTF-8")],
        )
        .await;
        assert!(
            refused.code == Some(1) && refused.err.contains("changed after it was signed"),
            "{}",
            refused.err
        );
    }
    for (wrong, said) in [("/nowhere", "/nowhere"), ("/", "no consent record")] {
        let refused = run(&["consent", "verify", wrong], &[]).await;
        assert!(
            refused.code == Some(1) && refused.err.contains(said),
            "{wrong}: {}",
            refused.err
        );
    }
    for (wrong, said) in [
        (["consent", "export", "0123456789abcdef01234567"], "no billing key"),
        (["consent", "export", "nonsense"], "billing_key"),
    ] {
        let refused = dir.run(&wrong, &[]).await;
        assert!(
            refused.code != Some(0) && refused.err.contains(said),
            "{wrong:?}: {}",
            refused.err
        );
    }
}

/// The signature of such a file holds: the gateway signed what it found.
#[tokio::test]
async fn an_event_that_was_changed_in_the_database_is_found() {
    for sql in [
        "UPDATE mandate_event SET entry = replace(entry, 'variable', 'Variable') WHERE number = 1",
        "DELETE FROM mandate_event WHERE number = 2",
        "UPDATE mandate_event SET signature = (SELECT signature FROM mandate_event WHERE number = 1) WHERE number = 2",
        "UPDATE mandate_event SET entry = 'x' WHERE number = (SELECT max(number) FROM mandate_event)",
        "UPDATE billing_key SET billing_key = '0123456789abcdef01234567'",
    ] {
        let dir = TestDir::empty();
        let key = with_key(&dir).await;
        assert_eq!(change(&dir, sql), 1, "{sql}");
        let key = if sql.contains("UPDATE billing_key") {
            "0123456789abcdef01234567".to_owned()
        } else {
            key
        };
        let path = dir.path().join("r.json");
        let file = path.to_str().unwrap();
        assert_eq!(
            dir.run(&["consent", "export", &key, "--out", file], &[]).await.code,
            Some(0)
        );
        // The document has nothing else to say so.
        let record: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        assert!(record["record"]["broken_at"].is_number(), "{sql}");
        let refused = run(&["consent", "verify", file], &[("LANG", "en_US.UTF-8")]).await;
        assert!(
            refused.code == Some(1) && refused.err.contains("does not follow"),
            "{sql}: {}",
            refused.err
        );
    }
}

#[tokio::test]
async fn a_key_of_before_there_was_a_record_has_its_history() {
    let dir = TestDir::empty();
    let key = with_key(&dir).await;
    assert!(change(&dir, "DELETE FROM mandate_event") >= 4);
    let gateway = dir.serve(&[]).await;
    let path = format!("/v2/subscribe/billing_key/{key}");
    gateway.merchant().delete(&path).await.expect(200);
    let record: Value = gateway
        .merchant()
        .get(&format!("{path}/consent"))
        .await
        .expect(200)
        .json();
    gateway.process.stop().await;
    let record = &record["record"];
    assert_eq!(record["events"][0]["entry"]["event"], json!("ended"));
    let steps = record["unrecorded"].as_array().expect("steps");
    let ways: Vec<_> = steps.iter().map(|step| step["to"].as_str().unwrap()).collect();
    assert_eq!(ways.first(), Some(&"requested"), "{ways:?}");
    assert_eq!(ways.last(), Some(&"issued"), "{ways:?}");
}

/// Rows that were changed do not change what was signed; a record that was deleted is told of.
#[tokio::test]
async fn what_the_rows_say_is_not_what_was_signed() {
    let dir = TestDir::empty();
    let key = with_key(&dir).await;
    change(
        &dir,
        "UPDATE billing_key SET holder_masked = '김철*', account_masked = '999'",
    );
    change(&dir, "UPDATE issuance SET order_name = '연 구독'");
    let (first, second) = (dir.path().join("1.json"), dir.path().join("2.json"));
    let file = first.to_str().unwrap();
    assert_eq!(
        dir.run(&["consent", "export", &key, "--out", file], &[]).await.code,
        Some(0)
    );
    let text = std::fs::read_to_string(&first).unwrap();
    assert!(
        !text.contains("김철") && !text.contains("999") && !text.contains("연 구독"),
        "{text}"
    );
    change(&dir, "DELETE FROM mandate_event");
    let file = second.to_str().unwrap();
    assert_eq!(
        dir.run(&["consent", "export", &key, "--out", file], &[]).await.code,
        Some(0)
    );
    let verified = run(&["consent", "verify", file], &[("LANG", "en_US.UTF-8")]).await;
    assert!(
        verified
            .out
            .contains("None of the signed events is the payer's consent"),
        "{}",
        verified.out
    );
}
