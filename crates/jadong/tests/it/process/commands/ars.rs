//! `jadong ars`

use std::time::Duration;

use serde_json::json;

use super::{done, printed};
use testkit::process::{TestDir, run};
use testkit::{Answer, Merchant, until};

const HOLD: (&str, &str) = ("JADONG_CONSENT_HOLD", "60s");

fn waiting(api: &Merchant, subscription_id: &str) -> tokio::task::JoinHandle<Answer> {
    let (api, changes) = (api.clone(), json!({ "subscription_id": subscription_id }));
    tokio::spawn(async move { api.ask(changes).await })
}

/// The receipts of the calls that ring, once there are `count`.
async fn ringing(url: &str, count: usize) -> Vec<String> {
    until(Duration::from_secs(20), async || {
        let calls = printed(&["ars", "list", "--json", "--url", url], &[]).await;
        let calls = calls.as_array().expect("a list").iter();
        let ids: Vec<_> = calls
            .map(|call| call["receipt_id"].as_str().expect("text").to_owned())
            .collect();
        if ids.len() == count { Ok(ids) } else { Err(ids) }
    })
    .await
}

#[tokio::test]
async fn a_hand_lets_the_telephones_ring_and_answers_them() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[HOLD]).await;
    let (api, url) = (gateway.merchant(), gateway.url.as_str());
    // The address may also come from the environment.
    let env = [("JADONG_URL", url)];
    assert!(done(&["ars", "list"], &env).await.out.contains("No telephone rings"));
    assert!(done(&["ars", "phone"], &env).await.out.starts_with("auto"));
    assert!(
        done(&["ars", "phone", "by-hand"], &env)
            .await
            .out
            .starts_with("by-hand")
    );

    let first = waiting(&api, "sub_1");
    ringing(url, 1).await;
    let listed = done(&["ars", "list"], &env).await.out;
    assert!(listed.contains("010****5678") && listed.contains("press 1"), "{listed}");
    // Only one rings: it needs no name.
    done(&["ars", "answer"], &env).await;
    assert_eq!(first.await.expect("no panic").number("status"), Some(41));

    let (second, third) = (waiting(&api, "sub_2"), waiting(&api, "sub_3"));
    let ids = ringing(url, 2).await;
    let unclear = run(&["ars", "refuse"], &env).await;
    assert_eq!(unclear.code, Some(1));
    assert!(
        ids.iter().all(|id| unclear.err.contains(id.as_str())),
        "{}",
        unclear.err
    );
    let refused = printed(&["ars", "refuse", &ids[0], "--json"], &env).await;
    assert_eq!(refused["answer"], "refuse");
    done(&["ars", "hang-up", &ids[1]], &env).await;
    let mut codes = vec![
        second.await.expect("no panic").error_code(),
        third.await.expect("no panic").error_code(),
    ];
    codes.sort();
    assert_eq!(
        codes,
        ["SUBSCRIBE_AT_CONSENT_NO_ANSWER", "SUBSCRIBE_AT_CONSENT_REFUSED"]
    );
    let over = run(&["ars", "answer", &ids[0]], &env).await;
    assert!(
        over.code == Some(1) && over.err.contains("SANDBOX_REFUSED"),
        "{}",
        over.err
    );
    let all = printed(&["ars", "list", "--all", "--json"], &env).await;
    assert_eq!(all.as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn without_a_sandbox_it_says_how_to_start_one() {
    let output = run(&["ars", "list", "--url", "http://127.0.0.1:9"], &[]).await;
    assert_eq!(output.code, Some(1));
    assert!(
        output.err.contains("jadong serve") && output.err.contains("--url"),
        "{}",
        output.err
    );
}
