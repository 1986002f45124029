//! `jadong in-doubt` and `jadong resolve`, beside a gateway that is running.

use serde_json::{Value, json};
use testkit::process::{Output, Simulator, TestDir};
use testkit::{PATIENCE, until};

const TIMES: [(&str, &str); 3] = [
    ("JADONG_PG_READ_TIMEOUT", "300ms"),
    ("JADONG_SEND_WITHIN", "1s"),
    ("JADONG_START_GRACE", "1s"),
];

async fn as_kim(dir: &TestDir, args: &[&str]) -> Output {
    dir.run(args, &[("USER", "kim")]).await
}

async fn in_doubt(dir: &TestDir) -> Vec<Value> {
    let open = as_kim(dir, &["in-doubt", "--json"]).await.success().json();
    open.as_array().expect("a list").clone()
}

#[tokio::test]
async fn an_operator_finds_a_debit_in_doubt_and_settles_it() {
    let dir = TestDir::empty();
    let pg = Simulator::start(dir.path(), 0).await;
    let mut env = pg.settings();
    env.extend(TIMES);
    let gateway = dir.serve(&env).await;
    let api = gateway.merchant();
    let (_, key) = api.issue_for("sub_1").await;
    for (on, kind, times) in [
        ("charge", "drop-after", 1),
        ("find-payment", "drop-before", 5_000),
        ("net-cancel", "drop-before", 5_000),
    ] {
        pg.fault(on, kind, times).await;
    }
    assert!(in_doubt(&dir).await.is_empty());
    let asked = api.charge(&key, json!({ "price": 9_900 })).await;
    assert_eq!(asked.error_code(), "RC_CONFIRM_CRITICAL_FAILED");
    let receipt_id = asked.text("receipt_id");

    let open = in_doubt(&dir).await;
    assert_eq!((open.len(), &open[0]["receipt_id"]), (1, &json!(receipt_id)));
    assert_eq!(
        (&open[0]["state"], &open[0]["price"], &open[0]["order_id"]),
        (&json!("in_doubt"), &json!(9_900), &json!("order_1"))
    );
    assert!(open[0]["next_rung_at"].is_string(), "{open:?}");
    for (lang, words) in [
        ("en", ["receipt", "won", "In doubt", "9,900"]),
        ("ko", ["영수증", "금액(원)", "미확정", "9,900"]),
    ] {
        let table = as_kim(&dir, &["in-doubt", "--lang", lang]).await.out;
        assert!(words.iter().all(|word| table.contains(word)), "{table}");
    }
    let too_early = as_kim(&dir, &["settle", &receipt_id, "paid", "--note", "x"]).await;
    assert_eq!(too_early.code, Some(1));
    assert!(too_early.err.contains("SETTLE_NOT_NEEDED"), "{}", too_early.err);

    api.post("/sandbox/clock", json!({ "advance": "2h" })).await.expect(200);
    let open = until(PATIENCE, async || {
        let open = in_doubt(&dir).await;
        if open[0]["state"] == "needs_person" {
            Ok(open)
        } else {
            Err(open)
        }
    })
    .await;
    assert!(
        open[0]["next_rung_at"].is_string() && open[0]["last_rung"]["outcome"] == "unknown",
        "{open:?}"
    );

    pg.clear_faults().await;
    let wrong = as_kim(&dir, &["settle", &receipt_id, "voided", "--note", "전화 확인"]).await;
    assert_eq!(wrong.code, Some(1));
    assert!(
        wrong.err.contains("paid, 9900 won") && wrong.err.contains("--force"),
        "{}",
        wrong.err
    );
    let resolved = as_kim(&dir, &["settle", &receipt_id, "paid", "--note", "전화 확인"])
        .await
        .success();
    assert_eq!(resolved.out.trim(), format!("{receipt_id} order_1 9900 won: paid"));
    assert!(in_doubt(&dir).await.is_empty());
    assert_eq!(api.look_up(&receipt_id).await["status"], 1);
    let explained = as_kim(&dir, &["explain", &receipt_id]).await;
    assert!(
        explained
            .out
            .contains("needs_person → paid (by person) · kim: 전화 확인"),
        "{}",
        explained.out
    );

    gateway.process.stop().await;
    let down = as_kim(&dir, &["settle", &receipt_id, "paid", "--note", "x"]).await;
    assert_eq!(down.code, Some(1));
    assert!(down.err.contains("no gateway serves"), "{}", down.err);
}

