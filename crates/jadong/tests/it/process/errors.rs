//! `jadong error`.

use testkit::process::run;

#[tokio::test]
async fn an_error_is_explained_by_its_name_and_its_number_in_both_languages() {
    let named = run(&["error", "subscribe_at_blank_not_found", "--lang", "en"], &[])
        .await
        .success();
    for output in ["HTTP 400 · 2350.", "Cause\n", "Fix\n", "Example\n", "국민은행 (004)"] {
        assert!(named.out.contains(output), "{output}: {}", named.out);
    }
    let numbered = run(&["error", "2350"], &[("LANG", "en_US.UTF-8")]).await;
    assert_eq!(numbered.out, named.out);
    let korean = run(&["error", "2350"], &[("LANG", "ko_KR.UTF-8")]).await;
    assert!(korean.out.contains("원인\n"), "{}", korean.out);
}

#[tokio::test]
async fn an_unknown_error_names_the_nearest_and_json_is_json() {
    let unknown = run(&["error", "RC_NOT_FOND"], &[]).await;
    assert_eq!(unknown.code, Some(1));
    assert!(unknown.err.contains("RC_NOT_FOUND"), "{}", unknown.err);
    let listed = run(&["error", "--json", "--lang", "ko"], &[]).await;
    let listed: Vec<serde_json::Value> = serde_json::from_str(&listed.out).expect("one list");
    for error in &listed {
        assert!(error["cause"].is_string() && error["fix"].is_string(), "{error}");
    }
    assert!(listed.len() > 70);
    let one = run(&["error", "2350", "--json"], &[]).await;
    let one: serde_json::Value = serde_json::from_str(&one.out).expect("one object");
    assert_eq!(one["code"], 2350);
}
