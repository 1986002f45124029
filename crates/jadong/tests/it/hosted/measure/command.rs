//! `jadong pg measure` as a command: who is asked, what is refused, how it is stopped, and what becomes of the project's settings.

use std::path::PathBuf;

use serde_json::{Value, json};
use testkit::process::{Gateway, Output, TestDir, ended, jadong};

use super::{Between, Temper};

/// A project whose PG is another gateway, with something in between.
struct Shop {
    hosted: Gateway,
    _hosted_dir: TestDir,
    dir: TestDir,
    between: Between,
    /// A key there.
    key: String,
}

impl Shop {
    async fn with(temper: Temper) -> Self {
        let hosted_dir = TestDir::empty();
        let hosted = hosted_dir.serve(&[("JADONG_CONSENT_HOLD", "3s")]).await;
        let between = Between::to(&hosted.url, temper).await;
        let dir = TestDir::empty();
        let file = pair(&dir, "sandbox_client_key", "sandbox_secret_key");
        let at = [
            "--pg",
            "hosted",
            "--pg-url",
            &between.url,
            "--pg-credentials",
            file.to_str().unwrap(),
        ];
        dir.create_project("shop", &at).await;
        Self {
            key: hosted.merchant().key().await,
            hosted,
            _hosted_dir: hosted_dir,
            dir,
            between,
        }
    }

    async fn measure(&self, more: &[&str]) -> Output {
        let measure = ["pg", "measure", "--project", "shop", "--json"];
        self.dir.run(&[&measure, more].concat(), &[]).await
    }

    /// The same beside other things: a child that is waited for with `ended`.
    fn measuring(&self, more: &[&str]) -> tokio::process::Child {
        let data = self.dir.data_text();
        let measure = ["pg", "measure", "--project", "shop", "--json", "--data", &data];
        jadong([&measure[..], more].concat(), &[]).spawn().expect("it starts")
    }

    /// What `project list --json` says of its PG.
    async fn pg(&self) -> Value {
        let listed = self.dir.run(&["project", "list", "--json"], &[]).await.success().json();
        listed[0]["pg"].clone()
    }

    /// Other credentials there.
    async fn rotate(&self, client_key: &str, secret_key: &str) -> Output {
        let file = pair(&self.dir, client_key, secret_key);
        let set = ["project", "set", "shop", "--pg-credentials", file.to_str().unwrap()];
        self.dir.run(&set, &[]).await.success()
    }

    async fn kept(&self) -> (usize, u64) {
        let ledger = self.hosted.pg().ledger().await;
        (ledger.debits.len(), ledger.totals.debited - ledger.totals.refunded)
    }
}

fn pair(dir: &TestDir, client_key: &str, secret_key: &str) -> PathBuf {
    let file = dir.path().join(format!("{client_key}-{secret_key}.toml"));
    let text = format!("client_key = \"{client_key}\"\nsecret_key = \"{secret_key}\"\n");
    std::fs::write(&file, text).unwrap();
    file
}

fn row<'a>(report: &'a Value, question: &str) -> &'a Value {
    let rows = report["rows"].as_array().expect("rows");
    rows.iter()
        .find(|row| row["question"] == json!(question))
        .expect("a row")
}

