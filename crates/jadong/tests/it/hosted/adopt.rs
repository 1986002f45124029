//! A merchant of the hosted API that puts this gateway in between: its keys are taken over, and it can go back.

use serde_json::{Value, json};
use testkit::Merchant;
use testkit::process::{Gateway, Output, TestDir};

/// A merchant's backend before and after: the hosted API, and a gateway in front of it with a project of its own.
pub(super) struct Before {
    pub(super) hosted: Gateway,
    _hosted_dir: TestDir,
    pub(super) dir: TestDir,
    pub(super) gateway: Gateway,
    pub(super) shop: Merchant,
}

impl Before {
    pub(super) async fn begin() -> Self {
        let hosted_dir = TestDir::empty();
        let hosted = hosted_dir.serve(&[]).await;
        let dir = TestDir::empty();
        let gateway = dir.serve(&[]).await;
        let file = dir.path().join("bootpay.toml");
        std::fs::write(
            &file,
            "client_key = \"sandbox_client_key\"\nsecret_key = \"sandbox_secret_key\"\n",
        )
        .unwrap();
        let (url, file) = (hosted.url.clone(), file.display().to_string());
        let create = [
            "project",
            "create",
            "shop",
            "--pg",
            "hosted",
            "--pg-url",
            &url,
            "--pg-credentials",
            &file,
            "--json",
        ];
        let shop = dir.run(&create, &[]).await.success().json();
        Self {
            shop: Merchant::of_project(&gateway.url, &shop),
            hosted,
            _hosted_dir: hosted_dir,
            dir,
            gateway,
        }
    }

    pub(super) async fn adopt(&self, csv: &str, more: &[&str]) -> Output {
        let file = self.dir.path().join("keys.csv");
        std::fs::write(&file, csv).unwrap();
        let file = file.display().to_string();
        self.dir
            .run(
                &[&["keys", "adopt", "--project", "shop", "--csv", &file], more].concat(),
                &[],
            )
            .await
    }
}

/// A command that has refused.
pub(super) async fn refused(command: impl Future<Output = Output>) -> Output {
    let output = command.await;
    assert_ne!(output.code, Some(0), "{}", output.out);
    output
}

pub(super) const FOR_REAL: &[&str] = &["--reserves-cancelled", "--json"];

pub(super) fn became(report: &Value) -> Vec<&str> {
    let lines = report["lines"].as_array().expect("lines");
    lines
        .iter()
        .map(|line| line["became"].as_str().expect("a word"))
        .collect()
}

#[tokio::test]
async fn keys_are_taken_over_debited_here_and_there_again_and_no_order_is_debited_twice() {
    let before = Before::begin().await;
    let (there, here) = (before.hosted.merchant(), &before.shop);
    let mut keys = Vec::new();
    for number in 0..3 {
        keys.push(there.issue_for(&format!("sub_{number}")).await);
    }
    there
        .delete(&format!("/v2/subscribe/billing_key/{}", keys[2].1))
        .await
        .expect(200);
    let unknown = here.charge(&keys[0].1, json!({ "order_id": "january" })).await;
    assert_eq!(unknown.status, 404, "not before it is taken over");

    let nowhere = "66542dfb4d18d5fc7b43e1b6";
    let csv = format!(
        "billing_key,receipt_id,subscription_id\n{},{},sub_0\n{},,\n{},,\n{nowhere},,\n",
        keys[0].1, keys[0].0, keys[1].1, keys[2].1
    );
    let dry = refused(before.adopt(&csv, &["--dry-run", "--json"])).await;
    assert_eq!(
        became(&dry.json()),
        ["would_be_adopted", "would_be_adopted", "dead_at_pg", "not_at_pg"]
    );
    assert_eq!(
        here.charge(&keys[0].1, json!({})).await.status,
        404,
        "nothing was written"
    );
    let unconfirmed = refused(before.adopt(&csv, &[])).await;
    assert!(unconfirmed.err.contains("--reserves-cancelled"), "{}", unconfirmed.err);
    let done = refused(before.adopt(&csv, FOR_REAL)).await;
    assert_eq!(became(&done.json()), ["adopted", "adopted", "dead_at_pg", "not_at_pg"]);
    assert!(done.err.contains("2 of 4 keys were not taken over"), "{}", done.err);
    let again = refused(before.adopt(&csv, FOR_REAL)).await;
    assert_eq!(
        became(&again.json()),
        ["already_here", "already_here", "dead_at_pg", "not_at_pg"]
    );

    // Here, with what the merchant has stored.
    let paid = here
        .charge(&keys[0].1, json!({ "order_id": "january" }))
        .await
        .expect(200)
        .text("receipt_id");
    let issued = here
        .get(&format!("/v2/subscribe/billing_key/{}", keys[0].0))
        .await
        .expect(200)
        .json();
    assert_eq!(
        (issued["billing_key"].as_str(), issued["subscription_id"].as_str()),
        (Some(keys[0].1.as_str()), Some("sub_0"))
    );
    let shown = |key: Value| key["billing_data"].clone();
    let path = format!("/v2/billing_key/{}", keys[0].1);
    assert_eq!(
        shown(here.get(&path).await.json()),
        shown(there.get(&path).await.json())
    );
    assert!(
        here.charge(&keys[0].1, json!({ "order_id": "january" }))
            .await
            .expect(200)
            .is_replayed()
    );
    let told = before.dir.run(&["explain", &paid], &[]).await.success();
    assert!(told.out.contains("january"), "{}", told.out);
    // And back there.
    there
        .charge(&keys[0].1, json!({ "order_id": "february" }))
        .await
        .expect(200);
    there.cancel(&paid, json!({ "cancel_price": 400 })).await.expect(200);
    let ledger = before.hosted.pg().ledger().await;
    assert_eq!(
        (ledger.debits.len(), ledger.totals.debited, ledger.totals.refunded),
        (2, 2000, 400)
    );
    assert_eq!(
        before.gateway.pg().ledger().await.debits.len(),
        0,
        "nothing went to the configuration's PG"
    );
}

