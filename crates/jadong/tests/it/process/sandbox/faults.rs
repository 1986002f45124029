//! `/sandbox/faults` and `/sandbox/scenarios`; and that none of it is there when the PG is not the sandbox's own.

use reqwest::Method;
use serde_json::json;

use super::post;
use testkit::process::TestDir;
use testkit::process::api::{Api, order};
use testkit::process::bank::Bank;

#[tokio::test]
async fn a_fault_waits_for_its_call_and_breaks_it_once() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = Api::new(&gateway.url);
    let added = post(&api, "/sandbox/faults", json!({ "on": "start", "kind": "drop-before" })).await;
    assert_eq!(
        added.body,
        r#"{"faults":[{"id":1,"on":"start","kind":"drop-before","times":1,"slow_ms":500}]}"#
    );
    // The call to the customer is lost: nobody is called, and the hold ends without a word.
    let broken = api.request(&order("sub_1", "01012345678")).await.expect("an answer");
    assert!(broken.headers.contains("waiting"), "{}", broken.headers);
    let left = api.get("/sandbox/faults").await.expect("an answer");
    assert_eq!(left.body, r#"{"faults":[]}"#);
    api.issue("sub_2", "01012345678").await;

    post(&api, "/sandbox/faults", json!({ "kind": "garbage", "times": 3 })).await;
    let cleared = api.call(Method::DELETE, "/sandbox/faults", None).await;
    assert_eq!(cleared.expect("an answer").body, r#"{"faults":[]}"#);
    api.issue("sub_3", "01012345678").await;
}

/// The ids of the faults that wait for a project's calls.
async fn waiting(api: &Api) -> Vec<u64> {
    let listed = api.get("/sandbox/faults").await.expect("an answer").json();
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
    let mine = Api::new(&gateway.url);
    let other = super::stranger(&dir, &gateway.url).await;
    for times in 1..=3 {
        post(
            &mine,
            "/sandbox/faults",
            json!({ "on": "start", "kind": "refuse", "times": times }),
        )
        .await;
    }
    post(
        &other,
        "/sandbox/faults",
        json!({ "on": "charge", "kind": "slow", "slow_ms": 10 }),
    )
    .await;
    assert_eq!((waiting(&mine).await, waiting(&other).await), (vec![1, 2, 3], vec![4]));
    // The other's calls are whole while mine are refused.
    other.issue("sub_1", "01012345678").await;
    let refused = mine.request(&order("sub_1", "01012345678")).await.expect("an answer");
    assert_ne!(refused.status, 200, "{}", refused.body);
    assert_eq!(waiting(&mine).await, [2, 3]);

    let remove = async |api: &Api, id: &str| {
        let answer = api.call(Method::DELETE, &format!("/sandbox/faults/{id}"), None).await;
        answer.expect("an answer")
    };
    for (id, status) in [("4", 404), ("1", 404), ("99", 404), ("x", 400), ("3", 200)] {
        let answer = remove(&mine, id).await;
        assert_eq!(answer.status, status, "{id}: {}", answer.body);
    }
    assert_eq!((waiting(&mine).await, waiting(&other).await), (vec![2], vec![4]));
    mine.call(Method::DELETE, "/sandbox/faults", None)
        .await
        .expect("an answer");
    assert_eq!((waiting(&mine).await, waiting(&other).await), (vec![], vec![4]));

    // Whoever uses the PG's own control API, as before, does it for everybody.
    let control = testkit::process::api::http().post(format!("{}/control/faults", gateway.bank_url()));
    let added = control
        .json(&json!({ "on": "find", "kind": "slow", "slow_ms": 1 }))
        .send()
        .await;
    assert_eq!(added.expect("an answer").status(), 200);
    assert_eq!((waiting(&mine).await, waiting(&other).await), (vec![5], vec![4, 5]));
}

#[tokio::test]
async fn a_wrong_fault_names_the_right_ones_and_adds_nothing() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let api = Api::new(&gateway.url);
    for (body, field) in [
        (json!({ "kind": "explode" }), "kind"),
        (json!({ "on": "start" }), "kind"),
        (json!({ "on": "everything", "kind": "hang" }), "on"),
        (json!({ "kind": "hang", "times": "many" }), "times"),
        (json!({ "kind": "hang", "times": 0 }), "times, slow_ms, for_ms"),
    ] {
        let wrong = post(&api, "/sandbox/faults", body.clone()).await;
        assert_eq!(
            (wrong.status, wrong.text("field").as_str()),
            (400, field),
            "{body}: {}",
            wrong.body
        );
    }
    assert_eq!(
        api.get("/sandbox/faults").await.expect("an answer").body,
        r#"{"faults":[]}"#
    );
}

#[tokio::test]
async fn the_tables_of_customers_and_accounts_are_shown() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let tables = Api::new(&gateway.url)
        .get("/sandbox/scenarios")
        .await
        .expect("an answer")
        .json();
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
    let bank = Bank::start(dir.path(), 0).await;
    let gateway = dir.serve(&bank.settings()).await;
    let api = Api::new(&gateway.url);
    for path in [
        "/sandbox/calls",
        "/sandbox/phone",
        "/sandbox/faults",
        "/sandbox/scenarios",
    ] {
        let answer = api.get(path).await.expect("an answer");
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (404, "ENDPOINT_NOT_FOUND"),
            "{path}"
        );
    }
    let (method, path) = (Method::DELETE, "/sandbox/faults");
    assert_eq!(api.call(method, path, None).await.expect("an answer").status, 404);
}