/// A script that allows nothing, and has no terminal.
#[tokio::test]
async fn without_a_terminal_only_what_is_allowed_by_name_is_done() {
    let shop = Shop::with(Temper::Nothing).await;
    let report = shop.measure(&["--key", &shop.key]).await.success().json();
    assert_eq!(row(&report, "unknown_order")["says"], json!("empty_list"));
    assert_eq!(row(&report, "seen_after_ms")["became"], json!("skipped"));
    assert_eq!(row(&report, "seen_after_ms")["why"], json!("charge is not allowed"));
    assert_eq!(report["absence_proven_after_ms"], Value::Null);
    assert_eq!(shop.kept().await, (0, 0));
    let stored = shop.pg().await["measured"].clone();
    assert_eq!(stored.as_array().map(Vec::len), Some(1), "{stored}");

    let allowed = ["--key", &shop.key, "--allow", "charge,used-order"];
    let report = shop.measure(&allowed).await.success().json();
    let pg = shop.pg().await;
    assert_eq!(report["absence_proven_after_ms"], pg["absence_proven_after_ms"]);
    assert!(pg["absence_proven_after_ms"].as_i64() >= Some(65 * 60_000), "{pg}");
    assert_eq!(row(&report, "used_order_id")["says"], json!("same_receipt"));
    assert_eq!(shop.kept().await, (3, 0));
    let stored = pg["measured"].as_array().unwrap();
    let first = &stored[0];
    assert_eq!(
        (first["answer"].clone(), first["probe_version"].clone()),
        (json!("unknown_order"), json!(1))
    );
    assert!(first["measured_at"].as_str().unwrap().starts_with("20"), "{first}");
    // Money's way leaves its ids where a person finds them, also when the process dies.
    let shown = shop
        .dir
        .run(&["pg", "measure", "--project", "shop"], &[])
        .await
        .success();
    assert!(shown.out.contains("absence_proven_after = "), "{}", shown.out);
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused_before_anything_is_sent() {
    let shop = Shop::with(Temper::Nothing).await;
    shop.dir.create_project("other", &[]).await;
    let payer = shop.dir.path().join("payer.toml");
    std::fs::write(&payer, "username = \"홍길동\"\nbank_account = \"98765432101234\"\n").unwrap();
    let payer = payer.display().to_string();
    for (args, why) in [
        (&["--project", "nobody"][..], "there is no project"),
        (&["--project", "other"], "only a project whose PG is `hosted`"),
        (
            &["--project", "other", "--forget"],
            "only a project whose PG is `hosted`",
        ),
        (&["--project", "shop", "--price", "9"], "--price 9"),
        (&["--project", "shop", "--price", "2000001"], "--price 2000001"),
        (&["--project", "shop", "--key", "12345678901234"], "--key"),
        (&["--project", "shop", "--wait", "soon"], "--wait"),
        (&["--project", "shop", "--allow", "everything"], "invalid value"),
        (&["--project", "shop", "--forget", "--live"], "cannot be used with"),
        (&["--project", "shop", "--payer", &payer], "the five lines"),
        (&["--project", "shop", "--payer", "/nowhere"], "--payer /nowhere"),
    ] {
        let refused = shop.dir.run(&[&["pg", "measure"], args].concat(), &[]).await;
        assert_ne!(refused.code, Some(0), "{args:?}");
        assert!(refused.err.contains(why), "{args:?}: {}", refused.err);
        assert!(!refused.err.contains("98765432101234"), "{}", refused.err);
    }
    assert!(shop.between.asked().is_empty(), "{:?}", shop.between.asked());
    shop.between.is(Temper::IsLive);
    let refused = shop.measure(&["--key", &shop.key, "--allow", "charge"]).await;
    assert!(
        refused.code == Some(1) && refused.err.contains("--live"),
        "{}",
        refused.err
    );
    shop.between.is(Temper::Nothing);
    shop.rotate("sandbox_client_key", "wrong").await;
    let refused = shop.measure(&["--key", &shop.key, "--allow", "charge"]).await;
    assert!(refused.err.contains("does not let this project in"), "{}", refused.err);
    assert_eq!(
        (shop.kept().await, shop.pg().await["measured"].clone()),
        ((0, 0), json!([]))
    );
}

#[tokio::test]
async fn answers_are_of_an_account_and_can_be_forgotten() {
    let shop = Shop::with(Temper::Nothing).await;
    let measured = async || {
        shop.measure(&["--key", &shop.key, "--allow", "charge"]).await.success();
        assert!(shop.pg().await["absence_proven_after_ms"].is_number());
    };
    let is_forgotten = async || {
        let pg = shop.pg().await;
        (&pg["absence_proven_after_ms"], &pg["measured"]) == (&Value::Null, &json!([]))
    };
    measured().await;
    // A new secret of the same account changes nothing.
    shop.rotate("sandbox_client_key", "another").await;
    assert!(!is_forgotten().await);
    let other = shop.rotate("other_client_key", "another").await;
    assert!(
        is_forgotten().await && other.err.contains("is forgotten"),
        "{}",
        other.err
    );
    shop.rotate("sandbox_client_key", "sandbox_secret_key").await;
    assert!(is_forgotten().await, "nor does it come back");
    measured().await;
    shop.measure(&["--forget"]).await.success();
    assert!(is_forgotten().await);
    shop.measure(&["--forget"]).await.success();
}

/// The credentials become another account's while a debit of the first is being measured.
#[tokio::test]
async fn what_was_measured_of_one_account_is_not_stored_for_another() {
    let shop = Shop::with(Temper::HoldsDebits).await;
    let child = shop.measuring(&["--key", &shop.key, "--allow", "charge"]);
    shop.between.has_a_debit().await;
    shop.rotate("other_client_key", "sandbox_secret_key").await;
    shop.between.lets_go();
    let output = ended(child).await;
    assert_eq!(output.code, Some(1));
    assert!(output.err.contains("another account"), "{}", output.err);
    assert_eq!(
        row(&output.json(), "paid_order")["says"],
        json!("listed"),
        "it is shown all the same"
    );
    assert_eq!(
        (shop.kept().await, shop.pg().await["measured"].clone()),
        ((3, 0), json!([]))
    );
}

/// Two people measure different things at the same time, and the secret is rotated meanwhile: the answers of both are kept.
#[tokio::test]
async fn two_who_measure_at_the_same_time_lose_no_answer() {
    let shop = Shop::with(Temper::HoldsDebits).await;
    let slow = shop.measuring(&["--key", &shop.key, "--allow", "charge"]);
    shop.between.has_a_debit().await;
    let empty = shop.hosted.merchant().key_of("0001").await;
    let quick = shop.measuring(&["--refused-key", &empty, "--allow", "refused-charge"]);
    testkit::until(testkit::PATIENCE, async || {
        let charges = shop
            .between
            .asked()
            .iter()
            .filter(|path| path.ends_with("/payment"))
            .count();
        if charges >= 2 { Ok(()) } else { Err(charges) }
    })
    .await;
    shop.rotate("sandbox_client_key", "sandbox_secret_key").await;
    shop.between.lets_go();
    for child in [slow, quick] {
        ended(child).await.success();
    }
    let pg = shop.pg().await;
    let stored: Vec<_> = pg["measured"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["answer"].clone())
        .collect();
    for question in ["unknown_order", "seen_after_ms", "refused_order"] {
        assert!(stored.contains(&json!(question)), "{question}: {stored:?}");
    }
    assert!(pg["absence_proven_after_ms"].is_number());
}

/// Ctrl-C while a debit is under way.
#[tokio::test]
async fn ctrl_c_gives_the_money_back_first() {
    let shop = Shop::with(Temper::HoldsDebits).await;
    let child = shop.measuring(&["--key", &shop.key, "--allow", "charge,refund"]);
    shop.between.has_a_debit().await;
    let id = rustix::process::Pid::from_raw(child.id().expect("it runs").try_into().unwrap()).unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    // Told before the answer is there.
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    shop.between.lets_go();
    let output = ended(child).await;
    assert_eq!(output.code, Some(1));
    assert!(output.err.contains("stopped before its end"), "{}", output.err);
    assert!(output.err.contains("as jadong-measure-"), "{}", output.err);
    assert_eq!(row(&output.json(), "unknown_order")["says"], json!("empty_list"));
    assert_eq!(
        (shop.kept().await, shop.pg().await["absence_proven_after_ms"].clone()),
        ((1, 0), Value::Null)
    );
}

/// The payer's numbers are in no output and no file.
#[tokio::test]
async fn nothing_of_the_payer_is_kept_or_told() {
    let shop = Shop::with(Temper::Nothing).await;
    let payer = shop.dir.path().join("payer.toml");
    let numbers = ["55544433322211", "880808", "01055667788"];
    std::fs::write(
        &payer,
        format!(
            "username = \"홍길동\"\nbank_code = \"004\"\nbank_account = \"{}\"\nidentity_no = \"{}\"\nphone = \"{}\"\n",
            numbers[0], numbers[1], numbers[2]
        ),
    )
    .unwrap();
    let payer_text = payer.display().to_string();
    let allowed = ["--payer", &payer_text, "--allow", "consent,charge"];
    let output = shop.measure(&allowed).await.success();
    std::fs::remove_file(payer).unwrap();
    assert_eq!(row(&output.json(), "key_by_receipt")["says"], json!("same_key"));
    assert!(output.err.contains("010****7788"), "{}", output.err);
    for number in &numbers[..] {
        assert!(
            !output.out.contains(number) && !output.err.contains(number),
            "{}\n{}",
            output.out,
            output.err
        );
        for file in std::fs::read_dir(shop.dir.data()).unwrap() {
            let path = file.unwrap().path();
            let bytes = std::fs::read(&path).unwrap_or_default();
            let is_there = bytes.windows(number.len()).any(|window| window == number.as_bytes());
            assert!(!is_there, "{}", path.display());
        }
    }
    let ledger = shop.hosted.pg().ledger().await;
    // One of the shop's key, and the one that was made and ended.
    assert_eq!(ledger.keys.iter().filter(|key| key.expired_at_ms.is_none()).count(), 1);
    assert_eq!(shop.kept().await, (3, 0));
}