#[tokio::test]
async fn a_list_or_a_project_that_cannot_be_right_changes_nothing_and_says_why() {
    let before = Before::begin().await;
    let there = before.hosted.merchant();
    let (_, key) = there.issue_for("sub").await;
    for (csv, why) in [
        (
            format!("billing_key\n{key}\n{key}\n"),
            "line 3: the key of line 2 again",
        ),
        (format!("key\n{key}\n"), "no column billing_key"),
        (format!("billing_key\n{key}\n12345678901234\n"), "line 3, billing_key"),
    ] {
        let output = refused(before.adopt(&csv, FOR_REAL)).await;
        assert!(output.err.contains(why), "{}", output.err);
        assert!(!output.err.contains("12345678901234"));
    }
    let file = before.dir.path().join("keys.csv").display().to_string();
    std::fs::write(&file, format!("billing_key\n{key}\n")).unwrap();
    for (project, why) in [
        ("nobody", "there is no project"),
        ("sandbox", "the one of the configuration"),
    ] {
        let adopt = [
            "keys",
            "adopt",
            "--project",
            project,
            "--csv",
            &file,
            "--reserves-cancelled",
        ];
        let output = refused(before.dir.run(&adopt, &[])).await;
        assert!(output.err.contains(why), "{}", output.err);
    }
    assert_eq!(before.shop.charge(&key, json!({})).await.status, 404);
    // Another secret there: the first line says so, and the rest is not tried.
    std::fs::write(
        before.dir.path().join("wrong.toml"),
        "client_key = \"sandbox_client_key\"\nsecret_key = \"no\"\n",
    )
    .unwrap();
    let wrong = before.dir.path().join("wrong.toml").display().to_string();
    before
        .dir
        .run(&["project", "set", "shop", "--pg-credentials", &wrong], &[])
        .await
        .success();
    let output = refused(before.adopt(&format!("billing_key\n{key}\n"), FOR_REAL)).await;
    assert!(output.err.contains("credentials of the project"), "{}", output.err);
}

#[tokio::test]
async fn what_is_said_of_a_pg_is_checked_before_anything_is_written() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let good = write("good.toml", "client_key = \"a\"\nsecret_key = \"b\"\n");
    let secret = "v3ry-s3cret";
    let files = [
        (write("empty.toml", ""), "write the two lines"),
        (
            write("half.toml", &format!("secret_key = \"{secret}\"\n")),
            "write the two lines",
        ),
        (
            write(
                "more.toml",
                &format!("client_key = \"a\"\nsecret_key = \"{secret}\"\nx = 1\n"),
            ),
            "write the two lines",
        ),
        (
            write(
                "blank.toml",
                &format!("client_key = \" \"\nsecret_key = \"{secret}\"\n"),
            ),
            "client_key is empty",
        ),
        (
            write("korean.toml", "client_key = \"a\"\nsecret_key = \"비밀\"\n"),
            "secret_key is empty, or has",
        ),
        ("/nowhere".to_owned(), "No such file"),
    ];
    for (file, why) in &files {
        let output = refused(dir.run(
            &["project", "create", "shop", "--pg", "hosted", "--pg-credentials", file],
            &[],
        ))
        .await;
        assert!(
            output.err.contains(why) && !output.err.contains(secret),
            "{}",
            output.err
        );
    }
    for (more, why) in [
        (&["--pg", "hosted"][..], "--pg-credentials FILE"),
        (
            &[
                "--pg",
                "hosted",
                "--pg-credentials",
                &good,
                "--pg-url",
                "http://example.com",
            ],
            "only https",
        ),
        (
            &[
                "--pg",
                "hosted",
                "--pg-credentials",
                &good,
                "--pg-url",
                "https://example.com/v2",
            ],
            "write an address such as",
        ),
        (&["--pg", "nicepay", "--pg-credentials", &good], "in the configuration"),
        (
            &["--pg", "nicepay", "--pg-url", "https://example.com"],
            "in the configuration",
        ),
        (&["--pg", "other"], "invalid value"),
    ] {
        let output = refused(dir.run(&[&["project", "create", "shop"], more].concat(), &[])).await;
        assert!(output.err.contains(why), "{more:?}: {}", output.err);
    }
    let listed = dir.run(&["project", "list", "--json"], &[]).await.success().json();
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    // The sandbox's project has asked the simulated PG for a key: it stays there.
    gateway.merchant().issue_for("sub").await;
    let output = refused(dir.run(
        &["project", "set", "sandbox", "--pg", "hosted", "--pg-credentials", &good],
        &[],
    ))
    .await;
    assert!(output.err.contains("make another project"), "{}", output.err);
    dir.run(&["project", "set", "sandbox", "--guard", "refuse"], &[])
        .await
        .success();
}
