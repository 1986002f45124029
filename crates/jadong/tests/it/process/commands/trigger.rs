//! `jadong trigger`: every scenario ends as it promises, and the simulated PG's ledger agrees.

use reqwest::Method;
use serde_json::Value;

use super::{done, printed};
use testkit::process::{TestDir, run};

/// Shorter than usual, so that a verdict takes seconds.
const QUICK: [(&str, &str); 5] = [
    ("JADONG_CONSENT_HOLD", "500ms"),
    ("JADONG_PG_READ_TIMEOUT", "1s"),
    ("JADONG_SEND_WITHIN", "3s"),
    ("JADONG_START_GRACE", "3s"),
    ("JADONG_VERDICT_QUIET", "2s"),
];

#[tokio::test]
async fn every_scenario_ends_as_it_says_and_the_ledger_agrees() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&QUICK).await;
    let pg = gateway.pg();
    let listed = printed(&["trigger", "--json"], &[]).await;
    let names: Vec<String> = listed
        .as_array()
        .expect("a list")
        .iter()
        .map(|row| row["scenario"].as_str().expect("a name").to_owned())
        .collect();
    assert_eq!(names.len(), 12);
    for name in &names {
        let before = pg.control(Method::GET, "ledger/totals", Value::Null).await;
        let played = printed(&["trigger", name, "--json", "--url", &gateway.url], &[]).await;
        assert_eq!(
            (&played[0]["scenario"], &played[0]["ok"]),
            (&name.as_str().into(), &true.into()),
            "{played}"
        );
        let after = pg.control(Method::GET, "ledger/totals", Value::Null).await;
        let moved = |key: &str| after[key].as_i64().expect("a sum") - before[key].as_i64().expect("a sum");
        let expected = match name.as_str() {
            "paid" | "in-doubt-happened" | "reserve-executed" => (9_900, 0),
            "partial-cancels" => (10_000, 10_000),
            "cash-receipt" => (10_000, 0),
            _ => (0, 0),
        };
        assert_eq!((moved("debited"), moved("refunded")), expected, "{name}");
    }
}

#[tokio::test]
async fn it_tells_the_story_in_one_language_and_without_colours_when_piped() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&[]).await;
    let args = ["trigger", "refused-consent", "--url", &gateway.url];
    let korean = done(&[&args[..], &["--lang", "ko"]].concat(), &[]).await;
    assert!(korean.out.contains("고객이 전화에서 거절합니다."), "{}", korean.out);
    assert!(!korean.out.contains("customer"), "{}", korean.out);
    let output = done(&args, &[]).await;
    assert!(output.out.contains("The customer refuses"), "{}", output.out);
    assert!(!output.out.contains("고객"), "{}", output.out);
    assert!(
        output.out.contains("→ 400 SUBSCRIBE_AT_CONSENT_REFUSED"),
        "{}",
        output.out
    );
    assert!(!output.out.contains('\u{1b}'), "{}", output.out);
}

#[tokio::test]
async fn where_nobody_answers_the_telephone_it_says_who_can() {
    let dir = TestDir::empty();
    let gateway = dir.serve(&QUICK).await;
    done(&["ars", "phone", "by-hand", "--url", &gateway.url], &[]).await;
    let output = run(&["trigger", "issued-key", "--url", &gateway.url], &[]).await;
    assert_eq!(output.code, Some(1), "{}", output.out);
    assert!(output.out.contains("jadong ars phone auto"), "{}", output.out);
    done(&["ars", "phone", "auto", "--url", &gateway.url], &[]).await;
    done(&["trigger", "issued-key", "--url", &gateway.url], &[]).await;
}

#[tokio::test]
async fn one_that_does_not_end_as_it_should_says_so_and_fails() {
    let dir = TestDir::empty();
    // A hold so short that nobody is seen refusing within it.
    let gateway = dir.serve(&[("JADONG_CONSENT_HOLD", "1ms")]).await;
    let output = run(&["trigger", "refused-consent", "--url", &gateway.url], &[]).await;
    assert_eq!(output.code, Some(1), "{}", output.out);
    assert!(
        output.out.contains("SUBSCRIBE_AT_CONSENT_REFUSED was expected"),
        "{}",
        output.out
    );
    let unknown = run(&["trigger", "nonsense"], &[]).await;
    assert!(
        unknown.code == Some(1) && unknown.err.contains("issued-key"),
        "{}",
        unknown.err
    );
}
