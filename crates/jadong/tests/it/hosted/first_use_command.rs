//! Turning on that keys are taken over on their first use, and a list of keys beside it.

use serde_json::json;

use super::adopt::{Before, FOR_REAL, became, refused};

#[tokio::test]
async fn it_is_turned_on_only_where_keys_can_be_found_and_no_reserve_waits_there() {
    let before = Before::begin().await;
    let (_, key) = before.hosted.merchant().issue_for("sub").await;
    let set = async |name: &str, more: &[&str]| before.dir.run(&[&["project", "set", name], more].concat(), &[]).await;
    for (name, more, why) in [
        ("shop", &["--adopt-on-first-use"][..], "--reserves-cancelled"),
        ("shop", &["--adopt-on-first-use=on"], "--reserves-cancelled"),
        ("shop", &["--adopt-on-first-use=maybe"], "invalid value"),
        ("shop", &["--reserves-cancelled"], "--adopt-on-first-use"),
        ("sandbox", &["--adopt-on-first-use", "--reserves-cancelled"], "nicepay"),
        (
            "nobody",
            &["--adopt-on-first-use", "--reserves-cancelled"],
            "there is no project",
        ),
    ] {
        let output = refused(set(name, more)).await;
        assert!(output.err.contains(why), "{more:?}: {}", output.err);
    }
    assert_eq!(before.shop.charge(&key, json!({})).await.status, 404);
    let told = set("shop", &["--adopt-on-first-use", "--reserves-cancelled", "--json"])
        .await
        .success();
    assert_eq!(told.json()["unknown_keys"], json!("adopt"));
    let paid = testkit::until(testkit::PATIENCE, async || {
        let answer = before.shop.charge(&key, json!({ "order_id": "january" })).await;
        (answer.status == 200).then_some(answer.clone()).ok_or(answer.verdict())
    });
    assert!(!paid.await.is_replayed());
    // Another PG would not find any.
    let output = refused(set("shop", &["--pg", "nicepay"])).await;
    assert!(output.err.contains("--adopt-on-first-use"), "{}", output.err);
    let off = set("shop", &["--adopt-on-first-use=off"]).await.success();
    assert!(off.out.contains("unknown keys = refuse"), "{}", off.out);
    let listed = before
        .dir
        .run(&["project", "list", "--json"], &[])
        .await
        .success()
        .json();
    assert!(
        listed
            .as_array()
            .expect("projects")
            .iter()
            .all(|project| project["unknown_keys"] == json!("refuse"))
    );
}

/// The first charge of each key, and the list with the same keys, at once: each key is taken over once, and debited once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_first_charge_and_a_list_at_once_take_each_key_over_once() {
    let before = Before::begin().await;
    let mut keys = Vec::new();
    for number in 0..4 {
        keys.push(before.hosted.merchant().issue_for(&format!("sub_{number}")).await.1);
    }
    let on = ["project", "set", "shop", "--adopt-on-first-use", "--reserves-cancelled"];
    before.dir.run(&on, &[]).await.success();
    // Until it is known here.
    testkit::until(testkit::PATIENCE, async || {
        let answer = before.shop.charge(&keys[0], json!({ "order_id": "first" })).await;
        (answer.status == 200).then_some(()).ok_or(answer.verdict())
    })
    .await;
    let csv = format!("billing_key\n{}\n", keys.join("\n"));
    let charging = async {
        let mut charged = Vec::new();
        for key in &keys {
            charged.push(
                before
                    .shop
                    .charge(key, json!({ "order_id": format!("of {key}") }))
                    .await
                    .verdict(),
            );
        }
        charged
    };
    let (listed, charged) = tokio::join!(before.adopt(&csv, FOR_REAL), charging);
    assert_eq!(charged, ["200"; 4]);
    let listed = listed.success().json();
    assert!(
        became(&listed)
            .iter()
            .all(|word| ["adopted", "already_here"].contains(word)),
        "{listed}"
    );
    assert_eq!(before.hosted.pg().ledger().await.debits.len(), 5);
    // A second project with the same account there gets none of them, whoever is asked.
    let credentials = before.dir.path().join("bootpay.toml").display().to_string();
    let url = before.hosted.url.clone();
    let create = [
        "project",
        "create",
        "second",
        "--pg",
        "hosted",
        "--pg-url",
        &url,
        "--pg-credentials",
        &credentials,
    ];
    before.dir.run(&create, &[]).await.success();
    let file = before.dir.path().join("keys.csv").display().to_string();
    for more in [&["--dry-run"][..], &["--reserves-cancelled"]] {
        let adopt = ["keys", "adopt", "--project", "second", "--csv", &file, "--json"];
        let output = refused(before.dir.run(&[&adopt[..], more].concat(), &[])).await;
        assert_eq!(became(&output.json()), ["of_another_project"; 4], "{more:?}");
    }
}

/// The printed address is one, its rotation ends it, and it is the project's with the hosted API alone.
#[tokio::test]
async fn the_address_for_webhooks_is_printed_and_rotated() {
    let before = Before::begin().await;
    let command = async |name: &str, more: &[&str]| {
        let args = [&["project", "pg-webhook", name, "--json"], more].concat();
        before.dir.run(&args, &[]).await
    };
    let path = async |more: &[&str]| {
        let printed = command("shop", more).await.success().json();
        printed["path"].as_str().expect("a path").to_owned()
    };
    let anybody = testkit::Merchant::at(&before.gateway.url);
    let sent = async |path: &str| {
        anybody
            .post(path, json!({ "receipt_id": "66542dfb4d18d5fc7b43e1b6" }))
            .await
            .status
    };
    let first = path(&[]).await;
    assert_eq!(path(&[]).await, first);
    // The project was made a moment ago.
    testkit::until(testkit::PATIENCE, async || {
        let status = sent(&first).await;
        (status == 200).then_some(()).ok_or(status)
    })
    .await;
    let second = path(&["--rotate"]).await;
    assert_ne!(first, second);
    testkit::until(testkit::PATIENCE, async || {
        let statuses = (sent(&first).await, sent(&second).await);
        (statuses == (404, 200)).then_some(()).ok_or(statuses)
    })
    .await;
    for (name, why) in [
        ("sandbox", "webhooks of nicepay are not read"),
        ("nobody", "there is no project"),
    ] {
        let output = refused(command(name, &[])).await;
        assert!(output.err.contains(why), "{}", output.err);
    }
    let logged = before.dir.log_text();
    assert!(logged.contains("/pg/webhook/{token}") && !logged.contains(&first["/pg/webhook/".len()..]));
}
