//! `jadong reserves adopt`: reserves from a list, each made once and debited once.

use serde_json::{Value, json};
use testkit::process::{Gateway, Output, TestDir};

const HEADER: &str = "reserve_id,billing_key,order_id,order_name,price,tax_free,reserve_execute_at,user,metadata";
const FOR_REAL: &[&str] = &["--reserves-cancelled", "--json"];

struct Shop {
    dir: TestDir,
    gateway: Gateway,
    key: String,
}

impl Shop {
    async fn open() -> Self {
        let dir = TestDir::on_either_engine();
        let gateway = dir.serve(&[]).await;
        let (_, key) = gateway.merchant().issue_for("sub_1").await;
        Self { dir, gateway, key }
    }

    /// A line for an order, to be debited so many days from now.
    fn line(&self, order_id: &str, days: i64) -> String {
        let at = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24 * days);
        let (key, at) = (&self.key, at.to_string());
        format!("r1,{key},{order_id},월 구독,1000,,{at},\"{{\"\"username\"\": \"\"홍길동\"\"}}\",\"{{\"\"a\"\": 1}}\"")
    }

    async fn adopt(&self, lines: &[String], more: &[&str]) -> Output {
        let file = self.dir.path().join("reserves.csv");
        std::fs::write(&file, format!("{HEADER}\n{}\n", lines.join("\n"))).expect("written");
        let file = file.display().to_string();
        let args = ["reserves", "adopt", "--project", "sandbox", "--csv", &file];
        self.dir.run(&[&args, more].concat(), &[]).await
    }

    async fn balance(&self, order_id: &str) -> Value {
        self.gateway
            .merchant()
            .get(&format!("/v2/lookup/order/{order_id}"))
            .await
            .json()
    }
}

fn became(run: &Output) -> Vec<String> {
    let told = run.json();
    let lines = told["lines"].as_array().expect("lines").iter();
    let word = |line: &Value| match line["code"].as_str() {
        Some(code) => format!("{} {code}", line["field"].as_str().unwrap_or("-")),
        None => line["became"].as_str().expect("a word").to_owned(),
    };
    lines.map(word).collect()
}

#[tokio::test]
async fn reserves_are_taken_over_once_and_each_is_debited_once() {
    let mut shop = Shop::open().await;
    let api = shop.gateway.merchant();
    let other = shop.dir.merchant(&shop.gateway.url, "other").await;
    let (_, foreign) = other.issue_for("sub_2").await;
    api.charge(&shop.key, json!({ "order_id": "paid" })).await.expect(200);
    let lines = [
        shop.line("o1", 30),
        shop.line("o2", 30),
        shop.line("paid", 30),
        shop.line("past", -1),
        shop.line("foreign", 30).replace(&shop.key, &foreign),
        shop.line("priceless", 30).replace(",1000,", ",0,"),
        shop.line("shapeless", 30).replace("\"{\"\"a\"\": 1}\"", "[1]"),
    ];
    let expected = |good: &str| {
        [
            good,
            good,
            "order_id RC_ORDER_ID_CONFLICT",
            "reserve_execute_at RESERVE_EXECUTE_AT_PAST",
            "billing_key RC_NOT_FOUND",
            "price RC_PRICE_INVALID",
            "metadata FIELD_INVALID",
        ]
        .map(str::to_owned)
    };
    let unconfirmed = shop.adopt(&lines, &[]).await;
    assert!(
        unconfirmed.code == Some(2) && unconfirmed.err.contains("--reserves-cancelled"),
        "{}",
        unconfirmed.err
    );
    let dry = shop.adopt(&lines, &["--dry-run", "--json"]).await;
    assert_eq!(
        (became(&dry), dry.code),
        (expected("would_be_adopted").to_vec(), Some(1))
    );
    let done = shop.adopt(&lines, FOR_REAL).await;
    assert_eq!(became(&done), expected("adopted"));
    assert!(done.err.contains("5 of 7 reserves were not taken over"), "{}", done.err);
    let told = done.json();
    let first = told["lines"][0]["reserve_id"].as_str().expect("an id").to_owned();
    assert_eq!(told["lines"][0]["reserve_id_there"], json!("r1"));
    assert_eq!(api.reserved(&first).await["metadata"], json!({ "a": 1 }));

    // Twice at once, and the merchant revokes one of them: it is not made again.
    let (one, two) = tokio::join!(shop.adopt(&lines, FOR_REAL), shop.adopt(&lines, FOR_REAL));
    assert_eq!(
        (became(&one), became(&two)),
        (expected("already_here").to_vec(), expected("already_here").to_vec())
    );
    api.delete(&format!("/v2/subscribe/payment/reserve/{first}"))
        .await
        .expect(200);
    assert_eq!(became(&shop.adopt(&lines, FOR_REAL).await), expected("already_here"));
    let dearer = shop.adopt(&[lines[0].replace(",1000,", ",2000,")], FOR_REAL).await;
    assert_eq!(became(&dearer), ["order_id RC_ORDER_ID_CONFLICT"]);

    api.post("/sandbox/clock", json!({ "advance": "40d" }))
        .await
        .expect(200);
    assert_eq!(
        shop.balance("o2").await.as_array().expect("attempts").len(),
        1,
        "{}",
        shop.balance("o2").await
    );
    assert_eq!(shop.balance("o1").await, json!([]), "revoked");
    // After its time too, and after its debit.
    assert_eq!(became(&shop.adopt(&lines[1..2], FOR_REAL).await), ["already_here"]);
    shop.gateway.process.kill().await;
    let nobody = shop.adopt(&lines, FOR_REAL).await;
    assert!(
        nobody.code == Some(1) && nobody.err.contains("no gateway serves"),
        "{}",
        nobody.err
    );
}

#[tokio::test]
async fn the_eleventh_of_a_key_is_refused_before_and_after() {
    let shop = Shop::open().await;
    let lines: Vec<String> = (1..=11).map(|number| shop.line(&format!("o{number}"), 30)).collect();
    let refused = "billing_key RESERVE_LIMIT_EXCEEDED";
    for (how, good) in [
        (&["--dry-run", "--json"][..], "would_be_adopted"),
        (FOR_REAL, "adopted"),
    ] {
        let run = shop.adopt(&lines, how).await;
        let words = became(&run);
        assert!(words[..10].iter().all(|word| word == good), "{words:?}");
        assert_eq!((words[10].as_str(), run.code), (refused, Some(1)));
    }
    let unknown = shop.dir.run(
        &[
            "reserves",
            "adopt",
            "--project",
            "nobody",
            "--csv",
            "/nowhere",
            "--dry-run",
        ],
        &[],
    );
    let unknown = unknown.await;
    assert!(
        unknown.code == Some(1) && unknown.err.contains("/nowhere"),
        "{}",
        unknown.err
    );
    shop.gateway.process.stop().await;
}
