//! Credentials `sandbox_<name>` make a project of their own when they are first used.

use std::collections::BTreeSet;

use gateway::Mode;
use serde_json::json;
use testkit::{Merchant, TestGateway};

use crate::nodes::{stop, two};

const LOOK: &str = "/sandbox/clock";

fn job(gateway: &TestGateway, word: &str) -> Merchant {
    gateway.anybody().basic(word, word)
}

async fn names(gateway: &TestGateway) -> BTreeSet<String> {
    let projects = gateway.store().projects().await.unwrap();
    projects.into_iter().map(|project| project.name).collect()
}

/// Twenty jobs, each with five processes that come at once, at two nodes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_names_used_a_hundred_times_at_once_at_two_nodes_make_twenty_projects() {
    let (gateway, other) = two().await;
    let before = names(&gateway).await.len();
    let mut asking = tokio::task::JoinSet::new();
    for number in 0..100 {
        let word = format!("sandbox_job-{}", number % 20);
        let of_node = if number % 2 == 0 {
            gateway.anybody()
        } else {
            other.anybody()
        };
        asking.spawn(async move { of_node.basic(&word, &word).get(LOOK).await.verdict() });
    }
    assert_eq!(asking.join_all().await, vec!["200"; 100]);
    let made = names(&gateway).await;
    assert_eq!(made.len(), before + 20, "{made:?}");
    stop(gateway, other).await;
}

/// The same order, the other's key, and a clock: none of it is seen by the other.
#[tokio::test]
async fn two_of_them_do_not_meet() {
    let gateway = TestGateway::start().await;
    let (one, two) = (job(&gateway, "sandbox_one"), job(&gateway, "sandbox_two"));
    let key = two.key().await;
    let own = one.key().await;
    one.post(LOOK, json!({ "advance": "40d" })).await.expect(200);
    let paid = two.charge(&key, json!({ "order_id": "order" })).await;
    assert_eq!(paid.verdict(), "200");
    let own = one.charge(&own, json!({ "order_id": "order" })).await;
    assert_eq!(own.verdict(), "200");
    assert_ne!(own.text("receipt_id"), paid.text("receipt_id"));
    let foreign = one.charge(&key, json!({ "order_id": "another" })).await;
    assert_eq!(foreign.verdict(), "404 RC_NOT_FOUND");
    assert_eq!(two.get(LOOK).await.json()["ahead_ms"], 0);
    let foreign = one.get(&format!("/v2/receipt/{}", paid.text("receipt_id"))).await;
    assert_eq!(foreign.verdict(), "404 RC_NOT_FOUND");
    // The way of older SDKs opens the same project.
    let asked = json!({ "application_id": "sandbox_two", "private_key": "sandbox_two" });
    let token = gateway
        .anybody()
        .post("/v2/request/token", asked)
        .await
        .text("access_token");
    let same = gateway.anybody().bearer(&token);
    assert_eq!(same.look_up(&paid.text("receipt_id")).await["order_id"], "order");
    gateway.stop().await;
}

#[tokio::test]
async fn what_is_not_one_word_said_twice_makes_nothing() {
    let gateway = TestGateway::start().await;
    job(&gateway, "sandbox_there").get(LOOK).await.expect(200);
    let before = names(&gateway).await;
    let long = format!("sandbox_{}", "a".repeat(49));
    let unknown = "401 APP_CLIENT_KEY_NOT_FOUND";
    for (key, secret, expected) in [
        // The slip in the credentials that everybody has.
        ("sandbox_cleint_key", "sandbox_secret_key", unknown),
        ("sandbox_client_key", "sandbox_client_key", "401 APP_SK_NOT_MATCHED"),
        (
            "sandbox_application_id",
            "sandbox_application_id",
            "401 APP_SK_NOT_MATCHED",
        ),
        ("sandbox_new", "sandbox_News", unknown),
        ("sandbox_new", "", unknown),
        ("sandbox_there", "sandbox_other", "401 APP_SK_NOT_MATCHED"),
        ("sandbox_", "sandbox_", unknown),
        ("sandbox_New", "sandbox_New", unknown),
        ("sandbox_새것", "sandbox_새것", unknown),
        ("sandbox_a b", "sandbox_a b", unknown),
        ("sandbox_../x", "sandbox_../x", unknown),
        ("Sandbox_new", "Sandbox_new", unknown),
        ("new", "new", unknown),
        (&long, &long, unknown),
    ] {
        let answer = gateway.anybody().basic(key, secret).get(LOOK).await;
        assert_eq!(answer.verdict(), expected, "{key}:{secret}: {}", answer.body);
    }
    assert_eq!(names(&gateway).await, before);
    gateway.stop().await;
}

/// A project of that name that a person made has credentials of its own, and keeps them.
#[tokio::test]
async fn a_project_of_the_same_name_is_not_opened() {
    let gateway = TestGateway::start().await;
    gateway.make_project("sandbox_taken", None).await;
    let answer = job(&gateway, "sandbox_taken").get(LOOK).await;
    assert_eq!(answer.status, 401, "{}", answer.body);
    gateway.stop().await;
}

#[tokio::test]
async fn in_live_mode_nothing_is_made() {
    let gateway = TestGateway::with(|settings| settings.mode = Mode::Live).await;
    let before = names(&gateway).await;
    let answer = job(&gateway, "sandbox_new")
        .get("/v2/receipt/66542d4be86c1eedf6b17965")
        .await;
    assert_eq!(answer.verdict(), "401 APP_CLIENT_KEY_NOT_FOUND");
    assert_eq!(names(&gateway).await, before);
    gateway.stop().await;
}
