//! `jadong webhook ordeal`: one cause that explains everything is said once.

use testkit::endpoint::{Endpoint, Temper};
use testkit::net::vacant_address;
use testkit::process::{Output, run};

async fn ordeal(args: &[&str]) -> Output {
    let output = run(&[&["webhook", "ordeal"], args].concat(), &[("LANG", "C")]).await;
    assert_eq!(output.code, Some(1), "{}", output.out);
    output
}

#[tokio::test]
async fn it_stops_at_the_cause_that_explains_all_and_names_it() {
    for (status, body, secret, expected) in [
        (200, "OK", false, "said `OK`"),
        (200, "", false, "said nothing"),
        (200, "{\"ok\":true}", false, "must answer 200 with {\"success\": true}"),
        (404, "no such page", false, "look at the path"),
        (405, "", false, "look at the path"),
        (401, "who?", false, "--secret"),
        (401, "who?", true, "raw body"),
        (302, "", false, "redirects are not followed"),
        (500, "Traceback\u{1b}[2J", false, "Traceback [2J"),
    ] {
        let endpoint = Endpoint::start(&[Temper::Says(status, body)]).await;
        let url = endpoint.url();
        let mut args = vec!["--url", url.trim_start_matches("http://")];
        if secret {
            args.extend(["--secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]);
        }
        let output = ordeal(&args).await;
        assert_eq!(output.out.matches('✗').count(), 1, "{}", output.out);
        assert!(output.out.contains(expected), "{expected}: {}", output.out);
        assert!(
            !output.out.contains("means:   Not even"),
            "the cause, not a guess: {}",
            output.out
        );
        assert!(
            !output.out.chars().any(|letter| ('가'..='힣').contains(&letter)),
            "one language: {}",
            output.out
        );
        assert!(output.err.contains("stopped at 1 of 16"), "{}", output.err);
    }
}

#[tokio::test]
async fn where_nothing_listens_that_is_said() {
    let port = vacant_address().port().to_string();
    let output = ordeal(&["--url", &port]).await;
    assert!(
        output.out.contains(&format!("Nothing listens at localhost:{port}")),
        "{}",
        output.out
    );
    let output = ordeal(&["--url", &port, "--lang", "ko"]).await;
    assert!(
        output.out.contains("아무것도 받지 않습니다") && !output.out.contains("listens"),
        "{}",
        output.out
    );
    let output = ordeal(&["--url", &port, "--json"]).await;
    let rows = output.json();
    assert_eq!(
        (rows.as_array().map(Vec::len), &rows[0]["verdict"]),
        (Some(1), &"nobody".into())
    );
}

#[tokio::test]
async fn a_url_is_no_url_before_anything_is_sent() {
    for wrong in ["shop", "ftp://shop/x", "99999"] {
        let output = run(&["webhook", "ordeal", "--url", wrong], &[]).await;
        assert_eq!(output.code, Some(2), "{wrong}");
        assert!(output.err.contains("localhost:8000/webhook"), "{wrong}: {}", output.err);
    }
    let help = run(&["webhook", "ordeal", "--help"], &[]).await;
    assert!(!help.out.contains("--data"), "it needs no gateway: {}", help.out);
}