/// The PG never answers about the cancels; its back office does.
#[tokio::test]
async fn an_operator_ends_a_cancel_that_has_no_answer() {
    let dir = TestDir::empty();
    let pg = Simulator::start(dir.path(), 0).await;
    let mut env = pg.settings();
    env.extend(TIMES);
    let gateway = dir.serve(&env).await;
    let api = gateway.merchant();
    let (_, key) = api.issue_for("sub_1").await;
    let mut receipts = Vec::new();
    for order in ["yes", "no"] {
        let changes = json!({ "price": 9_900, "order_id": order });
        receipts.push(api.charge(&key, changes).await.expect(200).text("receipt_id"));
    }
    let settle = async |receipt: &str, more: &[&str]| {
        let args = [&["settle", receipt], more, &["--note", "관리자 화면 01012345678"]].concat();
        as_kim(&dir, &args).await
    };
    let early = settle(&receipts[0], &["given-back"]).await;
    assert!(
        early.code == Some(1) && early.err.contains("SETTLE_NOT_NEEDED"),
        "{}",
        early.err
    );

    pg.fault("cancel", "drop-before", 50_000).await;
    pg.fault("find-payment", "drop-before", 50_000).await;
    for receipt in &receipts {
        let body = json!({ "receipt_id": receipt, "cancel_price": 900, "cancel_id": "c" });
        let asked = api.post("/v2/cancel", body).await;
        assert_eq!(asked.error_code(), "RC_CANCEL_CRITICAL_ERROR", "{}", asked.body);
    }
    // The PG is silent: who looked is believed.
    let given_back = settle(&receipts[0], &["given-back"]).await.success();
    assert!(given_back.out.contains("partly_cancelled"), "{}", given_back.out);
    let now = api.look_up(&receipts[0]).await;
    assert_eq!(now["cancelled_price"], 900, "{now}");
    let explained = as_kim(&dir, &["explain", &receipts[0], "--json"]).await.out;
    assert!(
        explained.contains("관리자 화면") && !explained.contains("01012345678"),
        "{explained}"
    );
    let twice = settle(&receipts[0], &["not-given-back"]).await;
    assert!(twice.err.contains("SETTLE_NOT_NEEDED"), "{}", twice.err);

    pg.clear_faults().await;
    pg.fault("cancel", "drop-before", 50_000).await;
    let contradicted = settle(&receipts[1], &["given-back"]).await;
    assert!(
        contradicted.err.contains("--force"),
        "{}{}",
        contradicted.out,
        contradicted.err
    );
    // Not before what was sent last must have arrived.
    let not = until(PATIENCE, async || {
        let not = settle(&receipts[1], &["not-given-back"]).await;
        if not.err.contains("SETTLE_UNDER_WAY") {
            Err(not.err)
        } else {
            Ok(not)
        }
    });
    let not = not.await.success();
    assert!(not.out.contains("paid"), "{}", not.out);
    let again = json!({ "receipt_id": receipts[1], "cancel_price": 900, "cancel_id": "c" });
    let again = api.post("/v2/cancel", again).await;
    assert_eq!(again.error_code(), "RC_CANCEL_SERVER_ERROR");
    assert!(
        !again.body.contains("관리자 화면"),
        "an operator's note is the operator's: {}",
        again.body
    );
    pg.clear_faults().await;
    let anew = json!({ "receipt_id": receipts[1], "cancel_price": 900, "cancel_id": "d" });
    // On a busy machine the PG may take longer than its time; then the worker finds out.
    let anew = api.post("/v2/cancel", anew).await;
    assert!(
        anew.status == 200 || anew.error_code() == "RC_CANCEL_CRITICAL_ERROR",
        "{}",
        anew.body
    );
    until(PATIENCE, async || {
        let open = in_doubt(&dir).await;
        if open.is_empty() { Ok(()) } else { Err(open) }
    })
    .await;
    let now = api.look_up(&receipts[1]).await;
    assert_eq!(now["cancelled_price"], 900, "{now}");
}

/// While the PG is being asked, nobody can say that the money was not given back.
#[tokio::test]
async fn a_cancel_that_is_being_asked_for_is_nobodys_to_end() {
    let dir = TestDir::empty();
    let pg = Simulator::start(dir.path(), 0).await;
    let mut env = pg.settings();
    env.push(("JADONG_PG_READ_TIMEOUT", "3s"));
    let gateway = dir.serve(&env).await;
    let api = gateway.merchant();
    let (_, key) = api.issue_for("sub_1").await;
    let receipt = api.charge(&key, json!({ "price": 9_900 })).await.text("receipt_id");
    pg.fault("cancel", "hang", 1).await;
    let asking = tokio::spawn({
        let (api, receipt) = (api.clone(), receipt.clone());
        async move { api.post("/v2/cancel", json!({ "receipt_id": receipt })).await }
    });
    let args = ["settle", receipt.as_str(), "not-given-back", "--note", "x"];
    for _try in 0..5 {
        let early = as_kim(&dir, &args).await;
        let refused = ["SETTLE_NOT_NEEDED", "SETTLE_UNDER_WAY"];
        assert!(
            refused.iter().any(|code| early.err.contains(code)),
            "{}{}",
            early.out,
            early.err
        );
    }
    assert!(!asking.is_finished());
    let asked = asking.await.expect("no panic");
    assert_eq!(asked.error_code(), "RC_CANCEL_CRITICAL_ERROR", "{}", asked.body);
    // Nor so soon after: it may arrive yet, and the merchant would give the money back once more.
    let soon = as_kim(&dir, &args).await;
    assert!(soon.err.contains("SETTLE_UNDER_WAY"), "{}{}", soon.out, soon.err);
    let now = api.look_up(&receipt).await;
    assert_eq!(now["cancelled_price"], 0, "{now}");
}
