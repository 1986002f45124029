//! `jadong retention`, beside a gateway that serves: five years later, counted, destroyed, interrupted and told of.

use serde_json::{Value, json};
use testkit::Merchant;
use testkit::process::{Gateway, Output, TestDir, run};

const ENGLISH: [(&str, &str); 1] = [("LANG", "en_US.UTF-8")];

/// Where a test ends the process.
pub const POINTS: &[&str] = &["retention_after_commit"];

struct Shop {
    dir: TestDir,
    gateway: Gateway,
    api: Merchant,
    /// Which database, for a command.
    store: Option<String>,
}

impl Shop {
    async fn open() -> Self {
        let dir = TestDir::on_either_engine();
        let gateway = dir.serve(&[]).await;
        Self {
            api: gateway.merchant(),
            store: dir.postgres().map(pgcluster::Database::url),
            gateway,
            dir,
        }
    }

    async fn run_with(&self, args: &[&str], env: &[(&str, &str)]) -> Output {
        let store = self.store.as_deref().map(|url| ("JADONG_STORE", url));
        let env: Vec<_> = store.into_iter().chain(ENGLISH).chain(env.iter().copied()).collect();
        self.dir.run(args, &env).await
    }

    async fn run(&self, args: &[&str]) -> Output {
        self.run_with(args, &[]).await
    }

    /// What a run came to, of the project `sandbox`.
    async fn retention(&self, args: &[&str]) -> Value {
        let run = self
            .run(&[&["retention", "--json", "--project", "sandbox"], args].concat())
            .await;
        run.success().json()["projects"][0].clone()
    }

    async fn years_pass(&self) {
        for by in ["731d", "731d", "400d"] {
            self.api
                .post("/sandbox/clock", json!({ "advance": by }))
                .await
                .expect(200);
        }
    }

    async fn paid(&self, key: &str, order_id: &str) -> String {
        let paid = self.api.charge(key, json!({ "order_id": order_id })).await.expect(200);
        paid.text("receipt_id")
    }

    async fn status(&self, receipt_id: &str) -> u16 {
        self.api.get(&format!("/v2/receipt/{receipt_id}")).await.status
    }

    fn file(&self, name: &str) -> String {
        self.dir.path().join(name).to_str().expect("text").to_owned()
    }
}

fn of<'a>(run: &'a Value, kind: &str) -> &'a Value {
    let kinds = run["kinds"].as_array().expect("kinds");
    kinds.iter().find(|found| found["kind"] == kind).expect("a kind")
}

fn counts(run: &Value) -> Vec<(u64, u64)> {
    let kinds = run["kinds"].as_array().expect("kinds").iter();
    kinds
        .map(|kind| {
            (
                kind["count"].as_u64().expect("one"),
                kind["kept"].as_u64().expect("one"),
            )
        })
        .collect()
}

#[tokio::test]
async fn after_five_years_what_has_ended_goes_and_what_is_in_use_stays() {
    let shop = Shop::open().await;
    let (_, live) = shop.api.issue_for("sub_live").await;
    let (request, ended) = shop.api.issue_for("sub_ended").await;
    let old = [shop.paid(&live, "live_1").await, shop.paid(&ended, "ended_1").await];
    let once = shop
        .api
        .charge_once("key-1", &live, json!({ "order_id": "once" }))
        .await
        .expect(200);
    shop.api
        .cancel(&old[1], json!({ "cancel_price": 400, "cancel_id": "part" }))
        .await
        .expect(200);
    shop.api
        .delete(&format!("/v2/subscribe/billing_key/{ended}"))
        .await
        .expect(200);
    // Its key's end was told to the PG by then.
    shop.years_pass().await;
    let new = shop.paid(&live, "live_2").await;
    let refund_of_old = shop.api.charge(&live, json!({ "order_id": "late" })).await.expect(200);

    let (export, report) = (shop.file("ended.json"), shop.file("report.json"));
    shop.run(&["consent", "export", &ended, "--out", &export])
        .await
        .success();
    let dry = shop.retention(&[]).await;
    // payments, reserves, cash receipts, mandates, requests without a key, idempotency keys
    assert_eq!(counts(&dry), [(3, 0), (0, 0), (0, 0), (1, 1), (0, 0), (1, 0)], "{dry}");
    assert_eq!(dry["on_record"], json!([]));
    assert_eq!(shop.status(&old[0]).await, 200, "nothing was changed");
    let text = shop.run(&["retention"]).await.success().out;
    assert!(
        text.contains("WOULD GO") && text.contains("Nothing was changed"),
        "{text}"
    );

    let done = shop.retention(&["--yes", "--report", &report]).await;
    assert_eq!(counts(&done), counts(&dry));
    for kind in ["payment", "mandate", "request"] {
        assert_eq!(of(&done, kind)["ids_sha256"], of(&dry, kind)["ids_sha256"], "{kind}");
    }
    let on_record = done["on_record"].as_array().expect("rows");
    assert_eq!(on_record.len(), 3, "{done}");
    for receipt in &old {
        let gone = shop.api.get(&format!("/v2/receipt/{receipt}")).await;
        assert!(
            gone.status == 404 && gone.body.contains("destroyed after their retention"),
            "{}",
            gone.body
        );
    }
    assert_eq!(shop.status(&once.text("receipt_id")).await, 404);
    assert_eq!(
        (
            shop.status(&new).await,
            shop.status(&refund_of_old.text("receipt_id")).await
        ),
        (200, 200)
    );
    let request = shop.api.get(&format!("/v2/subscribe/billing_key/{request}")).await;
    assert_eq!(request.status, 404, "the request went with its key");

    // The same order again, of a key that can be debited: refused, and nothing is debited.
    for again in [json!({ "order_id": "live_1" }), json!({ "order_id": "once" })] {
        let refused = shop.api.charge(&live, again.clone()).await;
        assert_eq!(refused.status, 409, "{}", refused.body);
        let mut reserve = again;
        reserve["reserve_execute_at"] = json!("2099-01-01T09:00:00+09:00");
        let refused = shop.api.reserve(&live, reserve).await;
        assert!(
            refused.status == 409 && refused.body.contains("destroyed"),
            "{}",
            refused.body
        );
    }

    // What was given out before is still true, and what is asked for now is told of.
    let key = shop.run(&["consent", "key"]).await.success().out;
    for file in [&export, &report] {
        let args = ["consent", "verify", file, "--key", key.trim()];
        let verified = run(&args, &ENGLISH).await.success();
        assert!(verified.out.contains("not changed"), "{}", verified.out);
    }
    let gone = shop.run(&["consent", "export", &ended]).await;
    assert!(
        gone.code == Some(1) && gone.err.contains("were destroyed on"),
        "{}",
        gone.err
    );
    let still = shop.file("live.json");
    shop.run(&["consent", "export", &live, "--out", &still]).await.success();
    let record: Value = serde_json::from_slice(&std::fs::read(&still).expect("a file")).expect("JSON");
    assert_eq!(record["record"]["debits"].as_array().expect("debits").len(), 2);
    assert_eq!(record["record"]["debits_destroyed"]["years"], json!(5));
    assert_eq!(
        counts(&shop.retention(&["--yes"]).await),
        [(0, 0), (0, 0), (0, 0), (0, 1), (0, 0), (0, 0)]
    );

    let mut changed = std::fs::read(&report).expect("a file");
    let at = changed.iter().position(|byte| *byte == b'3').expect("a count");
    changed[at] = b'4';
    std::fs::write(&report, changed).expect("written");
    let refused = run(&["consent", "verify", &report], &ENGLISH).await;
    assert!(
        refused.code == Some(1) && refused.err.contains("changed after"),
        "{}",
        refused.err
    );
    shop.gateway.process.stop().await;
}

