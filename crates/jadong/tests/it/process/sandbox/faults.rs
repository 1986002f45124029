//! `/sandbox/faults` and `/sandbox/scenarios`; and that none of it is there when the PG is not the sandbox's own.

use serde_json::json;
use testkit::Merchant;
use testkit::process::{Simulator, TestDir};

#[tokio::test]
async fn a_fault_waits_for_its_call_and_breaks_it_once() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    let added = api
        .post("/sandbox/faults", json!({ "on": "start", "kind": "drop-before" }))
        .await;
    assert_eq!(
        added.body,
        r#"{"faults":[{"id":1,"on":"start","kind":"drop-before","times":1,"slow_ms":500}]}"#
    );
    // The call to the customer is lost: nobody is called, and the hold ends without a word.
    let broken = api.ask(json!({ "subscription_id": "sub_1" })).await;
    assert_eq!(broken.header("jadong-consent"), Some("waiting"), "{}", broken.body);
    let left = api.get("/sandbox/faults").await;
    assert_eq!(left.body, r#"{"faults":[]}"#);
    api.issue_for("sub_2").await;

    api.post("/sandbox/faults", json!({ "kind": "garbage", "times": 3 }))
        .await;
    let cleared = api.delete("/sandbox/faults").await;
    assert_eq!(cleared.body, r#"{"faults":[]}"#);
    api.issue_for("sub_3").await;
}

/// The ids of the faults that wait for a project's calls.
async fn waiting(api: &Merchant) -> Vec<u64> {
    let listed = api.get("/sandbox/faults").await.json();
    let faults = listed["faults"].as_array().expect("a list");
    faults
        .iter()
        .map(|fault| fault["id"].as_u64().expect("an id"))
        .collect()
}

#[tokio::test]
async fn a_projects_faults_are_its_own_and_each_can_be_switched_off() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let mine = gateway.merchant();
    let other = dir.merchant(&gateway.url, "stranger").await;
    for times in 1..=3 {
        mine.post(
            "/sandbox/faults",
            json!({ "on": "start", "kind": "refuse", "times": times }),
        )
        .await;
    }
    other
        .post(
            "/sandbox/faults",
            json!({ "on": "charge", "kind": "slow", "slow_ms": 10 }),
        )
        .await;
    assert_eq!((waiting(&mine).await, waiting(&other).await), (vec![1, 2, 3], vec![4]));
    // The other's calls are whole while mine are refused.
    other.issue_for("sub_1").await;
    let refused = mine.ask(json!({ "subscription_id": "sub_1" })).await;
    assert_ne!(refused.status, 200, "{}", refused.body);
    assert_eq!(waiting(&mine).await, [2, 3]);

    for (id, status) in [("4", 404), ("1", 404), ("99", 404), ("x", 400), ("3", 200)] {
        let answer = mine.delete(&format!("/sandbox/faults/{id}")).await;
        assert_eq!(answer.status, status, "{id}: {}", answer.body);
    }
    assert_eq!((waiting(&mine).await, waiting(&other).await), (vec![2], vec![4]));
    mine.delete("/sandbox/faults").await;
    assert_eq!((waiting(&mine).await, waiting(&other).await), (vec![], vec![4]));

    // Whoever uses the PG's own control API, as before, does it for everybody.
    gateway.pg().fault("find", "slow", 1).await;
    assert_eq!((waiting(&mine).await, waiting(&other).await), (vec![5], vec![4, 5]));
}

#[tokio::test]
async fn a_wrong_fault_names_the_right_ones_and_adds_nothing() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = gateway.merchant();
    for (body, field) in [
        (json!({ "kind": "explode" }), "kind"),
        (json!({ "on": "start" }), "kind"),
        (json!({ "on": "everything", "kind": "hang" }), "on"),
        (json!({ "kind": "hang", "times": "many" }), "times"),
        (json!({ "kind": "hang", "times": 0 }), "times, slow_ms, for_ms"),
    ] {
        let wrong = api.post("/sandbox/faults", body.clone()).await;
        assert_eq!(
            (wrong.status, wrong.text("field").as_str()),
            (400, field),
            "{body}: {}",
            wrong.body
        );
    }
    assert_eq!(api.get("/sandbox/faults").await.body, r#"{"faults":[]}"#);
}

#[tokio::test]
async fn the_tables_of_customers_and_accounts_are_shown() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let tables = gateway.merchant().get("/sandbox/scenarios").await.json();
    let has = |table: &str, key: &str, value: &str, scenario: &str| {
        let rows = tables[table].as_array().expect("a list");
        rows.iter().any(|row| row[key] == value && row["scenario"] == scenario)
    };
    assert!(has("customers", "phone", "01000000001", "refuses"), "{tables}");
    assert!(has("accounts", "ends_with", "0001", "insufficient-funds"), "{tables}");
}

#[tokio::test]
async fn without_a_simulated_pg_of_its_own_there_are_no_telephones() {
    let dir = TestDir::empty();
    let pg = Simulator::start(dir.path(), 0).await;
    let gateway = dir.serve(&pg.settings()).await;
    let api = gateway.merchant();
    for path in [
        "/sandbox/calls",
        "/sandbox/phone",
        "/sandbox/faults",
        "/sandbox/scenarios",
    ] {
        let answer = api.get(path).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (404, "ENDPOINT_NOT_FOUND"),
            "{path}"
        );
    }
    assert_eq!(api.delete("/sandbox/faults").await.status, 404);
}
