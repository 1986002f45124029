//! `jadong webhook ordeal`: one cause that explains everything is said once.

use axum::Router;
use axum::routing::any;

use testkit::process::{Said, run};

/// An endpoint that says the same to everything.
async fn endpoint(status: u16, body: &'static str) -> String {
    let status = axum::http::StatusCode::from_u16(status).expect("a status");
    let app = Router::new().fallback(any(move || async move { (status, body) }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("127.0.0.1:{}/webhook", address.port())
}

async fn ordeal(args: &[&str]) -> Said {
    let said = run(&[&["webhook", "ordeal"], args].concat(), &[("LANG", "C")]).await;
    assert_eq!(said.code, Some(1), "{}", said.out);
    said
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
        let url = endpoint(status, body).await;
        let mut args = vec!["--url", url.as_str()];
        if secret {
            args.extend(["--secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]);
        }
        let said = ordeal(&args).await;
        assert_eq!(said.out.matches('✗').count(), 1, "{}", said.out);
        assert!(said.out.contains(expected), "{expected}: {}", said.out);
        assert!(
            !said.out.contains("means:   Not even"),
            "the cause, not a guess: {}",
            said.out
        );
        assert!(
            !said.out.chars().any(|letter| ('가'..='힣').contains(&letter)),
            "one language: {}",
            said.out
        );
        assert!(said.err.contains("stopped at 1 of 16"), "{}", said.err);
    }
}

#[tokio::test]
async fn where_nothing_listens_that_is_said() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("an address").port().to_string()
    };
    let said = ordeal(&["--url", &port]).await;
    assert!(
        said.out.contains(&format!("Nothing listens at localhost:{port}")),
        "{}",
        said.out
    );
    let said = ordeal(&["--url", &port, "--lang", "ko"]).await;
    assert!(
        said.out.contains("아무것도 받지 않습니다") && !said.out.contains("listens"),
        "{}",
        said.out
    );
    let said = ordeal(&["--url", &port, "--json"]).await;
    let rows: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(
        (rows.as_array().map(Vec::len), &rows[0]["verdict"]),
        (Some(1), &"nobody".into())
    );
}

#[tokio::test]
async fn a_url_is_no_url_before_anything_is_sent() {
    for wrong in ["shop", "ftp://shop/x", "99999"] {
        let said = run(&["webhook", "ordeal", "--url", wrong], &[]).await;
        assert_eq!(said.code, Some(2), "{wrong}");
        assert!(said.err.contains("localhost:8000/webhook"), "{wrong}: {}", said.err);
    }
    let help = run(&["webhook", "ordeal", "--help"], &[]).await;
    assert!(!help.out.contains("--data"), "it needs no gateway: {}", help.out);
}
