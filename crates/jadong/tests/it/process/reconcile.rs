//! `jadong reconcile`, beside a gateway that is running, with a settlement file as a PG gives one.

use serde_json::{Value, json};
use testkit::process::{Output, Simulator, TestDir};

const COLUMNS: &str = "tid=거래번호,kind=구분,amount=금액";

struct Day {
    dir: TestDir,
    date: String,
}

impl Day {
    async fn reconcile(&self, args: &[&str]) -> Output {
        let args = [
            &["reconcile", "--date", self.date.as_str(), "--per-second", "100"][..],
            args,
        ]
        .concat();
        self.dir.run(&args, &[("USER", "kim"), ("LANG", "en_US.UTF-8")]).await
    }

    async fn with_file(&self, text: &str) -> Output {
        let file = self.dir.path().join("settlement.csv");
        std::fs::write(&file, text).unwrap();
        self.reconcile(&["--csv", file.to_str().unwrap(), "--columns", COLUMNS])
            .await
    }
}

#[tokio::test]
async fn an_operator_reconciles_a_day_with_the_pg_and_its_file() {
    let dir = TestDir::empty();
    let pg = Simulator::start(dir.path(), 0).await;
    let gateway = dir.serve(&pg.settings()).await;
    let api = gateway.merchant();
    let (_, key) = api.issue_for("sub_1").await;
    let mut receipts = Vec::new();
    for number in 0..3 {
        let order = json!({ "order_id": format!("order_{number}"), "price": 1000 });
        receipts.push(api.charge(&key, order).await.expect(200).json());
    }
    let id = |number: usize| receipts[number]["receipt_id"].as_str().unwrap();
    api.cancel(id(1), json!({ "cancel_price": 400 })).await.expect(200);
    let date = receipts[0]["purchased_at"].as_str().expect("a moment")[..10].to_owned();
    let day = Day { dir, date };

    let balanced = day.reconcile(&[]).await.success();
    assert_eq!(balanced.out.trim(), "balanced");
    let told = day.reconcile(&["--json"]).await.success().json();
    assert_eq!(
        (&told["balanced"], &told["counts"]),
        (&json!(true), &json!({ "agrees": 3 }))
    );

    let listed = tids(&receipts);
    let file = |lines: &[String]| format!("거래번호,구분,금액\n{}\n", lines.join("\n"));
    let all: Vec<String> = listed.iter().map(|tid| format!("{tid},승인,\"1,000\"")).collect();
    let fits = [all.clone(), vec![format!("{},부분취소,-400", listed[1])]].concat();
    assert_eq!(day.with_file(&file(&fits)).await.success().out.trim(), "balanced");

    // One is missing, one is of nobody, and one refund is another's.
    let odd = [
        &all[..2],
        &[format!("{},취소,300", listed[1]), "UNKNOWN0001,승인,5000".to_owned()],
    ]
    .concat();
    let differs = day.with_file(&file(&odd)).await;
    assert_eq!(differs.code, Some(1), "{}", differs.err);
    for words in [
        "line 4",
        "given back at the PG, unknown here",
        "line 5",
        "moved at the PG, unknown here",
        "not in the file",
    ] {
        assert!(differs.out.contains(words), "{words}: {}", differs.out);
    }
    assert!(!differs.out.contains("balanced"), "{}", differs.out);
    assert!(
        differs
            .err
            .contains("not balanced: 0 of 3 payments, 4 of the settlement file"),
        "{}",
        differs.err
    );

    for (bad, told) in [
        ("거래번호,구분,금액\n1\n", "line 2"),
        ("구분,금액\n승인,1\n", "no column 거래번호"),
        ("거래번호,구분,금액\nX,수수료,10\n", "line 2: its kind"),
    ] {
        let refused = day.with_file(bad).await;
        assert_eq!(refused.code, Some(1));
        assert!(refused.err.contains(told), "{}", refused.err);
        assert!(refused.out.is_empty(), "nothing was asked: {}", refused.out);
    }
    for args in [
        &["--project", "no_such"][..],
        &["--after", "x"],
        &["--csv", "/no/such/file"],
    ] {
        let refused = day.reconcile(args).await;
        assert_eq!(refused.code, Some(1), "{args:?}");
        assert!(!refused.out.contains("balanced"), "{}", refused.out);
    }
}

/// The PG's numbers of the debits, as they are in its files.
fn tids(receipts: &[Value]) -> Vec<String> {
    let tid = |receipt: &Value| receipt["bank_data"]["tid"].as_str().expect("a number").to_owned();
    receipts.iter().map(tid).collect()
}

#[tokio::test]
async fn what_the_pg_did_not_answer_is_not_balanced() {
    let dir = TestDir::empty();
    let pg = Simulator::start(dir.path(), 0).await;
    let mut env = pg.settings();
    env.push(("JADONG_PG_READ_TIMEOUT", "300ms"));
    let gateway = dir.serve(&env).await;
    let api = gateway.merchant();
    let (_, key) = api.issue_for("sub_1").await;
    let paid = api.charge(&key, json!({ "price": 1000 })).await.expect(200).json();
    let date = paid["purchased_at"].as_str().unwrap()[..10].to_owned();
    let day = Day { dir, date };
    pg.fault("find-payment", "drop-before", 100).await;
    let silent = day.reconcile(&[]).await;
    assert_eq!(silent.code, Some(1));
    assert!(
        silent.out.contains("not compared") && !silent.out.contains("balanced"),
        "{}",
        silent.out
    );
    let mend = [
        "reconcile",
        "mend",
        paid["receipt_id"].as_str().unwrap(),
        "record",
        "--note",
        "x",
    ];
    let refused = day.dir.run(&mend, &[("USER", "kim")]).await;
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("SETTLE_NOT_NEEDED"), "{}", refused.err);
    // Nobody serves any more.
    gateway.process.stop().await;
    let gone = day.reconcile(&[]).await;
    assert!(
        gone.code == Some(1) && gone.err.contains("no gateway serves"),
        "{}",
        gone.err
    );
}