#[tokio::test]
async fn a_run_that_dies_leaves_each_payment_whole_or_gone_and_goes_on() {
    let shop = Shop::open().await;
    let (_, key) = shop.api.issue_for("sub_1").await;
    let mut receipts = Vec::new();
    for number in 0..60 {
        receipts.push(shop.paid(&key, &format!("order_{number}")).await);
    }
    shop.years_pass().await;
    let dead = shop
        .run_with(
            &["retention", "--yes"],
            &[("JADONG_CRASH_AT", "retention_after_commit:1")],
        )
        .await;
    assert_eq!(dead.code, None, "it was killed: {}", dead.err);
    let mut left = 0;
    for receipt in &receipts {
        let status = shop.status(receipt).await;
        assert!([200, 404].contains(&status), "{status}");
        left += u64::from(status == 200);
    }
    assert!(left > 0 && left < 60, "{left}");
    // Two at once, and debits meanwhile.
    let debits = async {
        for number in 0..10 {
            shop.paid(&key, &format!("meanwhile_{number}")).await;
        }
    };
    let (one, other, ()) = tokio::join!(shop.retention(&["--yes"]), shop.retention(&["--yes"]), debits);
    let done = |run: &Value| of(run, "payment")["count"].as_u64().expect("a count");
    assert_eq!(done(&one) + done(&other), left);
    let last = shop.retention(&[]).await;
    let on_record = last["on_record"].as_array().expect("rows");
    assert_eq!((on_record.len(), &on_record[0]["count"]), (1, &json!(60)), "{last}");
    assert_eq!(on_record[0]["ids_sha256"].as_str().expect("a hash").len(), 64);
    for receipt in &receipts {
        assert_eq!(shop.status(receipt).await, 404);
    }
    shop.gateway.process.stop().await;
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused_and_destroys_nothing() {
    let shop = Shop::open().await;
    let (_, key) = shop.api.issue_for("sub_1").await;
    let receipt = shop.paid(&key, "order_1").await;
    shop.years_pass().await;
    let (report, nowhere) = (shop.file("there.json"), shop.file("no/such/folder.json"));
    std::fs::write(&report, "mine").expect("written");
    for (args, told) in [
        (&["--years", "4"][..], "제22조"),
        (&["--years", "0"], "must be 5 to 50"),
        (&["--years", "five"], "must be 5 to 50"),
        (&["--project", "nobody"], "no project"),
        (&["--report", &report], "--report"),
        (&["--report", &nowhere], "no/such/folder.json"),
    ] {
        let refused = shop.run(&[&["retention", "--yes"], args].concat()).await;
        assert!(
            refused.code != Some(0) && refused.err.contains(told),
            "{args:?}: {}",
            refused.err
        );
    }
    assert_eq!(std::fs::read_to_string(&report).expect("a file"), "mine");
    // Longer than anything is old.
    assert_eq!(counts(&shop.retention(&["--yes", "--years", "6"]).await)[0], (0, 0));
    shop.run(&["hold"]).await.success();
    let held = shop.run(&["retention", "--yes"]).await;
    assert!(
        held.code == Some(1) && held.err.contains("debits are held"),
        "{}",
        held.err
    );
    assert_eq!(counts(&shop.retention(&[]).await)[0], (1, 0), "it may be counted");
    assert_eq!(shop.status(&receipt).await, 200);
    shop.gateway.process.stop().await;
    let (code, error) = shop.dir.refused(&[("JADONG_RETENTION_YEARS", "4")]).await;
    assert!(
        code != Some(0) && error.contains("retention_years") && error.contains("제22조"),
        "{error}"
    );
}
